/** C# conditions with their short circuit, and patterns. */

import type { Operand, Stmt, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from '../shared/objects/context.js';
import { usesOf } from '../shared/values.js';
import { unknown } from './types.js';

type CompareOp = Extract<Test, { test: 'compare' }>['op'];
const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);
const nothing: Operand = { kind: 'const', value: null };

export function lowerTest(cx: Context, node: SyntaxNode): Test {
  switch (node.type) {
    case 'boolean_literal':
      return { test: node.text === 'true' ? 'always' : 'never' };
    case 'parenthesized_expression':
      if (node.parts[0]) return lowerTest(cx, node.parts[0]);
      break;
    case 'prefix_unary_expression':
      if (node.parts[0] && node.children[0]?.type === '!') return { test: 'not', of: lowerTest(cx, node.parts[0]) };
      break;
    case 'binary_expression': {
      const found = binary(cx, node);
      if (found) return found;
      break;
    }
    case 'is_expression':
    case 'is_pattern_expression':
      return matches(cx, node);
    default:
      break;
  }
  let value: Operand = unknown;
  const before = cx.gather(() => {
    value = cx.parts.operand(cx, node);
  });
  return value.kind === 'opaque' ? opaque(node.text, value.uses, before, node) : { test: 'truth', value, before, range: node.span };
}

function binary(cx: Context, node: SyntaxNode): Test | null {
  const left = node.child('left');
  const right = node.children.find((child) => child.field === 'right');
  const operator = node.child('operator')?.text ?? '';
  if (!left || !right) return null;
  if (operator === '&&' || operator === '||')
    return { test: operator === '&&' ? 'and' : 'or', left: lowerTest(cx, left), right: lowerTest(cx, right) };
  if (!comparisons.has(operator)) return null;
  let [a, b]: Operand[] = [unknown, unknown];
  const before = cx.gather(() => {
    a = cx.parts.operand(cx, left);
    b = cx.parts.operand(cx, right);
  });
  return { test: 'compare', op: operator as CompareOp, left: a as Operand, right: b as Operand, before, range: node.span };
}

/** `x is T t`, `x is null`, `x is { P: 1 }`. */
function matches(cx: Context, node: SyntaxNode): Test {
  const left = node.child('expression') ?? node.child('left');
  const pattern = node.child('pattern');
  let value: Operand = unknown;
  const before = cx.gather(() => {
    if (left) value = cx.parts.operand(cx, left);
  });
  const test = pattern ? patternTest(cx, pattern, value, before) : there(value, before, opaque(node.text, usesOf(value), [], node), node);
  return test;
}

function there(value: Operand, before: Stmt[], also: Test | null, node: SyntaxNode): Test {
  const test: Test = { test: 'compare', op: '!=', left: value, right: nothing, before, range: node.span };
  return also ? { test: 'and', left: test, right: also } : test;
}

/** Does a value fit a pattern? */
export function patternTest(cx: Context, pattern: SyntaxNode, value: Operand, before: Stmt[]): Test {
  const range = pattern.span;
  const [first] = pattern.parts;
  switch (pattern.type) {
    case 'negated_pattern':
      return first ? { test: 'not', of: patternTest(cx, first, value, before) } : opaque(null, usesOf(value), before, pattern);
    case 'parenthesized_pattern':
      return first ? patternTest(cx, first, value, before) : opaque(null, usesOf(value), before, pattern);
    case 'constant_pattern': {
      if (!first || !/literal|identifier|unary|member_access/.test(first.type)) break;
      let right: Operand = unknown;
      const ahead = cx.gather(() => {
        right = cx.parts.operand(cx, first);
      });
      return { test: 'compare', op: '==', left: value, right, before: [...before, ...ahead], range };
    }
    case 'declaration_pattern':
    case 'recursive_pattern':
    case 'type_pattern': {
      const name = pattern.child('name');
      if (name)
        before.push({ do: 'assign', to: cx.declare(name.text, cx.names.typeOf(pattern.child('type'), cx.cls)).root, from: value, range });
      const isBare =
        pattern.type === 'recursive_pattern' &&
        !pattern.child('type') &&
        (pattern.first('property_pattern_clause')?.parts.length ?? 0) === 0;
      return there(value, before, isBare ? null : opaque(null, usesOf(value), [], pattern), pattern);
    }
    default:
      break;
  }
  return opaque(null, usesOf(value), before, pattern);
}

function opaque(text: string | null, uses: readonly string[], before: Stmt[], node: SyntaxNode): Test {
  const calls = before.some((stmt) => stmt.do === 'call' && !stmt.harmless);
  return {
    test: 'opaque',
    text: calls || text === null ? null : text.replace(/\s+/g, ' '),
    uses: uses.filter((use) => !use.startsWith('%')),
    before,
    range: node.span,
  };
}
