import assert from 'node:assert/strict';
import test from 'node:test';
import { parseExperiment } from '../../src/kernel/experiment-validate.js';
import { SCENARIOS } from '../../src/scenarios/generated.js';
import { fleetCurve } from '../../src/scenarios/leak-fleet.js';
import { play } from '../../src/scenarios/play.js';
import type { Story } from '../../src/scenarios/play.js';
import { CASES } from './cases.js';
import type { Case } from './case.js';
import { client, MACHINE, REQUEST, SERVE, server } from './profiles.js';

function played(one: Case): Story {
  const scenario = SCENARIOS.find((s) => s.id === one.scenario);
  assert.ok(scenario, one.scenario);
  const sysctls = one.sysctls ?? {};
  return play(scenario, one.profile, one.parameters ?? {}, {
    ...MACHINE,
    kernel: one.kernel ?? MACHINE.kernel,
    hz: one.hz ?? MACHINE.hz,
    sysctls: { A: sysctls, B: sysctls },
  });
}

for (const one of CASES) {
  test(`${one.scenario}: ${one.what}`, () => {
    const { experiment, answer } = played(one);
    assert.deepEqual(parseExperiment(experiment).problems, []);
    for (const [field, value] of Object.entries(one.expect))
      assert.equal(answer[field as keyof typeof one.expect], value, `${field}: ${answer.sees}`);
    const [least, most] = one.within ?? [null, null];
    if (least === null) assert.equal(answer.earliest, null, answer.sees);
    else
      assert.ok(
        answer.earliest !== null && answer.latest !== null && answer.earliest >= least && answer.latest <= most,
        `${answer.earliest}..${answer.latest} is not within ${least}..${most}: ${answer.sees}`,
      );
  });
}

test('every scenario has a case', () => {
  const missing = SCENARIOS.filter((s) => !CASES.some((c) => c.scenario === s.id)).map((s) => s.id);
  assert.deepEqual(missing, []);
});

test('the course of a leak: as many in CLOSE_WAIT as descriptors, then the queue fills, then a client waits in vain', () => {
  const one = CASES.find((c) => c.what === 'a server that leaks');
  assert.ok(one);
  const { trace } = played(one);
  const last = fleetCurve(trace).at(-1);
  // 0, 1, 2 and the listener are in use; the queue holds one more than the backlog.
  assert.deepEqual(
    { closeWait: last?.closeWait, descriptors: last?.descriptors, queue: last?.queue },
    { closeWait: 12, descriptors: 12, queue: 4 },
  );
  assert.equal(trace.calls.find((c) => c.program === 'next client')?.errno, 'ETIMEDOUT');
});

test('a path that closes leaves nothing over', () => {
  const { trace } = played({ ...(CASES.find((c) => c.what === 'no leak') as Case) });
  assert.ok(Math.max(...fleetCurve(trace).map((p) => p.descriptors)) === 1);
  assert.ok(!trace.calls.some((c) => c.errno === 'EMFILE'));
});

test('a send() that hands its data over: what becomes of them, and no word of a wait', () => {
  const accepted = server(SERVE, { onDrop: 'at-once' });
  for (const [id, parameters, what, sentence] of [
    ['peer-host-loses-power-while-we-write', {}, 'data lost', /never arrive/],
    ['peer-reboots', { moment: 'sending' }, 'data refused', /answers the data with a reset/],
    ['network-cut-and-mended', {}, 'goes on', /reach the other side/],
  ] as const) {
    const scenario = SCENARIOS.find((one) => one.id === id);
    assert.ok(scenario);
    const { answer } = play(scenario, accepted, parameters, MACHINE);
    assert.equal(answer.what, what, id);
    assert.match(answer.sees, /^Your write on line 5 returns at once: /, id);
    assert.match(answer.sees, sentence, id);
    assert.equal(answer.earliest === null, what !== 'goes on', id);
  }
});

test("a peer's idle limit: who has TIME_WAIT, what keepalive did, and that the request may be lost", () => {
  const scenario = SCENARIOS.find((one) => one.id === 'peer-idle-limit');
  assert.ok(scenario);
  const told = (given: Record<string, string>, keepalive = false): string => {
    const profile = client(
      REQUEST,
      keepalive ? { keepalive: { on: true, idle: 15, interval: 15, count: 4, from: 'option', line: 3 } } : {},
    );
    const { answer } = play(scenario, profile, given, MACHINE);
    return `${answer.sees} ${answer.decides} ${answer.change}`;
  };
  assert.match(told({}), /never reads it\. A further send\(\) would fail with EPIPE\..*nobody keeps TIME_WAIT.*POST/);
  assert.match(told({ moment: 'none' }), /TIME_WAIT is on the peer's side/);
  assert.match(told({}, true), /did not keep it open \(3 probes here\)/);
});
