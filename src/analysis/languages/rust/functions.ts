/** Functions, methods, closures and async blocks to IR. */

import type { FunctionIr, Operand, Param, Stmt } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { Context, FunctionFrame } from './context.js';
import { leave } from './leave.js';
import { segments } from './names.js';
import { bindPattern } from './patterns.js';

/** The object at hand. */
export const self = 'self';

type Shape = Pick<FunctionIr, 'name' | 'kind' | 'className' | 'receiver' | 'params' | 'body' | 'nameRange'>;

function finish(cx: Context, shape: Shape, isTest = false): FunctionIr {
  const { frame } = cx;
  for (const param of shape.params) frame.locals.delete(param.name);
  return {
    ...shape,
    id: frame.id,
    isAsync: false,
    isGenerator: false,
    locals: [...frame.locals],
    captures: [...frame.captures].filter((root) => root !== shape.receiver && !frame.locals.has(root)),
    types: frame.types,
    range: frame.node.span,
    ...(isTest ? { isTest: true } : {}),
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

/** Parameters; what patterns take apart follows at the start of the body. */
function parametersOf(cx: Context, list: SyntaxNode | null): Param[] {
  const later: (() => void)[] = [];
  const params = (list?.parts ?? []).flatMap((node, index): Param[] => {
    if (node.type === 'self_parameter' || node.type === 'attribute_item') return [];
    const pattern = node.type === 'parameter' ? node.child('pattern') : node;
    const inner = pattern?.type === 'mut_pattern' || pattern?.type === 'ref_pattern' ? (pattern.parts.at(-1) ?? pattern) : pattern;
    const type = node.type === 'parameter' ? cx.names.typeOf(node.child('type'), cx.cls) : null;
    if (inner?.type === 'identifier') return [{ name: cx.declare(inner.text, type).root, type }];
    const { root } = cx.declare(`arg${index}`, type);
    if (inner) later.push(() => bindPattern(cx, inner, root));
    return [{ name: root, type }];
  });
  for (const { name } of params) cx.frame.params.add(name);
  for (const bind of later) bind();
  return params;
}

/** Does a declared result say that it may fail? */
function mayFail(type: SyntaxNode | null): boolean {
  return type !== null && /(?:Result|Option)$/.test(segments(type).at(-1) ?? '');
}

function lowerBody(cx: Context, block: SyntaxNode | null): void {
  if (!block) return;
  const value = cx.parts.block(cx, block);
  leave(cx, value, lastOf(block));
}

/** Where a block ends: its value, or its brace. */
function lastOf(block: SyntaxNode): SyntaxNode {
  if (block.type !== 'block') return block;
  const last = block.parts.at(-1);
  return last && !/^(?:let_declaration|expression_statement)$|_item$/.test(last.type) ? last : (block.children.at(-1) ?? block);
}

/** A closure or an async block as a function of its own. */
export function literal(cx: Context, node: SyntaxNode): Operand {
  const frame = new FunctionFrame(`${cx.frame.id}/closure@${node.startRow + 1}:${node.startColumn + 1}`, node, cx.frame);
  const inner = new Context(cx.names, cx.parts, cx.functions, frame, cx.cls, cx);
  let params: Param[] = [];
  let block = node.child('body') ?? node.first('block');
  const body = inner.gather(() => {
    params = parametersOf(inner, node.child('parameters'));
    // `|x| async move { … }` runs when it is called, for all that matters here.
    if (block?.type === 'async_block') block = block.first('block');
    frame.mayFail = block !== null && /\?[;\s.)]|\bErr\(/.test(block.text);
    lowerBody(inner, block);
  });
  cx.functions.push(
    finish(inner, { name: 'closure', kind: 'lambda', className: null, receiver: null, params, body, nameRange: headOf(node) }),
  );
  return { kind: 'function', id: frame.id, range: node.span };
}

function headOf(node: SyntaxNode): SyntaxNode['span'] {
  const block = node.child('body') ?? node.first('block');
  const { span } = node;
  return block && block.startRow === node.startRow
    ? { ...span, endLine: span.startLine, endColumn: Math.max(span.startColumn + 1, block.startColumn) }
    : { ...span, endLine: span.startLine, endColumn: span.startColumn + 1 };
}

/** An async block that is run where it stands. */
export function inPlace(cx: Context, block: SyntaxNode | null, node: SyntaxNode): Operand {
  const to = cx.frame.temporary();
  const label = cx.label('async');
  const outer = cx.inline;
  cx.inline = { label, to };
  const body = cx.collect(() => {
    const value = cx.parts.block(cx, block);
    cx.assign(to, value, node.span);
  });
  cx.inline = outer;
  cx.emit({ do: 'block', label, body, range: node.span });
  return { kind: 'place', place: to, range: node.span };
}

/** A function inside a function. */
export function functionItem(cx: Context, node: SyntaxNode): void {
  const name = node.child('name')?.text ?? '';
  const id = `${cx.frame.id}/${name}`;
  cx.declare(name, null).functionId = id;
  const inner = new Context(cx.names, cx.parts, cx.functions, new FunctionFrame(id, node, null), null, null);
  cx.functions.push(lowerFunction(inner, { className: null, isTest: false }));
}

/** A function or method; the context's frame holds its node. */
export function lowerFunction(cx: Context, { className, isTest }: { className: string | null; isTest: boolean }): FunctionIr {
  const { node } = cx.frame;
  const list = node.child('parameters');
  const isMethod = className !== null && list?.first('self_parameter') !== null && list !== null;
  let params: Param[] = [];
  cx.frame.mayFail = mayFail(node.child('return_type'));
  const body = cx.gather(() => {
    if (isMethod) cx.declare(self, className);
    params = parametersOf(cx, list);
    lowerBody(cx, node.child('body'));
    if (isMethod) cx.out.unshift(...droppedDescriptor(cx, node));
  });
  if (isMethod) cx.frame.locals.delete(self);
  const nameNode = node.child('name') ?? node;
  return finish(
    cx,
    {
      name: nameNode.text,
      kind: isMethod ? 'method' : 'function',
      className: isMethod ? className : null,
      receiver: isMethod ? self : null,
      params,
      body,
      nameRange: nameNode.span,
    },
    isTest,
  );
}

/** Words of what gives a descriptor back, or to somebody who will. */
const closes = /\bclose\w*\s*\(|from_raw_(?:fd|socket)|OwnedFd|drop_in_place|ManuallyDrop::drop|\bclosesocket\b/;

/** A `drop` that shuts the descriptor of its object down and never closes it: its object was the last to know it. */
function droppedDescriptor(cx: Context, node: SyntaxNode): Stmt[] {
  const { cls, names } = cx;
  const block = node.child('body');
  if (!cls || !block || cx.frame.id !== `${cls.name}.drop` || !names.hasDrop(cls) || cls.descriptors.length !== 1) return [];
  const shutdown = callsIn(block).find((call) => /(?:^|[.:])(?:\w+_)?shutdown$/.test(call.child('function')?.text ?? ''));
  const called = [...cls.methods.values()].filter(({ name }) => new RegExp(`\\bself\\s*\\.\\s*${name}\\s*\\(`).test(block.text));
  if (!shutdown || [block, ...called.map((method) => method.node)].some(({ text }) => closes.test(text))) return [];
  const range = shutdown.span;
  const fd = 'descriptor';
  cx.frame.locals.add(fd);
  return [
    { do: 'call', callee: { kind: 'api', name: 'Drop.drop' }, args: [], results: [fd], mode: 'plain', range },
    {
      do: 'call',
      callee: { kind: 'api', name: 'libc.shutdown' },
      args: [{ value: { kind: 'place', place: fd } }],
      results: [null],
      mode: 'plain',
      range,
    },
  ];
}

function callsIn(node: SyntaxNode): SyntaxNode[] {
  return [...(node.type === 'call_expression' ? [node] : []), ...node.children.flatMap(callsIn)];
}
