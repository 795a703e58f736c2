/** What lowering one C++ function needs beyond C's: its class, the functions that stand inside it. */

import type { FunctionIr, Place } from '../../flow/ir.js';
import { Context } from '../shared/cfamily/context.js';
import type { Parts, Scope } from '../shared/cfamily/context.js';
import type { ClassInfo, CppUnit, Field } from './unit.js';
import { classNamed } from './unit.js';

export const self = 'this';

export class CppContext extends Context {
  /** Lambdas, innermost first. */
  readonly inner: FunctionIr[] = [];
  /** Roots that are references: what they name goes elsewhere. */
  readonly references = new Set<Place>();

  constructor(
    override readonly unit: CppUnit,
    parts: Parts,
    readonly id: string,
    readonly className: string | null,
    readonly outer: CppContext | null = null,
  ) {
    super(unit, parts);
    if (outer) {
      this.roots = outer.roots;
      this.scope = { names: new Map(), outer: outer.scope };
      this.socketType = outer.socketType;
    } else if (this.cls) this.scope = { names: new Map(), outer: membersOf(unit, this.cls, this.types) };
  }

  get cls(): ClassInfo | null {
    return this.className === null ? null : (this.unit.classes.get(this.className) ?? null);
  }

  /** The class's declaration is not known here: any name may be one of its members. */
  get isOpen(): boolean {
    return this.cls !== null && lineageOf(this.unit, this.cls).some((cls) => cls === null);
  }

  makeInner(id: string): CppContext {
    return new CppContext(this.unit, this.parts, id, this.className, this);
  }
}

/** The parts that are written for C know no classes: here they have a C++ context. */
export function cpp(cx: Context): CppContext {
  if (!(cx instanceof CppContext)) throw new Error('not lowered as C++');
  return cx;
}

/** A class and its bases; null for one whose declaration is not here. */
function lineageOf(unit: CppUnit, cls: ClassInfo): (ClassInfo | null)[] {
  const found: (ClassInfo | null)[] = [];
  const queue: (ClassInfo | null)[] = [cls];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    if (found.includes(at)) continue;
    found.push(at && at.node === at.nameNode ? null : at);
    for (const base of at?.bases ?? []) queue.push(classNamed(unit, base));
  }
  return found;
}

/** The fields of a class and of its bases, as names. */
function membersOf(unit: CppUnit, cls: ClassInfo, types: Record<Place, string>): Scope {
  const scope: Scope = { names: new Map(), outer: null };
  for (const info of lineageOf(unit, cls)) {
    for (const field of info?.fields.values() ?? []) {
      if (scope.names.has(field.name)) continue;
      const root = `${self}.${field.name}`;
      scope.names.set(field.name, { is: 'variable', root, type: field.type, pointers: field.pointers, isArray: field.isArray });
      types[root] = field.type + (field.pointers > 0 ? ` ${'*'.repeat(field.pointers)}` : '');
    }
  }
  return scope;
}

/** A member of the class or of a base, by name: its field, or the class that declares such a method. */
export function memberNamed(cx: CppContext, name: string): { field: Field | null; method: ClassInfo | null } {
  for (const info of cx.cls ? lineageOf(cx.unit, cx.cls) : []) {
    const field = info?.fields.get(name);
    if (field) return { field, method: null };
    if (info?.declared.has(name) || info?.methods.has(name)) return { field: null, method: info };
  }
  // Methods of a class that is not declared here.
  return { field: null, method: cx.cls?.declared.has(name) ? cx.cls : null };
}
