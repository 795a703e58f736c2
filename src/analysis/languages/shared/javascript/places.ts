/** Places that expressions are, and arguments of calls. */

import type { Arg, Place, Stmt } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import type { Scope } from './scope.js';

export function identifierIsThis(node: SyntaxNode, scope: Scope): boolean {
  return node.type === 'this' || (node.type === 'identifier' && scope.lookup(node.text)?.is === 'this');
}

/** The id of a method of the class at hand. */
export function ownMethod(name: string, scope: Scope): string | null {
  scope.thisPlace();
  const methods = scope.file.classes.find((cls) => cls.name === scope.className)?.methods ?? {};
  return Object.hasOwn(methods, name) ? (methods[name] ?? null) : null;
}

/** The place that a field or an element is. */
export function memberPlace(node: SyntaxNode, out: Stmt[], scope: Scope): Place {
  const object = node.child('object');
  const base = object ? placeFor(object, out, scope) : '%0';
  if (node.type === 'member_expression') return `${base}.${node.child('property')?.text.replace(/^#/, '') ?? ''}`;
  const index = node.child('index');
  if (index?.type === 'string' && /^\w+$/.test(index.text.slice(1, -1))) return `${base}.${index.text.slice(1, -1)}`;
  if (index?.type === 'number' && /^\d+$/.test(index.text)) return `${base}[${index.text}]`;
  if (index) scope.file.parts.expression(index, out, scope);
  return `${base}[]`;
}

/** A place for any expression. */
export function placeFor(node: SyntaxNode, out: Stmt[], scope: Scope): Place {
  const value = scope.file.parts.expression(node, out, scope);
  if (value.kind === 'place') return value.place;
  const place = scope.temporary();
  out.push({ do: 'assign', to: place, from: value, range: node.span });
  return place;
}

export function argumentsOf(list: SyntaxNode, out: Stmt[], scope: Scope): Arg[] {
  return list.parts.flatMap((part): Arg[] => {
    const inner = part.type === 'spread_element' ? part.parts[0] : part;
    if (!inner) return [];
    return [{ value: scope.file.parts.expression(inner, out, scope), ...(part.type === 'spread_element' ? { spread: true } : {}) }];
  });
}

/** Variables of this function that functions inside a value use: who gets the value may use them. */
export function capturedBy(ids: readonly string[], scope: Scope): Place[] {
  const found = new Set<Place>();
  for (const id of ids) for (const place of scope.file.functions.find((fn) => fn.id === id)?.captures ?? []) found.add(place);
  return [...found];
}
