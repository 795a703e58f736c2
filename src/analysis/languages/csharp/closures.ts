/** Lambdas, anonymous methods and local functions. */

import type { FunctionIr, Operand } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { Context, FunctionFrame } from '../shared/objects/context.js';
import { finish } from '../shared/objects/finish.js';
import { lowerBody, parametersOf } from './functions.js';

/** A function of its own; the engine knows what it captures. */
export function closure(cx: Context, node: SyntaxNode, name = 'lambda'): Operand {
  const id = `${cx.frame.id}/${name}@${node.startRow + 1}:${node.startColumn + 1}`;
  const inner = new Context(cx.names, cx.parts, cx.collected, new FunctionFrame(id, node, cx.frame, true), cx.cls, cx.self, cx);
  const list = node.child('parameters');
  const params =
    list?.type === 'implicit_parameter' || list?.type === 'identifier'
      ? [{ name: inner.declare(list.text, null).root, type: null }]
      : parametersOf(inner, list);
  const body = lowerBody(inner, node.child('body') ?? node.first('block'));
  const ir: FunctionIr = finish(inner, {
    id,
    name,
    params,
    body,
    nameRange: (node.child('name') ?? node).span,
    kind: 'lambda',
    className: null,
    receiver: null,
  });
  cx.collected.functions.push(ir);
  return { kind: 'function', id: ir.id, range: node.span };
}
