/**
 * Fixtures: real source files whose findings stand as comments under the line they speak of:
 *
 *     conn, err := net.Dial("tcp", addr)
 *     //           ^^^^^^^^^^^^^^^^^^^^^ missing-close [certain] fetch
 *     // | 7 opened here | 12 leaves by return
 *
 * They are checked both ways: the comments are taken out, the file is analysed, and what is found is written back; the
 * result must be the file. `UPDATE=1` rewrites the files instead. `ok_*` files have no finding, not even a possible one
 * that is shown. `NAME.fixed.EXT` beside a file is what the first fix of every finding makes of it.
 */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { CheckedFinding } from '../../src/app/check.js';
import { applyEdits } from '../../src/app/edits.js';
import { checkText, ROOT } from '../app/analyser.js';

const update = process.env.UPDATE === '1';

/** Runs all fixtures of one folder of test/fixtures. `mark` starts a line comment. */
export function fixtureTests(language: string, folder: string, extension: string, mark: string): void {
  const dir = path.join(ROOT, 'test/fixtures', folder);
  const names = readdirSync(dir).filter((name) => name.endsWith(extension) && !name.endsWith(`.fixed${extension}`));
  describe(`${language} fixtures`, () => {
    it('there are some', () => assert.ok(names.length > 0));
    for (const name of names) {
      it(name, () => {
        const file = path.join(dir, name);
        const text = readFileSync(file, 'utf8');
        const plain = withoutFindings(text, mark);
        const { findings, problems } = checkText(plain, language, { fixes: true });
        const annotated = withFindings(plain, findings, mark);
        if (update) writeFileSync(file, annotated);
        else assert.equal(text, annotated);
        assert.deepEqual(problems.filter((problem) => problem.kind !== 'syntax'), []);
        assert.equal(findings.length === 0, name.startsWith('ok_'), 'files without findings are named ok_*');
        const beside = path.join(dir, name.replace(extension, `.fixed${extension}`));
        if (existsSync(beside)) checkFixed(plain, language, beside);
      });
    }
  });
}

/** The first fix of every finding, one after another. */
export function fixAll(plain: string, language: string): string {
  let text = plain;
  for (let round = 0; round < 20; round += 1) {
    const fix = checkText(text, language, { fixes: true }).findings.flatMap((finding) => finding.fixes.slice(0, 1))[0];
    const next = fix ? applyEdits(text, fix.edits) : null;
    if (next === null) break;
    text = next;
  }
  return text;
}

function checkFixed(plain: string, language: string, beside: string): void {
  const fixed = fixAll(plain, language);
  if (update) writeFileSync(beside, fixed);
  else assert.equal(fixed, readFileSync(beside, 'utf8'));
  assert.deepEqual(checkText(fixed, language).findings.map((finding) => finding.message), [], 'nothing is left after the fixes');
}

function isNote(line: string, mark: string): boolean {
  const text = line.trimStart();
  return text.startsWith(mark) && /^(?: *\^+ [a-z-]+ \[| *col \d+-\d+ [a-z-]+ \[| \| \d+ )/.test(text.slice(mark.length));
}

/** The source without the comments that tell of findings. */
export function withoutFindings(text: string, mark: string): string {
  return text.split('\n').filter((line) => !isNote(line, mark)).join('\n');
}

/** The source with a comment for each finding; line numbers are those of the result. */
export function withFindings(plain: string, findings: readonly CheckedFinding[], mark: string): string {
  const lines = plain.split('\n');
  const notes = new Map<number, CheckedFinding[]>();
  for (const finding of findings) notes.set(finding.range.startLine, [...(notes.get(finding.range.startLine) ?? []), finding]);
  const moved = lines.map((_, index) => index + 1 + 2 * findings.filter((finding) => finding.range.startLine <= index).length);
  return lines.flatMap((line, index) => [line, ...(notes.get(index + 1) ?? []).flatMap((finding) => noteOf(finding, moved, mark))]).join('\n');
}

function noteOf(finding: CheckedFinding, moved: readonly number[], mark: string): string[] {
  const { startLine, startColumn, endLine, endColumn } = finding.range;
  const what = `${finding.rule} [${finding.certainty}] ${finding.function}`;
  const gap = startColumn - 1 - mark.length;
  const length = endLine === startLine ? endColumn - startColumn : 1;
  const where = gap >= 1 ? `${' '.repeat(gap)}${'^'.repeat(Math.max(1, length))}` : ` col ${startColumn}-${endColumn}`;
  const steps = finding.path.map((step) => `${moved[step.range.startLine - 1] ?? step.range.startLine} ${step.message}`);
  return [`${mark}${where} ${what}`, `${mark} | ${steps.join(' | ')}`];
}
