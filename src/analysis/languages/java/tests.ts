/** Java conditions with their short circuit. */

import type { Operand, Stmt, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { usesOf } from '../shared/values.js';
import type { Context } from '../shared/objects/context.js';

type CompareOp = Extract<Test, { test: 'compare' }>['op'];
const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);

export function lowerTest(cx: Context, node: SyntaxNode): Test {
  switch (node.type) {
    case 'true':
      return { test: 'always' };
    case 'false':
      return { test: 'never' };
    case 'parenthesized_expression':
      if (node.parts[0]) return lowerTest(cx, node.parts[0]);
      break;
    case 'unary_expression': {
      const inner = node.child('operand');
      if (inner && node.child('operator')?.text === '!') return { test: 'not', of: lowerTest(cx, inner) };
      break;
    }
    case 'binary_expression': {
      const found = binary(cx, node);
      if (found) return found;
      break;
    }
    case 'instanceof_expression':
      return instance(cx, node);
    default:
      break;
  }
  let value: Operand = { kind: 'opaque', uses: [] };
  const before = cx.gather(() => {
    value = cx.parts.operand(cx, node);
  });
  return value.kind === 'opaque' ? opaque(node.text, value.uses, before, node) : { test: 'truth', value, before, range: node.span };
}

function binary(cx: Context, node: SyntaxNode): Test | null {
  const left = node.child('left');
  const right = node.child('right');
  const operator = node.child('operator')?.text ?? '';
  if (!left || !right) return null;
  if (operator === '&&' || operator === '||')
    return { test: operator === '&&' ? 'and' : 'or', left: lowerTest(cx, left), right: lowerTest(cx, right) };
  if (!comparisons.has(operator)) return null;
  let [a, b]: Operand[] = [
    { kind: 'opaque', uses: [] },
    { kind: 'opaque', uses: [] },
  ];
  const before = cx.gather(() => {
    a = cx.parts.operand(cx, left);
    b = cx.parts.operand(cx, right);
  });
  return { test: 'compare', op: operator as CompareOp, left: a as Operand, right: b as Operand, before, range: node.span };
}

/** `x instanceof Socket s`: not understood, but that `x` is there and has another name then. */
function instance(cx: Context, node: SyntaxNode): Test {
  const left = node.child('left');
  const range = node.span;
  if (!left) return { test: 'opaque', text: null, uses: [], range };
  let value: Operand = { kind: 'opaque', uses: [] };
  const name = node.child('name');
  const before = cx.gather(() => {
    value = cx.parts.operand(cx, left);
    if (name) cx.assign(cx.declare(name.text, cx.names.typeOf(node.child('right'), cx.cls)).root, value, range);
  });
  const there: Test = { test: 'compare', op: '!=', left: value, right: { kind: 'const', value: null }, before, range };
  return { test: 'and', left: there, right: opaque(node.text, usesOf(value), [], node) };
}

function opaque(text: string, uses: readonly string[], before: Stmt[], node: SyntaxNode): Test {
  const calls = before.some((stmt) => stmt.do === 'call' && !stmt.harmless);
  return {
    test: 'opaque',
    text: calls ? null : text.replace(/\s+/g, ' '),
    uses: uses.filter((use) => !use.startsWith('%')),
    before,
    range: node.span,
  };
}
