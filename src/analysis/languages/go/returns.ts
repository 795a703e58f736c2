/** `return`: what it gives, and whether it tells the caller of a failure. */

import type { Operand, Place, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from './context.js';
import { usesOf } from '../shared/values.js';
import { argumentsOf } from './calls.js';
import { lowerCall } from './expressions.js';
import { unwrap } from './types.js';

export function lowerReturn(cx: Context, node: SyntaxNode): void {
  const { inline, frame } = cx;
  const named = inline ? inline.named : frame.namedResults;
  const types = inline ? inline.resultTypes : frame.resultTypes;
  const sources = node.parts.flatMap((part) => (part.type === 'expression_list' ? part.parts : [part]));
  let values = valuesOf(cx, sources, types.length);
  const failure = inline ? undefined : failureOf(values, sources, types, cx);
  // Named results matter only to what runs after this: deferred calls.
  const visible = named !== null && (inline !== null || frame.defers);
  if (visible && sources.length > 0) {
    const settled = values.length > 1 ? values.map((value, index) => settle(cx, value, sources[index] ?? node)) : values;
    settled.forEach((value, index) => {
      const to = named?.[index];
      if (to !== undefined) cx.assign(to, value, node.span);
    });
  }
  if (named && (visible || sources.length === 0)) values = named.map((place): Operand => ({ kind: 'place', place }));
  if (!inline) return cx.emit({ do: 'return', values, ...(failure === undefined ? {} : { failure }), range: node.span });
  inline.results.forEach((to: Place, index) => {
    const value = values[index];
    if (value) cx.assign(to, value, node.span);
  });
  cx.emit({ do: 'break', label: inline.label, range: node.span });
}

/** `return b, a` with named results: all values first, then the assignments. */
function settle(cx: Context, value: Operand, node: SyntaxNode): Operand {
  return value.kind === 'place' ? { kind: 'place', place: cx.copy(value, node.span), range: node.span } : value;
}

function valuesOf(cx: Context, sources: readonly SyntaxNode[], count: number): Operand[] {
  const only = sources.length === 1 && sources[0] ? unwrap(sources[0]) : null;
  if (only?.type === 'call_expression' && count > 1) return lowerCall(cx, only, count);
  return sources.map((source) => cx.parts.operand(cx, source));
}

/** A return whose error is not nil is a failure. */
function failureOf(
  values: readonly Operand[],
  sources: readonly SyntaxNode[],
  types: readonly string[],
  cx: Context,
): boolean | Test | undefined {
  const index = types.lastIndexOf('error');
  if (index === -1) return undefined;
  const named = cx.frame.namedResults?.[index];
  const value = sources.length === 0 && named !== undefined ? ({ kind: 'place', place: named } as Operand) : values[index];
  const source = sources[index] ?? sources[0];
  if (!value) return undefined;
  // Who gives nil beside it means an error.
  const others = values.filter((_, at) => at !== index);
  if (sources.length > 1 && value.kind !== 'const' && others.length > 0 && others.every(isNil)) return true;
  return failureOfValue(value, source ? unwrap(source) : null, cx);
}

function isNil(value: Operand): boolean {
  return value.kind === 'const' && value.value === null;
}

/** `case <-ctx.Done(): return ctx.Err()`: once a context is done, its error is one. */
function tellsWhyDone(source: SyntaxNode): boolean {
  const asked = /^(.*)\.Err\(\)$/.exec(source.text)?.[1];
  let at: SyntaxNode | null = source.parent;
  while (at && at.type !== 'communication_case' && at.type !== 'func_literal') at = at.parent;
  return asked !== undefined && at?.child('communication')?.text === `<-${asked}.Done()`;
}

function failureOfValue(value: Operand, source: SyntaxNode | null, cx: Context): boolean | Test | undefined {
  if (value.kind === 'const') return value.value !== null;
  if (value.kind === 'name' || value.kind === 'record') return true;
  const range = source?.span ?? { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
  if (source?.type === 'call_expression') {
    if (tellsWhyDone(source)) return true;
    // A call that gets an error usually wraps it: nil stays nil. One that gets none makes one, or is the work itself.
    const errors = argumentsOf(source).filter((node) => node.type === 'identifier' && /^(err|e|.*Err)$/.test(node.text));
    const place = errors[0] ? cx.lookup(errors[0].text)?.root : undefined;
    if (place !== undefined) return notNull({ kind: 'place', place }, range);
  }
  if (source?.type === 'identifier' && !cx.lookup(source.text)) return true;
  const [place] = usesOf(value);
  return value.kind === 'place' && place !== undefined ? notNull(value, range) : true;
}

function notNull(value: Operand, range: SyntaxNode['span']): Test {
  return { test: 'compare', op: '!=', left: value, right: { kind: 'const', value: null }, range };
}
