/** The path of a connection that a finding is about. */

import type { Finding, PathStep } from '../analysis/findings.js';
import type { ConnectionProfile, ProfileStep } from '../scenarios/profile.js';

/** Rules about a path that does not close: the profile may show another one that does. */
export const LEAKS: ReadonlySet<string> = new Set(['missing-close', 'close-skipped-on-error', 'eof-without-close', 'unconsumed-response']);

/**
 * The connection on a path that never closes it: what the runtime does with a dropped one is left, unless the code stays.
 * @param leaves the line on which the path leaves it behind; 0 where that is not known
 */
function leaking(profile: ConnectionProfile, stays: boolean, leaves: number): ConnectionProfile {
  const open = (steps: readonly ProfileStep[]): ProfileStep[] =>
    steps.filter((s) => s.do !== 'close').map((s) => (s.steps ? { ...s, steps: open(s.steps) } : s));
  const steps = upTo(open(profile.steps), leaves);
  const ends = steps.at(-1)?.do === 'hold';
  // Code that reads on for ever keeps its references.
  if (stays) return { ...profile, steps: ends ? steps : [...steps, { do: 'hold', line: 0 }] };
  const isDropped = profile.onDrop === 'at-once' || profile.onDrop === 'drop';
  if (isDropped) return { ...profile, steps: ends ? steps.slice(0, -1) : steps };
  return { ...profile, steps: ends || leaves === 0 ? steps : [...steps, { do: 'hold', line: leaves }] };
}

/** The steps that come before the path leaves on a line further down: those of the ordinary path go on. */
function upTo(steps: ProfileStep[], leaves: number): ProfileStep[] {
  const opens = steps.find((s) => s.do === 'connect' || s.do === 'accept')?.line ?? 0;
  const last = steps.reduce((found, s, index) => (s.file === undefined && s.line > 0 && s.line <= leaves ? index : found), -1);
  if (leaves <= opens || last < 0) return steps;
  return steps.filter((s, index) => index <= last || s.file !== undefined || s.line === 0 || s.do === 'hold');
}

const READS: ReadonlySet<string> = new Set(['recv', 'recvUntilEof']);

/** Is an exception of its very last read what leaves it open? Then what that read returns, the peer's end, gets to the close behind it. */
export function closesAtEnd({ raised, path }: Pick<Finding, 'raised' | 'path'>, { steps }: ConnectionProfile): boolean {
  const last = path.at(-1);
  const read = steps.map((s) => READS.has(s.do)).lastIndexOf(true);
  const isIt = raised === true && last !== undefined && steps[read]?.line === last.range.startLine && steps[read].file === last.file;
  return isIt && steps.slice(read).some((s) => s.do === 'close');
}

/**
 * The connection as the path has it that a finding of `rule` is about: what its consequence, the simulator and the command line play.
 * @param path of the finding; without it nothing is said of the line on which the connection was left
 */
export function onPathOf(rule: string, profile: ConnectionProfile, path: readonly PathStep[] = []): ConnectionProfile {
  if (!LEAKS.has(rule)) return profile;
  const leaves = path.filter(({ file }) => file === undefined).at(-1)?.range.startLine ?? 0;
  return leaking(profile, rule === 'eof-without-close', leaves);
}
