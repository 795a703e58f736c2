/** A descriptor that a loop overwrites is closed there, and on the exits that do not close it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { applyEdits } from '../../src/app/edits.js';
import { checkText, ROOT } from './analyser.js';

test('what a failed attempt overwrites is closed before, beside the exits', () => {
  const text = readFileSync(path.join(ROOT, 'test/fixtures/c/lost_attempt.c'), 'utf8');
  const finding = checkText(text, 'c', { fixes: true }).findings.find(({ rule }) => rule === 'close-skipped-on-error');
  const fix = finding?.fixes.find(({ title }) => title === 'Close it wherever the code loses it');
  assert.ok(fix);
  assert.equal(fix.safe, false);
  const fixed = applyEdits(text, fix.edits) ?? '';
  assert.match(fixed, /break;\n {8}close\(fd\);\n {8}fd = -1;/);
  assert.equal([...fixed.matchAll(/close\(fd\);/g)].length, [...text.matchAll(/close\(fd\);/g)].length + 3);
  assert.doesNotMatch(fixed, /if \(fd < 0\) \{?\s*close/);
});

const titlesIn = (file: string, fn: string): string[] =>
  checkText(readFileSync(path.join(ROOT, 'test/fixtures', file), 'utf8'), path.extname(file).slice(1), { fixes: true })
    .findings.filter((finding) => finding.function === fn)
    .flatMap(({ fixes }) => fixes.map(({ title }) => title));

test('accept only uses its listener; a throw is a way out as a return is', () => {
  assert.ok(titlesIn('c/two_exits.c', 'serves_three').includes('Close it on every other way out'));
  assert.ok(titlesIn('cpp/exceptions.cpp', 'throws_or_returns').includes('Close it by a guard, however the function is left'));
});
