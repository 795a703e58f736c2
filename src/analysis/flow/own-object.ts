/** The object whose method runs: what it hands of itself to others. */

import type { Operand } from './ir.js';
import { functionsOf, isTemporary, placesOf, rootOf } from './places.js';
import type { Run } from './run.js';
import { callerAlias } from './state.js';
import type { State } from './state.js';
import { touches } from './transfer.js';

/**
 * The method's own object, in a field of which it is, or functions that
 * know it by nothing else: who gets that can do no more than call its methods.
 */
export function isOwnObject(run: Run, state: State, operand: Operand): boolean {
  const { receiver } = run.fn;
  if (receiver === null || !isHeldByObject(run, state)) return false;
  const roots = new Set([...state.aliases.keys()].map(rootOf));
  const isOwn = (id: string): boolean =>
    (run.program.function(id)?.captures ?? []).every((captured) => captured === receiver || !roots.has(captured));
  return placesOf(operand).every((place) => place === receiver || !touches(run, state, place)) && functionsOf(operand).every(isOwn);
}

/** Is the method's own object all that knows the connection, but for variables of the method and of its caller? */
export function isHeldByObject({ fn }: Run, state: State): boolean {
  const { receiver } = fn;
  if ((fn.kind !== 'method' && fn.kind !== 'constructor') || receiver === null || state.aliases.has(receiver)) return false;
  const roots = [...state.aliases.keys()].filter((alias) => alias !== callerAlias).map(rootOf);
  const isVariable = (root: string): boolean =>
    isTemporary(root) || fn.locals.includes(root) || fn.params.some(({ name }) => name === root);
  return roots.includes(receiver) && roots.every((root) => root === receiver || isVariable(root));
}
