/** A connection per round of a loop. */

import type { Tracked } from '../flow/tracked.js';
import { certaintyOf } from './leaks.js';
import type { Report, Rule } from './rule.js';
import { say } from '../../words/say.js';

export const rule: Rule = {
  id: 'time-wait-churn',
  title: 'A connection per round of a loop',
  severity: 'information',
  advice: 7,
  what: 'Each round of this loop opens a connection and is the first to close it.',
  why: 'Whoever closes first keeps the port in TIME_WAIT: many rounds in a row use up the local ports towards that peer.',
  remedy: 'Open one connection before the loop and use it for all rounds.',
  scenario: 'ports-exhausted-by-time-wait',
  examples: [
    {
      language: 'python',
      bad:
        'import socket\n\n\ndef send(host, items):\n    for item in items:\n        with socket.create_connection((host, ' +
        '80), timeout=10) as s:\n            s.sendall(item)\n',
      good:
        'import socket\n\n\ndef send(host, items):\n    with socket.create_connection((host, 80), timeout=10) as ' +
        's:\n        for item in items:\n            s.sendall(item)\n',
    },
    {
      language: 'go',
      bad:
        'package main\n\nimport (\n\t"net"\n)\n\nfunc report(addr string, lines []string) error {\n\tfor _, line := range ' +
        'lines {\n\t\tconn, err := net.Dial("tcp", addr)\n\t\tif err != nil {\n\t\t\treturn ' +
        'err\n\t\t}\n\t\tconn.Write([]byte(line))\n\t\tconn.Close()\n\t}\n\treturn nil\n}\n',
      good:
        'package main\n\nimport (\n\t"net"\n)\n\nfunc report(addr string, lines []string) error {\n\tconn, err := ' +
        'net.Dial("tcp", addr)\n\tif err != nil {\n\t\treturn err\n\t}\n\tdefer conn.Close()\n\tfor _, line := range lines ' +
        '{\n\t\tconn.Write([]byte(line))\n\t}\n\treturn nil\n}\n',
    },
  ],
  check(connection: Tracked): Report[] {
    if (connection.type.longLived) return perCall(connection);
    const { steps } = connection.profile;
    if (!connection.tcp || connection.role !== 'client' || !connection.opensInLoop || !connection.closesFirst || connection.escapes)
      return [];
    const closes = steps.some((step) => step.do === 'close');
    const pauses =
      steps.some((step) => step.do === 'sleep') ||
      connection.waits.some((wait) => wait.fact.wait === 'sleep' || wait.fact.wait === 'other');
    const reads = steps.some((step) => step.do === 'recv' || step.do === 'recvUntilEof');
    if (!closes || pauses || reads || !steps.some((step) => step.do === 'send')) return [];
    return [
      {
        certainty: certaintyOf(1),
        headline: say`A connection per round, closed by this side first`,
        path: [{ kind: 'openedPerRound', range: connection.range }],
        fixes: [],
      },
    ];
  },
};

/** A client that is meant to be kept, made and closed again by whoever makes one call. */
function perCall(connection: Tracked): Report[] {
  const { kind, name } = connection.function;
  // One that stays in a field is closed by another method, for good.
  if (!connection.closesFirst || kind === 'module' || kind === 'constructor' || /^main$/i.test(name)) return [];
  return [
    {
      certainty: certaintyOf(1),
      headline: say`A client of its own for each call, closed by this side first`,
      what: say`Each call makes a client, connects anew and is the first to close.`,
      remedy: say`Keep one client for all calls.`,
      path: [],
      fixes: [],
    },
  ];
}
