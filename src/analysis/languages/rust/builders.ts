/** Values that are built by calls in a chain: what they were given is kept with them as fields. */

import type { Operand } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from './context.js';
import { byName } from '../../flow/by-name.js';

/** Calls that begin one, and what it is then. */
const makers: Readonly<Record<string, string>> = byName({
  'reqwest.Client.new': 'reqwest.Client',
  'reqwest.Client.builder': 'reqwest.Client',
  'reqwest.Client.default': 'reqwest.Client',
  'reqwest.ClientBuilder.new': 'reqwest.Client',
  'socket2.TcpKeepalive.new': 'socket2.TcpKeepalive',
});
const built = new Set(Object.values(makers));
const request = 'reqwest.RequestBuilder';
const verbs = new Set(['get', 'post', 'put', 'patch', 'delete', 'head', 'request']);

/** The beginning of a chain: nothing is set yet. */
export function begun(full: string, node: SyntaxNode): Operand | null {
  const type = makers[full];
  return type === undefined ? null : { kind: 'record', type, fields: {}, range: node.span };
}

/** A method of a chain; null for other values. */
export function chained(cx: Context, value: Operand, name: string, nodes: readonly SyntaxNode[], node: SyntaxNode): Operand | null {
  const type = typeOf(cx, value);
  if (type === request) return name === 'send' ? null : asked(cx, value, name, nodes, node);
  if (type === null || !built.has(type)) return null;
  if (type === 'reqwest.Client' && verbs.has(name)) {
    for (const part of nodes) cx.parts.operand(cx, part);
    const to = cx.frame.temporary();
    cx.frame.types[to] = request;
    cx.assign(to, value, node.span);
    return { kind: 'place', place: to, range: node.span };
  }
  const given = nodes.length === 1 ? cx.parts.operand(cx, nodes[0] as SyntaxNode) : null;
  const field = name.replace(/^with_/, '');
  if (value.kind === 'record') return given ? { ...value, fields: { ...value.fields, [field]: given } } : value;
  if (value.kind === 'place' && given && name.startsWith('with_')) {
    cx.assign(`${value.place}.${field}`, given, node.span);
    return value;
  }
  return name === 'build' || name === 'clone' ? value : null;
}

/** A request: its own limit goes before that of its client. */
function asked(cx: Context, value: Operand, name: string, nodes: readonly SyntaxNode[], node: SyntaxNode): Operand {
  const given = nodes.map((part) => cx.parts.operand(cx, part));
  if (name === 'timeout' && value.kind === 'place' && given[0]) cx.assign(`${value.place}.timeout`, given[0], node.span);
  return value;
}

/** The type of a value as far as it is evident. */
export function typeOf(cx: Context, value: Operand): string | null {
  if (value.kind === 'record') return value.type;
  if (value.kind !== 'place') return null;
  if (value.place === 'self') return cx.cls?.isHere ? cx.cls.name : null;
  const field = value.place.startsWith('self.') ? cx.cls?.fields.get(value.place.slice('self.'.length)) : undefined;
  return field ?? cx.frame.types[value.place] ?? null;
}
