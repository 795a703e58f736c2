/** Trees that are given back are made again, and give the same functions. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { language } from '../../../src/analysis/languages/python.js';
import { Trees } from '../../../src/analysis/project/trees.js';
import { Syntax } from '../../../src/analysis/syntax/syntax.js';
import type { SyntaxTree } from '../../../src/analysis/syntax/tree.js';
import { load } from '../support/analyser.js';

describe('trees', () => {
  it('lowers a function of a file whose tree was given back', async () => {
    const texts = new Map(
      Array.from({ length: 40 }, (_, index) => [
        `f${index}.py`,
        `def f${index}(a):\n    return a.g(${index})\n\n\n#${'x'.repeat(400_000)}\n`,
      ]),
    );
    const syntax = await Syntax.open(load);
    await syntax.prepare(language.grammar);
    let parsed = 0;
    const read = (path: string): SyntaxTree => {
      parsed += 1;
      return syntax.parse(language, texts.get(path) ?? '');
    };
    const trees = new Trees(language, read);
    const held = [...texts.keys()].map((path) => trees.hold(path, read(path)));
    trees.trim();
    const given = held.filter(({ tree }) => tree === null);
    assert.ok(given.length >= 20, `${given.length} of 40 were given back`);
    assert.equal(parsed, 40);
    for (const { path, file } of held) assert.deepEqual(file.functions[0]?.lower().functions[0]?.name, path.slice(0, -3));
    assert.equal(parsed, 40 + given.length);
    for (const one of held) trees.drop(one);
    syntax.close();
  });
});
