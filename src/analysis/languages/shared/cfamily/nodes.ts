/** Small questions about nodes and operands of C. */

import type { Operand, Place } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';

/** Inner node of parentheses, casts and GNU's `__extension__`. */
export function unwrap(node: SyntaxNode): SyntaxNode {
  let at = node;
  for (;;) {
    const next =
      at.type === 'parenthesized_expression' || at.type === 'extension_expression'
        ? at.parts[0]
        : at.type === 'cast_expression'
          ? at.child('value')
          : castOf(at);
    if (!next || next.type === 'compound_statement') return at;
    at = next;
  }
}

/** What stands in `static_cast<T>(x)`, and in the parentheses of a C++ condition. */
function castOf(node: SyntaxNode): SyntaxNode | null {
  if (node.type === 'condition_clause') {
    const value = node.child('value');
    return value && node.child('initializer') === null && value.type !== 'declaration' ? value : null;
  }
  const fn = node.type === 'call_expression' ? node.child('function') : null;
  return fn?.type === 'template_function' && /^(static|const|reinterpret)_cast$/.test(fn.child('name')?.text ?? '')
    ? (node.child('arguments')?.parts[0] ?? null)
    : null;
}

/** Nodes that do something, whatever their values are. */
const acting = new Set([
  'call_expression',
  'assignment_expression',
  'update_expression',
  'compound_statement',
  'new_expression',
  'delete_expression',
  'co_await_expression',
  'throw_statement',
]);

/** What stands between the brackets of an element. */
export function indexOf(node: SyntaxNode): SyntaxNode | null {
  return node.child('index') ?? node.child('indices')?.parts[0] ?? null;
}

export function hasEffects(node: SyntaxNode): boolean {
  if (acting.has(node.type)) return node.type !== 'call_expression' || castOf(node) === null || node.children.some(hasEffects);
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

/** `(char *)p + n`: a place within the same memory. */
export function pointsToBytes(node: SyntaxNode): boolean {
  return (
    node.type === 'cast_expression' && /^(?:const\s+)?(?:void|(?:unsigned\s+)?char|u?int8_t)\s*\*$/.test(node.child('type')?.text ?? '')
  );
}
