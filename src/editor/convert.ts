/** Between the analyser's places (count from 1) and VS Code's (count from 0). */

import { Position, Range, type TextDocument, type Uri, WorkspaceEdit } from 'vscode';
import type { Range as FileRange, TextEdit } from '../app/check.js';
import type { Spot } from './messages.js';

export function toRange(range: FileRange): Range {
  return new Range(range.startLine - 1, range.startColumn - 1, range.endLine - 1, range.endColumn - 1);
}

export function toPosition(spot: Spot): Position {
  return new Position(spot.line - 1, spot.column - 1);
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
  result.replace(document.uri, new Range(document.positionAt(start), document.positionAt(old.length - tail)), text.slice(start, text.length - tail));
  return result;
}
