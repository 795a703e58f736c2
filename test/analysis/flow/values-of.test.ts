/** What operands are worth in a state, and which operand stands in a slot of a call. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FactIndex } from '../../../src/analysis/flow/fact-index.js';
import { FactMap } from '../../../src/analysis/flow/fact-map.js';
import type { CallStmt, Operand } from '../../../src/analysis/flow/ir.js';
import type { Library } from '../../../src/analysis/flow/facts.js';
import { start } from '../../../src/analysis/flow/state.js';
import type { State } from '../../../src/analysis/flow/state.js';
import { argumentsFor, isAmong, numberIn, operandIn, placeOf, tellsEof, valueOf } from '../../../src/analysis/flow/values-of.js';

const LIBRARY = {
  id: 'net',
  calls: [],
  types: [
    { name: 'Sock', source: '', onDrop: 'never', descriptor: true },
    { name: 'Stream', source: '', onDrop: 'never' },
  ],
  constants: { SHUT_RD: 0, SHUT_WR: 1 },
  exceptions: { Refused: ['NetError'], NetError: ['Error'], Loop: ['Loop', 'Other'] },
} as unknown as Library;
const FACTS = new FactIndex([LIBRARY], { exceptions: {} });

const place = (name: string): Operand => ({ kind: 'place', place: name });
const value = (v: string | number | null): Operand => ({ kind: 'const', value: v });
const name = (n: string, maybeZero = false): Operand => ({ kind: 'name', name: n, maybeZero });
type Derived = Extract<Operand, { kind: 'derived' }>;
const derived = (how: Derived['how'], of: Operand): Operand => ({ kind: 'derived', how, of });

const STATE: State = {
  ...start,
  phase: 'eof',
  aliases: FactMap.of([
    ['fd', 'Sock'],
    ['self.conn', 'Stream'],
  ]),
  facts: FactMap.of([
    ['none', 'null'],
    ['nothing', 'empty'],
    ['text', 'full'],
    ['some', 'truthy'],
    ['count', 'pos'],
    ['less', 'neg'],
    ['read', 'looked'],
    ['thing', 'obj:Thing'],
  ]),
};
const worth = (operand: Operand): string => valueOf(STATE, FACTS, operand);

test('a descriptor is a number, another connection and what holds one is something', () => {
  assert.deepEqual(
    ['fd', 'self.conn', 'self', 'other', 'read.part'].map((at) => worth(place(at))),
    ['pos', 'full', 'full', '?', 'looked'],
  );
});

test('names, literals, functions and what is written out', () => {
  assert.deepEqual(
    [name('SHUT_WR'), name('AF_INET'), name('ZERO', true), name('constructor'), value(''), { kind: 'function', id: 'f' } as Operand].map(
      worth,
    ),
    ['=1', '@AF_INET', '#ZERO', '@constructor', 'empty', 'fn:f'],
  );
  const items = (list: Operand[]): Operand => ({ kind: 'tuple', items: list });
  assert.deepEqual([items([]), items([value(1)])].map(worth), ['empty', 'full']);
  const record = (type: string | null): Operand => ({ kind: 'record', fields: {}, ...(type !== null && { type }) }) as Operand;
  assert.deepEqual([record('*Config'), record(null)].map(worth), ['obj:Config', 'full']);
  const made = (uses: string[]): Operand => ({ kind: 'opaque', uses });
  assert.deepEqual([made(['nothing']), made(['text']), made([])].map(worth), ['looked', '?', '?']);
});

test('what is made of a value', () => {
  const of = (how: Derived['how'], ...names: string[]): string[] => names.map((at) => worth(derived(how, place(at))));
  assert.deepEqual(of('length', 'nothing', 'text', 'some', 'other', 'read'), ['zero', 'pos', 'pos', 'nonneg', 'looked']);
  assert.deepEqual(of('like', 'nothing', 'text', 'none', 'less', 'count', 'some'), ['empty', 'full', 'null', 'neg', 'pos', '?']);
  assert.deepEqual(of('part', 'nothing', 'none', 'text', 'read'), ['empty', 'null', '?', 'looked']);
  assert.deepEqual(of('joined', 'text', 'some', 'nothing', 'read'), ['full', 'full', '?', '?']);
  assert.deepEqual(of('address', 'thing', 'none'), ['obj:Thing', 'full']);
});

test('what tells of the end of the stream does so only at the end', () => {
  for (const told of ['empty', 'zero', 'looked', '@io.EOF', '=-1', 'null']) {
    assert.equal(tellsEof(STATE, told), true);
    assert.equal(tellsEof({ ...STATE, phase: 'connected' }, told), false);
  }
  assert.equal(tellsEof(STATE, 'full'), false);
});

const call = (args: (Partial<CallStmt['args'][number]> & { value: Operand })[], more: Partial<CallStmt> = {}): CallStmt =>
  ({ kind: 'call', callee: { kind: 'api', name: 'f' }, args, results: ['a', null], ...more }) as unknown as CallStmt;

test('the operand in a slot', () => {
  const method = call([{ value: value(1) }], { callee: { kind: 'method', receiver: 'self.conn', name: 'send' } as CallStmt['callee'] });
  assert.deepEqual(operandIn(method, 'receiver'), place('self.conn'));
  const plain = call([{ value: value(1) }, { value: value(2) }, { name: 'timeout', value: value(3) }]);
  assert.equal(operandIn(plain, 'receiver'), null);
  assert.deepEqual(operandIn(plain, 'any'), { kind: 'tuple', items: [value(1), value(2), value(3)] });
  assert.deepEqual(operandIn(plain, 'last'), value(2));
  assert.equal(operandIn(call([]), 'last'), null);
  assert.deepEqual([operandIn(plain, { result: 0 }), operandIn(plain, { result: 1 })], [place('a'), null]);
  assert.deepEqual(operandIn(plain, { arg: 1, name: 'timeout' }), value(3));
  assert.deepEqual(operandIn(plain, { arg: 1, name: 'other' }), value(2));
  assert.equal(operandIn(plain, { name: 'other' }), null);
  assert.equal(operandIn(plain, { arg: 7 }), null);
  assert.deepEqual(operandIn(call([{ name: '**', value: place('kw') }]), { name: 'timeout' }), { kind: 'opaque', uses: [] });
  const spread = call([{ value: value(1) }, { value: place('rest'), spread: true }]);
  assert.deepEqual([operandIn(spread, { arg: 0 }), operandIn(spread, { arg: 1 }), operandIn(spread, { arg: 2 })], [value(1), null, null]);
});

test('what a callable is handed', () => {
  const one = call([
    { value: place('f') },
    { value: value(1) },
    { value: value(2) },
    { name: 'args', value: { kind: 'tuple', items: [value(3)] } },
  ]);
  assert.deepEqual(argumentsFor(one, { callee: { arg: 0 } }), []);
  assert.deepEqual(argumentsFor(one, { callee: { arg: 0 }, args: { from: 1 } }), [value(1), value(2)]);
  assert.deepEqual(argumentsFor(one, { callee: { arg: 0 }, args: { name: 'args' } }), [value(3)]);
  assert.deepEqual(argumentsFor(one, { callee: { arg: 0 }, args: { arg: 1 } }), [value(1)]);
  assert.deepEqual(argumentsFor(one, { callee: { arg: 0 }, args: { arg: 7 } }), []);
});

test('names among flags, numbers, and places behind conversions', () => {
  const among = (operand: Operand | null): boolean => isAmong(STATE, FACTS, operand, ['A', '1']);
  const flags: Operand = { kind: 'opaque', uses: ['B', 'A'] };
  const record = { kind: 'record', type: null, fields: { x: name('A') } } as Operand;
  assert.deepEqual([name('A'), flags, value(1), { kind: 'tuple', items: [name('B'), name('A')] } as Operand, record].map(among), [
    true,
    true,
    true,
    true,
    true,
  ]);
  assert.deepEqual([null, name('B'), value(2), place('text'), derived('like', name('A'))].map(among), [false, false, false, false, false]);
  assert.deepEqual(
    [numberIn(STATE, FACTS, name('SHUT_WR')), numberIn(STATE, FACTS, null), numberIn(STATE, FACTS, place('count'))],
    [1, null, null],
  );
  assert.deepEqual([placeOf(derived('address', place('fd'))), placeOf(derived('length', place('fd'))), placeOf(null)], ['fd', null, null]);
});

test('an exception is caught by its own name and by what it is derived from', () => {
  assert.deepEqual(
    [
      ['Refused', 'Refused'],
      ['Error', 'Refused'],
      ['Refused', 'Error'],
      ['Error', 'Loop'],
      ['Other', 'Loop'],
      ['Error', 'Unknown'],
    ].map(([caught = '', thrown = '']) => FACTS.catches(caught, thrown)),
    [true, true, false, false, true, false],
  );
  assert.deepEqual(
    ['Refused', 'Unknown', 'constructor'].map((one) => FACTS.knowsException(one)),
    [true, false, false],
  );
});
