import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from '../../src/kernel/simulate.js';
import { scenario } from '../../src/scenarios/peer-host-loses-power-idle.js';
import type { ConnectionProfile } from '../../src/scenarios/profile.js';
import { changedProfile, fieldsFor, FIELDS, sourceOf, withField, type Field } from '../../src/simulator/profile-fields.js';
import { CLIENT, SERVER } from './connections.js';

const field = (id: string): Field => FIELDS.find((one) => one.id === id) as Field;
const WITH_OPTION: ConnectionProfile = {
  ...CLIENT,
  userTimeoutMs: 30_000,
  readTimeout: 10,
  keepalive: { on: true, idle: 60, interval: 10, count: 3, from: 'helper', line: 12 },
  steps: [
    { do: 'connect', line: 5, options: { TCP_USER_TIMEOUT: 30_000, TCP_NODELAY: 1 } },
    { do: 'repeat', line: 6, steps: [{ do: 'recv', line: 7, limit: 10 }] },
  ],
};

test('every value has its own field, with where it comes from', () => {
  assert.deepEqual(sourceOf(WITH_OPTION, field('userTimeoutMs')), { text: 'set in the code', line: 5 });
  assert.deepEqual(sourceOf(WITH_OPTION, field('readTimeout')), { text: 'set in the code', line: 7 });
  assert.deepEqual(sourceOf(WITH_OPTION, field('keepalive.idle')), { text: 'set in a helper', line: 12 });
  assert.deepEqual(sourceOf(CLIENT, field('keepalive.on')), { text: 'default of the kernel', line: null });
  assert.match(sourceOf(CLIENT, field('readTimeout')).text, /nothing in the code/);
  assert.ok(!fieldsFor(CLIENT).some((one) => one.server) && fieldsFor(SERVER).some((one) => one.id === 'backlog'));
});

test('setting and getting agree for every field, and only its own part changes', () => {
  for (const one of FIELDS) {
    const value = one.kind === 'switch' ? true : one.kind === 'choice' ? (one.choices[2]?.[0] ?? null) : Math.min(5, one.max);
    const changes = withField(CLIENT, {}, one, value);
    assert.ok(changes, one.id);
    assert.deepEqual(Object.keys(changes), [one.part]);
    assert.equal(one.get(changedProfile(CLIENT, changes)), value, one.id);
  }
});

test('values that a field cannot have are refused', () => {
  assert.deepEqual(withField(CLIENT, {}, field('keepalive.idle'), null)?.keepalive?.idle, null);
  assert.equal(withField(CLIENT, {}, field('keepalive.idle'), 0), null);
  assert.equal(withField(CLIENT, {}, field('keepalive.count'), 128), null);
  assert.equal(withField(CLIENT, {}, field('readTimeout'), Number.NaN), null);
  assert.deepEqual(withField(WITH_OPTION, {}, field('readTimeout'), null), { readTimeout: null });
});

test('a changed value wins over the same option or limit on the path, others stay', () => {
  const changed = changedProfile(WITH_OPTION, { userTimeoutMs: 5000, readTimeout: null });
  assert.deepEqual(changed.steps, [
    { do: 'connect', line: 5, options: { TCP_NODELAY: 1 } },
    { do: 'repeat', line: 6, steps: [{ do: 'recv', line: 7 }] },
  ]);
  assert.equal(changed.userTimeoutMs, 5000);
  assert.equal(changedProfile(WITH_OPTION, {}), WITH_OPTION);
  assert.equal(changedProfile(WITH_OPTION, { userTimeoutMs: 30_000 }), WITH_OPTION, "the code's own value is no change");
});

test('the model runs with the changed value', () => {
  const changed = changedProfile(WITH_OPTION, { userTimeoutMs: 5000 });
  const machine = { kernel: '6.18', hz: 250, sysctls: { A: {}, B: {} } };
  const { experiment } = simulate(scenario.experiment(changed, { link: 'routed' }, machine));
  const text = JSON.stringify(experiment);
  assert.ok(text.includes('"TCP_USER_TIMEOUT":5000') && !text.includes('30000'));
});
