/** `sizeof`. */

import type { Operand } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import type { Context } from './context.js';
import { unwrap } from './nodes.js';

/** A size that is not known is above zero all the same. */
const someSize: Operand = { kind: 'derived', how: 'length', of: { kind: 'tuple', items: [{ kind: 'const', value: 1 }] } };

const sizes: Record<string, number> = {
  uint8_t: 1,
  uint16_t: 2,
  uint32_t: 4,
  int32_t: 4,
  uint64_t: 8,
  int64_t: 8,
  char: 1,
  short: 2,
  int: 4,
  unsigned: 4,
  'unsigned int': 4,
  float: 4,
  long: 8,
  double: 8,
  size_t: 8,
  ssize_t: 8,
};

/** Bytes of a type, a local array or a plain variable on Linux with 64 bits. */
export function sizeOf(cx: Context, node: SyntaxNode): Operand {
  const value = node.child('value');
  const meaning = value && unwrap(value).type === 'identifier' ? cx.lookup(unwrap(value).text) : null;
  const size = meaning?.is === 'variable' ? cx.sizes.get(meaning.root) : sizes[node.child('type')?.text ?? ''];
  const declared = meaning?.is === 'variable' && meaning.pointers === 0 && !meaning.isArray ? sizes[meaning.type] : undefined;
  const known = size ?? declared;
  return known === undefined ? someSize : { kind: 'const', value: known };
}
