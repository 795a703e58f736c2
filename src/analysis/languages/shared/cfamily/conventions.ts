/** What programs name their helpers after: data, whole words, with polarity. Used only for functions whose definition is not in sight. */

/** Words of a name: `setNonBlocking`, `set_non_blocking` and `SET_NON_BLOCKING` are `set`, `non`, `blocking`. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split('_')
    .filter(Boolean);
}

interface Setter {
  /** Words that must stand side by side, in one of these forms. */
  words: readonly string[];
  /** The call that it stands for: name, second and third argument. */
  call: readonly [name: string, second: string, third: string];
}

const nothing = ['getsockopt', 'SOL_SOCKET', 'SO_TYPE'] as const;

/** Helpers named after the option that they set. */
const setters: readonly Setter[] = [
  {
    words: ['nonblock', 'nonblocking', 'non block', 'non blocking', 'nonb', 'noblock', 'unblock'],
    call: ['fcntl', 'F_SETFL', 'O_NONBLOCK'],
  },
  { words: ['cloexec', 'clo exec', 'closeonexec', 'close on exec'], call: ['fcntl', 'F_SETFD', 'FD_CLOEXEC'] },
  { words: ['keepalive', 'keep alive', 'keepalives'], call: ['setsockopt', 'SOL_SOCKET', 'SO_KEEPALIVE'] },
  { words: ['nodelay', 'no delay'], call: ['setsockopt', 'IPPROTO_TCP', 'TCP_NODELAY'] },
  {
    words: ['reuseaddr', 'reuse addr', 'reuseport', 'reuse port', 'reuseable', 'reusable'],
    call: ['setsockopt', 'SOL_SOCKET', 'SO_REUSEADDR'],
  },
  {
    words: [
      'tos',
      'dscp',
      'v6only',
      'v6 only',
      'rdomain',
      'sockopt',
      'sockopts',
      'setsockopt',
      'setsockopts',
      'sock opt',
      'sock opts',
      'socket options',
      'socket option',
      'rcvbuf',
      'sndbuf',
      'blocking',
      'linger',
    ],
    call: nothing,
  },
];

/** Words that turn the option off, or leave it alone. */
const off = new Set(['disable', 'unset', 'clear', 'off', 'remove', 'stop', 'without']);
const asks = new Set([
  'is',
  'has',
  'get',
  'check',
  'can',
  'should',
  'want',
  'wants',
  'needs',
  'handle',
  'send',
  'recv',
  'timer',
  'timeout',
  'cb',
  'callback',
  'packet',
  'message',
  'connect',
  'accept',
  'socket',
  'open',
  'dial',
  'listen',
  'create',
  'new',
  'read',
  'write',
]);

/** The call that a helper of this name stands for, and the value that it sets. */
export function setterNamed(name: string): { call: Setter['call']; value: 0 | 1 } | null {
  const words = wordsOf(name);
  const text = ` ${words.join(' ')} `;
  const found = setters.find((setter) => setter.words.some((form) => text.includes(` ${form} `)));
  if (!found || words.some((word) => asks.has(word))) return null;
  return { call: found.call, value: words.some((word) => off.has(word)) ? 0 : 1 };
}

/** Helpers named after a call that only works on the descriptor: `safe_connect(fd, …)`, `bind_any(fd, …)`, `writen(fd, …)`. */
const works = new Set([
  'connect',
  'bind',
  'listen',
  'getsockname',
  'getpeername',
  'bindresvport',
  'atomicio',
  'readn',
  'writen',
  'recvn',
  'sendn',
  'readall',
  'writeall',
  'recvall',
  'sendall',
  'fullread',
  'fullwrite',
]);
const moves = new Set(['read', 'write', 'recv', 'send']);
const whole = new Set(['all', 'full', 'fully', 'exact', 'exactly', 'n', 'safe', 'robust', 'net', 'sock', 'socket', 'x', 'loop']);

/** Such a helper keeps the descriptor, calls back later, or ends it. */
const keeps = new Set([
  'on',
  'start',
  'async',
  'event',
  'ev',
  'uv',
  'add',
  'register',
  'begin',
  'handle',
  'handler',
  'cb',
  'callback',
  'new',
  'close',
  'free',
  'make',
  'create',
  'open',
  'disconnect',
  'queue',
]);

/** Does a helper of this name only work on the descriptor that it is given? */
export function worksOnly(name: string): boolean {
  const words = wordsOf(name);
  if (words.some((word) => keeps.has(word))) return false;
  if (words.some((word) => works.has(word))) return true;
  return (
    words.some((word) => moves.has(word)) &&
    words.some((word) => whole.has(word)) &&
    words.every((word) => moves.has(word) || whole.has(word))
  );
}

const closing = /^(?:(?:safe|net|my|do|x)_)?close_?(?:socket|sock|fd)$|^(?:socket|sock|fd)_?close$|^\w+_closesocket$|^safe_close$/;

/** Does a helper of this name close the one descriptor that it is given (`NET_CLOSESOCKET(fd)`, `close_fd(fd)`, `sock_close(fd)`)? */
export function closesNamed(name: string): boolean {
  return closing.test(wordsOf(name).join('_'));
}

const ends = new Set(['die', 'exit', 'panic', 'croak']);
const endsFirst = new Set(['die', 'fatal', 'panic']);
const endsNot = new Set([
  'log',
  'logger',
  'on',
  'at',
  'set',
  'is',
  'should',
  'try',
  'request',
  'thread',
  'handler',
  'handle',
  'register',
  'want',
  'get',
  'check',
  'cleanup',
  'before',
  'wait',
  'add',
  'level',
]);

/** Does a function or macro of this name report and end the process (`DIE(…)`, `errExit(…)`, `FATAL_ERROR(…)`)? */
export function endsProcess(name: string): boolean {
  const words = wordsOf(name);
  const named = ends.has(words.at(-1) ?? '') || endsFirst.has(words[0] ?? '');
  return named && !words.some((word) => endsNot.has(word));
}

const allocators = new Set(['malloc', 'calloc', 'zalloc', 'realloc', 'palloc', 'pcalloc', 'strdup', 'strndup', 'memdup']);

/** Is it one of the allocators that programs put around malloc()? */
export function allocatesNamed(name: string): boolean {
  return allocators.has((wordsOf(name).at(-1) ?? '').replace(/^[xzske](?=[mcr])/, ''));
}
