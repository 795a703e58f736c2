import assert from 'node:assert/strict';
import test from 'node:test';
import { describeExactly, describeTime } from '../../src/scenarios/describe-time.js';

const RANGES: [number | null, number | null, string][] = [
  [937.7, 939.7, 'about 15 min 40 s'],
  [947.9, 952.0, 'about 15 min 50 s'],
  [7882, 8013, '2 h 11–14 min'],
  [7901, 8162, '2 h 11–17 min'],
  [133.3, 135.3, 'about 2 min 15 s'],
  [13.3, 13.5, 'about 13 s'],
  [5.0, 5.26, '5–5.3 s'],
  [9, 10.2, '9–11 s'],
  [995, 1044, '16 min 35 s – 17 min 24 s'],
  [1932, 1967, '32 min 12–47 s'],
  [60, 62.1, 'about 1 min'],
  [0.0203, 0.0204, 'about 20 ms'],
  [0, 0, 'at once'],
  [0.2, 0.208, 'about 200 ms'],
  [3599, 3605, 'about 1 h'],
  [null, null, 'never'],
];

test('a range of times is told as far as it is certain', () => {
  for (const [earliest, latest, words] of RANGES) assert.equal(describeTime(earliest, latest), words, `${earliest}..${latest}`);
});

test('what may happen or not is not told as certain', () => {
  assert.equal(describeTime(30, null), '30 s or never');
});

test('a known length is told exactly', () => {
  const cases: [number, string][] = [
    [7200, '2 h'],
    [75, '1 min 15 s'],
    [60, '1 min'],
    [0.5, '500 ms'],
    [30, '30 s'],
    [2.5, '2.5 s'],
    [5400, '1 h 30 min'],
    [0, '0 s'],
  ];
  for (const [seconds, words] of cases) assert.equal(describeExactly(seconds), words);
});
