import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SCENARIOS } from '../../src/scenarios/generated.js';
import { play } from '../../src/scenarios/play.js';
import type { Trace } from '../../src/kernel/trace.js';
import { eventsOf, mainConnection } from '../../src/simulator/events.js';
import { queuePeriods, size } from '../../src/simulator/queues.js';
import { CLIENT, SERVER } from './connections.js';

function run(id: string, profile = CLIENT): Trace {
  const scenario = SCENARIOS.find((one) => one.id === id);
  assert.ok(scenario);
  return play(scenario, profile, {}, { kernel: '6.18', hz: 250, sysctls: { A: {}, B: {} } }).trace;
}

const standing = (trace: Trace): string[] =>
  queuePeriods(trace, mainConnection(trace), trace.experiment.durationS).map(({ side, text }) => `${side} ${text}`);

test('sizes in three digits', () => {
  assert.deepEqual([7, 999, 1448, 46336, 284800, 999_600, 4_194_304].map(size), [
    '7 B',
    '999 B',
    '1.4 kB',
    '46 kB',
    '285 kB',
    '1 MB',
    '4.2 MB',
  ]);
});

test('a reader that does not read: its receive queue and our send queue stand until the end', () => {
  const trace = run('slow-reader');
  const all = queuePeriods(trace, mainConnection(trace), trace.experiment.durationS);
  assert.deepEqual(
    all.map(({ side, kind, to }) => [side, kind, to]),
    [
      ['B', 'Recv-Q', trace.experiment.durationS],
      ['A', 'Send-Q', trace.experiment.durationS],
    ],
  );
  assert.ok(all.every(({ share, labelled }) => share > 0.5 && labelled));
  const last = eventsOf(trace, mainConnection(trace)).at(-1);
  assert.match(last?.queues.theirs ?? '', /^Recv-Q \d+ kB, window 0$/);
  assert.match(last?.queues.ours ?? '', /^Send-Q \d+ kB$/);
});

test('a full accept queue, on the side that listens', () => {
  assert.ok(standing(run('accept-queue-full')).includes('B queue 3 of 3'));
  assert.ok(standing(run('accept-queue-full', SERVER)).some((text) => /^A queue 6 of 6$/.test(text)));
});

test('unread data at close, and nothing where everything is read at once', () => {
  assert.ok(standing(run('close-with-unread-data')).some((text) => text === 'B Recv-Q 120 B'));
  assert.deepEqual(standing(run('orderly-close')), []);
});

test('a trace without queues has none', () => {
  const trace = { ...run('slow-reader'), queues: undefined };
  assert.deepEqual(standing(trace), []);
  assert.ok(eventsOf(trace, mainConnection(trace)).every(({ queues }) => queues.ours === '' && queues.theirs === ''));
});
