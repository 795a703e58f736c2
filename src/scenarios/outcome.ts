/** Reads off a run what our code saw of the failure, and what in the kernel decided it. */

import { sysctlsOf } from '../kernel/sysctl.js';
import type { KernelVersion, Sysctls } from '../kernel/sysctl-table.js';
import type { CallRow, PacketRow, TcpState, Trace } from '../kernel/trace.js';
import { OURS } from './our-program.js';
import type { ConnectionProfile, ProfileStep } from './profile.js';

/**
 * error: a call failed; limit: the code's own time limit ended the wait; end: a read said end of stream; resumed: the blocked call went on;
 * blocked: a call never returns; nothing: no call of ours was concerned.
 */
type OutcomeKind = 'error' | 'limit' | 'end' | 'resumed' | 'blocked' | 'nothing';

export interface Outcome {
  kind: OutcomeKind;
  /** The call of the user's code, and its line. */
  call: string | null;
  line: number | null;
  errno: string | null;
  /** Seconds after the failure; null when the call never returns. */
  after: number | null;
  /** The row of the trace. */
  row: CallRow | null;
}

/** When the failure of a run begins, seconds. */
export function eventOf(trace: Trace): number {
  return trace.experiment.model?.event ?? 0;
}

function all(steps: readonly ProfileStep[]): ProfileStep[] {
  return steps.flatMap((s) => [s, ...all(s.steps ?? [])]);
}

/**
 * The user's call that a row belongs to: a poll() of the runtime belongs to the connect that has just begun, else to the recv or
 * send of its line, where a library's call may do all three.
 */
function callOf(row: CallRow, profile: ConnectionProfile, previous: CallRow | undefined): string {
  if (row.call === 'getsockopt') return 'connect';
  if (row.call !== 'poll') return row.call === 'recvUntilEof' ? 'recv' : row.call;
  if (previous && startsConnecting(previous)) return 'connect';
  const own = all(profile.steps).filter((s) => s.line === row.line);
  const waits = own.some((s) => s.do === 'recv' || s.do === 'recvUntilEof');
  return waits ? 'recv' : (own.find((s) => s.do !== 'connect')?.do ?? own[0]?.do ?? 'recv');
}

/** A call that returns within this did not wait (seconds). */
const AT_ONCE = 0.001;

function endsStream(row: CallRow): boolean {
  return row.errno === null && row.end !== null && ((row.call === 'recv' && row.result === 0) || row.call === 'recvUntilEof');
}

/** A non-blocking connect() says EINPROGRESS at once; one that says it after a while had a time limit (SO_SNDTIMEO). */
export function startsConnecting(row: CallRow): boolean {
  return row.errno === 'EINPROGRESS' && row.end !== null && row.end - row.start < AT_ONCE;
}

function kindOf(row: CallRow): OutcomeKind | null {
  if (row.end === null) return 'blocked';
  if (row.call === 'fill' || startsConnecting(row)) return null;
  if (row.call === 'getsockopt') return typeof row.result === 'string' ? 'error' : null;
  if (row.errno !== null) return 'error';
  if (row.call === 'poll' && row.result === '') return 'limit';
  return endsStream(row) ? 'end' : null;
}

/** What our code saw first of the failure. */
export function outcomeOf(trace: Trace, profile: ConnectionProfile, event = eventOf(trace)): Outcome {
  const ours = trace.calls.filter((c) => c.program === OURS);
  const rows = ours.filter((c) => c.end === null || c.end >= event);
  const told = (row: CallRow, kind: OutcomeKind): Outcome => ({
    kind,
    call: callOf(row, profile, ours[ours.indexOf(row) - 1]),
    line: row.line ?? null,
    row,
    errno: kind === 'error' ? (row.errno ?? String(row.result)) : null,
    after: row.end === null ? null : row.end - event,
  });
  const heard = rows.find((r) => r.call === 'recv' && r.end !== null && typeof r.result === 'number' && r.result > 0);
  for (const row of rows) {
    const kind = kindOf(row);
    // Who has heard from the peer since and then waits again is not held up by the failure.
    if (kind === 'blocked' && heard) return told(heard, 'resumed');
    if (kind) return told(row, kind);
  }
  const wait = (r: CallRow): number => (r.end ?? 0) - Math.max(r.start, event);
  const through = rows.filter((r) => r.call === 'recv' || r.call === 'send' || r.call === 'accept' || r.call === 'poll');
  const waited = through.reduce<CallRow | undefined>((longest, r) => (longest && wait(longest) >= wait(r) ? longest : r), undefined);
  // A call with a limit waits in poll() first: it goes on, not the poll.
  const next = waited?.call === 'poll' ? rows[rows.indexOf(waited) + 1] : undefined;
  return waited
    ? told(next && through.includes(next) ? next : waited, 'resumed')
    : { kind: 'nothing', call: null, line: null, errno: null, after: null, row: null };
}

/** The state changes of our connection: of the last one, where the path opened several. */
export function ourStates(trace: Trace): { t: number; state: TcpState }[] {
  const ours = trace.states.filter((s) => s.side === 'A' && !s.sock.endsWith('-0'));
  const last = ours[ours.length - 1]?.sock;
  return ours.filter((s) => s.sock === last);
}

/** Our connection's state at the end of the run; null when the kernel has none. */
export function lastState(trace: Trace): TcpState | null {
  const state = ourStates(trace).at(-1)?.state;
  return state === undefined || state === 'GONE' ? null : state;
}

/** How long our connection was in a state (seconds): null if it never was, `until: null` if it still is. */
export function timeIn(trace: Trace, state: TcpState): { from: number; until: number | null } | null {
  const rows = ourStates(trace);
  const i = rows.findIndex((r) => r.state === state);
  const row = rows[i];
  return row ? { from: row.t, until: rows[i + 1]?.t ?? null } : null;
}

/** What in the kernel, the code or the network made the outcome. */
export type Cause =
  | 'limit'
  | 'end of stream'
  | 'refused'
  | 'reset'
  | 'address'
  | 'syn'
  | 'keepalive'
  | 'retransmission'
  | 'window probe'
  | 'resumed'
  | 'answered'
  | 'zero window'
  | 'silence'
  | 'through'
  | 'local'
  | 'nothing';

const ourPackets = (trace: Trace, from: number, to: number): PacketRow[] =>
  trace.packets.filter((p) => p.from === 'A' && p.t >= from && p.t <= to);

/** Why the call failed: the last thing that the wire shows before it. */
function causeOfError(trace: Trace, outcome: Outcome): Cause {
  const end = outcome.row?.end ?? 0;
  const start = Math.min(eventOf(trace), outcome.row?.start ?? 0);
  const trip = (trace.experiment.rttMs ?? 0) / 1000;
  const reset = trace.packets.some((p) => p.from === 'B' && p.dropped === null && p.flags.includes('R') && p.t >= start && p.t <= end);
  if (outcome.errno === 'EAGAIN' || outcome.errno === 'EINPROGRESS') return 'limit';
  if (reset) return outcome.errno === 'ECONNREFUSED' ? 'refused' : 'reset';
  if (
    trace.packets.some((p) => p.flags.startsWith('ARP who') && p.from === 'A' && p.t >= end - 2 * trip - 4 && p.t <= end) &&
    outcome.errno === 'EHOSTUNREACH'
  )
    return 'address';
  const sent = ourPackets(trace, start, end);
  if (outcome.call === 'connect' && sent.some((p) => p.flags === 'S')) return 'syn';
  const probing = sent.filter((p) => p.kind !== '').at(-1);
  if (probing?.kind === 'keepalive') return 'keepalive';
  if (probing?.kind === 'window-probe') return 'window probe';
  return probing ? 'retransmission' : 'local';
}

function causeOfSilence(trace: Trace): Cause {
  const event = eventOf(trace);
  const sent = ourPackets(trace, event, Infinity);
  if (sent.some((p) => p.kind === 'window-probe')) return 'zero window';
  if (sent.some((p) => p.kind === 'keepalive' && p.dropped === null)) return 'answered';
  const again = sent.filter((p) => p.kind === 'retrans' || p.kind === 'tlp');
  if (again.length === 0) return 'silence';
  return again.some((p) => p.dropped === null) ? 'through' : 'retransmission';
}

/** What became of data that our code had handed to the kernel before it went on: on the wire, not in what our code is told. */
export type Fate = 'lost' | 'refused' | 'delivered';

/** For a send() that returned at once after the failure, while no later call failed; null for every other outcome. */
export function fateOf(trace: Trace, outcome: Outcome): Fate | null {
  const { row } = outcome;
  if (outcome.kind !== 'resumed' || outcome.call !== 'send' || row?.end == null || row.end - Math.max(row.start, eventOf(trace)) > AT_ONCE)
    return null;
  const data = trace.packets.filter((p) => p.from === 'A' && p.len > 0 && p.t >= row.start && (row.sock == null || p.conn === row.sock));
  if (data.length === 0) return null;
  if (data.every((p) => p.dropped !== null)) return 'lost';
  return trace.packets.some((p) => p.from === 'B' && p.dropped === null && p.flags.includes('R') && p.t >= row.start)
    ? 'refused'
    : 'delivered';
}

export function causeOf(trace: Trace, outcome: Outcome): Cause {
  switch (outcome.kind) {
    case 'error':
      return causeOfError(trace, outcome);
    case 'limit':
      return 'limit';
    case 'end':
      return 'end of stream';
    case 'resumed':
      return 'resumed';
    case 'blocked':
      return causeOfSilence(trace);
    case 'nothing':
      return 'nothing';
  }
}

/** Host A's sysctls as the run had them. */
export function ourSysctls(trace: Trace): Sysctls {
  const { sysctls, model } = trace.experiment;
  return sysctlsOf(sysctls?.A, (model?.kernel ?? trace.kernel) as KernelVersion, model?.hz).sysctls;
}

/** Segments of the peer that were sent again after the failure. */
export function countResentByPeer(trace: Trace): number {
  return trace.packets.filter((p) => p.from === 'B' && p.t >= eventOf(trace) && (p.kind === 'retrans' || p.kind === 'tlp')).length;
}

/** Our segments of a kind after the failure and up to the outcome. */
export function countSent(trace: Trace, outcome: Outcome, kinds: readonly PacketRow['kind'][]): number {
  const end = outcome.row?.end ?? Infinity;
  return ourPackets(trace, Math.min(eventOf(trace), outcome.row?.start ?? Infinity), end).filter((p) => kinds.includes(p.kind)).length;
}
