/** C# assignments: to variables, fields, properties, events, several at once. */

import type { Operand, Span } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from '../shared/objects/context.js';
import { usesOf } from '../shared/values.js';
import { setProperty } from './calls.js';
import { creation } from './creation.js';
import { classNamed, placeFor, typeOf, unknown } from './types.js';

/** `a = b`, `a += b`, `a ??= b`, `(a, b) = c`. */
export function assignment(cx: Context, node: SyntaxNode): Operand {
  const left = node.child('left');
  const right = node.children.find((child) => child.field === 'right') ?? null;
  const range = node.span;
  if (!left || !right) return { ...unknown, range };
  const operator = node.child('operator')?.text ?? '=';
  if (operator === '??=') return assignIfNull(cx, left, right, range);
  const value = right.type === 'implicit_object_creation_expression' ? creation(cx, right, typeOf(cx, left)) : cx.parts.operand(cx, right);
  if (operator === '=' && left.type === 'tuple_expression') return takeApart(cx, left, value, range);
  if (operator === '+=' || operator === '-=') {
    // An event: who is registered may be called from now on.
    if (value.kind === 'function' || value.kind === 'tuple') {
      cx.emit({ do: 'escape', places: usesOf(value), why: 'registered for an event', range });
      return { ...unknown, range };
    }
  }
  if (operator === '=' && assignProperty(cx, left, value, range)) return value;
  const target = cx.parts.operand(cx, left);
  if (target.kind !== 'place') return value;
  const to = target.place;
  if (operator === '=') cx.assign(to, value, range);
  else
    cx.assign(
      to,
      operator === '+='
        ? { kind: 'derived', how: 'joined', of: { kind: 'place', place: to } }
        : { kind: 'opaque', uses: [to, ...usesOf(value)] },
      range,
    );
  return { kind: 'place', place: to, range };
}

/** `socket.ReceiveTimeout = 5000`: a property of a class that is not here; false for what is a field. */
function assignProperty(cx: Context, left: SyntaxNode, value: Operand, range: Span): boolean {
  const object = left.type === 'member_access_expression' ? left.child('expression') : null;
  if (!object || object.type === 'this' || classNamed(cx, object) !== null) return false;
  const type = typeOf(cx, object);
  if (type !== null && cx.names.classNamed(type)) return false;
  if (value.kind === 'place' && !/^(?:System|Microsoft)\./.test(type ?? '')) return false;
  setProperty(cx, placeFor(cx, object), type, left.child('name')?.text ?? '', value, range);
  return true;
}

function assignIfNull(cx: Context, left: SyntaxNode, right: SyntaxNode, range: Span): Operand {
  const target = cx.parts.operand(cx, left);
  if (target.kind !== 'place') return { kind: 'opaque', uses: usesOf(cx.parts.operand(cx, right)), range };
  const then = cx.gather(() =>
    cx.assign(
      target.place,
      right.type === 'implicit_object_creation_expression' ? creation(cx, right, typeOf(cx, left)) : cx.parts.operand(cx, right),
      range,
    ),
  );
  cx.emit({
    do: 'if',
    test: { test: 'compare', op: '==', left: target, right: { kind: 'const', value: null }, range: left.span },
    then,
    else: [],
    range,
  });
  return { ...target, range };
}

function takeApart(cx: Context, left: SyntaxNode, value: Operand, range: Span): Operand {
  const targets = left.parts.map((part) => cx.parts.operand(cx, part)).map((target) => (target.kind === 'place' ? target.place : null));
  if (value.kind === 'tuple')
    targets.forEach((to, index) => {
      const from = value.items[index];
      if (to !== null && from) cx.assign(to, from, range);
    });
  else cx.emit({ do: 'unpack', to: targets, from: cx.place(value, range), range });
  return { ...unknown, range };
}
