/**
 * Models of experiments, written for the judge (lab/compare.py), and its verdict.
 * tsx test/kernel/judge.ts [--only PREFIX] [--phases N] [--verbose] [--experiments DIR --traces DIR]
 * With --phases the judge is asked at N phases of the timer wheel; an experiment agrees if one of them does.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Experiment } from '../../src/kernel/experiment.js';
import { simulate } from '../../src/kernel/simulate.js';

const HERE = path.dirname(fileURLToPath(import.meta.url));
export const EXPERIMENTS = path.join(HERE, 'kernel-traces', 'experiments');
export const TRACES = path.join(HERE, 'kernel-traces', 'traces');
/** Distance of the phases that are tried, seconds: incommensurable with the wheel's granules. */
const PHASE_STEP = 17.389;

export interface Verdict {
  name: string;
  agrees: boolean;
  /** The judge's lines about it. */
  text: string;
}

function readExperiment(file: string): Experiment {
  return JSON.parse(readFileSync(file, 'utf8')) as Experiment;
}

/** Asks the judge about a folder of models; the experiments' names in its answer begin their lines. */
function ask(experiments: string, traces: string, models: string, only: string, verbose: boolean): Verdict[] {
  const argv = [
    path.join(HERE, 'lab', 'compare.py'),
    '--batch',
    experiments,
    '--traces',
    traces,
    '--models',
    models,
    '--only',
    only,
    ...(verbose ? ['--verbose'] : []),
  ];
  const done = spawnSync('python3', argv, { encoding: 'utf8', maxBuffer: 1e9, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
  if (done.status !== 0 && done.status !== 1)
    throw new Error(`the judge failed (is python3 installed?): ${done.stderr || String(done.error)}`);
  const verdicts: Verdict[] = [];
  for (const line of done.stdout.split('\n')) {
    const match = /^(agree|differ|failed|no trace) +(\S+)$/.exec(line);
    const last = verdicts[verdicts.length - 1];
    if (match) verdicts.push({ name: match[2] ?? '', agrees: match[1] === 'agree', text: match[1] ?? '' });
    else if (line.startsWith('    ') && last) last.text += `\n${line.trimEnd()}`;
  }
  return verdicts;
}

/** Runs every experiment of a folder in the model at one phase (undefined: the default) and judges the traces. */
export function judge(experiments: string, traces: string, phase?: number, only = '', verbose = false): Verdict[] {
  const models = mkdtempSync(path.join(tmpdir(), 'closewait-models-'));
  try {
    mkdirSync(models, { recursive: true });
    for (const file of readdirSync(experiments).filter((f) => f.endsWith('.json') && f.startsWith(only))) {
      const { packets, states, calls, summary } = simulate(
        readExperiment(path.join(experiments, file)),
        phase === undefined ? {} : { phase },
      );
      writeFileSync(path.join(models, file), JSON.stringify({ packets, states, calls, summary }));
    }
    return ask(experiments, traces, models, only, verbose);
  } finally {
    rmSync(models, { recursive: true, force: true });
  }
}

function main(): void {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      phases: { type: 'string', default: '1' },
      verbose: { type: 'boolean', default: false },
      experiments: { type: 'string', default: EXPERIMENTS },
      traces: { type: 'string', default: TRACES },
    },
  });
  const best = new Map<string, Verdict>();
  for (let i = 0; i < Number(values.phases); i++) {
    for (const v of judge(values.experiments, values.traces, i === 0 ? undefined : i * PHASE_STEP, values.only, values.verbose)) {
      if (!best.get(v.name)?.agrees) best.set(v.name, v);
    }
  }
  const all = [...best.values()];
  for (const v of all.filter((x) => !x.agrees)) console.log(v.name, v.text);
  const agreed = all.filter((v) => v.agrees).length;
  console.log(`${agreed} of ${all.length} agree`);
  process.exitCode = agreed === all.length ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
