// The mocha suite in the real VS Code. VSCODE_EXECUTABLE: that desktop VS Code; VSCODE_DOWNLOAD=1: test-electron downloads one;
// otherwise the launcher test/host/vscode-host.mjs, which needs the npm registry and a Chromium only.
// --web: in the web worker extension host. --module FILE: another test module, for the self-test.
// --no-network: in a network namespace that has nothing but itself (root; Node, server and browser must be there already).
import { runTests } from '@vscode/test-electron';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '../test/host/chromium.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const isWeb = process.argv.includes('--web');
const at = process.argv.indexOf('--module');
const module = at >= 0 ? path.resolve(process.argv[at + 1]) : path.join(root, 'out/extension/test', isWeb ? 'index.web.js' : 'index.js');

function fail(reason) {
  console.error(`test-host: ${reason}`);
  process.exitCode = 1;
}

async function main() {
  const own = process.env.VSCODE_EXECUTABLE ?? (process.env.VSCODE_DOWNLOAD ? undefined : path.join(root, 'test/host/vscode-host.mjs'));
  if (own?.endsWith('vscode-host.mjs')) findChromium();
  const tmp = fs.mkdtempSync(path.join(os.tmpdir(), 'closewait-workspace-'));
  const workspace = path.join(tmp, 'workspace');
  fs.cpSync(path.join(root, 'samples'), workspace, { recursive: true });
  let output = '';
  // The launcher writes what the host says to our own streams: the summary is read there.
  const streams = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write }));
  for (const { stream, write } of streams) {
    stream.write = (data, ...rest) => {
      output += data;
      return write.call(stream, data, ...rest);
    };
  }
  try {
    await runTests({
      vscodeExecutablePath: own,
      extensionDevelopmentPath: path.join(root, 'out/extension'),
      extensionTestsPath: module,
      launchArgs: [
        workspace,
        `--user-data-dir=${path.join(tmp, 'user')}`,
        `--extensions-dir=${path.join(tmp, 'extensions')}`,
        ...(isWeb ? ['--extensionDevelopmentKind=web'] : []),
      ],
    });
  } finally {
    for (const { stream, write } of streams) stream.write = write;
    fs.rmSync(tmp, { recursive: true, force: true, maxRetries: 5 });
  }
  // A host that died early can end with exit code 0: only the summary line counts, with at least one test that passed.
  const summary = /CLOSEWAIT-TESTS passed=(\d+) failed=(\d+)/.exec(output);
  if (!summary) return fail('no test summary: the extension host ended before the tests did');
  if (summary[1] === '0' || summary[2] !== '0') return fail(`${summary[1]} passed, ${summary[2]} failed`);
}

/** True when this very run took place in a namespace without a way out. */
function ranAlone() {
  if (!process.argv.includes('--no-network') || process.env.CLOSEWAIT_ALONE) return false;
  const alone = (/** @type {string[]} */ ...command) =>
    spawnSync('unshare', ['-n', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...command], {
      stdio: 'inherit',
      env: { ...process.env, CLOSEWAIT_ALONE: '1' },
    });
  if (alone('true').status !== 0) {
    console.error('test-host: no network namespaces here: the network stays within reach');
    return false;
  }
  process.exitCode = alone(process.execPath, ...process.argv.slice(1)).status ?? 1;
  return true;
}

if (!ranAlone()) await main().catch((error) => fail(error instanceof Error ? error.message : String(error)));
