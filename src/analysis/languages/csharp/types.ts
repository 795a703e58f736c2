/** Static types of C# expressions, and what names in them refer to. */

import type { Operand, Place } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from '../shared/objects/context.js';
import { ownField } from '../shared/objects/around.js';
import { SourceNames, plainName } from './names.js';

/** The names of the file, as C# has them. */
export function namesOf(cx: Context): SourceNames {
  return cx.names instanceof SourceNames ? cx.names : new SourceNames();
}

/** The class that an expression names; null for values. */
export function classNamed(cx: Context, node: SyntaxNode): string | null {
  const names = namesOf(cx);
  if (node.type === 'predefined_type') return node.text;
  if (node.type === 'generic_name') return names.typeOf(node, cx.cls);
  if (node.type === 'identifier') {
    if (cx.lookup(node.text) || ownField(cx, node.text)) return null;
    return (
      names.ownClass(node.text, cx.cls)?.name ??
      names.listed(node.text) ??
      (/^[A-Z]/.test(node.text) && !mayInherit(cx) ? names.className(node.text, cx.cls) : null)
    );
  }
  if (node.type !== 'member_access_expression') return null;
  const text = plainName(node.text);
  if (!/^[A-Z]\w*(?:\.[A-Z]\w*)+$/.test(text)) return null;
  const [first = ''] = text.split('.');
  if (cx.lookup(first) || ownField(cx, first)) return null;
  const own = names.ownClass(first, cx.cls);
  if (own) {
    const inner = names.classNamed(`${own.name}${text.slice(first.length)}`);
    return inner?.name ?? null;
  }
  // Written out with its namespace: `System.Net.Sockets.Socket`.
  return /^(?:System|Microsoft)\./.test(text) && names.listed(first) === null ? text : null;
}

/** Has the class a base whose properties are not known here? */
function mayInherit(cx: Context): boolean {
  return cx.cls?.bases.some((base) => !/(?:^|\.)I[A-Z]/.test(base) && !cx.names.classNamed(base)) ?? false;
}

/** The declared type of an expression; null when it is not evident. */
export function typeOf(cx: Context, node: SyntaxNode): string | null {
  switch (node.type) {
    case 'parenthesized_expression':
    case 'await_expression':
    case 'postfix_unary_expression':
      return node.parts[0] ? typeOf(cx, node.parts[0]) : null;
    case 'identifier': {
      const variable = cx.lookup(node.text);
      return variable ? variable.type : (ownField(cx, node.text)?.field.type ?? null);
    }
    case 'this':
    case 'base':
      return cx.cls?.name ?? null;
    case 'string_literal':
    case 'interpolated_string_expression':
      return 'string';
    case 'cast_expression':
    case 'object_creation_expression':
      return cx.names.typeOf(node.child('type'), cx.cls);
    case 'as_expression':
      return cx.names.typeOf(node.child('right'), cx.cls);
    case 'member_access_expression': {
      const object = node.child('expression');
      const owner = object ? typeOf(cx, object) : null;
      const cls = owner === null ? null : cx.names.classNamed(owner);
      return cls ? (cx.names.field(cls, node.child('name')?.text ?? '')?.type ?? null) : null;
    }
    case 'element_access_expression': {
      const array = node.child('expression');
      const type = array ? typeOf(cx, array) : null;
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

/** The field that a property of a class only names; itself for others. */
export function aliased(cx: Context, className: string, name: string): string {
  return namesOf(cx).aliases.get(`${className}.${name}`) ?? name;
}

export const unknown: Operand = { kind: 'opaque', uses: [] };
