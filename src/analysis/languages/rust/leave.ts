/** Ways out of a function. */

import type { Operand, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from './context.js';

/** Leaves the function, or the async block that stands in it. */
export function leave(cx: Context, value: Operand, node: SyntaxNode): void {
  const range = node.span;
  if (cx.inline) {
    cx.assign(cx.inline.to, value, range);
    cx.emit({ do: 'break', label: cx.inline.label, range });
    return;
  }
  const isNothing = value.kind === 'const' && value.value === null;
  const failure: boolean | Test | undefined = !cx.frame.mayFail
    ? undefined
    : isNothing
      ? true
      : value.kind === 'place'
        ? { test: 'compare', op: '==', left: value, right: { kind: 'const', value: null }, range }
        : undefined;
  cx.emit({ do: 'return', values: [value], ...(failure === undefined ? {} : { failure }), range });
}
