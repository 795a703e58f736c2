/**
 * Models of experiments, written for the judge (lab/compare.py), and its verdict.
 * tsx test/kernel/judge.ts [--only PREFIX] [--phases N] [--coincidences] [--verbose] [--experiments DIR --traces DIR]
 * With --phases the judge is asked at N phases of the timer wheel; an experiment agrees if one of them does.
 * --coincidences: what differs is asked again at the neighbouring phases (one jiffy, by eighths), with programs that run as soon as they
 * are woken, and with faults a jiffy later: what agrees then is decided by an order of events within one jiffy.
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
export function judge(experiments: string, traces: string, phase?: number, only = '', verbose = false, wakeLatency?: number): Verdict[] {
  const models = mkdtempSync(path.join(tmpdir(), 'closewait-models-'));
  const options = { ...(phase !== undefined && { phase }), ...(wakeLatency !== undefined && { wakeLatency }) };
  try {
    mkdirSync(models, { recursive: true });
    for (const file of readdirSync(experiments).filter((f) => f.endsWith('.json') && f.startsWith(only))) {
      const { packets, states, calls, summary } = simulate(readExperiment(path.join(experiments, file)), options);
      writeFileSync(path.join(models, file), JSON.stringify({ packets, states, calls, summary }));
    }
    return ask(experiments, traces, models, only, verbose);
  } finally {
    rmSync(models, { recursive: true, force: true });
  }
}

/** Phases around the default within one jiffy at HZ 250, and others (seconds). */
const NEIGHBOURS = [0.0005, 0.001, 0.0015, 0.002, 0.0025, 0.003, 0.0035, 0.7015, 1.2375, 17.389];
/** A fault that the lab applies takes effect a moment later: kill -9 needs the scheduler, too. */
const JIFFY = 0.004;
/** A program that is woken runs before the next segment of the same burst arrives. */
const AT_ONCE = 1;

/** Asks again about those that differ: which of them agree at a neighbouring phase, or where programs run as soon as they are woken? */
function coincidences(experiments: string, traces: string, differing: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  const folder = mkdtempSync(path.join(tmpdir(), 'closewait-again-'));
  try {
    for (const name of differing) copyFileSync(path.join(experiments, `${name}.json`), path.join(folder, `${name}.json`));
    const agreeing = (phase: number | undefined, wake: number | undefined, how: string): void => {
      for (const v of judge(folder, traces, phase, '', false, wake).filter((x) => x.agrees)) {
        found.set(v.name, `agrees ${how}`);
        rmSync(path.join(folder, `${v.name}.json`), { force: true });
      }
    };
    for (const phase of NEIGHBOURS) agreeing(phase, undefined, `at phase ${phase} s`);
    for (const phase of [0, ...NEIGHBOURS]) agreeing(phase, AT_ONCE, `at phase ${phase} s with programs that run at once`);
    for (const name of readdirSync(folder)) {
      const e = readExperiment(path.join(folder, name));
      const faults = (e.faults ?? []).map((f) => ({ ...f, at: f.at + JIFFY }));
      writeFileSync(path.join(folder, name), JSON.stringify({ ...e, faults }));
    }
    for (const phase of [0, ...NEIGHBOURS]) agreeing(phase, undefined, `at phase ${phase} s with faults a jiffy later`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return found;
}

function main(): void {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      phases: { type: 'string', default: '1' },
      coincidences: { type: 'boolean', default: false },
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
  const differing = all.filter((x) => !x.agrees).map((x) => x.name);
  const found = values.coincidences ? coincidences(values.experiments, values.traces, differing) : new Map<string, string>();
  for (const v of all.filter((x) => !x.agrees)) console.log(v.name, found.get(v.name) ?? v.text);
  console.log(`${all.length - differing.length} of ${all.length} agree`);
  if (values.coincidences) console.log(`${all.length - differing.length + found.size} apart from coincidences within one jiffy`);
  const agreed = all.length - differing.length + found.size;
  process.exitCode = agreed === all.length ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
