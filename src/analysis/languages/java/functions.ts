/** Java methods and constructors to IR. */

import type { FunctionIr, Param, Place } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { Context, FunctionFrame } from '../shared/objects/context.js';
import type { Collected, Parts } from '../shared/objects/context.js';
import { finish } from '../shared/objects/finish.js';
import { constructorName } from '../shared/objects/names.js';
import type { ClassInfo, FileNames, MethodInfo } from '../shared/objects/names.js';

export function parametersOf(cx: Context, list: SyntaxNode | null): Param[] {
  return (list?.parts ?? []).flatMap((node): Param[] => {
    if (node.type === 'spread_parameter') {
      const name = node.first('variable_declarator')?.child('name');
      return name ? [{ name: cx.declare(name.text, null).root, type: null, variadic: true }] : [];
    }
    const name = node.type === 'formal_parameter' ? node.child('name') : null;
    if (!name) return [];
    const type = cx.names.typeOf(node.child('type'), cx.cls);
    return [{ name: cx.declare(name.text, type).root, type }];
  });
}

/** A method or constructor with its body. */
export function lowerMethod(
  names: FileNames,
  parts: Parts,
  cls: ClassInfo,
  method: MethodInfo,
  outer: Context | null,
  collected: Collected,
): FunctionIr {
  const frame = new FunctionFrame(method.id, method.node, outer?.frame ?? null);
  const self: Place | null = method.isStatic ? null : 'this';
  const cx = new Context(names, parts, collected, frame, cls, self, outer);
  const isConstructor = method.name === constructorName;
  const list =
    method.node.child('parameters') ?? (method.node.type === 'compact_constructor_declaration' ? cls.node.child('parameters') : null);
  const params = parametersOf(cx, list);
  const body = cx.gather(() => {
    const block = method.node.child('body');
    if (isConstructor) begin(cx, cls, block);
    cx.out.push(...parts.block(cx, block));
  });
  const nameNode = method.node.child('name') ?? method.node;
  return finish(cx, {
    id: method.id,
    name: isConstructor ? cls.name.slice(cls.name.lastIndexOf('.') + 1) : method.name,
    kind: isConstructor ? 'constructor' : self === null ? 'function' : 'method',
    className: self === null ? null : cls.name,
    receiver: self,
    params,
    body,
    nameRange: nameNode.span,
    ...(method.isPrivate ? { isPrivate: true } : {}),
  });
}

/** What a constructor does before its own body: that of the base, then what is set where fields are declared. */
export function begin(cx: Context, cls: ClassInfo, block: SyntaxNode | null): void {
  const range = (block ?? cls.node.child('name') ?? cls.node).span;
  const at = { ...range, endLine: range.startLine, endColumn: range.startColumn };
  const explicit = block?.parts.find((part) => part.type === 'explicit_constructor_invocation');
  // Another constructor of the class does it all.
  if (explicit?.child('constructor')?.type === 'this') return;
  const [base] = cls.bases;
  if (!explicit && base !== undefined && !cls.interfaces.includes(base)) {
    cx.emit({
      do: 'call',
      callee: { kind: 'method', receiver: 'this', name: constructorName, in: base },
      args: [],
      results: [null],
      mode: 'plain',
      harmless: true,
      range: at,
    });
  }
  for (const name of cls.initializers) {
    cx.emit({
      do: 'call',
      callee: { kind: 'method', receiver: 'this', name, type: cls.name },
      args: [],
      results: [null],
      mode: 'plain',
      harmless: true,
      range: at,
    });
  }
}
