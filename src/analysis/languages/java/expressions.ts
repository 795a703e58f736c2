/** Java expressions to operands: calls become statements of their own. */

import type { Operand, Place, Span, Stmt } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { folded, usesOf } from '../shared/values.js';
import { invocation } from './calls.js';
import { lambda, methodReference } from './closures.js';
import type { Context } from '../shared/objects/context.js';
import { creation } from './creation.js';
import { around, ownField } from '../shared/objects/around.js';
import { classNamed, placeFor, typeOf } from './types.js';

const simple: Record<string, Operand> = {
  null_literal: { kind: 'const', value: null },
  true: { kind: 'const', value: true },
  false: { kind: 'const', value: false },
};

/** The value of an expression. */
export function lowerOperand(cx: Context, node: SyntaxNode): Operand {
  const range = node.span;
  const known = simple[node.type];
  if (known) return { ...known, range };
  if (node.type.endsWith('_literal')) return literal(node);
  switch (node.type) {
    case 'identifier':
      return { ...identifier(cx, node.text), range };
    case 'this':
    case 'super':
      return cx.self === null ? { kind: 'opaque', uses: [], range } : { kind: 'place', place: cx.use(cx.self), range };
    case 'field_access':
      return { ...fieldAccess(cx, node), range };
    case 'method_invocation':
      return invocation(cx, node);
    case 'object_creation_expression':
      return creation(cx, node);
    case 'parenthesized_expression':
      return node.parts[0] ? lowerOperand(cx, node.parts[0]) : { kind: 'opaque', uses: [], range };
    case 'cast_expression':
      return cast(cx, node);
    case 'assignment_expression':
      return assignment(cx, node);
    case 'update_expression':
      return update(cx, node);
    case 'ternary_expression':
      return ternary(cx, node);
    case 'switch_expression': {
      const to = cx.frame.temporary();
      cx.parts.choose(cx, node, to);
      return { kind: 'place', place: to, range };
    }
    case 'binary_expression':
      return binary(cx, node);
    case 'unary_expression':
      return unary(cx, node);
    case 'instanceof_expression':
      return truthValue(cx, node);
    case 'array_access':
      return element(cx, node);
    case 'array_creation_expression':
      return node.child('value') ? lowerOperand(cx, node.child('value') as SyntaxNode) : allOf(cx, node, ['type']);
    case 'array_initializer':
      return { kind: 'tuple', items: node.parts.map((part) => lowerOperand(cx, part)), range };
    case 'lambda_expression':
      return lambda(cx, node);
    case 'method_reference':
      return methodReference(cx, node);
    default:
      return allOf(cx, node, []);
  }
}

function literal(node: SyntaxNode): Operand {
  if (node.type === 'string_literal') return textOf(node);
  if (/^(?:decimal|hex|octal|binary)_/.test(node.type)) return { kind: 'const', value: numberOf(node.text), range: node.span };
  return { kind: 'opaque', uses: [], range: node.span };
}

/** Evaluates the parts for their calls; the value itself is not understood. */
function allOf(cx: Context, node: SyntaxNode, without: readonly string[]): Operand {
  const uses = node.parts
    .filter((part) => !without.includes(part.field ?? '') && !/_type$|^type_/.test(part.type))
    .flatMap((part) => usesOf(lowerOperand(cx, part)));
  return { kind: 'opaque', uses, range: node.span };
}

function identifier(cx: Context, name: string): Operand {
  const variable = cx.lookup(name);
  if (variable) return { kind: 'place', place: variable.root };
  const own = ownField(cx, name);
  if (own)
    return (
      own.field.value ?? {
        kind: 'place',
        place: fieldPlace(cx, own.object, own.field.isStatic ? `${own.owner.name}.${name}` : name, own.field.isStatic),
      }
    );
  if (/^[A-Z][A-Z\d_]*$/.test(name)) return { kind: 'name', name: cx.names.members.get(name) ?? name };
  if (/^[A-Z]/.test(name)) return { kind: 'name', name: cx.names.className(name, cx.cls) };
  // A field of a base that is not here.
  return { kind: 'place', place: fieldPlace(cx, cx.self, name, false) };
}

/** A field of the object at hand; one of a class is a variable that everybody knows. */
function fieldPlace(cx: Context, object: Place | null, name: string, isStatic: boolean): Place {
  if (isStatic || object === null || cx.self === null) return name.replace(/\./g, '$');
  cx.use(cx.self);
  return `${object}.${name}`;
}

function fieldAccess(cx: Context, node: SyntaxNode): Operand {
  const object = node.child('object');
  const name = node.child('field')?.text ?? '';
  if (!object) return { kind: 'opaque', uses: [] };
  if (node.child('field')?.type === 'this') return outerObject(cx, object.text);
  const cls = classNamed(cx, object);
  if (cls !== null) {
    const own = cx.names.classNamed(cls)?.fields.get(name);
    if (own?.value) return own.value;
    return own && !/^[A-Z\d_]+$/.test(name)
      ? { kind: 'place', place: `${cls}.${name}`.replace(/\./g, '$') }
      : { kind: 'name', name: `${cls}.${name}` };
  }
  const base = placeFor(cx, object);
  if (name === 'length' && typeOf(cx, object)?.endsWith('[]') !== false)
    return { kind: 'derived', how: 'length', of: { kind: 'place', place: base } };
  return { kind: 'place', place: `${base}.${name}` };
}

/** `Outer.this`. */
function outerObject(cx: Context, name: string): Operand {
  for (const { cls, object } of around(cx)) {
    if (cls.name !== name && !cls.name.endsWith(`.${name}`)) continue;
    if (object === null || cx.self === null) break;
    cx.use(cx.self);
    return { kind: 'place', place: object };
  }
  return { kind: 'opaque', uses: [] };
}

function numberOf(text: string): number {
  const plain = text.replace(/_/g, '').replace(/^0(?=\d)/, '0o');
  // The digits of a hexadecimal number may be these letters.
  const value = Number(plain.replace(/^0[xX]/.test(plain) ? /[lL]$/ : /[dDfFlL]$/, ''));
  return Number.isNaN(value) ? 0 : value;
}

function textOf(node: SyntaxNode): Operand {
  const fragments = node.children.filter((part) => /fragment|escape/.test(part.type));
  return { kind: 'const', value: fragments.map((part) => part.text).join(''), range: node.span };
}

function cast(cx: Context, node: SyntaxNode): Operand {
  const inner = node.child('value');
  const value: Operand = inner ? lowerOperand(cx, inner) : { kind: 'opaque', uses: [] };
  return value.kind === 'place' ? { ...value, range: node.span } : value;
}

function assignment(cx: Context, node: SyntaxNode): Operand {
  const left = node.child('left');
  const right = node.child('right');
  const range = node.span;
  if (!left || !right) return { kind: 'opaque', uses: [], range };
  const value = lowerOperand(cx, right);
  const operator = node.child('operator')?.text ?? '=';
  const to = targetOf(cx, left);
  if (to === null) return value;
  if (operator === '=') cx.assign(to, value, range);
  else
    cx.assign(
      to,
      operator === '+='
        ? { kind: 'derived', how: 'joined', of: { kind: 'place', place: to } }
        : { kind: 'opaque', uses: [to, ...usesOf(value)] },
      range,
    );
  return { kind: 'place', place: to, range };
}

/** The place that is assigned to. */
function targetOf(cx: Context, node: SyntaxNode): Place | null {
  const target = lowerOperand(cx, node);
  if (target.kind === 'place') return target.place;
  return null;
}

function update(cx: Context, node: SyntaxNode): Operand {
  const inner = node.parts[0];
  const place = inner ? targetOf(cx, inner) : null;
  if (place !== null) cx.assign(place, { kind: 'opaque', uses: [place] }, node.span);
  return { kind: 'opaque', uses: place === null ? [] : [place], range: node.span };
}

function ternary(cx: Context, node: SyntaxNode): Operand {
  const range = node.span;
  const to = cx.frame.temporary();
  const condition = node.child('condition');
  const branch = (part: SyntaxNode | null): Stmt[] =>
    cx.gather(() => {
      if (part) cx.assign(to, lowerOperand(cx, part), part.span);
    });
  if (condition) {
    const test = cx.parts.test(cx, condition);
    cx.emit({ do: 'if', test, then: branch(node.child('consequence')), else: branch(node.child('alternative')), range });
  }
  return { kind: 'place', place: to, range };
}

/** `boolean ok = s != null`: true or false in a temporary. */
function truthValue(cx: Context, node: SyntaxNode): Operand {
  const range = node.span;
  const to = cx.frame.temporary();
  const set = (value: boolean): Stmt[] => [{ do: 'assign', to, from: { kind: 'const', value }, range }];
  cx.emit({ do: 'if', test: cx.parts.test(cx, node), then: set(true), else: set(false), range });
  return { kind: 'place', place: to, range };
}

const tests = new Set(['&&', '||', '==', '!=', '<', '<=', '>', '>=']);

function binary(cx: Context, node: SyntaxNode): Operand {
  const range = node.span;
  const operator = node.child('operator')?.text ?? '';
  if (tests.has(operator)) return truthValue(cx, node);
  const left = node.child('left');
  const right = node.child('right');
  if (!left || !right) return { kind: 'opaque', uses: [], range };
  const a = lowerOperand(cx, left);
  const b = lowerOperand(cx, right);
  const known = constant(operator, a, b, range);
  return known ?? { kind: 'opaque', uses: isText(a) || isText(b) ? [] : [...usesOf(a), ...usesOf(b)], range };
}

function isText(value: Operand): boolean {
  return value.kind === 'const' && typeof value.value === 'string';
}

function constant(operator: string, a: Operand, b: Operand, range: Span): Operand | null {
  if (a.kind !== 'const' || b.kind !== 'const') return null;
  if (typeof a.value === 'string' && operator === '+') return { kind: 'const', value: `${a.value}${String(b.value)}`, range };
  if (typeof a.value !== 'number' || typeof b.value !== 'number') return null;
  const value = folded(operator, a.value, b.value);
  return value === null ? null : { kind: 'const', value, range };
}

function unary(cx: Context, node: SyntaxNode): Operand {
  const operator = node.child('operator')?.text;
  if (operator === '!') return truthValue(cx, node);
  const inner = node.child('operand');
  const value: Operand = inner ? lowerOperand(cx, inner) : { kind: 'opaque', uses: [] };
  if (operator === '-' && value.kind === 'const' && typeof value.value === 'number')
    return { kind: 'const', value: -value.value, range: node.span };
  return { kind: 'opaque', uses: usesOf(value), range: node.span };
}

function element(cx: Context, node: SyntaxNode): Operand {
  const array = node.child('array');
  const index = node.child('index');
  if (index) lowerOperand(cx, index);
  return { kind: 'place', place: `${array ? placeFor(cx, array) : '%0'}[]`, range: node.span };
}
