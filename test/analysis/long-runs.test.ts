/** Long runs of one character, as minified and hostile files have them, are read once. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Analyser } from '../../src/analysis/analyse.js';
import { beginsProgram } from '../../src/diagnosis/candidates/commands.js';
import type { SourceFile } from '../../src/diagnosis/candidates/program.js';
import { analyser } from './support/analyser.js';

/** Read again from each place, these take minutes. */
const RUN = 300_000;
const MOST_SECONDS = 15;

function inTime(what: string, run: () => void): void {
  // Of the processor: a wall clock also tells what else the machine does.
  const began = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(began);
  const took = (user + system) / 1e6;
  assert.ok(took < MOST_SECONDS, `${what}: ${took.toFixed(1)} s`);
}

test('empty lines in front of where a program begins', () => {
  for (const language of ['c', 'cpp', 'rust', 'go']) {
    const text = `${'\n'.repeat(RUN)}x`;
    inTime(language, () => assert.equal(beginsProgram({ language, text } as SourceFile), false));
    const begins = { c: 'int main(', cpp: '  void main(', rust: '  async fn main()', go: 'func main()' }[language] ?? '';
    assert.equal(beginsProgram({ language, text: `\n\n${begins}` } as SourceFile), true);
  }
});

for (const language of Analyser.languages()) {
  test(`comments of ${language.title} that are mostly spaces`, async () => {
    const one = await analyser();
    const [open, close] = language.id === 'python' ? ['# ', ''] : ['/*', '*/'];
    const text = `${open}${' '.repeat(RUN)}x${close}\n${open} ${'* '.repeat(1000)}${close}\n`;
    inTime(language.id, () => assert.deepEqual(one.analyse(text, language.id).findings, []));
  });
}

test('a bundle on one line, in a wrapper that holds all its functions', async () => {
  const one = await analyser();
  const count = 3000;
  const functions = Array.from(
    { length: count },
    (_, i) => `v${i}=function(e,t){e.push(v${(i + 1) % count}.a(t));v${(i * 7) % count}.b(e)}`,
  );
  const text = `!function(){var ${functions.join(',')};require("net").connect(1)}();`;
  inTime('javascript', () => assert.deepEqual(one.analyse(text, 'javascript').problems, []));
});
