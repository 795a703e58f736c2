/** When a text was taken, and moments in words. */

import { decoded } from './decode.js';

/** Written by date(1): `Sun Mar  1 14:20:00 UTC 2026`, `Sun 01 Mar 2026 02:20:00 PM CET`. */
const DATE =
  /^\s*(?:[$#>]\s*)?(?:\w{3},? )?(?:(?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(?<day>\d{1,2}) (?<time>\d\d:\d\d:\d\d)(?: (?<half>[AP]M))?(?: (?<zone>[A-Z]{3,5}|[+-]\d{4}))? (?<year>\d{4}))\s*$/;
const ISO = /^\s*(?:\[?)(?<iso>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)/;
/** A text is not looked through further for dates. */
const LOOKED_AT = 4_000_000;

/** The last moment that a text names at the start of a line, Unix seconds; null when it names none, or is no text. */
export function momentIn(bytes: Uint8Array): number | null {
  if (bytes.subarray(0, 1024).includes(0)) return null;
  const text = decoded(bytes.subarray(Math.max(0, bytes.length - LOOKED_AT)));
  let last: number | null = null;
  for (const line of text.split('\n')) last = momentOfLine(line.slice(0, 200)) ?? last;
  return last;
}

function momentOfLine(line: string): number | null {
  const iso = ISO.exec(line)?.groups?.iso;
  if (iso !== undefined) return parsed(iso.replace(',', '.').replace(' ', 'T'));
  const date = DATE.exec(line)?.groups;
  if (!date) return null;
  return parsed(
    `${date.month} ${date.day} ${date.year} ${date.time}${date.half ? ` ${date.half}` : ''}${date.zone === 'UTC' || date.zone === 'GMT' || date.zone?.match(/^[+-]/) ? ` ${date.zone}` : ''}`,
  );
}

function parsed(text: string): number | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms / 1000;
}

/** A moment as the user gives it: a date with time, a time of today, or Unix seconds; null when it is none. */
export function momentOf(text: string, nowMs: number): number | null {
  if (/^\d{9,11}(?:\.\d+)?$/.test(text)) return Number(text);
  const time = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text);
  if (!time) return parsed(text);
  const day = new Date(nowMs);
  day.setHours(Number(time[1]), Number(time[2]), Number(time[3] ?? 0), 0);
  return day.getTime() / 1000;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** Of the clock, in this machine's time zone; the day is named where it is another than the first one's. */
function clockText(at: number, besides: number): string {
  const [d, other] = [new Date(at * 1000), new Date(besides * 1000)];
  const time = `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
  return d.toDateString() === other.toDateString() ? time : `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${time}`;
}

/** `14:32:10–14:34:05`. */
export function spanText(from: number, to: number): string {
  return to - from < 1 ? clockText(to, to) : `${clockText(from, from)}–${clockText(to, from)}`;
}
