/** What the engine asks of the files around the one at hand. */

import type { ClassIr } from './ir.js';
import type { Memory } from './memory.js';
import type { Unit } from './unit.js';

/** The files of a program beyond the one at hand; a text by itself has none. */
export interface Linked {
  /** What was found out about functions of the program so far. */
  readonly memory: Memory;
  /** The file in which a function or class of this global name stands. */
  unitOf(name: string): Unit | null;
  class(name: string): ClassIr | null;
  /** The one class of the program that has the methods of an interface, or is derived from an abstract class; null for none or several. */
  soleImplementer(name: string): string | null;
  /** The name in the program of a class that this file declares. */
  classIn(path: string, name: string): string;
  /** A type as the program names it that this file names so. */
  typeIn(path: string, type: string): string;
  /** Files, itself among them, that may name what this one declares, and in which a word stands. */
  holding(path: string, word: string): readonly Unit[];
  /** The type of a variable of the module, or of one that shares its names. */
  globalIn(path: string, name: string): string | null;
  /** Files whose text names this field of something (`.conn`, `->conn`); null where more than `most` do. */
  naming(field: string, most: number): readonly Unit[] | null;
  /** There is more than one file: what is not here is in none that matters. */
  readonly isWhole: boolean;
}
