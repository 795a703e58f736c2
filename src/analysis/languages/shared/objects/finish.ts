/** A function as its frame has come to know it. */

import type { FunctionIr } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import type { Context } from './context.js';

type Shape = Pick<FunctionIr, 'id' | 'name' | 'kind' | 'className' | 'receiver' | 'params' | 'body' | 'nameRange'>;

/** What the frame has collected about a function. */
export function finish(cx: Context, shape: Shape): FunctionIr {
  const { frame } = cx;
  for (const param of shape.params) frame.locals.delete(param.name);
  return {
    ...shape,
    isAsync: false,
    isGenerator: false,
    locals: [...frame.locals],
    captures: [...frame.captures].filter((root) => root !== shape.receiver && !frame.locals.has(root)),
    types: frame.types,
    range: frame.node.span,
    ...(cx.names.isTestFile ? { isTest: true } : {}),
    ...(hasError(frame.node) ? { broken: true } : {}),
  };
}

function hasError(node: SyntaxNode): boolean {
  const stack = [node];
  for (let at = stack.pop(); at; at = stack.pop()) {
    if (at.isError) return true;
    stack.push(...at.children);
  }
  return false;
}
