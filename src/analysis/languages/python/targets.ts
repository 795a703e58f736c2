/** Python assignment targets. */

import type { Operand, Place, Span, Stmt } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { lowerExpression, placeFor } from './expressions.js';
import type { Scope } from './scope.js';

const groups = new Set(['pattern_list', 'tuple_pattern', 'list_pattern', 'tuple', 'list', 'expression_list']);

/** Assigns a value to any target. */
export function assignTo(target: SyntaxNode, from: Operand, out: Stmt[], scope: Scope, range: Span): void {
  if (target.type === 'parenthesized_expression' || target.type === 'as_pattern_target' || target.type === 'list_splat_pattern') {
    const inner = target.parts[0];
    if (inner) assignTo(inner, from, out, scope, range);
    return;
  }
  if (!groups.has(target.type)) {
    const to = targetPlace(target, out, scope);
    if (to) out.push({ do: 'assign', to, from, range });
    return;
  }
  const parts = target.parts;
  if (from.kind === 'opaque' || from.kind === 'const') {
    for (const part of parts) assignTo(part, from.kind === 'const' ? { kind: 'opaque', uses: [] } : from, out, scope, range);
    return;
  }
  if (from.kind === 'tuple' && from.items.length === parts.length) {
    const held = from.items.map((item) => keep(item, out, scope, range));
    parts.forEach((part, index) => assignTo(part, held[index] as Operand, out, scope, range));
    return;
  }
  unpackTo(parts, from, out, scope, range);
}

/** `a, b = b, a` reads before it writes. */
function keep(item: Operand, out: Stmt[], scope: Scope, range: Span): Operand {
  if (item.kind !== 'place' || item.place.startsWith('%')) return item;
  const to = scope.temporary();
  out.push({ do: 'assign', to, from: item, range });
  return { kind: 'place', place: to };
}

function unpackTo(parts: readonly SyntaxNode[], from: Operand, out: Stmt[], scope: Scope, range: Span): void {
  let source: Place;
  if (from.kind === 'place') source = from.place;
  else {
    source = scope.temporary();
    out.push({ do: 'assign', to: source, from, range });
  }
  const nested: [SyntaxNode, Place][] = [];
  const to = parts.map((part): Place | null => {
    if (part.type === 'identifier') return scope.use(part.text);
    const place = scope.temporary();
    nested.push([part, place]);
    return place;
  });
  out.push({ do: 'unpack', to, from: source, range });
  for (const [part, place] of nested) assignTo(part, { kind: 'place', place }, out, scope, range);
}

/** The place that a simple target is. */
function targetPlace(target: SyntaxNode, out: Stmt[], scope: Scope): Place | null {
  if (target.type === 'identifier') return scope.use(target.text);
  if (target.type === 'attribute') {
    const object = target.child('object');
    return object ? `${placeFor(object, out, scope)}.${target.child('attribute')?.text ?? ''}` : null;
  }
  if (target.type === 'subscript') {
    const value = target.child('value');
    const index = target.child('subscript');
    if (index) lowerExpression(index, out, scope);
    return value ? `${placeFor(value, out, scope)}[]` : null;
  }
  return null;
}
