/** Connections for the tests: a client and a server with nothing set, as code without options has them. */

import type { ConnectionProfile, ProfileStep } from '../../src/scenarios/profile.js';
import type { Machine } from '../../src/scenarios/scenario.js';

export const MACHINE: Machine = { kernel: '6.18', hz: 250, sysctls: { A: {}, B: {} } };

const KERNEL = { on: false, idle: null, interval: null, count: null, from: 'kernel', line: null } as const;

export function client(steps: ProfileStep[], more: Partial<ConnectionProfile> = {}): ConnectionProfile {
  return {
    role: 'client',
    library: 'socket.create_connection',
    keepalive: KERNEL,
    userTimeoutMs: null,
    connectTimeout: null,
    readTimeout: null,
    writeTimeout: null,
    backlog: null,
    linger: null,
    reuseAddr: false,
    nonBlocking: false,
    onDrop: 'never',
    steps,
    ...more,
  };
}

export function server(steps: ProfileStep[], more: Partial<ConnectionProfile> = {}): ConnectionProfile {
  return { ...client(steps, more), role: 'accepted', library: 'socket.accept', ...more };
}

/** connect, send, recv, close: lines 2, 5, 6, 7. */
export const REQUEST: ProfileStep[] = [
  { do: 'connect', line: 2 },
  { do: 'send', line: 5 },
  { do: 'recv', line: 6 },
  { do: 'close', line: 7 },
];
/** The same without close(). */
export const LEAK: ProfileStep[] = REQUEST.slice(0, 3);
/** connect, recv: it waits to be spoken to. */
export const LISTENS: ProfileStep[] = [
  { do: 'connect', line: 2 },
  { do: 'recv', line: 6 },
];
/** accept, then an endless loop of recv that never looks at the end of the stream. */
export const LOOP: ProfileStep[] = [
  { do: 'accept', line: 3 },
  {
    do: 'repeat',
    line: 4,
    times: 1000,
    steps: [
      { do: 'recv', line: 5 },
      { do: 'send', line: 6 },
    ],
  },
];
/** listen, accept, recv, send, close. */
export const SERVE: ProfileStep[] = [
  { do: 'listen', line: 1 },
  { do: 'accept', line: 3 },
  { do: 'recv', line: 4 },
  { do: 'send', line: 5 },
  { do: 'close', line: 6 },
];
