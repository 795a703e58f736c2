/** Node: http and https, as a client and as a server. */

import type { CallFact, EventMeaning, Library, OptionName, SetFact, Slot } from '../flow/facts.js';
import { asASocket, nodeTypes, serverDefaults } from './javascript-kit.js';

const on = ['on', 'once', 'addListener', 'prependListener', 'prependOnceListener'];
const r = 'http.ClientRequest.';
const m = 'http.IncomingMessage.';
const response: NonNullable<CallFact['calls']> = {
  callee: 'last',
  gives: [{ param: 0, type: 'http.IncomingMessage', role: 'client', owns: true }],
};
const answered: Partial<Record<string, EventMeaning>> = {
  data: 'reads',
  readable: 'reads',
  end: 'over',
  close: 'over',
  error: 'over',
  aborted: 'over',
  timeout: 'notice',
};
const asked: Partial<Record<string, EventMeaning>> = { timeout: 'notice', error: 'over', close: 'over', abort: 'over' };
const handles: NonNullable<CallFact['handles']> = { event: { arg: 0 }, callee: { arg: 1 } };
const upgraded: NonNullable<CallFact['calls']> = {
  callee: { arg: 1 },
  gives: [
    { param: 1, type: 'net.Socket', role: 'accepted', owns: true },
    { param: 0, type: 'http.UpgradeRequest', role: 'accepted', owns: true },
  ],
};

/** lib/_http_client.js parserOnIncomingClient, onUpgradeOrConnect: the socket leaves the agent and is the listener's. */
const switched: NonNullable<CallFact['calls']> = {
  callee: { arg: 1 },
  gives: [{ param: 1, type: 'http.SwitchedSocket', role: 'client', owns: true }],
};

/** lib/_http_client.js ClientRequest: `timeout` only tells, `signal` destroys; there is no limit otherwise. */
const limits: SetFact[] = [0, 1].flatMap((arg): SetFact[] => [
  { option: 'readTimeout', from: { arg }, field: 'timeout', scale: 0.001 },
  { option: 'readTimeout', from: { arg }, field: 'signal' },
]);

const both = (names: readonly string[]): string[] =>
  ['http', 'https', 'follow-redirects.http', 'follow-redirects.https'].flatMap((module) => names.map((name) => `${module}.${name}`));

const clients: CallFact[] = [
  {
    name: both(['request', 'get']),
    source: 'lib/_http_client.js ClientRequest; follow-redirects index.js wrap: the same, asked again elsewhere',
    opens: { type: 'http.ClientRequest', role: 'client', connected: true },
    calls: response,
    sets: limits,
    step: { do: 'connect' },
    then: [{ do: 'send' }],
  },
  {
    name: both(['get()', 'request()']),
    source: 'lib/_http_client.js ClientRequest: what the callback is given',
    opens: { type: 'http.IncomingMessage', role: 'client', connected: true },
    fails: [{ throws: ['Error'] }],
    step: { do: 'connect' },
    then: [{ do: 'send' }, { do: 'recv' }],
  },
  {
    name: on.map((name) => r + name),
    source: 'lib/_http_client.js parserOnIncomingClient: dumps an answer that nobody listens for',
    handles,
    passes: 'receiver',
    variants: [
      { when: { arg: { arg: 0 }, names: ['response'] }, then: { handles: undefined, calls: { ...response, callee: { arg: 1 } } } },
      { when: { arg: { arg: 0 }, names: ['upgrade', 'connect'] }, then: { handles: undefined, calls: switched } },
      // Who is given the socket may limit it; who is told of a limit has one.
      { when: { arg: { arg: 0 }, names: ['socket'] }, then: { sets: [{ option: 'readTimeout', value: 'unknown' }] } },
      { when: { arg: { arg: 0 }, names: ['timeout'] }, then: { sets: [{ option: 'readTimeout', value: 'unknown', unlessSet: true }] } },
    ],
  },
  {
    name: `${r}setTimeout`,
    source: 'lib/_http_client.js ClientRequest.prototype.setTimeout: only emits timeout',
    handles: { event: { is: 'timeout' }, callee: { arg: 1 } },
    passes: 'receiver',
    sets: [{ option: 'readTimeout', from: { arg: 0 }, scale: 0.001 }],
  },
  {
    name: [`${r}destroy`, `${r}abort`],
    source: 'lib/_http_client.js ClientRequest.prototype.destroy',
    closes: true,
    passes: 'receiver',
    step: { do: 'close' },
  },
  {
    name: [
      'end',
      'write',
      'setHeader',
      'removeHeader',
      'getHeader',
      'flushHeaders',
      'setNoDelay',
      'setSocketKeepAlive',
      'off',
      'removeListener',
      'removeAllListeners',
      'emit',
      'cork',
      'uncork',
    ].map((name) => r + name),
    source: 'lib/_http_outgoing.js: sends',
    passes: 'receiver',
  },
  {
    name: on.map((name) => m + name),
    source: 'lib/_http_incoming.js IncomingMessage: flows from the first data listener on',
    handles,
    passes: 'receiver',
  },
  {
    name: ['resume', 'pipe', 'Symbol.asyncIterator', 'read', 'toArray', 'forEach', 'map', 'reduce', 'compose', 'text', 'iterator'].map(
      (name) => m + name,
    ),
    source: 'lib/internal/streams/readable.js: flows',
    consumes: true,
    passes: 'receiver',
  },
  {
    name: [`${m}destroy`, `${m}socket.destroy`, `${m}connection.destroy`, `${m}req.destroy`, `${m}req.abort`, `${m}client.destroy`],
    source: 'lib/_http_incoming.js IncomingMessage.prototype._destroy',
    closes: true,
    passes: 'receiver',
    step: { do: 'close' },
  },
  {
    name: ['setEncoding', 'pause', 'off', 'removeListener', 'removeAllListeners', 'emit', 'unpipe', 'isPaused'].map((name) => m + name),
    source: 'lib/_http_incoming.js: does not read',
    passes: 'receiver',
  },
  {
    name: `${m}setTimeout`,
    source: 'lib/_http_incoming.js IncomingMessage.prototype.setTimeout',
    handles: { event: { is: 'timeout' }, callee: { arg: 1 } },
    passes: 'receiver',
  },
];

/** lib/_http_agent.js: globalAgent keeps alive since Node 19, keepAliveMsecs 1000; deps/uv uv__tcp_keepalive: 1 s, 10 probes. */
const agentDefaults = { SO_KEEPALIVE: 1, TCP_KEEPIDLE: 1, TCP_KEEPINTVL: 1, TCP_KEEPCNT: 10 };

/** lib/_http_server.js storeHTTPOptions: 300 s for a request, 60 s for its headers, 5 s between requests; 0 is none. */
function serverLimits(from: Slot): SetFact[] {
  const set = (option: OptionName, field: string): SetFact => ({ option, from, field, scale: 0.001, signs: { zero: null } });
  return [set('readTimeout', 'requestTimeout'), set('readTimeout', 'headersTimeout'), set('writeTimeout', 'keepAliveTimeout')];
}
const anyLimit: SetFact[] = (['readTimeout', 'writeTimeout'] as const).map((option) => ({
  option,
  from: { arg: 0 },
  scale: 0.001,
  signs: { zero: 'leave' },
}));

const servers: CallFact[] = [
  {
    name: ['http.createServer', 'https.createServer', 'http.Server', 'https.Server'],
    source: 'lib/_http_server.js Server: owns its sockets',
    opens: { type: 'http.Server', role: 'listener', quiet: true, heldFrom: 'connect' },
    sets: serverLimits({ arg: 0 }),
    // A single argument is the function that answers.
    variants: [{ when: { lacks: { arg: 1 } }, then: { sets: [] } }],
  },
  ...serverLimits('receiver').map((set): CallFact => ({
    name: `http.Server.${set.field}=`,
    source: 'lib/_http_server.js Server, setupConnectionsTracking: what is set later holds, too',
    sets: [{ ...set, from: { arg: 0 }, field: undefined }],
  })),
  {
    name: ['http.Server.timeout=', 'http.Server.setTimeout'],
    source: 'lib/_http_server.js connectionListenerInternal, Server.prototype.setTimeout: a limit for every socket, none by default',
    sets: anyLimit,
  },
  {
    name: ['http.Agent', 'https.Agent'],
    source: 'lib/_http_agent.js Agent: with keepAlive it keeps its sockets until their server closes them, or destroy()',
    opens: { type: 'http.Agent', role: 'client' },
    variants: [
      { when: { arg: { arg: 0 }, field: 'keepAlive', names: ['true'] }, then: {} },
      { when: { lacks: { arg: 9 } }, then: { opens: undefined } },
    ],
  },
  { name: 'http.Agent.destroy', source: 'lib/_http_agent.js Agent.prototype.destroy', closes: true, step: { do: 'close' } },
  {
    name: on.map((name) => `http.Server.${name}`),
    source: "lib/_http_server.js onParserExecuteCommon: the socket is the listener's",
    passes: 'receiver',
    variants: [
      { when: { arg: { arg: 0 }, names: ['upgrade', 'connect'] }, then: { calls: upgraded } },
      // Who is given each socket may limit it.
      {
        when: { arg: { arg: 0 }, names: ['connection', 'secureConnection'] },
        then: {
          sets: [
            { option: 'readTimeout', value: 'unknown' },
            { option: 'writeTimeout', value: 'unknown' },
          ],
        },
      },
    ],
  },
  {
    name: 'http.Server.listen',
    source: 'lib/net.js Server.prototype.listen: the event loop has it',
    passes: 'receiver',
    takes: true,
    step: { do: 'listen' },
    sets: [{ option: 'BACKLOG', from: { arg: 0 }, field: 'backlog' }],
  },
  {
    name: 'http.Server.close',
    source: 'lib/_http_server.js Server.prototype.close',
    closes: true,
    passes: 'receiver',
    step: { do: 'close' },
  },
  {
    name: ['address', 'ref', 'unref', 'off', 'removeListener', 'closeIdleConnections', 'closeAllConnections'].map(
      (name) => `http.Server.${name}`,
    ),
    source: 'lib/_http_server.js Server',
  },
];

export const library: Library = {
  id: 'javascript-http',
  languages: ['javascript'],
  title: 'http, https',
  types: nodeTypes([
    {
      name: 'http.ClientRequest',
      source: 'lib/_http_client.js: its agent has the socket',
      onDrop: 'never',
      defaults: agentDefaults,
      managed: true,
      closesItself: true,
      lever: true,
      unlimited: true,
      events: asked,
      unheard: 'timeout',
      closedBy: 'destroy()',
    },
    {
      name: 'http.IncomingMessage',
      source: 'lib/_http_client.js responseOnEnd: the socket goes back to the agent when the body is read',
      onDrop: 'never',
      response: true,
      stalls: true,
      defaults: agentDefaults,
      managed: true,
      events: answered,
      closedBy: 'resume()',
      fields: { upgrade: 'falsy', destroyed: 'false' },
    },
    { name: 'http.IncomingMessage.socket', source: 'lib/_http_incoming.js', onDrop: 'never', managed: true, lever: true },
    { name: 'http.IncomingMessage.connection', source: 'lib/_http_incoming.js', onDrop: 'never', managed: true, lever: true },
    { name: 'http.IncomingMessage.client', source: 'lib/_http_incoming.js', onDrop: 'never', managed: true, lever: true },
    { name: 'http.IncomingMessage.req', source: 'lib/_http_client.js', onDrop: 'never', managed: true, lever: true },
    {
      name: 'http.SwitchedSocket',
      source: 'lib/_http_client.js onUpgradeOrConnect: a socket of the agent, with what that has set',
      onDrop: 'never',
      extends: 'net.Socket',
      defaults: agentDefaults,
      ...asASocket,
    },
    {
      name: 'http.UpgradeRequest',
      source: 'lib/_http_incoming.js IncomingMessage.socket: the very socket',
      onDrop: 'never',
      managed: true,
    },
    {
      name: 'http.UpgradeRequest.socket',
      source: 'lib/_http_incoming.js IncomingMessage.socket',
      onDrop: 'never',
      managed: true,
      extends: 'net.Socket',
    },
    {
      name: 'http.UpgradeRequest.connection',
      source: 'lib/_http_incoming.js IncomingMessage.connection',
      onDrop: 'never',
      managed: true,
      extends: 'net.Socket',
    },
    {
      name: 'http.Server',
      source: 'lib/_http_server.js Server: requestTimeout 300 s, headersTimeout 60 s, keepAliveTimeout 5 s; a net.Server',
      onDrop: 'never',
      defaults: serverDefaults,
      guards: [
        { option: 'readTimeout', without: 'request' },
        { option: 'writeTimeout', without: 'idle' },
      ],
    },
    {
      name: 'http.Agent',
      source: 'lib/_http_agent.js Agent, createSocket: with keepAlive its sockets have keepalive',
      onDrop: 'never',
      defaults: agentDefaults,
      longLived: true,
      managed: true,
      closedBy: 'destroy()',
    },
  ]),
  calls: [...clients, ...servers],
};
