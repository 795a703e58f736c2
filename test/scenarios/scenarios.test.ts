import assert from 'node:assert/strict';
import test from 'node:test';
import { parseExperiment } from '../../src/kernel/experiment-validate.js';
import { SCENARIOS } from '../../src/scenarios/generated.js';
import { play } from '../../src/scenarios/play.js';
import type { Story } from '../../src/scenarios/play.js';
import { CASES } from './cases.js';
import type { Case } from './cases.js';
import { MACHINE } from './profiles.js';

function played(one: Case): Story {
  const scenario = SCENARIOS.find((s) => s.id === one.scenario);
  assert.ok(scenario, one.scenario);
  const sysctls = one.sysctls ?? {};
  return play(scenario, one.profile, one.parameters ?? {}, { ...MACHINE, kernel: one.kernel ?? MACHINE.kernel, sysctls: { A: sysctls, B: sysctls } });
}

for (const one of CASES) {
  test(`${one.scenario}: ${one.what}`, () => {
    const { experiment, answer } = played(one);
    assert.deepEqual(parseExperiment(experiment).problems, []);
    for (const [field, value] of Object.entries(one.expect)) assert.equal(answer[field as keyof typeof one.expect], value, `${field}: ${answer.sees}`);
    const [least, most] = one.within ?? [null, null];
    if (least === null) assert.equal(answer.earliest, null, answer.sees);
    else assert.ok(answer.earliest !== null && answer.latest !== null && answer.earliest >= least && answer.latest <= most, `${answer.earliest}..${answer.latest} is not within ${least}..${most}: ${answer.sees}`);
  });
}

test('every scenario has a case', () => {
  const missing = SCENARIOS.filter((s) => !CASES.some((c) => c.scenario === s.id)).map((s) => s.id);
  assert.deepEqual(missing, ['leak-fleet']);
});
