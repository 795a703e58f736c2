/** One search over the phases of the timer wheel: it finds what very many phases find, and all who show times show the same. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { endingOf } from '../../src/diagnosis/explanation/ending.js';
import { readText } from '../../src/diagnosis/read.js';
import type { Experiment } from '../../src/kernel/experiment.js';
import { searchPhases } from '../../src/kernel/phases.js';
import { simulate, simulatePhases } from '../../src/kernel/simulate.js';
import { SCENARIOS } from '../../src/scenarios/generated.js';
import { play } from '../../src/scenarios/play.js';
import { CASES } from '../scenarios/cases.js';
import { MACHINE } from '../scenarios/profiles.js';
import { dead, off, scene, write } from './rules-cases.js';

/** Longer than any turn of the wheel that a run can tell, seconds; the phases that are tried for the truth, and a jiffy. */
const TURN = 8 ** 6 / 250;
const MANY = 600;
const JIFFY = 0.004;

function truth(experiment: Experiment): { earliest: number; latest: number } {
  const ends = Array.from({ length: MANY }, (_, i) => {
    const { calls } = simulate(experiment, { phase: ((i * TURN) / MANY + i * JIFFY) % TURN, trace: 'calls' });
    return calls.find((c) => c.program === 'client' && c.errno !== null && c.end !== null)?.end ?? Infinity;
  });
  return { earliest: Math.min(...ends), latest: Math.max(...ends) };
}

const KEPT = { SO_KEEPALIVE: 1, TCP_KEEPCNT: 4 };
const SCENES: readonly [string, Experiment][] = [
  ['a dead host', scene({ faults: dead })],
  ['data that nobody acknowledges', scene({ faults: [off], steps: write })],
  ['keepalive with the stock numbers', scene({ faults: [off], steps: [{ do: 'recv', on: 'c' }], options: KEPT, duration: 9000 })],
];

for (const [name, experiment] of SCENES) {
  test(`${name}: what ${MANY} phases find is found`, () => {
    const found = simulatePhases(experiment).summary.failed.find((f) => f.program === 'client');
    assert.ok(found && found.earliest !== null && found.latest !== null);
    const { earliest, latest } = truth(experiment);
    assert.ok(found.earliest <= earliest + JIFFY, `${found.earliest}, but ${earliest} is possible`);
    assert.ok(found.latest >= latest - JIFFY, `${found.latest}, but ${latest} is possible`);
  });
}

test("a scenario's answer has the times that the summary of its experiment has", () => {
  let compared = 0;
  for (const one of CASES.filter((c) => c.expect.errno === 'ETIMEDOUT')) {
    const scenario = SCENARIOS.find((s) => s.id === one.scenario);
    assert.ok(scenario);
    const sysctls = { A: one.sysctls ?? {}, B: one.sysctls ?? {} };
    const machine = { ...MACHINE, kernel: one.kernel ?? MACHINE.kernel, hz: one.hz ?? MACHINE.hz, sysctls };
    const { experiment, trace, answer } = play(scenario, one.profile, one.parameters ?? {}, machine);
    const row = trace.calls.find((c) => c.errno === 'ETIMEDOUT');
    const failed = simulatePhases(experiment).summary.failed.find((f) => f.program === row?.program && f.errno === 'ETIMEDOUT');
    const event = experiment.model?.event ?? 0;
    if (answer.errno !== 'ETIMEDOUT' || !failed || failed.earliest === null || failed.latest === null) continue;
    const [from, to] = [failed.earliest - event, failed.latest - event];
    const what = `${one.scenario}, ${one.what}: ${answer.earliest}..${answer.latest}, in the summary ${from}..${to}`;
    assert.ok(Math.abs((answer.earliest ?? 0) - from) <= JIFFY && Math.abs((answer.latest ?? 0) - to) <= JIFFY, what);
    compared++;
  }
  assert.ok(compared > 10, `${compared} cases`);
});

test('a socket that waits for its first probe ends as late as any phase lets it', () => {
  const row = 'ESTAB 0 0 10.0.0.5:5 203.0.113.9:80 users:(("x",pid=1,fd=4)) timer:(keepalive,10sec,0)\n';
  const [socket] = readText(row).sockets;
  assert.ok(socket);
  const { earliest, latest } = endingOf(socket, DEFAULT_MACHINE);
  // Probes 75 s apart ride the wheel's 2 s level, the wait of two hours before them the one of 131 s.
  assert.ok(earliest !== null && earliest < 693 && latest !== null && latest > 820, `${earliest}..${latest}`);
});

test('what no phase moves is not searched for, and what is dear is told from three phases', () => {
  const experiment: Experiment = { name: 'fixed', durationS: 10, programs: [] };
  const tried: number[] = [];
  const ask = (runs: number, time: (phase: number) => number): number => {
    tried.length = 0;
    searchPhases(experiment, 0, {
      run: (phase) => (tried.push(phase), phase),
      times: (run) => new Map([['it', time(run)]]),
      refined: [['nothing', 'it'], ['nothing']],
      runs,
    });
    return tried.length;
  };
  assert.equal(
    ask(1000, () => 7),
    12,
  );
  assert.equal(
    ask(1, (phase) => phase),
    3,
  );
  assert.ok(ask(1000, (phase) => phase) > 12);
});
