/** Rust expressions to operands: calls become statements of their own. */

import type { Operand, Stmt } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { folded, usesOf } from '../shared/values.js';
import { invocation } from './calls.js';
import type { Context } from './context.js';
import { conditional, jump, loop, lowerBlock, lowerTest, match } from './control.js';
import { inPlace, literal, self } from './functions.js';
import { leave } from './leave.js';
import { segments } from './names.js';
import { record } from './objects.js';

const nothing: Operand = { kind: 'const', value: null };
const ends = /^(?:panic|unreachable|todo|unimplemented)$/;

/** The value of an expression. */
export function lowerOperand(cx: Context, node: SyntaxNode): Operand {
  const range = node.span;
  const known = constant(node);
  if (known) return { ...known, range };
  switch (node.type) {
    case 'identifier':
    case 'scoped_identifier':
    case 'generic_function':
      return { ...named(cx, node), range };
    case 'self': {
      const variable = cx.lookup(self);
      return variable ? { kind: 'place', place: variable.root, range } : { kind: 'opaque', uses: [], range };
    }
    case 'field_expression':
      return field(cx, node);
    case 'call_expression':
      return invocation(cx, node);
    case 'await_expression':
    case 'parenthesized_expression':
    case 'unsafe_block':
    case 'type_cast_expression':
    case 'reference_expression': {
      const inner = node.child('value') ?? node.parts.find((part) => part.type !== 'mutable_specifier');
      if (!inner) return { kind: 'opaque', uses: [], range };
      return inner.type === 'async_block' ? inPlace(cx, inner.first('block'), inner) : lowerOperand(cx, inner);
    }
    case 'try_expression':
      return attempt(cx, node);
    case 'block':
    case 'const_block':
      return lowerBlock(cx, node);
    case 'async_block':
      return inPlace(cx, node.first('block'), node);
    case 'try_block':
      return inPlace(cx, node.first('block'), node);
    case 'assignment_expression':
    case 'compound_assignment_expr':
      return assignment(cx, node);
    case 'binary_expression':
      return binary(cx, node);
    case 'unary_expression':
      return unary(cx, node);
    case 'let_condition':
    case 'let_chain':
      return truthValue(cx, node);
    case 'struct_expression':
      return record(cx, node);
    case 'tuple_expression':
    case 'array_expression':
      return { kind: 'tuple', items: node.parts.map((part) => lowerOperand(cx, part)), range };
    case 'index_expression':
      return element(cx, node);
    case 'macro_invocation':
      return macro(cx, node);
    default:
      return branching(cx, node) ?? allOf(cx, node);
  }
}

/** Branches, loops, jumps and functions without a name. */
function branching(cx: Context, node: SyntaxNode): Operand | null {
  switch (node.type) {
    case 'if_expression':
      return conditional(cx, node);
    case 'match_expression':
      return match(cx, node);
    case 'loop_expression':
    case 'while_expression':
    case 'for_expression':
      return loop(cx, node);
    case 'return_expression':
    case 'break_expression':
    case 'continue_expression':
      return jump(cx, node);
    case 'closure_expression':
      return literal(cx, node);
    default:
      return null;
  }
}

/** What stands there itself. */
function constant(node: SyntaxNode): Operand | null {
  switch (node.type) {
    case 'integer_literal':
    case 'float_literal':
      return { kind: 'const', value: numberOf(node.text) };
    case 'boolean_literal':
      return { kind: 'const', value: node.text === 'true' };
    case 'string_literal':
    case 'raw_string_literal':
      return { kind: 'const', value: node.text.replace(/^(?:b|c)?r?#*"|"#*$/g, '') };
    case 'unit_expression':
      return { kind: 'const', value: true };
    default:
      return null;
  }
}

/** Evaluates the parts for their calls; the value itself is not understood. */
function allOf(cx: Context, node: SyntaxNode): Operand {
  const uses = node.parts
    .filter((part) => !/type|_item$|lifetime|pattern|specifier|^ERROR$/.test(part.type))
    .flatMap((part) => usesOf(lowerOperand(cx, part)));
  return { kind: 'opaque', uses, range: node.span };
}

/** Places that the arguments of a macro name: `println!("{}", stream.peer_addr())` only looks. */
function macro(cx: Context, node: SyntaxNode): Operand {
  const name = segments(node.child('macro')).at(-1) ?? '';
  const range = node.span;
  if (ends.test(name)) {
    cx.emit({ do: 'exit', range });
    return { kind: 'opaque', uses: [], range };
  }
  const uses = (node.first('token_tree')?.parts ?? []).flatMap((part) => {
    const variable = part.type === 'identifier' ? cx.lookup(part.text) : null;
    return variable ? [variable.root] : [];
  });
  if (name === 'vec' && uses.length > 0) cx.emit({ do: 'escape', places: uses, why: 'kept in a list', range });
  return { kind: 'opaque', uses, range };
}

function named(cx: Context, node: SyntaxNode): Operand {
  const path = segments(node);
  const [name = ''] = path;
  if (path.length === 1) {
    const variable = cx.lookup(name);
    if (variable)
      return variable.functionId === undefined ? { kind: 'place', place: variable.root } : { kind: 'function', id: variable.functionId };
    if (name === 'None') return nothing;
    const fixed = cx.names.constants.get(name);
    if (fixed) return fixed;
  }
  const full = cx.names.qualify(path, cx.cls);
  const known = cx.names.functions.get(full);
  if (known) return { kind: 'function', id: known.id };
  return { kind: 'name', name: full };
}

function field(cx: Context, node: SyntaxNode): Operand {
  const object = node.child('value');
  const name = node.child('field')?.text ?? '';
  const range = node.span;
  if (!object) return { kind: 'opaque', uses: [], range };
  return { kind: 'place', place: `${cx.place(lowerOperand(cx, object), object.span)}.${name}`, range };
}

/** `x?`: what is nothing leaves the function. */
function attempt(cx: Context, node: SyntaxNode): Operand {
  const inner = node.parts[0];
  const range = node.span;
  if (!inner) return { kind: 'opaque', uses: [], range };
  const value = lowerOperand(cx, inner);
  if (value.kind !== 'place') return value;
  const left = cx.gather(() => leave(cx, nothing, node));
  const test = { test: 'compare', op: '==', left: value, right: nothing, range } as const;
  cx.emit({ do: 'if', test, then: left.map(asFailure), else: [], range });
  return value;
}

function asFailure(stmt: Stmt): Stmt {
  return stmt.do === 'return' ? { ...stmt, failure: true } : stmt;
}

function numberOf(text: string): number {
  const plain = text.replace(/_/g, '').replace(/(?:[iu](?:8|16|32|64|128|size)|f32|f64)$/, '');
  const value = Number(plain);
  return Number.isNaN(value) ? 0 : value;
}

function assignment(cx: Context, node: SyntaxNode): Operand {
  const left = node.child('left');
  const right = node.child('right');
  const range = node.span;
  if (!left || !right) return { kind: 'opaque', uses: [], range };
  const value = lowerOperand(cx, right);
  if (left.text === '_') return value;
  const to = lowerOperand(cx, left);
  if (to.kind === 'name') cx.emit({ do: 'escape', places: usesOf(value), why: 'kept in a static', range });
  if (to.kind !== 'place') return value;
  const operator = node.child('operator')?.text ?? '=';
  if (node.type === 'assignment_expression') cx.assign(to.place, value, range);
  else if (operator === '+=') cx.assign(to.place, { kind: 'derived', how: 'joined', of: to }, range);
  else cx.assign(to.place, { kind: 'opaque', uses: [to.place, ...usesOf(value)] }, range);
  return { kind: 'const', value: true, range };
}

/** A condition as a value. */
function truthValue(cx: Context, node: SyntaxNode): Operand {
  const range = node.span;
  const to = cx.frame.temporary();
  const set = (value: boolean): Stmt[] => [{ do: 'assign', to, from: { kind: 'const', value }, range }];
  cx.emit({ do: 'if', test: lowerTest(cx, node).test, then: set(true), else: set(false), range });
  return { kind: 'place', place: to, range };
}

function binary(cx: Context, node: SyntaxNode): Operand {
  const range = node.span;
  const operator = node.child('operator')?.text ?? '';
  if (/^(?:&&|\|\||[=!]=|[<>]=?)$/.test(operator)) return truthValue(cx, node);
  const [a, b] = [node.child('left'), node.child('right')].map((part): Operand => (part ? lowerOperand(cx, part) : nothing)) as [
    Operand,
    Operand,
  ];
  const value =
    a.kind === 'const' && b.kind === 'const' && typeof a.value === 'number' && typeof b.value === 'number'
      ? folded(operator, a.value, b.value)
      : null;
  return value === null ? { kind: 'opaque', uses: [...usesOf(a), ...usesOf(b)], range } : { kind: 'const', value, range };
}

function unary(cx: Context, node: SyntaxNode): Operand {
  const inner = node.parts[0];
  const range = node.span;
  if (!inner) return { kind: 'opaque', uses: [], range };
  if (node.text.startsWith('!')) return truthValue(cx, node);
  const value = lowerOperand(cx, inner);
  if (node.text.startsWith('*')) return value;
  return value.kind === 'const' && typeof value.value === 'number'
    ? { kind: 'const', value: -value.value, range }
    : { kind: 'opaque', uses: usesOf(value), range };
}

function element(cx: Context, node: SyntaxNode): Operand {
  const [object, index] = node.parts;
  const range = node.span;
  if (!object) return { kind: 'opaque', uses: [], range };
  const value = lowerOperand(cx, object);
  const at = index ? lowerOperand(cx, index) : nothing;
  if (index?.type === 'range_expression') return { kind: 'opaque', uses: [...usesOf(value), ...usesOf(at)], range };
  return { kind: 'place', place: `${cx.place(value, range)}[]`, range };
}
