/** Calls: who is called, with what; promises are taken for what they give. */

import type { Arg, CallStmt, Callee, Operand, Span, Stmt } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import { usesOf } from '../values.js';
import { isFunction } from './nodes.js';
import { argumentsOf, identifierIsThis, ownMethod, placeFor } from './places.js';
import { lowerPromise, newPromise, noteSettling, settles } from './promises.js';
import { canonical, qualifiedName, required } from './scope.js';
import type { Scope, Use } from './scope.js';

/** Globals that cannot hurt and keep nothing. */
const harmlessGlobals = new Set([
  'parseInt',
  'parseFloat',
  'String',
  'Number',
  'Boolean',
  'BigInt',
  'Symbol',
  'isNaN',
  'isFinite',
  'encodeURIComponent',
  'decodeURIComponent',
  'encodeURI',
  'decodeURI',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'structuredClone',
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'AggregateError',
  'DOMException',
  'Date',
  'RegExp',
  'URL',
  'URLSearchParams',
  'AbortController',
  'Headers',
  'FormData',
  'TextEncoder',
  'TextDecoder',
  'Map',
  'WeakMap',
  'Set',
  'WeakSet',
  'Uint8Array',
  'ArrayBuffer',
  'DataView',
  'Buffer',
  'Request',
  'Blob',
  'btoa',
  'atob',
  'require',
]);
const harmlessModules =
  /^(?:console|JSON|Math|Object|Number|String|Date|Reflect|performance|util|path|url|querystring|os|assert|debug|chalk|crypto)(?:\.|$)/;
/** Methods that cannot hurt on anything: logging, text, containers of plain data. */
const harmlessMethods = new Set([
  'debug',
  'info',
  'warn',
  'error',
  'log',
  'trace',
  'verbose',
  'fatal',
  'toString',
  'toJSON',
  'valueOf',
  'trim',
  'split',
  'join',
  'slice',
  'substring',
  'substr',
  'indexOf',
  'lastIndexOf',
  'includes',
  'startsWith',
  'endsWith',
  'replace',
  'replaceAll',
  'toLowerCase',
  'toUpperCase',
  'padStart',
  'padEnd',
  'match',
  'charCodeAt',
  'charAt',
  'codePointAt',
  'repeat',
  'has',
  'keys',
  'entries',
  'toFixed',
  'toISOString',
  'getTime',
  'hasOwnProperty',
  'readUInt8',
  'readUInt16BE',
  'readUInt32BE',
  'readUInt16LE',
  'readUInt32LE',
  'writeUInt8',
  'writeUInt16BE',
  'writeUInt32BE',
  'subarray',
  'concat',
  'localeCompare',
  'test',
  'status',
  'json',
  'send',
]);
const pureMethods = new Set(['startsWith', 'endsWith', 'includes', 'has', 'hasOwnProperty', 'indexOf', 'test']);
/** Methods that run a function for each element before they return. */
const eachMethods = new Set(['forEach', 'map', 'filter', 'some', 'every', 'find', 'findIndex', 'flatMap', 'reduce', 'sort']);

export function lowerCall(node: SyntaxNode, out: Stmt[], scope: Scope, use: Use): Operand {
  const module = required(node);
  if (module !== null) return { kind: 'name', name: module, range: node.span };
  const fn = node.child('function');
  const list = node.child('arguments');
  if (!fn || !list) return { kind: 'opaque', uses: [], range: node.span };
  if (scope.file.settling.length > 0) noteSettling(node, fn, list, scope);
  const special = lowerPromise(node, out, scope, use) ?? bound(node, fn, list, out, scope) ?? repeated(node, fn, list, out, scope);
  if (special) return special;
  if (fn.type === 'super') return superCall(node, list, out, scope);
  const found = calleeOf(fn, out, scope);
  const args = list.type === 'template_string' ? [] : argumentsOf(list, out, scope);
  return emit(node, { ...found, answers: settles(fn, list, scope) }, args, out, scope, use);
}

interface Found {
  callee: Callee;
  like?: string;
  harmless?: boolean;
  pure?: boolean;
  isAsync?: boolean;
  answers?: boolean;
}

function emit(node: SyntaxNode, found: Found, args: Arg[], out: Stmt[], scope: Scope, use: Use): Operand {
  const to = scope.temporary();
  const mode: CallStmt['mode'] = use === 'await' ? 'await' : use === 'dropped' && found.isAsync === true ? 'spawn' : 'plain';
  const { callee, like, harmless, pure, answers } = found;
  const range = spanOf(node);
  out.push({
    do: 'call',
    callee,
    args,
    results: [use === 'dropped' ? null : to],
    mode,
    ...(like === undefined ? {} : { like: { name: like, args } }),
    ...(harmless ? { harmless } : {}),
    ...(pure ? { pure } : {}),
    ...(answers ? { answers } : {}),
    range,
  });
  return { kind: 'place', place: to, range };
}

/** The call; where its arguments go over several lines, only who is called. */
function spanOf(node: SyntaxNode): Span {
  const whole = node.span;
  if (whole.startLine === whole.endLine) return whole;
  const named = node.child('function') ?? node.child('constructor') ?? node;
  const span = named.span;
  if (span.startLine === span.endLine)
    return node.type === 'new_expression' ? { ...span, startLine: whole.startLine, startColumn: whole.startColumn } : span;
  return named.child('property')?.span ?? span;
}

function calleeOf(fn: SyntaxNode, out: Stmt[], scope: Scope): Found {
  const inner = fn.type === 'parenthesized_expression' || fn.type === 'non_null_expression' ? (fn.parts[0] ?? fn) : fn;
  if (isFunction(inner)) return { callee: { kind: 'local', id: scope.file.parts.lambda(inner, scope) }, isAsync: inner.has('async') };
  if (inner.type === 'identifier') return namedCallee(inner.text, scope);
  if (inner.type !== 'member_expression')
    return { callee: { kind: 'value', place: placeFor(inner, out, scope) }, like: standIn(inner, scope) ?? undefined };
  const name = inner.child('property')?.text.replace(/^#/, '') ?? '';
  const object = inner.child('object');
  if (object?.type === 'super') return { callee: { kind: 'method', receiver: scope.thisPlace(), name, in: baseOf(scope) ?? 'super' } };
  const qualified = qualifiedName(inner, scope);
  if (qualified !== null) return { callee: { kind: 'api', name: qualified }, harmless: harmlessModules.test(qualified) };
  if (
    object?.type === 'identifier' &&
    scope.lookup(object.text) === null &&
    (harmlessModules.test(object.text) || /^(?:globalThis|window|self|Promise|Array|Buffer|process)$/.test(object.text))
  ) {
    return {
      callee: { kind: 'api', name: canonical(`${object.text}.${name}`) },
      harmless: !/^(?:globalThis|window|process)$/.test(object.text),
    };
  }
  if (object && identifierIsThis(object, scope) && ownMethod(name, scope) !== null) {
    const isAsync = scope.file.asyncMethods.get(scope.className ?? '')?.has(name) === true;
    return { callee: { kind: 'method', receiver: scope.thisPlace(), name }, isAsync };
  }
  const receiver = object ? placeFor(object, out, scope) : '%0';
  return { callee: { kind: 'method', receiver, name }, harmless: harmlessMethods.has(name), pure: pureMethods.has(name) };
}

function namedCallee(name: string, scope: Scope): Found {
  const binding = scope.lookup(name);
  switch (binding?.is) {
    case 'import':
      return { callee: { kind: 'api', name: binding.name }, harmless: harmlessModules.test(binding.name) };
    case 'function':
      return { callee: { kind: 'local', id: binding.id }, isAsync: binding.isAsync };
    case 'class':
      return { callee: { kind: 'new', className: binding.name } };
    case 'variable':
      return { callee: { kind: 'value', place: binding.place }, like: binding.like };
    case 'this':
      return { callee: { kind: 'value', place: 'this' } };
    default:
      return { callee: { kind: 'api', name }, harmless: harmlessGlobals.has(name) };
  }
}

/** `globalThis.fetch`. */
function globalName(node: SyntaxNode, scope: Scope): string | null {
  const [object, name] = [node.child('object'), node.child('property')?.text];
  const isGlobal = object !== null && /^(?:globalThis|window|self|global)$/.test(object.text) && scope.lookup(object.text) === null;
  return isGlobal && name !== undefined ? canonical(`${object.text}.${name}`) : null;
}

/** `given ?? fetch`, `given || fetch`, `given ? given : fetch`: the library's function that stands in where nobody gave another. */
export function standIn(node: SyntaxNode, scope: Scope): string | null {
  if (node.type === 'identifier') {
    const binding = scope.lookup(node.text);
    return binding === null ? node.text : binding.is === 'import' ? binding.name : null;
  }
  if (node.type === 'member_expression') return globalName(node, scope);
  if (node.type === 'parenthesized_expression' || node.type === 'as_expression')
    return node.parts[0] && node.parts[0].type !== 'identifier' ? standIn(node.parts[0], scope) : null;
  const other =
    node.type === 'ternary_expression'
      ? node.child('alternative')
      : node.type === 'binary_expression' && /^(?:\?\?|\|\|)$/.test(node.child('operator')?.text ?? '')
        ? node.child('right')
        : null;
  return other ? standIn(other, scope) : null;
}

/** The class that the one at hand extends. */
function baseOf(scope: Scope): string | null {
  scope.thisPlace();
  return scope.file.classes.find((cls) => cls.name === scope.className)?.bases[0] ?? null;
}

function superCall(node: SyntaxNode, list: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const args = argumentsOf(list, out, scope);
  const base = baseOf(scope);
  const known = base !== null && scope.file.classes.some((cls) => cls.name === base);
  const callee: Callee = known ? { kind: 'method', receiver: 'this', name: 'constructor', in: base } : { kind: 'api', name: 'super' };
  out.push({ do: 'call', callee, args, results: [null], mode: 'plain', harmless: !known, range: node.span });
  return { kind: 'place', place: scope.thisPlace(), range: node.span };
}

/** `f.bind(x)` is f; `f.call(x, a)` calls it. */
function bound(node: SyntaxNode, fn: SyntaxNode, list: SyntaxNode, out: Stmt[], scope: Scope): Operand | null {
  const name = fn.type === 'member_expression' ? fn.child('property')?.text : undefined;
  const object = fn.child('object');
  if (!object || (name !== 'bind' && name !== 'call')) return null;
  const target =
    isFunction(object) || object.type === 'member_expression' || object.type === 'identifier'
      ? scope.file.parts.expression(object, out, scope)
      : null;
  if (name === 'bind' && target?.kind === 'place') return target;
  if (target?.kind !== 'function') return null;
  if (name === 'bind') {
    const [, ...given] = argumentsOf(list, out, scope);
    return given.length === 0
      ? { ...target, range: node.span }
      : { kind: 'tuple', items: [target, ...given.map(({ value }) => value)], range: node.span };
  }
  const [receiver, ...args] = argumentsOf(list, out, scope);
  const method = receiver?.value.kind === 'place' && target.receiver === undefined ? target : null;
  return emit(node, { callee: { kind: 'local', id: (method ?? target).id } }, args, out, scope, 'plain');
}

/** `list.forEach((one) => …)`: the function runs for each element, here. */
function repeated(node: SyntaxNode, fn: SyntaxNode, list: SyntaxNode, out: Stmt[], scope: Scope): Operand | null {
  const name = fn.type === 'member_expression' ? fn.child('property')?.text : undefined;
  const [first] = list.parts;
  const object = fn.child('object');
  if (name === undefined || !eachMethods.has(name) || !first || !isFunction(first) || !object || first.has('async')) return null;
  const source = scope.file.parts.expression(object, out, scope);
  for (const extra of list.parts.slice(1)) scope.file.parts.expression(extra, out, scope);
  const element = scope.temporary();
  const result = scope.temporary();
  const id = scope.file.parts.lambda(first, scope);
  const elements: Stmt = { do: 'assign', to: element, from: { kind: 'opaque', uses: usesOf(source) }, range: first.span };
  const call: Stmt = {
    do: 'call',
    callee: { kind: 'local', id },
    args: [{ value: { kind: 'place', place: element } }],
    results: [null],
    mode: 'plain',
    range: first.span,
  };
  out.push({
    do: 'loop',
    test: { test: 'opaque', text: null, uses: usesOf(source), range: object.span },
    body: [elements, call],
    range: node.span,
  });
  out.push({ do: 'assign', to: result, from: { kind: 'opaque', uses: usesOf(source) }, range: node.span });
  return { kind: 'place', place: result, range: node.span };
}

/** `Promise`, or a class that is called so and whose function gets the two that settle it. */
function isPromise(made: SyntaxNode, list: SyntaxNode | null): boolean {
  if (made.text === 'Promise') return true;
  const [executor] = list?.parts ?? [];
  if (!/Promise$/.test(made.text) || !executor || !isFunction(executor)) return false;
  return /^\(?\s*_?resolve\b/.test(executor.child('parameters')?.text ?? executor.child('parameter')?.text ?? '');
}

export function lowerNew(node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const made = node.child('constructor');
  const list = node.child('arguments');
  if (!made) return { kind: 'opaque', uses: [], range: node.span };
  const promise = isPromise(made, list) && list ? newPromise(node, list, out, scope) : null;
  if (promise) return promise;
  const args = list ? argumentsOf(list, out, scope) : [];
  const qualified = qualifiedName(made, scope);
  const binding = made.type === 'identifier' ? scope.lookup(made.text) : null;
  let found: Found;
  if (binding?.is === 'class') found = { callee: { kind: 'new', className: binding.name } };
  else if (qualified !== null) found = { callee: { kind: 'api', name: qualified } };
  else if (binding?.is === 'function') found = { callee: { kind: 'local', id: binding.id } };
  else if (made.type === 'identifier' && binding === null)
    found = { callee: { kind: 'api', name: made.text }, harmless: harmlessGlobals.has(made.text) };
  else found = { callee: { kind: 'value', place: placeFor(made, out, scope) } };
  return emit(node, found, args, out, scope, 'plain');
}
