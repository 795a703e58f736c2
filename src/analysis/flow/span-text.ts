/** A place in a text as a value that facts can have. */

import type { Span } from './ir.js';

export function textOfSpan({ startLine, startColumn, endLine, endColumn }: Span): string {
  return [startLine, startColumn, endLine, endColumn].join(':');
}

export function spanOfText(text: string): Span {
  const [startLine = 1, startColumn = 1, endLine = 1, endColumn = 1] = text.split(':').map(Number);
  return { startLine, startColumn, endLine, endColumn };
}
