// Branches that tests take, folder by folder, each by the tests that belong to it. Red below the bar.
//   npm run coverage [-- kernel diagnosis flow]
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const RUNNER = path.join(root, 'scripts', 'test-unit.mjs');

/** @type {Record<string, { source: string, branches: number, tests: string[] }>} */
const FOLDERS = {
  kernel: { source: 'src/kernel', branches: 95, tests: ['test/kernel/'] },
  diagnosis: { source: 'src/diagnosis', branches: 95, tests: ['test/diagnosis/'] },
  flow: { source: 'src/analysis/flow', branches: 95, tests: ['test/analysis/'] },
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(FOLDERS);
const unknown = wanted.find((name) => !Object.hasOwn(FOLDERS, name));
if (unknown !== undefined) {
  console.error(`coverage: no folder ${unknown}; there are ${Object.keys(FOLDERS).join(', ')}`);
  process.exit(2);
}

let isRed = false;
for (const name of wanted) {
  const { source, branches, tests } = /** @type {(typeof FOLDERS)[string]} */ (FOLDERS[name]);
  const out = `test-results/coverage/${name}`;
  const bars = ['--check-coverage', '--branches', String(branches), '--lines', '0', '--functions', '0', '--statements', '0'];
  const places = ['--include', `${source}/**/*.ts`, '--reports-dir', out, '--temp-directory', `${out}/v8`];
  const { status } = spawnSync('npx', ['c8', ...places, ...bars, process.execPath, RUNNER, ...tests], { cwd: root, stdio: 'inherit' });
  console.log(`== ${source}: ${status === 0 ? 'ok' : 'red'}, the bar is ${branches} % of its branches\n`);
  if (status !== 0) isRed = true;
}
process.exitCode = isRed ? 1 : 0;
