/** Java statements to IR. */

import type { Operand, Span, Stmt, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { usesOf } from '../shared/values.js';
import { argumentsOf, thrownUses } from './calls.js';
import { classNamed } from './types.js';
import type { Context } from '../shared/objects/context.js';
import { lowerOperand } from './expressions.js';
import { constructorName } from '../shared/objects/names.js';
import { cleansUp, declaredCleanup, lowerTry } from './try.js';

/** All statements of a block. */
export function lowerBlock(cx: Context, block: SyntaxNode | null): Stmt[] {
  if (!block) return [];
  return cx.collect(() => {
    if (block.type === 'block' || block.type === 'constructor_body' || block.type === 'ERROR') statements(cx, block.parts);
    else lowerStatement(cx, block);
  });
}

/** Statements in their order; what follows a variable that Lombok closes is guarded. */
function statements(cx: Context, nodes: readonly SyntaxNode[]): void {
  for (const [index, node] of nodes.entries()) {
    if (cleansUp(node)) return declaredCleanup(cx, node, () => statements(cx, nodes.slice(index + 1)));
    lowerStatement(cx, node);
  }
}

export function lowerStatement(cx: Context, node: SyntaxNode): void {
  const range = node.span;
  switch (node.type) {
    case 'line_comment':
    case 'block_comment':
      return;
    case 'local_variable_declaration':
      return declaration(cx, node);
    case 'expression_statement':
      return evaluate(cx, node.parts);
    case 'explicit_constructor_invocation':
      return constructorCall(cx, node);
    case 'block':
      return void cx.out.push(...lowerBlock(cx, node));
    case 'if_statement':
      return conditional(cx, node);
    case 'while_statement':
    case 'do_statement':
      return whileLoop(cx, node, undefined);
    case 'for_statement':
      return forLoop(cx, node, undefined);
    case 'enhanced_for_statement':
      return eachLoop(cx, node, undefined);
    case 'labeled_statement':
      return labeled(cx, node);
    case 'try_statement':
    case 'try_with_resources_statement':
      return lowerTry(cx, node);
    case 'switch_expression':
    case 'switch_statement':
      return cx.parts.choose(cx, node, null);
    case 'return_statement':
      return cx.emit({ do: 'return', values: node.parts.map((part) => lowerOperand(cx, part)), range });
    case 'throw_statement':
      return raise(cx, node);
    case 'break_statement':
    case 'continue_statement':
      return jump(cx, node);
    case 'yield_statement':
      return yielded(cx, node);
    case 'synchronized_statement':
      return guarded(cx, node);
    case 'assert_statement':
      return evaluate(cx, node.parts);
    case 'class_declaration':
    case 'record_declaration':
    case 'enum_declaration':
    case 'interface_declaration':
      return void cx.parts.localClass(cx, node);
    case 'ERROR':
      return statements(
        cx,
        node.parts.filter((part) => /_statement$|_declaration$/.test(part.type)),
      );
    default:
      if (node.type.endsWith('_statement')) evaluate(cx, node.parts);
  }
}

function jump(cx: Context, node: SyntaxNode): void {
  const label = node.first('identifier')?.text;
  cx.emit({ do: node.type === 'break_statement' ? 'break' : 'continue', ...(label === undefined ? {} : { label }), range: node.span });
}

/** `synchronized (lock) { … }` */
function guarded(cx: Context, node: SyntaxNode): void {
  const lock = node.first('parenthesized_expression');
  if (lock) lowerOperand(cx, lock);
  cx.out.push(...lowerBlock(cx, node.child('body')));
}

function evaluate(cx: Context, nodes: readonly SyntaxNode[]): void {
  for (const node of nodes) lowerOperand(cx, node);
}

function declaration(cx: Context, node: SyntaxNode): void {
  const type = cx.names.typeOf(node.child('type'), cx.cls);
  for (const declarator of node.all('declarator')) {
    const value = declarator.child('value');
    const name = declarator.child('name')?.text;
    const from = value ? lowerOperand(cx, value) : null;
    if (name === undefined) continue;
    const variable = cx.declare(
      name,
      declarator.child('dimensions') && type !== null ? `${type}[]` : (type ?? (value ? madeType(cx, value) : null)),
    );
    if (from) cx.assign(variable.root, from, node.span);
  }
}

/** The type of `var x = new C()`. */
function madeType(cx: Context, value: SyntaxNode): string | null {
  return value.type === 'object_creation_expression' || value.type === 'cast_expression'
    ? cx.names.typeOf(value.child('type'), cx.cls)
    : null;
}

/** `this(…)`, `super(…)`. */
function constructorCall(cx: Context, node: SyntaxNode): void {
  const base = node.child('constructor')?.type === 'this' ? cx.cls?.name : cx.cls?.bases[0];
  const args = argumentsOf(cx, node.child('arguments')?.parts ?? []);
  if (base === undefined) return;
  cx.emit({
    do: 'call',
    callee: { kind: 'method', receiver: 'this', name: constructorName, in: base },
    args,
    results: [null],
    mode: 'plain',
    range: node.span,
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

function whileLoop(cx: Context, node: SyntaxNode, label: string | undefined): void {
  const condition = node.child('condition');
  const test: Test = condition ? cx.parts.test(cx, condition) : { test: 'always' };
  const body = lowerBlock(cx, node.child('body'));
  cx.emit({
    do: 'loop',
    test,
    body,
    ...(node.type === 'do_statement' ? { testAtEnd: true } : {}),
    ...(label === undefined ? {} : { label }),
    range: node.span,
  });
}

function forLoop(cx: Context, node: SyntaxNode, label: string | undefined): void {
  const stmts = cx.collect(() => {
    for (const init of node.all('init')) {
      if (init.type === 'local_variable_declaration') declaration(cx, init);
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
    cx.emit({ do: 'loop', test, body, step, ...(label === undefined ? {} : { label }), range: node.span });
  });
  cx.out.push(...stmts);
}

function eachLoop(cx: Context, node: SyntaxNode, label: string | undefined): void {
  const range = node.span;
  const value = node.child('value');
  const iterated: Operand = value ? lowerOperand(cx, value) : { kind: 'opaque', uses: [] };
  const body = cx.collect(() => {
    const name = node.child('name');
    if (name)
      cx.assign(
        cx.declare(name.text, cx.names.typeOf(node.child('type'), cx.cls)).root,
        { kind: 'opaque', uses: usesOf(iterated) },
        name.span,
      );
    cx.out.push(...lowerBlock(cx, node.child('body')));
  });
  cx.emit({
    do: 'loop',
    test: { test: 'opaque', text: null, uses: [], range: value?.span ?? range },
    body,
    ...(label === undefined ? {} : { label }),
    range,
  });
}

function labeled(cx: Context, node: SyntaxNode): void {
  const [name, inner] = node.parts;
  if (!name || !inner) return;
  switch (inner.type) {
    case 'while_statement':
    case 'do_statement':
      return whileLoop(cx, inner, name.text);
    case 'for_statement':
      return forLoop(cx, inner, name.text);
    case 'enhanced_for_statement':
      return eachLoop(cx, inner, name.text);
    default:
      cx.emit({ do: 'block', label: name.text, body: lowerBlock(cx, inner), range: node.span });
  }
}

function raise(cx: Context, node: SyntaxNode): void {
  const value = node.parts[0];
  const range = node.span;
  if (value?.type === 'object_creation_expression' && !value.first('class_body')) {
    const uses = thrownUses(cx, value);
    return cx.emit({ do: 'throw', type: cx.names.typeOf(value.child('type'), cx.cls), uses, range });
  }
  const caught = value?.type === 'identifier' ? cx.lookup(value.text) : null;
  const uses = value ? usesOf(lowerOperand(cx, value)) : [];
  cx.emit({
    do: 'throw',
    type: caught?.isCaught ? null : (caught?.type ?? (value ? madeBy(cx, value) : null)),
    uses,
    ...(caught?.isCaught ? { rethrow: true } : {}),
    range,
  });
}

/** `throw ServerException.of(e)`: a class of exceptions makes its own. */
function madeBy(cx: Context, value: SyntaxNode): string | null {
  const object = value.type === 'method_invocation' ? value.child('object') : null;
  return object && /(?:Exception|Error)$/.test(object.text) ? classNamed(cx, object) : null;
}

function yielded(cx: Context, node: SyntaxNode): void {
  const value = node.parts[0];
  if (!value) return;
  const from = lowerOperand(cx, value);
  if (!cx.yields) return;
  cx.assign(cx.yields.to, from, node.span);
  cx.emit({ do: 'break', label: cx.yields.label, range: node.span });
}

/** A switch of either style; `to`: where its value goes. */
export function choose(cx: Context, node: SyntaxNode, to: string | null): void {
  const subject = node.child('condition');
  const on: Operand = subject ? lowerOperand(cx, subject) : { kind: 'opaque', uses: [] };
  const held: Operand = on.kind === 'opaque' || on.kind === 'place' ? on : { kind: 'place', place: cx.place(on, node.span) };
  const before = cx.yields;
  const label = to === null ? undefined : cx.label();
  if (to !== null && label !== undefined) cx.yields = { label, to };
  const cases = (node.child('body')?.parts ?? [])
    .filter((part) => part.type === 'switch_rule' || part.type === 'switch_block_statement_group')
    .map((arm) => {
      const body = cx.collect(() => armBody(cx, arm, to));
      return { tests: testsOf(cx, arm, held), body, ...(arm.type === 'switch_rule' ? {} : { fallsThrough: true }), range: arm.span };
    });
  cx.yields = before;
  cx.emit({ do: 'switch', cases, ...(label === undefined ? {} : { label }), range: node.span });
}

function armBody(cx: Context, arm: SyntaxNode, to: string | null): void {
  const parts = arm.parts.filter((part) => part.type !== 'switch_label');
  const [only] = parts;
  if (arm.type === 'switch_rule' && to !== null && only?.type === 'expression_statement' && only.parts[0])
    return cx.assign(to, lowerOperand(cx, only.parts[0]), only.span);
  statements(cx, parts);
}

function testsOf(cx: Context, arm: SyntaxNode, on: Operand): Test[] | null {
  const labels = arm.all('label').concat(arm.children.filter((child) => child.type === 'switch_label' && child.field !== 'label'));
  if (labels.some((label) => label.text.startsWith('default') || label.has('default'))) return null;
  const values = labels.flatMap((label) => label.parts);
  return values.map((value) => caseTest(cx, value, on, arm.span));
}

function caseTest(cx: Context, value: SyntaxNode, on: Operand, range: Span): Test {
  if (!/literal|identifier|unary|field_access/.test(value.type)) return { test: 'opaque', text: null, uses: [], range };
  return { test: 'compare', op: '==', left: on, right: lowerOperand(cx, value), range: value.span };
}
