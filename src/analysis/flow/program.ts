/** One file as the engine sees it: functions, classes, graphs, facts, the time that is left. */

import { buildGraph } from './cfg.js';
import type { Graph } from './cfg.js';
import type { FactIndex } from './fact-index.js';
import type { CallFact } from './facts.js';
import type { CallStmt, ClassIr, FileIr, FunctionIr, Operand, Place } from './ir.js';
import { bodiesOf } from './cfg.js';
import { liveness } from './live.js';
import type { Liveness } from './live.js';
import { rootOf } from './places.js';
import { taughtLines } from './taught.js';
import { staticTypes } from './static-types.js';
import type { StaticTypes } from './static-types.js';
import type { State } from './state.js';
import type { Options } from './tracked.js';
import { operandIn } from './values-of.js';

/** What the engine must know of a language. */
export interface Traits {
  /** A call of something unknown may raise. */
  callsMayThrow: boolean;
  /** Handlers for these types catch almost everything. */
  catchAll: readonly string[];
  /** What an `await` raises when its task is cancelled; null without. */
  cancellation: string | null;
}

/** What a call turns out to be. */
export type Resolved =
  | { how: 'fact'; fact: CallFact }
  | { how: 'local'; fn: FunctionIr; receiver: Place | null; isNew: boolean }
  | { how: 'unknown'; className?: string };

export class OutOfTime extends Error {}

export class Program {
  readonly functions = new Map<string, FunctionIr>();
  readonly classes = new Map<string, ClassIr>();
  private readonly graphs = new Map<string, Graph | null>();
  private readonly lives = new Map<string, Liveness>();
  private readonly outerUses = new Set<string>();
  /** Options of the listener at an accept, by `function:node`. */
  readonly listenerOptions = new Map<string, Options>();
  /** Options of listeners that are kept in fields, by `Class.field`. */
  readonly fieldOptions = new Map<string, Options>();
  /** Memo of explorations of functions of the file. */
  readonly memo = new Map<string, unknown>();
  private readonly types: StaticTypes;
  private signalHandled: boolean | null = null;
  private allLimited: boolean | null = null;
  /** Lines whose calls, or whose function, take over what they are given: somebody said so in a comment. */
  private readonly taught: ReadonlySet<number>;
  private readonly tested = new Map<string, Set<string>>();
  private testedFields: Set<string> | null = null;
  /** States visited for the connection that is being followed. */
  effort = 0;
  /** Something was left out because it was too large. */
  incomplete = false;
  /** The time was over before all connections were followed. */
  timedOut = false;

  constructor(
    readonly file: FileIr,
    readonly facts: FactIndex,
    readonly traits: Traits,
    private readonly clock: () => number,
    private readonly deadline: number,
  ) {
    for (const fn of file.functions) this.functions.set(fn.id, fn);
    for (const cls of file.classes) {
      this.classes.set(cls.name, cls);
      if (cls.bases.some((base) => facts.knowsException(base))) facts.exceptions[cls.name] ??= cls.bases;
    }
    for (const fn of file.functions) for (const root of outerRootsOf(fn)) this.outerUses.add(root);
    this.types = staticTypes(file, facts);
    this.taught = taughtLines(file.comments);
  }

  /** Throws OutOfTime when the file's time is over. */
  checkTime(): void {
    if (this.clock() > this.deadline) throw new OutOfTime();
  }

  graph(fn: FunctionIr): Graph | null {
    let graph = this.graphs.get(fn.id);
    if (graph === undefined) {
      graph = buildGraph(fn);
      if (!graph) this.incomplete = true;
      this.graphs.set(fn.id, graph);
    }
    return graph;
  }

  live(graph: Graph): Liveness {
    let live = this.lives.get(graph.function.id);
    if (!live) {
      live = liveness(graph, this.functions);
      this.lives.set(graph.function.id, live);
    }
    return live;
  }

  /** Is this variable of the module (or of an enclosing function) read or written by another function? */
  usedElsewhere(root: string): boolean {
    return this.outerUses.has(root);
  }

  /** Does the file give all connections a default limit? */
  get limitsAll(): boolean {
    return (this.allLimited ??= this.file.functions.some((fn) => callsOf(fn.body).some((stmt) => stmt.callee.kind === 'api' && this.facts.call(stmt.callee.name)?.limitsAll === true)));
  }

  /** Does the file say what happens on the signal by which a send kills? */
  get handlesSignal(): boolean {
    return (this.signalHandled ??= this.file.functions.some((fn) => callsOf(fn.body).some((stmt) => {
      const handles = stmt.callee.kind === 'api' ? this.facts.call(stmt.callee.name)?.handlesSignal : undefined;
      const operand = handles ? operandIn(stmt, handles.arg) : null;
      return operand?.kind === 'name' && handles?.names.includes(operand.name) === true;
    })));
  }

  /** A method of a class of the file or of its bases in the file; `open` when a base is not here. */
  method(className: string, name: string): { fn: FunctionIr | null; open: boolean } {
    const queue = [className];
    const seen = new Set<string>();
    let open = false;
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const cls = this.classes.get(at);
      if (!cls) {
        open ||= at !== 'object';
        continue;
      }
      const id = cls.methods[name];
      const fn = id === undefined ? undefined : this.functions.get(id);
      if (fn) return { fn, open };
      queue.push(...cls.bases);
    }
    return { fn: null, open };
  }

  /** Does this function, or one that it calls, test this field (of whatever object)? Only then is its value worth remembering. */
  isTested(fn: FunctionIr, place: Place): boolean {
    return this.testedBy(fn, []).has(place.slice(place.lastIndexOf('.') + 1));
  }

  /** Does any function of the file? What is left in a field may be tested by whoever called. */
  isTestedAnywhere(place: Place): boolean {
    this.testedFields ??= new Set(this.file.functions.flatMap((fn) => [...testedFieldsOf(fn).fields]));
    return this.testedFields.has(place.slice(place.lastIndexOf('.') + 1));
  }

  private testedBy(fn: FunctionIr, visiting: readonly string[]): ReadonlySet<string> {
    const known = this.tested.get(fn.id);
    if (known) return known;
    if (visiting.includes(fn.id)) return new Set();
    const { fields, calls } = testedFieldsOf(fn);
    for (const stmt of calls) {
      const resolved = this.resolve(fn, stmt, null);
      if (resolved.how === 'local') for (const field of this.testedBy(resolved.fn, [...visiting, fn.id])) fields.add(field);
    }
    this.tested.set(fn.id, fields);
    return fields;
  }

  /** Is an object whose constructor throws surely lost with all it holds? Not with a destructor, or with bases that are not here. */
  losesOnThrow(className: string | null): boolean {
    const queue = className === null ? [] : [className];
    const seen = new Set<string>();
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      if (seen.has(at) || at === 'object') continue;
      seen.add(at);
      const cls = this.classes.get(at);
      if (!cls || cls.hasDestructor) return false;
      queue.push(...cls.bases);
    }
    return className !== null;
  }

  /** Is `base` among the bases of a class of the file, directly or through classes of the file? */
  hasBase(className: string, base: string): boolean {
    const queue = [className];
    const seen = new Set<string>();
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      if (at === base) return true;
      if (seen.has(at)) continue;
      seen.add(at);
      queue.push(...(this.classes.get(at)?.bases ?? []));
    }
    return false;
  }

  /** Class of the file that a place holds an object of, as far as this function shows it. */
  classOf(fn: FunctionIr, place: Place, state: State | null): string | null {
    const known = state?.facts.get(place);
    if (known?.startsWith('obj:')) return known.slice(4);
    if (place === fn.receiver) return fn.className;
    const type = fn.types?.[place] ?? fn.params.find((param) => param.name === place)?.type;
    if (type) return type.replace(/^[*&]+/, '');
    const seen = this.types.of(fn, place);
    if (seen) return seen;
    const dot = place.lastIndexOf('.');
    if (dot <= 0) return null;
    const owner = this.classOf(fn, place.slice(0, dot), state);
    const name = place.slice(dot + 1);
    const field = owner ? (this.classes.get(owner)?.fields?.[name] ?? this.types.field(owner, name)) : undefined;
    return field?.replace(/^[*&]+/, '') ?? null;
  }

  /** What a call calls. `state` may be null: then only what is evident without a path. */
  resolve(fn: FunctionIr, stmt: CallStmt, state: State | null): Resolved {
    const resolved = this.resolveCallee(fn, stmt, state);
    const taught = this.taught.has(stmt.range.startLine) || (resolved.how === 'local' && this.taught.has(resolved.fn.nameRange.startLine));
    return taught ? { how: 'unknown' } : resolved;
  }

  private resolveCallee(fn: FunctionIr, stmt: CallStmt, state: State | null): Resolved {
    const callee = stmt.callee;
    switch (callee.kind) {
      case 'api': {
        const fact = this.facts.call(callee.name);
        return fact ? { how: 'fact', fact } : { how: 'unknown' };
      }
      case 'local': return this.localFunction(callee.id, null);
      case 'new': {
        const found = this.method(callee.className, this.constructorOf(callee.className) ?? '');
        return found.fn ? { how: 'local', fn: found.fn, receiver: stmt.results[0] ?? null, isNew: true } : { how: 'unknown', className: callee.className };
      }
      case 'value': {
        const known = state?.facts.get(callee.place);
        return known?.startsWith('fn:') ? this.localFunction(known.slice(3), null) : { how: 'unknown' };
      }
      case 'method': {
        if (callee.in !== undefined) {
          const found = this.method(callee.in, callee.name);
          return found.fn ? { how: 'local', fn: found.fn, receiver: callee.receiver, isNew: false } : { how: 'unknown' };
        }
        return this.resolveMethod(fn, callee.receiver, callee.name, callee.type, state);
      }
    }
  }

  private resolveMethod(fn: FunctionIr, receiver: Place, name: string, declared: string | undefined, state: State | null): Resolved {
    const alias = state?.aliases.get(receiver) ?? (state ? this.partType(state, receiver) : null);
    if (alias) {
      const fact = this.facts.method(alias, name);
      if (fact) return { how: 'fact', fact };
    }
    const type = this.classOf(fn, receiver, state) ?? declared?.replace(/^[*&]+/, '') ?? null;
    if (type && this.classes.has(type)) {
      const found = this.method(type, name);
      if (found.fn?.isAbstract) return { how: 'unknown' };
      if (found.fn) return { how: 'local', fn: found.fn, receiver, isNew: false };
    }
    if (type) {
      const fact = this.facts.method(type, name);
      if (fact) return { how: 'fact', fact };
    }
    const any = this.facts.anyMethod(name);
    return any ? { how: 'fact', fact: any } : { how: 'unknown' };
  }

  /** `resp.Body` is another name of the connection that `resp` is. */
  partType(state: State, place: Place): string | null {
    const dot = place.lastIndexOf('.');
    if (dot <= 0) return null;
    const type = state.aliases.get(place.slice(0, dot)) ?? this.partType(state, place.slice(0, dot));
    return type ? this.facts.part(type, place.slice(dot + 1)) : null;
  }

  private localFunction(id: string, receiver: Place | null): Resolved {
    const fn = this.functions.get(id);
    return fn ? { how: 'local', fn, receiver, isNew: false } : { how: 'unknown' };
  }

  private constructorOf(className: string): string | null {
    const queue = [className];
    const seen = new Set<string>();
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      const cls = seen.has(at) ? undefined : this.classes.get(at);
      seen.add(at);
      if (!cls) continue;
      for (const [name, id] of Object.entries(cls.methods)) if (this.functions.get(id)?.kind === 'constructor') return name;
      queue.push(...cls.bases);
    }
    return null;
  }
}

function callsOf(stmts: readonly CallLike[]): CallStmt[] {
  return stmts.flatMap((stmt) => [...(stmt.do === 'call' ? [stmt] : []), ...bodiesOf(stmt).flatMap(callsOf)]);
}

/** Roots of a function that belong to an enclosing function or to the module. */
function outerRootsOf(fn: FunctionIr): Set<string> {
  const own = new Set<string>([...fn.locals, ...fn.params.map((param) => param.name), fn.receiver ?? '']);
  const roots = new Set<string>(fn.captures);
  if (fn.kind === 'module') return roots;
  const visit = (stmts: readonly CallLike[]): void => {
    for (const stmt of stmts) {
      for (const place of placesIn(stmt)) {
        const root = rootOf(place);
        if (!own.has(root) && !root.startsWith('%')) roots.add(root);
      }
      for (const body of bodiesOf(stmt)) visit(body);
    }
  };
  visit(fn.body);
  return roots;
}

/** Last names of the places that a function's tests read, and its calls. */
function testedFieldsOf(fn: FunctionIr): { fields: Set<string>; calls: CallStmt[] } {
  const fields = new Set<string>();
  const calls: CallStmt[] = [];
  const take = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(take);
    else if (value && typeof value === 'object') {
      const { place, uses, receiver } = value as { place?: unknown; uses?: unknown; receiver?: unknown };
      for (const one of [place, receiver, ...(Array.isArray(uses) ? uses : [])]) if (typeof one === 'string' && one.includes('.')) fields.add(one.slice(one.lastIndexOf('.') + 1));
      for (const [key, inner] of Object.entries(value)) if (key !== 'range' && key !== 'before') take(inner);
    }
  };
  const visit = (stmts: readonly CallLike[]): void => {
    for (const stmt of stmts) {
      if (stmt.do === 'if' || stmt.do === 'loop') take(stmt.test);
      if (stmt.do === 'switch') for (const arm of stmt.cases) take(arm.tests);
      if (stmt.do === 'call') {
        calls.push(stmt);
        if (stmt.callee.kind !== 'api') take(stmt.callee);
        for (const arg of stmt.args) take(arg.value);
      }
      for (const body of bodiesOf(stmt)) visit(body);
    }
  };
  visit(fn.body);
  return { fields, calls };
}

type CallLike = FunctionIr['body'][number];

/** Every place a statement itself names (not its inner statements). */
function placesIn(stmt: CallLike): Place[] {
  const places: Place[] = [];
  const take = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(take);
    else if (value && typeof value === 'object') {
      const operand = value as Partial<Extract<Operand, { kind: 'place' }>> & { uses?: Place[]; receiver?: Place };
      if (operand.kind === 'place' && operand.place) places.push(operand.place);
      if (operand.uses) places.push(...operand.uses);
      if (typeof operand.receiver === 'string') places.push(operand.receiver);
      for (const [key, inner] of Object.entries(value)) if (!innerLists.has(key)) take(inner);
    }
  };
  take(stmt);
  if (stmt.do === 'assign') places.push(stmt.to);
  if (stmt.do === 'unpack') places.push(stmt.from, ...stmt.to.filter((place) => place !== null));
  if (stmt.do === 'call') {
    places.push(...stmt.results.filter((place) => place !== null));
    if (stmt.callee.kind === 'value') places.push(stmt.callee.place);
  }
  if (stmt.do === 'escape') places.push(...stmt.places);
  return places;
}

const innerLists = new Set(['then', 'else', 'body', 'step', 'orElse', 'finally', 'handlers', 'cases', 'before', 'range']);
