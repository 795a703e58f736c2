/** Where ways meet again: graphs made by hand, with ways that never do. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Graph } from '../../../src/analysis/flow/cfg.js';
import { postDominators } from '../../../src/analysis/flow/dominators.js';

/** A node is where it leads to: one node, two of a test, handlers with the way past them, or nothing (the end). */
function graph(...ways: (number | [number, number] | { handlers: number[]; otherwise: number } | null)[]): Graph {
  const nodes = ways.map((way, id) => {
    if (way === null) return { id, op: { op: 'end' } };
    if (typeof way === 'number') return { id, op: { op: 'nothing' }, next: way };
    if (Array.isArray(way)) return { id, op: { op: 'test', no: way[1] }, next: way[0] };
    return { id, op: { op: 'dispatch', handlers: way.handlers.map((entry) => ({ entry })), otherwise: way.otherwise } };
  });
  return { nodes } as unknown as Graph;
}

const CASES: Record<string, [Graph, number[]]> = {
  'sides of a test meet': [graph([1, 2], 3, 3, null), [3, 3, 3, -1]],
  'sides of a test meet later': [graph([1, 3], [2, 3], 3, 4, null), [3, 3, 3, 4, -1]],
  'ways that end apart meet nowhere': [graph([1, 2], null, null), [-1, -1, -1]],
  'a way that turns for ever meets nothing': [graph(1, 0), [-1, -1]],
  'a loop meets at its test, and leaves it': [graph([1, 2], 0, null), [2, 0, -1]],
  'a side that turns for ever does not count': [graph([1, 2], 1, null), [2, -1, -1]],
  'handlers and the way past them meet': [graph({ handlers: [1, 2], otherwise: 3 }, 4, 3, 4, null), [4, 4, 3, 4, -1]],
};

for (const [name, [given, expected]] of Object.entries(CASES)) test(name, () => assert.deepEqual(postDominators(given), expected));
