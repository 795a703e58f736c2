/** Tables that have something for a number: who is put there under the number of a descriptor has it, and so has who knows the table. */

import { own } from '../../../flow/own.js';
import type { Place } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import type { Context } from './context.js';
import { indexOf, unwrap } from './nodes.js';

/** The variable under whose number a table gets, or has, something: `conns[fd] = c`, `conn = table[fd]`, `states[fd].clear()`. */
export function keyIn(cx: Context, node: SyntaxNode): Place | null {
  const index = unwrap(indexOf(node) ?? node);
  if (index.type !== 'identifier' || cx.uses.counted.has(index.text)) return null;
  return givesPointer(cx, node) || isGiven(node) ? cx.place(index) : null;
}

/** `conn = table[fd]`, `return table[fd]`: an object that is found by a number knows it. */
function givesPointer(cx: Context, { parent }: SyntaxNode): boolean {
  switch (parent?.type) {
    case 'return_statement':
      return cx.returns === 'pointer';
    case 'init_declarator':
      return parent.child('declarator')?.type === 'pointer_declarator';
    case 'assignment_expression': {
      const left = parent.child('left');
      const to = left?.type === 'identifier' ? cx.place(left) : null;
      return to !== null && / \*$/.test(own(cx.types, to) ?? '');
    }
    default:
      return false;
  }
}

/** Is the element written to, a part of it, or does somebody get it to do so (`&table[fd]`, `auto &state = states[fd]`)? */
function isGiven(node: SyntaxNode): boolean {
  let at = node;
  while (at.parent && /^(?:field_expression|parenthesized_expression)$/.test(at.parent.type)) at = at.parent;
  const { parent } = at;
  switch (parent?.type) {
    case 'assignment_expression':
      return at.field === 'left';
    case 'update_expression':
      return true;
    case 'call_expression':
      return at.field === 'function';
    case 'pointer_expression':
      return parent.child('operator')?.type === '&' || parent.has('&');
    case 'init_declarator':
      return parent.child('declarator')?.type === 'reference_declarator';
    default:
      return false;
  }
}
