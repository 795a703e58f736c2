/** The path of a connection that a finding is about. */

import type { Finding } from '../analysis/findings.js';
import { stepBefore, type ConnectionProfile, type ProfileStep } from '../scenarios/profile.js';
import { endAsError } from './errors.js';

/** Rules about a path that does not close: the profile may show another one that does. */
export const LEAKS: ReadonlySet<string> = new Set(['missing-close', 'close-skipped-on-error', 'eof-without-close', 'unconsumed-response']);

/**
 * The connection on a path that never closes it: what the runtime does with a dropped one is left, unless the code stays.
 * @param leaves the line on which the path leaves it behind; 0 where that is not known
 */
function leaking(profile: ConnectionProfile, stays: boolean, leaves: number): ConnectionProfile {
  const open = (steps: readonly ProfileStep[]): ProfileStep[] =>
    steps.filter((s) => s.do !== 'close').map(({ atEnd: _, ...s }) => (s.steps ? { ...s, steps: open(s.steps) } : s));
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

/** Calls that fail while the connection is open. */
const CALLS: ReadonlySet<string> = new Set(['recv', 'recvUntilEof', 'poll', 'send', 'shutdown']);

/** The step of this file's line, in loops, too. */
function stepOn(steps: readonly ProfileStep[], line: number): ProfileStep | undefined {
  return steps.flatMap((s) => [s, ...(s.steps ?? [])]).find((s) => CALLS.has(s.do) && s.line === line && s.file === undefined);
}

/**
 * Is it the failure of a call that leaves it open, and nothing else that the call returns? The end of its stream, too, gets to the close
 * behind it, unless that is a failure.
 */
function onlyFails({ raised = [], byValue }: Path, profile: ConnectionProfile): number | null {
  const line = raised.filter((one) => stepOn(profile.steps, one)).at(-1) ?? raised.at(-1);
  const step = line === undefined ? undefined : (stepOn(profile.steps, line) ?? stepBefore(profile.steps, line));
  if (line === undefined || step === undefined) return null;
  // What a read returns at the end of the stream may be what the code takes for the failure.
  if (byValue && step.do === 'recv' && step.atEnd === undefined) return null;
  const goesOn = profile.steps.slice(profile.steps.findIndex((s) => s === step || s.steps?.some((inner) => inner === step)));
  // Whoever gets on closes it, or goes on with it and hands it over.
  const isUsed = goesOn.some((s, index) => s.do === 'close' || (index > 0 && (CALLS.has(s.do) || s.do === 'repeat')));
  return isUsed && endAsError(profile, step.call ?? '', step.line) === null ? line : null;
}

/** What is asked of a finding; without its path nothing is said of the line on which the connection was left. */
type Path = Pick<Finding, 'rule'> & Partial<Pick<Finding, 'path' | 'raised' | 'byValue'>>;

/** The connection without the other half of its relay, of which only the end of the stream speaks. */
function aloneOf({ joined: _, ...alone }: ConnectionProfile): ConnectionProfile {
  return alone;
}

/** The connection as the path has it that the finding is about: what its consequence, the simulator and the command line play. */
export function onPathOf(finding: Path, connection: ConnectionProfile): ConnectionProfile {
  if (connection.joined && finding.rule === 'eof-without-close') return connection;
  const profile = connection.joined ? aloneOf(connection) : connection;
  // An event loop reads on and closes at the peer's end, whatever a handler leaves undone.
  if (!LEAKS.has(finding.rule) || profile.reads === 'runtime') return profile;
  const failsOn = onlyFails(finding, profile);
  if (failsOn !== null) return { ...profile, failsOn };
  const leaves = (finding.path ?? []).filter(({ file }) => file === undefined).at(-1)?.range.startLine ?? 0;
  return leaking(profile, finding.rule === 'eof-without-close', leaves);
}
