/** Calls: what is called, with what, and the builtin functions. */

import type { Arg, Callee, CallStmt, Operand, Place } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from './context.js';
import { usesOf } from '../shared/values.js';
import { isBuiltinType } from './names.js';
import { lowerPanic } from './panics.js';
import { packageOf, qualifiedName, typeOf, unwrap } from './types.js';

export interface Prepared {
  callee: Callee;
  args: Arg[];
}

/** The callee without type arguments: `f[T](x)`. */
export function calleeOf(call: SyntaxNode): SyntaxNode | null {
  let callee = call.child('function');
  if (!callee) return null;
  callee = unwrap(callee);
  if (callee.type === 'type_instantiation_expression') return callee.child('type') ?? callee;
  return callee;
}

export function argumentsOf(call: SyntaxNode): SyntaxNode[] {
  return (call.child('arguments')?.parts ?? []).filter((node) => !node.isError);
}

export function lowerArguments(cx: Context, nodes: readonly SyntaxNode[]): Arg[] {
  return nodes.map((node) => {
    const spread = node.type === 'variadic_argument';
    const inner = spread ? node.parts[0] : node;
    const value: Operand = inner ? cx.parts.operand(cx, inner) : { kind: 'opaque', uses: [] };
    const arg: Arg = { value: { ...value, range: node.span } };
    if (spread) arg.spread = true;
    return arg;
  });
}

/**
 * Evaluates callee and arguments. `copy`: into temporaries, as `defer` needs it, whose call happens later.
 */
export function prepareCall(cx: Context, call: SyntaxNode, copy = false): Prepared {
  const callee = lowerCallee(cx, call, copy);
  const args = lowerArguments(cx, argumentsOf(call));
  if (copy) {
    for (const arg of args) {
      if (arg.value.kind !== 'place') continue;
      const range = arg.value.range ?? call.span;
      arg.value = { kind: 'place', place: cx.copy(arg.value, range), range };
    }
  }
  return { callee, args };
}

function lowerCallee(cx: Context, call: SyntaxNode, copy: boolean): Callee {
  const node = calleeOf(call);
  if (!node) return { kind: 'value', place: cx.frame.temporary() };
  if (node.type === 'identifier') {
    const variable = cx.lookup(node.text);
    if (variable) return { kind: 'value', place: variable.root };
    const known = cx.names.functions.get(node.text);
    return known ? { kind: 'local', id: known.id } : { kind: 'value', place: node.text };
  }
  if (node.type !== 'selector_expression') return { kind: 'value', place: cx.place(cx.parts.operand(cx, node), node.span) };
  const operand = node.child('operand');
  const name = node.child('field')?.text ?? '';
  const library = qualifiedName(cx, node) ?? (operand ? libraryMethod(cx, operand, name) : null);
  if (library !== null || !operand) return { kind: 'api', name: library ?? name };
  return methodCallee(cx, operand, name, copy);
}

/** `http.DefaultClient.Do`: a method of a library's variable. */
function libraryMethod(cx: Context, operand: SyntaxNode, name: string): string | null {
  const variable = qualifiedName(cx, operand);
  return variable === null ? null : `${variable}.${name}`;
}

function methodCallee(cx: Context, operand: SyntaxNode, name: string, copy: boolean): Callee {
  const type = typeOf(cx, operand);
  const value = cx.parts.operand(cx, operand);
  // What it is asserted to be has methods that the variable's own type lacks.
  const asserted = type !== null && unwrap(operand).type === 'type_assertion_expression';
  const copied = asserted || (copy && !isSetOnce(cx, operand));
  const receiver = copied ? cx.copy(value, operand.span) : cx.place(value, operand.span);
  if (type !== null && cx.names.methodOf(type, name) === null && cx.names.isFunction(cx.names.fieldType(type, name) ?? ''))
    return { kind: 'value', place: `${receiver}.${name}` };
  const promoted =
    type !== null && cx.names.methodOf(type, name) === null && !cx.names.types.get(type)?.methods.has(name)
      ? cx.names.promoted(type)
      : null;
  if (promoted) return { kind: 'method', receiver: `${receiver}.${promoted.path}`, name, type: promoted.type };
  const written = copy && value.kind === 'place' ? { written: value.place } : {};
  if (type === null) return { kind: 'method', receiver, name, ...written };
  if (receiver.startsWith('%')) cx.frame.types[receiver] = type;
  return { kind: 'method', receiver, name, type, ...written };
}

/** A variable that is given a value once: it is the same object when the function leaves, with what came into it meanwhile. */
function isSetOnce(cx: Context, node: SyntaxNode): boolean {
  if (node.type !== 'identifier' || !cx.lookup(node.text)) return false;
  let around: SyntaxNode = node;
  for (let above = node.parent; above; above = above.parent) if (declarations.includes(above.type)) around = above;
  const given = new RegExp(`(?<![\\p{L}\\p{N}_.])${node.text}\\s*(?:,[^=\\n;{}]*)?:?=(?!=)`, 'gu');
  const values = [...around.text.matchAll(given)];
  return values.length <= 1 && values.every(({ index }) => index < node.start - around.start);
}

const declarations = ['function_declaration', 'method_declaration', 'func_literal'];

/** Questions to text and to errors: the same values give the same answer. */
const pureCalls = /^strings\.(HasPrefix|HasSuffix|Contains|ContainsAny|ContainsRune|EqualFold|Compare|Index|IndexByte|Count)$|^errors\.Is$/;

export function emitCall(
  cx: Context,
  call: SyntaxNode,
  prepared: Prepared,
  results: (Place | null)[],
  mode: CallStmt['mode'] = 'plain',
): void {
  const pure = prepared.callee.kind === 'api' && pureCalls.test(prepared.callee.name);
  cx.emit({ do: 'call', ...prepared, results, mode, ...(pure ? { pure } : {}), range: call.span });
}

/** Builtins and conversions that are no calls for the analysis; null when this is an ordinary call. */
export function builtinCall(cx: Context, call: SyntaxNode): Operand | null {
  const callee = calleeOf(call);
  const args = argumentsOf(call);
  const [first] = args;
  if (!callee) return null;
  const library = qualifiedName(cx, callee);
  if (library === 'time.Duration' && first) return cx.parts.operand(cx, first);
  if (callee.type === 'selector_expression') return timeFromNow(cx, callee, args);
  if (callee.type !== 'identifier' || cx.lookup(callee.text) || cx.names.functions.has(callee.text)) return null;
  if (first && args.length === 1 && cx.names.types.has(callee.text)) return cx.parts.operand(cx, first);
  if (first && isBuiltinType(callee.text)) return { kind: 'derived', how: 'like', of: cx.parts.operand(cx, first), range: call.span };
  return builtin(cx, callee.text, call, args);
}

function builtin(cx: Context, name: string, call: SyntaxNode, args: readonly SyntaxNode[]): Operand | null {
  const [first] = args;
  switch (name) {
    case 'len':
    case 'cap':
      return first ? { kind: 'derived', how: 'length', of: cx.parts.operand(cx, first), range: call.span } : null;
    case 'new': {
      const type = cx.names.resolveType(first ?? null);
      return { kind: 'record', type, fields: {}, range: call.span };
    }
    case 'make':
      return opaque(cx, args.slice(1));
    case 'append': {
      const values = lowerArguments(cx, args);
      const places = values.slice(1).flatMap((arg) => usesOf(arg.value));
      if (places.length > 0) cx.emit({ do: 'escape', places, why: 'kept in a slice', range: call.span });
      return { kind: 'opaque', uses: values.flatMap((arg) => usesOf(arg.value)), range: call.span };
    }
    case 'close': {
      const places = lowerArguments(cx, args).flatMap((arg) => usesOf(arg.value));
      if (places.length > 0) cx.emit({ do: 'escape', places, why: 'who waits for it goes on', range: call.span });
      return { kind: 'opaque', uses: places };
    }
    case 'panic': {
      const uses = lowerArguments(cx, args).flatMap((arg) => usesOf(arg.value));
      lowerPanic(cx, uses, call.span);
      return { kind: 'opaque', uses: [] };
    }
    case 'recover':
    case 'copy':
    case 'delete':
    case 'print':
    case 'println':
    case 'clear':
    case 'min':
    case 'max':
    case 'complex':
    case 'real':
    case 'imag':
      return opaque(cx, args);
    default:
      return null;
  }
}

function opaque(cx: Context, args: readonly SyntaxNode[]): Operand {
  return { kind: 'opaque', uses: lowerArguments(cx, args).flatMap((arg) => usesOf(arg.value)) };
}

/** `time.Now().Add(d)` as a limit is d from here on: its value is d's. */
function timeFromNow(cx: Context, callee: SyntaxNode, args: readonly SyntaxNode[]): Operand | null {
  const operand = callee.child('operand');
  if (callee.child('field')?.text !== 'Add' || operand?.type !== 'call_expression' || !args[0]) return null;
  const inner = operand.child('function');
  if (
    !inner ||
    inner.type !== 'selector_expression' ||
    packageOf(cx, inner.child('operand')) !== 'time' ||
    inner.child('field')?.text !== 'Now'
  )
    return null;
  return cx.parts.operand(cx, args[0]);
}
