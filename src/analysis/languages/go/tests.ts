/** Conditions, with their short circuit as data. */

import type { Operand, Stmt, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from './context.js';
import { usesOf } from './context.js';
import { argumentsOf } from './calls.js';
import { qualifiedName, unwrap } from './types.js';

type CompareOp = Extract<Test, { test: 'compare' }>['op'];
const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);

export function lowerTest(cx: Context, node: SyntaxNode): Test {
  const inner = unwrap(node);
  const operand = inner.child('operand');
  if (inner.type === 'unary_expression' && operand && inner.child('operator')?.text === '!') return { test: 'not', of: lowerTest(cx, operand) };
  if (inner.type === 'true') return { test: 'always' };
  if (inner.type === 'false') return { test: 'never' };
  if (inner.type === 'binary_expression') return lowerBinary(cx, inner);
  if (inner.type === 'call_expression') {
    const known = errorTest(cx, inner);
    if (known) return known;
  }
  return leaf(cx, inner, () => ({ value: cx.parts.operand(cx, inner) }));
}

function lowerBinary(cx: Context, node: SyntaxNode): Test {
  const left = node.child('left');
  const right = node.child('right');
  const op = node.child('operator')?.text ?? '';
  if (!left || !right) return { test: 'opaque', text: null, uses: [], range: node.span };
  if (op === '&&') return { test: 'and', left: lowerTest(cx, left), right: lowerTest(cx, right) };
  if (op === '||') return { test: 'or', left: lowerTest(cx, left), right: lowerTest(cx, right) };
  return leaf(cx, node, () => ({ value: cx.parts.operand(cx, left), other: cx.parts.operand(cx, right), op }));
}

/** One leaf: `evaluate` emits the calls that come before it. */
function leaf(cx: Context, node: SyntaxNode, evaluate: () => { value: Operand; other?: Operand; op?: string }): Test {
  let result: { value: Operand; other?: Operand; op?: string } = { value: { kind: 'opaque', uses: [] } };
  const stmts: Stmt[] = cx.collect(() => { result = evaluate(); });
  const before = stmts.length > 0 ? { before: stmts } : {};
  const { value, other, op } = result;
  const opaque = value.kind === 'opaque' || other?.kind === 'opaque';
  if (opaque || (op !== undefined && !comparisons.has(op))) {
    const text = stmts.length > 0 || hasReceive(node) ? null : node.text.replace(/\s+/g, ' ');
    return { test: 'opaque', text, uses: [...usesOf(value), ...(other ? usesOf(other) : [])], ...before, range: node.span };
  }
  if (other && op !== undefined) return { test: 'compare', op: op as CompareOp, left: value, right: other, ...before, range: node.span };
  return { test: 'truth', value, ...before, range: node.span };
}

function hasReceive(node: SyntaxNode): boolean {
  return (node.type === 'unary_expression' && node.child('operator')?.text === '<-') || node.children.some(hasReceive);
}

/** `errors.Is(err, x)` is `err == x` seen through wrappers; `errors.As(err, …)` is true for errors only. */
function errorTest(cx: Context, call: SyntaxNode): Test | null {
  const callee = call.child('function');
  const name = callee ? qualifiedName(cx, callee) : null;
  const [error, target] = argumentsOf(call);
  if (!error || !target) return null;
  if (name === 'errors.Is') return leaf(cx, call, () => ({ value: cx.parts.operand(cx, error), other: cx.parts.operand(cx, target), op: '==' }));
  if (name !== 'errors.As') return null;
  return notNull(cx, error, call);
}

/** `value != nil`, and something that we cannot tell. */
export function notNull(cx: Context, value: SyntaxNode, whole: SyntaxNode): Test {
  const present = leaf(cx, whole, () => ({ value: cx.parts.operand(cx, value), other: { kind: 'const', value: null }, op: '!=' }));
  return { test: 'and', left: present, right: { test: 'opaque', text: null, uses: [], range: whole.span } };
}

/** Conditions whose outcome is worth remembering in a variable: tests for nil, joined or alone. */
export function isNilTest(node: SyntaxNode): boolean {
  const inner = unwrap(node);
  const operand = inner.child('operand');
  if (inner.type === 'unary_expression' && operand && inner.child('operator')?.text === '!') return isNilTest(operand);
  if (inner.type !== 'binary_expression') return false;
  const sides = [inner.child('left'), inner.child('right')];
  const op = inner.child('operator')?.text ?? '';
  if (op === '&&' || op === '||') return sides.some((side) => side !== null && (isNilTest(side) || hasCall(side)));
  return (op === '==' || op === '!=') && sides.some((side) => side?.type === 'nil');
}

function hasCall(node: SyntaxNode): boolean {
  return node.type === 'call_expression' || (node.type !== 'func_literal' && node.children.some(hasCall));
}
