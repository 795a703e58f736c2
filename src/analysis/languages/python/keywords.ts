/** `f(**options)`: the named arguments that a mapping gives, where the file shows what is in it. */

import type { Arg, Operand, Stmt } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { lowerExpression } from './expressions.js';
import type { Scope } from './scope.js';

/** The arguments that `**mapping` stands for; null when it may give any. */
export function splatted(mapping: SyntaxNode, out: Stmt[], scope: Scope): Arg[] | null {
  if (mapping.type === 'dictionary')
    return entriesOf(mapping)?.map(({ name, value }) => ({ name, value: lowerExpression(value, out, scope) })) ?? null;
  if (mapping.type !== 'identifier') return null;
  for (let at = mapping.parent; at; at = at.parent) {
    if (at.type !== 'function_definition' && at.parent) continue;
    if (parameters(at).includes(mapping.text)) return null;
    const given = madeIn(at.child('body') ?? at, mapping.text);
    if (given !== undefined) return given && [...given].map(([name, value]) => ({ name, value }));
  }
  return null;
}

interface Entry {
  name: string;
  value: SyntaxNode;
}

/** What a dictionary literal holds; null when a part of it is not written out. */
function entriesOf(literal: SyntaxNode): Entry[] | null {
  const entries: Entry[] = [];
  for (const pair of literal.parts) {
    const name = pair.type === 'pair' ? textOf(pair.child('key')) : null;
    const value = pair.child('value');
    if (name === null || !value) return null;
    entries.push({ name, value });
  }
  return entries;
}

function textOf(node: SyntaxNode | null): string | null {
  return node?.type === 'string' && node.parts.every((part) => part.type !== 'interpolation')
    ? (node.first('string_content')?.text ?? '')
    : null;
}

/** The keyword arguments of `dict(a=1)`, or the one literal that it is given; null for anything else. */
function argumentEntries(call: SyntaxNode): Entry[] | null {
  const entries: Entry[] = [];
  for (const part of call.child('arguments')?.parts ?? []) {
    const value = part.child('value');
    const inner =
      part.type === 'dictionary'
        ? entriesOf(part)
        : part.type === 'keyword_argument' && value
          ? [{ name: part.child('name')?.text ?? '', value }]
          : null;
    if (inner === null) return null;
    entries.push(...inner);
  }
  return entries;
}

/** All that this body puts into the mapping of that name; null when something is not understood, undefined when it does not make it. */
function madeIn(body: SyntaxNode, name: string): Map<string, Operand> | null | undefined {
  const given = new Map<string, Operand>();
  let made = false;
  const stack = [...body.children];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'function_definition' || node.type === 'lambda' || node.type === 'class_definition') continue;
    const entries = entriesAt(node, name);
    if (entries === null) return null;
    made ||= entries !== undefined;
    for (const { name: key, value } of entries ?? []) given.set(key, given.has(key) ? { kind: 'opaque', uses: [] } : constant(value));
    stack.push(...node.children);
  }
  return made ? given : undefined;
}

/** What one statement puts into it: `options = {…}`, `options['x'] = …`, `options.update(…)`. */
function entriesAt(node: SyntaxNode, name: string): Entry[] | null | undefined {
  if (node.type === 'call') {
    const fn = node.child('function');
    const changes =
      fn?.type === 'attribute' &&
      fn.child('object')?.text === name &&
      /^(update|setdefault|pop|popitem|clear)$/.test(fn.child('attribute')?.text ?? '');
    return changes ? (fn.child('attribute')?.text === 'update' ? argumentEntries(node) : null) : undefined;
  }
  if (node.type === 'named_expression' && node.child('name')?.text === name) return null;
  if (node.type !== 'assignment') return undefined;
  const left = node.child('left');
  const right = node.child('right');
  if (!left || !right) return undefined;
  if (left.type === 'subscript' && left.child('value')?.text === name) {
    const key = textOf(left.child('subscript'));
    return key === null ? null : [{ name: key, value: right }];
  }
  if (left.type !== 'identifier' || left.text !== name) return undefined;
  if (right.type === 'dictionary') return entriesOf(right);
  return right.type === 'call' && right.child('function')?.text === 'dict' ? argumentEntries(right) : null;
}

/** A literal as it stands; anything else is something unknown. */
function constant(value: SyntaxNode): Operand {
  switch (value.type) {
    case 'integer':
    case 'float':
      return { kind: 'const', value: Number(value.text.replace(/_/g, '')) };
    case 'true':
      return { kind: 'const', value: true };
    case 'false':
      return { kind: 'const', value: false };
    case 'none':
      return { kind: 'const', value: null };
    default:
      return { kind: 'opaque', uses: [] };
  }
}

function parameters(fn: SyntaxNode): string[] {
  return (fn.child('parameters')?.parts ?? []).map((node) => (node.child('name') ?? node.parts[0] ?? node).text);
}
