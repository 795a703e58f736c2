/** tokio's sockets (tokio 1). */

import type { CallFact, Library } from '../flow/facts.js';

const result = { ok: ['nonnull'], fails: [{ results: ['null'] }] };
const rarely = { ok: ['nonnull'], fails: [{ results: ['null'], how: 'rare' as const }] };
const crates = ['tokio.net', 'async_std.net', 'smol.net', 'async_net'];
const streams = crates.map((crate) => `${crate}.TcpStream`);
const listeners = crates.map((crate) => `${crate}.TcpListener`);
const on = (types: readonly string[], ...methods: string[]): string[] =>
  types.flatMap((type) => methods.map((method) => `${type}.${method}`));

const opening = crates.flatMap((crate): CallFact[] => {
  const [stream, listener] = [`${crate}.TcpStream`, `${crate}.TcpListener`];
  return [
    {
      name: `${stream}.connect`,
      source: 'tokio: src/net/tcp/stream.rs TcpStream::connect: tries each address, without a limit of its own',
      opens: { type: stream, role: 'client', connected: true },
      blocks: { wait: 'connect', limitedBy: ['connectTimeout'], early: true },
      ...result,
      step: { do: 'connect' },
    },
    {
      name: `${listener}.bind`,
      source: 'tokio: src/net/tcp/listener.rs TcpListener::bind: SO_REUSEADDR is set',
      opens: { type: listener, role: 'listener', quiet: true },
      ...result,
      step: { do: 'listen' },
    },
    {
      name: `${listener}.accept`,
      source: 'tokio: src/net/tcp/listener.rs TcpListener::accept',
      opens: { type: stream, role: 'accepted', connected: true, inheritsFrom: 'receiver', elements: [{ index: 0, type: stream }] },
      blocks: { wait: 'accept' },
      ...result,
      step: { do: 'accept' },
    },
    {
      name: [`${listener}.incoming`],
      source: 'async-std: src/net/tcp/listener.rs Incoming',
      opens: { type: stream, role: 'accepted', connected: true, inheritsFrom: 'receiver' },
      blocks: { wait: 'accept' },
      ...result,
      step: { do: 'accept' },
    },
    {
      name: [`${stream}.from_std`, `${stream}.try_from`, `${stream}.from`],
      source: 'tokio: src/net/tcp/stream.rs TcpStream::from_std: takes it over',
      on: { arg: 0 },
      wraps: { type: stream, detaches: true },
      ...rarely,
    },
    {
      name: [`${listener}.from_std`, `${listener}.try_from`, `${listener}.from`],
      source: 'tokio: src/net/tcp/listener.rs TcpListener::from_std: takes it over',
      on: { arg: 0 },
      wraps: { type: listener, detaches: true },
      ...rarely,
    },
  ];
});

/** `TcpSocket`: options before connect and listen. */
const socket = 'tokio.net.TcpSocket';
const sockets: CallFact[] = [
  {
    name: on([socket], 'new_v4', 'new_v6', 'from_std_stream'),
    source: 'tokio: src/net/tcp/socket.rs TcpSocket::new_v4',
    opens: { type: socket, role: 'any' },
    ...rarely,
  },
  {
    name: on([socket], 'connect'),
    source: 'tokio: src/net/tcp/socket.rs TcpSocket::connect: the stream it becomes',
    wraps: { type: 'tokio.net.TcpStream', detaches: true },
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'], early: true },
    ok: ['nonnull'],
    fails: [{ results: ['null'], closesOnFailure: true }],
    step: { do: 'connect' },
  },
  {
    name: on([socket], 'listen'),
    source: 'tokio: src/net/tcp/socket.rs TcpSocket::listen',
    wraps: { type: 'tokio.net.TcpListener', detaches: true },
    sets: [{ option: 'BACKLOG', from: { arg: 0 } }],
    ...rarely,
    step: { do: 'listen' },
  },
  {
    name: on([socket], 'set_keepalive'),
    source: 'tokio: src/net/tcp/socket.rs set_keepalive: SO_KEEPALIVE alone',
    sets: [{ option: 'SO_KEEPALIVE', from: { arg: 0 } }],
    ...rarely,
  },
  {
    name: on([socket], 'set_reuseaddr'),
    source: 'tokio: src/net/tcp/socket.rs set_reuseaddr',
    sets: [{ option: 'SO_REUSEADDR', from: { arg: 0 } }],
    ...rarely,
  },
  {
    name: on(
      [socket],
      'bind',
      'set_reuseport',
      'set_nodelay',
      'set_linger',
      'set_send_buffer_size',
      'set_recv_buffer_size',
      'local_addr',
      'bind_device',
      'set_tos',
    ),
    source: 'tokio: src/net/tcp/socket.rs TcpSocket',
    ...rarely,
  },
];

const using: CallFact[] = [
  {
    name: on(streams, 'read', 'read_buf', 'peek', 'read_vectored', 'read_line', 'read_until', 'fill_buf'),
    source: 'tokio: src/io/util/async_read_ext.rs AsyncReadExt::read: Ok(0) at the end of the stream',
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['pos'],
    eof: { results: ['zero'] },
    fails: [{ results: ['null'] }],
    step: { do: 'recv' },
  },
  {
    name: on(
      streams,
      'read_exact',
      ...['u8', 'u16', 'u32', 'u64', 'u128', 'i8', 'i16', 'i32', 'i64', 'u16_le', 'u32_le', 'u64_le'].map((type) => `read_${type}`),
    ),
    source: 'tokio: src/io/util/read_exact.rs: UnexpectedEof at the end of the stream',
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['nonnull'],
    eof: { results: ['null'] },
    fails: [{ results: ['null'] }],
    step: { do: 'recv' },
  },
  {
    name: on(streams, 'read_to_end', 'read_to_string'),
    source: 'tokio: src/io/util/read_to_end.rs: until Ok(0)',
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['nonneg'],
    fails: [{ results: ['null'] }],
    step: { do: 'recvUntilEof' },
  },
  {
    name: on(streams, 'readable', 'ready'),
    source: 'tokio: src/net/tcp/stream.rs TcpStream::readable: waits without a limit',
    blocks: { wait: 'poll', limitedBy: ['readTimeout'] },
    ...rarely,
  },
  {
    name: on(streams, 'try_read', 'try_read_buf'),
    source: 'tokio: src/net/tcp/stream.rs TcpStream::try_read: does not wait; Ok(0) at the end of the stream',
    ok: ['pos'],
    eof: { results: ['zero'] },
    fails: [{ results: ['null'] }],
    step: { do: 'recv' },
  },
  {
    name: on(
      streams,
      'write',
      'write_all',
      'write_buf',
      'write_all_buf',
      'write_fmt',
      'flush',
      'write_vectored',
      ...['u8', 'u16', 'u32', 'u64', 'i32', 'i64'].map((type) => `write_${type}`),
    ),
    source: 'tokio: src/io/util/async_write_ext.rs AsyncWriteExt',
    blocks: { wait: 'write', limitedBy: ['writeTimeout'] },
    ...result,
    step: { do: 'send', bytes: { arg: 0 } },
  },
  { name: on(streams, 'try_write', 'writable'), source: 'tokio: src/net/tcp/stream.rs TcpStream::try_write', ...result },
  {
    name: on(streams, 'shutdown'),
    source: 'tokio: src/net/tcp/stream.rs poll_shutdown: shutdown(SHUT_WR)',
    halfCloses: true,
    ...rarely,
    step: { do: 'shutdown', how: 'WR' },
  },
  {
    name: on(streams, 'set_nodelay'),
    source: 'tokio: src/net/tcp/stream.rs set_nodelay',
    sets: [{ option: 'TCP_NODELAY', from: { arg: 0 } }],
    ...rarely,
  },
  {
    name: on(
      streams,
      'peer_addr',
      'local_addr',
      'set_linger',
      'set_ttl',
      'ttl',
      'nodelay',
      'linger',
      'take_error',
      'set_zero_linger',
      'poll_peek',
    ),
    source: 'tokio: src/net/tcp/stream.rs TcpStream',
    ...rarely,
  },
  {
    name: on(streams, 'into_std'),
    source: 'tokio: src/net/tcp/stream.rs into_std',
    wraps: { type: 'std.net.TcpStream', detaches: true },
    ...rarely,
  },
  {
    name: on(streams, 'reunite', 'into_inner', 'forget'),
    source: 'tokio: src/net/tcp/split_owned.rs OwnedReadHalf::reunite',
    passes: 'receiver',
    ...rarely,
  },
  { name: on(listeners, 'local_addr', 'set_ttl', 'ttl', 'take_error'), source: 'tokio: src/net/tcp/listener.rs TcpListener', ...rarely },
];

const copying: CallFact[] = [
  {
    name: ['io.copy', 'io.copy_buf'].flatMap((name) => ['tokio', 'futures', 'std', 'async_std', 'smol'].map((crate) => `${crate}.${name}`)),
    source: 'tokio: src/io/util/copy.rs copy: until the reader ends; the writer is not shut down',
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['nonneg'],
    fails: [{ results: ['null'] }],
    step: { do: 'recvUntilEof' },
  },
  {
    name: ['tokio', 'futures', 'futures_util'].flatMap((crate) => ['join', 'try_join'].map((name) => `${crate}.${name}`)),
    source:
      'tokio: src/io/util/copy.rs copy: ends with its own reader and does not shut the writer down, so the peer behind it hears of no end',
    on: { result: 0 },
    opens: { type: 'tokio.io.Relay', role: 'accepted', connected: true },
    ok: ['nonnull'],
  },
  {
    name: ['tokio.io.copy_bidirectional', 'tokio.io.copy_bidirectional_with_sizes'],
    source: 'tokio: src/io/util/copy_bidirectional.rs copy_bidirectional: reads both without a limit, ends when both have ended',
    on: { arg: 0 },
    opens: { type: 'tokio.io.BothWays', role: 'accepted', connected: true },
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['nonnull'],
    fails: [{ results: ['null'] }],
    step: { do: 'recvUntilEof' },
  },
  {
    name: 'tokio.io.copy_in_time',
    source: 'tokio: src/time/timeout.rs timeout around copy_bidirectional',
    on: { arg: 0 },
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['nonnull'],
    fails: [{ results: ['null'] }],
    step: { do: 'recvUntilEof' },
  },
  {
    name: 'tokio.io.Relay.copies',
    source: 'futures: future/try_join.rs, tokio: macros/try_join.rs: waits for both',
    blocks: { wait: 'read' },
    ok: ['nonnull'],
    eof: { results: ['nonnull'] },
    step: { do: 'recv' },
  },
  {
    name: ['tokio.time.sleep', 'tokio.time.sleep_until', 'async_std.task.sleep'],
    source: 'tokio: src/time/sleep.rs sleep',
    on: { result: 0 },
    blocks: { wait: 'sleep', limit: { arg: 0 } },
    step: { do: 'sleep', for: { arg: 0 } },
  },
];

export const library: Library = {
  id: 'rust-tokio',
  languages: ['rust'],
  title: 'tokio',
  types: [
    ...streams.map((name) => ({
      name,
      source: 'tokio: src/net/tcp/stream.rs TcpStream: owns the descriptor',
      onDrop: 'drop' as const,
      bare: true,
    })),
    ...listeners.map((name) => ({
      name,
      source: 'tokio: src/net/tcp/listener.rs; mio: src/net/tcp/listener.rs bind: SO_REUSEADDR',
      onDrop: 'drop' as const,
      defaults: { SO_REUSEADDR: 1 },
    })),
    { name: socket, source: 'tokio: src/net/tcp/socket.rs TcpSocket: owns the descriptor', onDrop: 'drop' },
    {
      name: 'tokio.io.Relay',
      source: 'tokio: src/io/util/copy.rs: both ends are dropped with the future',
      onDrop: 'drop',
      relay: 'untold',
      managed: true,
    },
    {
      name: 'tokio.io.BothWays',
      source: 'tokio: src/io/util/copy_bidirectional.rs: shuts each writer down at the end of its reader, and waits for both',
      onDrop: 'drop',
      relay: 'told',
      managed: true,
    },
  ],
  calls: [...opening, ...sockets, ...using, ...copying],
};
