/**
 * Everything that the program does with one connection, in whatever function, without regard to paths: what has a name of it,
 * a field of an object that keeps it, a set that it was put into. Says where to look, never what happens.
 */

import { own } from './own.js';
import { FactMap } from './fact-map.js';
import type { CallFact } from './facts.js';
import type { CallStmt, FunctionIr, Operand, Place } from './ir.js';
import { isSameVariable } from './lexical.js';
import { mentionedPlaces } from './mentioned.js';
import type { Hand, Keeper, Origin, Reach, Use } from './reached.js';
import { returnedIn } from './returned-in.js';
import { isPlain, isTemporary, isWithin, placesOf, rebase, rootOf } from './places.js';
import type { Program, Resolved } from './program.js';
import { start } from './state.js';
import { plainType } from './static-types.js';
import type { State } from './state.js';
import { argumentsFor, operandIn, placeOf } from './values-of.js';
import { copied, variantOf } from './variants.js';

const maxFunctions = 80;
const maxRounds = 12;
/** Parts of a name, and names in one function: an object that holds itself has endless ones. */
const maxDepth = 5;
const maxNames = 200;
/** Stands for a set or list that the connection is in. */
const inSet = '%set';

/** `chain`: from the function that opens it to the one whose connection it is. */
export function reachOf(program: Program, origins: readonly Origin[], chain: readonly Hand[]): Reach {
  const walk = new Walk(program, chain);
  for (const { fn, place, type } of origins) walk.name(fn, place, type);
  for (const { fn } of chain) walk.enter(fn);
  walk.run();
  return walk;
}

/** Does a name come through a field a second time (`a.next.next.fd`)? That says no more than the first time. */
function isRound(place: Place): boolean {
  const parts = place.split('.');
  return parts.length > maxDepth || new Set(parts.slice(1)).size < parts.length - 1;
}

class Walk implements Reach {
  readonly functions = new Map<string, FunctionIr>();
  readonly returned = new Set<string>();
  readonly keepers: Keeper[] = [];
  cut = false;
  stray = false;
  private readonly found = new Map<CallStmt, Use>();
  private readonly unknown = new Set<CallStmt>();
  private readonly names = new Map<string, Map<Place, string>>();
  private readonly fieldTypes = new Map<string, string>();
  /** Functions that parameters hold. */
  private readonly given = new Map<string, Set<string>>();
  /** Of a function that hands it up, the one call that counts. */
  private readonly only = new Map<string, CallStmt>();
  private readonly states = new Map<ReadonlyMap<Place, string>, { size: number; state: State }>();
  private changed = false;

  constructor(
    private readonly program: Program,
    chain: readonly Hand[],
  ) {
    chain.forEach(({ by }, index) => {
      const below = chain[index - 1];
      if (by && below) this.only.set(below.fn.id, by);
    });
  }

  nameIn(fn: FunctionIr): Place | null {
    return [...(this.names.get(fn.id)?.keys() ?? [])].find((place) => !isTemporary(rootOf(place))) ?? null;
  }

  namesIn(fn: FunctionIr): ReadonlyMap<Place, string> {
    return this.names.get(fn.id) ?? new Map<Place, string>();
  }

  get uses(): readonly Use[] {
    return [...this.found.values()];
  }

  get strangers(): readonly CallStmt[] {
    return [...this.unknown];
  }

  enter(fn: FunctionIr): Map<Place, string> | null {
    const known = this.names.get(fn.id);
    if (known) return known;
    if (this.functions.size >= maxFunctions) {
      this.cut = true;
      return null;
    }
    const names = new Map<Place, string>();
    this.functions.set(fn.id, fn);
    this.names.set(fn.id, names);
    this.changed = true;
    return names;
  }

  /** `place` is a name of it in `fn`. */
  name(fn: FunctionIr, place: Place, type: string): void {
    const names = this.enter(fn);
    if (!names || names.has(place) || isRound(place)) return;
    if (names.size >= maxNames) {
      this.cut = true;
      return;
    }
    names.set(place, type);
    this.changed = true;
    const root = rootOf(place);
    this.stray ||= place.includes('[') && !isTemporary(root);
    if (!isPlain(place) && !isTemporary(root)) this.keep(fn, place, type);
    else if (!this.isOwn(fn, root)) this.keep(fn, place, type);
    for (const other of this.program.unitOf(fn).functionsBeside(fn.id)) {
      const shared = other !== fn && (other.captures.includes(root) || (fn.captures.includes(root) && this.isOwn(other, root)));
      if (shared && isSameVariable(this.program, fn, other, root)) this.name(other, place, type);
    }
  }

  run(): void {
    for (let round = 0; round < maxRounds; round += 1) {
      this.changed = false;
      for (const fn of [...this.functions.values()]) this.visit(fn);
      if (!this.changed) return;
    }
    this.cut = true;
  }

  private isOwn(fn: FunctionIr, root: string): boolean {
    return (
      isTemporary(root) ||
      fn.locals.includes(root) ||
      root === fn.receiver ||
      fn.params.some(({ name }) => name === root) ||
      fn.captures.includes(root)
    );
  }

  /** A field, or a variable of the module, has it: others find it there. */
  private keep(fn: FunctionIr, place: Place, type: string): void {
    if (place.startsWith('*')) return;
    const dot = place.lastIndexOf('.');
    const field = dot < 0 ? place.replace(/\[.*/, '') : place.slice(dot + 1).replace(/\[.*/, '');
    const owner = dot < 0 ? null : this.ownerOf(fn, place.slice(0, dot));
    // A record of this function alone.
    if (dot >= 0 && !this.isShared(fn, rootOf(place)) && (owner === null || this.isByValue(fn, rootOf(place), owner))) return;
    if (dot < 0 && this.isOwn(fn, place.replace(/\[.*/, ''))) return;
    this.keepIn(fn, owner, field, dot < 0, type);
  }

  private keepIn(fn: FunctionIr, owner: string | null, field: string, global: boolean, type: string): void {
    const key = `${owner ?? (global ? '' : '?')}.${field}`;
    if (this.fieldTypes.has(key)) return;
    // A base that the object has: what else is derived from that are other objects.
    if (owner !== null && this.keepers.some((one) => one.field === field && one.owner !== null && this.program.hasBase(one.owner, owner)))
      return;
    this.fieldTypes.set(key, type);
    this.keepers.push({ owner, field, fn, range: fn.nameRange, file: fn.file });
    for (const other of this.program.functionsNaming(fn, field)) this.find(other, fn, owner, field, global, type);
  }

  /** A variable that is the record itself, where records are copied. */
  private isByValue(fn: FunctionIr, root: string, owner: string): boolean {
    const type = own(fn.types, root);
    return type !== undefined && !type.includes('*') && this.program.class(owner) === null;
  }

  private isShared(fn: FunctionIr, root: string): boolean {
    return root === fn.receiver || fn.params.some(({ name }) => name === root) || !this.isOwn(fn, root);
  }

  private ownerOf(fn: FunctionIr, base: Place): string | null {
    const type = this.program.classOf(fn, base, null);
    return type === null ? null : plainType(type);
  }

  /** Names in another function that are this field. */
  private find(other: FunctionIr, from: FunctionIr, owner: string | null, field: string, global: boolean, type: string): void {
    for (const place of mentionedPlaces(this.program, other)) {
      if (global) {
        if (rootOf(place) === field && !this.isOwn(other, field)) this.name(other, place === field ? place : field, type);
        continue;
      }
      const at = place.indexOf(`.${field}`);
      const end = at + field.length + 1;
      if (at <= 0 || !(end === place.length || place[end] === '.' || place[end] === '[')) continue;
      if (this.isSame(other, place.slice(0, at), from, owner)) this.name(other, place.slice(0, end), type);
    }
  }

  /** May `base` be an object whose class is `owner`? Where its type is not known, one of the same file is taken for it. */
  private isSame(other: FunctionIr, base: Place, from: FunctionIr, owner: string | null): boolean {
    const type = this.ownerOf(other, base);
    // Where types are declared, a part of something that has none is nothing to go by.
    if (type === null) return other.file === from.file && (isPlain(base) || Object.keys(other.types ?? {}).length === 0);
    return owner !== null && (type === owner || this.program.hasBase(type, owner) || this.program.hasBase(owner, type));
  }

  private visit(fn: FunctionIr): void {
    const names = this.names.get(fn.id);
    const graph = this.program.graph(fn);
    if (!names || !graph) return;
    for (const { op, loops } of graph.nodes) {
      if (op.op === 'call') this.called(fn, names, op.stmt, loops);
      if (op.op === 'assign') this.assigned(fn, names, op.to, op.from);
      if (op.op === 'escape') this.stray ||= op.places.some((place) => names.has(place));
      if (op.op === 'yield') this.stray ||= op.values.some((value) => this.has(names, value));
      if (op.op === 'unpack')
        op.to.forEach((to, index) => {
          if (to) this.copy(fn, names, `${op.from}[${index}]`, to);
        });
      if (op.op !== 'return') continue;
      if (op.values.some((value) => this.has(names, value))) this.gives(fn);
      for (const { owner, field, type } of returnedIn(this.program, fn, names, op.values)) this.keepIn(fn, owner, field, false, type);
    }
  }

  private gives(fn: FunctionIr): void {
    this.changed ||= !this.returned.has(fn.id);
    this.returned.add(fn.id);
  }

  private assigned(fn: FunctionIr, names: Map<Place, string>, to: Place, from: Operand): void {
    switch (from.kind) {
      case 'place':
        return this.copy(fn, names, from.place, to);
      case 'derived':
        return from.how === 'length' ? undefined : this.assigned(fn, names, to, from.of);
      case 'tuple':
        return from.items.forEach((item, index) => this.assigned(fn, names, `${to}[${index}]`, item));
      case 'record':
        return Object.entries(from.fields).forEach(([name, field]) => this.assigned(fn, names, `${to}.${name}`, field));
      default:
    }
  }

  private copy(fn: FunctionIr, names: Map<Place, string>, from: Place, to: Place): void {
    for (const [place, type] of [...names]) if (isWithin(place, from)) this.name(fn, rebase(place, from, to), type);
  }

  private has(names: ReadonlyMap<Place, string>, operand: Operand): boolean {
    if (operand.kind === 'opaque' || (operand.kind === 'derived' && operand.how === 'length')) return false;
    return placesOf(operand).some((place) => names.has(place));
  }

  private holds(names: ReadonlyMap<Place, string>, operand: Operand): boolean {
    return operand.kind !== 'opaque' && placesOf(operand).some((place) => [...names.keys()].some((name) => isWithin(name, place)));
  }

  private called(fn: FunctionIr, names: Map<Place, string>, stmt: CallStmt, loops: readonly number[]): void {
    const state = this.stateWith(names);
    const { callee } = stmt;
    const held =
      callee.kind === 'value'
        ? [...(this.given.get(`${fn.id} ${callee.place}`) ?? [])].flatMap((id) => this.program.function(id) ?? [])
        : [];
    if (held.length > 0) {
      this.unknown.delete(stmt);
      return held.forEach((one) => this.entered(fn, names, stmt, { fn: one, receiver: null }));
    }
    const resolved = this.resolve(fn, stmt, state);
    if (resolved.how === 'local') return this.entered(fn, names, stmt, resolved);
    const given = stmt.args.some(({ value }) => this.has(names, value));
    if (resolved.how === 'unknown') {
      if (given && !stmt.harmless) this.unknown.add(stmt);
      return;
    }
    const { as } = resolved;
    const fact = resolved.fact.variants ? variantOf({ program: this.program, fn }, state, as, resolved.fact) : resolved.fact;
    const operand = operandIn(as, fact.on ?? (as.callee.kind === 'method' ? 'receiver' : { arg: 0 }));
    const onIt = operand !== null && this.has(names, operand);
    const polls =
      fact.blocks?.wait === 'poll' &&
      !onIt &&
      [...as.args.map(({ value }) => value), ...(operand ? [operand] : [])].some((value) => this.holds(names, value));
    if (onIt || polls || (given && fact.registers && !fact.forwards)) {
      const its = names.get(placeOf(operand ?? { kind: 'opaque', uses: [] }) ?? '') === inSet ? copied(fact) : fact;
      this.found.set(stmt, { fn, stmt: as, fact: its, polls, loops, range: stmt.range, file: fn.file });
    }
    if (onIt) this.passed(fn, names, as, fact, operand);
    const set = fact.element && given ? placeOf(operandIn(as, fact.element.set)) : null;
    if (set !== null) this.name(fn, set, inSet);
    if (fact.calls) this.runs(fn, names, as, fact.calls);
  }

  /** A state in which these are its names. Names are only ever added. */
  private stateWith(names: ReadonlyMap<Place, string>): State {
    const known = this.states.get(names);
    if (known?.size === names.size) return known.state;
    const state: State = { ...start, phase: 'connected', aliases: FactMap.of(names) };
    this.states.set(names, { size: names.size, state });
    return state;
  }

  /** As the search resolves it, with what only a name tells something of as the library's call. */
  private resolve(
    fn: FunctionIr,
    stmt: CallStmt,
    state: State,
  ): Exclude<Resolved, { how: 'fact' }> | { how: 'fact'; fact: CallFact; as: CallStmt } {
    const resolved = this.program.resolve(fn, stmt, state);
    if (resolved.how === 'fact') return { ...resolved, as: stmt };
    if (resolved.how === 'local' || !stmt.like) return resolved;
    const fact = this.program.facts.call(stmt.like.name);
    return fact ? { how: 'fact', fact, as: { ...stmt, callee: { kind: 'api', name: stmt.like.name }, args: stmt.like.args } } : resolved;
  }

  /** Results that are names of it, too. */
  private passed(fn: FunctionIr, names: Map<Place, string>, stmt: CallStmt, fact: CallFact, operand: Operand | null): void {
    const target = fact.wraps ? placeOf(operandIn(stmt, fact.wraps.at ?? { result: 0 })) : null;
    if (target !== null && fact.wraps) this.name(fn, target, fact.wraps.type);
    const passed = fact.passes === undefined ? null : placeOf(operandIn(stmt, fact.passes) ?? operand);
    if (passed !== null && stmt.results[0]) this.copy(fn, names, passed, stmt.results[0]);
  }

  private entered(
    fn: FunctionIr,
    names: Map<Place, string>,
    stmt: CallStmt,
    { fn: callee, receiver }: { fn: FunctionIr; receiver: Place | null },
  ): void {
    const only = this.only.get(callee.id);
    if (only && only !== stmt) return;
    const params = callee.params.filter((param) => !param.variadic);
    let position = 0;
    for (const arg of stmt.args) {
      const param = arg.spread
        ? undefined
        : arg.name !== undefined
          ? callee.params.find(({ name }) => name === arg.name)
          : params[position++];
      if (param && arg.value.kind === 'function') this.holdsFunction(callee, param.name, arg.value.id);
      if (param) this.bound(fn, names, callee, arg.value, param.name);
      else if (this.has(names, arg.value)) this.unknown.add(stmt);
    }
    if (receiver !== null && callee.receiver !== null) this.bound(fn, names, callee, { kind: 'place', place: receiver }, callee.receiver);
    const [result] = stmt.results;
    if (!this.returned.has(callee.id) || !result) return;
    const type = [...(this.names.get(callee.id) ?? new Map<Place, string>()).values()].find((one) => one !== inSet);
    if (type !== undefined) this.name(fn, result, type);
  }

  private holdsFunction(callee: FunctionIr, param: Place, id: string): void {
    const key = `${callee.id} ${param}`;
    const known = this.given.get(key) ?? new Set();
    if (known.has(id)) return;
    this.given.set(key, known.add(id));
    this.changed = true;
  }

  private bound(fn: FunctionIr, names: Map<Place, string>, callee: FunctionIr, value: Operand, formal: Place): void {
    const actual = placeOf(value);
    if (value.kind === 'tuple') return value.items.forEach((item, index) => this.bound(fn, names, callee, item, `${formal}[${index}]`));
    if (actual === null) return;
    const addressed = value.kind === 'derived' && value.how === 'address';
    for (const [place, type] of [...names]) {
      if (!isWithin(place, actual)) continue;
      this.name(callee, addressed && place === actual ? `*${formal}` : rebase(place, actual, formal), type);
    }
    for (const [place, type] of [...(this.names.get(callee.id) ?? [])]) {
      if (place === `*${formal}`) this.name(fn, addressed ? actual : `*${actual}`, type);
      else if (place !== formal && isWithin(place, formal)) this.name(fn, rebase(place, formal, actual), type);
    }
  }

  /** A function that a library runs with it. */
  private runs(fn: FunctionIr, names: Map<Place, string>, stmt: CallStmt, calls: NonNullable<CallFact['calls']>): void {
    const callee = operandIn(stmt, calls.callee);
    const run = callee?.kind === 'function' ? this.program.function(callee.id) : null;
    this.stray ||= !run && stmt.args.some(({ value }) => this.has(names, value));
    if (!run || calls.args === undefined) return;
    argumentsFor(stmt, calls).forEach((value, index) => {
      if (run.params[index]) this.bound(fn, names, run, value, run.params[index].name);
    });
  }
}
