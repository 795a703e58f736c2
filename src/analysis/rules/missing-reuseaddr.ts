/** Server cannot restart while old connections are in TIME_WAIT. */

import type { Tracked } from '../flow/tracked.js';
import { certaintyOf } from './leaks.js';
import type { Report, Rule } from './rule.js';

export const rule: Rule = {
  id: 'missing-reuseaddr',
  title: 'Server cannot restart while old connections are in TIME_WAIT',
  severity: 'information',
  off: true,
  advice: 9,
  what: 'This listener is bound without SO_REUSEADDR.',
  why: 'After a restart, bind fails with EADDRINUSE as long as a connection of the old process is in TIME_WAIT on that port.',
  remedy: 'Set SO_REUSEADDR before bind.',
  scenario: 'restart-in-time-wait',
  examples: [
    {
      language: 'python',
      bad:
        "import socket\n\n\ndef serve():\n    listener = socket.socket()\n    listener.bind(('', 5000))\n    " +
        'listener.listen(128)\n    while True:\n        conn, _ = listener.accept()\n        conn.close()\n',
      good:
        'import socket\n\n\ndef serve():\n    listener = socket.socket()\n    listener.setsockopt(socket.SOL_SOCKET, ' +
        "socket.SO_REUSEADDR, 1)\n    listener.bind(('', 5000))\n    listener.listen(128)\n    while True:\n        conn, _ " +
        '= listener.accept()\n        conn.close()\n',
    },
  ],
  check(connection: Tracked): Report[] {
    if (
      !connection.tcp ||
      connection.role !== 'listener' ||
      connection.profile.reuseAddr ||
      connection.options.SO_REUSEADDR ||
      connection.type.defaults?.SO_REUSEADDR
    )
      return [];
    if (!connection.profile.steps.some((step) => step.do === 'listen')) return [];
    const fixes: Report['fixes'] =
      connection.place && !connection.place.startsWith('%')
        ? [
            {
              fix: 'setOptions',
              open: connection.range,
              place: connection.place,
              options: [{ name: 'SO_REUSEADDR', value: 1 }],
              functionRange: connection.function.range,
              type: connection.type.name,
            },
          ]
        : [];
    return [{ certainty: certaintyOf(0), path: [{ kind: 'opened', range: connection.range }], fixes }];
  },
};
