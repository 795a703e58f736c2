/** `new C(…) { P = … }`: an object of a library's class, or of one of the program's. */

import type { Callee, Operand, Place } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from '../shared/objects/context.js';
import { argumentsOf, setProperty } from './calls.js';

/** `type`: what a `new(…)` without one stands for. */
export function creation(cx: Context, node: SyntaxNode, wanted: string | null): Operand {
  const range = node.span;
  const type = node.child('type') ? cx.names.typeOf(node.child('type'), cx.cls) : wanted;
  const args = argumentsOf(cx, (node.child('arguments') ?? node.first('argument_list'))?.parts ?? []);
  const result = cx.frame.temporary();
  const own = type === null ? null : cx.names.classNamed(type);
  const callee: Callee = own
    ? { kind: 'new', className: own.name }
    : type === null
      ? { kind: 'value', place: '%0' }
      : { kind: 'api', name: type };
  if (type !== null) cx.frame.types[result] = type;
  cx.emit({ do: 'call', callee, args, results: [result], mode: 'plain', range });
  const initializer = node.child('initializer') ?? node.first('initializer_expression');
  for (const part of initializer?.parts ?? []) initialize(cx, part, result, type, own !== null);
  return { kind: 'place', place: result, range };
}

function initialize(cx: Context, part: SyntaxNode, result: Place, type: string | null, isOwn: boolean): void {
  const left = part.type === 'assignment_expression' ? part.child('left') : null;
  const right = part.children.find((child) => child.field === 'right');
  if (left?.type !== 'identifier' || !right) {
    const value = cx.parts.operand(cx, part);
    if (value.kind === 'place') cx.assign(`${result}[]`, value, part.span);
    return;
  }
  const value = cx.parts.operand(cx, right);
  if (isOwn || (value.kind === 'place' && !/^(?:System|Microsoft)\./.test(type ?? '')))
    cx.assign(`${result}.${left.text}`, value, part.span);
  else setProperty(cx, result, type, left.text, value, part.span);
}
