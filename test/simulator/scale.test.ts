import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lengthOf, timeScale, type Constraint, type Moment } from '../../src/simulator/scale.js';

const OPTIONS = { unit: 6, foldFrom: 4, foldRoom: 50, top: 10, bottom: 20 };
const at = (t: number, rank = 0): Moment => ({ t, rank });

test('a longer wait is drawn longer, ten milliseconds and two hours in one picture', () => {
  const gaps = [0.0001, 0.01, 0.02, 0.2, 1, 10, 120, 900, 7200];
  const lengths = gaps.map((gap) => lengthOf(gap, OPTIONS.unit));
  lengths.slice(1).forEach((length, index) => assert.ok(length > (lengths[index] ?? 0), `${gaps[index + 1]}`));
  assert.ok((lengths.at(-1) ?? 0) < 40 * (lengths[1] ?? 0));
});

test('gaps from the limit on become folds with their true duration', () => {
  const scale = timeScale([at(0), at(1), at(8), at(7208)], [], OPTIONS);
  assert.deepEqual(
    scale.folds.map((fold) => fold.to - fold.from),
    [7, 7200],
  );
  for (const fold of scale.folds) assert.ok(fold.y2 - fold.y1 >= OPTIONS.foldRoom);
});

test('moments of one time keep their rank', () => {
  const scale = timeScale([], [{ earlier: at(1, 0), later: at(1, 1), distance: 18 }], OPTIONS);
  assert.equal(scale.y(at(1, 1)) - scale.y(at(1, 0)), 18);
  assert.equal(scale.yOf(1), scale.y(at(1, 0)));
});

test('any moments and constraints: order is kept, every constraint holds, times between lie between', () => {
  const moment = fc.record({ t: fc.double({ min: 0, max: 10_000, noNaN: true }), rank: fc.integer({ min: 0, max: 3 }) });
  const isBefore = (a: Moment, b: Moment): boolean => a.t < b.t || (a.t === b.t && a.rank < b.rank);
  fc.assert(
    fc.property(
      fc.array(moment, { minLength: 1, maxLength: 30 }),
      fc.array(fc.tuple(moment, moment, fc.integer({ min: 1, max: 60 })), { maxLength: 20 }),
      (moments, pairs) => {
        const constraints = pairs
          .filter(([a, b]) => a.t !== b.t || a.rank !== b.rank)
          .map(([a, b, distance]): Constraint =>
            isBefore(a, b) ? { earlier: a, later: b, distance } : { earlier: b, later: a, distance },
          );
        const scale = timeScale(moments, constraints, OPTIONS);
        for (const { earlier, later, distance } of constraints) assert.ok(scale.y(later) - scale.y(earlier) >= distance - 1e-9);
        const sorted = [...moments].sort((a, b) => (isBefore(a, b) ? -1 : 1));
        sorted.slice(1).forEach((next, index) => {
          const before = sorted[index] as Moment;
          assert.ok(scale.y(next) >= scale.y(before));
          const middle = scale.yOf((before.t + next.t) / 2);
          assert.ok(middle >= scale.yOf(before.t) - 1e-6 && middle <= scale.y(next) + 1e-6);
        });
        assert.ok(scale.height >= scale.y(sorted.at(-1) as Moment));
      },
    ),
    { numRuns: 300 },
  );
});
