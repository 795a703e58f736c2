/** C# calls: what is called, and with what. */

import type { Arg, CallStmt, Callee, Operand, Place, Span } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from '../shared/objects/context.js';
import type { MethodInfo } from '../shared/objects/names.js';
import { around } from '../shared/objects/around.js';
import { plainName } from './names.js';
import { aliased, classNamed, namesOf, placeFor, typeOf, unknown } from './types.js';

/** Methods that cannot hurt on anything: logging, text, numbers, containers of plain data. */
const harmless = new Set([
  'WriteLine',
  'LogDebug',
  'LogInformation',
  'LogWarning',
  'LogError',
  'LogTrace',
  'LogCritical',
  'Debug',
  'Info',
  'Warn',
  'Error',
  'Trace',
  'Equals',
  'GetHashCode',
  'ToString',
  'GetType',
  'Trim',
  'TrimEnd',
  'TrimStart',
  'ToLower',
  'ToUpper',
  'ToLowerInvariant',
  'ToUpperInvariant',
  'StartsWith',
  'EndsWith',
  'Contains',
  'ContainsKey',
  'IndexOf',
  'LastIndexOf',
  'Replace',
  'IsNullOrEmpty',
  'IsNullOrWhiteSpace',
  'GetBytes',
  'GetString',
  'Append',
  'AppendLine',
  'ReferenceEquals',
  'nameof',
  'SuppressFinalize',
  'ThrowIfCancellationRequested',
]);
/** Questions to text: the same text gives the same answer. */
const pure = new Set(['Equals', 'StartsWith', 'EndsWith', 'Contains', 'IsNullOrEmpty', 'IsNullOrWhiteSpace']);
/** What is done with a task itself. */
const waiting = new Set(['Wait']);
/** What says how a task is awaited: the task itself goes through. */
const awaiting = new Set(['ConfigureAwait', 'GetAwaiter', 'GetResult', 'AsTask', 'WaitAsync']);

export function invocation(cx: Context, node: SyntaxNode): Operand {
  const target = node.child('function');
  const range = node.span;
  const nodes = node.child('arguments')?.parts ?? [];
  if (!target) return { ...unknown, range };
  if (target.type === 'conditional_access_expression') return conditionalCall(cx, node, target, nodes);
  const name = plainName(target.child('name')?.text ?? target.text);
  if (target.type === 'member_access_expression') {
    const object = target.child('expression');
    if (object && awaiting.has(name) && classNamed(cx, object) === null)
      return nodes.length > 0 && name === 'WaitAsync' ? limited(cx, object) : cx.parts.operand(cx, object);
    // Waiting for a task does nothing to what it gives.
    if (object && waiting.has(name) && isTask(cx, object)) {
      if (nodes.length > 0) limited(cx, object);
      else cx.parts.operand(cx, object);
      return emitCall(cx, { kind: 'api', name: `System.Threading.Tasks.Task.${name}` }, name, nodes, range);
    }
  }
  return emitCall(cx, calleeOf(cx, target, name, nodes), name, nodes, range);
}

/** The value of a task that is waited for so long at most. */
function limited(cx: Context, task: SyntaxNode): Operand {
  let value: Operand = unknown;
  const stmts = cx.gather(() => {
    value = cx.parts.operand(cx, task);
  });
  const last = stmts.at(-1);
  if (last?.do === 'call') last.limit = null;
  for (const stmt of stmts) cx.emit(stmt);
  return value;
}

/** An argument by which a call can be cancelled. */
function isToken(cx: Context, node: SyntaxNode): boolean {
  const value = argumentValue(node);
  if (!value || /(?:^|\.)None$|^default\b/.test(value.text)) return false;
  return typeOf(cx, value) === 'System.Threading.CancellationToken' || /\.Token$/.test(value.text);
}

/** A value whose type has no such method by itself: something that is waited for, as far as types tell. */
function isTask(cx: Context, node: SyntaxNode): boolean {
  const type = typeOf(cx, node);
  if (node.type === 'this' || node.type === 'base' || classNamed(cx, node) !== null) return false;
  return type === null || /^System\.(?:Net|IO|Threading\.Tasks)\./.test(type);
}

function emitCall(cx: Context, callee: Callee, name: string, nodes: readonly SyntaxNode[], range: Span): Operand {
  const args = argumentsOf(cx, nodes);
  const result = cx.frame.temporary();
  const stmt: CallStmt = { do: 'call', callee, args, results: [result], mode: 'plain', range };
  if (harmless.has(name)) stmt.harmless = true;
  if (pure.has(name)) stmt.pure = true;
  if (nodes.some((node) => isToken(cx, node))) stmt.cancellable = true;
  cx.emit(stmt);
  return { kind: 'place', place: result, range };
}

/** `x?.Close()`: called where x is there. */
function conditionalCall(cx: Context, node: SyntaxNode, target: SyntaxNode, nodes: readonly SyntaxNode[]): Operand {
  const range = node.span;
  const condition = target.child('condition');
  const binding = target.parts.at(-1);
  if (!condition || !binding) return { ...unknown, range };
  const place = placeFor(cx, condition);
  const type = typeOf(cx, condition);
  namesOf(cx).conditional.set(`${target.start}:${target.end}`, place);
  const to = cx.frame.temporary();
  const then = cx.gather(() => {
    const isDirect = binding.type === 'member_binding_expression';
    const name = plainName(binding.child('name')?.text ?? '');
    const callee: Callee = isDirect
      ? { kind: 'method', receiver: place, name, ...(type === null ? {} : { type }) }
      : calleeOf(cx, binding, name, nodes);
    cx.assign(to, emitCall(cx, callee, name, nodes, range), range);
  });
  const without = cx.gather(() => cx.assign(to, { kind: 'const', value: null }, range));
  cx.emit({
    do: 'if',
    test: { test: 'compare', op: '!=', left: { kind: 'place', place }, right: { kind: 'const', value: null }, range: condition.span },
    then,
    else: without,
    range,
  });
  return { kind: 'place', place: to, range };
}

/** The value of an argument, without its name and `ref`, `out`, `in`. */
export function argumentValue(node: SyntaxNode): SyntaxNode | null {
  if (node.type !== 'argument') return node;
  const name = node.child('name');
  return node.children.filter((child) => child !== name && (child.named || child.type === 'this')).at(-1) ?? null;
}

export function argumentsOf(cx: Context, nodes: readonly SyntaxNode[]): Arg[] {
  return nodes.map((node) => {
    const value = argumentValue(node);
    const name = node.type === 'argument' ? node.child('name')?.text : undefined;
    return { value: value ? cx.parts.operand(cx, value) : unknown, ...(name === undefined ? {} : { name }) };
  });
}

function calleeOf(cx: Context, target: SyntaxNode, name: string, args: readonly SyntaxNode[]): Callee {
  if (target.type === 'identifier' || target.type === 'generic_name') return ownMethod(cx, plainName(target.text), args);
  const object = target.child('expression');
  if (target.type !== 'member_access_expression' || !object) return { kind: 'value', place: placeFor(cx, target) };
  if (object.type === 'base') return superMethod(cx, name);
  const cls = classNamed(cx, object);
  if (cls !== null) return staticMethod(cx, cls, name, args);
  const type = typeOf(cx, object);
  // A field without `this` in front of it.
  const written = object.type === 'identifier' ? { written: object.text } : {};
  return { kind: 'method', receiver: placeFor(cx, object), name, ...(type === null ? {} : { type }), ...written };
}

function staticMethod(cx: Context, className: string, name: string, args: readonly SyntaxNode[]): Callee {
  const own = cx.names.classNamed(className);
  const methods = own ? cx.names.methods(own, name) : [];
  return methods.length === 0 ? { kind: 'api', name: `${className}.${name}` } : localMethod(cx, methods, args);
}

function localMethod(cx: Context, methods: readonly MethodInfo[], args: readonly SyntaxNode[]): Callee {
  const found = fitting(cx, methods, args);
  return found ? { kind: 'local', id: found.id } : { kind: 'value', place: '%0' };
}

/** A local function, a method of the class at hand or of one around it. */
function ownMethod(cx: Context, name: string, args: readonly SyntaxNode[]): Callee {
  const variable = cx.lookup(name);
  if (variable) return { kind: 'value', place: variable.root };
  for (const { cls, object } of around(cx)) {
    const methods = cx.names.methods(cls, name);
    if (methods.length === 0) continue;
    if (methods.every((method) => method.isStatic)) return localMethod(cx, methods, args);
    if (object === null || cx.self === null) return { kind: 'value', place: '%0' };
    cx.use(cx.self);
    return { kind: 'method', receiver: object, name, type: cls.name };
  }
  if (cx.cls && cx.self !== null && cx.names.field(cx.cls, name))
    return { kind: 'value', place: `${cx.use(cx.self)}.${aliased(cx, cx.cls.name, name)}` };
  if (cx.self === null || !cx.cls) return { kind: 'api', name: `${cx.cls?.name ?? ''}.${name}` };
  return { kind: 'method', receiver: cx.use(cx.self), name, type: cx.cls.name };
}

function superMethod(cx: Context, name: string): Callee {
  const base = cx.cls?.bases[0];
  if (cx.self === null || base === undefined) return { kind: 'value', place: '%0' };
  return { kind: 'method', receiver: cx.use(cx.self), name, in: base };
}

/** The one declaration that takes these arguments, as far as their number and evident types tell. */
function fitting(cx: Context, methods: readonly MethodInfo[], args: readonly SyntaxNode[]): MethodInfo | null {
  const [only] = methods;
  if (methods.length === 1) return only ?? null;
  const able = methods.filter(
    (method) => method.params.length === args.length || (method.variadic && args.length >= method.params.length - 1),
  );
  if (able.length <= 1) return able[0] ?? null;
  const types = args.map((arg) => {
    const value = argumentValue(arg);
    return value ? typeOf(cx, value) : null;
  });
  const scored = able
    .map((method) => ({ method, score: types.filter((type, index) => type !== null && type === method.params[index]).length }))
    .sort((a, b) => b.score - a.score);
  const [best, next] = scored;
  return best && best.score > (next?.score ?? 0) ? best.method : null;
}

/** `x.Name = value` of an object whose class is not here: as the call that it is. */
export function setProperty(cx: Context, receiver: Place, type: string | null, name: string, value: Operand, range: Span): void {
  cx.emit({
    do: 'call',
    callee: { kind: 'method', receiver, name: `set_${name}`, ...(type === null ? {} : { type }) },
    args: [{ value }],
    results: [null],
    mode: 'plain',
    harmless: true,
    range,
  });
}
