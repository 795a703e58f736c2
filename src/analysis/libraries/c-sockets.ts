/** POSIX sockets as Linux has them: Linux man-pages by name and section, kernel files where they say more. */

import type { CallFact, Library, OptionName } from '../flow/facts.js';

const type = 'posix.socket';

const names: Record<string, OptionName> = {
  SO_KEEPALIVE: 'SO_KEEPALIVE',
  TCP_KEEPIDLE: 'TCP_KEEPIDLE',
  TCP_KEEPALIVE: 'TCP_KEEPIDLE',
  TCP_KEEPINTVL: 'TCP_KEEPINTVL',
  TCP_KEEPCNT: 'TCP_KEEPCNT',
  TCP_USER_TIMEOUT: 'TCP_USER_TIMEOUT',
  TCP_NODELAY: 'TCP_NODELAY',
  TCP_SYNCNT: 'TCP_SYNCNT',
  TCP_LINGER2: 'TCP_LINGER2',
  SO_LINGER: 'SO_LINGER',
  SO_REUSEADDR: 'SO_REUSEADDR',
  SO_REUSEPORT: 'SO_REUSEPORT',
  SO_RCVTIMEO: 'SO_RCVTIMEO',
  SO_SNDTIMEO: 'SO_SNDTIMEO',
  SO_RCVBUF: 'SO_RCVBUF',
  SO_SNDBUF: 'SO_SNDBUF',
  SO_RCVLOWAT: 'SO_RCVLOWAT',
  TCP_DEFER_ACCEPT: 'TCP_DEFER_ACCEPT',
  TCP_QUICKACK: 'TCP_QUICKACK',
};

/** Families that know no TCP: address_families(7). */
const otherFamilies = [
  'AF_UNIX',
  'PF_UNIX',
  'AF_LOCAL',
  'PF_LOCAL',
  'AF_FILE',
  'AF_NETLINK',
  'PF_NETLINK',
  'AF_PACKET',
  'PF_PACKET',
  'AF_ALG',
  'AF_BLUETOOTH',
  'PF_BLUETOOTH',
  'AF_CAN',
  'PF_CAN',
  'AF_VSOCK',
  'PF_KEY',
  'AF_KEY',
  'PF_ROUTE',
  'AF_ROUTE',
];

const time = {
  as: 'sum',
  fields: [
    { name: 'tv_sec', scale: 1 },
    { name: 'tv_usec', scale: 1e-6 },
  ],
} as const;

const accepting = (name: string, source: string, needs: number): CallFact => ({
  name,
  source,
  needs,
  opens: { type, role: 'accepted', inheritsFrom: { arg: 0 }, connected: true },
  blocks: { wait: 'accept', limitedBy: ['SO_RCVTIMEO'] },
  ok: ['nonneg'],
  fails: [{ results: ['=-1'] }],
  step: { do: 'accept' },
});

/** Data out: the number of bytes, or -1 (send(2), write(2), writev(2), sendfile(2)). */
const writing = (name: string[], source: string, bytes?: number): CallFact => ({
  name,
  source,
  blocks: { wait: 'write', limitedBy: ['SO_SNDTIMEO'] },
  ok: ['nonneg'],
  fails: [{ results: ['=-1'] }],
  step: { do: 'send', ...(bytes === undefined ? {} : { bytes: { arg: bytes } }) },
  // The number of a descriptor, or a struct with it, goes to a thread of this process that reads it.
  ...(bytes === undefined ? {} : { keeps: { arg: 1 } }),
});

/** Data in: the number of bytes, 0 at the end of the stream, or -1 (recv(2), read(2), readv(2)). */
const reading = (name: string[], source: string, bytes?: number): CallFact => ({
  name,
  source,
  blocks: { wait: 'read', limitedBy: ['SO_RCVTIMEO'] },
  ok: ['pos'],
  eof: { results: ['zero'] },
  fails: [{ results: ['=-1'] }],
  step: { do: 'recv', ...(bytes === undefined ? {} : { bytes: { arg: bytes } }) },
});

export const library: Library = {
  id: 'c-sockets',
  languages: ['c', 'cpp'],
  title: 'POSIX sockets',
  types: [
    { name: type, source: 'close(2): only close() or the end of the process gives a descriptor back', onDrop: 'never', descriptor: true },
  ],
  calls: [
    {
      name: 'socket',
      needs: 3,
      source: 'socket(2): a descriptor, or -1; SOCK_NONBLOCK in the type sets O_NONBLOCK',
      opens: {
        type,
        role: 'any',
        unless: [
          { arg: { arg: 0 }, names: otherFamilies, leaksAnyway: true },
          {
            arg: { arg: 1 },
            names: ['SOCK_DGRAM', 'SOCK_RAW', 'SOCK_SEQPACKET', 'SOCK_RDM', 'SOCK_PACKET', 'SOCK_DCCP'],
            leaksAnyway: true,
          },
          {
            arg: { arg: 2 },
            names: ['IPPROTO_UDP', 'IPPROTO_ICMP', 'IPPROTO_ICMPV6', 'IPPROTO_RAW', 'IPPROTO_SCTP', 'IPPROTO_UDPLITE'],
            leaksAnyway: true,
          },
        ],
        streams: { arg: { arg: 1 }, names: ['SOCK_STREAM'] },
      },
      on: { result: 0 },
      sets: [
        { option: 'O_NONBLOCK', value: 1, when: { arg: { arg: 1 }, names: ['SOCK_NONBLOCK'] } },
        { option: 'CLOEXEC', value: 1, when: { arg: { arg: 1 }, names: ['SOCK_CLOEXEC'] } },
      ],
      ok: ['nonneg'],
      fails: [{ results: ['=-1'] }],
    },
    {
      name: ['socketpair', 'evutil_socketpair'],
      needs: 4,
      source: 'socketpair(2), event2/util.h evutil_socketpair: two descriptors in the array, or -1 and the array as it was',
      opens: {
        type,
        role: 'any',
        at: { arg: 3 },
        elements: [
          { index: 0, type },
          { index: 1, type },
        ],
        connected: true,
        unless: [{ arg: { arg: 0 }, names: otherFamilies, leaksAnyway: true }],
      },
      on: { result: 0 },
      ok: ['zero'],
      fails: [{ results: ['=-1'] }],
    },
    {
      name: 'connect',
      needs: 3,
      source: 'connect(2): 0 or -1, the socket stays; SO_SNDTIMEO limits it (net/ipv4/af_inet.c, __inet_stream_connect)',
      blocks: { wait: 'connect', limitedBy: ['SO_SNDTIMEO'] },
      ok: ['zero'],
      fails: [{ results: ['=-1'] }],
      step: { do: 'connect' },
      // Qt's QObject::connect, called without its class: qobject.h.
      variants: [
        {
          when: { types: ['QTcpSocket', 'QSslSocket', 'QTcpSocket.ofParent'] },
          then: { blocks: undefined, fails: [], ok: undefined, step: undefined, registers: {} },
        },
      ],
    },
    { name: 'bind', source: 'bind(2)', ok: ['zero'], fails: [{ results: ['=-1'] }], step: { do: 'bind' } },
    {
      name: 'listen',
      source: 'listen(2): backlog is the second argument',
      sets: [{ option: 'BACKLOG', from: { arg: 1 } }],
      ok: ['zero'],
      fails: [{ results: ['=-1'] }],
      step: { do: 'listen' },
    },
    accepting(
      'accept',
      'accept(2): a new descriptor, or -1; options are those of the listener (socket(7), net/ipv4/inet_connection_sock.c)',
      3,
    ),
    {
      ...accepting('accept4', 'accept4(2): as accept(2), flags SOCK_NONBLOCK and SOCK_CLOEXEC', 4),
      sets: [{ option: 'O_NONBLOCK', value: 1, when: { arg: { arg: 3 }, names: ['SOCK_NONBLOCK'] } }],
    },
    {
      name: ['close', 'closesocket', 'soclose'],
      source: 'close(2): the descriptor is gone also when it reports an error; closesocket() is its name on Windows',
      closes: true,
      step: { do: 'close' },
    },
    {
      name: 'shutdown',
      source: 'shutdown(2): ends one or both directions, the descriptor stays open',
      halfCloses: true,
      step: { do: 'shutdown', how: { arg: 1 }, hows: { SHUT_RD: 'RD', SHUT_WR: 'WR', SHUT_RDWR: 'RDWR' } },
      ok: ['zero'],
      fails: [{ results: ['=-1'] }],
    },
    { ...writing(['send', 'sendto'], 'send(2): EPIPE', 2), signals: { unless: { arg: { arg: 3 }, names: ['MSG_NOSIGNAL'] } } },
    { ...writing(['write'], 'write(2): EPIPE', 2), signals: {} },
    {
      name: ['signal', 'sigaction', 'sigignore', 'bsd_signal'],
      source: 'signal(7): SIGPIPE',
      handlesSignal: { arg: { arg: 0 }, names: ['SIGPIPE'] },
    },
    writing(
      ['sendmsg', 'writev', 'sendmmsg', 'sendfile', 'sendfile64', 'splice'],
      'sendmsg(2), writev(2), sendfile(2): the first argument is written to',
    ),
    reading(['recv', 'read', 'recvfrom'], 'recv(2), read(2): 0 is the end of the stream', 2),
    reading(['recvmsg', 'readv', 'recvmmsg'], 'recvmsg(2), readv(2)'),
    {
      name: 'setsockopt',
      source: 'setsockopt(2), socket(7), tcp(7): the value is behind a pointer; TCP_USER_TIMEOUT in milliseconds',
      setsByName: {
        level: { arg: 1 },
        name: { arg: 2 },
        value: { arg: 3 },
        names,
        records: {
          SO_RCVTIMEO: time,
          SO_SNDTIMEO: time,
          SO_LINGER: {
            as: 'list',
            fields: [
              { name: 'l_onoff', scale: 1 },
              { name: 'l_linger', scale: 1 },
            ],
          },
        },
      },
      ok: ['zero'],
      fails: [{ results: ['=-1'] }],
    },
    {
      name: 'fcntl',
      source: 'fcntl(2): F_SETFL sets O_NONBLOCK',
      sets: [
        { option: 'O_NONBLOCK', value: 'unknown', when: { arg: { arg: 1 }, names: ['F_SETFL'] } },
        { option: 'O_NONBLOCK', value: 1, when: { arg: { arg: 2 }, names: ['O_NONBLOCK', 'O_NDELAY', 'FNDELAY', 'FNONBLOCK'] } },
      ],
      ok: ['nonneg'],
      fails: [{ results: ['=-1'] }],
      variants: [{ when: { arg: { arg: 1 }, names: ['F_DUPFD', 'F_DUPFD_CLOEXEC'] }, then: { passes: { arg: 0 } } }],
    },
    {
      name: ['ioctl', 'ioctlsocket'],
      source: 'ioctl(2), socket(7): FIONBIO sets O_NONBLOCK',
      sets: [{ option: 'O_NONBLOCK', from: { arg: 2 }, when: { arg: { arg: 1 }, names: ['FIONBIO'] } }],
      ok: ['nonneg'],
      fails: [{ results: ['=-1'] }],
    },
    {
      name: 'dup',
      source: 'dup(2): another descriptor of the same socket',
      passes: { arg: 0 },
      ok: ['nonneg'],
      fails: [{ results: ['=-1'] }],
    },
    {
      name: ['dup2', 'dup3'],
      source: 'dup(2): the second argument becomes another descriptor of the same socket',
      takes: true,
      ok: ['nonneg'],
      fails: [{ results: ['=-1'], how: 'rare' }],
      // The standard streams stay with the process: the descriptor itself must still be closed.
      variants: [
        { when: { arg: { arg: 1 }, names: ['0', '1', '2', 'STDIN_FILENO', 'STDOUT_FILENO', 'STDERR_FILENO'] }, then: { takes: false } },
      ],
    },
    {
      name: [
        'getsockopt',
        'getpeername',
        'getsockname',
        'isatty',
        'fstat',
        'fstat64',
        'fsync',
        'fchmod',
        'fchown',
        'sockatmark',
        'isfdtype',
        'getpeereid',
      ],
      source: 'getsockopt(2), getpeername(2), fstat(2), select(2): look at the descriptor only',
    },
    { name: 'FD_SET', source: 'select(2): the set holds the number', element: { how: 'add', set: { arg: 1 }, of: { arg: 0 } } },
    { name: 'FD_CLR', source: 'select(2)', element: { how: 'remove', set: { arg: 1 }, of: { arg: 0 } } },
    { name: 'FD_ZERO', source: 'select(2)', on: { result: 0 }, element: { how: 'clear', set: { arg: 0 } } },
    { name: 'FD_ISSET', source: 'select(2): not zero for a number in the set', element: { how: 'find', set: { arg: 1 }, of: { arg: 0 } } },
    {
      name: ['select', 'pselect'],
      source: 'select(2): the last but one argument is a time limit, NULL for none',
      on: { arg: 4 },
      blocks: { wait: 'poll', limit: { arg: 4 } },
      ok: ['nonneg'],
      fails: [{ results: ['=-1'] }],
      step: { do: 'poll' },
    },
    {
      name: 'poll',
      source: 'poll(2): the third argument is a time limit in milliseconds, negative for none',
      blocks: { wait: 'poll', limit: { arg: 2 }, limitScale: 0.001 },
      ok: ['nonneg'],
      fails: [{ results: ['=-1'] }],
      step: { do: 'poll', for: { arg: 2 }, forScale: 0.001 },
    },
    { name: 'ppoll', source: 'ppoll(2)', blocks: { wait: 'poll', limit: { arg: 2 } }, ok: ['nonneg'], fails: [{ results: ['=-1'] }] },
    {
      name: ['epoll_wait', 'epoll_pwait'],
      source: 'epoll_wait(2): the fourth argument is a time limit in milliseconds',
      blocks: { wait: 'poll', limit: { arg: 3 }, limitScale: 0.001 },
      ok: ['nonneg'],
      fails: [{ results: ['=-1'] }],
    },
    {
      name: 'epoll_ctl',
      source: 'epoll_ctl(2): the event carries the descriptor, or an object that has it, to the loop that waits',
      on: { arg: 2 },
      takes: true,
      registers: { waits: ['epoll_wait', 'epoll_pwait'] },
      ok: ['zero'],
      fails: [{ results: ['=-1'] }],
    },
    {
      name: ['getaddrinfo'],
      source: 'getaddrinfo(3): 0 or an error code, all of them negative in glibc',
      on: { arg: 3 },
      blocks: { wait: 'resolve' },
      ok: ['zero'],
      fails: [{ results: ['neg'] }],
    },
    {
      name: ['gethostbyname', 'gethostbyname2', 'gethostbyaddr'],
      source: 'gethostbyname(3): NULL on failure',
      blocks: { wait: 'resolve' },
      ok: ['full'],
      fails: [{ results: ['null'] }],
    },
    {
      name: ['getnameinfo', 'freeaddrinfo', 'inet_pton', 'inet_aton', 'inet_ntop', 'inet_ntoa', 'htons', 'htonl', 'ntohs', 'ntohl'],
      source: 'getaddrinfo(3), inet_pton(3): no descriptor',
    },
  ],
  named: [
    {
      last: ['setsockopt', 'getsockopt', 'getsockname', 'getpeername', 'fcntl'],
      fact: {
        name: '',
        source:
          'Apache Traffic Server lib/ts/ink_sock.cc safe_setsockopt, safe_fcntl: what is named after these calls them, again after EINTR',
        ok: ['zero'],
        fails: [{ results: ['neg'] }],
      },
    },
  ],
  constants: { INVALID_SOCKET: -1, SOCKET_ERROR: -1, STDIN_FILENO: 0, STDOUT_FILENO: 1, STDERR_FILENO: 2, SOMAXCONN: 4096 },
};
