/** A wait without any limit on a connection of ours, and nothing that notices a dead peer. */

import { KEEPALIVE_OPTIONS, LIMIT, USER_TIMEOUT_MS } from '../../scenarios/advice.js';
import { lineText } from '../flow/notes-text.js';
import type { Where } from '../flow/notes.js';
import type { Lasting } from '../flow/lasting.js';
import type { Tracked, Wait } from '../flow/tracked.js';
import { certaintyOf } from './leaks.js';
import type { Report, Rule } from './rule.js';
import { say } from '../../words/say.js';

/** What the fix sets. */
const suggested = [{ name: 'SO_KEEPALIVE', value: 1 }, ...KEEPALIVE_OPTIONS];

/** While data are in flight, keepalive does not probe. */
const forData = { name: 'TCP_USER_TIMEOUT', value: USER_TIMEOUT_MS };

export const rule: Rule = {
  id: 'missing-keepalive',
  title: 'Waits without limit and without keepalive',
  severity: 'warning',
  advice: 1,
  what: 'This connection waits for its peer without any limit, and keepalive is off.',
  why:
    'If the peer loses power or a middle box forgets the connection, nothing ever arrives: the wait does not end, and ' +
    'neither does the connection.',
  remedy: 'Switch keepalive on with short numbers, or give the read a time limit.',
  scenario: 'peer-host-loses-power-idle',
  examples: [
    {
      language: 'python',
      bad: 'import socket\n\ndef fetch(host):\n    with socket.create_connection((host, 80)) as s:\n        return s.recv(100)\n',
      good:
        'import socket\n\ndef fetch(host):\n    with socket.create_connection((host, 80), timeout=10) as s:\n        return ' +
        's.recv(100)\n',
    },
    {
      language: 'go',
      bad:
        'package main\n\nimport (\n\t"net"\n)\n\nfunc first(l *net.TCPListener) error {\n\tconn, err := l.AcceptTCP()\n\tif ' +
        'err != nil {\n\t\treturn err\n\t}\n\tdefer conn.Close()\n\tconn.SetKeepAlive(false)\n\t_, err = ' +
        'conn.Read(make([]byte, 100))\n\treturn err\n}\n',
      good:
        'package main\n\nimport (\n\t"net"\n)\n\nfunc first(l *net.TCPListener) error {\n\tconn, err := l.AcceptTCP()\n\tif ' +
        'err != nil {\n\t\treturn err\n\t}\n\tdefer conn.Close()\n\t_, err = conn.Read(make([]byte, 100))\n\treturn ' +
        'err\n}\n',
    },
    {
      language: 'c',
      bad:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nvoid one(int listener)\n{\n    char line[80];\n    int fd = ' +
        'accept(listener, NULL, NULL);\n    if (fd < 0)\n        return;\n    read(fd, line, sizeof(line));\n    ' +
        'close(fd);\n}\n',
      good:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nvoid one(int listener)\n{\n    struct timeval limit = { 5, 0 ' +
        '};\n    char line[80];\n    int fd = accept(listener, NULL, NULL);\n    if (fd < 0)\n        return;\n    ' +
        'setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));\n    read(fd, line, sizeof(line));\n    ' +
        'close(fd);\n}\n',
    },
    {
      language: 'javascript',
      bad:
        "const net = require('net');\n\nfunction follow(host, each) {\n  const socket = net.connect(7000, host);\n  " +
        "socket.on('data', each);\n  socket.on('error', () => {});\n}\n\nmodule.exports = { follow };\n",
      good:
        "const net = require('net');\n\nfunction follow(host, each) {\n  const socket = net.connect(7000, host);\n  " +
        "socket.setKeepAlive(true, 60000);\n  socket.on('data', each);\n  socket.on('error', () => " +
        '{});\n}\n\nmodule.exports = { follow };\n',
    },
  ],
  check(connection: Tracked): Report[] {
    if (!connection.tcp || connection.type.managed || connection.role === 'listener') return [];
    const wait = endlessWait(connection);
    // Set on other paths: a setting of the program decides.
    if (connection.everSet.has('SO_KEEPALIVE') && wait?.options.SO_KEEPALIVE === undefined) return [];
    // What waits outside, in an object that keeps it, is asked together with all else that happens there.
    if (!wait || (!isIn(wait, connection.function) && isKept(connection.lasting()))) {
      const found = unwatched(connection);
      return found.length > 0 ? found : handedOn(connection);
    }
    const common = {
      open: connection.range,
      place: connection.place ?? '',
      functionRange: connection.function.range,
      type: connection.type.name,
    };
    const what = say`The read on ${lineText(wait, connection.function.file)} waits for the peer without any limit, and keepalive is off.`;
    const hasName = connection.place !== null && !connection.place.startsWith('%');
    return [
      {
        certainty: certaintyOf(wait.doubt),
        headline: say`no limit on ${lineText(wait, connection.function.file)}, keepalive off`,
        what,
        path: wait.path,
        fixes: hasName
          ? [
              { fix: 'setOptions', ...common, options: optionsFor(connection.lasting()) },
              { fix: 'setLimit', ...common, limit: 'read', seconds: LIMIT },
            ]
          : [],
      },
    ];
  },
};

/** An object keeps it, here or in a function that it came from. */
function isKept(lasting: ReturnType<Tracked['lasting']>): boolean {
  return lasting === 'below' || (lasting !== null && lasting.keeper !== null);
}

/** It lives on, in an object, an event loop, another thread, and nothing there or anywhere ends it when the peer falls silent. */
function unwatched(connection: Tracked): Report[] {
  const defaults = connection.type.defaults ?? {};
  if (connection.everSet.has('SO_KEEPALIVE') || (defaults.SO_KEEPALIVE ?? 0) !== 0) return [];
  const lasting = connection.lasting();
  if (!lasting || lasting === 'below' || lasting.limited || lasting.beats || lasting.lost || lasting.other || isLimited(lasting)) return [];
  const home = connection.function.file;
  const [wait] = lasting.waits;
  const write =
    wait || lasting.reads || lasting.keeper === null || limitsSends(lasting) ? undefined : lasting.writes.find(({ apart }) => apart);
  const where = wait ?? write;
  if (!where) return [];
  const at = lineText(where, home);
  const what = !wait
    ? say`This connection is kept and only written to, on ${at}: while nothing is written, nothing notices that the peer is gone, and keepalive is off.`
    : wait.kind === 'read'
      ? say`The read on ${at} waits for the peer without any limit, and keepalive is off.`
      : wait.kind === 'poll'
        ? say`The wait on ${at} has no limit, and keepalive is off.`
        : say`From ${at} on an event loop waits for the peer without any limit, and keepalive is off.`;
  const { opened } = lasting;
  const isHere = opened.file === home;
  const place = isHere ? opened.place : connection.place;
  const range = isHere ? opened.range : connection.range;
  const common = {
    open: range,
    place: place ?? '',
    functionRange: isHere ? opened.fn.range : connection.function.range,
    type: isHere ? opened.type : connection.type.name,
  };
  return [
    {
      certainty: certaintyOf(1),
      range,
      what,
      headline:
        wait?.kind === 'loop'
          ? say`no limit from ${at} on, keepalive off`
          : say`${wait ? say`no limit` : say`only written to`} on ${at}, keepalive off`,
      path: [
        { kind: 'opened', range: opened.range, file: opened.file },
        { kind: wait?.kind === 'read' ? 'waits' : 'blocks', range: where.range, file: where.file },
      ],
      fixes: place === null || place.startsWith('%') ? [] : [{ fix: 'setOptions', ...common, options: optionsFor(lasting) }],
    },
  ];
}

/** Whole words of what may switch it on where we cannot look. */
const configures = /(?:^|_|\.)(?:keep_?alive|sockopts?|setsockopt|opts?|options?|tune|configure|config)(?:_|$)/;

/** What goes on with a result, whatever that is. */
const combines = /(?:^|\.)(?:and_then|map|map_ok|map_or|then|or_else|unwrap_or_else|inspect|flatten|into_stream|ok_or)$/;

/** A connection of a runtime that sets nothing by itself goes to others, with neither keepalive nor a limit. */
function handedOn(connection: Tracked): Report[] {
  const { type, role, everSet, waits, profile } = connection;
  const lasts = role === 'accepted' || everSet.has('TCP_NODELAY');
  if (type.bare !== true || !lasts || everSet.has('SO_KEEPALIVE') || everSet.has('readTimeout') || connection.function.isTest) return [];
  const lasting = connection.lasting();
  if (lasting && lasting !== 'below' && (lasting.limited || lasting.beats || isLimited(lasting))) return [];
  const given = connection.givenTo.filter(({ name }) => !combines.test(name));
  const isWatched = waits.some(({ fact, limited, own }) => own && limited && (fact.wait === 'read' || fact.wait === 'poll'));
  if (isWatched || profile.keepalive.on || given.length === 0 || given.some(({ name }) => configures.test(name))) return [];
  const [where] = given;
  if (!where) return [];
  const at = lineText(where, connection.function.file);
  return [
    {
      certainty: certaintyOf(1),
      headline: say`handed on by ${at}, keepalive off`,
      what: say`This connection is handed on by ${at} with keepalive off and without a limit: the runtime sets neither.`,
      path: [
        { kind: 'opened', range: connection.range },
        { kind: 'blocks', range: where.range, file: where.file },
      ],
      fixes: [],
    },
  ];
}

/** What is kept and written to needs a limit for data, too. */
function optionsFor(lasting: ReturnType<Tracked['lasting']>): typeof suggested {
  const isWritten = lasting !== null && lasting !== 'below' && lasting.keeper !== null && lasting.writes.some(({ apart }) => apart);
  return isWritten ? [...suggested, forData] : suggested;
}

/** `missing-user-timeout` speaks of those. */
function limitsSends({ options }: Lasting): boolean {
  return options.get('SO_SNDTIMEO') === 'set' || options.get('writeTimeout') === 'set' || options.get('TCP_USER_TIMEOUT') === 'set';
}

/** Does it lie in the text of the function? */
function isIn({ range, file }: Where, fn: Tracked['function']): boolean {
  return file === fn.file && range.startLine >= fn.range.startLine && range.endLine <= fn.range.endLine;
}

/** Keepalive may be on, or a read has a limit. */
function isLimited({ options }: Lasting): boolean {
  return options.get('SO_KEEPALIVE') === 'set' || options.get('readTimeout') === 'set' || options.get('SO_RCVTIMEO') === 'set';
}

/** A read (or a poll that stands for one) that nothing ends but the peer. */
function endlessWait(connection: Tracked): Wait | null {
  for (const wait of connection.waits) {
    const waits = (wait.fact.wait === 'read' && wait.own) || (wait.fact.wait === 'poll' && wait.phase !== 'open');
    const keepalive = wait.options.SO_KEEPALIVE ? wait.options.SO_KEEPALIVE.value : (connection.type.defaults?.SO_KEEPALIVE ?? 0);
    if (waits && !wait.limited && keepalive === 0 && wait.phase !== 'eof' && wait.doubt < 2) return wait;
  }
  return null;
}
