/** The profile of a connection that an event loop has: what the runtime does with what arrives. */

import type { ConnectionProfile } from '../../scenarios/profile.js';
import { byEvents } from './event-leaks.js';
import type { TypeFact } from './facts.js';
import type { Leak } from './tracked.js';

/** Who reads it, where that is not the code on its path. @param line of the call that opens it */
export function readBy(profile: ConnectionProfile, leaks: readonly Leak[], type: TypeFact, line: number): ConnectionProfile {
  const leak = type.closesItself ? leaks.find(({ how }) => byEvents.has(how)) : leaks[0];
  if (!leak) return profile;
  const path = profile.steps.filter((step) => !['hold', 'recvUntilEof', 'close'].includes(step.do));
  if (type.stalls === true) return { ...profile, reads: 'nobody', steps: [...path, { do: 'hold', line: leak.range.startLine }] };
  if (!byEvents.has(leak.how) && !type.readsOn) return profile;
  // The event loop waits until the peer ends it; a limit of which it only tells ends nothing.
  return { ...profile, reads: 'runtime', readTimeout: null, steps: [...path, { do: 'recvUntilEof', line }, { do: 'close', line }] };
}
