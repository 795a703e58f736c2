/** A send that can kill the process. */

import type { Tracked } from '../flow/tracked.js';
import { certaintyOf } from './leaks.js';
import type { Report, Rule } from './rule.js';
import { say } from '../../words/say.js';

export const rule: Rule = {
  id: 'sigpipe',
  title: 'Send can kill the process',
  severity: 'information',
  off: true,
  advice: 11,
  what: 'A send on this connection can kill the process.',
  why: 'When the peer has reset the connection, the next send raises SIGPIPE, and without a handler that ends the whole process.',
  remedy: 'Pass MSG_NOSIGNAL, or ignore SIGPIPE once at the start of the program.',
  scenario: 'peer-process-killed',
  examples: [
    {
      language: 'c',
      bad:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nint hello(int listener)\n{\n    int fd = accept(listener, 0, ' +
        '0);\n    if (fd < 0)\n        return -1;\n    send(fd, "hi", 2, 0);\n    close(fd);\n    return 0;\n}\n',
      good:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nint hello(int listener)\n{\n    int fd = accept(listener, 0, ' +
        '0);\n    if (fd < 0)\n        return -1;\n    send(fd, "hi", 2, MSG_NOSIGNAL);\n    close(fd);\n    return 0;\n}\n',
    },
  ],
  check(connection: Tracked): Report[] {
    const at = connection.mayBeKilledAt;
    if (!at || !connection.tcp) return [];
    return [
      {
        certainty: certaintyOf(1),
        headline: say`The send on line ${at.startLine} can kill the process`,
        what: say`The send on line ${at.startLine} can kill the process.`,
        path: [
          { kind: 'opened', range: connection.range },
          { kind: 'sends', range: at },
        ],
        fixes: [],
      },
    ];
  },
};
