/**
 * Cells of a notebook. A cell is analysed as a file of its own that goes on with the other cells: what comes after it first, as it runs
 * next, then what stands before it, for its imports and functions. Its own lines keep their numbers, and only what lies on them is told.
 */

import type { CheckedFile, Fix } from './check.js';

/** A line that the notebook's kernel takes before Python does: magics, shell commands, help. */
const NOT_PYTHON = /^\s*(?:%{1,2}[a-z]\w*(?:\s|$)|!|\?{1,2}[\w.]+\s*$|[\w.]+\?{1,2}\s*$)/;

/** What stands before such a line while it is analysed. */
const COVER = 'pass  # ';

/** The cell as its notebook has it, from its Python after fixes: lines that the kernel takes are themselves again. */
export function uncovered(python: string, cell: string): string {
  const covered = new Set(cell.split('\n').flatMap((line) => (NOT_PYTHON.test(line) ? [`${COVER}${line.trimStart()}`] : [])));
  return python
    .split('\n')
    .map((line) => (covered.has(line.trimStart()) ? line.replace(COVER, '') : line))
    .join('\n');
}

/** The cell's Python, as many lines as it has: other lines are comments. */
function pythonOf(cell: string): string {
  // `%%bash`: the whole cell is another language's.
  if (/^\s*%%(?!time|capture)/.test(cell)) return cell.replace(/^/gm, '#');
  return cell
    .split('\n')
    .map((line) => (NOT_PYTHON.test(line) ? line.replace(/^\s*/, `$&${COVER}`) : line))
    .join('\n');
}

/** @param index of the cell that is analysed, among the notebook's cells of its language */
export function cellText(cells: readonly string[], index: number): string {
  return [...cells.slice(index), ...cells.slice(0, index)].map(pythonOf).join('\n');
}

/** How many lines a text has. */
export function linesOf(text: string): number {
  return text.split('\n').length;
}

/** What is told of the first `lines` lines. */
export function withinLines(file: CheckedFile, lines: number): CheckedFile {
  const isHere = ({ endLine }: { endLine: number }): boolean => endLine <= lines;
  return {
    ...file,
    findings: file.findings
      .filter(({ range }) => isHere(range))
      .map((finding) => ({ ...finding, path: finding.path.filter((step) => step.file !== undefined || isHere(step.range)) })),
    suppressions: file.suppressions.filter(({ range }) => isHere(range)),
    problems: file.problems.filter(({ line }) => line <= lines),
  };
}

/** Those that change nothing but the first `lines` lines. */
export function fixesWithin(fixes: readonly Fix[], lines: number): Fix[] {
  return fixes.filter(({ edits }) => edits.every(({ range }) => range.endLine <= lines));
}
