/**
 * npm run fuzz -- [--inputs N] [--seed N] [--language ID] [FOLDER…]: mutants of real files (default: the fixtures) through the analyser.
 * None may make it throw or report an inner error, and memory must not grow. What does is written to test/fuzz/found, which the tests
 * replay.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { LANGUAGES as REGISTERED } from '../../src/analysis/languages/generated.js';
import { languageOfFile } from '../../src/app/languages.js';
import { analyser, ROOT } from '../app/analyser.js';
import { generator, Mutator } from './mutate.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { inputs: { type: 'string', default: '2000' }, seed: { type: 'string' }, language: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const inputs = Number(values.inputs);
/** Larger files make few mutants a second. */
const LARGEST = 40_000;
/** A heap that grew by more than this since the first tenth leaks (MB). */
const MOST_GROWTH_MB = 200;

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter((file) => languageOfFile(file) !== null && statSync(file).isFile() && statSync(file).size < LARGEST);
}

const files = (positionals.length > 0 ? positionals : [path.join(ROOT, 'test/fixtures')])
  .flatMap(filesIn)
  .filter((file) => values.language === undefined || languageOfFile(file) === values.language)
  .sort();
if (files.length === 0) throw new Error('no source files there');
const random = generator(seed);
const mutators = new Map<string, Mutator>();
let [found, limits, slowest, heapThen] = [0, 0, 0, 0];
const began = performance.now();
for (let n = 0; n < inputs; n += 1) {
  const file = files[random(files.length)] ?? '';
  const language = languageOfFile(file) ?? '';
  const grammar = REGISTERED.find(({ id }) => id === language)?.grammar ?? '';
  const mutator = mutators.get(grammar) ?? (await Mutator.open(grammar, path.join(ROOT, 'dist/grammars')));
  mutators.set(grammar, mutator);
  const mutant = mutator.mutate(readFileSync(file, 'utf8'), random);
  const start = performance.now();
  const wrong = wrongWith(mutant, language);
  slowest = Math.max(slowest, performance.now() - start);
  if (wrong !== null) {
    found += 1;
    const name = `${createHash('sha256').update(mutant).digest('hex').slice(0, 12)}${path.extname(file)}`;
    writeFileSync(path.join(ROOT, 'test/fuzz/found', name), mutant);
    console.error(`${name} (of ${path.relative(ROOT, file)}): ${wrong}`);
  }
  if (n === Math.floor(inputs / 10)) heapThen = process.memoryUsage().heapUsed;
}
const grown = (process.memoryUsage().heapUsed - heapThen) / 1e6;
const seconds = (performance.now() - began) / 1000;
console.log(
  `${inputs} inputs of ${files.length} files, seed ${seed}: ${found} found, ${limits} cut by a limit, slowest ${slowest.toFixed(0)} ms, heap ${grown >= 0 ? '+' : ''}${grown.toFixed(0)} MB, ${(inputs / seconds).toFixed(0)} a second`,
);
process.exitCode = found > 0 || grown > MOST_GROWTH_MB ? 1 : 0;

function wrongWith(text: string, language: string): string | null {
  try {
    const { problems } = analyser.analyse(text, language);
    if (problems.some(({ kind }) => kind === 'limit')) limits += 1;
    return problems.find(({ kind }) => kind === 'internal')?.message ?? null;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
