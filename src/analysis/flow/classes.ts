/** Questions about classes and their bases. */

import type { FactIndex } from './fact-index.js';
import type { CallFact } from './facts.js';
import type { ClassIr, FunctionIr } from './ir.js';
import { methodIn } from './overloads.js';
import type { Given } from './overloads.js';

export interface ClassTable {
  class(name: string): ClassIr | null;
  function(id: string): FunctionIr | null;
}

/** The class and its bases, nearest first; `null` stands for a base that is not here. */
function* lineage(table: ClassTable, className: string): Generator<ClassIr | null> {
  const queue = [className];
  const seen = new Set<string>();
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const cls = table.class(at);
    if (cls) queue.push(...cls.bases);
    if (cls || at !== 'object') yield cls;
  }
}

/** A method of a class of the program or of its bases; `open` when a base is not here. */
export function methodOf(
  table: ClassTable,
  className: string,
  name: string,
  given: Given | null = null,
): { fn: FunctionIr | null; open: boolean } {
  let open = false;
  for (const cls of lineage(table, className)) {
    if (!cls) open = true;
    const id = cls ? methodIn(cls, name, given) : null;
    if (id === 'several') return { fn: null, open: true };
    const fn = id === null ? null : table.function(id);
    if (fn) return { fn, open };
  }
  return { fn: null, open };
}

/** The id of that method, without a look into its body. */
export function methodIdOf(table: ClassTable, className: string, name: string, given: Given | null = null): string | null {
  for (const cls of lineage(table, className)) {
    const id = cls ? methodIn(cls, name, given) : null;
    if (id !== null) return id === 'several' ? null : id;
  }
  return null;
}

/** Declared types of the results of a method or field without a body; empty when there is none. */
export function resultsOf(table: ClassTable, className: string, name: string): readonly string[] {
  for (const cls of lineage(table, className)) if (cls?.results && Object.hasOwn(cls.results, name)) return cls.results[name] ?? [];
  return [];
}

/** Bases that are not classes of the program, nearest first: types of libraries. */
export function foreignBases(table: ClassTable, className: string): string[] {
  const found: string[] = [];
  for (const cls of lineage(table, className)) if (cls) found.push(...cls.bases.filter((base) => table.class(base) === null));
  return found;
}

/** Does the class, or a base of the program, put a method of its own in the place of one of these? */
export function overrides(table: ClassTable, className: string, isMeant: (method: string) => boolean): boolean {
  for (const cls of lineage(table, className)) if (cls && Object.keys(cls.methods).some(isMeant)) return true;
  return false;
}

/** Is an object whose constructor throws surely lost with all it holds? Not with a destructor, or with bases that may keep it. */
export function losesOnThrow(table: ClassTable, className: string | null, isPlain: (base: string) => boolean): boolean {
  if (className === null || !hasPlainBases(table, className, isPlain)) return false;
  for (const cls of lineage(table, className)) if (cls?.hasDestructor) return false;
  return true;
}

/** Does it inherit from nothing but classes of the program, and of libraries that know nothing of its fields? */
export function hasPlainBases(table: ClassTable, className: string, isPlain: (base: string) => boolean): boolean {
  const interfaces = new Set([...lineage(table, className)].flatMap((cls) => cls?.interfaces ?? []));
  return foreignBases(table, className).every((base) => base === 'object' || interfaces.has(base) || isPlain(base));
}

/** Is `base` among the bases of a class, directly or through classes of the program? */
export function hasBase(table: ClassTable, className: string, base: string): boolean {
  if (className === base) return true;
  for (const cls of lineage(table, className)) if (cls?.bases.includes(base)) return true;
  return false;
}

/** The name of the method that makes objects of this class. */
export function constructorOf(table: ClassTable, className: string, isConstructor: (id: string) => boolean): string | null {
  for (const cls of lineage(table, className)) {
    for (const [name, id] of Object.entries(cls?.methods ?? {})) if (isConstructor(id)) return name.replace(/\/.*/, '');
  }
  return null;
}

/** The declared type of a field; null when the class does not declare it. */
export function fieldIn(cls: ClassIr | null, name: string): string | null {
  return cls?.fields && Object.hasOwn(cls.fields, name) ? (cls.fields[name] ?? null) : null;
}

/**
 * Does a handler for `caught` take what is thrown, as far as classes of the program and what they are derived from tell? Null: who knows.
 */
export function catchesClass(table: ClassTable, facts: Exceptions, caught: string, thrown: string): boolean | null {
  if (!table.class(thrown)) return facts.catches(caught, thrown) ? true : facts.knowsException(thrown) ? false : null;
  if (hasBase(table, thrown, caught)) return true;
  const bases = foreignBases(table, thrown);
  if (bases.some((base) => facts.catches(caught, base))) return true;
  return bases.some((base) => facts.knowsException(base)) ? false : null;
}

interface Exceptions {
  catches(caught: string, thrown: string): boolean;
  knowsException(name: string): boolean;
}

/** What a class of the program may have set on the connection that it is: nothing is said about its limits. */
export const ownLimits: Partial<CallFact> = {
  blocks: undefined,
  sets: (['readTimeout', 'connectTimeout', 'SO_KEEPALIVE'] as const).map((option) => ({ option, value: 'unknown' })),
};

/** The library's class that a class of the program adds to, where making one opens a connection and the constructor is the library's. */
export function openingBase(table: ClassTable, facts: FactIndex, className: string): CallFact | null {
  for (const base of table.class(className) ? foreignBases(table, className) : []) {
    const fact = facts.call(base);
    if (fact?.opens && !fact.opens.elements) return fact;
  }
  return null;
}
