/** Responses that are read to their end without a method: by the call that gives them, or by a property (`response.content`). */

import type { Node } from './cfg.js';
import type { OpenFact } from './facts.js';
import type { CallStmt, Place } from './ir.js';
import { placesOf } from './places.js';
import { placesOfTest } from './questions.js';
import type { Run } from './run.js';
import { isHeld, release } from './state.js';
import type { State } from './state.js';
import { operandIn, valueOf } from './values-of.js';
import { truthOf } from './values.js';

/** The state once what a node reads is read. */
export function afterReads(run: Run, node: Node, state: State): State {
  if (!isHeld(state)) return state;
  const properties = [...state.aliases].flatMap(([alias, type]) =>
    (run.program.facts.type(type)?.readBy ?? []).map((name) => `${alias}.${name}`),
  );
  if (properties.length === 0) return state;
  return readsOf(node).some((place) =>
    properties.some((property) => place === property || place.startsWith(`${property}.`) || place.startsWith(`${property}[`)),
  )
    ? release(state, 'closed')
    : state;
}

function readsOf({ op }: Node): Place[] {
  switch (op.op) {
    case 'assign':
      return placesOf(op.from);
    case 'test':
      return placesOfTest(op.leaf);
    case 'return':
    case 'yield':
      return op.values.flatMap(placesOf);
    case 'call':
      return [
        ...op.stmt.args.flatMap(({ value }) => placesOf(value)),
        ...(op.stmt.callee.kind === 'method' ? [op.stmt.callee.receiver] : []),
      ];
    default:
      return [];
  }
}

/** Is a response that comes back still to be read? Null: who knows. */
export function isLeftToRead(run: Run, state: State, stmt: CallStmt, { consumedUnless, consumedIf }: OpenFact): boolean | null {
  const slot = consumedUnless ?? consumedIf;
  if (slot === undefined) return true;
  const asked = truthOf(valueOf(state, run.program.facts, operandIn(stmt, slot) ?? { kind: 'const', value: consumedIf !== undefined }));
  return asked === null || consumedUnless !== undefined ? asked : !asked;
}
