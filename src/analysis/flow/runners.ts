/** Callables that a call runs, at once or elsewhere, with the connections that they capture or get. */

import { calledOf } from './arrivals.js';
import type { CallNode } from './cfg.js';
import { hasWord } from './fact-index.js';
import type { CallFact } from './facts.js';
import type { Arg, CallStmt, Operand } from './ir.js';
import { callFunction } from './local-calls.js';
import type { Program } from './program.js';
import type { Outcome, Run } from './run.js';
import { worse } from './run.js';
import { isHeld, release } from './state.js';
import type { State } from './state.js';
import { escapesThrough } from './transfer.js';
import { argumentsFor, operandIn, placeOf } from './values-of.js';

/**
 * What becomes of a connection that a function captures, or an object with one of the runners' methods keeps, when it is given to
 * something out of sight whose name says that it runs it (`pool.enqueue(task)`).
 * @param otherwise the ways on when nothing is known of the call; they stand where it does not hand over the connection
 */
export function runsElsewhere(run: Run, node: CallNode, state: State, otherwise: Outcome[]): Outcome[] {
  const { runners } = run.program.facts;
  const { stmt } = node.op;
  if (!runners || stmt.mode === 'spawn' || !isHeld(state)) return otherwise;
  if (!otherwise.some((outcome) => outcome.to === node.next && outcome.state.phase === 'gone')) return otherwise;
  const handed = stmt.args.flatMap(({ value }, index) => (escapesThrough(run, state, value) ? [index] : []));
  const [arg] = handed;
  if (arg === undefined || handed.length > 1 || !isRunner(run.program, stmt)) return otherwise;
  const calls = { callee: { arg }, methods: runners.methods, spawns: true };
  if (calledIn(run, state, stmt, calls) === null) return otherwise;
  return runsCallable(run, node, state, calls).map((outcome) => ({ ...outcome, doubt: worse(outcome.doubt, 1) }));
}

/** Does the name of what is called say that it runs what it is given? */
export function isRunner(program: Program, stmt: CallStmt): boolean {
  const name = program.calledName(stmt);
  return hasWord(name.slice(name.lastIndexOf('.') + 1), program.facts.runners?.words ?? []);
}

function calledIn(run: Run, state: State, stmt: CallStmt, calls: NonNullable<CallFact['calls']>): ReturnType<typeof calledOf> {
  const operand = boundMethod(run, state, operandIn(stmt, calls.callee));
  return operand === null ? null : calledOf(run.program, run.fn, operand, calls, state);
}

/** A callable that is run with connections among its arguments (`Thread(target=f, args=(conn,))`). */
export function runsCallable(run: Run, node: CallNode, state: State, calls: NonNullable<CallFact['calls']>): Outcome[] {
  const stmt = node.op.stmt;
  const stay: Outcome[] = [{ to: node.next, state, doubt: 0 }];
  const operand = boundMethod(run, state, operandIn(stmt, calls.callee));
  const given = argumentsFor(stmt, calls);
  const args: Arg[] = [...given.map((value) => ({ value })), ...namedArgs(calls.named ? operandIn(stmt, calls.named) : null)];
  const handed = args.some(({ value }) => escapesThrough(run, state, value)) || (operand !== null && escapesThrough(run, state, operand));
  if (!handed) return stay;
  const fn = operand ? calledOf(run.program, run.fn, operand, calls, state) : null;
  if (!fn) {
    run.emit({ event: 'given', name: run.program.calledName(stmt), range: stmt.range, state });
    return [{ to: node.next, state: release(state, 'gone'), doubt: 0 }];
  }
  const inner: CallStmt = {
    do: 'call',
    callee: { kind: 'local', id: fn.id },
    args,
    results: [],
    mode: calls.spawns ? 'spawn' : 'plain',
    range: stmt.range,
  };
  const receiver = operand?.kind === 'function' ? (operand.receiver ?? null) : fn.receiver === null ? null : placeOf(operand);
  return callFunction(run, { ...node, op: { op: 'call', stmt: inner } }, state, fn, receiver, false).map((outcome) => ({
    ...outcome,
    doubt: worse(outcome.doubt, 0),
  }));
}

/** `session.loop` of an object whose class is known is that method, with the object as its receiver. */
function boundMethod({ program, fn }: Run, state: State, operand: Operand | null): Operand | null {
  const place = operand?.kind === 'place' && !state.facts.has(operand.place) ? operand.place : '';
  const dot = place.lastIndexOf('.');
  const owner = dot > 0 ? program.classOf(fn, place.slice(0, dot), state) : null;
  const method = owner === null ? null : program.method(owner, place.slice(dot + 1)).fn;
  return method ? { kind: 'function', id: method.id, receiver: place.slice(0, dot), range: operand?.range } : operand;
}

/** `{'conn': conn}`: names and values in turn. */
function namedArgs(mapping: Operand | null): Arg[] {
  if (mapping === null) return [];
  if (mapping.kind !== 'tuple') return [{ spread: true, value: mapping }];
  return mapping.items.flatMap((key, index): Arg[] => {
    const value = mapping.items[index + 1];
    if (index % 2 === 1 || !value) return [];
    return key.kind === 'const' && typeof key.value === 'string' ? [{ name: key.value, value }] : [{ spread: true, value }];
  });
}
