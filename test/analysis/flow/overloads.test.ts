/** Methods of one name: which of them a call means, and that none is chosen where it is not certain. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClassIr, Operand } from '../../../src/analysis/flow/ir.js';
import { methodIn } from '../../../src/analysis/flow/overloads.js';

const CLASS = {
  name: 'Pool',
  methods: {
    close: 'Pool.close',
    'open/1:String': 'text',
    'open/1:int': 'number',
    'open/1:boolean': 'flag',
    'open/1:Socket': 'socket',
    'open/2:String,int': 'two',
    'log/*:String,Object': 'log',
    'log/1:String': 'plain',
    'only/1:int': 'only',
    'none/0:': 'none',
  },
} as unknown as ClassIr;

const range = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
const value = (v: string | number | boolean | null): Operand => ({ kind: 'const', value: v, range });
const place = (name: string): Operand => ({ kind: 'place', place: name, range });
const TYPES: Readonly<Record<string, string>> = { conn: 'java.net.Socket', own: 'net/Util.java::Socket', odd: 'Thing' };
const called = (name: string, ...args: Operand[]): string | null => methodIn(CLASS, name, { args, typeOf: (at) => TYPES[at] ?? null });

test('a name that stands once needs no arguments', () => {
  assert.equal(called('close', value(1)), 'Pool.close');
  assert.equal(called('open2'), null);
  assert.equal(methodIn(CLASS, 'open', null), 'text');
});

test('the number of arguments decides, then what is known of their types', () => {
  assert.equal(called('open', value('a'), value(1)), 'two');
  assert.equal(called('open', value('a')), 'text');
  assert.equal(called('open', value(80)), 'number');
  assert.equal(called('open', value(true)), 'flag');
  assert.equal(called('open', place('conn')), 'socket');
  assert.equal(called('open', place('own')), 'socket');
  assert.equal(called('none'), 'none');
});

test('what is not certain is several', () => {
  assert.equal(called('open', value(null)), 'several');
  assert.equal(called('open', place('odd')), 'several');
  assert.equal(called('open', place('unknown')), 'several');
  assert.equal(called('open', { kind: 'opaque', uses: [] }), 'several');
});

test('what takes any number of arguments takes none too', () => {
  assert.equal(called('log', value('a'), value(1), value(2)), 'log');
  assert.equal(called('log'), null);
  assert.equal(called('only', value(1), value(2)), null);
});
