/** The neighbour table on a LAN with two hosts (net/core/neighbour.c, net/ipv4/arp.c): one entry on each side. */

import type { Clock } from './clock.js';
import { ExactTimer, KernelTimer } from './clock.js';
import type { Host } from './host.js';
import type { Link } from './link.js';
import { seconds } from './recorder.js';
import type { Segment } from './segment.js';
import type { DropReason } from './trace.js';
import type { HostName } from './experiment.js';

/**
 * retrans_time_ms, mcast_solicit, ucast_solicit, delay_first_probe_time, base_reachable_time_ms: the defaults of /proc/sys/net/ipv4/neigh.
 */
const RETRANS_TIME = 1_000_000;
const PROBES = 3;
const DELAY_PROBE_TIME = 5_000_000;
const BASE_REACHABLE_TIME = 30_000_000;
/** Packets that wait for an answer; more push out the oldest (unres_qlen). */
const QUEUE_LENGTH = 101;

type NeighbourState = 'none' | 'incomplete' | 'reachable' | 'stale' | 'delay' | 'probe' | 'failed';

class Neighbour {
  state: NeighbourState = 'none';
  probes = 0;
  confirmed = -Infinity;
  readonly reachableTime: number;
  readonly queue: Segment[] = [];
  readonly timer: KernelTimer<Neighbour>;

  constructor(
    readonly host: Host,
    clock: Clock,
    fire: (n: Neighbour) => void,
  ) {
    this.timer = new KernelTimer<Neighbour>(clock, this, '', fire);
    this.reachableTime = BASE_REACHABLE_TIME / 2 + host.random.below(BASE_REACHABLE_TIME);
  }
}

export class Arp {
  private readonly tables = new Map<Host, Neighbour>();

  constructor(
    private readonly clock: Clock,
    private readonly link: Link,
    private readonly delay: number,
    private readonly output: (host: Host, segment: Segment) => void,
  ) {}

  private entry(host: Host): Neighbour {
    let n = this.tables.get(host);
    if (n === undefined) {
      n = new Neighbour(host, this.clock, (x) => this.timer(x));
      this.tables.set(host, n);
    }
    return n;
  }

  /** The host is gone: its table with it. */
  forget(host: Host): void {
    this.tables.get(host)?.timer.stop();
    this.tables.delete(host);
  }

  /** dst_confirm(): the upper layer knows that the neighbour answers. */
  confirm(host: Host): void {
    this.entry(host).confirmed = this.clock.now;
  }

  /** neigh_resolve_output(). */
  send(host: Host, segment: Segment): void {
    const n = this.entry(host);
    switch (n.state) {
      case 'none':
      case 'failed':
        n.state = 'incomplete';
        n.probes = 0;
        n.queue.push(segment);
        this.probe(n);
        return;
      case 'incomplete':
        n.queue.push(segment);
        if (n.queue.length > QUEUE_LENGTH) n.queue.shift();
        return;
      case 'stale':
        n.state = 'delay';
        n.timer.modIn(DELAY_PROBE_TIME);
        break;
      default:
        break;
    }
    this.output(host, segment);
  }

  private probe(n: Neighbour): void {
    n.probes++;
    n.timer.modIn(RETRANS_TIME);
    this.frame(n.host, 'ARP who-has');
  }

  /** neigh_timer_handler(). */
  private timer(n: Neighbour): void {
    if (!n.host.powered) return;
    const quiet = this.clock.now - n.confirmed;
    if (n.state === 'reachable') {
      if (quiet <= n.reachableTime) n.timer.modIn(n.reachableTime - quiet);
      else n.state = 'stale';
    } else if (n.state === 'delay') {
      if (quiet <= DELAY_PROBE_TIME) this.reachable(n);
      else {
        n.state = 'probe';
        n.probes = 0;
        this.probe(n);
      }
    } else if (n.state === 'incomplete' || n.state === 'probe') {
      if (n.probes < PROBES) this.probe(n);
      else this.fail(n);
    }
  }

  /** neigh_invalidate(): every waiting packet ends as a local ICMP host-unreachable. */
  private fail(n: Neighbour): void {
    n.state = 'failed';
    for (const segment of n.queue.splice(0)) this.link.unreachable(n.host, segment);
  }

  private reachable(n: Neighbour): void {
    n.state = 'reachable';
    n.timer.modIn(n.reachableTime);
  }

  /** An ARP frame, subject to the wire's faults. */
  private frame(from: Host, what: 'ARP who-has' | 'ARP reply'): void {
    if (!from.linkUp) return;
    const why: DropReason | null = this.link.cut[from.name];
    const row = this.link.recorder.arp(from.name, what, why);
    if (why !== null) return;
    const arrives = this.clock.now + this.delay;
    if (row !== null) row.arrives = seconds(arrives);
    const other: HostName = from.name === 'A' ? 'B' : 'A';
    new ExactTimer(this.clock, () => {
      const to = this.link.hosts[other];
      if (to !== undefined && to.powered && to.linkUp) this.receive(to, what);
      else if (row !== null) {
        row.dropped = to !== undefined && to.powered ? 'down' : 'off';
        row.arrives = null;
      }
    }).fireAt(arrives);
  }

  /** arp_process(). */
  private receive(host: Host, what: 'ARP who-has' | 'ARP reply'): void {
    const n = this.entry(host);
    if (what === 'ARP who-has') {
      this.frame(host, 'ARP reply');
      if (n.state !== 'none' && n.state !== 'failed' && n.state !== 'incomplete') return;
      n.state = 'stale';
    } else {
      n.confirmed = this.clock.now;
      this.reachable(n);
    }
    for (const segment of n.queue.splice(0)) this.send(host, segment);
  }
}
