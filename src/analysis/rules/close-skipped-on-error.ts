/** A connection that is closed or handed over when all goes well, and left open when something fails. */

import type { Tracked } from '../flow/tracked.js';
import { byEvents } from '../flow/event-leaks.js';
import {
  certaintyOf,
  closesItself,
  leakFixes,
  leakPath,
  leaksWhen,
  leftOpen,
  neverConnected,
  onlyBorrowed,
  raisedAtEnd,
  toldLeak,
  whyLeft,
} from './leaks.js';
import type { Report, Rule } from './rule.js';

export const rule: Rule = {
  id: 'close-skipped-on-error',
  title: 'Close is skipped when something fails',
  severity: 'warning',
  what: 'This connection stays open when something fails before its close.',
  why:
    'Nobody else can close it: the socket stays in CLOSE_WAIT once the peer is gone, and a retry loop around it runs out ' +
    'of file descriptors.',
  remedy: 'Close it on the failing path, too, and pass the error on.',
  scenario: 'peer-closes-we-do-not',
  examples: [
    {
      language: 'python',
      bad:
        'import socket\n\ndef connect(host, port):\n    s = socket.socket()\n    s.settimeout(5)\n    s.connect((host, ' +
        'port))\n    return s\n',
      good:
        'import socket\n\ndef connect(host, port):\n    s = socket.socket()\n    try:\n        s.settimeout(5)\n        ' +
        's.connect((host, port))\n    except BaseException:\n        s.close()\n        raise\n    return s\n',
    },
    {
      language: 'go',
      bad:
        'package main\n\nimport (\n\t"crypto/tls"\n\t"net"\n\t"time"\n)\n\nfunc dial(addr string, config *tls.Config) ' +
        '(net.Conn, error) {\n\traw, err := net.DialTimeout("tcp", addr, 5*time.Second)\n\tif err != nil {\n\t\treturn nil, ' +
        'err\n\t}\n\traw.SetDeadline(time.Now().Add(10 * time.Second))\n\tconn := tls.Client(raw, config)\n\tif err := ' +
        'conn.Handshake(); err != nil {\n\t\treturn nil, err\n\t}\n\treturn conn, nil\n}\n',
      good:
        'package main\n\nimport (\n\t"crypto/tls"\n\t"net"\n\t"time"\n)\n\nfunc dial(addr string, config *tls.Config) ' +
        '(net.Conn, error) {\n\traw, err := net.DialTimeout("tcp", addr, 5*time.Second)\n\tif err != nil {\n\t\treturn nil, ' +
        'err\n\t}\n\traw.SetDeadline(time.Now().Add(10 * time.Second))\n\tconn := tls.Client(raw, config)\n\tif err := ' +
        'conn.Handshake(); err != nil {\n\t\tconn.Close()\n\t\treturn nil, err\n\t}\n\treturn conn, nil\n}\n',
    },
    {
      language: 'c',
      bad:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nint dial(const struct sockaddr *addr, socklen_t length)\n{\n    int ' +
        'fd = socket(addr->sa_family, SOCK_STREAM, 0);\n    if (fd < 0)\n        return -1;\n    if (connect(fd, addr, ' +
        'length) < 0)\n        return -1;\n    return fd;\n}\n',
      good:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nint dial(const struct sockaddr *addr, socklen_t length)\n{\n    ' +
        'int fd = socket(addr->sa_family, SOCK_STREAM, 0);\n    if (fd < 0)\n        return -1;\n    if (connect(fd, addr, ' +
        'length) < 0) {\n        close(fd);\n        return -1;\n    }\n    return fd;\n}\n',
    },
    {
      language: 'javascript',
      bad:
        "const http = require('http');\n\nfunction ask(url, callback) {\n  const request = http.get(url, (response) => " +
        '{\n    response.resume();\n    callback(null, response.statusCode);\n  });\n  request.setTimeout(5000, () => ' +
        "callback(new Error('no answer')));\n  request.on('error', callback);\n}\n\nmodule.exports = { ask };\n",
      good:
        "const http = require('http');\n\nfunction ask(url, callback) {\n  const request = http.get(url, (response) => " +
        '{\n    response.resume();\n    callback(null, response.statusCode);\n  });\n  request.setTimeout(5000, () => ' +
        "request.destroy(new Error('no answer')));\n  request.on('error', callback);\n}\n\nmodule.exports = { ask };\n",
    },
  ],
  check(connection: Tracked): Report[] {
    const told = toldLeak(connection);
    if (!told || told.normal) return [];
    const { leaks, best } = told;
    return [
      {
        certainty: certaintyOf(best.doubt),
        headline: leaksWhen(connection, best),
        what: leftOpen(connection, best),
        path: leakPath(best),
        fixes: leakFixes(connection, leaks),
        ...neverConnected(best),
        ...onlyBorrowed(best),
        ...raisedAtEnd(best),
        ...(closesItself(connection, best)
          ? { why: whyLeft(connection, best), severity: 'information' as const }
          : connection.tcp && best.connected && connection.onDrop !== 'collector' && !byEvents.has(best.how)
            ? {}
            : { why: whyLeft(connection, best) }),
      },
    ];
  },
};
