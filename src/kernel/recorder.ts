/** Writes down what happens: packets, states, calls and timers as rows of a trace, or nothing at all. */

import type { TimerLabel, TimerLog } from './clock.js';
import { ACK, FIN, PSH, RST, SYN } from './constants.js';
import type { Segment } from './segment.js';
import type { CallRow, DropReason, PacketRow, StateRow, TcpState, TimerRow } from './trace.js';
import type { HostName } from './experiment.js';

export interface Named {
  readonly name: string;
}

/** What a trace's row of a socket needs to know of it. */
export interface Recorder {
  state(side: HostName, sk: Named, state: TcpState | ''): void;
  packet(from: HostName, segment: Segment, insidePort: number | null, dropped: DropReason | null): PacketRow | null;
  arp(from: HostName, flags: 'ARP who-has' | 'ARP reply', dropped: DropReason | null): PacketRow | null;
  call(row: CallRow): void;
}

const FLAG_NAMES: readonly string[] = Array.from({ length: 32 }, (_, bits) =>
  ([[SYN, 'S'], [FIN, 'F'], [RST, 'R'], [PSH, 'P'], [ACK, 'A']] as const).filter(([bit]) => bits & bit).map(([, c]) => c).join(''));

/** Seconds as a trace writes them: six digits. */
export function seconds(us: number): number {
  return us / 1_000_000;
}

export class NoRecorder implements Recorder {
  constructor(readonly calls: CallRow[] | null) {}
  state(): void { /* nothing is kept */ }
  packet(): null { return null; }
  arp(): null { return null; }
  call(row: CallRow): void {
    this.calls?.push(row);
  }
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
  private readonly running = new Map<object, TimerRow>();
  /** First sequence number by connection and side. */
  private readonly isn = new Map<string, number>();
  /** Sides whose last segment offered no window. */
  private readonly closed = new Set<string>();

  constructor(private readonly now: () => number) {}

  state(side: HostName, sk: Named, state: TcpState | ''): void {
    if (state !== '') this.states.push({ t: seconds(this.now()), side, sock: sk.name, state });
  }

  packet(from: HostName, s: Segment, insidePort: number | null, dropped: DropReason | null): PacketRow {
    const [a, b] = from === 'A' ? [s.sourcePort, s.destinationPort] : [s.destinationPort, s.sourcePort];
    const conn = `${insidePort ?? a}-${b}`;
    const mine = `${conn}${from}`;
    const other = `${conn}${from === 'A' ? 'B' : 'A'}`;
    if (s.flags & SYN && this.isn.get(mine) !== s.seq) {
      if (!(s.flags & ACK)) this.isn.delete(other);
      this.isn.set(mine, s.seq);
    }
    // on the wire a probe is one of a closed window if the other side's last segment closed it, also where that segment was lost
    const kind = s.kind === 'keepalive' || s.kind === 'window-probe' ? (this.closed.has(other) ? 'window-probe' : 'keepalive') : s.kind;
    if (!(s.flags & RST)) {
      if (s.windowBytes === 0) this.closed.add(mine);
      else this.closed.delete(mine);
    }
    const row: PacketRow = {
      t: seconds(this.now()), from, flags: FLAG_NAMES[s.flags] ?? '', seq: s.seq - (this.isn.get(mine) ?? 0),
      ack: s.flags & ACK ? s.ack - (this.isn.get(other) ?? 0) : null, len: s.len, conn, kind, dropped,
      arrives: null, window: s.windowBytes,
    };
    this.packets.push(row);
    return row;
  }

  arp(from: HostName, flags: 'ARP who-has' | 'ARP reply', dropped: DropReason | null): PacketRow {
    const row: PacketRow = { t: seconds(this.now()), from, flags, seq: null, ack: null, len: 0, conn: '', kind: '', dropped, arrives: null };
    this.packets.push(row);
    return row;
  }

  call(row: CallRow): void {
    this.calls.push(row);
  }

  armed(timer: { readonly owner: object }, label: TimerLabel): void {
    if (label === '') return;
    const owner = timer.owner as Owner;
    const row: TimerRow = { side: owner.host.name, sock: owner.name, timer: label, start: seconds(this.now()), end: null, fired: false };
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
