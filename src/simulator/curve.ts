/** Counts over time as a chart: sockets in CLOSE_WAIT, descriptors, the accept queue. Pure: numbers in, coordinates out. */

import { fleetCurve, type FleetPoint } from '../scenarios/leak-fleet.js';
import type { Trace } from '../kernel/trace.js';
import { connections } from './events.js';
import { duration } from './words.js';
import { say } from '../words/say.js';

/** A run with fewer connections is told by its ladder alone. */
const MANY = 8;

interface Line {
  name: keyof Omit<FleetPoint, 't'>;
  label: string;
  path: string;
  labelY: number;
  last: number;
}

export interface Chart {
  width: number;
  height: number;
  left: number;
  right: number;
  lines: Line[];
  /** Values on the vertical axis. */
  grid: { y: number; text: string }[];
  ticks: { x: number; text: string }[];
  /** Where the failure begins, or null. */
  event: number | null;
  summary: string;
}

const NAMES: readonly (readonly [Line['name'], string])[] = [
  ['closeWait', say`in CLOSE_WAIT`],
  ['descriptors', say`descriptors held`],
  ['queue', say`in the accept queue`],
];
const TOP = 14;
const BOTTOM = 24;
const LABEL = 17;

/** A round step that divides a length into about so many parts. */
function step(length: number, parts: number): number {
  const raw = length / parts;
  const power = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
}

/** Times that people count in, seconds. */
const TIMES = [0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400];

/** Labels in the order of their values, none nearer to another than a line of text. */
function spread(lines: Line[], lowest: number): void {
  const sorted = [...lines].sort((a, b) => a.labelY - b.labelY);
  sorted.forEach((line, index) => {
    line.labelY = Math.max(line.labelY, (sorted[index - 1]?.labelY ?? -LABEL) + LABEL);
  });
  for (let index = sorted.length - 1, limit = lowest; index >= 0; index -= 1, limit -= LABEL) {
    const line = sorted[index];
    if (line && line.labelY > limit) line.labelY = limit;
  }
}

/** The chart of a run with many connections; null where there are few. */
export function chartOf(trace: Trace, width: number, height: number): Chart | null {
  if (connections(trace).length < MANY) return null;
  const points = fleetCurve(trace);
  const end = trace.experiment.durationS;
  const most = Math.max(1, ...points.map((point) => Math.max(point.closeWait, point.descriptors, point.queue)));
  const [left, right] = [44, Math.max(120, width - 190)];
  const x = (t: number): number => left + (t / end) * (right - left);
  const y = (value: number): number => TOP + (1 - value / most) * (height - TOP - BOTTOM);
  const lines = NAMES.map(([name, text]): Line => {
    const highest = points.reduce((value, point) => Math.max(value, point[name]), 0);
    const last = points.at(-1)?.[name] ?? 0;
    return {
      name,
      label: `${text}: ${last}${highest > last ? say` (most ${highest})` : ''}`,
      path: stairs(points, name, x, y, end),
      labelY: y(last),
      last,
    };
  });
  spread(lines, height - BOTTOM);
  const values = step(most, 4);
  const wanted = end / Math.max(2, Math.floor((right - left) / 110));
  const times = TIMES.find((time) => time >= wanted) ?? step(end, 4);
  return {
    width,
    height,
    left,
    right,
    lines,
    grid: Array.from({ length: Math.floor(most / values) + 1 }, (_, index) => ({
      y: y(index * values),
      text: String(Math.round(index * values)),
    })),
    ticks: Array.from({ length: Math.floor(end / times) + 1 }, (_, index) => ({
      x: x(index * times),
      text: index === 0 ? '0' : duration(index * times),
    })),
    event: trace.experiment.model?.event === undefined ? null : x(trace.experiment.model.event),
    summary: lines.map((line) => line.label).join(', '),
  };
}

/** Counts change in steps; steps within one pixel are one. */
function stairs(
  points: readonly FleetPoint[],
  name: Line['name'],
  x: (t: number) => number,
  y: (value: number) => number,
  end: number,
): string {
  const parts = [`M${x(0).toFixed(1)},${y(0).toFixed(1)}`];
  let drawn = x(0);
  points.forEach((point, index) => {
    const at = x(point.t);
    if (at - drawn < 0.5 && index < points.length - 1) return;
    parts.push(`H${at.toFixed(1)}V${y(point[name]).toFixed(1)}`);
    drawn = at;
  });
  return `${parts.join('')}H${x(end).toFixed(1)}`;
}
