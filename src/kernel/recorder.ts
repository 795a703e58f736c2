/** Writes down what happens: packets, states, calls and timers as rows of a trace, or nothing at all. */

import type { TimerLabel, TimerLog } from './clock.js';
import { ACK, CLOSE, FIN, LISTEN, PSH, RST, SYN } from './constants.js';
import type { Segment } from './segment.js';
import type { CallRow, DropReason, PacketKind, PacketRow, QueueRow, StateRow, TcpState, TimerRow } from './trace.js';
import type { HostName } from './experiment.js';

export interface Named {
  readonly name: string;
}

/** A socket as far as the lengths of its queues go; `shown…` are those of its last row. */
export interface Queued extends Named {
  readonly host: { readonly name: HostName };
  readonly state: number;
  readonly rcvNxt: number;
  readonly copiedSeq: number;
  readonly writeSeq: number;
  readonly sndUna: number;
  readonly acceptQueue: readonly unknown[];
  readonly maxAckBacklog: number;
  shownRecvQ: number;
  shownSendQ: number;
}

/** What a trace's row of a socket needs to know of it. */
export interface Recorder {
  state(side: HostName, sk: Named, state: TcpState | ''): void;
  packet(from: HostName, segment: Segment, insidePort: number | null, dropped: DropReason | null): PacketRow | null;
  arp(from: HostName, flags: 'ARP who-has' | 'ARP reply', dropped: DropReason | null): PacketRow | null;
  call(row: CallRow): void;
  /** Something may have gone into or out of this socket's queues. */
  queues(sk: Queued): void;
}

const FLAG_NAMES: readonly string[] = Array.from({ length: 32 }, (_, bits) =>
  (
    [
      [SYN, 'S'],
      [FIN, 'F'],
      [RST, 'R'],
      [PSH, 'P'],
      [ACK, 'A'],
    ] as const
  )
    .filter(([bit]) => bits & bit)
    .map(([, c]) => c)
    .join(''),
);

/** Seconds as a trace writes them: six digits. */
export function seconds(us: number): number {
  return us / 1_000_000;
}

export class NoRecorder implements Recorder {
  constructor(readonly calls: CallRow[] | null) {}
  state(): void {
    /* nothing is kept */
  }
  packet(): null {
    return null;
  }
  arp(): null {
    return null;
  }
  call(row: CallRow): void {
    this.calls?.push(row);
  }
  queues(): void {
    /* nothing is kept */
  }
}

/** What the wire has seen of one side of a connection. */
interface Side {
  /** First and last sequence number. */
  isn: number;
  end: number;
  /** Its last segment offered no window. */
  closed: boolean;
}

/** A relative number of a side whose first one is not known is what stands in the header. */
function modulo(n: number): number {
  return n >= 0 ? n : n + 2 ** 32;
}

interface Owner {
  readonly name: string;
  readonly host: { readonly name: HostName };
}

/** Keeps everything. Sequence numbers are written relative to the first of their side, as a capture on the wire would show them. */
export class TraceRecorder implements Recorder, TimerLog {
  readonly packets: PacketRow[] = [];
  readonly states: StateRow[] = [];
  readonly calls: CallRow[] = [];
  readonly timers: TimerRow[] = [];
  readonly queueRows: QueueRow[] = [];
  private readonly running = new Map<object, TimerRow>();
  private readonly sides = new Map<string, Side>();

  constructor(private readonly now: () => number) {}

  state(side: HostName, sk: Named, state: TcpState | ''): void {
    if (state !== '') this.states.push({ t: seconds(this.now()), side, sock: sk.name, state });
  }

  packet(from: HostName, s: Segment, insidePort: number | null, dropped: DropReason | null): PacketRow {
    const [a, b] = from === 'A' ? [s.sourcePort, s.destinationPort] : [s.destinationPort, s.sourcePort];
    const conn = `${insidePort ?? a}-${b}`;
    const mine = `${conn}${from}`;
    const other = `${conn}${from === 'A' ? 'B' : 'A'}`;
    if (s.flags & SYN) this.startNumbers(mine, other, s);
    const base = this.sides.get(mine)?.isn ?? 0;
    const otherBase = this.sides.get(other)?.isn ?? 0;
    const row: PacketRow = {
      t: seconds(this.now()),
      from,
      flags: FLAG_NAMES[s.flags] ?? '',
      seq: modulo(s.seq - base),
      ack: s.flags & ACK ? modulo(s.ack - otherBase) : null,
      len: s.len,
      conn,
      kind: this.kind(mine, other, s),
      dropped,
      arrives: null,
      window: s.windowBytes,
    };
    this.packets.push(row);
    return row;
  }

  /** A SYN with another number begins the numbers of its side; without ACK also those of the other side. */
  private startNumbers(mine: string, other: string, s: Segment): void {
    if (this.sides.get(mine)?.isn === s.seq) return;
    if (!(s.flags & ACK)) this.sides.delete(other);
    this.sides.set(mine, { isn: s.seq, end: s.seq, closed: false });
  }

  /** What a capture on the wire tells of a segment: it brings nothing new, or it probes. Only a loss probe is told by its sender. */
  private kind(mine: string, other: string, s: Segment): PacketKind {
    const side = this.sides.get(mine);
    if (side === undefined || s.flags & RST) return '';
    let kind: PacketKind = '';
    if (s.endSeq > s.seq) {
      if (s.endSeq <= side.end) kind = s.kind === 'tlp' ? 'tlp' : 'retrans';
      side.end = Math.max(side.end, s.endSeq);
    } else if (s.flags === ACK && s.seq === side.end - 1) {
      kind = side.end > side.isn + 1 && this.sides.get(other)?.closed ? 'window-probe' : 'keepalive';
    }
    side.closed = s.windowBytes === 0;
    return kind;
  }

  arp(from: HostName, flags: 'ARP who-has' | 'ARP reply', dropped: DropReason | null): PacketRow {
    const row: PacketRow = {
      t: seconds(this.now()),
      from,
      flags,
      seq: null,
      ack: null,
      len: 0,
      conn: '',
      kind: '',
      dropped,
      arrives: null,
    };
    this.packets.push(row);
    return row;
  }

  call(row: CallRow): void {
    this.calls.push(row);
  }

  /** tcp_diag_get_info(). */
  queues(sk: Queued): void {
    const listens = sk.state === LISTEN;
    const gone = sk.state === CLOSE;
    const recvQ = gone ? 0 : listens ? sk.acceptQueue.length : sk.rcvNxt - sk.copiedSeq;
    const sendQ = gone ? 0 : listens ? sk.maxAckBacklog : sk.writeSeq - sk.sndUna;
    if (recvQ === sk.shownRecvQ && sendQ === sk.shownSendQ) return;
    sk.shownRecvQ = recvQ;
    sk.shownSendQ = sendQ;
    this.queueRows.push({ t: seconds(this.now()), side: sk.host.name, sock: sk.name, recvQ, sendQ });
  }

  armed(timer: { readonly subject: object }, label: TimerLabel, due: number): void {
    if (label === '') return;
    const owner = timer.subject as Owner;
    const row: TimerRow = {
      side: owner.host.name,
      sock: owner.name,
      timer: label,
      start: seconds(this.now()),
      due: seconds(due),
      end: null,
      fired: false,
    };
    this.running.set(timer, row);
    this.timers.push(row);
  }

  ended(timer: object, fired: boolean): void {
    const row = this.running.get(timer);
    if (row === undefined) return;
    row.end = seconds(this.now());
    row.fired = fired;
    this.running.delete(timer);
  }
}
