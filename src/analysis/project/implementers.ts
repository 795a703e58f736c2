/** Who stands behind an interface. */

import { methodIdOf } from '../flow/classes.js';
import type { ClassIr } from '../flow/ir.js';

/** What is asked of the program. */
interface Classes {
  class(name: string): ClassIr | null;
  /** Classes in files in which a word stands; null where those are many. */
  classesNear(word: string, most: number): readonly ClassIr[] | null;
}

/** A word that stands in more files says little. */
const mostFiles = 40;

/** Stands in for another in tests (`MockDialer`, `mocks/dialer.go`). */
const double = /(?:^|[^a-zA-Z]|[a-z](?=[A-Z]))(?:[Mm]ock|[Ff]ake|[Ss]tub|[Dd]ummy|[Nn]oop|[Tt]est)(?:s|ed|ing)?(?:$|[^a-z])/;

/**
 * The one class that an object of this type can be, doubles for tests aside; null where there is none, several, or too many to look at.
 */
export function soleImplementer(cls: ClassIr | null, classes: Classes): string | null {
  if (!cls) return null;
  const near = cls.isStructural ? withMethodsOf(cls, classes) : derivedFrom(cls, classes);
  const found = near.filter((one) => one.name !== cls.name && !one.isStructural && !double.test(one.name));
  return found.length === 1 && found[0] ? found[0].name : null;
}

function withMethodsOf(cls: ClassIr, classes: Classes): readonly ClassIr[] {
  const methods = Object.keys(cls.results ?? {});
  const [rarest] = [...methods].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  if (rarest === undefined) return [];
  const table = { class: (name: string) => classes.class(name), function: () => null };
  return (classes.classesNear(rarest, mostFiles) ?? []).filter((one) =>
    methods.every((name) => methodIdOf(table, one.name, name) !== null),
  );
}

function derivedFrom(cls: ClassIr, classes: Classes): readonly ClassIr[] {
  const word = cls.name.slice(cls.name.search(/(?<![\w$])[\w$]+$/));
  return (classes.classesNear(word, mostFiles) ?? []).filter(({ bases }) => bases.includes(cls.name));
}
