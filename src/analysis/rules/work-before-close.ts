/** Blocking work between end of stream and close. */

import { lineText } from '../flow/notes-text.js';
import type { Tracked, Wait } from '../flow/tracked.js';
import { certaintyOf } from './leaks.js';
import type { Report, Rule } from './rule.js';
import { say } from '../../words/say.js';

export const rule: Rule = {
  id: 'work-before-close',
  title: 'Blocking work between end of stream and close',
  severity: 'information',
  advice: 5,
  what: 'The peer has closed, and this code blocks before it closes.',
  why: 'Until the close the socket stays in CLOSE_WAIT: the peer waits in FIN_WAIT_2 and a descriptor is held for nothing.',
  remedy: 'Close first, then do the work.',
  scenario: 'peer-closes-we-do-not',
  examples: [
    {
      language: 'python',
      bad:
        'import socket\nimport time\n\n\ndef fetch(host):\n    with socket.create_connection((host, 80), timeout=10) as ' +
        's:\n        while s.recv(100):\n            pass\n        time.sleep(10)\n',
      good:
        'import socket\nimport time\n\n\ndef fetch(host):\n    with socket.create_connection((host, 80), timeout=10) as ' +
        's:\n        while s.recv(100):\n            pass\n    time.sleep(10)\n',
    },
    {
      language: 'go',
      bad:
        'package main\n\nimport (\n\t"io"\n\t"net"\n\t"time"\n)\n\nfunc first(l *net.TCPListener) error {\n\tconn, err := ' +
        'l.AcceptTCP()\n\tif err != nil {\n\t\treturn err\n\t}\n\t_, err = conn.Read(make([]byte, 100))\n\tif err == io.EOF ' +
        '{\n\t\ttime.Sleep(10 * time.Second)\n\t}\n\tconn.Close()\n\treturn err\n}\n',
      good:
        'package main\n\nimport (\n\t"io"\n\t"net"\n\t"time"\n)\n\nfunc first(l *net.TCPListener) error {\n\tconn, err := ' +
        'l.AcceptTCP()\n\tif err != nil {\n\t\treturn err\n\t}\n\t_, err = conn.Read(make([]byte, ' +
        '100))\n\tconn.Close()\n\tif err == io.EOF {\n\t\ttime.Sleep(10 * time.Second)\n\t}\n\treturn err\n}\n',
    },
  ],
  check(connection: Tracked): Report[] {
    if (!connection.owned || connection.role === 'listener') return [];
    if (connection.type.relay === 'told') return [waitsForBoth(connection)];
    const work = connection.workBeforeClose.find(({ wait, close }) => close !== null && wait.doubt < 2 && isLong(wait));
    if (!work?.close) return [];
    const named = connection.place && !connection.place.startsWith('%') ? connection.place : null;
    const read = work.wait.path.find((note) => note.kind === 'endOfStream')?.range;
    const fixes: Report['fixes'] =
      named && read
        ? [
            {
              fix: 'moveClose',
              after: read,
              close: work.close,
              place: named,
              functionRange: connection.function.range,
              type: connection.type.name,
            },
          ]
        : [];
    return [
      {
        certainty: certaintyOf(work.wait.doubt),
        headline: say`Blocks on ${lineText(work.wait, connection.function.file)} between the end of the stream and the close`,
        what: say`The peer has closed, and ${lineText(work.wait, connection.function.file)} blocks before this side closes.`,
        path: work.wait.path,
        fixes,
      },
    ];
  },
};

/** Seconds in CLOSE_WAIT that nobody notices. Of a time that is not known nothing is said: retries mostly wait for less. */
const unnoticed = 5;

function isLong({ fact, limit }: Wait): boolean {
  return fact.wait === 'sleep' && limit !== null && limit >= unnoticed;
}

/** A relay that tells each peer of the other's end, and then waits for an answer that need not come. */
function waitsForBoth(connection: Tracked): Report {
  const at = lineText(connection, connection.function.file);
  return {
    certainty: certaintyOf(1),
    headline: say`Once one peer has closed, ${at} waits for the other without limit`,
    what: say`Once one peer has closed, ${at} waits for the end of the other direction without any limit.`,
    why: say`A peer that neither closes nor sends keeps both sockets: the one whose peer has closed stays in CLOSE_WAIT.`,
    remedy: say`Give what is left after the first end a time limit.`,
    path: [{ kind: 'opened', range: connection.range }],
    fixes: [],
  };
}
