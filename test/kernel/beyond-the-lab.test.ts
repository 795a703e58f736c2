/** What the lab cannot record: settings of the whole machine, a choice that a hash makes, transfers too long for a trace. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Experiment, Fault, Program, Step } from '../../src/kernel/experiment.js';
import { simulate } from '../../src/kernel/simulate.js';

const CONNECT: Step = { at: 0.2, do: 'connect', as: 's', to: 'B:5000' };

function scene(server: Step[], client: Step[], more: Partial<Experiment> = {}): Experiment {
  const programs: Program[] = [
    { name: 'server', host: 'B', steps: [{ do: 'listen', as: 'l', port: 5000 }, ...server, { do: 'hold' }] },
    { name: 'client', host: 'A', steps: [...client, { do: 'hold' }] },
  ];
  return { name: 'scene', durationS: 20, rttMs: 20, programs, ...more };
}

/** When an orphan of A goes, and whether a RST tells the peer. */
function orphan(server: Step[], client: Step[], faults: Fault[], sysctls: Record<string, number>): { gone: number; resets: number } {
  const trace = simulate(scene(server, client, { faults, durationS: 200, sysctls: { A: { 'net.ipv4.tcp_max_orphans': 0, ...sysctls } } }));
  const gone = trace.states.find((s) => s.side === 'A' && s.state === 'GONE')?.t ?? Infinity;
  return { gone, resets: trace.packets.filter((p) => p.from === 'A' && p.flags.includes('R')).length };
}

test('with more orphans than tcp_max_orphans a socket is gone as soon as nobody holds it (tcp_close(), tcp_out_of_resources())', () => {
  const closing: Step[] = [CONNECT, { do: 'send', on: 's', bytes: 100 }, { at: 1, do: 'close', on: 's' }];
  const alone = orphan([{ do: 'accept', on: 'l', as: 'c' }], closing, [], {});
  assert.ok(alone.gone < 1.001 && alone.resets === 1, JSON.stringify(alone));
  const enough = orphan([{ do: 'accept', on: 'l', as: 'c' }], closing, [{ at: 0.9, fault: 'cut' }], { 'net.ipv4.tcp_max_orphans': 1 });
  assert.ok(enough.gone > 100 && enough.resets === 0, JSON.stringify(enough));
});

test('an orphan that an ICMP error has marked counts for more: it goes at its next timeout', () => {
  const closing: Step[] = [CONNECT, { at: 1, do: 'send', on: 's', bytes: 100 }, { do: 'close', on: 's' }];
  const faults: Fault[] = [
    { at: 0.9, fault: 'cut', from: 'B' },
    { at: 1.1, fault: 'icmp', from: 'A', code: 13 },
  ];
  const accept: Step[] = [{ do: 'accept', on: 'l', as: 'c' }];
  const marked = orphan(accept, closing, faults, { 'net.ipv4.tcp_max_orphans': 1 });
  assert.ok(marked.gone > 1.1 && marked.gone < 2 && marked.resets === 1, JSON.stringify(marked));
  assert.ok(orphan(accept, closing, faults.slice(0, 1), { 'net.ipv4.tcp_max_orphans': 1 }).gone > 100);
});

test('an orphan in front of a closed window is given up by the persist timer', () => {
  const full: Step[] = [CONNECT, { do: 'fill', on: 's' }, { do: 'sleep', for: 0.05 }, { do: 'close', on: 's' }];
  const server: Step[] = [{ do: 'accept', on: 'l', as: 'c' }];
  const two = scene(server, full, { durationS: 200, sysctls: { A: { 'net.ipv4.tcp_max_orphans': 1 } }, faults: [] });
  two.programs.push({ name: 'other', host: 'A', steps: [...full.map((s) => ({ ...s })), { do: 'hold' }] });
  const ends = simulate(two).states.filter((s) => s.side === 'A' && s.state === 'GONE');
  assert.equal(ends.length, 2);
  assert.ok((ends[0]?.t ?? Infinity) < 1);
});

test('of several listeners with SO_REUSEPORT each connection has one, and none is lost', () => {
  const options = { SO_REUSEPORT: 1 };
  const programs: Program[] = ['one', 'two', 'three'].map((name) => ({
    name,
    host: 'B',
    steps: [
      { do: 'listen', as: 'l', port: 5000, options },
      { do: 'repeat', times: 30, steps: [{ do: 'accept', on: 'l', as: 'c' }] },
      { do: 'hold' },
    ],
  }));
  const connects: Step[] = Array.from({ length: 30 }, (_, i) => ({ at: 0.2 + i / 100, do: 'connect', as: `s${i}`, to: 'B:5000' }));
  programs.push({ name: 'client', host: 'A', steps: [...connects, { do: 'hold' }] });
  const { calls } = simulate({ name: 'reuseport', durationS: 2, rttMs: 1, programs });
  const accepted = ['one', 'two', 'three'].map((p) =>
    calls.filter((c) => c.program === p && c.call === 'accept' && c.errno === null && c.end !== null),
  );
  assert.equal(accepted.flat().length, 30);
  for (const some of accepted) assert.ok(some.length > 0);
  assert.equal(new Set(accepted.flat().map((c) => c.sock)).size, 30);
});

const BYTES = 60_000_000;
const RTT = 0.1;
const bulk = (faults: Fault[]): Experiment =>
  scene(
    [
      { do: 'accept', on: 'l', as: 'c' },
      { do: 'recvUntilEof', on: 'c' },
    ],
    [CONNECT, { do: 'send', on: 's', bytes: BYTES }, { do: 'close', on: 's' }],
    { faults, rttMs: RTT * 1000, durationS: 120 },
  );

test('every byte of a long transfer arrives, whatever is lost', () => {
  for (const faults of [[], [{ at: 0.1, fault: 'drop', from: 'A', flag: 'data', skip: 300, count: 1 }]] satisfies Fault[][]) {
    const { calls, packets } = simulate(bulk(faults));
    const read = calls.find((c) => c.call === 'recvUntilEof');
    assert.deepEqual([read?.result, read?.errno], [BYTES, null]);
    assert.ok(packets.length > 10_000);
  }
});

test('after a loss the window is 7 tenths, and comes back along a cubic curve', () => {
  const faults: Fault[] = [{ at: 0.1, fault: 'drop', from: 'A', flag: 'data', skip: 300, count: 1 }];
  const { packets } = simulate(bulk(faults));
  const retransmitted = packets.find((p) => p.from === 'A' && p.kind === 'retrans')?.t ?? NaN;
  /** Segments that are sent in the round trip that begins at this time. */
  const inRound = (from: number): number => packets.filter((p) => p.from === 'A' && p.len > 0 && p.t >= from && p.t < from + RTT).length;
  const before = inRound(retransmitted - RTT);
  const least = inRound(retransmitted + 2 * RTT);
  const back = (before * 0.3) / 0.4;
  const plateau = retransmitted + Math.cbrt(back);
  assert.ok(least > before * 0.3 && least < before, `${before}, then ${least}`);
  const rounds = [0.25, 0.5, 0.75, 1].map((part) => inRound(retransmitted + 3 * RTT + part * (plateau - retransmitted)));
  rounds.reduce((a, b) => (assert.ok(b >= a - 2, rounds.join()), b));
  assert.ok(Math.abs((rounds.at(-1) ?? 0) - before) < 0.25 * before, `${before}, at the plateau ${rounds.join()}`);
});

test('a trace of calls alone has the rows of the full one', () => {
  const experiment = scene([{ do: 'accept', on: 'l', as: 'c', line: 7 }], [CONNECT, { do: 'send', on: 's', bytes: 10, line: 9 }]);
  const { calls, packets } = simulate(experiment, { trace: 'calls' });
  assert.deepEqual(calls, simulate(experiment).calls);
  assert.deepEqual(packets, []);
  assert.deepEqual(
    calls.map((c) => c.line),
    [undefined, 7, undefined, 9],
  );
});

test('a connection from a SYN cookie has the options that fit into its timestamp, and none without one', () => {
  const widest = (timestamps: number, cookies: number): number => {
    const server: Step[] = [
      { do: 'accept', on: 'l', as: 'c' },
      { do: 'recvUntilEof', on: 'c' },
    ];
    const client: Step[] = [CONNECT, { do: 'send', on: 's', bytes: 400_000 }, { do: 'shutdown', on: 's', how: 'WR' }];
    const sysctls = { A: { 'net.ipv4.tcp_timestamps': timestamps }, B: { 'net.ipv4.tcp_syncookies': cookies } };
    const { packets, calls } = simulate(scene(server, client, { sysctls }));
    assert.equal(calls.find((c) => c.call === 'recvUntilEof')?.result, 400_000);
    return Math.max(...packets.map((p) => (p.from === 'B' ? (p.window ?? 0) : 0)));
  };
  assert.ok(widest(1, 2) > 65_535);
  assert.ok(widest(0, 1) > 65_535);
  assert.ok(widest(0, 2) <= 65_535);
});

test('a neighbour that had failed and asks itself is answered without being asked', () => {
  const wait: Step = { do: 'recv', on: 's' };
  const programs: Program[] = [
    { name: 'server', host: 'B', steps: [{ do: 'listen', as: 'l', port: 5000 }, { do: 'accept', on: 'l', as: 's' }, send(60), wait] },
    { name: 'client', host: 'A', steps: [CONNECT, send(60), wait, { do: 'hold' }] },
    { name: 'later server', host: 'A', steps: [{ do: 'listen', as: 'l', port: 6000 }, { do: 'accept', on: 'l', as: 'c' }, { do: 'hold' }] },
    { name: 'later', host: 'B', steps: [{ at: 110, do: 'connect', as: 's', to: 'A:6000' }, { do: 'hold' }] },
  ];
  const faults: Fault[] = [
    { at: 1, fault: 'cut' },
    { at: 100, fault: 'restore' },
  ];
  const settings = { 'net.ipv4.tcp_retries2': 3 };
  const link = { mode: 'lan' } as const;
  const { packets, calls } = simulate({
    name: 'lan',
    durationS: 114,
    rttMs: 20,
    link,
    faults,
    programs,
    sysctls: { A: settings, B: settings },
  });
  const asked = packets.filter((p) => p.flags === 'ARP who-has' && p.t > 105).map((p) => p.from);
  assert.deepEqual(asked, ['B']);
  const connected = calls.find((c) => c.program === 'later' && c.call === 'connect');
  assert.ok(connected?.end != null && connected.end < 110.1, `connected at ${connected?.end}`);
});

function send(at: number): Step {
  return { at, do: 'send', on: 's', bytes: 10 };
}
