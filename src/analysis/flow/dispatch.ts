/** Whose function a method's name means, where the object, not the variable's type, decides. */

import { foreignBases, methodIdOf } from './classes.js';
import type { CallStmt, Callee, Place } from './ir.js';
import type { Resolved } from './program.js';
import type { Run } from './run.js';
import { holds, isHeld } from './state.js';
import type { State } from './state.js';
import { escapesThrough } from './transfer.js';

/** The call on the field that the object has the method from; null where its class has it itself. */
export function promotedCall(run: Run, state: State, stmt: CallStmt): CallStmt | null {
  const { callee } = stmt;
  if (callee.kind !== 'method' || !isHeld(state) || state.aliases.has(callee.receiver) || !holds(state, callee.receiver)) return null;
  const found = promoted(run, state, callee);
  return found && { ...stmt, callee: { ...callee, ...found } };
}

function promoted({ program, fn }: Run, state: State, { receiver, name }: Method): { receiver: Place; type: string } | null {
  const type = program.classOf(fn, receiver, state);
  const cls = type === null ? null : program.class(type);
  if (!cls?.embeds || type === null || methodIdOf(program, type, name) !== null) return null;
  const [base, ...others] = foreignBases(program, type).filter((one) => cls.bases.includes(one));
  return base === undefined || others.length > 0 ? null : { receiver: `${receiver}.${base.slice(base.lastIndexOf('.') + 1)}`, type: base };
}

type Method = Extract<Callee, { kind: 'method' }>;

/** A method of an interface that is given the connection, and that one class of the program has: that class's. */
export function implementation(run: Run, state: State, stmt: CallStmt): Resolved | null {
  const { callee } = stmt;
  const { program, fn } = run;
  if (callee.kind !== 'method' || !isHeld(state) || !stmt.args.some(({ value }) => escapesThrough(run, state, value))) return null;
  const type = program.classOf(fn, callee.receiver, state) ?? callee.type ?? null;
  const only = type === null || !isOpen(run, type, callee.name) ? null : program.soleImplementer(type);
  const found = only === null ? null : program.method(only, callee.name, null);
  return found?.fn && !found.fn.isAbstract ? { how: 'local', fn: found.fn, receiver: callee.receiver, isNew: false } : null;
}

/** The class declares the method and leaves it to others. */
function isOpen({ program }: Run, type: string, name: string): boolean {
  const cls = program.class(type);
  const id = methodIdOf(program, type, name);
  return cls !== null && (id === null ? Object.hasOwn(cls.results ?? {}, name) : program.function(id)?.isAbstract === true);
}
