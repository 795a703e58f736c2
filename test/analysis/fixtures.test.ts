/**
 * Every fixture says itself what is to be found; `UPDATE=python` (or another language,
 * or 1 for all) rewrites what they say, reviewing the difference is the work.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Analyser } from '../../src/analysis/analyse.js';
import { analyser } from './support/analyser.js';
import { withMarks, withoutMarks } from './support/expectations.js';

const root = fileURLToPath(new URL('../fixtures/', import.meta.url));
const update = process.env.UPDATE;

for (const language of Analyser.languages()) {
  const folder = path.join(root, language.id);
  // A language with a test of its own writes its fixtures in its own way.
  const own = fs.existsSync(new URL(`./${language.id}-fixtures.test.ts`, import.meta.url));
  const files =
    fs.existsSync(folder) && !own ? fs.readdirSync(folder).filter((name) => language.extensions.includes(path.extname(name))) : [];
  describe(`fixtures: ${language.title}`, () => {
    for (const name of files) it(name, () => check(path.join(folder, name), language.id, language.lineComment));
  });
}

async function check(file: string, languageId: string, comment: string): Promise<void> {
  const source = fs.readFileSync(file, 'utf8');
  const bare = withoutMarks(source);
  const analysis = (await analyser()).analyse(bare, languageId);
  assert.deepEqual(
    analysis.problems.filter((problem) => problem.kind !== 'syntax'),
    [],
  );
  const actual = withMarks(bare, analysis, comment);
  if (path.basename(file).startsWith('ok_')) assert.equal(actual, bare, 'correct code has no finding');
  if (update === '1' || update === languageId) fs.writeFileSync(file, actual);
  else assert.equal(source, actual);
}
