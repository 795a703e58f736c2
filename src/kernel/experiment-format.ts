/**
 * The experiment format as data: every field of every step and fault with its kind, limits and one line about it.
 * The validator (experiment-validate.ts) and the JSON schema (scripts/experiment-schema.ts) both follow this table;
 * `satisfies` keeps it equal to the types of experiment.ts.
 */

import type { Experiment, Fault, ModelSettings, Program, Step } from './experiment.js';
import { KERNEL_VERSIONS } from './sysctl-table.js';

/** What a field holds. `socket` uses a socket's name, `newSocket` makes one; the same for programs. */
type FieldKind =
  | 'text'
  | 'socket'
  | 'newSocket'
  | 'program'
  | 'newProgram'
  | 'integer'
  | 'number'
  | 'choice'
  | 'words'
  | 'list'
  | 'options'
  | 'target'
  | 'steps'
  | 'link'
  | 'sysctls'
  | 'programs'
  | 'faults'
  | 'model';

export interface FieldSpec {
  kind: FieldKind;
  about: string;
  optional?: boolean;
  /** Lowest and highest value of a number. */
  min?: number;
  max?: number;
  /** Allowed values of a choice, of each of the `|`-separated words, of each entry of a list. */
  values?: readonly string[];
  default?: string | number;
}

type KeysOf<T> = T extends unknown ? keyof T : never;
type FieldsOf<T, Done extends string> = Record<Exclude<KeysOf<T>, Done>, FieldSpec>;

const INT_MAX = 2147483647;
const HOSTS = ['A', 'B'] as const;

/** Options with an integer value, as in the C headers; O_NONBLOCK is set with fcntl(). */
export const INTEGER_OPTIONS = [
  'SO_REUSEADDR',
  'SO_REUSEPORT',
  'SO_KEEPALIVE',
  'SO_RCVBUF',
  'SO_SNDBUF',
  'SO_RCVLOWAT',
  'TCP_NODELAY',
  'TCP_CORK',
  'TCP_KEEPIDLE',
  'TCP_KEEPINTVL',
  'TCP_KEEPCNT',
  'TCP_USER_TIMEOUT',
  'TCP_SYNCNT',
  'TCP_LINGER2',
  'TCP_DEFER_ACCEPT',
  'TCP_QUICKACK',
  'TCP_RTO_MAX_MS',
  'IP_RECVERR',
  'IP_BIND_ADDRESS_NO_PORT',
  'O_NONBLOCK',
] as const;

/** Options with a time in seconds. */
export const SECONDS_OPTIONS = ['SO_RCVTIMEO', 'SO_SNDTIMEO'] as const;
export const SETTABLE_OPTIONS: readonly string[] = [...INTEGER_OPTIONS, 'SO_LINGER', ...SECONDS_OPTIONS];
const READABLE_OPTIONS: readonly string[] = ['SO_ERROR', ...SETTABLE_OPTIONS.filter((o) => o !== 'O_NONBLOCK')];
const FLAGS = ['MSG_NOSIGNAL', 'MSG_DONTWAIT', 'MSG_PEEK', 'MSG_WAITALL'] as const;
const EVENTS = ['IN', 'OUT', 'ERR', 'HUP', 'RDHUP', 'ET'] as const;

const on: FieldSpec = { kind: 'socket', about: 'the socket to use' };
const as: FieldSpec = { kind: 'newSocket', about: 'name of the new socket within the program' };
const options: FieldSpec = {
  kind: 'options',
  about: 'socket options by their C names; SO_LINGER is [onoff, seconds], SO_RCVTIMEO and SO_SNDTIMEO are seconds',
};
const flags: FieldSpec = { kind: 'list', optional: true, values: FLAGS, about: 'flags of the call' };
const steps: FieldSpec = { kind: 'steps', about: 'steps, one after the other' };
const host: FieldSpec = { kind: 'choice', values: HOSTS, about: 'the host' };
const program: FieldSpec = { kind: 'program', about: 'the program' };

/** Fields that every step may have. */
export const COMMON_STEP_FIELDS: Record<'at' | 'line', FieldSpec> = {
  at: { kind: 'number', optional: true, min: 0, about: 'wait until this time (seconds); if it is over, go on at once' },
  line: {
    kind: 'integer',
    optional: true,
    min: 1,
    max: INT_MAX,
    about: "source line that this step stands for; the trace's call carries it",
  },
};

export const STEP_FIELDS = {
  listen: {
    as,
    port: { kind: 'integer', min: 1, max: 65535, about: 'port to bind and listen on' },
    backlog: { kind: 'integer', optional: true, min: -INT_MAX - 1, max: INT_MAX, default: 128, about: 'backlog of listen()' },
    options: { ...options, optional: true },
  },
  accept: { on: { kind: 'socket', about: 'the listener' }, as, options: { ...options, optional: true } },
  connect: {
    as: { ...as, optional: true, about: 'name of the new socket; either this or "on"' },
    on: { ...on, optional: true, about: 'an existing socket; either this or "as"' },
    to: { kind: 'target', about: 'A:port, B:port, or an IPv4 address and port (no route leads there)' },
    bindPort: { kind: 'integer', optional: true, min: 0, max: 65535, about: 'local port to bind first' },
    options: { ...options, optional: true },
  },
  setsockopt: { on, options },
  getsockopt: { on, option: { kind: 'choice', values: READABLE_OPTIONS, about: 'the option to read' } },
  send: { on, bytes: { kind: 'integer', min: 0, max: INT_MAX, about: 'bytes to send' }, flags },
  recv: { on, bytes: { kind: 'integer', optional: true, min: 0, max: INT_MAX, default: 65536, about: 'size of the buffer' }, flags },
  recvUntilEof: { on },
  fill: { on },
  poll: {
    on,
    for: { kind: 'number', optional: true, min: 0, default: 0, about: 'seconds to wait at most' },
    events: {
      kind: 'words',
      optional: true,
      values: EVENTS,
      default: 'IN|OUT|RDHUP',
      about: 'events to wait for, joined by |; ET: epoll with EPOLLET, so only what is new since the last such step',
    },
  },
  shutdown: { on, how: { kind: 'choice', optional: true, values: ['WR', 'RD', 'RDWR'], default: 'WR', about: 'which direction' } },
  close: { on },
  sleep: { for: { kind: 'number', min: 0, about: 'seconds' } },
  hold: {},
  exit: {},
  repeat: { times: { kind: 'integer', min: 0, max: 10_000_000, about: 'how often' }, steps },
  fork: { as: { kind: 'newProgram', about: 'name of the child program' }, steps },
} satisfies { [D in Step['do']]: FieldsOf<Extract<Step, { do: D }>, 'do' | 'at' | 'line'> };

/** One line about each step, for the schema and its completion. */
export const STEPS_ABOUT: Record<Step['do'], string> = {
  listen: 'socket, options, bind(0.0.0.0:port), listen(backlog)',
  accept: 'accept, then the options',
  connect: 'socket, options, bind if bindPort, connect; or connect again on an existing socket',
  setsockopt: 'sets options in order; stops at the first that fails',
  getsockopt: 'reads an option; for SO_ERROR the C name of the error, or 0',
  send: 'one send()',
  recv: 'one recv()',
  recvUntilEof: 'recv() again and again until it returns 0 or fails',
  fill: 'send() of 65536 bytes with MSG_DONTWAIT again and again until EAGAIN',
  poll: 'poll(), or with ET epoll_wait() on an edge-triggered watch of the socket',
  shutdown: 'shutdown()',
  close: 'close()',
  sleep: 'does nothing for a while',
  hold: 'stays alive, with its descriptors, to the end',
  exit: 'ends the program',
  repeat: 'runs the steps that many times',
  fork: 'a child program inherits all descriptors and runs the steps; the parent goes on at once',
};

const SEGMENT_FLAG: FieldSpec = {
  kind: 'choice',
  optional: true,
  values: ['S', 'F', 'R', 'data', 'ack'],
  about: 'only segments with this flag, with data, or pure acknowledgements',
};

export const FAULT_FIELDS = {
  powerLoss: { host },
  boot: { host, program: { ...program, optional: true, about: 'the program to start' } },
  cut: { from: { ...host, optional: true, about: 'the sender whose packets are lost; without it both' } },
  restore: {},
  kill: { program },
  drop: {
    from: host,
    flag: SEGMENT_FLAG,
    skip: { kind: 'integer', optional: true, min: 0, max: INT_MAX, default: 0, about: 'how many to let pass first' },
    count: { kind: 'integer', optional: true, min: 0, max: INT_MAX, default: 1, about: 'how many to lose' },
  },
  duplicate: {
    from: host,
    flag: SEGMENT_FLAG,
    skip: { kind: 'integer', optional: true, min: 0, max: INT_MAX, default: 0, about: 'how many to let pass first' },
    count: { kind: 'integer', optional: true, min: 0, max: INT_MAX, default: 1, about: 'how many to deliver twice' },
  },
  freeze: { program },
  thaw: { program },
  icmp: {
    from: host,
    code: { kind: 'integer', min: 0, max: 15, about: 'code of the destination unreachable: 0 net, 1 host, 3 port, 13 prohibited' },
  },
  natForget: {
    newPort: {
      kind: 'integer',
      optional: true,
      min: 1,
      max: 65535,
      about: 'source port of the new mapping; without it what A sends is lost',
    },
  },
  linkDown: { host },
  linkUp: { host },
} satisfies { [F in Fault['fault']]: FieldsOf<Extract<Fault, { fault: F }>, 'fault' | 'at'> };

export const FAULTS_ABOUT: Record<Fault['fault'], string> = {
  powerLoss: 'the host is gone without a word',
  boot: 'the host is back, without sockets',
  cut: 'what is sent is lost',
  restore: 'ends cut and icmp',
  kill: 'kill -9; the kernel closes what the program held',
  drop: 'loses single segments',
  duplicate: 'delivers single segments twice',
  freeze: 'SIGSTOP',
  thaw: 'SIGCONT',
  icmp: 'the network is cut behind the router, which answers with ICMP destination unreachable',
  natForget: 'the NAT in front of A forgets all connections',
  linkDown: "the host's interface goes down",
  linkUp: "the host's interface comes up again",
};

/** The time of a fault. */
export const FAULT_AT: FieldSpec = { kind: 'number', min: 0, about: 'when (seconds)' };

export const PROGRAM_FIELDS: FieldsOf<Program, never> = {
  name: { kind: 'newProgram', about: 'unique name' },
  host: { ...host, about: 'the host it runs on' },
  steps,
  start: { kind: 'choice', optional: true, values: ['onBoot'], about: 'run only when a boot fault names it' },
  sigpipe: { kind: 'choice', optional: true, values: ['kill'], about: 'let SIGPIPE end the program instead of ignoring it' },
  rlimitNofile: {
    kind: 'integer',
    optional: true,
    min: 3,
    max: 1_048_576,
    about:
      'soft limit on open descriptors (RLIMIT_NOFILE), of which 0, 1 and 2 are in use; socket() and accept() beyond it fail with EMFILE',
  },
};

export const MODEL_FIELDS: FieldsOf<ModelSettings, never> = {
  kernel: { kind: 'choice', optional: true, values: KERNEL_VERSIONS, default: '6.18', about: 'profile of kernel behaviour' },
  hz: { kind: 'integer', optional: true, min: 100, max: 1000, default: 250, about: 'clock rate: 100, 250, 300 or 1000' },
  phase: { kind: 'number', optional: true, min: 0, default: 0, about: 'where in the timer wheel t = 0 lies, in seconds, below 131.072' },
  event: { kind: 'number', optional: true, min: 0, about: "when the failure begins (seconds): a scenario's times count from here" },
};

/** The kernel's choices of CONFIG_HZ. */
export const CLOCK_RATES: readonly number[] = [100, 250, 300, 1000];
/** One turn of the slowest wheel level that matters, seconds. */
export const PHASE_END = 131.072;

export const TOP_FIELDS: FieldsOf<Experiment, never> = {
  name: { kind: 'text', about: 'short plain name, also the file name' },
  why: { kind: 'text', optional: true, default: '', about: 'one sentence: what it shows' },
  rttMs: { kind: 'number', optional: true, min: 0, max: 600_000, default: 0, about: 'round-trip time of the wire in milliseconds' },
  durationS: { kind: 'number', min: 0, about: 'the run ends here (seconds)' },
  link: { kind: 'link', optional: true, about: 'routed: packets towards a dead host vanish; lan: both hosts on one Ethernet, with ARP' },
  sysctls: { kind: 'sysctls', optional: true, about: 'settings of each host, by full names' },
  programs: { kind: 'programs', about: 'programs made of socket calls' },
  faults: { kind: 'faults', optional: true, about: 'what goes wrong, and when' },
  model: { kind: 'model', optional: true, about: 'for the model only' },
};
export const LINK_MODES = ['routed', 'lan'] as const;
