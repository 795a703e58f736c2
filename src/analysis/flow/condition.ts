/** On what it depends what a call does. */

import type { Slot } from './facts.js';

/** What an argument, or the type of what a call works on, must be. */
export type Condition =
  | { arg: Slot; /** Only this field of a record. */ field?: string; names: readonly string[] }
  | { lacks: Slot }
  | { types: readonly string[] }
  | { arg: Slot; /** Its declared type is one of these. */ is: readonly string[] }
  | { all: readonly Condition[] };
