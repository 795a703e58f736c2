/** Calls that C++ writes like calls but that are something else: casts, moves, objects that are made, smart pointers. */

import { own } from '../../flow/own.js';
import type { Operand, Place } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { callInto } from '../shared/cfamily/calls.js';
import { unwrap } from '../shared/cfamily/nodes.js';
import { argumentsOf, methodArguments } from './arguments.js';
import { construct } from './construct.js';
import type { CppContext } from './context.js';
import { calleeIn } from './callees.js';
import { dropOf } from './lifetimes.js';
import { dotted, isObject, isThread, lastOf } from './types.js';
import { classNamed, shapeIn } from './unit.js';

const casts = /^(static|dynamic|const|reinterpret|bit|down|polymorphic)_(pointer_)?cast$/;

/** The result lands in `to`, or is given where it is something else. */
export function cppCall(cx: CppContext, node: SyntaxNode, to: Place | null): Operand | null {
  const fn = node.child('function');
  const args = node.child('arguments')?.parts ?? [];
  if (!fn) return callInto(cx, node, to);
  const template = templateIn(fn);
  const name = lastOf(
    dotted(template?.child('name')?.text ?? (/^(identifier|qualified_identifier|primitive_type)$/.test(fn.type) ? fn.text : '')),
  );
  const [first] = args;
  if (first && template && casts.test(name)) return cx.value(first);
  if (first && isStandard(fn)) {
    const special = standard(cx, name, args, node);
    if (special) return special;
  }
  const type = template?.child('arguments')?.parts[0]?.text;
  if (type !== undefined && /^(make|allocate)_(unique|shared)$|^make_(unique|shared)_\w+$/.test(name))
    return madeOf(cx, type, args, node, to);
  if (fn.type === 'primitive_type' && first) return cx.value(first);
  if (isTypeName(cx, fn, name)) return madeOf(cx, fn.text, args, node, to);
  const pointer = fn.type === 'field_expression' ? smartPointer(cx, fn, args, node) : null;
  if (pointer) return pointer;
  return emplaced(cx, node, fn, args) ?? bound(cx, node, fn, args, to) ?? callInto(cx, node, to);
}

function templateIn(fn: SyntaxNode): SyntaxNode | null {
  for (let at: SyntaxNode | null = fn; at; at = at.type === 'qualified_identifier' ? at.child('name') : null)
    if (at.type === 'template_function') return at;
  return null;
}

function isStandard(fn: SyntaxNode): boolean {
  return /^(std|boost)::/.test(fn.text) || (fn.type === 'identifier' && /^(move|forward|swap|exchange)$/.test(fn.text));
}

/** A class of the file, or a qualified name that is written like a class. */
function isTypeName(cx: CppContext, fn: SyntaxNode, name: string): boolean {
  if (fn.type === 'identifier' || fn.type === 'qualified_identifier' || fn.type === 'template_function') {
    const cls = cx.lookup(name) || cx.unit.functions.has(name) ? null : classNamed(cx.unit, name);
    return (cls !== null && cls.isHere) || isThread(dotted(fn.text));
  }
  return fn.type === 'template_type';
}

function madeOf(cx: CppContext, type: string, list: readonly SyntaxNode[], node: SyntaxNode, to: Place | null): Operand | null {
  const { name } = shapeIn(cx.unit, type);
  const args = argumentsOf(cx, list);
  if (!isObject(name)) return args[0]?.value ?? { kind: 'opaque', uses: [] };
  construct(cx, name, args, to, cx.span(node));
  return null;
}

/** Functions of `<utility>` and `<functional>` that hand a value on. */
function standard(cx: CppContext, name: string, args: readonly SyntaxNode[], node: SyntaxNode): Operand | null {
  const [first, second] = args as [SyntaxNode, SyntaxNode | undefined];
  const range = cx.span(node);
  switch (name) {
    case 'forward':
    case 'ref':
    case 'cref':
    case 'as_const':
    case 'addressof':
      return cx.value(first);
    case 'move': {
      if (second) return null;
      const value = cx.value(first);
      return value.kind === 'place' ? taken(cx, value.place, { kind: 'opaque', uses: [] }, node) : value;
    }
    case 'exchange': {
      const place = cx.place(first);
      return place === null || !second ? null : taken(cx, place, cx.value(second), node);
    }
    case 'swap': {
      const [a, b] = [cx.place(first), second ? cx.place(second) : null];
      if (a === null || b === null) return null;
      const kept = cx.temporary();
      cx.emit({ do: 'assign', to: kept, from: { kind: 'place', place: a }, range });
      cx.emit({ do: 'assign', to: a, from: { kind: 'place', place: b }, range });
      cx.emit({ do: 'assign', to: b, from: { kind: 'place', place: kept }, range });
      return { kind: 'opaque', uses: [] };
    }
    default:
      return null;
  }
}

/** The value leaves its place, which gets another one. */
function taken(cx: CppContext, place: Place, next: Operand, node: SyntaxNode): Operand {
  const range = cx.span(node);
  const to = cx.temporary();
  cx.emit({ do: 'assign', to, from: { kind: 'place', place }, range });
  cx.emit({ do: 'assign', to: place, from: next, range });
  const type = own(cx.types, place);
  if (type !== undefined) cx.types[to] = type;
  return { kind: 'place', place: to, range };
}

/** `p.get()`, `p.release()`, `p.reset(x)` of a smart pointer. */
function smartPointer(cx: CppContext, fn: SyntaxNode, args: readonly SyntaxNode[], node: SyntaxNode): Operand | null {
  const argument = fn.child('argument');
  const method = fn.child('field')?.text ?? '';
  if (!argument || !fn.has('.') || !/^(get|release|reset|value|lock|data)$/.test(method)) return null;
  const place = /^(identifier|field_expression)$/.test(unwrap(argument).type) ? cx.place(argument) : null;
  const type = place === null ? undefined : own(cx.types, place);
  if (place === null || type === undefined || (shapeIn(cx.unit, type).owns === null && !/optional</.test(type))) return null;
  const range = cx.span(node);
  if (method === 'release') return taken(cx, place, { kind: 'const', value: null }, node);
  if (method !== 'reset') return { kind: 'place', place, range };
  const [first] = args;
  const value = first ? cx.value(first) : null;
  for (const stmt of dropOf(cx, place, type, range)) cx.emit(stmt);
  cx.emit({ do: 'assign', to: place, from: value ?? { kind: 'const', value: null }, range });
  return { kind: 'opaque', uses: [] };
}

/** `f(&Foo::run, this)`: the object belongs to the method. */
function bound(cx: CppContext, node: SyntaxNode, fn: SyntaxNode, list: readonly SyntaxNode[], to: Place | null): Operand | null {
  const args = methodArguments(cx, list);
  if (!args) return null;
  const range = cx.span(node);
  cx.emit({ do: 'call', callee: calleeIn(cx, fn) ?? { kind: 'api', name: dotted(fn.text) }, args, results: [to], mode: 'plain', range });
  return to === null ? { kind: 'opaque', uses: [] } : { kind: 'place', place: to, range };
}

/** `threads.emplace_back(f, x)` makes what the container is of; only what runs what it is given is worth looking at. */
function emplaced(cx: CppContext, node: SyntaxNode, fn: SyntaxNode, args: readonly SyntaxNode[]): Operand | null {
  if (fn.type !== 'field_expression' || !/^emplace(_back|_front)?$/.test(fn.child('field')?.text ?? '')) return null;
  const argument = fn.child('argument');
  const place = argument && /^(identifier|field_expression)$/.test(unwrap(argument).type) ? cx.place(argument) : null;
  const type = place === null ? undefined : own(cx.types, place);
  const element = /^[\w:]+\s*<\s*([\w:]+)\s*>/.exec(type ?? '')?.[1];
  const name = element === undefined ? '' : shapeIn(cx.unit, element).name;
  if (!isThread(name)) return null;
  construct(cx, name, argumentsOf(cx, args), null, cx.span(node));
  return { kind: 'opaque', uses: [] };
}
