/** What is known of a value, held against real ones: nothing that a class says may be wrong for a value that it stands for. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ValueClass } from '../../../src/analysis/flow/facts.js';
import * as values from '../../../src/analysis/flow/values.js';
import type { CompareOp } from '../../../src/analysis/flow/values.js';

type Concrete = null | boolean | number | string;

const CONCRETE: readonly Concrete[] = [null, false, true, -2, -1, 0, 0.5, 1, 2, '', 'a', 'b'];
const OPS: readonly CompareOp[] = ['==', '!=', '<', '<=', '>', '>='];
/** As C and Python have it: false is 0, true is 1. */
const plain = (v: Concrete): Concrete => (typeof v === 'boolean' ? Number(v) : v);
const number = (v: Concrete): number => (typeof v === 'string' || v === null ? NaN : Number(v));

/** Which values a class stands for. */
const MEANT: Readonly<Record<string, (v: Concrete) => boolean>> = {
  '?': () => true,
  null: (v) => v === null,
  nonnull: (v) => v !== null,
  truthy: (v) => Boolean(v),
  falsy: (v) => !v,
  true: (v) => number(v) === 1,
  false: (v) => number(v) === 0,
  neg: (v) => number(v) < 0,
  zero: (v) => number(v) === 0,
  pos: (v) => number(v) > 0,
  nonneg: (v) => number(v) >= 0,
  nonpos: (v) => number(v) <= 0,
  '=1': (v) => number(v) === 1,
  '=-1': (v) => number(v) === -1,
  '=2': (v) => number(v) === 2,
  empty: (v) => v === '',
  full: (v) => typeof v === 'string' && v !== '',
  '"a': (v) => v === 'a',
  '"b': (v) => v === 'b',
};
const CLASSES = Object.keys(MEANT);
/** Those of them that have an order. */
const ORDERED = ['neg', 'zero', 'pos', 'nonneg', 'nonpos', '=1', '=-1', '=2'];
const of = (name: ValueClass): Concrete[] => CONCRETE.filter((v) => MEANT[name]?.(v));

function holds(op: CompareOp, a: Concrete, b: Concrete): boolean {
  const [x, y] = [plain(a), plain(b)];
  switch (op) {
    case '==':
      return x === y;
    case '!=':
      return x !== y;
    case '<':
      return Number(x) < Number(y);
    case '<=':
      return Number(x) <= Number(y);
    case '>':
      return Number(x) > Number(y);
    case '>=':
      return Number(x) >= Number(y);
  }
}

/** Every pair of classes, with every pair of values that they stand for. */
function pairs(names: readonly string[], see: (a: string, b: string, x: Concrete, y: Concrete) => void): void {
  for (const a of names) for (const b of names) for (const x of of(a)) for (const y of of(b)) see(a, b, x, y);
}

test('what is taken for true is', () => {
  for (const name of CLASSES) {
    const truths = new Set(of(name).map(Boolean));
    assert.equal(values.truthOf(name), truths.size === 1 ? [...truths][0] : null, name);
  }
  assert.deepEqual(['@AF_INET', 'fn:f', 'obj:C', '"', '#ZERO', 'looked', 'given'].map(values.truthOf), [
    true,
    true,
    true,
    false,
    null,
    null,
    null,
  ]);
});

test('a comparison that is decided is decided for all values', () => {
  for (const op of OPS) {
    pairs(op === '==' || op === '!=' ? CLASSES : ORDERED, (a, b, x, y) => {
      const told = values.compare(op, a, b);
      if (told !== null) assert.equal(told, holds(op, x, y), `${a} ${op} ${b}: ${String(x)}, ${String(y)}`);
    });
  }
});

test('a comparison of numbers is decided wherever all values agree', () => {
  for (const op of OPS) {
    for (const a of ORDERED) {
      for (const b of ORDERED) {
        const outcomes = new Set(of(a).flatMap((x) => of(b).map((y) => holds(op, x, y))));
        // The values that stand for a class here end at 2, those of the class do not.
        const ends = [a, b].includes('=2') || [a, b].every((name) => name === 'pos' || name === 'neg');
        if (outcomes.size === 1 && !ends) assert.equal(values.compare(op, a, b), [...outcomes][0], `${a} ${op} ${b}`);
      }
    }
  }
});

test('what a test has shown is true of every value that passes it', () => {
  for (const name of CLASSES) {
    for (const v of of(name)) {
      const refined = values.refineTruth(name, Boolean(v));
      assert.ok(MEANT[refined]?.(v), `${name} taken for ${Boolean(v)}: ${String(v)} is not ${refined}`);
    }
  }
  for (const op of OPS) {
    pairs(op === '==' || op === '!=' ? CLASSES : ORDERED, (a, b, x, y) => {
      // What is counted is whole: `n < 1` says that n is 0.
      if (x === 0.5 || y === 0.5) return;
      const refined = values.refineCompare(a, op, b, holds(op, x, y));
      assert.ok(MEANT[refined]?.(x), `${a} ${op} ${b} with ${String(x)} and ${String(y)}: not ${refined}`);
    });
  }
});

test('what holds of one or the other holds of both', () => {
  for (const a of CLASSES) {
    for (const b of CLASSES) {
      const both = values.joined(a, b);
      for (const v of [...of(a), ...of(b)]) assert.ok(MEANT[both]?.(v), `${a} or ${b}: ${String(v)} is not ${both}`);
    }
  }
  assert.deepEqual(
    [values.joined('looked', 'zero'), values.joined('obj:C', 'null'), values.joined('fn:f', 'fn:g'), values.joined('given', 'given')],
    ['?', '?', '?', 'given'],
  );
});

test('what is learnt is as narrow as it can be told', () => {
  const rows: [ValueClass, CompareOp, ValueClass, boolean, ValueClass][] = [
    ['?', '<', 'zero', true, 'neg'],
    ['?', '<', 'zero', false, 'nonneg'],
    ['?', '<=', 'zero', true, 'nonpos'],
    ['?', '<=', '=-1', true, 'neg'],
    ['?', '>', 'zero', true, 'pos'],
    ['?', '>', '=-1', true, 'nonneg'],
    ['?', '>=', '=1', true, 'pos'],
    ['?', '>=', 'zero', true, 'nonneg'],
    ['?', '>', '=-2', true, '?'],
    ['nonneg', '<', '=1', true, 'zero'],
    ['nonneg', '<=', 'zero', true, 'zero'],
    ['nonpos', '>=', 'zero', true, 'zero'],
    ['nonneg', '!=', 'zero', true, 'pos'],
    ['nonneg', '==', '=0', false, 'pos'],
    ['nonpos', '!=', 'zero', true, 'neg'],
    ['?', '!=', 'null', true, 'nonnull'],
    ['truthy', '!=', 'null', true, 'truthy'],
    ['falsy', '!=', 'null', true, 'falsy'],
    ['?', '==', 'null', true, 'null'],
    ['?', '==', 'truthy', true, '?'],
    ['?', '==', 'full', true, '?'],
    ['"a', '==', '?', true, '"a'],
    ['=2', '<', 'zero', false, '=2'],
    ['?', '<', 'nonneg', true, '?'],
  ];
  for (const [value, op, other, outcome, expected] of rows)
    assert.equal(values.refineCompare(value, op, other, outcome), expected, `${value} ${op} ${other} is ${outcome}`);
  assert.deepEqual(
    [values.refineTruth('nonneg', true), values.refineTruth('nonpos', false), values.refineTruth('nonnull', false)],
    ['pos', 'zero', 'falsy'],
  );
  assert.deepEqual(
    [values.joined('zero', 'pos'), values.joined('=1', 'pos'), values.joined('neg', '=-1'), values.joined('zero', 'neg')],
    ['nonneg', 'pos', 'neg', 'nonpos'],
  );
  assert.deepEqual(
    [values.joined('"a', 'pos'), values.joined('null', 'empty'), values.joined('=-1', '=1'), values.joined('neg', 'empty')],
    ['truthy', 'falsy', 'truthy', 'nonnull'],
  );
});

test('names, literals and the other side of a comparison', () => {
  assert.equal(values.compare('==', '@AF_INET', '@AF_INET'), true);
  assert.equal(values.compare('!=', '@AF_INET', '#AF_INET6'), true);
  assert.equal(values.compare('==', '@AF_INET', '=1'), null);
  assert.equal(values.compare('==', '#ZERO', 'null'), null);
  assert.equal(values.compare('==', 'full', 'empty'), false);
  assert.equal(values.compare('==', 'empty', 'full'), false);
  assert.equal(values.compare('<', 'empty', '=1'), true);
  assert.equal(values.compare('<', 'falsy', '=1'), true);
  assert.equal(values.compare('<', '"a', '=1'), null);
  assert.deepEqual(OPS.map(values.flip), ['==', '!=', '>', '>=', '<', '<=']);
  assert.deepEqual([null, true, false, 0, 7, '', 'a'.repeat(60)].map(values.classOf), [
    'null',
    'true',
    'false',
    'zero',
    '=7',
    'empty',
    `"${'a'.repeat(40)}`,
  ]);
  assert.deepEqual(['zero', '=7', 'pos', '?', 'true'].map(values.numberOf), [0, 7, null, null, 1]);
  assert.deepEqual(['truthy', 'falsy', 'nonnull', '?', 'null', '=1'].map(values.crosses), [false, false, false, false, true, true]);
});
