/** Whose variable a name means, where several functions of one declaration have one of that name. */

import type { FunctionIr, Place } from './ir.js';
import type { Program } from './program.js';

/** May `root` mean the same variable in both functions? Two handlers of one module each have their own `socket`. */
export function isSameVariable(program: Program, fn: FunctionIr, other: FunctionIr, root: Place): boolean {
  const owners = program.unitOf(fn).ownersBeside(fn.id, root);
  if (owners.length < 2) return true;
  const [mine, its] = [innermost(owners, fn), innermost(owners, other)];
  return mine === null || its === null || mine === its;
}

function innermost(owners: readonly FunctionIr[], fn: FunctionIr): FunctionIr | null {
  if (owners.includes(fn)) return fn;
  const around = owners.filter((one) => isWithin(fn, one));
  return around.reduce<FunctionIr | null>((best, one) => (best === null || isWithin(one, best) ? one : best), null);
}

function isWithin({ range: inner, file }: FunctionIr, { range: outer, ...other }: FunctionIr): boolean {
  const starts = inner.startLine - outer.startLine || inner.startColumn - outer.startColumn;
  const ends = outer.endLine - inner.endLine || outer.endColumn - inner.endColumn;
  return file === other.file && starts >= 0 && ends >= 0;
}
