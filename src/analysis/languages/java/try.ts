/** `try` with its handlers and resources, and Lombok's `@Cleanup`: what is opened is closed on every way out, last first. */

import type { Handler, Operand, Place, Span, Stmt } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from '../shared/objects/context.js';
import { typeOf } from './types.js';

export function lowerTry(cx: Context, node: SyntaxNode): void {
  const resources = node.child('resources')?.parts.filter((part) => part.type === 'resource') ?? [];
  const body = cx.collect(() => withResources(cx, node, resources, 0));
  const handlers = node.children.filter((child) => child.type === 'catch_clause').map((clause) => handler(cx, clause));
  const last = node.first('finally_clause')?.first('block') ?? null;
  const after = last ? { finally: cx.parts.block(cx, last) } : {};
  if (handlers.length === 0 && !last) cx.out.push(...body);
  else cx.emit({ do: 'try', body, handlers, ...after, range: node.span });
}

/** Each resource guards those that follow it: what the second fails to open closes the first. */
function withResources(cx: Context, node: SyntaxNode, resources: readonly SyntaxNode[], at: number): void {
  const one = resources[at];
  if (!one) return void cx.out.push(...cx.parts.block(cx, node.child('body')));
  const held = resource(cx, one);
  const body = cx.gather(() => withResources(cx, node, resources, at + 1));
  if (held === null) return void cx.out.push(...body);
  cx.emit({ do: 'try', body, handlers: [], finally: closing(held.place, held.type, one.span, 'close'), range: node.span });
}

function resource(cx: Context, node: SyntaxNode): { place: Place; type: string | null } | null {
  const value = node.child('value');
  const name = node.child('name');
  if (!value || !name) {
    const used = node.parts[0];
    const operand: Operand | null = used ? cx.parts.operand(cx, used) : null;
    return used && operand?.kind === 'place' ? { place: operand.place, type: typeOf(cx, used) } : null;
  }
  const from = cx.parts.operand(cx, value);
  const type = cx.names.typeOf(node.child('type'), cx.cls) ?? typeOf(cx, value);
  const { root } = cx.declare(name.text, type);
  cx.assign(root, from, node.span);
  return { place: root, type };
}

/** `if (x != null) x.close();` */
function closing(place: Place, type: string | null, range: Span, method: string): Stmt[] {
  const close: Stmt = {
    do: 'call',
    callee: { kind: 'method', receiver: place, name: method, ...(type === null ? {} : { type }) },
    args: [],
    results: [null],
    mode: 'plain',
    harmless: true,
    range,
  };
  return [
    {
      do: 'if',
      test: { test: 'compare', op: '!=', left: { kind: 'place', place }, right: { kind: 'const', value: null }, range },
      then: [close],
      else: [],
      range,
    },
  ];
}

function handler(cx: Context, clause: SyntaxNode): Handler {
  const parameter = clause.first('catch_formal_parameter');
  const types = (parameter?.first('catch_type')?.parts ?? []).map((part) => cx.names.typeOf(part, cx.cls));
  const catches = types.length > 0 && types.every((type): type is string => type !== null) ? types : null;
  let bind: Place | undefined;
  const body = cx.collect(() => {
    const name = parameter?.child('name');
    if (name) {
      const variable = cx.declare(name.text, null);
      variable.isCaught = true;
      bind = variable.root;
    }
    cx.out.push(...cx.parts.block(cx, clause.child('body')));
  });
  return { catches, body, range: clause.span, ...(bind === undefined ? {} : { bind }) };
}

/** `@Cleanup Socket s = …`: the method that closes it; null for other statements. */
function cleanupMethod(node: SyntaxNode): string | null {
  const annotation =
    node.type === 'local_variable_declaration'
      ? node
          .first('modifiers')
          ?.children.find((child) => /annotation$/.test(child.type) && child.child('name')?.text.split('.').at(-1) === 'Cleanup')
      : undefined;
  if (!annotation) return null;
  return /"(\w+)"/.exec(annotation.child('arguments')?.text ?? '')?.[1] ?? 'close';
}

export function cleansUp(node: SyntaxNode): boolean {
  return cleanupMethod(node) !== null;
}

/** The declaration, and all that follows it in its block with the close at the end. */
export function declaredCleanup(cx: Context, node: SyntaxNode, rest: () => void): void {
  cx.parts.statement(cx, node);
  const name = node.all('declarator')[0]?.child('name')?.text ?? '';
  const variable = cx.lookup(name);
  const body = cx.gather(rest);
  if (!variable) return void cx.out.push(...body);
  cx.emit({
    do: 'try',
    body,
    handlers: [],
    finally: closing(variable.root, variable.type, node.span, cleanupMethod(node) ?? 'close'),
    range: node.span,
  });
}
