/** When a failure comes at the earliest and at the latest, over all phases of the timer wheel. */

import type { Experiment } from './experiment.js';
import { runOnce } from './run.js';
import type { SimulateOptions } from './run.js';
import { DEFAULT_HZ } from './sysctl-table.js';
import type { CallRow, Trace } from './trace.js';

/** Phases that spread evenly however many are taken (multiples of the golden section). */
const GOLDEN = 0.6180339887498949;
const PHASES = 24;
/** Smallest step of the search around the best phases, seconds. */
const FINEST = 0.001;
/** Programs whose first failure is searched for in detail. */
const REFINED = 4;
/** Work that all the runs together may do, in events; a large experiment gets fewer phases. */
const BUDGET = 1_500_000;
const LEAST_PHASES = 2;

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

interface Range {
  earliest: number;
  latest: number;
  earliestPhase: number;
  latestPhase: number;
}

class Search {
  readonly ranges = new Map<string, Range>();
  private readonly tried = new Set<number>();

  constructor(
    private readonly experiment: Experiment,
    private readonly options: SimulateOptions,
    private readonly turn: number,
    keys: Iterable<string>,
  ) {
    for (const key of keys) this.ranges.set(key, { earliest: Infinity, latest: -Infinity, earliestPhase: 0, latestPhase: 0 });
  }

  try(phase: number): void {
    const p = Math.round((((phase % this.turn) + this.turn) % this.turn) * 1e6) / 1e6;
    if (this.tried.has(p)) return;
    this.tried.add(p);
    const found = ends(runOnce(this.experiment, { ...this.options, phase: p, trace: 'none' }).failures);
    for (const [key, range] of this.ranges) {
      const end = found.get(key);
      if (end === undefined) continue;
      if (end < range.earliest) {
        range.earliest = end;
        range.earliestPhase = p;
      }
      if (end > range.latest) {
        range.latest = end;
        range.latestPhase = p;
      }
    }
  }

  /** Goes from the best phases so far to better ones nearby. */
  refine(key: string): void {
    const range = this.ranges.get(key) as Range;
    for (const step of stepsOf(this.turn)) {
      for (const from of [range.earliestPhase, range.latestPhase]) {
        this.try(from + step);
        this.try(from - step);
      }
    }
  }
}

/** Runs the experiment at its own phase and fills `summary.failed` with the ideal time and the range over the phases, in seconds. */
export function runPhases(experiment: Experiment, options: SimulateOptions): Trace {
  const base = runOnce(experiment, options);
  const trace = base.trace;
  const own = ends(base.failures);
  if (own.size === 0) return trace;
  const turn = turnOf(experiment);
  const search = new Search(experiment, options, turn, own.keys());
  const affordable = Math.floor(BUDGET / Math.max(1, trace.summary.events));
  const count = Math.max(LEAST_PHASES, Math.min(PHASES, affordable));
  for (let i = 0; i < count; i++) search.try(i * GOLDEN * turn);
  // refined for the first failure of each program: later ones mostly follow from it
  const programs = new Set<string>();
  if (affordable >= PHASES + 4 * REFINED * stepsOf(turn).length) {
    for (const c of base.failures) {
      if (programs.has(c.program)) continue;
      programs.add(c.program);
      const key = [...own.keys()].find((k) => k.startsWith(`${c.program} ${c.call} `));
      if (key !== undefined && programs.size <= REFINED) search.refine(key);
    }
  }
  const ideal = ends(runOnce(experiment, { ...options, wheel: false, trace: 'none' }).failures);
  const keys = [...own.keys()];
  trace.summary.failed.forEach((f, i) => {
    const key = keys[i];
    if (key === undefined) return;
    const range = search.ranges.get(key) as Range;
    const end = own.get(key) as number;
    f.ideal = ideal.get(key) ?? null;
    f.earliest = Math.min(range.earliest, end);
    f.latest = Math.max(range.latest, end);
  });
  return trace;
}
