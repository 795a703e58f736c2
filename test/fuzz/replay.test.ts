/** What campaigns found stays mended, and a short campaign finds nothing new. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { LANGUAGES } from '../../src/app/languages.js';
import { counted, STEP_BUDGET, wrongWith, type Case } from './cases.js';
import { minimised } from './minimise.js';
import { generator } from './mutate.js';
import { ByLanguage, FIXTURES, seedsOf } from './seeds.js';

const FOUND = path.join(import.meta.dirname, 'found');

describe('found inputs', () => {
  for (const name of readdirSync(FOUND).filter((one) => one.endsWith('.json')))
    it(name, () => assert.equal(wrongWith(JSON.parse(readFileSync(path.join(FOUND, name), 'utf8')) as Case), null));
});

describe('a short campaign (seed 1)', () => {
  it('mutants of definitions in every language: no inner error, within the budget of steps', async () => {
    const seeds = await seedsOf([FIXTURES], null);
    const small = new ByLanguage(seeds.small);
    const chance = generator(1);
    const tried = new Set<string>();
    for (let n = 0; n < 300; n += 1) {
      const seed = small.pick(chance);
      tried.add(seed.language);
      const text = seeds.mutators.get(seed.language)?.mutate(seed, chance) ?? '';
      assert.equal(wrongWith({ kind: 'text', language: seed.language, text }), null, JSON.stringify(text));
    }
    // Each dialect of JavaScript has its own parser, or its language's.
    assert.ok(tried.size >= LANGUAGES.length - 2, [...tried].join());
    assert.ok(counted.most < STEP_BUDGET);
  });

  it('an edited document, and an edited program', () => {
    const texts = [
      'def f(h):\n    s = socket.create_connection(h)\n',
      'import socket\ndef f(h):\n    s = socket.create_connection(h)\n',
      'import',
    ];
    assert.equal(wrongWith({ kind: 'edits', language: 'python', texts }), null);
    const files = {
      'a.py': 'import socket\ndef dial(h):\n    return socket.create_connection(h)\n',
      'b.py': 'from a import dial\ndial(1)\n',
    };
    assert.equal(wrongWith({ kind: 'project', files, edits: [['a.py', 'def dial(h):\n    return 1\n']] }), null);
  });

  it('what goes wrong is made small', () => {
    const judge = (one: Case): string | null => (one.kind === 'edits' && one.texts.join('').includes('bad') ? 'inner error: 7' : null);
    const small = minimised({ kind: 'edits', language: 'python', texts: ['a\nso bad', 'c', ''] }, 'inner error: 8', judge);
    assert.deepEqual(small, { kind: 'edits', language: 'python', texts: ['bad'] });
  });
});
