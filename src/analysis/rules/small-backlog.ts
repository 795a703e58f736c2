/** Backlog is small. */

import type { Tracked } from '../flow/tracked.js';
import { certaintyOf } from './leaks.js';
import type { Report, Rule } from './rule.js';
import { say } from '../../words/say.js';

export const rule: Rule = {
  id: 'small-backlog',
  title: 'Backlog is small',
  severity: 'information',
  off: true,
  advice: 10,
  what: 'The queue for connections that wait to be accepted is small.',
  why: 'When it is full, the kernel drops what arrives: clients retry their SYN and see a slow or failed connect.',
  remedy: 'Give listen a backlog of at least 16, better 128.',
  scenario: 'accept-queue-full',
  examples: [
    {
      language: 'python',
      bad:
        'import socket\n\n\ndef serve():\n    listener = socket.socket()\n    listener.setsockopt(socket.SOL_SOCKET, ' +
        "socket.SO_REUSEADDR, 1)\n    listener.bind(('', 5000))\n    listener.listen(1)\n    while True:\n        conn, _ = " +
        'listener.accept()\n        conn.close()\n',
      good:
        'import socket\n\n\ndef serve():\n    listener = socket.socket()\n    listener.setsockopt(socket.SOL_SOCKET, ' +
        "socket.SO_REUSEADDR, 1)\n    listener.bind(('', 5000))\n    listener.listen(128)\n    while True:\n        conn, _ " +
        '= listener.accept()\n        conn.close()\n',
    },
  ],
  check(connection: Tracked): Report[] {
    const backlog = connection.options.BACKLOG;
    if (!connection.tcp || connection.role !== 'listener' || typeof backlog?.value !== 'number' || backlog.value >= smallest) return [];
    return [
      {
        certainty: certaintyOf(0),
        range: backlog.range,
        headline: say`Only ${backlog.value + 1} connections can wait to be accepted`,
        what: say`Only ${backlog.value + 1} connections can wait to be accepted.`,
        path: [{ kind: 'set', range: backlog.range, file: backlog.file }],
        fixes: [],
      },
    ];
  },
};

/** Below this a short burst fills the queue. */
const smallest = 16;
