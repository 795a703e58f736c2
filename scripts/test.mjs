// npm test: every step, in order, also after a failure. The last line says `N passed, N failed`; the exit code is 1 when anything failed.
// `npm test -- STEP…` runs only the named steps.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const script = (name) => path.join('scripts', name);

/** [name, command with arguments, how its tests are counted; a step without tests counts as one] */
const STEPS = [
  ['generated', [process.execPath, script('generate.mjs'), '--check']],
  ['types', ['npm', 'run', '--silent', 'typecheck']],
  ['lint', ['npm', 'run', '--silent', 'lint']],
  ['imports', ['npm', 'run', '--silent', 'layers']],
  ['build', [process.execPath, script('build.mjs'), '--tests']],
  ['unit', ['npm', 'run', '--silent', 'test:unit'], nodeTests],
  ['package', ['npm', 'run', '--silent', 'package']],
  ['host', [process.execPath, script('test-host.mjs')], summaryLine],
  ['web', [process.execPath, script('test-host.mjs'), '--web'], summaryLine],
  ['selftest', [process.execPath, script('test-host-selftest.mjs')], summaryLine],
  ['e2e', [process.execPath, script('test-e2e.mjs')], summaryLine],
];

function count(output, pass, fail) {
  const last = (pattern) => Number([...output.matchAll(pattern)].at(-1)?.[1] ?? NaN);
  const [passed, failed] = [last(pass), last(fail)];
  return Number.isNaN(passed) ? null : { passed, failed };
}

function nodeTests(output) {
  return count(output, /^(?:ℹ|#) pass (\d+)/gm, /^(?:ℹ|#) fail (\d+)/gm);
}

function summaryLine(output) {
  return count(output, /^CLOSEWAIT-TESTS passed=(\d+)/gm, /^CLOSEWAIT-TESTS passed=\d+ failed=(\d+)/gm);
}

function run([command, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.on('data', (data) => {
        output += data;
        to.write(data);
      });
    }
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STEPS.some(([step]) => step === name));
if (unknown.length > 0) {
  console.error(`no step ${unknown.join(', ')}; there are ${STEPS.map(([step]) => step).join(', ')}`);
  process.exit(2);
}
let [passed, failed] = [0, 0];
const lines = [];
for (const [name, command, counter] of STEPS) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  const began = Date.now();
  const { code, output } = await run(command);
  const counted = counter?.(output) ?? null;
  const result = counted ?? { passed: code === 0 ? 1 : 0, failed: 0 };
  // Red without a failed test (the host died, nothing ran) counts as one failure.
  const red = code !== 0 || (counter && (counted === null || counted.passed === 0));
  passed += result.passed;
  failed += Math.max(result.failed, red ? 1 : 0);
  lines.push(
    `${red ? 'FAILED' : 'ok'.padEnd(6)} ${name.padEnd(10)} ${String(result.passed).padStart(5)} passed ${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s`,
  );
}
console.log(`\n${lines.join('\n')}\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
