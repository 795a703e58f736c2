/** Arguments of a call: a pointer to a method stands with its object, `std::bind(f, x)` for what it holds. */

import type { Arg } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { unwrap } from '../shared/cfamily/nodes.js';
import type { CppContext } from './context.js';

export function argumentsOf(cx: CppContext, list: readonly SyntaxNode[]): Arg[] {
  const nodes = list.length === 1 && list[0] ? (boundIn(list[0]) ?? list) : list;
  return methodArguments(cx, nodes) ?? nodes.map((node) => ({ value: cx.value(node) }));
}

/** `f(&Foo::run, this, x)`: the object belongs to the method. Null: there is no such pair. */
export function methodArguments(cx: CppContext, args: readonly SyntaxNode[]): Arg[] | null {
  const at = args.findIndex(
    (arg) => arg.type === 'pointer_expression' && unwrap(arg.child('argument') ?? arg).type === 'qualified_identifier',
  );
  const object = args[at + 1];
  const method = at === -1 || !object ? null : cx.value(args[at] as SyntaxNode);
  if (!object || method?.kind !== 'function') return null;
  const inner = unwrap(object);
  const receiver = cx.place(inner.type === 'pointer_expression' ? (inner.child('argument') ?? object) : object);
  if (receiver === null) return null;
  return args.flatMap((arg, index): Arg[] => {
    if (index === at) return [{ value: { ...method, receiver } }];
    return index === at + 1 ? [] : [{ value: cx.value(arg) }];
  });
}

/** What a bind expression without placeholders calls, and with what: given alone, it is run as it is. */
function boundIn(node: SyntaxNode): readonly SyntaxNode[] | null {
  const inner = unwrap(node);
  const isBind = inner.type === 'call_expression' && /^(?:std|boost)::bind$/.test(inner.child('function')?.text ?? '');
  const parts = isBind ? (inner.child('arguments')?.parts ?? []) : [];
  return parts.length === 0 || parts.some((part) => /(?:^|::)_[1-9]$/.test(part.text)) ? null : parts;
}
