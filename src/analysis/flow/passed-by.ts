/** An exception that passes a handler by which is there to close. */

import { closingNodes } from './lending.js';
import type { Place, Span } from './ir.js';
import type { Program } from './program.js';
import type { Entry, Exploration } from './run.js';
import { callerAlias } from './state.js';

/** Did the exception with which this way ends pass by a handler that closes the connection when it catches another one? */
export function passesCloser(program: Program, { graph }: Exploration, end: Entry): boolean {
  if (!graph) return false;
  for (let at: Entry = end; at.prev; at = at.prev) {
    const op = graph.nodes[at.prev.node]?.op;
    if (op?.op !== 'dispatch' || op.otherwise !== at.node) continue;
    const names = [...at.prev.state.aliases].filter(([place]) => place !== callerAlias);
    const passed = op.handlers.filter(({ catches }) => catches !== null);
    if (passed.some(({ range }) => names.some(([place, type]) => closesIn(range, place, type)))) return true;
  }
  return false;

  function closesIn(range: Span, place: Place, type: string): boolean {
    if (!graph) return false;
    return closingNodes(program, graph, place, type).some(({ op }) => op.op === 'call' && isInside(op.stmt.range, range));
  }
}

function isInside(inner: Span, outer: Span): boolean {
  const starts = inner.startLine - outer.startLine || inner.startColumn - outer.startColumn;
  const ends = inner.endLine - outer.endLine || inner.endColumn - outer.endColumn;
  return starts >= 0 && ends <= 0;
}
