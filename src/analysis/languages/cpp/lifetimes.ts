/** When objects go: destructors of locals, parameters, members and bases, smart pointers with what they free. */

import { own } from '../../flow/own.js';
import type { Place, Span, Stmt } from '../../flow/ir.js';
import type { CppContext } from './context.js';
import { self } from './context.js';
import { dotted, isObject } from './types.js';
import { destructor, shapeIn } from './unit.js';
import type { ClassInfo } from './unit.js';

/** What runs when a variable of this type goes. */
export function dropOf(cx: CppContext, place: Place, type: string, range: Span): Stmt[] {
  if (/ \*+$/.test(type) || cx.references.has(place)) return [];
  const { name, owns, deleter } = shapeIn(cx.unit, type);
  if (owns === 'none') return [];
  if (owns === 'shared') return isObject(name) ? [{ do: 'escape', places: [place], why: 'shared', range }] : [];
  if (owns === 'unique' && deleter !== null) return deleted(cx, place, deleter, range);
  return isObject(name) && !name.startsWith('std.') ? [destroyed(place, name, range)] : [];
}

export function dropsOf(cx: CppContext, roots: readonly Place[], range: Span): Stmt[] {
  return [...roots].reverse().flatMap((root) => dropOf(cx, root, own(cx.types, root) ?? 'int', range));
}

/** The destructor of an object, of its class or from a base on. */
export function destroyed(place: Place, type: string | undefined, range: Span, from?: string): Stmt {
  return {
    do: 'call',
    callee: {
      kind: 'method',
      receiver: place,
      name: destructor,
      ...(type === undefined ? {} : { type }),
      ...(from === undefined ? {} : { in: from }),
    },
    args: [],
    results: [null],
    mode: 'plain',
    harmless: true,
    range,
  };
}

/** `unique_ptr<T, decltype(&f)>`: f runs; an object that deletes may do anything. */
function deleted(cx: CppContext, place: Place, deleter: string, range: Span): Stmt[] {
  const name = /^(?:decltype\s*\(\s*)?(?:&\s*)?([\w:]+)\s*\)?$/.exec(deleter.trim())?.[1];
  const id = name === undefined ? undefined : cx.unit.functions.get(name);
  if (name === undefined || !deleter.startsWith('decltype'))
    return [{ do: 'escape', places: [place], why: 'its deleter may do anything', range }];
  return [
    {
      do: 'call',
      callee: id === undefined ? { kind: 'api', name: dotted(name) } : { kind: 'local', id },
      args: [{ value: { kind: 'place', place } }],
      results: [null],
      mode: 'plain',
      range,
    },
  ];
}

/** Is there anything in an object of the class that has something to do when it goes? */
export function needsDestructor(cls: ClassInfo): boolean {
  return (
    cls.bases.length > 0 ||
    [...cls.fields.values()].some(
      (field) => field.pointers === 0 && !field.isReference && (field.shape.owns !== null || isObject(field.shape.name)),
    )
  );
}

/** Members go in the reverse order of their declaration, then the bases. */
export function destroyMembers(cx: CppContext, cls: ClassInfo, range: Span): void {
  for (const field of [...cls.fields.values()].reverse()) {
    if (field.pointers > 0 || field.isReference || field.isArray) continue;
    for (const stmt of dropOf(cx, `${self}.${field.name}`, field.type, range)) cx.emit(stmt);
  }
  for (const base of cls.bases) cx.emit(destroyed(self, base, range, base));
}

/** Where the statements throw, what is there already goes. */
export function guardedBy(cx: CppContext, body: Stmt[], cleanup: Stmt[], range: Span): void {
  if (cleanup.length === 0) for (const stmt of body) cx.emit(stmt);
  else
    cx.emit({
      do: 'try',
      body,
      handlers: [{ catches: null, body: [...cleanup, { do: 'throw', type: null, uses: [], rethrow: true, range }], range }],
      range,
    });
}
