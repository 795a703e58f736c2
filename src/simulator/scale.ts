/**
 * Time as length: where each moment of a run stands on the vertical axis. Pure: numbers in, numbers out.
 *
 * Ten milliseconds and two hours must stand in one picture, so a gap's length grows with its logarithm: a longer wait is
 * always drawn longer, and long gaps are folds that carry their true duration as a label. Labels ask for room with
 * constraints, so nothing overlaps and no special case is needed.
 */

/** A moment: a time (seconds) and its rank among things that happen at that same time in one lane. */
export interface Moment {
  t: number;
  rank: number;
}

/** `later` must stand at least `distance` pixels below `earlier`. */
export interface Constraint {
  earlier: Moment;
  later: Moment;
  distance: number;
}

interface Fold {
  from: number;
  to: number;
  y1: number;
  y2: number;
}

export interface TimeScale {
  y: (moment: Moment) => number;
  /** Position of any time, between moments too. */
  yOf: (t: number) => number;
  folds: Fold[];
  height: number;
}

export interface ScaleOptions {
  /** Pixels per doubling of a gap; the zoom. */
  unit: number;
  /** Gaps from here on (seconds) are folded and labelled. */
  foldFrom: number;
  /** Room that a fold's label needs between its two moments, pixels. */
  foldRoom: number;
  top: number;
  bottom: number;
}

/** Gap in which the logarithm begins, seconds: below it length is nearly proportional to time. */
const KNEE = 0.004;

/** Length of a gap of so many seconds, in pixels. */
export function lengthOf(gap: number, unit: number): number {
  return unit * Math.log2(1 + gap / KNEE);
}

const key = (moment: Moment): string => `${moment.t}/${moment.rank}`;

/**
 * Places moments in order: each as far below its predecessor as their gap is long, and no nearer than the constraints allow.
 * @param moments in any order, duplicates allowed
 * @param constraints ones whose moments are not in time order are ignored
 */
export function timeScale(moments: readonly Moment[], constraints: readonly Constraint[], options: ScaleOptions): TimeScale {
  const all = [...moments, ...constraints.flatMap((constraint) => [constraint.earlier, constraint.later])];
  const sorted = [...new Map(all.map((moment) => [key(moment), moment])).values()].sort((a, b) => a.t - b.t || a.rank - b.rank);
  const asked = new Map<string, Constraint[]>();
  for (const constraint of constraints) {
    const list = asked.get(key(constraint.later));
    if (list) list.push(constraint);
    else asked.set(key(constraint.later), [constraint]);
  }
  const position = new Map<string, number>();
  const folds: Fold[] = [];
  let before: Moment | null = null;
  let y = options.top;
  for (const moment of sorted) {
    const from = before === null ? y : (position.get(key(before)) ?? y);
    const gap = before === null ? 0 : moment.t - before.t;
    const folded = gap >= options.foldFrom;
    y = from + Math.max(lengthOf(gap, options.unit), folded ? options.foldRoom : 0);
    for (const constraint of asked.get(key(moment)) ?? []) {
      y = Math.max(y, (position.get(key(constraint.earlier)) ?? options.top) + constraint.distance);
    }
    position.set(key(moment), y);
    if (folded && before !== null) folds.push({ from: before.t, to: moment.t, y1: from, y2: y });
    before = moment;
  }
  return {
    y: (moment) => position.get(key(moment)) ?? between(sorted, position, moment.t),
    yOf: (t) => between(sorted, position, t),
    folds,
    height: y + options.bottom,
  };
}

/** Linear between the two nearest moments; the first moment of a time stands for that time. */
function between(sorted: readonly Moment[], position: ReadonlyMap<string, number>, t: number): number {
  const at = (moment: Moment): number => position.get(key(moment)) ?? 0;
  const after = sorted.findIndex((moment) => moment.t >= t);
  const next = sorted[after];
  const last = sorted[sorted.length - 1];
  if (next === undefined) return last === undefined ? 0 : at(last);
  const previous = sorted[after - 1];
  if (next.t === t || previous === undefined) return at(next);
  return at(previous) + ((t - previous.t) / (next.t - previous.t)) * (at(next) - at(previous));
}
