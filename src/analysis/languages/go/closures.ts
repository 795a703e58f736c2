/**
 * Function literals. One that is called where it stands, or deferred, or bound to a name that is only called, is
 * expanded in place: it reads and writes the variables around it. Others become functions of their own.
 */

import type { CallStmt, FunctionIr, Operand, Place, Span, Stmt } from '../../flow/ir.js';
import { bodiesOf } from '../../flow/bodies.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { Context, FunctionFrame } from './context.js';
import { usesOf } from '../shared/values.js';
import { argumentsOf, calleeOf, emitCall, lowerArguments } from './calls.js';
import { recoversInside } from './panics.js';
import { nodesIn, unwrap } from './types.js';

/** Expanded bodies nest at most so deep, and are at most so long (lines). */
const maxDepth = 4;
const maxLines = 120;

interface Parameter {
  name: string | null;
  type: string | null;
  variadic: boolean;
  node: SyntaxNode;
}

function parametersOf(cx: Context, list: SyntaxNode | null): Parameter[] {
  const found: Parameter[] = [];
  for (const node of list?.parts ?? []) {
    if (node.type !== 'parameter_declaration' && node.type !== 'variadic_parameter_declaration') continue;
    const variadic = node.type === 'variadic_parameter_declaration';
    const type = cx.names.resolveType(node.child('type'));
    const names = node.all('name').filter((name) => name.named);
    if (names.length === 0) found.push({ name: null, type, variadic, node });
    for (const name of names) found.push({ name: name.text === '_' ? null : name.text, type, variadic, node });
  }
  return found;
}

/** The function literal that is called here: itself, or through the name it is bound to. */
export function calledLiteral(cx: Context, call: SyntaxNode): SyntaxNode | null {
  const callee = calleeOf(call);
  if (!callee) return null;
  const literal = callee.type === 'identifier' ? (cx.lookup(callee.text)?.closure ?? null) : callee;
  return literal?.type === 'func_literal' ? literal : null;
}

/** Is it short and simple enough to stand in the place of its call? */
function canExpand(cx: Context, literal: SyntaxNode): boolean {
  if (cx.expanding.length >= maxDepth || cx.expanding.includes(literal)) return false;
  if (literal.endRow - literal.startRow > maxLines) return false;
  const body = literal.child('body');
  return body !== null && !hasConditionalDefer(body);
}

/** A `defer` that stands deeper than the body's own list, or a jump: such a body is not expanded. */
function hasConditionalDefer(body: SyntaxNode): boolean {
  return nodesIn(body, 'func_literal').some(
    (node) => node.type === 'goto_statement' || (node.type === 'defer_statement' && node.parent?.parent !== body),
  );
}

/** Expands a literal's body here, as a block that `return` leaves; `results` get its values. */
function expand(cx: Context, literal: SyntaxNode, args: readonly Operand[], results: Place[], range: Span): void {
  cx.counter.expansions += 1;
  const label = `closure ${cx.counter.expansions}`;
  const outer = cx.inline;
  cx.expanding.push(literal);
  const body = cx.collect(() => {
    parametersOf(cx, literal.child('parameters')).forEach((parameter, index) => {
      if (parameter.name === null) return;
      const variable = cx.declare(parameter.name, parameter.type);
      cx.assign(
        variable.root,
        parameter.variadic ? { kind: 'opaque', uses: args.slice(index).flatMap(usesOf) } : (args[index] ?? { kind: 'opaque', uses: [] }),
        range,
      );
    });
    const { types, named } = declareResults(cx, literal);
    cx.inline = { label, results, resultTypes: types, named };
    const block = literal.child('body');
    if (block) cx.parts.body(cx, block);
  });
  cx.expanding.pop();
  cx.inline = outer;
  cx.emit({ do: 'block', label, body, range });
}

/** Declares named results with their zero values. */
function declareResults(cx: Context, fn: SyntaxNode): { types: string[]; named: Place[] | null } {
  const result = fn.child('result');
  if (!result) return { types: [], named: null };
  if (result.type !== 'parameter_list') return { types: [cx.names.resolveType(result) ?? '?'], named: null };
  const parameters = parametersOf(cx, result);
  const types = parameters.map((parameter) => parameter.type ?? '?');
  if (!result.parts.some((node) => node.all('name').length > 0)) return { types, named: null };
  const named = parameters.map((parameter) => {
    const variable = cx.declare(parameter.name ?? '_', parameter.type);
    cx.assign(variable.root, cx.names.zeroValue(parameter.node.child('type')), parameter.node.span);
    return variable.root;
  });
  return { types, named };
}

/** Lowers a literal as a function of its own. */
function lowerLiteral(cx: Context, literal: SyntaxNode): FunctionIr {
  const name = cx.frame.literalName(cx.frame.name);
  const frame = new FunctionFrame(`${cx.frame.id}/func@${literal.startRow + 1}:${literal.startColumn + 1}`, name, literal, cx.frame);
  const inner = new Context(cx.names, cx.parts, cx.functions, frame, cx);
  const ir = lowerFunction(inner, { kind: 'lambda', className: null, receiver: null, nameNode: literal });
  cx.functions.push(ir);
  return ir;
}

interface FunctionShape {
  kind: FunctionIr['kind'];
  className: string | null;
  receiver: { name: string | null; type: string } | null;
  nameNode: SyntaxNode;
}

/** Lowers a function, method or literal (the context's frame holds its node). */
export function lowerFunction(cx: Context, shape: FunctionShape): FunctionIr {
  const { frame } = cx;
  const { node } = frame;
  const block = node.child('body');
  frame.recovers = block !== null && recoversInside(block);
  frame.defers = block !== null && nodesIn(block, 'func_literal').some((inner) => inner.type === 'defer_statement');
  let receiver: Place | null = null;
  if (shape.receiver) receiver = shape.receiver.name === null ? '_receiver' : cx.declare(shape.receiver.name, shape.receiver.type).root;
  const params = parametersOf(cx, node.child('parameters')).map((parameter, index) => {
    const name = parameter.name === null ? `_${index + 1}` : cx.declare(parameter.name, parameter.type).root;
    return { name, type: parameter.type, ...(parameter.variadic ? { variadic: true } : {}) };
  });
  const body = cx.gather(() => {
    const { types, named } = declareResults(cx, node);
    frame.resultTypes = types;
    frame.namedResults = named;
    if (block) cx.parts.body(cx, block);
  });
  for (const root of [receiver, ...params.map((param) => param.name)]) if (root !== null) frame.locals.delete(root);
  const errorResult = frame.errorIndex;
  return {
    id: frame.id,
    name: frame.name,
    kind: shape.kind,
    className: shape.className,
    receiver,
    params,
    isAsync: false,
    isGenerator: false,
    body,
    locals: [...frame.locals],
    captures: [...frame.captures],
    types: frame.types,
    range: node.span,
    nameRange: shape.nameNode.span,
    ...(isTest(cx) ? { isTest: true } : {}),
    ...(errorResult === undefined ? {} : { errorResult }),
    ...(nodesIn(node).some((inner) => inner.isError) ? { broken: true } : {}),
  };
}

/**
 * It, or a function around it, gets a handle of package testing, is a suite's,
 * or an example for the documentation; or all of the file is for tests.
 */
function isTest(cx: Context): boolean {
  if (cx.names.isTestFile) return true;
  for (let frame: FunctionFrame | null = cx.frame; frame; frame = frame.outer) {
    if (isSuiteMethod(frame)) return true;
    if (/^Example(_|[A-Z]|$)/.test(frame.id) && frame.node.child('parameters')?.parts.length === 0) return true;
    if (parametersOf(cx, frame.node.child('parameters')).some((parameter) => parameter.type?.startsWith('testing.'))) return true;
  }
  return false;
}

/** `func (s *Suite) TestX()`: run by a framework (testify's suite, gocheck). */
function isSuiteMethod({ node, name }: FunctionFrame): boolean {
  return (
    node.type === 'method_declaration' &&
    /^Test([A-Z0-9_]|$)/.test(name) &&
    !node.child('result') &&
    node.child('parameters')?.parts.length === 0
  );
}

/** A literal as a value: the engine knows what it captures. What it writes to may have any value from now on. */
export function literalValue(cx: Context, literal: SyntaxNode): Operand {
  const ir = lowerLiteral(cx, literal);
  for (const root of ir.captures) {
    if (!writes(ir.body, root)) continue;
    cx.emit({ do: 'escape', places: [root], why: 'assigned in a function literal', range: literal.span });
    cx.assign(root, { kind: 'opaque', uses: [] }, literal.span);
  }
  return { kind: 'function', id: ir.id, range: literal.span };
}

function writes(body: readonly Stmt[], root: Place): boolean {
  return body.some((stmt) => {
    if (stmt.do === 'assign' && stmt.to === root) return true;
    if (stmt.do === 'call' && stmt.results.includes(root)) return true;
    return bodiesOf(stmt).some((inner) => writes(inner, root));
  });
}

/** A literal that is called but not expanded (`go func() { … }()`, or too involved): the engine follows what it captures. */
export function emitLiteralCall(
  cx: Context,
  call: SyntaxNode,
  literal: SyntaxNode,
  mode: CallStmt['mode'],
  results: (Place | null)[],
): void {
  const args = lowerArguments(cx, argumentsOf(call));
  if (cx.expanding.includes(literal))
    return emitCall(cx, call, { callee: { kind: 'value', place: cx.frame.temporary() }, args }, results, mode);
  cx.expanding.push(literal);
  const { id } = lowerLiteral(cx, literal);
  cx.expanding.pop();
  emitCall(cx, call, { callee: { kind: 'local', id }, args }, results, mode);
}

/** Is this name, bound to a literal by `declaration`, only ever called in the function around, and never bound anew? */
export function onlyCalled(cx: Context, name: SyntaxNode): boolean {
  return nodesIn(cx.frame.node).every((node) => {
    if (node.type !== 'identifier' || node.text !== name.text || node === name || node.start < name.start) return true;
    const above = node.parent;
    return above?.type === 'call_expression' && unwrap(above.child('function') ?? above) === node && above.parent?.type !== 'go_statement';
  });
}

/** A call of a literal, here and now: expanded where that is possible. */
export function callLiteral(cx: Context, call: SyntaxNode, literal: SyntaxNode, results: (Place | null)[]): void {
  if (!canExpand(cx, literal)) return emitLiteralCall(cx, call, literal, 'plain', results);
  const args = lowerArguments(cx, argumentsOf(call)).map((arg) => arg.value);
  expand(
    cx,
    literal,
    args,
    results.map((place) => place ?? cx.frame.temporary()),
    call.span,
  );
}

/** The statements of a deferred literal, to stand in the `defer`; its arguments are evaluated now. */
export function deferredLiteral(cx: Context, call: SyntaxNode, literal: SyntaxNode): Stmt[] {
  if (!canExpand(cx, literal)) return cx.collect(() => emitLiteralCall(cx, call, literal, 'plain', [null]));
  const args = lowerArguments(cx, argumentsOf(call)).map((arg): Operand => {
    return arg.value.kind === 'place' ? { kind: 'place', place: cx.copy(arg.value, call.span) } : arg.value;
  });
  return cx.collect(() => expand(cx, literal, args, [], call.span));
}
