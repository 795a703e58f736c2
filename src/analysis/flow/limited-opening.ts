/** Does anything end a connect that takes too long: the call itself, what stands around it, or who calls the function? */

import type { CallStmt, FunctionIr } from './ir.js';
import type { Beginning } from './lasting.js';
import type { Program } from './program.js';

/** Names of settings that limit a connect: where there is one, somebody decides. */
const settings = ['connect_timeout', 'connection_timeout'];

/** Callers of callers are looked at so far. */
const maxDepth = 5;

export function isLimitedOpening(program: Program, { call, chain }: Beginning): boolean {
  if (call?.fact.sets?.some(({ option }) => option === 'connectTimeout')) return true;
  if (call?.stmt.limit !== undefined || chain.some(({ by }) => by?.limit !== undefined)) return true;
  if (chain.some(({ fn }) => settings.some((name) => program.functionsNaming(fn, name).length > 0))) return true;
  return chain.some(({ fn }) => choosesLimit(program, fn)) || isCalledInTime(program, chain.at(-1)?.fn ?? null, new Set(), maxDepth);
}

/** The same function opens with a limit, too, or hands one to a function named so: whoever asks for none means it. */
function choosesLimit(program: Program, fn: FunctionIr): boolean {
  return (program.graph(fn)?.nodes ?? []).some(({ op }) => {
    if (op.op !== 'call') return false;
    const resolved = program.resolve(fn, op.stmt, null);
    const sets = resolved.how === 'fact' && resolved.fact.opens && resolved.fact.sets?.some(({ option }) => option === 'connectTimeout');
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
  return (program.graph(caller)?.nodes ?? []).flatMap(({ op }) => {
    if (op.op !== 'call') return [];
    const resolved = program.resolve(caller, op.stmt, null);
    const name = program.calledName(op.stmt);
    const isIt =
      resolved.how === 'local' ? resolved.fn.id === fn.id : resolved.how === 'unknown' && name.slice(name.lastIndexOf('.') + 1) === fn.name;
    return isIt ? [op.stmt] : [];
  });
}
