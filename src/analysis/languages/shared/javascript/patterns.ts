/** Targets of assignments: names, fields, elements, and patterns that take a value apart. */

import type { Operand, Place, Stmt } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import { usesOf } from '../values.js';
import { memberPlace } from './places.js';
import type { Scope } from './scope.js';

/** `target = from`. */
export function takeApart(target: SyntaxNode, from: Operand, out: Stmt[], scope: Scope): void {
  const range = target.span;
  switch (target.type) {
    case 'identifier':
    case 'shorthand_property_identifier_pattern': {
      const binding = scope.lookup(target.text);
      if (binding?.is === 'variable') out.push({ do: 'assign', to: binding.place, from, range });
      else if (binding === null) out.push({ do: 'assign', to: target.text, from, range });
      return;
    }
    case 'member_expression':
    case 'subscript_expression': {
      const to = memberPlace(target, out, scope);
      out.push({ do: 'assign', to, from, range });
      return;
    }
    case 'assignment_pattern':
    case 'object_assignment_pattern': {
      const left = target.child('left');
      if (left) takeApart(left, from, out, scope);
      return;
    }
    case 'non_null_expression':
    case 'parenthesized_expression':
    case 'as_expression': {
      if (target.parts[0]) takeApart(target.parts[0], from, out, scope);
      return;
    }
    case 'object_pattern':
      return fields(target, placed(from, out, scope, target), out, scope);
    case 'array_pattern':
      return elements(target, from, out, scope);
    case 'rest_pattern': {
      const inner = target.parts[0];
      if (inner) takeApart(inner, { kind: 'tuple', items: [from] }, out, scope);
      return;
    }
    default:
  }
}

/** A place for a value. */
function placed(from: Operand, out: Stmt[], scope: Scope, at: SyntaxNode): Place {
  if (from.kind === 'place') return from.place;
  const place = scope.temporary();
  out.push({ do: 'assign', to: place, from, range: at.span });
  return place;
}

function fields(target: SyntaxNode, from: Place, out: Stmt[], scope: Scope): void {
  for (const part of target.parts) {
    const own = part.type === 'object_assignment_pattern' ? part.child('left') : part;
    const key = part.type === 'pair_pattern' ? part.child('key')?.text : own?.text;
    const to = part.type === 'pair_pattern' ? part.child('value') : own;
    if (!to || key === undefined) continue;
    if (part.type === 'rest_pattern') takeApart(part, { kind: 'place', place: from }, out, scope);
    else takeApart(to, { kind: 'place', place: /^\w+$/.test(key) ? `${from}.${key}` : `${from}[]` }, out, scope);
  }
}

function elements(target: SyntaxNode, from: Operand, out: Stmt[], scope: Scope): void {
  const parts = target.children.filter((child) => child.named || child.type === ',');
  const slots: (SyntaxNode | null)[] = [];
  let last: SyntaxNode | null = null;
  for (const part of parts) {
    if (part.type === ',') {
      slots.push(last);
      last = null;
    } else last = part;
  }
  if (last) slots.push(last);
  if (from.kind === 'opaque' || from.kind === 'const') {
    for (const slot of slots) if (slot) takeApart(slot, { kind: 'opaque', uses: usesOf(from) }, out, scope);
    return;
  }
  const source = placed(from, out, scope, target);
  const places = slots.map((slot) => (slot ? scope.temporary() : null));
  out.push({ do: 'unpack', to: places, from: source, range: target.span });
  slots.forEach((slot, index) => {
    const place = places[index];
    if (slot && place) takeApart(slot, { kind: 'place', place }, out, scope);
  });
}
