/** Descriptors that are compared: equal numbers are the same connection. */

import type { Leaf } from './cfg.js';
import type { ValueClass } from './facts.js';
import type { Operand, Place } from './ir.js';
import { isOwnRoot } from './own-root.js';
import { isContainer, isPlain } from './places.js';
import type { Run } from './run.js';
import { callerAlias, withAlias } from './state.js';
import type { State } from './state.js';

/** Is it a name of the open descriptor? */
function isDescriptor(run: Pick<Run, 'program'>, state: State, operand: Operand): boolean {
  const type = operand.kind === 'place' ? state.aliases.get(operand.place) : undefined;
  return type !== undefined && run.program.facts.type(type)?.descriptor === true;
}

/** A field that turned out to be equal to the open descriptor is a name of it, too (`if (fd_ != fd)` on its other side). */
export function asEqual(run: Run, state: State, leaf: Extract<Leaf, { test: 'compare' }>, taken: boolean): State {
  if ((leaf.op !== '==' && leaf.op !== '!=') || (leaf.op === '==') !== taken) return state;
  for (const [one, other] of [
    [leaf.left, leaf.right],
    [leaf.right, leaf.left],
  ] as const) {
    if (one.kind !== 'place' || other.kind !== 'place' || !isDescriptor(run, state, one)) continue;
    const { place } = other;
    if (!isPlain(place) && !isContainer(place) && !state.aliases.has(place))
      return withAlias(state, place, state.aliases.get(one.place) ?? '');
  }
  return state;
}

/** `a == b`, `a != b` where one is the open descriptor; null when nothing can be said. */
export function compareDescriptor(
  run: Run,
  state: State,
  { op, left, right }: Extract<Leaf, { test: 'compare' }>,
  leftValue: ValueClass,
  rightValue: ValueClass,
): boolean | null {
  if (op !== '==' && op !== '!=') return null;
  const equal = isEqual(run, state, [left, leftValue], [right, rightValue]);
  return equal === null ? null : equal === (op === '==');
}

type Side = readonly [Operand, ValueClass];

function isEqual(run: Run, state: State, a: Side, b: Side): boolean | null {
  const [first, second] = [a, b].map(([operand]) => isDescriptor(run, state, operand));
  // Two names of it are equal.
  if (first && second) return true;
  if (!first && !second) return null;
  const [other, value] = first ? b : a;
  // `fd == INVALID_FD` asks whether it is none.
  if (value.startsWith('@')) return false;
  // A closer that refuses the standard streams does not refuse it.
  if (isStandard(value)) return false;
  return isOther(run, state, other) ? false : null;
}

/** Input, output and errors of a program: descriptors 0, 1 and 2. */
function isStandard(value: ValueClass): boolean {
  return value === 'zero' || value === '=1' || value === '=2';
}

/** A variable that is no name of it: every one that it has is known, and one of everybody's would have been its owner. */
function isOther(run: Run, state: State, operand: Operand): boolean {
  const place: Place | null = operand.kind === 'place' ? operand.place : null;
  if (place === null || !isPlain(place) || state.aliases.has(place)) return false;
  return isOwnRoot(run, place) || !state.aliases.has(callerAlias);
}
