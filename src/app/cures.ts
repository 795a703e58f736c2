/** Which cures of the simulator a checked fix of this code carries out: "Apply to my code" then gives what was previewed. */

import { type Cure, type CureNumbers, CURES, otherNumbers } from '../scenarios/cures.js';
import type { Analysis, Connection } from '../analysis/findings.js';
import { fixesOf, type Fix } from './check.js';
import type { Trial } from './trial.js';
import { LEAKS, onPathOf } from './failing-path.js';
import { applyEdits } from './edits.js';

export interface CureFix {
  /** Id of the cure. */
  cure: string;
  fix: Fix;
  /** What the fix sets, where that is not what the cure says. */
  numbers?: CureNumbers;
}

const CLOSE = 'close-on-this-path';

/**
 * A fix carries out a cure when the cure makes sense for the connection as it is, and no longer for the connection that
 * the fixed text has in its place.
 * @param index of the connection in `analysis.connections`
 */
export function curesByFix(trial: Trial, analysis: Analysis, index: number): CureFix[] {
  const connection = analysis.connections[index];
  if (!connection) return [];
  const result: CureFix[] = [];
  for (const finding of analysis.findings.filter((each) => each.connection === index)) {
    const onPath = onPathOf({ rule: finding.rule }, connection);
    // What a handler leaves open is to be closed there, though an event loop closes it at the peer's end.
    const isLeft = connection.role !== 'listener' && LEAKS.has(finding.rule);
    const missing = CURES.filter((cure) => cure.applies(onPath) || (isLeft && cure.id === CLOSE));
    for (const fix of missing.length === 0 ? [] : fixesOf(trial, finding)) {
      const fixed = applyEdits(trial.text, fix.edits);
      const after = fixed === null ? undefined : sameIn(trial.analyseAll(fixed).connections, connection, analysis.connections);
      // What is told of a path that stays open is not told any more, though the ordinary path may go on without a close.
      const isClosed = (cure: Cure): boolean => cure.id === CLOSE && LEAKS.has(finding.rule);
      const done = missing.filter((cure) => isClosed(cure) || (after && !cure.applies(after)));
      for (const cure of done.filter(({ id }) => result.every((known) => known.cure !== id))) {
        const numbers = after && otherNumbers(cure, connection, after);
        result.push({ cure: cure.id, fix, ...(numbers && { numbers }) });
      }
    }
  }
  return result;
}

/** The same connection after a fix: lines move, but the order of those that a function opens by the same call does not. */
function sameIn(after: readonly Connection[], connection: Connection, before: readonly Connection[]): Connection | undefined {
  const isAlike = (other: Connection): boolean => other.function === connection.function && other.library === connection.library;
  return after.filter(isAlike)[before.filter(isAlike).indexOf(connection)];
}
