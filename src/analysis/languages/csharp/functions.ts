/** C# methods, constructors and accessors to IR. */

import type { FunctionIr, Param, Place, Stmt } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { Context, FunctionFrame } from '../shared/objects/context.js';
import type { Collected, Parts } from '../shared/objects/context.js';
import { finish } from '../shared/objects/finish.js';
import { constructorName } from '../shared/objects/names.js';
import type { ClassInfo, FileNames, MethodInfo } from '../shared/objects/names.js';
import { argumentsOf } from './calls.js';

export function parametersOf(cx: Context, list: SyntaxNode | null): Param[] {
  const params = (list?.parts ?? []).flatMap((node): Param[] => {
    const name =
      node.type === 'parameter'
        ? node.child('name')
        : node.type === 'implicit_parameter' || (node.type === 'identifier' && node.field !== 'name')
          ? node
          : null;
    if (!name) return [];
    const type = node.type === 'parameter' ? cx.names.typeOf(node.child('type'), cx.cls) : null;
    return [{ name: cx.declare(name.text, type).root, type, ...(node.parts.at(-1) !== name && node !== name ? { hasDefault: true } : {}) }];
  });
  // `params` stands in the list itself.
  const rest = list?.child('name');
  if (rest) params.push({ name: cx.declare(rest.text, null).root, type: null, variadic: true });
  return params;
}

/** A block, or an expression whose value is returned. */
export function lowerBody(cx: Context, body: SyntaxNode | null): Stmt[] {
  if (!body) return [];
  if (body.type === 'block') return cx.gather(() => cx.out.push(...cx.parts.block(cx, body)));
  const value = body.type === 'arrow_expression_clause' ? body.parts[0] : body;
  return cx.gather(() => {
    if (value) cx.emit({ do: 'return', values: [cx.parts.operand(cx, value)], range: value.span });
  });
}

export function bodyOf(node: SyntaxNode): SyntaxNode | null {
  const value = node.child('value');
  return (
    node.child('body') ??
    node.first('block') ??
    node.first('arrow_expression_clause') ??
    (value?.type === 'arrow_expression_clause' ? value : null)
  );
}

/** A method, constructor or accessor with its body. */
export function lowerMethod(
  names: FileNames,
  parts: Parts,
  cls: ClassInfo,
  method: MethodInfo,
  outer: Context | null,
  collected: Collected,
): FunctionIr {
  const { node } = method;
  const frame = new FunctionFrame(method.id, node, outer?.frame ?? null);
  const self: Place | null = method.isStatic ? null : 'this';
  const cx = new Context(names, parts, collected, frame, cls, self, outer);
  const isConstructor = method.name === constructorName;
  const params = parametersOf(cx, node.child('parameters'));
  if (/^set_/.test(method.name)) params.push({ name: cx.declare('value', null).root, type: null });
  const body = cx.gather(() => {
    if (isConstructor) begin(cx, cls, node);
    cx.out.push(...lowerBody(cx, bodyOf(node)));
  });
  const nameNode = node.child('name') ?? node;
  const ir = finish(cx, {
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
  return yields(body) ? { ...ir, isGenerator: true } : ir;
}

function yields(stmts: readonly Stmt[]): boolean {
  return JSON.stringify(stmts).includes('"do":"yield"');
}

/** What a constructor does before its own body: what is set where fields are declared, then the base's or another one of the class. */
function begin(cx: Context, cls: ClassInfo, node: SyntaxNode): void {
  const range = (node.child('name') ?? node).span;
  const initializer = node.first('constructor_initializer');
  const isOther = initializer?.has('this') ?? false;
  if (!isOther) {
    for (const name of cls.initializers) {
      cx.emit({
        do: 'call',
        callee: { kind: 'method', receiver: 'this', name, type: cls.name },
        args: [],
        results: [null],
        mode: 'plain',
        harmless: true,
        range,
      });
    }
  }
  const base = isOther ? cls.name : cls.bases.find((one) => !cls.interfaces.includes(one));
  const args = argumentsOf(cx, initializer?.first('argument_list')?.parts ?? []);
  if (base !== undefined)
    cx.emit({
      do: 'call',
      callee: { kind: 'method', receiver: 'this', name: constructorName, in: base },
      args,
      results: [null],
      mode: 'plain',
      harmless: !initializer,
      range: initializer?.span ?? range,
    });
}
