/** Conditions of C, with their short circuit. */

import { own } from '../../../flow/own.js';
import type { Operand, Place, Stmt, Test } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import { hinted } from './calls.js';
import type { Context } from './context.js';
import { errnoPlace, meansNoSocket } from './errno.js';
import { placesIn } from './expressions.js';
import { hasEffects, unwrap } from './nodes.js';

type Compare = Extract<Test, { test: 'compare' }>['op'];
const comparing = new Set<string>(['==', '!=', '<', '<=', '>', '>=']);

/** Calls give these a new value: two tests of them are two questions. */
const volatileName = /^(h_errno|WSAGetLastError|sock_errno|socket_errno)$/;

export function lowerTest(cx: Context, node: SyntaxNode): Test {
  const inner = unwrap(node);
  switch (inner.type) {
    case 'binary_expression': {
      const op = inner.child('operator')?.type ?? '';
      const left = inner.child('left');
      const right = inner.child('right');
      if (!left || !right) break;
      if (op === '&&' || op === '||') return { test: op === '&&' ? 'and' : 'or', left: cx.test(left), right: cx.test(right) };
      if (comparing.has(op)) return comparison(cx, inner, op as Compare, left, right);
      break;
    }
    case 'unary_expression': {
      const argument = inner.child('argument');
      if (inner.child('operator')?.type === '!' && argument) return { test: 'not', of: cx.test(argument) };
      break;
    }
    case 'comma_expression': {
      const [left, right] = [inner.child('left'), inner.child('right')];
      if (!left || !right) break;
      const before = cx.apart(() => cx.effect(left));
      return after(before, cx.test(right), cx.span(inner));
    }
    case 'identifier': {
      const meaning = cx.lookup(inner.text);
      if (meaning?.is === 'argument') return cx.argument(meaning, ([first]) => (first ? cx.test(first) : { test: 'always' }));
      break;
    }
    case 'call_expression': {
      const hint = hinted(inner);
      if (hint) return cx.test(hint);
      const expanded = macroTest(cx, inner);
      if (expanded) return expanded;
      break;
    }
    default:
  }
  return truth(cx, inner);
}

/** A macro that is one condition: `#define FAILED(x) ((x) < 0)`. */
function macroTest(cx: Context, node: SyntaxNode): Test | null {
  const name = node.child('function')?.text ?? '';
  const macro = cx.lookup(name) ? undefined : cx.unit.macros.get(name);
  const args = node.child('arguments')?.parts;
  if (!macro?.params || !macro.expression || !args || !cx.mayExpand(name)) return null;
  const { scope, at } = cx;
  cx.expanding.push(name);
  cx.scope = {
    names: new Map(macro.params.map((param, i) => [param, { is: 'argument', nodes: args.slice(i, i + 1), scope, at }])),
    outer: scope,
  };
  cx.at = cx.span(node);
  const test = cx.test(macro.expression);
  cx.scope = scope;
  cx.at = at;
  cx.expanding.pop();
  return test;
}

/** `test` with statements that run before its first part. */
function after(before: Stmt[], test: Test, range: Extract<Test, { test: 'truth' }>['range']): Test {
  if (before.length === 0) return test;
  switch (test.test) {
    case 'and':
    case 'or':
      return { ...test, left: after(before, test.left, range) };
    case 'not':
      return { ...test, of: after(before, test.of, range) };
    case 'always':
    case 'never':
      return { test: 'truth', value: { kind: 'const', value: test.test === 'always' }, before, range };
    default:
      return { ...test, before: [...before, ...(test.before ?? [])] };
  }
}

function comparison(cx: Context, node: SyntaxNode, op: Compare, left: SyntaxNode, right: SyntaxNode): Test {
  const range = cx.span(node);
  const sides: Operand[] = [];
  const before = cx.apart(() => sides.push(cx.value(left), cx.value(right)));
  const [a, b] = sides as [Operand, Operand];
  if (isVolatile(left) || isVolatile(right)) return { test: 'opaque', text: null, uses: [], before, range };
  if (a.kind === 'const' && b.kind === 'const' && before.length === 0) {
    const outcome = compareConstants(op, a.value, b.value);
    if (outcome !== null) return { test: outcome ? 'always' : 'never' };
  }
  const noSocket = [
    [a, b],
    [b, a],
  ].some(([x, y]) => x?.kind === 'place' && x.place === errnoPlace && y?.kind === 'name' && meansNoSocket(y.name));
  if (noSocket && before.length === 0 && (op === '==' || op === '!=')) return { test: op === '==' ? 'never' : 'always' };
  const x = asPointer(cx, a, b);
  const y = asPointer(cx, b, a);
  const known = (value: Operand): boolean =>
    value.kind === 'place' || value.kind === 'const' || value.kind === 'name' || value.kind === 'derived';
  if (known(x) && known(y)) return { test: 'compare', op, left: x, right: y, before, range };
  return opaque(cx, node, before);
}

/** `p == 0` for a pointer means `p == NULL`. */
function asPointer(cx: Context, value: Operand, other: Operand): Operand {
  if (value.kind !== 'const' || value.value !== 0 || other.kind !== 'place') return value;
  return / \*+$/.test(own(cx.types, other.place) ?? '') ? { ...value, value: null } : value;
}

function compareConstants(op: Compare, a: unknown, b: unknown): boolean | null {
  if (op === '==') return a === b;
  if (op === '!=') return a !== b;
  if (typeof a !== 'number' || typeof b !== 'number') return null;
  return op === '<' ? a < b : op === '<=' ? a <= b : op === '>' ? a > b : a >= b;
}

function isVolatile(node: SyntaxNode): boolean {
  const inner = unwrap(node);
  return volatileName.test(inner.type === 'call_expression' ? (inner.child('function')?.text ?? '') : inner.text);
}

function truth(cx: Context, node: SyntaxNode): Test {
  const range = cx.span(node);
  let value: Operand | undefined;
  const before = cx.apart(() => {
    value = cx.value(node);
  });
  if (value?.kind === 'const' && before.length === 0)
    return { test: value.value === 0 || value.value === false || value.value === null ? 'never' : 'always' };
  if (value?.kind === 'place' || value?.kind === 'const') return { test: 'truth', value, before, range };
  return opaque(cx, node, before);
}

/** Not understood; the same text goes the same way as long as what it reads is not assigned. */
function opaque(cx: Context, node: SyntaxNode, before: Stmt[]): Test {
  const range = cx.span(node);
  const pure = cx.at === null && !hasEffects(node) && !isVolatile(node);
  let uses: Place[] = [];
  const extra = cx.apart(() => {
    uses = placesIn(cx, node);
  });
  return { test: 'opaque', text: pure ? node.text.replace(/\s+/g, '') : null, uses, before: [...before, ...extra], range };
}
