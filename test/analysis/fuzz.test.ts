/** Random edits of the fixtures: nothing throws, a syntax error costs only its own function, incremental and fresh analysis agree. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { Analysis } from '../../src/analysis/findings.js';
import { languageOfFile } from '../../src/app/languages.js';
import { analyser, ROOT } from '../app/analyser.js';

const FIXTURES = path.join(ROOT, 'test/fixtures');
const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 6);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

/** xorshift32: chance that can be repeated. */
function generator(seed: number): (below: number) => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

const BITS = [
  '(',
  ')',
  '{',
  '}',
  '"',
  "'",
  '\n',
  '\t',
  ' ',
  ':',
  ';',
  ',',
  '=',
  '#',
  '/*',
  '*/',
  '\\',
  '\u0000',
  '😀',
  'if',
  'for ',
  'defer ',
  'with ',
  'try:',
  'else',
  'return',
  'goto x;',
  '#if',
  '#endif',
  '\r\n',
  '`',
  '[',
  ']',
  '<',
  '%',
];

function edited(text: string, random: (below: number) => number): string {
  const at = random(text.length + 1);
  switch (random(4)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + random(40));
    case 1:
      return text.slice(0, at) + BITS[random(BITS.length)] + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(random(text.length + 1), random(text.length + 1)) + text.slice(at);
    default:
      return text.slice(0, at);
  }
}

const plain = ({ findings, connections, problems, suppressions }: Analysis): unknown => ({ findings, connections, problems, suppressions });

for (const folder of readdirSync(FIXTURES)) {
  describe(`random edits of the ${folder} fixtures`, () => {
    for (const name of readdirSync(path.join(FIXTURES, folder))) {
      const language = languageOfFile(name);
      if (language === null) continue;
      it(name, () => {
        const random = generator(SEED + name.length * 31 + (name.codePointAt(0) ?? 0));
        let text = readFileSync(path.join(FIXTURES, folder, name), 'utf8');
        analyser.update(name, text, language);
        for (let round = 0; round < ROUNDS; round += 1) {
          text = edited(text, random);
          const incremental = analyser.update(name, text, language);
          assert.ok(!incremental.problems.some((p) => p.kind === 'internal'), `${JSON.stringify(incremental.problems)}\n${text}`);
          assert.deepEqual(plain(incremental), plain(analyser.analyse(text, language)), text);
        }
        analyser.closeDocument(name);
      });
    }
  });
}
