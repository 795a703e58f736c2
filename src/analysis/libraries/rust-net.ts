/** std::net of Rust 1.95. `library` stands for library/std/src of rust-lang/rust. */

import type { CallFact, Library, SetFact } from '../flow/facts.js';

const result = { ok: ['nonnull'], fails: [{ results: ['null'] }] };
const rarely = { ok: ['nonnull'], fails: [{ results: ['null'], how: 'rare' as const }] };
const stream = 'std.net.TcpStream';
const listener = 'std.net.TcpListener';
const on = (type: string, ...methods: string[]): string[] => methods.map((method) => `${type}.${method}`);

/** What a method sets from its argument; `None` is no limit. */
const sets = (option: SetFact['option']): SetFact[] => [{ option, from: { arg: 0 } }];

const opening: CallFact[] = [
  {
    name: on(stream, 'connect'),
    source: 'library: net/tcp.rs TcpStream::connect, sys/net/connection/socket.rs: tries each address, the kernel alone limits it',
    opens: { type: stream, role: 'client', connected: true },
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'], early: true },
    ...result,
    step: { do: 'connect' },
  },
  {
    name: on(stream, 'connect_timeout'),
    source: 'library: net/tcp.rs TcpStream::connect_timeout: nonblocking connect, then poll',
    opens: { type: stream, role: 'client', connected: true },
    sets: [{ option: 'connectTimeout', from: { arg: 1 } }],
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'] },
    ...result,
    step: { do: 'connect' },
  },
  {
    name: on(listener, 'bind'),
    source: 'library: sys/net/connection/socket.rs TcpListener::bind: SO_REUSEADDR, listen with 128 (measured: docs/runtimes/rust.md)',
    opens: { type: listener, role: 'listener', quiet: true },
    ...result,
    step: { do: 'listen' },
  },
  {
    name: on(listener, 'accept'),
    source: 'library: net/tcp.rs TcpListener::accept',
    opens: { type: stream, role: 'accepted', connected: true, inheritsFrom: 'receiver', elements: [{ index: 0, type: stream }] },
    blocks: { wait: 'accept' },
    ...result,
    step: { do: 'accept' },
  },
  {
    name: on(listener, 'incoming', 'into_incoming'),
    source: 'library: net/tcp.rs Incoming::next: accept, for ever',
    opens: { type: stream, role: 'accepted', connected: true, inheritsFrom: 'receiver' },
    blocks: { wait: 'accept' },
    ...result,
    step: { do: 'accept' },
  },
];

const reading: CallFact[] = [
  {
    name: on(stream, 'read', 'peek', 'read_vectored'),
    source: 'library: io/mod.rs Read::read: Ok(0) at the end of the stream',
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['pos'],
    eof: { results: ['zero'] },
    fails: [{ results: ['null'] }],
    step: { do: 'recv' },
  },
  {
    name: on(stream, 'read_line', 'read_until', 'skip_until'),
    source: 'library: io/mod.rs BufRead::read_until: Ok(0) at the end of the stream',
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['pos'],
    eof: { results: ['zero'] },
    fails: [{ results: ['null'] }],
    step: { do: 'recv' },
  },
  {
    name: on(stream, 'read_exact'),
    source: 'library: io/mod.rs Read::read_exact: UnexpectedEof at the end of the stream',
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['nonnull'],
    eof: { results: ['null'] },
    fails: [{ results: ['null'] }],
    step: { do: 'recv' },
  },
  {
    name: on(stream, 'read_to_end', 'read_to_string', 'bytes', 'lines'),
    source: 'library: io/mod.rs Read::read_to_end: until Ok(0)',
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['nonneg'],
    fails: [{ results: ['null'] }],
    step: { do: 'recvUntilEof' },
  },
];

const writing: CallFact = {
  name: on(stream, 'write', 'write_all', 'write_fmt', 'flush', 'write_vectored'),
  source: 'library: io/mod.rs Write; sys/net/connection/socket.rs: send with MSG_NOSIGNAL',
  blocks: { wait: 'write', limitedBy: ['writeTimeout'] },
  ...result,
  step: { do: 'send', bytes: { arg: 0 } },
};

const using: CallFact[] = [
  ...reading,
  writing,
  {
    name: on(stream, 'set_read_timeout'),
    source: 'library: net/tcp.rs set_read_timeout: SO_RCVTIMEO',
    sets: sets('readTimeout'),
    ...rarely,
  },
  {
    name: on(stream, 'set_write_timeout'),
    source: 'library: net/tcp.rs set_write_timeout: SO_SNDTIMEO',
    sets: sets('writeTimeout'),
    ...rarely,
  },
  { name: on(stream, 'set_nonblocking'), source: 'library: net/tcp.rs set_nonblocking', sets: sets('O_NONBLOCK'), ...rarely },
  { name: on(listener, 'set_nonblocking'), source: 'library: net/tcp.rs set_nonblocking', sets: sets('O_NONBLOCK'), ...rarely },
  { name: on(stream, 'set_nodelay'), source: 'library: net/tcp.rs set_nodelay', sets: sets('TCP_NODELAY'), ...rarely },
  {
    name: on(stream, 'set_linger', 'set_ttl', 'ttl', 'nodelay', 'peer_addr', 'local_addr', 'take_error', 'read_timeout', 'write_timeout'),
    source: 'library: net/tcp.rs TcpStream',
    ...rarely,
  },
  { name: on(listener, 'local_addr', 'set_ttl', 'ttl', 'take_error'), source: 'library: net/tcp.rs TcpListener', ...rarely },
  {
    name: [...on(stream, 'try_clone'), ...on(listener, 'try_clone')],
    source: 'library: net/tcp.rs try_clone: a duplicate, closed by its own drop',
    passes: 'receiver',
    ...rarely,
  },
  {
    name: on(stream, 'shutdown'),
    source: 'library: net/tcp.rs TcpStream::shutdown: the descriptor stays open until the drop',
    halfCloses: true,
    ...rarely,
    step: {
      do: 'shutdown',
      how: { arg: 0 },
      hows: { 'std.net.Shutdown.Write': 'WR', 'std.net.Shutdown.Read': 'RD', 'std.net.Shutdown.Both': 'RDWR' },
    },
  },
];

/** Readers and writers that own what they are made of. */
const wrapping: CallFact[] = ['std', 'tokio', 'futures'].flatMap((crate): CallFact[] => [
  {
    name: ['BufReader', 'BufWriter', 'LineWriter', 'BufStream'].map((type) => `${crate}.io.${type}.new`),
    source: 'library: io/buffered; tokio: src/io/util/buf_reader.rs BufReader::new: owns its inner stream',
    on: { arg: 0 },
    passes: { arg: 0 },
    ok: ['nonnull'],
  },
  {
    name: ['BufReader', 'BufWriter'].map((type) => `${crate}.io.${type}.with_capacity`),
    source: 'library: io/buffered; tokio: src/io/util/buf_reader.rs BufReader::with_capacity',
    on: { arg: 1 },
    passes: { arg: 1 },
    ok: ['nonnull'],
  },
]);

const lives: CallFact[] = [
  { name: 'std.mem.drop', source: 'library: core mem/mod.rs drop', closes: true, step: { do: 'close' } },
  {
    name: 'std.mem.forget',
    source: 'library: core mem/mod.rs forget: the destructor is not run, so the descriptor stays open',
    wraps: { at: { arg: 0 }, type: 'std.mem.Forgotten', detaches: true },
  },
  {
    name: [
      'std.mem.ManuallyDrop.new',
      'std.boxed.Box.leak',
      'std.mem.take',
      'std.mem.replace',
      'std.boxed.Box.into_raw',
      'std.sync.Arc.into_raw',
    ],
    source: 'library: core mem/manually_drop.rs: whoever has it decides when it is dropped',
    takes: true,
  },
];

const elsewhere: CallFact[] = [
  {
    name: ['tokio.spawn'],
    source: 'tokio: src/task/spawn.rs spawn; library: thread/mod.rs spawn: runs on its own, with what it captures',
    on: { result: 0 },
    calls: { callee: { arg: 0 }, spawns: true },
    ok: ['nonnull'],
  },
  {
    name: ['std.thread.sleep', 'std.thread.park_timeout'],
    source: 'library: thread/mod.rs sleep',
    on: { result: 0 },
    blocks: { wait: 'sleep', limit: { arg: 0 } },
    step: { do: 'sleep', for: { arg: 0 } },
  },
  { name: ['std.process.exit', 'std.process.abort'], source: 'library: process.rs exit: no destructor runs', exits: true },
];

export const library: Library = {
  id: 'rust-net',
  languages: ['rust'],
  title: 'std::net',
  types: [
    { name: stream, source: 'library: os/fd/owned.rs OwnedFd Drop: close', onDrop: 'drop', bare: true },
    {
      name: listener,
      source: 'library: os/fd/owned.rs OwnedFd Drop: close; sys/net/connection/socket.rs bind: SO_REUSEADDR, backlog 128',
      onDrop: 'drop',
      defaults: { SO_REUSEADDR: 1, BACKLOG: 128 },
    },
    { name: 'std.mem.Forgotten', source: 'library: core mem/mod.rs forget', onDrop: 'never' },
  ],
  calls: [...opening, ...using, ...wrapping, ...lives, ...elsewhere],
};
