/** What campaigns found stays mended. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { languageOfFile } from '../../src/app/languages.js';
import { analyser } from '../app/analyser.js';
import { generator, Mutator } from './mutate.js';

const FOUND = path.join(import.meta.dirname, 'found');
const SAMPLE =
  'import socket\n\n\ndef f(host):\n    s = socket.socket()\n    try:\n        s.connect((host, 1))\n        return ' +
  's.recv(1)\n    except OSError:\n        return None\n';
const internal = (text: string, language: string): unknown[] =>
  analyser.analyse(text, language).problems.filter(({ kind }) => kind === 'internal');

it('found inputs are analysed without an inner error', () => {
  for (const name of readdirSync(FOUND)) {
    const language = languageOfFile(name);
    if (language !== null) assert.deepEqual(internal(readFileSync(path.join(FOUND, name), 'utf8'), language), [], name);
  }
});

it('mutants of a small program, too', async () => {
  const mutator = await Mutator.open('tree-sitter-python.wasm', path.resolve(import.meta.dirname, '../../dist/grammars'));
  const random = generator(1);
  for (let n = 0; n < 100; n += 1) {
    const mutant = mutator.mutate(SAMPLE, random);
    assert.deepEqual(internal(mutant, 'python'), [], mutant);
  }
});
