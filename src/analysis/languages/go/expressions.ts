/** Expressions, flattened: calls become statements, what is left is an operand. */

import type { Callee, Operand, Place } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from './context.js';
import { usesOf } from '../shared/values.js';
import { builtinCall, emitCall, prepareCall } from './calls.js';
import { calledLiteral, callLiteral, literalValue } from './closures.js';
import { durationUnit, fold, parseNumber, stringText } from './constants.js';
import { isNilTest, lowerTest } from './tests.js';
import { qualifiedName, signatureOf, typeOf } from './types.js';

/** Methods whose value, taken without a call, may close or use the connection later. */
const closingMethods = new Set(['Close', 'CloseWrite', 'CloseRead', 'Shutdown', 'Read', 'Write', 'Stop']);

/** Variables of a package that hold an error each (Effective Go, "Errors"; errors.New never gives nil). */
const sentinel = /^[eE]rr[A-Z]\w*$/;

export function lowerOperand(cx: Context, node: SyntaxNode): Operand {
  if (node.isError) return { kind: 'opaque', uses: [] };
  switch (node.type) {
    case 'parenthesized_expression':
    case 'variadic_argument':
    case 'literal_element':
      return node.parts[0] ? lowerOperand(cx, node.parts[0]) : unknown(node);
    case 'nil':
      return { kind: 'const', value: null, range: node.span };
    case 'true':
    case 'false':
      return { kind: 'const', value: node.type === 'true', range: node.span };
    case 'int_literal':
    case 'float_literal': {
      const value = parseNumber(node.text);
      return value === null ? unknown(node) : { kind: 'const', value, range: node.span };
    }
    case 'interpreted_string_literal':
    case 'raw_string_literal':
      return { kind: 'const', value: stringText(node.text), range: node.span };
    case 'identifier':
      return lowerIdentifier(cx, node);
    case 'selector_expression':
      return lowerSelector(cx, node);
    case 'call_expression':
      return lowerCall(cx, node, 1)[0] ?? unknown(node);
    case 'composite_literal':
      return lowerComposite(cx, node);
    case 'func_literal':
      return literalValue(cx, node);
    case 'unary_expression':
      return lowerUnary(cx, node);
    case 'binary_expression':
      return lowerBinary(cx, node);
    case 'type_assertion_expression':
      return inner(cx, node);
    case 'type_conversion_expression':
      return lowerConversion(cx, node);
    case 'index_expression':
      return lowerIndex(cx, node);
    default:
      return opaque(cx, node);
  }
}

function unknown(node: SyntaxNode): Operand {
  return { kind: 'opaque', uses: [], range: node.span };
}

function inner(cx: Context, node: SyntaxNode): Operand {
  const operand = node.child('operand');
  return operand ? lowerOperand(cx, operand) : unknown(node);
}

/** `[]byte(s)`; the grammar takes `f[T](x)` for one, too, which is a call. */
function lowerConversion(cx: Context, node: SyntaxNode): Operand {
  const value = inner(cx, node);
  const type = node.child('type');
  const name = type?.type === 'generic_type' ? type.child('type') : null;
  if (!name || cx.names.types.has(name.text)) return { kind: 'derived', how: 'like', of: value, range: node.span };
  const local = cx.names.functions.get(name.text);
  const result = cx.frame.temporary();
  const callee: Callee = local ? { kind: 'local', id: local.id } : { kind: 'api', name: cx.names.resolveType(name) ?? name.text };
  emitCall(cx, node, { callee, args: [{ value }] }, [result]);
  return { kind: 'place', place: result, range: node.span };
}

/** Anything computed: reads its parts. */
function opaque(cx: Context, node: SyntaxNode): Operand {
  const uses = node.parts
    .filter((part) => !part.type.endsWith('_type') && part.type !== 'type_identifier')
    .flatMap((part) => usesOf(lowerOperand(cx, part)));
  return { kind: 'opaque', uses, range: node.span };
}

function lowerIdentifier(cx: Context, node: SyntaxNode): Operand {
  const range = node.span;
  const variable = cx.lookup(node.text);
  if (variable) return { kind: 'place', place: variable.root, range };
  const constant = cx.names.constants.get(node.text);
  if (constant) return { ...constant, range };
  const known = cx.names.functions.get(node.text);
  if (known) return { kind: 'function', id: known.id, range };
  return sentinel.test(node.text) ? { kind: 'name', name: node.text, range } : { kind: 'place', place: node.text, range };
}

function lowerSelector(cx: Context, node: SyntaxNode): Operand {
  const name = qualifiedName(cx, node);
  if (name !== null) {
    const unit = durationUnit(name);
    return unit === null ? { kind: 'name', name, range: node.span } : { kind: 'const', value: unit, range: node.span };
  }
  const operand = node.child('operand');
  if (!operand) return unknown(node);
  const field = node.child('field')?.text ?? '';
  const value = lowerOperand(cx, operand);
  if (value.kind === 'name') return { kind: 'name', name: `${value.name}.${field}`, range: node.span };
  const place = cx.place(value, operand.span);
  const method = methodValue(cx, operand, field);
  if (method !== null) return { kind: 'function', id: method, receiver: place, range: node.span };
  if (closingMethods.has(field)) cx.emit({ do: 'escape', places: [place], why: `${field} is kept as a value`, range: node.span });
  return { kind: 'place', place: `${place}.${field}`, range: node.span };
}

/** A method of a type of this file, taken as a value: its function's id. */
function methodValue(cx: Context, operand: SyntaxNode, field: string): string | null {
  const type = typeOf(cx, operand);
  return type === null || cx.names.fieldType(type, field) !== null ? null : (cx.names.methodOf(type, field)?.id ?? null);
}

/** A call with `count` results, each in a temporary. */
export function lowerCall(cx: Context, node: SyntaxNode, count: number): Operand[] {
  const places: Place[] = [];
  const done = lowerCallInto(cx, node, () => {
    for (let i = 0; i < count; i += 1) places.push(cx.frame.temporary());
    return places;
  });
  if (done) return [done];
  const types = signatureOf(cx, node)?.results ?? [];
  places.forEach((place, index) => {
    const type = types[index];
    if (type !== undefined && type !== '?') cx.frame.types[place] = type;
  });
  return places.map((place) => ({ kind: 'place', place, range: node.span }));
}

/**
 * A call whose results go to the places that `results` gives, asked for after the arguments are evaluated. When it is
 * no call for the analysis (a builtin, a conversion) its value is returned instead and `results` not asked.
 */
export function lowerCallInto(cx: Context, node: SyntaxNode, results: () => (Place | null)[]): Operand | null {
  const builtin = builtinCall(cx, node);
  if (builtin) return builtin;
  const literal = calledLiteral(cx, node);
  if (literal) {
    callLiteral(cx, node, literal, results());
    return null;
  }
  const prepared = prepareCall(cx, node);
  emitCall(cx, node, prepared, results());
  return null;
}

function lowerUnary(cx: Context, node: SyntaxNode): Operand {
  const operand = node.child('operand');
  const sign = node.child('operator')?.text;
  if (!operand) return unknown(node);
  if (sign === '!' && isNilTest(node)) return remembered(cx, node);
  const value = lowerOperand(cx, operand);
  if (sign === '&') return value.kind === 'place' ? { kind: 'derived', how: 'address', of: value, range: node.span } : value;
  // A value copied from behind a pointer that a call gave is what the call gave.
  if (sign === '*' && value.kind === 'place' && value.place.startsWith('%')) return value;
  if (sign === '*') return value.kind === 'place' ? { kind: 'place', place: `*${value.place}`, range: node.span } : value;
  if (sign === '-' && value.kind === 'const' && typeof value.value === 'number')
    return { kind: 'const', value: -value.value, range: node.span };
  return { kind: 'opaque', uses: usesOf(value), range: node.span };
}

/** Chains (`a + b + c + …`) lean to the left and can be long: a loop, no recursion. */
function lowerBinary(cx: Context, node: SyntaxNode): Operand {
  const chain: SyntaxNode[] = [];
  let at: SyntaxNode | null = node;
  for (; at?.type === 'binary_expression' && !isNilTest(at); at = at.child('left')) chain.push(at);
  if (!at) return unknown(node);
  if (chain.length === 0) return remembered(cx, node);
  let value = lowerOperand(cx, at);
  for (const part of chain.reverse()) {
    const right = part.child('right');
    value = right ? combine(part, value, lowerOperand(cx, right)) : unknown(part);
  }
  return value;
}

function combine(node: SyntaxNode, left: Operand, right: Operand): Operand {
  if (left.kind === 'const' && right.kind === 'const') {
    const value = fold(node.child('operator')?.text ?? '', left.value, right.value);
    if (value !== undefined) return { kind: 'const', value, range: node.span };
  }
  return { kind: 'opaque', uses: [...new Set([...usesOf(left), ...usesOf(right)])], range: node.span };
}

/** The outcome of a condition as a value. */
function remembered(cx: Context, node: SyntaxNode): Operand {
  const to = cx.frame.temporary();
  const range = node.span;
  const set = (value: boolean): [{ do: 'assign'; to: Place; from: Operand; range: typeof range }] => [
    { do: 'assign', to, from: { kind: 'const', value }, range },
  ];
  cx.emit({ do: 'if', test: lowerTest(cx, node), then: set(true), else: set(false), range });
  return { kind: 'place', place: to, range };
}

/** An element of a slice or map; `f[T]` without a call is a function. */
function lowerIndex(cx: Context, node: SyntaxNode): Operand {
  const operand = node.child('operand');
  const index = node.child('index');
  if (!operand) return unknown(node);
  const value = lowerOperand(cx, operand);
  if (value.kind === 'function') return value;
  if (index) lowerOperand(cx, index);
  return { kind: 'place', place: `${cx.place(value, operand.span)}[]`, range: node.span };
}

function lowerComposite(cx: Context, node: SyntaxNode): Operand {
  const type = cx.names.resolveType(node.child('type'));
  const body = node.child('body');
  if (!body) return unknown(node);
  // The zero time is no time at all: as a deadline it means none.
  if (type === 'time.Time' && body.parts.length === 0) return { kind: 'const', value: null, range: node.span };
  if (type === null || type === 'map' || type.startsWith('[]')) return lowerContainer(cx, body);
  const order = cx.names.types.get(type)?.order ?? [];
  const fields: Record<string, Operand> = {};
  body.parts.forEach((element, index) => {
    const key = element.child('key');
    const value = element.type === 'keyed_element' ? element.child('value') : element;
    const name = element.type === 'keyed_element' ? key?.text : order[index];
    if (!value) return;
    const operand = lowerElement(cx, value);
    if (name !== undefined) fields[name] = operand;
    else keep(cx, usesOf(operand), node);
  });
  return { kind: 'record', type, fields, range: node.span };
}

/** A slice, an array, a map: what is put into it is kept there. */
function lowerContainer(cx: Context, body: SyntaxNode): Operand {
  const uses: Place[] = [];
  for (const element of body.parts) {
    for (const part of element.type === 'keyed_element' ? [element.child('key'), element.child('value')] : [element]) {
      if (part) uses.push(...usesOf(lowerElement(cx, part)));
    }
  }
  keep(cx, uses, body);
  return { kind: 'opaque', uses, range: body.span };
}

function keep(cx: Context, places: Place[], node: SyntaxNode): void {
  if (places.length > 0) cx.emit({ do: 'escape', places, why: 'kept in a composite value', range: node.span });
}

/** An element; one without a type of its own (`{…}`) is a record of unknown type. */
function lowerElement(cx: Context, node: SyntaxNode): Operand {
  const value = node.type === 'literal_element' ? node.parts[0] : node;
  if (!value) return unknown(node);
  return value.type === 'literal_value' ? lowerContainer(cx, value) : lowerOperand(cx, value);
}
