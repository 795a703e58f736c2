/** What a file declares, as the others see it. */

import type { ClassIr, FileIr } from '../flow/ir.js';

/** What others can use of a file, each with the name they use. */
export function signatureOf(file: FileIr | undefined): Map<string, string> {
  const found = new Map<string, string>();
  for (const decl of file?.functions ?? []) found.set(`function ${decl.id}`, decl.name);
  for (const cls of file?.classes ?? [])
    found.set(`class ${cls.name} ${cls.bases.join()} ${Object.keys(cls.methods).join()} ${JSON.stringify(cls.fields ?? {})}`, cls.name);
  for (const [name, target] of Object.entries(file?.imported ?? {})) found.set(`import ${name} ${target}`, name);
  for (const [name, target] of Object.entries(file?.exported ?? {})) found.set(`export ${name} ${target}`, name);
  for (const [name, type] of Object.entries(file?.globals ?? {})) found.set(`variable ${name} ${type}`, name);
  for (const { name } of file?.macros ?? []) found.set(`macro ${name}`, name);
  return found;
}

/** A class whose methods stand in several files. */
export function joined(a: ClassIr | null, b: ClassIr): ClassIr {
  if (!a) return b;
  // A destructor that is declared in one file stands in the other.
  const isKnown = Object.hasOwn(b.methods, '~') || Object.hasOwn(a.methods, '~');
  return {
    ...a,
    bases: [...new Set([...a.bases, ...b.bases])],
    methods: { ...a.methods, ...b.methods },
    fields: { ...a.fields, ...b.fields },
    results: { ...a.results, ...b.results },
    hasDestructor: !isKnown && (a.hasDestructor || b.hasDestructor),
  };
}

/** A class as the program names it, with what it names. */
export function renamed(cls: ClassIr, name: string, means: (name: string) => string, method: (id: string) => string): ClassIr {
  const type = (one: string): string => {
    const marks = /^[*&]*/.exec(one)?.[0] ?? '';
    return marks + means(one.slice(marks.length));
  };
  const mapped = <T>(record: Record<string, T>, change: (value: T) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
  return {
    ...cls,
    name,
    bases: cls.bases.map(type),
    ...(cls.interfaces ? { interfaces: cls.interfaces.map(type) } : {}),
    methods: mapped(cls.methods, method),
    ...(cls.fields ? { fields: mapped(cls.fields, type) } : {}),
    ...(cls.results ? { results: mapped(cls.results, (list) => list.map(type)) } : {}),
  };
}

/** Names that stand in one of two lists. */
export function inOneOnly(a: readonly string[], b: readonly string[]): string[] {
  return [...a.filter((name) => !b.includes(name)), ...b.filter((name) => !a.includes(name))];
}
