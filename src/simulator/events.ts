/** A trace as a list of events, one after the other: what the table shows and the playhead steps through. Pure. */

import type { HostName } from '../kernel/experiment.js';
import type { CallRow, PacketRow, StateRow, TcpState, Trace } from '../kernel/trace.js';
import { queueWords, type QueueWords } from './queues.js';
import { LEFT, callName, faultText, lossReason, numbers, outcome, programName, segment } from './words.js';
import type { Leak } from '../scenarios/leak.js';
import { startsConnecting } from '../scenarios/outcome.js';
import { say } from '../words/say.js';

type EventKind = 'call' | 'return' | 'left' | 'segment' | 'state' | 'fault';

export interface LadderEvent {
  index: number;
  t: number;
  kind: EventKind;
  /** Whose doing it is; null for the network's. */
  side: HostName | null;
  /** In plain words. */
  text: string;
  /** Numbers for those who read captures, or the source line's number in words. */
  detail: string;
  errno: string | null;
  lost: boolean;
  /** Line of the user's code that this event belongs to. */
  line: number | null;
  /** States of the shown connection after this event; null where there is no socket. */
  ours: ShownState | null;
  theirs: ShownState | null;
  /** What waits in both sockets' queues after this event, in words; empty where nothing does. */
  queues: QueueWords;
  /** Our call that is under way after this event, or returns with it. */
  waiting: CallRow | null;
}

type Draft = Omit<LadderEvent, 'index' | 'ours' | 'theirs' | 'queues' | 'waiting'> & { order: number; call?: CallRow };

/** Calls shorter than this (seconds) are one event, longer ones are a call and a return. */
export const AT_ONCE = 0.001;

/** Things this near (seconds) belong to one moment: the model's are exact, a kernel's trace is not. */
const NEAR = 0.0002;

/** The connection (`40000-5000`) that our code's calls are about, else the first one on the wire. */
export function mainConnection(trace: Trace): string | null {
  const named =
    trace.calls.find((call) => call.side === 'A' && call.line !== undefined && isConnection(call.sock)) ??
    trace.calls.find((call) => call.side === 'A' && isConnection(call.sock));
  return named?.sock ?? trace.packets.find((packet) => packet.conn !== '')?.conn ?? null;
}

const isConnection = (sock: string | null | undefined): sock is string => typeof sock === 'string' && !sock.endsWith('-0');

/** All connections of a trace in the order of their first segment. */
export function connections(trace: Trace): string[] {
  return [...new Set(trace.packets.map((packet) => packet.conn))].filter((conn) => conn !== '');
}

/** When a segment reaches the other side, seconds; a lost one would have. */
export function arrival(packet: PacketRow, trace: Trace): number {
  return packet.arrives ?? packet.t + (trace.experiment.rttMs ?? 0) / 2000;
}

const reversed = (conn: string): string => conn.split('-').reverse().join('-');

/** A socket's state; `OFF` while its host has no power. */
export type ShownState = TcpState | 'OFF';

export interface Period {
  state: ShownState;
  from: number;
  to: number;
}

/** State rows of one side's end of a connection, with its listener's until the connection exists. */
function statesOf(trace: Trace, side: HostName, conn: string): StateRow[] {
  const sock = side === 'A' ? conn : reversed(conn);
  const listener = `${sock.split('-')[0] ?? ''}-0`;
  const own = trace.states.filter((row) => row.side === side && row.sock === sock);
  const first = own[0]?.t ?? Infinity;
  return [...trace.states.filter((row) => row.side === side && row.sock === listener && row.t < first), ...own];
}

/** What one side's end of a connection goes through, up to `end` (seconds): each state until the next. */
export function statePeriods(trace: Trace, side: HostName, conn: string, end: number): Period[] {
  const faults = trace.experiment.faults ?? [];
  const power = faults.flatMap((fault): Period[] => {
    if (fault.fault !== 'powerLoss' || fault.host !== side) return [];
    const boot = faults.find((other) => other.fault === 'boot' && other.host === side && other.at > fault.at);
    return [{ state: 'OFF', from: fault.at, to: boot?.at ?? end }];
  });
  const rows = [...statesOf(trace, side, conn).map((row): Period => ({ state: row.state, from: row.t, to: end })), ...power]
    .filter((row) => row.from <= end)
    .sort((a, b) => a.from - b.from);
  return rows.map((row, index) => ({ ...row, to: Math.min(row.to, rows[index + 1]?.from ?? end, end) }));
}

/** State at a time: of the last period that had begun and not ended; null where there is none. */
function stateAt(periods: readonly Period[], t: number): ShownState | null {
  const period = periods.filter((one) => one.from <= t + NEAR).at(-1);
  return period === undefined || (period.state === 'OFF' && t > period.to) ? null : period.state;
}

/** Nothing is called where an event is waited for. */
function waiting(call: CallRow): string {
  const text = callName(call);
  return call.end === null ? say`${text} waits, and no event comes` : say`${text} waits`;
}

const unended = ({ limited }: CallRow, name: string): string =>
  limited ? say`${name} begins and returns when its limit is over` : say`${name} begins and never returns`;

function callDrafts(call: CallRow): Draft[] {
  const ended = call.end !== null && call.end - call.start < AT_ONCE;
  const line = call.side === 'A' ? (call.line ?? null) : null;
  const errno = startsConnecting(call) ? null : call.errno;
  const base = { call, side: call.side, detail: line === null ? programName(call.program) : say`line ${line}`, lost: false, line };
  const text = callName(call);
  const result = outcome(call);
  if (ended) return [{ ...base, t: call.start, kind: 'return', text: `${text} → ${result ?? ''}`, errno, order: 1 }];
  const begin: Draft = {
    ...base,
    t: call.start,
    kind: 'call',
    text: call.isEvent ? waiting(call) : call.end === null ? unended(call, text) : say`${text} begins`,
    errno: null,
    order: 1,
  };
  if (call.end === null) return [begin];
  return [begin, { ...base, t: call.end, kind: 'return', text: `${text} → ${result ?? ''}`, errno, order: 4 }];
}

function segmentDraft(packet: PacketRow): Draft {
  const loss = lossReason(packet);
  return {
    t: packet.t,
    kind: 'segment',
    side: packet.from,
    text: loss === null ? segment(packet) : `${segment(packet)}: ${loss}`,
    detail: numbers(packet),
    errno: null,
    lost: loss !== null,
    line: null,
    order: 2,
  };
}

/** Nothing is called where a connection is lost: the place where close() is missing. */
function leftDraft({ at, line }: Leak): Draft {
  return { t: at, kind: 'left', side: 'A', text: LEFT.join('; '), detail: say`line ${line}`, errno: null, lost: false, line, order: 5 };
}

/** State changes as events of their own: the picture's states, in words. */
function stateDrafts(side: HostName, periods: readonly Period[]): Draft[] {
  return periods.flatMap((period, index): Draft[] => {
    const before = periods[index - 1]?.state;
    if (before === undefined || before === 'OFF' || period.state === 'OFF' || period.state === before) return [];
    const text = period.state === 'GONE' ? say`${before} ends: the socket is gone` : `${before} → ${period.state}`;
    return [{ t: period.from, kind: 'state', side, text, detail: '', errno: null, lost: false, line: null, order: 3 }];
  });
}

/** Calls of our host's programs are all shown; the peer's when they concern this connection or its listener. */
export function shownCalls(trace: Trace, conn: string | null): CallRow[] {
  return trace.calls.filter(
    (call) => call.side === 'A' || conn === null || call.sock === reversed(conn) || call.sock == null || call.sock.endsWith('-0'),
  );
}

/**
 * All events of a trace in the order of time, with both states of one connection after each.
 * @param conn as in `PacketRow.conn`; null for none
 * @param leak where our code leaves the connection open
 */
export function eventsOf(trace: Trace, conn: string | null, leak: Leak | null = null): LadderEvent[] {
  const periods = (side: HostName): Period[] => (conn === null ? [] : statePeriods(trace, side, conn, trace.experiment.durationS));
  const [ours, theirs] = [periods('A'), periods('B')];
  const drafts: Draft[] = [
    ...(trace.experiment.faults ?? []).map((fault): Draft => ({
      t: fault.at,
      kind: 'fault',
      side: null,
      text: faultText(fault),
      detail: '',
      errno: null,
      lost: false,
      line: null,
      order: 0,
    })),
    ...shownCalls(trace, conn).flatMap(callDrafts),
    ...trace.packets.map(segmentDraft),
    ...(leak === null ? [] : [leftDraft(leak)]),
    ...stateDrafts('A', ours),
    ...stateDrafts('B', theirs),
  ];
  const waiting = waitingCalls(trace.calls.filter((call) => call.side === 'A'));
  const queues = queueWords(trace, conn);
  return drafts
    .sort((a, b) => a.t - b.t || a.order - b.order)
    .map(({ order: _order, call, ...event }, index) => {
      const under = waiting(event.t);
      return {
        ...event,
        index,
        ours: stateAt(ours, event.t),
        theirs: stateAt(theirs, event.t),
        queues: queues(event.t),
        waiting: call?.side === 'A' ? call : under,
      };
    });
}

/**
 * Tells which of our calls is under way at a time: the one that began last when programs overlap, those of the user's code first.
 * Times must be asked for in order: a run of thousands of calls is walked through once.
 * @param calls in the order of their start
 */
function waitingCalls(calls: readonly CallRow[]): (t: number) => CallRow | null {
  let under: CallRow[] = [];
  let next = 0;
  return (t) => {
    for (let call = calls[next]; call !== undefined && call.start <= t + NEAR; call = calls[++next]) under.push(call);
    under = under.filter((call) => call.end === null || call.end >= t - NEAR);
    return under.filter((call) => call.line !== undefined).at(-1) ?? under.at(-1) ?? null;
  };
}

/**
 * The event a reader should see first: where our code gets its errno; else where it starts to wait for ever; else where it leaves
 * the connection open; else where it is told the end of the stream; else the last thing that happens to our code.
 * What was over before the failure does not count.
 * @param since when the failure begins, seconds
 */
export function decisive(events: readonly LadderEvent[], since = 0): number {
  const ours = events.filter((event) => event.side === 'A' && (event.kind === 'call' || event.kind === 'return'));
  const later = ours.filter((event) => event.t >= since - NEAR);
  const failed = later.find((event) => event.errno !== null);
  const endless = ours.find((event) => event.kind === 'call' && event.waiting?.end === null);
  const left = events.find((event) => event.kind === 'left');
  const ended = later.find((event) => event.kind === 'return' && event.waiting?.result === 0 && event.waiting.call === 'recv');
  return (failed ?? endless ?? left ?? ended ?? ours.at(-1) ?? events[0])?.index ?? 0;
}
