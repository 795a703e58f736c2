/** epoll with EPOLLET in a program, and segments that arrive twice. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Fault, Step } from '../../src/kernel/experiment.js';
import { simulate } from '../../src/kernel/simulate.js';
import { scene } from './rules-cases.js';

/** What the polls of the client gave. */
function polled(steps: Step[], server: Step[]): (number | string | null)[] {
  const { calls } = simulate(scene({ steps, server: [...server, { do: 'hold' }], duration: 20 }));
  return calls.filter((c) => c.call === 'poll').map((c) => c.result);
}

const watch = (events: string, at: number, seconds = 0): Step => ({ at, do: 'poll', on: 's', events, for: seconds });

test('what is unread is told once, and again when more arrives', () => {
  const server: Step[] = [1, 4].map((at) => ({ at, do: 'send', on: 'c', bytes: 10 }));
  assert.deepEqual(polled([watch('IN|ET', 2), watch('IN|ET', 3), watch('IN|ET', 5)], server), ['IN', '', 'IN']);
  assert.deepEqual(polled([watch('IN', 2), watch('IN', 3), watch('IN', 5)], server), ['IN', 'IN', 'IN']);
});

test('a watch sleeps until something new comes, whatever was left unread', () => {
  const server: Step[] = [1, 4].map((at) => ({ at, do: 'send', on: 'c', bytes: 10 }));
  assert.deepEqual(polled([watch('IN|ET', 2), watch('IN|ET', 3, 5)], server), ['IN', 'IN']);
});

test('what is not asked for wakes nobody; the end of the stream is told with what is true then', () => {
  const server: Step[] = [
    { at: 1, do: 'send', on: 'c', bytes: 10 },
    { at: 4, do: 'close', on: 'c' },
  ];
  const steps = [watch('OUT|ET', 0.5), watch('OUT|ET', 2), watch('OUT|RDHUP|ET', 5)];
  assert.deepEqual(polled(steps, server), ['OUT', '', 'OUT|RDHUP']);
});

test('a segment that arrives twice is answered twice, and read once', () => {
  const faults: Fault[] = [{ at: 0.5, fault: 'duplicate', from: 'A', flag: 'data' }];
  const trace = simulate(
    scene({ steps: [{ at: 1, do: 'send', on: 's', bytes: 100 }], server: [{ do: 'recv', on: 'c' }, { do: 'hold' }], faults, duration: 5 }),
  );
  assert.equal(trace.packets.filter((p) => p.from === 'A' && p.len > 0).length, 1);
  assert.equal(trace.packets.filter((p) => p.from === 'B' && p.ack === 101).length, 2);
  assert.equal(trace.calls.find((c) => c.call === 'recv')?.result, 100);
});
