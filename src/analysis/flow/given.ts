/**
 * What a place gets wherever the program puts something into it, without regard to paths: a parameter from all its callers, a
 * field or a variable of the module from all who assign it.
 */

import { nodesOf } from './nodes-of.js';
import type { Graph } from './cfg.js';
import type { CallStmt, FunctionIr, Operand, Place, Span } from './ir.js';
import type { Where } from './notes.js';
import { isPlain, isTemporary, placesOf, rootOf } from './places.js';
import type { Program } from './program.js';
import { fewNaming } from './unit.js';
import { operandIn } from './values-of.js';

/** Parameters of functions that hand on what they are given, one inside the other. */
const maxDepth = 8;
/** Functions that are looked through for one question. */
const maxFunctions = 200;
/** Functions that may name what is asked for, those of tests among them. */
const mostNaming = 2 * maxFunctions;

/** Where a value comes from: written down, or the result of a call. */
type Source = { fn: FunctionIr; range: Span } & ({ operand: Operand } | { stmt: CallStmt; index: number });

/** Is what a place holds made by nobody with this field, and does nobody set the field later? */
export function lacksField(program: Program, fn: FunctionIr, place: Place, field: string): boolean {
  return program.recall('given', fn, `${place} lacks ${field}`, () => {
    const sources = new Sources(program, field).all(fn, place);
    return (
      sources !== null && sources.length > 0 && sources.every((source) => 'operand' in source && lacks(program, source.operand, field))
    );
  });
}

/** What everybody who makes what a place holds, or sets the field later, writes into this field, where that is one and the same. */
export function alwaysInField(program: Program, fn: FunctionIr, place: Place, field: string): Operand | null {
  return program.recall('given', fn, `${place} always ${field}`, () => {
    const sources = new Sources(program, field, true);
    const made = (sources.all(fn, place) ?? []).map((source) =>
      'operand' in source && source.operand.kind === 'record' ? source.operand : null,
    );
    const values = [...sources.written, ...made.flatMap((record) => record?.fields[field] ?? [])];
    const [first] = values;
    const isKnown = made.length > 0 && made.every((record) => record !== null && (sources.written.length > 0 || record.fields[field]));
    return first && isKnown && values.every((value) => placesOf(value).length === 0 && isSame(value, first)) ? first : null;
  });
}

/** The same text, wherever it stands. */
function isSame(one: Operand, other: Operand): boolean {
  const textOf = (operand: Operand): string => JSON.stringify(operand, (key, value: unknown) => (key === 'range' ? undefined : value));
  return textOf(one) === textOf(other);
}

function lacks(program: Program, operand: Operand, field: string): boolean {
  if (operand.kind === 'name') return program.facts.isUnset(operand.name);
  if (operand.kind !== 'record') return false;
  const value = operand.fields[field];
  return value === undefined || isNothing(value);
}

/** What a field is worth that nobody has set. */
function isNothing(operand: Operand): boolean {
  return operand.kind === 'const' && (operand.value === 0 || operand.value === null);
}

function setsNothing(op: Graph['nodes'][number]['op']): boolean {
  return op.op === 'assign' && isNothing(op.from);
}

/** Where what a place holds is written down. */
export function makersOf(program: Program, fn: FunctionIr, place: Place): readonly Where[] {
  return program.recall('given', fn, `${place} made`, () =>
    (new Sources(program, null).all(fn, place) ?? []).map((source) => ({ range: source.range, file: source.fn.file })),
  );
}

/** Is what a parameter is given always one of these names, by all its callers? */
export function isAlwaysAmong(program: Program, fn: FunctionIr, place: Place, names: readonly string[]): boolean {
  return program.recall('given', fn, `${place} among ${names.join()}`, () => {
    const sources = new Sources(program, null).all(fn, place) ?? [];
    return (
      sources.length > 0 &&
      sources.every((source) => {
        if ('operand' in source) return source.operand.kind === 'name' && names.includes(source.operand.name);
        const resolved = program.resolve(source.fn, source.stmt, null);
        return resolved.how === 'fact' && names.some((name) => resolved.fact.ok?.[source.index] === `@${name}`);
      })
    );
  });
}

class Sources {
  private left = maxFunctions;
  private readonly seen = new Set<string>();

  /** What the field is given later. */
  readonly written: Operand[] = [];

  /** `field`: what would give a value this field later makes it unknown, or is kept. */
  constructor(
    private readonly program: Program,
    private readonly field: string | null,
    private readonly keeps = false,
  ) {}

  all(fn: FunctionIr, place: Place): Source[] | null {
    const sources = this.ofPlace(fn, place, maxDepth);
    return this.left < 0 ? null : sources;
  }

  /** Null: something unknown may come from somewhere. */
  private of(fn: FunctionIr, operand: Operand, depth: number, range: Span): Source[] | null {
    switch (operand.kind) {
      case 'place':
        return this.ofPlace(fn, operand.place, depth);
      case 'derived':
        return operand.how === 'like' || operand.how === 'address' ? this.of(fn, operand.of, depth, range) : null;
      case 'const':
        return operand.value === null ? [] : [{ fn, operand, range }];
      case 'name':
      case 'record':
        return [{ fn, operand, range }];
      default:
        return null;
    }
  }

  private ofPlace(fn: FunctionIr, place: Place, depth: number): Source[] | null {
    const key = `${fn.id} ${place}`;
    if (this.seen.has(key)) return [];
    this.seen.add(key);
    const root = rootOf(place);
    if (!isPlain(place)) return this.ofField(fn, place, depth);
    const index = fn.params.findIndex(({ name }) => name === place);
    if (index >= 0) return join([this.ofParameter(fn, index, depth - 1), this.assigned([fn], place, depth)]);
    if (isTemporary(root) || fn.locals.includes(root) || fn.captures.includes(root)) {
      const around = this.program
        .unitOf(fn)
        .functionsBeside(fn.id)
        .filter(
          (other) =>
            other === fn || other.captures.includes(root) || other.locals.includes(root) || other.params.some(({ name }) => name === root),
        );
      const sources = this.assigned([...new Set([fn, ...around])], place, depth);
      return sources?.length === 0 ? null : sources;
    }
    return root === fn.receiver
      ? null
      : this.assigned(
          this.program.functionsNaming(fn, root).filter((other) => !isOwn(other, root)),
          place,
          depth,
        );
  }

  private ofParameter(fn: FunctionIr, index: number, depth: number): Source[] | null {
    const param = fn.params[index];
    if (depth < 0 || !param || param.variadic) return null;
    const found: (Source[] | null)[] = [];
    for (const caller of this.few(this.naming(fn, fn.name).filter(({ isTest }) => !isTest))) {
      for (const stmt of this.callsIn(caller)) {
        const resolved = this.program.resolve(caller, stmt, null);
        if (resolved.how !== 'local' || resolved.fn.id !== fn.id) continue;
        const operand = operandIn(stmt, { arg: index, name: param.name }) ?? param.default ?? null;
        found.push(operand ? this.of(caller, operand, depth, stmt.range) : null);
      }
    }
    return found.length === 0 ? null : join(found);
  }

  /** Functions in whose text a name stands, here and where others name it as a part of something. */
  private naming(fn: FunctionIr, name: string): readonly FunctionIr[] {
    if (this.left < 0) return [];
    const beyond = this.program.naming(name, mostNaming);
    const found = beyond && fewNaming([...new Set([...this.program.unitsNaming(fn, name), ...beyond])], name, mostNaming);
    if (!found) this.left = -1;
    return found ?? [];
  }

  /** None where there are more than may still be looked through: then nothing will be known. */
  private few(functions: readonly FunctionIr[]): readonly FunctionIr[] {
    if (functions.length > this.left) this.left = -1;
    return this.left < 0 ? [] : functions;
  }

  /** A field of an object of a class of the program. */
  private ofField(fn: FunctionIr, place: Place, depth: number): Source[] | null {
    const dot = place.lastIndexOf('.');
    const owner = dot > 0 ? this.program.classOf(fn, place.slice(0, dot), null) : null;
    const name = place.slice(dot + 1);
    if (owner === null || !this.program.class(owner) || !/^\w+$/.test(name)) return null;
    const found: (Source[] | null)[] = [];
    for (const other of this.few(this.naming(fn, name))) {
      for (const { op } of this.nodes(other)) {
        const operands =
          op.op === 'assign' ? [op.from] : op.op === 'call' ? op.stmt.args.map(({ value }) => value) : op.op === 'return' ? op.values : [];
        for (const record of operands.flatMap(recordsIn))
          if (record.type?.replace(/^[*&]+/, '') === owner && record.fields[name])
            found.push(this.of(other, record.fields[name], depth, rangeOf(op)));
        for (const to of targetsOf(op)) {
          const at = to.indexOf(`.${name}`);
          const holder = at > 0 ? this.program.classOf(other, to.slice(0, at), null) : null;
          if (at <= 0 || (holder !== null && holder !== owner)) continue;
          const rest = to.slice(at + name.length + 1);
          if (rest === '') found.push(op.op === 'assign' ? this.of(other, op.from, depth, op.range) : null);
          else if (this.field !== null && rest === `.${this.field}`) found.push(this.later(op));
        }
      }
    }
    return found.length === 0 ? null : join(found);
  }

  /** What functions assign to a variable. */
  private assigned(functions: readonly FunctionIr[], place: Place, depth: number): Source[] | null {
    const found: (Source[] | null)[] = [];
    for (const fn of this.few(functions)) {
      for (const { op } of this.nodes(fn)) {
        if (op.op === 'assign' && op.to === place) found.push(this.of(fn, op.from, depth, op.range));
        else if (op.op === 'call' && op.stmt.results.includes(place))
          found.push(this.ofCall(fn, op.stmt, op.stmt.results.indexOf(place), depth));
        else if (this.field !== null && targetsOf(op).includes(`${place}.${this.field}`)) found.push(this.later(op));
        else if (op.op === 'unpack' && op.to.includes(place)) found.push(null);
      }
    }
    return join(found);
  }

  /** The field is set. */
  private later(op: Graph['nodes'][number]['op']): Source[] | null {
    if (setsNothing(op)) return [];
    if (!this.keeps || op.op !== 'assign') return null;
    this.written.push(op.from);
    return [];
  }

  private ofCall(fn: FunctionIr, stmt: CallStmt, index: number, depth: number): Source[] | null {
    const resolved = this.program.resolve(fn, stmt, null);
    if (resolved.how === 'local') return depth > 0 && !resolved.isNew ? this.returned(resolved.fn, index, depth - 1) : null;
    const passed =
      resolved.how === 'fact' && index === 0 && resolved.fact.passes !== undefined ? operandIn(stmt, resolved.fact.passes) : null;
    return passed ? this.of(fn, passed, depth, stmt.range) : [{ fn, stmt, index, range: stmt.range }];
  }

  /** What a function of the program returns. */
  private returned(fn: FunctionIr, index: number, depth: number): Source[] | null {
    const returns = this.nodes(fn).flatMap(({ op }) => (op.op === 'return' ? [op] : []));
    return returns.length === 0
      ? null
      : join(returns.map(({ values, range }) => (values[index] ? this.of(fn, values[index], depth, range) : null)));
  }

  private callsIn(fn: FunctionIr): CallStmt[] {
    return this.nodes(fn).flatMap(({ op }) => (op.op === 'call' ? [op.stmt] : []));
  }

  private nodes(fn: FunctionIr): readonly Graph['nodes'][number][] {
    this.left -= 1;
    return this.left < 0 ? [] : nodesOf(this.program, fn);
  }
}

/** Its own variable of that name; a module's are everybody's. */
function isOwn(fn: FunctionIr, root: string): boolean {
  if (fn.kind === 'module') return false;
  return fn.locals.includes(root) || fn.captures.includes(root) || root === fn.receiver || fn.params.some(({ name }) => name === root);
}

function join(found: readonly (Source[] | null)[]): Source[] | null {
  const sources: Source[] = [];
  for (const one of found) {
    if (one === null) return null;
    sources.push(...one);
  }
  return sources;
}

function rangeOf(op: Graph['nodes'][number]['op']): Span {
  return op.op === 'call' ? op.stmt.range : 'range' in op ? op.range : { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
}

function targetsOf(op: Graph['nodes'][number]['op']): Place[] {
  if (op.op === 'assign') return [op.to];
  if (op.op === 'call') return op.stmt.results.flatMap((place) => place ?? []);
  return op.op === 'unpack' ? op.to.flatMap((place) => place ?? []) : [];
}

function recordsIn(operand: Operand): Extract<Operand, { kind: 'record' }>[] {
  switch (operand.kind) {
    case 'record':
      return [operand, ...Object.values(operand.fields).flatMap(recordsIn)];
    case 'tuple':
      return operand.items.flatMap(recordsIn);
    case 'derived':
      return recordsIn(operand.of);
    default:
      return [];
  }
}
