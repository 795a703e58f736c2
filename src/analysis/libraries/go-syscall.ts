/** Sockets as plain descriptors: package syscall and golang.org/x/sys/unix. The runtime sets nothing on them. */

import type { CallFact, Library, OptionName } from '../flow/facts.js';

const packages = ['syscall', 'golang.org/x/sys/unix'];
const named = (...names: string[]): string[] => packages.flatMap((pack) => names.map((name) => `${pack}.${name}`));
const onlyError = { ok: ['null'], fails: [{ results: ['nonnull'] }] };

/** setsockopt(2), socket(7), tcp(7). */
const options: OptionName[] = [
  'SO_KEEPALIVE',
  'TCP_KEEPIDLE',
  'TCP_KEEPINTVL',
  'TCP_KEEPCNT',
  'TCP_USER_TIMEOUT',
  'TCP_NODELAY',
  'TCP_SYNCNT',
  'TCP_LINGER2',
  'SO_REUSEADDR',
  'SO_REUSEPORT',
  'SO_RCVBUF',
  'SO_SNDBUF',
  'TCP_DEFER_ACCEPT',
  'TCP_QUICKACK',
];
const names = Object.fromEntries(options.flatMap((option) => named(option).map((name) => [name, option])));

const calls: CallFact[] = [
  {
    name: named('Socket'),
    source: 'socket(2); syscall/syscall_unix.go Socket',
    opens: {
      type: 'syscall.fd',
      role: 'any',
      unless: [
        { arg: { arg: 0 }, names: named('AF_UNIX', 'AF_NETLINK', 'AF_PACKET', 'AF_ROUTE'), leaksAnyway: true },
        { arg: { arg: 1 }, names: named('SOCK_DGRAM', 'SOCK_RAW'), leaksAnyway: true },
      ],
    },
    ok: ['nonneg', 'null'],
    fails: [{ results: ['neg', 'nonnull'] }],
  },
  {
    name: named('Accept', 'Accept4'),
    source: 'accept(2)',
    opens: { type: 'syscall.fd', role: 'accepted', connected: true, inheritsFrom: { arg: 0 } },
    blocks: { wait: 'accept' },
    ok: ['nonneg', '?', 'null'],
    fails: [{ results: ['neg', 'null', 'nonnull'] }],
    step: { do: 'accept' },
  },
  {
    name: named('Connect'),
    source: 'connect(2)',
    blocks: { wait: 'connect', limitedBy: ['SO_SNDTIMEO'] },
    ...onlyError,
    step: { do: 'connect' },
  },
  { name: named('Bind', 'SetNonblock'), source: 'bind(2)', ...onlyError },
  { name: named('Listen'), source: 'listen(2)', sets: [{ option: 'BACKLOG', from: { arg: 1 } }], ...onlyError, step: { do: 'listen' } },
  {
    name: named('SetsockoptInt'),
    source: 'setsockopt(2)',
    setsByName: { level: { arg: 1 }, name: { arg: 2 }, value: { arg: 3 }, names },
    ok: ['null'],
    fails: [{ results: ['nonnull'], how: 'rare' }],
  },
  {
    name: named(
      'SetsockoptTimeval',
      'SetsockoptLinger',
      'GetsockoptInt',
      'CloseOnExec',
      'Getsockname',
      'Getpeername',
      'SetsockoptByte',
      'SetsockoptString',
    ),
    source: 'setsockopt(2), getsockname(2)',
  },
  { name: named('Close'), source: 'close(2)', closes: true, step: { do: 'close' } },
  {
    name: named('Shutdown'),
    source: 'shutdown(2)',
    halfCloses: true,
    step: {
      do: 'shutdown',
      how: { arg: 1 },
      hows: Object.fromEntries([
        ...named('SHUT_WR').map((name) => [name, 'WR'] as const),
        ...named('SHUT_RD').map((name) => [name, 'RD'] as const),
      ]),
    },
  },
  {
    name: named('Read', 'Recvfrom'),
    source: 'read(2), recvfrom(2)',
    blocks: { wait: 'read', limitedBy: ['SO_RCVTIMEO'] },
    ok: ['pos'],
    eof: { results: ['zero'] },
    fails: [{ results: ['neg'] }],
    step: { do: 'recv' },
  },
  {
    name: named('Write', 'Sendto', 'Sendmsg'),
    source: 'write(2), sendto(2)',
    blocks: { wait: 'write', limitedBy: ['SO_SNDTIMEO'] },
    step: { do: 'send' },
  },
];

export const library: Library = {
  id: 'go-syscall',
  languages: ['go'],
  title: 'syscall, golang.org/x/sys/unix',
  types: [{ name: 'syscall.fd', source: 'a descriptor number', onDrop: 'never', descriptor: true }],
  calls,
};
