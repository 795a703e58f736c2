/** `using` in its forms, and `try`: what is opened is disposed of on every way out, last first. */

import type { Handler, Place, Span, Stmt } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from '../shared/objects/context.js';
import { typeOf } from './types.js';

type Held = readonly { place: Place; type: string | null }[];

/** `if (x != null) x.Dispose();` */
function disposing(place: Place, type: string | null, range: Span): Stmt[] {
  const close: Stmt = {
    do: 'call',
    callee: { kind: 'method', receiver: place, name: 'Dispose', ...(type === null ? {} : { type }) },
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

/** What `run` emits, with the variables disposed of at its end. */
export function guarded(cx: Context, held: Held, range: Span, run: () => void): void {
  let body = cx.gather(run);
  for (const { place, type } of [...held].reverse())
    body = [{ do: 'try', body, handlers: [], finally: disposing(place, type, range), range }];
  cx.out.push(...body);
}

/** `using (var x = …) …`, `using (x) …`. */
export function usingStatement(cx: Context, node: SyntaxNode, declare: (list: SyntaxNode) => Held): void {
  const stmts = cx.collect(() => {
    const list = node.first('variable_declaration');
    const body = node.child('body');
    const value = list ? null : node.parts.find((part) => part !== body);
    const held = list
      ? declare(list)
      : value
        ? [{ place: cx.place(cx.parts.operand(cx, value), value.span), type: typeOf(cx, value) }]
        : [];
    const range = (list ?? value ?? node).span;
    guarded(cx, held, range, () => cx.out.push(...cx.parts.block(cx, body)));
  });
  cx.out.push(...stmts);
}

export function lowerTry(cx: Context, node: SyntaxNode): void {
  const body = cx.parts.block(cx, node.child('body'));
  const handlers = node.children.filter((child) => child.type === 'catch_clause').map((clause) => handler(cx, clause));
  const last = node.first('finally_clause')?.first('block') ?? null;
  const after = last ? { finally: cx.parts.block(cx, last) } : {};
  cx.emit({ do: 'try', body, handlers, ...after, range: node.span });
}

function handler(cx: Context, clause: SyntaxNode): Handler {
  const declared = clause.first('catch_declaration');
  const filter = clause.first('catch_filter_clause');
  const type = declared ? cx.names.typeOf(declared.child('type'), cx.cls) : null;
  let bind: Place | undefined;
  const body = cx.collect(() => {
    const name = declared?.child('name');
    if (name) {
      const variable = cx.declare(name.text, null);
      variable.isCaught = true;
      bind = variable.root;
      if (type !== null) readProperties(cx, clause, { name: name.text, place: variable.root, type });
    }
    const inner = cx.parts.block(cx, clause.child('body'));
    if (!filter) return void cx.out.push(...inner);
    // What the filter turns down goes on as if it had not been caught.
    const onwards: Stmt = { do: 'throw', type: null, uses: [], rethrow: true, range: filter.span };
    cx.emit({
      do: 'if',
      test: { test: 'opaque', text: null, uses: [], range: filter.span },
      then: inner,
      else: [onwards],
      range: clause.span,
    });
  });
  return { catches: type === null ? null : [type], body, range: clause.span, ...(bind === undefined ? {} : { bind }) };
}

/** What every exception has: plain data. */
const plain = new Set([
  'Message',
  'StackTrace',
  'InnerException',
  'InnerExceptions',
  'Data',
  'Source',
  'HResult',
  'HelpLink',
  'TargetSite',
]);

/** `e.Response`: what an exception brings along is one object, however often it is asked for. */
function readProperties(cx: Context, clause: SyntaxNode, caught: { name: string; place: Place; type: string }): void {
  const found = new Map<string, Span>();
  const search = (node: SyntaxNode): void => {
    if (node.type === 'member_access_expression' || node.type === 'conditional_access_expression') {
      const object = node.child('expression') ?? node.child('condition');
      const name = (node.child('name') ?? node.parts.at(-1)?.child('name'))?.text ?? '';
      const isCalled = node.parent?.type === 'invocation_expression' && node.field === 'function';
      if (object?.text === caught.name && !isCalled && !plain.has(name) && !found.has(name)) found.set(name, node.span);
    }
    for (const child of node.children) search(child);
  };
  search(clause);
  for (const [name, range] of found)
    cx.emit({
      do: 'call',
      callee: { kind: 'api', name: `${caught.type}.${name}` },
      args: [],
      results: [`${caught.place}.${name}`],
      mode: 'plain',
      harmless: true,
      range,
    });
}
