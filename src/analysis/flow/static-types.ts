/** Types of places as far as one function, or the methods of a class, show them without regard to paths. */

import { bodiesOf } from './bodies.js';
import type { FactIndex } from './fact-index.js';
import type { Kind, Memory } from './memory.js';
import type { CallStmt, ClassIr, FunctionIr, Operand, Place, Stmt } from './ir.js';
import { isCast } from './lent.js';
import { own } from './own.js';

const ambiguous = '?';

/** The part of a program that types are read from. */
interface Declared {
  readonly memory: Memory;
  recall<T>(kind: Kind, fn: FunctionIr, key: string, make: () => T): T;
  class(name: string): ClassIr | null;
  function(id: string): FunctionIr | null;
  resultTypes(fn: FunctionIr, stmt: CallStmt, state: null): readonly string[];
}

/** How often fields are typed by what methods of other fields return. */
const maxLevel = 2;

export class StaticTypes {
  /** What is asked now may be typed by fields of so many levels; on the lowest none is known. So there are no circles. */
  private level = maxLevel;
  /** Functions that are looked at now, with what was found so far. */
  private readonly open = new Map<string, Map<Place, string>>();

  constructor(
    private readonly program: Declared,
    private readonly facts: FactIndex,
  ) {}

  /** Type of a place in a function; null when unknown or ambiguous. */
  of(fn: FunctionIr, place: Place): string | null {
    return clean(this.typesIn(fn).get(place));
  }

  /** Type of a field of a class, as its methods assign it. */
  field(className: string, field: string): string | null {
    if (this.level === 0) return null;
    this.level -= 1;
    try {
      return clean(this.program.memory.recall('fields', `${this.level} ${className}`, () => this.fieldsOf(className)).get(field));
    } finally {
      this.level += 1;
    }
  }

  private fieldsOf(className: string): Map<string, string> {
    const fields = new Map<string, string>();
    for (const id of Object.values(this.program.class(className)?.methods ?? {})) {
      const fn = this.program.function(id);
      if (!fn?.receiver) continue;
      for (const [place, type] of this.typesIn(fn))
        if (place.startsWith(`${fn.receiver}.`)) note(fields, place.slice(fn.receiver.length + 1), type);
    }
    return fields;
  }

  private isKnown(type: string): boolean {
    return this.facts.type(type) !== null || this.program.class(type) !== null;
  }

  private typesIn(fn: FunctionIr): Map<Place, string> {
    const key = `${fn.id} ${this.level}`;
    return (
      this.open.get(key) ??
      this.program.recall('types', fn, `${this.level}`, () => {
        const types = new Map<Place, string>(
          fn.params.flatMap(({ name, type }) => (type !== null && this.isKnown(type) ? [[name, type] as const] : [])),
        );
        this.open.set(key, types);
        visit(fn.body, types, { program: this.program, facts: this.facts, fn });
        this.open.delete(key);
        return types;
      })
    );
  }
}

function clean(type: string | undefined): string | null {
  return type === undefined || type === ambiguous ? null : type;
}

function note(types: Map<string, string>, place: string, type: string): void {
  const known = types.get(place);
  types.set(place, known === undefined || known === type ? type : ambiguous);
}

interface Around {
  program: Declared;
  facts: FactIndex;
  fn: FunctionIr;
}

function visit(stmts: readonly Stmt[], types: Map<Place, string>, around: Around): void {
  for (const stmt of stmts) {
    if (stmt.do === 'assign') {
      const type = typeOf(stmt.from, types);
      if (type) note(types, stmt.to, type);
      else if (stmt.from.kind !== 'const' && types.has(stmt.to)) note(types, stmt.to, ambiguous);
    }
    if (stmt.do === 'unpack') {
      stmt.to.forEach((place, index) => {
        const type = types.get(`${stmt.from}[${index}]`);
        if (place && type) note(types, place, type);
      });
    }
    if (stmt.do === 'call') visitCall(stmt, types, around);
    for (const body of bodiesOf(stmt)) visit(body, types, around);
  }
}

function visitCall(stmt: CallStmt, types: Map<Place, string>, { program, facts, fn }: Around): void {
  const callee = stmt.callee;
  const result = stmt.results[0];
  if (!result) return;
  if (callee.kind === 'new') return note(types, result, callee.className);
  const receiverType = callee.kind === 'method' ? (types.get(callee.receiver) ?? callee.type) : undefined;
  const fact =
    callee.kind === 'api'
      ? facts.call(callee.name)
      : callee.kind === 'method' && receiverType
        ? facts.method(receiverType, callee.name)
        : null;
  if (fact?.opens && !isCast(stmt, fact.opens)) return note(types, result, stmt.cast ?? ambiguous);
  if (fact?.opens) {
    if (fact.opens.elements) for (const element of fact.opens.elements) note(types, `${result}[${element.index}]`, element.type);
    else note(types, result, fact.opens.type);
  } else if (fact?.wraps) note(types, result, fact.wraps.type);
  else if (fact?.gives !== undefined) note(types, result, fact.gives);
  else {
    if (!fact && receiverType !== undefined && givesItself(program, stmt, receiverType)) return note(types, result, receiverType);
    const declared = fact ? [] : program.resultTypes(fn, stmt, null);
    stmt.results.forEach((place, index) => {
      const type = declared[index];
      if (place && type !== undefined && type !== '?') note(types, place, type);
      else if (place && index === 0 && types.has(place)) note(types, place, ambiguous);
    });
  }
}

/** A call of a method that returns nothing but its own object (`__enter__`, a chain of setters). */
function givesItself(program: Declared, { callee }: CallStmt, type: string): boolean {
  const id = callee.kind === 'method' ? own(program.class(type)?.methods, callee.name) : undefined;
  const method = id === undefined ? null : program.function(id);
  return method !== null && !method.isAsync && returnsItself(method);
}

const selfish = new WeakMap<FunctionIr, boolean>();

/** Does a method return nothing but its own object? */
export function returnsItself(method: FunctionIr): boolean {
  if (!method.receiver || method.isGenerator) return false;
  let gives = selfish.get(method);
  if (gives === undefined) {
    const returned = returnsIn(method.body);
    selfish.set(
      method,
      (gives = returned.length > 0 && returned.every((value) => value?.kind === 'place' && value.place === method.receiver)),
    );
  }
  return gives;
}

function returnsIn(stmts: readonly Stmt[]): (Operand | undefined)[] {
  return stmts.flatMap((stmt) => (stmt.do === 'return' ? [stmt.values[0]] : bodiesOf(stmt).flatMap(returnsIn)));
}

function typeOf(operand: Operand, types: Map<Place, string>): string | null {
  switch (operand.kind) {
    case 'place':
      return types.get(operand.place) ?? null;
    case 'record':
      return operand.type?.replace(/^[*&]+/, '') ?? null;
    case 'derived':
      return operand.how === 'length' ? null : typeOf(operand.of, types);
    default:
      return null;
  }
}

/** A type's name without pointers and `struct`. */
export function plainType(type: string): string | null {
  const name = type
    .replace(/^[*&]+/, '')
    .replace(/(?<![\s*])[\s*]+$/, '')
    .replace(/^(?:const |volatile )*(?:struct |union )?/, '')
    .trim();
  return name === '' || name === 'void' || name === '?' ? null : name;
}
