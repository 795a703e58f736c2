/** What each scenario must answer on the model with a stock kernel (6.18, HZ 250, RTT 20 ms): the measured behaviour of the real one. */

import type { ConnectionProfile } from '../../src/scenarios/profile.js';
import type { Answer, Machine, ParameterValues } from '../../src/scenarios/scenario.js';
import { client, LEAK, LISTENS, LOOP, REQUEST, SERVE, server } from './profiles.js';

export interface Case {
  scenario: string;
  what: string;
  profile: ConnectionProfile;
  parameters?: ParameterValues;
  sysctls?: Machine['sysctls']['A'];
  kernel?: string;
  hz?: number;
  expect: Partial<Pick<Answer, 'errno' | 'call' | 'line' | 'state'>>;
  /** Bounds that earliest and latest must lie in (seconds after the failure); null: never. */
  within: [number, number] | null;
}

const KEEPALIVE = { on: true, idle: 7200, interval: 75, count: 9, from: 'option', line: 3 } as const;
const SHORT_KEEPALIVE = { ...KEEPALIVE, idle: 15, interval: 15, count: 4 } as const;

export const CASES: readonly Case[] = [
  // the peer's host loses power while we wait: nothing tells us, unless keepalive or a limit of our own asks
  { scenario: 'peer-host-loses-power-idle', what: 'no keepalive', profile: client(LEAK), expect: { errno: null, call: 'recv', line: 6, state: 'ESTABLISHED' }, within: null },
  { scenario: 'peer-host-loses-power-idle', what: 'kernel keepalive', profile: client(LEAK, { keepalive: KEEPALIVE }), expect: { errno: 'ETIMEDOUT', call: 'recv', line: 6 }, within: [7875, 8014] },
  { scenario: 'peer-host-loses-power-idle', what: 'kernel keepalive, HZ 1000', profile: client(LEAK, { keepalive: KEEPALIVE }), hz: 1000, expect: { errno: 'ETIMEDOUT' }, within: [7900, 8163] },
  { scenario: 'peer-host-loses-power-idle', what: 'keepalive 15/15/4', profile: client(LEAK, { keepalive: SHORT_KEEPALIVE }), expect: { errno: 'ETIMEDOUT', call: 'recv', line: 6 }, within: [73, 78] },
  { scenario: 'peer-host-loses-power-idle', what: 'settimeout(30)', profile: client(LEAK, { readTimeout: 30 }), expect: { errno: null, call: 'recv', line: 6, state: 'ESTABLISHED' }, within: [29.9, 30.2] },
  { scenario: 'peer-host-loses-power-idle', what: 'a server\'s endless loop', profile: server(LOOP), expect: { errno: null, call: 'recv', line: 5 }, within: null },
  { scenario: 'peer-host-loses-power-idle', what: 'sysctl keepalive', profile: client(LEAK, { keepalive: KEEPALIVE }), sysctls: { 'net.ipv4.tcp_keepalive_time': 60, 'net.ipv4.tcp_keepalive_intvl': 10, 'net.ipv4.tcp_keepalive_probes': 6 }, expect: { errno: 'ETIMEDOUT' }, within: [118, 124] },
  // … while we write: the retransmission clock
  { scenario: 'peer-host-loses-power-while-we-write', what: 'stock kernel', profile: client(REQUEST), expect: { errno: 'ETIMEDOUT', call: 'recv', line: 6 }, within: [930, 1000] },
  { scenario: 'peer-host-loses-power-while-we-write', what: 'tcp_retries2 5', profile: client(REQUEST), sysctls: { 'net.ipv4.tcp_retries2': 5 }, expect: { errno: 'ETIMEDOUT', call: 'recv' }, within: [13, 16] },
  { scenario: 'peer-host-loses-power-while-we-write', what: 'TCP_USER_TIMEOUT 30 s', profile: client(REQUEST, { userTimeoutMs: 30_000 }), expect: { errno: 'ETIMEDOUT', call: 'recv' }, within: [30, 33] },
  { scenario: 'peer-host-loses-power-while-we-write', what: 'keepalive does not run meanwhile', profile: client(REQUEST, { keepalive: SHORT_KEEPALIVE }), expect: { errno: 'ETIMEDOUT', call: 'recv' }, within: [930, 1000] },
  { scenario: 'peer-host-loses-power-while-we-write', what: 'a path that never sends', profile: client(LISTENS), expect: { errno: null, call: 'recv', line: 6 }, within: null },
  // the peer's process is killed: its kernel closes
  { scenario: 'peer-process-killed', what: 'while we wait', profile: client(LEAK), expect: { errno: null, call: 'recv', line: 6, state: 'CLOSE_WAIT' }, within: [0.009, 0.03] },
  { scenario: 'peer-closes-we-do-not', what: 'a leak', profile: client(LEAK), expect: { errno: null, call: 'recv', line: 6, state: 'CLOSE_WAIT' }, within: null },
  { scenario: 'peer-closes-we-do-not', what: 'a loop that ignores the end', profile: server(LOOP), expect: { errno: null, call: 'recv', line: 5 }, within: null },
  { scenario: 'peer-closes-we-do-not', what: 'we close when told', profile: client(REQUEST), expect: { errno: null }, within: [0.005, 0.1] },
  { scenario: 'peer-closes-we-do-not', what: 'closed when dropped', profile: client(LEAK, { onDrop: 'at-once' }), expect: { errno: null }, within: [0.005, 0.1] },
  { scenario: 'peer-closes-we-do-not', what: 'closed by the collector', profile: client(LEAK, { onDrop: 'collector' }), parameters: { collectedAfter: 20 }, expect: { errno: null }, within: [20, 20.1] },
  // connect
  { scenario: 'connect-to-dead-host', what: 'stock kernel', profile: client(REQUEST), expect: { errno: 'ETIMEDOUT', call: 'connect', line: 2, state: null }, within: [133.2, 135.4] },
  { scenario: 'connect-to-dead-host', what: 'before 6.5', profile: client(REQUEST), kernel: '6.1', expect: { errno: 'ETIMEDOUT', call: 'connect' }, within: [129.1, 131.3] },
  { scenario: 'connect-to-dead-host', what: 'same network', profile: client(REQUEST), parameters: { link: 'lan' }, expect: { errno: 'EHOSTUNREACH', call: 'connect' }, within: [3, 3.2] },
  { scenario: 'connect-to-dead-host', what: 'connect limit', profile: client(REQUEST, { connectTimeout: 5 }), expect: { errno: null, call: 'connect', line: 2 }, within: [5, 5.1] },
  { scenario: 'connect-to-closed-port', what: 'refused', profile: client(REQUEST), expect: { errno: 'ECONNREFUSED', call: 'connect', line: 2 }, within: [0.019, 0.03] },
  { scenario: 'connect-to-closed-port', what: 'refused, with a limit', profile: client(REQUEST, { connectTimeout: 5 }), expect: { errno: 'ECONNREFUSED', call: 'connect', line: 2 }, within: [0.019, 0.03] },
  // orderly close: how long our kernel remembers
  { scenario: 'orderly-close', what: 'we close first', profile: client(REQUEST), expect: { errno: null, call: 'close', line: 7 }, within: [60, 62.2] },
  { scenario: 'orderly-close', what: 'four segments', profile: client(REQUEST), parameters: { segments: '4' }, expect: { errno: null, call: 'close' }, within: [60.5, 62.8] },
  { scenario: 'orderly-close', what: 'the peer is later than our FIN_WAIT_2', profile: client(REQUEST), parameters: { segments: 'late', lateBy: 90 }, expect: { errno: null }, within: [60, 62.2] },
  { scenario: 'orderly-close', what: 'the peer closes first', profile: client(REQUEST), parameters: { first: 'peer' }, expect: { errno: null }, within: [0.01, 0.2] },
  // outage, reboot, NAT, frozen
  { scenario: 'network-cut-and-mended', what: 'mended in time', profile: client(REQUEST), expect: { errno: null, call: 'recv' }, within: [40, 80] },
  { scenario: 'network-cut-and-mended', what: 'a server\'s loop waits for the next request', profile: server(LOOP), parameters: { moment: 'waiting' }, expect: { errno: null, call: 'recv', line: 5 }, within: [40, 80] },
  { scenario: 'network-cut-and-mended', what: 'mended too late', profile: client(REQUEST), parameters: { outage: 1200 }, expect: { errno: 'ETIMEDOUT', call: 'recv' }, within: [930, 1000] },
  { scenario: 'peer-reboots', what: 'we wait', profile: client(LEAK), expect: { errno: null, call: 'recv' }, within: null },
  { scenario: 'peer-reboots', what: 'we send afterwards', profile: client(REQUEST), parameters: { moment: 'sending' }, expect: { errno: 'ECONNRESET', call: 'recv' }, within: [31, 31.1] },
  { scenario: 'peer-reboots', what: 'keepalive asks', profile: client(LEAK, { keepalive: { ...SHORT_KEEPALIVE, idle: 60 } }), expect: { errno: 'ECONNRESET', call: 'recv' }, within: [58, 62.5] },
  { scenario: 'idle-flow-forgotten', what: 'dropped, we wait', profile: client(LEAK), expect: { errno: null, call: 'recv' }, within: null },
  { scenario: 'idle-flow-forgotten', what: 'dropped, we send', profile: client(REQUEST), parameters: { moment: 'sending', limit: '60' }, expect: { errno: 'ETIMEDOUT', call: 'recv' }, within: [930, 1000] },
  { scenario: 'idle-flow-forgotten', what: 'reset, we send', profile: client(REQUEST), parameters: { moment: 'sending', answers: 'reset' }, expect: { errno: 'ECONNRESET', call: 'recv' }, within: [0, 5] },
  { scenario: 'idle-flow-forgotten', what: 'short keepalive prevents it', profile: client(LEAK, { keepalive: SHORT_KEEPALIVE }), expect: { errno: null, call: 'recv', state: 'ESTABLISHED' }, within: [0, 1000] },
  { scenario: 'peer-frozen', what: 'keepalive does not help', profile: client(LEAK, { keepalive: SHORT_KEEPALIVE }), expect: { errno: null, call: 'recv', state: 'ESTABLISHED' }, within: null },
  { scenario: 'peer-frozen', what: 'a limit of our own helps', profile: client(LEAK, { readTimeout: 30 }), expect: { errno: null, call: 'recv' }, within: [29.9, 30.2] },
  { scenario: 'slow-reader', what: 'for ever', profile: client(REQUEST), expect: { errno: null, call: 'send', line: 5 }, within: null },
  { scenario: 'slow-reader', what: 'TCP_USER_TIMEOUT', profile: client(REQUEST, { userTimeoutMs: 30_000 }), expect: { errno: 'ETIMEDOUT', call: 'recv' }, within: [30, 40] },
  // the peer's own idle limit: who sends into it is told nothing by send()
  { scenario: 'peer-idle-limit', what: 'the request crosses the close', profile: client(REQUEST), expect: { errno: null, call: 'recv', line: 6, state: null }, within: [0.009, 0.03] },
  { scenario: 'peer-idle-limit', what: 'the request is unread when the peer closes', profile: client(REQUEST), parameters: { moment: 'unread' }, expect: { errno: 'ECONNRESET', call: 'recv', line: 6 }, within: [0.009, 0.03] },
  { scenario: 'peer-idle-limit', what: 'the request comes later', profile: client(REQUEST), parameters: { moment: 'later' }, expect: { errno: null, call: 'recv', line: 6 }, within: [0.9, 1.1] },
  { scenario: 'peer-idle-limit', what: 'later, after a reset', profile: client(REQUEST), parameters: { moment: 'later', ends: 'reset' }, expect: { errno: 'ECONNRESET', call: 'send', line: 5 }, within: [0.9, 1.1] },
  { scenario: 'peer-idle-limit', what: 'keepalive does not help', profile: client(LEAK, { keepalive: SHORT_KEEPALIVE }), parameters: { limit: 350 }, expect: { errno: null, call: 'recv', line: 6 }, within: [0.009, 0.03] },
  { scenario: 'peer-idle-limit', what: 'nothing more is sent', profile: client(LEAK), parameters: { moment: 'none' }, expect: { errno: null, call: 'recv', line: 6, state: 'CLOSE_WAIT' }, within: [0.009, 0.03] },
  { scenario: 'peer-idle-limit', what: 'our answer is later than a balancer waits', profile: server(LOOP), parameters: { moment: 'later', ends: 'reset' }, expect: { errno: 'ECONNRESET', call: 'send', line: 6 }, within: [0.9, 1.1] },
  // closing with unread data, children
  { scenario: 'close-with-unread-data', what: 'the peer does', profile: client(REQUEST), expect: { errno: 'ECONNRESET', call: 'recv', line: 6 }, within: [0.009, 0.03] },
  { scenario: 'close-with-unread-data', what: 'we do', profile: client(REQUEST), parameters: { who: 'us' }, expect: { errno: 'ECONNRESET', call: 'close', line: 7 }, within: [0.009, 0.03] },
  { scenario: 'close-with-unread-data', what: 'SO_LINGER zero', profile: client(REQUEST, { linger: 0 }), parameters: { who: 'us', unread: false }, expect: { errno: 'ECONNRESET', call: 'close' }, within: [0.009, 0.03] },
  { scenario: 'close-with-unread-data', what: 'all read', profile: client(REQUEST), parameters: { who: 'us', unread: false }, expect: { errno: null, call: 'close' }, within: [0.009, 0.03] },
  { scenario: 'child-keeps-descriptor', what: 'until the child ends', profile: client(REQUEST), expect: { errno: null, call: 'close', line: 7 }, within: [120, 120.1] },
  { scenario: 'child-keeps-descriptor', what: 'for ever', profile: client(REQUEST), parameters: { childLives: 0 }, expect: { errno: null, call: 'close' }, within: null },
  // queues, ports, restart
  { scenario: 'accept-queue-full', what: 'our SYN is dropped', profile: client(REQUEST), expect: { errno: 'ETIMEDOUT', call: 'connect', line: 2 }, within: [133, 136] },
  { scenario: 'accept-queue-full', what: 'our final ACK is dropped', profile: client(LISTENS), parameters: { dropped: 'ack' }, expect: { errno: null, call: 'recv', line: 6 }, within: null },
  { scenario: 'accept-queue-full', what: 'abort on overflow', profile: client(LISTENS), parameters: { dropped: 'ack', abortOnOverflow: true }, expect: { errno: 'ECONNRESET', call: 'recv' }, within: [0, 1] },
  { scenario: 'accept-queue-full', what: 'our server is busy', profile: server(SERVE, { backlog: 3 }), expect: { errno: 'ETIMEDOUT', call: 'connect', line: 4 }, within: [133, 136] },
  { scenario: 'restart-in-time-wait', what: 'without SO_REUSEADDR', profile: server(SERVE), expect: { errno: 'EADDRINUSE', call: 'bind', line: 1 }, within: [60, 62.2] },
  { scenario: 'restart-in-time-wait', what: 'with it', profile: server(SERVE, { reuseAddr: true }), expect: { errno: null, line: 1 }, within: [1, 1.1] },
  { scenario: 'restart-in-time-wait', what: 'switched on', profile: server(SERVE), parameters: { reuseAddr: 'yes' }, expect: { errno: null }, within: [1, 1.1] },
  { scenario: 'ports-exhausted-by-time-wait', what: 'all in TIME_WAIT', profile: client(REQUEST), expect: { errno: 'EADDRNOTAVAIL', call: 'connect', line: 2 }, within: [0, 0.01] },
  { scenario: 'ports-exhausted-by-time-wait', what: 'tcp_tw_reuse', profile: client(REQUEST), parameters: { twReuse: '1' }, expect: { errno: null }, within: [0, 1] },
  // many requests
  { scenario: 'leak-fleet', what: 'a server that leaks', profile: server(SERVE.slice(0, 4), { backlog: 3 }), parameters: { rate: 10, descriptors: 16 }, expect: { errno: 'EMFILE', call: 'accept', line: 3 }, within: [0.8, 1.5] },
  { scenario: 'leak-fleet', what: 'a client that leaks', profile: client(LEAK), parameters: { rate: 10, descriptors: 16 }, expect: { errno: 'EMFILE', call: 'connect', line: 2 }, within: [1, 1.6] },
  { scenario: 'leak-fleet', what: 'no leak', profile: client(REQUEST), parameters: { rate: 10, descriptors: 16 }, expect: { errno: null }, within: null },
  // other shapes of a path
  { scenario: 'peer-host-loses-power-idle', what: 'non-blocking, in an event loop', profile: client(LEAK, { nonBlocking: true }), expect: { errno: null, call: 'recv', line: 6, state: 'ESTABLISHED' }, within: null },
  { scenario: 'peer-host-loses-power-while-we-write', what: 'non-blocking, in an event loop', profile: client(REQUEST, { nonBlocking: true }), expect: { errno: 'ETIMEDOUT', call: 'recv', line: 6 }, within: [930, 1000] },
  { scenario: 'connect-to-dead-host', what: 'non-blocking', profile: client(REQUEST, { nonBlocking: true }), expect: { errno: 'ETIMEDOUT', call: 'connect', line: 2 }, within: [133, 136] },
  { scenario: 'peer-host-loses-power-idle', what: 'SO_RCVTIMEO set by the code', profile: client([{ do: 'connect', line: 2, options: { SO_RCVTIMEO: 5 } }, { do: 'recv', line: 6, limit: 5 }], { readTimeout: 5 }), expect: { errno: 'EAGAIN', call: 'recv', line: 6 }, within: [5, 5.3] },
  { scenario: 'connect-to-dead-host', what: 'SO_SNDTIMEO set by the code', profile: client([{ do: 'connect', line: 2, options: { SO_SNDTIMEO: 5 } }, { do: 'recv', line: 6 }], { writeTimeout: 5 }), expect: { errno: 'EINPROGRESS', call: 'connect', line: 2 }, within: [5, 5.3] },
  { scenario: 'orderly-close', what: 'a path that ends in holding the connection', profile: server([...LOOP.slice(0, 1), { do: 'recvUntilEof', line: 5 }, { do: 'hold', line: 5 }]), expect: { errno: null, call: 'close', line: 5 }, within: [0.01, 0.2] },
  { scenario: 'orderly-close', what: 'the peer ends its stream, then we close', profile: server([...SERVE.slice(0, 2), { do: 'recvUntilEof', line: 5 }, { do: 'close', line: 6 }]), parameters: { first: 'peer' }, expect: { errno: null, call: 'close', line: 6 }, within: [0.01, 0.2] },
  { scenario: 'ports-exhausted-by-time-wait', what: 'a path that ends in holding the connection', profile: client([...LEAK, { do: 'hold', line: 7 }]), expect: { errno: 'EADDRNOTAVAIL', call: 'connect' }, within: [0, 0.01] },
  { scenario: 'slow-reader', what: 'sends in a loop', profile: client([...LISTENS.slice(0, 1), { do: 'repeat', line: 4, times: 100, steps: [{ do: 'send', line: 5, bytes: 1000 }] }]), expect: { errno: null, call: 'send', line: 5 }, within: null },
  { scenario: 'slow-reader', what: 'a limit on writing', profile: client(REQUEST, { writeTimeout: 20 }), expect: { errno: null, call: 'send', line: 5 }, within: [20, 21] },
  { scenario: 'slow-reader', what: 'it reads again', profile: client(REQUEST), parameters: { readsAfter: 30 }, expect: { errno: null, call: 'send', line: 5 }, within: [30, 33] },
];
