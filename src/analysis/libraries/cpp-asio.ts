/**
 * Asio, Boost's and the standalone one: boost/asio 1.84 and asio 1.30, which are the same but for the outer namespace. Names are spelled as
 * programs spell them: whole, or behind a `using` directive.
 */

import type { CallFact, Library, OpenFact, TypeFact } from '../flow/facts.js';

const socket = 'asio.ip.tcp.socket';
const acceptor = 'asio.ip.tcp.acceptor';
const tls = 'asio.ssl.stream';
const beast = 'beast.tcp_stream';

/** `asio::ip::tcp::socket` and what is left of that behind `using namespace`. */
const spellings = (name: string): string[] => {
  const short = name.replace(/^asio\./, '').replace(/^ip\./, '');
  const whole = name.startsWith('asio.') ? [name, `boost.${name}`] : [name, `boost.${name}`];
  return name.startsWith('asio.ip.') ? [...whole, `ip.${short}`, short] : name.startsWith('asio.ssl.') ? [...whole, short] : whole;
};

const on = (types: readonly string[], ...methods: string[]): string[] =>
  types.flatMap((type) => methods.map((method) => `${type}.${method}`));
const free = (...names: string[]): string[] => names.flatMap((name) => spellings(`asio.${name}`));
const streams = [socket, tls, beast];

const awaited = ['use_awaitable', 'asio.use_awaitable', 'boost.asio.use_awaitable', 'net.use_awaitable'];
const throwing = [{ throws: ['boost.system.system_error'] }];

/** Nothing is held before it connects (basic_stream_socket: the descriptor is made by open(), which connect() calls). */
const unconnected: OpenFact = { type: socket, role: 'any', heldFrom: 'connect' };
const accepted: OpenFact = { type: socket, role: 'accepted', connected: true, inheritsFrom: 'receiver' };

const closing = 'asio/basic_socket.hpp ~basic_socket: closes the descriptor';

const making: CallFact[] = [
  { name: spellings(socket), source: 'asio/basic_stream_socket.hpp basic_stream_socket(executor)', opens: unconnected, on: { result: 0 } },
  {
    name: spellings(tls),
    source: 'asio/ssl/stream.hpp stream(Arg&& arg, context& ctx): arg is moved in, or makes the stream below',
    opens: { ...unconnected, type: tls },
    on: { result: 0 },
    variants: [{ when: { types: spellings(socket) }, then: { opens: undefined, on: { arg: 0 }, wraps: { type: tls, detaches: true } } }],
  },
  { name: spellings(beast), source: 'beast/core/tcp_stream.hpp', opens: { ...unconnected, type: beast }, on: { result: 0 } },
  {
    name: spellings(acceptor),
    source: 'asio/basic_socket_acceptor.hpp basic_socket_acceptor(context, endpoint, reuse_addr): open, bind, listen',
    opens: { type: acceptor, role: 'listener', quiet: true },
    on: { result: 0 },
    fails: throwing,
    step: { do: 'listen' },
  },
];

const connecting: CallFact[] = [
  {
    name: on(streams, 'connect'),
    source: 'asio/basic_socket.hpp connect: throws, or fills its error_code; the socket stays open; the kernel alone limits it',
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'] },
    fails: throwing,
    step: { do: 'connect' },
    variants: [
      { when: { lacks: { arg: 1 } }, then: {} },
      { when: { lacks: { arg: 9 } }, then: { fails: [] } },
    ],
  },
  {
    name: free('connect'),
    source: 'asio/connect.hpp connect: tries each endpoint',
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'] },
    fails: throwing,
    step: { do: 'connect' },
    variants: [
      { when: { lacks: { arg: 2 } }, then: {} },
      { when: { lacks: { arg: 9 } }, then: { fails: [] } },
    ],
  },
  {
    name: [...free('async_connect'), ...on(streams, 'async_connect')],
    source: 'asio/connect.hpp async_connect: the handler runs once, later',
    step: { do: 'connect' },
  },
];

const accepting: CallFact[] = [
  {
    name: on([acceptor], 'accept'),
    source: 'asio/basic_socket_acceptor.hpp accept: fills the socket that it is given, which is another one from here on; or gives one',
    opens: { ...accepted, at: { arg: 0 }, itself: true },
    on: { arg: 0 },
    takes: true,
    blocks: { wait: 'accept' },
    fails: throwing,
    step: { do: 'accept' },
    variants: [{ when: { lacks: { arg: 0 } }, then: { opens: accepted, on: 'receiver', takes: false } }],
  },
  {
    name: on([acceptor], 'async_accept'),
    source: 'asio/basic_socket_acceptor.hpp async_accept: the handler gets the socket, or the one that was given is filled',
    on: { arg: 0 },
    takes: true,
    opens: { ...accepted, at: { arg: 0 }, itself: true },
    step: { do: 'accept' },
    variants: [
      { when: { arg: { arg: 0 }, names: awaited }, then: { opens: accepted, on: 'receiver', takes: false } },
      {
        when: { lacks: { arg: 1 } },
        then: {
          opens: undefined,
          on: 'receiver',
          takes: false,
          calls: { callee: { arg: 0 }, gives: [{ param: 1, type: socket, role: 'accepted', owns: true }], spawns: true },
        },
      },
    ],
  },
  {
    name: on(
      [acceptor],
      'open',
      'bind',
      'listen',
      'set_option',
      'close',
      'cancel',
      'is_open',
      'local_endpoint',
      'non_blocking',
      'get_executor',
    ),
    source: 'asio/basic_socket_acceptor.hpp',
    on: 'receiver',
  },
];

const reading: CallFact[] = [
  {
    name: [...on(streams, 'read_some', 'receive'), ...free('read', 'read_until', 'read_at')],
    source: 'asio/basic_stream_socket.hpp read_some: error::eof at the end of the stream, thrown or in the error_code',
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['nonneg'],
    step: { do: 'recv' },
  },
  {
    name: [...on(streams, 'async_read_some', 'async_receive'), ...free('async_read', 'async_read_until')],
    source: 'asio/read.hpp async_read: without limit of time; the handler runs once, with error::eof at the end of the stream',
    registers: {},
    step: { do: 'recv' },
    variants: [
      { when: { arg: { arg: 1 }, names: awaited }, then: { handles: undefined, blocks: { wait: 'read', limitedBy: ['readTimeout'] } } },
    ],
  },
];

const writing: CallFact[] = [
  {
    name: [...on(streams, 'write_some', 'send'), ...free('write')],
    source: 'asio/write.hpp write: MSG_NOSIGNAL (detail/impl/socket_ops.ipp)',
    blocks: { wait: 'write', limitedBy: ['writeTimeout'] },
    ok: ['nonneg'],
    step: { do: 'send' },
  },
  {
    name: [...on(streams, 'async_write_some', 'async_send'), ...free('async_write')],
    source: 'asio/write.hpp async_write: without limit of time',
    step: { do: 'send' },
  },
  {
    name: on([tls], 'handshake'),
    source: 'asio/ssl/stream.hpp handshake',
    blocks: { wait: 'handshake', limitedBy: ['readTimeout'] },
    fails: throwing,
    step: { do: 'send' },
    then: [{ do: 'recv' }],
  },
  { name: on([tls], 'async_handshake', 'async_shutdown'), source: 'asio/ssl/stream.hpp async_handshake' },
];

/** Options are objects: what they are made with decides. */
const option = 'asio.keep_alive';
const options: CallFact[] = [
  {
    name: [
      ...free('socket_base.keep_alive'),
      ...spellings(`${socket}.keep_alive`),
      'socket_base.keep_alive',
      ...spellings('asio.ip.tcp.acceptor').map((name) => `${name}.keep_alive`),
    ],
    source: 'asio/socket_base.hpp keep_alive: SO_KEEPALIVE',
    on: { result: 0 },
    marks: [
      { from: { arg: 0 }, values: ['false'], as: 'asio.off' },
      { from: { arg: 0 }, values: ['nonnull', 'true', '?'], as: option },
    ],
  },
  {
    name: on(streams, 'set_option'),
    source: 'asio/basic_socket.hpp set_option: setsockopt',
    sets: [{ option: 'SO_KEEPALIVE', value: 1, when: { arg: { arg: 0 }, names: [option] } }],
  },
  {
    name: on([beast], 'expires_after', 'expires_at'),
    source: 'beast/core/basic_stream.hpp expires_after: every operation that is not done by then fails and the stream is closed',
    sets: [
      { option: 'readTimeout', value: 'unknown' },
      { option: 'writeTimeout', value: 'unknown' },
      { option: 'connectTimeout', value: 'unknown' },
    ],
  },
  {
    name: on([beast], 'expires_never'),
    source: 'beast/core/basic_stream.hpp expires_never',
    sets: [{ option: 'readTimeout', value: null }],
  },
];

const ending: CallFact[] = [
  { name: on([...streams, acceptor], '~'), source: closing, closes: true, step: { do: 'close' } },
  { name: on([socket, beast, tls], 'close'), source: 'asio/basic_socket.hpp close', closes: true, step: { do: 'close' } },
  { name: on([socket], 'release'), source: "asio/basic_socket.hpp release: the descriptor is the caller's", takes: true },
  { name: on([socket], 'assign'), source: 'asio/basic_socket.hpp assign: owns the descriptor from here on', on: { arg: 1 }, takes: true },
  {
    name: on([socket, tls], 'shutdown'),
    source: 'asio/basic_socket.hpp shutdown: one or both directions, the descriptor stays',
    halfCloses: true,
    step: { do: 'shutdown', how: 'RDWR' },
  },
  {
    name: on([socket, tls, beast], 'lowest_layer', 'next_layer', 'socket', 'native_handle', 'native'),
    source: 'asio/ssl/stream.hpp lowest_layer',
    passes: 'receiver',
  },
  {
    name: on(
      [socket, beast],
      'open',
      'bind',
      'cancel',
      'is_open',
      'available',
      'remote_endpoint',
      'local_endpoint',
      'get_executor',
      'get_io_service',
      'get_option',
      'non_blocking',
      'native_non_blocking',
      'io_control',
      'wait',
      'at_mark',
    ),
    source: 'asio/basic_socket.hpp: neither waits for the peer nor closes',
  },
  { name: on([tls], 'set_verify_mode', 'set_verify_callback', 'get_executor'), source: 'asio/ssl/stream.hpp' },
];

const running: CallFact[] = [
  {
    name: free('post', 'dispatch', 'defer', 'co_spawn', 'spawn'),
    source: 'asio/post.hpp, asio/co_spawn.hpp: runs the function given, later',
    on: { result: 0 },
    calls: { callee: { arg: 1 }, spawns: true },
    variants: [{ when: { lacks: { arg: 1 } }, then: { calls: { callee: { arg: 0 }, spawns: true } } }],
  },
  {
    name: ['steady_timer', 'deadline_timer', 'system_timer', 'high_resolution_timer']
      .flatMap((name) => spellings(`asio.${name}`).concat(name))
      .map((name) => `${name}.async_wait`),
    source: 'asio/basic_waitable_timer.hpp async_wait: the handler runs once, when the time is over or the timer is cancelled',
    on: 'receiver',
    timer: { callee: { arg: 0 }, once: true },
  },
  {
    name: free('buffer', 'dynamic_buffer', 'bind_executor', 'redirect_error'),
    source: 'asio/buffer.hpp: no connection',
    on: { result: 0 },
  },
];

/** The short names mean what the whole ones do. */
const named = (fact: TypeFact): TypeFact[] =>
  spellings(fact.name).map((name) => (name === fact.name ? fact : { ...fact, name, extends: fact.name }));

export const library: Library = {
  id: 'cpp-asio',
  languages: ['cpp'],
  title: 'Asio, Boost.Asio, Boost.Beast',
  types: [
    ...named({ name: socket, source: closing, onDrop: 'drop' }),
    ...named({ name: acceptor, source: closing, onDrop: 'drop' }),
    ...named({ name: tls, source: 'asio/ssl/stream.hpp: has its socket as a member', onDrop: 'drop' }),
    ...named({ name: beast, source: 'beast/core/tcp_stream.hpp: has its socket as a member', onDrop: 'drop' }),
  ],
  calls: [...making, ...connecting, ...accepting, ...reading, ...writing, ...options, ...ending, ...running],
};
