/** Two copies side by side: a relay. Each ends with its own reader; nobody tells the other that the end has come. */

import type { Operand } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { usesOf } from '../shared/values.js';
import type { Context } from './context.js';
import { segments } from './names.js';

/** Futures that run side by side until all are done. */
export function joined(cx: Context, full: string, node: SyntaxNode, nodes: readonly SyntaxNode[]): Operand {
  const range = node.span;
  const items = nodes.map((part) => cx.parts.operand(cx, part));
  if (nodes.length === 2 && nodes.every((part) => isBareCopy(cx, part)) && cx.limit === undefined) {
    const result = cx.frame.temporary();
    const uses = items.flatMap(usesOf);
    cx.call({
      callee: { kind: 'api', name: relayName(full) },
      args: [{ value: { kind: 'opaque', uses } }],
      results: [result],
      mode: 'plain',
      range,
    });
    const copies = cx.gather(() =>
      cx.call({
        callee: { kind: 'method', receiver: result, name: 'copies', type: 'tokio.io.Relay' },
        args: [],
        results: [null],
        mode: 'plain',
        range,
      }),
    );
    cx.emit({ do: 'loop', test: { test: 'opaque', text: null, uses: [], range }, atLeastOnce: true, body: copies, range });
  }
  return { kind: 'tuple', items, range };
}

/** The library's name of what waits for both. */
function relayName(full: string): string {
  const crate = full.slice(0, full.indexOf('.'));
  return `${/^futures/.test(crate) ? crate : 'tokio'}.${full.slice(full.lastIndexOf('.') + 1)}`;
}

/** `io::copy(&mut r, &mut w)`, itself or by the name it was given, and nothing after it. */
function isBareCopy(cx: Context, node: SyntaxNode): boolean {
  const at = node.type === 'identifier' ? (cx.lookup(node.text)?.value ?? node) : node;
  const path = at.type === 'call_expression' ? segments(at.child('function')) : [];
  return /(?:^|\.)io\.(?:copy|copy_buf)$/.test(cx.names.qualify(path, cx.cls));
}

/** Both ways at once: where a limit stands around it, it is no wait without end. */
export function bothWays(cx: Context, full: string): string {
  return cx.limit !== undefined && /^tokio\.io\.copy_bidirectional/.test(full) ? 'tokio.io.copy_in_time' : full;
}
