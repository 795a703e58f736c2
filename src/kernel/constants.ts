/**
 * Numbers of the kernel's TCP that are not sysctls (include/net/tcp.h,
 * include/net/tcp_states.h). Times in seconds or microseconds as named.
 */

// include/net/tcp_states.h
export const ESTABLISHED = 1;
export const SYN_SENT = 2;
export const SYN_RECV = 3;
export const FIN_WAIT1 = 4;
export const FIN_WAIT2 = 5;
export const TIME_WAIT = 6;
export const CLOSE = 7;
export const CLOSE_WAIT = 8;
export const LAST_ACK = 9;
export const LISTEN = 10;
export const CLOSING = 11;

/** State names as `ss` shows them, by number. */
export const STATE_NAMES = [
  '',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT_1',
  'FIN_WAIT_2',
  'TIME_WAIT',
  'GONE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
] as const;

// flags of a segment
export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;

// marks of a sent segment (TCP_SKB_CB()->sacked)
export const SACKED_ACKED = 1;
export const SACKED_RETRANS = 2;
export const LOST = 4;
export const EVER_RETRANS = 0x80;
export const RETRANS = SACKED_RETRANS | EVER_RETRANS;

// congestion states (enum tcp_ca_state)
export const CA_OPEN = 0;
export const CA_DISORDER = 1;
export const CA_CWR = 2;
export const CA_RECOVERY = 3;
export const CA_LOSS = 4;

// what the retransmission timer stands for (icsk_pending)
export const TIME_RETRANS = 1;
export const TIME_PROBE0 = 3;
export const TIME_LOSS_PROBE = 5;
export const TIME_REO = 6;

// sk_shutdown
export const RCV_SHUTDOWN = 1;
export const SEND_SHUTDOWN = 2;
export const SHUTDOWN_MASK = 3;

// icsk_ack.pending
export const ACK_SCHED = 1;
export const ACK_TIMER = 2;
export const ACK_PUSHED = 4;
export const ACK_PUSHED2 = 8;
export const ACK_NOW = 16;
export const ACK_NOMEM = 32;

// tp->nonagle
export const NAGLE_OFF = 1;
export const NAGLE_CORK = 2;
export const NAGLE_PUSH = 4;

/** Microseconds in a second. */
export const SECOND = 1_000_000;
/** TCP_TIMEOUT_INIT: RTO before the first sample. */
export const TIMEOUT_INIT = 1 * SECOND;
/** TCP_TIMEOUT_FALLBACK: RTO when the handshake gave no sample. */
export const TIMEOUT_FALLBACK = 3 * SECOND;
/** TCP_RTO_MIN: the constant that retransmits_timed_out() counts with, whatever the socket's own minimum. */
export const RTO_MIN = 200_000;
/** TCP_TIMEOUT_MIN_US. */
export const TIMEOUT_MIN_US = 2_000;
/** TCP_ATO_MIN and TCP_DELACK_MIN. */
export const ATO_MIN = 40_000;
/** TCP_DELACK_MAX. */
export const DELACK_MAX = 200_000;
/** TCP_TIMEWAIT_LEN. */
export const TIMEWAIT_LEN = 60 * SECOND;
/** TCP_FIN_TIMEOUT_MAX: upper bound of TCP_LINGER2. */
export const FIN_TIMEOUT_MAX = 120;
export const INIT_CWND = 10;
export const MAX_QUICKACKS = 16;
export const INFINITE_SSTHRESH = 0x7fffffff;
/** TCP_MSS_DEFAULT. */
export const MSS_DEFAULT = 536;
export const MIN_MSS = 88;
/** Payload room of an Ethernet packet: 1500 - 20 (IP) - 20 (TCP). */
export const MSS_ETHERNET = 1460;
/** The same over loopback (MTU 65536, limited by the 16-bit length). */
export const MSS_LOOPBACK = 65483;
export const TS_OPTION = 12;
export const THIN_LINEAR_RETRIES = 6;
export const RACK_RECOVERY_THRESH = 16;
export const FASTRETRANS_THRESH = 3;
/** TCP_MAX_WSCALE. */
export const MAX_WSCALE = 14;
