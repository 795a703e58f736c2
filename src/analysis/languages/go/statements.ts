/** Statements. Each function handles one kind and emits into the context. */

import type { Operand, Place, Span, Stmt, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { calleeOf, emitCall, prepareCall } from './calls.js';
import { calledLiteral, deferredLiteral, emitLiteralCall, onlyCalled } from './closures.js';
import type { Context } from './context.js';
import { usesOf } from '../shared/values.js';
import { lowerCallInto } from './expressions.js';
import { lowerBreaking, roundsAround } from './loops.js';
import { isOfType } from './tests.js';
import { lowerReturn } from './returns.js';
import { signatureOf, typeOf, unwrap } from './types.js';

/** The statements of a block, in the scope at hand. */
export function lowerBody(cx: Context, block: SyntaxNode): void {
  const list = block.first('statement_list');
  lowerList(cx, list?.parts ?? block.parts);
}

/** A block, in a scope of its own. */
function lowerBlock(cx: Context, block: SyntaxNode): void {
  cx.scoped(() => lowerBody(cx, block));
}

/**
 * Statements one after another. In an expanded closure a `defer` guards the rest of the closure, which is where it runs.
 */
function lowerList(cx: Context, nodes: readonly SyntaxNode[]): void {
  for (let i = 0; i < nodes.length; i += 1) {
    const node = nodes[i] as SyntaxNode;
    if (node.type !== 'defer_statement' || !cx.inline || node.isError) {
      lowerStatement(cx, node);
      continue;
    }
    const deferred = deferredBody(cx, node);
    const body = cx.collect(() => lowerList(cx, nodes.slice(i + 1)));
    cx.emit({ do: 'try', body, handlers: [], finally: deferred, range: node.span });
    return;
  }
}

function lowerStatement(cx: Context, node: SyntaxNode): void {
  if (node.isError) return;
  switch (node.type) {
    case 'expression_statement':
      return lowerExpressionStatement(cx, node);
    case 'short_var_declaration':
      return lowerAssignment(cx, node, true);
    case 'assignment_statement':
      return lowerAssignment(cx, node, false);
    case 'var_declaration':
      return lowerVar(cx, node);
    case 'const_declaration':
      return lowerLocalConstants(cx, node);
    case 'inc_statement':
    case 'dec_statement':
      return lowerStep(cx, node);
    case 'send_statement':
      return lowerSend(cx, node);
    case 'if_statement':
      return lowerIf(cx, node);
    case 'return_statement':
      return lowerReturn(cx, node);
    case 'defer_statement':
      return lowerDefer(cx, node);
    case 'go_statement':
      return lowerGo(cx, node);
    case 'block':
      return lowerBlock(cx, node);
    case 'break_statement':
    case 'continue_statement': {
      const label = node.first('label_name')?.text;
      const kind = node.type === 'break_statement' ? 'break' : 'continue';
      return cx.emit({ do: kind, ...(label === undefined ? {} : { label }), range: node.span });
    }
    case 'goto_statement':
      return cx.emit({ do: 'goto', label: node.first('label_name')?.text ?? '', range: node.span });
    case 'labeled_statement':
      return lowerLabeled(cx, node);
    case 'for_statement':
    case 'expression_switch_statement':
    case 'type_switch_statement':
    case 'select_statement':
      return lowerBreaking(cx, node, undefined, parts);
    default:
      return undefined;
  }
}

const parts = { statement: lowerStatement, list: lowerList, assign: assignTargets };

function lowerLabeled(cx: Context, node: SyntaxNode): void {
  const label = node.child('label')?.text ?? '';
  const inner = node.parts.find((part) => part.type !== 'label_name');
  cx.emit({ do: 'label', label, range: node.span });
  if (!inner || inner.isError) return;
  if (inner.type === 'for_statement' || inner.type.endsWith('switch_statement') || inner.type === 'select_statement')
    lowerBreaking(cx, inner, label, parts);
  else lowerStatement(cx, inner);
}

function lowerExpressionStatement(cx: Context, node: SyntaxNode): void {
  const expression = node.parts[0] ? unwrap(node.parts[0]) : null;
  if (!expression) return;
  if (expression.type !== 'call_expression') {
    cx.parts.operand(cx, expression);
    return;
  }
  const count = signatureOf(cx, expression)?.results.length ?? 1;
  lowerCallInto(cx, expression, () => Array.from({ length: count }, () => null));
}

/** `a, b := …`, `a, b = …`, `a += b`. */
function lowerAssignment(cx: Context, node: SyntaxNode, declares: boolean): void {
  const left = node.child('left')?.parts ?? [];
  const right = node.child('right')?.parts ?? [];
  const operator = node.child('operator')?.text ?? '=';
  if (!declares && operator !== '=') {
    const [target] = left;
    const [value] = right;
    if (!target || !value) return;
    const from = cx.parts.operand(cx, value);
    const to = targetPlace(cx, target);
    if (to === null) return;
    const old: Operand = { kind: 'place', place: to };
    // Whether nothing was added, or taken away, is not seen in a sum; a step by a constant counts.
    const how =
      from.kind === 'const' && typeof from.value === 'number' ? null : operator === '+=' ? 'joined' : operator === '-=' ? 'part' : null;
    cx.assign(to, how ? { kind: 'derived', how, of: old } : { kind: 'opaque', uses: [to, ...usesOf(from)] }, node.span);
    return;
  }
  assignTargets(cx, left, right, declares, node);
}

/** Gives the values on the right to the targets on the left. */
function assignTargets(cx: Context, left: readonly SyntaxNode[], right: readonly SyntaxNode[], declares: boolean, node: SyntaxNode): void {
  const [only] = right;
  if (!only) return;
  if (left.length > 1 && right.length === 1) return assignMany(cx, left, unwrap(only), declares, node);
  if (left.length === 1 && left[0]) return assignOne(cx, left[0], unwrap(only), declares, node);
  const values = right.map((value): Operand => {
    const operand = cx.parts.operand(cx, value);
    return operand.kind === 'place' ? { kind: 'place', place: cx.copy(operand, value.span) } : operand;
  });
  left.forEach((target, index) => {
    const value = values[index];
    const source = right[index];
    if (!value || !source) return;
    const place = bind(cx, target, typeOf(cx, source), declares);
    if (place !== null) cx.assign(place, value, node.span);
  });
}

function assignOne(cx: Context, target: SyntaxNode, value: SyntaxNode, declares: boolean, node: SyntaxNode): void {
  const type = typeOf(cx, value);
  if (value.type === 'call_expression') {
    const result = type ?? guessedType(target, 0, 1);
    const done = lowerCallInto(cx, value, () => [bind(cx, target, result, declares)]);
    if (done) assignTo(cx, target, done, type, declares, node.span);
    return;
  }
  if (value.type === 'func_literal' && declares && target.type === 'identifier' && onlyCalled(cx, target)) {
    cx.declare(target.text, 'func').closure = value;
    return;
  }
  assignTo(cx, target, cx.parts.operand(cx, value), type, declares, node.span);
}

function assignTo(cx: Context, target: SyntaxNode, value: Operand, type: string | null, declares: boolean, range: Span): void {
  const place = bind(cx, target, type, declares);
  if (place !== null) cx.assign(place, value, range);
}

/** Several targets, one value: a call, or one of the forms with a second result that tells whether there is one. */
function assignMany(cx: Context, left: readonly SyntaxNode[], value: SyntaxNode, declares: boolean, node: SyntaxNode): void {
  if (value.type === 'call_expression') {
    const types = signatureOf(cx, value)?.results ?? [];
    const done = lowerCallInto(cx, value, () =>
      left.map((target, index) => bind(cx, target, types[index] ?? guessedType(target, index, left.length), declares)),
    );
    if (done) left.forEach((target) => assignTo(cx, target, { kind: 'opaque', uses: usesOf(done) }, null, declares, node.span));
    return;
  }
  const [target, flag] = left;
  const operand = value.child('operand');
  if (value.type === 'type_assertion_expression' && target && flag && operand)
    return assignAsserted(cx, target, flag, value, operand, declares);
  const from = cx.parts.operand(cx, value);
  left.forEach((name, index) =>
    assignTo(cx, name, index === 0 ? from : { kind: 'opaque', uses: [] }, index === 0 ? typeOf(cx, value) : null, declares, node.span),
  );
}

/** The last of several results is an error when its name says so. */
function guessedType(target: SyntaxNode, index: number, count: number): string | null {
  return index === count - 1 && /^(err|.*Err)$/.test(target.text) ? 'error' : null;
}

/** `tcp, ok := conn.(*net.TCPConn)`: the same connection, or nothing. */
function assignAsserted(
  cx: Context,
  target: SyntaxNode,
  flag: SyntaxNode,
  value: SyntaxNode,
  operand: SyntaxNode,
  declares: boolean,
): void {
  const range = value.span;
  const test: Test = isOfType(cx, operand, value, cx.names.resolveType(value.child('type')));
  const from = cx.parts.operand(cx, operand);
  const to = bind(cx, target, typeOf(cx, value), declares);
  const ok = bind(cx, flag, 'bool', declares);
  const set = (source: Operand, outcome: boolean): Stmt[] => [
    ...(to === null ? [] : [{ do: 'assign' as const, to, from: source, range }]),
    ...(ok === null ? [] : [{ do: 'assign' as const, to: ok, from: { kind: 'const' as const, value: outcome }, range }]),
  ];
  cx.emit({ do: 'if', test, then: set(from, true), else: set({ kind: 'const', value: null }, false), range });
}

/** The place of a target, declared where it is new; null for `_`. */
function bind(cx: Context, target: SyntaxNode, type: string | null, declares: boolean): Place | null {
  if (!declares || target.type !== 'identifier') return targetPlace(cx, target);
  if (target.text === '_') return null;
  const known = cx.declaredHere(target.text);
  return known ? known.root : cx.declare(target.text, type).root;
}

function targetPlace(cx: Context, target: SyntaxNode): Place | null {
  if (target.text === '_') return null;
  const index = target.type === 'index_expression' ? target.child('index') : null;
  if (index && ['identifier', 'selector_expression'].includes(index.type)) {
    const places = usesOf(cx.parts.operand(cx, index));
    if (places.length > 0) cx.emit({ do: 'escape', places, why: 'kept as a key', range: target.span });
  }
  const value = cx.parts.operand(cx, target);
  return value.kind === 'place' ? value.place : cx.frame.temporary();
}

function lowerVar(cx: Context, node: SyntaxNode): void {
  const specs = node.parts
    .flatMap((part) => (part.type === 'var_spec_list' ? part.parts : [part]))
    .filter((part) => part.type === 'var_spec');
  for (const spec of specs) {
    const names = spec.all('name').filter((name) => name.named);
    const values = spec.child('value')?.parts ?? [];
    const declared = cx.names.resolveType(spec.child('type'));
    if (values.length > 0) {
      assignTargets(cx, names, values, true, spec);
      for (const name of names) {
        const variable = cx.declaredHere(name.text);
        if (variable && declared !== null) variable.type = cx.frame.types[variable.root] = declared;
      }
      continue;
    }
    for (const name of names)
      if (name.text !== '_') cx.assign(cx.declare(name.text, declared).root, cx.names.zeroValue(spec.child('type')), spec.span);
  }
}

function lowerLocalConstants(cx: Context, node: SyntaxNode): void {
  for (const spec of node.parts.filter((part) => part.type === 'const_spec')) {
    const values = spec.child('value')?.parts ?? [];
    const names = spec.all('name').filter((name) => name.named);
    if (values.length > 0) assignTargets(cx, names, values, true, spec);
    else for (const name of names) cx.declare(name.text, null);
  }
}

function lowerStep(cx: Context, node: SyntaxNode): void {
  const target = node.parts[0];
  const place = target ? targetPlace(cx, target) : null;
  if (place !== null) cx.assign(place, { kind: 'opaque', uses: [place] }, node.span);
}

function lowerSend(cx: Context, node: SyntaxNode): void {
  const channel = node.child('channel');
  const value = node.child('value');
  if (channel) cx.parts.operand(cx, channel);
  if (!value) return;
  const operand = cx.parts.operand(cx, value);
  const place = cx.place(operand, value.span);
  cx.emit({ do: 'escape', places: [place], why: 'sent on a channel', range: node.span });
}

function lowerIf(cx: Context, node: SyntaxNode): void {
  cx.scoped(() => {
    const initializer = node.child('initializer');
    if (initializer) lowerStatement(cx, initializer);
    const condition = node.child('condition');
    const test: Test = condition ? cx.parts.test(cx, condition) : { test: 'opaque', text: null, uses: [], range: node.span };
    const consequence = node.child('consequence');
    const alternative = node.child('alternative');
    const then = cx.collect(() => consequence && lowerBlock(cx, consequence));
    const otherwise = cx.collect(() => alternative && lowerStatement(cx, alternative));
    cx.emit({ do: 'if', test, then, else: otherwise, range: node.span });
  });
}

/** In a loop each round adds a call to what the function's end runs. */
function lowerDefer(cx: Context, node: SyntaxNode): void {
  const rounds = roundsAround(cx, node);
  cx.emit({ do: 'defer', body: deferredBody(cx, node), ...(rounds ? { rounds } : {}), range: node.span });
}

/** What a `defer` runs at the exit. Receiver and arguments are evaluated now. */
function deferredBody(cx: Context, node: SyntaxNode): Stmt[] {
  const call = node.parts[0] ? unwrap(node.parts[0]) : null;
  if (call?.type !== 'call_expression') return [];
  const literal = calledLiteral(cx, call);
  if (literal) return deferredLiteral(cx, call, literal);
  const callee = calleeOf(call);
  if (
    callee?.type === 'identifier' &&
    !cx.lookup(callee.text) &&
    !cx.names.functions.has(callee.text) &&
    ['close', 'delete', 'panic', 'recover', 'print', 'println'].includes(callee.text)
  )
    return [];
  const prepared = prepareCall(cx, call, true);
  return cx.collect(() => emitCall(cx, call, prepared, [null]));
}

function lowerGo(cx: Context, node: SyntaxNode): void {
  const call = node.parts[0] ? unwrap(node.parts[0]) : null;
  if (call?.type !== 'call_expression') return;
  const callee = calleeOf(call);
  if (callee?.type === 'func_literal') return emitLiteralCall(cx, call, callee, 'spawn', []);
  emitCall(cx, call, prepareCall(cx, call), [], 'spawn');
}
