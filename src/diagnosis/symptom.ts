/** What a text or a machine shows of connections: plain data, the same whatever tool wrote it. Times are seconds. */

/** States as the model names them; CLOSE: a descriptor whose socket has no connection (any more). */
export type SocketState =
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
  | 'CLOSE';

export interface Address {
  /** Without brackets and zone; `*` for any. */
  host: string;
  /** Null for any, or where the text names a service that is not known. */
  port: number | null;
}

/** Who holds a socket. */
export interface Holder {
  name: string | null;
  pid: number | null;
  fd: number | null;
  /** The whole command line, where the system shows it. */
  command: string | null;
  /** The folder that the process works in. */
  cwd: string | null;
}

export type TimerKind = 'on' | 'keepalive' | 'timewait' | 'persist';

/** The timer that a socket table shows: `timer:(on,41sec,9)`. */
export interface ShownTimer {
  kind: TimerKind;
  /** Time left, from the least to the most that the printed number stands for. */
  least: number;
  most: number;
  /** Retransmissions so far (`on`), unanswered probes (`keepalive`, `persist`). */
  count: number;
}

/** What `ss -i` adds, in the units that it prints. */
export interface TcpInfo {
  rtoMs?: number;
  rttMs?: number;
  backoff?: number;
  unacked?: number;
  /** Milliseconds since the last segment with data was sent and received. */
  lastSentMs?: number;
  lastReceivedMs?: number;
  bytesReceived?: number;
  bytesSent?: number;
}

export interface Socket {
  state: SocketState;
  /** Null where the source does not show queues. */
  recvQ: number | null;
  sendQ: number | null;
  local: Address;
  remote: Address;
  /** Null: none runs. Undefined: the source does not show timers. */
  timer: ShownTimer | null | undefined;
  holders: Holder[];
  /** True: the source shows holders of sockets, and this one has none. */
  orphan: boolean;
  info: TcpInfo | null;
  inode: number | null;
  uid: number | null;
  /** The reader that found it, and the line (from 1). */
  reader: string;
  line: number;
  /** Which look at the table it belongs to, from 0. */
  look: number;
}

/** A place in source text that a stack or traceback names. */
export interface Frame {
  /** As the text writes it: a path, or a file name alone. */
  file: string;
  line: number | null;
  function: string | null;
}

/** An error that a program told: a log line, the end of a traceback. */
export interface ErrorSign {
  /**
   * The C name: ECONNRESET. `TIMEOUT`: a limit of the program's own; `EOF`: the stream ended where more was expected; `LEAK`: the runtime
   * found a connection that nobody had closed.
   */
  errno: string;
  /** The call that failed, where the text says: read, connect, write, accept. */
  call: string | null;
  /** The first line that said it. */
  text: string;
  line: number;
  count: number;
  frames: Frame[];
  /** The address that the text names: the other side's, or the one that is listened on. */
  remote: Address | null;
}

/** A thread, goroutine or process at a moment. */
export interface StackSign {
  title: string;
  /** What it waits for, as the dump says: `IO wait`; null where it does not. */
  waits: string | null;
  /** How long, seconds; null where the dump does not say. */
  since: number | null;
  frames: Frame[];
  line: number;
  /** Stacks that are the same but for their number. */
  count: number;
}

/** One flow of a capture. */
export interface FlowSign {
  /** `a` sent the SYN, or the first segment that was seen. */
  a: Address;
  b: Address;
  /** When its first and last segments were seen, Unix seconds. */
  from: number;
  until: number;
  segments: number;
  /** What happened, in order: one sentence each. */
  story: string[];
  /** The state in which each end was left, where the segments tell. */
  ends: { a: SocketState | null; b: SocketState | null };
  /** Bytes that an end sent and the other never acknowledged. */
  unacked: { a: number; b: number };
  zeroWindow: { a: boolean; b: boolean };
}

/** What one reader found in a text. */
export interface Reading {
  sockets: Socket[];
  errors: ErrorSign[];
  stacks: StackSign[];
  flows: FlowSign[];
  /** What could not be read, or is missing: one sentence each. */
  notes: string[];
}

export function emptyReading(): Reading {
  return { sockets: [], errors: [], stacks: [], flows: [], notes: [] };
}
