/** What types say of a call of which nothing else is known. */

import type { CallFact } from './facts.js';
import type { CallStmt, Operand } from './ir.js';
import { isPlain } from './places.js';
import type { Run } from './run.js';
import { isHeld } from './state.js';
import type { State } from './state.js';

/** A method of a library's object that is surely none: the program ends there. Methods of its own may well be called on nil. */
export function failsOnNull(run: Run, state: State, { callee }: CallStmt): boolean {
  if (run.program.traits.callsMayThrow || callee.kind !== 'method' || state.facts.get(callee.receiver) !== 'null') return false;
  const type = run.program.classOf(run.fn, callee.receiver, state) ?? callee.type;
  return type === undefined || run.program.class(type) === null;
}

/** What a method of a variable that is surely nothing raises, in a language where that is an exception; null elsewhere. */
export function faultOnNull(run: Run, state: State, { callee }: CallStmt): string | null {
  const { callOnNull } = run.program.traits;
  if (callOnNull === undefined || callee.kind !== 'method' || state.facts.get(callee.receiver) !== 'null') return null;
  return isPlain(callee.receiver) && run.fn.locals.includes(callee.receiver) ? callOnNull : null;
}

/**
 * Made of the connection by a package that nobody knows, by a name that
 * promises no more than to read or write it (`msgpack.NewEncoder(conn)`).
 */
export function namedWrapper(run: Run, state: State, stmt: CallStmt): CallFact | null {
  if (!isHeld(state) || stmt.callee.kind !== 'api' || stmt.mode !== 'plain') return null;
  const { facts } = run.program;
  const fact = facts.named(stmt.callee.name);
  const indexes = fact
    ? stmt.args.flatMap((arg, index) => (arg.value.kind === 'place' && state.aliases.has(arg.value.place) ? [index] : []))
    : [];
  const [index, ...others] = indexes;
  // What reads a response to its end is done with it.
  if (!fact || index === undefined || others.length > 0 || [...state.aliases.values()].some((type) => facts.type(type)?.response === true))
    return null;
  return { ...fact, on: { arg: index } };
}

/** Declared to make one connection of another, without a word of failure (`func(net.Conn) *tls.Conn`). */
export function declaredWrapper(run: Run, state: State, stmt: CallStmt): CallFact | null {
  if (!isHeld(state)) return null;
  const index = stmt.args.findIndex((arg) => arg.value.kind === 'place' && state.aliases.has(arg.value.place));
  const [type, ...others] = index === -1 ? [] : run.program.resultTypes(run.fn, stmt, state);
  if (type === undefined || others.length > 0 || !run.program.facts.type(type)) return null;
  return { name: '', source: 'its declaration', on: { arg: index }, wraps: { type } };
}

/**
 * A reader or writer around the connection, and no more. A response that
 * is read to its end is done with: who knows what a reader of it is for.
 */
export function isView(run: Run, state: State, operand: Operand): boolean {
  const { facts } = run.program;
  const type = operand.kind === 'place' ? state.aliases.get(operand.place) : undefined;
  return (
    type !== undefined && facts.type(type)?.view === true && [...state.aliases.values()].every((one) => facts.type(one)?.response !== true)
  );
}
