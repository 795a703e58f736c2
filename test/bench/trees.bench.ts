/**
 * What the analysis costs on trees of real code, as ratios to the bare parse of the same text in the same run where that can
 * be. `npm run bench -- trees`: fetches Debian and npm packages once (apt-get, dpkg, npm, tar).
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Analyser } from '../../src/analysis/analyse.js';
import { FactIndex } from '../../src/analysis/flow/fact-index.js';
import { LANGUAGES } from '../../src/analysis/languages/generated.js';
import { LIBRARIES } from '../../src/analysis/libraries/generated.js';
import { sourcesOf } from '../../src/analysis/project/sources.js';
import { Store } from '../../src/analysis/project/store.js';
import { Syntax } from '../../src/analysis/syntax/syntax.js';
import { sourcesIn, trees, type SourceFile } from './trees.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const load = async (name: string): Promise<Uint8Array> => readFileSync(path.join(ROOT, 'dist/grammars', name));
const clock = (): number => performance.now();
const syntax = await Syntax.open(load);
const analyser = await Analyser.open(load, clock);
const row = (what: string, value: string): void => console.log(`${what.padEnd(74)} ${value}`);

for (const { language: id, folder } of trees()) {
  const language = LANGUAGES.find((one) => one.id === id);
  if (!language) continue;
  await syntax.prepare(language.grammar);
  await analyser.prepare(id);
  const files = sourcesIn(folder, language.extensions);
  const facts = new FactIndex(
    LIBRARIES.filter((library) => library.languages.includes(id)),
    language,
  );
  const bytes = files.reduce((sum, { text }) => sum + text.length, 0);
  console.log(`${id}: ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB`);
  singleFiles(files, id, language.grammar, facts);
  edits(files, language.grammar);
  commandLine(folder, language.extensions, files.length);
}

/** Each file by itself. */
function singleFiles(files: readonly SourceFile[], id: string, grammar: string, facts: FactIndex): void {
  const ratios: number[] = [];
  let [parsed, analysed, all, scanned, without, unscanned] = [0, 0, 0, 0, 0, 0];
  for (const { text } of files) {
    const parse = time(() => syntax.parseOnly(grammar, text));
    const scan = time(() => facts.mayConcern(text));
    all += parse;
    if (facts.mayConcern(text)) {
      const analysis = time(() => analyser.analyse(text, id));
      ratios.push(analysis / parse);
      parsed += parse;
      analysed += analysis;
    } else {
      without += 1;
      scanned += scan;
      unscanned += time(() => facts.mayConcern(text) && analyser.analyse(text, id));
    }
  }
  ratios.sort((a, b) => a - b);
  row(
    `  a file that a word concerns, all in, against its bare parse (${ratios.length} files)`,
    `median ${(ratios[ratios.length >> 1] ?? 0).toFixed(2)}, total ${(analysed / parsed).toFixed(2)}`,
  );
  row('  the tree with its word scan, against parsing everything', ((analysed + scanned) / all).toFixed(2));
  row(`  a file without a word (${without} files), against the word scan`, (unscanned / Math.max(scanned, 1e-9)).toFixed(2));
}

/** One character more inside a function of a file of about 2,000 lines: to findings, as the editor's worker does it. */
function edits(files: readonly SourceFile[], grammar: string): void {
  const lines = (text: string): number => text.split('\n').length;
  const [file] = files
    .filter(({ path: name, text }) => lines(text) > 1500 && analyserFinds(name, text))
    .sort((a, b) => Math.abs(lines(a.text) - 2000) - Math.abs(lines(b.text) - 2000));
  if (!file) return;
  const texts = new Map([[file.path, file.text]]);
  const project = analyser.openProject({ ...sourcesOf({ [file.path]: file.text }), read: (name) => texts.get(name) ?? null });
  const store = new Store(project, () => ({}));
  project.watch(file.path);
  store.refresh([file.path]);
  const full = best(() => syntax.parseOnly(grammar, file.text));
  const at = file.text.indexOf('\n', file.text.length >> 1);
  const times: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    texts.set(file.path, `${file.text.slice(0, at)}${' '.repeat(1 + (round % 2))}${file.text.slice(at)}`);
    times.push(time(() => store.refresh([file.path])));
  }
  times.sort((a, b) => a - b);
  row(
    `  one character in ${file.path.split('/').at(-1)} (${lines(file.text)} lines), against its full parse`,
    `${((times[7] ?? 0) / full).toFixed(2)} (${(times[7] ?? 0).toFixed(1)} ms)`,
  );
  project.dispose();
}

function analyserFinds(name: string, text: string): boolean {
  const project = analyser.openProject(sourcesOf({ [name]: text }));
  const found = project.analyse(name, {}).analysis.connections.length > 0;
  project.dispose();
  return found;
}

/** `closewait check` as a user runs it: the whole tree, and again with what was kept, after one file changed. */
function commandLine(folder: string, extensions: readonly string[], count: number): void {
  const tmp = mkdtempSync(path.join(os.tmpdir(), 'closewait-bench-'));
  try {
    const tree = path.join(tmp, 'tree');
    const hook = path.join(tmp, 'peak.cjs');
    writeFileSync(
      hook,
      "require('node:worker_threads').isMainThread && process.on('exit', () => console.error('peak', process.resourceUsage().maxRSS));\n",
    );
    cpSync(folder, tree, { recursive: true, filter: (name) => !/\.(?:deb|tgz)$/.test(name) });
    const run = (...args: string[]): { seconds: number; megabytes: number } => {
      const start = clock();
      const { stderr } = spawnSync(
        process.execPath,
        ['--require', hook, path.join(ROOT, 'dist/cli.js'), 'check', tree, '--format', 'json', '--no-fixes', ...args],
        { encoding: 'utf8', maxBuffer: 1 << 29 },
      );
      return { seconds: (clock() - start) / 1000, megabytes: Number(/peak (\d+)/.exec(stderr)?.[1] ?? 0) / 1024 };
    };
    for (const jobs of ['1', '2']) {
      const { seconds, megabytes } = run('--jobs', jobs);
      row(`  the command line on the tree, --jobs ${jobs}`, `${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB`);
    }
    const cache = ['--cache', path.join(tmp, 'cache')];
    run(...cache);
    const [first] = sourcesIn(tree, extensions).filter(({ text }) => text.length > 2000);
    appendFileSync(path.join(tree, first?.path ?? ''), '\n');
    row(`  again with --cache, one of ${count} files changed`, `${run(...cache).seconds.toFixed(2)} s`);
  } finally {
    rmSync(tmp, { recursive: true, force: true });
  }
}

function time(run: () => unknown): number {
  const start = clock();
  run();
  return clock() - start;
}

function best(run: () => unknown): number {
  return Math.min(time(run), time(run), time(run));
}
