/** Expressions of C++ that C does not have; the rest is C's. */

import { own } from '../../flow/own.js';
import type { Operand, Place } from '../../flow/ir.js';
import { placesOf } from '../../flow/places.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from '../shared/cfamily/context.js';
import { lowerInto, lowerPlace, lowerValue } from '../shared/cfamily/expressions.js';
import { lowerEffect } from '../shared/cfamily/expression-effects.js';
import { isVariableName } from '../shared/cfamily/identifiers.js';
import { unwrap } from '../shared/cfamily/nodes.js';
import { argumentsOf } from './arguments.js';
import { calleeIn } from './callees.js';
import { cppCall } from './calls.js';
import { construct } from './construct.js';
import { cpp, memberNamed, self } from './context.js';
import type { CppContext } from './context.js';
import { lambda } from './lambdas.js';
import { destroyed } from './lifetimes.js';
import { dotted, isObject, lastOf } from './types.js';
import { classNamed, shapeIn, wholeName } from './unit.js';

const none: Operand = { kind: 'opaque', uses: [] };

export function lowerCppValue(context: Context, node: SyntaxNode): Operand {
  const cx = cpp(context);
  const range = cx.span(node);
  switch (node.type) {
    case 'this':
      return { kind: 'place', place: self, range };
    case 'identifier': {
      const place = ownPlace(cx, node);
      return place === null ? lowerValue(cx, node) : { kind: 'place', place, range };
    }
    case 'call_expression': {
      const to = cx.temporary();
      return cppCall(cx, node, to) ?? { kind: 'place', place: to, range };
    }
    case 'new_expression':
      return made(cx, node, node.child('arguments'));
    case 'compound_literal_expression':
      return isObject(shapeIn(cx.unit, node.child('type')?.text ?? '').name) ? made(cx, node, node.child('value')) : lowerValue(cx, node);
    case 'delete_expression': {
      deleteIt(cx, node);
      return none;
    }
    case 'lambda_expression':
      return lambda(cx, node);
    case 'co_await_expression':
      return cx.value(node.child('argument') ?? node.parts[0] ?? node);
    case 'condition_clause':
      return node.child('value') ? cx.value(node.child('value') as SyntaxNode) : none;
    case 'qualified_identifier':
      return qualified(cx, node);
    case 'initializer_list':
      return { kind: 'tuple', items: node.parts.map((part) => cx.value(part)), range };
    case 'raw_string_literal':
      return { kind: 'const', value: node.text, range };
    case 'pointer_expression':
      return pointed(cx, node) ?? lowerValue(cx, node);
    case 'assignment_expression':
      return replaced(cx, node) ?? lowerValue(cx, node);
    case 'throw_statement': {
      cx.statement(node);
      return none;
    }
    default:
      return lowerValue(cx, node);
  }
}

export function lowerCppPlace(context: Context, node: SyntaxNode): Place | null {
  const cx = cpp(context);
  switch (node.type) {
    case 'this':
    case 'identifier':
      return ownPlace(cx, node) ?? lowerPlace(cx, node);
    case 'call_expression':
    case 'new_expression':
    case 'compound_literal_expression':
    case 'co_await_expression':
    case 'qualified_identifier': {
      const value = cx.value(node);
      return value.kind === 'place' ? value.place : null;
    }
    case 'pointer_expression': {
      const value = pointed(cx, node);
      return value ? (value.kind === 'place' ? value.place : null) : lowerPlace(cx, node);
    }
    default:
      return lowerPlace(cx, node);
  }
}

export function lowerCppEffect(context: Context, node: SyntaxNode): void {
  const cx = cpp(context);
  const inner = unwrap(node);
  if (inner.type === 'call_expression') cppCall(cx, inner, null);
  else if (
    /^(new|delete|co_await|lambda|compound_literal)_expression$|^throw_statement$|^qualified_identifier$|^initializer_list$/.test(
      inner.type,
    )
  )
    cx.value(inner);
  else lowerEffect(cx, inner);
}

export function lowerCppInto(context: Context, node: SyntaxNode, to: Place): void {
  const cx = cpp(context);
  const inner = unwrap(node);
  if (inner.type === 'call_expression') {
    const value = cppCall(cx, inner, to);
    if (value && !(value.kind === 'place' && value.place === to)) cx.emit({ do: 'assign', to, from: value, range: cx.span(node) });
  } else lowerInto(cx, inner, to);
}

/** `this`, and names that can only be members of a class that is declared elsewhere. */
function ownPlace(cx: CppContext, node: SyntaxNode): Place | null {
  if (node.type === 'this') return self;
  const name = node.text;
  const isMember = cx.isOpen && !cx.lookup(name) && !cx.unit.globals.has(name) && isVariableName(cx, name) && !memberNamed(cx, name).method;
  return isMember ? `${self}.${name}` : null;
}

/** `new T(…)`, `T{…}`. */
function made(cx: CppContext, node: SyntaxNode, list: SyntaxNode | null): Operand {
  const { name } = shapeIn(cx.unit, node.child('type')?.text ?? '');
  const args = argumentsOf(cx, list?.parts ?? []);
  if (!isObject(name) || node.child('declarator') !== null) {
    // `new int(fd)`: whoever has the number on the heap has the descriptor.
    const places = args.flatMap(({ value }) => placesOf(value));
    if (places.length > 0) cx.emit({ do: 'escape', places, why: 'stored where it cannot be followed', range: cx.span(node) });
    return none;
  }
  const to = cx.temporary();
  construct(cx, name, args, to, cx.span(node));
  return { kind: 'place', place: to, range: cx.span(node) };
}

/** `x = T(…)`, `x = make()`, `x = std::move(y)` of an object that closes what it has: the old one goes, the new one moves in. */
function replaced(cx: CppContext, node: SyntaxNode): Operand | null {
  const [left, right] = [node.child('left'), node.child('right')];
  const inner = right && unwrap(right);
  const to = left && /^(?:identifier|field_expression)$/.test(left.type) ? cx.place(left) : null;
  if (to === null || !inner || !/^(?:call|compound_literal)_expression$/.test(inner.type) || node.child('operator')?.type !== '=')
    return null;
  const type = own(cx.types, to) ?? '';
  const { name, owns } = shapeIn(cx.unit, type);
  if (/ \*+$/.test(type) || cx.references.has(to) || owns !== null || !isObject(name) || name.startsWith('std.')) return null;
  const cls = classNamed(cx.unit, name);
  // Of a class that stands elsewhere only what is moved, or made by its name, is surely an object.
  const made = lastOf(dotted((inner.child('function') ?? inner.child('type'))?.text ?? ''));
  if (cls ? cls.destructor === 'none' : made !== 'move' && made !== lastOf(name)) return null;
  const next = cx.temporary();
  const range = cx.span(node);
  cx.into(inner, next);
  cx.emit(destroyed(to, cls?.name ?? name, range));
  cx.emit({ do: 'assign', to, from: { kind: 'place', place: next }, range });
  return { kind: 'place', place: to, range };
}

function deleteIt(cx: CppContext, node: SyntaxNode): void {
  const value = node.parts.at(-1);
  const place = value ? cx.place(value) : null;
  if (place === null) return;
  const { name } = shapeIn(cx.unit, (own(cx.types, place) ?? '').replace(/ \*+$/, ''));
  cx.emit(destroyed(place, isObject(name) ? name : undefined, cx.span(node)));
}

/** `*this`, `*p` of an object: the object itself. `&Foo::run`, `&object`. */
function pointed(cx: CppContext, node: SyntaxNode): Operand | null {
  const argument = node.child('argument');
  if (!argument) return null;
  const inner = unwrap(argument);
  const range = cx.span(node);
  if (node.child('operator')?.type === '&' || node.has('&')) {
    return inner.type === 'qualified_identifier' ? qualified(cx, inner) : null;
  }
  if (inner.type === 'this') return { kind: 'place', place: self, range };
  const place = /^(identifier|field_expression)$/.test(inner.type) ? cx.place(inner) : null;
  if (place === null || place.startsWith('*')) return null;
  const type = own(cx.types, place) ?? '';
  const shape = shapeIn(cx.unit, type.replace(/ \*+$/, ''));
  return isObject(shape.name) && (shape.owns !== null || / \*$/.test(type)) ? { kind: 'place', place, range } : null;
}

/** `ns::name`, `Class::member`, `::name`. */
function qualified(cx: CppContext, node: SyntaxNode): Operand {
  const range = cx.span(node);
  const name = wholeName(cx.unit, dotted(node.text));
  const last = lastOf(name);
  const callee = calleeIn(cx, node);
  if (callee?.kind === 'local') return { kind: 'function', id: callee.id, range };
  const enumerator = cx.unit.enumerators.get(last);
  if (typeof enumerator === 'number') return { kind: 'const', value: enumerator, range };
  const owner = classNamed(cx.unit, name.slice(0, Math.max(0, name.length - last.length - 1)));
  const method = owner?.methods.get(last)?.[0];
  if (method) return { kind: 'function', id: method.id, range };
  if (node.text.startsWith('::') && last === name)
    return isVariableName(cx, name) ? { kind: 'place', place: name, range } : { kind: 'name', name, range };
  return { kind: 'name', name, range };
}
