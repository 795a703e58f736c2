/** SO_LINGER with zero seconds. */

import type { Tracked } from '../flow/tracked.js';
import { certaintyOf } from './leaks.js';
import type { Report, Rule } from './rule.js';
import { say } from '../../words/say.js';

export const rule: Rule = {
  id: 'linger-zero',
  title: 'SO_LINGER with zero seconds',
  severity: 'information',
  advice: 6,
  what: 'This close sends a reset instead of an orderly end.',
  why: 'SO_LINGER {1, 0} throws away what was not sent yet, and the peer gets ECONNRESET, perhaps before it has read what did arrive.',
  remedy: 'Leave SO_LINGER off unless a reset is meant.',
  scenario: 'close-with-unread-data',
  examples: [
    {
      language: 'python',
      bad:
        'import socket\nimport struct\n\n\ndef send(host):\n    with socket.create_connection((host, 80), timeout=10) as ' +
        "s:\n        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))\n        s.sendall(b'x')\n",
      good:
        'import socket\n\n\ndef send(host):\n    with socket.create_connection((host, 80), timeout=10) as s:\n        ' +
        "s.sendall(b'x')\n",
    },
    {
      language: 'go',
      bad:
        'package main\n\nimport (\n\t"net"\n)\n\nfunc refuse(l *net.TCPListener) error {\n\tconn, err := l.AcceptTCP()\n\tif ' +
        'err != nil {\n\t\treturn err\n\t}\n\tdefer conn.Close()\n\tconn.SetLinger(0)\n\t_, err = ' +
        'conn.Write([]byte("busy"))\n\treturn err\n}\n',
      good:
        'package main\n\nimport (\n\t"net"\n)\n\nfunc refuse(l *net.TCPListener) error {\n\tconn, err := ' +
        'l.AcceptTCP()\n\tif err != nil {\n\t\treturn err\n\t}\n\tdefer conn.Close()\n\t_, err = ' +
        'conn.Write([]byte("busy"))\n\treturn err\n}\n',
    },
    {
      language: 'c',
      bad:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nvoid drop(int listener)\n{\n    struct linger off = { 1, 0 };\n    ' +
        'int fd = accept(listener, NULL, NULL);\n    if (fd < 0)\n        return;\n    setsockopt(fd, SOL_SOCKET, SO_LINGER, ' +
        '&off, sizeof(off));\n    close(fd);\n}\n',
      good:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nvoid drop(int listener)\n{\n    int fd = accept(listener, NULL, ' +
        'NULL);\n    if (fd < 0)\n        return;\n    close(fd);\n}\n',
    },
  ],
  check(connection: Tracked): Report[] {
    const linger = connection.profile.linger === 0 ? connection.options.SO_LINGER : undefined;
    if (!linger || !connection.tcp || !Array.isArray(linger.value)) return [];
    return [
      {
        certainty: certaintyOf(0),
        headline: say`Close sends a reset: what is unsent is thrown away`,
        range: linger.range,
        path: [{ kind: 'set', range: linger.range, file: linger.file }],
        fixes: [{ fix: 'removeCall', call: linger.range }],
      },
    ];
  },
};
