/** Static types of expressions, and what names in them refer to. */

import type { Place } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { ownField } from '../shared/objects/around.js';
import type { Context } from '../shared/objects/context.js';

/** The class that an expression names: `Util`, `java.lang.System`; null for values. */
export function classNamed(cx: Context, node: SyntaxNode): string | null {
  if (node.type === 'identifier') {
    if (!/^[A-Z]/.test(node.text) || cx.lookup(node.text) || ownField(cx, node.text)) return null;
    return cx.names.className(node.text, cx.cls);
  }
  if (node.type !== 'field_access' || !/^[A-Z]/.test(node.child('field')?.text ?? '')) return null;
  const object = node.child('object');
  if (!object || !/^[\w.]+$/.test(object.text) || /^[A-Z\d_]+$/.test(node.child('field')?.text ?? '')) return null;
  const first = object.text.split('.')[0] ?? '';
  if (/^[a-z]/.test(first)) return cx.lookup(first) || ownField(cx, first) ? null : node.text;
  const outer = classNamed(cx, object);
  return outer === null ? null : `${outer}.${node.child('field')?.text ?? ''}`;
}

/** The declared type of an expression; null when it is not evident. */
export function typeOf(cx: Context, node: SyntaxNode): string | null {
  switch (node.type) {
    case 'parenthesized_expression':
      return node.parts[0] ? typeOf(cx, node.parts[0]) : null;
    case 'identifier': {
      const variable = cx.lookup(node.text);
      return variable ? variable.type : (ownField(cx, node.text)?.field.type ?? null);
    }
    case 'this':
    case 'super':
      return cx.cls?.name ?? null;
    case 'string_literal':
      return 'java.lang.String';
    case 'cast_expression':
      return cx.names.typeOf(node.child('type'), cx.cls);
    case 'object_creation_expression':
      return node.first('class_body') ? null : cx.names.typeOf(node.child('type'), cx.cls);
    case 'field_access': {
      const object = node.child('object');
      const owner = object ? typeOf(cx, object) : null;
      const cls = owner === null ? null : cx.names.classNamed(owner);
      return cls ? (cx.names.field(cls, node.child('field')?.text ?? '')?.type ?? null) : null;
    }
    case 'array_access': {
      const type = node.child('array') ? typeOf(cx, node.child('array') as SyntaxNode) : null;
      return type?.endsWith('[]') ? type.slice(0, -2) : null;
    }
    case 'assignment_expression':
      return node.child('left') ? typeOf(cx, node.child('left') as SyntaxNode) : null;
    default:
      return null;
  }
}

/** The value of an expression as a place; through a temporary if it has none. */
export function placeFor(cx: Context, node: SyntaxNode): Place {
  return cx.place(cx.parts.operand(cx, node), node.span, typeOf(cx, node));
}
