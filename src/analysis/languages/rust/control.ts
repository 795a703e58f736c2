/** Blocks, branches and loops: each of them is an expression. */

import type { Operand, Place, Stmt, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { usesOf } from '../shared/values.js';
import { typeOf } from './builders.js';
import type { Context } from './context.js';
import { functionItem } from './functions.js';
import { leave } from './leave.js';
import { bindPattern, letTest, patternTest, withBefore } from './patterns.js';
import { byName } from '../../flow/by-name.js';

const unit: Operand = { kind: 'const', value: true };

/** The statements of a block; its value. */
export function lowerBlock(cx: Context, block: SyntaxNode | null): Operand {
  if (!block) return unit;
  if (block.type !== 'block') return cx.parts.operand(cx, block);
  const to = cx.frame.temporary();
  let value: Operand = unit;
  const body = cx.collect(() => {
    value = statements(cx, block);
    if (value !== unit) cx.assign(to, value, block.span);
  });
  const label = block.first('label')?.parts[0]?.text;
  if (label === undefined) cx.out.push(...body);
  else cx.emit({ do: 'block', label, body, range: block.span });
  return value === unit ? unit : value.kind === 'const' ? value : { kind: 'place', place: to, range: block.span };
}

function statements(cx: Context, block: SyntaxNode): Operand {
  let value: Operand = unit;
  const { parts } = block;
  for (const item of parts) if (item.type === 'function_item') functionItem(cx, item);
  parts.forEach((node, index) => {
    value = unit;
    switch (node.type) {
      case 'let_declaration':
        return declaration(cx, node);
      case 'expression_statement':
        if (node.parts[0]) value = cx.parts.operand(cx, node.parts[0]);
        if (node.has(';') || index < parts.length - 1) value = unit;
        return;
      case 'use_declaration':
        return cx.names.addUse(node.child('argument'));
      case 'const_item': {
        const constant = node.child('value');
        if (constant) cx.assign(cx.declare(node.child('name')?.text ?? '', null).root, cx.parts.operand(cx, constant), node.span);
        return;
      }
      case 'label':
      case 'attribute_item':
        return;
      default:
        if (!/_item$/.test(node.type)) value = cx.parts.operand(cx, node);
    }
  });
  return value;
}

function declaration(cx: Context, node: SyntaxNode): void {
  const pattern = node.child('pattern');
  const value = node.child('value');
  const type = cx.names.typeOf(node.child('type'), cx.cls);
  const from = value ? cx.parts.operand(cx, value) : null;
  if (!pattern) return;
  const otherwise = node.child('alternative');
  if (!from) return void (pattern.type === 'identifier' && cx.declare(pattern.text, type));
  if (pattern.type === 'identifier' && !/^[A-Z]/.test(pattern.text)) {
    const variable = cx.declare(pattern.text, type ?? typeOf(cx, from));
    if (value) variable.value = value;
    return cx.assign(variable.root, from, node.span);
  }
  if (!pattern.named) return;
  const place = cx.place(from, node.span);
  const test = otherwise ? patternTest(cx, pattern, place) : null;
  if (test && otherwise)
    cx.emit({ do: 'if', test, then: [], else: cx.collect(() => void lowerBlock(cx, otherwise)), range: otherwise.span });
  bindPattern(cx, pattern, place, type);
}

/** A condition; `bind` holds the names that it gives where it holds. */
export function lowerTest(cx: Context, node: SyntaxNode): { test: Test; bind: Stmt[] } {
  switch (node.type) {
    case 'let_condition':
      return letTest(cx, node);
    case 'let_chain': {
      const all = node.parts.map((part) => lowerTest(cx, part));
      return chained(all);
    }
    case 'boolean_literal':
      return { test: { test: node.text === 'true' ? 'always' : 'never' }, bind: [] };
    case 'parenthesized_expression':
      if (node.parts[0]) return lowerTest(cx, node.parts[0]);
      break;
    case 'unary_expression':
      if (node.text.startsWith('!') && node.parts[0]) return { test: { test: 'not', of: lowerTest(cx, node.parts[0]).test }, bind: [] };
      break;
    case 'binary_expression': {
      const found = binaryTest(cx, node);
      if (found) return found;
      break;
    }
    case 'call_expression': {
      const found = question(cx, node);
      if (found) return { test: found, bind: [] };
      break;
    }
    default:
  }
  let value: Operand = { kind: 'opaque', uses: [] };
  const before = cx.gather(() => {
    value = cx.parts.operand(cx, node);
  });
  return { test: truth(value, before, node), bind: [] };
}

function chained(all: readonly { test: Test; bind: Stmt[] }[]): { test: Test; bind: Stmt[] } {
  return all.reduce((left, right) => ({
    test: { test: 'and', left: left.test, right: withBefore(right.test, left.bind) },
    bind: right.bind,
  }));
}

function truth(value: Operand, before: Stmt[], node: SyntaxNode): Test {
  const range = node.span;
  if (value.kind !== 'opaque') return { test: 'truth', value, before, range };
  const calls = before.some((stmt) => stmt.do === 'call' && !stmt.harmless);
  return {
    test: 'opaque',
    text: calls ? null : node.text.replace(/\s+/g, ' '),
    uses: value.uses.filter((use) => !use.startsWith('%')),
    before,
    range,
  };
}

function binaryTest(cx: Context, node: SyntaxNode): { test: Test; bind: Stmt[] } | null {
  const left = node.child('left');
  const right = node.child('right');
  const operator = node.child('operator')?.text ?? '';
  if (!left || !right) return null;
  if (operator === '&&') return chained([lowerTest(cx, left), lowerTest(cx, right)]);
  if (operator === '||') return { test: { test: 'or', left: lowerTest(cx, left).test, right: lowerTest(cx, right).test }, bind: [] };
  if (!/^(?:[=!]=|[<>]=?)$/.test(operator)) return null;
  let [a, b]: [Operand, Operand] = [unit, unit];
  const before = cx.gather(() => {
    a = cx.parts.operand(cx, left);
    b = cx.parts.operand(cx, right);
  });
  return { test: { test: 'compare', op: operator as '==', left: a, right: b, before, range: node.span }, bind: [] };
}

const questions: Record<string, '==' | '!='> = byName({ is_ok: '!=', is_some: '!=', is_err: '==', is_none: '==', is_empty: '==' });

/** `x.is_ok()`, `buf.is_empty()`. */
function question(cx: Context, node: SyntaxNode): Test | null {
  const callee = node.child('function');
  const name = callee?.type === 'field_expression' ? (callee.child('field')?.text ?? '') : '';
  const op = questions[name];
  const object = callee?.child('value');
  if (!op || !object) return null;
  let left: Operand = unit;
  const before = cx.gather(() => {
    left = cx.parts.operand(cx, object);
  });
  const range = node.span;
  return name === 'is_empty'
    ? { test: 'compare', op: '==', left: { kind: 'derived', how: 'length', of: left }, right: { kind: 'const', value: 0 }, before, range }
    : { test: 'compare', op, left, right: { kind: 'const', value: null }, before, range };
}

/** What `run` gives goes to `to`. */
function branch(cx: Context, to: Place, node: SyntaxNode | null, bind: readonly Stmt[] = []): Stmt[] {
  return cx.collect(() => {
    cx.out.push(...bind);
    const value = lowerBlock(cx, node);
    if (node && value !== unit) cx.assign(to, value, node.span);
  });
}

export function conditional(cx: Context, node: SyntaxNode): Operand {
  const to = cx.frame.temporary();
  const condition = node.child('condition');
  const otherwise = node.child('alternative')?.parts[0] ?? null;
  // Names that the condition gives are known in the branch alone.
  let stmts: Stmt[] = [];
  const scoped = cx.collect(() => {
    const { test, bind } = condition ? lowerTest(cx, condition) : { test: { test: 'always' } as Test, bind: [] };
    const then = branch(cx, to, node.child('consequence'), bind);
    stmts = [{ do: 'if', test, then, else: [], range: node.span }];
  });
  const [stmt] = stmts;
  if (stmt?.do === 'if') stmt.else = otherwise ? branch(cx, to, otherwise) : [];
  cx.out.push(...scoped, ...stmts);
  return { kind: 'place', place: to, range: node.span };
}

export function match(cx: Context, node: SyntaxNode): Operand {
  const value = node.child('value');
  const arms = (node.child('body')?.parts ?? []).filter((part) => part.type === 'match_arm');
  if (value?.type === 'integer_literal' && value.text === '0') return select(cx, node, arms);
  const to = cx.frame.temporary();
  const place = value ? cx.place(cx.parts.operand(cx, value), value.span) : '%0';
  const cases = arms.map((arm) => armOf(cx, arm, place, to));
  cx.emit({ do: 'switch', cases, transparent: true, range: node.span });
  return { kind: 'place', place: to, range: node.span };
}

function armOf(cx: Context, arm: SyntaxNode, place: Place, to: Place): { tests: Test[] | null; body: Stmt[]; range: SyntaxNode['span'] } {
  const pattern = arm.child('pattern');
  const guard = pattern?.child('condition') ?? null;
  let tests: Test[] | null = null;
  const body = cx.collect(() => {
    const test = pattern ? patternTest(cx, pattern, place) : null;
    const bind = cx.gather(() => pattern && bindPattern(cx, pattern, place));
    const asked = guard ? withBefore(lowerTest(cx, guard).test, bind) : null;
    tests = test && asked ? [{ test: 'and', left: test, right: asked }] : asked ? [asked] : test ? [test] : null;
    cx.out.push(...branch(cx, to, arm.child('value'), guard ? [] : bind));
  });
  return { tests, body, range: arm.span };
}

/** `select!`: one of the futures ends first, the others are dropped where they stand. */
function select(cx: Context, node: SyntaxNode, arms: readonly SyntaxNode[]): Operand {
  const to = cx.frame.temporary();
  const limit = cx.limit;
  // Another branch may end the wait.
  if (
    arms.some((arm) =>
      /\b(?:sleep|sleep_until|tick|timeout|delay|deadline|timer|interval|expired|elapsed)\w*\b/.test(
        arm.child('pattern')?.child('condition')?.text ?? '',
      ),
    )
  )
    cx.limit = null;
  const cases = arms.map((arm) => {
    const pattern = arm.child('pattern');
    const guard = pattern?.child('condition') ?? null;
    const asked = guard?.type === 'binary_expression' && guard.child('operator')?.text === '&&' ? guard : null;
    const future = asked ? asked.child('left') : guard;
    const condition = asked?.child('right') ?? null;
    const may: Test = { test: 'opaque', text: null, uses: [], range: arm.span };
    const test: Test = condition ? { test: 'and', left: lowerTest(cx, condition).test, right: may } : may;
    const body = cx.collect(() => {
      const place = future ? cx.place(cx.parts.operand(cx, future), future.span) : null;
      cx.limit = limit;
      if (pattern && place !== null) bindPattern(cx, pattern, place);
      const fits = pattern && place !== null ? patternTest(cx, pattern, place) : null;
      const rest = branch(cx, to, arm.child('value'));
      if (fits) cx.emit({ do: 'if', test: fits, then: rest, else: [], range: arm.span });
      else cx.out.push(...rest);
    });
    return { tests: [test], isSure: condition === null, body, range: arm.span };
  });
  cx.limit = limit;
  const last = [...cases].reverse().find(({ isSure }) => isSure);
  // One of them is taken.
  const taken = cases.map(({ tests, body, range }): Extract<Stmt, { do: 'switch' }>['cases'][number] => ({
    tests: body === last?.body ? null : tests,
    body,
    range,
  }));
  cx.emit({ do: 'switch', cases: taken, transparent: true, range: node.span });
  return { kind: 'place', place: to, range: node.span };
}

export function loop(cx: Context, node: SyntaxNode): Operand {
  const to = cx.frame.temporary();
  const label = node.first('label')?.parts[0]?.text;
  cx.breaks.push({ label: label ?? null, to });
  const stmts = cx.collect(() => {
    const condition = node.child('condition');
    const each = node.type === 'for_expression' ? iterated(cx, node) : null;
    const { test, bind } = condition ? lowerTest(cx, condition) : { test: { test: 'always' } as Test, bind: [] };
    const body = cx.collect(() => {
      cx.out.push(...bind);
      each?.();
      lowerBlock(cx, node.child('body'));
    });
    cx.emit({
      do: 'loop',
      test: each ? { test: 'opaque', text: null, uses: [], range: node.span } : test,
      body,
      ...(label === undefined ? {} : { label }),
      range: node.span,
    });
  });
  cx.breaks.pop();
  cx.out.push(...stmts);
  return { kind: 'place', place: to, range: node.span };
}

/** What each round of a `for` begins with. `for stream in listener.incoming()` accepts in each. */
function iterated(cx: Context, node: SyntaxNode): () => void {
  const pattern = node.child('pattern');
  const value = node.child('value');
  const incoming = value ? acceptIn(value) : null;
  const object = incoming?.child('function')?.child('value') ?? null;
  if (incoming && object) {
    const receiver = cx.place(cx.parts.operand(cx, object), object.span);
    return () => {
      const result = cx.frame.temporary();
      cx.call({ callee: { kind: 'method', receiver, name: 'incoming' }, args: [], results: [result], mode: 'plain', range: incoming.span });
      if (pattern) bindPattern(cx, pattern, result);
    };
  }
  const from = value ? usesOf(cx.parts.operand(cx, value)) : [];
  return () => {
    const result = cx.frame.temporary();
    cx.assign(result, { kind: 'opaque', uses: from }, node.span);
    if (pattern) bindPattern(cx, pattern, result);
  };
}

function acceptIn(node: SyntaxNode): SyntaxNode | null {
  for (let at: SyntaxNode | null = node; at?.type === 'call_expression'; at = at.child('function')?.child('value') ?? null) {
    if (at.child('function')?.child('field')?.text === 'incoming') return at;
  }
  return null;
}

/** `return`, `break`, `continue`. */
export function jump(cx: Context, node: SyntaxNode): Operand {
  const range = node.span;
  const label = node.first('label')?.parts[0]?.text;
  const given = node.parts.find((part) => part.type !== 'label');
  const value = given ? cx.parts.operand(cx, given) : unit;
  if (node.type === 'return_expression') leave(cx, value, node);
  else if (node.type === 'continue_expression') cx.emit({ do: 'continue', ...(label === undefined ? {} : { label }), range });
  else {
    const target = [...cx.breaks].reverse().find((one) => label === undefined || one.label === label);
    if (given && target?.to) cx.assign(target.to, value, range);
    cx.emit({ do: 'break', ...(label === undefined ? {} : { label }), range });
  }
  return { kind: 'opaque', uses: [], range };
}
