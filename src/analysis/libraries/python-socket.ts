/** Python's modules socket, select and time, and what else blocks or ends a program. Line references: CPython 3.11. */

import type { BlockFact, CallFact, FailFact, Library, SetByNameFact } from '../flow/facts.js';

const refused: FailFact[] = [{ throws: ['OSError'] }];
const limitedRead: BlockFact = { wait: 'read', limitedBy: ['readTimeout', 'SO_RCVTIMEO'] };
const limitedWrite: BlockFact = { wait: 'write', limitedBy: ['writeTimeout', 'readTimeout', 'SO_SNDTIMEO', 'TCP_USER_TIMEOUT'] };
const noTcp = ['socket.SOCK_DGRAM', 'socket.SOCK_RAW', 'socket.AF_NETLINK', 'socket.AF_PACKET', 'socket.AF_BLUETOOTH', 'socket.AF_CAN'];
const s = 'socket.socket.';
/** On the same machine the answer, or the refusal, comes at once. */
const here = { arg: { arg: 0 }, values: ['localhost', '127.0.0.1', '::1'] };

const optionNames: SetByNameFact['names'] = {
  'socket.SO_KEEPALIVE': 'SO_KEEPALIVE',
  'socket.TCP_KEEPIDLE': 'TCP_KEEPIDLE',
  'socket.TCP_KEEPALIVE': 'TCP_KEEPIDLE',
  'socket.TCP_KEEPINTVL': 'TCP_KEEPINTVL',
  'socket.TCP_KEEPCNT': 'TCP_KEEPCNT',
  'socket.TCP_USER_TIMEOUT': 'TCP_USER_TIMEOUT',
  'socket.TCP_NODELAY': 'TCP_NODELAY',
  'socket.SO_LINGER': 'SO_LINGER',
  'socket.SO_REUSEADDR': 'SO_REUSEADDR',
  'socket.SO_REUSEPORT': 'SO_REUSEPORT',
  'socket.SO_RCVTIMEO': 'SO_RCVTIMEO',
  'socket.SO_SNDTIMEO': 'SO_SNDTIMEO',
  'socket.SO_RCVBUF': 'SO_RCVBUF',
  'socket.SO_SNDBUF': 'SO_SNDBUF',
  'socket.TCP_SYNCNT': 'TCP_SYNCNT',
  'socket.TCP_LINGER2': 'TCP_LINGER2',
};

const opening: CallFact[] = [
  {
    name: 'socket.socket',
    source: 'socket.py socket.__init__; Modules/socketmodule.c sock_initobj',
    fails: [{ throws: ['OSError'], how: 'rare' }],
    opens: {
      type: 'socket.socket',
      role: 'any',
      unless: [
        { arg: { arg: 1, name: 'type' }, names: noTcp },
        { arg: { arg: 0, name: 'family' }, names: noTcp },
        { arg: { arg: 0, name: 'family' }, names: ['socket.AF_UNIX'], leaksAnyway: true },
      ],
    },
  },
  {
    name: 'socket.create_connection',
    source: 'socket.py create_connection: closes what it opened when connect fails',
    fails: refused,
    opens: { type: 'socket.socket', role: 'client', connected: true },
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'], limit: { arg: 1, name: 'timeout' }, unless: here },
    sets: [
      { option: 'connectTimeout', from: { arg: 1, name: 'timeout' } },
      { option: 'readTimeout', from: { arg: 1, name: 'timeout' } },
      { option: 'writeTimeout', from: { arg: 1, name: 'timeout' } },
    ],
    step: { do: 'connect' },
  },
  {
    name: 'socket.create_server',
    source: 'socket.py create_server: closes on failure',
    fails: refused,
    opens: { type: 'socket.socket', role: 'listener' },
    sets: [
      { option: 'BACKLOG', from: { name: 'backlog' } },
      { option: 'SO_REUSEADDR', value: 1 },
    ],
    step: { do: 'listen' },
  },
  {
    name: ['socket.socket.accept', '*.accept'],
    source: 'socket.py socket.accept',
    fails: refused,
    opens: {
      type: 'socket.socket',
      role: 'accepted',
      elements: [{ index: 0, type: 'socket.socket' }],
      connected: true,
      inheritsFrom: 'receiver',
      ifUnpacked: true,
    },
    on: 'receiver',
    blocks: { wait: 'accept', limitedBy: ['readTimeout'] },
    step: { do: 'accept' },
  },
  { name: 'socket.socketpair', source: 'socket.py socketpair: AF_UNIX', fails: [{ throws: ['OSError'], how: 'rare' }] },
  {
    name: 'socket.fromfd',
    source: 'socket.py fromfd: duplicates the descriptor',
    fails: [{ throws: ['OSError'], how: 'rare' }],
    opens: {
      type: 'socket.socket',
      role: 'any',
      unless: [{ arg: { arg: 1, name: 'family' }, names: ['socket.AF_UNIX'], leaksAnyway: true }],
    },
  },
  { name: `${s}dup`, source: 'socket.py socket.dup', fails: [{ throws: ['OSError'], how: 'rare' }] },
];

const using: CallFact[] = [
  {
    name: `${s}connect`,
    source: 'socketmodule.c sock_connect: leaves the socket open when it fails',
    fails: refused,
    blocks: { wait: 'connect', limitedBy: ['readTimeout', 'SO_SNDTIMEO'], unless: here },
    step: { do: 'connect' },
  },
  {
    name: `${s}connect_ex`,
    source: 'socketmodule.c sock_connect_ex: returns the error',
    ok: ['zero'],
    fails: [{ results: ['pos'] }, { throws: ['OSError'], how: 'rare' }],
    blocks: { wait: 'connect', limitedBy: ['readTimeout'], unless: here },
    step: { do: 'connect' },
  },
  { name: `${s}bind`, source: 'socketmodule.c sock_bind', fails: refused, step: { do: 'bind' } },
  {
    name: `${s}listen`,
    source: 'socketmodule.c sock_listen',
    fails: refused,
    sets: [{ option: 'BACKLOG', from: { arg: 0 }, absent: 128 }],
    step: { do: 'listen' },
  },
  {
    name: `${s}send`,
    source: 'socketmodule.c sock_send',
    fails: refused,
    blocks: limitedWrite,
    step: { do: 'send', bytes: { arg: 0 } },
    ok: ['pos'],
  },
  {
    name: [`${s}sendall`, `${s}sendmsg`, `${s}sendfile`],
    source: 'socketmodule.c sock_sendall',
    fails: refused,
    blocks: limitedWrite,
    step: { do: 'send', bytes: { arg: 0 } },
  },
  { name: `${s}sendto`, source: 'socketmodule.c sock_sendto', fails: refused },
  {
    name: `${s}recv`,
    source: 'socketmodule.c sock_recv',
    fails: refused,
    ok: ['full'],
    eof: { results: ['empty'] },
    blocks: limitedRead,
    step: { do: 'recv', bytes: { arg: 0 } },
  },
  {
    name: `${s}recv_into`,
    source: 'socketmodule.c sock_recv_into',
    fails: refused,
    ok: ['pos'],
    eof: { results: ['zero'] },
    blocks: limitedRead,
    step: { do: 'recv' },
  },
  {
    name: [`${s}recvfrom`, `${s}recvmsg`, `${s}recvfrom_into`],
    source: 'socketmodule.c sock_recvfrom',
    fails: refused,
    blocks: limitedRead,
    step: { do: 'recv' },
  },
  { name: [`${s}close`, `${s}__exit__`], source: 'socket.py socket.close, socket.__exit__', closes: true, step: { do: 'close' } },
  { name: `${s}__enter__`, source: 'socket.py socket.__enter__', passes: 'receiver' },
  {
    name: `${s}shutdown`,
    source: 'socketmodule.c sock_shutdown: ENOTCONN when the connection is gone',
    fails: refused,
    halfCloses: true,
    step: { do: 'shutdown', how: { arg: 0 }, hows: { 'socket.SHUT_WR': 'WR', 'socket.SHUT_RD': 'RD', 'socket.SHUT_RDWR': 'RDWR' } },
  },
  { name: `${s}detach`, source: 'socket.py socket.detach: the caller gets the descriptor', takes: true },
  {
    name: `${s}settimeout`,
    source: 'socketmodule.c sock_settimeout',
    sets: [
      { option: 'readTimeout', from: { arg: 0 } },
      { option: 'writeTimeout', from: { arg: 0 } },
    ],
  },
  {
    name: `${s}setblocking`,
    source: 'socketmodule.c sock_setblocking',
    sets: [{ option: 'O_NONBLOCK', from: { arg: 0 }, signs: { zero: 1, positive: 0 } }],
  },
  {
    name: `${s}setsockopt`,
    source: 'socketmodule.c sock_setsockopt',
    setsByName: { level: { arg: 0 }, name: { arg: 1 }, value: { arg: 2 }, names: optionNames },
  },
  {
    name: `${s}fileno`,
    source: 'socketmodule.c sock_fileno: -1 once it is closed (measured: socket.socket().fileno() >= 0, after close() -1)',
    ok: ['nonneg'],
  },
  {
    name: ['getsockname', 'getpeername', 'getsockopt', 'gettimeout', 'getblocking', 'get_inheritable', 'set_inheritable', 'ioctl'].map(
      (name) => s + name,
    ),
    source: 'socketmodule.c: getters',
  },
  { name: `${s}makefile`, source: 'socket.py socket.makefile: SocketIO, does not own the socket', wraps: { type: 'socket.makefile' } },
];

const f = 'socket.makefile.';
const streams: CallFact[] = [
  {
    // Measured with CPython 3.11: `s = s.makefile()`, then `s.close()` leaves no descriptor; where the socket has another name it does.
    name: [`${f}close`, `${f}__exit__`],
    source: 'socket.py SocketIO.close: the socket stays open as long as anything else refers to it',
    closesLast: true,
  },
  { name: [`${f}seekable`, `${f}readable`], source: 'socket.py SocketIO' },
  { name: `${f}__enter__`, source: 'io.py IOBase.__enter__', passes: 'receiver' },
  {
    name: [`${f}read`, `${f}readline`, `${f}read1`],
    source: 'socket.py SocketIO.readinto',
    fails: refused,
    ok: ['full'],
    eof: { results: ['empty'] },
    blocks: limitedRead,
    step: { do: 'recv' },
  },
  { name: `${f}readlines`, source: 'socket.py SocketIO.readinto', fails: refused, blocks: limitedRead, step: { do: 'recvUntilEof' } },
  {
    name: `${f}__next__`,
    source: 'io.py IOBase.__next__',
    fails: refused,
    ok: ['full'],
    eof: { results: ['null'] },
    blocks: limitedRead,
    step: { do: 'recv' },
  },
  {
    name: [`${f}write`, `${f}writelines`, `${f}flush`],
    source: 'socket.py SocketIO.write',
    fails: refused,
    blocks: limitedWrite,
    step: { do: 'send', bytes: { arg: 0 } },
  },
];

const around: CallFact[] = [
  { name: 'socket.setdefaulttimeout', source: 'socketmodule.c socket_setdefaulttimeout', limitsAll: true },
  { name: 'contextlib.closing', source: 'contextlib.py closing', passes: { arg: 0 } },
  {
    name: 'select.select',
    source: 'Modules/selectmodule.c select_select_impl',
    on: 'any',
    blocks: { wait: 'poll', limit: { arg: 3, name: 'timeout' } },
    fails: [{ throws: ['OSError'], how: 'rare' }],
    step: { do: 'poll', for: { arg: 3 } },
  },
  {
    name: 'time.sleep',
    source: 'Modules/timemodule.c time_sleep',
    blocks: { wait: 'sleep', limit: { arg: 0 } },
    step: { do: 'sleep', for: { arg: 0 } },
  },
  { name: ['input', 'raw_input'], source: 'Python documentation, input()', blocks: { wait: 'other' } },
  { name: ['os._exit', 'os.abort', 'os.execv', 'os.execvp', 'os.execve'], source: 'Modules/posixmodule.c', exits: true },
  { name: ['sys.exit', 'exit', 'quit'], source: 'sys.exit raises SystemExit', fails: [{ throws: ['SystemExit'] }], neverReturns: true },
  { name: 'os.fork', source: 'Modules/posixmodule.c os_fork_impl', forks: true },
  {
    name: 'threading.Thread',
    source: 'threading.py Thread',
    calls: { callee: { arg: 1, name: 'target' }, args: { arg: 3, name: 'args' }, named: { arg: 4, name: 'kwargs' }, spawns: true },
  },
  {
    name: ['_thread.start_new_thread', 'thread.start_new_thread'],
    source: '_threadmodule.c thread_PyThread_start_new_thread',
    calls: { callee: { arg: 0 }, args: { arg: 1 }, spawns: true },
  },
  {
    name: 'multiprocessing.Process',
    source: 'multiprocessing/process.py: the child has copies',
    calls: { callee: { arg: 1, name: 'target' }, args: { arg: 3, name: 'args' }, named: { arg: 4, name: 'kwargs' }, spawns: true },
  },
  {
    name: ['json.load', 'pickle.load', 'shutil.copyfileobj'],
    source: 'they read and keep nothing',
    on: { arg: 0 },
    fails: [{ throws: ['ValueError'], how: 'documented' }],
  },
];

export const library: Library = {
  id: 'python-socket',
  languages: ['python'],
  title: 'socket, select, threading',
  types: [
    {
      name: 'socket.socket',
      source: 'socketmodule.c sock_finalize: closes with a ResourceWarning',
      onDrop: 'at-once',
      connectsAtWill: true,
    },
    { name: 'socket.makefile', source: 'socket.py SocketIO', onDrop: 'at-once' },
  ],
  calls: [...opening, ...using, ...streams, ...around],
  shown: [
    {
      method: 'shutdown',
      arg: { arg: 0 },
      names: ['socket.SHUT_RDWR', 'socket.SHUT_WR', 'socket.SHUT_RD', '0', '1', '2'],
      type: 'socket.socket',
      source: 'socketmodule.c sock_shutdown: nothing but a socket takes these',
    },
  ],
  exceptions: { 'socket.timeout': ['OSError'] },
};
