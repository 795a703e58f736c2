/** Lines and indentation of Python source: what fixes need to keep the style of the file. */

import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import { indentOf, lastRow, lineOf } from '../shared/lines.js';

const statementTypes = [
  'expression_statement',
  'return_statement',
  'raise_statement',
  'if_statement',
  'while_statement',
  'for_statement',
  'try_statement',
  'with_statement',
  'assert_statement',
  'delete_statement',
  'continue_statement',
  'break_statement',
  'pass_statement',
  'function_definition',
  'class_definition',
  'decorated_definition',
  'match_statement',
  'import_statement',
  'import_from_statement',
  'global_statement',
  'nonlocal_statement',
  'print_statement',
];

/** The statement that a node belongs to. */
export function statementOf(node: SyntaxNode | null): SyntaxNode | null {
  for (let at = node; at; at = at.parent) if (statementTypes.includes(at.type)) return at;
  return null;
}

/** Statements after this one in the same block. */
export function following(statement: SyntaxNode): SyntaxNode[] {
  const siblings = (statement.parent?.children ?? []).filter((child) => statementTypes.includes(child.type));
  return siblings.slice(siblings.indexOf(statement) + 1);
}

/** Does nothing but a comment follow the node on its last line? */
export function endsItsLine(tree: SyntaxTree, node: SyntaxNode): boolean {
  return /^\s*(#.*)?$/.test(lineOf(tree, lastRow(node)).slice(lastRow(node) === node.endRow ? node.endColumn : 0));
}

/** One step of indentation as this file has it. */
export function unitOf(tree: SyntaxTree): string {
  const stack = [tree.root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'block' && node.parent && node.startRow > node.parent.startRow) {
      const inner = indentOf(tree, node);
      const outer = /^\s*/.exec(lineOf(tree, node.parent.startRow))?.[0] ?? '';
      if (inner !== null && inner.length > outer.length && inner.startsWith(outer)) return inner.slice(outer.length);
    }
    stack.push(...[...node.children].reverse());
  }
  return '    ';
}

/** Rows that begin inside a string: their indentation is text. */
export function rowsInStrings(node: SyntaxNode): Set<number> {
  const rows = new Set<number>();
  const stack = [node];
  for (let at = stack.pop(); at; at = stack.pop()) {
    if (at.type === 'string') for (let row = at.startRow + 1; row <= at.endRow; row += 1) rows.add(row);
    else stack.push(...at.children);
  }
  return rows;
}

/** Does this identifier (or `self.x`) occur in the node? */
export function mentions(node: SyntaxNode, place: string): boolean {
  const stack = [node];
  for (let at = stack.pop(); at; at = stack.pop()) {
    if (
      (at.type === 'identifier' || at.type === 'attribute') &&
      at.text === place &&
      at.field !== 'attribute' &&
      !(at.parent?.type === 'keyword_argument' && at.field === 'name')
    )
      return true;
    stack.push(...at.children);
  }
  return false;
}

/** Types that are context managers: closing on exit. */
export function hasEnter(type: string): boolean {
  return /^(socket\.socket|ssl\.SSLSocket|urllib\.response|requests\.|httpx\.Client|socket\.makefile)/.test(type);
}
