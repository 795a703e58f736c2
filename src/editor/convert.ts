/** Between the analyser's places (count from 1) and VS Code's (count from 0). */

import { Position, Range, type TextDocument, type Uri, ViewColumn, window, workspace, WorkspaceEdit } from 'vscode';
import type { Range as FileRange, TextEdit } from '../app/check.js';
import type { Spot } from './messages.js';
import { revealCell } from './notebooks.js';

export function toRange(range: FileRange): Range {
  return new Range(range.startLine - 1, range.startColumn - 1, range.endLine - 1, range.endColumn - 1);
}

export function toSpot(position: Position): Spot {
  return { line: position.line + 1, column: position.character + 1 };
}

export function startOf(range: FileRange): Spot {
  return { line: range.startLine, column: range.startColumn };
}

export function toWorkspaceEdit(uri: Uri, edits: readonly TextEdit[]): WorkspaceEdit {
  const result = new WorkspaceEdit();
  for (const edit of edits) result.replace(uri, toRange(edit.range), edit.newText);
  return result;
}

/** One edit that makes `text` of the document: only the stretch that differs is replaced, so cursors and folds outside stay. */
export function toReplacement(document: TextDocument, text: string): WorkspaceEdit {
  const old = document.getText();
  const limit = Math.min(old.length, text.length);
  let start = 0;
  while (start < limit && old[start] === text[start]) start += 1;
  let tail = 0;
  while (tail < limit - start && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail += 1;
  const result = new WorkspaceEdit();
  result.replace(
    document.uri,
    new Range(document.positionAt(start), document.positionAt(old.length - tail)),
    text.slice(start, text.length - tail),
  );
  return result;
}

/** The document, opened without being shown; null when it cannot be read any more. */
export async function openDocument(uri: Uri): Promise<TextDocument | null> {
  const isOpen = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (isOpen) return isOpen;
  if (uri.scheme === 'untitled') return null;
  return workspace.openTextDocument(uri).then(
    (document) => document,
    () => null,
  );
}

/** Puts the cursor on a line (from 1) and gives that editor the focus; an editor that shows the file already is taken. */
export async function revealLine(uri: Uri, line: number): Promise<void> {
  if (await revealCell(uri)) return;
  const visible = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const at = new Position(line - 1, 0);
  await window.showTextDocument(uri, { viewColumn: visible?.viewColumn ?? ViewColumn.One, selection: new Range(at, at) });
}

/** For places where VS Code shows plain text: quotes in place of code spans. */
export function withoutCodeSpans(text: string): string {
  return text.replace(/`([^`]*)`/g, "'$1'");
}
