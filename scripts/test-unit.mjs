// The unit tests: every test/**/*.test.ts, or those whose path contains one of the arguments.
// The files of a folder share a process, and there is a process for each core: what costs is loading ten grammars, not testing.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const wanted = process.argv.slice(2);
/** Files that take long go first, each in a process of its own; so do those with hooks for all that runs in the process. */
const ALONE = [
  'test/app/fixes.test.ts',
  'test/diagnosis/symptoms.test.ts',
  'test/analysis/project/store.test.ts',
  'test/analysis/fuzz.test.ts',
  'test/simulator/page.test.ts',
];

const files = fs
  .readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .map((file) => path.join('test', file))
  .filter((file) => file.endsWith('.test.ts') && (wanted.length === 0 || wanted.some((part) => file.includes(part))))
  .sort();
if (files.length === 0) {
  console.error(`test-unit: no test file${wanted.length > 0 ? ` with ${wanted.join(', ')} in its path` : ''}`);
  process.exit(1);
}

/** @type {Map<string, string[]>} */
const groups = new Map();
for (const file of files) {
  const group = ALONE.includes(file) ? file : path.dirname(file);
  groups.set(group, [...(groups.get(group) ?? []), file]);
}
const rank = (/** @type {string} */ name) => (ALONE.includes(name) ? ALONE.indexOf(name) : ALONE.length);
const queue = [...groups].sort(([a], [b]) => rank(a) - rank(b));
const sum = { pass: 0, fail: 0, skipped: 0 };
let isRed = false;

/** Runs one group; its output comes when it is over, in one piece. */
function run(/** @type {string[]} */ group) {
  const args = ['--import', 'tsx', '--test-reporter=spec', '--test-reporter-destination=stdout', 'scripts/test-group.mjs', ...group];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    child.on('close', (code) => resolve({ code, output }));
  });
}

async function work() {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [name, group] = next;
    const began = Date.now();
    const { code, output } = await run(group);
    process.stdout.write(output.replace(/^ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) .*\n/gm, ''));
    const counts = Object.fromEntries([...output.matchAll(/^ℹ (pass|fail|skipped) (\d+)$/gm)].map(([, what, n]) => [what, Number(n)]));
    console.log(`== ${name}: ${counts.pass ?? 0} passed, ${counts.fail ?? '?'} failed, ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
    for (const what of /** @type {const} */ (['pass', 'fail', 'skipped'])) sum[what] += counts[what] ?? 0;
    // A process that ended before its summary, or that ran nothing, is red.
    if (code !== 0 || !counts.pass) isRed = true;
  }
}

await Promise.all(Array.from({ length: os.availableParallelism() }, work));
console.log(`ℹ pass ${sum.pass}\nℹ fail ${sum.fail}\nℹ skipped ${sum.skipped}`);
process.exitCode = isRed || sum.fail > 0 ? 1 : 0;
