/** Names that every JavaScript object has are names of a program like any other: our tables do not answer to them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { languageOfFile } from '../../src/app/languages.js';
import { analyser } from '../app/analyser.js';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures');
const HOSTILE = ['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf'];

/** Every 6th fixture: enough for every kind of statement, in a few seconds. */
const sources = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((name) => languageOfFile(name) !== null && statSync(path.join(FIXTURES, name)).size < 6000)
  .sort()
  .filter((_, index) => index % 6 === 0);

/** The names that stand in the text most often, without those of one or two letters. */
function frequent(text: string): string[] {
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(/\b[a-z_]\w{2,}\b/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([word]) => word);
}

it(`${sources.length} fixtures with their names replaced by ${HOSTILE.join(', ')}: no inner error`, () => {
  for (const name of sources) {
    const language = languageOfFile(name);
    const text = readFileSync(path.join(FIXTURES, name), 'utf8');
    const words = frequent(text).slice(0, 20);
    for (const shift of [0, 1]) {
      const given = new Map(words.map((word, index) => [word, index % 2 === shift ? HOSTILE[index % HOSTILE.length] : undefined]));
      const changed = text.replace(/\b[a-z_]\w{2,}\b/g, (word) => given.get(word) ?? word);
      if (language === null) continue;
      const inner = analyser.analyse(changed, language).problems.filter(({ kind }) => kind === 'internal');
      assert.deepEqual(inner, [], `${name}\n${changed}`);
    }
  }
});
