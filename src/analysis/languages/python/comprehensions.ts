/** Comprehensions and generator expressions: loops whose elements go into a container. */

import type { Operand, Stmt } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { lowerExpression } from './expressions.js';
import { isTakenAtOnce, usesOf } from './values.js';
import { assignTo } from './targets.js';
import { lowerTest } from './tests.js';
import type { Scope } from './scope.js';

export function lowerComprehension(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const clauses = node.children.filter((child) => child.type === 'for_in_clause' || child.type === 'if_clause');
  const uses: string[] = [];
  // A generator asks its names later, whoever has it by then.
  if (node.type === 'generator_expression' && !isTakenAtOnce(node))
    out.push({ do: 'escape', places: namesIn(node).map((name) => scope.use(name)), why: 'collected', range: node.span });
  else out.push(...clause(node, clauses, 0, scope, uses));
  return { kind: 'opaque', uses, range: node.span };
}

function namesIn(node: SyntaxNode): string[] {
  return node.parts.flatMap((part) => (part.type === 'identifier' ? [part.text] : namesIn(part)));
}

function clause(node: SyntaxNode, clauses: readonly SyntaxNode[], at: number, scope: Scope, uses: string[]): Stmt[] {
  const range = node.span;
  const one = clauses[at];
  if (!one) return element(node, scope);
  const out: Stmt[] = [];
  if (one.type === 'if_clause') {
    const condition = one.parts[0];
    if (!condition) return clause(node, clauses, at + 1, scope, uses);
    return [{ do: 'if', test: lowerTest(condition, scope), then: clause(node, clauses, at + 1, scope, uses), else: [], range }];
  }
  const left = one.child('left');
  const right = one.child('right');
  const iterated = right ? usesOf(lowerExpression(right, out, scope)) : [];
  uses.push(...iterated);
  const body: Stmt[] = [];
  if (left) assignTo(left, { kind: 'opaque', uses: iterated }, body, scope, one.span);
  body.push(...clause(node, clauses, at + 1, scope, uses));
  out.push({ do: 'loop', test: { test: 'opaque', text: null, uses: [], range: one.span }, body, range });
  return out;
}

/** What is collected is kept by the container. */
function element(node: SyntaxNode, scope: Scope): Stmt[] {
  const out: Stmt[] = [];
  const body = node.child('body');
  const parts = body ? (body.type === 'pair' ? body.parts : [body]) : [];
  const places = parts.flatMap((part) => usesOf(lowerExpression(part, out, scope)));
  out.push({ do: 'escape', places, why: 'collected', range: node.span });
  return out;
}
