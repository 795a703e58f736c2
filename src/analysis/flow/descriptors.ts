/** Descriptors that are compared: equal numbers are the same connection. */

import type { Leaf } from './cfg.js';
import type { Operand } from './ir.js';
import { isContainer, isPlain } from './places.js';
import type { Run } from './run.js';
import { withAlias } from './state.js';
import type { State } from './state.js';

/** Is it a name of the open descriptor? */
export function isDescriptor(run: Pick<Run, 'program'>, state: State, operand: Operand): boolean {
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
