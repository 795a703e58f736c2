/** What holds for every experiment, sensible or not. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Experiment } from '../../src/kernel/experiment.js';
import { simulate, simulatePhases } from '../../src/kernel/simulate.js';
import type { PacketRow, TcpState, Trace } from '../../src/kernel/trace.js';
import { experiment } from './random-experiment.js';

/** The same experiments in each run; fast-check prints it where one fails. */
fc.configureGlobal({ seed: Number(process.env.CLOSEWAIT_SEED ?? 20261129) });
const RUNS = 300;
const LIMIT = 200_000;

function check(name: string, property: (trace: Trace, e: Experiment) => void, runs = RUNS): void {
  test(name, () => {
    fc.assert(
      fc.property(experiment, (e) => property(simulate(e, { maxEvents: LIMIT }), e)),
      { numRuns: runs },
    );
  });
}

check('time never goes back, and nothing comes after the end', (trace, e) => {
  for (const rows of [trace.packets.map((p) => p.t), trace.states.map((s) => s.t), trace.calls.map((c) => c.start)]) {
    rows.forEach((t, i) => assert.ok(t >= (rows[i - 1] ?? 0) && t <= e.durationS));
  }
  for (const c of trace.calls) assert.ok(c.end === null || (c.end >= c.start && c.end <= e.durationS));
});

/** RFC 9293 figure 5 with Linux's additions; GONE ends a socket, and its ports may be used again. */
const NEXT: Record<TcpState, readonly TcpState[]> = {
  LISTEN: ['GONE'],
  SYN_SENT: ['SYN_RECV', 'ESTABLISHED', 'GONE'],
  SYN_RECV: ['ESTABLISHED', 'FIN_WAIT_1', 'GONE', 'CLOSE_WAIT'],
  ESTABLISHED: ['FIN_WAIT_1', 'CLOSE_WAIT', 'GONE'],
  FIN_WAIT_1: ['FIN_WAIT_2', 'CLOSING', 'TIME_WAIT', 'GONE'],
  FIN_WAIT_2: ['TIME_WAIT', 'GONE'],
  CLOSING: ['TIME_WAIT', 'GONE'],
  CLOSE_WAIT: ['LAST_ACK', 'GONE'],
  LAST_ACK: ['GONE'],
  TIME_WAIT: ['GONE', 'SYN_SENT', 'SYN_RECV', 'ESTABLISHED'],
  GONE: ['LISTEN', 'SYN_SENT', 'SYN_RECV', 'ESTABLISHED'],
};

/** A connection of a host to itself: a trace names its two ends by ports alone, like those of other connections. */
function hasLoopback(e: Experiment): boolean {
  return e.programs.some((p) => JSON.stringify(p.steps).includes(`"to":"${p.host}:`));
}

check('only allowed transitions', (trace, e) => {
  if (hasLoopback(e)) return;
  const boots = (e.faults ?? []).flatMap((f) => (f.fault === 'powerLoss' || f.fault === 'boot' ? [{ t: f.at, host: f.host }] : []));
  const last = new Map<string, { state: TcpState; t: number }>();
  for (const s of trace.states) {
    const key = `${s.side} ${s.sock}`;
    const before = last.get(key);
    const forgotten = before === undefined || boots.some((b) => b.host === s.side && b.t >= before.t && b.t <= s.t);
    const allowed = [...(before === undefined ? [] : NEXT[before.state]), ...(forgotten ? NEXT.GONE : [])];
    assert.ok(
      allowed.includes(s.state) || (s.sock.endsWith('-0') && before?.state === s.state),
      `${key}: ${before?.state ?? 'nothing'} > ${s.state}`,
    );
    last.set(key, { state: s.state, t: s.t });
  }
});

check('new data takes up the sequence space without gap or overlap', (trace) => {
  const tops = new Map<string, number>();
  for (const p of trace.packets) {
    if (p.seq === null || p.flags.includes('R')) continue;
    const key = `${p.conn} ${p.from}`;
    const end = p.seq + p.len + Number(p.flags.includes('S')) + Number(p.flags.includes('F'));
    if (p.flags.includes('S')) {
      if (!p.flags.includes('A')) tops.delete(`${p.conn} ${p.from === 'A' ? 'B' : 'A'}`);
      if (p.kind === '') tops.set(key, end);
      continue;
    }
    const top = tops.get(key);
    if (top === undefined || end === p.seq) continue;
    if (p.kind === '') assert.equal(p.seq, top, JSON.stringify(p));
    else assert.ok(end <= top, JSON.stringify(p));
    tops.set(key, Math.max(top, end));
  }
});

check('each segment is delivered, lost or under way', (trace, e) => {
  const outcome = (p: PacketRow): string =>
    p.dropped !== null ? 'lost' : p.arrives === null || p.arrives === undefined ? 'nowhere' : p.arrives > p.t ? 'arrives' : 'too early';
  for (const p of trace.packets) {
    assert.notEqual(outcome(p), 'nowhere');
    assert.notEqual(outcome(p), 'too early');
    if (p.dropped !== null) assert.ok(p.arrives === null, JSON.stringify(p));
  }
  assert.ok(e.durationS > 0);
});

check('every timer that was armed fires, is cancelled, or runs at the end; none twice at once', (trace) => {
  const ends = new Map<string, number>();
  for (const t of trace.timers ?? []) {
    if (t.end !== null) assert.ok(t.end >= t.start);
    else assert.equal(t.fired, false);
    const key = `${t.side} ${t.sock} ${t.timer} ${t.start}`;
    assert.ok(!ends.has(key) || ends.get(key) !== t.end || t.end === t.start, key);
    ends.set(key, t.end ?? Infinity);
  }
});

test('the same experiment gives the same trace', () => {
  fc.assert(
    fc.property(experiment, (e) => {
      assert.equal(JSON.stringify(simulate(e, { maxEvents: LIMIT })), JSON.stringify(simulate(structuredClone(e), { maxEvents: LIMIT })));
    }),
    { numRuns: 60 },
  );
});

test('a run that is cut short says so, and open calls have no end', () => {
  fc.assert(
    fc.property(experiment, fc.integer({ min: 1, max: 40 }), (e, most) => {
      const { summary, calls } = simulate(e, { maxEvents: most });
      assert.ok(summary.events <= most + 1);
      if (summary.events > most) assert.equal(summary.capped, true);
      for (const c of calls) assert.equal(c.end === null, c.result === null);
    }),
    { numRuns: RUNS },
  );
});

test('programs that do nothing for ever are cut short too', () => {
  const loop: Experiment = {
    name: 'loop',
    durationS: 1,
    programs: [{ name: 'p', host: 'A', steps: [{ do: 'repeat', times: 1e9, steps: [{ do: 'repeat', times: 1e9, steps: [] }] }] }],
  };
  assert.equal(simulate(loop, { maxEvents: 10_000 }).summary.capped, true);
});

test('with the trace off the calls that fail are the same', () => {
  fc.assert(
    fc.property(experiment, (e) => {
      assert.deepEqual(simulate(e, { maxEvents: LIMIT, trace: 'none' }).summary, simulate(e, { maxEvents: LIMIT }).summary);
    }),
    { numRuns: 60 },
  );
});

test('earliest, own and latest time of a failed call are in this order', () => {
  fc.assert(
    fc.property(experiment, (e) => {
      const trace = simulatePhases({ ...e, durationS: Math.min(e.durationS, 30) }, { maxEvents: 20_000 });
      for (const f of trace.summary.failed) assert.ok(f.earliest !== null && f.latest !== null && f.earliest <= f.latest);
    }),
    { numRuns: 20 },
  );
});
