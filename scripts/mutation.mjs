// What the tests of a folder are worth: a sample of small changes to its code, and how many of them a test notices.
//   npm run mutation -- kernel|flow [--sample N] [--seed N] [--state FILE] [--minutes N] [--only FILE:LINE] [--least PERCENT] [--list]
// Stryker's instrumenter makes the changes (all that it knows, over the whole folder); the sample is drawn by the seed, which is printed.
// What no test reaches, by one run that counts, is told apart. Each other change is put into a copy in plain JavaScript, where one
// process runs the folder's tests, quick ones first, up to the first that fails. With the same --state it goes on where it ended.
import { transformSync } from 'esbuild';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Tests in the order in which they run: the quick ones that notice most go first.
 * @type {Record<string, { source: string, tests: string[] }>} */
const FOLDERS = {
  kernel: {
    source: 'src/kernel',
    tests: [
      'rules',
      'beyond-the-lab',
      'options',
      'window',
      'edge',
      'clock',
      'sysctl',
      'sysctl-machine',
      'packetdrill',
      'experiment',
      'traces',
    ]
      .concat(['properties', 'phases'])
      .map((name) => `test/kernel/${name}.test.js`),
  },
  flow: {
    source: 'src/analysis/flow',
    tests: ['flow/values', 'flow/values-of', 'flow/overloads', 'flow/fact-map', 'flow/memory', 'flow/facts', 'flow/static-types']
      .concat(['flow/file-wide', 'flow/steps', 'flow/dominators', 'fixtures', 'flow/openers'])
      .concat(['flow/notes', 'flow/objects', 'profile', 'go-profile', 'c-profile', 'javascript-profile', 'metamorphic', 'rules'])
      .concat(['project/project', 'project/go', 'project/java', 'project/rust', 'project/cpp', 'project/c-project', 'flow/limits'])
      .map((name) => `test/analysis/${name}.test.js`),
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '150' },
    seed: { type: 'string', default: '20261130' },
    state: { type: 'string' },
    minutes: { type: 'string', default: '600' },
    only: { type: 'string' },
    least: { type: 'string', default: '0' },
    list: { type: 'boolean', default: false },
  },
});
const [name = ''] = positionals;
const folder = FOLDERS[name];
if (!folder) {
  console.error(`mutation: which folder? ${Object.keys(FOLDERS).join(' or ')}`);
  process.exit(2);
}

const sandbox = path.join(root, 'out', 'mutation', name);
const stateFile = path.resolve(values.state ?? path.join(root, 'test-results', `mutation-${name}.json`));

/** @typedef {Awaited<ReturnType<Instrumenter['instrument']>>['mutants'][number]} Mutant */
/** @typedef {{ place: string, mutator: string, text: string, replacement: string, status: string, ms: number }} Result */

/** @param {string} text */
const javascript = (text) => transformSync(text, { loader: 'ts', format: 'esm', target: 'node20' }).code;

/** The tree as JavaScript: what is not TypeScript is linked. @param {string} from @param {string} to */
function copy(from, to) {
  fs.mkdirSync(to, { recursive: true });
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const [a, b] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory() && entry.name !== 'fixtures' && entry.name !== 'corpora') copy(a, b);
    else if (entry.name.endsWith('.ts')) fs.writeFileSync(b.replace(/ts$/, 'js'), javascript(fs.readFileSync(a, 'utf8')));
    else fs.symlinkSync(a, b);
  }
}

function makeSandbox() {
  fs.rmSync(sandbox, { recursive: true, force: true });
  for (const tree of ['src', 'test', 'scripts']) copy(path.join(root, tree), path.join(sandbox, tree));
  for (const entry of fs.readdirSync(root)) {
    if (!['src', 'test', 'scripts', 'out', '.git', 'test-results'].includes(entry))
      fs.symlinkSync(path.join(root, entry), path.join(sandbox, entry));
  }
}

/** Red or green; ends at the first red test. @param {string[]} more @param {number} timeout */
function runTests(more = [], timeout = 600_000) {
  const began = Date.now();
  const reporter = ['--test-reporter', path.join(root, 'scripts', 'mutation', 'until-red.mjs'), '--test-reporter-destination', 'stdout'];
  const { status, error, stderr } = spawnSync(
    process.execPath,
    [...reporter, ...more, path.join(root, 'scripts', 'test-group.mjs'), ...folder.tests],
    { cwd: sandbox, timeout, killSignal: 'SIGKILL', encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  return { green: status === 0, slow: error !== undefined, ms: Date.now() - began, stderr };
}

/** The generator of mulberry32. @param {number} seed */
function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @template T @param {T[]} all @param {number} count @param {number} seed */
function drawn(all, count, seed) {
  const next = random(seed);
  const rest = [...all];
  const taken = [];
  while (taken.length < count && rest.length > 0) taken.push(...rest.splice(Math.floor(next() * rest.length), 1));
  return taken;
}

/** @param {Mutant} m */
function changed(m) {
  const text = fs.readFileSync(m.fileName, 'utf8');
  const lines = text.split('\n');
  const at = (/** @type {{ line: number, column: number }} */ p) =>
    lines.slice(0, p.line).reduce((sum, line) => sum + line.length + 1, 0) + p.column;
  const [from, to] = [at(m.location.start), at(m.location.end)];
  return { text: text.slice(0, from) + m.replacement + text.slice(to), original: text.slice(from, to) };
}

const inSandbox = (/** @type {string} */ file) => path.join(sandbox, path.relative(root, file)).replace(/ts$/, 'js');
const short = (/** @type {string} */ text) => text.replace(/\s+/g, ' ').slice(0, 70);

const files = fs
  .readdirSync(path.join(root, folder.source), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort()
  .map((file) => path.join(root, folder.source, file));
const quiet = { isDebugEnabled: () => false, debug() {}, info() {}, warn() {} };
const { files: instrumented, mutants } = await new Instrumenter(/** @type {never} */ (quiet)).instrument(
  files.map((file) => ({ name: file, mutate: true, content: fs.readFileSync(file, 'utf8') })),
  /** @type {never} */ ({ plugins: null, excludedMutations: [], ignorers: [] }),
);

/** @type {{ seed: number, total: number, before?: { reached: string[], ms: number }, results: Record<string, Result> }} */
const state = fs.existsSync(stateFile)
  ? JSON.parse(fs.readFileSync(stateFile, 'utf8'))
  : { seed: Number(values.seed), total: mutants.length, results: {} };
const placeOf = (/** @type {Mutant} */ m) =>
  `${path.relative(root, m.fileName)}:${m.location.start.line + 1}:${m.location.start.column + 1}`;
const sample = values.only
  ? mutants.filter((m) => placeOf(m).includes(`${values.only}:`))
  : drawn([...mutants], Number(values.sample), state.seed);
console.log(`${name}: ${sample.length} of ${mutants.length} changes in ${files.length} files, seed ${state.seed}`);
if (values.list) {
  for (const m of sample) console.log(`${placeOf(m)} ${m.mutatorName}: ${short(changed(m).original)} → ${short(m.replacement)}`);
  process.exit(0);
}

const keyOf = (/** @type {Mutant} */ m) => `${placeOf(m)} ${m.mutatorName} ${short(m.replacement)}`;
const open = sample.filter((m) => values.only || !state.results[keyOf(m)]);
if (open.length > 0) judge(open);
report();

/** @param {Mutant[]} list */
function judge(list) {
  const end = Date.now() + Number(values.minutes) * 60_000;
  makeSandbox();
  state.before ??= withoutChange();
  const reached = new Set(state.before.reached);
  for (const m of list) {
    if (Date.now() > end) break;
    const result = reached.has(m.id) ? tried(m, state.before.ms) : { status: 'not reached', ms: 0 };
    state.results[keyOf(m)] = {
      place: placeOf(m),
      mutator: m.mutatorName,
      text: changed(m).original,
      replacement: m.replacement,
      ...result,
    };
    console.log(`${result.status.padEnd(11)} ${String(result.ms).padStart(6)} ms  ${keyOf(m)}`);
    fs.mkdirSync(path.dirname(stateFile), { recursive: true });
    if (!values.only) fs.writeFileSync(stateFile, JSON.stringify(state, null, 1));
  }
}

/** Which changes the tests reach, and how long they take: both must be green. */
function withoutChange() {
  const counted = path.join(sandbox, 'reached.json');
  for (const { name: file, content } of instrumented) fs.writeFileSync(inSandbox(file), javascript(content));
  process.env.CLOSEWAIT_REACHED = counted;
  const counting = runTests(['--import', path.join(root, 'scripts', 'mutation', 'reached.mjs')]);
  delete process.env.CLOSEWAIT_REACHED;
  for (const file of files) fs.writeFileSync(inSandbox(file), javascript(fs.readFileSync(file, 'utf8')));
  const plain = runTests();
  if (!counting.green || !plain.green) throw new Error(`the tests are red without a change\n${counting.stderr}${plain.stderr}`);
  console.log(`all tests take ${(plain.ms / 1000).toFixed(1)} s`);
  return { reached: JSON.parse(fs.readFileSync(counted, 'utf8')), ms: plain.ms };
}

/** @param {Mutant} m @param {number} usual */
function tried(m, usual) {
  const file = inSandbox(m.fileName);
  const before = fs.readFileSync(file, 'utf8');
  try {
    fs.writeFileSync(file, javascript(changed(m).text));
    const { green, slow, ms } = runTests([], 3 * usual + 10_000);
    return { status: slow ? 'too slow' : green ? 'survived' : 'noticed', ms };
  } catch {
    return { status: 'no program', ms: 0 };
  } finally {
    fs.writeFileSync(file, before);
  }
}

function report() {
  const all = sample.map((m) => state.results[keyOf(m)]).filter((r) => r !== undefined);
  const count = (/** @type {string} */ status) => all.filter((r) => r.status === status).length;
  for (const r of all.filter((one) => one.status === 'survived' || one.status === 'not reached'))
    console.log(`${r.status}: ${r.place} ${r.mutator}: ${short(r.text)} → ${short(r.replacement)}`);
  const noticed = count('noticed') + count('too slow');
  const valid = all.length - count('no program');
  const score = (100 * noticed) / Math.max(1, valid);
  console.log(
    `${name}: ${noticed} of ${valid} noticed (${score.toFixed(1)} %), ${count('survived')} survived, ` +
      `${count('not reached')} not reached; ${sample.length - all.length} of the sample to go; seed ${state.seed}`,
  );
  if (score < Number(values.least)) process.exitCode = 1;
}
