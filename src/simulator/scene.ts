/** What of a trace is drawn, and the room that each thing needs: the step between a trace and its coordinates. Pure. */

import type { HostName } from '../kernel/experiment.js';
import type { CallRow, Trace } from '../kernel/trace.js';
import { bursts, type Burst } from './bursts.js';
import type { Leak } from '../scenarios/leak.js';
import { OURS } from '../scenarios/our-program.js';
import { AT_ONCE, arrival, shownCalls, statePeriods, type Period, type ShownState } from './events.js';
import { queuePeriods, type QueuePeriod } from './queues.js';
import { timeScale, type Constraint, type Moment, type TimeScale } from './scale.js';
import { faultText, faultWord } from './words.js';

/** Height of a line of text with its room, pixels. */
export const ROW = 19;

export interface SceneOptions {
  conn: string | null;
  /** Where our code leaves the connection open. */
  leak: Leak | null;
  /** Segments beyond so many are not drawn: the table has them. */
  maxSegments: number;
  /** Little width: programs share one column of calls, and the labels of both directions one of segments. */
  narrow: boolean;
  /** The labels of both directions share a column although the picture is not narrow. */
  sharedWire?: boolean;
}

/** Something that takes a row of a lane: labels of one lane never overlap. */
interface Item {
  lane: string;
  start: Moment;
  /** Rows of text from its start. */
  rows: number;
  /** Where a block must have ended with all its rows, or null for one without an end. */
  end: Moment | null;
}

interface Placed<T> {
  row: T;
  start: Moment;
  end: Moment | null;
}

/** Everything of a trace that is drawn, before it has coordinates. */
export interface Scene {
  trace: Trace;
  conn: string | null;
  calls: Placed<CallRow>[];
  /** Which column of its side's calls a program has; programs that are not named are not drawn. */
  columns: ReadonlyMap<string, number>;
  /** Where our code left the connection open, in the column of its calls. */
  left: Placed<Leak> | null;
  /** `leaked`: nobody is left to close it. */
  states: Placed<{ side: HostName; state: ShownState; leaked: boolean }>[];
  /** What stands in the queues of both sockets. */
  queues: Placed<QueuePeriod>[];
  packets: Placed<Burst>[];
  timers: Placed<NonNullable<Trace['timers']>[number]>[];
  marks: Placed<{ text: string; short: string }>[];
  items: Item[];
  moments: Moment[];
  cutAt: number | null;
  end: number;
}

/** Gives out the rank of the next thing at a time in a lane, so that things of one instant stand one below the other. */
function ranks(): (lane: string, t: number) => Moment {
  const used = new Map<string, number>();
  return (lane, t) => {
    const rank = used.get(`${lane} ${t}`) ?? 0;
    used.set(`${lane} ${t}`, rank + 1);
    return { t, rank };
  };
}

/** Timers that only show the machinery at work (cancelled within a second, or put off an acknowledgement) are left out. */
const MATTERS = 0.9;
const MACHINERY: readonly string[] = ['delayed ACK', 'reordering'];

/** Columns of calls for programs of one host that run at the same time: wide and narrow pictures. */
const MOST_COLUMNS = { wide: 2, narrow: 1 } as const;

/** Programs that never run at the same time share a column; those of the user's code and of this connection come first. */
function columnsOf(trace: Trace, calls: readonly CallRow[], conn: string | null, most: number): Map<string, number> {
  const result = new Map<string, number>();
  for (const side of ['A', 'B'] as const) {
    const own = calls.filter((row) => row.side === side);
    const programs = [...new Set(own.map((row) => row.program))]
      .map((name) => {
        const rows = own.filter((row) => row.program === name);
        const matters = rows.some((row) => row.line !== undefined) ? 0 : rows.some((row) => row.sock === conn) ? 1 : 2;
        return {
          name,
          matters,
          from: rows[0]?.start ?? 0,
          to: Math.max(...rows.map((row) => row.end ?? stoppedAt(trace, row) ?? Infinity)),
        };
      })
      .sort((a, b) => a.matters - b.matters || a.from - b.from);
    const taken: { from: number; to: number }[][] = [];
    for (const program of programs) {
      const free = taken.findIndex((spans) => spans.every((span) => span.to <= program.from || span.from >= program.to));
      const column = free === -1 ? taken.length : free;
      if (column >= most) continue;
      (taken[column] ??= []).push(program);
      result.set(program.name, column);
    }
  }
  return result;
}

/** What needs rows, each in its lane. */
function itemsOf(
  {
    calls,
    left,
    states,
    queues,
    packets,
    timers,
    marks,
  }: Pick<Scene, 'calls' | 'left' | 'states' | 'queues' | 'packets' | 'timers' | 'marks'>,
  lane: { call(row: CallRow): string; leak: string; wire(from: HostName): string },
): Item[] {
  return [
    ...calls.map(({ row, start, end: to }) => ({ lane: lane.call(row), start, rows: to === null ? 1 : 2, end: to })),
    ...(left === null ? [] : [{ lane: lane.leak, start: left.start, rows: 2, end: left.end }]),
    ...states.map(({ row, start }) => ({ lane: `state ${row.side}`, start, rows: 1, end: null })),
    ...queues.filter(({ row }) => row.labelled).map(({ row, start }) => ({ lane: `state ${row.side}`, start, rows: 1, end: null })),
    ...packets.map(({ row, start }) => ({ lane: lane.wire(row.first.from), start, rows: 1, end: null })),
    ...timers.map(({ row, start }) => ({ lane: `timer ${row.side}`, start, rows: 1, end: null })),
    ...marks.flatMap(({ start }) => (['A', 'B'] as const).map((side) => ({ lane: lane.wire(side), start, rows: 1, end: null }))),
  ];
}

type Ranks = ReturnType<typeof ranks>;

function statesOf(trace: Trace, conn: string | null, end: number, leak: Leak | null, rank: Ranks): Scene['states'] {
  if (conn === null) return [];
  return (['A', 'B'] as const).flatMap((side) =>
    statePeriods(trace, side, conn, end)
      .flatMap((period) => partsOf(period, side, leak))
      .map(({ state, from, to, leaked }) => ({
        row: { side, state, leaked },
        start: rank(`state ${side}`, from),
        end: { t: to, rank: 0 },
      })),
  );
}

/** Timers that matter to who looks at it. */
function timersOf(trace: Trace, before: (t: number) => boolean, end: number, rank: Ranks): Scene['timers'] {
  const matters = (row: NonNullable<Trace['timers']>[number]): boolean =>
    !MACHINERY.includes(row.timer) && (row.fired || (row.end ?? end) - row.start >= MATTERS);
  return (trace.timers ?? [])
    .filter((row) => before(row.start) && matters(row))
    .map((row) => ({ row, start: rank(`timer ${row.side}`, row.start), end: { t: Math.min(row.end ?? end, end), rank: 0 } }));
}

/** The last segment of each burst. */
function lastsOf(packets: Scene['packets'], trace: Trace): Moment[] {
  const bursts = packets.filter(({ row }) => row.count > 1);
  return bursts.flatMap(({ row: { last } }) => [last.t, arrival(last, trace)]).map((t) => ({ t, rank: 0 }));
}

/** What of a trace is drawn and which rows it needs. */
export function sceneOf(trace: Trace, options: SceneOptions): Scene {
  const rank = ranks();
  const { conn } = options;
  const shared = options.narrow || options.sharedWire === true;
  const wire = (from: HostName): string => (shared ? 'wire' : `wire ${from}`);
  const extra = trace.packets[options.maxSegments];
  const cutAt = extra === undefined ? null : extra.t;
  const before = (t: number): boolean => cutAt === null || t < cutAt;
  const end = cutAt ?? trace.experiment.durationS;
  const marks = (trace.experiment.faults ?? [])
    .filter((fault) => before(fault.at) && fault.at <= end)
    .map((fault) => {
      if (!shared) rank(wire('B'), fault.at);
      return { row: { text: faultText(fault), short: faultWord(fault) }, start: rank(wire('A'), fault.at), end: null };
    });
  const all = shownCalls(trace, conn).filter((row) => before(row.start));
  const columns = columnsOf(trace, all, conn, options.narrow ? MOST_COLUMNS.narrow : MOST_COLUMNS.wide);
  const callLane = (row: CallRow): string => `call ${row.side} ${columns.get(row.program) ?? ''}`;
  const calls = all
    .filter((row) => columns.has(row.program))
    .map((row): Placed<CallRow> => {
      const until = row.end ?? stoppedAt(trace, row) ?? end;
      return { row, start: rank(callLane(row), row.start), end: until - row.start < AT_ONCE ? null : { t: Math.min(until, end), rank: 0 } };
    });
  const leak = options.leak !== null && before(options.leak.at) ? options.leak : null;
  const leakLane = `call A ${columns.get(OURS) ?? 0}`;
  const left = leak === null ? null : { row: leak, start: rank(leakLane, leak.at), end: { t: Math.min(leak.until ?? end, end), rank: 0 } };
  const states = statesOf(trace, conn, end, leak, rank);
  const queues = queuePeriods(trace, conn, end).map((row): Placed<QueuePeriod> => ({
    row,
    start: row.labelled ? rank(`state ${row.side}`, row.from) : { t: row.from, rank: 0 },
    end: { t: row.to, rank: 0 },
  }));
  const packets = bursts(trace.packets.slice(0, options.maxSegments)).map((row) => ({
    row,
    start: rank(wire(row.first.from), row.first.t),
    end: { t: arrival(row.first, trace), rank: 0 },
  }));
  const timers = timersOf(trace, before, end, rank);
  const items = itemsOf({ calls, left, states, queues, packets, timers, marks }, { call: callLane, leak: leakLane, wire });
  const ends = [...calls, ...(left === null ? [] : [left]), ...states, ...queues, ...packets, ...timers].flatMap(({ end: to }) =>
    to === null ? [] : [to],
  );
  return {
    trace,
    conn,
    calls,
    columns,
    left,
    states,
    queues,
    packets,
    timers,
    marks,
    items,
    moments: [...ends, ...lastsOf(packets, trace), { t: 0, rank: 0 }, { t: end, rank: 0 }],
    cutAt,
    end,
  };
}

/** A state in which a connection is lost is two: as long as somebody could close it, and from then on. */
function partsOf(period: Period, side: HostName, leak: Leak | null): (Period & { leaked: boolean })[] {
  const from = side === 'A' && leak !== null ? leak.at : Infinity;
  const until = leak?.until ?? Infinity;
  const leaked = period.state !== 'GONE' && period.state !== 'OFF' && period.to > from && period.from < until;
  if (!leaked || period.state !== 'ESTABLISHED' || period.from >= from) return [{ ...period, leaked }];
  return [
    { ...period, to: from, leaked: false },
    { ...period, from, leaked: true },
  ];
}

/** When the program of a call that never returned was stopped for good (power loss, kill -9), or null. */
export function stoppedAt(trace: Trace, call: CallRow): number | null {
  const stop = (trace.experiment.faults ?? []).find(
    (fault) =>
      fault.at >= call.start &&
      ((fault.fault === 'powerLoss' && fault.host === call.side) || (fault.fault === 'kill' && fault.program === call.program)),
  );
  return stop?.at ?? null;
}

/** Rows of one lane stand apart; a block is tall enough for its labels. */
function constraintsOf(scene: Scene): Constraint[] {
  const lanes = new Map<string, Item[]>();
  for (const item of scene.items) {
    const list = lanes.get(item.lane);
    if (list) list.push(item);
    else lanes.set(item.lane, [item]);
  }
  const result: Constraint[] = [];
  for (const list of lanes.values()) {
    list.sort((a, b) => a.start.t - b.start.t || a.start.rank - b.start.rank);
    list.forEach((item, index) => {
      const next = list[index + 1];
      const height = item.rows * ROW + 4;
      if (item.end !== null) result.push({ earlier: item.start, later: item.end, distance: height });
      if (next !== undefined) result.push({ earlier: item.start, later: next.start, distance: item.end === null ? ROW : height });
      const end: Moment = { t: scene.end, rank: 0 };
      if (next === undefined && item.start.t < scene.end) result.push({ earlier: item.start, later: end, distance: ROW + 4 });
    });
  }
  return result;
}

/** One scale for one scene, or for several that stand side by side on the same time axis. */
export function scaleFor(scenes: readonly Scene[], zoom: number): TimeScale {
  return timeScale(
    scenes.flatMap((scene) => [...scene.moments, ...scene.items.map((item) => item.start)]),
    scenes.flatMap(constraintsOf),
    { unit: 5 * zoom, foldFrom: FOLD_FROM, foldRoom: 2 * ROW + TEAR + 4, top: 8, bottom: 30 },
  );
}

/** Height of a tear with its label, pixels: it stands in the middle of its fold, between the rows of text at both ends. */
export const TEAR = 18;

/** Silences from here on (seconds) are torn out of the picture; shorter ones only get a label. */
const FOLD_FROM = 4;
