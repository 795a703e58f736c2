/** The path of a connection that a finding is about. */

import type { ConnectionProfile, ProfileStep } from '../scenarios/profile.js';

/** Rules about a path that does not close: the profile may show another one that does. */
const LEAKS: ReadonlySet<string> = new Set(['missing-close', 'close-skipped-on-error', 'eof-without-close', 'unconsumed-response']);

/** The connection on a path that never closes it: what the runtime does with a dropped one is left, unless the code stays. */
function leaking(profile: ConnectionProfile, stays: boolean): ConnectionProfile {
  const open = (steps: readonly ProfileStep[]): ProfileStep[] =>
    steps.filter((s) => s.do !== 'close').map((s) => (s.steps ? { ...s, steps: open(s.steps) } : s));
  const steps = open(profile.steps);
  const ends = steps.at(-1)?.do === 'hold';
  // Code that reads on for ever keeps its references.
  if (stays) return { ...profile, steps: ends ? steps : [...steps, { do: 'hold', line: 0 }] };
  const isDropped = profile.onDrop === 'at-once' || profile.onDrop === 'drop';
  return { ...profile, steps: isDropped && ends ? steps.slice(0, -1) : steps };
}

/** The connection as the path has it that a finding of `rule` is about: what its consequence, the simulator and the command line play. */
export function onPathOf(rule: string, profile: ConnectionProfile): ConnectionProfile {
  return LEAKS.has(rule) ? leaking(profile, rule === 'eof-without-close') : profile;
}
