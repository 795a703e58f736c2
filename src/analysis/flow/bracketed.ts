/** A method that opens into its object and is called by nobody but methods that close it again before they return. */

import type { FunctionIr } from './ir.js';
import { callersOf } from './left-behind.js';
import { exploreSite } from './openings.js';
import type { Program } from './program.js';
import { sitesOf } from './sites.js';
import { isHeld } from './state.js';

/** Between two calls from outside, the object never holds what `fn` opens: no other method finds it there. Tests do not count. */
export function isBracketed(program: Program, fn: FunctionIr): boolean {
  if (fn.className === null || fn.receiver === null) return false;
  const callers = callersOf(program, fn);
  return callers.length > 0 && callers.every((caller) => caller.className === fn.className && closesAgain(program, caller, fn));
}

function closesAgain(program: Program, caller: FunctionIr, fn: FunctionIr): boolean {
  const sites = sitesOf(program, caller).filter(({ inner }) => inner?.fn.id === fn.id);
  return (
    sites.length > 0 &&
    sites.every((site) => exploreSite(program, site).ends.every(({ how, entry }) => how === 'process' || !isHeld(entry.state)))
  );
}
