/** A fix is offered only after it was applied to a copy and the copy was analysed again. */

import type { Analysis, Connection, Finding, Fix } from '../analysis/findings.js';
import { applyEdits } from './edits.js';
import { changedBy } from './trial.js';
import type { Trial } from './trial.js';

/**
 * @returns the finding's fixes that remove it, add no finding and no hazard, change no option but those that it is about, and leave the syntax whole
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
  return [...now].every(([key, count]) => count <= (old.get(key) ?? 0)) && addsNoHazard(before, after) && keepsOptions(before, after, finding);
}

/** Nothing is used after its close, closed under others or waited for too early that was not so before. */
function addsNoHazard(before: Analysis, after: Analysis): boolean {
  const [old, now] = [before, after].map(({ hazards = [] }) => countBy(hazards, (hazard) => `${hazard.kind} ${hazard.function}`));
  return [...(now ?? [])].every(([key, count]) => count <= (old?.get(key) ?? 0));
}

/** What a connection is set to, as far as a fix can change it. */
type Option = keyof Pick<Connection, 'keepalive' | 'userTimeoutMs' | 'connectTimeout' | 'readTimeout' | 'writeTimeout' | 'backlog' | 'linger' | 'reuseAddr' | 'nonBlocking'>;

const OPTIONS: readonly Option[] = ['keepalive', 'userTimeoutMs', 'connectTimeout', 'readTimeout', 'writeTimeout', 'backlog', 'linger', 'reuseAddr', 'nonBlocking'];
const LIMITS: readonly Option[] = ['connectTimeout', 'readTimeout', 'writeTimeout'];

/** What the fixes of a rule are there to change. */
const CHANGED: Readonly<Record<string, readonly Option[]>> = {
  'missing-keepalive': ['keepalive', ...LIMITS], 'missing-timeout': LIMITS, 'slow-keepalive': ['keepalive'], 'ineffective-keepalive': ['keepalive', 'userTimeoutMs'],
  'missing-user-timeout': ['userTimeoutMs'], 'linger-zero': ['linger'], 'missing-reuseaddr': ['reuseAddr'], 'small-backlog': ['backlog'],
};

/** The finding's connection is still there, and each one is set to what one of before was, but for what the rule is about. */
function keepsOptions(before: Analysis, after: Analysis, finding: Finding): boolean {
  const changed = CHANGED[finding.rule] ?? [];
  const fixed = OPTIONS.filter((option) => !changed.includes(option));
  const shape = (c: Connection): string => JSON.stringify([c.function, c.role, ...(changed === LIMITS ? [] : [c.library]), ...fixed.map((option) => (option === 'keepalive' ? { ...c.keepalive, line: null } : c[option]))]);
  const [old, now] = [before, after].map(({ connections }) => countBy(connections, shape));
  const { startLine, startColumn } = finding.range;
  const same = before.findings.find((f) => f.rule === finding.rule && f.range.startLine === startLine && f.range.startColumn === startColumn);
  const own = same && before.connections[same.connection];
  return [...(now ?? [])].every(([key, count]) => count <= (old?.get(key) ?? 0)) && (own === undefined || now?.get(shape(own)) === old?.get(shape(own)));
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
