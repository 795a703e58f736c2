/** Conditions with their short circuit. */

import type { Operand, Stmt, Test } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import { usesOf } from '../values.js';
import type { Scope } from './scope.js';

const operators: Record<string, '==' | '!=' | '<' | '<=' | '>' | '>='> = {
  '==': '==',
  '===': '==',
  '!=': '!=',
  '!==': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

export function lowerTest(node: SyntaxNode, scope: Scope): Test {
  const range = node.span;
  switch (node.type) {
    case 'parenthesized_expression':
    case 'as_expression':
    case 'non_null_expression': {
      const inner = node.parts[0];
      return inner ? lowerTest(inner, scope) : { test: 'opaque', text: null, uses: [], range };
    }
    case 'true':
      return { test: 'always' };
    case 'false':
      return { test: 'never' };
    case 'number':
      return Number(node.text) === 0 ? { test: 'never' } : { test: 'always' };
    case 'unary_expression': {
      const inner = node.child('argument');
      if (node.child('operator')?.text === '!' && inner) return { test: 'not', of: lowerTest(inner, scope) };
      return truth(node, scope);
    }
    case 'binary_expression':
      return binary(node, scope);
    default:
      return truth(node, scope);
  }
}

function truth(node: SyntaxNode, scope: Scope): Test {
  const before: Stmt[] = [];
  const value = scope.file.parts.expression(node, before, scope);
  return value.kind === 'opaque'
    ? { test: 'opaque', text: before.length === 0 ? node.text : null, uses: value.uses, before, range: node.span }
    : { test: 'truth', value, before, range: node.span };
}

function binary(node: SyntaxNode, scope: Scope): Test {
  const [left, right] = [node.child('left'), node.child('right')];
  const operator = node.child('operator')?.text ?? '';
  if (!left || !right) return truth(node, scope);
  if (operator === '&&' || operator === '||')
    return { test: operator === '&&' ? 'and' : 'or', left: lowerTest(left, scope), right: lowerTest(right, scope) };
  const op = operators[operator];
  const before: Stmt[] = [];
  const [a, b]: [Operand, Operand] = [scope.file.parts.expression(left, before, scope), scope.file.parts.expression(right, before, scope)];
  if (op !== undefined && a.kind !== 'opaque' && b.kind !== 'opaque')
    return { test: 'compare', op, left: a, right: b, before, range: node.span };
  return { test: 'opaque', text: before.length === 0 ? node.text : null, uses: [...usesOf(a), ...usesOf(b)], before, range: node.span };
}
