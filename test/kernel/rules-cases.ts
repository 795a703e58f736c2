/** Scenes of one connection, and what its calls and states must be. */

import type { Experiment, Fault, SocketOptions, Step, SysctlValues } from '../../src/kernel/experiment.js';

export interface Scene {
  /** The client's steps after its connect() at 0. */
  steps?: Step[];
  options?: SocketOptions;
  server?: Step[];
  serverOptions?: SocketOptions;
  sysctls?: SysctlValues;
  faults?: Fault[];
  duration?: number;
  hz?: number;
  kernel?: string;
  connectTo?: string;
  link?: 'routed' | 'lan';
}

/** A client on A and a server on B, round trip 1 ms. */
export function scene(s: Scene): Experiment {
  return {
    name: 'scene',
    rttMs: 1,
    durationS: s.duration ?? 1200,
    link: { mode: s.link ?? 'routed' },
    sysctls: { A: s.sysctls ?? {} },
    faults: s.faults ?? [],
    model: { kernel: s.kernel ?? '6.18', hz: s.hz ?? 250, phase: 0 },
    programs: [
      {
        name: 'server',
        host: 'B',
        steps: [
          { do: 'listen', as: 'l', port: 5000, options: { SO_REUSEADDR: 1, ...s.serverOptions } },
          { do: 'accept', on: 'l', as: 'c' },
          ...(s.server ?? [{ do: 'hold' }]),
        ],
      },
      {
        name: 'client',
        host: 'A',
        steps: [{ do: 'connect', as: 's', to: s.connectTo ?? 'B:5000', options: s.options ?? {} }, ...(s.steps ?? []), { do: 'hold' }],
      },
    ],
  };
}

export const off: Fault = { at: 10, fault: 'powerLoss', host: 'B' };

export const dead: Fault[] = [{ at: 0, fault: 'powerLoss', host: 'B' }];

export const write: Step[] = [
  { at: 10, do: 'send', on: 's', bytes: 100 },
  { do: 'recv', on: 's' },
];

export const read: Step[] = [{ do: 'recv', on: 's' }];

const killed: Fault[] = [{ at: 5, fault: 'kill', program: 'server' }];

const rebooted: Fault[] = [
  { at: 2, fault: 'powerLoss', host: 'B' },
  { at: 4, fault: 'boot', host: 'B' },
];

/** What each call after connect() returns: a number or an errno; null = it never returns. */
export const CALLS: { name: string; scene: Scene; calls: (number | string | null)[] }[] = [
  { name: '5 connect to closed port', scene: { connectTo: 'B:5999' }, calls: ['ECONNREFUSED'] },
  { name: 'no route', scene: { connectTo: '10.99.0.1:5000' }, calls: ['ENETUNREACH'] },
  { name: '15 idle, no keepalive, dead peer', scene: { faults: [off], steps: read, duration: 100_000 }, calls: [0, null] },
  {
    name: '16 peer rebooted, we write',
    scene: {
      faults: rebooted,
      steps: [
        { at: 6, do: 'send', on: 's', bytes: 1 },
        { do: 'recv', on: 's' },
        { do: 'send', on: 's', bytes: 1 },
        { do: 'recv', on: 's' },
      ],
      duration: 20,
    },
    calls: [0, 1, 'ECONNRESET', 'EPIPE', 0],
  },
  {
    name: '17 peer killed, we write twice',
    scene: {
      faults: killed,
      steps: [
        { at: 6, do: 'send', on: 's', bytes: 1 },
        { at: 7, do: 'send', on: 's', bytes: 1 },
        { do: 'recv', on: 's' },
      ],
      duration: 20,
    },
    calls: [0, 1, 'EPIPE', 0],
  },
  {
    name: '18 peer closes with unread data',
    scene: {
      server: [{ at: 5, do: 'close', on: 'c' }, { do: 'hold' }],
      steps: [
        { at: 1, do: 'send', on: 's', bytes: 1 },
        { do: 'recv', on: 's' },
        { do: 'recv', on: 's' },
      ],
      duration: 20,
    },
    calls: [0, 1, 'ECONNRESET', 0],
  },
  {
    name: 'RST does not destroy what was received',
    scene: {
      server: [
        { do: 'send', on: 'c', bytes: 500 },
        { do: 'setsockopt', on: 'c', options: { SO_LINGER: [1, 0] } },
        { at: 2, do: 'close', on: 'c' },
        { do: 'hold' },
      ],
      steps: [
        { at: 4, do: 'recv', on: 's' },
        { do: 'recv', on: 's' },
        { do: 'recv', on: 's' },
      ],
      duration: 20,
    },
    calls: [0, 500, 'ECONNRESET', 0],
  },
  {
    name: 'values that setsockopt refuses',
    scene: {
      steps: [
        { do: 'setsockopt', on: 's', options: { TCP_KEEPCNT: 128 } },
        { do: 'setsockopt', on: 's', options: { TCP_KEEPIDLE: 0 } },
        { do: 'setsockopt', on: 's', options: { TCP_USER_TIMEOUT: -1 } },
      ],
      duration: 5,
    },
    calls: [0, 'EINVAL', 'EINVAL', 'EINVAL'],
  },
];

/** How long a state lasts on one side, over the phases. */
export const STATES: { name: string; scene: Scene; side: 'A' | 'B'; state: string; range: [number, number] }[] = [
  {
    name: '21 close, dead peer',
    scene: { faults: [off], steps: [{ at: 11, do: 'close', on: 's' }] },
    side: 'A',
    state: 'FIN_WAIT_1',
    range: [106.1, 108.4],
  },
  {
    name: '22 close in CLOSE_WAIT, dead peer',
    scene: { server: [{ at: 5, do: 'close', on: 'c' }, { do: 'hold' }], faults: [off], steps: [{ at: 11, do: 'close', on: 's' }] },
    side: 'A',
    state: 'LAST_ACK',
    range: [106.1, 108.4],
  },
  {
    name: '23 close, peer never closes',
    scene: { steps: [{ at: 5, do: 'close', on: 's' }] },
    side: 'A',
    state: 'FIN_WAIT_2',
    range: [60.0, 62.1],
  },
  {
    name: '24 shutdown only',
    scene: { steps: [{ at: 5, do: 'shutdown', on: 's' }] },
    side: 'A',
    state: 'FIN_WAIT_2',
    range: [Infinity, Infinity],
  },
  {
    name: '25 normal close',
    scene: {
      server: [{ do: 'recvUntilEof', on: 'c' }, { do: 'close', on: 'c' }, { do: 'hold' }],
      steps: [{ at: 5, do: 'close', on: 's' }],
    },
    side: 'A',
    state: 'TIME_WAIT',
    range: [60.0, 62.1],
  },
  {
    name: '25 the same at HZ 1000',
    scene: {
      hz: 1000,
      server: [{ do: 'recvUntilEof', on: 'c' }, { do: 'close', on: 'c' }, { do: 'hold' }],
      steps: [{ at: 5, do: 'close', on: 's' }],
    },
    side: 'A',
    state: 'TIME_WAIT',
    range: [60.0, 64.2],
  },
  {
    name: 'tcp_fin_timeout 70 lasts 20',
    scene: { sysctls: { 'net.ipv4.tcp_fin_timeout': 70 }, steps: [{ at: 5, do: 'close', on: 's' }] },
    side: 'A',
    state: 'FIN_WAIT_2',
    range: [20.0, 22.1],
  },
  {
    name: 'the peer of 23 stays in CLOSE_WAIT',
    scene: { steps: [{ at: 5, do: 'close', on: 's' }] },
    side: 'B',
    state: 'CLOSE_WAIT',
    range: [Infinity, Infinity],
  },
];
