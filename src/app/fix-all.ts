/** "Fix all": safe fixes of functions that have nothing to do with each other at once, then what is left on the text that results. */

import type { TextEdit } from '../analysis/findings.js';
import { batches, verifiedOf } from './fixes.js';
import { applyEdits } from './edits.js';
import { fixesWithin } from './notebook.js';
import { changedBy } from './trial.js';
import type { Trial } from './trial.js';

/** More rounds than this are left for the next call. */
const MOST_ROUNDS = 20;

/**
 * @param rule only findings of this rule; null for all
 * @param lines only what lies on so many lines at the beginning, which are all that is given back; null for the whole text
 * @returns the text with all verified safe fixes made, or null when there is none
 */
export function fixAll(trial: Trial, rule: string | null, lines: number | null = null): string | null {
  let now = trial;
  let end = lines ?? Infinity;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const edits = someFixes(now, rule, end);
    if (edits.length === 0) break;
    const next = applyEdits(now.text, edits);
    if (next === null) break;
    end += grown(edits);
    now = now.on(next);
  }
  if (now.text === trial.text) return null;
  return end === Infinity ? now.text : now.text.split('\n').slice(0, end).join('\n');
}

/** How many lines more there are afterwards. */
function grown(edits: readonly TextEdit[]): number {
  return edits.reduce((sum, { range, newText }) => sum + newText.split('\n').length - 1 - (range.endLine - range.startLine), 0);
}

function someFixes(trial: Trial, rule: string | null, lines: number): TextEdit[] {
  const findings = trial
    .analyseAll(trial.text)
    .findings.filter((finding) => (rule === null || finding.rule === rule) && finding.range.endLine <= lines);
  const verified = verifiedOf(trial, findings);
  const safe = findings
    .flatMap((finding) => fixesWithin(verified.get(finding) ?? [], lines).find((fix) => fix.safe) ?? [])
    .map((fix) => ({ fix, reach: trial.reach(changedBy(fix.edits).before) }));
  return (batches(safe)[0] ?? []).flatMap(({ fix }) => fix.edits);
}
