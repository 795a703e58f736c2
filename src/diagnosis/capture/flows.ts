/**
 * Segments of a capture, flow by flow, each told as a story: who closed,
 * who did not, what was never acknowledged. Memory per flow is constant.
 */

import { addressText } from '../address.js';
import type { Address, FlowSign, SocketState } from '../symptom.js';
import type { CapturedSegment } from './segment.js';
import { say } from '../../words/say.js';

/** Flows that are followed; later ones are counted. */
const MOST_FLOWS = 50_000;

/** One end of a flow, as its own segments tell. */
interface End {
  address: Address;
  syns: number;
  /** Sequence number behind everything that it sent; null before its first segment. */
  next: number | null;
  /** What it has acknowledged of the other's. */
  acked: number | null;
  fin: number | null;
  finAt: number | null;
  rstAt: number | null;
  resent: number;
  probes: number;
  /** Segments with data or probes since the other was last heard. */
  unanswered: number;
  lastAt: number | null;
  window: number | null;
  closedWindow: boolean;
}

interface Flow {
  a: End;
  b: End;
  from: number;
  until: number;
  segments: number;
  whole: boolean;
  finished: boolean;
}

function endAt(host: string, port: number): End {
  return {
    address: { host, port },
    syns: 0,
    next: null,
    acked: null,
    fin: null,
    finAt: null,
    rstAt: null,
    resent: 0,
    probes: 0,
    unanswered: 0,
    lastAt: null,
    window: null,
    closedWindow: false,
  };
}

/** Sequence numbers turn round at 2^32: positive when `x` is behind `y`. */
const beyond = (x: number, y: number): number => (x - y) | 0;

export class Flows {
  private readonly open = new Map<string, Flow>();
  private readonly done: Flow[] = [];
  /** Flows beyond the most that are followed. */
  left = 0;

  add(s: CapturedSegment): void {
    const forward = `${s.source} ${s.sourcePort} ${s.destination} ${s.destinationPort}`;
    const back = `${s.destination} ${s.destinationPort} ${s.source} ${s.sourcePort}`;
    const key = this.open.has(back) ? back : forward;
    let flow = this.open.get(key);
    const isNew = s.flags.syn && !s.flags.ack && flow?.finished === true;
    if (!flow || isNew) {
      if (this.open.size + this.done.length >= MOST_FLOWS) {
        this.left++;
        return;
      }
      if (flow) this.done.push(flow);
      this.open.delete(key);
      flow = {
        a: endAt(s.source, s.sourcePort),
        b: endAt(s.destination, s.destinationPort),
        from: s.at,
        until: s.at,
        segments: 0,
        whole: s.flags.syn && !s.flags.ack,
        finished: false,
      };
      this.open.set(forward, flow);
      return follow(flow, flow.a, flow.b, s);
    }
    const fromA = key === forward;
    follow(flow, fromA ? flow.a : flow.b, fromA ? flow.b : flow.a, s);
  }

  signs(): FlowSign[] {
    return [...this.done, ...this.open.values()].sort((x, y) => x.from - y.from).map(signOf);
  }
}

function follow(flow: Flow, me: End, other: End, s: CapturedSegment): void {
  flow.segments++;
  flow.until = Math.max(flow.until, s.at);
  if (s.flags.rst) {
    me.rstAt ??= s.at;
    flow.finished = true;
    return;
  }
  const end = (s.seq + s.length + (s.flags.syn ? 1 : 0) + (s.flags.fin ? 1 : 0)) >>> 0;
  if (s.flags.syn) me.syns++;
  const isOld = me.next !== null && beyond(end, me.next) <= 0;
  const carries = s.length > 0 || s.flags.syn || s.flags.fin;
  const isProbe = me.next !== null && !s.flags.syn && !s.flags.fin && s.length <= 1 && beyond(s.seq, me.next) === -1;
  if (isProbe) me.probes++;
  else if (isOld && carries) me.resent++;
  if (isProbe || carries) me.unanswered++;
  if (me.next === null || beyond(end, me.next) > 0) me.next = end;
  if (s.flags.fin && me.fin === null) {
    me.fin = end;
    me.finAt = s.at;
  }
  if (s.flags.ack && (me.acked === null || beyond(s.ack, me.acked) > 0)) me.acked = s.ack;
  me.window = s.flags.syn ? null : s.window;
  me.closedWindow ||= me.window === 0;
  me.lastAt = s.at;
  other.unanswered = 0;
  flow.finished ||= me.fin !== null && other.fin !== null && hasAll(other, me) && hasAll(me, other);
}

/** Has `reader` acknowledged all that `writer` sent, its FIN included? */
function hasAll(reader: End, writer: End): boolean {
  return writer.next === null || (reader.acked !== null && beyond(reader.acked, writer.next) >= 0);
}

function unackedOf(writer: End, reader: End): number {
  return writer.next === null || reader.acked === null ? 0 : Math.max(0, beyond(writer.next, reader.acked));
}

function stateOf(me: End, other: End): SocketState | null {
  if (me.rstAt !== null || other.rstAt !== null) return null;
  if (me.next === null) return null;
  if (me.syns > 0 && other.next === null) return 'SYN_SENT';
  if (me.syns > 0 && other.syns > 0 && me.fin === null && other.acked === null) return 'SYN_RECV';
  const told = me.fin !== null && hasAll(other, me);
  const heard = other.fin !== null && hasAll(me, other);
  if (me.fin === null) return heard ? 'CLOSE_WAIT' : 'ESTABLISHED';
  const closedAt = me.finAt as number;
  if (told && heard) return closedAt <= (other.finAt as number) ? 'TIME_WAIT' : null;
  if (told) return 'FIN_WAIT_2';
  if (other.finAt === null) return 'FIN_WAIT_1';
  return other.finAt < closedAt ? 'LAST_ACK' : 'CLOSING';
}

const seconds = (s: number): string => (s < 1 ? say`${Math.round(s * 1000)} ms` : say`${Number(s.toFixed(s < 10 ? 1 : 0))} s`);
const times = (n: number): string => (n === 1 ? say`once` : say`${n} times`);

/** How the flow ended, or why it has not. */
function ending(flow: Flow): string[] {
  const { a, b, from, until } = flow;
  const at = (t: number | null): string => say`after ${seconds((t ?? from) - from)}`;
  const out: string[] = [];
  for (const [me, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const name = addressText(me.address);
    if (me.rstAt !== null) {
      const quiet = me.rstAt - Math.max(other.lastAt ?? from, me.lastAt ?? from, from);
      out.push(
        quiet > 1
          ? say`${name} reset the connection ${at(me.rstAt)}, ${seconds(quiet)} after the last segment.`
          : say`${name} reset the connection ${at(me.rstAt)}.`,
      );
    }
    if (me.finAt === null || (other.finAt !== null && other.finAt < me.finAt)) continue;
    const far = addressText(other.address);
    if (other.finAt !== null) out.push(say`${name} closed first, ${at(me.finAt)}; ${far} closed ${seconds(other.finAt - me.finAt)} later.`);
    else if (hasAll(other, me) && other.rstAt === null && me.rstAt === null)
      out.push(
        say`${name} closed, ${at(me.finAt)}; ${far} acknowledged that and did not close in the ${seconds(until - me.finAt)} that the capture goes on: it is in CLOSE_WAIT.`,
      );
    else if (!hasAll(other, me)) out.push(say`${name} closed, ${at(me.finAt)}; ${far} never acknowledged it.`);
  }
  return out;
}

/** What an end waited for in vain. */
function troubles(me: End, other: End): string[] {
  const [name, far] = [addressText(me.address), addressText(other.address)];
  const out: string[] = [];
  if (me.syns > 0 && other.next === null && other.rstAt === null)
    return [say`${name} sent its SYN ${times(me.syns)}; ${far} never answered.`];
  const unacked = unackedOf(me, other);
  if (unacked > 0 && me.unanswered > 0 && me.fin === null)
    out.push(say`${unacked} bytes of ${name} were never acknowledged, sent again ${times(me.resent)}.`);
  if (me.probes > 0 && me.unanswered >= me.probes && unacked === 0)
    out.push(say`${name} probed ${times(me.probes)} and heard nothing of ${far}.`);
  if (other.window === 0) out.push(say`${far} keeps its window closed: its program does not read.`);
  else if (other.closedWindow) out.push(say`${far} had its window closed for a while.`);
  return out;
}

function signOf(flow: Flow): FlowSign {
  const { a, b, from, until, segments } = flow;
  const [caller, called] = [addressText(a.address), addressText(b.address)];
  const opened = flow.whole
    ? a.syns > 1 && b.next !== null
      ? say`${caller} connected to ${called}, with ${a.syns} SYNs.`
      : say`${caller} connected to ${called}.`
    : say`${caller} and ${called} were connected when the capture began.`;
  return {
    a: a.address,
    b: b.address,
    from,
    until,
    segments,
    story: [opened, ...troubles(a, b), ...troubles(b, a), ...ending(flow)],
    ends: { a: stateOf(a, b), b: stateOf(b, a) },
    unacked: { a: unackedOf(a, b), b: unackedOf(b, a) },
    zeroWindow: { a: a.window === 0, b: b.window === 0 },
  };
}
