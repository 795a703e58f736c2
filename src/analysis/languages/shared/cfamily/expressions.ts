/** Expressions of C: values, the places they name, what they do on the way. */

import { own } from '../../../flow/own.js';
import type { Operand, Place, Stmt, Test } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import { constantIndex } from './uses.js';
import { callInto } from './calls.js';
import { compute, numberOf, stringOf } from './constants.js';
import type { Context } from './context.js';
import { identifier, isVariableName } from './identifiers.js';
import { escapeTo, initialise, isBorrowing } from './initialisers.js';
import { keyIn } from './keys.js';
import { hasEffects, indexOf, pointsToBytes, unwrap, usesOf } from './nodes.js';
import { sizeOf } from './sizes.js';

const none: Operand = { kind: 'opaque', uses: [] };

export function lowerValue(cx: Context, node: SyntaxNode): Operand {
  const range = cx.span(node);
  switch (node.type) {
    case 'identifier':
      return identifier(cx, node);
    case 'number_literal':
      return { kind: 'const', value: numberOf(node.text) ?? 0, range };
    case 'char_literal':
      return { kind: 'const', value: stringOf(node).charCodeAt(0) || 0, range };
    case 'string_literal':
    case 'concatenated_string':
      return { kind: 'const', value: stringOf(node), range };
    case 'null':
      return { kind: 'const', value: null, range };
    case 'true':
    case 'false':
      return { kind: 'const', value: node.type === 'true', range };
    case 'parenthesized_expression':
      return parenthesized(cx, node);
    case 'cast_expression':
    case 'extension_expression':
      return cx.value(node.child('value') ?? node.parts[0] ?? node);
    case 'call_expression': {
      const to = cx.temporary();
      return callInto(cx, node, to) ?? { kind: 'place', place: to, range };
    }
    case 'assignment_expression':
      return assignment(cx, node);
    case 'update_expression':
      return update(cx, node);
    case 'comma_expression':
      return comma(cx, node);
    case 'field_expression':
    case 'subscript_expression':
      return placeValue(cx, node);
    case 'pointer_expression':
      return pointer(cx, node);
    case 'unary_expression':
      return unary(cx, node);
    case 'binary_expression':
      return binary(cx, node);
    case 'conditional_expression':
      return conditional(cx, node);
    case 'sizeof_expression':
      return sizeOf(cx, node);
    case 'compound_literal_expression':
      return compoundLiteral(cx, node);
    default:
      return none;
  }
}

/** A node that names a place gives it; anything else null. Calls in it are lowered. */
export function lowerPlace(cx: Context, node: SyntaxNode): Place | null {
  switch (node.type) {
    case 'identifier': {
      const meaning = cx.lookup(node.text);
      if (meaning?.is === 'argument') return cx.argument(meaning, (nodes) => (nodes[0] ? cx.place(nodes[0]) : null));
      if (meaning) return meaning.root;
      const value = cx.value(node);
      return value.kind === 'place' ? value.place : null;
    }
    case 'parenthesized_expression':
    case 'cast_expression':
    case 'extension_expression': {
      const value = unwrap(node) === node ? null : cx.place(unwrap(node));
      return value ?? placeOf(cx.value(node));
    }
    case 'field_expression': {
      const argument = node.child('argument');
      const base = argument && basePlace(cx, argument);
      // The members of a union are one value.
      const isUnion = base !== null && /^union\b/.test(own(cx.types, base) ?? '');
      return base ? `${base}.${isUnion ? 'union' : fieldName(cx, node)}` : null;
    }
    case 'subscript_expression': {
      const argument = node.child('argument');
      const index = indexOf(node);
      const base = argument && cx.place(argument);
      if (index && hasEffects(index)) cx.effect(index);
      const key = keyIn(cx, node);
      if (key !== null) cx.emit({ do: 'escape', places: [key], why: 'the number of an object in a table', range: cx.span(node) });
      const constant =
        index && argument?.type === 'identifier' && cx.at === null && cx.uses.constant.has(argument.text) ? constantIndex(index) : null;
      return base ? `${base}[${constant ?? ''}]` : null;
    }
    case 'pointer_expression': {
      const value = pointer(cx, node);
      return value.kind === 'place' ? value.place : null;
    }
    case 'assignment_expression':
    case 'call_expression':
    case 'conditional_expression':
    case 'comma_expression':
      return placeOf(cx.value(node));
    default:
      return null;
  }
}

function placeOf(value: Operand): Place | null {
  return value.kind === 'place' ? value.place : null;
}

/** What stands left of `.` or `->`: `(*p).x`, `p->x` and `(&s)->x` name the same kind of place. */
function basePlace(cx: Context, node: SyntaxNode): Place | null {
  const inner = unwrap(node);
  if (inner.type === 'pointer_expression') {
    const argument = inner.child('argument');
    if (argument && inner.has('*') && unwrap(argument).type !== 'pointer_expression') return cx.place(argument);
    if (argument && inner.has('&')) return cx.place(argument);
  }
  const value = inner.type === 'identifier' ? cx.value(inner) : null;
  if (value?.kind === 'derived' && value.how === 'address') return placeOf(value.of);
  return cx.place(inner);
}

function fieldName(cx: Context, node: SyntaxNode): string {
  const name = node.child('field')?.text ?? '';
  const meaning = cx.at ? cx.lookup(name) : null;
  return meaning?.is === 'argument' && meaning.nodes[0]?.type === 'identifier' ? meaning.nodes[0].text : name;
}

/** The value of `node` in the place `to`, without a temporary where that is possible. */
export function lowerInto(cx: Context, node: SyntaxNode, to: Place): void {
  const inner = unwrap(node);
  if (inner.type === 'call_expression') {
    const value = callInto(cx, inner, to);
    if (value && !(value.kind === 'place' && value.place === to)) cx.emit({ do: 'assign', to, from: value, range: cx.span(node) });
    return;
  }
  if (inner.type === 'conditional_expression') {
    choose(cx, inner, to);
    return;
  }
  const from = cx.value(node);
  cx.emit({ do: 'assign', to, from, range: cx.span(node) });
}

/** All places read below a node, without lowering anything. */
export function placesIn(cx: Context, node: SyntaxNode): Place[] {
  const found = new Set<Place>();
  const visit = (at: SyntaxNode): void => {
    if (at.type === 'sizeof_expression' || (at.type === 'call_expression' && !cx.unit.macros.has(at.child('function')?.text ?? ''))) return;
    if (at.type === 'identifier' || at.type === 'field_expression') {
      const meaning = at.type === 'identifier' ? cx.lookup(at.text) : null;
      if (meaning?.is === 'argument') cx.argument(meaning, (nodes) => nodes.forEach((n) => placesIn(cx, n).forEach((p) => found.add(p))));
      else if (!hasEffects(at)) {
        const place = meaning ? meaning.root : at.type === 'field_expression' ? cx.place(at) : isVariableName(cx, at.text) ? at.text : null;
        if (place) found.add(place);
      }
      return;
    }
    at.children.forEach(visit);
  };
  visit(node);
  return [...found];
}

/** `(expr)`, and GNU's `({ …; value; })`. */
function parenthesized(cx: Context, node: SyntaxNode): Operand {
  const inner = node.parts[0];
  if (!inner) return none;
  if (inner.type !== 'compound_statement') return cx.value(inner);
  return cx.scoped(() => {
    const parts = inner.parts;
    const last = parts.at(-1);
    for (const part of parts.slice(0, -1)) cx.statement(part);
    if (last?.type === 'expression_statement' && last.parts[0]) return cx.value(last.parts[0]);
    if (last) cx.statement(last);
    return none;
  });
}

function assignment(cx: Context, node: SyntaxNode): Operand {
  const left = node.child('left');
  const right = node.child('right');
  if (!left || !right) return none;
  const range = cx.span(node);
  const simple = node.child('operator')?.type === '=';
  const to = cx.place(left);
  if (!to) {
    const value = cx.value(right);
    const uses = value.kind === 'place' ? [value.place] : [];
    if (uses.length > 0) cx.emit({ do: 'escape', places: uses, why: 'stored where it cannot be followed', range });
    return value;
  }
  if (simple && isBorrowing(cx, to, right)) {
    cx.effect(right);
    cx.emit({ do: 'assign', to, from: none, range });
    return { kind: 'place', place: to, range };
  }
  if (simple && isNumberOnly(cx, left, right, to)) {
    cx.emit({ do: 'assign', to, from: none, range });
  } else if (simple) {
    cx.into(right, to);
    escapeTo(cx, to, node);
  } else {
    const value = cx.value(right);
    const old: Operand = { kind: 'place', place: to };
    // A step by a constant counts.
    const how = value.kind === 'const' ? undefined : changes[node.child('operator')?.type ?? ''];
    const taken = node.child('operator')?.type === '&=' ? [] : usesOf(value);
    cx.emit({ do: 'assign', to, from: how ? { kind: 'derived', how, of: old } : { kind: 'opaque', uses: [to, ...taken] }, range });
  }
  return { kind: 'place', place: to, range };
}

/** What a sum tells of what it is made of: whether nothing was added is not seen in it. */
const changes: Record<string, 'joined' | 'part' | undefined> = { '+=': 'joined', '-=': 'part' };

/** A copy that is only compared and counted with. */
function isNumberOnly(cx: Context, left: SyntaxNode, right: SyntaxNode, to: Place): boolean {
  return (
    left.type === 'identifier' &&
    cx.at === null &&
    !cx.uses.handed.has(left.text) &&
    cx.locals.includes(to) &&
    !cx.params.has(to) &&
    unwrap(right).type === 'identifier' &&
    !/ \*+$/.test(own(cx.types, to) ?? '')
  );
}

/** `i++`: the old value, `++i`: the new one; neither is a constant. */
function update(cx: Context, node: SyntaxNode): Operand {
  const argument = node.child('argument');
  const place = argument && cx.place(argument);
  if (!place) return none;
  cx.emit({ do: 'assign', to: place, from: { kind: 'opaque', uses: [place] }, range: cx.span(node) });
  return { kind: 'opaque', uses: [place], range: cx.span(node) };
}

function comma(cx: Context, node: SyntaxNode): Operand {
  const left = node.child('left');
  const right = node.child('right');
  if (left) cx.effect(left);
  return right ? cx.value(right) : none;
}

function placeValue(cx: Context, node: SyntaxNode): Operand {
  const place = cx.place(node);
  return place ? { kind: 'place', place, range: cx.span(node) } : none;
}

/** `*p` and `&x`. */
function pointer(cx: Context, node: SyntaxNode): Operand {
  const argument = node.child('argument');
  if (!argument) return none;
  const range = cx.span(node);
  const isAddress = node.child('operator')?.type === '&' || node.has('&');
  if (isAddress) {
    const inner = unwrap(argument);
    const of = inner.type === 'compound_literal_expression' ? cx.value(inner) : null;
    const place = of ? null : cx.place(argument);
    if (place?.startsWith('*')) return { kind: 'place', place: place.slice(1), range };
    const target: Operand | null = of ?? (place ? { kind: 'place', place, range } : null);
    return target ? { kind: 'derived', how: 'address', of: target, range } : none;
  }
  const value = cx.value(argument);
  if (value.kind === 'derived' && value.how === 'address') return value.of;
  return value.kind === 'place' ? { kind: 'place', place: `*${value.place}`, range } : { kind: 'opaque', uses: usesOf(value), range };
}

function unary(cx: Context, node: SyntaxNode): Operand {
  const argument = node.child('argument');
  const op = node.child('operator')?.type;
  if (!argument) return none;
  if (op === '!') return truthValue(cx, node);
  const value = cx.value(argument);
  const range = cx.span(node);
  if (value.kind === 'const' && typeof value.value === 'number') {
    return { kind: 'const', value: op === '-' ? -value.value : op === '~' ? ~value.value : value.value, range };
  }
  // `-EINVAL`: an error number is positive, so this is negative.
  if (op === '-' && ((value.kind === 'name' && /^E[A-Z0-9]+$/.test(value.name)) || (value.kind === 'place' && value.place === 'errno'))) {
    return { kind: 'const', value: -1, range };
  }
  return { kind: 'opaque', uses: usesOf(value), range };
}

const logical = new Set(['&&', '||', '==', '!=', '<', '>', '<=', '>=']);

function binary(cx: Context, node: SyntaxNode): Operand {
  const op = node.child('operator')?.type ?? '';
  const left = node.child('left');
  const right = node.child('right');
  if (!left || !right) return none;
  if (logical.has(op)) return truthValue(cx, node);
  if (op === '-' && isTypeName(cx, left)) return unaryMinus(cx, right, cx.span(node));
  const a = cx.value(left);
  const b = cx.value(right);
  const range = cx.span(node);
  if (op === '+' && a.kind === 'place' && pointsToBytes(left)) return a;
  if (a.kind === 'const' && b.kind === 'const' && typeof a.value === 'number' && typeof b.value === 'number') {
    const value = compute(op, a.value, b.value);
    if (value !== null) return { kind: 'const', value, range };
  }
  // `flags & ~O_NONBLOCK` takes the flag out.
  const taken = op === '&' && unwrap(right).type === 'unary_expression' ? [] : usesOf(b);
  return { kind: 'opaque', uses: [...usesOf(a), ...taken], range };
}

/** `(socket_t) -1` reads as a difference: a type's name in parentheses is no operand. */
function isTypeName(cx: Context, node: SyntaxNode): boolean {
  const name = node.type === 'parenthesized_expression' && node.parts[0]?.type === 'identifier' ? node.parts[0].text : null;
  return name !== null && namesType(cx, name);
}

const primitive = /^\{\s*(?:(?:unsigned|signed|long|short|int|char)\s*)+;\s*\}$/;

function namesType(cx: Context, name: string, depth = 3): boolean {
  const { globals, macros, enumerators } = cx.unit;
  if (!/_t$|^[A-Z]/.test(name) || cx.lookup(name) || globals.has(name) || enumerators.has(name)) return false;
  const macro = macros.get(name);
  if (!macro) return true;
  // `#define sock_t int`, `#define sock_t SOCKET`.
  if (macro.params !== null || depth === 0) return false;
  return primitive.test(macro.body.text) || (macro.expression?.type === 'identifier' && namesType(cx, macro.expression.text, depth - 1));
}

function unaryMinus(cx: Context, node: SyntaxNode, range: Operand['range']): Operand {
  const value = cx.value(node);
  return value.kind === 'const' && typeof value.value === 'number'
    ? { ...value, value: -value.value }
    : { kind: 'opaque', uses: usesOf(value), ...(range ? { range } : {}) };
}

/** The outcome of a test as a value: 1 or 0. */
function truthValue(cx: Context, node: SyntaxNode): Operand {
  const test = cx.test(node);
  const range = cx.span(node);
  if (test.test === 'always' || test.test === 'never') return { kind: 'const', value: Number(test.test === 'always'), range };
  const to = cx.temporary();
  const put = (value: number): Stmt[] => [{ do: 'assign', to, from: { kind: 'const', value }, range }];
  cx.emit({ do: 'if', test, then: put(1), else: put(0), range });
  return { kind: 'place', place: to, range };
}

function conditional(cx: Context, node: SyntaxNode): Operand {
  const to = cx.temporary();
  choose(cx, node, to);
  return { kind: 'place', place: to, range: cx.span(node) };
}

function choose(cx: Context, node: SyntaxNode, to: Place): void {
  const condition = node.child('condition');
  const yes = node.child('consequence');
  const no = node.child('alternative');
  if (!condition || !no) return;
  const test: Test = cx.test(condition);
  const put = (part: SyntaxNode): Stmt[] => cx.apart(() => cx.into(part, to));
  cx.emit({ do: 'if', test, then: put(yes ?? condition), else: put(no), range: cx.span(node) });
}

function compoundLiteral(cx: Context, node: SyntaxNode): Operand {
  const value = node.child('value');
  const type = node.child('type')?.text ?? '';
  const single = value?.parts[0];
  if (!value) return none;
  if (/\*$/.test(type) || type === 'int' || !single) return single && value.parts.length === 1 ? cx.value(single) : none;
  const to = cx.temporary();
  initialise(cx, to, type.replace(/\s+/g, ' '), value);
  return { kind: 'place', place: to, range: cx.span(node) };
}
