/** What is found where a connection gets to: see reach.ts. */

import type { CallFact } from './facts.js';
import type { CallStmt, FunctionIr, Place } from './ir.js';
import type { Where } from './notes.js';

/** A call of a library that works on the connection. */
export interface Use extends Where {
  fn: FunctionIr;
  stmt: CallStmt;
  fact: CallFact;
  /** It polls a set or list that the connection is in. */
  polls: boolean;
  /** Loops around it. */
  loops: readonly number[];
}

/** A field (or a variable of the module: no owner) that keeps it. */
export interface Keeper extends Where {
  owner: string | null;
  field: string;
  /** The function in which it was seen to. */
  fn: FunctionIr;
}

export interface Reach {
  uses: readonly Use[];
  keepers: readonly Keeper[];
  /** Calls nobody knows that it is handed to. */
  strangers: readonly CallStmt[];
  functions: ReadonlyMap<string, FunctionIr>;
  /** Functions that return it. */
  returned: ReadonlySet<string>;
  /** It goes further than was followed. */
  cut: boolean;
  /** Something has it that has no name: an element, what a function gives bit by bit. */
  stray: boolean;
  /** Its first name in a function that the source has; null without. */
  nameIn(fn: FunctionIr): Place | null;
  /** All its names in a function, with their types. */
  namesIn(fn: FunctionIr): ReadonlyMap<Place, string>;
}

/** A name of the connection to begin with. */
export interface Origin {
  fn: FunctionIr;
  place: Place;
  type: string;
}

/** A function that hands it up: `by` is the call of the one below, for all but the first. */
export interface Hand {
  fn: FunctionIr;
  by: CallStmt | null;
}
