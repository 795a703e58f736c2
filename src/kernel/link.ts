/** The wire between the hosts: delay, faults on packets, NAT in front of A, ICMP from the router, ARP on a LAN. */

import { Arp } from './arp.js';
import type { Clock } from './clock.js';
import { ExactTimer } from './clock.js';
import { ACK, FIN, RST, SYN } from './constants.js';
import { Event } from './event-queue.js';
import type { Host } from './host.js';
import type { Recorder } from './recorder.js';
import { seconds } from './recorder.js';
import type { Segment } from './segment.js';
import type { DropReason, PacketRow } from './trace.js';
import type { HostName } from './experiment.js';

/**
 * What the lab's wire and the machines behind it add to each direction,
 * microseconds: real round trips are 0.3 ms or more longer than the wire's.
 */
const EXTRA_DELAY = 150;
/** Packets of one direction arrive one after the other: least distance, microseconds. */
const SPACING = 3;
/** A segment to the own host. */
const LOOP_DELAY = 25;
/** The router answers with ICMP after this. */
const ICMP_DELAY = 1_000;

/** Which segments something happens to. */
interface SegmentRule {
  from: HostName;
  flag: string | undefined;
  skip: number;
  count: number;
}

interface Delivery {
  receive(host: Host, segment: Segment): void;
  icmp(host: Host, segment: Segment, code: number): void;
}

/** Segments under way in one direction, in order. */
class Pipe extends Event {
  private items: { segment: Segment; row: PacketRow | null }[] = [];
  private first = 0;
  private last = 0;

  constructor(
    private readonly clock: Clock,
    private readonly arrive: (segment: Segment, row: PacketRow | null) => void,
  ) {
    super();
  }

  push(segment: Segment, row: PacketRow | null, delay: number): void {
    segment.arrivesAt = Math.max(this.clock.now + delay, this.last + SPACING);
    segment.order = this.clock.queue.nextOrder();
    this.last = segment.arrivesAt;
    if (row !== null) row.arrives = seconds(segment.arrivesAt);
    this.items.push({ segment, row });
    if (this.items.length - this.first === 1) this.clock.queue.schedule(this, segment.arrivesAt, segment.order);
  }

  run(): void {
    const item = this.items[this.first] as { segment: Segment; row: PacketRow | null };
    this.items[this.first] = undefined as never;
    this.first++;
    const next = this.items[this.first];
    if (next === undefined) {
      this.items.length = 0;
      this.first = 0;
    } else {
      if (this.first > 4096) {
        this.items = this.items.slice(this.first);
        this.first = 0;
      }
      this.clock.queue.schedule(this, next.segment.arrivesAt, next.segment.order);
    }
    this.arrive(item.segment, item.row);
  }
}

export class Link {
  readonly hosts: Partial<Record<HostName, Host>> = {};
  readonly cut: Record<HostName, DropReason | null> = { A: null, B: null };
  icmp: { from: HostName; code: number } | null = null;
  readonly rules: SegmentRule[] = [];
  /** Segments that arrive twice. */
  readonly doubles: SegmentRule[] = [];
  readonly arp: Arp | null;
  private readonly delay: number;
  private readonly pipes: Record<HostName, Pipe>;
  private readonly loops: Record<HostName, Pipe>;
  // NAT in front of A
  private readonly seen = new Set<string>();
  private forgotten = new Set<string>();
  /** Outside `<port>-<port of B>` to the inside port. */
  private remap = new Map<string, number>();
  private newPort: number | null = null;

  constructor(
    private readonly clock: Clock,
    readonly recorder: Recorder,
    rttMs: number,
    lan: boolean,
    private readonly nat: boolean,
    private readonly delivery: Delivery,
  ) {
    this.delay = Math.round(rttMs * 500) + EXTRA_DELAY;
    this.pipes = { A: this.pipeTo('B'), B: this.pipeTo('A') };
    this.loops = { A: this.loopTo('A'), B: this.loopTo('B') };
    this.arp = lan ? new Arp(clock, this, this.delay, (host, segment) => this.wire(host, segment)) : null;
  }

  private pipeTo(to: HostName): Pipe {
    return new Pipe(this.clock, (segment, row) => {
      const host = this.hosts[to];
      const why = host === undefined || !host.powered ? 'off' : host.linkUp ? null : 'down';
      if (why === null) this.delivery.receive(host as Host, segment);
      else if (row !== null) {
        row.dropped = why;
        row.arrives = null;
      }
    });
  }

  private loopTo(to: HostName): Pipe {
    return new Pipe(this.clock, (segment) => {
      const host = this.hosts[to];
      if (host !== undefined && host.powered) this.delivery.receive(host, segment);
    });
  }

  /** A segment of a host to itself. */
  loop(host: Host, segment: Segment): void {
    this.loops[host.name].push(segment, null, LOOP_DELAY);
  }

  /** A segment that a host hands to its interface. */
  send(host: Host, segment: Segment): void {
    if (this.arp !== null) this.arp.send(host, segment);
    else this.wire(host, segment);
  }

  /** Local ICMP host-unreachable: no neighbour answered (ipv4_link_failure()). */
  unreachable(host: Host, segment: Segment): void {
    this.delivery.icmp(host, segment, 1);
  }

  /** What the wire does to a packet is decided when it is sent. */
  private wire(host: Host, segment: Segment): void {
    const from = host.name;
    let inside: number | null = null;
    let why: DropReason | null = null;
    if (this.nat) {
      inside = segment.destinationPort;
      const verdict = this.translate(from, segment);
      why = verdict.why;
      inside = verdict.inside;
    }
    why = why ?? this.cut[from] ?? (matched(this.rules, from, segment) ? 'drop' : null);
    const outside = segment.sourcePort;
    if (inside !== null && from === 'A') segment.sourcePort = inside;
    const row = this.recorder.packet(from, segment, inside, why);
    segment.sourcePort = outside;
    if (why === null) {
      const twice = this.doubles.length > 0 && matched(this.doubles, from, segment) ? { ...segment } : null;
      this.pipes[from].push(segment, row, this.delay);
      if (twice !== null) this.pipes[from].push(twice, null, this.delay);
    }
    if (why === 'icmp' && this.icmp !== null && this.icmp.from === from) this.answer(host, segment, this.icmp.code);
  }

  /** The router's ICMP error about a segment. */
  private answer(host: Host, segment: Segment, code: number): void {
    new ExactTimer(this.clock, () => {
      if (this.hosts[host.name] === host && host.powered && host.linkUp) this.delivery.icmp(host, segment, code);
    }).fireIn(ICMP_DELAY);
  }

  /** The NAT in front of A forgets every connection that exists now. */
  natForget(newPort: number | undefined): void {
    this.forgotten = new Set(this.seen);
    this.newPort = newPort ?? null;
    this.remap = new Map();
  }

  private translate(from: HostName, s: Segment): { why: DropReason | null; inside: number | null } {
    const conn = from === 'A' ? `${s.sourcePort}-${s.destinationPort}` : `${s.destinationPort}-${s.sourcePort}`;
    const mapped = from === 'B' ? this.remap.get(conn) : undefined;
    if (mapped !== undefined) {
      s.destinationPort = mapped;
      return { why: null, inside: mapped };
    }
    this.seen.add(conn);
    if (!this.forgotten.has(conn)) return { why: null, inside: null };
    if (from === 'A' && s.flags & SYN) {
      this.forgotten.delete(conn);
      return { why: null, inside: null };
    }
    if (this.newPort === null || from === 'B') return { why: 'nat', inside: null };
    const inside = s.sourcePort;
    let outside: number | null = null;
    for (const [key, port] of this.remap) {
      if (port === inside && key.endsWith(`-${s.destinationPort}`)) outside = Number(key.split('-')[0]);
    }
    outside = outside ?? this.newPort + this.remap.size;
    this.remap.set(`${outside}-${s.destinationPort}`, inside);
    s.sourcePort = outside;
    return { why: null, inside };
  }
}

/** Does the next of these rules take the segment? */
function matched(rules: readonly SegmentRule[], from: HostName, s: Segment): boolean {
  for (const rule of rules) {
    if (rule.count <= 0 || rule.from !== from || !matches(rule.flag, s)) continue;
    if (rule.skip > 0) rule.skip--;
    else {
      rule.count--;
      return true;
    }
  }
  return false;
}

function matches(flag: string | undefined, s: Segment): boolean {
  switch (flag) {
    case undefined:
      return true;
    case 'data':
      return s.len > 0;
    case 'ack':
      return s.flags === ACK && s.len === 0;
    case 'S':
      return (s.flags & SYN) !== 0;
    case 'F':
      return (s.flags & FIN) !== 0;
    case 'R':
      return (s.flags & RST) !== 0;
    default:
      return false;
  }
}
