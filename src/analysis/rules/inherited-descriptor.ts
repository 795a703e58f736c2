/** A child process keeps the connection open. */

import type { Tracked } from '../flow/tracked.js';
import { certaintyOf } from './leaks.js';
import type { Report, Rule } from './rule.js';
import { say } from '../../words/say.js';

export const rule: Rule = {
  id: 'inherited-descriptor',
  title: 'A child process keeps the connection open',
  severity: 'information',
  advice: 8,
  what: 'A process is started while this connection is open.',
  why: 'Close sends no FIN while the child still has its copy of the descriptor: the peer goes on waiting.',
  remedy: 'Close the copy in the child, or set close-on-exec before the start.',
  scenario: 'child-keeps-descriptor',
  examples: [
    {
      language: 'python',
      bad:
        'import os\nimport socket\n\nfrom tasks import prepare\n\n\ndef work(host):\n    s = socket.create_connection((host, ' +
        "80), timeout=10)\n    try:\n        if os.fork() == 0:\n            prepare(host)\n        s.sendall(b'x')\n    " +
        'finally:\n        s.close()\n',
      good:
        'import os\nimport socket\n\nfrom tasks import prepare\n\n\ndef work(host):\n    if os.fork() == 0:\n        ' +
        "prepare(host)\n    s = socket.create_connection((host, 80), timeout=10)\n    try:\n        s.sendall(b'x')\n    " +
        'finally:\n        s.close()\n',
    },
  ],
  check(connection: Tracked): Report[] {
    if (!connection.owned || !connection.tcp || connection.role !== 'client' || !connection.forked || !connection.closedSomewhere)
      return [];
    const range = connection.forked;
    return [
      {
        certainty: certaintyOf(1),
        headline: say`The process that line ${range.startLine} starts keeps it open`,
        what: say`Line ${range.startLine} starts a process while this connection is open.`,
        path: [
          { kind: 'opened', range: connection.range },
          { kind: 'childGetsCopy', range: range },
        ],
        fixes: [],
      },
    ];
  },
};
