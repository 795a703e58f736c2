/** What can be said of places on a path: plain data, worded in `notes-text.ts`. Nobody reads the words back. */

import type { Place, Span } from './ir.js';

/** A range, with the file it lies in where the program has several. */
export interface Where {
  range: Span;
  file?: string;
}

export type NoteKind =
  /** The connection comes to be; inside the function that is called there; once per round of a loop. */
  | 'opened'
  | 'openedInside'
  | 'openedPerRound'
  /** A function of another file gets it and gives it back: wrapped, or kept in an object. */
  | 'through'
  /** A call that fails, a function that raises, an exception from nobody knows what, a cancelled task. */
  | 'fails'
  | 'raises'
  | 'exception'
  | 'cancelled'
  | 'endOfStream'
  | 'shutDown'
  /** How the function is left. */
  | 'returns'
  | 'returnsError'
  | 'throws'
  | 'rethrows'
  | 'leaves'
  /** How the last name goes. */
  | 'reassigned'
  | 'unreferenced'
  | 'piles'
  | 'waits'
  | 'blocks'
  | 'readsAgain'
  /** What the limit of a wait should have been given to. */
  | 'made'
  /** An object's method runs later; the field that keeps it. */
  | 'entered'
  | 'kept'
  /** A function is registered that is told of this, and closes nothing. */
  | 'noticed'
  /** A limit of which nobody hears. */
  | 'unheard'
  /** Who waits is answered, and it stays open. */
  | 'answered'
  /** Joined to another connection, whose failure does not end this one. */
  | 'relayed'
  /** Others that lead to the same. */
  | 'also'
  /** What rules point at. */
  | 'set'
  | 'sends'
  | 'childGetsCopy';

export interface Note extends Where {
  kind: NoteKind;
  /** It fails by an exception. */
  thrown?: true;
  /** The function or variable it speaks of, as the analysis calls it. */
  name?: Place;
  /** Here a function that runs elsewhere has ended, and left it open under this name; who started it never closes it. */
  left?: { by: string; place: Place | null };
}

/** Does the note say how a function was left by a return? */
export function isReturn(note: Note): boolean {
  return note.kind === 'returns' || note.kind === 'returnsError';
}

/** Does it say that something went wrong here? */
export function isFailure(note: Note): boolean {
  return note.kind === 'fails' || note.kind === 'raises';
}

/** The same, said to lie in `file` where nothing else is said. */
export function inFile<T extends { file?: string }>(what: T, file: string | undefined): T {
  return file === undefined || what.file !== undefined ? what : { ...what, file };
}
