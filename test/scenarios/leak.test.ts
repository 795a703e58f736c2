import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SCENARIOS } from '../../src/scenarios/generated.js';
import { play } from '../../src/scenarios/play.js';
import type { ConnectionProfile } from '../../src/scenarios/profile.js';
import { parametersFor } from '../../src/scenarios/scenario.js';
import type { Answer, ParameterValues, Scenario } from '../../src/scenarios/scenario.js';
import { client, LEAK, LISTENS, MACHINE, REQUEST, SERVE, server } from './profiles.js';

const LEFT = [...LEAK, { do: 'hold', line: 9 }] as const;

function scenarioOf(id: string): Scenario {
  const scenario = SCENARIOS.find((one) => one.id === id);
  assert.ok(scenario, id);
  return scenario;
}

const told = (id: string, profile: ConnectionProfile, given: ParameterValues = {}): Answer =>
  play(scenarioOf(id), profile, given, MACHINE).answer;

test('a connection that the function leaves open is a leak: the line, what grows, what ends it, no time from a parameter', () => {
  const never = told('peer-closes-we-do-not', client([...LEFT]));
  assert.equal(never.leak?.line, 9);
  assert.equal(never.lasts, 'until the process ends');
  assert.match(never.leak.ends, /close\(\) or the end of the process/);
  const collected = told('peer-closes-we-do-not', client([...LEFT], { onDrop: 'collector' }), { collectedAfter: 20 });
  assert.equal(collected.lasts, 'until the garbage collector runs');
  assert.ok(collected.leak?.until !== null && (collected.leak?.until ?? 0) > (collected.leak?.at ?? Infinity));
  assert.equal(told('peer-process-killed', client([...LEFT])).leak?.line, 9);
});

test('no leak: closed by the code, held by somebody else, still waiting in a call, or killed', () => {
  assert.equal(told('peer-closes-we-do-not', client(REQUEST)).leak, null);
  assert.equal(told('peer-closes-we-do-not', client([...LEAK, { do: 'hold', line: 0 }])).leak, null);
  assert.equal(told('peer-host-loses-power-idle', client([...LEFT])).leak, null);
  assert.equal(told('restart-in-time-wait', server([...SERVE.slice(0, 4), { do: 'hold', line: 9 }])).leak, null);
});

test('a leak under load says after how many requests, and what to change', () => {
  const answer = told('leak-fleet', server([...SERVE.slice(0, 4), { do: 'hold', line: 9 }], { backlog: 3 }), { rate: 10, descriptors: 16 });
  assert.equal(answer.lasts, 'after 12 requests');
  assert.match(answer.change, /close\(\) on every way out of this path, also where it leaves on line 9/);
  assert.equal(told('leak-fleet', client(REQUEST), { rate: 10, descriptors: 16 }).leak, null);
});

test('parameters that change nothing for this connection are not offered', () => {
  const names = (id: string, profile: ConnectionProfile, given: ParameterValues = {}): string[] =>
    parametersFor(scenarioOf(id), profile, given).map((p) => p.name);
  assert.deepEqual(names('peer-closes-we-do-not', client([...LEFT])), []);
  assert.deepEqual(names('peer-closes-we-do-not', client([...LEFT], { onDrop: 'collector' })), ['collectedAfter']);
  assert.deepEqual(names('peer-process-killed', client(LISTENS)), []);
  assert.deepEqual(names('peer-process-killed', client(REQUEST)), ['moment']);
  assert.deepEqual(names('orderly-close', client(REQUEST)), ['segments', 'first']);
  assert.deepEqual(names('orderly-close', client(REQUEST), { segments: 'late' }), ['segments', 'lateBy', 'first']);
  assert.deepEqual(names('accept-queue-full', server(SERVE)), ['dropped']);
});
