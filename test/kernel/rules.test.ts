/** The rules of docs/kernel.md, as rows: what happens, at the earliest and latest, over all phases of the wheel. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Fault, SocketOptions, Step } from '../../src/kernel/experiment.js';
import { simulate, simulatePhases } from '../../src/kernel/simulate.js';
import type { Trace } from '../../src/kernel/trace.js';
import type { Scene } from './rules-cases.js';
import { dead, off, write, read, scene, CALLS, STATES } from './rules-cases.js';

interface Row {
  name: string;
  scene: Scene;
  errno: string;
  /** Seconds after `since`; the model's own range must lie in it and fill at least half of it. */
  range: [number, number];
  since: number;
  /** Retransmissions of the client's side, loss probes too. */
  resent?: number;
}

const ROWS: Row[] = [
  { name: '1 connect to dead host', scene: { faults: dead }, errno: 'ETIMEDOUT', range: [133.2, 135.4], since: 0, resent: 10 },
  { name: '1 the same at HZ 1000', scene: { faults: dead, hz: 1000 }, errno: 'ETIMEDOUT', range: [132.3, 136.6], since: 0, resent: 10 },
  {
    name: '2 connect to dead host, 6.1',
    scene: { faults: dead, kernel: '6.1' },
    errno: 'ETIMEDOUT',
    range: [129.1, 131.3],
    since: 0,
    resent: 6,
  },
  {
    name: '3 connect, TCP_SYNCNT 2',
    scene: { faults: dead, options: { TCP_SYNCNT: 2 } },
    errno: 'ETIMEDOUT',
    range: [7.08, 7.18],
    since: 0,
    resent: 5,
  },
  { name: '4 absent LAN host', scene: { faults: dead, link: 'lan' }, errno: 'EHOSTUNREACH', range: [3.0, 3.12], since: 0 },
  {
    name: '6 one write, dead peer',
    scene: { faults: [off], steps: write },
    errno: 'ETIMEDOUT',
    range: [937.6, 939.8],
    since: 10,
    resent: 16,
  },
  {
    name: '6 the same at HZ 1000',
    scene: { faults: [off], steps: write, hz: 1000 },
    errno: 'ETIMEDOUT',
    range: [947.8, 952.7],
    since: 10,
    resent: 16,
  },
  {
    name: '8 retries2 = 8',
    scene: { faults: [off], steps: write, sysctls: { 'net.ipv4.tcp_retries2': 8 } },
    errno: 'ETIMEDOUT',
    range: [106.1, 108.4],
    since: 10,
    resent: 9,
  },
  {
    name: '9 retries2 = 5',
    scene: { faults: [off], steps: write, sysctls: { 'net.ipv4.tcp_retries2': 5 } },
    errno: 'ETIMEDOUT',
    range: [13.2, 13.6],
    since: 10,
    resent: 6,
  },
  {
    name: '10 TCP_USER_TIMEOUT 10 s',
    scene: { faults: [off], steps: write, options: { TCP_USER_TIMEOUT: 10_000 } },
    errno: 'ETIMEDOUT',
    range: [10.4, 10.7],
    since: 10,
  },
  {
    name: '11 default keepalive',
    scene: { faults: [off], steps: read, options: { SO_KEEPALIVE: 1 }, duration: 9000 },
    errno: 'ETIMEDOUT',
    range: [7881, 8014],
    since: 0,
  },
  {
    name: '11 the same at HZ 1000',
    scene: { faults: [off], steps: read, options: { SO_KEEPALIVE: 1 }, duration: 9000, hz: 1000 },
    errno: 'ETIMEDOUT',
    range: [7900, 8163],
    since: 0,
  },
  {
    name: '12 keepalive 5/2/3',
    scene: {
      faults: [{ ...off, at: 1 }],
      steps: read,
      options: { SO_KEEPALIVE: 1, TCP_KEEPIDLE: 5, TCP_KEEPINTVL: 2, TCP_KEEPCNT: 3 },
      duration: 60,
    },
    errno: 'ETIMEDOUT',
    range: [11.0, 11.9],
    since: 0,
  },
  {
    name: '13 keepalive 5/2/9 and TCP_USER_TIMEOUT 8 s',
    scene: {
      faults: [{ ...off, at: 1 }],
      steps: read,
      options: { SO_KEEPALIVE: 1, TCP_KEEPIDLE: 5, TCP_KEEPINTVL: 2, TCP_KEEPCNT: 9, TCP_USER_TIMEOUT: 8000 },
      duration: 60,
    },
    errno: 'ETIMEDOUT',
    range: [9.0, 9.9],
    since: 0,
  },
  {
    name: '14 keepalive 3/1/3 and a lost write',
    scene: { faults: [off], steps: write, options: { SO_KEEPALIVE: 1, TCP_KEEPIDLE: 3, TCP_KEEPINTVL: 1, TCP_KEEPCNT: 3 } },
    errno: 'ETIMEDOUT',
    range: [937.6, 939.8],
    since: 10,
    resent: 16,
  },
];

for (const row of ROWS) {
  test(row.name, () => {
    const trace = simulatePhases(scene(row.scene));
    const failed = trace.summary.failed.find((f) => f.program === 'client');
    assert.ok(failed !== undefined && failed.earliest !== null && failed.latest !== null);
    assert.equal(failed.errno, row.errno);
    const [low, high] = row.range;
    const earliest = failed.earliest - row.since;
    const latest = failed.latest - row.since;
    assert.ok(earliest >= low && latest <= high, `${earliest}..${latest} in ${low}..${high}`);
    assert.ok(latest - earliest >= (high - low) / 4, `${earliest}..${latest} fills ${low}..${high}`);
    if (row.resent !== undefined) assert.equal(resent(trace), row.resent);
  });
}

function resent(trace: Trace): number {
  return trace.packets.filter((p) => p.from === 'A' && (p.kind === 'retrans' || p.kind === 'tlp')).length;
}

for (const row of CALLS) {
  test(row.name, () => {
    const calls = simulate(scene(row.scene)).calls.filter((c) => c.program === 'client');
    assert.deepEqual(
      calls.map((c) => (c.end === null ? null : (c.errno ?? c.result))),
      row.calls,
    );
  });
}

for (const row of STATES) {
  test(row.name, () => {
    for (const phase of [0, 0.5, 1.1, 1.7, 3.3, 40, 100]) {
      const states = simulate(scene(row.scene), { phase }).states.filter((s) => s.side === row.side && s.sock !== '5000-0');
      const at = states.findIndex((s) => s.state === row.state);
      assert.ok(at >= 0, `never in ${row.state}`);
      const lasted = (states[at + 1]?.t ?? Infinity) - (states[at]?.t ?? 0);
      assert.ok(lasted >= row.range[0] && lasted <= row.range[1], `${lasted} s in ${row.state} at phase ${phase}`);
    }
  });
}

/** What differs between the profiles, as a program sees it. */
const PROFILES: { name: string; scene: Scene; results: Record<string, (number | string | null)[]> }[] = [
  {
    name: 'TCP_RTO_MAX_MS',
    scene: { options: { TCP_RTO_MAX_MS: 2000 }, duration: 3 },
    results: { '5.15': ['ENOPROTOOPT'], '6.1': ['ENOPROTOOPT'], '6.18': [0] },
  },
];

for (const row of PROFILES) {
  for (const [kernel, results] of Object.entries(row.results)) {
    test(`${row.name} in ${kernel}`, () => {
      const calls = simulate(scene({ ...row.scene, kernel })).calls.filter((c) => c.program === 'client');
      assert.deepEqual(
        calls.map((c) => c.errno ?? c.result),
        results,
      );
    });
  }
}

test('before 6.6 half of the buffer is offered as window, whatever the segments', () => {
  const steps: Step[] = [{ at: 1, do: 'send', on: 's', bytes: 300_000 }];
  const received = (kernel: string): number =>
    Math.max(
      ...simulate(scene({ steps, kernel, duration: 20 }))
        .packets.filter((p) => p.from === 'B')
        .map((p) => p.ack ?? 0),
    );
  assert.ok(received('6.18') > received('6.1') * 1.1, `${received('6.18')} and ${received('6.1')}`);
});

/** A server that never reads, with a small buffer; the client fills it and waits. */
function closedWindow(steps: Step[], faults: Fault[], options: SocketOptions = {}, duration = 1200): Trace {
  return simulate(
    scene({
      serverOptions: { SO_RCVBUF: 8192 },
      options: { SO_SNDBUF: 16_384, ...options },
      steps: [{ at: 1, do: 'fill', on: 's' }, ...steps],
      faults,
      duration,
    }),
  );
}

const gone = (trace: Trace): number => trace.states.find((s) => s.side === 'A' && s.state === 'GONE')?.t ?? Infinity;

test('19 zero window, peer dies as it closes', () => {
  const at = gone(closedWindow([{ do: 'recv', on: 's' }], [{ ...off, at: 1.2 }])) - 1;
  assert.ok(at > 924.6 && at < 955, `${at}`);
});

test('20 zero window, peer dies after a long stall', () => {
  const at = gone(closedWindow([{ do: 'recv', on: 's' }], [{ ...off, at: 3000 }], {}, 6000)) - 3000;
  assert.ok(at > 1800 && at < 1968, `${at}`);
});

test('29 close() with data stuck at a zero window: gone whether the peer answers or not', () => {
  for (const faults of [[], [{ ...off, at: 3 }]]) {
    const at = gone(closedWindow([{ at: 2, do: 'close', on: 's' }], faults)) - 2;
    assert.ok(at > 337 && at < 346, `${at}`);
  }
});

test('TCP_USER_TIMEOUT kills a connection whose peer lives but does not read', () => {
  const at = gone(closedWindow([{ do: 'recv', on: 's' }], [], { TCP_USER_TIMEOUT: 10_000 })) - 1;
  assert.ok(at > 10.2 && at < 10.6, `${at}`);
});

test('a program killed in a lingering close() leaves an orphan that dies as others do', () => {
  const trace = simulate(
    scene({
      options: { SO_LINGER: [1, 1000] },
      faults: [off, { at: 12, fault: 'kill', program: 'client' }],
      steps: [{ at: 11, do: 'close', on: 's' }],
    }),
  );
  const at = gone(trace) - 11;
  assert.ok(at > 106 && at < 108.5, `${at}`);
});
