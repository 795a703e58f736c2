/** Single steps of the search: what a copy of a connection is, and which waits after its end are work. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Node } from '../../../src/analysis/flow/cfg.js';
import { workOf } from '../../../src/analysis/flow/events-of.js';
import { FactIndex } from '../../../src/analysis/flow/fact-index.js';
import { FactMap } from '../../../src/analysis/flow/fact-map.js';
import type { Operand } from '../../../src/analysis/flow/ir.js';
import type { Life } from '../../../src/analysis/flow/life.js';
import type { Program } from '../../../src/analysis/flow/program.js';
import type { Run } from '../../../src/analysis/flow/run.js';
import { start, type State } from '../../../src/analysis/flow/state.js';
import { transfer } from '../../../src/analysis/flow/transfer.js';

const range = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
const FACTS = new FactIndex([], { exceptions: {} });
const STATE: State = { ...start, phase: 'open', aliases: FactMap.of([['fd', 'Sock']]) };

type Derived = Extract<Operand, { kind: 'derived' }>;
const HOW: Record<Derived['how'], [State['phase'], string[]]> = {
  like: ['open', ['fd', 'copy']],
  part: ['open', ['fd', 'copy']],
  // The pointer, and what it points to.
  address: ['open', ['fd', 'copy', '*copy']],
  // A number is no connection.
  length: ['open', ['fd']],
  // Who has one of many cannot be told from there on.
  joined: ['gone', ['fd']],
};
for (const [how, [phase, names]] of Object.entries(HOW))
  test(`copy = ${how} of it`, () => {
    const program = { facts: FACTS, function: () => null, partType: () => null };
    const run = { fn: { locals: ['copy', 'fd'], params: [], receiver: null }, program } as unknown as Run;
    const from = { kind: 'derived', how, of: { kind: 'place', place: 'fd' } } as Operand;
    const node = { next: 1, op: { op: 'assign', to: 'copy', from, range } } as unknown as Node;
    const [outcome] = transfer(run, node, STATE);
    assert.equal(outcome?.state.phase, phase);
    if (phase === 'open') assert.deepEqual([...(outcome?.state.aliases.keys() ?? [])].sort(), [...names].sort());
  });

for (const [wait, phase, isWork] of [
  ['other', 'eof', true],
  ['sleep', 'eof', true],
  ['read', 'eof', false],
  ['write', 'eof', false],
  ['other', 'open', false],
] as const)
  test(`a ${wait} when the connection is ${phase} ${isWork ? 'is' : 'is no'} work before the close`, () => {
    const entry = { doubt: 0, prev: null, notes: [] };
    const event = { event: 'wait', state: { ...STATE, phase }, fact: { wait }, range, limited: false, limit: null, own: false };
    const exploration = { events: [{ event, entry, notes: [], doubt: 0 }], entries: [entry] };
    const life = { fn: {}, exploration, before: [], doubt: 0 } as unknown as Life;
    assert.equal(workOf({ limitsAll: () => false } as unknown as Program, life).length, isWork ? 1 : 0);
  });
