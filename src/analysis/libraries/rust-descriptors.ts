/** Bare descriptors: crates libc and nix, and std's ways from and to them. What libc has are the C library's own calls. */

import type { CallFact, Library } from '../flow/facts.js';
import { library as posix } from './c-sockets.js';

const type = 'libc.fd';
const rarely = { ok: ['nonnull'], fails: [{ results: ['null'], how: 'rare' as const }] };

/** A name of C as the crate has it. */
const inCrate = (name: string): string => `libc.${name}`;

/** The facts of C with the crate's names: calls, constants, and the type of a descriptor. */
function renamed<T>(value: T, key = ''): T {
  if (typeof value === 'string')
    return (key === 'type' && value === 'posix.socket' ? type : key === 'name' || key === 'names' ? inCrate(value) : value) as T;
  if (Array.isArray(value)) return value.map((one) => renamed(one as unknown, key)) as T;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([name, one]): [string, unknown] => {
    const isTable = (name === 'names' || name === 'hows') && !Array.isArray(one);
    if (isTable) return [name, Object.fromEntries(Object.entries(one as Record<string, unknown>).map(([own, to]) => [inCrate(own), to]))];
    return [name, name === 'name' && typeof one === 'object' && !Array.isArray(one) ? one : renamed(one, name)];
  });
  return Object.fromEntries(entries) as T;
}

const owners = [
  'std.net.TcpStream',
  'std.net.TcpListener',
  'tokio.net.TcpStream',
  'tokio.net.TcpListener',
  'socket2.Socket',
  'std.os.fd.OwnedFd',
];

const passing: CallFact[] = [
  {
    name: owners.flatMap((owner) => ['as_raw_fd', 'as_fd'].map((method) => `${owner}.${method}`)),
    source: 'library: os/fd/raw.rs AsRawFd::as_raw_fd: the number alone, the owner keeps it',
    passes: 'receiver',
  },
  {
    name: owners.map((owner) => `${owner}.into_raw_fd`),
    source: 'library: os/fd/raw.rs IntoRawFd::into_raw_fd: the caller has to close it',
    wraps: { type, detaches: true },
    ok: ['nonneg'],
  },
  ...owners.map((owner): CallFact => ({
    name: [...new Set([owner, owner.replace('std.os.fd', 'std.os.unix.io')])].map((from) => `${from}.from_raw_fd`),
    source: 'library: os/fd/raw.rs FromRawFd::from_raw_fd: owns it from now on',
    on: { arg: 0 },
    wraps: { type: owner, detaches: true },
    ok: ['nonnull'],
  })),
];

const dropped: CallFact = {
  name: 'Drop.drop',
  source: 'library: os/fd/raw.rs RawFd: the field of an object that is dropped, a number that nothing closes',
  on: { result: 0 },
  opens: { type, role: 'client', connected: true },
  ok: ['nonneg'],
};

const nix: CallFact[] = [
  {
    name: ['nix.sys.socket.accept', 'nix.sys.socket.accept4'],
    source: 'nix: src/sys/socket/mod.rs accept: Result<RawFd>, nothing closes it',
    opens: { type, role: 'accepted', connected: true, inheritsFrom: { arg: 0 } },
    blocks: { wait: 'accept', limitedBy: ['SO_RCVTIMEO'] },
    ...{ ok: ['nonnull'], fails: [{ results: ['null'] }] },
    step: { do: 'accept' },
  },
  { name: 'nix.unistd.close', source: 'nix: src/unistd.rs close', closes: true, ...rarely, step: { do: 'close' } },
  {
    name: 'nix.sys.socket.shutdown',
    source: 'nix: src/sys/socket/mod.rs shutdown',
    halfCloses: true,
    ...rarely,
    step: { do: 'shutdown', how: 'RDWR' },
  },
  {
    name: ['nix.unistd.read', 'nix.sys.socket.recv'],
    source: 'nix: src/unistd.rs read: Ok(0) at the end of the stream',
    blocks: { wait: 'read', limitedBy: ['SO_RCVTIMEO'] },
    ok: ['pos'],
    eof: { results: ['zero'] },
    fails: [{ results: ['null'] }],
    step: { do: 'recv' },
  },
  {
    name: ['nix.unistd.write', 'nix.sys.socket.send'],
    source: 'nix: src/unistd.rs write',
    blocks: { wait: 'write', limitedBy: ['SO_SNDTIMEO'] },
    ...{ ok: ['nonnull'], fails: [{ results: ['null'] }] },
    step: { do: 'send' },
  },
  {
    name: 'nix.sys.socket.setsockopt',
    source: 'nix: src/sys/socket/sockopt.rs',
    setsByName: {
      level: { arg: 1 },
      name: { arg: 1 },
      value: { arg: 2 },
      names: {
        'nix.sys.socket.sockopt.KeepAlive': 'SO_KEEPALIVE',
        'nix.sys.socket.sockopt.TcpKeepIdle': 'TCP_KEEPIDLE',
        'nix.sys.socket.sockopt.TcpKeepInterval': 'TCP_KEEPINTVL',
        'nix.sys.socket.sockopt.TcpKeepCount': 'TCP_KEEPCNT',
        'nix.sys.socket.sockopt.TcpUserTimeout': 'TCP_USER_TIMEOUT',
      },
    },
    ...rarely,
  },
];

export const library: Library = {
  id: 'rust-descriptors',
  languages: ['rust'],
  title: 'libc, nix and std::os::fd',
  types: [
    {
      name: type,
      source: 'close(2): a number is never dropped; only close() or the end of the process gives it back',
      onDrop: 'never',
      descriptor: true,
    },
    { name: 'std.os.fd.OwnedFd', source: 'library: os/fd/owned.rs OwnedFd Drop: close', onDrop: 'drop' },
  ],
  calls: [...renamed(posix.calls), ...passing, dropped, ...nix],
  constants: Object.fromEntries(Object.entries(posix.constants ?? {}).map(([name, value]) => [inCrate(name), value])),
};
