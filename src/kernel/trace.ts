/** What a run of an experiment gives: packets, states, calls (docs/EXPERIMENT.md, "The trace"). All times are seconds. */

import type { Experiment, HostName } from './experiment.js';

export type TcpState =
  | 'LISTEN'
  | 'SYN_SENT'
  | 'SYN_RECV'
  | 'ESTABLISHED'
  | 'FIN_WAIT_1'
  | 'FIN_WAIT_2'
  | 'CLOSE_WAIT'
  | 'CLOSING'
  | 'LAST_ACK'
  | 'TIME_WAIT'
  | 'GONE';

export type PacketKind = '' | 'retrans' | 'tlp' | 'keepalive' | 'window-probe';
export type DropReason = 'cut' | 'drop' | 'icmp' | 'nat' | 'off' | 'down';

/** A TCP segment (or ARP frame) that a host handed to the wire, also when it is lost. */
export interface PacketRow {
  t: number;
  from: HostName;
  /** In the order S F R P A; `ARP who-has`, `ARP reply` in `lan` mode. */
  flags: string;
  seq: number | null;
  ack: number | null;
  len: number;
  /** `<port of A>-<port of B>` for both directions. */
  conn: string;
  kind: PacketKind;
  dropped: DropReason | null;
  /** When the segment reaches the other host (seconds), null if it is lost. Not part of the kernel's traces. */
  arrives?: number | null;
  /** Advertised window in bytes, after scaling. Not part of the kernel's traces. */
  window?: number;
}

/** A socket's state, as `ss` shows it, changed. */
export interface StateRow {
  t: number;
  side: HostName;
  /** `<local port>-<remote port>` of that side; a listener is `5000-0`. */
  sock: string;
  state: TcpState;
}

/**
 * The lengths of a socket's queues, as `ss` shows them, changed; before its first row they are 0. Not part of the kernel's traces.
 * Data: bytes received and not read, bytes written and not acknowledged; SYN, FIN and an end of stream that nobody has read count one each.
 * Listener: connections that wait for accept(), and the backlog.
 */
export interface QueueRow {
  t: number;
  side: HostName;
  sock: string;
  recvQ: number;
  sendQ: number;
}

export interface CallRow {
  start: number;
  /** Null if it never returns within the run. */
  end: number | null;
  side: HostName;
  program: string;
  call: string;
  on: string | null;
  sock?: string | null;
  result: number | string | null;
  errno: string | null;
  /** The system call that failed, where it is not the step's own. */
  failed?: string;
  /** Source line of the step, where the experiment gives one. */
  line?: number;
  /** How the user's source writes the call, where that is known (scenarios/user-words.ts). */
  name?: string;
  /** Nobody called: an event came, and that is its name. */
  isEvent?: true;
  /** The user's source limits it by a value that is not known: it returns when that is over. */
  limited?: true;
}

/** A kernel timer of a socket: one row for each time it was armed. Not part of the kernel's traces. */
export interface TimerRow {
  side: HostName;
  sock: string;
  timer: 'RTO' | 'TLP' | 'keepalive' | 'persist' | 'delayed ACK' | 'SYN-ACK' | 'FIN_WAIT_2' | 'TIME_WAIT' | 'linger' | 'reordering';
  /** Armed at, seconds. */
  start: number;
  /** When it is due, as `ss -o` counts down to it; the timer wheel lets it fire a little later. */
  due?: number;
  /** Fired or was cancelled at, seconds; null if still running at the end. */
  end: number | null;
  fired: boolean;
}

/** A failed call with its time in the ideal world (no wheel) and the earliest and latest over all wheel phases, seconds. */
export interface FailedCall {
  call: string;
  program: string;
  on: string | null;
  errno: string;
  ideal: number | null;
  earliest: number | null;
  latest: number | null;
}

interface Summary {
  virtualSeconds: number;
  events: number;
  /** True when the run was ended by the cap on events. */
  capped: boolean;
  failed: FailedCall[];
}

export interface Trace {
  experiment: Experiment;
  kernel: string;
  packets: PacketRow[];
  states: StateRow[];
  calls: CallRow[];
  timers?: TimerRow[];
  queues?: QueueRow[];
  summary: Summary;
}
