/** Lambdas, method references, and classes without a name that are no more than a function. */

import type { FunctionIr, Operand } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { Context, FunctionFrame } from '../shared/objects/context.js';
import { ownField } from '../shared/objects/around.js';
import { finish } from '../shared/objects/finish.js';
import { parametersOf } from './functions.js';
import { typeOf } from './types.js';

/** `(a, b) -> …`: a function of its own; the engine knows what it captures. */
export function lambda(cx: Context, node: SyntaxNode): Operand {
  const id = `${cx.frame.id}/lambda@${node.startRow + 1}:${node.startColumn + 1}`;
  const inner = new Context(cx.names, cx.parts, cx.collected, new FunctionFrame(id, node, cx.frame, true), cx.cls, cx.self, cx);
  const list = node.child('parameters');
  const params =
    list?.type === 'formal_parameters'
      ? parametersOf(inner, list)
      : (list?.type === 'identifier' ? [list] : (list?.parts ?? [])).map((name) => ({
          name: inner.declare(name.text, null).root,
          type: null,
        }));
  const value = node.child('body');
  const body = inner.gather(() => {
    if (value?.type === 'block') inner.out.push(...inner.parts.block(inner, value));
    else if (value) inner.emit({ do: 'return', values: [inner.parts.operand(inner, value)], range: value.span });
  });
  return value
    ? added(cx, inner, { id, name: 'lambda', params, body, nameRange: node.span }, node)
    : { kind: 'opaque', uses: [], range: node.span };
}

/** The one method of a class without a name, fields or constructors: it is called as a lambda is. */
export function onlyMethod(body: SyntaxNode): SyntaxNode | null {
  const members = body.parts.filter((part) => !part.type.endsWith('comment'));
  const [only] = members;
  return members.length === 1 && only?.type === 'method_declaration' && only.child('body') !== null ? only : null;
}

export function methodAsFunction(cx: Context, node: SyntaxNode, method: SyntaxNode): Operand {
  const id = `${cx.frame.id}/lambda@${method.startRow + 1}:${method.startColumn + 1}`;
  const inner = new Context(cx.names, cx.parts, cx.collected, new FunctionFrame(id, method, cx.frame, true), cx.cls, cx.self, cx);
  const params = parametersOf(inner, method.child('parameters'));
  const body = inner.gather(() => inner.out.push(...inner.parts.block(inner, method.child('body'))));
  const nameNode = method.child('name') ?? method;
  return added(cx, inner, { id, name: nameNode.text, params, body, nameRange: nameNode.span }, node);
}

function added(
  cx: Context,
  inner: Context,
  shape: Pick<FunctionIr, 'id' | 'name' | 'params' | 'body' | 'nameRange'>,
  node: SyntaxNode,
): Operand {
  const ir = finish(inner, { ...shape, kind: 'lambda', className: null, receiver: null });
  cx.collected.functions.push(ir);
  return { kind: 'function', id: ir.id, range: node.span };
}

/** `this::run`, `conn::close`, `Util::close`. */
export function methodReference(cx: Context, node: SyntaxNode): Operand {
  const range = node.span;
  const [target, name] = node.parts;
  if (!target || !name) return { kind: 'opaque', uses: [], range };
  const type = typeOf(cx, target);
  const className =
    target.type === 'this'
      ? cx.cls?.name
      : (type ??
        (target.type === 'identifier' && !cx.lookup(target.text) && !ownField(cx, target.text)
          ? cx.names.className(target.text, cx.cls)
          : null));
  const cls = className === null || className === undefined ? null : cx.names.classNamed(className);
  const [method] = cls ? cx.names.methods(cls, name.text) : [];
  if (method?.isStatic) return { kind: 'function', id: method.id, range };
  const isObject =
    target.type === 'this' || target.type === 'super' || type !== null || (target.type === 'identifier' && cx.lookup(target.text) !== null);
  if (!isObject) return { kind: 'opaque', uses: [], range };
  const value: Operand =
    target.type === 'super' && cx.self !== null ? { kind: 'place', place: cx.use(cx.self) } : cx.parts.operand(cx, target);
  if (value.kind !== 'place') return { kind: 'opaque', uses: [], range };
  return method ? { kind: 'function', id: method.id, receiver: value.place, range } : { kind: 'tuple', items: [value], range };
}
