/**
 * The sysctls that the model reads: real names, ranges, units and defaults.
 * Ranges were tried on a real 6.18 kernel, value by value; they are those of net/ipv4/sysctl_net_ipv4.c (`proc_dou8vec_minmax`: 0..255)
 * and net/core/sysctl_net_core.c. A default that differs between kernels stands in `was`.
 */

import { KEEPALIVE_DEFAULTS } from './defaults.js';

export type KernelVersion = '5.15' | '6.1' | '6.18';

/** Profiles, oldest first. */
export const KERNEL_VERSIONS: readonly KernelVersion[] = ['5.15', '6.1', '6.18'];
export const NEWEST_KERNEL: KernelVersion = '6.18';
export const DEFAULT_HZ = 250;

type SysctlUnit = 'switch' | 'count' | 's' | 'ms' | 'us' | 'ns' | 'bytes' | 'segments' | 'port' | 'percent' | 'mode' | 'shift';

export interface SysctlSpec {
  /** Real name, with dots. */
  name: string;
  /** Names in the model, one for each value of the sysctl. */
  keys: readonly string[];
  unit: SysctlUnit;
  min: number;
  /** `jiffies`: the value times HZ must fit an int (`proc_dointvec_jiffies`). */
  max: number | 'jiffies';
  /** Of the newest profile, one for each key. */
  defaults: readonly number[];
  /** First profile that has it; absent means all have it. An older kernel behaves as with `absent`. */
  since?: { kernel: KernelVersion; release: string; absent: readonly number[] };
  /** Defaults of older profiles. */
  was?: Partial<Record<KernelVersion, readonly number[]>>;
  /** One line for lists and completion. */
  about: string;
}

const BYTE = { min: 0, max: 255 } as const;
const SWITCH = { unit: 'switch', ...BYTE } as const;
const INT_MAX = 2147483647;
const INT_MIN = -2147483648;
const SECONDS = { unit: 's', min: -8589934, max: 'jiffies' } as const;

export const SYSCTLS = [
  // connection set-up
  {
    name: 'net.ipv4.tcp_syn_retries',
    keys: ['tcpSynRetries'],
    unit: 'count',
    min: 1,
    max: 127,
    defaults: [6],
    about: 'SYN retransmissions before connect() gives up',
  },
  {
    name: 'net.ipv4.tcp_syn_linear_timeouts',
    keys: ['tcpSynLinearTimeouts'],
    unit: 'count',
    min: 0,
    max: 127,
    defaults: [4],
    since: { kernel: '6.18', release: '6.5', absent: [0] },
    about: 'SYN retransmissions one second apart before the interval doubles',
  },
  {
    name: 'net.ipv4.tcp_synack_retries',
    keys: ['tcpSynackRetries'],
    unit: 'count',
    ...BYTE,
    defaults: [5],
    about: 'SYN-ACK retransmissions before a half-open connection is forgotten',
  },
  {
    name: 'net.ipv4.tcp_syncookies',
    keys: ['tcpSyncookies'],
    unit: 'mode',
    ...BYTE,
    defaults: [1],
    about: 'answer with a cookie when the SYN queue is full: 0 never, 1 then, 2 always',
  },
  {
    name: 'net.ipv4.tcp_max_syn_backlog',
    keys: ['tcpMaxSynBacklog'],
    unit: 'count',
    min: INT_MIN,
    max: INT_MAX,
    defaults: [2048],
    about: 'half-open connections remembered without cookies (the default follows the memory)',
  },
  {
    name: 'net.ipv4.tcp_abort_on_overflow',
    keys: ['tcpAbortOnOverflow'],
    ...SWITCH,
    defaults: [0],
    about: 'answer the final ACK with RST when the accept queue is full',
  },
  {
    name: 'net.core.somaxconn',
    keys: ['somaxconn'],
    unit: 'count',
    min: 0,
    max: INT_MAX,
    defaults: [4096],
    about: "upper bound of listen()'s backlog",
  },
  // retransmission
  {
    name: 'net.ipv4.tcp_retries1',
    keys: ['tcpRetries1'],
    unit: 'count',
    ...BYTE,
    defaults: [3],
    about: 'retries before the route is asked again',
  },
  {
    name: 'net.ipv4.tcp_retries2',
    keys: ['tcpRetries2'],
    unit: 'count',
    ...BYTE,
    defaults: [15],
    about: 'stands for the time limit after which unacknowledged data kill a connection',
  },
  {
    name: 'net.ipv4.tcp_orphan_retries',
    keys: ['tcpOrphanRetries'],
    unit: 'count',
    ...BYTE,
    defaults: [0],
    about: 'the same for a connection that no program holds any more; 0 means 8',
  },
  {
    name: 'net.ipv4.tcp_rto_min_us',
    keys: ['tcpRtoMinUs'],
    unit: 'us',
    min: 1,
    max: INT_MAX,
    defaults: [200000],
    since: { kernel: '6.18', release: '6.11', absent: [200000] },
    about: 'shortest retransmission timeout',
  },
  {
    name: 'net.ipv4.tcp_rto_max_ms',
    keys: ['tcpRtoMaxMs'],
    unit: 'ms',
    min: 1000,
    max: 120000,
    defaults: [120000],
    since: { kernel: '6.18', release: '6.15', absent: [120000] },
    about: 'longest retransmission timeout',
  },
  {
    name: 'net.ipv4.tcp_early_retrans',
    keys: ['tcpEarlyRetrans'],
    unit: 'mode',
    min: 0,
    max: 4,
    defaults: [3],
    about: 'tail loss probe: 0 off, 3 and 4 on',
  },
  {
    name: 'net.ipv4.tcp_recovery',
    keys: ['tcpRecovery'],
    unit: 'mode',
    ...BYTE,
    defaults: [1],
    about: 'loss detection by time (RACK), bit by bit',
  },
  {
    name: 'net.ipv4.tcp_reordering',
    keys: ['tcpReordering'],
    unit: 'segments',
    min: 1,
    max: 300,
    defaults: [3],
    about: 'reordering assumed at the start',
  },
  {
    name: 'net.ipv4.tcp_frto',
    keys: ['tcpFrto'],
    unit: 'mode',
    ...BYTE,
    defaults: [2],
    about: 'F-RTO: recognise a timeout that was not a loss',
  },
  {
    name: 'net.ipv4.tcp_retrans_collapse',
    keys: ['tcpRetransCollapse'],
    ...SWITCH,
    defaults: [1],
    about: 'join small segments when they are retransmitted',
  },
  {
    name: 'net.ipv4.tcp_thin_linear_timeouts',
    keys: ['tcpThinLinearTimeouts'],
    ...SWITCH,
    defaults: [0],
    about: 'no backoff for the first six timeouts of a thin stream',
  },
  // options on the wire
  { name: 'net.ipv4.tcp_timestamps', keys: ['tcpTimestamps'], unit: 'mode', ...BYTE, defaults: [1], about: 'timestamps option' },
  { name: 'net.ipv4.tcp_sack', keys: ['tcpSack'], ...SWITCH, defaults: [1], about: 'selective acknowledgements' },
  { name: 'net.ipv4.tcp_dsack', keys: ['tcpDsack'], ...SWITCH, defaults: [1], about: 'report duplicates by SACK' },
  { name: 'net.ipv4.tcp_window_scaling', keys: ['tcpWindowScaling'], ...SWITCH, defaults: [1], about: 'windows above 64 kB' },
  // keepalive
  {
    name: 'net.ipv4.tcp_keepalive_time',
    keys: ['tcpKeepaliveTime'],
    ...SECONDS,
    defaults: [KEEPALIVE_DEFAULTS.idle],
    about: 'idle time before the first keepalive probe',
  },
  {
    name: 'net.ipv4.tcp_keepalive_intvl',
    keys: ['tcpKeepaliveIntvl'],
    ...SECONDS,
    defaults: [KEEPALIVE_DEFAULTS.interval],
    about: 'time between keepalive probes',
  },
  {
    name: 'net.ipv4.tcp_keepalive_probes',
    keys: ['tcpKeepaliveProbes'],
    unit: 'count',
    ...BYTE,
    defaults: [KEEPALIVE_DEFAULTS.count],
    about: 'unanswered probes before the connection is given up',
  },
  // teardown
  {
    name: 'net.ipv4.tcp_fin_timeout',
    keys: ['tcpFinTimeout'],
    ...SECONDS,
    defaults: [60],
    about: 'how long a closed socket waits in FIN_WAIT_2',
  },
  {
    name: 'net.ipv4.tcp_tw_reuse',
    keys: ['tcpTwReuse'],
    unit: 'mode',
    min: 0,
    max: 2,
    defaults: [2],
    about: 'connect() may take a port in TIME_WAIT: 0 no, 1 yes, 2 on loopback only',
  },
  {
    name: 'net.ipv4.tcp_tw_reuse_delay',
    keys: ['tcpTwReuseDelayMs'],
    unit: 'ms',
    min: 1,
    max: 60000,
    defaults: [1000],
    since: { kernel: '6.18', release: '6.14', absent: [1000] },
    about: 'how old a TIME_WAIT must be to be reused',
  },
  {
    name: 'net.ipv4.tcp_max_tw_buckets',
    keys: ['tcpMaxTwBuckets'],
    unit: 'count',
    min: INT_MIN,
    max: INT_MAX,
    defaults: [131072],
    about: 'TIME_WAIT sockets kept at most (the default follows the memory)',
  },
  {
    name: 'net.ipv4.tcp_max_orphans',
    keys: ['tcpMaxOrphans'],
    unit: 'count',
    min: INT_MIN,
    max: INT_MAX,
    defaults: [131072],
    about: 'closed but unfinished connections kept at most (the default follows the memory)',
  },
  { name: 'net.ipv4.tcp_rfc1337', keys: ['tcpRfc1337'], ...SWITCH, defaults: [0], about: 'ignore RST in TIME_WAIT' },
  // sending, acknowledging, buffers
  {
    name: 'net.ipv4.tcp_rmem',
    keys: ['tcpRmemMin', 'tcpRmemDefault', 'tcpRmemMax'],
    unit: 'bytes',
    min: 1,
    max: INT_MAX,
    defaults: [4096, 131072, 33554432],
    was: { '5.15': [4096, 131072, 6291456], '6.1': [4096, 131072, 6291456] },
    about: 'receive buffer: least, at the start, most',
  },
  {
    name: 'net.ipv4.tcp_wmem',
    keys: ['tcpWmemMin', 'tcpWmemDefault', 'tcpWmemMax'],
    unit: 'bytes',
    min: 1,
    max: INT_MAX,
    defaults: [4096, 16384, 4194304],
    about: 'send buffer: least, at the start, most',
  },
  {
    name: 'net.core.rmem_max',
    keys: ['rmemMax'],
    unit: 'bytes',
    min: 2304,
    max: INT_MAX,
    defaults: [4194304],
    was: { '5.15': [212992], '6.1': [212992] },
    about: 'most that SO_RCVBUF may ask for',
  },
  {
    name: 'net.core.wmem_max',
    keys: ['wmemMax'],
    unit: 'bytes',
    min: 4608,
    max: INT_MAX,
    defaults: [4194304],
    was: { '5.15': [212992], '6.1': [212992] },
    about: 'most that SO_SNDBUF may ask for',
  },
  {
    name: 'net.ipv4.tcp_moderate_rcvbuf',
    keys: ['tcpModerateRcvbuf'],
    ...SWITCH,
    defaults: [1],
    about: 'let the receive buffer grow with the flow',
  },
  {
    name: 'net.ipv4.tcp_slow_start_after_idle',
    keys: ['tcpSlowStartAfterIdle'],
    ...SWITCH,
    defaults: [1],
    about: 'shrink the congestion window after a pause',
  },
  {
    name: 'net.ipv4.tcp_autocorking',
    keys: ['tcpAutocorking'],
    unit: 'switch',
    min: 0,
    max: 1,
    defaults: [1],
    about: 'hold small writes back while others wait in the device queue',
  },
  {
    name: 'net.ipv4.tcp_pingpong_thresh',
    keys: ['tcpPingpongThresh'],
    unit: 'count',
    min: 1,
    max: 255,
    defaults: [1],
    since: { kernel: '6.18', release: '6.7', absent: [1] },
    about: 'answers after which acknowledgements are delayed',
  },
  {
    name: 'net.ipv4.tcp_tso_rtt_log',
    keys: ['tcpTsoRttLog'],
    unit: 'shift',
    ...BYTE,
    defaults: [9],
    since: { kernel: '6.1', release: '5.18', absent: [0] },
    about: 'larger bursts on short round trips; 0 is off',
  },
  {
    name: 'net.ipv4.tcp_invalid_ratelimit',
    keys: ['tcpInvalidRatelimitMs'],
    unit: 'ms',
    min: 0,
    max: INT_MAX,
    defaults: [500],
    about: 'least time between two answers to segments out of window',
  },
  // ports
  {
    name: 'net.ipv4.ip_local_port_range',
    keys: ['localPortLow', 'localPortHigh'],
    unit: 'port',
    min: 1,
    max: 65535,
    defaults: [32768, 60999],
    about: 'ports that the kernel may choose',
  },
] as const satisfies readonly SysctlSpec[];

/** Name of one sysctl value in the model. */
export type SysctlKey = (typeof SYSCTLS)[number]['keys'][number];

/** Every sysctl of one host as a plain number, in the unit of its table row. */
export type Sysctls = Record<SysctlKey, number>;
