/** Call without any time limit. */

import type { Note, Where } from '../flow/notes.js';
import { lineText } from '../flow/notes-text.js';
import { LIMIT } from '../../scenarios/advice.js';
import type { Tracked } from '../flow/tracked.js';
import { certaintyOf } from './leaks.js';
import type { Report, Rule } from './rule.js';
import { say } from '../../words/say.js';

export const rule: Rule = {
  id: 'missing-timeout',
  title: 'Call without any time limit',
  severity: 'information',
  advice: 4,
  what: 'This call has no time limit.',
  why:
    'A host that does not answer keeps it waiting for as long as the kernel tries, and a server that accepts and stays ' +
    'silent keeps it waiting without end.',
  remedy: 'Give it a time limit of its own.',
  scenario: 'connect-to-dead-host',
  examples: [
    {
      language: 'python',
      bad: 'import requests\n\n\ndef get(url):\n    return requests.get(url).json()\n',
      good: 'import requests\n\n\ndef get(url):\n    return requests.get(url, timeout=10).json()\n',
    },
    {
      language: 'go',
      bad:
        'package main\n\nimport (\n\t"io"\n\t"net/http"\n)\n\nfunc get(url string) ([]byte, error) {\n\tresp, err := ' +
        'http.Get(url)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\tdefer resp.Body.Close()\n\treturn ' +
        'io.ReadAll(resp.Body)\n}\n',
      good:
        'package main\n\nimport (\n\t"io"\n\t"net/http"\n\t"time"\n)\n\nfunc get(url string) ([]byte, error) {\n\tclient := ' +
        '&http.Client{Timeout: 30 * time.Second}\n\tresp, err := client.Get(url)\n\tif err != nil {\n\t\treturn nil, ' +
        'err\n\t}\n\tdefer resp.Body.Close()\n\treturn io.ReadAll(resp.Body)\n}\n',
    },
    {
      language: 'javascript',
      bad:
        "const http = require('http');\n\nfunction ask(path, each) {\n  const request = http.get({ host: 'api', path }, (response) => " +
        "response.on('data', each));\n  request.on('error', () => {});\n}\n\nmodule.exports = { ask };\n",
      good:
        "const http = require('http');\n\nfunction ask(path, each) {\n  const request = http.get({ host: 'api', path }, (response) => " +
        "response.on('data', each));\n  request.setTimeout(10000, () => request.destroy());\n  request.on('error', () => " +
        '{});\n}\n\nmodule.exports = { ask };\n',
    },
  ],
  check(connection: Tracked): Report[] {
    if (!connection.tcp || (connection.role !== 'client' && !serves(connection) && !connection.type.guards)) return [];
    if (connection.type.guards) return unguarded(connection);
    if (connection.type.unlimited) return unanswered(connection);
    if (connection.type.bare) return connects(connection);
    const wait = connection.waits.find(
      (one) => kinds.has(one.fact.wait) && one.own && !one.limited && !one.sometimes && one.doubt === 0 && one.phase !== 'eof',
    );
    // Somebody thought of limits, where none can reach it any more.
    const tooLate = wait?.fact.early === true && connection.everSet.has('readTimeout');
    if (!wait || !(connection.type.managed || wait.fact.wait === 'handshake' || tooLate)) {
      const connects = plainConnects(connection);
      return connects.length > 0 ? connects : unansweredRead(connection);
    }
    const path: Note[] = [...connection.made().map((where): Note => ({ kind: 'made', ...where })), ...wait.path];
    // The request is made inside of a function that is told so itself: what comes of it is read here without another cause.
    if (connection.type.response && wait.fact.wait === 'read' && connection.insides.length > 0) return [];
    if (serves(connection)) return [{ certainty: certaintyOf(wait.doubt), ...server(), path, fixes: [] }];
    const fixes: Report['fixes'] = [
      {
        fix: 'setLimit',
        open: connection.range,
        place: connection.place,
        limit: 'call',
        seconds: LIMIT,
        functionRange: connection.function.range,
        type: connection.type.name,
      },
    ];
    return [
      {
        certainty: certaintyOf(wait.doubt),
        headline: say`the call on ${lineText(wait, connection.function.file)} has no time limit`,
        what: say`The call on ${lineText(wait, connection.function.file)} has no time limit.`,
        ...whyDespiteConnect(connection),
        path,
        fixes,
        wait: wait.range,
      },
    ];
  },
};

/** A runtime that limits no connect: worth a word where other limits were thought of, or a handshake follows. */
function connects(connection: Tracked): Report[] {
  const { waits, everSet, function: fn, insides } = connection;
  const thoughtOf = everSet.has('readTimeout') || waits.some((one) => one.own && one.limited && one.fact.wait !== 'connect');
  const negotiates = waits.some((one) => one.own && !one.limited && one.doubt < 2 && one.fact.wait === 'handshake');
  if (!(thoughtOf || negotiates) || connection.limitedOpening()) return [];
  return [unlimited(connection, insides.at(-1) ?? { range: connection.range, file: fn.file })];
}

/** A runtime that can limit every connect, and was not told to although somebody thought of a limit, or limits what comes after. */
function plainConnects(connection: Tracked): Report[] {
  const { type, waits, role } = connection;
  if (type.connectsAtWill !== true || role !== 'client') return [];
  const own = waits.filter((one) => one.own && one.doubt === 0);
  const connects = own.filter(({ fact }) => fact.wait === 'connect');
  const wait = connects.find(({ limited }) => !limited);
  // Where one way to connect has a limit, the other may well have none.
  if (!wait || connects.some(({ limited }) => limited) || connection.limitedOpening()) return [];
  const thoughtOf =
    connection.namesLimit() ||
    wait.options.readTimeout !== undefined ||
    own.some(({ limited, fact }) => limited && fact.wait !== 'connect');
  return thoughtOf ? [{ ...unlimited(connection, wait), besides: true }] : [];
}

function unlimited(connection: Tracked, at: Where): Report {
  const { function: fn, insides } = connection;
  return {
    certainty: certaintyOf(1),
    headline: say`the connect on ${lineText(at, fn.file)} has no time limit`,
    what: say`The connect on ${lineText(at, fn.file)} has no time limit.`,
    path: [{ kind: 'opened', range: connection.range }, ...insides.map((where): Note => ({ kind: 'openedInside', ...where }))],
    fixes: [
      {
        fix: 'setLimit',
        open: connection.range,
        place: connection.place,
        limit: 'connect',
        seconds: LIMIT,
        functionRange: fn.range,
        type: connection.type.name,
      },
    ],
  };
}

/** Options that show that somebody thought of a silent peer. */
const watching = ['SO_KEEPALIVE', 'TCP_KEEPIDLE', 'TCP_KEEPINTVL', 'TCP_USER_TIMEOUT', 'SO_RCVTIMEO', 'readTimeout'] as const;

/**
 * A client that has asked and waits for the answer as long as that takes: its runtime has keepalive on by itself, which notices a peer
 * that is gone, but not one that stays silent. Where keepalive is off, `missing-keepalive` speaks.
 */
function unansweredRead(connection: Tracked): Report[] {
  const { type, role, everSet, waits, range, place, function: fn } = connection;
  if (type.managed || role !== 'client' || (type.defaults?.SO_KEEPALIVE ?? 0) === 0 || watching.some((name) => everSet.has(name)))
    return [];
  const lasting = connection.lasting();
  if (!lasting || lasting === 'below' || lasting.limited || lasting.beats || lasting.lost || lasting.other) return [];
  if (watching.some((name) => lasting.options.get(name) === 'set')) return [];
  const own = waits.find(
    (one) =>
      one.fact.wait === 'read' &&
      !one.fact.streams &&
      one.own &&
      one.sentBefore &&
      !one.limited &&
      one.doubt === 0 &&
      one.phase === 'connected',
  );
  const [kept] = lasting.keeper === null ? [] : lasting.answers;
  const at = own ?? kept;
  if (!at) return [];
  return [
    {
      certainty: certaintyOf(1),
      headline: say`the read on ${lineText(at, fn.file)} waits for its answer without limit`,
      what: say`The read on ${lineText(at, fn.file)} waits for its answer without limit.`,
      why: say`A server that accepts and stays silent keeps it waiting without end: keepalive only notices one that is gone.`,
      path: own?.path ?? [
        { kind: 'opened', range },
        { kind: 'waits', range: at.range, file: at.file },
      ],
      fixes:
        place === null || place.startsWith('%')
          ? []
          : [{ fix: 'setLimit', open: range, place, limit: 'read', seconds: LIMIT, functionRange: fn.range, type: type.name }],
      ...(own && { wait: own.range }),
      scenario: own ? 'peer-frozen' : null,
      besides: true,
    },
  ];
}

/** A request for which the whole program has no limit. */
function unanswered(connection: Tracked): Report[] {
  const lasting = connection.lasting();
  if (!lasting || lasting === 'below' || lasting.limited || lasting.lost || lasting.other || lasting.options.get('readTimeout') === 'set')
    return [];
  const { range, place, function: fn, type } = connection;
  return [
    {
      certainty: certaintyOf(1),
      ...whyDespiteConnect(connection),
      path: [{ kind: 'opened', range }],
      fixes: [{ fix: 'setLimit', open: range, place, limit: 'read', seconds: LIMIT, functionRange: fn.range, type: type.name }],
    },
  ];
}

/** Where a library or the code limits the connect, no host that is dead keeps it waiting for as long as the kernel tries. */
function whyDespiteConnect({ profile }: Tracked): Pick<Report, 'why' | 'scenario'> {
  if (profile.unknown?.includes('connectTimeout') === true)
    return { why: say`A server that accepts and stays silent keeps it waiting without end.`, scenario: 'peer-frozen' };
  if (profile.connectTimeout === null) return {};
  return {
    scenario: 'peer-frozen',
    why: say`Its connect has a limit, but a server that accepts and stays silent keeps it waiting without end.`,
  };
}

/** A server that was told not to limit its clients. */
function unguarded(connection: Tracked): Report[] {
  const lasting = connection.lasting();
  if (!lasting || lasting === 'below') return [];
  const off = (connection.type.guards ?? []).find(({ option }) => lasting.options.get(option) === 'none');
  if (!off) return [];
  const told = off.without === 'request' ? server() : idle();
  return [{ certainty: certaintyOf(1), ...told, path: [{ kind: 'opened', range: connection.range }], fixes: [] }];
}

const idle = (): Pick<Report, 'headline' | 'what' | 'why'> => ({
  headline: say`this server never closes a connection that its client leaves idle`,
  what: say`This server never closes a connection that its client leaves idle.`,
  why: say`A client whose host is gone keeps its connection, and a descriptor, without end.`,
});

const server = (): Pick<Report, 'headline' | 'what' | 'why'> => ({
  headline: say`this server gives a client any amount of time to send its request`,
  what: say`This server gives a client any amount of time to send its request.`,
  why: say`A client that connects and stays silent, or whose host is gone, keeps its connection, what serves it and a descriptor without end.`,
});

/** A server of a library, which accepts and reads by itself. */
function serves(connection: Tracked): boolean {
  return connection.role === 'listener' && connection.type.managed === true;
}

const kinds = new Set(['connect', 'handshake', 'other', 'read']);
