/** C# statements to IR. */

import type { Operand, Stmt, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from '../shared/objects/context.js';
import { usesOf } from '../shared/values.js';
import { argumentsOf } from './calls.js';
import { closure } from './closures.js';
import { creation } from './creation.js';
import { lowerOperand } from './expressions.js';
import { patternTest } from './tests.js';
import { typeOf, unknown } from './types.js';
import { guarded, lowerTry, usingStatement } from './using.js';

/** All statements of a block. */
export function lowerBlock(cx: Context, block: SyntaxNode | null): Stmt[] {
  if (!block) return [];
  return cx.collect(() => {
    if (block.type === 'block' || block.type === 'ERROR') statements(cx, block.parts);
    else lowerStatement(cx, block);
  });
}

/** Statements in their order, local functions known from the start; what follows a `using` declaration is guarded. */
export function statements(cx: Context, nodes: readonly SyntaxNode[]): void {
  const local = nodes.filter((node) => node.type === 'local_function_statement');
  for (const node of local) cx.declare(node.child('name')?.text ?? '', null);
  const body = cx.gather(() => inOrder(cx, nodes));
  for (const node of local) {
    const variable = cx.lookup(node.child('name')?.text ?? '');
    if (variable) cx.assign(variable.root, closure(cx, node, node.child('name')?.text), node.span);
  }
  cx.out.push(...body);
}

function inOrder(cx: Context, nodes: readonly SyntaxNode[]): void {
  for (const [index, node] of nodes.entries()) {
    if (node.type === 'local_declaration_statement' && node.has('using')) {
      const variables = declaration(cx, node.first('variable_declaration'));
      return guarded(cx, variables, node.span, () => inOrder(cx, nodes.slice(index + 1)));
    }
    lowerStatement(cx, node);
  }
}

export function lowerStatement(cx: Context, node: SyntaxNode): void {
  const range = node.span;
  switch (node.type) {
    case 'comment':
    case 'empty_statement':
    case 'local_function_statement':
      return;
    case 'global_statement':
      return inOrder(cx, node.parts);
    case 'local_declaration_statement':
      return void declaration(cx, node.first('variable_declaration'));
    case 'expression_statement':
      return evaluate(cx, node.parts);
    case 'block':
      return void cx.out.push(...lowerBlock(cx, node));
    case 'checked_statement':
    case 'unsafe_statement':
    case 'fixed_statement':
    case 'lock_statement':
    case 'labeled_statement':
      return locked(cx, node);
    case 'if_statement':
      return conditional(cx, node);
    case 'while_statement':
    case 'do_statement':
      return whileLoop(cx, node);
    case 'for_statement':
      return forLoop(cx, node);
    case 'foreach_statement':
      return eachLoop(cx, node);
    case 'try_statement':
      return lowerTry(cx, node);
    case 'using_statement':
      return usingStatement(cx, node, (list) => declaration(cx, list));
    case 'switch_statement':
      return choose(cx, node, null);
    case 'return_statement':
      return cx.emit({ do: 'return', values: valuesOf(node).map((part) => lowerOperand(cx, part)), range });
    case 'throw_expression':
    case 'throw_statement':
      return raise(cx, node);
    case 'break_statement':
      return cx.emit({ do: 'break', range });
    case 'continue_statement':
      return cx.emit({ do: 'continue', range });
    case 'yield_statement':
      return node.parts[0]
        ? cx.emit({ do: 'yield', values: [lowerOperand(cx, node.parts[0])], range })
        : cx.emit({ do: 'return', values: [], range });
    case 'ERROR':
      return statements(
        cx,
        node.parts.filter((part) => /_statement$/.test(part.type)),
      );
    default:
      if (node.type.endsWith('_statement')) evaluate(cx, node.parts);
  }
}

/** Expressions of a node, `this` among them. */
function valuesOf(node: SyntaxNode): SyntaxNode[] {
  return node.children.filter((child) => (child.named && child.type !== 'comment') || child.type === 'this');
}

function evaluate(cx: Context, nodes: readonly SyntaxNode[]): void {
  for (const node of nodes) lowerOperand(cx, node);
}

function locked(cx: Context, node: SyntaxNode): void {
  for (const part of node.parts) {
    if (part.type === 'block' || part.type.endsWith('_statement')) cx.out.push(...lowerBlock(cx, part));
    else if (node.type === 'lock_statement') lowerOperand(cx, part);
  }
}

/** The variables that are declared, each with its type. */
function declaration(cx: Context, list: SyntaxNode | null): { place: string; type: string | null }[] {
  const type = list ? cx.names.typeOf(list.child('type'), cx.cls) : null;
  return (list?.parts ?? [])
    .filter((part) => part.type === 'variable_declarator')
    .flatMap((declarator) => {
      const name = declarator.child('name');
      const value = valuesOf(declarator)
        .filter((part) => part !== name && part.type !== 'bracketed_argument_list')
        .at(-1);
      const from = value
        ? value.type === 'implicit_object_creation_expression'
          ? creation(cx, value, type)
          : lowerOperand(cx, value)
        : null;
      if (name?.type !== 'identifier') return [];
      const known = type ?? (value ? typeOf(cx, value) : null);
      const { root } = cx.declare(name.text, known);
      if (from) cx.assign(root, from, declarator.span);
      return [{ place: root, type: known }];
    });
}

function conditional(cx: Context, node: SyntaxNode): void {
  const condition = node.child('condition');
  const test: Test = condition ? cx.parts.test(cx, condition) : { test: 'opaque', text: null, uses: [], range: node.span };
  cx.emit({
    do: 'if',
    test,
    then: lowerBlock(cx, node.child('consequence')),
    else: lowerBlock(cx, node.child('alternative')),
    range: node.span,
  });
}

function whileLoop(cx: Context, node: SyntaxNode): void {
  const condition = node.child('condition');
  const test: Test = condition ? cx.parts.test(cx, condition) : { test: 'always' };
  const body = lowerBlock(cx, node.child('body'));
  cx.emit({ do: 'loop', test, body, ...(node.type === 'do_statement' ? { testAtEnd: true } : {}), range: node.span });
}

function forLoop(cx: Context, node: SyntaxNode): void {
  const stmts = cx.collect(() => {
    for (const init of node.all('initializer')) {
      if (init.type === 'variable_declaration') declaration(cx, init);
      else if (init.named) lowerOperand(cx, init);
    }
    const condition = node.child('condition');
    const test: Test = condition ? cx.parts.test(cx, condition) : { test: 'always' };
    const body = lowerBlock(cx, node.child('body'));
    const step = cx.gather(() =>
      evaluate(
        cx,
        node.all('update').filter((part) => part.named),
      ),
    );
    cx.emit({ do: 'loop', test, body, step, range: node.span });
  });
  cx.out.push(...stmts);
}

function eachLoop(cx: Context, node: SyntaxNode): void {
  const range = node.span;
  const value = node.child('right');
  const iterated: Operand = value ? lowerOperand(cx, value) : unknown;
  const body = cx.collect(() => {
    const name = node.child('left');
    if (name?.type === 'identifier')
      cx.assign(
        cx.declare(name.text, cx.names.typeOf(node.child('type'), cx.cls)).root,
        { kind: 'opaque', uses: usesOf(iterated) },
        name.span,
      );
    cx.out.push(...lowerBlock(cx, node.child('body')));
  });
  cx.emit({ do: 'loop', test: { test: 'opaque', text: null, uses: [], range: value?.span ?? range }, body, range });
}

function raise(cx: Context, node: SyntaxNode): void {
  const value = node.parts[0];
  const range = node.span;
  if (!value) return cx.emit({ do: 'throw', type: null, uses: [], rethrow: true, range });
  if (value.type === 'object_creation_expression') {
    const uses = argumentsOf(cx, value.child('arguments')?.parts ?? []).flatMap((arg) => usesOf(arg.value));
    return cx.emit({ do: 'throw', type: cx.names.typeOf(value.child('type'), cx.cls), uses, range });
  }
  const caught = value.type === 'identifier' ? cx.lookup(value.text) : null;
  const uses = usesOf(lowerOperand(cx, value));
  cx.emit({
    do: 'throw',
    type: caught?.isCaught ? null : (caught?.type ?? null),
    uses,
    ...(caught?.isCaught ? { rethrow: true } : {}),
    range,
  });
}

/** A switch of either style; `to`: where its value goes. */
export function choose(cx: Context, node: SyntaxNode, to: string | null): void {
  const subject = node.child('value') ?? node.parts[0];
  const on: Operand = subject ? lowerOperand(cx, subject) : unknown;
  const held: Operand = on.kind === 'opaque' || on.kind === 'place' ? on : { kind: 'place', place: cx.place(on, node.span) };
  const arms = to === null ? (node.child('body')?.parts ?? []) : node.parts.filter((part) => part.type === 'switch_expression_arm');
  const cases = arms
    .filter((arm) => arm.type === 'switch_section' || arm.type === 'switch_expression_arm')
    .map((arm) => {
      const isPattern = (part: SyntaxNode): boolean => part.type.endsWith('_pattern') || part.type === 'discard';
      let tests: Test[] | null = null;
      const body = cx.collect(() => {
        const patterns = arm.parts.filter(isPattern);
        const isGuarded = arm.first('when_clause') !== null;
        if (!arm.has('default') && (isGuarded || !patterns.some((part) => part.type === 'discard' || part.type === 'var_pattern'))) {
          tests = isGuarded
            ? [{ test: 'opaque', text: null, uses: [], range: arm.span }]
            : patterns.map((part) => patternTest(cx, part, held, []));
        }
        const rest = arm.parts.filter((part) => !isPattern(part) && part.type !== 'when_clause');
        const [only] = rest;
        if (to === null) statements(cx, rest);
        else if (only) cx.assign(to, lowerOperand(cx, only), only.span);
      });
      return { tests, body, range: arm.span };
    });
  cx.emit({ do: 'switch', cases, ...(to === null ? {} : { transparent: true }), range: node.span });
}
