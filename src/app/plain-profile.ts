/** The connection that a scenario is shown with when no code is named: options at the kernel's defaults, blocking calls without limits. */

import { NO_KEEPALIVE } from '../scenarios/profile.js';
import type { ConnectionProfile, ProfileStep, Role } from '../scenarios/profile.js';

/** A request and its answer, then the connection is kept open: line 0 stands for no source line. */
const EXCHANGE: readonly ProfileStep[] = [
  { do: 'send', line: 0, bytes: 100 },
  { do: 'recv', line: 0 },
  { do: 'recv', line: 0 },
];

const STEPS: Record<Role, readonly ProfileStep[]> = {
  client: [{ do: 'connect', line: 0 }, ...EXCHANGE],
  accepted: [
    { do: 'listen', line: 0 },
    { do: 'accept', line: 0 },
    { do: 'recv', line: 0 },
    { do: 'send', line: 0, bytes: 100 },
    { do: 'recv', line: 0 },
  ],
  listener: [
    { do: 'listen', line: 0 },
    { do: 'accept', line: 0 },
  ],
};

export function plainProfile(role: Role): ConnectionProfile {
  return {
    role,
    library: 'socket',
    keepalive: NO_KEEPALIVE,
    userTimeoutMs: null,
    connectTimeout: null,
    readTimeout: null,
    writeTimeout: null,
    backlog: null,
    linger: null,
    reuseAddr: false,
    nonBlocking: false,
    onDrop: 'never',
    steps: STEPS[role].map((s) => ({ ...s })),
  };
}
