/** Cells of notebooks among the documents. */

import { NotebookRange, type NotebookDocument, type TextDocument, type Uri, window, workspace } from 'vscode';
import { cellText, linesOf } from '../app/notebook.js';

const CELL = 'vscode-notebook-cell';

/** Is this document a cell of a notebook? */
export function isCell({ uri }: TextDocument): boolean {
  return uri.scheme === CELL;
}

function notebookOf(uri: Uri): NotebookDocument | undefined {
  return workspace.notebookDocuments.find((notebook) =>
    notebook.getCells().some((cell) => cell.document.uri.toString() === uri.toString()),
  );
}

/** The other cells of the same notebook and language. */
export function siblingsOf(document: TextDocument): TextDocument[] {
  return cellsOf(document).filter((cell) => cell !== document);
}

function cellsOf(document: TextDocument): TextDocument[] {
  const cells = notebookOf(document.uri)?.getCells() ?? [];
  return cells.map((cell) => cell.document).filter(({ languageId }) => languageId === document.languageId);
}

/** The text to analyse; `lines`: only what lies on that many lines at its beginning is the document's, null for all. */
export function textOf(document: TextDocument): { text: string; lines: number | null } {
  const cells = isCell(document) ? cellsOf(document) : [];
  const index = cells.indexOf(document);
  const own = document.getText();
  if (index < 0) return { text: own, lines: isCell(document) ? linesOf(own) : null };
  return {
    text: cellText(
      cells.map((cell) => cell.getText()),
      index,
    ),
    lines: linesOf(own),
  };
}

/** Shows the cell in its notebook; false where the document is none. */
export async function revealCell(uri: Uri): Promise<boolean> {
  const notebook = uri.scheme === CELL ? notebookOf(uri) : undefined;
  const cell = notebook?.getCells().find(({ document }) => document.uri.toString() === uri.toString());
  if (!notebook || !cell) return false;
  await window.showNotebookDocument(notebook, { selections: [new NotebookRange(cell.index, cell.index + 1)] });
  return true;
}
