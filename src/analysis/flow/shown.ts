/**
 * Connections that come from where nobody can look, and that a function shows to be some: it shuts a field of its object, or
 * a parameter, down as only a socket can be, and closes it. What it makes of a shutdown that fails is its own affair.
 */

import { FactMap } from './fact-map.js';
import type { Graph } from './cfg.js';
import type { CallStmt, FunctionIr, Place } from './ir.js';
import { isPlain, rootOf } from './places.js';
import type { Program } from './program.js';
import { start } from './state.js';
import type { State } from './state.js';
import type { Options } from './tracked.js';
import { isAmong, operandIn } from './values-of.js';

/** What a function shows to be a connection, as it finds it. */
export interface Shown {
  graph: Graph;
  type: string;
  seed: State;
}

/** Fields and parameters that a function shows to be connections. */
export function shownIn(program: Program, fn: FunctionIr): Shown[] {
  const graph = fn.isTest || fn.kind === 'module' || fn.kind === 'lambda' ? null : program.graph(fn);
  const calls = (graph?.nodes ?? []).flatMap(({ op }) => (op.op === 'call' ? [op.stmt] : []));
  const places = new Map(calls.flatMap((stmt) => shownBy(program, fn, stmt)));
  return [...places].flatMap(([place, type]): Shown[] =>
    graph && calls.some((stmt) => closes(program, stmt, place, type))
      ? [
          {
            graph,
            type,
            seed: { ...start, phase: 'connected', role: 'client', aliases: FactMap.of([[place, type]]), options: unknown(fn) },
          },
        ]
      : [],
  );
}

function shownBy(program: Program, fn: FunctionIr, stmt: CallStmt): [Place, string][] {
  const { callee } = stmt;
  if (callee.kind !== 'method' || !isFromOutside(fn, callee.receiver)) return [];
  const fact = program.facts.shown.find(
    ({ method, arg, names }) => method === callee.name && isAmong(start, program.facts, operandIn(stmt, arg), names),
  );
  return fact ? [[callee.receiver, fact.type]] : [];
}

/** A field of the object, or a parameter. */
function isFromOutside(fn: FunctionIr, place: Place): boolean {
  return isPlain(place) ? fn.params.some(({ name }) => name === place) && place !== fn.receiver : rootOf(place) === fn.receiver;
}

function closes(program: Program, { callee }: CallStmt, place: Place, type: string): boolean {
  return callee.kind === 'method' && callee.receiver === place && program.facts.method(type, callee.name)?.closes === true;
}

/** Whatever is not seen may have been set. */
function unknown({ nameRange }: FunctionIr): Options {
  const option = { value: 'unknown' as const, line: nameRange.startLine, range: nameRange, from: 'helper' as const };
  return { SO_KEEPALIVE: option, readTimeout: option, writeTimeout: option };
}
