/** Names and values of a caller in the words of the function that it calls, and back. */

import type { CallNode } from './cfg.js';
import { FactMap } from './fact-map.js';
import type { CallStmt, FunctionIr, Operand, Place } from './ir.js';
import { isPlain, isTemporary, isWithin, rebase, rootOf } from './places.js';
import type { Program } from './program.js';
import { Pruning } from './pruning.js';
import type { Run } from './run.js';
import { callerAlias, forgetFields, isHeld, release, start, withFact } from './state.js';
import type { State } from './state.js';
import { isOwnRoot } from './own-root.js';
import { escapesThrough } from './transfer.js';
import { tellsEof, valueOf } from './values-of.js';
import { crosses } from './values.js';
import { weighs, weighsValue } from './weighs.js';
import { mayWrite, writes } from './writes.js';

/** A place of the caller and what the called function calls it. */
export interface Pair {
  actual: Place;
  formal: Place;
  /** The same storage on both sides (a pointer's target, a captured variable); otherwise only fields are shared. */
  shared: boolean;
  /** The formal is a pointer to the actual: fields are the same, what it points to is the actual itself. */
  addressed?: boolean;
}

/** Variables that go in by reference, by their addresses. */
export function withReferences(node: CallNode, fn: FunctionIr): CallNode {
  if (!fn.params.some((param) => param.byReference)) return node;
  const { stmt } = node.op;
  const args = stmt.args.map((arg, index) =>
    fn.params[index]?.byReference && arg.value.kind === 'place'
      ? { ...arg, value: { kind: 'derived' as const, how: 'address' as const, of: arg.value } }
      : arg,
  );
  return { ...node, op: { op: 'call', stmt: { ...stmt, args } } };
}

/** Which places of the caller are which of the called function. `lostArgs`: the connection goes in where we cannot follow. */
export function bind(run: Run, state: State, stmt: CallStmt, fn: FunctionIr, receiver: Place | null): { pairs: Pair[]; lostArgs: boolean } {
  const pairs: Pair[] = [];
  let lostArgs = false;
  if (receiver && fn.receiver) pairs.push({ actual: receiver, formal: fn.receiver, shared: false });
  const params = fn.params.filter((param) => !param.variadic);
  let position = 0;
  for (const arg of stmt.args) {
    const param = arg.spread ? undefined : arg.name !== undefined ? fn.params.find((one) => one.name === arg.name) : params[position++];
    if (param && !param.variadic) pairs.push(...pairsOf(arg.value, param.name));
    else if (escapesThrough(run, state, arg.value)) lostArgs = true;
    if (param && arg.value.kind === 'function' && escapesThrough(run, state, arg.value)) lostArgs = true;
  }
  const captures = capturesOf(run, state, fn);
  for (const key of captures) if (state.facts.get(key)?.startsWith('fn:')) pairs.push({ actual: key, formal: key, shared: true });
  for (const root of new Set([...state.aliases.keys()].map(rootOf))) {
    const own = fn.locals.includes(root) || fn.receiver === root || fn.params.some((param) => param.name === root) || isTemporary(root);
    if (!own && (captures.has(root) || run.fn.kind === 'module' || !isOwnRoot(run, root))) {
      if (!pairs.some((pair) => rootOf(pair.actual) === root)) pairs.push({ actual: root, formal: root, shared: true });
    }
  }
  for (const root of assignedAround(run, fn))
    if (!pairs.some(({ actual }) => rootOf(actual) === root)) pairs.push({ actual: root, formal: root, shared: true });
  return { pairs, lostArgs };
}

/** Variables of the function at hand that a literal in it gives values to. */
function assignedAround(run: Run, fn: FunctionIr): readonly Place[] {
  if (fn.kind !== 'lambda' || fn.captures.length === 0) return [];
  const own = fn.captures.filter((root) => run.fn.locals.includes(root) || run.fn.captures.includes(root));
  if (own.length === 0) return [];
  const assigned = run.program.recall('writes', fn, '=', () => {
    const nodes = run.program.graph(fn)?.nodes ?? [];
    return new Set(
      nodes.flatMap(({ op }) => (op.op === 'assign' ? [op.to] : op.op === 'call' ? op.stmt.results.flatMap((to) => to ?? []) : [])),
    );
  });
  return own.filter((root) => assigned.has(root));
}

/** Variables around it that a function reads, and those that functions read which it has under a name. */
function capturesOf(run: Run, state: State, fn: FunctionIr): Set<Place> {
  const found = new Set(fn.captures);
  for (const place of found) {
    const known = state.facts.get(place);
    for (const inner of known?.startsWith('fn:') ? (run.program.function(known.slice(3))?.captures ?? []) : []) found.add(inner);
  }
  return found;
}

function pairsOf(operand: Operand, formal: Place): Pair[] {
  switch (operand.kind) {
    case 'place':
      return [{ actual: operand.place, formal, shared: false }];
    case 'tuple':
      return operand.items.flatMap((item, index) => pairsOf(item, `${formal}[${index}]`));
    case 'record':
      return Object.entries(operand.fields).flatMap(([name, field]) => pairsOf(field, `${formal}.${name}`));
    case 'derived': {
      const pairs = operand.how === 'length' ? [] : pairsOf(operand.of, formal);
      if (operand.how !== 'address') return pairs;
      return pairs.flatMap((pair) => [
        { ...pair, addressed: true },
        { actual: pair.actual, formal: `*${formal}`, shared: true },
      ]);
    }
    default:
      return [];
  }
}

export function reached(state: State, pairs: readonly Pair[]): boolean {
  return [...state.aliases.keys()].some((alias) => pairs.some((pair) => isWithin(alias, pair.actual) || isWithin(pair.actual, alias)));
}

/** The called function's state at its start. */
export function seedOf(run: Run, state: State, stmt: CallStmt, fn: FunctionIr, pairs: readonly Pair[], follows: boolean): State {
  const facts = new Map<string, string>();
  const params = fn.params.filter((param) => !param.variadic);
  for (const param of params) if (param.default) facts.set(param.name, valueOf(start, run.program.facts, param.default));
  let position = 0;
  for (const arg of stmt.args) {
    const param = arg.name !== undefined ? params.find((one) => one.name === arg.name) : params[position++];
    if (param) facts.set(param.name, valueOf(state, run.program.facts, arg.value));
  }
  for (const [name, value] of facts)
    if (isMere(value) && !tellsEof(state, value) && !weighsValue(run.program, fn, name)) facts.delete(name);
  for (const pair of pairs) {
    for (const [key, value] of state.facts) {
      if (!follows && (key === pair.actual || !mayWrite(run.program, fn, rootOf(pair.formal), rebase(key, pair.actual, pair.formal))))
        continue;
      if (!key.startsWith('?') && !key.startsWith('%') && isWithin(key, pair.actual) && goesIn(run, fn, pair, key, value))
        facts.set(rebase(key, pair.actual, pair.formal), value);
    }
  }
  for (const [key, value] of facts) if (value === '?') facts.delete(key);
  if (!follows) return entered(run.program, fn, { ...start, facts: FactMap.of(facts) });
  const aliases = new Map<Place, string>();
  for (const [alias, type] of state.aliases) {
    let shared = false;
    for (const pair of pairs) {
      if (!isWithin(alias, pair.actual)) continue;
      aliases.set(pair.shared && pair.formal.startsWith('*') ? pair.formal : rebase(alias, pair.actual, pair.formal), type);
      shared ||= pair.shared || alias !== pair.actual;
    }
    if (!shared) aliases.set(callerAlias, type);
  }
  for (const pair of pairs) {
    const part = run.program.partType(state, pair.actual);
    if (part) aliases.set(pair.formal, part);
  }
  for (const place of aliases.keys()) facts.delete(place);
  return entered(run.program, fn, { ...state, aliases: FactMap.of(aliases), facts: FactMap.of(facts) });
}

/** What tests can ask of an argument, as against what can be called or asked for its fields. */
function isMere(value: string): boolean {
  return !value.startsWith('fn:') && !value.startsWith('obj:') && value !== 'looked' && value !== 'given';
}

/** Without what the function does not ask for: calls that differ in nothing else are one. */
function entered(program: Program, fn: FunctionIr, state: State): State {
  const graph = program.graph(fn);
  return graph ? new Pruning(program, graph, null, true).prune({ to: graph.entry, state, doubt: 0 }) : state;
}

/** Only what was assigned goes into a function, and what it may change: what a test has shown would multiply the states. */
function goesIn(run: Run, fn: FunctionIr, pair: Pair, key: Place, value: string): boolean {
  if (key === pair.actual) return crosses(value);
  if (crosses(value) && weighs(run.program, fn, key)) return true;
  return run.program.isTested(fn, key) && writes(run.program, fn, rootOf(pair.formal), rebase(key, pair.actual, pair.formal));
}

/** What holds of the fields that both know once the called function has ended: what it left there, and what it cannot have written. */
export function fieldsBack(run: Run, state: State, after: State, fn: FunctionIr, pairs: readonly Pair[]): State {
  let next = state;
  for (const pair of pairs)
    if (!isTemporary(pair.actual))
      next = forgetFields(next, rootOf(pair.actual), (field) => maySet(run.program, fn, rootOf(pair.formal), field, state));
  return factsBack(run, next, after, fn, pairs);
}

/** May it have changed the field? A text is a setting: only who writes it in sight changes that. */
function maySet(program: Program, fn: FunctionIr, root: Place, field: Place, { facts }: State): boolean {
  return facts.get(field)?.startsWith('"') === true ? writes(program, fn, root, field) : mayWrite(program, fn, root, field);
}

/** What the called function left in fields that both know. */
function factsBack(run: Run, state: State, after: State, fn: FunctionIr, pairs: readonly Pair[]): State {
  let next = state;
  for (const root of assignedAround(run, fn)) next = withFact(next, root, after.facts.get(root) ?? '?');
  for (const [key, value] of after.facts) {
    if (key.startsWith('?') || key.startsWith('%') || isPlain(key) || !run.program.isTested(run.fn, key)) continue;
    for (const pair of pairs)
      if (
        !isTemporary(pair.actual) &&
        isWithin(key, pair.formal) &&
        key !== pair.formal &&
        goesIn(run, fn, { ...pair, actual: pair.formal }, key, value)
      )
        next = withFact(next, rebase(key, pair.formal, pair.actual), value);
  }
  return next;
}

/** Phase, options and names as the called function leaves them. */
export function carryOver(state: State, after: State, pairs: readonly Pair[]): State {
  if (!isHeld(after)) {
    const { options, lent, answered } = after;
    return { ...release(state, after.phase === 'closed' ? 'closed' : 'gone'), options, lent, answered };
  }
  const aliases = new Map<Place, string>();
  for (const [alias, type] of state.aliases) {
    const shared = pairs.some((pair) => isWithin(alias, pair.actual) && (pair.shared || alias !== pair.actual));
    if (!shared) aliases.set(alias, type);
  }
  for (const [place, type] of sharedNames(after, pairs)) aliases.set(place, type);
  return {
    ...state,
    phase: after.phase,
    role: after.role,
    options: after.options,
    sent: after.sent,
    ready: after.ready,
    looked: after.looked,
    tended: after.tended,
    answered: after.answered,
    lent: after.lent,
    aliases: FactMap.of(aliases),
  };
}

/** Names of the called function that the caller can see, in the caller's words. */
function sharedNames(after: State, pairs: readonly Pair[]): [Place, string][] {
  const names: [Place, string][] = [];
  for (const [alias, type] of after.aliases) {
    for (const pair of pairs) {
      if (!isWithin(alias, pair.formal) || (alias === pair.formal && !pair.shared)) continue;
      // What the address points to is the other pair's.
      if (pair.addressed && alias.startsWith('*')) continue;
      if (!pair.formal.startsWith('*') && alias.startsWith('*') && alias.slice(1) === pair.formal && isPlain(pair.formal))
        names.push([`*${pair.actual}`, type]);
      else names.push([rebase(alias, pair.formal, pair.actual), type]);
    }
  }
  return names;
}

/** What it returned, under the names of the results. */
export function backNames(after: State, stmt: CallStmt, pairs: readonly Pair[]): [Place, string][] {
  const names: [Place, string][] = [...sharedNames(after, pairs)];
  for (const [alias, type] of after.aliases) {
    stmt.results.forEach((place, index) => {
      if (place && isWithin(alias, `%ret${index}`)) names.push([rebase(alias, `%ret${index}`, place), type]);
    });
  }
  return names;
}

/** Kept in an object that the caller has no name for: it gave none (`open(NULL)`), and the called function took another. */
export function isInOther({ aliases }: State, fn: FunctionIr, pairs: readonly Pair[]): boolean {
  return [...aliases.keys()].some(
    (place) =>
      !isPlain(place) &&
      !place.startsWith('*') &&
      fn.params.some(({ name }) => name === rootOf(place)) &&
      !pairs.some(({ formal }) => isWithin(place, formal)),
  );
}

/** A constructor that throws: its object was never seen by anybody. */
export function withoutObject(state: State, pairs: readonly Pair[], fn: FunctionIr): State {
  const object = pairs.find((pair) => pair.formal === fn.receiver)?.actual;
  if (!object) return state;
  return { ...state, aliases: state.aliases.filter((alias) => !isWithin(alias, object)) };
}
