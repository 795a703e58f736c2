/** A sample's first line says how many mistakes it has; so many findings are shown. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { languageOfFile } from '../../src/app/languages.js';
import { checkText, ROOT } from '../app/analyser.js';

const NUMBERS = ['no', 'one', 'two', 'three', 'four'];
const FOLDER = path.join(ROOT, 'samples');

describe('samples', () => {
  for (const name of readdirSync(FOLDER))
    it(name, () => {
      const text = readFileSync(path.join(FOLDER, name), 'utf8');
      const [, said = ''] = /\b(no|one|two|three|four) mistakes?\b/.exec(text.split('\n', 1)[0] ?? '') ?? [];
      const { findings } = checkText(text, languageOfFile(name) ?? '');
      assert.equal(findings.length, NUMBERS.indexOf(said), findings.map(({ rule, range }) => `${rule} ${range.startLine}`).join(', '));
    });
});
