/** Runs the stages of a socket and reads off when, counted from its timer, the socket goes. */

import type { Experiment } from '../../kernel/experiment.js';
import { searchPhases } from '../../kernel/phases.js';
import { simulate } from '../../kernel/simulate.js';
import type { TimerRow, Trace } from '../../kernel/trace.js';
import { OURS } from './stages.js';
import type { Stage } from './stages.js';

/** Events that the runs of a stage may have together: a table has many sockets. */
const BUDGET = 60_000;
/** Runs that are kept for the next socket of the same kind: a few rows each. */
const KEPT = 600;

/** One run: its timer's rows in the order in which they count, and the end of our socket. */
interface Run {
  rows: TimerRow[];
  /** Null: it outlasts the run. */
  end: number | null;
  errno: string | null;
  /** When our socket came into its first state. */
  begun: number;
}

/** Whoever sees the first of its timers knows least of the end. */
const FIRST = '0';

const known = new Map<string, Run[]>();

function runsOf(experiment: Experiment, stage: Stage): Run[] {
  const key = JSON.stringify([experiment, stage.timers, stage.since]);
  const before = known.get(key);
  if (before) return before;
  const shown = simulate(experiment);
  const { even, near } = searchPhases(experiment, readOff(shown, stage), {
    run: (phase) => readOff(simulate(experiment, { phase }), stage),
    times: (run) => new Map(run.rows.map((row, count) => [String(count), (run.end ?? Infinity) - (row.due ?? row.start)])),
    refined: [[FIRST]],
    runs: Math.floor(BUDGET / stage.experiments.length / Math.max(1, shown.summary.events)),
  });
  const runs = [...even, ...near];
  const oldest = known.keys().next();
  if (known.size >= KEPT && !oldest.done) known.delete(oldest.value);
  known.set(key, runs);
  return runs;
}

function readOff(trace: Trace, stage: Stage): Run {
  const ours = trace.states.filter((s) => s.side === 'A' && !s.sock.endsWith('-0'));
  const sock = ours.at(-1)?.sock;
  const rows = (trace.timers ?? []).filter(
    (t) => t.side === 'A' && t.sock === sock && stage.timers.includes(t.timer) && t.fired && (t.end ?? 0) >= stage.since,
  );
  const gone = ours.find((s) => s.state === 'GONE' && s.sock === sock && s.t >= stage.since)?.t ?? null;
  const errno =
    trace.calls.find((c) => c.program === OURS && c.errno !== null && c.errno !== 'EAGAIN' && c.end !== null && c.end >= stage.since)
      ?.errno ?? null;
  return { rows, end: gone, errno, begun: ours.find((s) => s.sock === sock)?.t ?? 0 };
}

export interface Measured {
  /** Seconds from the moment at which the timer is due to the end of the socket; null: it never ends. */
  earliest: number;
  latest: number;
  /** A run in which nothing ends it. */
  never: boolean;
  errno: string | null;
  /** Seconds from the socket's first state to the moment at which the timer is due. */
  age: { least: number; most: number };
  /** The longest that this timer can show at this count, seconds. */
  longest: number;
  /** How many of these there are before the end. */
  most: number;
  /** The experiment that is nearest to what was seen. */
  experiment: Experiment;
}

/** Timer and count as the table shows them. */
export interface Seen {
  /** Seconds that the timer shows at least. */
  least: number;
  count: number;
  /** How long it was set for, seconds: the RTO that `ss -i` shows; null where it does not. */
  length: number | null;
}

/**
 * The end of the socket counted from its timer's due time, over the stage's runs that fit what was seen.
 * @returns null where no run shows such a timer
 */
export function measure(stage: Stage, seen: Seen): Measured | null {
  const fitting = stage.experiments.flatMap((experiment) =>
    runsOf(experiment, stage).flatMap((run) => {
      const row = run.rows[seen.count];
      if (!row || row.due === undefined) return [];
      const length = row.due - Math.max(row.start, 0);
      return seen.least > length + SLACK ? [] : [{ experiment, run, due: row.due, length }];
    }),
  );
  const { length } = seen;
  const exact = length === null ? [] : fitting.filter((f) => Math.abs(f.length - length) <= TICK + length / 100);
  let out: Measured | null = null;
  for (const { experiment, run, due, length: longest } of exact.length > 0 ? exact : fitting) {
    const after = run.end === null ? null : run.end - due;
    out = joined(out, {
      earliest: after ?? Infinity,
      latest: after ?? -Infinity,
      never: after === null,
      errno: run.errno,
      age: { least: due - run.begun, most: due - run.begun },
      longest,
      most: run.rows.length,
      experiment,
    });
  }
  return out;
}

/** A jiffy of the usual clock rate, seconds: an RTO is known to that, and to one in a hundred when it was doubled. */
const TICK = 0.0045;

/** A printed time is cut, and a jiffy may lie between: what still fits, seconds. */
const SLACK = 0.02;

function joined(a: Measured | null, b: Measured): Measured {
  if (!a) return b;
  return {
    earliest: Math.min(a.earliest, b.earliest),
    latest: Math.max(a.latest, b.latest),
    never: a.never || b.never,
    errno: a.errno ?? b.errno,
    age: { least: Math.min(a.age.least, b.age.least), most: Math.max(a.age.most, b.age.most) },
    longest: Math.max(a.longest, b.longest),
    most: Math.max(a.most, b.most),
    experiment: a.experiment,
  };
}

/** How long such a socket lives at most from the start of its first timer: for tables that show no timers. Null: for ever. */
export function wholeLife(stage: Stage): number | null {
  let most = 0;
  for (const experiment of stage.experiments) {
    for (const run of runsOf(experiment, stage)) {
      const first = run.rows[0];
      if (run.end === null) return null;
      if (first) most = Math.max(most, run.end - first.start);
    }
  }
  return most;
}
