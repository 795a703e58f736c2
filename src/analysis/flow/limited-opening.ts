/** Does anything end a connect that takes too long: the call itself, what stands around it, or who calls the function? */

import { nodesOf } from './nodes-of.js';
import type { CallFact } from './facts.js';
import type { CallStmt, FunctionIr } from './ir.js';
import type { Beginning } from './lasting.js';
import { namePattern } from './name-pattern.js';
import type { Program } from './program.js';
import { operandIn } from './values-of.js';

/** Names of settings that limit a connect: where there is one, somebody decides. */
const settings = ['connect_timeout', 'connection_timeout'];

/** Callers of callers are looked at so far. */
const maxDepth = 5;

export function isLimitedOpening(program: Program, { call, chain }: Beginning): boolean {
  if (call && givesLimit(call.stmt, call.fact)) return true;
  if (call?.stmt.limit !== undefined || chain.some(({ by }) => by?.limit !== undefined)) return true;
  if (chain.some(({ fn }) => settings.some((name) => program.functionsNaming(fn, name).length > 0))) return true;
  return chain.some(({ fn }) => choosesLimit(program, fn)) || isCalledInTime(program, chain.at(-1)?.fn ?? null, new Set(), maxDepth);
}

/** Does the call say how long a connect may take? */
function givesLimit(stmt: CallStmt, { sets }: CallFact): boolean {
  return sets?.some(({ option, from }) => option === 'connectTimeout' && (from === undefined || operandIn(stmt, from) !== null)) === true;
}

/**
 * A limit that somebody thought of, by its name: a parameter of the functions
 * that open and hand up, or a field of the object that one of them is a method of.
 */
export function namesLimit(program: Program, { chain }: Beginning): boolean {
  return chain.some(({ fn }) => {
    if (fn.params.some(({ name }) => limits.test(name))) return true;
    const cls = fn.className === null ? null : program.class(fn.className);
    if (Object.keys(cls?.fields ?? {}).some((name) => limits.test(name))) return true;
    const range = cls?.range;
    if (!range || fn.receiver === null || !/^\w+$/.test(fn.receiver)) return false;
    const field = new RegExp(`\\b${namePattern(fn.receiver)}(?:\\.|->)\\w*timeout\\w*\\b`, 'i');
    return program
      .unitOf(fn)
      .linesOf(range)
      .some((line) => field.test(line));
  });
}

const limits = /(?:^|_|(?<=[a-z]))(?:[Tt]ime_?[Oo]ut|TIME_?OUT)/;

/** A question whether there is to be a limit: the way without one was asked for. */
const asksForLimit = /\bconnect\w*timeout\w*(?:\.\w+)?\s*(?:[<>]=?|[=!]==?)\s*-?(?:\d|null\b|none\b|nil\b)/i;

/** The same function opens with a limit, too, or hands one to a function named so: whoever asks for none means it. */
function choosesLimit(program: Program, fn: FunctionIr): boolean {
  const lines = program.unitOf(fn).linesOf(fn.range);
  if (lines.some((line) => asksForLimit.test(line))) return true;
  return nodesOf(program, fn).some(({ op }) => {
    if (op.op !== 'call') return false;
    const resolved = program.resolve(fn, op.stmt, null);
    const sets = resolved.how === 'fact' && resolved.fact.opens && givesLimit(op.stmt, resolved.fact);
    return sets === true || /(?:^|\.)\w*connect\w*timeout\w*$/i.test(program.calledName(op.stmt));
  });
}

/** Does some caller end it in time? A call that is not resolved counts by its name. */
function isCalledInTime(program: Program, fn: FunctionIr | null, seen: Set<string>, depth: number): boolean {
  if (!fn || seen.has(fn.id) || depth === 0) return false;
  seen.add(fn.id);
  return program.functionsNaming(fn, fn.name).some((caller) => {
    const calls = callsOf(program, caller, fn);
    return calls.some(({ limit }) => limit !== undefined) || (calls.length > 0 && isCalledInTime(program, caller, seen, depth - 1));
  });
}

function callsOf(program: Program, caller: FunctionIr, fn: FunctionIr): CallStmt[] {
  return nodesOf(program, caller).flatMap(({ op }) => {
    if (op.op !== 'call') return [];
    const resolved = program.resolve(caller, op.stmt, null);
    const name = program.calledName(op.stmt);
    const isIt =
      resolved.how === 'local' ? resolved.fn.id === fn.id : resolved.how === 'unknown' && name.slice(name.lastIndexOf('.') + 1) === fn.name;
    return isIt ? [op.stmt] : [];
  });
}
