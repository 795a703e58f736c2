// What the tests need beside npm packages: brought from the npm registry where it can be, else named in one line before the first step.
import { spawnSync } from 'node:child_process';
import { bringChromium } from '../test/host/chromium.mjs';
import { getHost } from '../test/host/get-vscode-host.mjs';

/** [command, what is left out without it] */
const OPTIONAL = [
  ['tshark', 'tests that read written captures with it'],
  ['python3', "tests of the kernel lab's own programs"],
  ['git', 'tests of --changed-since'],
  ['g++', "what VS Code's output channels hold (its log module is built with it)"],
];
const NEEDS = [
  { what: 'a Chromium', steps: ['unit', 'host', 'web', 'selftest', 'e2e'], bring: () => bringChromium() },
  { what: "VS Code's server", steps: ['host', 'web', 'selftest', 'e2e'], bring: () => getHost(process.env.VSCODE_HOST_VERSION) },
];

/** True when the steps can begin. */
export function prepare(/** @type {string[]} */ steps) {
  if (steps.includes('unit')) {
    const missing = OPTIONAL.filter(([command]) => spawnSync(command, ['--version']).error !== undefined);
    if (missing.length > 0) console.error(`left out: ${missing.map(([command, what]) => `${what} (no ${command})`).join('; ')}`);
  }
  for (const { what, steps: those, bring } of NEEDS) {
    if (!those.some((step) => steps.includes(step))) continue;
    try {
      bring();
    } catch (error) {
      console.error(`cannot be brought: ${what}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
      return false;
    }
  }
  return true;
}
