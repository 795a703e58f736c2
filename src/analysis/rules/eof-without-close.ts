/** The peer has closed, the code has been told so, and reads on. */

import type { Note } from '../flow/notes.js';
import { lineText } from '../flow/notes-text.js';
import type { Tracked } from '../flow/tracked.js';
import { certaintyOf } from './leaks.js';
import type { Report, Rule } from './rule.js';
import { say } from '../../words/say.js';

export const rule: Rule = {
  id: 'eof-without-close',
  title: 'End of stream is not answered with close',
  severity: 'warning',
  what: 'When the peer closes, this code goes on reading instead of closing.',
  why:
    'An empty read means that the peer has closed: every further read returns empty at once, the loop spins, and the ' +
    'socket stays in CLOSE_WAIT.',
  remedy: 'Test the result of the read, leave the loop when it is empty, and close.',
  scenario: 'peer-closes-we-do-not',
  examples: [
    {
      language: 'python',
      bad:
        'import socket\n\ndef serve(listener):\n    conn, _ = listener.accept()\n    conn.settimeout(10)\n    with ' +
        'conn:\n        while True:\n            data = conn.recv(1024)\n            print(data)\n',
      good:
        'import socket\n\ndef serve(listener):\n    conn, _ = listener.accept()\n    conn.settimeout(10)\n    with ' +
        'conn:\n        while True:\n            data = conn.recv(1024)\n            if not data:\n                ' +
        'break\n            print(data)\n',
    },
    {
      language: 'go',
      bad:
        'package main\n\nimport (\n\t"log"\n\t"net"\n)\n\nfunc watch(addr string) error {\n\tconn, err := net.Dial("tcp", ' +
        'addr)\n\tif err != nil {\n\t\treturn err\n\t}\n\tdefer conn.Close()\n\tbuf := make([]byte, 1024)\n\tfor {\n\t\tn, ' +
        'err := conn.Read(buf)\n\t\tif err != nil {\n\t\t\tlog.Print(err)\n\t\t\tcontinue\n\t\t}\n\t\tlog.Printf("%q", ' +
        'buf[:n])\n\t}\n}\n',
      good:
        'package main\n\nimport (\n\t"log"\n\t"net"\n)\n\nfunc watch(addr string) error {\n\tconn, err := net.Dial("tcp", ' +
        'addr)\n\tif err != nil {\n\t\treturn err\n\t}\n\tdefer conn.Close()\n\tbuf := make([]byte, 1024)\n\tfor {\n\t\tn, ' +
        'err := conn.Read(buf)\n\t\tif err != nil {\n\t\t\treturn err\n\t\t}\n\t\tlog.Printf("%q", buf[:n])\n\t}\n}\n',
    },
    {
      language: 'c',
      bad:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nvoid echo(int listener)\n{\n    struct timeval limit = { 5, 0 ' +
        '};\n    char line[80];\n    int fd = accept(listener, NULL, NULL);\n    if (fd < 0)\n        return;\n    ' +
        'setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));\n    for (;;) {\n        ssize_t n = read(fd, line, ' +
        'sizeof(line));\n        if (n < 0)\n            break;\n        write(fd, line, n);\n    }\n    close(fd);\n}\n',
      good:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nvoid echo(int listener)\n{\n    struct timeval limit = { 5, 0 ' +
        '};\n    char line[80];\n    int fd = accept(listener, NULL, NULL);\n    if (fd < 0)\n        return;\n    ' +
        'setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));\n    for (;;) {\n        ssize_t n = read(fd, ' +
        'line, sizeof(line));\n        if (n <= 0)\n            break;\n        write(fd, line, n);\n    }\n    ' +
        'close(fd);\n}\n',
    },
  ],
  check(connection: Tracked): Report[] {
    const best = connection.eofIgnored[0];
    // Datagrams have no end.
    if (!connection.stream) return [];
    if (!best) return untold(connection);
    if (connection.type.relay === 'untold') return [relayed(connection, best)];
    const what = say`When the peer closes, the read on ${lineText(best, connection.function.file)} tells so, and the code reads again instead of closing.`;
    if (best.left) return [left(connection, best)];
    const common = { open: connection.range, functionRange: connection.function.range, type: connection.type.name };
    const headline = say`Reads on after the end of the stream on ${lineText(best, connection.function.file)}`;
    return [
      {
        certainty: certaintyOf(best.doubt),
        headline,
        what,
        ...(connection.tcp
          ? {}
          : { why: say`An empty read means that the peer has closed: every further read returns empty at once, and the loop spins.` }),
        path: [...best.path, ...(best.also ?? []).map((where): Note => ({ kind: 'also', ...where }))],
        fixes: [{ fix: 'leaveOnEof', ...common, place: connection.place, read: best.range, result: best.result }],
      },
    ];
  },
};

/** The program goes back to where it waits for all its connections, and this one is still open. */
function left(connection: Tracked, { doubt, path, left: how, ...read }: Tracked['eofIgnored'][number]): Report {
  const at = lineText(read, connection.function.file);
  if (how === 'ends')
    return {
      certainty: certaintyOf(doubt),
      headline: say`The reader on ${at} ends with the stream and closes nothing`,
      what: say`When the peer closes, the read on ${at} tells so, and the function that reads ends without closing the connection.`,
      why: say`Nobody is told: the socket stays in CLOSE_WAIT until something closes the object that keeps it.`,
      remedy: say`Close the connection where the reading ends, or tell whoever closes it.`,
      path,
      fixes: [],
    };
  return {
    certainty: certaintyOf(doubt),
    headline: say`The end of the stream on ${at} closes nothing`,
    what: say`When the peer closes, the read on ${at} tells so, and nothing closes the connection.`,
    path,
    fixes: [],
  };
}

/** Both directions are waited for, and who reads the one that goes on is not told that the other has ended. */
function relayed(connection: Tracked, { doubt, path }: Tracked['eofIgnored'][number]): Report {
  const at = lineText(connection, connection.function.file);
  return {
    certainty: certaintyOf(doubt),
    headline: say`The end of one direction is not passed on: ${at} waits for the other copy`,
    what: say`When one peer closes, its copy ends, nobody shuts the other connection down, and ${at} goes on waiting for the other copy.`,
    ...oneSided(),
    path: path.slice(0, 1),
    fixes: [],
  };
}

function oneSided(): Pick<Report, 'why' | 'remedy'> {
  return {
    why: say`The other peer is never told that the end has come: as long as it stays silent, both sockets stay open, one of them in CLOSE_WAIT.`,
    remedy: say`Shut the writer down after each copy, or use a copy for both directions that does so.`,
  };
}

/** A task of its own copies it to another connection, and tells nobody when the stream has ended. */
function untold(connection: Tracked): Report[] {
  const found = connection.untold();
  if (!found) return [];
  const home = connection.function.file;
  const back = lineText(found.back, home);
  return [
    {
      certainty: certaintyOf(1),
      headline: say`The end of one direction is not passed on: ${back} waits for the other copy`,
      what: say`When this peer closes, the copy on ${lineText(found.copy, home)} ends, nobody tells ${`\`${found.other}\``}, and ${back} goes on waiting for it.`,
      ...oneSided(),
      path: [
        { kind: 'opened', range: connection.range },
        { kind: 'endOfStream', ...found.copy },
        { kind: 'waits', ...found.back },
      ],
      fixes: [],
    },
  ];
}
