/** `panic`: who gets it back. */

import type { Operand, Place, Span } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from './context.js';
import { nodesIn } from './types.js';

/**
 * A panic that a deferred literal of this function gets back ends the function like a return that tells of a failure. Any other
 * ends the program; also what the deferred literal itself throws again.
 */
export function lowerPanic(cx: Context, uses: Place[], range: Span): void {
  const literal = cx.expanding.at(-1)?.child('body');
  if (!cx.frame.recovers || (literal && recoveriesIn(literal, 'func_literal') > 0)) return cx.emit({ do: 'exit', range });
  const { namedResults, resultTypes, errorIndex } = cx.frame;
  const unknown = resultTypes.map((): Operand => ({ kind: 'opaque', uses }));
  const values = namedResults?.map((place): Operand => ({ kind: 'place', place })) ?? unknown;
  cx.emit({ do: 'return', values, ...(errorIndex === undefined ? {} : { failure: true }), range });
}

/** A function literal in this body calls `recover`: panics come back to the function that defers it. */
export function recoversInside(body: SyntaxNode): boolean {
  return recoveriesIn(body) > recoveriesIn(body, 'func_literal');
}

function recoveriesIn(body: SyntaxNode, not?: string): number {
  return nodesIn(body, not).filter((node) => node.type === 'call_expression' && node.child('function')?.text === 'recover').length;
}
