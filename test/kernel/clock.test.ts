/** The timer wheel and the event queue under it. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Clock, ExactTimer, KernelTimer } from '../../src/kernel/clock.js';
import { Event, EventQueue } from '../../src/kernel/event-queue.js';

/** Delay in seconds, and how late the wheel may be at HZ 250 and at HZ 1000: one granule of the level that the delay falls in. */
const LATE: [number, number, number][] = [
  [0.2, 0.004, 0.008],
  [1, 0.032, 0.064],
  [5, 0.256, 0.512],
  [15, 0.256, 0.512],
  [20, 2.048, 0.512],
  [30, 2.048, 0.512],
  [60, 2.048, 4.096],
  [75, 2.048, 4.096],
  [120, 2.048, 4.096],
  [7200, 131.072, 262.144],
];

for (const [delay, at250, at1000] of LATE) {
  for (const [hz, late] of [
    [250, at250],
    [1000, at1000],
  ] as const) {
    test(`a timer of ${delay} s at HZ ${hz} is late by up to ${late} s, never early`, () => {
      let least = Infinity;
      let most = 0;
      for (let i = 0; i < 4000; i++) {
        const clock = new Clock(hz, Math.round(((i * 0.6180339887) % 1) * 262_144_000), true);
        const by = clock.fires(clock.jiffies + clock.toJiffies(delay * 1e6)) / 1e6 - delay;
        least = Math.min(least, by);
        most = Math.max(most, by);
      }
      assert.ok(least >= 0 && least < late / 8, `${least}`);
      assert.ok(most <= late + 1e-9 && most > late * 0.9, `${most}`);
    });
  }
}

test('without the wheel a timer fires when it is due', () => {
  const clock = new Clock(250, 1234, false);
  assert.equal(clock.fires(clock.jiffies + 250), 1_000_000);
});

test('a delay is rounded up to jiffies', () => {
  assert.equal(new Clock(250, 0, true).toJiffies(200_001), 51);
  assert.equal(new Clock(1000, 0, true).toJiffies(200_001), 201);
});

test('a timer that is set to the same moment again stays in its bucket; a stopped one does not fire', () => {
  const clock = new Clock(250, 0, true);
  let fired = 0;
  const timer = new KernelTimer(clock, {}, 'RTO', () => {
    fired++;
  });
  const due = clock.jiffies + 100;
  timer.mod(due);
  const at = timer.at;
  clock.now = 200_000;
  timer.mod(due);
  assert.equal(timer.at, at);
  timer.stop();
  assert.equal(clock.queue.peek(), undefined);
  assert.equal(fired, 0);
});

class Probe extends Event {
  run(): void {
    /* taken from the queue by the test */
  }
}

test('the queue gives events in the order of their times, then of their scheduling, whatever was moved or removed', () => {
  const move = fc.record({ which: fc.nat(9), at: fc.nat(20), remove: fc.boolean() });
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
      const queue = new EventQueue();
      const events = Array.from({ length: 10 }, () => new Probe());
      const expected = new Map<Event, { at: number; order: number }>();
      moves.forEach(({ which, at, remove }, order) => {
        const event = events[which] as Event;
        if (remove) {
          queue.remove(event);
          expected.delete(event);
        } else {
          queue.schedule(event, at);
          expected.set(event, { at, order });
        }
      });
      const sorted = [...expected.entries()].sort(([, a], [, b]) => a.at - b.at || a.order - b.order).map(([event]) => event);
      assert.deepEqual(
        drained(queue).map((e) => events.indexOf(e)),
        sorted.map((e) => events.indexOf(e)),
      );
    }),
  );
});

/** The events in the order in which the queue gives them. */
function drained(queue: EventQueue): Event[] {
  const taken: Event[] = [];
  for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
    taken.push(next);
    queue.remove(next);
  }
  return taken;
}

test('an event that is scheduled for its own time again comes after what was scheduled for that time meanwhile', () => {
  const queue = new EventQueue();
  const [first, second, third] = [new Probe(), new Probe(), new Probe()];
  queue.schedule(first, 5);
  queue.schedule(second, 5);
  queue.schedule(third, 5);
  queue.schedule(first, 5);
  assert.deepEqual(drained(queue), [second, third, first]);
});

test('an event that was put off and comes back to its old time is as new as its last scheduling', () => {
  const queue = new EventQueue();
  const [first, second] = [new Probe(), new Probe()];
  queue.schedule(first, 5);
  queue.schedule(second, 5);
  queue.schedule(first, 9);
  queue.schedule(first, 5);
  assert.deepEqual(drained(queue), [second, first]);
});

test('an order that was reserved earlier goes before later ones of the same time, also for an event that already waits', () => {
  const queue = new EventQueue();
  const [first, second] = [new Probe(), new Probe()];
  const reserved = queue.nextOrder();
  queue.schedule(first, 5);
  queue.schedule(second, 5);
  queue.schedule(second, 5, reserved);
  assert.deepEqual(drained(queue), [second, first]);
});

test('an exact timer fires at its microsecond', () => {
  const clock = new Clock(250, 77, true);
  const timer = new ExactTimer(clock, () => undefined);
  timer.fireIn(12_345);
  assert.equal(clock.queue.peek()?.at, 12_345);
});
