/** What types say of a call of which nothing else is known. */

import type { CallFact } from './facts.js';
import type { CallStmt } from './ir.js';
import type { Run } from './run.js';
import { isHeld } from './state.js';
import type { State } from './state.js';

/** A method of a library's object that is surely none: the program ends there. Methods of its own may well be called on nil. */
export function failsOnNull(run: Run, state: State, { callee }: CallStmt): boolean {
  if (run.program.traits.callsMayThrow || callee.kind !== 'method' || state.facts.get(callee.receiver) !== 'null') return false;
  const type = run.program.classOf(run.fn, callee.receiver, state) ?? callee.type;
  return type === undefined || run.program.class(type) === null;
}

/** Declared to make one connection of another, without a word of failure (`func(net.Conn) *tls.Conn`). */
export function declaredWrapper(run: Run, state: State, stmt: CallStmt): CallFact | null {
  if (!isHeld(state)) return null;
  const index = stmt.args.findIndex((arg) => arg.value.kind === 'place' && state.aliases.has(arg.value.place));
  const [type, ...others] = index === -1 ? [] : run.program.resultTypes(run.fn, stmt, state);
  if (type === undefined || others.length > 0 || !run.program.facts.type(type)) return null;
  return { name: '', source: 'its declaration', on: { arg: index }, wraps: { type } };
}
