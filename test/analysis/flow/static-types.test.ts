/** Types of places without regard to paths: what several say, what nobody says, and names without what C puts around them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FactIndex } from '../../../src/analysis/flow/fact-index.js';
import type { FunctionIr, Stmt } from '../../../src/analysis/flow/ir.js';
import { plainType, StaticTypes } from '../../../src/analysis/flow/static-types.js';

const range = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };

/** A call of a function whose results are of these types; `?` is one that is not known. */
const call = (types: readonly string[], ...results: (string | null)[]): Stmt =>
  ({ do: 'call', callee: { kind: 'api', name: types.join() }, args: [], results, mode: 'plain', range }) as unknown as Stmt;

function typesOf(body: readonly Stmt[], places: readonly string[]): (string | null)[] {
  const fn = { id: 'f', name: 'f', params: [], locals: [], captures: [], receiver: null, body } as unknown as FunctionIr;
  const program = {
    recall: (_kind: string, _fn: FunctionIr, _key: string, make: () => unknown) => make(),
    class: () => null,
    function: () => null,
    resultTypes: (_fn: FunctionIr, stmt: { callee: { name: string } }) => (stmt.callee.name === '' ? [] : stmt.callee.name.split(',')),
  };
  const types = new StaticTypes(program as never, new FactIndex([], { exceptions: {} }));
  return places.map((place) => types.of(fn, place));
}

test('results have their declared types, a second one too', () => {
  assert.deepEqual(typesOf([call(['Conn', 'Error'], 'c', 'err')], ['c', 'err', 'other']), ['Conn', 'Error', null]);
});

test('a second result of which nothing is said takes no type from what comes after, a first one does from what was before', () => {
  assert.deepEqual(typesOf([call(['Conn'], 'c', 'n'), call(['Conn', 'Num'], 'c', 'n')], ['c', 'n']), ['Conn', 'Num']);
  assert.deepEqual(typesOf([call(['Conn'], 'c'), call([], 'c')], ['c']), [null]);
  assert.deepEqual(typesOf([call(['Conn', 'Num'], 'c', 'n'), call(['Conn'], 'c', 'n')], ['c', 'n']), ['Conn', 'Num']);
  assert.deepEqual(typesOf([call(['Conn'], 'c'), call(['Other'], 'c')], ['c']), [null]);
});

test('names of types without pointers, qualifiers and tags', () => {
  const names = [
    'conn_t',
    'conn_t *',
    'conn_t **',
    'conn_t * *',
    '**conn_t',
    '&conn_t',
    'struct conn_t*',
    'const struct conn_t **',
    'union conn_t',
  ];
  for (const name of names) assert.equal(plainType(name), 'conn_t', name);
  for (const name of ['', '*', 'void *', 'void **', '?']) assert.equal(plainType(name), null, name);
});
