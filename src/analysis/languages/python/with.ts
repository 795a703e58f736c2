/** Python's `with`: enter, `try`, exit in `finally`; `suppress` is a handler. */

import type { Operand, Place, Stmt } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { lowerExpression } from './expressions.js';
import { exceptionName, qualifiedName } from './scope.js';
import type { Scope } from './scope.js';
import { assignTo } from './targets.js';

export function lowerWith(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const clause = node.first('with_clause');
  const items = (clause?.children ?? []).filter((child) => child.type === 'with_item');
  out.push(...item(node, items, 0, scope));
}

function item(node: SyntaxNode, items: readonly SyntaxNode[], at: number, scope: Scope): Stmt[] {
  const one = items[at];
  if (!one) return scope.file.parts.block(node.child('body'), scope);
  let value = one.child('value') ?? one.parts[0] ?? null;
  let target: SyntaxNode | null = null;
  if (value?.type === 'as_pattern') {
    target = value.child('alias');
    value = value.parts[0] ?? null;
  }
  if (!value) return item(node, items, at + 1, scope);
  const swallowed = suppressed(value, scope);
  if (swallowed !== undefined) {
    return [
      {
        do: 'try',
        body: item(node, items, at + 1, scope),
        handlers: [{ catches: swallowed, body: [], range: value.span }],
        range: node.span,
      },
    ];
  }
  const limit = timeLimit(value, scope);
  if (limit === undefined) return manager(node, value, target, items, at, scope);
  const before = [scope.limit, scope.greenLimit] as const;
  if (value.child('function')?.text.endsWith('Timeout')) scope.greenLimit = limit;
  else scope.limit = limit;
  const stmts = manager(node, value, target, items, at, scope);
  [scope.limit, scope.greenLimit] = before;
  return stmts;
}

/** `async with asyncio.timeout(5)`, `with trio.fail_after(5)`: the limit of everything awaited inside; undefined for other managers. */
function timeLimit(value: SyntaxNode, scope: Scope): Operand | null | undefined {
  const fn = value.type === 'call' ? value.child('function') : null;
  const name = fn ? (qualifiedName(fn, scope) ?? '') : '';
  if (!/(^|\.)(timeout|timeout_at|fail_after|move_on_after|fail_at|move_on_at|Timeout)$/.test(name)) return undefined;
  const seconds = value.child('arguments')?.parts[0];
  return seconds && (seconds.type === 'integer' || seconds.type === 'float') ? { kind: 'const', value: Number(seconds.text) } : null;
}

/** Exception types that a manager swallows; undefined for other managers. */
function suppressed(value: SyntaxNode, scope: Scope): string[] | null | undefined {
  const fn = value.type === 'call' ? value.child('function') : null;
  if (!fn) return undefined;
  const name = qualifiedName(fn, scope) ?? fn.text;
  if (/(^|\.)(assertRaises(Regex)?|raises)$/.test(name)) return null;
  if (name !== 'contextlib.suppress') return undefined;
  const types = (value.child('arguments')?.parts ?? []).map((part) => exceptionName(part, scope));
  return types.every((type): type is string => type !== null) ? types : null;
}

function manager(
  node: SyntaxNode,
  value: SyntaxNode,
  target: SyntaxNode | null,
  items: readonly SyntaxNode[],
  at: number,
  scope: Scope,
): Stmt[] {
  const out: Stmt[] = [];
  const isAsync = node.has('async');
  const mode = isAsync ? 'await' : 'plain';
  const from = lowerExpression(value, out, scope);
  const holder: Place = scope.temporary();
  const entered: Place = scope.temporary();
  const range = value.span;
  out.push({ do: 'assign', to: holder, from, range });
  const method = (name: string, results: (Place | null)[]): Stmt => ({
    do: 'call',
    callee: { kind: 'method', receiver: holder, name },
    args: [],
    results,
    mode,
    harmless: true,
    range,
  });
  out.push(method(isAsync ? '__aenter__' : '__enter__', [entered]));
  const body: Stmt[] = [];
  if (target) assignTo(target, { kind: 'place', place: entered }, body, scope, target.span);
  body.push(...item(node, items, at + 1, scope));
  out.push({ do: 'try', body, handlers: [], finally: [method(isAsync ? '__aexit__' : '__exit__', [null])], range: node.span });
  return out;
}
