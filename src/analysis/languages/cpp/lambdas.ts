/** Lambdas: functions of their own that share the variables around them. */

import { own } from '../../flow/own.js';
import type { Operand, Place } from '../../flow/ir.js';
import { rootOf } from '../../flow/places.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { self } from './context.js';
import type { CppContext } from './context.js';
import { engineTypes, lowerCppParams } from './params.js';

/** Lowers a lambda beside the function that it stands in. Captures by value are taken for the variables themselves. */
export function lambda(cx: CppContext, node: SyntaxNode): Operand {
  const body = node.child('body');
  const range = node.span;
  if (!body) return { kind: 'opaque', uses: [] };
  const inner = cx.makeInner(`${cx.id}/lambda@${range.startLine}:${range.startColumn}`);
  for (const capture of node.child('captures')?.parts ?? []) {
    const name = capture.type === 'lambda_capture_initializer' ? capture.child('left') : null;
    const value = capture.child('right');
    const place = name && value ? cx.place(value) : null;
    const known =
      name && place !== null
        ? { is: 'variable' as const, root: place, type: own(cx.types, place) ?? 'auto', pointers: 0, isArray: false }
        : null;
    if (name && known) inner.scope.names.set(name.text, known);
  }
  const outside = inner.scope;
  inner.scope = { names: new Map(), outer: outside };
  const params = lowerCppParams(inner, node.child('declarator'));
  for (const param of params) inner.params.add(param.name);
  const stmts = inner.apart(() => inner.statement(body));
  cx.inner.push(...inner.inner, {
    id: inner.id,
    name: 'lambda',
    kind: 'lambda',
    className: null,
    receiver: null,
    params,
    isAsync: false,
    isGenerator: false,
    body: stmts,
    locals: inner.locals.filter((local) => !params.some((param) => param.name === local)),
    captures: capturesOf(inner, outside, body),
    types: { ...engineTypes(cx), ...engineTypes(inner), ...(cx.className === null ? {} : { [self]: cx.className }) },
    range,
    nameRange: { ...range, endLine: range.startLine, endColumn: range.startColumn + 1 },
  });
  return { kind: 'function', id: inner.id, range };
}

/** Roots around it that its body names. */
function capturesOf(cx: CppContext, outside: CppContext['scope'], body: SyntaxNode): Place[] {
  const found = new Set<Place>();
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'this') found.add(self);
    if (node.type === 'identifier') {
      for (let scope: CppContext['scope'] | null = outside; scope; scope = scope.outer) {
        const meaning = scope.names.get(node.text);
        if (meaning?.is === 'variable') found.add(rootOf(meaning.root));
        if (meaning) break;
      }
      if (cx.cls?.declared.has(node.text)) found.add(self);
    }
    node.children.forEach(visit);
  };
  visit(body);
  return [...found];
}
