/** Connections that the program keeps elsewhere and asks for when something happens to them: a selector's keys. */

import type { Graph } from './cfg.js';
import type { OpenFact } from './facts.js';
import type { CallStmt } from './ir.js';

/** Where the type of what is given depends on the call, a cast tells it. */
export function isCast({ cast }: CallStmt, { ifCast, type }: OpenFact): boolean {
  return !ifCast || cast === type;
}

/** Is the object that lends a connection asked for something else that knows it, too? */
export function isKnownBy(graph: Graph, { callee }: CallStmt, names: readonly string[]): boolean {
  const of = callee.kind === 'method' ? callee.receiver : null;
  return graph.nodes.some(({ op }) => {
    const other = op.op === 'call' ? op.stmt.callee : null;
    return other?.kind === 'method' && other.receiver === of && names.includes(other.name);
  });
}
