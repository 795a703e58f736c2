/** Static types of expressions, as far as this file shows them. */

import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from './context.js';
import type { Signature } from './names.js';

/** The package that an identifier means here, or null: a variable of that name hides an import. */
export function packageOf(cx: Context, node: SyntaxNode | null): string | null {
  if (!node || node.type !== 'identifier' || cx.lookup(node.text)) return null;
  return cx.names.imports.get(node.text) ?? null;
}

/** `io.EOF`, `http.DefaultClient`: the full name of something in a package, or null. */
export function qualifiedName(cx: Context, node: SyntaxNode): string | null {
  if (node.type !== 'selector_expression') return null;
  const pack = packageOf(cx, node.child('operand'));
  return pack === null ? null : `${pack}.${node.child('field')?.text ?? ''}`;
}

export function unwrap(node: SyntaxNode): SyntaxNode {
  let at = node;
  while (at.type === 'parenthesized_expression' && at.parts[0]) at = at.parts[0];
  return at;
}

/** The signature of the function or method of this file that is called, or null. */
export function signatureOf(cx: Context, call: SyntaxNode): Signature | null {
  const callee = call.child('function');
  if (!callee) return null;
  if (callee.type === 'identifier') return cx.lookup(callee.text) ? null : (cx.names.functions.get(callee.text) ?? null);
  if (callee.type !== 'selector_expression') return null;
  const operand = callee.child('operand');
  const type = operand ? typeOf(cx, operand) : null;
  return type === null ? null : cx.names.methodOf(type, callee.child('field')?.text ?? '');
}

/** Resolved type of an expression, pointers left out; null when this file does not say. */
export function typeOf(cx: Context, expression: SyntaxNode): string | null {
  const node = unwrap(expression);
  switch (node.type) {
    case 'identifier': {
      const variable = cx.lookup(node.text);
      return variable ? variable.type : (cx.names.globals.get(node.text) ?? null);
    }
    case 'selector_expression': {
      const operand = node.child('operand');
      const type = operand && packageOf(cx, operand) === null ? typeOf(cx, operand) : null;
      return type === null ? null : cx.names.fieldType(type, node.child('field')?.text ?? '');
    }
    case 'call_expression':
      return callType(cx, node);
    case 'composite_literal':
      return cx.names.resolveType(node.child('type'));
    case 'type_assertion_expression':
      return cx.names.resolveType(node.child('type'));
    case 'unary_expression': {
      const operand = node.child('operand');
      const sign = node.child('operator')?.text;
      return operand && (sign === '&' || sign === '*') ? typeOf(cx, operand) : null;
    }
    case 'index_expression': {
      const operand = node.child('operand');
      const type = operand ? typeOf(cx, operand) : null;
      return type?.startsWith('[]') ? type.slice(2) : null;
    }
    case 'interpreted_string_literal':
    case 'raw_string_literal':
      return 'string';
    default:
      return null;
  }
}

function callType(cx: Context, call: SyntaxNode): string | null {
  const callee = call.child('function');
  if (callee?.type === 'identifier' && callee.text === 'new' && !cx.lookup('new')) {
    const [type] = call.child('arguments')?.parts ?? [];
    return cx.names.resolveType(type ?? null);
  }
  return signatureOf(cx, call)?.results[0] ?? null;
}

/** All nodes below, without going into nodes of type `except`. */
export function nodesIn(node: SyntaxNode, except?: string): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const stack = [...node.children];
  for (let at = stack.pop(); at; at = stack.pop()) {
    if (at.type === except) continue;
    found.push(at);
    stack.push(...at.children);
  }
  return found;
}
