/** Python conditions with their short circuit. */

import type { Operand, Stmt, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { lowerExpression } from './expressions.js';
import { usesOf } from './values.js';
import type { Scope } from './scope.js';

const operators: Record<string, '==' | '!=' | '<' | '<=' | '>' | '>='> = {
  '==': '==',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  is: '==',
  'is not': '!=',
};

export function lowerTest(node: SyntaxNode, scope: Scope): Test {
  switch (node.type) {
    case 'true':
      return { test: 'always' };
    case 'false':
      return { test: 'never' };
    case 'integer':
      return { test: Number(node.text) === 0 ? 'never' : 'always' };
    case 'parenthesized_expression': {
      const inner = node.parts[0];
      if (inner) return lowerTest(inner, scope);
      break;
    }
    case 'not_operator': {
      const inner = node.child('argument');
      if (inner) return { test: 'not', of: lowerTest(inner, scope) };
      break;
    }
    case 'boolean_operator': {
      const left = node.child('left');
      const right = node.child('right');
      const test = node.child('operator')?.text === 'or' ? 'or' : 'and';
      if (left && right) return { test, left: lowerTest(left, scope), right: lowerTest(right, scope) };
      break;
    }
    case 'comparison_operator':
      return comparison(node, scope);
    default:
      break;
  }
  const before: Stmt[] = [];
  const value = lowerExpression(node, before, scope);
  if (value.kind === 'opaque') return opaqueTest(node, value, before);
  return { test: 'truth', value, before, range: node.span };
}

/** `a < b`, also chained. */
function comparison(node: SyntaxNode, scope: Scope): Test {
  const parts = node.parts;
  const signs = node.children.filter((child) => child.field === 'operators').map((child) => child.text.replace(/\s+/g, ' '));
  let test: Test | null = null;
  for (let i = 0; i + 1 < parts.length; i += 1) {
    const one = pair(node, parts[i] as SyntaxNode, parts[i + 1] as SyntaxNode, signs[i] ?? '', scope);
    test = test ? { test: 'and', left: test, right: one } : one;
  }
  return test ?? { test: 'opaque', text: null, uses: [], range: node.span };
}

function pair(node: SyntaxNode, left: SyntaxNode, right: SyntaxNode, sign: string, scope: Scope): Test {
  const before: Stmt[] = [];
  const a = lowerExpression(left, before, scope);
  const b = lowerExpression(right, before, scope);
  const op = operators[sign];
  if (op) return { test: 'compare', op, left: a, right: b, before, range: node.span };
  const negated = sign === 'not in' || sign === 'not';
  const test = opaqueTest(
    node,
    { kind: 'opaque', uses: [...usesOf(a), ...usesOf(b)] },
    before,
    negated ? `${left.text} in ${right.text}` : node.text,
  );
  return negated ? { test: 'not', of: test } : test;
}

function opaqueTest(node: SyntaxNode, value: Extract<Operand, { kind: 'opaque' }>, before: Stmt[], text = node.text): Test {
  const calls = before.some((stmt) => stmt.do === 'call' && !stmt.harmless);
  return {
    test: 'opaque',
    text: calls ? null : text.replace(/\s+/g, ' '),
    uses: value.uses.filter((use) => !use.startsWith('%')),
    before,
    range: node.span,
  };
}
