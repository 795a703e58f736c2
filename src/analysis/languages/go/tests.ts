/** Conditions, with their short circuit as data. */

import type { Operand, Stmt, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from './context.js';
import { usesOf } from '../shared/values.js';
import { argumentsOf } from './calls.js';
import { qualifiedName, typeOf, unwrap } from './types.js';

type CompareOp = Extract<Test, { test: 'compare' }>['op'];
const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);

export function lowerTest(cx: Context, node: SyntaxNode): Test {
  const inner = unwrap(node);
  const operand = inner.child('operand');
  if (inner.type === 'unary_expression' && operand && inner.child('operator')?.text === '!')
    return { test: 'not', of: lowerTest(cx, operand) };
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
  const stmts: Stmt[] = cx.collect(() => {
    result = evaluate();
  });
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

/** Package os's questions about errors: false for the end of a stream (os/error.go). */
const errorQuestions = new Set(['os.IsTimeout', 'os.IsExist', 'os.IsNotExist', 'os.IsPermission']);

/** `errors.Is(err, x)` is `err == x` seen through wrappers; `errors.As(err, …)` is true for errors of that type only. */
function errorTest(cx: Context, call: SyntaxNode): Test | null {
  const callee = call.child('function');
  const name = callee ? qualifiedName(cx, callee) : null;
  const [error, target] = argumentsOf(call);
  if (name !== null && error && errorQuestions.has(name)) return isOfType(cx, error, call, name);
  if (!error || !target) return null;
  if (name === 'errors.Is')
    return leaf(cx, call, () => ({ value: cx.parts.operand(cx, error), other: cx.parts.operand(cx, target), op: '==' }));
  if (name !== 'errors.As') return null;
  return isOfType(cx, error, call, name);
}

/**
 * Does a value have a type: it is not nil, and something that we cannot tell. An error that is of a type of its own, or
 * knows more than its text, is not io.EOF, which is a plain error (io/io.go, errors.New).
 */
export function isOfType(cx: Context, value: SyntaxNode, whole: SyntaxNode, type: string | null): Test {
  const subject = unwrap(value);
  const asks = (other: Operand): Test => leaf(cx, whole, () => ({ value: cx.parts.operand(cx, subject), other, op: '!=' }));
  const unknown: Test = { test: 'opaque', text: null, uses: [], range: whole.span };
  const present = asks({ kind: 'const', value: null });
  const isError = typeOf(cx, subject) === 'error' && type !== null && !plainTypes.has(type);
  const told: Test = isError ? { test: 'and', left: asks({ kind: 'name', name: 'io.EOF' }), right: unknown } : unknown;
  return { test: 'and', left: present, right: told };
}

/** Types that every error has. */
const plainTypes = new Set(['error', 'any']);

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
