/** Where an opening's address may be told, and which files share their names. */

import { familyOf } from './source.js';
import type { Source } from './source.js';
import type { Opening } from './program.js';
import { classOf } from './parameters.js';
import type { Token } from './tokens.js';

/** Lines of a call that are read: what a handler in it does is not about the address. */
const MOST_LINES = 40;

/** The call that opens it, then its lines, then also those that connect or listen. */
export function placesOf({ connection: { range, steps } }: Opening): ((t: Token) => boolean)[] {
  const last = Math.min(range.endLine, range.startLine + MOST_LINES);
  const own = ({ line }: Token): boolean => line >= range.startLine && line <= last;
  const call = (t: Token): boolean =>
    own(t) && (t.line > range.startLine || t.column >= range.startColumn - 1) && (t.line < range.endLine || t.column < range.endColumn - 1);
  const later = new Set(steps.filter((s) => s.file === undefined && (s.do === 'connect' || s.do === 'listen')).map((s) => s.line));
  return [call, own, (t) => own(t) || later.has(t.line)];
}

export const isListener = ({ connection }: Opening): boolean => connection.role === 'listener';

/** Names of one language, or of one program, mean nothing in another; JavaScript and TypeScript, C and C++ share theirs. */
export function sharesNames(a: Source, b: Source): boolean {
  if (a !== b && a.begins && b.begins) return false;
  return familyOf(a.file.language) === familyOf(b.file.language);
}

/** What these have is their object's. */
export const OWN = /^(?:self|this)$/;

/** Of the places of a field those in which an object speaks of its own: of the class around the line, where it does. */
export function ownPlaces(source: Source, places: readonly number[], line: number): number[] {
  const own = places.filter((i) => source.is(i - 1, '.') && OWN.test(source.tokens[i - 2]?.text ?? ''));
  const at = source.tokens.findIndex((t) => t.line >= line);
  const beside = own.filter((i) => classOf(source, i) === classOf(source, at));
  return beside.length > 0 ? beside : own;
}
