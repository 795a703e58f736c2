/** What a file says for all of its connections. */

import { callsOf } from './bodies.js';
import type { FactIndex } from './fact-index.js';
import type { CallFact } from './facts.js';
import type { Callee, CallStmt, FunctionIr, Operand } from './ir.js';
import type { Program } from './program.js';
import type { Unit } from './unit.js';
import { operandIn } from './values-of.js';

/** Does it give all connections a default limit? */
export function limitsAll(facts: FactIndex, unit: Unit): boolean {
  return calls(facts, unit, isDefault, (_, stmt, fn) => !fn.isTest && !isNone(operandIn(stmt, { arg: 0 })));
}

function isDefault(fact: CallFact): boolean {
  return fact.limitsAll === true;
}

function isNone(operand: Operand | null): boolean {
  return operand?.kind === 'const' && operand.value === null;
}

/** Files that may name what gives such a limit: where more do, it is the program's way. */
const mostNaming = 30;
const inTests = /(?:^|\/)(?:tests?|testing)\//;

/**
 * Has every connection of the program a default limit (`socket.setdefaulttimeout`)? It holds for the process, whichever file says so:
 * what is loaded by its name (plug-ins) imports nothing that does.
 */
export function isLimitedEverywhere(program: Program): boolean {
  const { facts, unit } = program;
  if (limitsAll(facts, unit)) return true;
  return facts.namesOf(isDefault).some((name) => {
    const others = program.naming(name, mostNaming);
    return others === null || others.some((other) => !inTests.test(other.path ?? '') && limitsAll(facts, other));
  });
}

const limited = new WeakMap<Unit, ReadonlySet<string>>();

/** Ids of the functions whose waits have a limit around them: it is given there, or in a function of the file that leads to them. */
export function limitedFunctions(facts: FactIndex, unit: Unit): ReadonlySet<string> {
  let known = limited.get(unit);
  if (!known) limited.set(unit, (known = findLimited(facts, unit)));
  return known;
}

function findLimited(facts: FactIndex, unit: Unit): ReadonlySet<string> {
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
  holds: (fact: CallFact, stmt: CallStmt, fn: FunctionIr) => boolean = () => true,
): boolean {
  const pattern = facts.wordsOf(wanted);
  if (!pattern) return false;
  return unit.holding(pattern).some((decl) => {
    const fn = unit.function(decl.id);
    return callsOf(fn?.body ?? []).some((stmt) => {
      const fact = stmt.callee.kind === 'api' ? facts.call(stmt.callee.name) : null;
      return fn !== null && fact !== null && wanted(fact) && holds(fact, stmt, fn);
    });
  });
}
