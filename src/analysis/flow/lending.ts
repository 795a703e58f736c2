/**
 * Calls that nobody knows and that get the connection: who goes on to close it afterwards has only lent it. Whether that holds
 * is seen in the end, from all ways: only where the ordinary ways from the call close or return it is a way that forgets to a leak.
 */

import type { Graph, Node } from './cfg.js';
import { hasWord } from './fact-index.js';
import type { CallFact, OptionName } from './facts.js';
import type { CallStmt, FunctionIr, Operand, Place } from './ir.js';
import { predecessors } from './live.js';
import { isPlain, isWithin, rootOf } from './places.js';
import type { Program } from './program.js';
import type { Exploration, Run } from './run.js';
import { nodeKey } from './run.js';
import { callerAlias, isHeld } from './state.js';
import type { State } from './state.js';
import type { SetOption } from './tracked.js';
import { operandIn, placeOf } from './values-of.js';

/** Calls that are told apart on one way. */
const maxLent = 3;
/** Functions that are looked through for a close. */
const maxFunctions = 50;

/** Whole words of functions that may well keep what they are given, or see to it. */
const keeping = (
  'accept add adopt append assign async attach bind build cache call close create delete destroy detach dispatch dispose enqueue enter ' +
  'execute fork free give handle handoff hand hold insert join keep launch link listen loop manage monitor mount new observe ' +
  'offer own pass pipe poll pool post process publish push put queue recycle register release remember remove reset return ' +
  'run save schedule serve shutdown spawn start stop store submit subscribe switch take terminate track transfer use watch ' +
  'with wrap'
).split(' ');

/** Options that whoever has a connection may set. */
const settable: readonly OptionName[] = [
  'SO_KEEPALIVE',
  'TCP_KEEPIDLE',
  'TCP_KEEPINTVL',
  'TCP_KEEPCNT',
  'TCP_USER_TIMEOUT',
  'SO_RCVTIMEO',
  'SO_SNDTIMEO',
  'connectTimeout',
  'readTimeout',
  'writeTimeout',
  'O_NONBLOCK',
  'SO_LINGER',
  'SO_REUSEADDR',
];

/** The state after a call that may have done anything with the connection but keep it; null where it may have kept it. */
export function lent(run: Run, node: Node & { op: { op: 'call'; stmt: CallStmt } }, state: State): State | null {
  const { stmt } = node.op;
  if (stmt.mode === 'spawn' || !isHeld(state) || stmt.args.some((arg) => arg.spread) || !stmt.args.every((arg) => isBare(arg.value)))
    return null;
  const calls = state.lent === '' ? [] : state.lent.split('|');
  const key = nodeKey(run, node);
  if (!calls.includes(key) && calls.length >= maxLent) return null;
  const name = stmt.callee.kind === 'api' || stmt.callee.kind === 'method' ? stmt.callee.name.replace(/^.*[.:]/, '') : null;
  const mayKeep = name === null || hasWord(name, keeping);
  const comesTo = (ends: typeof closersOf): boolean =>
    [...state.aliases].some(([place, type]) => place !== callerAlias && ends(run.program, run.graph, place, type).has(node.next));
  if (!comesTo(closersOf) && (mayKeep || !comesTo(returnersOf))) return null;
  const option: SetOption = {
    value: 'unknown',
    line: stmt.range.startLine,
    range: stmt.range,
    file: run.fn.file,
    from: 'helper',
    maybe: true,
  };
  const options = { ...Object.fromEntries(settable.map((name) => [name, option])), ...state.options };
  return { ...state, options, lent: calls.includes(key) ? state.lent : [...calls, key].join('|') };
}

/** A value by itself: what is put into a list, a record or a closure is kept. */
function isBare(operand: Operand): boolean {
  if (operand.kind === 'derived') return operand.how !== 'joined' && isBare(operand.of);
  return operand.kind !== 'tuple' && operand.kind !== 'record' && operand.kind !== 'function';
}

/** Nodes after which something still closes what `place` is there, before the name is given to something else. */
export function closersOf(program: Program, graph: Graph, place: Place, type: string): ReadonlySet<number> {
  return program.recall('closers', graph.function, `${place}:${type}`, () => {
    const names = namesOf(program, graph, place, type);
    return before(graph, place, (node) => closesHere(program, graph, node, names));
  });
}

/** Nodes that close what `place` is, or a variable that gets its value. */
export function closingNodes(program: Program, graph: Graph, place: Place, type: string): readonly Node[] {
  const names = namesOf(program, graph, place, type);
  return graph.nodes.filter((node) => closesHere(program, graph, node, names));
}

/** Nodes after which the caller may still get it, by itself. */
function returnersOf(program: Program, graph: Graph, place: Place, type: string): ReadonlySet<number> {
  return program.recall('returners', graph.function, `${place}:${type}`, () => {
    const names = namesOf(program, graph, place, type);
    return before(graph, place, ({ op }) => op.op === 'return' && op.values.some((value) => names.has(placeOf(value) ?? '')));
  });
}

/** Nodes from which there is a way to one of these, on which `place` is not given to something else. */
function before(graph: Graph, place: Place, isEnd: (node: Node) => boolean): ReadonlySet<number> {
  const from = predecessors(graph);
  const found = new Set<number>();
  const queue = graph.nodes.filter(isEnd).map((node) => node.id);
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    for (const one of from[at] ?? []) if (!assigns(graph.nodes[one] as Node, place)) queue.push(one);
  }
  return found;
}

/** The place, and variables that get its value (`defer conn.Close()` keeps it in a temporary). */
function namesOf(program: Program, graph: Graph, place: Place, type: string): Map<Place, string> {
  const names = new Map([[place, type]]);
  for (let size = 0; size !== names.size;) {
    size = names.size;
    for (const { op } of graph.nodes) {
      const from = op.op === 'assign' ? placeOf(op.from) : op.op === 'call' ? passedBy(program, graph, op.stmt) : null;
      const to = op.op === 'assign' ? op.to : op.op === 'call' ? op.stmt.results[0] : null;
      const its = from === null ? undefined : (names.get(from) ?? partOf(program, names, from));
      if (to && its !== undefined && isPlain(to) && !names.has(to)) names.set(to, its);
    }
  }
  return names;
}

function partOf(program: Program, names: ReadonlyMap<Place, string>, from: Place): string | undefined {
  const dot = from.lastIndexOf('.');
  const owner = dot > 0 ? names.get(from.slice(0, dot)) : undefined;
  return owner === undefined ? undefined : (program.facts.part(owner, from.slice(dot + 1)) ?? undefined);
}

function passedBy(program: Program, graph: Graph, stmt: CallStmt): Place | null {
  const resolved = program.resolve(graph.function, stmt, null);
  return resolved.how === 'fact' && resolved.fact.passes !== undefined ? placeOf(operandIn(stmt, resolved.fact.passes)) : null;
}

/** A parameter by which a function gets it. */
interface Handed {
  fn: FunctionIr;
  place: Place;
  type: string;
}

function closesHere(program: Program, graph: Graph, node: Node, names: ReadonlyMap<Place, string>): boolean {
  if (node.op.op !== 'call') return false;
  const { stmt } = node.op;
  for (const [place, type] of names) {
    const what = closes(program, graph, stmt, place, type);
    if (what === true || (what !== false && closesInside(program, what))) return true;
  }
  return false;
}

/** Does a function that gets it, or one that it hands it on to, close it somewhere? */
function closesInside(program: Program, first: Handed): boolean {
  const seen = new Set<string>();
  const queue = [first];
  for (let at = queue.pop(); at && seen.size < maxFunctions; at = queue.pop()) {
    const key = `${at.fn.id} ${at.place}:${at.type}`;
    const graph = seen.has(key) ? null : program.graph(at.fn);
    seen.add(key);
    if (!graph) continue;
    for (const [place, type] of namesOf(program, graph, at.place, at.type)) {
      for (const { op } of graph.nodes) {
        const what = op.op === 'call' ? closes(program, graph, op.stmt, place, type) : false;
        if (what === true) return true;
        if (what !== false) queue.push(what);
      }
    }
  }
  return false;
}

/** Does the call close it? Or hand it to a function of the program? */
function closes(program: Program, graph: Graph, stmt: CallStmt, place: Place, type: string): boolean | Handed {
  const { callee } = stmt;
  const ends = (fact: CallFact | null): boolean => fact !== null && (fact.closes === true || fact.consumes === true);
  if (callee.kind === 'method' && isWithin(callee.receiver, place)) {
    const its = callee.receiver === place ? type : partOf(program, new Map([[place, type]]), callee.receiver);
    return its !== undefined && ends(program.facts.method(its, callee.name));
  }
  const index = stmt.args.findIndex((arg) => placeOf(arg.value) === place);
  if (index === -1) return false;
  const resolved = program.resolve(graph.function, stmt, null);
  if (resolved.how === 'fact')
    return (
      ends(resolved.fact) && placeOf(operandIn(stmt, resolved.fact.on ?? (callee.kind === 'method' ? 'receiver' : { arg: 0 }))) === place
    );
  if (resolved.how !== 'local' || stmt.args.some((arg) => arg.spread || arg.name !== undefined)) return false;
  const param = resolved.fn.params[index];
  return param !== undefined && !param.variadic && { fn: resolved.fn, place: param.name, type };
}

function assigns(node: Node, place: Place): boolean {
  const root = rootOf(place);
  const { op } = node;
  if (op.op === 'assign') return op.to === root || op.to === place;
  if (op.op === 'unpack') return op.to.includes(root);
  return op.op === 'call' && op.stmt.results.includes(root);
}

/** Of the calls that nobody knows those that only borrow: the ordinary ways on from them close the connection. */
export function borrowers(
  fn: FunctionIr,
  exploration: Exploration,
  leaves: (state: State, how: Exploration['ends'][number]['how']) => boolean,
): ReadonlySet<string> {
  const closed = new Set<string>();
  const closedOnFailure = new Set<string>();
  const handedOn = new Set<string>();
  const forgotten = new Set<string>();
  for (const { how, entry } of exploration.ends) {
    const { state } = entry;
    if (state.lent === '' || how !== 'return') continue;
    const isOurs = state.phase === 'closed' || isReturned(state);
    const into =
      entry.doubt > 0 || tellsFailure(fn, state)
        ? state.phase === 'closed' && closedOnFailure
        : isOurs
          ? closed
          : !isHeld(state) || leaves(state, how)
            ? handedOn
            : forgotten;
    if (into) for (const call of state.lent.split('|')) into.add(call);
  }
  for (const lost of exploration.lost) if (lost.doubt === 0) for (const call of lost.lent.split('|')) forgotten.add(call);
  // Who gives it to others in the end, and closes it where that does not work out, has it until then.
  for (const call of closedOnFailure) if (handedOn.has(call)) closed.add(call);
  return new Set([...closed].filter((call) => !forgotten.has(call)));
}

/** Are these calls, on the way of a leak, all borrowers? */
export function areBorrowers(known: ReadonlySet<string>, calls: string): boolean {
  return calls === '' || calls.split('|').every((call) => known.has(call));
}

/** Who gives it to the caller after the call still owns it, too. */
export function isReturned(state: State): boolean {
  return isHeld(state) && [...state.aliases.keys()].some((alias) => rootOf(alias).startsWith('%ret'));
}

/** Does it return what usually says that it did not work out? */
export function tellsFailure(fn: FunctionIr, state: State): boolean {
  if (state.facts.get('%failure') === 'true') return true;
  if (fn.errorResult !== undefined) return false;
  const value = state.facts.get('%ret0');
  return value === 'null' || value === 'false' || value === 'neg' || value?.startsWith('=-') === true;
}
