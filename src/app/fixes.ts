/** A fix is offered only after it was applied to a copy and the copy was analysed again. */

import type { Analysis, Finding, Fix } from '../analysis/findings.js';
import { applyEdits } from './edits.js';

/** Analyses a text in the language and with the settings of the file at hand. */
export type Analyse = (text: string) => Analysis;

/**
 * @param before the analysis of `text` that `finding` comes from
 * @returns the finding's fixes that remove it, add no finding and leave the syntax whole
 */
export function verifiedFixes(analyse: Analyse, text: string, before: Analysis, finding: Finding): Fix[] {
  const old = countFindings(before);
  return finding.fixes.filter((fix) => {
    const fixed = applyEdits(text, fix.edits);
    if (fixed === null || fixed === text) return false;
    return holds(before, old, analyse(fixed), finding);
  });
}

function holds(before: Analysis, old: Map<string, number>, after: Analysis, finding: Finding): boolean {
  if (countSyntaxProblems(after) > countSyntaxProblems(before)) return false;
  if (after.problems.some((p) => p.kind === 'internal' || p.kind === 'timeout')) return false;
  const now = countFindings(after);
  const own = keyOf(finding);
  if ((now.get(own) ?? 0) >= (old.get(own) ?? 0)) return false;
  return [...now].every(([key, count]) => count <= (old.get(key) ?? 0));
}

/** Lines move with a fix, so findings are told apart by rule and function. */
function keyOf(finding: Finding): string {
  return `${finding.rule} ${finding.function}`;
}

function countFindings(analysis: Analysis): Map<string, number> {
  const counts = new Map<string, number>();
  for (const finding of analysis.findings) counts.set(keyOf(finding), (counts.get(keyOf(finding)) ?? 0) + 1);
  return counts;
}

function countSyntaxProblems(analysis: Analysis): number {
  return analysis.problems.filter((p) => p.kind === 'syntax').length;
}
