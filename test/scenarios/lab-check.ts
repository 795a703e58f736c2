/**
 * The scenarios on the real kernel of this machine, judged against the model: root and Python needed, so this is not part of npm test.
 *
 *   node --import tsx test/scenarios/lab-check.ts [NAME-PREFIX]
 */

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SCENARIOS } from '../../src/scenarios/generated.js';
import { parametersOf } from '../../src/scenarios/scenario.js';
import { simulate } from '../../src/kernel/simulate.js';
import type { Experiment } from '../../src/kernel/experiment.js';
import { MACHINE } from './profiles.js';
import { SHORT_CASES, SHORT_SYSCTLS } from './short.js';
import type { ShortCase } from './short.js';

const LAB = path.join(import.meta.dirname, '..', 'kernel', 'lab');
const RUNS = 2;

function experimentOf(one: ShortCase): Experiment {
  const scenario = SCENARIOS.find((s) => s.id === one.scenario);
  if (!scenario) throw new Error(`no scenario ${one.scenario}`);
  const sysctls = { ...SHORT_SYSCTLS, ...one.sysctls };
  const experiment = scenario.experiment(one.profile, parametersOf(scenario, one.parameters), {
    ...MACHINE,
    sysctls: { A: sysctls, B: sysctls },
  });
  return { ...experiment, name: one.name, durationS: Math.min(experiment.durationS, one.until ?? Infinity) };
}

/** What the lab understands: no lines, no settings of the model. */
function forLab(experiment: Experiment): string {
  return JSON.stringify(experiment, (key, value: unknown) => (key === 'line' || key === 'model' ? undefined : value));
}

function main(prefix: string): void {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'closewait-lab-'));
  for (const folder of ['experiments', 'models', 'traces']) fs.mkdirSync(path.join(dir, folder));
  const cases = SHORT_CASES.filter((c) => c.name.startsWith(prefix));
  const files = cases.map((one) => {
    const experiment = experimentOf(one);
    const file = path.join(dir, 'experiments', `${one.name}.json`);
    fs.writeFileSync(file, forLab(experiment));
    fs.writeFileSync(path.join(dir, 'models', `${one.name}.json`), JSON.stringify(simulate(experiment)));
    return file;
  });
  const python = (...args: string[]): number | null => spawnSync('python3', args, { stdio: 'inherit', cwd: LAB }).status;
  python('run.py', ...files, '--runs', String(RUNS), '--out', path.join(dir, 'traces'), '--jobs', '6');
  process.exitCode =
    python(
      'compare.py',
      '--batch',
      path.join(dir, 'experiments'),
      '--traces',
      path.join(dir, 'traces'),
      '--models',
      path.join(dir, 'models'),
      '--verbose',
    ) ?? 2;
  console.log(`experiments and traces: ${dir}`);
}

main(process.argv[2] ?? '');
