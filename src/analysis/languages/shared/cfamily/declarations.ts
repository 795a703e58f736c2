/** Local variables of C: their scope, initial values, and the clean-up attribute. */

import type { Stmt } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import type { Context } from './context.js';
import { declaredBy, isStatic } from './declarators.js';
import type { Declared } from './declarators.js';
import { initialise } from './initialisers.js';

/** Lowers a declaration. Gives the calls that must run when the variables' scope is left. */
export function lowerDeclaration(cx: Context, node: SyntaxNode): Stmt[] {
  const closers: Stmt[] = [];
  const keeps = isStatic(node);
  for (const declared of declaredBy(node)) {
    if (declared.isFunction && declared.pointers === 0) {
      lowerMacroLine(cx, node, declared);
      continue;
    }
    const root = cx.declare(declared, !keeps);
    // A static variable's initial value is not assigned each time.
    if (!keeps) lowerInitial(cx, declared, root);
    if (declared.cleanup !== null) closers.unshift(closerOf(cx, declared, root));
  }
  return closers;
}

/** `MACRO` alone before `f(x);` reads as a declaration of f: the call must not be lost. */
function lowerMacroLine(cx: Context, node: SyntaxNode, declared: Declared): void {
  const type = node.child('type');
  if (!type || type.type !== 'type_identifier' || type.endRow === declared.nameNode.startRow) return;
  const text = node.text;
  const names = [...text.matchAll(/\b[A-Za-z_]\w*\b/g)].flatMap((match) => {
    const meaning = cx.lookup(match[0]);
    return meaning?.is === 'variable' ? [meaning.root] : [];
  });
  if (names.length > 0) cx.emit({ do: 'escape', places: names, why: 'the code around it could not be read', range: cx.span(node) });
}

/** The first value of a variable of C. */
export function lowerInitial(cx: Context, declared: Declared, root: string): void {
  const { value } = declared;
  if (declared.isArray && declared.type === 'char') {
    const size = declared.nameNode.parent?.child('size');
    const bytes = size ? cx.value(size) : null;
    if (bytes?.kind === 'const' && typeof bytes.value === 'number') cx.sizes.set(root, bytes.value);
  }
  if (!value) return;
  if (value.type === 'initializer_list') {
    initialise(cx, root, declared.type, value);
    return;
  }
  if (declared.isArray) {
    cx.effect(value);
    return;
  }
  if (declared.pointers > 0 && value.type === 'number_literal' && value.text === '0') {
    cx.emit({ do: 'assign', to: root, from: { kind: 'const', value: null }, range: cx.span(value) });
    return;
  }
  cx.into(value, root);
}

function closerOf(cx: Context, declared: Declared, root: string): Stmt {
  const range = declared.nameNode.span;
  const name = cx.unit.closers.get(declared.cleanup ?? '') ?? '';
  const id = cx.unit.functions.get(name);
  const args = [{ value: { kind: 'derived', how: 'address', of: { kind: 'place', place: root } } } as const];
  return {
    do: 'call',
    callee: id === undefined ? { kind: 'api', name } : { kind: 'local', id },
    args,
    results: [null],
    mode: 'plain',
    range,
  };
}
