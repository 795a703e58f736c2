/**
 * Connections that are opened out of sight and closed by hand: a function that closes what such a call gives on one way, and
 * forgets it on another, shows by itself that it owns it.
 */

import type { Graph } from './cfg.js';
import { endsWithWord, hasWord } from './fact-index.js';
import type { CallFact } from './facts.js';
import type { CallStmt, FunctionIr, Place } from './ir.js';
import { leavesFunction } from './leaks-of.js';
import { tellsFailure } from './lending.js';
import type { Life } from './life.js';
import { isPlain, isTemporary } from './places.js';
import type { Program } from './program.js';
import { worse } from './run.js';
import { isHeld } from './state.js';
import type { Leak } from './tracked.js';
import { placeOf } from './values-of.js';

/** What a call of which nothing else is known gives, when its function closes that by hand; null when it does not. */
export function openedByHand(program: Program, graph: Graph, stmt: CallStmt): CallFact | null {
  const { byHand } = program.facts;
  if (!byHand || stmt.mode !== 'plain' || !hasWord(lastName(program, stmt), byHand.givers)) return null;
  const names = holdersOf(graph, stmt.results[0] ?? null).filter((name) => endsWithWord(name, byHand.holders));
  const isClosed = graph.nodes.some(
    ({ op }) =>
      op.op === 'call' &&
      op.stmt.callee.kind === 'method' &&
      names.includes(op.stmt.callee.receiver) &&
      byHand.closes.includes(op.stmt.callee.name),
  );
  return isClosed ? byHand.fact(stmt.results) : null;
}

/** Does a function of the program only pass on what another such call gives? */
export function passesOn(program: Program, fn: FunctionIr, depth = 3): boolean {
  const { byHand } = program.facts;
  const graph = depth > 0 ? program.graph(fn) : null;
  return (
    graph?.nodes.some(({ op }) => {
      if (!byHand || op.op !== 'call' || !hasWord(lastName(program, op.stmt), byHand.givers)) return false;
      const resolved = program.resolve(fn, op.stmt, null);
      return resolved.how === 'unknown' || (resolved.how === 'local' && resolved.fn !== fn && passesOn(program, resolved.fn, depth - 1));
    }) === true
  );
}

function lastName(program: Program, stmt: CallStmt): string {
  const name = program.calledName(stmt);
  return name.slice(name.lastIndexOf('.') + 1);
}

/** The variable that gets a result, by way of a temporary, too. */
function holdersOf(graph: Graph, result: Place | null): Place[] {
  if (result === null || !isPlain(result)) return [];
  if (!isTemporary(result)) return [result];
  return graph.nodes.flatMap(({ op }) => (op.op === 'assign' && placeOf(op.from) === result && isPlain(op.to) ? [op.to] : []));
}

/**
 * Of the ways to lose such a connection those that count: the function closes it on an ordinary way; or it closes it when something
 * else fails, and no ordinary way leaves it to somebody out of sight (a cache).
 */
export function forgottenByHand(program: Program, { fn, exploration: { graph, ends } }: Life, leaks: readonly Leak[]): Leak[] {
  const closed = ends.filter(({ entry }) => entry.state.phase === 'closed');
  const owns = closed.some(({ how, entry }) => how === 'return' && entry.doubt === 0 && !tellsFailure(fn, entry.state));
  const leavesIt = ends.some(
    ({ how, entry: { doubt, state } }) =>
      how === 'return' && doubt === 0 && isHeld(state) && !tellsFailure(fn, state) && !leavesFunction(program, fn, state, how),
  );
  if (closed.length === 0 || (!owns && leavesIt)) return [];
  const isThrown = ({ range }: Leak): boolean =>
    graph?.nodes.some(({ op }) => op.op === 'throw' && op.range.startLine === range.startLine) === true;
  return leaks
    .filter((leak) => leak.how === 'failure' || (leak.how === 'throw' && isThrown(leak)) || (leak.how !== 'throw' && owns))
    .map((leak) => ({ ...leak, doubt: worse(leak.doubt, 1) }));
}
