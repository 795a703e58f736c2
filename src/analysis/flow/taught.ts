/**
 * What cannot be seen, taught by a comment: `closewait: takes ownership`, on the line of a call or of a function's name, or
 * on the line above. The call (or every call of that function) then owns the connections it is given.
 */

import type { CommentIr } from './ir.js';

const form = /^\s*closewait:\s*takes ownership\b/;

/** The lines that such comments speak of. */
export function taughtLines(comments: readonly CommentIr[]): Set<number> {
  const lines = new Set<number>();
  for (const { text, range } of comments) {
    if (!form.test(text)) continue;
    lines.add(range.endLine);
    lines.add(range.endLine + 1);
  }
  return lines;
}
