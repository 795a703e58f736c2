/** Calls of C, and the macros of the file, which are expanded where they are called. */

import type { Arg, CallStmt, Callee, Operand, Place } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import type { Context, Meaning } from './context.js';
import { allocatesNamed, closesNamed, endsProcess, setterNamed, worksOnly } from './conventions.js';
import { errnoPlace, keepsErrno } from './errno.js';
import { escapeTo } from './initialisers.js';
import { unwrap, usesOf } from './nodes.js';
import { asksText, writtenBy } from './texts.js';
import type { Macro } from './unit.js';

/** Compilers' and kernels' hints around a condition: the value is that of the first argument. */
const hints = new Set([
  '__builtin_expect',
  'likely',
  'unlikely',
  'LIKELY',
  'UNLIKELY',
  'TEMP_FAILURE_RETRY',
  '__predict_true',
  '__predict_false',
]);

/** The argument that a hint around a condition stands for. */
export function hinted(node: SyntaxNode): SyntaxNode | null {
  if (node.type !== 'call_expression' || !hints.has(node.child('function')?.text ?? '')) return null;
  return node.child('arguments')?.parts[0] ?? null;
}

/**
 * Lowers a call; its result lands in `to`. Gives the value when it is something else than `to` (a macro's), null when
 * `to` has it.
 */
export function callInto(cx: Context, node: SyntaxNode, to: Place | null): Operand | null {
  const fn = node.child('function');
  const list = node.child('arguments');
  if (!fn || !list) return { kind: 'opaque', uses: [] };
  const hint = hinted(node);
  if (hint && !cx.unit.macros.has(fn.text)) return cx.value(hint);
  const name = unwrap(fn).type === 'identifier' ? unwrap(fn).text : null;
  const macro = name !== null && !cx.lookup(name) ? cx.unit.macros.get(name) : undefined;
  if (macro?.params && name !== null && cx.mayExpand(name)) return expand(cx, macro, list.parts, cx.span(node), to !== null);
  if (name === 'assert' && list.parts[0]) {
    cx.emit({ do: 'if', test: cx.test(list.parts[0]), then: [], else: [{ do: 'exit', range: cx.span(node) }], range: cx.span(node) });
    return { kind: 'opaque', uses: [] };
  }
  emitCall(cx, node, calleeOf(cx, unwrap(fn)), list, to);
  return null;
}

/** The library's call that a helper stands for, by its name: counts where its definition is not in sight. */
function standsFor(callee: Callee, args: Arg[]): CallStmt['like'] {
  if (callee.kind !== 'api' && callee.kind !== 'method') return undefined;
  if (callee.kind === 'api' && callee.name !== 'malloc' && allocatesNamed(callee.name)) return { name: 'malloc', args };
  if (callee.kind === 'api' && args.length === 1 && closesNamed(callee.name.replace(/^.*[.:]/, ''))) return { name: 'close', args };
  const first = args.map(({ value }) => value).find((value) => value.kind === 'place');
  const setter = first && args.length <= 4 ? setterNamed(callee.name) : null;
  if (!setter || !first) return undefined;
  const [name, second, third] = setter.call;
  const values: Operand[] = [first, { kind: 'name', name: second }, { kind: 'name', name: third }, { kind: 'const', value: setter.value }];
  return { name, args: values.map((value) => ({ value })) };
}

function onlyWorksOn(callee: Callee, args: readonly Arg[]): boolean {
  return callee.kind === 'api' && args.length > 1 && worksOnly(callee.name);
}

function emitCall(cx: Context, node: SyntaxNode, callee: Callee, list: SyntaxNode, to: Place | null): void {
  const range = cx.span(node);
  const args = argumentsOf(cx, list);
  const like = standsFor(callee, args);
  const harmless = onlyWorksOn(callee, args);
  cx.emit({
    do: 'call',
    callee,
    args,
    results: to === null ? [null] : [to],
    mode: 'plain',
    ...(like ? { like } : {}),
    ...(harmless ? { harmless } : {}),
    ...(asksText(callee) ? { pure: true } : {}),
    range,
  });
  // A function of the file may have stored it in an object that others know; an address may have been that of a part of one.
  for (const { value } of args) {
    if (value.kind === 'place' && callee.kind === 'local') escapeTo(cx, value.place, node, true);
    if (value.kind === 'derived' && value.how === 'address' && value.of.kind === 'place') escapeTo(cx, value.of.place, node);
  }
  // A thread that ends is a function that returns: what it has open stays open.
  if (callee.kind === 'api' && /^(pthread|thrd)_exit$/.test(callee.name)) cx.emit({ do: 'return', values: [], range });
  for (const written of cx.asksText ? writtenBy(callee, args, (name) => cx.lookup(name)) : [])
    cx.emit({ do: 'assign', to: written, from: { kind: 'opaque', uses: [] }, range });
  if (cx.asksErrno && !(callee.kind === 'api' && keepsErrno(callee.name)))
    cx.emit({ do: 'assign', to: errnoPlace, from: { kind: 'opaque', uses: [] }, range });
  if (callee.kind === 'api' && (cx.unit.noReturn.has(callee.name) || endsProcess(callee.name))) cx.emit({ do: 'exit', range });
}

/** Who is called. A macro that only renames a function is looked through. */
function calleeOf(cx: Context, fn: SyntaxNode): Callee {
  const known = cx.callee(fn);
  if (known) return known;
  if (fn.type !== 'identifier') {
    const place = cx.place(fn.type === 'pointer_expression' ? (fn.child('argument') ?? fn) : fn);
    return place ? { kind: 'value', place } : { kind: 'api', name: '' };
  }
  const meaning = cx.lookup(fn.text);
  if (meaning?.is === 'argument')
    return cx.argument(meaning, ([first]) => (first ? calleeOf(cx, unwrap(first)) : { kind: 'api', name: '' }));
  if (meaning) return { kind: 'value', place: meaning.root };
  const id = cx.unit.functions.get(fn.text);
  if (id !== undefined) return { kind: 'local', id };
  const renamed = cx.unit.macros.get(fn.text)?.expression;
  if (renamed && unwrap(renamed).type === 'identifier' && unwrap(renamed).text !== fn.text && cx.mayExpand(fn.text)) {
    cx.expanding.push(fn.text);
    const callee = calleeOf(cx, unwrap(renamed));
    cx.expanding.pop();
    return callee;
  }
  return cx.unit.globals.has(fn.text) ? { kind: 'value', place: fn.text } : { kind: 'api', name: fn.text };
}

/** The arguments' values. What follows a format string is only printed: it hands nothing over. */
function argumentsOf(cx: Context, list: SyntaxNode): Arg[] {
  const args: Arg[] = [];
  let printed = false;
  for (const part of list.parts.flatMap((p) => spread(cx, p))) {
    const value = hintedType(cx, part.run());
    args.push({ value: printed ? { kind: 'opaque', uses: [] } : value });
    if (value.kind === 'const' && typeof value.value === 'string' && /%[-+ #0-9.*hlzjt]*[diuxXosc]/.test(value.value)) printed = true;
  }
  return args;
}

/** `rp->ai_socktype` is what the hints said. */
function hintedType(cx: Context, value: Operand): Operand {
  const isType = value.kind === 'place' && value.place.endsWith('.ai_socktype') && cx.socketType !== null;
  return isType ? { kind: 'name', name: cx.socketType ?? '' } : value;
}

/** `TRACE(("opened %d", fd))`: a whole message as one argument, in the manner of macros from before C99. */
function isMessage(node: SyntaxNode): boolean {
  const inner = unwrap(node);
  return inner.type === 'comma_expression' && /^(string_literal|concatenated_string)$/.test(inner.child('left')?.type ?? '');
}

/** `__VA_ARGS__` stands for as many arguments as were given. */
function spread(cx: Context, node: SyntaxNode): { run: () => Operand }[] {
  const meaning = node.type === 'identifier' && node.text === '__VA_ARGS__' ? cx.lookup(node.text) : null;
  if (meaning?.is !== 'argument') return [{ run: () => (isMessage(node) ? { kind: 'opaque', uses: [] } : cx.value(node)) }];
  return meaning.nodes.map((inner) => ({ run: () => cx.argument(meaning, () => cx.value(inner)) }));
}

/** Writes the macro's body here, its parameters standing for the arguments. Gives its value. */
function expand(cx: Context, macro: Macro, args: SyntaxNode[], at: Context['at'], wantsValue: boolean): Operand {
  const params = macro.params ?? [];
  const outer = cx.scope;
  const meanings: [string, Meaning][] = params.map((name, i) => [
    name,
    { is: 'argument', nodes: args.slice(i, i + 1), scope: outer, at: cx.at },
  ]);
  meanings.push(['__VA_ARGS__', { is: 'argument', nodes: args.slice(params.length), scope: outer, at: cx.at }]);
  const before = cx.at;
  cx.expanding.push(macro.name);
  cx.scope = { names: new Map(meanings), outer };
  cx.at = at;
  let value: Operand = { kind: 'opaque', uses: [] };
  if (macro.expression && wantsValue) value = cx.value(macro.expression);
  else if (macro.expression) cx.effect(macro.expression);
  else for (const part of macro.body.parts) cx.statement(part);
  cx.scope = outer;
  cx.at = before;
  cx.expanding.pop();
  return value;
}

/** The value of a macro without parameters, null when the name is none. */
export function expandConstant(cx: Context, node: SyntaxNode): Operand | null {
  const macro = cx.unit.macros.get(node.text);
  if (!macro || macro.params || !macro.expression || !cx.mayExpand(node.text)) return null;
  const value = expand(cx, macro, [], cx.span(node), true);
  // A name that stands for an expression with variables is not the same value each time; uses are kept.
  return value.kind === 'opaque' ? { kind: 'opaque', uses: usesOf(value), range: cx.span(node) } : value;
}

/** A macro without parameters that stands for statements (`FAIL;`). */
export function expandStatements(cx: Context, node: SyntaxNode): void {
  const macro = cx.unit.macros.get(node.text);
  if (macro && !macro.params && cx.mayExpand(node.text)) expand(cx, macro, [], cx.span(node), false);
}
