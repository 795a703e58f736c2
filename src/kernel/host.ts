/** One Linux host: its sockets by ports, its clock and sysctls. Holds no rules of TCP. */

import type { Clock } from './clock.js';
import type { Link } from './link.js';
import type { Behaviour } from './profiles.js';
import type { Random } from './random.js';
import type { Recorder } from './recorder.js';
import type { Segment } from './segment.js';
import type { RequestSock, Sock, TimeWaitSock } from './sock.js';
import type { Sysctls } from './sysctl-table.js';
import type { HostName } from './experiment.js';

export type HashedSock = Sock | TimeWaitSock | RequestSock;

/** Sockets that hold a local port (struct inet_bind_bucket). */
export interface BindBucket {
  /** fastreuse == -1: only connect() has taken this port, never bind(). */
  connectOnly: boolean;
  owners: Set<Sock | TimeWaitSock>;
}

/** Two ports as one small integer. */
function portPair(localPort: number, remotePort: number): number {
  return (localPort << 16) | remotePort;
}

export class Host {
  powered = true;
  linkUp = true;
  /** Counts how often the interface went down and took its routes with it. */
  routeEpoch = 0;
  /** Established table (ehash): sockets, requests and TIME_WAITs by their ports; those to the host itself apart. */
  private readonly established = new Map<number, HashedSock>();
  private readonly looped = new Map<number, HashedSock>();
  readonly listeners = new Map<number, Sock[]>();
  readonly bound = new Map<number, BindBucket>();
  nextPort: number;
  /** Counts the ports that became free; with it, the destinations for which none was left. */
  portsFreed = 0;
  readonly exhausted = new Map<string, number>();
  timeWaits = 0;
  orphans = 0;
  /** Offset of the clocks behind timestamps and initial sequence numbers since this boot. */
  readonly tsOffset: number;
  readonly isnOffset: number;
  /** Where the minute counter behind SYN cookies stands at t = 0, microseconds. */
  readonly cookiePhase: number;

  constructor(
    readonly name: HostName,
    readonly clock: Clock,
    readonly sysctls: Sysctls,
    readonly behaviour: Behaviour,
    readonly link: Link,
    public recorder: Recorder,
    readonly random: Random,
    firstPort: number,
    readonly namedPorts: ReadonlySet<number>,
  ) {
    this.nextPort = firstPort;
    this.tsOffset = 1_000_000 + random.below(2 ** 31);
    this.isnOffset = 1_000_000 + random.below(2 ** 31);
    this.cookiePhase = random.below(60_000_000);
  }

  /** Milliseconds of the clock behind timestamps (tcp_clock_ms()), never 0. */
  get ms(): number {
    return Math.floor(this.clock.now / 1000) + 1_000;
  }

  /** secure_tcp_seq(): a fourth of the nanosecond clock's 16th part; grows by 15.6 per microsecond. */
  newIsn(): number {
    return this.isnOffset + Math.floor(this.clock.now * 15.625);
  }

  lookup(localPort: number, remotePort: number, loopback: boolean): HashedSock | undefined {
    return (loopback ? this.looped : this.established).get(portPair(localPort, remotePort));
  }

  hash(sk: HashedSock): void {
    (sk.loopback ? this.looped : this.established).set(portPair(sk.localPort, sk.remotePort), sk);
  }

  unhash(sk: HashedSock): void {
    const table = sk.loopback ? this.looped : this.established;
    const pair = portPair(sk.localPort, sk.remotePort);
    if (table.get(pair) === sk) table.delete(pair);
  }

  /** Every connection of the host, half-open ones and TIME_WAITs too. */
  connections(): HashedSock[] {
    return [...this.established.values(), ...this.looped.values()];
  }

  /** Hands a segment to IP. False: no route (the interface is down). */
  transmit(segment: Segment): boolean {
    if (segment.loopback) {
      this.link.loop(this, segment);
      return true;
    }
    if (!this.linkUp) return false;
    this.link.send(this, segment);
    return true;
  }
}
