/** Which of several methods of one name a call means: by the number of its arguments, then by what is known of their types. */

import type { ClassIr, Operand, Place } from './ir.js';

/** What a call hands over. */
export interface Given {
  args: readonly Operand[];
  typeOf(place: Place): string | null;
}

interface Overload {
  id: string;
  params: readonly string[];
  variadic: boolean;
}

const tables = new WeakMap<ClassIr, ReadonlyMap<string, readonly Overload[]>>();

/**
 * The function that a method's name stands for; null when there is none,
 * `several` when it is not certain which. Without `given` the first will do.
 */
export function methodIn(cls: ClassIr, name: string, given: Given | null): string | null | 'several' {
  if (Object.hasOwn(cls.methods, name)) return cls.methods[name] ?? null;
  const all = overloadsOf(cls).get(name);
  const [first] = all ?? [];
  if (!all || !first) return null;
  if (!given) return first.id;
  const { length } = given.args;
  const able = all.filter(({ params, variadic }) => params.length === length || (variadic && length >= params.length - 1));
  if (able.length <= 1) return able[0]?.id ?? null;
  const types = given.args.map((arg) => typeOf(arg, given));
  // What copies or moves an object of the class is given one.
  const own = simple(cls.name);
  const making = name === own ? able.filter(({ params }) => params.every((param, at) => simple(param) !== own || types[at] === own)) : able;
  if (making.length === 1) return making[0]?.id ?? null;
  const scored = making
    .map(({ id, params }) => ({ id, score: types.filter((type, index) => type !== null && type === simple(params[index] ?? '?')).length }))
    .sort((a, b) => b.score - a.score);
  const [best, next] = scored;
  return best && best.score > (next?.score ?? 0) ? best.id : 'several';
}

/** Methods of one name are listed as `name/N:types`. */
function overloadsOf(cls: ClassIr): ReadonlyMap<string, readonly Overload[]> {
  let table = tables.get(cls);
  if (table) return table;
  const found = new Map<string, Overload[]>();
  for (const [key, id] of Object.entries(cls.methods)) {
    const slash = key.indexOf('/');
    if (slash === -1) continue;
    const [count = '', list = ''] = key.slice(slash + 1).split(':');
    const name = key.slice(0, slash);
    found.set(name, [...(found.get(name) ?? []), { id, params: list === '' ? [] : list.split(','), variadic: count === '*' }]);
  }
  tables.set(cls, (table = found));
  return table;
}

function typeOf(operand: Operand, given: Given): string | null {
  if (operand.kind === 'const')
    return typeof operand.value === 'string'
      ? 'String'
      : typeof operand.value === 'number'
        ? 'int'
        : typeof operand.value === 'boolean'
          ? 'boolean'
          : null;
  const type = operand.kind === 'place' ? given.typeOf(operand.place) : null;
  return type === null ? null : simple(type);
}

/** `java.net.Socket`, `net/Util.java::Socket` are `Socket`. */
function simple(type: string): string {
  return type.slice(Math.max(type.lastIndexOf('.'), type.lastIndexOf(':')) + 1);
}
