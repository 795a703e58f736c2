/** Applies text edits; lines and columns count from 1, columns in UTF-16 units. */

import type { TextEdit } from '../analysis/findings.js';

/**
 * @returns the text with all edits made, or null when two of them overlap or one lies outside the text
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string | null {
  const starts = lineStarts(text);
  const offset = (line: number, column: number): number => {
    const start = starts[line - 1];
    return start === undefined ? -1 : start + column - 1;
  };
  const spans = edits
    .map((edit, order) => ({
      from: offset(edit.range.startLine, edit.range.startColumn),
      to: offset(edit.range.endLine, edit.range.endColumn),
      newText: edit.newText,
      order,
    }))
    .sort((a, b) => a.from - b.from || a.to - b.to || a.order - b.order);
  let result = '';
  let at = 0;
  for (const span of spans) {
    if (span.from < at || span.to < span.from || span.to > text.length) return null;
    result += text.slice(at, span.from) + span.newText;
    at = span.to;
  }
  return result + text.slice(at);
}

/** Many edits are tried on one text, one after the other. */
let last: { text: string; starts: readonly number[] } = { text: '', starts: [0] };

/** Offsets at which lines start; CRLF, LF and a lone CR end a line, as in VS Code. */
function lineStarts(text: string): readonly number[] {
  if (last.text !== text) {
    const starts = [0];
    for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
    last = { text, starts };
  }
  return last.starts;
}
