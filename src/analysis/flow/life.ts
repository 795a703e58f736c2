/** A stretch of a connection's life: one function that runs while it is held. */

import { trail } from './local-calls.js';
import type { FunctionIr } from './ir.js';
import type { Note } from './notes.js';
import type { Entry, Exploration } from './run.js';
import type { Doubt } from './tracked.js';

export interface Life {
  /** The parameter by which it came: it is gone with the call. */
  token?: string;
  fn: FunctionIr;
  exploration: Exploration;
  /** What led here: the opening in another method, and how it came to be called. */
  before: readonly Note[];
  doubt: Doubt;
}

/** All notes up to an entry of a life. */
export function story(life: Life, entry: Entry, after: readonly Note[] = []): Note[] {
  return [...life.before, ...trail(entry), ...after];
}
