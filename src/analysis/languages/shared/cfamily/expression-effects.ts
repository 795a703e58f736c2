/** What an expression does where nobody needs its value. */

import type { Stmt } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import { callInto, expandStatements } from './calls.js';
import type { Context } from './context.js';
import { hasEffects, unwrap } from './nodes.js';

/** Its value is not needed. */
export function lowerEffect(cx: Context, node: SyntaxNode): void {
  const inner = unwrap(node);
  switch (inner.type) {
    case 'call_expression': {
      callInto(cx, inner, null);
      return;
    }
    case 'assignment_expression':
    case 'update_expression':
    case 'parenthesized_expression': {
      cx.value(inner);
      return;
    }
    case 'comma_expression': {
      for (const part of inner.parts) cx.effect(part);
      return;
    }
    case 'conditional_expression':
    case 'binary_expression': {
      if (hasEffects(inner)) branchEffect(cx, inner);
      return;
    }
    case 'identifier': {
      const meaning = cx.lookup(inner.text);
      if (meaning?.is === 'argument') cx.argument(meaning, (nodes) => nodes.forEach((part) => cx.effect(part)));
      else if (!meaning) expandStatements(cx, inner);
      return;
    }
    default:
      for (const part of inner.parts) if (hasEffects(part)) cx.effect(part);
  }
}

/** `a ? f() : g();`, `ok && f();` as statements. */
function branchEffect(cx: Context, node: SyntaxNode): void {
  const isChoice = node.type === 'conditional_expression';
  const op = node.child('operator')?.type;
  const test = node.child(isChoice ? 'condition' : 'left');
  if (!test || (!isChoice && op !== '&&' && op !== '||')) {
    for (const part of node.parts) cx.effect(part);
    return;
  }
  const yes = node.child(isChoice ? 'consequence' : 'right');
  const no = node.child('alternative');
  const run = (part: SyntaxNode | null): Stmt[] => cx.apart(() => part && cx.effect(part));
  const condition = cx.test(test);
  const then = run(op === '||' && !isChoice ? null : yes);
  const otherwise = run(op === '||' && !isChoice ? yes : isChoice ? no : null);
  cx.emit({ do: 'if', test: condition, then, else: otherwise, range: cx.span(node) });
}
