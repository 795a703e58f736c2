/**
 * Connections that come from where nobody can look, and that a function shows to be some: it shuts a field of its object, or
 * a parameter, down as only a socket can be, and closes it; it is there to close what is declared to be one; or it is called back
 * when something on the connection is complete.
 * What it makes of a shutdown that fails, or of the end of the stream, is its own affair.
 */

import { FactMap } from './fact-map.js';
import type { Graph } from './cfg.js';
import { hasWord } from './fact-index.js';
import type { CallStmt, FunctionIr, Place, Span } from './ir.js';
import { isPlain, rootOf } from './places.js';
import type { Program } from './program.js';
import { start } from './state.js';
import type { State } from './state.js';
import type { Options } from './tracked.js';
import { isAmong, operandIn, placeOf } from './values-of.js';

/** What a function shows to be a connection, as it finds it. */
export interface Shown {
  graph: Graph;
  type: string;
  seed: State;
  /** What of it counts: a close that is skipped, or the end of the stream that nobody answers. */
  counts: 'skipped' | 'ended';
  /** The function's own name for it, and where it shows it. */
  name: Place;
  range: Span;
}

/** Names that a value may go through in one function. */
const maxNames = 8;

/** Fields and parameters that a function shows to be connections. */
export function shownIn(program: Program, fn: FunctionIr): Shown[] {
  const graph = fn.isTest || fn.kind === 'module' || fn.kind === 'lambda' ? null : program.graph(fn);
  const calls = (graph?.nodes ?? []).flatMap(({ op }) => (op.op === 'call' ? [op.stmt] : []));
  const places = new Map(calls.flatMap((stmt) => [...shownBy(program, fn, stmt), ...endedBy(program, fn, stmt)]));
  if (!graph) return [];
  const shown = (counts: Shown['counts'], place: Place, type: string, name = place, range = fn.nameRange): Shown => ({
    graph,
    type,
    seed: { ...start, phase: 'connected', role: 'client', aliases: FactMap.of([[place, type]]), options: unknown(fn) },
    counts,
    name,
    range,
  });
  const closed = [...places].filter(([place, type]) => calls.some((stmt) => closes(program, stmt, place, type)));
  const completed = new Map(calls.flatMap((stmt) => completedBy(program, fn, graph, stmt)));
  return [
    ...closed.map(([place, type]) => shown('skipped', place, type)),
    ...[...completed].map(([place, { type, name, range }]) => shown('ended', place, type, name, range)),
  ];
}

interface Completed {
  type: string;
  name: Place;
  range: Span;
}

/** The connection of which something is complete, where the function has it from the token that it was given. */
function completedBy(program: Program, fn: FunctionIr, graph: Graph, stmt: CallStmt): [Place, Completed][] {
  const { callee } = stmt;
  const type = callee.kind === 'method' ? callee.type : undefined;
  const slot = callee.kind === 'method' && type !== undefined ? program.facts.method(type, callee.name)?.completes : undefined;
  const token = slot === undefined ? null : placeOf(operandIn(stmt, slot));
  if (callee.kind !== 'method' || type === undefined || token === null || !fn.params.some(({ name }) => name === token)) return [];
  let place = callee.receiver;
  for (let names = 0; names < maxNames && rootOf(place) !== token; names += 1) {
    const root = rootOf(place);
    const makers = graph.nodes.flatMap(({ op }) =>
      op.op === 'assign' && op.to === root && op.from.kind === 'place' ? [op.from.place] : [],
    );
    const [made] = makers;
    if (made === undefined || makers.length > 1) return [];
    place = `${made}${place.slice(root.length)}`;
  }
  return rootOf(place) === token && place !== token ? [[place, { type, name: callee.receiver, range: stmt.range }]] : [];
}

function shownBy(program: Program, fn: FunctionIr, stmt: CallStmt): [Place, string][] {
  const { callee } = stmt;
  if (callee.kind !== 'method' || !isFromOutside(fn, callee.receiver)) return [];
  const fact = program.facts.shown.find(
    ({ method, arg, names }) => method === callee.name && isAmong(start, program.facts, operandIn(stmt, arg), names),
  );
  return fact ? [[callee.receiver, fact.type]] : [];
}

/** What a function that is named so is there to close. */
function endedBy({ facts }: Program, fn: FunctionIr, { callee }: CallStmt): [Place, string][] {
  const { ends } = facts;
  if (!ends || callee.kind !== 'method' || callee.type === undefined || !ends.types.includes(callee.type)) return [];
  if (fn.kind === 'constructor' || !hasWord(fn.name, ends.words) || !isFromOutside(fn, callee.receiver)) return [];
  return [[callee.receiver, callee.type]];
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
