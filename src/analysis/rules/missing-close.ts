/** A connection that an ordinary way out leaves open. */

import type { FixIntent } from '../flow/intents.js';
import {
  certaintyOf,
  closesItself,
  leakFixes,
  leakPath,
  leaksOf,
  leaksWhen,
  leftOpen,
  neverConnected,
  onlyBorrowed,
  toldLeak,
  whyLeft,
} from './leaks.js';
import type { Report, Rule } from './rule.js';
import type { Leak, Tracked } from '../flow/tracked.js';
import { say } from '../../words/say.js';

export const rule: Rule = {
  id: 'missing-close',
  title: 'Connection is never closed on an ordinary path',
  severity: 'warning',
  what: 'This connection is still open when the code is done with it.',
  why:
    'When the peer closes, the kernel waits for our close: the socket stays in CLOSE_WAIT, no timer and no setting ends ' +
    'that, and each one costs a file descriptor.',
  remedy: 'Close it on every way out.',
  scenario: 'peer-closes-we-do-not',
  examples: [
    {
      language: 'python',
      bad:
        'import socket\n\ndef serve(listener):\n    while True:\n        conn, _ = listener.accept()\n        ' +
        'conn.settimeout(10)\n        if not conn.recv(100):\n            continue\n        conn.close()\n',
      good:
        'import socket\n\ndef serve(listener):\n    while True:\n        conn, _ = listener.accept()\n        with ' +
        'conn:\n            conn.settimeout(10)\n            conn.recv(100)\n',
    },
    {
      language: 'go',
      bad:
        'package main\n\nimport (\n\t"net"\n)\n\nfunc serve(l net.Listener) {\n\tfor {\n\t\tconn, err := l.Accept()\n\t\tif ' +
        'err != nil {\n\t\t\treturn\n\t\t}\n\t\tgo handle(conn)\n\t}\n}\n\nfunc handle(conn net.Conn) ' +
        '{\n\tconn.Write([]byte("hello"))\n}\n',
      good:
        'package main\n\nimport (\n\t"net"\n)\n\nfunc serve(l net.Listener) {\n\tfor {\n\t\tconn, err := l.Accept()\n\t\tif ' +
        'err != nil {\n\t\t\treturn\n\t\t}\n\t\tgo handle(conn)\n\t}\n}\n\nfunc handle(conn net.Conn) {\n\tdefer ' +
        'conn.Close()\n\tconn.Write([]byte("hello"))\n}\n',
    },
    {
      language: 'c',
      bad:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nvoid greet(int listener)\n{\n    int fd = accept(listener, NULL, ' +
        'NULL);\n    if (fd < 0)\n        return;\n    write(fd, "hello\\n", 6);\n}\n',
      good:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nvoid greet(int listener)\n{\n    int fd = accept(listener, NULL, ' +
        'NULL);\n    if (fd < 0)\n        return;\n    write(fd, "hello\\n", 6);\n    close(fd);\n}\n',
    },
    {
      language: 'javascript',
      bad:
        "const net = require('net');\n\nfunction greet(host, name, callback) {\n  const socket = net.connect(4000, host);\n  " +
        "socket.on('error', callback);\n  if (!name) {\n    return callback(new Error('no name'));\n  }\n  socket.end(`hello " +
        '${name}\\n`);\n}\n\nmodule.exports = { greet };\n',
      good:
        "const net = require('net');\n\nfunction greet(host, name, callback) {\n  if (!name) {\n    return callback(new " +
        "Error('no name'));\n  }\n  const socket = net.connect(4000, host);\n  socket.on('error', callback);\n  " +
        'socket.end(`hello ${name}\\n`);\n}\n\nmodule.exports = { greet };\n',
    },
  ],
  check(connection: Tracked): Report[] {
    const told = toldLeak(connection);
    return [...(told?.normal ? [report(connection, told.best, leakFixes(connection, told.leaks))] : []), ...keptReports(connection)];
  },
};

function report(connection: Tracked, leak: Leak, fixes: FixIntent[]): Report {
  const severity =
    closesItself(connection, leak) || (leak.how === 'kept' && connection.onDrop === 'at-once') ? { severity: 'information' as const } : {};
  const headline = leaksWhen(connection, leak);
  return {
    certainty: certaintyOf(leak.doubt),
    headline,
    what: leftOpen(connection, leak),
    why: whyLeft(connection, leak),
    path: leakPath(leak),
    fixes,
    ...severity,
    ...neverConnected(leak),
    ...onlyBorrowed(leak),
  };
}

/** An object keeps it, and nobody closes it there. */
function keptReports(connection: Tracked): Report[] {
  const remedy = say`Give the object a method that closes it, and call that when the object is done with.`;
  return leaksOf(connection)
    .filter((leak) => leak.how === 'kept')
    .map((leak) => ({ ...report(connection, leak, []), remedy }));
}
