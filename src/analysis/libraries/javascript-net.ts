/** Node: net, tls, and what streams and events do with sockets. */

import type { CallFact, EventMeaning, Library, OpenFact, SetFact } from '../flow/facts.js';
import { asASocket, nodeTypes, serverDefaults } from './javascript-kit.js';

const s = 'net.Socket.';
const on = ['on', 'once', 'addListener', 'prependListener', 'prependOnceListener'];
const events: Partial<Record<string, EventMeaning>> = {
  data: 'reads',
  readable: 'reads',
  end: 'over',
  close: 'over',
  error: 'over',
  timeout: 'notice',
};
/** With `allowHalfOpen` the peer's end is an event and nothing else. */
const halfOpenEvents: typeof events = { ...events, data: 'drains', readable: 'drains', end: 'later' };
const accepted = (type: string, heard = false): NonNullable<CallFact['calls']> => ({
  callee: 'last',
  gives: [{ param: 0, type, role: 'accepted', owns: true, heard }],
});
/** The first argument allows half-open connections. */
const halfOpen = { arg: { arg: 0 }, field: 'allowHalfOpen', names: ['true'] };
/** Nothing is held until it listens, and then the event loop has it. */
const listener: OpenFact = { type: 'net.Server', role: 'listener', quiet: true, heldFrom: 'connect' };
const client = (type: string): OpenFact => ({ type, role: 'client', connected: true });
/** The function that is given last listens for connect. */
const onConnect: NonNullable<CallFact['handles']> = { event: { is: 'connect' }, callee: 'last' };
/** Options of `net.connect`: lib/net.js Socket constructor and `Socket.prototype.connect`. */
const connectOptions: SetFact[] = [
  { option: 'SO_KEEPALIVE', from: { arg: 0 }, field: 'keepAlive' },
  { option: 'readTimeout', from: { arg: 0 }, field: 'timeout', scale: 0.001 },
  { option: 'TCP_NODELAY', from: { arg: 0 }, field: 'noDelay' },
];

const sockets: CallFact[] = [
  {
    // The second name is that of the first by now; what is looked for in texts are both.
    name: ['net.connect', 'net.createConnection'],
    source: 'lib/net.js connect, createConnection: a socket that connects; destroys itself when that fails',
    opens: client('net.Socket'),
    handles: onConnect,
    sets: connectOptions,
    step: { do: 'connect' },
    variants: [{ when: halfOpen, then: { opens: client('net.HalfOpenSocket') } }],
  },
  {
    name: ['net.Socket', 'net.Stream'],
    source: 'lib/net.js Socket: nothing is held until connect()',
    opens: { type: 'net.Socket', role: 'client', heldFrom: 'connect' },
    sets: connectOptions,
    variants: [{ when: halfOpen, then: { opens: { type: 'net.HalfOpenSocket', role: 'client', heldFrom: 'connect' } } }],
  },
  {
    name: 'tls.connect',
    source: 'lib/_tls_wrap.js connect; takes options.socket over',
    on: 'any',
    takes: true,
    opens: client('tls.TLSSocket'),
    handles: onConnect,
    sets: connectOptions,
    step: { do: 'connect' },
  },
  {
    name: 'tls.TLSSocket',
    source: 'lib/_tls_wrap.js TLSSocket: wraps the socket it is given',
    on: { arg: 0 },
    wraps: { type: 'tls.TLSSocket', detaches: true },
  },
  {
    name: `${s}connect`,
    source: 'lib/net.js Socket.prototype.connect: the last argument listens for connect',
    handles: onConnect,
    step: { do: 'connect' },
    passes: 'receiver',
  },
  { name: `${s}write`, source: 'lib/net.js Socket.prototype._writeGeneric: queued, never waits', step: { do: 'send', bytes: { arg: 0 } } },
  {
    name: [`${s}end`, `${s}destroy`, `${s}destroySoon`, `${s}resetAndDestroy`, `${s}Symbol.dispose`, `${s}Symbol.asyncDispose`],
    source: 'lib/net.js Socket.prototype._destroy, _final',
    closes: true,
    passes: 'receiver',
    step: { do: 'close' },
  },
  {
    name: `${s}setTimeout`,
    source: 'lib/net.js Socket.prototype._onTimeout: only emits timeout',
    handles: { event: { is: 'timeout' }, callee: { arg: 1 } },
    passes: 'receiver',
    sets: [{ option: 'readTimeout', from: { arg: 0 }, scale: 0.001, signs: { zero: null } }],
  },
  {
    name: `${s}setKeepAlive`,
    source: 'lib/net.js Socket.prototype.setKeepAlive; deps/uv uv__tcp_keepalive: interval 1 s, 10 probes',
    passes: 'receiver',
    sets: [
      { option: 'SO_KEEPALIVE', from: { arg: 0 }, absent: 0 },
      { option: 'TCP_KEEPIDLE', from: { arg: 1 }, scale: 0.001, signs: { zero: 'leave' } },
      { option: 'TCP_KEEPINTVL', value: 1 },
      { option: 'TCP_KEEPCNT', value: 10 },
    ],
  },
  {
    name: `${s}setNoDelay`,
    source: 'lib/net.js Socket.prototype.setNoDelay',
    passes: 'receiver',
    sets: [{ option: 'TCP_NODELAY', value: 1 }],
  },
  {
    name: on.map((name) => s + name),
    source: 'lib/events.js EventEmitter',
    handles: { event: { arg: 0 }, callee: { arg: 1 } },
    passes: 'receiver',
    variants: [{ when: { arg: { arg: 0 }, names: ['data', 'readable'] }, then: { registers: {} } }],
  },
  {
    name: on.map((name) => `*.${name}`),
    source: 'lib/events.js EventEmitter: the function runs later, when something happens to somebody else',
    handles: { event: { arg: 0 }, callee: { arg: 1 } },
    passes: 'receiver',
    variants: [
      { when: { arg: { arg: 0 }, names: ['error'] }, then: { handles: { event: { arg: 0 }, callee: { arg: 1 }, ifItFails: true } } },
    ],
  },
  {
    name: `${s}pipe`,
    source: 'lib/internal/streams/readable.js pipe: ends the destination at its own end, not when it fails; gives the destination',
    forwards: { arg: 0 },
    passes: { arg: 0 },
    tends: true,
    registers: {},
  },
  {
    name: '*.pipe',
    source: 'lib/internal/streams/readable.js pipe: ends the destination when the source ends; gives the destination',
    on: { arg: 0 },
    passes: { arg: 0 },
    tends: true,
  },
  {
    name: [`${s}resume`, `${s}Symbol.asyncIterator`],
    source: "lib/internal/streams/readable.js: flows; lib/net.js onReadableStreamEnd ends it at the peer's end",
    tends: true,
    registers: {},
  },
  { name: 'net.HalfOpenSocket.resume', source: 'lib/internal/streams/readable.js: flows, and nothing ends it', registers: {} },
  {
    name: [
      'off',
      'removeListener',
      'removeAllListeners',
      'listenerCount',
      'emit',
      'pause',
      'setEncoding',
      'address',
      'cork',
      'uncork',
      'unpipe',
      'setMaxListeners',
      'getPeerCertificate',
      'getProtocol',
      'getCipher',
      'read',
      'isPaused',
      'unshift',
    ].map((name) => s + name),
    source: 'lib/net.js, lib/_tls_wrap.js: neither waits nor closes',
  },
  { name: [`${s}ref`, `${s}unref`], source: 'lib/net.js Socket.prototype.unref', passes: 'receiver' },
];

const servers: CallFact[] = [
  {
    name: ['net.createServer', 'net.Server'],
    source: 'lib/net.js createServer, Server',
    opens: listener,
    calls: accepted('net.Socket'),
    variants: [{ when: halfOpen, then: { calls: accepted('net.HalfOpenSocket') } }],
  },
  {
    name: ['tls.createServer', 'tls.Server'],
    source: 'lib/_tls_wrap.js Server',
    opens: { ...listener, type: 'tls.Server' },
    calls: accepted('tls.TLSSocket'),
  },
  {
    name: on.map((name) => `net.Server.${name}`),
    source: 'lib/net.js onconnection',
    passes: 'receiver',
    variants: [
      { when: { arg: { arg: 0 }, names: ['connection'] }, then: { calls: accepted('net.Socket', true) } },
      { when: { arg: { arg: 0 }, names: ['secureConnection'] }, then: { calls: accepted('tls.TLSSocket', true) } },
    ],
  },
  {
    name: 'net.Server.listen',
    source: 'lib/net.js Server.prototype.listen: the event loop has it',
    passes: 'receiver',
    takes: true,
    step: { do: 'listen' },
    sets: [{ option: 'BACKLOG', from: { arg: 0 }, field: 'backlog' }],
  },
  { name: 'net.Server.close', source: 'lib/net.js Server.prototype.close', closes: true, passes: 'receiver', step: { do: 'close' } },
  {
    name: ['address', 'ref', 'unref', 'getConnections', 'off', 'removeListener', 'removeAllListeners', 'emit'].map(
      (name) => `net.Server.${name}`,
    ),
    source: 'lib/net.js Server: neither waits nor closes',
  },
];

const streams: CallFact[] = [
  {
    name: ['stream.pipeline', 'pump', 'pump.default', 'stream.promises.pipeline', 'stream.compose', 'stream.addAbortSignal'],
    source: 'lib/internal/streams/pipeline.js: destroys all of them when one ends or fails',
    on: 'any',
    takes: true,
  },
  { name: ['stream.finished', 'stream/promises.finished'], source: 'lib/internal/streams/end-of-stream.js: only listens' },
  {
    name: 'events.once',
    source: 'lib/events.js once: rejects on error, when the socket has destroyed itself',
    fails: [{ throws: ['Error'], closesOnFailure: true }],
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    step: { do: 'recv' },
    variants: [
      {
        when: { arg: { arg: 1 }, names: ['connect', 'secureConnect', 'ready'] },
        then: { blocks: { wait: 'connect', limitedBy: ['connectTimeout'] }, step: { do: 'connect' } },
      },
      { when: { arg: { arg: 1 }, names: ['end', 'close', 'finish'] }, then: { tends: true, step: { do: 'recvUntilEof' } } },
      { when: { arg: { arg: 1 }, names: ['drain'] }, then: { blocks: { wait: 'write', limitedBy: ['readTimeout'] }, step: undefined } },
    ],
  },
];

export const library: Library = {
  id: 'javascript-net',
  languages: ['javascript'],
  title: 'net, tls, streams',
  types: nodeTypes([
    {
      name: 'net.Socket',
      source: "lib/net.js Socket: allowHalfOpen false ends it at the peer's end, once that is read; an error destroys it",
      onDrop: 'never',
      events,
      fields: { destroyed: 'false', closed: 'false', writableFinished: 'false' },
      ...asASocket,
    },
    {
      name: 'net.HalfOpenSocket',
      source: "lib/net.js onReadableStreamEnd: with allowHalfOpen the peer's end does not end it",
      onDrop: 'never',
      extends: 'net.Socket',
      events: halfOpenEvents,
      ...asASocket,
    },
    { name: 'tls.TLSSocket', source: 'lib/_tls_wrap.js', onDrop: 'never', extends: 'net.Socket', ...asASocket },
    {
      name: 'net.Server',
      source: 'lib/net.js setupListenHandle: 511; deps/uv/src/unix/tcp.c uv__tcp_bind: SO_REUSEADDR; measured with strace (Node 20)',
      onDrop: 'never',
      defaults: serverDefaults,
    },
    { name: 'tls.Server', source: 'lib/_tls_wrap.js Server', onDrop: 'never', extends: 'net.Server', defaults: serverDefaults },
  ]),
  calls: [...sockets, ...servers, ...streams],
  plainBases: [
    {
      names: ['events', 'EventEmitter', 'EventTarget', 'Error', 'events.EventEmitter', 'eventemitter3', 'react.Component', 'Object'],
      source: 'lib/events.js EventEmitter: knows no field of what is derived from it',
    },
  ],
};
