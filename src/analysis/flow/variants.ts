/** What a call does where an argument, or the type of what it works on, says so (`BIO_CLOSE`, `F_DUPFD`). */

import type { Condition } from './condition.js';
import type { CallFact } from './facts.js';
import type { CallStmt, FunctionIr } from './ir.js';
import type { Run } from './run.js';
import type { State } from './state.js';
import { isAmong, operandIn, placeOf } from './values-of.js';

/** The fact with the first variant over it whose condition holds. */
export function variantOf(run: Pick<Run, 'program'> & { fn?: FunctionIr }, state: State, stmt: CallStmt, fact: CallFact): CallFact {
  const found = fact.variants?.find(({ when }) => holds(run, state, stmt, fact, when));
  return found ? { ...fact, variants: undefined, ...found.then } : fact;
}

function holds(run: Parameters<typeof variantOf>[0], state: State, stmt: CallStmt, fact: CallFact, when: Condition): boolean {
  if ('all' in when) return when.all.every((each) => holds(run, state, stmt, fact, each));
  if ('types' in when) {
    const place = placeOf(operandIn(stmt, fact.on ?? (stmt.callee.kind === 'method' ? 'receiver' : { arg: 0 })));
    return place !== null && when.types.includes(state.aliases.get(place) ?? '');
  }
  if ('lacks' in when) return operandIn(stmt, when.lacks) === null;
  const operand = operandIn(stmt, when.arg);
  if ('is' in when) {
    const place = placeOf(operand);
    return place !== null && run.fn !== undefined && when.is.includes(run.program.classOf(run.fn, place, state) ?? '');
  }
  const asked = when.field === undefined ? operand : operand?.kind === 'record' ? (operand.fields[when.field] ?? null) : null;
  return isAmong(state, run.program.facts, asked, when.names);
}

/** The same where it works on a set that connections are in: a copy of that takes none of them over. */
export function copied(fact: CallFact): CallFact {
  return fact.takes === true ? { ...fact, takes: false } : fact;
}

/** The library's call in place of one that only its name tells something of; null where more is known. */
export function stoodFor(run: Run, state: State, stmt: CallStmt): CallStmt | null {
  const { like } = stmt;
  if (!like || run.program.resolve(run.fn, stmt, state).how !== 'unknown') return null;
  return { ...stmt, like: undefined, callee: { kind: 'api', name: like.name }, args: like.args };
}
