/**
 * A fix is offered only after it was applied to a copy and the copy was analysed again. Fixes of functions that have nothing
 * to do with each other go into one copy; where it cannot be told whose fault something is, they are tried apart.
 */

import type { Analysis, Finding, Fix } from '../analysis/findings.js';
import { applyEdits } from './edits.js';
import { isProven } from './safe-idioms.js';
import { shapeOf } from './kept-options.js';
import { changedBy } from './trial.js';
import type { Reach, Trial } from './trial.js';

interface Candidate {
  /** As it is found where functions are named by their ids. */
  finding: Finding;
  fix: Fix;
  reach: Reach;
}

/**
 * @returns the finding's fixes that remove it, add no finding and no hazard, change no option but those that it is about,
 * and leave the syntax whole
 */
export function verifiedFixes(trial: Trial, finding: Finding): Fix[] {
  return verifiedOf(trial, [finding]).get(finding) ?? [];
}

/** The same for many findings of one text. */
export function verifiedOf(trial: Trial, findings: readonly Finding[]): Map<Finding, Fix[]> {
  const tried = findings.flatMap((given) => given.fixes.filter((fix) => isEdit(trial.text, fix)).map((fix) => ({ given, fix })));
  const good = new Set<Fix>();
  if (tried.length > 0) {
    // The same functions before and after: what the others say does not change.
    const before = trial.analyse(trial.text, changedBy(tried.flatMap(({ fix }) => fix.edits)).before);
    const candidates = tried.flatMap(({ given, fix }): Candidate[] => {
      const finding = before.findings.find((other) => isSame(other, given));
      return finding ? [{ finding, fix, reach: trial.reach(changedBy(fix.edits).before) }] : [];
    });
    const verifier = new Verifier(trial, before);
    for (const batch of batches(candidates)) for (const { fix } of verifier.verified(batch)) good.add(fix);
  }
  return new Map(
    findings.map((finding) => [
      finding,
      finding.fixes.filter((fix) => good.has(fix)).map((fix) => ({ ...fix, safe: fix.safe && isProven(trial.language, fix.idiom) })),
    ]),
  );
}

function isEdit(text: string, fix: Fix): boolean {
  const fixed = applyEdits(text, fix.edits);
  return fixed !== null && fixed !== text;
}

/** Groups of fixes of which none changes a function that another one changes, or that such a function is called by. */
export function batches<T extends { reach: Reach }>(candidates: readonly T[]): T[][] {
  const groups: { members: T[]; changed: Set<string>; callers: Set<string> }[] = [];
  for (const one of candidates) {
    const { changed, callers } = one.reach;
    let group = groups.find(
      (other) =>
        changed.every((name) => !other.changed.has(name) && !other.callers.has(name)) && callers.every((name) => !other.changed.has(name)),
    );
    if (!group) groups.push((group = { members: [], changed: new Set(), callers: new Set() }));
    group.members.push(one);
    for (const name of changed) group.changed.add(name);
    for (const name of callers) group.callers.add(name);
  }
  return groups.map(({ members }) => members);
}

class Verifier {
  constructor(
    private readonly trial: Trial,
    private readonly before: Analysis,
  ) {}

  /** Those of a batch that hold. */
  verified(batch: readonly Candidate[]): Candidate[] {
    if (batch.length === 0) return [];
    const edits = batch.flatMap(({ fix }) => fix.edits);
    const copy = applyEdits(this.trial.text, edits);
    if (copy === null) return batch.length === 1 ? [] : this.apart(batch);
    const verdict = this.judge(this.trial.analyse(copy, changedBy(edits).after), batch);
    if (verdict === 'unclear') return batch.length === 1 ? [] : this.apart(batch);
    // What holds was seen beside fixes that do not: without those it is looked at again.
    return verdict.length === 0 ? [...batch] : this.verified(batch.filter((one) => !verdict.includes(one)));
  }

  private apart(batch: readonly Candidate[]): Candidate[] {
    const middle = batch.length >> 1;
    return [...this.verified(batch.slice(0, middle)), ...this.verified(batch.slice(middle))];
  }

  /** Those of the batch that do not hold; `unclear` when something is wrong of which nobody knows whose fault it is. */
  private judge(after: Analysis, batch: readonly Candidate[]): Candidate[] | 'unclear' {
    if (count(after.problems, ({ kind }) => kind === 'syntax') > count(this.before.problems, ({ kind }) => kind === 'syntax'))
      return 'unclear';
    if (after.problems.some(({ kind }) => kind === 'internal') || this.addsLimit(after)) return 'unclear';
    const [old, now] = [countBy(this.before.findings, keyOf), countBy(after.findings, keyOf)];
    const bad = new Set(batch.filter(({ finding }) => (now.get(keyOf(finding)) ?? 0) >= (old.get(keyOf(finding)) ?? 0)));
    const owners = new Map<string, Candidate[]>();
    for (const one of batch) for (const name of one.reach.changed) owners.set(name, [...(owners.get(name) ?? []), one]);
    for (const name of this.worsened(after, batch)) {
      const [owner, ...others] = owners.get(name) ?? [];
      if (!owner || others.length > 0) return 'unclear';
      bad.add(owner);
    }
    return [...bad];
  }

  private addsLimit(after: Analysis): boolean {
    const known = new Set(this.before.problems.filter(({ kind }) => kind === 'limit').map((problem) => problem.function));
    return after.problems.some((problem) => problem.kind === 'limit' && !known.has(problem.function));
  }

  /** Functions that say something new, do something hazardous that they did not do, or set a connection otherwise. */
  private worsened(after: Analysis, batch: readonly Candidate[]): Set<string> {
    const names = new Set<string>();
    const compare = <T extends { function: string }>(
      old: readonly T[],
      now: readonly T[],
      key: (one: T) => string,
    ): Map<string, number>[] => {
      const [known, found] = [countBy(old, key), countBy(now, key)];
      const more = new Set([...found].filter(([one, times]) => times > (known.get(one) ?? 0)).map(([one]) => one));
      if (more.size > 0) for (const one of now) if (more.has(key(one))) names.add(one.function);
      return [known, found];
    };
    compare(this.before.findings, after.findings, keyOf);
    // Nothing is used after its close, closed under others or waited for too early that was not so before.
    compare(this.before.hazards ?? [], after.hazards ?? [], (hazard) => `${hazard.kind} ${hazard.function}`);
    const rules = new Map<string, string[]>();
    for (const { reach, finding } of batch)
      for (const name of [...reach.changed, ...reach.callers]) rules.set(name, [...(rules.get(name) ?? []), finding.rule]);
    const rulesOf = (name: string): string[] => rules.get(name) ?? [];
    const [known = new Map(), found = new Map()] = compare(this.before.connections, after.connections, (connection) =>
      shapeOf(connection, rulesOf(connection.function)),
    );
    // The finding's own connection is still there.
    for (const { finding } of batch) {
      const own = this.before.connections[finding.connection];
      if (!own) continue;
      const shape = shapeOf(own, rulesOf(own.function));
      if ((found.get(shape) ?? 0) < (known.get(shape) ?? 0)) names.add(own.function);
    }
    return names;
  }
}

function isSame(a: Finding, b: Finding): boolean {
  return a.rule === b.rule && a.range.startLine === b.range.startLine && a.range.startColumn === b.range.startColumn;
}

/** Lines move with a fix, so findings are told apart by rule and function. */
function keyOf(finding: Finding): string {
  return `${finding.rule} ${finding.function}`;
}

function countBy<T>(list: readonly T[], key: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of list) counts.set(key(one), (counts.get(key(one)) ?? 0) + 1);
  return counts;
}

function count<T>(list: readonly T[], wanted: (one: T) => boolean): number {
  return list.reduce((sum, one) => sum + (wanted(one) ? 1 : 0), 0);
}
