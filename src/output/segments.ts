/** A trace's packet rows as segments with absolute numbers, options and window fields, as they would stand on the wire. */

import type { Experiment, HostName } from '../kernel/experiment.js';
import type { PacketRow, Trace } from '../kernel/trace.js';
import type { Segment } from './frames.js';

const OTHER: Record<HostName, HostName> = { A: 'B', B: 'A' };
const MSS = 1460;
/** Distance between the first sequence numbers of two connections. */
const ISN_STEP = 0x01000000;
/** Most of one option list: NOP NOP timestamps. */
const TIMESTAMPS = (value: number, echo: number): number[] => [8, 10, ...word(value), ...word(echo)];
/** A timestamp clock that does not start at zero, milliseconds. */
const CLOCK_START: Record<HostName, number> = { A: 1_000_000, B: 5_000_000 };

function word(n: number): number[] {
  const u = n >>> 0;
  return [u >>> 24, (u >>> 16) & 0xff, (u >>> 8) & 0xff, u & 0xff];
}

/** What one side of one connection has said so far. */
interface End {
  isn: number;
  /** Options of its SYN; null before it sent one. */
  offers: { timestamps: boolean; sack: boolean; scale: number | null } | null;
  /** Timestamps of the segments on their way to the other side: [arrival, value]. */
  sent: [arrives: number, value: number][];
  /** Latest timestamp that has reached this side. */
  echo: number;
}

export class Wire {
  private readonly ends = new Map<string, End>();
  private readonly scales: ReadonlyMap<string, number>;
  private readonly delay: number;
  private connections = 0;
  private readonly ids: Record<HostName, number> = { A: 0x1000, B: 0x8000 };

  constructor(private readonly trace: Trace) {
    this.delay = (trace.experiment.rttMs ?? 0) / 2000;
    this.scales = windowScales(trace);
  }

  /** The segment of a row; rows must come in order of time. */
  segment(p: PacketRow): Segment {
    const [portA = 0, portB = 0] = p.conn.split('-').map(Number);
    const isSyn = p.flags.includes('S');
    const mine = this.end(p.conn, p.from);
    const theirs = this.end(p.conn, OTHER[p.from]);
    if (isSyn && p.kind === '') this.open(p, mine, theirs);
    const [sourcePort, destinationPort] = p.from === 'A' ? [portA, portB] : [portB, portA];
    return {
      from: p.from,
      sourcePort,
      destinationPort,
      flags: p.flags,
      length: p.len,
      id: this.ids[p.from]++,
      seq: mine.isn + (p.seq ?? 0),
      ack: p.ack === null ? null : theirs.isn + p.ack,
      window: this.window(p, isSyn, mine),
      options: this.options(p, isSyn, mine, theirs),
    };
  }

  private end(conn: string, side: HostName): End {
    const key = `${conn} ${side}`;
    const known = this.ends.get(key);
    if (known) return known;
    const fresh: End = { isn: 0, offers: null, sent: [], echo: 0 };
    this.ends.set(key, fresh);
    return fresh;
  }

  /** A new SYN starts the numbers anew; a SYN-ACK only its own. */
  private open(p: PacketRow, mine: End, theirs: End): void {
    this.connections += 1;
    mine.isn = (this.connections * ISN_STEP + (p.from === 'A' ? 0 : 0x00800000)) >>> 0;
    const isAnswer = p.flags.includes('A');
    if (!isAnswer) Object.assign(theirs, { isn: 0, offers: null });
    const own = offersOf(this.trace.experiment, p.from, this.scales.get(`${p.conn} ${p.from}`) ?? 0);
    const { offers } = theirs;
    mine.offers =
      isAnswer && offers
        ? {
            timestamps: own.timestamps && offers.timestamps,
            sack: own.sack && offers.sack,
            scale: offers.scale === null ? null : own.scale,
          }
        : own;
    mine.sent = [];
    mine.echo = 0;
  }

  private window(p: PacketRow, isSyn: boolean, mine: End): number {
    if (p.flags === 'R') return 0;
    const scale = isSyn ? 0 : (mine.offers?.scale ?? 0);
    return Math.min(65_535, Math.floor((p.window ?? 64_240) / 2 ** scale));
  }

  private options(p: PacketRow, isSyn: boolean, mine: End, theirs: End): number[] {
    const { offers } = mine;
    if (!offers || p.flags === 'R') return [];
    const isAnswered = theirs.offers !== null;
    const stamped = offers.timestamps && (isSyn || !isAnswered || theirs.offers?.timestamps === true);
    const stamp = stamped ? TIMESTAMPS(this.stamp(p, mine, theirs), p.ack === null ? 0 : mine.echo) : [];
    if (!isSyn) return stamped ? [1, 1, ...stamp] : [];
    const list = [
      2,
      4,
      MSS >> 8,
      MSS & 0xff,
      ...(offers.sack ? [4, 2] : []),
      ...stamp,
      ...(offers.scale === null ? [] : [3, 3, offers.scale]),
    ];
    return [...list, ...Array.from({ length: (4 - (list.length % 4)) % 4 }, () => 1)];
  }

  /** This segment's timestamp; also takes in what has arrived from the other side by now. */
  private stamp(p: PacketRow, mine: End, theirs: End): number {
    while (theirs.sent[0] && theirs.sent[0][0] <= p.t + 1e-9) mine.echo = theirs.sent.shift()?.[1] ?? mine.echo;
    const value = CLOCK_START[p.from] + Math.floor(p.t * 1000 + 1e-6);
    if (p.dropped === null) mine.sent.push([p.arrives ?? p.t + this.delay, value]);
    return value;
  }
}

/** A host's own sysctl, or the kernel's default. */
function setting(experiment: Experiment, side: HostName, name: string, otherwise: string): string {
  return String(experiment.sysctls?.[side]?.[name] ?? otherwise);
}

function offersOf(experiment: Experiment, side: HostName, scale: number): { timestamps: boolean; sack: boolean; scale: number | null } {
  const isOn = (name: string) => Number(setting(experiment, side, name, '1')) !== 0;
  return {
    timestamps: isOn('net.ipv4.tcp_timestamps'),
    sack: isOn('net.ipv4.tcp_sack'),
    scale: isOn('net.ipv4.tcp_window_scaling') ? scale : null,
  };
}

/**
 * The window scale of each side of each connection. `tcp_select_initial_window()`: floor(log2(largest buffer)) - 15, at most 14;
 * a smaller one where the windows that the side advertised are no multiples of that (SO_RCVBUF makes a smaller buffer).
 */
function windowScales(trace: Trace): Map<string, number> {
  const scales = new Map<string, number>();
  for (const p of trace.packets) {
    const key = `${p.conn} ${p.from}`;
    let scale = scales.get(key) ?? usualScale(trace.experiment, p.from);
    if (!p.flags.includes('S') && p.window !== undefined) while (scale > 0 && p.window % 2 ** scale !== 0) scale -= 1;
    scales.set(key, scale);
  }
  return scales;
}

function usualScale(experiment: Experiment, side: HostName): number {
  const largest = Number(setting(experiment, side, 'net.ipv4.tcp_rmem', '4096 131072 33554432').split(/\s+/)[2] ?? 33_554_432);
  const most = Math.max(largest, Number(setting(experiment, side, 'net.core.rmem_max', '0')));
  return Math.max(0, Math.min(14, Math.floor(Math.log2(most)) - 15));
}
