/** What a constructor does before its body: bases and members get their first values. */

import type { Place, Span } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { CppContext } from './context.js';
import { self } from './context.js';
import { construct, giveValue } from './construct.js';
import { dotted, isObject, lastOf } from './types.js';
import type { ClassInfo, Field } from './unit.js';

/** `delegates`: another constructor of the class does it, so that the object is whole from there on. */
export function initialiseMembers(cx: CppContext, cls: ClassInfo, definition: SyntaxNode): 'delegates' | 'itself' {
  const given = new Map<string, SyntaxNode>();
  for (const item of definition.first('field_initializer_list')?.parts ?? []) {
    const [name, list] = item.parts;
    if (item.type !== 'field_initializer' || !name || !list) continue;
    if (name.type === 'field_identifier' && cls.fields.has(name.text)) given.set(name.text, list);
    else base(cx, cls, name, list);
    if (lastOf(dotted(name.text)) === cls.name) return 'delegates';
  }
  for (const field of cls.fields.values())
    initialise(cx, field, given.get(field.name) ?? null, cx.span(given.get(field.name) ?? definition.child('declarator') ?? definition));
  // Members of a class that is not declared here.
  if (cls.fields.size > 0) return 'itself';
  for (const item of definition.first('field_initializer_list')?.parts ?? []) {
    const [name, list] = item.parts;
    if (name?.type === 'field_identifier' && list && list.parts.length === 1 && list.parts[0] && !/^[A-Z]/.test(name.text))
      cx.into(list.parts[0], `${self}.${name.text}`);
  }
  return 'itself';
}

/** `Base(args)`, or another constructor of the class itself. */
function base(cx: CppContext, cls: ClassInfo, name: SyntaxNode, list: SyntaxNode): void {
  const type = dotted(name.text);
  const isBase = cls.bases.some((one) => lastOf(one) === lastOf(type)) || lastOf(type) === cls.name;
  const args = list.parts.map((part) => ({ value: cx.value(part) }));
  if (isBase)
    cx.emit({
      do: 'call',
      callee: { kind: 'method', receiver: self, name: lastOf(type), in: cls.bases.find((one) => lastOf(one) === lastOf(type)) ?? cls.name },
      args,
      results: [null],
      mode: 'plain',
      range: cx.span(list),
    });
}

function initialise(cx: CppContext, field: Field, list: SyntaxNode | null, range: Span): void {
  const place: Place = `${self}.${field.name}`;
  if (list && list.type !== 'subscript_argument_list')
    return giveValue(cx, { place, shape: field.shape, pointers: field.pointers, isReference: field.isReference }, list, range);
  if (field.value)
    return giveValue(cx, { place, shape: field.shape, pointers: field.pointers, isReference: field.isReference }, field.value, range);
  if (field.pointers === 0 && !field.isReference && !field.isArray && field.shape.owns === null && isObject(field.shape.name))
    construct(cx, field.shape.name, [], place, range);
}
