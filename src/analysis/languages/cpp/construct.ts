/** Objects that are made, and variables that get their first value. */

import type { Arg, Operand, Place, Span } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { argumentsOf } from './arguments.js';
import type { CppContext } from './context.js';
import { isObject } from './types.js';
import type { Shape } from './types.js';
import { classNamed } from './unit.js';

/** Makes an object of a class in a place. */
export function construct(cx: CppContext, type: string, args: readonly Arg[], to: Place | null, range: Span): void {
  const cls = classNamed(cx.unit, type);
  cx.emit({
    do: 'call',
    callee: cls && cls.isHere ? { kind: 'new', className: cls.name } : { kind: 'api', name: type },
    args: [...args],
    results: [to],
    mode: 'plain',
    ...(args.length === 0 ? { harmless: true } : {}),
    range,
  });
}

export interface Target {
  place: Place;
  shape: Shape;
  pointers: number;
  isReference: boolean;
}

/** `T x(…)`, `T x{…}`, `T x = …`. */
export function giveValue(cx: CppContext, { place, shape, pointers, isReference }: Target, value: SyntaxNode, range: Span): void {
  const isList = value.type === 'argument_list' || value.type === 'initializer_list';
  const parts = isList ? value.parts : [value];
  const [first] = parts;
  const isMade = pointers === 0 && !isReference && shape.owns === null && isObject(shape.name);
  if (isMade && isList && !(parts.length === 1 && first && isSame(cx, first, shape.name))) {
    construct(cx, shape.name, argumentsOf(cx, parts), place, range);
  } else if (isMade && value.type === 'lambda_expression' && !/(?:^|\.)(?:move_only_)?function(?:<|$)/.test(shape.name)) {
    // `Cleanup guard = [fd] { close(fd); }`: an object that runs it, now or when it goes.
    construct(cx, shape.name, argumentsOf(cx, parts), place, range);
  } else if (first && parts.length === 1) {
    cx.into(first, place);
  } else if (first && shape.owns !== null) {
    cx.into(first, place);
    for (const part of parts.slice(1)) {
      if (part.type === 'lambda_expression') ender(cx, part, range);
      else cx.effect(part);
    }
  } else if (first && pointers === 0) {
    const items: Operand[] = parts.map((part) => cx.value(part));
    cx.emit({ do: 'assign', to: place, from: { kind: 'tuple', items }, range });
  } else {
    cx.emit({ do: 'assign', to: place, from: { kind: 'const', value: pointers > 0 || shape.owns !== null ? null : 0 }, range });
  }
}

/** What a smart pointer runs in the end (`shared_ptr<void> guard(nullptr, [fd](void *) { close(fd); })`) has what it captures. */
function ender(cx: CppContext, node: SyntaxNode, range: Span): void {
  const args = argumentsOf(cx, [node]);
  cx.emit({ do: 'call', callee: { kind: 'api', name: 'deleter' }, args, results: [null], mode: 'plain', range });
}

/** `T x(std::move(y))`, `T x{T(…)}`: the object itself comes from there. */
function isSame(cx: CppContext, node: SyntaxNode, type: string): boolean {
  if (node.type !== 'call_expression') return false;
  const fn = node.child('function');
  return fn !== null && (/^(std::)?move$/.test(fn.text) || (classNamed(cx.unit, fn.text)?.name ?? fn.text) === type);
}
