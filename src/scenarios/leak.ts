/** A connection that the code leaves open: where it was left, what grows with it, what ends it. Read off the profile and the run. */

import type { Trace } from '../kernel/trace.js';
import { describeExactly } from './describe-time.js';
import { OURS } from './our-program.js';
import { takes } from './profile.js';
import type { ConnectionProfile } from './profile.js';
import { say } from '../words/say.js';

export interface Leak {
  /** The line on which the function left. */
  line: number;
  /** When the code had done its last call on the connection, and when the runtime closed it (null: it never did), seconds of the run. */
  at: number;
  until: number | null;
  /** "until the process ends". */
  lasts: string;
  /** What grows with each such path, and what ends it: a sentence each. */
  grows: string;
  ends: string;
}

/** The line on which the path leaves an open connection behind; null where it closes it, or where somebody else has it. */
function leftOn(profile: ConnectionProfile): number | null {
  const last = profile.steps.at(-1);
  if (profile.failsOn !== undefined && profile.onDrop !== 'at-once' && profile.onDrop !== 'drop') return profile.failsOn;
  return profile.role !== 'listener' && last?.do === 'hold' && last.line > 0 && !takes(profile.steps, 'close') ? last.line : null;
}

/** How the leak of a connection like this ends, in words. */
export function wordsOf(profile: ConnectionProfile): Pick<Leak, 'lasts' | 'grows' | 'ends'> {
  const grows = say`One more descriptor is gone each time this path runs.`;
  if (profile.onDrop === 'collector' && profile.countedFrom !== undefined)
    return {
      lasts: say`at worst until the garbage collector runs`,
      grows,
      ends: say`Before ${profile.countedFrom} only the garbage collector ends it, and nobody knows when it gets there; from that version on the last reference does.`,
    };
  if (profile.endedBy !== undefined)
    return {
      lasts: say`until the client's limit of ${describeExactly(profile.endedBy)}`,
      grows: say`One more descriptor is gone for so long each time this path runs.`,
      ends: say`The client's own limit on the whole request ends it, and nothing else does.`,
    };
  return profile.onDrop === 'collector'
    ? {
        lasts: say`until the garbage collector runs`,
        grows,
        ends: say`Only the garbage collector ends it, and nobody knows when it gets there.`,
      }
    : { lasts: say`until the process ends`, grows, ends: say`Only close() or the end of the process ends it.` };
}

/** The leak of a run: null when our code still waits in a call, closed the connection, or never had one. */
export function leakOf(trace: Trace, profile: ConnectionProfile): Leak | null {
  const line = leftOn(profile);
  if (line === null || !trace.states.some((s) => s.side === 'A' && s.state === 'ESTABLISHED')) return null;
  const calls = trace.calls.filter((c) => c.program === OURS);
  const closed = calls.find((c) => c.call === 'close');
  const own = calls.filter((c) => c !== closed);
  if (closed?.line !== undefined || own.length === 0 || own.some((c) => c.end === null)) return null;
  return { line, at: Math.max(...own.map((c) => c.end ?? 0)), until: closed?.start ?? null, ...wordsOf(profile) };
}
