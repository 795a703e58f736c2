/** Where a function is left with a connection that it still holds. */

import { isIn } from './causes.js';
import type { FunctionIr } from './ir.js';
import { isReturn } from './notes.js';
import { isPlain } from './places.js';
import type { Note, Where } from './notes.js';
import type { Program } from './program.js';
import type { Exploration } from './run.js';
import type { Leak } from './tracked.js';

/** Where the function is left: the return, the call that raises, else its end. */
export function leavingPlace(fn: FunctionIr, notes: readonly Note[], how: Exploration['ends'][number]['how']): Where {
  const last = notes.at(-1);
  if (last && (how === 'throw' || (isReturn(last) && isIn(last, fn)))) return { range: last.range, file: last.file };
  const { endLine, endColumn } = fn.range;
  return { range: { startLine: endLine, startColumn: Math.max(1, endColumn - 1), endLine, endColumn }, file: fn.file };
}

/** What a function that runs elsewhere has left open is its fault, whatever becomes of the names that who started it has. */
export function whereLeft(program: Program, leak: Leak): Leak {
  // What is lost later, by another value in the object that keeps it, is not what that function left.
  const atItsEnd = ['return', 'failure', 'throw', 'end'].includes(leak.how);
  if (!atItsEnd && leak.place !== null && !isPlain(leak.place)) return leak;
  const at = leak.path.findIndex(({ left }) => left !== undefined);
  const note = leak.path[at];
  const fn = note?.left ? program.function(note.left.by) : null;
  if (!note?.left || !fn) return leak;
  const how = note.kind === 'throws' ? 'throw' : note.kind === 'returnsError' ? 'failure' : 'return';
  return { ...leak, how, function: fn, range: note.range, file: note.file, path: leak.path.slice(0, at + 1), place: note.left.place };
}
