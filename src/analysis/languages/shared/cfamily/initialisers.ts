/** `= { … }` of structs and arrays: one assignment per field. */

import { own } from '../../../flow/own.js';
import type { Operand, Place } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import type { Context } from './context.js';
import { freshAt } from './fresh.js';
import { unwrap } from './nodes.js';

/** Structs that only carry a descriptor into a call: poll(2), epoll_ctl(2), select(2). */
const borrowing = new Set(['struct pollfd', 'struct epoll_event', 'fd_set', 'struct kevent']);

/**
 * Does `place = value` only lend a descriptor to a call? The struct must be one that carries it there, behind a pointer or
 * in an array whose elements nothing closes. A variable of such a struct is another name of the descriptor.
 */
export function isBorrowing(cx: Context, place: Place, value: SyntaxNode): boolean {
  const [, root = '', source = ''] = /^\**(([\w%]+)(?:#\d+)?)/.exec(place) ?? [];
  const type = own(cx.types, root) ?? cx.unit.globals.get(root) ?? '';
  if (root === place || !borrowing.has(type.replace(/ \*+$/, '')) || !isName(value)) return false;
  return place.includes('[]') ? !cx.uses.emptied.has(source) : / \*+$/.test(type) || !cx.locals.includes(root);
}

function isName(value: SyntaxNode): boolean {
  return /^(identifier|field_expression|subscript_expression)$/.test(unwrap(value).type);
}

/** Structs of times: their missing fields are zero. Elsewhere zero may also stand for a null pointer. */
const numeric = new Set(['struct timeval', 'struct timespec', 'struct linger']);

/**
 * Is the place inside an object that a local pointer reaches but that this
 * function did not make, or that others know when it comes to this node?
 * Which functions of other files must give new memory for it not to be?
 */
function knownToOthers(cx: Context, place: Place, node: SyntaxNode): false | readonly string[] {
  const root = /^\*?([\w#]+)/.exec(place)?.[1] ?? '';
  if (root === place || !cx.locals.includes(root) || cx.params.has(root) || !/ \*+$/.test(own(cx.types, root) ?? '')) return false;
  const makers = freshAt(cx.fresh, root.replace(/#.*/, ''), node.start);
  return makers === null ? [] : makers.length > 0 && makers;
}

/** What is put into this place, or `inside` what it points to, now lives where others know it, too, as far as they know the object. */
export function escapeTo(cx: Context, place: Place, node: SyntaxNode, inside = false): void {
  const makers = knownToOthers(cx, inside ? `${place}.` : place, node);
  if (makers === false) return;
  const unlessNew = makers.map((name): Operand => ({ kind: 'name', name }));
  const why = 'stored in an object that others know';
  cx.emit({ do: 'escape', places: [place], why, range: cx.span(node), ...(unlessNew.length > 0 ? { unlessNew } : {}) });
}

/** Lowers `{ a, .b = c }` for a variable of this type. */
export function initialise(cx: Context, to: Place, type: string, list: SyntaxNode): void {
  const fields = cx.unit.structs.get(type);
  if (!numeric.has(type) && /^\{\s*(?:0\s*)?\}$/.test(list.text)) return;
  const given = new Set<string>();
  let position = 0;
  for (const item of list.parts) {
    const designator = item.type === 'initializer_pair' ? item.child('designator') : null;
    const value = item.type === 'initializer_pair' ? item.child('value') : item;
    const name = designator ? designator.text.replace(/^\./, '') : fields?.[position];
    position = designator && fields ? fields.indexOf(name ?? '') + 1 : position + 1;
    if (!value) continue;
    const place = name && /^\w+$/.test(name) ? `${to}.${name}` : `${to}[]`;
    if (name) given.add(name);
    put(cx, place, value);
  }
  for (const field of numeric.has(type) && fields ? fields : []) {
    if (!given.has(field)) cx.emit({ do: 'assign', to: `${to}.${field}`, from: { kind: 'const', value: 0 }, range: cx.span(list) });
  }
}

function put(cx: Context, place: Place, value: SyntaxNode): void {
  if (value.type === 'initializer_list') {
    for (const inner of value.parts) put(cx, `${place}[]`, inner.type === 'initializer_pair' ? (inner.child('value') ?? inner) : inner);
  } else if (isBorrowing(cx, place, value)) {
    cx.effect(value);
  } else if (!place.endsWith('[]') || (value.type !== 'string_literal' && value.type !== 'number_literal')) {
    cx.into(value, place);
  }
}
