/** Where to look for connections: functions whose text names something that opens one. The others are never lowered. */

import { wordPattern } from './fact-index.js';
import type { FunctionDecl, FunctionIr } from './ir.js';
import type { Program } from './program.js';
import { givesAway, sitesOf } from './sites.js';

/** Where a copy of a file was changed: only what stands there, and who calls it, is looked at again. Lines count from 1. */
export interface Changed {
  startLine: number;
  endLine: number;
}

/** Functions that stand in changed lines, and those that name one of them. */
export function changedFunctions(program: Program, changed: readonly Changed[]): FunctionIr[] {
  const { unit } = program;
  const decls = unit.functions.filter(({ kind, range }) => kind !== 'module' && changed.some((one) => one.startLine <= range.endLine && one.endLine >= range.startLine));
  const names = decls.map((decl) => decl.name).filter((name) => /^[\w$]+$/.test(name));
  const callers = names.length === 0 ? [] : unit.holding(wordPattern(names));
  const module = decls.length < changed.length ? unit.functions.filter(({ kind }) => kind === 'module') : [];
  return [...new Set([...decls, ...callers, ...module])].flatMap((decl) => unit.functionsIn(decl));
}

/**
 * Functions of the file that may open a connection, by a library's call or by a function that gives one: a word of the
 * library, then the names of what was found to give one, and so on. `given`: names of functions of other files that give one.
 */
export function rootsOf(program: Program, given: readonly string[], complain: (message: string, line: number) => void): { functions: FunctionIr[]; gives: string[] } {
  const { unit } = program;
  const found = new Set<FunctionDecl>();
  const names = new Set<string>();
  const tried = new Set<string>();
  let fresh = [...program.facts.openersIn(unit.text), ...given];
  while (fresh.length > 0) {
    const pattern = wordPattern(fresh);
    const decls = unit.holding(pattern).filter((decl) => !found.has(decl));
    for (const decl of decls) found.add(decl);
    const giving = new Set(decls.flatMap((decl) => unit.functionsIn(decl)).flatMap((fn) => {
      // A failure in one function does not cost the others.
      try {
        return namesGivenBy(program, fn);
      } catch (error) {
        complain(error instanceof Error ? error.message : String(error), fn.range.startLine);
        return [];
      }
    }));
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
