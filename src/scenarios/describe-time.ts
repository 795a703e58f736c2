/** Times in words, rounded to what is certain over all phases of the timer wheel. */

import { say } from '../words/say.js';

/** How fine a time is told (seconds): below `under` seconds to a multiple of `unit`. */
const UNITS = [
  { under: 0.1, unit: 0.001 },
  { under: 1, unit: 0.01 },
  { under: 10, unit: 0.1 },
  { under: 60, unit: 1 },
  { under: 600, unit: 5 },
  { under: 3600, unit: 10 },
  { under: Infinity, unit: 60 },
] as const;

/** Below this nobody can tell it from "at once" (seconds). */
const AT_ONCE = 0.0005;

function unitFor(seconds: number): number {
  return UNITS.find((u) => seconds < u.under)?.unit ?? 60;
}

/** Smallest unit that a range needs: hours and minutes, minutes and seconds, seconds, milliseconds. */
function parts(seconds: number, unit: number): string[] {
  const whole = Math.round(seconds / unit) * unit;
  if (whole >= 3600) return [...(whole >= 3600 ? [`${Math.floor(whole / 3600)} h`] : []), ...minutes(whole % 3600, unit)];
  if (whole >= 60) return minutes(whole, unit);
  if (unit < 0.1) return [`${Math.round(whole * 1000)} ms`];
  return [`${Number(whole.toFixed(1))} s`];
}

function minutes(seconds: number, unit: number): string[] {
  const out: string[] = [];
  const full = Math.floor(seconds / 60 + 1e-9);
  if (full > 0) out.push(`${full} min`);
  const rest = Math.round(seconds - full * 60);
  if (rest > 0 && unit < 60) out.push(`${rest} s`);
  return out;
}

const spoken = (seconds: number, unit: number): string => parts(seconds, unit).join(' ');

/** `2 h 11 min` and `2 h 14 min` as `2 h 11–14 min`: what both share is said once. */
function between(from: number, to: number, unit: number): string {
  const a = parts(from, unit);
  const b = parts(to, unit);
  const words = (text: string | undefined): string[] => (text ?? '').split(' ');
  const last = a.length - 1;
  const sameHead = a.length === b.length && a.slice(0, -1).every((p, i) => p === b[i]);
  if (!sameHead || words(a[last])[1] !== words(b[last])[1]) return `${a.join(' ')} – ${b.join(' ')}`;
  return [...a.slice(0, -1), `${words(a[last])[0]}–${b[last]}`].join(' ');
}

/**
 * A time that lies between `earliest` and `latest` (seconds), in words: "about 15 min 40 s", "2 h 11–14 min", "at once";
 * "never" when both are null, "after … or never" is told as the earliest when only the latest is null.
 */
export function describeTime(earliest: number | null, latest: number | null): string {
  if (earliest === null) return say`never`;
  if (latest === null) return say`${spoken(earliest, unitFor(earliest))} or never`;
  if (latest < AT_ONCE) return say`at once`;
  const middle = (earliest + latest) / 2;
  const unit = unitFor(middle);
  if (latest - earliest <= unit) return say`about ${spoken(middle, unit)}`;
  const fine = fineOf(latest);
  const from = Math.floor(earliest / fine + 1e-9) * fine;
  const to = Math.ceil(latest / fine - 1e-9) * fine;
  return between(from, to, fine);
}

/** The ends of a range: whole minutes above an hour, else whole seconds (finer than its middle would be told). */
function fineOf(seconds: number): number {
  if (seconds >= 3600) return 60;
  return seconds >= 10 ? 1 : unitFor(seconds);
}

/** A length of time that is known exactly (a parameter, a setting), in words. */
export function describeExactly(seconds: number): string {
  if (seconds >= 60 && Number.isInteger(seconds)) {
    const h = Math.floor(seconds / 3600);
    return [...(h > 0 ? [`${h} h`] : []), ...minutes(seconds % 3600, 1)].join(' ');
  }
  return seconds < 1 && seconds > 0 ? `${Number((seconds * 1000).toFixed(3))} ms` : `${Number(seconds.toFixed(3))} s`;
}
