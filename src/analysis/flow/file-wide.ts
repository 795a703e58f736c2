/** What a file says for all of its connections. */

import { callsOf } from './bodies.js';
import type { FactIndex } from './fact-index.js';
import type { CallFact } from './facts.js';
import type { Callee, CallStmt, FunctionIr } from './ir.js';
import type { Unit } from './unit.js';
import { operandIn } from './values-of.js';

/** Does it give all connections a default limit? */
export function limitsAll(facts: FactIndex, unit: Unit): boolean {
  return calls(facts, unit, (fact) => fact.limitsAll === true);
}

/** Ids of the functions whose waits have a limit around them: it is given there, or in a function of the file that leads to them. */
export function limitedFunctions(facts: FactIndex, unit: Unit): ReadonlySet<string> {
  const isMeant = (fact: CallFact, stmt: CallStmt): boolean =>
    limitsCalls(fact) &&
    fact.variants?.find(({ when }) => 'lacks' in when && operandIn(stmt, when.lacks) === null)?.then.limitsCalls !== false;
  const pattern = facts.wordsOf(limitsCalls);
  const found = new Set<string>();
  const queue = pattern
    ? unit
        .holding(pattern)
        .flatMap((decl) => unit.functionsIn(decl))
        .filter((fn) => saysOf(facts, fn, isMeant))
    : [];
  for (let fn = queue.pop(); fn; fn = queue.pop()) {
    if (found.has(fn.id)) continue;
    found.add(fn.id);
    const names = new Set(callsOf(fn.body).flatMap(({ callee }) => nameOf(callee)));
    queue.push(...unit.functions.filter(({ name }) => names.has(name)).flatMap((decl) => unit.functionsIn(decl)));
  }
  return found;
}

function limitsCalls(fact: CallFact): boolean {
  return fact.limitsCalls === true;
}

function saysOf(facts: FactIndex, fn: FunctionIr, holds: (fact: CallFact, stmt: CallStmt) => boolean): boolean {
  return callsOf(fn.body).some((stmt) => {
    const fact = factOf(facts, stmt);
    return fact !== null && holds(fact, stmt);
  });
}

function factOf(facts: FactIndex, { callee }: CallStmt): CallFact | null {
  if (callee.kind === 'api') return facts.call(callee.name);
  if (callee.kind === 'new') return facts.call(callee.className);
  if (callee.kind !== 'method') return null;
  return callee.type === undefined ? facts.call(`*.${callee.name}`) : facts.method(callee.type, callee.name);
}

function nameOf(callee: Callee): string[] {
  if (callee.kind === 'local') return [callee.id.slice(Math.max(callee.id.lastIndexOf('.'), callee.id.lastIndexOf(':')) + 1)];
  return callee.kind === 'method' || callee.kind === 'api' ? [callee.name.slice(callee.name.lastIndexOf('.') + 1)] : [];
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
