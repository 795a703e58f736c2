/** Python statements to IR. */

import type { Handler, Operand, Stmt, Test } from '../../flow/ir.js';
import { isTemporary, rootOf } from '../../flow/places.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { lowerClass, lowerFunction } from './definitions.js';
import { lowerExpression } from './expressions.js';
import { usesOf } from './values.js';
import { addImports, exceptionName } from './scope.js';
import type { Scope } from './scope.js';
import { assignTo } from './targets.js';
import { lowerTest } from './tests.js';
import { lowerWith } from './with.js';

/** All statements of a block (or of the module). */
export function lowerBlock(block: SyntaxNode | null, scope: Scope): Stmt[] {
  const out: Stmt[] = [];
  for (const node of block?.children ?? []) if (node.named) lowerStatement(node, out, scope);
  return out;
}

function lowerStatement(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const range = node.span;
  switch (node.type) {
    case 'comment':
    case 'pass_statement':
    case 'global_statement':
    case 'nonlocal_statement':
      return;
    case 'import_statement':
    case 'import_from_statement':
      return addImports(node, scope);
    case 'expression_statement':
      return expressionStatement(node, out, scope);
    case 'return_statement':
      out.push({ do: 'return', values: node.parts.slice(0, 1).map((value) => lowerExpression(value, out, scope)), range });
      return;
    case 'raise_statement':
      return raise(node, out, scope);
    case 'if_statement':
      return conditional(node, out, scope);
    case 'while_statement':
      return whileLoop(node, out, scope);
    case 'for_statement':
      return forLoop(node, out, scope);
    case 'try_statement':
      return tryStatement(node, out, scope);
    case 'with_statement':
      return lowerWith(node, out, scope);
    case 'match_statement':
      return match(node, out, scope);
    case 'break_statement':
      out.push({ do: 'break', range });
      return;
    case 'continue_statement':
      out.push({ do: 'continue', range });
      return;
    case 'delete_statement':
      return remove(node, out, scope);
    // Those of the module stand in its outline.
    case 'function_definition':
      return scope.isModule ? undefined : lowerFunction(node, scope, null);
    case 'class_definition':
      return scope.isModule ? undefined : lowerClass(node, scope);
    case 'decorated_definition': {
      const definition = node.child('definition');
      if (definition) lowerStatement(definition, out, scope);
      return;
    }
    case 'ERROR':
    case 'block': {
      for (const child of node.children) if (child.named && /_statement$|_definition$/.test(child.type)) lowerStatement(child, out, scope);
      return;
    }
    default:
      if (node.type.endsWith('_statement')) evaluate(node.parts, out, scope);
  }
}

function evaluate(nodes: readonly SyntaxNode[], out: Stmt[], scope: Scope): void {
  for (const node of nodes) lowerExpression(node, out, scope);
}

function expressionStatement(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  for (const part of node.parts) {
    if (part.type === 'assignment') assignment(part, out, scope);
    else if (part.type === 'augmented_assignment') augmented(part, out, scope);
    else lowerExpression(part, out, scope);
  }
}

/** `a = b = value`: gives the value on. */
function assignment(node: SyntaxNode, out: Stmt[], scope: Scope): Operand | null {
  const left = node.child('left');
  const right = node.child('right');
  if (!left || !right) return null;
  const value = right.type === 'assignment' ? assignment(right, out, scope) : lowerExpression(right, out, scope);
  if (value) assignTo(left, value, out, scope, node.span);
  if (value && left.type === 'identifier' && right.type === 'attribute') noteMethod(left.text, value, scope);
  return value;
}

/** `accept = self.sock.accept`, bound only once, of something that is bound only once. */
function noteMethod(name: string, value: Operand, scope: Scope): void {
  const dot = value.kind === 'place' ? value.place.lastIndexOf('.') : -1;
  if (value.kind !== 'place' || dot < 0 || scope.isModule || scope.bindings.get(name) !== 1) return;
  const receiver = value.place.slice(0, dot);
  if ((scope.bindings.get(rootOf(receiver)) ?? 0) <= 1) scope.methods.set(name, { receiver, name: value.place.slice(dot + 1) });
}

function augmented(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const left = node.child('left');
  const right = node.child('right');
  if (!left || !right) return;
  const value = lowerExpression(right, out, scope);
  const before = lowerExpression(left, out, scope);
  const operator = node.child('operator')?.text;
  // Whether nothing was added, or taken away, is not seen in a sum; a step by a constant counts.
  const how =
    before.kind !== 'place' || (value.kind === 'const' && typeof value.value === 'number')
      ? null
      : operator === '+='
        ? 'joined'
        : operator === '-='
          ? 'part'
          : null;
  const from: Operand = how ? { kind: 'derived', how, of: before } : { kind: 'opaque', uses: [...usesOf(before), ...usesOf(value)] };
  assignTo(left, from, out, scope, node.span);
  const kept = value.kind === 'tuple' ? usesOf(value) : [];
  if (kept.length > 0) out.push({ do: 'escape', places: kept, why: 'added to a list', range: node.span });
}

function raise(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const value = node.parts.find((part) => part.field !== 'cause');
  if (!value) {
    out.push({ do: 'throw', type: null, uses: [], rethrow: true, range: node.span });
    return;
  }
  const target = value.type === 'call' ? value.child('function') : value;
  const type = target ? exceptionName(target, scope) : null;
  const args = value.type === 'call' ? (value.child('arguments')?.parts ?? []) : [];
  const uses = args.flatMap((arg) => usesOf(lowerExpression(arg.child('value') ?? arg, out, scope)));
  const isCaught = value.type === 'identifier' && type === null;
  out.push({ do: 'throw', type, uses, ...(isCaught ? { rethrow: true } : {}), range: node.span });
}

function conditional(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const condition = node.child('condition');
  const test: Test = condition ? lowerTest(condition, scope) : { test: 'opaque', text: null, uses: [], range: node.span };
  const then = lowerBlock(node.child('consequence'), scope);
  out.push({ do: 'if', test, then, else: alternatives(node.all('alternative'), scope), range: node.span });
}

function alternatives(clauses: readonly SyntaxNode[], scope: Scope): Stmt[] {
  const [first, ...rest] = clauses;
  if (!first) return [];
  if (first.type === 'else_clause') return lowerBlock(first.child('body'), scope);
  const condition = first.child('condition');
  const test: Test = condition ? lowerTest(condition, scope) : { test: 'opaque', text: null, uses: [], range: first.span };
  const then = lowerBlock(first.child('consequence'), scope);
  return [{ do: 'if', test, then, else: alternatives(rest, scope), range: first.span }];
}

function elseOf(node: SyntaxNode, scope: Scope): Stmt[] {
  const clause = node.child('alternative') ?? node.first('else_clause');
  return clause ? lowerBlock(clause.child('body') ?? clause.first('block'), scope) : [];
}

function whileLoop(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const condition = node.child('condition');
  const test: Test = condition ? lowerTest(condition, scope) : { test: 'always' };
  out.push({ do: 'loop', test, body: lowerBlock(node.child('body'), scope), orElse: elseOf(node, scope), range: node.span });
}

function forLoop(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const range = node.span;
  const left = node.child('left');
  const right = node.child('right');
  const iterated: Operand = right ? lowerExpression(right, out, scope) : { kind: 'opaque', uses: [] };
  if (iterated.kind === 'tuple') out.push({ do: 'escape', places: usesOf(iterated), why: 'in a list', range });
  const before: Stmt[] = [];
  const uses = usesOf(iterated);
  const sure = isNonEmpty(right, iterated);
  const source = iterated.kind === 'place' && !sure ? iterated.place : null;
  const item = source ? scope.temporary() : null;
  if (source) {
    const name = node.has('async') ? '__anext__' : '__next__';
    const limit = node.has('async') ? scope.limit : scope.greenLimit;
    before.push({
      do: 'call',
      callee: { kind: 'method', receiver: source, name },
      args: [],
      results: [item],
      mode: node.has('async') ? 'await' : 'plain',
      harmless: true,
      ...(!isTemporary(source) && { next: true }),
      ...(limit !== undefined && { limit }),
      range: right?.span ?? range,
    });
  }
  const body: Stmt[] = [];
  if (left) assignTo(left, { kind: 'opaque', uses: item ? [item] : uses }, body, scope, left.span);
  body.push(...lowerBlock(node.child('body'), scope));
  const test: Test = item
    ? {
        test: 'not',
        of: {
          test: 'compare',
          op: '==',
          left: { kind: 'place', place: item },
          right: { kind: 'const', value: null },
          before,
          range: right?.span ?? range,
        },
      }
    : { test: 'opaque', text: null, uses: [], range: right?.span ?? range };
  out.push({ do: 'loop', test, atLeastOnce: sure, body, orElse: elseOf(node, scope), range });
}

/** A literal list, or `range` of a positive number: the first round surely happens. */
function isNonEmpty(node: SyntaxNode | null, iterated: Operand): boolean {
  if (iterated.kind === 'tuple') return iterated.items.length > 0;
  const count = node?.type === 'call' && node.child('function')?.text === 'range' ? node.child('arguments')?.parts : undefined;
  return count?.length === 1 && count[0]?.type === 'integer' && Number(count[0].text) > 0;
}

function tryStatement(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const handlers: Handler[] = [];
  let last: Stmt[] | undefined;
  const orElse = node.first('else_clause');
  const body = lowerBlock(node.child('body'), scope);
  for (const clause of node.children) {
    if (clause.type === 'except_clause' || clause.type === 'except_group_clause') handlers.push(handler(clause, scope));
    if (clause.type === 'finally_clause') last = lowerBlock(clause.first('block'), scope);
  }
  out.push({
    do: 'try',
    body,
    handlers,
    orElse: orElse ? lowerBlock(orElse.child('body') ?? orElse.first('block'), scope) : [],
    finally: last,
    range: node.span,
  });
}

function handler(clause: SyntaxNode, scope: Scope): Handler {
  const parts = clause.parts.filter((part) => part.type !== 'block');
  let value = clause.child('value') ?? parts[0] ?? null;
  let alias = clause.child('alias');
  if (value?.type === 'as_pattern') {
    alias = value.child('alias');
    value = value.parts[0] ?? null;
  }
  const name = alias?.type === 'as_pattern_target' ? alias.parts[0]?.text : alias?.text;
  const body = lowerBlock(clause.first('block') ?? clause.child('body'), scope);
  return { catches: caughtTypes(value, scope), body, range: clause.span, ...(name ? { bind: scope.use(name) } : {}) };
}

function caughtTypes(value: SyntaxNode | null, scope: Scope): string[] | null {
  if (!value) return null;
  const nodes =
    value.type === 'tuple' || value.type === 'expression_list'
      ? value.parts
      : value.type === 'parenthesized_expression'
        ? value.parts
        : [value];
  const names = nodes.map((node) => exceptionName(node, scope));
  return names.every((name): name is string => name !== null) ? names : null;
}

function remove(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  for (const part of node.parts) {
    for (const target of part.type === 'expression_list' || part.type === 'tuple' ? part.parts : [part]) {
      const operand = lowerExpression(target, out, scope);
      if (operand.kind === 'place') out.push({ do: 'drop', place: operand.place, range: node.span });
    }
  }
}

function match(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const subject = node.child('subject');
  if (subject) lowerExpression(subject, out, scope);
  const clauses = (node.child('body')?.children ?? node.children).filter((child) => child.type === 'case_clause');
  const cases = clauses.map((clause) => {
    const pattern = clause.parts.find((part) => part.type === 'case_pattern');
    const anything = clause.child('guard') === null && pattern?.text === '_';
    const tests: Test[] | null = anything ? null : [{ test: 'opaque', text: null, uses: [], range: clause.span }];
    return { tests, body: lowerBlock(clause.child('consequence'), scope), range: clause.span };
  });
  out.push({ do: 'switch', cases, transparent: true, range: node.span });
}
