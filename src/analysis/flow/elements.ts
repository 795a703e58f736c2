/** Sets of connections that a program keeps and walks: `FD_SET`, `FD_ISSET`. An element is a name of the connection that is in there. */

import type { CallFact } from './facts.js';
import type { CallStmt, Place } from './ir.js';
import { isPlain, rootOf } from './places.js';
import type { Outcome, Run } from './run.js';
import { holds, isHeld, release, withAlias, withFact } from './state.js';
import type { State } from './state.js';
import { operandIn, placeOf } from './values-of.js';

type Element = NonNullable<CallFact['element']>;

/** The set after a call that puts something into it, or takes it out. */
export function withElement(run: Run, state: State, stmt: CallStmt, element: Element): State {
  const set = placeOf(operandIn(stmt, element.set));
  if (!set || !isHeld(state) || element.how === 'find') return state;
  const member = memberOf(set);
  if (element.how === 'clear') return without(state, member);
  const of = placeOf(element.of ? operandIn(stmt, element.of) : null);
  const type = of ? state.aliases.get(of) : undefined;
  if (!of || type === undefined) return state;
  // Who takes it out of the set has looked at what told of its end.
  if (element.how === 'remove') return { ...without(state, member), looked: state.looked || state.phase === 'eof' };
  // A set that other functions see is walked there.
  if (isShared(run, set)) return run.program.usedElsewhere(run.fn, rootOf(set)) ? release(state, 'gone') : state;
  return withAlias(state, member, type);
}

/** `FD_ISSET(i, &set)`: where `i` counts through the set, it may be the connection that is in there. */
export function foundInSet(run: Run, state: State, stmt: CallStmt, element: Element, to: number): Outcome[] {
  const set = placeOf(operandIn(stmt, element.set));
  const of = placeOf(element.of ? operandIn(stmt, element.of) : null);
  const type = set ? state.aliases.get(memberOf(set)) : undefined;
  if (!of || type === undefined || !isHeld(state) || holds(state, of) || !isPlain(of) || !counts(run, of)) return [];
  const [result] = stmt.results;
  const found = withAlias(withFact(state, of, '?'), of, type);
  return [{ to, state: result ? withFact(found, result, 'pos') : found, doubt: 0 }];
}

function memberOf(set: Place): Place {
  return `${set}[]`;
}

function without(state: State, member: Place): State {
  const aliases = state.aliases.without(member);
  return aliases === state.aliases ? state : { ...state, aliases };
}

/** A set of the whole file, or of an enclosing function. */
function isShared(run: Run, set: Place): boolean {
  const root = rootOf(set);
  return !run.fn.locals.includes(root) && !run.fn.params.some((param) => param.name === root);
}

/** Is the variable stepped through numbers (`i++`)? One that keeps its descriptor is no other. */
function counts(run: Run, place: Place): boolean {
  return run.graph.nodes.some(
    ({ op }) => op.op === 'assign' && op.to === place && op.from.kind === 'opaque' && op.from.uses.includes(place),
  );
}
