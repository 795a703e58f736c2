/** Statements of C++ that C does not have; the rest is C's. */

import { own } from '../../flow/own.js';
import type { Handler, Operand, Place, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from '../shared/cfamily/context.js';
import { declaredBy } from '../shared/cfamily/declarators.js';
import { unwrap, usesOf } from '../shared/cfamily/nodes.js';
import { saysFailure } from '../shared/cfamily/failures.js';
import { lowerStatement } from '../shared/cfamily/statements.js';
import { lowerTest } from '../shared/cfamily/tests.js';
import { cpp } from './context.js';
import type { CppContext } from './context.js';
import { dropOf } from './lifetimes.js';
import { dotted } from './types.js';
import { shapeIn } from './unit.js';

export function lowerCppStatement(context: Context, node: SyntaxNode): void {
  const cx = cpp(context);
  switch (node.type) {
    case 'if_statement':
    case 'while_statement':
    case 'switch_statement': {
      cx.scoped(() => {
        const first = node.child('condition')?.child('initializer');
        for (const part of first?.parts ?? []) cx.statement(part);
        lowerStatement(cx, node);
      });
      return;
    }
    case 'for_range_loop':
      return rangeLoop(cx, node);
    case 'try_statement':
      return tryStatement(cx, node);
    case 'throw_statement':
      return throwStatement(cx, node);
    case 'return_statement':
    case 'co_return_statement':
      return returnStatement(cx, node);
    case 'co_yield_statement': {
      const value = node.parts[0];
      cx.emit({ do: 'yield', values: value ? [cx.value(value)] : [], range: cx.span(node) });
      return;
    }
    default:
      if (/^(class|struct|union|enum)_specifier$|^(using|alias|static_assert)_declaration$|^type_definition$/.test(node.type)) return;
  }
  lowerStatement(cx, node);
}

/** `if (auto p = next())`: the variable is tested. */
export function lowerCppTest(context: Context, node: SyntaxNode): Test {
  const cx = cpp(context);
  const declaration = node.type === 'condition_clause' ? node.child('value') : null;
  if (node.type === 'condition_clause' && node.child('initializer') && declaration && declaration.type !== 'declaration')
    return lowerTest(cx, declaration);
  const [declared] = declaration?.type === 'declaration' ? declaredBy(declaration) : [];
  if (!declared) return lowerTest(cx, node);
  const range = cx.span(node);
  const before = cx.apart(() => cx.declaration(declaration as SyntaxNode));
  const meaning = cx.lookup(declared.name);
  const place: Place = meaning?.is === 'variable' ? meaning.root : declared.name;
  return { test: 'truth', value: { kind: 'place', place }, before, range };
}

/** `for (auto &x : xs)`. */
function rangeLoop(cx: CppContext, node: SyntaxNode): void {
  const range = cx.span(node);
  cx.scoped(() => {
    const first = node.child('initializer');
    for (const part of first?.parts ?? []) cx.statement(part);
    const right = node.child('right');
    const all = right ? cx.value(right) : null;
    // An element of what others have is theirs, too.
    const uses = all?.kind === 'place' ? [all.place] : [];
    const body = cx.within({ of: 'loop', label: null }, () =>
      cx.apart(() =>
        cx.scoped(() => {
          for (const { name, type, pointers, isArray } of declaredBy(node)) {
            const root = cx.declare({ name, type, pointers, isArray }, true);
            cx.emit({ do: 'assign', to: root, from: { kind: 'opaque', uses }, range });
          }
          const inner = node.child('body');
          if (inner) cx.statement(inner);
        }),
      ),
    );
    cx.emit({ do: 'loop', test: { test: 'opaque', text: null, uses: [], range }, body, range });
  });
}

function tryStatement(cx: CppContext, node: SyntaxNode): void {
  const block = node.child('body');
  const body = cx.apart(() => {
    if (block) cx.statement(block);
  });
  const handlers = node.parts
    .filter((part) => part.type === 'catch_clause')
    .map((clause): Handler => {
      const parameter = clause.child('parameters')?.parts[0];
      const [declared] = parameter ? declaredBy(parameter) : [];
      const type = parameter?.child('type');
      return cx.scoped(() => {
        const bind = declared ? { bind: cx.declare(declared, true) } : {};
        const inner = clause.child('body');
        return {
          catches: type ? [dotted(type.text)] : null,
          ...bind,
          body: cx.apart(() => {
            if (inner) cx.statement(inner);
          }),
          range: cx.span(clause),
        };
      });
    });
  cx.emit({ do: 'try', body, handlers, range: cx.span(node) });
}

function throwStatement(cx: CppContext, node: SyntaxNode): void {
  const range = cx.span(node);
  const value = node.parts[0];
  if (!value) return cx.emit({ do: 'throw', type: null, uses: [], rethrow: true, range });
  const inner = unwrap(value);
  const made =
    inner.type === 'call_expression' ? inner.child('function') : inner.type === 'compound_literal_expression' ? inner.child('type') : null;
  const args = made ? ((inner.child('arguments') ?? inner.child('value'))?.parts ?? []) : [];
  const uses = made ? args.flatMap((arg) => usesOf(cx.value(arg))) : usesOf(cx.value(value));
  const type = made ? dotted(made.text) : null;
  // What went into the message is only printed.
  cx.emit({ do: 'throw', type, uses: made ? [] : uses, range });
}

/** A local object that is returned moves out: it is not destroyed here. */
function returnStatement(cx: CppContext, node: SyntaxNode): void {
  const value = node.parts[0];
  const inner = value ? unwrap(value) : null;
  const meaning = inner?.type === 'identifier' ? cx.lookup(inner.text) : null;
  const range = cx.span(node);
  if (
    value &&
    meaning?.is === 'variable' &&
    dropOf(cx, meaning.root, own(cx.types, meaning.root) ?? 'int', range).length + (meaning.type === 'auto' ? 1 : 0) > 0
  ) {
    const to = cx.temporary();
    const moved: Operand = { kind: 'place', place: meaning.root, range: cx.span(value) };
    cx.emit({ do: 'assign', to, from: moved, range });
    cx.emit({ do: 'assign', to: meaning.root, from: { kind: 'opaque', uses: [] }, range });
    const { name } = shapeIn(cx.unit, own(cx.types, meaning.root) ?? 'int');
    if (name !== '') cx.types[to] = own(cx.types, meaning.root) ?? name;
    const failure = saysFailure(cx, value) ? { failure: true } : {};
    cx.emit({ do: 'return', values: [{ kind: 'place', place: to, range }], ...failure, range });
    return;
  }
  if (node.type === 'co_return_statement') cx.emit({ do: 'return', values: value ? [cx.value(value)] : [], range });
  else lowerStatement(cx, node);
}
