/** Java methods and constructors to IR. */

import type { FunctionIr, Param, Place } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { Context, FunctionFrame } from './context.js';
import type { Collected, Parts } from './context.js';
import { constructorName } from './names.js';
import type { ClassInfo, FileNames, MethodInfo } from './names.js';

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
