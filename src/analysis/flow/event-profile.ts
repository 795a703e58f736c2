/** The profile of a connection that an event loop has: what the runtime does with what arrives. */

import type { ConnectionProfile, ProfileStep } from '../../scenarios/profile.js';
import { byEvents } from './event-leaks.js';
import type { TypeFact } from './facts.js';
import type { Leak } from './tracked.js';

/**
 * Who reads it, where that is not the code on its path.
 * @param line of the call that opens it
 * @param heard what its handlers do once it has connected
 */
export function readBy(
  profile: ConnectionProfile,
  leaks: readonly Leak[],
  type: TypeFact,
  line: number,
  heard: readonly ProfileStep[],
): ConnectionProfile {
  const leak = type.closesItself ? leaks.find(({ how }) => byEvents.has(how)) : leaks[0];
  if (!leak) return type.unlimited && heard.length === 0 ? awaitedByRuntime(profile, line) : readByHandlers(profile, heard);
  const path = profile.steps.filter((step) => !['hold', 'recvUntilEof', 'close'].includes(step.do));
  if (type.stalls === true) return { ...profile, reads: 'nobody', steps: [...path, { do: 'hold', line: leak.range.startLine }] };
  if (heard.at(-1)?.do === 'hold') return { ...profile, steps: [...path, ...heard] };
  if (!byEvents.has(leak.how) && !type.readsOn) return profile;
  // The event loop waits until the peer ends it; a limit of which it tells nobody is none.
  const rest: readonly ProfileStep[] =
    heard.length > 0
      ? heard
      : [
          { do: 'recvUntilEof', line },
          { do: 'close', line },
        ];
  const readTimeout = leak.how === 'unheard' ? null : profile.readTimeout;
  return { ...profile, reads: 'runtime', readTimeout, steps: [...path, ...rest] };
}

/** Nothing is wrong with it: the event loop runs its handlers until the peer ends it. */
function readByHandlers(profile: ConnectionProfile, heard: readonly ProfileStep[]): ConnectionProfile {
  const { steps } = profile;
  if (
    heard.length === 0 ||
    steps.at(-1)?.do !== 'hold' ||
    steps.some((step) => /^(?:recv|recvUntilEof|close|accept|listen)$/.test(step.do))
  )
    return profile;
  const read: ConnectionProfile = { ...profile, steps: [...steps.slice(0, -1), ...heard] };
  return heard.at(-1)?.do === 'close' ? { ...read, reads: 'runtime' } : read;
}

/** A request whose answer its runtime waits for, whatever the code does meanwhile. */
function awaitedByRuntime(profile: ConnectionProfile, line: number): ConnectionProfile {
  const { steps } = profile;
  const last = steps.at(-1);
  if (last?.do !== 'hold' || !steps.some((step) => step.do === 'send') || steps.some((step) => step.do === 'recv')) return profile;
  return {
    ...profile,
    reads: 'runtime',
    steps: [...steps.slice(0, -1), { do: 'recv', line, event: 'response' }, { do: 'close', line: 0 }],
  };
}
