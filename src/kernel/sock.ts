/** struct sock, inet_connection_sock and tcp_sock in one: the fields that the rules read, by the kernel's names. */

import { ExactTimer, KernelTimer } from './clock.js';
import { CA_OPEN, CLOSE, INFINITE_SSTHRESH, INIT_CWND, MSS_ETHERNET, STATE_NAMES, TIMEOUT_INIT } from './constants.js';
import type { Host } from './host.js';
import { ReceiveQueue } from './receive-queue.js';
import { SentQueue } from './sent-queue.js';

/** Stands for every empty list of a new socket; it is replaced, never filled. */
const NONE: never[] = [];

/** What waits for a socket: a process in a blocking call. */
export interface Waiter {
  /** @param key what has become possible, where the kernel says it (the key of wake_up_poll()) */
  wake(key?: WakeKey): void;
}

/** sock_def_readable(), sk_stream_write_space(), sock_def_error_report(); sock_def_wakeup() names nothing. */
export type WakeKey = 'IN' | 'OUT' | 'ERR';

export interface TimerHandlers {
  write(sk: Sock): void;
  delayedAck(sk: Sock): void;
  keepalive(sk: Sock): void;
  compressedAck(sk: Sock): void;
}

/** What a child of a listener inherits, and what setsockopt changes. Durations in microseconds, 0 = the sysctl. */
export interface SockOptions {
  reuseAddr: boolean;
  reusePort: boolean;
  keepOpen: boolean;
  keepIdle: number;
  keepInterval: number;
  keepCount: number;
  userTimeout: number;
  synRetries: number;
  /** Seconds; -1: no FIN_WAIT_2; 0: the sysctl. */
  linger2: number;
  /** TCP_DEFER_ACCEPT as a number of SYN-ACK timeouts. */
  deferAccept: number;
  rtoMax: number;
  recvErr: boolean;
  lingerOn: boolean;
  lingerTime: number;
  rcvTimeout: number;
  sndTimeout: number;
  rcvLowat: number;
  bindNoPort: boolean;
  /** NAGLE_OFF, NAGLE_CORK. */
  nonagle: number;
  rcvbuf: number;
  sndbuf: number;
  rcvbufLocked: boolean;
  sndbufLocked: boolean;
  thinLinear: boolean;
}

export class Sock {
  readonly kind = 'sock' as const;
  state = CLOSE;
  localPort = 0;
  remotePort = 0;
  /** Address of the other side: a host's name, or an address without a route. */
  remote = '';
  loopback = false;
  /** Generation of the route that was last found; differs from the host's after its interface went down. */
  routeEpoch = 0;
  /** Bound by the user to this port (SOCK_BINDPORT_LOCK). */
  portLocked = false;
  hashed = false;
  inBind = false;
  shown = CLOSE;
  /** Lengths of the queues as the trace last told them. */
  shownRecvQ = 0;
  shownSendQ = 0;
  /** Errno by name, '' = none. */
  err = '';
  errSoft = '';
  shutdown = 0;
  /** SOCK_DEAD: no descriptor refers to it any more. */
  dead = false;
  /** SOCK_DONE: a FIN was seen. */
  done = false;
  noSpace = false;
  /** sk_write_pending: a send() waits for the connection. */
  writePending = 0;
  /** socket->state: unconnected, connecting, connected. */
  socketState: 'unconnected' | 'connecting' | 'connected' = 'unconnected';
  /** O_NONBLOCK of the open file. */
  nonblock = false;
  /** Descriptors that refer to it. */
  references = 0;
  readonly waiters: Waiter[] = [];

  // listener
  acceptQueue: Sock[] = NONE;
  maxAckBacklog = 0;
  /** When it last answered with a cookie, microseconds (tcp_synq_overflow()). */
  cookieSentAt = -Infinity;
  /** The listener whose accept queue it stands in. */
  parent: Sock | null = null;
  synQueue = 0;
  synQueueYoung = 0;

  // sender
  sndUna = 0;
  sndNxt = 0;
  writeSeq = 0;
  /** The FIN takes the last number before writeSeq. */
  finQueued = false;
  /** Bytes in the last unsent buffer. */
  tailLength = 0;
  /** Bytes that a full unsent buffer holds. */
  bufferSize = 1;
  sndWnd = 0;
  maxWindow = 0;
  sndWl1 = 0;
  sndSml = 0;
  readonly rtx = new SentQueue();
  packetsOut = 0;
  sackedOut = 0;
  lostOut = 0;
  retransOut = 0;
  /** Sequence number where tcp_xmit_retransmit_queue() goes on; -1: at the head. */
  retransmitHint = -1;
  highSeq = 0;
  caState = CA_OPEN;
  undoMarker = 0;
  undoRetrans = -1;
  priorSsthresh = 0;
  priorCwnd = 0;
  prrDelivered = 0;
  prrOut = 0;
  sndCwnd = INIT_CWND;
  sndSsthresh = INFINITE_SSTHRESH;
  sndCwndCnt = 0;
  sndCwndStamp = 0;
  sndCwndUsed = 0;
  isCwndLimited = false;
  maxPacketsOut = 0;
  cwndUsageSeq = 0;
  lsndtime = 0;
  /** Time of the last segment that was sent, microseconds (tcp_wstamp_ns). */
  lastSentAt = 0;
  /** The neighbour has proved to be there (sk_dst_pending_confirm). */
  confirmsNeighbour = false;
  delivered = 0;
  lost = 0;
  bytesAcked = 0;
  reordering = 3;
  reordSeen = 0;
  frto = false;
  tlpHighSeq = 0;
  tlpRetrans = false;
  rackMstamp = 0;
  rackEndSeq = 0;
  rackRtt = 0;
  rackAdvanced = false;
  reoWndSteps = 1;
  reoWndPersist = 0;
  dsackSeen = false;
  rackLastDelivered = 0;
  isSackReneg = false;

  // round-trip time, microseconds scaled as in the kernel
  srttUs = 0;
  mdevUs = TIMEOUT_INIT;
  mdevMaxUs = 0;
  rttvarUs = 0;
  rttSeq = 0;
  minRtt = Infinity;
  minRttStamp = 0;
  pacingRate = 0;

  // retransmission timer; rto in jiffies
  rto: number;
  pending = 0;
  timeout = 0;
  retransmits = 0;
  backoff = 0;
  /** Milliseconds, 0 = none. */
  retransStamp = 0;
  totalRetrans = 0;
  totalRto = 0;
  probesOut = 0;
  /** Jiffies, 0 = none. */
  probesTstamp = 0;

  // cubic (tcp_cubic.c)
  cubicLastMax = 0;
  cubicEpoch = 0;
  cubicOrigin = 0;
  cubicK = 0;
  cubicTcpCwnd = 0;
  cubicCnt = 0;
  cubicAckCnt = 0;
  cubicLossCwnd = 0;

  // options of the connection
  tstampOk = false;
  sackOk = false;
  wscaleOk = false;
  sndWscale = 0;
  rcvWscale = 0;
  mssClamp = MSS_ETHERNET;
  mss = 536;
  advmss = MSS_ETHERNET;
  tsOffset = 0;
  tsRecent = 0;
  /** Microseconds; -1 = none. */
  tsRecentStamp = -1;
  sawTstamp = false;
  rcvTsval = 0;
  rcvTsecr = 0;

  // receiver
  rcvNxt = 0;
  copiedSeq = 0;
  rcvWup = 0;
  rcvWnd = 0;
  rcvSsthresh = 0;
  windowClamp = 0;
  scalingRatio = 128;
  readonly received = new ReceiveQueue();
  /** SACK blocks to report, newest first: start, end, ... */
  sacks: number[] = NONE;
  dsackStart = -1;
  dsackEnd = -1;
  rcvTstamp = 0;
  lastOowAck = -Infinity;
  compressedAck = 0;
  compressedAckRcvNxt = 0;
  dupAckCounter = 0;
  rcvRttUs = 0;
  rcvRttSeq = 0;
  rcvRttTime = 0;
  rcvRttLastTsecr = 0;
  rcvqSpace = 0;
  rcvqSeq = 0;
  rcvqTime = 0;

  // delayed ACK (icsk_ack); ato in jiffies
  ackPending = 0;
  quick = 0;
  pingpong = 0;
  ato = 0;
  ackTimeout = 0;
  lrcvtime = 0;
  lastSegSize = 0;
  rcvMss = 88;

  readonly writeTimer: KernelTimer<Sock>;
  readonly delackTimer: KernelTimer<Sock>;
  readonly keepaliveTimer: KernelTimer<Sock>;
  private compressedTimer: ExactTimer | null = null;

  constructor(
    readonly host: Host,
    readonly opt: SockOptions,
    private readonly handlers: TimerHandlers,
  ) {
    const clock = host.clock;
    this.rto = clock.toJiffies(TIMEOUT_INIT);
    this.writeTimer = new KernelTimer<Sock>(clock, this, 'RTO', handlers.write);
    this.delackTimer = new KernelTimer<Sock>(clock, this, 'delayed ACK', handlers.delayedAck);
    this.keepaliveTimer = new KernelTimer<Sock>(clock, this, 'keepalive', handlers.keepalive);
    this.reordering = host.sysctls.tcpReordering;
  }

  /** Made when it is first needed: few connections see losses. */
  get compressedAckTimer(): ExactTimer {
    this.compressedTimer ??= new ExactTimer(this.host.clock, () => this.handlers.compressedAck(this));
    return this.compressedTimer;
  }

  stopCompressedAck(): void {
    this.compressedTimer?.stop();
  }

  /** As `ss` names it from this side. */
  get name(): string {
    return `${this.localPort}-${this.remotePort}`;
  }

  setState(state: number): void {
    this.state = state;
    if (state !== this.shown) {
      this.shown = state;
      this.host.recorder.state(this.host.name, this, STATE_NAMES[state] as (typeof STATE_NAMES)[number]);
    }
  }

  /** Runs everything that waits for this socket (sk_state_change, sk_data_ready, sk_write_space, sk_error_report). */
  wakeAll(key?: WakeKey): void {
    for (let i = 0; i < this.waiters.length; i++) (this.waiters[i] as Waiter).wake(key);
  }
}

/** A TIME_WAIT or orphaned FIN_WAIT_2 mini-socket (struct tcp_timewait_sock). */
export class TimeWaitSock {
  readonly kind = 'timewait' as const;
  inBind = true;
  rcvNxt = 0;
  sndNxt = 0;
  rcvWnd = 0;
  rcvWscale = 0;
  tsRecent = 0;
  tsRecentStamp = -1;
  tsOffset = 0;
  lastOowAck = -Infinity;
  readonly timer: KernelTimer<TimeWaitSock>;

  constructor(
    readonly host: Host,
    readonly localPort: number,
    readonly remotePort: number,
    readonly remote: string,
    readonly loopback: boolean,
    public substate: number,
    readonly opt: { reuseAddr: boolean; reusePort: boolean },
    readonly portLocked: boolean,
    expired: (tw: TimeWaitSock) => void,
  ) {
    this.timer = new KernelTimer<TimeWaitSock>(host.clock, this, 'TIME_WAIT', expired);
  }

  get name(): string {
    return `${this.localPort}-${this.remotePort}`;
  }
}

/** A half-open connection in the listen queue (struct tcp_request_sock). */
export class RequestSock {
  readonly kind = 'request' as const;
  rcvIsn = 0;
  rcvNxt = 0;
  isn = 0;
  sentSynAckAt = 0;
  numTimeout = 0;
  numRetrans = 0;
  acked = false;
  cookie = false;
  mss = MSS_ETHERNET;
  tstampOk = false;
  sackOk = false;
  wscaleOk = false;
  sndWscale = 0;
  rcvWscale = 0;
  rcvWnd = 0;
  windowClamp = 0;
  tsRecent = 0;
  lastOowAck = -Infinity;
  readonly timer: KernelTimer<RequestSock>;

  constructor(
    readonly host: Host,
    readonly listener: Sock,
    readonly localPort: number,
    readonly remotePort: number,
    readonly remote: string,
    readonly loopback: boolean,
    expired: (req: RequestSock) => void,
  ) {
    this.timer = new KernelTimer<RequestSock>(host.clock, this, 'SYN-ACK', expired);
  }

  get name(): string {
    return `${this.localPort}-${this.remotePort}`;
  }
}
