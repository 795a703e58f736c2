/** Every offered fix, applied to a copy, removes its finding, adds none, leaves the syntax whole, and is not offered again. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { Finding } from '../../src/analysis/findings.js';
import { applyEdits } from '../../src/app/edits.js';
import { languageOfFile } from '../../src/app/languages.js';
import { verifiedFixes } from '../../src/app/fixes.js';
import { trialOf } from '../../src/app/trial.js';
import { analyser, checkText, ROOT } from './analyser.js';

const FIXTURES = path.join(ROOT, 'test/fixtures');
const ALL = { minCertainty: 'possible', fixes: true } as const;
const key = (f: { rule: string; function: string }): string => `${f.rule} in ${f.function}`;

describe('applyEdits', () => {
  const at = (
    startLine: number,
    startColumn: number,
    endLine: number,
    endColumn: number,
  ): { startLine: number; startColumn: number; endLine: number; endColumn: number } => ({ startLine, startColumn, endLine, endColumn });
  it('makes all edits at once, in CRLF text and beyond the basic plane', () => {
    assert.equal(
      applyEdits('a\r\n😀b\r\n', [
        { range: at(2, 3, 2, 4), newText: 'c' },
        { range: at(1, 1, 1, 1), newText: 'x' },
      ]),
      'xa\r\n😀c\r\n',
    );
  });
  it('refuses edits that overlap or lie outside', () => {
    assert.equal(
      applyEdits('abc', [
        { range: at(1, 1, 1, 3), newText: '' },
        { range: at(1, 2, 1, 4), newText: '' },
      ]),
      null,
    );
    assert.equal(applyEdits('abc', [{ range: at(7, 1, 7, 2), newText: '' }]), null);
  });
});

/** Folders of sources; recorded symptoms stand beside them. */
const folders = readdirSync(FIXTURES).filter((folder) =>
  readdirSync(path.join(FIXTURES, folder)).some((name) => languageOfFile(name) !== null),
);

/** The rule, and the lines of the path behind the opening, as they are written. */
function way(text: string, { rule, path: steps }: Finding): string {
  const lines = text.split('\n');
  return [rule, ...steps.slice(1).map(({ range }) => lines[range.startLine - 1])].join('\n');
}

for (const folder of folders) {
  describe(`fixes offered in the ${folder} fixtures`, () => {
    let offered = 0;
    for (const name of readdirSync(path.join(FIXTURES, folder))) {
      const language = languageOfFile(name);
      if (language === null) continue;
      it(name, () => {
        const text = readFileSync(path.join(FIXTURES, folder, name), 'utf8');
        const before = checkText(text, language, ALL);
        // Tried together or one by one: the same ones hold.
        const alone = trialOf(analyser, text, language, {});
        const { findings } = alone.analyseAll(text);
        assert.deepEqual(
          before.findings.map(({ fixes }) => fixes),
          findings.map((finding) => verifiedFixes(alone, finding)),
        );
        for (const finding of before.findings) {
          for (const fix of finding.fixes) {
            offered += 1;
            const fixed = applyEdits(text, fix.edits);
            assert.ok(fixed !== null && fixed !== text, fix.title);
            const after = checkText(fixed, language, { ...ALL, fixes: false });
            const count = (file: typeof before, wanted: string): number => file.findings.filter((f) => key(f) === wanted).length;
            assert.ok(count(after, key(finding)) < count(before, key(finding)), `"${fix.title}" leaves ${key(finding)}\n${fixed}`);
            // Advice about functions that several share is told once: of the next caller, once the first is mended.
            const isNext = (f: Finding): boolean => f.path.length > 1 && way(fixed, f) === way(text, finding);
            for (const f of after.findings)
              assert.ok(isNext(f) || count(after, key(f)) <= count(before, key(f)), `"${fix.title}" adds ${key(f)}\n${fixed}`);
            assert.ok(
              after.problems.filter((p) => p.kind === 'syntax').length <= before.problems.filter((p) => p.kind === 'syntax').length,
              `"${fix.title}" breaks the syntax\n${fixed}`,
            );
          }
        }
      });
    }
    it('there are some', () => assert.ok(offered > 0));
  });
}
