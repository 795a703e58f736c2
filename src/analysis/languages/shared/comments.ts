/** Comments of languages that write them as C does. */

import type { CommentIr } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';

/** What a comment says, without its marks (of documentation, too). */
export function commentOf({ text, span }: SyntaxNode): CommentIr {
  const said = text.replace(/^\/[/*]+!?/, '');
  return { text: (text.startsWith('/*') && said.endsWith('*/') ? said.slice(0, -2) : said).trim(), range: span };
}
