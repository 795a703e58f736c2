/**
 * Two connections of which each gets what the other reads: a relay. What the runtime hands on is an orderly end; when one of them
 * fails, somebody must end the other.
 */

import { nodesOf } from './nodes-of.js';
import { mayEnd } from './handlers.js';
import type { CallStmt, FunctionIr, Operand, Place, Span } from './ir.js';
import { isPlain, isTemporary, rootOf } from './places.js';
import type { Program } from './program.js';
import { operandIn } from './values-of.js';

/** The connection that is followed, by its variables in `fn`. */
export interface Half {
  program: Program;
  fn: FunctionIr;
  roots: ReadonlySet<string>;
  type: string;
}

/** Whom it is joined to, where it stays open when that one fails; null without. */
export function forsakenBy(half: Half): { name: Place; range: Span } | null {
  const calls = callsAround(half);
  const isIt = (place: Place): boolean =>
    half.roots.has(rootOf(place)) || [...half.roots].some((root) => isPassedOn(calls, half, root, place));
  const to = calls.flatMap((call) => targetsOf(half, call, isIt).map((name) => ({ name, ...call })));
  for (const { name, stmt } of to) {
    if (half.roots.has(rootOf(name)) || !isPlain(name)) continue;
    const isFed = calls.some((call) =>
      targetsOf(half, call, (place) => place === name || isPassedOn(calls, half, name, place)).some((one) => half.roots.has(rootOf(one))),
    );
    if (isFed && isForsaken(half, calls, name)) return { name, range: stmt.range };
  }
  return null;
}

export interface Call {
  fn: FunctionIr;
  stmt: CallStmt;
}

/** Calls of the function and of those inside it. */
export function callsAround({ program, fn }: Pick<Half, 'program' | 'fn'>): Call[] {
  const isInside = ({ file, range }: FunctionIr): boolean =>
    file === fn.file && range.startLine >= fn.range.startLine && range.endLine <= fn.range.endLine;
  return [
    fn,
    ...program
      .unitOf(fn)
      .functionsBeside(fn.id)
      .filter((other) => other !== fn && isInside(other)),
  ].flatMap((one) => nodesOf(program, one).flatMap(({ op }) => (op.op === 'call' ? [{ fn: one, stmt: op.stmt }] : [])));
}

/** To whom a call gives all that `from` reads. */
function targetsOf({ program, type }: Half, { stmt }: Call, from: (place: Place) => boolean): Place[] {
  const { callee } = stmt;
  if (callee.kind !== 'method' || !from(callee.receiver)) return [];
  const fact = program.facts.method(type, callee.name);
  const target = fact?.forwards ? operandIn(stmt, fact.forwards) : null;
  if (target?.kind === 'place') return [target.place];
  if (!fact?.handles || eventOf(stmt) === null || program.facts.event(type, eventOf(stmt) ?? '') !== 'reads') return [];
  const literal = functionOf(program, operandIn(stmt, fact.handles.callee));
  return (literal ? nodesOf(program, literal) : []).flatMap(({ op }) => {
    const inner = op.op === 'call' && op.stmt.callee.kind === 'method' ? op.stmt.callee : null;
    return inner && program.facts.method(type, inner.name)?.step?.do === 'send' ? [inner.receiver] : [];
  });
}

/** `a.pipe(b).pipe(a)`: what the first call gives is b. */
function isPassedOn(calls: readonly Call[], { program, type }: Half, name: Place, place: Place): boolean {
  return (
    isTemporary(place) &&
    calls.some(({ stmt }) => {
      const { callee } = stmt;
      const fact = callee.kind === 'method' && stmt.results[0] === place ? program.facts.method(type, callee.name) : null;
      const passed = fact?.forwards ? operandIn(stmt, fact.forwards) : null;
      return passed?.kind === 'place' && passed.place === name;
    })
  );
}

/** Somebody hears of the other one's failure, and nobody who does ends this one. */
function isForsaken({ program, roots, type }: Half, calls: readonly Call[], name: Place): boolean {
  const hearing = calls.flatMap(({ stmt }) => {
    const { callee } = stmt;
    const fact = callee.kind === 'method' && callee.receiver === name ? program.facts.method(type, callee.name) : null;
    const event = fact?.handles ? eventOf(stmt) : null;
    const tells = event !== null && (program.facts.type(type)?.failure ?? []).includes(event);
    return tells && fact?.handles ? [operandIn(stmt, fact.handles.callee)] : [];
  });
  return hearing.length > 0 && hearing.every((callee) => cannotEnd(program, callee, roots, type));
}

function cannotEnd(program: Program, callee: Operand | null, roots: ReadonlySet<string>, type: string): boolean {
  const fn = functionOf(program, callee);
  if (fn) return !mayEnd(program, fn, roots, type);
  // `console.error` and the like.
  return callee?.kind === 'name' || (callee?.kind === 'place' && /^(?:console|globalThis)\b/.test(callee.place));
}

function functionOf(program: Program, callee: Operand | null): FunctionIr | null {
  return callee?.kind === 'function' ? program.function(callee.id) : null;
}

function eventOf({ args }: CallStmt): string | null {
  const first = args[0]?.value;
  return first?.kind === 'const' && typeof first.value === 'string' ? first.value : null;
}
