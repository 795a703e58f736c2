/** What the result of a call tells of what it was made from. */

import type { CallFact } from './facts.js';
import { isAlwaysAmong } from './given.js';
import type { CallStmt, Operand } from './ir.js';
import type { Run } from './run.js';
import { withFact } from './state.js';
import type { State } from './state.js';
import { isAmong, operandIn, valueOf } from './values-of.js';

/** Results whose value tells what they were made from. */
export function marked(run: Run, before: State, state: State, stmt: CallStmt, fact: CallFact): State {
  const result = stmt.results[0] ?? null;
  const { marks, passes } = fact;
  const mark = marks?.find(({ from, values }) => isMarked(run, before, operandIn(stmt, from), values));
  if (mark) return result === null ? state : withFact(state, result, `@${mark.as}`);
  const passed = passes === undefined ? null : operandIn(stmt, passes);
  const value = passed ? valueOf(before, run.program.facts, passed) : '?';
  if (result !== null && value.startsWith('@')) return withFact(state, result, value);
  // A builder that is given what it lacked.
  const { callee } = stmt;
  const changed = marks === undefined && fact.gives !== undefined && callee.kind === 'method' ? callee.receiver : null;
  return changed !== null && isPassing(state.facts.get(changed)) ? withFact(state, changed, '?') : state;
}

/** Is this mark true only until somebody changes what has it? */
export function isPassing(value: string | undefined): boolean {
  return value?.startsWith('@') === true && value.endsWith(' yet');
}

/** One of these names, as this function shows, or all who call it. */
function isMarked(run: Run, state: State, operand: Operand | null, values: readonly string[]): boolean {
  if (isAmong(state, run.program.facts, operand, values)) return true;
  const given = operand?.kind === 'place' && !state.facts.has(operand.place) && run.fn.params.some(({ name }) => name === operand.place);
  return given && isAlwaysAmong(run.program, run.fn, operand.place, values);
}
