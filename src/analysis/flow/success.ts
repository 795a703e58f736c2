/** What a library's call does to the state when it succeeds. */

import { FactMap } from './fact-map.js';
import type { CallNode, Node } from './cfg.js';
import { applyOptions, inheritedOptions, isKernelOption, limitBefore, limitOf, stepOf } from './effects.js';
import { withElement } from './elements.js';
import type { CallFact, OpenFact, StepFact } from './facts.js';
import { heldIn } from './freed.js';
import type { CallStmt, Operand, Place } from './ir.js';
import { marked } from './marks.js';
import { listenerOptions } from './listeners.js';
import type { Note } from './notes.js';
import { isTemporary, isWithin, rebase } from './places.js';
import { isCast } from './lent.js';
import { isLeftToRead } from './properties.js';
import type { Outcome, Run, StepAt } from './run.js';
import { nodeKey } from './run.js';
import { callerAlias, holds, isHeld, release, setResults, withAlias, withFact } from './state.js';
import type { State } from './state.js';
import { isOwnRoot } from './own-root.js';
import { escapesThrough } from './transfer.js';
import { isAmong, operandIn, placeOf, valueOf } from './values-of.js';

export function succeeds(
  run: Run,
  node: CallNode,
  state: State,
  fact: CallFact,
  onIt: boolean,
  operand: Operand | null,
  limit: number | null,
): Outcome {
  const stmt = node.op.stmt;
  const here = fact.opens && isCast(stmt, fact.opens) && run.site?.node === node.id && run.site.inner === null && !isHeld(state);
  const opens = here && fact.opens && isTcp(run, state, stmt, fact.opens) && isUnpacked(run, node, fact.opens) ? fact.opens : null;
  const steps: StepAt[] = [];
  let next = state;
  let set: ReturnType<typeof applyOptions>['set'] = {};
  if (onIt || opens) {
    if (opens)
      next = {
        ...next,
        options: opens.inheritsFrom ? inheritedOptions(listenerOptions(run.program, run.fn, node.id, stmt, opens.inheritsFrom)) : {},
        sent: false,
        ready: false,
        looked: false,
        tended: false,
        answered: '',
        lent: '',
      };
    ({ state: next, set } = applyOptions(run, next, stmt, fact));
    steps.push(...stepsOf(run, node, state, fact, set, limit));
  } else if (fact.step?.do === 'sleep' && isHeld(state)) steps.push(stepAt(run, node, stepOf(run, state, stmt, fact.step, null)));
  else if (fact.step?.do === 'poll' && isHeld(state) && stmt.args.some(({ value }) => isPolled(state, value)))
    steps.push(stepAt(run, node, stepOf(run, state, stmt, fact.step, limit)));
  if (onIt) next = fact.closesLast ? withoutName(next, placeOf(operand)) : affect(next, fact);
  else if (fact.blocks?.wait === 'poll' && isHeld(next)) next = { ...next, ready: true };
  const names = namesOf(run, next, stmt, fact, operand, onIt);
  next = setResults(next, stmt, fact.ok ?? []);
  next = passesFunction(run, state, next, stmt, fact);
  next = marked(run, state, next, stmt, fact);
  if (fact.opens && !opens && isCast(stmt, fact.opens)) next = typed(run, next, stmt, fact.opens);
  if (opens) {
    next = open(run, next, stmt, opens);
    if (fact.blocks)
      run.emit({
        event: 'wait',
        at: nodeKey(run, node),
        range: stmt.range,
        fact: fact.blocks,
        state: next,
        own: true,
        ...limitOf(run, next, stmt, fact, run.program.facts.type(opens.type)?.defaults ?? {}),
      });
    const streams = isLeftToRead(run, state, stmt, opens);
    if (streams !== true) next = release(next, streams === false ? 'closed' : 'gone');
  }
  for (const [place, type] of names) if (isHeld(next)) next = withAlias(next, place, type);
  if (names.some(([place]) => isForeign(run, place))) next = release(next, 'gone');
  if (fact.element) next = withElement(run, next, stmt, fact.element);
  const notes: Note[] = opens ? [{ kind: 'opened', range: stmt.range }] : onIt ? notesOf(stmt, fact) : [];
  return afterFree(run, stmt, onIt ? undefined : fact.frees, { to: node.next, state: next, doubt: 0, notes, steps });
}

/** Memory goes, and with it the names of the connection that lie in it. */
function afterFree(run: Run, stmt: CallStmt, frees: CallFact['frees'], outcome: Outcome): Outcome {
  const held = frees === undefined ? null : heldIn(run.graph, outcome.state, placeOf(operandIn(stmt, frees)));
  if (held === null) return outcome;
  const state = { ...outcome.state, aliases: outcome.state.aliases.filter((alias) => !held.includes(alias)) };
  if (state.aliases.size > 0) return { ...outcome, state };
  return { ...outcome, state, lost: { how: 'dropped', range: stmt.range, place: held[0] ?? null, freed: true } };
}

/** Not a datagram socket or the like, as far as the arguments tell. */
function isTcp(run: Run, state: State, stmt: CallStmt, opens: OpenFact): boolean {
  return !(opens.unless ?? []).some(
    ({ arg, names, leaksAnyway }) => !leaksAnyway && isAmong(state, run.program.facts, operandIn(stmt, arg), names),
  );
}

function isUnpacked(run: Run, node: Node, opens: OpenFact): boolean {
  if (opens.ifAwaited && (node.op.op !== 'call' || node.op.stmt.mode !== 'await')) return false;
  if (!opens.ifUnpacked) return true;
  const next = run.graph.nodes[node.next]?.op;
  return next?.op === 'unpack' && next.to.length === 2;
}

function isForeign(run: Run, place: Place): boolean {
  return !isTemporary(place) && !isOwnRoot(run, place);
}

function notesOf(stmt: CallStmt, fact: CallFact): Note[] {
  return fact.halfCloses ? [{ kind: 'shutDown', range: stmt.range }] : [];
}

/** One name less; with the last the runtime closes it. */
function withoutName(state: State, place: Place | null): State {
  const aliases = place === null ? state.aliases : state.aliases.without(place);
  return aliases.size === 0 ? release(state, 'closed') : { ...state, aliases };
}

/** What a success does to the connection. */
function affect(state: State, fact: CallFact): State {
  let next = state;
  if (fact.closes) return release(next, 'closed');
  if (fact.takes) return release(next, 'gone');
  if (fact.tends) next = { ...next, tended: true };
  if (fact.asksEnd && next.phase === 'eof') next = { ...next, looked: true };
  if (fact.halfCloses && next.phase !== 'eof') next = { ...next, phase: 'half' };
  if (fact.step?.do === 'connect') next = { ...next, phase: 'connected', role: next.role === 'any' ? 'client' : next.role };
  if (fact.step?.do === 'listen') next = { ...next, role: 'listener' };
  if (fact.step?.do === 'send') next = { ...next, sent: true };
  if (fact.blocks) next = { ...next, ready: fact.blocks.wait === 'poll' };
  if (fact.wraps?.detaches) next = { ...next, aliases: FactMap.empty };
  return next;
}

/** New names for the connection among the results: wrappers, the same thing passed through. */
function namesOf(run: Run, state: State, stmt: CallStmt, fact: CallFact, operand: Operand | null, onIt: boolean): [Place, string][] {
  const names: [Place, string][] = [];
  const wraps = fact.wraps;
  const target = wraps ? operandIn(stmt, wraps.at ?? { result: 0 }) : null;
  const held = placeOf(operand);
  if (wraps && (onIt || (held !== null && isHeld(state) && holds(state, held))) && target?.kind === 'place')
    names.push([target.place, wraps.type]);
  const passed = fact.passes === undefined ? null : operandIn(stmt, fact.passes);
  const from = placeOf(passed);
  const to = stmt.results[0];
  if (from && to)
    for (const [alias, type] of state.aliases)
      if (alias === from || alias.startsWith(`${from}.`) || alias.startsWith(`${from}[`)) names.push([rebase(alias, from, to), type]);
  return names;
}

/** What is made of a function to run it later stands for the function; who has the connection by that is not followed. */
function passesFunction(run: Run, before: State, state: State, stmt: CallStmt, { passes, calls }: CallFact): State {
  const passed = passes === undefined ? null : operandIn(stmt, passes);
  const value = passed === null ? '?' : valueOf(before, run.program.facts, passed);
  const isMethod = passed?.kind === 'place' && !holds(before, passed.place) && !run.program.partType(before, passed.place);
  if (passed && !calls && (isMethod || value.startsWith('fn:')) && escapesThrough(run, before, passed)) return release(state, 'gone');
  return value.startsWith('fn:') && stmt.results[0] ? withFact(state, stmt.results[0], value) : state;
}

/** Is the connection in the record that is polled (`struct pollfd`), or in the set? */
function isPolled(state: State, operand: Operand | null): boolean {
  if (operand?.kind === 'derived') return isPolled(state, operand.of);
  return operand?.kind === 'place' && [...state.aliases.keys()].some((alias) => isWithin(alias, operand.place));
}

function stepsOf(
  run: Run,
  node: CallNode,
  state: State,
  fact: CallFact,
  set: ReturnType<typeof applyOptions>['set'],
  limit: number | null,
): StepAt[] {
  const stmt = node.op.stmt;
  const steps: StepAt[] = [];
  const options: Record<string, number | readonly number[]> = {};
  for (const [name, value] of Object.entries(set)) if (isKernelOption(name) && value !== null && value !== 'unknown') options[name] = value;
  const hasOptions = Object.keys(options).length > 0;
  if (fact.step) {
    const before = limitBefore(run, state, stmt, fact, limit);
    const made = (one: StepFact): StepAt['step'] =>
      stepOf(run, state, stmt, one, one.do === 'connect' || one.do === 'send' ? before : limit);
    const step = made(fact.step);
    steps.push(stepAt(run, node, hasOptions ? { ...step, options } : step));
    for (const next of fact.then ?? []) steps.push(stepAt(run, node, made(next)));
  } else if (hasOptions) steps.push(stepAt(run, node, { do: 'setsockopt', line: stmt.range.startLine, options }));
  return steps;
}

export function stepAt(run: Run, node: Node, step: StepAt['step']): StepAt {
  const range = node.op.op === 'call' ? node.op.stmt.range : { startLine: step.line, startColumn: 1, endLine: step.line, endColumn: 1 };
  return { step, at: nodeKey(run, node), loops: node.loops, functionId: run.fn.id, range };
}

/** The connection exists from here. */
function open(run: Run, state: State, stmt: CallStmt, fact: OpenFact): State {
  const place = holderOf(stmt, fact);
  let next: State = { ...state, phase: fact.connected ? 'connected' : 'open', role: fact.role, aliases: FactMap.empty };
  // A result that is thrown away: the connection stays, without a name, unless the runtime closes it then and there.
  const onDrop = run.program.facts.type(fact.type)?.onDrop;
  if (!place) return fact.elements || onDrop === 'at-once' || onDrop === 'drop' ? next : withAlias(next, '%dropped', fact.type);
  if (fact.elements) {
    next = withFact(withFact(next, `${place}[0]`, 'full'), `${place}[1]`, 'full');
    for (const element of fact.elements)
      next = withAlias(withFact(next, `${place}[${element.index}]`, '?'), `${place}[${element.index}]`, element.type);
  } else next = withAlias(next, place, fact.type);
  for (const { at, type } of fact.also ?? []) {
    const named = placeOf(operandIn(stmt, at));
    if (named !== null) next = withAlias(next, named, type);
  }
  if (fact.lent) next = withAlias(next, callerAlias, fact.type);
  return isForeign(run, place) || place.includes('[]') ? release(next, 'gone') : next;
}

/** The place that holds a connection handed out in a slot: a result, or what a pointer argument points to. */
function holderOf(stmt: CallStmt, { at: slot = { result: 0 }, itself }: OpenFact): Place | null {
  const operand = operandIn(stmt, slot);
  if (operand?.kind === 'derived' && operand.how === 'address') return placeOf(operand);
  if (operand?.kind === 'place') return !itself && typeof slot === 'object' && 'arg' in slot ? `*${operand.place}` : operand.place;
  return null;
}

/** Another connection than the one that is followed: its type is known from here. */
function typed(run: Run, state: State, stmt: CallStmt, fact: OpenFact): State {
  const place = holderOf(stmt, fact);
  if (!place) return state;
  if (run.program.facts.type(fact.type)?.descriptor) return withFact(state, place, 'pos');
  if (!fact.elements) return withFact(state, place, `obj:${fact.type}`);
  return fact.elements.reduce((next, element) => withFact(next, `${place}[${element.index}]`, `obj:${element.type}`), state);
}
