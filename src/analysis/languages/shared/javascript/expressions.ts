/** Expressions to operands: calls become statements of their own in `out`. */

import type { Operand, Stmt } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import { usesOf } from '../values.js';
import { isClass, isFunction, memberName } from './nodes.js';
import { takeApart } from './patterns.js';
import { capturedBy, identifierIsThis, memberPlace, ownMethod, placeFor } from './places.js';
import { qualifiedName, required } from './scope.js';
import type { Scope } from './scope.js';

const simple: Record<string, Operand> = {
  null: { kind: 'const', value: null },
  undefined: { kind: 'const', value: null },
  true: { kind: 'const', value: true },
  false: { kind: 'const', value: false },
};

/** The value of an expression. */
export function lowerExpression(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const range = node.span;
  const known = simple[node.type];
  if (known) return { ...known, range };
  switch (node.type) {
    case 'identifier':
      return { ...identifier(node, scope), range };
    case 'this':
      return { kind: 'place', place: scope.thisPlace(), range };
    case 'member_expression':
    case 'subscript_expression':
      return { ...member(node, out, scope), range };
    case 'call_expression':
      return scope.file.parts.call(node, out, scope, 'plain');
    case 'new_expression':
      return scope.file.parts.make(node, out, scope);
    case 'await_expression':
      return awaited(node, out, scope);
    case 'number':
      return { kind: 'const', value: Number(node.text.replace(/[_n]/g, '')), range };
    case 'string':
      return { kind: 'const', value: node.text.slice(1, -1), range };
    case 'parenthesized_expression':
    case 'as_expression':
    case 'satisfies_expression':
    case 'non_null_expression':
    case 'type_assertion': {
      const inner = node.type === 'type_assertion' ? node.parts.at(-1) : node.parts[0];
      return inner ? lowerExpression(inner, out, scope) : { kind: 'opaque', uses: [], range };
    }
    case 'sequence_expression':
      return node.parts.map((part) => lowerExpression(part, out, scope)).at(-1) ?? { kind: 'opaque', uses: [], range };
    case 'array':
      return { kind: 'tuple', items: items(node.parts, node, out, scope), range };
    case 'object':
      return objectLiteral(node, out, scope);
    case 'assignment_expression':
      return assignment(node, out, scope);
    case 'augmented_assignment_expression':
      return augmented(node, out, scope);
    case 'update_expression':
      return updated(node, out, scope);
    case 'ternary_expression':
      return choice(node, out, scope);
    case 'binary_expression':
      return binary(node, out, scope);
    case 'unary_expression':
      return unary(node, out, scope);
    case 'yield_expression': {
      const values = node.parts.map((part) => lowerExpression(part, out, scope));
      out.push({ do: 'yield', values, range });
      return { kind: 'opaque', uses: [], range };
    }
    default:
      if (isFunction(node)) return { kind: 'function', id: scope.file.parts.lambda(node, scope), range };
      if (isClass(node)) return { kind: 'name', name: scope.file.parts.classBody(node, scope) ?? '', range };
      return opaque(node, out, scope);
  }
}

/** Evaluates the parts for their calls; the value itself is not understood. */
function opaque(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const values = items(node.parts.filter(isValue), node, out, scope);
  return { kind: 'opaque', uses: values.flatMap(usesOf), range: node.span };
}

/** The values of several parts, in their order. */
function items(parts: readonly SyntaxNode[], node: SyntaxNode, out: Stmt[], scope: Scope): Operand[] {
  const values = parts.map((part) => item(part, out, scope));
  return kept(values, out, scope, node);
}

function isValue(node: SyntaxNode): boolean {
  return (
    !/^(?:type_|predefined_type|comment|string_fragment|escape_sequence|property_identifier|regex_|jsx_(?:opening|closing)|statement_identifier)/.test(
      node.type,
    ) || node.type === 'jsx_opening_element'
  );
}

/** Who gets these values gets the functions among them, with all that they use. */
function kept(values: Operand[], out: Stmt[], scope: Scope, at: SyntaxNode): Operand[] {
  const places = capturedBy(
    values.flatMap((value) => (value.kind === 'function' ? [value.id] : [])),
    scope,
  );
  if (places.length > 0) out.push({ do: 'escape', places, why: 'used by a function that is kept', range: at.span });
  return values;
}

function item(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const inner = node.type === 'spread_element' ? node.parts[0] : node;
  return inner ? lowerExpression(inner, out, scope) : { kind: 'opaque', uses: [] };
}

function identifier(node: SyntaxNode, scope: Scope): Operand {
  const binding = scope.lookup(node.text);
  switch (binding?.is) {
    case 'variable':
      return { kind: 'place', place: binding.place };
    case 'import':
    case 'class':
      return { kind: 'name', name: binding.name };
    case 'function':
      return { kind: 'function', id: binding.id };
    case 'this':
      return { kind: 'place', place: scope.thisPlace() === 'this' ? 'this' : scope.thisPlace() };
    default:
      return { kind: 'place', place: node.text };
  }
}

function member(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const qualified = node.type === 'member_expression' ? qualifiedName(node, scope) : null;
  if (qualified !== null && required(node) === null) return { kind: 'name', name: qualified };
  const name = node.child('property')?.text.replace(/^#/, '') ?? '';
  const object = node.child('object');
  const method =
    object?.type === 'this' || (object && scope.thisPlace() === 'this' && object.text !== 'super' && identifierIsThis(object, scope))
      ? ownMethod(name, scope)
      : null;
  if (method !== null) return { kind: 'function', id: method, receiver: scope.thisPlace() };
  if (name === 'length' && object && node.type === 'member_expression')
    return { kind: 'derived', how: 'length', of: lowerExpression(object, out, scope) };
  return { kind: 'place', place: memberPlace(node, out, scope) };
}

function awaited(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const inner = node.parts[0];
  if (!inner) return { kind: 'opaque', uses: [], range: node.span };
  const module = required(inner);
  if (module !== null) return { kind: 'name', name: module, range: node.span };
  return inner.type === 'call_expression' ? scope.file.parts.call(inner, out, scope, 'await') : lowerExpression(inner, out, scope);
}

function objectLiteral(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const fields: Record<string, Operand> = {};
  const others: Operand[] = [];
  for (const part of node.parts) {
    if (part.type === 'shorthand_property_identifier') fields[part.text] = identifier(part, scope);
    else if (part.type === 'method_definition')
      fields[memberName(part) ?? ''] = { kind: 'function', id: scope.file.parts.lambda(part, scope) };
    else if (part.type === 'pair') {
      const value = part.child('value');
      const key = part.child('key');
      const lowered = value ? lowerExpression(value, out, scope) : null;
      if (lowered && key && key.type !== 'computed_property_name') fields[key.text.replace(/^['"]|['"]$/g, '')] = lowered;
      else if (lowered) others.push(lowered);
    } else others.push(item(part, out, scope));
  }
  const values = Object.values(fields);
  kept([...values, ...others], out, scope, node);
  const range = node.span;
  return others.length > 0 ? { kind: 'tuple', items: [...others, ...values], range } : { kind: 'record', type: null, fields, range };
}

function assignment(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const [left, right] = [node.child('left'), node.child('right')];
  if (!left || !right) return { kind: 'opaque', uses: [], range: node.span };
  const value = lowerExpression(right, out, scope);
  const heard = listens(left, value, scope);
  if (value.kind === 'function' && left.type !== 'identifier' && !heard) kept([value], out, scope, node);
  takeApart(left, value, out, scope);
  if (heard) propertySet(left, value, out, scope, node);
  else limited(left, value, out, scope, node);
  return value;
}

/** `socket.onmessage = …`: a function for what happens. */
function listens(left: SyntaxNode, value: Operand, scope: Scope): boolean {
  const object = left.type === 'member_expression' ? left.child('object') : null;
  const isOwn = object !== null && identifierIsThis(object, scope);
  return object !== null && !isOwn && value.kind === 'function' && /^on[a-z]+$/.test(left.child('property')?.text ?? '');
}

/** A property named like a limit (`server.requestTimeout = 0`): what is set takes note of it, as a method `requestTimeout=` would. */
function limited(left: SyntaxNode, value: Operand, out: Stmt[], scope: Scope, node: SyntaxNode): void {
  const name = left.type === 'member_expression' ? left.child('property')?.text : undefined;
  if (name !== undefined && /(?:^t|T)imeout$/.test(name) && left.child('object')?.type !== 'this')
    propertySet(left, value, out, scope, node);
}

/** What is set takes note of it, as a method `name=` would; else it keeps what it gets. */
function propertySet(left: SyntaxNode, value: Operand, out: Stmt[], scope: Scope, node: SyntaxNode): void {
  const [object, name] = [left.child('object'), left.child('property')?.text ?? ''];
  if (!object) return;
  const callee = { kind: 'method', receiver: placeFor(object, out, scope), name: `${name}=` } as const;
  const keeps = value.kind === 'function' ? { keeps: true } : {};
  out.push({ do: 'call', callee, args: [{ value }], results: [null], mode: 'plain', harmless: true, ...keeps, range: node.span });
}

function augmented(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const [left, right] = [node.child('left'), node.child('right')];
  const operator = node.child('operator')?.text ?? '';
  if (!left || !right) return { kind: 'opaque', uses: [], range: node.span };
  const before = lowerExpression(left, out, scope);
  if (/^(?:\|\||&&|\?\?)=$/.test(operator)) {
    const then: Stmt[] = [];
    takeApart(left, lowerExpression(right, then, scope), then, scope);
    const test =
      operator === '??='
        ? { test: 'compare' as const, op: '==' as const, left: before, right: { kind: 'const' as const, value: null }, range: left.span }
        : { test: 'truth' as const, value: before, range: left.span };
    out.push({ do: 'if', test: operator === '||=' ? { test: 'not', of: test } : test, then, else: [], range: node.span });
    return before;
  }
  const value = lowerExpression(right, out, scope);
  const from: Operand =
    operator === '+=' && before.kind === 'place'
      ? { kind: 'derived', how: 'joined', of: before }
      : { kind: 'opaque', uses: [...usesOf(before), ...usesOf(value)] };
  takeApart(left, from, out, scope);
  return from;
}

function updated(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const target = node.child('argument');
  if (!target) return { kind: 'opaque', uses: [], range: node.span };
  const before = lowerExpression(target, out, scope);
  takeApart(target, { kind: 'opaque', uses: usesOf(before) }, out, scope);
  return { kind: 'opaque', uses: usesOf(before), range: node.span };
}

/** `a ? b : c`. */
function choice(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const [condition, yes, no] = [node.child('condition'), node.child('consequence'), node.child('alternative')];
  const range = node.span;
  if (!condition || !yes || !no) return opaque(node, out, scope);
  const to = scope.temporary();
  const branch = (part: SyntaxNode): Stmt[] => {
    const body: Stmt[] = [];
    const from = lowerExpression(part, body, scope);
    body.push({ do: 'assign', to, from, range: part.span });
    return body;
  };
  const test = scope.file.parts.test(condition, scope);
  out.push({ do: 'if', test, then: branch(yes), else: branch(no), range });
  return { kind: 'place', place: to, range };
}

function binary(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const [left, right] = [node.child('left'), node.child('right')];
  const operator = node.child('operator')?.text ?? '';
  const range = node.span;
  if (!left || !right) return opaque(node, out, scope);
  if (/^(?:&&|\|\||\?\?)$/.test(operator)) {
    const to = scope.temporary();
    const first = lowerExpression(left, out, scope);
    out.push({ do: 'assign', to, from: first, range: left.span });
    const then: Stmt[] = [];
    const from = lowerExpression(right, then, scope);
    then.push({ do: 'assign', to, from, range: right.span });
    const value: Operand = { kind: 'place', place: to };
    const test =
      operator === '??'
        ? { test: 'compare' as const, op: '==' as const, left: value, right: { kind: 'const' as const, value: null }, range: left.span }
        : { test: 'truth' as const, value, range: left.span };
    out.push({ do: 'if', test: operator === '||' ? { test: 'not', of: test } : test, then, else: [], range });
    return { ...value, range };
  }
  const [a, b] = [lowerExpression(left, out, scope), lowerExpression(right, out, scope)];
  const folded =
    a.kind === 'const' && b.kind === 'const' && typeof a.value === 'number' && typeof b.value === 'number'
      ? arithmetic(operator, a.value, b.value)
      : null;
  if (folded !== null) return { kind: 'const', value: folded, range };
  return { kind: 'opaque', uses: [...usesOf(a), ...usesOf(b)], range };
}

function arithmetic(operator: string, a: number, b: number): number | null {
  switch (operator) {
    case '*':
      return a * b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '/':
      return b === 0 ? null : a / b;
    default:
      return null;
  }
}

function unary(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const inner = node.child('argument');
  const operator = node.child('operator')?.text;
  if (!inner) return { kind: 'opaque', uses: [], range: node.span };
  if (operator === 'void' && inner.type === 'call_expression') scope.file.parts.call(inner, out, scope, 'dropped');
  const value: Operand =
    operator === 'void'
      ? inner.type === 'call_expression'
        ? { kind: 'const', value: null }
        : lowerExpression(inner, out, scope)
      : lowerExpression(inner, out, scope);
  if (operator === 'void') return { kind: 'const', value: null, range: node.span };
  if (operator === '-' && value.kind === 'const' && typeof value.value === 'number')
    return { kind: 'const', value: -value.value, range: node.span };
  return { kind: 'opaque', uses: usesOf(value), range: node.span };
}
