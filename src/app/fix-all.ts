/** "Fix all": one safe fix after the other, each on the text that the one before left behind. */

import { fixesOf } from './check.js';
import { applyEdits } from './edits.js';
import type { Trial } from './trial.js';

/** More fixes than this in one file are left for the next call. */
const MOST_FIXES = 50;

/**
 * @param rule only findings of this rule; null for all
 * @returns the text with all verified safe fixes made, or null when there is none
 */
export function fixAll(trial: Trial, rule: string | null): string | null {
  let now = trial;
  for (let count = 0; count < MOST_FIXES; count += 1) {
    const next = oneFixed(now, rule);
    if (next === null) break;
    now = now.on(next);
  }
  return now.text === trial.text ? null : now.text;
}

function oneFixed(trial: Trial, rule: string | null): string | null {
  for (const finding of trial.analyseAll(trial.text).findings) {
    if (rule !== null && finding.rule !== rule) continue;
    const safe = fixesOf(trial, finding).find((fix) => fix.safe);
    const fixed = safe ? applyEdits(trial.text, safe.edits) : null;
    if (fixed !== null) return fixed;
  }
  return null;
}
