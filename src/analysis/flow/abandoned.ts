/**
 * Who waits is told by a timer that it took too long, and goes on; what was being connected or asked goes on, too. When it
 * comes, it comes to nobody: the timer must end it.
 */

import { nodesOf } from './nodes-of.js';
import { mayEnd } from './handlers.js';
import type { FunctionIr, Operand, Span } from './ir.js';
import { rootOf } from './places.js';
import { callsAround } from './relays.js';
import type { Half } from './relays.js';
import { operandIn } from './values-of.js';

/** The timer that gives an answer although it cannot end the connection; null without, or where another one may. */
export function abandonedBy(half: Half): { timer: Span; answer: Span } | null {
  const { program, roots, type } = half;
  let given: ReturnType<typeof abandonedBy> = null;
  for (const { fn, stmt } of callsAround(half)) {
    if (!isOwn(half, fn)) continue;
    const resolved = program.resolve(fn, stmt, null);
    const timer = resolved.how === 'fact' ? resolved.fact.timer : undefined;
    if (!timer) continue;
    const literal = functionOf(half, operandIn(stmt, timer.callee));
    if (!literal || mayEnd(program, literal, roots, type) || runsOthers(half, literal)) return null;
    const answer = timer.once ? answerIn(half, literal) : null;
    if (answer) given ??= { timer: stmt.range, answer };
  }
  return given;
}

/** Is it the function that has the connection, or one that it runs at once (a promise's)? What a handler sets up comes later. */
function isOwn({ program, fn: own }: Half, fn: FunctionIr): boolean {
  if (fn === own) return true;
  return nodesOf(program, own).some(({ op }) => op.op === 'call' && op.stmt.callee.kind === 'local' && op.stmt.callee.id === fn.id);
}

function functionOf({ program }: Half, callee: Operand | null): FunctionIr | null {
  return callee?.kind === 'function' ? program.function(callee.id) : null;
}

/** Does it call a function that knows the connection? */
function runsOthers({ program, roots }: Half, literal: FunctionIr): boolean {
  return nodesOf(program, literal).some(({ op }) => {
    if (op.op !== 'call') return false;
    const { callee } = op.stmt;
    const called = callee.kind === 'local' ? program.function(callee.id) : null;
    return called?.captures.some((place) => roots.has(rootOf(place))) === true;
  });
}

function answerIn({ program }: Half, literal: FunctionIr): Span | null {
  for (const { op } of nodesOf(program, literal)) if (op.op === 'call' && op.stmt.answers) return op.stmt.range;
  return null;
}
