/** `switch` of C: cases in order, each falling into the next. */

import type { Operand, Stmt, Test } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import type { Context } from './context.js';

type Case = Extract<Stmt, { do: 'switch' }>['cases'][number];

export function lowerSwitch(cx: Context, node: SyntaxNode): void {
  const condition = node.child('condition');
  const body = node.child('body');
  if (!condition || !body) return;
  const value = cx.value(condition);
  const cases: Case[] = [];
  cx.scoped(() => cx.within({ of: 'switch', label: null }, () => addCases(cx, body.children, value, cases)));
  for (let i = 0; i < cases.length - 1; i += 1) (cases[i] as Case).fallsThrough = true;
  cx.emit({ do: 'switch', cases, range: cx.span(node) });
}

/** Cases under `#ifdef` are cases like others; statements between them belong to the case before. */
function addCases(cx: Context, nodes: readonly SyntaxNode[], value: Operand, cases: Case[]): void {
  for (const node of nodes) {
    if (node.type === 'case_statement') cases.push(caseOf(cx, node, value, cases));
    else if (node.type.startsWith('preproc_') && holdsCase(node)) addCases(cx, node.children, value, cases);
    else if (node.named && node.type !== 'comment' && node.field !== 'condition' && node.field !== 'name') {
      const list = cx.apart(() => cx.statement(node));
      cases.at(-1)?.body.push(...list);
    }
  }
}

function holdsCase(node: SyntaxNode): boolean {
  return node.children.some((child) => child.type === 'case_statement' || (child.type.startsWith('preproc_') && holdsCase(child)));
}

function caseOf(cx: Context, node: SyntaxNode, value: Operand, cases: Case[]): Case {
  const label = node.child('value');
  const range = label ? cx.span(label) : cx.span(node);
  const tests: Test[] | null = label ? [{ test: 'compare', op: '==', left: value, right: cx.value(label), range }] : null;
  const found: Case = { tests, body: [], range };
  // The body is written after the case is known: a nested `case` (inside a block) adds its own behind it.
  const parts = node.parts.filter((part) => part !== label);
  found.body = cx.apart(() =>
    parts.forEach((part) => (part.type === 'case_statement' ? cases.push(caseOf(cx, part, value, cases)) : cx.statement(part))),
  );
  return found;
}
