/**
 * Calls that open or accept a connection where the analysis found none: in a wrapper, a class of the program's own, an array. Nothing is
 * known of their path, so only ports, frames and the process speak for them.
 */

import { NO_KEEPALIVE } from '../../scenarios/profile.js';
import type { Role } from '../../scenarios/profile.js';
import { givenTo, isDefinition, parameterOf } from './parameters.js';
import type { Opening } from './program.js';
import { ownNames } from './serving.js';
import type { Source } from './source.js';
import type { Token } from './tokens.js';

interface Written {
  languages: readonly string[];
  role: Role;
  callee: RegExp;
  /** What it is called on, where the name alone says too little; an empty text is a call on nothing. */
  on?: RegExp;
  /** A name that programs give functions of their own, too. */
  unlessOwn?: true;
}

const PYTHON = ['python'];
const SCRIPT = ['javascript', 'typescript', 'javascriptreact', 'typescriptreact'];
const CALLS: readonly Written[] = [
  {
    languages: PYTHON,
    role: 'client',
    callee: /^(?:create_connection|open_connection|ServerProxy|HTTPS?Connection|urlopen|FTP|FTP_TLS|SMTP|SMTP_SSL|POP3|IMAP4|Telnet|NNTP)$/,
  },
  // Clients that are pools: the analysis has no word about what lives as long as the program, a table of sockets has.
  { languages: PYTHON, role: 'client', callee: /^(?:Redis|StrictRedis|MongoClient|AsyncIOMotorClient|PooledClient|PyMemcacheClient)$/ },
  { languages: PYTHON, role: 'client', callee: /^from_url$/, on: /redis/i },
  {
    languages: ['go'],
    role: 'client',
    callee: /^New(?:Client|ClusterClient|FailoverClient)$/,
    on: /redis|consul|api|elastic|mongo|etcd|nats/i,
  },
  { languages: PYTHON, role: 'client', callee: /^connect(?:_ex)?$/, on: /sock|conn|client|^s$/i },
  {
    languages: PYTHON,
    role: 'client',
    callee: /^(?:get|post|put|delete|head|request)$/,
    on: /^(?:requests|session|httpx|http|client|pool)$/i,
  },
  { languages: PYTHON, role: 'accepted', callee: /^accept$/, unlessOwn: true },
  // eventlet/convenience.py serve: accepts from the listener that it is given
  { languages: PYTHON, role: 'accepted', callee: /^serve$/, on: /^(?:|eventlet)$/, unlessOwn: true },
  { languages: ['go'], role: 'client', callee: /^Dial\w*$/ },
  { languages: ['go'], role: 'client', callee: /^(?:Get|Post|PostForm|Head|Do|RoundTrip)$/, on: /^(?:http|\w*[cC]lient|rt|transport)$/ },
  { languages: ['go'], role: 'accepted', callee: /^(?:Accept\w*|Hijack)$/ },
  { languages: SCRIPT, role: 'client', callee: /^(?:connect|createConnection)$/, on: /net|tls|http2|sock|client|conn/i },
  { languages: SCRIPT, role: 'client', callee: /^(?:get|post|request)$/, on: /^(?:https?|axios|got|needle|superagent|request)$/ },
  { languages: SCRIPT, role: 'client', callee: /^(?:fetch|WebSocket)$/, on: /^$/ },
  { languages: SCRIPT, role: 'accepted', callee: /^createServer$/ },
  { languages: ['c'], role: 'client', callee: /^connect$/, on: /^$/ },
  { languages: ['c', 'cpp'], role: 'accepted', callee: /^accept4?$/ },
  { languages: ['c', 'cpp'], role: 'listener', callee: /^listen$/, on: /^$/ },
  { languages: ['java', 'kotlin'], role: 'client', callee: /^(?:Socket|createSocket|openConnection|openStream)$/ },
  { languages: ['java', 'kotlin'], role: 'client', callee: /^(?:open|connect)$/, on: /channel|socket/i },
  { languages: ['java', 'kotlin'], role: 'accepted', callee: /^accept$/, on: /sock|server|listen|channel/i },
  { languages: ['rust'], role: 'client', callee: /^connect$/, on: /Stream|sock|client/i },
  { languages: ['rust'], role: 'accepted', callee: /^accept$/ },
  { languages: ['csharp'], role: 'client', callee: /^(?:TcpClient|ConnectAsync|Connect|GetAsync|PostAsync|SendAsync)$/ },
  { languages: ['csharp'], role: 'accepted', callee: /^Accept(?:Async|TcpClient|TcpClientAsync|Socket|SocketAsync)$/ },
];
const MOST_EACH = 200;

/** The written calls of the program at which no known opening has a step. */
export function writtenOpenings(sources: readonly Source[], known: readonly Opening[]): Opening[] {
  const owns = ownNames(sources);
  return sources.flatMap((source) => {
    const rules = CALLS.filter((c) => c.languages.includes(source.file.language));
    if (rules.length === 0) return [];
    const places = linesOf(source, known);
    const found: Opening[] = [];
    source.tokens.forEach((name, i) => {
      if (name.kind !== 'name' || !source.is(i + 1, '(') || found.length >= MOST_EACH) return;
      const isMember = source.is(i - 1, '.') || source.is(i - 1, '->') || source.is(i - 1, '::');
      const on = isMember ? (source.tokens[i - 2]?.text as string) : '';
      const rule = rules.find((r) => r.callee.test(name.text) && (r.on?.test(on) ?? true));
      if (rule?.unlessOwn && owns(name.text)) return;
      if (!rule || places.has(name.line) || isDefinition(source, i) || (on !== '' && isMade(on, source, known))) return;
      places.add(name.line);
      const made = rule.role === 'accepted' ? [] : makers(source, i, on);
      for (const at of made.length > 0 ? made : [name]) found.push(opening(source, name, at, rule.role));
    });
    return found;
  });
}

const SOCKET_CLASS = /sock|connection|client|channel/i;
const MOST_MAKERS = 8;

/** Where the socket that a call connects was made: before it under the same name, or by whoever gives it to the function around. */
function makers(source: Source, i: number, on: string): Token[] {
  if (/^c(?:pp)?$/.test(source.file.language)) return [socketBefore(source, i) ?? []].flat();
  if (on === '') return [];
  const before = madeBefore(source, on, i);
  if (before) return [before];
  const within = source.functionAt(source.tokens[i]?.line ?? 0);
  const parameter = source
    .occurrences(on)
    .map((k) => parameterOf(source, k))
    .find((p) => p !== null && p.fn === within && p.name === on);
  if (!parameter) return [];
  const given = source.occurrences(parameter.fn).flatMap((k): Token[] => {
    const [name, more] = givenTo(source, k, parameter);
    const made = name?.kind === 'name' && more === undefined ? madeBefore(source, name.text, k) : null;
    return made ? [made] : [];
  });
  return given.filter((t, k) => given.findIndex((other) => other.line === t.line) === k).slice(0, MOST_MAKERS);
}

/** The call that made what has this name: `sock = socket.socket(...)`, `const sock = new net.Socket()`. */
function madeBefore(source: Source, name: string, i: number): Token | null {
  for (const k of [...source.occurrences(name)].reverse()) {
    if (k >= i || !source.is(k + 1, '=')) continue;
    const value = source.expression(k + 2);
    const open = value.findIndex((t) => t.text === '(');
    const callee = value[open - 1];
    return callee?.kind === 'name' && SOCKET_CLASS.test(callee.text) ? callee : null;
  }
  return null;
}

/** The nearest `socket()` before a call of the same function: what C connects was made there. */
function socketBefore(source: Source, i: number): Token | null {
  const within = source.functionAt(source.tokens[i]?.line ?? 0);
  for (let k = i - 1; k >= 0 && k > i - 200; k--) {
    const t = source.tokens[k] as Token;
    if (t.text === 'socket' && source.is(k + 1, '(')) return source.functionAt(t.line) === within ? t : null;
  }
  return null;
}

/** Is the name one that a known line gives a new connection? Then the call is that connection's. */
function isMade(name: string, source: Source, known: readonly Opening[]): boolean {
  const lines = new Set(
    known.filter((o) => o.file === source.file && o.connection.role === 'client').map((o) => o.connection.range.startLine),
  );
  return source.occurrences(name).some((i) => lines.has(source.tokens[i]?.line ?? 0) && source.is(i + 1, '='));
}

function linesOf(source: Source, known: readonly Opening[]): Set<number> {
  const lines = new Set<number>();
  for (const { file, connection } of known) {
    if (file === source.file) for (let l = connection.range.startLine; l <= connection.range.endLine; l++) lines.add(l);
    for (const step of connection.steps)
      if (step.do === 'connect' || step.do === 'accept' || step.do === 'send' || step.do === 'listen')
        if ((step.file ?? file.path) === source.file.path) lines.add(step.line);
  }
  return lines;
}

const DOES = { client: 'connect', accepted: 'accept', listener: 'listen' } as const;

function opening(source: Source, call: Token, at: Token, role: Role): Opening {
  const { line, column, text: callee } = at;
  return {
    file: source.file,
    findings: [],
    written: true,
    connection: {
      role,
      library: callee,
      keepalive: NO_KEEPALIVE,
      ...{ userTimeoutMs: null, connectTimeout: null, readTimeout: null, writeTimeout: null, backlog: null, linger: null },
      ...{ reuseAddr: false, nonBlocking: false, onDrop: 'never' as const },
      steps: [{ do: DOES[role], line: call.line }],
      range: { startLine: line, startColumn: column + 1, endLine: line, endColumn: column + 1 + callee.length },
      function: source.functionAt(line),
      mentions: [],
    },
  };
}
