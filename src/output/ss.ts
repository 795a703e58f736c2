/** Tables in the manner of `ss -tano`: the sockets of both hosts at a moment, read off a trace. */

import type { Experiment, Fault, HostName, Step } from '../kernel/experiment.js';
import type { CallRow, PacketRow, QueueRow, StateRow, TcpState, TimerRow, Trace } from '../kernel/trace.js';

/** One socket as `ss` would show it. Queues are null where the trace does not tell. */
export interface SocketRow {
  side: HostName;
  /** `<local port>-<remote port>`. */
  sock: string;
  state: TcpState;
  /** Bytes received and not read (and 1 for an end of stream not read); for a listener the length of its accept queue. */
  recvQ: number | null;
  /** Bytes sent and not acknowledged; for a listener the most that its accept queue holds. */
  sendQ: number | null;
  /** As `ss` writes it: `keepalive,58sec`; empty when no timer runs. */
  timer: string;
}

const OTHER: Record<HostName, HostName> = { A: 'B', B: 'A' };
const ADDRESS: Record<HostName, string> = { A: '10.77.0.1', B: '10.77.0.2' };
const SS_NAMES: Partial<Record<TcpState, string>> = {
  ESTABLISHED: 'ESTAB',
  SYN_SENT: 'SYN-SENT',
  SYN_RECV: 'SYN-RECV',
  FIN_WAIT_1: 'FIN-WAIT-1',
  FIN_WAIT_2: 'FIN-WAIT-2',
  TIME_WAIT: 'TIME-WAIT',
  CLOSE_WAIT: 'CLOSE-WAIT',
  LAST_ACK: 'LAST-ACK',
};
/** `tcp_timer` names of ss (misc/ss.c): everything that retransmits or acknowledges is `on`. */
const SS_TIMERS: Partial<Record<TimerRow['timer'], string>> = {
  keepalive: 'keepalive',
  persist: 'persist',
  TIME_WAIT: 'timewait',
  FIN_WAIT_2: 'timewait',
};

/** A socket with the row that gave it its present state. */
interface Living extends StateRow {
  /** When it came to be: an older socket on the same ports is another one. */
  born: number;
}

/** The rows of a trace by socket or connection, made once for all sockets. */
class Index {
  readonly packets: ReadonlyMap<string, PacketRow[]>;
  readonly calls: ReadonlyMap<string, CallRow[]>;
  readonly timers: ReadonlyMap<string, TimerRow[]>;
  /** Null where the trace has no queues: then they are read off its segments and calls. */
  readonly queues: ReadonlyMap<string, QueueRow[]> | null;

  constructor(readonly trace: Trace) {
    this.packets = grouped(trace.packets, (p) => p.conn);
    this.calls = grouped(trace.calls, (c) => `${c.side} ${c.sock ?? ''}`);
    this.timers = grouped(trace.timers ?? [], (t) => `${t.side} ${t.sock}`);
    this.queues = trace.queues === undefined ? null : grouped(trace.queues, (q) => `${q.side} ${q.sock}`);
  }
}

function grouped<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}

/** The sockets of both hosts at `at` (seconds), listeners first, then in the order in which they came to be. */
export function socketsAt(trace: Trace, at: number): SocketRow[] {
  const index = new Index(trace);
  return (['A', 'B'] as const).flatMap((side) => tableOf(index, side, at));
}

/** The sockets of one host at many moments. */
export function socketsAtEach(trace: Trace, side: HostName, moments: readonly number[]): SocketRow[][] {
  const index = new Index(trace);
  return moments.map((at) => tableOf(index, side, at));
}

function tableOf(index: Index, side: HostName, at: number): SocketRow[] {
  const sockets = livingAt(index.trace, side, at);
  sockets.sort((a, b) => Number(b.state === 'LISTEN') - Number(a.state === 'LISTEN') || a.born - b.born);
  return sockets.map((s) => rowOf(index, s, at));
}

function livingAt(trace: Trace, side: HostName, at: number): Living[] {
  if (isOff(trace.experiment, side, at)) return [];
  const since = bootedAt(trace.experiment, side, at);
  const now = new Map<string, Living>();
  for (const s of trace.states) {
    if (s.side !== side || s.t > at || s.t < since) continue;
    if (s.state === 'GONE') now.delete(s.sock);
    else now.set(s.sock, { ...s, born: now.get(s.sock)?.born ?? s.t });
  }
  return [...now.values()];
}

/** Has the host no power at this moment? */
function isOff(experiment: Experiment, side: HostName, at: number): boolean {
  return lastPower(experiment, side, at)?.fault === 'powerLoss';
}

function lastPower(experiment: Experiment, side: HostName, at: number): Fault | undefined {
  return (experiment.faults ?? [])
    .filter((f) => f.at <= at && (f.fault === 'powerLoss' || f.fault === 'boot') && f.host === side)
    .sort((a, b) => a.at - b.at)
    .at(-1);
}

function bootedAt(experiment: Experiment, side: HostName, at: number): number {
  return lastPower(experiment, side, at)?.at ?? -Infinity;
}

function rowOf(index: Index, s: Living, at: number): SocketRow {
  return { side: s.side, sock: s.sock, state: s.state, ...queuesAt(index, s, at), timer: timerAt(index, s, at) };
}

function queuesAt(index: Index, s: Living, at: number): Pick<SocketRow, 'recvQ' | 'sendQ'> {
  if (s.state === 'TIME_WAIT') return { recvQ: 0, sendQ: 0 };
  if (index.queues === null) return s.state === 'LISTEN' ? listenQueues(index.trace, s, at) : dataQueues(index, s, at);
  const last = (index.queues.get(`${s.side} ${s.sock}`) ?? []).filter((q) => q.t <= at && q.t >= s.born).at(-1);
  return { recvQ: last?.recvQ ?? 0, sendQ: last?.sendQ ?? 0 };
}

/** `ss` shows for a listener how many wait for accept() and how many may. */
function listenQueues(trace: Trace, s: Living, at: number): { recvQ: number; sendQ: number | null } {
  const port = s.sock.split('-')[0] ?? '';
  const waiting = new Set<string>();
  for (const row of trace.states) {
    if (
      row.side !== s.side ||
      row.t > at ||
      row.t < s.born ||
      !row.sock.startsWith(`${port}-`) ||
      row.state === 'LISTEN' ||
      row.state === 'SYN_RECV'
    )
      continue;
    if (row.state === 'ESTABLISHED') waiting.add(row.sock);
    if (row.state === 'GONE') waiting.delete(row.sock);
  }
  const accepted = trace.calls.filter(
    (c) => c.side === s.side && c.call === 'accept' && c.result === 0 && c.end !== null && c.end <= at && c.end >= s.born,
  );
  for (const c of accepted) if (c.sock != null) waiting.delete(c.sock);
  const backlog = backlogOf(trace.experiment, s.side, Number(port));
  return { recvQ: waiting.size, sendQ: backlog };
}

function backlogOf(experiment: Experiment, side: HostName, port: number): number | null {
  const listens = (steps: readonly Step[]): number[] =>
    steps.flatMap((s) => (s.do === 'listen' && s.port === port ? [s.backlog ?? 128] : 'steps' in s ? listens(s.steps) : []));
  const [backlog] = experiment.programs.filter((p) => p.host === side).flatMap((p) => listens(p.steps));
  const most = Number(experiment.sysctls?.[side]?.['net.core.somaxconn'] ?? 4096);
  return backlog === undefined ? null : backlog < 0 ? most : Math.min(backlog, most);
}

/** Does the trace tell which call used which socket? A model may leave that out. */
function hasSocks(trace: Trace): boolean {
  return trace.calls.some((c) => c.sock != null);
}

/** Bytes of the stream that have come without a gap, and whether its end has. */
function received(packets: readonly PacketRow[], at: number): { next: number; ended: boolean } {
  const come = packets
    .filter((p) => p.dropped === null && p.seq !== null && !p.flags.includes('R') && (p.arrives ?? p.t) <= at)
    .sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
  let next = 1;
  let ended = false;
  for (const p of come) {
    const end = (p.seq ?? 0) + p.len;
    if (p.flags.includes('S') || (p.seq ?? 0) > next || end < next) continue;
    next = Math.max(next, end);
    ended ||= p.flags.includes('F') && end === next;
  }
  return { next, ended };
}

function dataQueues(index: Index, s: Living, at: number): { recvQ: number | null; sendQ: number | null } {
  if (s.state === 'SYN_SENT') return { recvQ: 0, sendQ: 1 };
  if (s.state === 'SYN_RECV') return { recvQ: 0, sendQ: 0 };
  const conn = s.side === 'A' ? s.sock : s.sock.split('-').reverse().join('-');
  // Segments of this connection, not of an older one on the same ports: a little before the state row, which follows its cause.
  const { trace } = index;
  const packets = (index.packets.get(conn) ?? []).filter((p) => p.t >= s.born - (trace.experiment.rttMs ?? 0) / 1000 - 0.05 && p.t <= at);
  const all = (index.calls.get(`${s.side} ${s.sock}`) ?? []).filter((c) => c.start <= at && (c.end ?? at) >= s.born - 0.05);
  const calls = all.filter((c) => c.end !== null && c.end <= at);
  // How much a send() that is still blocked has put into the buffer, the trace does not tell.
  const isSending = all.some((c) => (c.call === 'send' || c.call === 'fill') && (c.end === null || c.end > at));
  if (calls.length === 0 && !hasSocks(trace)) return { recvQ: null, sendQ: null };
  const total = (names: readonly string[]): number =>
    calls.filter((c) => names.includes(c.call)).reduce((n, c) => n + Math.max(0, Number(c.result) || 0), 0);
  const { next, ended } = received(
    packets.filter((p) => p.from !== s.side),
    at,
  );
  const endRead = calls.some((c) => (c.call === 'recv' && c.result === 0) || (c.call === 'recvUntilEof' && c.errno === null));
  const acked = Math.max(
    1,
    ...packets.filter((p) => p.from !== s.side && p.dropped === null && p.ack !== null && (p.arrives ?? p.t) <= at).map((p) => p.ack ?? 1),
  );
  const isFinOut = packets.some((p) => p.from === s.side && p.flags.includes('F'));
  const written = total(['send', 'fill']) + 1 + (isFinOut ? 1 : 0);
  return {
    recvQ: Math.max(0, next - 1 - total(['recv', 'recvUntilEof'])) + (ended && !endRead ? 1 : 0),
    sendQ: isSending ? null : Math.max(0, written - acked),
  };
}

function timerAt(index: Index, s: Living, at: number): string {
  const running = (index.timers.get(`${s.side} ${s.sock}`) ?? []).filter(
    (t) => t.timer !== 'delayed ACK' && t.start <= at && (t.end === null || t.end > at),
  );
  const [first] = running.sort((a, b) => Number(a.timer === 'keepalive') - Number(b.timer === 'keepalive'));
  if (!first) return '';
  const name = SS_TIMERS[first.timer] ?? 'on';
  return first.end !== null && first.fired ? `${name},${remaining(first.end - at)}` : name;
}

/** `print_ms_timer()` of ss: 340ms, 6.200sec, 58sec, 1min58sec, 119min. */
function remaining(left: number): string {
  const whole = Math.floor(left);
  if (left < 1) return `${Math.round(left * 1000)}ms`;
  if (left < 9)
    return `${left
      .toFixed(3)
      .replace(/0{1,3}$/, '')
      .replace(/\.$/, '')}sec`;
  if (whole < 60) return `${whole}sec`;
  return `${Math.floor(whole / 60)}min${whole >= 600 ? '' : `${whole % 60}sec`}`;
}

const COLUMNS = ['State', 'Recv-Q', 'Send-Q', 'Local Address:Port', 'Peer Address:Port', 'Timer'] as const;

/** Both hosts' tables at `at` (seconds). */
export function ssTable(trace: Trace, at: number): string {
  const rows = socketsAt(trace, at);
  const parts = (['A', 'B'] as const).map((side) => {
    const head = `host ${side} at ${Number(at.toFixed(4))} s`;
    if (isOff(trace.experiment, side, at)) return `${head}: no power\n`;
    const table = [[...COLUMNS], ...rows.filter((r) => r.side === side).map(cells)];
    const widths = COLUMNS.map((_, i) => Math.max(...table.map((r) => r[i]?.length ?? 0)));
    return `${head}\n${table
      .map((r) =>
        r
          .map((c, i) => c.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd(),
      )
      .join('\n')}\n`;
  });
  return parts.join('\n');
}

function cells(row: SocketRow): string[] {
  const [local = '', remote = ''] = row.sock.split('-');
  const isListener = row.state === 'LISTEN';
  const queue = (n: number | null): string => (n === null ? '-' : String(n));
  return [
    SS_NAMES[row.state] ?? row.state,
    queue(row.recvQ),
    queue(row.sendQ),
    `${isListener ? '0.0.0.0' : ADDRESS[row.side]}:${local}`,
    isListener ? '0.0.0.0:*' : `${ADDRESS[OTHER[row.side]]}:${remote}`,
    row.timer === '' ? '' : `timer:(${row.timer})`,
  ];
}
