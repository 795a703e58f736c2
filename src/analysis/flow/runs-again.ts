/** Whether a function that opens into an object runs more than once for the same object, as its callers show. */

import type { FunctionIr, Place } from './ir.js';
import { callersOf } from './left-behind.js';
import type { Life } from './life.js';
import { nodesOf } from './nodes-of.js';
import type { Kept } from './objects.js';
import { rootOf } from './places.js';
import type { Program } from './program.js';

/**
 * Does somebody call it on an object that was there before? What functions of the object call is told where those run, with what
 * they ask first; who calls it on an object that he has just made sets that up. Where nobody calls it, whoever it has told that it
 * failed tries once more.
 */
export function runsAgain(program: Program, { fn }: Life, kept: Kept, opener: FunctionIr): boolean {
  const callers = callersOf(program, fn);
  if (overrides(program, fn)) return true;
  if (callers.length === 0) return fn === opener;
  const inside = new Set(kept.lives.map((life) => life.fn));
  return callers.some(
    (caller) => !inside.has(caller) && !runsOnce(caller) && objectsOf(program, caller, fn).some((place) => !isMadeThere(caller, place)),
  );
}

function runsOnce({ kind, name }: FunctionIr): boolean {
  return kind === 'module' || name === 'main';
}

function isMadeThere(caller: FunctionIr, place: Place): boolean {
  return caller.locals.includes(rootOf(place));
}

/** What a function calls another on. */
function objectsOf(program: Program, caller: FunctionIr, fn: FunctionIr): Place[] {
  return nodesOf(program, caller).flatMap(({ op }) => {
    if (op.op !== 'call' || op.stmt.callee.kind !== 'method') return [];
    const resolved = program.resolve(caller, op.stmt, null);
    return resolved.how === 'local' && resolved.fn === fn ? [op.stmt.callee.receiver] : [];
  });
}

/** May it be called through a base of its class, by whoever knows no more than that? */
function overrides(program: Program, { className, name }: FunctionIr): boolean {
  const bases = program.class(className ?? '')?.bases ?? [];
  return bases.some((base) => program.class(base) === null || program.method(base, name).fn !== null);
}
