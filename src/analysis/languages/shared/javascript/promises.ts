/** Promises as if they were waited for where they are made: `then` goes on, `catch` handles, `finally` runs on every way out. */

import type { Callee, Operand, Place, Stmt } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import { usesOf } from '../values.js';
import { isFunction } from './nodes.js';
import { argumentsOf } from './places.js';
import { qualifiedName } from './scope.js';
import type { Scope, Settling, Use } from './scope.js';

/** Functions of `Promise` that give all of what they get. */
const gathers = new Set(['all', 'allSettled']);
const races = new Set(['race', 'any']);

/** A call of a promise's method or of one of `Promise`; null for any other. */
export function lowerPromise(node: SyntaxNode, out: Stmt[], scope: Scope, use: Use): Operand | null {
  const fn = node.child('function');
  const list = node.child('arguments');
  const name = fn?.type === 'member_expression' ? fn.child('property')?.text : undefined;
  const object = fn?.child('object');
  if (!fn || !list || !object || name === undefined) return null;
  if (object.text === 'Promise' && scope.lookup('Promise') === null) return ofPromise(name, node, list, out, scope);
  const parts = list.parts;
  if (name === 'then' && parts.length > 0 && parts.length <= 2) return then(node, object, parts, out, scope, use);
  if (name === 'catch' && parts.length === 1 && parts[0]) return caught(node, object, parts[0], out, scope, use);
  if (name === 'finally' && parts.length === 1 && parts[0]) return finallyRun(node, object, parts[0], out, scope);
  return null;
}

/** The value of a chain's beginning: it is waited for. */
function waited(object: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const awaiting = object.type === 'call_expression' ? lowerAwaited(object, out, scope) : scope.file.parts.expression(object, out, scope);
  return awaiting;
}

function lowerAwaited(object: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const value = scope.file.parts.expression(object, out, scope);
  const last = out.at(-1);
  if (last?.do === 'call' && value.kind === 'place' && last.results[0] === value.place) last.mode = 'await';
  return value;
}

function then(
  node: SyntaxNode,
  object: SyntaxNode,
  [on, failed]: readonly SyntaxNode[],
  out: Stmt[],
  scope: Scope,
  use: Use,
): Operand | null {
  const to = scope.temporary();
  const body: Stmt[] = failed ? [] : out;
  const value = waited(object, body, scope);
  if (!failed) {
    if (on) run(on, [value], to, body, scope, use);
    return { kind: 'place', place: to, range: node.span };
  }
  const orElse: Stmt[] = [];
  if (on) run(on, [value], to, orElse, scope, use);
  out.push({ do: 'try', body, handlers: [handler(failed, to, scope, use)], orElse, range: node.span });
  return { kind: 'place', place: to, range: node.span };
}

function caught(node: SyntaxNode, object: SyntaxNode, on: SyntaxNode, out: Stmt[], scope: Scope, use: Use): Operand {
  const to = scope.temporary();
  const body: Stmt[] = [];
  const value = waited(object, body, scope);
  body.push({ do: 'assign', to, from: value, range: object.span });
  out.push({ do: 'try', body, handlers: [handler(on, to, scope, use)], range: node.span });
  return { kind: 'place', place: to, range: node.span };
}

function handler(
  on: SyntaxNode,
  to: Place,
  scope: Scope,
  use: Use,
): { catches: null; bind: Place; body: Stmt[]; range: SyntaxNode['span'] } {
  const bind = scope.temporary();
  const body: Stmt[] = [];
  run(on, [{ kind: 'place', place: bind }], to, body, scope, use);
  return { catches: null, bind, body, range: on.span };
}

function finallyRun(node: SyntaxNode, object: SyntaxNode, on: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const to = scope.temporary();
  const body: Stmt[] = [];
  const last: Stmt[] = [];
  const value = waited(object, body, scope);
  body.push({ do: 'assign', to, from: value, range: object.span });
  run(on, [], null, last, scope, 'plain');
  out.push({ do: 'try', body, handlers: [], finally: last, range: node.span });
  return { kind: 'place', place: to, range: node.span };
}

/** Calls what was given to a method of a promise. */
function run(on: SyntaxNode, values: Operand[], to: Place | null, out: Stmt[], scope: Scope, use: Use): void {
  const target: Operand = isFunction(on)
    ? { kind: 'function', id: scope.file.parts.lambda(on, scope) }
    : scope.file.parts.expression(on, out, scope);
  const args = values.map((value) => ({ value }));
  const callee: Callee | null =
    target.kind === 'function'
      ? { kind: 'local', id: target.id }
      : target.kind === 'name'
        ? { kind: 'api', name: target.name }
        : target.kind === 'place'
          ? { kind: 'value', place: target.place }
          : null;
  if (!callee) return;
  // Who is not known to us has it from here on.
  if (callee.kind === 'value')
    out.push({ do: 'escape', places: values.flatMap(usesOf), why: 'given to what goes on with it', range: on.span });
  out.push({ do: 'call', callee, args, results: [use === 'dropped' ? null : to], mode: 'plain', range: on.span });
}

function ofPromise(name: string, node: SyntaxNode, list: SyntaxNode, out: Stmt[], scope: Scope): Operand | null {
  const range = node.span;
  const [first] = list.parts;
  if (name === 'resolve') return first ? scope.file.parts.expression(first, out, scope) : { kind: 'const', value: null, range };
  if (name === 'reject') {
    for (const part of list.parts) scope.file.parts.expression(part, out, scope);
    out.push({ do: 'throw', type: null, uses: [], range });
    return { kind: 'const', value: null, range };
  }
  if (!first) return null;
  if (gathers.has(name))
    return first.type === 'array'
      ? { kind: 'tuple', items: first.parts.map((part) => waited(part, out, scope)), range }
      : scope.file.parts.expression(first, out, scope);
  if (!races.has(name)) return null;
  const runners =
    first.type === 'array' ? first.parts.map((part) => waited(part, out, scope)) : [scope.file.parts.expression(first, out, scope)];
  const against = first.type === 'array' && name === 'race' ? timerAgainst(first.parts) : null;
  if (against) return raced(runners, against, node, out, scope);
  // Who wins is not known: what the others hold is theirs.
  return { kind: 'tuple', items: runners, range };
}

/** `new Promise((resolve, reject) => …)`: the function runs at once; what it resolves with goes to whoever waits. */
export function newPromise(node: SyntaxNode, list: SyntaxNode, out: Stmt[], scope: Scope): Operand | null {
  const [executor] = list.parts;
  if (!executor || !isFunction(executor)) {
    argumentsOf(list, out, scope);
    return { kind: 'opaque', uses: [], range: node.span };
  }
  const to = scope.temporary();
  const settling: Settling = { resolve: paramName(executor, 0), reject: paramName(executor, 1), by: null };
  scope.file.settling.push(settling);
  const id = scope.file.parts.lambda(executor, scope);
  scope.file.settling.pop();
  const settle: Operand = { kind: 'opaque', uses: [] };
  out.push({
    do: 'call',
    callee: { kind: 'local', id },
    args: [{ value: settle }, { value: settle }],
    results: [null],
    mode: 'plain',
    range: executor.span,
  });
  const { by } = settling;
  if (by)
    out.push({
      do: 'call',
      callee: { kind: 'api', name: by.name },
      args: [],
      results: [to],
      mode: 'await',
      harmless: true,
      range: by.range,
    });
  else out.push({ do: 'assign', to, from: { kind: 'opaque', uses: [] }, range: node.span });
  return { kind: 'place', place: to, range: node.span };
}

function paramName(fn: SyntaxNode, index: number): string {
  const param = (fn.child('parameter') ? [fn.child('parameter')] : (fn.child('parameters')?.parts ?? []))[index];
  return (param?.child('pattern') ?? param)?.text ?? '';
}

/** Does a call settle a promise that is being made, or tell a callback of an error? */
export function settles(fn: SyntaxNode, list: SyntaxNode, scope: Scope): boolean {
  if (fn.type !== 'identifier') return false;
  if (scope.file.settling.some(({ resolve, reject }) => fn.text === resolve || fn.text === reject)) return true;
  const [first] = list.parts;
  const isError =
    (first?.type === 'new_expression' && /Error$/.test(first.child('constructor')?.text ?? '')) ||
    (first?.type === 'identifier' && /^(?:err|error)$/.test(first.text));
  const binding = isError ? scope.lookup(fn.text) : null;
  return binding?.is === 'variable' && scope.captures.has(binding.place);
}

/** Notes what a promise that is being made is resolved with, where a call does so. */
export function noteSettling(node: SyntaxNode, fn: SyntaxNode, list: SyntaxNode, scope: Scope): void {
  const settling = [...scope.file.settling]
    .reverse()
    .find(({ resolve }) => resolve !== '' && (fn.text === resolve || list.parts.at(-1)?.text === resolve));
  if (!settling || settling.by) return;
  if (fn.text !== settling.resolve) {
    const name = qualifiedName(fn, scope);
    if (name !== null) settling.by = { name: `${name}()`, range: fn.span };
    return;
  }
  const [value] = list.parts;
  if (value?.type === 'identifier') settling.by = originOf(node, value.text, scope);
}

/** The call whose result a variable has, or whose callback has it as its first parameter. */
function originOf(node: SyntaxNode, name: string, scope: Scope): Settling['by'] {
  for (let at = node.parent; at; at = at.parent) {
    if (isFunction(at)) {
      const call = at.parent?.type === 'arguments' ? at.parent.parent : null;
      if (call && paramName(at, 0) === name) return made(call, '()', scope);
    }
    for (const declaration of at.type === 'statement_block' ? at.parts : []) {
      const declarator = declaration.parts.find((part) => part.type === 'variable_declarator' && part.child('name')?.text === name);
      const value = declarator?.child('value');
      if (value) return made(value.type === 'await_expression' ? (value.parts[0] ?? value) : value, '', scope);
    }
  }
  return null;
}

function made(call: SyntaxNode, suffix: string, scope: Scope): Settling['by'] {
  const callee = call.child('function') ?? call.child('constructor');
  const name = callee ? qualifiedName(callee, scope) : null;
  return callee && name !== null ? { name: name + suffix, range: callee.span } : null;
}

/** Against time: what takes too long goes on by itself, and nobody waits for it any more. */
function raced(runners: readonly Operand[], { at, rejects }: Timer, node: SyntaxNode, out: Stmt[], scope: Scope): Operand {
  const to = scope.temporary();
  const range = node.span;
  const others = runners.filter((_, index) => index !== at);
  const won: Operand = others.length === 1 && others[0] ? others[0] : { kind: 'tuple', items: others, range };
  const args = rejects ? [{ value: won }] : [{ value: won }, { value: { kind: 'opaque', uses: [] } as Operand }];
  out.push({ do: 'call', callee: { kind: 'api', name: 'Promise.race' }, args, results: [to], mode: 'await', range });
  return { kind: 'place', place: to, range };
}

interface Timer {
  at: number;
  /** It fails when the time is over. */
  rejects: boolean;
}

const timers = /time_?out|timer|deadline|sleep|delay/i;

/** Which of those that race is a timer; null where none is, or where something may end the others. */
function timerAgainst(parts: readonly SyntaxNode[]): Timer | null {
  const at = parts.findIndex((part) => isTimer(part));
  const timer = parts[at];
  if (!timer || parts.length < 2) return null;
  for (let around = timer.parent; around; around = around.parent)
    if (isFunction(around) && /\babort|signal\b/i.test(around.text)) return null;
  const made = madeOf(timer);
  const executor = made.type === 'new_expression' ? made.child('arguments')?.parts[0] : undefined;
  const rejects = executor ? new RegExp(`\\b${paramName(executor, 1) || '$^'}\\b`).test(bodyOf(executor)) : !/sleep|delay/i.test(made.text);
  return { at, rejects };
}

function isTimer(node: SyntaxNode): boolean {
  const made = madeOf(node);
  if (made.type === 'new_expression') return made.child('constructor')?.text === 'Promise' && /\bsetTimeout\b/.test(made.text);
  const named = made.type === 'call_expression' ? made.child('function')?.text : made.type === 'identifier' ? made.text : undefined;
  return named !== undefined && timers.test(named.slice(named.lastIndexOf('.') + 1));
}

function bodyOf(fn: SyntaxNode): string {
  return fn.child('body')?.text ?? '';
}

/** What a variable was made of, in a block around. */
function madeOf(node: SyntaxNode): SyntaxNode {
  if (node.type !== 'identifier') return node;
  for (let at = node.parent; at; at = at.parent)
    for (const declaration of at.type === 'statement_block' ? at.parts : []) {
      const made = declaration.parts.find((part) => part.type === 'variable_declarator' && part.child('name')?.text === node.text);
      const value = made?.child('value');
      if (value) return value;
    }
  return node;
}
