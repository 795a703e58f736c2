/** Exceptions of functions that have nothing to do with the connection: whoever wrote the call need not expect them. */

import type { Graph, Node } from './cfg.js';
import type { CallStmt, Place } from './ir.js';
import type { Note } from './notes.js';
import { placesOf, rootOf } from './places.js';
import type { Run } from './run.js';
import type { State } from './state.js';

/** A function that neither has the connection nor what came through it, and that raises by itself: a check of a setting, a guard. */
export function raisesByItself(run: Run, state: State, stmt: CallStmt, notes: readonly Note[]): boolean {
  if (!notes.some((note) => note.kind === 'throws') || notes.some((note) => note.kind === 'fails')) return false;
  const known = new Set([...state.aliases.keys()].map(rootOf));
  const given = stmt.args.flatMap(({ value }) => placesOf(value)).map(rootOf);
  return !given.some((root) => known.has(root) || comesFrom(run.graph, root, known, 2));
}

/** Does a variable get its value from a call with one of these, perhaps by way of another variable? */
function comesFrom(graph: Graph, root: Place, from: ReadonlySet<Place>, steps: number): boolean {
  return graph.nodes.some((node) => {
    const sources = sourcesOf(node, root);
    return sources.some((source) => from.has(source) || (steps > 0 && source !== root && comesFrom(graph, source, from, steps - 1)));
  });
}

function sourcesOf({ op }: Node, root: Place): Place[] {
  if (op.op === 'assign') return rootOf(op.to) === root ? placesOf(op.from).map(rootOf) : [];
  if (op.op === 'unpack') return op.to.some((place) => place !== null && rootOf(place) === root) ? [rootOf(op.from)] : [];
  if (op.op !== 'call' || !op.stmt.results.some((place) => place !== null && rootOf(place) === root)) return [];
  const { callee, args } = op.stmt;
  return [...(callee.kind === 'method' ? [rootOf(callee.receiver)] : []), ...args.flatMap(({ value }) => placesOf(value).map(rootOf))];
}
