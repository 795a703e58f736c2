/**
 * Servers that a framework opens: one call listens, accepts and hands each connection to a handler. The analysis knows the handler or
 * nothing of it, since the program can neither forget to close the listener nor the connection; a table of sockets shows both.
 */

import type { Connection } from '../../analysis/findings.js';
import { NO_KEEPALIVE } from '../../scenarios/profile.js';
import type { Keepalive, ProfileStep, Role } from '../../scenarios/profile.js';
import { classOf, isDefinition } from './parameters.js';
import type { Opening } from './program.js';
import { plainName } from './program.js';
import type { Source } from './source.js';
import type { Token } from './tokens.js';

interface Server {
  languages: readonly string[];
  /** The last name of what is called. */
  callee: RegExp;
  /** What it is called on, where the name alone says too little. */
  on?: RegExp;
  /** The queue that it asks listen() for. */
  backlog: number;
}

const PYTHON = ['python'];
const SCRIPT = ['javascript', 'typescript', 'javascriptreact', 'typescriptreact'];

const SERVERS: readonly Server[] = [
  // socketserver.py TCPServer.request_queue_size; http.server, xmlrpc.server and wsgiref build on it.
  { languages: PYTHON, callee: /^(?:(?:Threading|Forking)?(?:TCPServer|HTTPServer)|(?:Simple|Doc)XMLRPCServer|make_server)$/, backlog: 5 },
  // asyncio/base_events.py create_server(backlog=100); tornado, aiohttp and websockets go through it.
  { languages: PYTHON, callee: /^(?:start_server|create_server|run_app|TCPSite)$/, backlog: 100 },
  {
    languages: PYTHON,
    callee: /^(?:run|serve|listen|run_simple)$/,
    on: /^(?:uvicorn|waitress|websockets|app|application|server)$/,
    backlog: 128,
  },
  // gevent/baseserver.py StreamServer.backlog
  { languages: PYTHON, callee: /^(?:WSGIServer|StreamServer)$/, backlog: 256 },
  // lib/net.js Server.prototype.listen: 511
  { languages: SCRIPT, callee: /^listen$/, on: /^(?:app|server|api|httpServer|fastify|express)$/i, backlog: 511 },
  // net/sock_linux.go maxListenerBacklog: the machine's somaxconn
  { languages: ['go'], callee: /^ListenAndServe(?:TLS)?$/, backlog: 4096 },
  { languages: ['go'], callee: /^(?:Run|Start)$/, on: /^(?:r|e|g|router|engine|app|server)$/, backlog: 4096 },
  // sun.net.httpserver.ServerImpl: backlog 0 is the system's 50
  { languages: ['java', 'kotlin'], callee: /^create$/, on: /^HttpServer$/, backlog: 50 },
];

/** The runtime switches keepalive on for every connection that it accepts (net/dial.go ListenConfig.KeepAlive). */
const ACCEPTED_KEEPALIVE: Readonly<Record<string, Keepalive>> = {
  go: { on: true, idle: 15, interval: 15, count: 9, from: 'runtime', line: null },
};

/** A call that serves: its place, and its arguments. */
export interface ServingCall {
  source: Source;
  /** The name that is called. */
  name: Token;
  args: Token[][];
  backlog: number;
}

/** The calls of a program that serve by themselves; its own subclasses of servers are servers too. */
export function servingCalls(sources: readonly Source[]): ServingCall[] {
  const own = subclasses(sources);
  const owns = ownNames(sources);
  return sources.flatMap((source) =>
    source.tokens.flatMap((name, i) => {
      if (name.kind !== 'name' || !source.is(i + 1, '(') || isDefinition(source, i)) return [];
      const isMember = source.is(i - 1, '.');
      const receiver = isMember ? (source.tokens[i - 2]?.text as string) : '';
      const backlog = PYTHON.includes(source.file.language) ? own.get(name.text) : undefined;
      const server = SERVERS.find(
        (s) => s.languages.includes(source.file.language) && s.callee.test(name.text) && (s.on?.test(receiver) ?? true),
      );
      const queue = backlog ?? server?.backlog;
      // The program's own function of that name, whatever it calls in its turn.
      if (backlog === undefined && owns(name.text) && !isModule(source, receiver)) return [];
      return queue === undefined || source.tokens[i - 1]?.text === 'class'
        ? []
        : [{ source, name, args: source.args(i + 1), backlog: queue }];
    }),
  );
}

/** Names of functions that the program defines itself, as they are asked for. */
export function ownNames(sources: readonly Source[]): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    let found = known.get(name);
    if (found === undefined) {
      found = sources.some((s) => s.occurrences(name).some((i) => isDefinition(s, i) && s.tokens[i - 1]?.text !== 'class'));
      known.set(name, found);
    }
    return found;
  };
}

/** `asyncio.start_server` where `import asyncio` stands, alone or among others. */
const isModule = (source: Source, name: string): boolean =>
  name !== '' &&
  source.occurrences(name).some((i) => {
    for (let k = i - 1; source.tokens[k]?.line === source.tokens[i]?.line; k--) if (source.tokens[k]?.text === 'import') return true;
    return false;
  });

/** Names of classes that derive from a server, with its queue. */
function subclasses(sources: readonly Source[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const source of sources.filter((s) => PYTHON.includes(s.file.language))) {
    source.tokens.forEach((t, i) => {
      const name = source.tokens[i + 1];
      if (t.text !== 'class' || name?.kind !== 'name' || !source.is(i + 2, '(')) return;
      const bases = source.args(i + 2).flat();
      const base = bases.map(
        (b) => found.get(b.text) ?? SERVERS.find((s) => s.on === undefined && s.languages === PYTHON && s.callee.test(b.text))?.backlog,
      );
      const backlog = base.find((n) => n !== undefined);
      if (backlog !== undefined) found.set(name.text, backlog);
    });
  }
  return found;
}

/** Does the analysis know the listener of this call already? */
function isKnown(call: ServingCall, openings: readonly Opening[]): boolean {
  return openings.some(
    ({ file, connection: { role, range, steps } }) =>
      role === 'listener' &&
      file === call.source.file &&
      ((range.startLine <= call.name.line && call.name.line <= range.endLine) ||
        steps.some((s) => s.do === 'listen' && s.file === undefined && s.line === call.name.line)),
  );
}

function opening(call: ServingCall, role: Role): Opening {
  const { line, column, text } = call.name;
  const steps: Connection['steps'] =
    role === 'listener'
      ? [
          { do: 'listen', line },
          { do: 'hold', line },
        ]
      : [
          { do: 'accept', line },
          { do: 'hold', line },
        ];
  const connection: Connection = {
    role,
    library: text,
    keepalive: keepaliveOf(role, call.source.file.language),
    userTimeoutMs: null,
    connectTimeout: null,
    readTimeout: null,
    writeTimeout: null,
    backlog: role === 'listener' ? call.backlog : null,
    linger: null,
    reuseAddr: true,
    nonBlocking: false,
    onDrop: 'never',
    steps,
    range: { startLine: line, startColumn: column + 1, endLine: line, endColumn: column + 1 + text.length },
    function: '',
    mentions: [],
  };
  return { file: call.source.file, connection, findings: [] };
}

function keepaliveOf(role: Role, language: string): Keepalive {
  const own = role === 'accepted' ? ACCEPTED_KEEPALIVE[language] : undefined;
  return own ?? NO_KEEPALIVE;
}

/** Listeners of serving calls that the analysis has no word about. */
export function servingOpenings(calls: readonly ServingCall[], openings: readonly Opening[]): Opening[] {
  return calls.filter((call) => !isKnown(call, openings)).map((call) => opening(call, 'listener'));
}

/** The connections that a listener accepts where no opening of the program does: on the line that takes them, or on its own. */
export function acceptedBy({ file: own, connection, findings }: Opening, at?: number, file = own): Opening {
  const line = at ?? connection.range.startLine;
  const keepalive = keepaliveOf('accepted', file.language);
  return {
    file,
    findings,
    connection: {
      ...connection,
      role: 'accepted',
      ...(at !== undefined && { range: { startLine: line, startColumn: 1, endLine: line, endColumn: 1 } }),
      keepalive: connection.keepalive.on ? connection.keepalive : keepalive,
      backlog: null,
      steps: [
        { do: 'accept', line },
        { do: 'hold', line },
      ],
    },
  };
}

/** What the calls that are given this handler (its function, or the class around it) are given besides: the server's address. */
export function givenWith(handler: Opening, calls: readonly ServingCall[], sources: readonly Source[]): ServingCall[] {
  const name = plainName(handler.connection.function);
  const source = sources.find((s) => s.file === handler.file);
  const at = source?.occurrences(name).find((i) => source.tokens[i]?.line === handler.connection.range.startLine);
  if (!source || at === undefined) return [];
  const names = new Set([name, classAround(source, at)]);
  return calls.filter(
    (call) => call.source.file.language === handler.file.language && call.args.flat().some((t) => t.kind === 'name' && names.has(t.text)),
  );
}

/** The class whose indented method stands here; empty outside of classes. */
function classAround(source: Source, at: number): string {
  const before = source.tokens[at - 1];
  return before && before.column > 0 ? classOf(source, at) : '';
}

/** The step in which the program takes a listener's connections. */
export function acceptOf({ connection }: Opening): ProfileStep | undefined {
  const flat = (steps: readonly ProfileStep[]): ProfileStep[] => steps.flatMap((s) => [s, ...flat(s.steps ?? [])]);
  return flat(connection.steps).find((s) => s.do === 'accept' && s.line > 0);
}

/** Where it is listened: what a helper opens has the place of whoever asks for it. */
export function listenPlace({ file, connection: { steps, range } }: Opening): string {
  const step = steps.find((s) => s.do === 'listen');
  return `${step?.file ?? file.path}:${step?.line ?? range.startLine}`;
}
