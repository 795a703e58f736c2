/** Names of C as values: variables, macros, enumerators, functions, and names of other files. */

import type { Operand } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import { expandConstant } from './calls.js';
import type { Context, Meaning } from './context.js';
import { canonicalErrno, errnoPlace, isErrno } from './errno.js';

/** Does this name stand for a variable, as far as the file and its letters tell? */
export function isVariableName(cx: Context, name: string): boolean {
  return (
    cx.unit.globals.has(name) ||
    (!/^[A-Z_][A-Z0-9_]*$/.test(name) && !cx.unit.macros.has(name) && !cx.unit.functions.has(name) && !cx.unit.enumerators.has(name))
  );
}

/** What a name stands for as a value. */
export function identifier(cx: Context, node: SyntaxNode): Operand {
  const name = node.text;
  const range = cx.span(node);
  const meaning = cx.lookup(name);
  if (meaning?.is === 'argument') return cx.argument(meaning, ([first]) => (first ? cx.value(first) : { kind: 'opaque', uses: [] }));
  if (meaning) return variable(cx, name, meaning, range);
  if (isErrno(name)) return { kind: 'place', place: errnoPlace, range };
  if (cx.unit.enumerators.has(name)) {
    const number = cx.unit.enumerators.get(name) ?? null;
    return number === null ? { kind: 'name', name, range } : { kind: 'const', value: number, range };
  }
  const constant = expandConstant(cx, node);
  if (constant) return constant;
  const id = cx.unit.functions.get(name);
  if (id !== undefined) return { kind: 'function', id, range };
  if (isVariableName(cx, name)) return { kind: 'place', place: name, range };
  // By convention the code for success is zero.
  if (/(^|_)(SUCCESS|OK|NOERR|NO_ERROR|NOERROR|ERR_NONE)$/.test(name)) return { kind: 'const', value: 0, range };
  if (failing.test(name)) return { kind: 'const', value: -1, range };
  return { kind: 'name', name: canonicalErrno(name), range };
}

/** Names of other files for "it failed" and "no descriptor": by convention -1. */
const failing =
  /(^|_)(ERR|ERROR|FAIL|FAILED|FAILURE)$|INVALID_?(FD|SOCKET|SOCK)$|(SOCKET|SOCK|FD)_(BAD|INVALID|ERROR|NULL|UNINIT)$|(^|_)BAD_?(FD|SOCKET|SOCK)$/;

/** Types of arrays of descriptors. */
const numbers = /^(unsigned )?(int|SOCKET|\w*(sock|socket|fd)_t)$/;

/** An array of descriptors stands for its address, as it does in C. */
function variable(cx: Context, name: string, meaning: Extract<Meaning, { is: 'variable' }>, range: Operand['range']): Operand {
  if (meaning.isArray && numbers.test(meaning.type)) {
    const place = cx.uses.constant.has(name) ? meaning.root : `${meaning.root}[]`;
    return { kind: 'derived', how: 'address', of: { kind: 'place', place }, ...(range ? { range } : {}) };
  }
  return range ? { kind: 'place', place: meaning.root, range } : { kind: 'place', place: meaning.root };
}
