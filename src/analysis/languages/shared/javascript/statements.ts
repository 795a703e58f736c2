/** Statements to IR. */

import type { Operand, Stmt, Test } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import { usesOf } from '../values.js';
import { standIn } from './calls.js';
import { bindPattern, hoist } from './hoist.js';
import { isFunction } from './nodes.js';
import { takeApart } from './patterns.js';
import { placeFor } from './places.js';
import { required } from './scope.js';
import type { Scope } from './scope.js';

/** Statements whose names are bound already. */
export function lowerStatements(nodes: readonly SyntaxNode[], scope: Scope): Stmt[] {
  const out: Stmt[] = [];
  if (!scope.isTop)
    for (const node of nodes)
      if (/function_declaration$/.test(node.type) && scope.file.known.has(node)) scope.file.parts.lambda(node, scope);
  nodes.forEach((node, index) => {
    if (node.type === 'using_declaration') disposed(node, nodes.slice(index + 1), out, scope);
    else if (!out.some((stmt) => stmt.do === 'block' && stmt.label === 'using')) lowerStatement(node, out, scope);
  });
  return out;
}

function block(nodes: readonly SyntaxNode[], scope: Scope): Stmt[] {
  return scope.inside(() => {
    hoist(nodes, scope);
    return lowerStatements(nodes, scope);
  });
}

/** The body of a loop or branch, a block or a single statement. */
function body(node: SyntaxNode | null, scope: Scope): Stmt[] {
  const inner = node?.type === 'else_clause' ? (node.parts[0] ?? null) : node;
  return inner === null ? [] : block(inner.type === 'statement_block' ? inner.parts : [inner], scope);
}

/** What follows runs with the value, which is disposed of on every way out. */
function disposed(node: SyntaxNode, rest: readonly SyntaxNode[], out: Stmt[], scope: Scope): void {
  const range = node.span;
  for (const declarator of node.parts) if (declarator.type === 'variable_declarator') declared(declarator, out, scope);
  const name = node.first('variable_declarator')?.child('name')?.text ?? '';
  const binding = scope.lookup(name);
  const place = binding?.is === 'variable' ? binding.place : name;
  const inner = lowerStatements(rest, scope);
  const close: Stmt = {
    do: 'call',
    callee: { kind: 'method', receiver: place, name: 'Symbol.dispose' },
    args: [],
    results: [null],
    mode: node.has('await') ? 'await' : 'plain',
    range,
  };
  out.push({ do: 'block', label: 'using', body: [{ do: 'try', body: inner, handlers: [], finally: [close], range }], range });
}

type Lowering = (node: SyntaxNode, out: Stmt[], scope: Scope) => void;

const declarations: Lowering = (node, out, scope) => {
  for (const part of node.parts) if (part.type === 'variable_declarator') declared(part, out, scope);
};
const classBody: Lowering = (node, _, scope) => {
  scope.file.parts.classBody(node, scope);
};
const value: Lowering = (node, out, scope) => {
  scope.file.parts.expression(node, out, scope);
};

/** How each kind of statement is lowered; what is not here does nothing. */
const lowerings = new Map<string, Lowering>([
  ['expression_statement', (node, out, scope) => void (node.parts[0] && evaluated(node.parts[0], out, scope))],
  ['lexical_declaration', declarations],
  ['variable_declaration', declarations],
  ['return_statement', returned],
  ['throw_statement', thrown],
  ['if_statement', conditional],
  ['while_statement', whileLoop],
  ['do_statement', whileLoop],
  ['for_statement', (node, out, scope) => scope.inside(() => forLoop(node, out, scope))],
  ['for_in_statement', (node, out, scope) => scope.inside(() => forIn(node, out, scope))],
  ['try_statement', tryStatement],
  ['switch_statement', switchStatement],
  ['break_statement', jump],
  ['continue_statement', jump],
  ['labeled_statement', labeled],
  ['statement_block', (node, out, scope) => void out.push(...block(node.parts, scope))],
  ['internal_module', (node, out, scope) => node.child('body')?.parts.forEach((part) => lowerStatement(part, out, scope))],
  ['export_statement', exported],
  ['class_declaration', classBody],
  ['abstract_class_declaration', classBody],
  ['call_expression', value],
  ['object', value],
  ['with_statement', statementsIn],
  ['ERROR', statementsIn],
]);

function lowerStatement(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  lowerings.get(node.type)?.(node, out, scope);
}

function returned(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const values = node.parts.slice(0, 1).map((part) => scope.file.parts.expression(part, out, scope));
  out.push({ do: 'return', values, range: node.span });
}

function thrown(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const values = node.parts.slice(0, 1).map((part) => scope.file.parts.expression(part, out, scope));
  out.push({ do: 'throw', type: null, uses: values.flatMap(usesOf), range: node.span });
}

/** `while` and `do … while`. */
function whileLoop(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const condition = node.child('condition');
  const test: Test = condition ? scope.file.parts.test(condition, scope) : { test: 'always' };
  out.push({
    do: 'loop',
    test,
    ...(node.type === 'do_statement' ? { testAtEnd: true } : {}),
    body: body(node.child('body'), scope),
    ...labelled(node),
    range: node.span,
  });
}

function jump(node: SyntaxNode, out: Stmt[]): void {
  const label = node.child('label')?.text;
  out.push({ do: node.type === 'break_statement' ? 'break' : 'continue', ...(label === undefined ? {} : { label }), range: node.span });
}

function labeled(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const inner = node.child('body');
  const label = node.child('label')?.text ?? '';
  if (inner && /^(?:for|for_in|while|do|switch)_statement$/.test(inner.type)) lowerStatement(inner, out, scope);
  else out.push({ do: 'block', label, body: body(inner, scope), range: node.span });
}

function exported(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const inner = node.child('declaration') ?? node.child('value');
  if (inner && !isFunction(inner)) lowerStatement(inner, out, scope);
}

function statementsIn(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  for (const child of node.parts) if (/_statement$|_declaration$|^statement_block$/.test(child.type)) lowerStatement(child, out, scope);
}

function labelled(node: SyntaxNode): { label?: string } {
  const label = node.parent?.type === 'labeled_statement' ? node.parent.child('label')?.text : undefined;
  return label === undefined ? {} : { label };
}

function evaluated(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const inner = node.type === 'await_expression' ? node.parts[0] : node;
  // What the outline has taken for a function or a class of the module is no statement.
  if (node.type === 'assignment_expression') {
    const right = node.child('right');
    if (right && scope.file.known.has(right)) return;
  }
  if (inner?.type === 'call_expression') scope.file.parts.call(inner, out, scope, node === inner ? 'dropped' : 'await');
  else scope.file.parts.expression(node, out, scope);
}

function declared(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const [target, value] = [node.child('name'), node.child('value')];
  if (!target || !value || required(value) !== null) return;
  if (scope.file.known.has(value)) {
    if (!scope.isTop && isFunction(value)) scope.file.parts.lambda(value, scope);
    else if (value.type === 'class') scope.file.parts.classBody(value, scope);
    return;
  }
  const from = scope.file.parts.expression(value, out, scope);
  takeApart(target, from, out, scope);
  if (/^(?:binary|ternary)_expression$/.test(value.type)) scope.likens(target, standIn(value, scope));
}

function conditional(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const condition = node.child('condition');
  const test: Test = condition ? scope.file.parts.test(condition, scope) : { test: 'opaque', text: null, uses: [], range: node.span };
  out.push({
    do: 'if',
    test,
    then: body(node.child('consequence'), scope),
    else: body(node.child('alternative'), scope),
    range: node.span,
  });
}

function forLoop(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const [first, condition, increment] = [
    node.child('initializer'),
    node.children.find((child) => child.field === 'condition' && child.named),
    node.child('increment'),
  ];
  if (first) {
    hoist([first], scope);
    if (/_declaration$|_statement$/.test(first.type)) lowerStatement(first, out, scope);
    else scope.file.parts.expression(first, out, scope);
  }
  const inner = condition?.type === 'expression_statement' ? condition.parts[0] : condition;
  const test: Test = inner && condition?.type !== 'empty_statement' ? scope.file.parts.test(inner, scope) : { test: 'always' };
  const step: Stmt[] = [];
  const looped = body(node.child('body'), scope);
  if (increment) scope.file.parts.expression(increment, step, scope);
  out.push({ do: 'loop', test, body: looped, step, ...labelled(node), range: node.span });
}

/** `for (x of xs)`, `for await (x of stream)`: leaving the latter ends the stream. */
function forIn(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const [left, right] = [node.child('left'), node.child('right')];
  const range = node.span;
  if (!left || !right) return;
  const source = scope.file.parts.expression(right, out, scope);
  if (node.has('await') && node.child('operator')?.text === 'of') {
    const place = source.kind === 'place' ? source.place : placeFor(right, out, scope);
    out.push({
      do: 'call',
      callee: { kind: 'method', receiver: place, name: 'Symbol.asyncIterator' },
      args: [],
      results: [null],
      mode: 'await',
      harmless: true,
      range: right.span,
    });
  }
  if (source.kind === 'tuple') out.push({ do: 'escape', places: usesOf(source), why: 'in a list', range });
  if (node.child('kind') || /_pattern$/.test(left.type) || node.has('const') || node.has('let') || node.has('var'))
    bindPattern(left, scope);
  const looped: Stmt[] = [];
  takeApart(left, { kind: 'opaque', uses: usesOf(source) }, looped, scope);
  looped.push(...body(node.child('body'), scope));
  const sure = source.kind === 'tuple' && source.items.length > 0;
  out.push({
    do: 'loop',
    test: { test: 'opaque', text: null, uses: [], range: right.span },
    ...(sure ? { atLeastOnce: true } : {}),
    body: looped,
    ...labelled(node),
    range,
  });
}

function tryStatement(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const tried = body(node.child('body'), scope);
  const clause = node.child('handler');
  const last = node.child('finalizer');
  const handlers = clause
    ? [
        scope.inside(() => {
          const parameter = clause.child('parameter');
          const inner: Stmt[] = [];
          const bind = parameter?.type === 'identifier' ? scope.declare(parameter.text) : parameter ? scope.temporary() : undefined;
          if (parameter && parameter.type !== 'identifier' && bind !== undefined) {
            bindPattern(parameter, scope);
            takeApart(parameter, { kind: 'place', place: bind }, inner, scope);
          }
          return {
            catches: null,
            body: [...inner, ...body(clause.child('body'), scope)],
            range: clause.span,
            ...(bind === undefined ? {} : { bind }),
          };
        }),
      ]
    : [];
  out.push({ do: 'try', body: tried, handlers, ...(last ? { finally: body(last.child('body'), scope) } : {}), range: node.span });
}

function switchStatement(node: SyntaxNode, out: Stmt[], scope: Scope): void {
  const subject = node.child('value');
  const clauses = node.child('body')?.parts ?? [];
  const place = subject ? placeFor(subject, out, scope) : '%0';
  scope.inside(() => {
    hoist(
      clauses.flatMap((clause) => clause.all('body')),
      scope,
    );
    const cases = clauses.map((clause) => {
      const value = clause.child('value');
      const before: Stmt[] = [];
      const right: Operand | null = value ? scope.file.parts.expression(value, before, scope) : null;
      const left: Operand = { kind: 'place', place };
      const uses = [place, ...(right ? usesOf(right) : [])];
      const tests: Test[] | null =
        right === null
          ? null
          : [
              right.kind === 'opaque'
                ? { test: 'opaque', text: null, uses, before, range: clause.span }
                : { test: 'compare', op: '==', left, right, before, range: value?.span ?? clause.span },
            ];
      return { tests, body: lowerStatements(clause.all('body'), scope), fallsThrough: true, range: clause.span };
    });
    out.push({ do: 'switch', cases, ...labelled(node), range: node.span });
  });
}
