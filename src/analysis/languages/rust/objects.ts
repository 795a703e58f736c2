/** Objects that are made with their fields. */

import type { Operand, Place, Span } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { usesOf } from '../shared/values.js';
import type { Context } from './context.js';
import { segments } from './names.js';

/** `S { fd, inner: x }`. What a type with a `Drop` of its own, or one that is not here, gets is its own. */
export function record(cx: Context, node: SyntaxNode): Operand {
  const range = node.span;
  const type = cx.names.typeOf(node.child('name'), cx.cls) ?? cx.names.qualify(segments(node.child('name')), cx.cls);
  const fields: Record<string, Operand> = {};
  for (const part of node.child('body')?.parts ?? []) {
    const name = part.child('field')?.text ?? part.parts.find((one) => one.type === 'identifier')?.text ?? '';
    const value = part.child('value');
    if (part.type === 'shorthand_field_initializer') fields[name] = cx.parts.operand(cx, part.parts.at(-1) ?? part);
    else if (part.type === 'field_initializer' && value) fields[name] = cx.parts.operand(cx, value);
    else if (part.parts[0]) cx.parts.operand(cx, part.parts[0]);
  }
  return owned(cx, { kind: 'record', type, fields, range }, range);
}

/** An object of a class: one that closes what it holds, or of which that is not known, has taken it. */
export function owned(cx: Context, value: Extract<Operand, { kind: 'record' }>, range: Span): Operand {
  const cls = cx.names.classes.get(value.type ?? '');
  const places = usesOf(value).filter((place) => !place.startsWith('%self'));
  if (cls?.isHere && cx.names.hasDrop(cls) && places.length > 0)
    cx.emit({ do: 'escape', places: kept(cls.descriptors, value), why: 'owned by a type with Drop', range });
  return value;
}

function kept(descriptors: readonly string[], value: Extract<Operand, { kind: 'record' }>): Place[] {
  return descriptors.flatMap((name) => (value.fields[name] ? usesOf(value.fields[name]) : []));
}
