/** socket2: options that std and tokio have no method for. */

import type { CallFact, Library, SetFact } from '../flow/facts.js';

const rarely = { ok: ['nonnull'], fails: [{ results: ['null'], how: 'rare' as const }] };
const both = (...methods: string[]): string[] =>
  ['socket2.Socket', 'socket2.SockRef'].flatMap((type) => methods.map((method) => `${type}.${method}`));
const sets = (option: SetFact['option'], scale?: number): SetFact[] => [
  { option, from: { arg: 0 }, ...(scale === undefined ? {} : { scale }) },
];

const keepalive: SetFact[] = [
  { option: 'SO_KEEPALIVE', value: 1 },
  { option: 'TCP_KEEPIDLE', from: { arg: 0 }, field: 'time', elsewhere: 'unknown' },
  { option: 'TCP_KEEPINTVL', from: { arg: 0 }, field: 'interval', elsewhere: 'unknown' },
  { option: 'TCP_KEEPCNT', from: { arg: 0 }, field: 'retries', elsewhere: 'unknown' },
];

const calls: CallFact[] = [
  {
    name: ['socket2.Socket.new', 'socket2.Socket.new_raw'],
    source: 'socket2: src/socket.rs Socket::new',
    opens: {
      type: 'socket2.Socket',
      role: 'any',
      unless: [
        { arg: { arg: 0 }, names: ['socket2.Domain.UNIX', 'socket2.Domain.PACKET', 'socket2.Domain.VSOCK'], leaksAnyway: true },
        { arg: { arg: 1 }, names: ['socket2.Type.DGRAM', 'socket2.Type.RAW', 'socket2.Type.SEQPACKET'], leaksAnyway: true },
      ],
    },
    ...rarely,
  },
  {
    name: 'socket2.Socket.accept',
    source: 'socket2: src/socket.rs Socket::accept',
    opens: {
      type: 'socket2.Socket',
      role: 'accepted',
      connected: true,
      inheritsFrom: 'receiver',
      elements: [{ index: 0, type: 'socket2.Socket' }],
    },
    blocks: { wait: 'accept' },
    ok: ['nonnull'],
    fails: [{ results: ['null'] }],
    step: { do: 'accept' },
  },
  {
    name: 'socket2.Socket.connect',
    source: 'socket2: src/socket.rs Socket::connect',
    blocks: { wait: 'connect', limitedBy: ['connectTimeout', 'writeTimeout'] },
    ok: ['nonnull'],
    fails: [{ results: ['null'] }],
    step: { do: 'connect' },
  },
  {
    name: 'socket2.Socket.connect_timeout',
    source: 'socket2: src/socket.rs Socket::connect_timeout: poll',
    sets: [{ option: 'connectTimeout', from: { arg: 1 } }],
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'] },
    ok: ['nonnull'],
    fails: [{ results: ['null'] }],
    step: { do: 'connect' },
  },
  {
    name: 'socket2.Socket.listen',
    source: 'socket2: src/socket.rs Socket::listen',
    sets: sets('BACKLOG'),
    ...rarely,
    step: { do: 'listen' },
  },
  {
    name: ['socket2.SockRef.from', 'socket2.SockRef.from_raw'],
    source: 'socket2: src/sockref.rs SockRef: borrows the descriptor',
    on: { arg: 0 },
    wraps: { type: 'socket2.SockRef' },
    ok: ['nonnull'],
  },
  {
    name: 'socket2.SockRef.of_parameter',
    source: 'socket2: src/sockref.rs SockRef::from: borrows the descriptor of a connection that a caller has',
    on: { arg: 0 },
    opens: { type: 'socket2.SockRef', role: 'client', connected: true },
    wraps: { type: 'socket2.SockRef' },
    ok: ['nonnull'],
  },
  {
    name: ['std.net.TcpStream.from', 'std.net.TcpStream.into'],
    source: 'socket2: src/sys/unix.rs From<Socket> for TcpStream',
    on: { arg: 0 },
    wraps: { type: 'std.net.TcpStream', detaches: true },
    ok: ['nonnull'],
  },
  {
    name: 'std.net.TcpListener.from',
    source: 'socket2: src/sys/unix.rs From<Socket> for TcpListener',
    on: { arg: 0 },
    wraps: { type: 'std.net.TcpListener', detaches: true },
    ok: ['nonnull'],
  },
  {
    name: ['socket2.Socket.from'],
    source: 'socket2: src/sys/unix.rs From<TcpStream> for Socket',
    on: { arg: 0 },
    wraps: { type: 'socket2.Socket', detaches: true },
    ok: ['nonnull'],
  },
  { name: both('set_keepalive'), source: 'socket2: src/socket.rs set_keepalive: SO_KEEPALIVE', sets: sets('SO_KEEPALIVE'), ...rarely },
  {
    name: both('set_tcp_keepalive', 'set_tcp_keepalive_time'),
    source: 'socket2: src/socket.rs set_tcp_keepalive, src/sys/unix.rs: SO_KEEPALIVE, then those numbers that are given',
    sets: keepalive,
    ...rarely,
  },
  {
    name: both('set_tcp_user_timeout'),
    source: 'socket2: src/sys/unix.rs set_tcp_user_timeout: milliseconds',
    sets: sets('TCP_USER_TIMEOUT', 1000),
    ...rarely,
  },
  { name: both('set_read_timeout'), source: 'socket2: src/socket.rs set_read_timeout: SO_RCVTIMEO', sets: sets('readTimeout'), ...rarely },
  {
    name: both('set_write_timeout'),
    source: 'socket2: src/socket.rs set_write_timeout: SO_SNDTIMEO',
    sets: sets('writeTimeout'),
    ...rarely,
  },
  { name: both('set_nonblocking'), source: 'socket2: src/socket.rs set_nonblocking', sets: sets('O_NONBLOCK'), ...rarely },
  { name: both('set_reuse_address'), source: 'socket2: src/socket.rs set_reuse_address', sets: sets('SO_REUSEADDR'), ...rarely },
  { name: both('set_nodelay', 'set_tcp_nodelay'), source: 'socket2: src/socket.rs set_nodelay', sets: sets('TCP_NODELAY'), ...rarely },
  {
    name: both(
      'bind',
      'set_reuse_port',
      'set_only_v6',
      'set_linger',
      'set_ttl',
      'set_tos',
      'set_recv_buffer_size',
      'set_send_buffer_size',
      'local_addr',
      'peer_addr',
      'set_cloexec',
      'bind_device',
      'set_mark',
      'set_freebind',
      'set_ip_transparent',
      'set_tcp_fastopen',
      'take_error',
    ),
    source: 'socket2: src/socket.rs Socket',
    ...rarely,
  },
  {
    name: both('shutdown'),
    source: 'socket2: src/socket.rs Socket::shutdown: the descriptor stays open until the drop',
    halfCloses: true,
    ...rarely,
    step: {
      do: 'shutdown',
      how: { arg: 0 },
      hows: { 'std.net.Shutdown.Write': 'WR', 'std.net.Shutdown.Read': 'RD', 'std.net.Shutdown.Both': 'RDWR' },
    },
  },
];

export const library: Library = {
  id: 'rust-socket2',
  languages: ['rust'],
  title: 'socket2',
  types: [
    { name: 'socket2.Socket', source: 'socket2: src/sys/unix.rs: an OwnedFd', extends: 'std.net.TcpStream', onDrop: 'drop' },
    { name: 'socket2.SockRef', source: 'socket2: src/sockref.rs: ManuallyDrop, closes nothing', onDrop: 'drop', configures: true },
  ],
  calls,
};
