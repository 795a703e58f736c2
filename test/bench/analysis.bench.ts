/**
 * Speed of the analysis as a ratio to the bare parse of the same text in the same run: a slow machine changes both alike.
 * `npm run bench -- analysis [FILE…]`; without files it takes the fixtures.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Analyser } from '../../src/analysis/analyse.js';
import { LANGUAGES } from '../../src/analysis/languages/generated.js';
import { Syntax } from '../../src/analysis/syntax/syntax.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const REPEATS = 3;
const load = async (name: string): Promise<Uint8Array> => readFileSync(path.join(ROOT, 'dist/grammars', name));
const clock = (): number => performance.now();

const syntax = await Syntax.open(load);
const analyser = await Analyser.open(load, clock);
const given = process.argv.slice(2);

for (const language of LANGUAGES) {
  const files = given.length > 0 ? given : fixtures(language.id);
  const texts = files.filter((f) => language.extensions.includes(path.extname(f))).map((f) => readFileSync(f, 'utf8'));
  if (texts.length === 0) continue;
  await syntax.prepare(language.grammar);
  await analyser.prepare(language.id);
  const parse = best(() => texts.forEach((t) => syntax.parseOnly(language.grammar, t)));
  const analyse = best(() => texts.forEach((t) => analyser.analyse(t, language.id)));
  const bytes = texts.reduce((sum, t) => sum + t.length, 0);
  console.log(
    `${language.id}: ${texts.length} files, ${(bytes / 1e6).toFixed(2)} MB; parse ${parse.toFixed(0)} ms (${(bytes / 1000 / parse).toFixed(1)} MB/s), parse + analysis ${analyse.toFixed(0)} ms = ${(analyse / parse).toFixed(2)} × the parse`,
  );
}

function fixtures(id: string): string[] {
  const dir = path.join(ROOT, 'test/fixtures', id);
  return readdirSync(dir).map((name) => path.join(dir, name));
}

/** Milliseconds of the quickest of a few runs. */
function best(run: () => void): number {
  let least = Infinity;
  for (let i = 0; i < REPEATS; i += 1) {
    const start = clock();
    run();
    least = Math.min(least, clock() - start);
  }
  return least;
}
