/** C# expressions to operands: calls become statements of their own. */

import type { Operand, Place, Span, Stmt } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from '../shared/objects/context.js';
import { around, ownField } from '../shared/objects/around.js';
import { folded, usesOf } from '../shared/values.js';
import { assignment } from './assignments.js';
import { argumentValue, argumentsOf, invocation } from './calls.js';
import { closure } from './closures.js';
import { creation } from './creation.js';
import { aliased, classNamed, namesOf, placeFor, typeOf, unknown } from './types.js';

/** The value of an expression. */
export function lowerOperand(cx: Context, node: SyntaxNode): Operand {
  const range = node.span;
  switch (node.type) {
    case 'null_literal':
      return { kind: 'const', value: null, range };
    case 'boolean_literal':
      return { kind: 'const', value: node.text === 'true', range };
    case 'identifier':
      return { ...identifier(cx, node.text), range };
    case 'this':
    case 'base':
      return cx.self === null ? { ...unknown, range } : { kind: 'place', place: cx.use(cx.self), range };
    case 'member_access_expression':
      return { ...memberAccess(cx, node), range };
    case 'member_binding_expression':
      return { ...memberBinding(cx, node), range };
    case 'conditional_access_expression':
      return conditionalAccess(cx, node);
    case 'invocation_expression':
      return invocation(cx, node);
    case 'object_creation_expression':
    case 'implicit_object_creation_expression':
      return creation(cx, node, null);
    case 'integer_literal':
    case 'real_literal':
      return { kind: 'const', value: numberOf(node.text), range };
    case 'string_literal':
    case 'verbatim_string_literal':
    case 'raw_string_literal':
      return { kind: 'const', value: node.text.replace(/^[@$]*"+|(?<!")"+(?:u8)?$/g, ''), range };
    default:
      return wrapped(cx, node) ?? computed(cx, node);
  }
}

/** What only stands around another expression, whose value it gives. */
function wrapped(cx: Context, node: SyntaxNode): Operand | null {
  const range = node.span;
  switch (node.type) {
    case 'await_expression':
      return awaited(cx, node);
    case 'parenthesized_expression':
    case 'checked_expression':
    case 'ref_expression':
      return node.parts[0] ? lowerOperand(cx, node.parts[0]) : thisInside(cx, node);
    case 'argument':
      return operandOf(cx, argumentValue(node), range);
    case 'cast_expression':
      return operandOf(cx, node.child('value'), range);
    case 'as_expression':
      return operandOf(cx, node.child('left'), range);
    default:
      return null;
  }
}

/** A call that is awaited at once says so. */
function awaited(cx: Context, node: SyntaxNode): Operand {
  const value = operandOf(cx, node.parts[0] ?? null, node.span);
  const last = cx.out.at(-1);
  if (last?.do === 'call' && value.kind === 'place' && last.results[0] === value.place) last.mode = 'await';
  return value;
}

/** What is made of several values. */
function computed(cx: Context, node: SyntaxNode): Operand {
  const range = node.span;
  switch (node.type) {
    case 'assignment_expression':
      return assignment(cx, node);
    case 'postfix_unary_expression':
      return node.children.some((child) => child.type === '!') ? operandOf(cx, node.parts[0] ?? null, range) : update(cx, node);
    case 'prefix_unary_expression':
      return unary(cx, node);
    case 'conditional_expression':
      return ternary(cx, node);
    case 'switch_expression': {
      const to = cx.frame.temporary();
      cx.parts.choose(cx, node, to);
      return { kind: 'place', place: to, range };
    }
    case 'binary_expression':
      return binary(cx, node);
    case 'is_expression':
    case 'is_pattern_expression':
      return truthValue(cx, node);
    case 'element_access_expression':
      return element(cx, node);
    case 'array_creation_expression':
    case 'implicit_array_creation_expression':
      return arrayOf(cx, node);
    case 'initializer_expression':
    case 'collection_expression':
    case 'tuple_expression':
      return { kind: 'tuple', items: node.parts.map((part) => lowerOperand(cx, part)), range };
    case 'anonymous_object_creation_expression':
      return { kind: 'tuple', items: node.parts.filter((part) => part.field !== 'name').map((part) => lowerOperand(cx, part)), range };
    case 'declaration_expression':
      return declared(cx, node);
    case 'lambda_expression':
    case 'anonymous_method_expression':
      return closure(cx, node);
    case 'throw_expression': {
      cx.parts.statement(cx, node);
      return { ...unknown, range };
    }
    case 'typeof_expression':
    case 'sizeof_expression':
    case 'default_expression':
      return node.type === 'default_expression' ? { kind: 'const', value: null, range } : { ...unknown, range };
    default:
      return allOf(cx, node);
  }
}

function operandOf(cx: Context, node: SyntaxNode | null, range: Span): Operand {
  const value = node ? lowerOperand(cx, node) : unknown;
  return { ...value, range };
}

function thisInside(cx: Context, node: SyntaxNode): Operand {
  const self = node.children.find((child) => child.type === 'this');
  return operandOf(cx, self ?? null, node.span);
}

/** Evaluates the parts for their calls; the value itself is not understood. */
function allOf(cx: Context, node: SyntaxNode): Operand {
  const uses = node.parts
    .filter((part) => !/_type$|^type_|_pattern$|_list$|_start$|_brace$|_content$/.test(part.type))
    .flatMap((part) => usesOf(lowerOperand(cx, part)));
  return {
    kind: 'opaque',
    uses: node.type === 'interpolated_string_expression' || node.type === 'interpolation' ? [] : uses,
    range: node.span,
  };
}

function identifier(cx: Context, name: string): Operand {
  const variable = cx.lookup(name);
  if (variable) return { kind: 'place', place: variable.root };
  const own = ownField(cx, name);
  if (own) {
    const field = aliased(cx, own.owner.name, name);
    return (
      own.field.value ?? {
        kind: 'place',
        place: fieldPlace(cx, own.object, own.field.isStatic ? `${own.owner.name}.${field}` : field, own.field.isStatic),
      }
    );
  }
  const method = methodGroup(cx, name);
  if (method) return method;
  const cls = classNamed(cx, { type: 'identifier', text: name } as SyntaxNode);
  if (cls !== null) return { kind: 'name', name: cls };
  // A field of a base that is not here.
  return { kind: 'place', place: fieldPlace(cx, cx.self, name, false) };
}

/** A method without a call: handed on as a function. */
function methodGroup(cx: Context, name: string): Operand | null {
  for (const { cls, object } of around(cx)) {
    const [method, another] = cx.names.methods(cls, name);
    if (!method) continue;
    if (another || !method.hasBody)
      return cx.self === null ? unknown : { kind: 'tuple', items: [{ kind: 'place', place: cx.use(cx.self) }] };
    if (method.isStatic) return { kind: 'function', id: method.id };
    if (object === null || cx.self === null) return unknown;
    cx.use(cx.self);
    return { kind: 'function', id: method.id, receiver: object };
  }
  return null;
}

/** A field of the object at hand; one of a class is a variable that everybody knows. */
function fieldPlace(cx: Context, object: Place | null, name: string, isStatic: boolean): Place {
  if (isStatic || object === null || cx.self === null) return name.replace(/\./g, '$');
  cx.use(cx.self);
  return `${object}.${name}`;
}

function memberAccess(cx: Context, node: SyntaxNode): Operand {
  const object = node.child('expression');
  const name = node.child('name')?.text ?? '';
  if (!object) return unknown;
  const cls = classNamed(cx, object);
  if (cls !== null) {
    const own = cx.names.classNamed(cls)?.fields.get(name);
    if (own?.value) return own.value;
    return own ? { kind: 'place', place: `${cls}.${name}`.replace(/\./g, '$') } : { kind: 'name', name: `${cls}.${name}` };
  }
  if (object.type === 'this' && cx.self !== null && !ownField(cx, name)) {
    const method = methodGroup(cx, name);
    if (method) return method;
  }
  return member(cx, placeFor(cx, object), typeOf(cx, object), name);
}

function member(cx: Context, base: Place, type: string | null, name: string): Operand {
  if (name === 'Length' || name === 'Count') return { kind: 'derived', how: 'length', of: { kind: 'place', place: base } };
  // What a task gives counts as there from the call on.
  if (name === 'Result') return { kind: 'place', place: base };
  return { kind: 'place', place: `${base}.${type === null ? name : aliased(cx, type, name)}` };
}

/** `.y` in `x?.y`. */
function memberBinding(cx: Context, node: SyntaxNode): Operand {
  for (let at = node.parent; at; at = at.parent) {
    const place = at.type === 'conditional_access_expression' ? namesOf(cx).conditional.get(`${at.start}:${at.end}`) : undefined;
    if (place !== undefined) return member(cx, place, null, node.child('name')?.text ?? '');
  }
  return unknown;
}

function conditionalAccess(cx: Context, node: SyntaxNode): Operand {
  const range = node.span;
  const condition = node.child('condition');
  const rest = node.parts.at(-1);
  if (!condition || !rest || rest === condition) return { ...unknown, range };
  const place = placeFor(cx, condition);
  namesOf(cx).conditional.set(`${node.start}:${node.end}`, place);
  const to = cx.frame.temporary();
  const then = cx.gather(() => cx.assign(to, lowerOperand(cx, rest), range));
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

function numberOf(text: string): number {
  const plain = text.replace(/_/g, '');
  // The digits of a hexadecimal number may be these letters.
  const value = Number(plain.replace(/^0[xX]/.test(plain) ? /[uUlL]{1,2}$/ : /[dDfFmM]$|[uUlL]{1,2}$/, ''));
  return Number.isNaN(value) ? 0 : value;
}

/** `out var x`, `var (a, b)`. */
function declared(cx: Context, node: SyntaxNode): Operand {
  const name = node.child('name');
  if (name?.type !== 'identifier') return { ...unknown, range: node.span };
  const { root } = cx.declare(name.text, cx.names.typeOf(node.child('type'), cx.cls));
  return { kind: 'place', place: root, range: node.span };
}

function update(cx: Context, node: SyntaxNode): Operand {
  const inner = node.parts[0];
  const target = inner ? lowerOperand(cx, inner) : unknown;
  if (target.kind === 'place') cx.assign(target.place, { kind: 'opaque', uses: [target.place] }, node.span);
  return { kind: 'opaque', uses: usesOf(target), range: node.span };
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

/** `bool ok = s != null`: true or false in a temporary. */
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
  const left = node.child('left');
  const right = node.children.find((child) => child.field === 'right') ?? null;
  if (!left || !right) return { ...unknown, range };
  if (tests.has(operator)) return truthValue(cx, node);
  if (operator === '??') return firstThere(cx, left, right, range);
  const a = lowerOperand(cx, left);
  const b = lowerOperand(cx, right);
  const known = constant(operator, a, b, range);
  const isText = [a, b].some((value) => value.kind === 'const' && typeof value.value === 'string');
  return known ?? { kind: 'opaque', uses: isText ? [] : [...usesOf(a), ...usesOf(b)], range };
}

/** `a ?? b`. */
function firstThere(cx: Context, left: SyntaxNode, right: SyntaxNode, range: Span): Operand {
  const to = cx.frame.temporary();
  cx.assign(to, lowerOperand(cx, left), left.span);
  const otherwise = cx.gather(() => cx.assign(to, lowerOperand(cx, right), right.span));
  cx.emit({
    do: 'if',
    test: { test: 'compare', op: '==', left: { kind: 'place', place: to }, right: { kind: 'const', value: null }, range },
    then: otherwise,
    else: [],
    range,
  });
  return { kind: 'place', place: to, range };
}

function constant(operator: string, a: Operand, b: Operand, range: Span): Operand | null {
  if (operator === '|' && a.kind === 'name' && b.kind === 'name') return { kind: 'tuple', items: [a, b], range };
  if (a.kind !== 'const' || b.kind !== 'const') return null;
  if (typeof a.value === 'string' && operator === '+') return { kind: 'const', value: `${a.value}${String(b.value)}`, range };
  if (typeof a.value !== 'number' || typeof b.value !== 'number') return null;
  const value = folded(operator, a.value, b.value);
  return value === null ? null : { kind: 'const', value, range };
}

function unary(cx: Context, node: SyntaxNode): Operand {
  const operator = node.children[0]?.type ?? '';
  if (operator === '!') return truthValue(cx, node);
  if (operator === '++' || operator === '--') return update(cx, node);
  const value = node.parts[0] ? lowerOperand(cx, node.parts[0]) : unknown;
  if (operator === '-' && value.kind === 'const' && typeof value.value === 'number')
    return { kind: 'const', value: -value.value, range: node.span };
  return { kind: 'opaque', uses: usesOf(value), range: node.span };
}

function element(cx: Context, node: SyntaxNode): Operand {
  const array = node.child('expression');
  argumentsOf(cx, node.child('subscript')?.parts ?? []);
  return { kind: 'place', place: `${array ? placeFor(cx, array) : '%0'}[]`, range: node.span };
}

function arrayOf(cx: Context, node: SyntaxNode): Operand {
  const values = node.first('initializer_expression');
  return values ? lowerOperand(cx, values) : { ...unknown, range: node.span };
}
