// A broken run must never be green: each of these test modules, and a missing Chromium, has to make scripts/test-host.mjs fail.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = path.join(here, '../test/host/selftest');
const run = (args, env) =>
  spawnSync(process.execPath, [path.join(here, 'test-host.mjs'), ...args], { env: { ...process.env, ...env }, encoding: 'utf8' });
let [passed, failed] = [0, 0];

function expectRed(name, { status, stderr }, reason) {
  const isRed = status !== 0 && reason.test(stderr);
  if (isRed) passed += 1;
  else failed += 1;
  console.log(`${isRed ? 'ok' : 'NOT OK'} ${name}: exit ${status}${isRed ? '' : `\n${stderr}`}`);
}

for (const file of fs.readdirSync(folder).sort()) {
  const limit = file.startsWith('loop') ? '15' : '60';
  expectRed(file, run(['--module', path.join(folder, file)], { VSCODE_HOST_TIMEOUT: limit }), /test-host: /);
}
expectRed('no Chromium', run([], { CHROMIUM_PATH: '/nonexistent' }), /^test-host: .*apt-get install chromium/m);
console.log(`CLOSEWAIT-TESTS passed=${passed} failed=${failed}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
