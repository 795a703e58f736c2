/** The model against recorded runs of a real 6.18 kernel: packets, calls and states, judged by lab/compare.py. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { EXPERIMENTS, TRACES, judge } from './judge.js';

/** The judge is a Python program. */
const skip = spawnSync('python3', ['-c', '']).status !== 0 && 'no python3';

test('every recorded experiment is reproduced at the default phase', { skip }, () => {
  const verdicts = judge(EXPERIMENTS, TRACES);
  assert.equal(verdicts.length, readdirSync(EXPERIMENTS).length);
  assert.deepEqual(
    verdicts.filter((v) => !v.agrees),
    [],
  );
});

for (const phase of [17.389, 77.777, 130.9]) {
  test(`and with t = 0 at ${phase} s in the timer wheel`, { skip }, () => {
    assert.deepEqual(
      judge(EXPERIMENTS, TRACES, phase).filter((v) => !v.agrees),
      [],
    );
  });
}
