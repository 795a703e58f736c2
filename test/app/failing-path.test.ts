/** What is drawn for a finding is its own path: left open where the path leaves, and told as a leak. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { onPathOf } from '../../src/app/failing-path.js';
import { tell } from '../../src/app/story.js';
import type { PathStep } from '../../src/analysis/findings.js';
import { MACHINE } from '../scenarios/profiles.js';
import { analyser } from './analyser.js';

const SAMPLES = new URL('../../samples/', import.meta.url);

test("a leaking path of Go's sample is a leak, on the line where the function leaves, for the collector alone to end", () => {
  const { findings, connections } = analyser.analyse(readFileSync(new URL('status.go', SAMPLES), 'utf8'), 'go');
  const finding = findings.find(({ rule }) => rule === 'close-skipped-on-error');
  const connection = connections[finding?.connection ?? -1];
  assert.ok(finding && connection);
  const { answer } = tell(onPathOf(finding, connection), 'peer-closes-we-do-not', {}, MACHINE);
  assert.equal(answer.leak?.line, 22);
  assert.equal(answer.lasts, 'until the garbage collector runs');
  // Its read says the end as an error, with which the function leaves, too.
  assert.equal(tell(connection, 'peer-closes-we-do-not', {}, MACHINE).answer.leak?.line, 22);
});

test('steps of other files are no line of this one; what its last reference closes is left by nobody', () => {
  const range = { startLine: 7, startColumn: 1, endLine: 7, endColumn: 2 };
  const path: PathStep[] = [
    { range, message: '' },
    { range: { ...range, startLine: 99 }, file: 'other.go', message: '' },
  ];
  const { connections } = analyser.analyse(readFileSync(new URL('status.go', SAMPLES), 'utf8'), 'go');
  const [connection] = connections;
  assert.ok(connection);
  const last = (onDrop: 'never' | 'at-once'): unknown => onPathOf({ rule: 'missing-close', path }, { ...connection, onDrop }).steps.at(-1);
  assert.deepEqual(last('never'), { do: 'hold', line: 7 });
  assert.notDeepEqual(last('at-once'), { do: 'hold', line: 7 });
  assert.equal(onPathOf({ rule: 'missing-keepalive', path }, connection), connection);
});
