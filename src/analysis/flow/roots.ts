/** Where to look for connections: functions whose text names something that opens one. The others are never lowered. */

import { wordPattern } from './fact-index.js';
import type { FunctionDecl, FunctionIr } from './ir.js';
import { openingBase } from './classes.js';
import type { Program } from './program.js';
import { givesAway, sitesOf } from './sites.js';
import type { Unit } from './unit.js';

/** Where a copy of a file was changed: only what stands there, and who calls it, is looked at again. Lines count from 1. */
export interface Changed {
  startLine: number;
  endLine: number;
}

/** Functions that stand in changed lines, and those that name one of them. */
export function changedFunctions(program: Program, changed: readonly Changed[]): FunctionIr[] {
  const { unit } = program;
  const decls = declsIn(unit, changed);
  return [...new Set([...decls, ...callersOf(unit, decls)])].flatMap((decl) => unit.functionsIn(decl));
}

/** Declarations in changed lines; the module's own code where a change stands in no function. */
function declsIn(unit: Unit, changed: readonly Changed[]): FunctionDecl[] {
  const isIn = (one: Changed, { kind, range }: FunctionDecl): boolean =>
    kind !== 'module' && one.startLine <= range.endLine && one.endLine >= range.startLine;
  const decls = unit.functions.filter((decl) => changed.some((one) => isIn(one, decl)));
  return changed.every((one) => decls.some((decl) => isIn(one, decl)))
    ? decls
    : [...decls, ...unit.functions.filter(({ kind }) => kind === 'module')];
}

/** Who names one of them; for a method that its object's library may run (`Thread.run`), all of its class, who may start that. */
function callersOf(unit: Unit, decls: readonly FunctionDecl[]): FunctionDecl[] {
  const names = decls.map((decl) => decl.name).filter((name) => /^[\w$]+$/.test(name));
  const naming = new Set(names.length === 0 ? [] : unit.holding(wordPattern(names)));
  const beside = new Set(
    unit.file.classes
      .filter(({ bases }) => bases.some((base) => !unit.class(base)))
      .map(({ methods }) => Object.values(methods))
      .filter((ids) => decls.some((decl) => ids.includes(decl.id)))
      .flat(),
  );
  return unit.functions.filter((decl) => (naming.has(decl) || beside.has(decl.id)) && !decls.includes(decl));
}

/** The id of a function without the places of literals in it: they move when a text is edited. */
export function stableId(id: string): string {
  return id.replace(/@\d+(?::\d+)?/g, '@');
}

/** How far a change can be felt in its file: ids of functions that are changed, and of those that call them, however indirectly. */
export interface Reach {
  changed: readonly string[];
  callers: readonly string[];
}

export function reachOf(unit: Unit, changed: readonly Changed[]): Reach {
  const all = declsIn(unit, changed);
  const inner = all.filter(({ kind }) => kind !== 'module');
  // What goes into the module beside a change of a function is an import: nobody else feels it.
  const decls = inner.length > 0 ? inner : all;
  const around = new Set<FunctionDecl>();
  for (let fresh = decls; fresh.length > 0;) {
    fresh = callersOf(unit, fresh).filter((decl) => !around.has(decl) && !decls.includes(decl));
    for (const decl of fresh) around.add(decl);
  }
  const ids = (list: Iterable<FunctionDecl>): string[] => [
    ...new Set([...list].flatMap((decl) => unit.functionsIn(decl)).map(({ id }) => stableId(id))),
  ];
  return { changed: ids(decls), callers: ids(around) };
}

/**
 * Functions of the file that may open a connection, by a library's call or by a function that gives one: a word of the
 * library, then the names of what was found to give one, and so on. `given`: names of functions of other files that give one.
 */
export function rootsOf(
  program: Program,
  given: readonly string[],
  complain: (message: string, line: number) => void,
): { functions: FunctionIr[]; gives: string[] } {
  const { unit } = program;
  const found = new Set<FunctionDecl>();
  const names = new Set<string>();
  const tried = new Set<string>();
  const classes = program.ownClasses
    .filter(({ name }) => openingBase(program, program.facts, name) !== null)
    .map(({ name }) => name.slice(name.lastIndexOf(':') + 1));
  for (const name of classes) names.add(name);
  let fresh = [...program.facts.openersIn(unit.text), ...renamed(program), ...classes, ...given];
  while (fresh.length > 0) {
    const pattern = wordPattern(fresh);
    const decls = unit.holding(pattern).filter((decl) => !found.has(decl));
    for (const decl of decls) found.add(decl);
    const giving = new Set(
      decls
        .flatMap((decl) => unit.functionsIn(decl))
        .flatMap((fn) => {
          // A failure in one function does not cost the others.
          try {
            return namesGivenBy(program, fn);
          } catch (error) {
            complain(error instanceof Error ? error.message : String(error), fn.range.startLine);
            return [];
          }
        }),
    );
    const macros = unit.macrosHolding(pattern);
    fresh = [...giving, ...macros].filter((name) => !names.has(name) && !tried.has(name));
    for (const name of giving) names.add(name);
    for (const name of macros) tried.add(name);
  }
  return {
    functions: unit.functions.filter((decl) => found.has(decl)).flatMap((decl) => unit.functionsIn(decl)),
    gives: [...names].sort(),
  };
}

/** Names of the file's own for what opens a connection (`from socket import create_connection as dial`). */
function renamed({ unit, facts }: Program): string[] {
  return Object.entries(unit.file.imported ?? {})
    .filter(([, target]) => facts.opens(target))
    .map(([name]) => name);
}

/** By which names others get the connections that a function opens and gives away. */
function namesGivenBy(program: Program, fn: FunctionIr): string[] {
  if (!sitesOf(program, fn).some((site) => givesAway(program, site))) return [];
  if (fn.className === null) return [fn.name];
  // Whoever makes an object of the class, or of one that is derived from it, may call the method.
  const owner = fn.className;
  const heirs = program.ownClasses.filter((cls) => cls.name === owner || program.hasBase(cls.name, owner)).map((cls) => cls.name);
  const last = (name: string): string => name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf(':')) + 1);
  const method = program.facts.namesReceivers && fn.receiver !== null ? `.${last(fn.name)}` : last(fn.name);
  return [...(fn.kind === 'constructor' ? [] : [method]), ...[owner, ...heirs].map(last)];
}
