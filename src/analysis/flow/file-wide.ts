/** What a file says for all of its connections. */

import { callsOf } from './bodies.js';
import type { FactIndex } from './fact-index.js';
import type { CallFact } from './facts.js';
import type { CallStmt } from './ir.js';
import type { Unit } from './unit.js';
import { operandIn } from './values-of.js';

/** Does it give all connections a default limit? */
export function limitsAll(facts: FactIndex, unit: Unit): boolean {
  return calls(facts, unit, (fact) => fact.limitsAll === true);
}

/** Does it say what happens on the signal by which a send kills? */
export function handlesSignal(facts: FactIndex, unit: Unit): boolean {
  return calls(
    facts,
    unit,
    (fact) => fact.handlesSignal !== undefined,
    (fact, stmt) => {
      const operand = fact.handlesSignal ? operandIn(stmt, fact.handlesSignal.arg) : null;
      return operand?.kind === 'name' && fact.handlesSignal?.names.includes(operand.name) === true;
    },
  );
}

/** Is there a call of one of these facts that `holds`? */
function calls(
  facts: FactIndex,
  unit: Unit,
  wanted: (fact: CallFact) => boolean,
  holds: (fact: CallFact, stmt: CallStmt) => boolean = () => true,
): boolean {
  const pattern = facts.wordsOf(wanted);
  if (!pattern) return false;
  return unit.holding(pattern).some((decl) =>
    callsOf(unit.function(decl.id)?.body ?? []).some((stmt) => {
      const fact = stmt.callee.kind === 'api' ? facts.call(stmt.callee.name) : null;
      return fact !== null && wanted(fact) && holds(fact, stmt);
    }),
  );
}
