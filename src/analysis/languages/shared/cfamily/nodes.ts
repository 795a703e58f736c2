/** Small questions about nodes and operands of C. */

import type { Operand, Place } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';

/** Inner node of parentheses, casts and GNU's `__extension__`. */
export function unwrap(node: SyntaxNode): SyntaxNode {
  let at = node;
  for (;;) {
    const next = at.type === 'parenthesized_expression' || at.type === 'extension_expression' ? at.parts[0] : at.type === 'cast_expression' ? at.child('value') : null;
    if (!next || next.type === 'compound_statement') return at;
    at = next;
  }
}

export function hasEffects(node: SyntaxNode): boolean {
  if (node.type === 'call_expression' || node.type === 'assignment_expression' || node.type === 'update_expression' || node.type === 'compound_statement') return true;
  return node.type !== 'sizeof_expression' && node.children.some(hasEffects);
}

/** The places, and names of libraries, whose values went into a value (`SOCK_STREAM | SOCK_CLOEXEC`). */
export function usesOf(value: Operand): Place[] {
  if (value.kind === 'place') return [value.place];
  if (value.kind === 'name') return [value.name];
  if (value.kind === 'derived') return usesOf(value.of);
  if (value.kind === 'tuple') return value.items.flatMap(usesOf);
  return value.kind === 'opaque' ? value.uses : [];
}
