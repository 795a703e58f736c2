import assert from 'node:assert/strict';
import test from 'node:test';
import { consequenceOf, scenarioOf } from '../../src/app/consequence.js';
import { RULE_TEXTS } from '../../src/app/rules.js';
import { scenarioById } from '../../src/app/story.js';
import type { ConnectionProfile } from '../../src/scenarios/profile.js';
import { client, LEAK, LOOP, MACHINE, REQUEST, server } from '../scenarios/profiles.js';

test("a rule's scenario exists", () => {
  for (const rule of RULE_TEXTS) if (rule.scenario !== null) assert.ok(scenarioById(rule.scenario), `${rule.id}: ${rule.scenario}`);
});

test('missing close: CLOSE_WAIT until the process ends', () => {
  const { scenario, what, errno, typical, earliest, latest, text } = consequenceOf({ rule: 'missing-close' }, client(LEAK), MACHINE) ?? {};
  assert.deepEqual(
    { scenario, what, errno, typical, earliest, latest, text },
    {
      scenario: 'peer-closes-we-do-not',
      what: 'CLOSE_WAIT',
      errno: null,
      typical: null,
      earliest: null,
      latest: null,
      text: 'It stays in CLOSE_WAIT until the process ends.',
    },
  );
});

test('missing close where the collector closes: not for ever', () => {
  const consequence = consequenceOf({ rule: 'missing-close' }, client(LEAK, { onDrop: 'collector' }), MACHINE);
  assert.ok(consequence && consequence.earliest !== null);
  assert.match(consequence.text, /garbage collector/);
});

test('missing keepalive: never, with a blocking wait; the limit where there is one', () => {
  const never = consequenceOf({ rule: 'missing-keepalive' }, server(LOOP), MACHINE);
  assert.deepEqual([never?.scenario, never?.errno, never?.earliest], ['peer-host-loses-power-idle', null, null]);
  assert.match(never?.text ?? '', /^The call never learns of it/);
});

test('a path that closes elsewhere is told as the path that the rule is about', () => {
  const skipped = consequenceOf({ rule: 'close-skipped-on-error' }, client(REQUEST), MACHINE);
  assert.deepEqual([skipped?.what, skipped?.earliest], ['CLOSE_WAIT', null]);
  const dropped = consequenceOf({ rule: 'close-skipped-on-error' }, client(REQUEST, { onDrop: 'at-once' }), MACHINE);
  assert.match(dropped?.text ?? '', /^It stays in CLOSE_WAIT until its last reference goes/);
  assert.ok(dropped && dropped.latest !== null && dropped.latest < 1);
});

test('a wait after a send: the clock of the data, and never once they are acknowledged', () => {
  const consequence = consequenceOf({ rule: 'missing-keepalive' }, client(LEAK), MACHINE);
  assert.equal(consequence?.scenario, 'peer-host-loses-power-while-we-write');
  assert.equal(consequence.errno, 'ETIMEDOUT');
  assert.match(consequence.text, /about 16 min.*never/);
});

test('an unknown rule has no consequence, and neither has a scenario that cannot happen', () => {
  assert.equal(consequenceOf({ rule: 'no-such-rule' }, client(LEAK), MACHINE), null);
  assert.equal(scenarioOf({ rule: 'missing-close' }, { ...client(LEAK), role: 'listener' }), null);
});

test('connections that differ in their lines only are simulated once', () => {
  const moved = LEAK.map((s) => ({ ...s, line: s.line + 1000 }));
  const begin = performance.now();
  for (let i = 0; i < 300; i++) consequenceOf({ rule: 'missing-close' }, client(moved.map((s) => ({ ...s, line: s.line + i }))), MACHINE);
  const many = (performance.now() - begin) / 300;
  const other = performance.now();
  consequenceOf({ rule: 'missing-close' }, client([...moved, { do: 'sleep', line: 9, for: 7 }]), MACHINE);
  assert.ok(many < (performance.now() - other) / 2, `${many} ms each`);
  assert.deepEqual(
    consequenceOf({ rule: 'missing-close' }, client(moved), MACHINE),
    consequenceOf({ rule: 'missing-close' }, client(LEAK), MACHINE),
  );
});

test('an answer that nobody reads keeps its socket established, whatever the peer does', () => {
  const consequence = consequenceOf({ rule: 'unconsumed-response' }, client(LEAK, { reads: 'nobody' }), MACHINE);
  assert.equal(consequence?.what, 'ESTABLISHED');
  assert.equal(consequence.typical, null);
});

test('where the runtime reads on, only a peer that falls silent is a danger', () => {
  const steps: ConnectionProfile['steps'] = [
    { do: 'connect', line: 1 },
    { do: 'recvUntilEof', line: 1 },
    { do: 'close', line: 1 },
  ];
  const consequence = consequenceOf({ rule: 'close-skipped-on-error' }, client(steps, { reads: 'runtime' }), MACHINE);
  assert.equal(consequence?.scenario, 'peer-host-loses-power-idle');
  assert.equal(consequence.typical, null);
});
