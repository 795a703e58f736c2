/**
 * npm run lab -- EXPERIMENT.json [--runs N] [--phases N] [--retries N]
 * Runs the file on this machine's kernel and in the model, prints both side by side and the judge's verdict.
 * Exit code 0: they agree, 1: they differ, 2: wrong usage, a wrong experiment, or no way to run it here.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Experiment } from '../../../src/kernel/experiment.js';
import { parseExperiment, problemText } from '../../../src/kernel/experiment-validate.js';
import { simulate } from '../../../src/kernel/simulate.js';
import type { Trace } from '../../../src/kernel/trace.js';
import { experimentJson, traceJson } from '../../../src/output/trace-json.js';
import { timeLines } from '../../../src/output/trace-text.js';

const LAB = import.meta.dirname;
/** Steps over the wheel's phases: no divisor of a power of two, so that fine and coarse levels both vary (seconds). */
const PHASE_STEP = 17.389;
const PHASE_END = 131.072;

interface Line {
  t: number;
  text: string;
}

function python(script: string, ...argv: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('python3', [path.join(LAB, script), ...argv], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    maxBuffer: 1e9,
  });
  return { status, output: `${stdout}${stderr}`.trim() };
}

/** Why experiments cannot be run on this machine, or null. */
function hindrance(): string | null {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'it needs root, to make network namespaces (sudo npm run lab -- FILE)';
  if (!existsSync('/dev/net/tun')) return 'there is no /dev/net/tun';
  if (spawnSync('python3', ['--version']).status !== 0) return 'python3 is not installed';
  return null;
}

/** A trace's lines without what only one side tells: windows, how long a call took, that a retransmission was a loss probe. */
function comparable(trace: Trace): Line[] {
  return timeLines(trace).map(({ t, text }) => ({
    t,
    text: text
      .replace(/, win \d+/, '')
      .replace(/ after [\d.]+ s\b/, '')
      .replace('(tlp)', '(retrans)')
      .replace(/ {2}\[line \d+\]$/, ''),
  }));
}

/**
 * Both lists side by side, in the order of time: the n-th line of a text on one side goes with the n-th on the other, whatever stands
 * between (the kernel's states are polled, so they come late among the other lines). What has no partner is marked.
 */
function sideBySide(kernel: readonly Line[], model: readonly Line[]): string[] {
  const waiting = new Map<string, Line[]>();
  for (const line of model) waiting.set(line.text, [...(waiting.get(line.text) ?? []), line]);
  const paired = kernel.map((k) => ({ k, m: waiting.get(k.text)?.shift(), text: k.text, t: k.t }));
  const alone = [...waiting.values()].flat().map((m) => ({ k: undefined, m, text: m.text, t: m.t }));
  const time = (line: Line | undefined): string => (line ? line.t.toFixed(4) : '-').padStart(11);
  return [...paired, ...alone]
    .sort((a, b) => a.t - b.t)
    .map(({ k, m, text }) => `${k && m ? ' ' : k ? '<' : '>'}${time(k)} ${time(m)}  ${text}`);
}

/** The model's trace of the first phase that the judge agrees with, or of phase 0. */
function judged(
  experiment: Experiment,
  folder: string,
  runs: readonly string[],
  phases: number,
): { trace: Trace; verdict: string; agrees: boolean } {
  let first: { trace: Trace; verdict: string; agrees: boolean } | null = null;
  for (let i = 0; i < phases; i++) {
    const phase = i === 0 ? (experiment.model?.phase ?? 0) : (i * PHASE_STEP) % PHASE_END;
    const trace = simulate({ ...experiment, model: { ...experiment.model, phase } });
    const file = path.join(folder, 'model.json');
    writeFileSync(file, traceJson(trace));
    const { status, output } = python('compare.py', ...runs, '--model', file, '--verbose');
    const found = { trace, agrees: status === 0, verdict: `${output} (phase ${phase.toFixed(3)} s)` };
    if (found.agrees) return found;
    first ??= found;
  }
  return first as { trace: Trace; verdict: string; agrees: boolean };
}

interface Effort {
  /** Runs on the kernel. */
  runs: number;
  /** Phases of the timer wheel that the model tries until the judge agrees. */
  phases: number;
  /** How often a run that the machine disturbed is repeated. */
  retries: number;
}

function lab(file: string, { runs, phases, retries }: Effort): number {
  const parsed = parseExperiment(readFileSync(file, 'utf8'));
  if (parsed.experiment === null) {
    for (const problem of parsed.problems) console.error(`${file}: ${problemText(problem)}`);
    return 2;
  }
  const why = hindrance();
  if (why !== null) {
    console.error(`lab: experiments cannot run on this machine's kernel: ${why}`);
    return 2;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'closewait-lab-'));
  try {
    // The name is a file name in the lab.
    const experiment = { ...parsed.experiment, name: 'experiment' };
    const copy = path.join(folder, 'experiment.json');
    writeFileSync(copy, experimentJson({ ...experiment, why: experiment.why ?? '' }));
    const done = python('run.py', copy, '--runs', String(runs), '--jobs', String(runs), '--retries', String(retries), '--out', folder);
    const traces = Array.from({ length: runs }, (_, i) => path.join(folder, `experiment.${i}.json`)).filter((f) => existsSync(f));
    if (done.status !== 0 || traces.length === 0) {
      console.error(`lab: ${done.output}`);
      return 2;
    }
    const kernel = JSON.parse(readFileSync(traces[0] ?? '', 'utf8')) as Trace;
    const { trace, verdict, agrees } = judged(experiment, folder, traces, phases);
    console.log(`${parsed.experiment.name}: ${done.output}\n      Linux       model  (${kernel.kernel}; ${trace.kernel})`);
    console.log(sideBySide(comparable(kernel), comparable(trace)).join('\n'));
    console.log(`\n${verdict}`);
    return agrees ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '2' }, phases: { type: 'string', default: '8' }, retries: { type: 'string', default: '3' } },
});
const [file] = positionals;
if (file === undefined || positionals.length > 1 || !existsSync(file)) {
  console.error(
    file === undefined ? 'usage: npm run lab -- EXPERIMENT.json [--runs N] [--phases N] [--retries N]' : `lab: ${file}: no such file`,
  );
  process.exitCode = 2;
} else
  process.exitCode = lab(file, {
    runs: Number(values.runs) || 2,
    phases: Number(values.phases) || 8,
    retries: Number(values.retries) || 0,
  });
