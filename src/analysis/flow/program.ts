/** What the engine works on: the functions and classes of a file, and of those that it uses, with graphs and facts. */

import { idleTests } from './relevance.js';
import { own } from './own.js';
import type { Explored } from './after-close.js';
import { buildGraph } from './cfg.js';
import type { Graph } from './cfg.js';
import {
  constructorOf,
  fieldIn,
  foreignBases,
  hasBase,
  hasPlainBases,
  losesOnThrow,
  methodIdOf,
  methodOf,
  openingBase,
  overrides,
  ownLimits,
  resultsOf,
} from './classes.js';
import type { ClassTable } from './classes.js';
import type { FactIndex } from './fact-index.js';
import type { BlockFact, CallFact } from './facts.js';
import type { CallStmt, Callee, ClassIr, FunctionDecl, FunctionIr, Place } from './ir.js';
import { handlesSignal, isLimitedEverywhere, limitedFunctions } from './file-wide.js';
import { liveness } from './live.js';
import type { Liveness } from './live.js';
import { Memory } from './memory.js';
import type { Kind } from './memory.js';
import { methodIn } from './overloads.js';
import type { Given } from './overloads.js';
import { StaticTypes } from './static-types.js';
import type { State } from './state.js';
import type { Options } from './tracked.js';
import type { Traits } from './traits.js';
import { fewNaming } from './unit.js';
import type { Unit } from './unit.js';
import type { Linked } from './linked.js';

/** What a call turns out to be. */
export type Resolved =
  | { how: 'fact'; fact: CallFact }
  | { how: 'local'; fn: FunctionIr; receiver: Place | null; isNew: boolean }
  | { how: 'unknown'; className?: string };

/** Something was left out because it costs too much. */
export interface Limit {
  /** The function's name, as the source has it. */
  function: string;
  line: number;
  /** The file, where that is not the one at hand. */
  file?: string;
}

export class Program implements ClassTable {
  private readonly exceptions = new Map<Unit, FactIndex>();
  /** Options of the listener at an accept, by `function:node`. */
  readonly listenerOptions = new Map<string, Options>();
  /** Options of listeners that are kept in fields, by `Class.field`. */
  readonly fieldOptions = new Map<string, Options>();
  readonly memory: Memory;
  /** Who can reach fields, by class and field. */
  readonly members = new Map<string, unknown>();
  private readonly types: StaticTypes;
  private signalHandled: boolean | null = null;
  private everywhere: boolean | undefined;
  /** What was left out. */
  readonly limits = new Map<string, Limit>();
  /** Every exploration that is made, where somebody wants to look at them afterwards. */
  explored: Map<string, Explored> | null = null;
  constructor(
    readonly unit: Unit,
    readonly facts: FactIndex,
    readonly traits: Traits,
    private readonly linked: Linked | null = null,
  ) {
    this.memory = linked?.memory ?? new Memory();
    this.types = new StaticTypes(this, facts);
  }

  /** The facts, with the exceptions that the file of a function declares. */
  factsAt(fn: FunctionIr): FactIndex {
    const unit = this.unitOf(fn);
    let found = this.exceptions.get(unit);
    if (!found) {
      const own = unit.file.classes.filter((cls) => cls.bases.some((base) => this.facts.knowsException(base)));
      this.exceptions.set(unit, (found = this.facts.withExceptions(own.map((cls) => [cls.name, cls.bases]))));
    }
    return found;
  }

  class(name: string): ClassIr | null {
    return this.unit.class(name) ?? this.linked?.class(name) ?? null;
  }

  /** Classes of the file at hand. */
  get ownClasses(): readonly ClassIr[] {
    const { linked, unit } = this;
    if (!linked || unit.path === null) return unit.file.classes;
    const path = unit.path;
    return unit.file.classes.flatMap((cls) => linked.class(linked.classIn(path, cls.name)) ?? []);
  }

  /** Are the files around this one here, too? */
  get isWhole(): boolean {
    return this.linked?.isWhole ?? false;
  }

  /** Other files whose text names this field of something; null where more than `most` do: then none of them is parsed. */
  naming(field: string, most: number): readonly Unit[] | null {
    return this.linked ? (this.linked.naming(field, most)?.filter((unit) => unit !== this.unit) ?? null) : [];
  }

  /** A function by its id, lowered if it was not yet. */
  function(id: string): FunctionIr | null {
    return (this.linked?.unitOf(id) ?? this.unit).function(id);
  }

  /** The file that a function stands in. */
  unitOf(fn: FunctionIr | FunctionDecl): Unit {
    return this.linked?.unitOf(fn.id) ?? this.unit;
  }

  /** Functions, of this file or of others that may mean it, in whose text a word stands. */
  functionsNaming(fn: FunctionIr, name: string): readonly FunctionIr[] {
    return fewNaming(this.unitsNaming(fn, name), name) ?? [];
  }

  /** Files, of the function or others that may mean it, in which a word stands. */
  unitsNaming(fn: FunctionIr, name: string): readonly Unit[] {
    const unit = this.unitOf(fn);
    return this.linked && unit.path !== null ? this.linked.holding(unit.path, name) : [unit];
  }

  /** Something was cut short in this function: said once. */
  limit(fn: FunctionIr): void {
    if (this.limits.has(fn.id)) return;
    const isOther = fn.file !== undefined && fn.file !== this.unit.path;
    this.limits.set(fn.id, { function: fn.name, line: fn.range.startLine, ...(isOther ? { file: fn.file } : {}) });
  }

  graph(fn: FunctionIr): Graph | null {
    const graph = this.recall('graph', fn, '', () => buildGraph(this.function(fn.id) ?? fn));
    if (!graph) this.limit(fn);
    return graph;
  }

  live(graph: Graph): Liveness {
    return this.recall('live', graph.function, '', () => liveness(graph, this, idleTests(this, graph)));
  }

  /** What is kept of a function under a key, made now if nothing is. */
  recall<T>(kind: Kind, fn: FunctionIr, key: string, make: () => T): T {
    return this.memory.recall(kind, key === '' ? fn.id : `${fn.id} ${key}`, () => {
      // It is made of the function's file, even if nobody asks for that.
      this.unitOf(fn);
      return make();
    });
  }

  /** Is this variable of a function's module (or of an enclosing function) read or written by another function? */
  usedElsewhere(fn: FunctionIr, root: string): boolean {
    return this.unitOf(fn).isNamedInFunctions(root);
  }

  /** Has all that waits here a limit: by the default of all connections, if this wait keeps to it, or by what its file says? */
  limitsAll(fn: FunctionIr, { mode }: CallStmt, blocks: BlockFact | undefined): boolean {
    if (mode !== 'await' && blocks?.ownDefault !== true && (this.everywhere ??= isLimitedEverywhere(this))) return true;
    return limitedFunctions(this.facts, this.unitOf(fn)).has(fn.id);
  }

  /** Does the file say what happens on the signal by which a send kills? */
  get handlesSignal(): boolean {
    return (this.signalHandled ??= handlesSignal(this.facts, this.unit));
  }

  /** A method of a class of the program or of its bases; `open` when a base is not here. */
  method(className: string, name: string, given: Given | null = null): { fn: FunctionIr | null; open: boolean } {
    return methodOf(this, className, name, given);
  }

  soleImplementer(className: string): string | null {
    return this.linked?.soleImplementer(className) ?? null;
  }

  /** What a call hands over, for the choice among methods of one name. */
  private given(fn: FunctionIr, stmt: CallStmt, state: State | null): Given {
    return { args: stmt.args.map(({ value }) => value), typeOf: (place) => this.classOf(fn, place, state) };
  }

  /** May the file of this function test this field (of whatever object)? Only then is its value worth remembering. */
  isTested(fn: FunctionIr, place: Place): boolean {
    return this.unitOf(fn).isTested(place.slice(place.lastIndexOf('.') + 1));
  }

  losesOnThrow(className: string | null): boolean {
    return losesOnThrow(this, className, (base) => this.facts.isPlainBase(base));
  }

  hasPlainBases(className: string): boolean {
    return hasPlainBases(this, className, (base) => this.facts.isPlainBase(base));
  }

  hasBase(className: string, base: string): boolean {
    return hasBase(this, className, base);
  }

  /** Class of the file that a place holds an object of, as far as this function shows it. */
  classOf(fn: FunctionIr, place: Place, state: State | null): string | null {
    const known = state?.facts.get(place);
    if (known?.startsWith('obj:')) return known.slice(4);
    if (place === fn.receiver) return fn.className;
    const type = own(fn.types, place) ?? fn.params.find((param) => param.name === place)?.type;
    if (type) return this.made(type.replace(/^[*&]+/, ''));
    const seen = this.types.of(fn, place);
    if (seen) return seen;
    const dot = place.lastIndexOf('.');
    if (dot <= 0) return fn.captures.includes(place) ? this.capturedType(fn, place) : this.globalType(fn, place);
    const owner = this.classOf(fn, place.slice(0, dot), state);
    const name = place.slice(dot + 1);
    const field = owner ? (fieldIn(this.class(owner), name) ?? this.types.field(owner, name)) : undefined;
    return field?.replace(/^[*&]+/, '') ?? null;
  }

  /** A variable of a function around. */
  private capturedType(fn: FunctionIr, place: Place): string | null {
    const owners = this.unitOf(fn)
      .ownersBeside(fn.id, place)
      .filter((one) => one !== fn);
    const [owner] = owners;
    return owner && owners.length === 1 ? this.classOf(owner, place, null) : null;
  }

  private globalType(fn: FunctionIr, place: Place): string | null {
    if (place.startsWith('%') || fn.locals.includes(place)) return null;
    const { path, file } = this.unitOf(fn);
    return this.made((this.linked && path !== null ? this.linked.globalIn(path, place) : own(file.globals, place)) ?? null);
  }

  /** A type; for `=call` that of what a library's call gives. */
  private made(type: string | null): string | null {
    return type?.startsWith('=') ? (this.facts.call(type.slice(1))?.gives ?? null) : type;
  }

  /** Declared types of the results of a call, where a declaration is in sight. */
  resultTypes(fn: FunctionIr, stmt: CallStmt, state: State | null): readonly string[] {
    const { callee } = stmt;
    switch (callee.kind) {
      case 'local':
        return this.declaredResults(callee.id);
      case 'value':
        return this.valueResults(this.classOf(fn, callee.place, state));
      case 'method': {
        const type = this.classOf(fn, callee.receiver, state) ?? callee.type ?? null;
        if (type === null || !this.class(type)) return [];
        const id = methodIdOf(this, type, callee.name, this.given(fn, stmt, state));
        if (id !== null) return this.declaredResults(id);
        const own = resultsOf(this, type, callee.name);
        return own.length > 0 ? own : this.valueResults(fieldIn(this.class(type), callee.name));
      }
      default:
        return [];
    }
  }

  declaredResults(id: string): readonly string[] {
    const unit = this.linked?.unitOf(id) ?? this.unit;
    const results = unit.decl(id)?.results ?? [];
    const { linked } = this;
    return linked && unit.path !== null ? results.map((type) => linked.typeIn(unit.path as string, type)) : results;
  }

  /** Results of a function value by its type: `func:net.Conn,error`, or a type of functions that has a name. */
  private valueResults(type: string | null): readonly string[] {
    if (type === null) return [];
    return type.startsWith('func:') ? type.slice('func:'.length).split(',') : resultsOf(this, type, '');
  }

  /** What a call calls. `state` may be null: then only what is evident without a path. */
  resolve(fn: FunctionIr, stmt: CallStmt, state: State | null): Resolved {
    const known = this.resolveCallee(fn, stmt, state);
    const resolved = known.how === 'unknown' && known.className === undefined ? this.resolveDeclared(fn, stmt, state) : known;
    const taught =
      this.unitOf(fn).taught.has(stmt.range.startLine) ||
      (resolved.how === 'local' && this.unitOf(resolved.fn).taught.has(resolved.fn.nameRange.startLine));
    return taught ? { how: 'unknown' } : resolved;
  }

  /** Nothing but its declaration is known of what is called. */
  private resolveDeclared(fn: FunctionIr, stmt: CallStmt, state: State | null): Resolved {
    const { callee } = stmt;
    if (callee.kind !== 'value' && callee.kind !== 'method') return { how: 'unknown' };
    const name = callee.kind === 'value' ? callee.place.slice(callee.place.lastIndexOf('.') + 1) : callee.name;
    const results = this.resultTypes(fn, stmt, state);
    const fact = results.length === 0 ? null : this.facts.declared(results, name, this.given(fn, stmt, state));
    return fact ? { how: 'fact', fact } : { how: 'unknown' };
  }

  private resolveCallee(fn: FunctionIr, stmt: CallStmt, state: State | null): Resolved {
    const callee = stmt.callee;
    switch (callee.kind) {
      case 'api': {
        const fact = this.facts.call(callee.name, stmt.args);
        return fact ? { how: 'fact', fact } : { how: 'unknown' };
      }
      case 'local':
        return this.localFunction(callee.id, fn.receiver, this.given(fn, stmt, state));
      case 'new': {
        const found = this.method(callee.className, this.constructorOf(callee.className) ?? '', this.given(fn, stmt, state));
        if (found.fn) return { how: 'local', fn: found.fn, receiver: stmt.results[0] ?? null, isNew: true };
        const opening = openingBase(this, this.facts, callee.className);
        return opening ? { how: 'fact', fact: { ...opening, ...ownLimits } } : { how: 'unknown', className: callee.className };
      }
      case 'value': {
        const known = state?.facts.get(callee.place);
        return known?.startsWith('fn:') ? this.localFunction(known.slice(3), null) : { how: 'unknown' };
      }
      case 'method': {
        if (callee.in !== undefined) {
          const found = this.method(callee.in, callee.name, this.given(fn, stmt, state));
          return found.fn ? { how: 'local', fn: found.fn, receiver: callee.receiver, isNew: false } : { how: 'unknown' };
        }
        return this.resolveMethod(fn, stmt, callee, state);
      }
    }
  }

  private resolveMethod(
    fn: FunctionIr,
    stmt: CallStmt,
    { receiver, name, type: declared }: Extract<Callee, { kind: 'method' }>,
    state: State | null,
  ): Resolved {
    const alias = state?.aliases.get(receiver) ?? (state ? this.partType(state, receiver) : null);
    const known = alias && this.facts.method(alias, name);
    if (known) return { how: 'fact', fact: known };
    const type = this.classOf(fn, receiver, state) ?? declared?.replace(/^[*&]+/, '') ?? null;
    if (type && this.class(type)) {
      const found = this.method(type, name, this.given(fn, stmt, state));
      if (found.fn?.isAbstract) return { how: 'unknown' };
      if (found.fn) return { how: 'local', fn: found.fn, receiver, isNew: false };
    }
    if (type) {
      const fact = this.facts.method(type, name);
      if (fact) return { how: 'fact', fact };
    }
    for (const base of type ? foreignBases(this, type) : []) {
      const fact = this.facts.method(base, name);
      // A class that asks in its own way has limits of its own, for all that we know.
      if (fact)
        return fact.blocks && overrides(this, type as string, (method) => this.facts.method(base, method)?.blocks !== undefined)
          ? { how: 'unknown' }
          : { how: 'fact', fact };
    }
    const any = this.facts.anyMethod(name);
    return any ? { how: 'fact', fact: any } : { how: 'unknown' };
  }

  /** What a call calls, in the source's words as far as they are known. */
  calledName({ callee }: CallStmt): string {
    switch (callee.kind) {
      case 'method':
      case 'api':
        return callee.name;
      case 'new':
        return callee.className;
      case 'local':
        return this.function(callee.id)?.name ?? callee.id;
      case 'value':
        return callee.place;
    }
  }

  /** `resp.Body` is another name of the connection that `resp` is. */
  partType(state: State, place: Place): string | null {
    const dot = place.lastIndexOf('.');
    if (dot <= 0) return null;
    const type = state.aliases.get(place.slice(0, dot)) ?? this.partType(state, place.slice(0, dot));
    return type ? this.facts.part(type, place.slice(dot + 1)) : null;
  }

  private localFunction(id: string, receiver: Place | null, given: Given | null = null): Resolved {
    const decl = given ? (this.linked?.unitOf(id) ?? this.unit).decl(id) : null;
    // Of a class's functions of one name the one that takes what is given.
    const cls = decl?.owner === undefined ? null : this.class(id.slice(0, id.length - decl.id.length) + decl.owner);
    const chosen = cls && decl ? (methodIn(cls, decl.name, given) ?? id) : id;
    const fn = chosen === 'several' ? null : this.function(chosen);
    // A literal knows the object of the function around it by the same name.
    return fn
      ? { how: 'local', fn, receiver: fn.kind === 'lambda' && fn.receiver === receiver ? receiver : null, isNew: false }
      : { how: 'unknown' };
  }

  private constructorOf(className: string): string | null {
    return constructorOf(this, className, (id) => (this.linked?.unitOf(id) ?? this.unit).decl(id)?.kind === 'constructor');
  }
}
