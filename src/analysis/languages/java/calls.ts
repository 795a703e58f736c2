/** Java calls: what is called, and with what. */

import type { Arg, CallStmt, Callee, Operand } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { usesOf } from '../shared/values.js';
import type { Context } from '../shared/objects/context.js';
import type { MethodInfo } from '../shared/objects/names.js';
import { around } from '../shared/objects/around.js';
import { classNamed, placeFor, typeOf } from './types.js';

/** Methods that cannot hurt on anything: logging, text, numbers, containers of plain data. */
const harmless = new Set([
  'debug',
  'info',
  'warn',
  'warning',
  'error',
  'trace',
  'severe',
  'fine',
  'finer',
  'finest',
  'isDebugEnabled',
  'isTraceEnabled',
  'isInfoEnabled',
  'println',
  'printf',
  'printStackTrace',
  'getMessage',
  'getLocalizedMessage',
  'getCause',
  'initCause',
  'addSuppressed',
  'equals',
  'equalsIgnoreCase',
  'hashCode',
  'toString',
  'length',
  'isEmpty',
  'isBlank',
  'trim',
  'strip',
  'toLowerCase',
  'toUpperCase',
  'startsWith',
  'endsWith',
  'contains',
  'containsKey',
  'indexOf',
  'lastIndexOf',
  'charAt',
  'currentTimeMillis',
  'nanoTime',
  'valueOf',
  'intValue',
  'longValue',
  'matches',
  'replace',
  'replaceAll',
  'getClass',
  'getSimpleName',
  'keySet',
  'entrySet',
  'hasNext',
  'isInterrupted',
  'interrupt',
  'currentThread',
  'getBytes',
  'append',
  'arraycopy',
  'sqrt',
  'max',
  'min',
  'notify',
  'notifyAll',
  'isSuccessful',
]);

/** Questions to text: the same text gives the same answer. */
const pure = new Set(['equals', 'equalsIgnoreCase', 'startsWith', 'endsWith', 'isEmpty', 'isBlank', 'contains', 'matches']);

/** `requireNonNull(x)` is x; `x.trim()` is empty when x is. */
const passes = new Set(['java.util.Objects.requireNonNull']);
const parts = new Set(['trim', 'strip', 'toLowerCase', 'toUpperCase', 'getBytes', 'toCharArray']);

export function invocation(cx: Context, node: SyntaxNode): Operand {
  const name = node.child('name')?.text ?? '';
  const object = node.child('object');
  const list = node.child('arguments');
  const range = node.span;
  const nodes = list?.parts ?? [];
  if (object && parts.has(name) && nodes.length === 0 && classNamed(cx, object) === null)
    return { kind: 'derived', how: 'part', of: { kind: 'place', place: placeFor(cx, object) }, range };
  const callee = calleeOf(cx, node, object, name, nodes);
  const args = argumentsOf(cx, nodes);
  if (callee.kind === 'api' && passes.has(callee.name) && args[0]) return args[0].value;
  const result = cx.frame.temporary();
  const stmt: CallStmt = { do: 'call', callee, args, results: [result], mode: 'plain', range };
  const cast = node.parent?.type === 'cast_expression' ? cx.names.typeOf(node.parent.child('type'), cx.cls) : null;
  if (cast !== null) stmt.cast = cast;
  if (harmless.has(name)) stmt.harmless = true;
  if (pure.has(name)) stmt.pure = true;
  cx.emit(stmt);
  return { kind: 'place', place: result, range };
}

export function argumentsOf(cx: Context, nodes: readonly SyntaxNode[]): Arg[] {
  return nodes.map((node) => ({ value: cx.parts.operand(cx, node) }));
}

/** A field without `this` in front of it. */
const asWritten = ({ type, text }: SyntaxNode): { written?: string } => (type === 'identifier' ? { written: text } : {});

function calleeOf(cx: Context, node: SyntaxNode, object: SyntaxNode | null, name: string, args: readonly SyntaxNode[]): Callee {
  if (!object) return ownMethod(cx, name, args);
  if (object.type === 'super') return superMethod(cx, name);
  const cls = classNamed(cx, object);
  if (cls !== null) return staticMethod(cx, cls, name, args);
  const type = typeOf(cx, object);
  const receiver = placeFor(cx, object);
  return { kind: 'method', receiver, name, ...(type === null ? {} : { type }), ...asWritten(object) };
}

/** `Util.close(x)`. */
function staticMethod(cx: Context, className: string, name: string, args: readonly SyntaxNode[]): Callee {
  const own = cx.names.classNamed(className);
  const methods = own ? cx.names.methods(own, name) : [];
  return methods.length === 0 ? { kind: 'api', name: `${className}.${name}` } : localMethod(cx, methods, args);
}

/** A static method of this file: the one that takes such arguments; a value nobody knows where several do. */
function localMethod(cx: Context, methods: readonly MethodInfo[], args: readonly SyntaxNode[]): Callee {
  const found = fitting(cx, methods, args);
  return found ? { kind: 'local', id: found.id } : { kind: 'value', place: '%0' };
}

/** A method of the class at hand, of one around it, or a static import. */
function ownMethod(cx: Context, name: string, args: readonly SyntaxNode[]): Callee {
  for (const { cls, object } of around(cx)) {
    const methods = cx.names.methods(cls, name);
    if (methods.length === 0) continue;
    if (methods.every((method) => method.isStatic)) return localMethod(cx, methods, args);
    if (object === null || cx.self === null) return { kind: 'value', place: '%0' };
    cx.use(cx.self);
    return { kind: 'method', receiver: object, name, type: cls.name };
  }
  const imported = cx.names.members.get(name);
  if (imported !== undefined) return { kind: 'api', name: imported };
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
  const able = methods.filter(
    (method) => method.params.length === args.length || (method.variadic && args.length >= method.params.length - 1),
  );
  if (able.length <= 1) return able[0] ?? null;
  const types = args.map((arg) => typeOf(cx, arg));
  const scored = able
    .map((method) => ({ method, score: types.filter((type, index) => type !== null && type === method.params[index]).length }))
    .sort((a, b) => b.score - a.score);
  const [best, next] = scored;
  return best && best.score > (next?.score ?? 0) ? best.method : null;
}

/** What happens to an exception that is made and thrown: places that it keeps. */
export function thrownUses(cx: Context, node: SyntaxNode): string[] {
  return (node.child('arguments')?.parts ?? []).flatMap((arg) => usesOf(cx.parts.operand(cx, arg)));
}
