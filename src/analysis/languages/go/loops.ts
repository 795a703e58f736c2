/** Loops, switches and select: the statements that `break` leaves. */

import type { Operand, Place, Stmt, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from './context.js';
import { typeOf, unwrap } from './types.js';

/** Handed in by `statements.ts`, which calls this file. */
export interface StatementParts {
  statement(cx: Context, node: SyntaxNode): void;
  list(cx: Context, nodes: readonly SyntaxNode[]): void;
  assign(cx: Context, left: readonly SyntaxNode[], right: readonly SyntaxNode[], declares: boolean, node: SyntaxNode): void;
}

type Case = Extract<Stmt, { do: 'switch' }>['cases'][number];

export function lowerBreaking(cx: Context, node: SyntaxNode, label: string | undefined, parts: StatementParts): void {
  cx.scoped(() => {
    const initializer = node.child('initializer');
    if (initializer) parts.statement(cx, initializer);
    const named = label === undefined ? {} : { label };
    if (node.type === 'for_statement') return lowerFor(cx, node, named, parts);
    if (node.type === 'expression_switch_statement') return lowerSwitch(cx, node, named, parts);
    if (node.type === 'type_switch_statement') return lowerTypeSwitch(cx, node, named, parts);
    return lowerSelect(cx, node, named, parts);
  });
}

type Named = { label?: string };

function unknownTest(node: SyntaxNode): Test {
  return { test: 'opaque', text: null, uses: [], range: node.span };
}

function lowerFor(cx: Context, node: SyntaxNode, named: Named, parts: StatementParts): void {
  const block = node.child('body');
  const clause = node.first('for_clause');
  const range = node.first('range_clause');
  const body = (): void => {
    if (block) parts.statement(cx, block);
  };
  if (range) return lowerRange(cx, node, range, named, body);
  const initializer = clause?.child('initializer');
  if (initializer) parts.statement(cx, initializer);
  const condition = clause ? clause.child('condition') : node.parts.find((part) => part !== block);
  const update = clause?.child('update');
  const test: Test = condition ? cx.parts.test(cx, condition) : { test: 'always' };
  const stmts = cx.collect(body);
  const step = update ? { step: cx.collect(() => parts.statement(cx, update)) } : {};
  const first = clause && startsTrue(clause) ? { atLeastOnce: true } : {};
  cx.emit({ do: 'loop', test, body: stmts, ...step, ...first, ...named, range: node.span });
}

/** `for i := 0; i < 3; …`: the first round surely happens. */
function startsTrue(clause: SyntaxNode): boolean {
  const start = clause.child('initializer')?.child('right')?.parts[0];
  const limit = clause.child('condition')?.child('right');
  const operator = clause.child('condition')?.child('operator')?.text;
  if (start?.type !== 'int_literal' || limit?.type !== 'int_literal') return false;
  return operator === '<' ? Number(start.text) < Number(limit.text) : operator === '<=' && Number(start.text) <= Number(limit.text);
}

function lowerRange(cx: Context, node: SyntaxNode, range: SyntaxNode, named: Named, body: () => void): void {
  const source = range.child('right');
  const all = source ? cx.parts.operand(cx, source) : null;
  // An element of what others have is theirs, too.
  const unknown: Operand = { kind: 'opaque', uses: all?.kind === 'place' ? [all.place] : [] };
  const stmts = cx.collect(() => {
    for (const target of range.child('left')?.parts ?? []) {
      if (target.text === '_') continue;
      if (range.has(':=') && target.type === 'identifier') cx.assign(cx.declare(target.text, null).root, unknown, range.span);
      else cx.assign(cx.place(cx.parts.operand(cx, target), target.span), unknown, range.span);
    }
    body();
  });
  const surely = source && isFilledLiteral(unwrap(source)) ? { atLeastOnce: true } : {};
  cx.emit({ do: 'loop', test: unknownTest(range), body: stmts, ...surely, ...named, range: node.span });
}

function isFilledLiteral(node: SyntaxNode): boolean {
  if (node.type === 'int_literal') return Number(node.text) > 0;
  return node.type === 'composite_literal' && (node.child('body')?.parts.length ?? 0) > 0;
}

type Rounds = 'few' | 'many' | 'endless';

/** A number of rounds that is a handful of tries. */
const handful = 10;

/** How often is this reached before the function ends? Null: it stands in no loop. */
export function roundsAround(cx: Context, node: SyntaxNode): Rounds | null {
  let found: Rounds | null = null;
  for (let at = node.parent; at && at.type !== 'func_literal'; at = at.parent) {
    if (at.type !== 'for_statement') continue;
    const rounds = roundsOf(cx, at, node.end);
    if (rounds === 'endless') return rounds;
    found = found === 'many' ? found : rounds;
  }
  return found;
}

function roundsOf(cx: Context, loop: SyntaxNode, from: number): Rounds {
  const body = loop.child('body');
  // Only rounds that did not work out are followed by another one.
  const last = body?.first('statement_list')?.parts.at(-1);
  if (last && (leavesWith(last) || goesOnRarely(last))) return 'few';
  const head = loop.parts.find((part) => part !== body && part.type !== 'comment');
  const condition = head?.type === 'for_clause' ? head.child('condition') : head?.type === 'range_clause' ? null : head;
  if (head?.type === 'range_clause') {
    const source = head.child('right');
    return source && (isFew(cx, source) || isShortLiteral(unwrap(source))) ? 'few' : 'many';
  }
  if (!condition) return leaves(loop, from) ? 'many' : 'endless';
  const limit = condition.child('right');
  return head?.type === 'for_clause' && limit && isFew(cx, limit) ? 'few' : 'many';
}

function leavesWith(node: SyntaxNode): boolean {
  return node.type === 'return_statement' || node.type === 'break_statement';
}

/** Does the next round come only where something is a certain value (`if resp.StatusCode == 301 { … } else { return … }`)? */
function goesOnRarely(last: SyntaxNode): boolean {
  const condition = last.type === 'if_statement' ? last.child('condition') : null;
  const otherwise = last.child('alternative');
  const end = otherwise?.type === 'block' ? otherwise.first('statement_list')?.parts.at(-1) : undefined;
  return condition !== null && condition !== undefined && asksForOne(unwrap(condition)) && end !== undefined && leavesWith(end);
}

/** `a == 1`, `a == 1 || a == 2`. */
function asksForOne(condition: SyntaxNode): boolean {
  if (condition.type !== 'binary_expression') return false;
  const [left, right] = [condition.child('left'), condition.child('right')];
  const operator = condition.child('operator')?.text;
  return (
    operator === '==' || (operator === '||' && left !== null && right !== null && asksForOne(unwrap(left)) && asksForOne(unwrap(right)))
  );
}

function isFew(cx: Context, limit: SyntaxNode): boolean {
  const value = cx.parts.operand(cx, limit);
  return value.kind === 'const' && typeof value.value === 'number' && value.value <= handful;
}

function isShortLiteral(node: SyntaxNode): boolean {
  return node.type === 'composite_literal' && (node.child('body')?.parts.length ?? 0) <= handful;
}

/** Is there a `return` or `break` behind `from`? */
function leaves(node: SyntaxNode, from: number): boolean {
  if (node.type === 'func_literal' || node.end <= from) return false;
  return (
    ((node.type === 'return_statement' || node.type === 'break_statement') && node.start >= from) ||
    node.children.some((child) => leaves(child, from))
  );
}

function bodyOf(node: SyntaxNode): readonly SyntaxNode[] {
  return node.first('statement_list')?.parts ?? [];
}

function lowerCase(cx: Context, node: SyntaxNode, tests: Test[] | null, parts: StatementParts, before?: () => void): Case {
  const list = bodyOf(node);
  const body = cx.collect(() => {
    before?.();
    parts.list(cx, list);
  });
  const fallsThrough = list.at(-1)?.type === 'fallthrough_statement' ? { fallsThrough: true } : {};
  return { tests, body, ...fallsThrough, range: node.span };
}

function casesOf(node: SyntaxNode): SyntaxNode[] {
  return node.parts.filter((part) => ['expression_case', 'default_case', 'type_case', 'communication_case'].includes(part.type));
}

function lowerSwitch(cx: Context, node: SyntaxNode, named: Named, parts: StatementParts): void {
  const value = node.child('value');
  const subject = value ? cx.parts.operand(cx, value) : null;
  const kept: Operand | null =
    subject && value && subject.kind !== 'const' && subject.kind !== 'opaque'
      ? { kind: 'place', place: cx.copy(subject, value.span) }
      : subject;
  const arms = casesOf(node);
  const last = value && namesAll(cx, value, arms) ? arms.at(-1) : undefined;
  const cases = arms.map((arm) => {
    if (arm.type === 'default_case' || arm === last) return lowerCase(cx, arm, null, parts);
    const tests = (arm.child('value')?.parts ?? []).map((item) => caseTest(cx, item, kept));
    return lowerCase(cx, arm, tests, parts);
  });
  cx.emit({ do: 'switch', cases, ...named, range: node.span });
}

/** Without a default, do the arms name every constant that this file has of the value's type? Then one of them is taken. */
function namesAll(cx: Context, value: SyntaxNode, arms: readonly SyntaxNode[]): boolean {
  const type = typeOf(cx, value);
  if (type === null || !cx.names.types.has(type) || arms.some((arm) => arm.type === 'default_case')) return false;
  const named = new Set(arms.flatMap((arm) => arm.child('value')?.parts ?? []).map((item) => item.text));
  const constants = constantsOf(cx.frame.node, type);
  return constants.length > 1 && constants.every((name) => named.has(name));
}

/** Names of the package's constants of a type, also of those that repeat the line before (`iota`). */
function constantsOf(node: SyntaxNode, type: string): string[] {
  let root = node;
  while (root.parent) root = root.parent;
  const names: string[] = [];
  for (const declaration of root.parts.filter((part) => part.type === 'const_declaration')) {
    let current: string | undefined;
    for (const spec of declaration.parts.filter((part) => part.type === 'const_spec')) {
      if (spec.child('value')) current = spec.child('type')?.text;
      if (current === type)
        names.push(
          ...spec
            .all('name')
            .filter((name) => name.named && name.text !== '_')
            .map((name) => name.text),
        );
    }
  }
  return names;
}

function caseTest(cx: Context, item: SyntaxNode, subject: Operand | null): Test {
  if (!subject) return cx.parts.test(cx, item);
  let right: Operand = { kind: 'opaque', uses: [] };
  const stmts = cx.collect(() => {
    right = cx.parts.operand(cx, item);
  });
  const before = stmts.length > 0 ? { before: stmts } : {};
  if (subject.kind === 'opaque' || right.kind === 'opaque') return { ...unknownTest(item), ...before };
  return { test: 'compare', op: '==', left: subject, right, ...before, range: item.span };
}

function lowerTypeSwitch(cx: Context, node: SyntaxNode, named: Named, parts: StatementParts): void {
  const value = node.child('value');
  const alias = node.child('alias')?.parts[0];
  const subject: Operand = value ? cx.parts.operand(cx, value) : { kind: 'opaque', uses: [] };
  const isError = value !== null && typeOf(cx, value) === 'error';
  const arms = casesOf(node);
  const last = listsConnections(cx, arms) ? arms.at(-1) : undefined;
  const cases = arms.map((arm) => {
    const types = typesOf(arm);
    const compare = (op: '==' | '!=', right: Operand): Test => ({ test: 'compare', op, left: subject, right, range: arm.span });
    const isNull = compare('==', { kind: 'const', value: null });
    // An error of a type of its own is not io.EOF, which is a plain one.
    const unknown: Test = isError
      ? { test: 'and', left: compare('!=', { kind: 'name', name: 'io.EOF' }), right: unknownTest(arm) }
      : unknownTest(arm);
    const present: Test = { test: 'and', left: { test: 'not', of: isNull }, right: arm === last ? { test: 'always' } : unknown };
    const tests = arm.type === 'default_case' ? null : types.map((type) => (type.text === 'nil' ? isNull : present));
    return lowerCase(cx, arm, tests, parts, () => {
      if (!alias || alias.text === '_') return;
      const type = types.length === 1 ? cx.names.resolveType(types[0] ?? null) : null;
      cx.assign(cx.declare(alias.text, type).root, subject, arm.span);
    });
  });
  cx.emit({ do: 'switch', cases, ...named, range: node.span });
}

function typesOf(arm: SyntaxNode): SyntaxNode[] {
  return arm.all('type').filter((type) => type.named);
}

/** Without a default, do the arms name what a connection of package net is? Then one of them is taken. */
function listsConnections(cx: Context, arms: readonly SyntaxNode[]): boolean {
  if (arms.some((arm) => arm.type === 'default_case')) return false;
  return arms.some((arm) => typesOf(arm).some((type) => ['net.TCPConn', 'net.Conn'].includes(cx.names.resolveType(type) ?? '')));
}

/**
 * One of the cases happens: without a default, `select` waits for it. What is to be sent is computed before that, whichever case is
 * taken then (Go specification, Select statements).
 */
function lowerSelect(cx: Context, node: SyntaxNode, named: Named, parts: StatementParts): void {
  const arms = casesOf(node);
  if (arms.length === 0) return cx.emit({ do: 'loop', test: { test: 'always' }, body: [], range: node.span });
  const sent = new Map<SyntaxNode, Place>();
  for (const arm of arms) {
    const communication = arm.child('communication');
    const value = communication?.type === 'send_statement' ? communication.child('value') : null;
    if (value && unwrap(value).type === 'call_expression') sent.set(arm, cx.place(cx.parts.operand(cx, value), value.span));
  }
  const waits = !arms.some((arm) => arm.type === 'default_case');
  const cases = arms.map((arm, index) => {
    const last = waits && index === arms.length - 1;
    const tests = arm.type === 'default_case' || last ? null : [unknownTest(arm)];
    const communication = arm.child('communication');
    const place = sent.get(arm);
    return lowerCase(cx, arm, tests, parts, () => {
      if (place !== undefined) cx.emit({ do: 'escape', places: [place], why: 'sent on a channel', range: arm.span });
      else if (communication) lowerCommunication(cx, communication, parts);
    });
  });
  cx.emit({ do: 'switch', cases, ...named, range: node.span });
}

function lowerCommunication(cx: Context, node: SyntaxNode, parts: StatementParts): void {
  const right = node.child('right');
  const left = node.child('left')?.parts ?? [];
  if (node.type === 'send_statement') parts.statement(cx, node);
  else if (right && left.length > 0) parts.assign(cx, left, [right], node.has(':='), node);
  else if (right) cx.parts.operand(cx, right);
}
