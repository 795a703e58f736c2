/** What a function says of its failure by a status: an enumerator that is called so, a number that is not zero. */

import { own } from '../../../flow/own.js';
import type { Operand, Place, Test } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import type { Context } from './context.js';
import { unwrap } from './nodes.js';

/** Enumerators for what went wrong: `Result::ConnectionError`, `STATUS_TIMEOUT`. */
const failing = /err(?:or)?(?![a-z])|fail|invalid|time_?d?_?out|refused|denied|unreachable|abort|unavailable|exhausted|rejected/i;
const fine = /no_?err|success|(?:^|_)ok$/i;

/** Is what is returned here the status of something that failed, or an enumerator whose name says that something went wrong? */
export function saysFailure(cx: Context, node: SyntaxNode): boolean {
  const inner = unwrap(node);
  if (inner.type === 'qualified_identifier') return isFailing(inner.text.slice(inner.text.lastIndexOf(':') + 1));
  if (inner.type !== 'identifier') return false;
  const meaning = cx.lookup(inner.text);
  if (meaning?.is === 'variable') return cx.failed.has(meaning.root);
  return cx.unit.enumerators.has(inner.text) && isFailing(inner.text);
}

function isFailing(name: string): boolean {
  return failing.test(name) && !fine.test(name);
}

/** The status that is not that of a success where this test holds: `if (status != 0)`, `if (Result::Ok != status)`. */
export function failedIf(cx: Context, test: Test): Place | null {
  if (test.test === 'truth') return statusIn(cx, test.value);
  if (test.test !== 'compare' || test.op !== '!=') return null;
  if (isFine(test.right)) return statusIn(cx, test.left);
  return isFine(test.left) ? statusIn(cx, test.right) : null;
}

function isFine(operand: Operand): boolean {
  if (operand.kind === 'const') return operand.value === 0;
  return operand.kind === 'name' && /(?:success|ok|none|no_?err(?:or)?)$/i.test(operand.name);
}

const numbers = /^(?:const )?(?:int|long|short|int(?:8|16|32|64)_t|signed)\b/;
const statusName = /^(?:r|rc|rv|ret|res|result|status|st|err|error|code|ec|hr)(?:$|_|val|code|[A-Z#])/i;

/** A variable of the function for a status: one of a type of the program's own, or a number that is called so. */
function statusIn(cx: Context, operand: Operand): Place | null {
  if (operand.kind !== 'place' || cx.returns !== 'number' || !cx.locals.includes(operand.place)) return null;
  const type = own(cx.types, operand.place) ?? 'int';
  if (/[*&[\]]|^(?:const )?(?:bool|_Bool|BOOL|auto|char|float|double|size_t|ssize_t|unsigned|std\.)/.test(type)) return null;
  return !numbers.test(type) || statusName.test(operand.place) ? operand.place : null;
}
