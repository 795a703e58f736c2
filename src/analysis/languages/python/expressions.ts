/** Python expressions to operands: calls become statements of their own in `out`. */

import { own } from '../../flow/own.js';
import type { Arg, CallStmt, Callee, Operand, Place, Stmt } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { qualifiedName } from './scope.js';
import type { Scope } from './scope.js';
import { starredElsewhere } from './star-imports.js';
import { pureMethods, likeBuiltins, likeMethods, partMethods, harmlessMethods, harmless, keepsGiven } from './builtins.js';
import { numberOf, fold, isTakenAtOnce, usesOf } from './values.js';

const simple: Record<string, Operand> = {
  none: { kind: 'const', value: null },
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
      return { ...identifier(node.text, scope), range };
    case 'attribute':
      return { ...attribute(node, out, scope), range };
    case 'call':
      return call(node, out, scope, 'plain');
    case 'await':
      return awaited(node, out, scope);
    case 'integer':
    case 'float':
      return { kind: 'const', value: numberOf(node.text), range };
    case 'string':
    case 'concatenated_string':
      return stringOf(node, out, scope);
    case 'parenthesized_expression': {
      const inner = node.parts[0];
      return inner ? lowerExpression(inner, out, scope) : { kind: 'opaque', uses: [], range };
    }
    case 'tuple':
    case 'list':
    case 'set':
    case 'expression_list':
    case 'pattern_list':
      return { kind: 'tuple', items: node.parts.map((part) => lowerExpression(part, out, scope)), range };
    case 'dictionary':
      return { kind: 'tuple', items: node.parts.flatMap((pair) => pair.parts.map((part) => lowerExpression(part, out, scope))), range };
    case 'subscript':
      return { ...subscript(node, out, scope), range };
    case 'named_expression':
      return walrus(node, out, scope);
    case 'boolean_operator':
    case 'conditional_expression':
      return choice(node, out, scope);
    case 'not_operator':
    case 'comparison_operator':
      return truthValue(node, out, scope);
    case 'binary_operator':
      return binary(node, out, scope);
    case 'unary_operator':
      return unary(node, out, scope);
    case 'lambda':
      return { kind: 'function', id: scope.file.parts.lambda(node, scope), range };
    case 'list_comprehension':
    case 'set_comprehension':
    case 'dictionary_comprehension':
    case 'generator_expression':
      return scope.file.parts.comprehension(node, out, scope);
    case 'yield':
      return yielded(node, out, scope);
    default:
      return opaque(node, out, scope);
  }
}

/** `name := value` */
function walrus(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const range = node.span;
  const value = node.child('value');
  const to = node.child('name');
  if (!value || !to) return { kind: 'opaque', uses: [], range };
  const from = lowerExpression(value, out, scope);
  out.push({ do: 'assign', to: scope.use(to.text), from, range });
  return { kind: 'place', place: scope.use(to.text), range };
}

function unary(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const range = node.span;
  const inner = node.child('argument');
  const value = inner ? lowerExpression(inner, out, scope) : null;
  if (value?.kind === 'const' && typeof value.value === 'number' && node.child('operator')?.text === '-')
    return { kind: 'const', value: -value.value, range };
  return { kind: 'opaque', uses: value ? usesOf(value) : [], range };
}

/** Evaluates the parts for their calls; the value itself is not understood. */
function opaque(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const uses = node.parts.flatMap((part) => usesOf(lowerExpression(part, out, scope)));
  return { kind: 'opaque', uses, range: node.span };
}

function identifier(name: string, scope: Scope): Operand {
  const symbol = scope.lookup(name);
  if (symbol?.symbol === 'import') return { kind: 'name', name: symbol.name };
  if (symbol?.symbol === 'function') return { kind: 'function', id: symbol.id };
  if (symbol?.symbol === 'class') return { kind: 'name', name: symbol.name };
  return { kind: 'place', place: scope.use(name) };
}

function attribute(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const name = node.child('attribute')?.text ?? '';
  const object = node.child('object');
  const unbound = object ? unboundMethod(object, name, scope) : null;
  if (unbound) return { kind: 'function', id: unbound };
  const qualified = qualifiedName(node, scope);
  if (qualified !== null) return { kind: 'name', name: qualified };
  const base = object ? placeFor(object, out, scope) : '%0';
  const method = base === scope.receiver && scope.className ? methodId(scope, name) : null;
  return method ? { kind: 'function', id: method, receiver: base } : { kind: 'place', place: `${base}.${name}` };
}

/** `self.run` as a value: the method of this class. */
function methodId(scope: Scope, name: string): string | null {
  const id = `${scope.className ?? ''}.${name}`;
  return scope.file.ids.has(id) ? id : null;
}

/** `Class.method` of a static or class method of the file, also of a base: its id. */
function unboundMethod(object: SyntaxNode, name: string, scope: Scope): string | null {
  const owner = object.type === 'identifier' ? scope.lookup(object.text) : null;
  const queue = owner?.symbol === 'class' ? [owner.name] : [];
  for (let at = queue.shift(), seen = 0; at !== undefined && seen < 16; at = queue.shift(), seen += 1) {
    const cls = scope.file.classes.find((one) => one.name === at);
    const id = own(cls?.methods, name);
    if (id !== undefined) return scope.file.unbound.has(id) ? id : null;
    queue.push(...(cls?.bases ?? []));
  }
  return null;
}

/** The value of an expression as a place; through a temporary if it has none. */
export function placeFor(node: SyntaxNode, out: Stmt[], scope: Scope): Place {
  const operand = lowerExpression(node, out, scope);
  if (operand.kind === 'place') return operand.place;
  const place = scope.temporary();
  out.push({ do: 'assign', to: place, from: operand, range: node.span });
  return place;
}

function subscript(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const value = node.child('value');
  const base = value ? placeFor(value, out, scope) : '%0';
  const index = node.child('subscript');
  const key = index ? lowerExpression(index, out, scope) : null;
  if (index?.type === 'slice') return { kind: 'derived', how: 'part', of: { kind: 'place', place: base } };
  if (key?.kind === 'const' && typeof key.value === 'number' && key.value >= 0) return { kind: 'place', place: `${base}[${key.value}]` };
  return { kind: 'place', place: `${base}[]` };
}

function awaited(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const inner = node.parts[0];
  if (!inner) return { kind: 'opaque', uses: [], range: node.span };
  if (inner.type === 'call') return limitedCall(inner, out, scope, node) ?? call(inner, out, scope, 'await', node);
  return lowerExpression(inner, out, scope);
}

/** `await asyncio.wait_for(f(x), 5)`: f(x), ended after five seconds. */
function limitedCall(node: SyntaxNode, out: Stmt[], scope: Scope, whole: SyntaxNode): Operand | null {
  const fn = node.child('function');
  const args = node.child('arguments')?.parts ?? [];
  if (!fn || qualifiedName(fn, scope) !== 'asyncio.wait_for' || args[0]?.type !== 'call') return null;
  const seconds = args[1]?.type === 'keyword_argument' ? args[1].child('value') : args[1];
  const before = scope.limit;
  scope.limit = seconds ? lowerExpression(seconds, out, scope) : undefined;
  const value = call(args[0], out, scope, 'await', whole);
  scope.limit = before;
  return value;
}

function stringOf(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const uses: Place[] = [];
  const interpolations = node.type === 'string' ? node.children : node.children.flatMap((part) => part.children);
  for (const part of interpolations) {
    const inner = part.type === 'interpolation' ? part.child('expression') : null;
    if (inner) uses.push(...usesOf(lowerExpression(inner, out, scope)));
  }
  if (interpolations.some((part) => part.type === 'interpolation')) return { kind: 'opaque', uses, range: node.span };
  const strings = node.type === 'string' ? [node] : node.children.filter((part) => part.type === 'string');
  return { kind: 'const', value: strings.map((part) => part.first('string_content')?.text ?? '').join(''), range: node.span };
}

/** `a or b`, `a and b`, `x if c else y`: a temporary that gets one of them. */
function choice(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const range = node.span;
  const to = scope.temporary();
  const branch = (part: SyntaxNode | undefined | null): Stmt[] => {
    const inner: Stmt[] = [];
    if (part) inner.push({ do: 'assign', to, from: lowerExpression(part, inner, scope), range: part.span });
    return inner;
  };
  if (node.type === 'conditional_expression') {
    const [yes, condition, no] = node.parts;
    if (condition) out.push({ do: 'if', test: scope.file.parts.test(condition, scope), then: branch(yes), else: branch(no), range });
  } else {
    const isOr = node.child('operator')?.text === 'or';
    const [left, right] = [node.child('left'), node.child('right')];
    // `x or None`: x, which may be nothing in another way.
    if (isOr && left && right?.type === 'none') return lowerExpression(left, out, scope);
    out.push(...branch(node.child('left')));
    const other = branch(node.child('right'));
    out.push({
      do: 'if',
      test: { test: 'truth', value: { kind: 'place', place: to }, range },
      then: isOr ? [] : other,
      else: isOr ? other : [],
      range,
    });
  }
  return { kind: 'place', place: to, range };
}

/** `ok = s is not None`: true or false in a temporary. */
function truthValue(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const range = node.span;
  const to = scope.temporary();
  const set = (value: boolean): Stmt[] => [{ do: 'assign', to, from: { kind: 'const', value }, range }];
  out.push({ do: 'if', test: scope.file.parts.test(node, scope), then: set(true), else: set(false), range });
  return { kind: 'place', place: to, range };
}

function binary(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const range = node.span;
  const left = node.child('left');
  const right = node.child('right');
  if (!left || !right) return { kind: 'opaque', uses: [], range };
  const a = lowerExpression(left, out, scope);
  const b = lowerExpression(right, out, scope);
  const operator = node.child('operator')?.text ?? '';
  if (a.kind === 'const' && b.kind === 'const' && typeof a.value === 'number' && typeof b.value === 'number') {
    const folded = fold(operator, a.value, b.value);
    if (folded !== null) return { kind: 'const', value: folded, range };
  }
  if (operator === '+' && a.kind === 'place') return { kind: 'derived', how: 'joined', of: a, range };
  return { kind: 'opaque', uses: [...usesOf(a), ...usesOf(b)], range };
}

function yielded(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const values = node.parts.map((part) => lowerExpression(part, out, scope));
  if (scope.isManager)
    out.push({
      do: 'call',
      callee: { kind: 'api', name: 'contextlib.contextmanager.body' },
      args: values.map((value) => ({ value })),
      results: [],
      mode: 'plain',
      hosts: true,
      range: node.span,
    });
  else out.push({ do: 'yield', values, range: node.span });
  return { kind: 'opaque', uses: [], range: node.span };
}

/** A call; `whole` is the expression that the finding should mark (with its `await`). */
function call(node: SyntaxNode, out: Stmt[], scope: Scope, mode: CallStmt['mode'], whole = node): Operand {
  const fn = node.child('function');
  const list = node.child('arguments');
  if (!fn || !list) return opaque(node, out, scope);
  const shortcut = likeCall(fn, list, out, scope);
  if (shortcut) return { ...shortcut, range: node.span };
  const callee = calleeOf(fn, out, scope);
  const args = list.type === 'argument_list' ? argumentsOf(list, out, scope) : [{ value: lowerExpression(list, out, scope) }];
  const result = scope.temporary();
  const stmt: CallStmt = {
    do: 'call',
    callee: callee.callee,
    args,
    results: [result],
    mode: callee.spawns && mode === 'plain' ? 'spawn' : mode,
    range: whole.span,
  };
  if (callee.receiverFromArgs && args[0]?.value.kind === 'place') {
    stmt.callee = { ...(stmt.callee as Extract<Callee, { kind: 'method' }>), receiver: args[0].value.place };
    stmt.args = args.slice(1);
  }
  if (callee.harmless) stmt.harmless = true;
  if (callee.harmless && callee.callee.kind === 'api' && keepsGiven(callee.callee.name, isTakenAtOnce(whole))) stmt.keeps = true;
  if (callee.callee.kind === 'method' && pureMethods.has(callee.callee.name)) stmt.pure = true;
  const limit = mode === 'await' ? scope.limit : scope.greenLimit;
  if (limit !== undefined) stmt.limit = limit;
  out.push(stmt);
  return { kind: 'place', place: result, range: whole.span };
}

/** `len(x)`, `str(x)`, `x.decode()`: values whose tests can be followed. */
function likeCall(fn: SyntaxNode, list: SyntaxNode, out: Stmt[], scope: Scope): Operand | null {
  const args = list.type === 'argument_list' ? list.parts : [];
  if (fn.type === 'identifier' && !scope.lookup(fn.text) && args.length >= 1 && args[0]) {
    if (fn.text === 'len' && args.length === 1) return { kind: 'derived', how: 'length', of: lowerExpression(args[0], out, scope) };
    if (likeBuiltins.has(fn.text) && args[0].type !== 'keyword_argument')
      return { kind: 'derived', how: 'like', of: lowerExpression(args[0], out, scope) };
  }
  if (qualifiedName(fn, scope) === 'struct.pack' && args.length > 1) {
    return { kind: 'tuple', items: args.slice(1).map((arg) => lowerExpression(arg, out, scope)) };
  }
  const object = fn.type === 'attribute' ? fn.child('object') : null;
  const method = fn.child('attribute')?.text ?? '';
  if (object && (likeMethods.has(method) || partMethods.has(method)) && qualifiedName(object, scope) === null) {
    const of = lowerExpression(object, out, scope);
    for (const arg of args) lowerExpression(arg, out, scope);
    return { kind: 'derived', how: likeMethods.has(method) ? 'like' : 'part', of };
  }
  return null;
}

interface FoundCallee {
  callee: Callee;
  harmless?: boolean;
  spawns?: boolean;
  receiverFromArgs?: boolean;
}

function calleeOf(fn: SyntaxNode, out: Stmt[], scope: Scope): FoundCallee {
  if (fn.type === 'identifier') return namedCallee(fn.text, scope);
  if (fn.type !== 'attribute') return { callee: { kind: 'value', place: placeFor(fn, out, scope) } };
  const name = fn.child('attribute')?.text ?? '';
  const object = fn.child('object');
  if (object?.type === 'call' && object.child('function')?.text === 'super') {
    const base = scope.file.classes
      .find((cls) => cls.name === scope.className)
      ?.bases.find((one) => scope.file.classes.some((cls) => cls.name === one));
    if (base && scope.receiver) return { callee: { kind: 'method', receiver: scope.receiver, name, in: base } };
    return { callee: { kind: 'api', name: `super.${name}` } };
  }
  const unbound = object ? unboundMethod(object, name, scope) : null;
  if (unbound) return { callee: { kind: 'local', id: unbound } };
  const qualified = qualifiedName(fn, scope);
  if (qualified !== null) {
    const owner = object?.type === 'identifier' ? scope.lookup(object.text) : null;
    if (owner?.symbol === 'class') return { callee: { kind: 'method', receiver: '%0', name, in: owner.name }, receiverFromArgs: true };
    return {
      callee: { kind: 'api', name: qualified },
      harmless: /^(logging|warnings|time|math|string|itertools|functools|operator)\./.test(qualified),
    };
  }
  const receiver = object ? placeFor(object, out, scope) : '%0';
  const isAsync = receiver === scope.receiver && scope.className !== null && asyncMethods(scope).has(name);
  return { callee: { kind: 'method', receiver, name }, harmless: harmlessMethods.has(name), spawns: isAsync };
}

function asyncMethods(scope: Scope): Set<string> {
  return scope.file.asyncMethods.get(scope.className ?? '') ?? new Set();
}

function namedCallee(name: string, scope: Scope): FoundCallee {
  const symbol = scope.lookup(name);
  if (symbol?.symbol === 'import') return { callee: { kind: 'api', name: symbol.name } };
  if (symbol?.symbol === 'function') return { callee: { kind: 'local', id: symbol.id }, spawns: symbol.isAsync };
  if (symbol?.symbol === 'class') return { callee: { kind: 'new', className: symbol.name } };
  if (scope.isClassMethod && name === scope.receiver && scope.className) return { callee: { kind: 'new', className: scope.className } };
  const place = scope.use(name);
  const method = scope.methods.get(name);
  if (method) return { callee: { kind: 'method', ...method }, harmless: harmlessMethods.has(method.name) };
  const isVariable = scope.captures.has(name) || isLocal(scope, name);
  if (isVariable) return { callee: { kind: 'value', place } };
  const { stars } = scope.module;
  const elsewhere = harmless.has(name) || stars.length === 0 ? null : starredElsewhere(name, stars);
  return { callee: { kind: 'api', name: elsewhere ?? name }, harmless: harmless.has(name) };
}

function isLocal(scope: Scope, name: string): boolean {
  for (let at: Scope | null = scope; at; at = at.parent) if (at.locals.has(name)) return true;
  return false;
}

function argumentsOf(list: SyntaxNode, out: Stmt[], scope: Scope): Arg[] {
  const args: Arg[] = [];
  for (const part of list.parts) {
    if (part.type === 'keyword_argument') {
      const value = part.child('value');
      if (value) args.push({ name: part.child('name')?.text ?? '', value: lowerExpression(value, out, scope) });
    } else if (part.type === 'list_splat' || part.type === 'dictionary_splat') {
      const inner = part.parts[0];
      const named = inner && part.type === 'dictionary_splat' ? scope.file.parts.splatted(inner, out, scope) : null;
      if (named) args.push(...named);
      else if (inner)
        args.push({ spread: true, value: lowerExpression(inner, out, scope), ...(part.type === 'dictionary_splat' ? { name: '**' } : {}) });
    } else args.push({ value: lowerExpression(part, out, scope) });
  }
  return args;
}
