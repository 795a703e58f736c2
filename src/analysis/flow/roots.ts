/** Where to look for connections: functions whose text names something that opens one. The others are never lowered. */

import { wordPattern } from './fact-index.js';
import type { FunctionDecl, FunctionIr } from './ir.js';
import type { Program } from './program.js';
import { givesAway, sitesOf } from './sites.js';

/**
 * Functions of the file that may open a connection, by a library's call or by a function that gives one: a word of the
 * library, then the names of what was found to give one, and so on. `given`: names of functions of other files that give one.
 */
export function rootsOf(program: Program, given: readonly string[] = []): { functions: FunctionIr[]; gives: string[] } {
  const { unit } = program;
  const found = new Set<FunctionDecl>();
  const names = new Set<string>();
  const tried = new Set<string>();
  let fresh = [...program.facts.openersIn(unit.text), ...given];
  while (fresh.length > 0) {
    const pattern = wordPattern(fresh);
    const decls = unit.holding(pattern).filter((decl) => !found.has(decl));
    for (const decl of decls) found.add(decl);
    const giving = new Set(decls.flatMap((decl) => unit.functionsIn(decl)).flatMap((fn) => namesGivenBy(program, fn)));
    const macros = unit.macrosHolding(pattern);
    fresh = [...giving, ...macros].filter((name) => !names.has(name) && !tried.has(name));
    for (const name of giving) names.add(name);
    for (const name of macros) tried.add(name);
  }
  return { functions: unit.functions.filter((decl) => found.has(decl)).flatMap((decl) => unit.functionsIn(decl)), gives: [...names].sort() };
}

/** By which names others get the connections that a function opens and gives away. */
function namesGivenBy(program: Program, fn: FunctionIr): string[] {
  if (!sitesOf(program, fn).some((site) => givesAway(program, site))) return [];
  if (fn.className === null) return [fn.name];
  // Whoever makes an object of the class, or of one that is derived from it, may call the method.
  const owner = fn.className;
  const heirs = program.ownClasses.filter((cls) => cls.name === owner || program.hasBase(cls.name, owner)).map((cls) => cls.name);
  return [...(fn.kind === 'constructor' ? [] : [fn.name]), owner, ...heirs].map((name) => name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf(':')) + 1));
}
