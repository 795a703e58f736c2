/** `new C(…)`, also with a body: an object of a library's class, of one of the program's, or of a class without a name. */

import type { Callee, Operand } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { argumentsOf } from './calls.js';
import { onlyMethod, methodAsFunction } from './closures.js';
import type { Context } from '../shared/objects/context.js';
import { outerField } from '../shared/objects/names.js';

export function creation(cx: Context, node: SyntaxNode): Operand {
  const body = node.first('class_body');
  const range = node.span;
  const nodes = node.child('arguments')?.parts ?? [];
  const args = argumentsOf(cx, nodes);
  const only = body ? onlyMethod(body) : null;
  if (only && args.length === 0) return methodAsFunction(cx, node, only);
  const result = cx.frame.temporary();
  if (body) {
    const cls = cx.parts.localClass(cx, node);
    cx.frame.types[result] = cls.name;
    cx.emit({
      do: 'call',
      callee: { kind: 'new', className: cls.name },
      args,
      results: [result],
      mode: 'plain',
      harmless: args.length === 0,
      range,
    });
    return { kind: 'place', place: result, range };
  }
  const type = cx.names.typeOf(node.child('type'), cx.cls);
  const own = type === null ? null : cx.names.classNamed(type);
  const callee: Callee = own
    ? { kind: 'new', className: own.name }
    : type === null
      ? { kind: 'value', place: '%0' }
      : { kind: 'api', name: type };
  if (type !== null) cx.frame.types[result] = type;
  cx.emit({ do: 'call', callee, args, results: [result], mode: 'plain', range });
  if (own?.hasOuter && cx.self !== null && own.outer === cx.cls)
    cx.assign(`${result}.${outerField}`, { kind: 'place', place: cx.use(cx.self) }, range);
  return { kind: 'place', place: result, range };
}
