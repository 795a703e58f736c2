/** What each node of the graph but a call does to a state. */

import type { Leaf, Node } from './cfg.js';
import { asEqual, compareDescriptor } from './descriptors.js';
import { catchesClass } from './classes.js';
import { allFailed } from './collected.js';
import type { ValueClass } from './facts.js';
import type { Operand, Place, Span } from './ir.js';
import { functionsOf, isContainer, isPlain, isTemporary, isWithin, placesOf, rootOf } from './places.js';
import { isUnset, placesOfTest, testText } from './questions.js';
import { isOwnRoot } from './own-root.js';
import { idleTests } from './relevance.js';
import type { Outcome, Run } from './run.js';
import { forget, holds, isHeld, predicateKey, release, withAlias, withFact } from './state.js';
import type { State } from './state.js';
import { aliasesUnder, looksAtEof, placeOf, tellsEof, valueOf, valueOfPlace } from './values-of.js';
import { compare, flip, refineCompare, refineTruth, truthOf } from './values.js';

/** All ways on from a node that is no call. */
export function transfer(run: Run, node: Node, state: State): Outcome[] {
  const op = node.op;
  switch (op.op) {
    case 'nop':
      return [on(node, state)];
    case 'assign':
      return [on(node, assign(run, state, op.to, op.from, op.range))];
    case 'unpack':
      return [on(node, unpack(state, op.to, op.from))];
    case 'test':
      return test(run, node, op.leaf, op.no, state);
    case 'deferred':
      return [{ to: state.facts.get(`%deferred${op.index}`) === 'true' ? node.next : op.no, state, doubt: 0 }];
    case 'setDeferred':
      return [on(node, withFact(state, `%deferred${op.index}`, 'true'))];
    case 'return':
      return [returns(run, node, op, state)];
    case 'throw':
      return [throws(run, node, op, state)];
    case 'dispatch':
      return dispatch(run, op, state);
    case 'escape':
      return [
        on(node, op.places.some((place) => touches(run, state, place)) && !isNew(run, op.unlessNew) ? release(state, 'gone') : state),
      ];
    case 'yield':
      return [on(node, op.values.some((value) => escapesThrough(run, state, value)) ? release(state, 'gone') : state)];
    case 'drop':
      return [on(node, drop(run, state, op.place))];
    default:
      return [];
  }
}

/** Was the object made by functions that give new ones? */
function isNew({ program }: Run, makers: readonly Operand[] | undefined): boolean {
  return makers !== undefined && makers.every((maker) => maker.kind === 'function' && program.function(maker.id)?.givesNew === true);
}

function on(node: Node, state: State): Outcome {
  return { to: node.next, state, doubt: 0 };
}

/** Does this place hold the connection, or is it a part of it that keeps it alive (a bound method)? */
export function touches(run: Run, state: State, place: Place): boolean {
  if (!isHeld(state)) return false;
  if (holds(state, place)) return true;
  const dot = place.lastIndexOf('.');
  if (dot <= 0) return false;
  const owner = place.slice(0, dot);
  const type = state.aliases.get(owner) ?? run.program.partType(state, owner);
  const field = place.slice(dot + 1);
  if (!type) return holds(state, owner) && hasMethod(run, state, owner, field);
  return run.program.facts.method(type, field) !== null || run.program.facts.part(type, field) !== null;
}

/** Who gets a method of an object gets the object. */
function hasMethod({ program, fn }: Run, state: State, owner: Place, name: string): boolean {
  const cls = program.classOf(fn, owner, state);
  return cls !== null && program.method(cls, name).fn !== null;
}

/** Would handing this operand to someone unknown hand over the connection? */
export function escapesThrough(run: Run, state: State, operand: Operand): boolean {
  if (!isHeld(state) || operand.kind === 'opaque') return false;
  if (operand.kind === 'derived' && (operand.how === 'length' || operand.how === 'joined')) return false;
  if (placesOf(operand).some((place) => touches(run, state, place))) return true;
  return captures(run, state, functionsOf(operand).concat(placesOf(operand).map((place) => functionAt(state, place))));
}

function functionAt(state: State, place: Place): string {
  const known = state.facts.get(place);
  return known?.startsWith('fn:') ? known.slice(3) : '';
}

/** Does one of these functions of the file capture a name of the connection, other than under `holder`? */
function captures(run: Run, state: State, ids: readonly string[], holder: Place | null = null): boolean {
  for (const id of ids) {
    const captured = (id === '' ? null : run.program.function(id))?.captures ?? [];
    for (const alias of state.aliases.keys()) if (rootOf(alias) !== holder && captured.includes(rootOf(alias))) return true;
  }
  return false;
}

/** `to = from`. */
function assign(run: Run, state: State, to: Place, from: Operand, _range: Span): State {
  const value = valueOf(state, run.program.facts, from);
  const names = newNames(run, state, to, from);
  const gone = names.length > 0 && (isContainer(to) || !isOwnRoot(run, to) || (from.kind === 'tuple' && !isTemporary(to) && isPlain(to)));
  // A method that its own object keeps (a table of handlers) reaches nobody else.
  const captured = !isPlain(to) && captures(run, state, functionsOf(from), isOwnRoot(run, to) ? rootOf(to) : null);
  if (gone || captured || (names.length > 0 && storedInParts(from)) || mayBeElement(state, from))
    return setValue(forget(release(state, 'gone'), to), to, value);
  let next = forget(state, to);
  for (const [place, type] of names) next = withAlias(next, place, type);
  if (names.some(([place]) => place === to)) return next;
  return copyFacts(state, givenFields(setValue(next, to, value), to, from, value), to, from);
}

/** Fields of a record made here that are set to something unknown: they are not absent. */
function givenFields(state: State, to: Place, from: Operand, value: ValueClass): State {
  if (from.kind === 'record')
    return Object.keys(from.fields).reduce(
      (next, name) => (next.facts.has(`${to}.${name}`) ? next : withFact(next, `${to}.${name}`, 'given')),
      state,
    );
  const known = state.facts.get(rootOf(to)) ?? '';
  return value === '?' && !isPlain(to) && known.startsWith('obj:') ? withFact(state, to, 'given') : state;
}

/** Some element of an array, of which another function has put it into one. */
function mayBeElement({ aliases }: State, from: Operand): boolean {
  if (from.kind !== 'place' || !from.place.endsWith('[]')) return false;
  const array = from.place.slice(0, -1);
  return [...aliases.keys()].some((alias) => alias.startsWith(array));
}

function storedInParts(from: Operand): boolean {
  return from.kind === 'derived' && from.how === 'joined';
}

function setValue(state: State, to: Place, value: ValueClass): State {
  return value === '?' || isContainer(to) ? state : withFact(state, to, value);
}

/** Facts about fields move along with a copied object. */
function copyFacts(before: State, state: State, to: Place, from: Operand): State {
  let next = state;
  if (from.kind === 'place') {
    for (const [key, value] of before.facts)
      if (key !== from.place && !key.startsWith('?') && isWithin(key, from.place))
        next = withFact(next, to + key.slice(from.place.length), value);
  }
  return next;
}

/** Names that `to` and its fields become for the connection when `from` is assigned to it. */
function newNames(run: Run, state: State, to: Place, from: Operand): [Place, string][] {
  if (!isHeld(state)) return [];
  switch (from.kind) {
    case 'tuple':
      return from.items.flatMap((item, index) => newNames(run, state, `${to}[${index}]`, item));
    case 'record':
      return Object.entries(from.fields).flatMap(([name, field]) => newNames(run, state, `${to}.${name}`, field));
    case 'derived': {
      const names = from.how === 'length' ? [] : newNames(run, state, to, from.of);
      // A pointer to it: what it points to is the connection, too.
      return from.how !== 'address' || to.startsWith('*') ? names : names.flatMap(([at, type]) => pointedTo(at, type, to));
    }
    case 'place': {
      const names = aliasesUnder(state, from.place, to);
      const part = names.length === 0 ? run.program.partType(state, from.place) : null;
      return part ? [[to, part]] : names;
    }
    default:
      return [];
  }
}

function pointedTo(place: Place, type: string, pointer: Place): [Place, string][] {
  const here: [Place, string] = [place, type];
  return place === pointer ? [here, [`*${place}`, type]] : [here];
}

/** `a, b = %1`. */
function unpack(state: State, to: readonly (Place | null)[], from: Place): State {
  let next = state;
  to.forEach((place, index) => {
    if (!place) return;
    const names = aliasesUnder(state, `${from}[${index}]`, place);
    const value = state.facts.get(`${from}[${index}]`) ?? '?';
    const gone = names.length > 0 && isContainer(place);
    next = forget(gone ? release(next, 'gone') : next, place);
    if (!gone) for (const [alias, type] of names) next = withAlias(next, alias, type);
    next = setValue(next, place, value);
  });
  return next;
}

function drop(run: Run, state: State, place: Place): State {
  const type = state.aliases.get(place);
  if (type === undefined) return state;
  const aliases = state.aliases.without(place);
  const onDrop = run.program.facts.type(type)?.onDrop;
  if (onDrop === 'drop' || (onDrop === 'at-once' && aliases.size === 0)) return release(state, 'closed');
  return { ...state, aliases };
}

function returns(run: Run, node: Node, op: Extract<Node['op'], { op: 'return' }>, state: State): Outcome {
  let next = state;
  let failure = op.failure === true;
  op.values.forEach((value, index) => {
    const known = valueOf(state, run.program.facts, value);
    if (index === run.fn.errorResult && (known === 'nonnull' || known === 'full' || known.startsWith('@'))) failure = true;
    if (value.kind === 'function' && escapesThrough(run, state, value)) next = release(next, 'gone');
    for (const [place, type] of newNames(run, state, `%ret${index}`, value)) if (isHeld(next)) next = withAlias(next, place, type);
    // An object that holds it in a field is still an object of its class.
    if (!newNames(run, state, '', value).length || (known.startsWith('obj:') && !next.aliases.has(`%ret${index}`)))
      next = setParts(setValue(next, `%ret${index}`, known), `%ret${index}`, value, run);
    if (escapesThrough(run, state, value) && ![...next.aliases.keys()].some((alias) => isWithin(alias, `%ret${index}`)))
      next = release(next, 'gone');
  });
  if (failure) {
    next = withFact(next, '%failure', 'true');
    const error = `%ret${run.fn.errorResult ?? -1}`;
    if (run.fn.errorResult !== undefined && !next.facts.has(error)) next = withFact(next, error, 'nonnull');
  }
  // Ways out that leave it open are told apart: a fix must see them all.
  if (isHeld(next)) next = withFact(next, '%left', String(node.id));
  return { to: node.next, state: next, doubt: failure ? 1 : 0, notes: [{ kind: failure ? 'returnsError' : 'returns', range: op.range }] };
}

/** The constants in a tuple that is returned (`return None, None`): who takes it apart tests one of them. `return self`: its fields. */
function setParts(state: State, place: Place, value: Operand, run: Run): State {
  if (value.kind === 'place' && value.place === run.fn.receiver) return copyFacts(state, state, place, value);
  if (value.kind !== 'tuple') return state;
  return value.items.reduce(
    (next, item, index) => (item.kind === 'const' ? setValue(next, `${place}[${index}]`, valueOf(state, run.program.facts, item)) : next),
    state,
  );
}

function throws(run: Run, node: Node, op: Extract<Node['op'], { op: 'throw' }>, state: State): Outcome {
  const type = op.caught !== null ? (state.facts.get(`%caught${op.caught}`) ?? '?') : op.type === null ? '?' : `@${op.type}`;
  const kept = op.uses.some((place) => touches(run, state, place)) ? release(state, 'gone') : state;
  const kind = op.caught !== null ? 'rethrows' : 'throws';
  const doubt = run.program.traits.mistakes?.includes(type.slice(1)) === true ? 2 : 0;
  return { to: node.next, state: withFact(kept, '%exception', type), doubt, notes: [{ kind, range: op.range }] };
}

/** Sends an exception to the handlers that can catch it. */
function dispatch(run: Run, op: Extract<Node['op'], { op: 'dispatch' }>, state: State): Outcome[] {
  const thrown = state.facts.get('%exception') ?? '?';
  const facts = run.program.factsAt(run.fn);
  const type = thrown.startsWith('@') ? thrown.slice(1) : null;
  const outcomes: Outcome[] = [];
  for (const handler of op.handlers) {
    const all =
      handler.catches === null ||
      handler.catches.some((name) => run.program.traits.catchAll.includes(name) && type !== run.program.traits.cancellation);
    const caught = type === null ? [null] : (handler.catches ?? []).map((name) => catchesClass(run.program, facts, name, type));
    const sure = all || caught.includes(true);
    const perhaps =
      sure ||
      caught.includes(null) ||
      (type !== null && (handler.catches ?? []).some((name) => catchesClass(run.program, facts, type, name) === true));
    if (!perhaps) continue;
    let inside = withFact(withFact(state, '%exception', '?'), `%caught${op.depth}`, thrown);
    if (handler.bind) inside = withFact(forget(inside, handler.bind), handler.bind, 'nonnull');
    outcomes.push({ to: handler.entry, state: inside, doubt: 0 });
    if (sure) return outcomes;
  }
  outcomes.push({ to: op.otherwise, state, doubt: 0 });
  return outcomes;
}

function test(run: Run, node: Node, leaf: Leaf, no: number, state: State): Outcome[] {
  const failed = isHeld(state) ? (allFailed(run.graph, leaf) ?? isUnset(run.graph, leaf)) : null;
  const branch = (taken: boolean, next: State): Outcome => ({ to: taken ? node.next : no, state: next, doubt: taken === failed ? 2 : 0 });
  const facts = run.program.facts;
  const idle = isIdle(run, node, state);
  if (leaf.test === 'opaque') {
    const looked = leaf.uses.some((use) => looksAtEof(state, facts, { kind: 'place', place: use }));
    return remembered(state, leaf.text === null || idle ? null : predicateKey(leaf.uses, leaf.text), looked, branch);
  }
  const operands = leaf.test === 'truth' ? [leaf.value] : [leaf.left, leaf.right];
  const known = decide(run, state, leaf);
  if (known !== null) return [branch(known, state)];
  const looked = operands.some((operand) =>
    operand.kind === 'opaque'
      ? looksAtEof(state, facts, operand)
      : tellsEof(state, valueOf(state, facts, operand)) && operand.kind !== 'const',
  );
  if (idle) return remembered(state, null, looked, branch);
  const uses = placesOfTest(leaf);
  const negated = leaf.test === 'compare' && (leaf.op === '!=' || leaf.op === '>=' || leaf.op === '<=');
  const vague = operands.some((operand) => operand.kind === 'opaque') || uses.some(isContainer);
  const key = vague ? null : predicateKey(uses, testText(leaf));
  return remembered(state, key, looked, (taken, next) => branch(taken, refine(run, next, leaf, taken)), negated);
}

/** Both sides do the same: none of them so much as gives the connection another name. */
function isIdle(run: Run, node: Node, { aliases }: State): boolean {
  const copied = idleTests(run.program, run.graph).get(node.id);
  return copied !== undefined && ![...aliases.keys()].some((alias) => copied.includes(rootOf(alias)));
}

/** Both ways, or the one that was taken before. */
function remembered(
  state: State,
  key: string | null,
  looked: boolean,
  branch: (taken: boolean, next: State) => Outcome,
  negated = false,
): Outcome[] {
  const before = key === null ? undefined : state.facts.get(key);
  const base = looked ? { ...state, looked: true } : state;
  if (before !== undefined) return [branch((before === 'true') !== negated, base)];
  const note = (taken: boolean): State => (key === null ? base : withFact(base, key, taken !== negated ? 'true' : 'false'));
  return [branch(true, note(true)), branch(false, note(false))];
}

function decide(run: Run, state: State, leaf: Exclude<Leaf, { test: 'opaque' }>): boolean | null {
  const facts = run.program.facts;
  if (leaf.test === 'truth') return truthOf(valueOf(state, facts, leaf.value));
  const left = valueOf(state, facts, leaf.left);
  const right = valueOf(state, facts, leaf.right);
  return compareDescriptor(run, state, leaf, left, right) ?? compare(leaf.op, left, right);
}

/** A response whose status says that it has no body. */
function isEmptyAt(run: Run, state: State, place: Place, value: ValueClass): boolean {
  const dot = place.lastIndexOf('.');
  const type = dot > 0 ? state.aliases.get(place.slice(0, dot)) : undefined;
  const empty = type === undefined ? undefined : run.program.facts.type(type)?.emptyAt;
  return empty?.field === place.slice(dot + 1) && empty.numbers.some((number) => value === `=${number}`);
}

/** What the outcome of a test says about the values it reads. */
function refine(run: Run, state: State, leaf: Exclude<Leaf, { test: 'opaque' }>, taken: boolean): State {
  const facts = run.program.facts;
  if (leaf.test === 'truth') {
    const place = placeOf(leaf.value);
    return place && isLearnable(state, place) ? learn(state, place, refineTruth(valueOfPlace(state, facts, place), taken)) : state;
  }
  let next = asEqual(run, state, leaf, taken);
  for (const [side, other, op] of [
    [leaf.left, leaf.right, leaf.op],
    [leaf.right, leaf.left, flip(leaf.op)],
  ] as const) {
    const place = side.kind === 'place' ? side.place : null;
    if (place && (op === '==') === taken && (op === '==' || op === '!=') && isEmptyAt(run, next, place, valueOf(next, facts, other)))
      return release(next, 'closed');
    if (!place || !isLearnable(next, place)) continue;
    next = learn(next, place, refineCompare(valueOfPlace(next, facts, place), op, valueOf(next, facts, other), taken));
  }
  return next;
}

function isLearnable(state: State, place: Place): boolean {
  // Of an element of which nobody knows the index nothing is known of the next.
  return !state.aliases.has(place) && !isContainer(place) && state.facts.get(place) !== 'looked';
}

function learn(state: State, place: Place, value: ValueClass): State {
  return value === '?' ? state : withFact(state, place, value);
}
