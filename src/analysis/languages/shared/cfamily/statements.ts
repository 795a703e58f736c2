/** Statements of C. */

import { own } from '../../../flow/own.js';
import { bodiesOf } from '../../../flow/bodies.js';
import type { CallStmt, Operand, Place, Span, Stmt, Test } from '../../../flow/ir.js';
import { isPlain, isTemporary, rootOf } from '../../../flow/places.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import type { Context } from './context.js';
import { errorName, isErrorNumber } from './errno.js';
import { placesIn } from './expressions.js';
import { failedIf, saysFailure } from './failures.js';
import { unwrap } from './nodes.js';
import { elsewhere } from './prepare.js';
import { lowerSwitch } from './switches.js';

export function lowerStatement(cx: Context, node: SyntaxNode): void {
  const range = cx.span(node);
  switch (node.type) {
    case 'compound_statement':
      cx.scoped(() => lowerList(cx, node.children));
      return;
    case 'expression_statement':
      if (node.parts[0]) cx.effect(node.parts[0]);
      return;
    case 'declaration':
      cx.declaration(node);
      return;
    case 'if_statement':
      lowerIf(cx, node);
      return;
    case 'while_statement':
    case 'for_statement':
      lowerLoop(cx, node);
      return;
    case 'do_statement':
      lowerDo(cx, node);
      return;
    case 'switch_statement':
      lowerSwitch(cx, node);
      return;
    case 'return_statement':
      lowerReturn(cx, node.parts[0] ?? null, range);
      return;
    case 'break_statement':
    case 'continue_statement':
      lowerExit(cx, node.type === 'break_statement' ? 'break' : 'continue', range);
      return;
    case 'goto_statement': {
      const name = node.child('label')?.text ?? '';
      const meaning = cx.at ? cx.lookup(name) : null;
      const label = meaning?.is === 'argument' ? (meaning.nodes[0]?.text ?? name) : name;
      if (label) cx.emit({ do: 'goto', label, range });
      return;
    }
    case 'labeled_statement': {
      const label = node.child('label');
      if (label && cx.at === null) cx.emit({ do: 'label', label: label.text, range: label.span });
      for (const part of node.parts) if (part !== label) cx.statement(part);
      return;
    }
    case 'attributed_statement':
      for (const part of node.parts) if (part.type !== 'attribute_declaration') cx.statement(part);
      return;
    case 'preproc_if':
    case 'preproc_ifdef':
      lowerConditional(cx, node);
      return;
    case 'ERROR':
      lowerError(cx, node);
      return;
    default:
      if (/_(expression|literal)$|^identifier$/.test(node.type)) cx.effect(node);
  }
}

/** The statements of a block. A variable with a clean-up attribute guards what follows it. */
function lowerList(cx: Context, children: readonly SyntaxNode[]): void {
  const parts = children.filter((child) => child.named && child.type !== 'comment');
  for (let i = 0; i < parts.length; i += 1) {
    const part = parts[i] as SyntaxNode;
    const next = parts[i + 1];
    if (next?.type === 'compound_statement' && isLoopMacro(part)) {
      macroLoop(cx, part, next);
      i += 1;
      continue;
    }
    const closers = part.type === 'declaration' ? cx.declaration(part) : [];
    if (part.type !== 'declaration') cx.statement(part);
    if (closers.length === 0) continue;
    const body = cx.apart(() => lowerList(cx, parts.slice(i + 1)));
    cx.emit({ do: 'try', body, handlers: [], finally: closers, range: cx.span(part) });
    return;
  }
}

/** `LIST_FOREACH(x, head, next) { … }`: a call without a semicolon before a block. */
function isLoopMacro(node: SyntaxNode): boolean {
  return node.type === 'expression_statement' && node.parts[0]?.type === 'call_expression' && node.children.some((child) => child.missing);
}

function macroLoop(cx: Context, head: SyntaxNode, body: SyntaxNode): void {
  const range: Span = cx.span(head);
  const uses = placesIn(cx, head);
  const inner = cx.within({ of: 'loop', label: null }, () =>
    cx.apart(() => {
      for (const place of uses) cx.emit({ do: 'assign', to: place, from: { kind: 'opaque', uses: [] }, range });
      cx.statement(body);
    }),
  );
  cx.emit({ do: 'loop', test: { test: 'opaque', text: null, uses: [], range }, body: inner, range });
}

function branch(cx: Context, node: SyntaxNode | null): Stmt[] {
  return cx.apart(() => cx.scoped(() => node && cx.statement(node)));
}

function lowerIf(cx: Context, node: SyntaxNode): void {
  const condition = node.child('condition');
  if (!condition) return;
  const test = cx.test(condition);
  const then = cx.whereFailed(failedIf(cx, test), () => branch(cx, node.child('consequence')));
  const alternative = node.child('alternative');
  const otherwise = branch(cx, alternative?.type === 'else_clause' ? (alternative.parts[0] ?? null) : alternative);
  cx.emit({ do: 'if', test, then, else: otherwise, range: cx.span(node) });
}

function lowerLoop(cx: Context, node: SyntaxNode): void {
  cx.scoped(() => {
    const first = node.child('initializer');
    if (first?.type === 'declaration') cx.declaration(first);
    else if (first) cx.effect(first);
    if (first) forgetCounter(cx, first, node.child('update'));
    const condition = node.child('condition');
    const test: Test = condition ? cx.test(condition) : { test: 'always' };
    const update = node.child('update');
    const step = update ? cx.apart(() => cx.effect(update)) : [];
    const body = cx.within({ of: 'loop', label: null }, () => branch(cx, node.child('body')));
    const counts = first !== null && condition !== null && update !== null && countsUp(first, condition);
    cx.emit({ do: 'loop', test, body, step, ...(counts && test.test !== 'never' ? { atLeastOnce: true } : {}), range: cx.span(node) });
  });
}

/** The first value of a counter is one of many. */
function forgetCounter(cx: Context, first: SyntaxNode, update: SyntaxNode | null): void {
  const name = /^(?:\w+ )*(\w+)\s*=\s*\w+\s*;?$/.exec(first.text)?.[1];
  const counted = update && name !== undefined ? /^(?:\+\+|--)?\s*(\w+)\s*(?:\+\+|--|[+-]=.*)?$/.exec(update.text)?.[1] : undefined;
  const meaning = name !== undefined && counted === name ? cx.lookup(name) : null;
  if (meaning?.is === 'variable') cx.emit({ do: 'assign', to: meaning.root, from: { kind: 'opaque', uses: [] }, range: cx.span(first) });
}

/** `for (i = 0; i < n; i++)`: what is counted is mostly there, the loop is taken to run. */
function countsUp(first: SyntaxNode, condition: SyntaxNode): boolean {
  return /^(?:[\w ]+ )?(\w+)\s*=\s*[01]\s*;?$/.test(first.text) && /^\w+\s*(<|<=)\s*\w/.test(condition.text);
}

/** `do { } while (0)` runs once: a block that `break` and `continue` leave. */
function lowerDo(cx: Context, node: SyntaxNode): void {
  const condition = node.child('condition');
  const range = cx.span(node);
  const test: Test = condition ? cx.test(condition) : { test: 'never' };
  if (condition) assumeSet(cx, condition, range);
  if (test.test === 'never') {
    const label = cx.label();
    const body = cx.within({ of: 'once', label }, () => branch(cx, node.child('body')));
    cx.emit({ do: 'block', label, body, range });
    return;
  }
  const body = cx.within({ of: 'loop', label: null }, () => branch(cx, node.child('body')));
  cx.emit({ do: 'loop', test, testAtEnd: true, body, range });
}

/** `do { … p->x … } while ((p = p->next) != NULL)`: the body uses p at once, so p is set when the loop begins. */
function assumeSet(cx: Context, condition: SyntaxNode, range: Span): void {
  for (const place of placesIn(cx, condition)) {
    if (!/ \*+$/.test(own(cx.types, place) ?? '')) continue;
    const test: Test = { test: 'compare', op: '==', left: { kind: 'place', place }, right: { kind: 'const', value: null }, range };
    cx.emit({ do: 'if', test, then: [{ do: 'exit', range }], else: [], range });
  }
}

function lowerExit(cx: Context, kind: 'break' | 'continue', range: Span): void {
  const target = cx.exits.filter((exit) => kind === 'break' || exit.of !== 'switch').at(-1);
  if (target?.of === 'once' && target.label !== null) cx.emit({ do: 'break', label: target.label, range });
  else cx.emit({ do: kind, range });
}

/** The address of a member gives the object away: `&appender->common`. */
function objectOf(value: Operand): Operand {
  const of = value.kind === 'derived' && value.how === 'address' && value.of.kind === 'place' ? value.of.place : null;
  return of !== null && !isPlain(of) ? { kind: 'place', place: rootOf(of), ...(value.range && { range: value.range }) } : value;
}

function lowerReturn(cx: Context, node: SyntaxNode | null, range: Span): void {
  const said = node ? cx.value(node) : null;
  const isError = node !== null && isErrorNumber(node);
  const value: Operand | null = isError ? { kind: 'const', value: true, range } : said;
  // A failing `main` ends the process; what a successful one has left open, the program has used to the end.
  if (cx.isMain && value && !(value.kind === 'const' && value.value === 0) && !(value.kind === 'name' && value.name === 'EXIT_SUCCESS')) {
    cx.emit({ do: 'exit', range });
    return;
  }
  const failure = isError || (node && saysFailure(cx, node)) ? true : value ? failureOf(cx, value, range) : undefined;
  // A name that is not known may stand for zero, unless it is the name of an error.
  const plain = value?.kind === 'name' && !errorName.test(value.name) ? { ...value, maybeZero: true } : value && objectOf(value);
  cx.emit({ do: 'return', values: plain ? [plain] : [], ...(failure === undefined ? {} : { failure }), range });
}

/** Does this value tell the caller that something went wrong? A negative number, a null pointer, `false`. */
function failureOf(cx: Context, value: Operand, range: Span): boolean | Test | undefined {
  if (value.kind === 'const') {
    if (typeof value.value === 'number' && value.value < 0) return true;
    if (value.value === false || (cx.returns === 'bool' && value.value === 0)) return true;
    return cx.returns === 'pointer' && (value.value === null || value.value === 0) ? true : undefined;
  }
  if (value.kind === 'name') return /INVALID|ERROR|FAIL/.test(value.name) ? true : undefined;
  if (value.kind !== 'place') return undefined;
  if (cx.returns === 'pointer') return { test: 'compare', op: '==', left: value, right: { kind: 'const', value: null }, range };
  if (cx.returns === 'bool') return { test: 'not', of: { test: 'truth', value, range } };
  const isStatus = cx.locals.includes(value.place);
  return isStatus && isNumber(cx, value.place)
    ? { test: 'compare', op: '<', left: value, right: { kind: 'const', value: 0 }, range }
    : undefined;
}

function isNumber(cx: Context, place: Place): boolean {
  return /^(int|long|ssize_t|short|long long|off_t|int32_t|int64_t|SOCKET|evutil_socket_t)$/.test(own(cx.types, place) ?? 'int');
}

/**
 * `#if … #elif … #else … #endif` between statements: one of them, we do not know which; equal conditions go the same way.
 * Without an alternative the code is taken to be there: features are mostly switched on.
 */
function lowerConditional(cx: Context, node: SyntaxNode): void {
  const range = cx.span(node);
  const head = node.child('name') ?? node.child('condition');
  const alternative = node.child('alternative');
  const negated = node.has('#ifndef');
  const parts = node.children.filter((child) => child !== head && child !== alternative);
  const run = (nodes: readonly SyntaxNode[]): Stmt[] => cx.apart(() => lowerList(cx, nodes));
  const then = run(parts);
  const otherwise = alternative
    ? alternative.type === 'preproc_else'
      ? run(alternative.children)
      : cx.apart(() => lowerConditional(cx, alternative))
    : [];
  const condition = head?.text ?? '';
  const isElsewhere = elsewhere.test(condition) && !/!\s*(defined|\()/.test(condition);
  if (isElsewhere || (!alternative && !negated)) {
    for (const stmt of isElsewhere && !negated ? otherwise : then) cx.emit(stmt);
    return;
  }
  const text = `#${(head?.text ?? '').replace(/^defined\s*(?:\(\s*)?(\w+)\s*\)?$/, '$1').replace(/\s+/g, '')}`;
  const test: Test = { test: 'opaque', text, uses: [], range };
  asTwins(then, otherwise);
  cx.emit({ do: 'if', test: negated ? { test: 'not', of: test } : test, then, else: otherwise, range });
}

/** Arms that give the same variable by a call each do one thing in two ways: what is said of it is said once, of the first. */
function asTwins(first: readonly Stmt[], second: readonly Stmt[]): void {
  const calls = (list: readonly Stmt[]): CallStmt[] =>
    list.flatMap((stmt) => [...(stmt.do === 'call' ? [stmt] : []), ...bodiesOf(stmt).flatMap(calls)]);
  const ranges = new Map(
    calls(first)
      .reverse()
      .map((stmt) => [stmt.results[0], stmt.range]),
  );
  for (const stmt of calls(second)) {
    const range = stmt.results[0] && !isTemporary(stmt.results[0]) ? ranges.get(stmt.results[0]) : undefined;
    if (range) stmt.range = range;
  }
}

/** What could not be read may do anything with the variables it names. Whole statements in it are lowered all the same. */
function lowerError(cx: Context, node: SyntaxNode): void {
  const names = new Set<Place>();
  const visit = (at: SyntaxNode): void => {
    const meaning = at.type === 'identifier' ? cx.lookup(at.text) : null;
    if (meaning?.is === 'variable') names.add(meaning.root);
    at.children.forEach(visit);
  };
  visit(node);
  if (names.size > 0) cx.emit({ do: 'escape', places: [...names], why: 'the code around it could not be read', range: cx.span(node) });
  for (const part of node.parts) if (/_statement$/.test(unwrap(part).type)) cx.statement(part);
}
