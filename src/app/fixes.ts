/** A fix is offered only after it was applied to a copy and the copy was analysed again. */

import type { Analysis, Finding, Fix } from '../analysis/findings.js';
import { applyEdits } from './edits.js';
import { changedBy } from './trial.js';
import type { Trial } from './trial.js';

/**
 * @returns the finding's fixes that remove it, add no finding and no hazard, and leave the syntax whole
 */
export function verifiedFixes(trial: Trial, finding: Finding): Fix[] {
  return finding.fixes.filter((fix) => {
    const fixed = applyEdits(trial.text, fix.edits);
    if (fixed === null || fixed === trial.text) return false;
    const lines = changedBy(fix.edits);
    // The same functions before and after: what the others say does not change.
    return holds(trial.analyse(trial.text, lines.before), trial.analyse(fixed, lines.after), finding);
  });
}

function holds(before: Analysis, after: Analysis, finding: Finding): boolean {
  if (countSyntaxProblems(after) > countSyntaxProblems(before)) return false;
  if (after.problems.some((p) => p.kind === 'internal' || p.kind === 'limit')) return false;
  const [old, now] = [countFindings(before), countFindings(after)];
  const own = keyOf(finding);
  if ((now.get(own) ?? 0) >= (old.get(own) ?? 0)) return false;
  return [...now].every(([key, count]) => count <= (old.get(key) ?? 0)) && addsNoHazard(before, after);
}

/** Nothing is used after its close, closed under others or waited for too early that was not so before. */
function addsNoHazard(before: Analysis, after: Analysis): boolean {
  const [old, now] = [before, after].map(({ hazards = [] }) => countBy(hazards, (hazard) => `${hazard.kind} ${hazard.function}`));
  return [...(now ?? [])].every(([key, count]) => count <= (old?.get(key) ?? 0));
}

/** Lines move with a fix, so findings are told apart by rule and function. */
function keyOf(finding: Finding): string {
  return `${finding.rule} ${finding.function}`;
}

function countFindings(analysis: Analysis): Map<string, number> {
  return countBy(analysis.findings, keyOf);
}

function countBy<T>(list: readonly T[], key: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of list) counts.set(key(one), (counts.get(key(one)) ?? 0) + 1);
  return counts;
}

function countSyntaxProblems(analysis: Analysis): number {
  return analysis.problems.filter((p) => p.kind === 'syntax').length;
}
