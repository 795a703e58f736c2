/** "Fix all": one safe fix after the other, each on the text that the one before left behind. */

import { analysisOptions, fixesOf, type Analyser, type CheckOptions } from './check.js';
import { applyEdits } from './edits.js';

/** More fixes than this in one file are left for the next call. */
const MOST_FIXES = 50;

/**
 * @param rule only findings of this rule; null for all
 * @returns the text with all verified safe fixes made, or null when there is none
 */
export function fixAll(analyser: Analyser, text: string, language: string, options: CheckOptions, rule: string | null): string | null {
  let now = text;
  for (let count = 0; count < MOST_FIXES; count += 1) {
    const next = oneFixed(analyser, now, language, options, rule);
    if (next === null) break;
    now = next;
  }
  return now === text ? null : now;
}

function oneFixed(analyser: Analyser, text: string, language: string, options: CheckOptions, rule: string | null): string | null {
  const analysis = analyser.analyse(text, language, analysisOptions(options));
  for (const finding of analysis.findings) {
    if (rule !== null && finding.rule !== rule) continue;
    const safe = fixesOf(analyser, text, language, analysis, finding, options).find((fix) => fix.safe);
    const fixed = safe ? applyEdits(text, safe.edits) : null;
    if (fixed !== null) return fixed;
  }
  return null;
}
