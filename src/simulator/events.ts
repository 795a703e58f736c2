/** A trace as a list of events, one after the other: what the table shows and the playhead steps through. Pure. */

import type { HostName } from '../kernel/experiment.js';
import type { CallRow, PacketRow, StateRow, TcpState, Trace } from '../kernel/trace.js';
import { callName, faultText, lossReason, numbers, outcome, segment } from './words.js';

export type EventKind = 'call' | 'return' | 'segment' | 'state' | 'fault';

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
  ours: TcpState | null;
  theirs: TcpState | null;
  /** Our call that is under way after this event, or returns with it. */
  waiting: CallRow | null;
}

type Draft = Omit<LadderEvent, 'index' | 'ours' | 'theirs' | 'waiting'> & { order: number };

/** Calls shorter than this (seconds) are one event, longer ones are a call and a return. */
export const AT_ONCE = 0.001;

/** Things this near (seconds) belong to one moment: the model's are exact, a kernel's trace is not. */
const NEAR = 0.0002;

/** The connection (`40000-5000`) that our code's calls are about, else the first one on the wire. */
export function mainConnection(trace: Trace): string | null {
  const named = trace.calls.find((call) => call.side === 'A' && call.line !== undefined && isConnection(call.sock))
    ?? trace.calls.find((call) => call.side === 'A' && isConnection(call.sock));
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

/** State rows of one side's end of a connection, with its listener's until the connection exists. */
export function statesOf(trace: Trace, side: HostName, conn: string): StateRow[] {
  const sock = side === 'A' ? conn : reversed(conn);
  const listener = `${sock.split('-')[0] ?? ''}-0`;
  const own = trace.states.filter((row) => row.side === side && row.sock === sock);
  const first = own[0]?.t ?? Infinity;
  return [...trace.states.filter((row) => row.side === side && row.sock === listener && row.t < first), ...own];
}

function stateAt(rows: readonly StateRow[], t: number): TcpState | null {
  let state: TcpState | null = null;
  for (const row of rows) if (row.t <= t + NEAR) state = row.state;
  return state;
}

function callDrafts(call: CallRow): Draft[] {
  const ended = call.end !== null && call.end - call.start < AT_ONCE;
  const line = call.side === 'A' ? call.line ?? null : null;
  const base = { side: call.side, detail: line === null ? call.program : `line ${line}`, lost: false, line };
  const text = callName(call);
  const result = outcome(call);
  if (ended) return [{ ...base, t: call.start, kind: 'return', text: `${text} → ${result ?? ''}`, errno: call.errno, order: 1 }];
  const begin: Draft = { ...base, t: call.start, kind: 'call', text: call.end === null ? `${text} begins and never returns` : `${text} begins`, errno: null, order: 1 };
  if (call.end === null) return [begin];
  return [begin, { ...base, t: call.end, kind: 'return', text: `${text} → ${result ?? ''}`, errno: call.errno, order: 4 }];
}

function segmentDraft(packet: PacketRow): Draft {
  const loss = lossReason(packet);
  return {
    t: packet.t, kind: 'segment', side: packet.from, text: loss === null ? segment(packet) : `${segment(packet)}: ${loss}`,
    detail: numbers(packet), errno: null, lost: loss !== null, line: null, order: 2,
  };
}

/** State changes as events of their own: the picture's states, in words. */
function stateDrafts(rows: readonly StateRow[]): Draft[] {
  return rows.flatMap((row, index): Draft[] => {
    const before = rows[index - 1]?.state;
    if (before === undefined || row.state === before) return [];
    const text = row.state === 'GONE' ? `${before} ends: the socket is gone` : `${before} → ${row.state}`;
    return [{ t: row.t, kind: 'state', side: row.side, text, detail: row.sock, errno: null, lost: false, line: null, order: 3 }];
  });
}

/** Calls of our host's programs are all shown; the peer's when they concern this connection or its listener. */
export function shownCalls(trace: Trace, conn: string | null): CallRow[] {
  return trace.calls.filter((call) => call.side === 'A' || conn === null || call.sock === reversed(conn) || call.sock == null || call.sock.endsWith('-0'));
}

/**
 * All events of a trace in the order of time, with both states of one connection after each.
 * @param conn as in `PacketRow.conn`; null for none
 */
export function eventsOf(trace: Trace, conn: string | null): LadderEvent[] {
  const ours = conn === null ? [] : statesOf(trace, 'A', conn);
  const theirs = conn === null ? [] : statesOf(trace, 'B', conn);
  const drafts: Draft[] = [
    ...(trace.experiment.faults ?? []).map((fault): Draft => ({
      t: fault.at, kind: 'fault', side: null, text: faultText(fault), detail: '', errno: null, lost: false, line: null, order: 0,
    })),
    ...shownCalls(trace, conn).flatMap(callDrafts),
    ...trace.packets.map(segmentDraft),
    ...stateDrafts(ours), ...stateDrafts(theirs),
  ];
  const mine = trace.calls.filter((call) => call.side === 'A');
  return drafts.sort((a, b) => a.t - b.t || a.order - b.order).map(({ order, ...event }, index) => ({
    ...event, index,
    ours: stateAt(ours, event.t), theirs: stateAt(theirs, event.t),
    waiting: waitingAt(mine, event.t),
  }));
}

/** Our call under way at a time; the one that began last when programs overlap, those of the user's code first. */
export function waitingAt(calls: readonly CallRow[], t: number): CallRow | null {
  const under = calls.filter((call) => call.start <= t + NEAR && (call.end === null || call.end >= t - NEAR));
  const own = under.filter((call) => call.line !== undefined);
  return (own.length > 0 ? own : under).at(-1) ?? null;
}

/**
 * The event a reader should see first: where our code gets its errno; else where it starts to wait for ever;
 * else the last thing that happens to our code.
 */
export function decisive(events: readonly LadderEvent[]): number {
  const ours = events.filter((event) => event.side === 'A' && (event.kind === 'call' || event.kind === 'return'));
  const failed = ours.find((event) => event.errno !== null && event.errno !== 'EINPROGRESS');
  const endless = ours.find((event) => event.kind === 'call' && event.waiting?.end === null);
  return (failed ?? endless ?? ours.at(-1) ?? events[0])?.index ?? 0;
}
