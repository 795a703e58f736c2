/**
 * `errors = append(errors, err)` for each address that fails, and after the loop `len(errors) == len(addresses)`: where one of them
 * has worked they are not as many.
 */

import type { Graph, Leaf } from './cfg.js';
import type { Operand, Place } from './ir.js';
import { isContainer, rootOf } from './places.js';

/** The outcome of the test that says: all of them failed. Null: it asks for something else. */
export function allFailed(graph: Graph, leaf: Leaf): boolean | null {
  if (leaf.test !== 'compare') return null;
  const left = countedBy(leaf.left);
  const right = countedBy(leaf.right);
  if (left === null || right === null || left === right || isFilled(graph, left) === isFilled(graph, right)) return null;
  return leaf.op === '==' || leaf.op === '>=' || leaf.op === '<=';
}

function countedBy(operand: Operand): Place | null {
  return operand.kind === 'derived' && operand.how === 'length' && operand.of.kind === 'place' ? rootOf(operand.of.place) : null;
}

/** Is something added to it in a loop? */
function isFilled(graph: Graph, root: Place): boolean {
  return graph.nodes.some(({ op, loops }) => {
    if (loops.length === 0) return false;
    if (op.op === 'assign')
      return (
        (isContainer(op.to) && rootOf(op.to) === root) ||
        (op.to === root && op.from.kind === 'opaque' && op.from.uses.length > 1 && op.from.uses.includes(root))
      );
    return (
      op.op === 'call' && op.stmt.callee.kind === 'method' && op.stmt.callee.receiver === root && /^(append|add)$/.test(op.stmt.callee.name)
    );
  });
}
