/** When something happens at the earliest and at the latest, over all phases of the timer wheel: one search, whatever is timed. */

import type { Experiment } from './experiment.js';
import { runOnce } from './run.js';
import type { Run, SimulateOptions } from './run.js';
import { DEFAULT_HZ } from './sysctl-table.js';
import type { CallRow, Trace } from './trace.js';

/** Phases that spread evenly however many are taken (multiples of the golden section). */
const GOLDEN = 0.6180339887498949;
/** As many find, with the steps below, what 600 find (test/kernel/phases.test.ts). */
const PHASES = 12;
const LEAST_PHASES = 3;
/** Smallest step of the search around the best phases, seconds. */
const FINEST = 0.001;
/** Programs whose first failure is searched for in detail. */
const REFINED = 4;
/** Events that the runs of `runPhases` may have together. */
const BUDGET = 1_500_000;

/** What is asked of each run. */
export interface Question<R> {
  run: (phase: number) => R;
  /** Seconds by names that mean the same in every run; Infinity: never in this one. */
  times: (run: R) => ReadonlyMap<string, number>;
  /** Of each list the first name that phases move is searched for around the best phases; the others are read off the same runs. */
  refined: readonly (readonly string[])[];
  /** How many runs are affordable: fewer phases are tried, and nothing is refined, where these do not suffice. */
  runs: number;
}

export interface Range<R> {
  earliest: Extreme<R>;
  latest: Extreme<R>;
}

interface Extreme<R> {
  time: number;
  phase: number;
  run: R;
}

export interface Answer<R> {
  /** The run that was there and those at phases that spread evenly. */
  even: R[];
  /** Further runs, near the phases that give the extremes. */
  near: R[];
  /** Of each name that any run tells. */
  ranges: ReadonlyMap<string, Range<R>>;
}

/** The phase t = 0 lies at where nothing else is asked for. */
function ownPhase(experiment: Experiment): number {
  return experiment.model?.phase ?? 0;
}

/** The wheel's granule for a wait as long as the run, seconds: no timer of the run tells phases apart that differ by it. */
function turnOf(experiment: Experiment): number {
  const hz = experiment.model?.hz ?? DEFAULT_HZ;
  const jiffies = experiment.durationS * hz;
  let granule = 1;
  while (jiffies >= 63 * granule) granule *= 8;
  return granule / hz;
}

/** Steps of the search: half and a quarter of the granule of each level. */
function stepsOf(turn: number): number[] {
  const steps: number[] = [];
  for (let g = turn; g / 2 > FINEST; g /= 8) steps.push(g / 2, g / 4);
  return steps;
}

class Search<R> implements Answer<R> {
  readonly even: R[] = [];
  readonly near: R[] = [];
  readonly ranges = new Map<string, Range<R>>();
  private readonly tried = new Set<number>();

  constructor(
    private readonly question: Question<R>,
    private readonly turn: number,
  ) {}

  /** Also when it is a run of this phase that is there already. */
  add(phase: number, runs: R[], known?: R): void {
    const p = Math.round((((phase % this.turn) + this.turn) % this.turn) * 1e6) / 1e6;
    if (this.tried.has(p)) return;
    this.tried.add(p);
    const run = known ?? this.question.run(p);
    runs.push(run);
    for (const [name, time] of this.question.times(run)) {
      const one = { time, phase: p, run };
      const range = this.ranges.get(name);
      if (!range) this.ranges.set(name, { earliest: one, latest: one });
      else if (time < range.earliest.time) range.earliest = one;
      else if (time > range.latest.time) range.latest = one;
    }
  }

  /** What no phase has moved depends on no timer. */
  firstMoved(names: readonly string[]): Range<R> | undefined {
    return names.map((name) => this.ranges.get(name)).find((range) => range && range.earliest.time !== range.latest.time);
  }

  /** Goes from the best phases so far to better ones nearby. */
  refine(range: Range<R>): void {
    for (const step of stepsOf(this.turn)) {
      for (const { phase } of [range.earliest, range.latest]) {
        this.add(phase + step, this.near);
        this.add(phase - step, this.near);
      }
    }
  }
}

/**
 * Runs an experiment at phases of the timer wheel that spread evenly, then near those that give the extremes of what is asked for.
 * @param own the run at the experiment's own phase
 */
export function searchPhases<R>(experiment: Experiment, own: R, question: Question<R>): Answer<R> {
  const turn = turnOf(experiment);
  const search = new Search(question, turn);
  search.add(ownPhase(experiment), search.even, own);
  const count = Math.max(LEAST_PHASES, Math.min(PHASES, question.runs));
  for (let i = 1; i <= count; i++) search.add(i * GOLDEN * turn, search.even);
  if (question.runs >= PHASES + 4 * question.refined.length * stepsOf(turn).length) {
    for (const names of question.refined) {
      const range = search.firstMoved(names);
      if (range) search.refine(range);
    }
  }
  return search;
}

/** Failed calls by a name that is the same in every run, with their ends in seconds. */
function ends(failures: readonly CallRow[]): Map<string, number> {
  const found = new Map<string, number>();
  const seen = new Map<string, number>();
  for (const c of failures) {
    const key = `${c.program} ${c.call} ${c.on ?? ''} ${c.errno ?? ''}`;
    const n = (seen.get(key) ?? 0) + 1;
    seen.set(key, n);
    if (c.end !== null) found.set(`${key} ${n}`, c.end);
  }
  return found;
}

/** The failures of each program, in their order: later ones mostly follow from the first that a timer moves. */
function byProgram(failures: readonly CallRow[], names: readonly string[]): string[][] {
  const programs = [...new Set(failures.map((c) => c.program))];
  return programs.map((program) => names.filter((name) => name.startsWith(`${program} `))).slice(0, REFINED);
}

/** Runs the experiment at its own phase and fills `summary.failed` with the ideal time and the range over the phases, in seconds. */
export function runPhases(experiment: Experiment, options: SimulateOptions): Trace {
  const base = runOnce(experiment, options);
  const { trace } = base;
  const own = ends(base.failures);
  if (own.size === 0) return trace;
  const names = [...own.keys()];
  const at = options.phase === undefined ? experiment : { ...experiment, model: { ...experiment.model, phase: options.phase } };
  const { ranges } = searchPhases<Run>(at, base, {
    run: (phase) => runOnce(experiment, { ...options, phase, trace: 'none' }),
    times: (run) => ends(run.failures),
    refined: byProgram(base.failures, names),
    runs: Math.floor(BUDGET / Math.max(1, trace.summary.events)),
  });
  const ideal = ends(runOnce(experiment, { ...options, wheel: false, trace: 'none' }).failures);
  trace.summary.failed.forEach((f, i) => {
    const name = names[i];
    const range = name === undefined ? undefined : ranges.get(name);
    if (name === undefined || !range) return;
    f.ideal = ideal.get(name) ?? null;
    f.earliest = range.earliest.time;
    f.latest = range.latest.time;
  });
  return trace;
}
