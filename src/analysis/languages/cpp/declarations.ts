/** Local variables of C++: objects that are made and destroyed, references, structured bindings. */

import { own } from '../../flow/own.js';
import type { Place, Stmt } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from '../shared/cfamily/context.js';
import { lowerDeclaration, lowerInitial } from '../shared/cfamily/declarations.js';
import { declaredBy, isStatic } from '../shared/cfamily/declarators.js';
import type { Declared } from '../shared/cfamily/declarators.js';
import { construct, giveValue } from './construct.js';
import { cpp } from './context.js';
import type { CppContext } from './context.js';
import { inferred } from './inferred.js';
import { destroyed, dropOf } from './lifetimes.js';
import { dotted, isObject } from './types.js';
import { shapeIn } from './unit.js';

/** Lowers a declaration. Gives what must run when the variables' scope is left, last declared first. */
export function lowerCppDeclaration(context: Context, node: SyntaxNode): Stmt[] {
  const cx = cpp(context);
  bindings(cx, node);
  const all = declaredBy(node);
  if (isStatic(node) || all.some((declared) => declared.cleanup !== null)) return lowerDeclaration(cx, node);
  const closers: Stmt[] = [];
  for (const declared of all) {
    if (declared.isFunction && declared.pointers === 0) {
      closers.unshift(...lookingLikeFunction(cx, node, declared));
    } else closers.unshift(...variable(cx, declared));
  }
  return closers;
}

/** `auto [a, b] = f();` */
function bindings(cx: CppContext, node: SyntaxNode): void {
  for (const declarator of node.all('declarator')) {
    const list = declarator.type === 'structured_binding_declarator' ? declarator : declarator.child('declarator');
    const names = list?.type === 'reference_declarator' ? list.first('structured_binding_declarator') : list;
    if (names?.type !== 'structured_binding_declarator') continue;
    const value = declarator.child('value');
    const from = cx.temporary();
    if (value) cx.into(value, from);
    const to = names.parts.map((name): Place => cx.declare({ name: name.text, type: 'auto', pointers: 0, isArray: false }, true));
    cx.emit({ do: 'unpack', to, from, range: cx.span(node) });
  }
}

/** `Foo f(x);` reads as a function of one type x: with a variable x it makes an object. */
function lookingLikeFunction(cx: CppContext, node: SyntaxNode, declared: Declared): Stmt[] {
  const list = declared.nameNode.parent?.child('parameters')?.parts ?? [];
  const isCall =
    list.length > 0 &&
    list.every((part) => part.type === 'parameter_declaration' && part.parts.length === 1 && cx.lookup(part.text) !== null);
  if (!isCall) return lowerDeclaration(cx, node);
  const range = cx.span(node);
  const root = cx.declare(declared, true);
  const { name } = shapeIn(cx.unit, declared.type);
  const args = list.map((part) => {
    const meaning = cx.lookup(part.text);
    return {
      value:
        meaning?.is === 'variable'
          ? { kind: 'place' as const, place: meaning.root, range: part.span }
          : { kind: 'opaque' as const, uses: [] },
    };
  });
  if (isObject(name)) construct(cx, name, args, root, range);
  else if (args[0]) cx.emit({ do: 'assign', to: root, from: args[0].value, range });
  return dropOf(cx, root, declared.type, range);
}

function variable(cx: CppContext, declared: Declared): Stmt[] {
  const { value } = declared;
  const range = cx.span(declared.nameNode);
  if (declared.isReference && value) return reference(cx, declared, value);
  const type = declared.type === 'auto' && value ? (inferred(cx, value) ?? 'auto') : declared.type;
  const shape = shapeIn(cx.unit, type);
  const plain = !declared.isReference && declared.pointers === 0 && !declared.isArray;
  if (
    (plain && (shape.owns !== null || isObject(shape.name))) ||
    (plain &&
      value &&
      /^(argument|initializer)_list$/.test(value.type) &&
      !declared.type.startsWith('struct ') &&
      !isArrayLike(cx, declared.type))
  ) {
    const root = cx.declare({ ...declared, type }, true);
    if (value) giveValue(cx, { place: root, shape, pointers: 0, isReference: false }, value, cx.span(value));
    else if (shape.owns === null) construct(cx, shape.name, [], root, range);
    return dropOf(cx, root, type, range);
  }
  const root = cx.declare({ ...declared, type }, true);
  lowerInitial(cx, { ...declared, type }, root);
  // What a function gives that is not known here: its class may have a destructor.
  return declared.type === 'auto' && type === 'auto' && plain && value?.type === 'call_expression'
    ? [destroyed(root, undefined, range)]
    : [];
}

function isArrayLike(cx: CppContext, type: string): boolean {
  return cx.unit.structs.has(type) || cx.unit.structs.has(`struct ${type}`);
}

/** Another name of something. */
function reference(cx: CppContext, declared: Declared, value: SyntaxNode): Stmt[] {
  const place = cx.place(value);
  if (place === null) {
    const root = cx.declare(declared, true);
    cx.into(value, root);
    return [];
  }
  const { name } = shapeIn(cx.unit, declared.type);
  if (isObject(name) && cx.types[place] === undefined) cx.types[place] = dotted(declared.type);
  cx.scope.names.set(declared.name, {
    is: 'variable',
    root: place,
    type: declared.type === 'auto' ? (own(cx.types, place) ?? 'auto') : declared.type,
    pointers: declared.pointers,
    isArray: false,
  });
  return [];
}
