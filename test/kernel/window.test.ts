import assert from 'node:assert/strict';
import test from 'node:test';
import type { Experiment } from '../../src/kernel/experiment.js';
import { simulate } from '../../src/kernel/simulate.js';

const UNREAD: Experiment = {
  name: 'unread',
  durationS: 9,
  rttMs: 20,
  programs: [
    {
      name: 'server',
      host: 'B',
      steps: [{ at: 0.05, do: 'listen', as: 'l', port: 5000 }, { do: 'accept', on: 'l', as: 'c' }, { do: 'hold' }],
    },
    {
      name: 'client',
      host: 'A',
      steps: [{ at: 0.2, do: 'connect', as: 's', to: 'B:5000' }, { at: 2.22, do: 'send', on: 's', bytes: 1_000_000 }, { do: 'hold' }],
    },
  ],
};

/** Seen on Linux 6.18 between two network namespaces, RTT 20 ms: what the receiver offers while nobody reads. */
const OFFERED = [
  68608, 71680, 74752, 76800, 75776, 74752, 73728, 72704, 71680, 70656, 69632, 68608, 67584, 66560, 65536, 64512, 63488, 62464, 61440,
  60416, 17408, 1024, 1024, 0,
];

test('the window that a receiver offers grows and closes as on the measured kernel', () => {
  const offered = simulate(UNREAD)
    .packets.filter((p) => p.from === 'B' && p.t > 2)
    .map((p) => p.window);
  assert.deepEqual(offered.slice(0, OFFERED.length), OFFERED);
});

test('a window smaller than a segment is used by the persist timer, not at once', () => {
  const sent = simulate(UNREAD).packets.filter((p) => p.from === 'A' && p.t > 2.25);
  const last = sent.find((p) => p.len > 0 && p.len < 1448);
  assert.equal(last?.len, 1024);
  const probe = sent.find((p) => p.kind === 'tlp');
  assert.ok(last && probe && last.t - probe.t > 0.2);
});
