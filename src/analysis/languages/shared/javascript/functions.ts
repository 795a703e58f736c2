/** Functions, methods, arrow functions and classes to IR. */

import type { FunctionIr, Param, Stmt } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import { standIn } from './calls.js';
import { bindPattern, declareClass, hoist } from './hoist.js';
import { emptyFunction, isFunction, memberName } from './nodes.js';
import { takeApart } from './patterns.js';
import { Scope, idFor } from './scope.js';
import type { Declared } from './scope.js';
import { annotated } from './types.js';

/** A function or method that the outline lists. */
export function lowerFunction({ node, className, id, name, kind }: Declared, outer: Scope): void {
  const scope = new Scope(outer.file, outer, id, className);
  if (className !== null) scope.receiver = 'this';
  finish(emptyFunction(id, name, kind, node), node, scope);
}

/** The module's own code. */
export function lowerModule(module: FunctionIr, root: SyntaxNode, scope: Scope): void {
  const body = scope.file.parts.block(root.parts, scope);
  scope.file.functions.push({
    ...module,
    body,
    locals: [...scope.locals],
    broken: root.children.some((child) => child.isError),
    types: { ...scope.types },
    ...testing(scope),
  });
}

/** A function inside another: gives its id. */
export function lowerInner(node: SyntaxNode, outer: Scope, name?: string): string {
  const called = name ?? node.child('name')?.text;
  const id = outer.file.known.get(node) ?? idFor(node, outer, called ?? `lambda@${node.startRow + 1}:${node.startColumn + 1}`);
  const scope = new Scope(outer.file, outer, id, null);
  scope.isArrow = node.type === 'arrow_function';
  const own = node.type === 'function_expression' ? node.child('name')?.text : undefined;
  if (own !== undefined) scope.bind(own, { is: 'function', id, isAsync: node.has('async') });
  finish(emptyFunction(id, called ?? 'lambda', 'lambda', node), node, scope);
  return id;
}

function finish(empty: FunctionIr, node: SyntaxNode, scope: Scope): void {
  const body = node.child('body');
  const before: Stmt[] = [];
  const params = paramsOf(node, before, scope);
  const own = new Set(params.map((param) => param.name));
  const lowered = body?.type === 'statement_block' ? blockBody(body, scope) : body ? expressionBody(body, scope) : [];
  const type = Object.keys(scope.types).length > 0 ? { types: { ...scope.types } } : {};
  scope.file.functions.push({
    ...empty,
    className: scope.receiver === null ? null : scope.className,
    receiver: scope.receiver,
    params,
    isAsync: node.has('async'),
    isGenerator: /generator/.test(node.type) || node.has('*'),
    body: [...before, ...lowered],
    locals: [...scope.locals].filter((local) => !own.has(local)),
    captures: [...scope.captures],
    broken: body !== null && hasError(body),
    ...type,
    ...testing(scope),
  });
}

function testing(scope: Scope): { isTest?: true } {
  return scope.file.isTest ? { isTest: true } : {};
}

function blockBody(body: SyntaxNode, scope: Scope): Stmt[] {
  const statements = body.parts;
  hoist(statements, scope);
  return scope.file.parts.block(statements, scope);
}

function expressionBody(body: SyntaxNode, scope: Scope): Stmt[] {
  const out: Stmt[] = [];
  const value = scope.file.parts.expression(body, out, scope);
  out.push({ do: 'return', values: [value], range: body.span });
  return out;
}

function paramsOf(node: SyntaxNode, before: Stmt[], scope: Scope): Param[] {
  const alone = node.child('parameter');
  const list = alone ? [alone] : (node.child('parameters')?.parts ?? []);
  return list.flatMap((part): Param[] => {
    const pattern = part.child('pattern') ?? part.child('left') ?? part;
    const value = part.child('value') ?? part.child('right');
    if (pattern.type === 'this' || part.type === 'decorator') return [];
    const type = annotated(part.child('type'), scope);
    const variadic = pattern.type === 'rest_pattern' ? { variadic: true } : {};
    const missing = part.type === 'optional_parameter' || value ? { hasDefault: true } : {};
    const name = pattern.type === 'rest_pattern' ? (pattern.parts[0] ?? pattern) : pattern;
    const place = name.type === 'identifier' ? scope.declare(name.text) : scope.declare(`arg${name.startColumn + 1}`);
    scope.setType(place, type);
    if (value && /^(?:identifier|member_expression)$/.test(value.type)) scope.likens(name, standIn(value, scope));
    if (name.type !== 'identifier') {
      bindPattern(name, scope);
      takeApart(name, { kind: 'place', place }, before, scope);
    }
    if (part.first('accessibility_modifier') && scope.receiver)
      before.push({ do: 'assign', to: `${scope.receiver}.${place}`, from: { kind: 'place', place }, range: part.span });
    return [{ name: place, type, ...variadic, ...missing, ...defaultOf(value, scope) }];
  });
}

function defaultOf(value: SyntaxNode | null, scope: Scope): Pick<Param, 'default'> {
  const out: Stmt[] = [];
  const simple =
    value !== null && /^(?:number|string|true|false|null|undefined)$/.test(value.type)
      ? scope.file.parts.expression(value, out, scope)
      : null;
  return simple?.kind === 'const' ? { default: simple } : {};
}

/** The methods of a class inside a function, or the values of the fields of any: gives its name. */
export function lowerClass(node: SyntaxNode, scope: Scope): string | null {
  const name = scope.file.known.get(node) ?? declareClass(node, node.child('name')?.text ?? `class@${node.startRow + 1}`, scope);
  if (scope.isTop) return name;
  for (const member of node.child('body')?.parts ?? []) {
    const method = member.type === 'method_definition' ? member : isFunction(member.child('value')) ? member.child('value') : null;
    const id = method ? scope.file.known.get(method) : undefined;
    const own = memberName(member);
    if (method && id !== undefined && own !== null)
      lowerFunction({ node: method, className: name, id, name: own, kind: own === 'constructor' ? 'constructor' : 'method' }, scope);
  }
  return name;
}

function hasError(body: SyntaxNode): boolean {
  const stack = [...body.children];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.isError) return true;
    if (!isFunction(node)) stack.push(...node.children);
  }
  return false;
}
