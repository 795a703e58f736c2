/** "Fix all": safe fixes of functions that have nothing to do with each other at once, then what is left on the text that results. */

import { batches, verifiedOf } from './fixes.js';
import { applyEdits } from './edits.js';
import { changedBy } from './trial.js';
import type { Trial } from './trial.js';

/** More rounds than this are left for the next call. */
const MOST_ROUNDS = 20;

/**
 * @param rule only findings of this rule; null for all
 * @returns the text with all verified safe fixes made, or null when there is none
 */
export function fixAll(trial: Trial, rule: string | null): string | null {
  let now = trial;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = someFixed(now, rule);
    if (next === null) break;
    now = now.on(next);
  }
  return now.text === trial.text ? null : now.text;
}

function someFixed(trial: Trial, rule: string | null): string | null {
  const findings = trial.analyseAll(trial.text).findings.filter((finding) => rule === null || finding.rule === rule);
  const verified = verifiedOf(trial, findings);
  const safe = findings
    .flatMap((finding) => verified.get(finding)?.find((fix) => fix.safe) ?? [])
    .map((fix) => ({ fix, reach: trial.reach(changedBy(fix.edits).before) }));
  const together = batches(safe)[0] ?? [];
  return together.length === 0
    ? null
    : applyEdits(
        trial.text,
        together.flatMap(({ fix }) => fix.edits),
      );
}
