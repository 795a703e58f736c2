/** What one call in a file says for all of its connections, whatever stands around it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FactIndex } from '../../../src/analysis/flow/fact-index.js';
import type { Library } from '../../../src/analysis/flow/facts.js';
import { handlesSignal, limitsAll } from '../../../src/analysis/flow/file-wide.js';
import type { FileIr, FunctionIr } from '../../../src/analysis/flow/ir.js';
import { Unit } from '../../../src/analysis/flow/unit.js';

const LIBRARY = {
  id: 'c',
  calls: [
    { name: 'signal', source: '', handlesSignal: { arg: { arg: 0 }, names: ['SIGPIPE'] } },
    { name: 'limit', source: '', limitsAll: true },
    { name: 'prepare', source: '' },
  ],
  types: [],
  constants: {},
  exceptions: {},
} as unknown as Library;
const FACTS = new FactIndex([LIBRARY], { exceptions: {} });
const range = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };

/** A file with one function that makes these calls: `name` or `name(NAME)`. */
function fileOf(calls: string): Unit {
  const body = calls.split('; ').map((text) => {
    const [, name = '', arg] = /^(\w+)(?:\((\w+)\))?$/.exec(text) ?? [];
    const args = arg === undefined ? [] : [{ value: { kind: 'name', name: arg, maybeZero: false } }];
    return { do: 'call', callee: { kind: 'api', name }, args, results: [], mode: 'plain', range };
  });
  const fn = {
    id: 'f',
    name: 'f',
    kind: 'function',
    className: null,
    params: [],
    locals: [],
    captures: [],
    body,
    range,
  } as unknown as FunctionIr;
  const decl = { ...fn, start: 0, end: calls.length, lower: () => ({ functions: [fn], classes: [] }) };
  return new Unit(null, calls, { functions: [decl], classes: [], imports: [], comments: [] } as unknown as FileIr);
}

for (const [calls, signal, all] of [
  ['signal(SIGPIPE)', true, false],
  ['prepare; signal(SIGPIPE)', true, false],
  ['signal(SIGPIPE); prepare', true, false],
  ['unknown; signal(SIGPIPE); unknown', true, false],
  ['signal(SIGINT); prepare', false, false],
  ['signal; prepare', false, false],
  ['signal(SIGINT); signal(SIGPIPE)', true, false],
  ['prepare; limit; unknown', false, true],
  ['prepare; unknown', false, false],
] as const)
  test(calls, () => {
    assert.equal(handlesSignal(FACTS, fileOf(calls)), signal);
    assert.equal(limitsAll(FACTS, fileOf(calls)), all);
  });
