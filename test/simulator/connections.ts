/** Connections as the extension would show them: what the analyser makes of a few lines of Python. */

import type { ConnectionProfile } from '../../src/scenarios/profile.js';
import type { KernelSettings, ShownConnection, ToPage } from '../../src/simulator/protocol.js';

export const CLIENT: ConnectionProfile = {
  role: 'client',
  library: 'socket.create_connection',
  keepalive: { on: false, idle: null, interval: null, count: null, from: 'kernel', line: null },
  userTimeoutMs: null,
  connectTimeout: null,
  readTimeout: null,
  writeTimeout: null,
  backlog: null,
  linger: null,
  reuseAddr: false,
  nonBlocking: false,
  onDrop: 'at-once',
  steps: [
    { do: 'connect', line: 5 },
    { do: 'send', line: 6, bytes: 120 },
    { do: 'recv', line: 7, bytes: 4096 },
    { do: 'hold', line: 8 },
  ],
};

export const SERVER: ConnectionProfile = {
  ...CLIENT,
  role: 'accepted',
  library: 'socket.accept',
  backlog: 5,
  onDrop: 'never',
  steps: [
    { do: 'listen', line: 3 },
    { do: 'accept', line: 4 },
    { do: 'repeat', line: 5, steps: [{ do: 'recv', line: 6, bytes: 4096 }] },
  ],
};

export const SETTINGS: KernelSettings = { kernel: '6.18', hz: 250, sysctls: { A: {}, B: {} }, from: null, missing: [] };

export function shown(profile: ConnectionProfile, more: Partial<ShownConnection> = {}): ShownConnection {
  return {
    uri: 'file:///work/client.py',
    version: 3,
    file: 'src/client.py',
    language: 'python',
    function: 'fetch',
    place: { line: profile.steps[0]?.line ?? 1, column: 12 },
    profile,
    lines: {
      3: 's.listen(5)',
      4: 'conn, peer = s.accept()',
      5: 'sock = socket.create_connection(("db.example", 5432))',
      6: 'sock.sendall(request)',
      7: 'reply = sock.recv(4096)',
      8: 'return reply',
    },
    scenario: null,
    applicable: ['keepalive'],
    ...more,
  };
}

export function show(profile: ConnectionProfile, scenario: string, more: Partial<ShownConnection> = {}): ToPage {
  return {
    type: 'show',
    connection: shown(profile, more),
    others: [{ label: 'serve: socket.accept, line 21', place: { line: 21 } }],
    settings: SETTINGS,
    scenario,
  };
}
