/** Lines and indentation of Python source: what fixes need to keep the style of the file. */

import type { TextEdit } from '../../findings.js';
import { spanAt } from '../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';

export const statementTypes = [
  'expression_statement', 'return_statement', 'raise_statement', 'if_statement', 'while_statement', 'for_statement', 'try_statement', 'with_statement', 'assert_statement',
  'delete_statement', 'continue_statement', 'break_statement', 'pass_statement', 'function_definition', 'class_definition', 'decorated_definition', 'match_statement', 'import_statement', 'import_from_statement', 'global_statement', 'nonlocal_statement', 'print_statement',
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

export function lineOf(tree: SyntaxTree, row: number): string {
  return tree.text.slice(tree.lineStarts[row] ?? 0, tree.lineStarts[row + 1] ?? tree.text.length).replace(/\r?\n$/, '');
}

/** White space before the statement; null when something else stands before it on its line. */
export function indentOf(tree: SyntaxTree, statement: SyntaxNode): string | null {
  const before = lineOf(tree, statement.startRow).slice(0, statement.startColumn);
  return /^\s*$/.test(before) ? before : null;
}

/** Does nothing but a comment follow the node on its last line? */
export function endsItsLine(tree: SyntaxTree, node: SyntaxNode): boolean {
  return /^\s*(#.*)?$/.test(lineOf(tree, lastRow(node)).slice(lastRow(node) === node.endRow ? node.endColumn : 0));
}

/** Last row with text of this node (blocks may end at the start of the next line). */
export function lastRow(node: SyntaxNode): number {
  return node.endColumn === 0 && node.endRow > node.startRow ? node.endRow - 1 : node.endRow;
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

/** The lines from row to row, one step deeper. */
export function deeper(tree: SyntaxTree, from: number, to: number, unit: string, frozen: ReadonlySet<number>): string[] {
  const lines: string[] = [];
  for (let row = from; row <= to; row += 1) {
    const line = lineOf(tree, row);
    lines.push(line.trim() === '' || frozen.has(row) ? line : unit + line);
  }
  return lines;
}

function newline(tree: SyntaxTree): string {
  return tree.text.includes('\r\n') ? '\r\n' : '\n';
}

/** Replaces whole lines. */
export function replaceLines(tree: SyntaxTree, from: number, to: number, lines: readonly string[]): TextEdit {
  const start = tree.lineStarts[from] ?? 0;
  const end = (tree.lineStarts[to] ?? 0) + lineOf(tree, to).length;
  return { range: spanAt(tree, start, end), newText: lines.join(newline(tree)) };
}

/** New lines below a row. */
export function insertBelow(tree: SyntaxTree, row: number, lines: readonly string[]): TextEdit {
  const at = (tree.lineStarts[row] ?? 0) + lineOf(tree, row).length;
  return { range: spanAt(tree, at), newText: lines.map((line) => newline(tree) + line).join('') };
}

/** New lines above a row. */
export function insertAbove(tree: SyntaxTree, row: number, lines: readonly string[]): TextEdit {
  return { range: spanAt(tree, tree.lineStarts[row] ?? 0), newText: lines.map((line) => line + newline(tree)).join('') };
}

/** Does this identifier (or `self.x`) occur in the node? */
export function mentions(node: SyntaxNode, place: string): boolean {
  const stack = [node];
  for (let at = stack.pop(); at; at = stack.pop()) {
    if ((at.type === 'identifier' || at.type === 'attribute') && at.text === place && at.field !== 'attribute' && !(at.parent?.type === 'keyword_argument' && at.field === 'name')) return true;
    stack.push(...at.children);
  }
  return false;
}
