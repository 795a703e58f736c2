// npm test: every step, row by row, also after a failure. The last line says `N passed, N failed`; the exit code is 1 when anything failed.
// `npm test -- STEP…` runs only the named steps.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const script = (/** @type {string} */ name) => path.join('scripts', name);

/**
 * @typedef {{ passed: number; failed: number }} Counts
 * @typedef {object} Step
 * @property {string} name
 * @property {string[]} command
 * @property {(output: string) => Counts | null} [counted] how its tests are counted; a step without tests counts as one
 */

/**
 * Steps of one row need nothing of each other: so many run at a time, in this order, the long ones first. A row begins when
 * the one before it is over. Three editors at a time are too many for two cores: what is timed fails.
 * @type {{ atOnce: number; steps: Step[] }[]}
 */
const ROWS = [
  {
    atOnce: 2,
    steps: [
      { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
      { name: 'types', command: ['npm', 'run', '--silent', 'typecheck'] },
      { name: 'imports', command: ['npm', 'run', '--silent', 'layers'] },
      { name: 'build', command: [process.execPath, script('build.mjs'), '--tests'] },
      { name: 'generated', command: [process.execPath, script('generate.mjs'), '--check'] },
    ],
  },
  { atOnce: 1, steps: [{ name: 'unit', command: ['npm', 'run', '--silent', 'test:unit'], counted: nodeTests }] },
  { atOnce: 1, steps: [{ name: 'package', command: ['npm', 'run', '--silent', 'package'] }] },
  {
    atOnce: 2,
    steps: [
      { name: 'e2e', command: [process.execPath, script('test-e2e.mjs')], counted: summaryLine },
      { name: 'web', command: [process.execPath, script('test-host.mjs'), '--web'], counted: summaryLine },
      { name: 'host', command: [process.execPath, script('test-host.mjs'), '--no-network'], counted: summaryLine },
      { name: 'selftest', command: [process.execPath, script('test-host-selftest.mjs')], counted: summaryLine },
    ],
  },
];
const STEPS = ROWS.flatMap(({ steps }) => steps);

function count(/** @type {string} */ output, /** @type {RegExp} */ pass, /** @type {RegExp} */ fail) {
  const last = (/** @type {RegExp} */ pattern) => Number([...output.matchAll(pattern)].at(-1)?.[1] ?? NaN);
  const [passed, failed] = [last(pass), last(fail)];
  return Number.isNaN(passed) ? null : { passed, failed };
}

function nodeTests(/** @type {string} */ output) {
  return count(output, /^(?:ℹ|#) pass (\d+)/gm, /^(?:ℹ|#) fail (\d+)/gm);
}

function summaryLine(/** @type {string} */ output) {
  return count(output, /^CLOSEWAIT-TESTS passed=(\d+)/gm, /^CLOSEWAIT-TESTS passed=\d+ failed=(\d+)/gm);
}

/** Names of the tests that failed, at most eight: mocha's by our own report, node's from its list at the end. */
function named(/** @type {string} */ output) {
  const nodes = output.split(/^✖ failing tests:$/m)[1] ?? '';
  const found = [...output.matchAll(/^CLOSEWAIT-FAILED (.*)$/gm), ...nodes.matchAll(/^✖ (.*)$/gm)];
  return found.slice(0, 8).map(([, name = '']) => name);
}

/** Runs a command; what it says is shown at once, or, beside others, when it is over. */
function run(/** @type {string[]} */ [command = '', ...args], /** @type {boolean} */ atOnce) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        output += data;
        if (atOnce) process.stdout.write(data);
      });
    }
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`no step ${unknown.join(', ')}; there are ${STEPS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
if (!prepare(wanted.length > 0 ? wanted : STEPS.map(({ name }) => name))) process.exit(1);
let [passed, failed] = [0, 0];
const lines = [];
/** The failed tests by name: what a log that keeps only its end must still say. @type {string[]} */
const failures = [];
for (const row of ROWS) {
  const steps = row.steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const isAlone = steps.length === 1;
  const work = async () => {
    for (let step = steps.shift(); step; step = steps.shift()) await take(step, isAlone);
  };
  await Promise.all(Array.from({ length: row.atOnce }, work));
}
if (failures.length > 0) console.log(`\n${failures.join('\n')}`);
console.log(`\n${lines.join('\n')}\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

async function take(/** @type {Step} */ { name, command, counted }, /** @type {boolean} */ isAlone) {
  if (isAlone) console.log(`\n== ${name}`);
  const began = Date.now();
  const { code, output } = await run(command, isAlone);
  if (!isAlone) console.log(`\n== ${name}\n${output}`);
  const counts = counted?.(output) ?? null;
  const result = counts ?? { passed: code === 0 ? 1 : 0, failed: 0 };
  // Red without a failed test (the host died, nothing ran) counts as one failure.
  const red = code !== 0 || (counted && (counts === null || counts.passed === 0));
  passed += result.passed;
  failed += Math.max(result.failed, red ? 1 : 0);
  if (red) failures.push(...named(output).map((line) => `${name}: ${line}`));
  lines.push(
    `${red ? 'FAILED' : 'ok'.padEnd(6)} ${name.padEnd(10)} ${String(result.passed).padStart(5)} passed ${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s`,
  );
}
