/** Lines and indentation of source: what fixes need to keep the style of a file. */

import type { TextEdit } from '../../findings.js';
import { spanAt } from '../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';

export function lineOf(tree: SyntaxTree, row: number): string {
  return tree.text.slice(tree.lineStarts[row] ?? 0, tree.lineStarts[row + 1] ?? tree.text.length).replace(/\r?\n$/, '');
}

/** White space before the statement; null when something else stands before it on its line. */
export function indentOf(tree: SyntaxTree, statement: SyntaxNode): string | null {
  const before = lineOf(tree, statement.startRow).slice(0, statement.startColumn);
  return /^\s*$/.test(before) ? before : null;
}

/** Last row with text of this node (blocks may end at the start of the next line). */
export function lastRow(node: SyntaxNode): number {
  return node.endColumn === 0 && node.endRow > node.startRow ? node.endRow - 1 : node.endRow;
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
