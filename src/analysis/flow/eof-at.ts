/**
 * Which read first told of the end of the stream: the read, behind the calls by which it was reached. The same read by the same
 * calls again is a loop; by another call it is a reader that is used twice.
 */

import type { State } from './state.js';

/** Calls that are told apart, one inside the other. */
const maxCalls = 4;

/** What a called function knows of it. */
export function eofWithin(call: string, state: State): string | null {
  if (state.eofAt === null) return null;
  return state.eofAt.startsWith(`${call}>`) ? state.eofAt.slice(call.length + 1) : '';
}

/** What its caller knows of it afterwards. */
export function eofAfter(call: string, before: State, after: State): string | null {
  if (before.phase === 'eof') return before.eofAt;
  if (after.phase !== 'eof' || after.eofAt === null || after.eofAt === '') return after.eofAt;
  return after.eofAt.split('>').length >= maxCalls ? '' : `${call}>${after.eofAt}`;
}
