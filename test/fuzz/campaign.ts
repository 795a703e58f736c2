/**
 * npm run fuzz -- [--inputs N] [--seed N] [--language ID] [--state FILE] [FOLDER…]
 *
 * Mutants of real files (default: the fixtures) through the analyser: none may make it throw, report an inner error, go over its budget of
 * steps or kill it; an edited document gives what its text gives, an edited program what it gives afresh; memory does not grow. What goes
 * wrong is made small and written to test/fuzz/found, which the tests replay. With --state a campaign goes on where it was ended.
 */

import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { ROOT } from '../app/analyser.js';
import type { Case } from './cases.js';
import type { Job, Progress } from './loop.js';
import { minimised, wayOf } from './minimise.js';
import { FIXTURES } from './seeds.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string', default: '2000' },
    seed: { type: 'string' },
    language: { type: 'string' },
    state: { type: 'string' },
  },
});

/** What a campaign has come to. */
interface State {
  seed: number;
  batch: number;
  inputs: number;
  searched: number;
  limits: number;
  mostSteps: number;
  seconds: number;
  cpuSeconds: number;
  coverage: number;
  kept: { language: string; text: string }[];
  /** Ways in which something went wrong, with how often. */
  wrong: Record<string, number>;
  /** Inputs then, MB of heap, of the parser and of the process; of each process (restarts begin anew). */
  memory: { process: number; inputs: number; heap: number; wasm: number; rss: number }[];
}

/** A process that says nothing for so many seconds of its own time hangs. */
const HANGS_AFTER_S = 60;
/** A heap that grew by more than this since its process began to be watched leaks (MB). */
const MOST_GROWTH_MB = 100;
const FOLDER = path.join(ROOT, 'out/fuzz');
const LOOP = path.join(FOLDER, 'loop.mjs');
const CURRENT = path.join(FOLDER, `current-${process.pid}.json`);

const state: State =
  values.state !== undefined && existsSync(values.state)
    ? (JSON.parse(readFileSync(values.state, 'utf8')) as State)
    : {
        seed: Number(values.seed ?? Date.now() % 1_000_000),
        ...{ batch: 0, inputs: 0, searched: 0, limits: 0, mostSteps: 0, seconds: 0, cpuSeconds: 0, coverage: 0 },
        ...{ kept: [], wrong: {}, memory: [] },
      };
const folders = positionals.length > 0 ? positionals.map((one) => path.resolve(one)) : [FIXTURES];
const inputs = Number(values.inputs);

function cpuOf(pid: number | undefined): number {
  try {
    const fields =
      readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return performance.now() / 1000;
  }
}

function report(one: Case, wrong: string, mends: boolean): void {
  const way = wayOf(wrong);
  const times = (state.wrong[way] = (state.wrong[way] ?? 0) + 1);
  if (times > 3) return;
  const small = mends ? minimised(one, wrong) : one;
  const text = `${JSON.stringify(small, null, 1)}\n`;
  const language = 'language' in one ? one.language : 'project';
  const name = `${language}-${createHash('sha256').update(text).digest('hex').slice(0, 10)}.json`;
  writeFileSync(path.join(ROOT, 'test/fuzz/found', name), text);
  console.error(`${name}: ${wrong.slice(0, 600)}`);
}

function take(progress: Progress, life: number): void {
  state.batch = progress.batch + 1;
  state.inputs += progress.inputs;
  state.searched += progress.searched;
  state.limits += progress.limits;
  state.mostSteps = Math.max(state.mostSteps, progress.mostSteps);
  state.coverage = progress.coverage;
  state.kept.push(...progress.kept);
  for (const { one, wrong } of progress.found) report(one, wrong, true);
  if (progress.memory) {
    state.memory.push({ process: life, inputs: state.inputs, ...progress.memory });
    const { heap, wasm, rss } = progress.memory;
    console.log(
      `${state.inputs} inputs, ${state.coverage} parts reached, heap ${heap.toFixed(0)} MB, parser ${wasm.toFixed(0)} MB, process ${rss.toFixed(0)} MB`,
    );
  }
  if (values.state !== undefined) writeFileSync(values.state, JSON.stringify(state));
}

/** One process, until its work is done or it dies of an input, which is reported. */
async function live(life: number): Promise<void> {
  const child: ChildProcess = fork(LOOP, { execArgv: ['--max-old-space-size=2048'] });
  const job: Job = {
    ...{ seed: state.seed, folders, language: values.language ?? null, inputs, batch: state.batch, done: state.inputs },
    ...{ kept: state.kept, current: CURRENT },
  };
  let [heardAt, cpu, hung, wall] = [0, 0, false, performance.now()];
  child.on('message', (progress: Progress) => {
    heardAt = cpuOf(child.pid);
    state.cpuSeconds += heardAt - cpu;
    state.seconds += (performance.now() - wall) / 1000;
    [cpu, wall] = [heardAt, performance.now()];
    take(progress, life);
  });
  const watch = setInterval(() => {
    if (cpuOf(child.pid) - heardAt < HANGS_AFTER_S) return;
    hung = true;
    child.kill('SIGKILL');
  }, 2000);
  child.send(job);
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => child.once('exit', (...how) => resolve(how)));
  clearInterval(watch);
  if (state.inputs >= inputs) return;
  const last = existsSync(CURRENT) ? readFileSync(CURRENT, 'utf8') : '';
  if (last === '') throw new Error(`the process ended (${code ?? signal ?? ''}) before its first input`);
  report(JSON.parse(last) as Case, hung ? 'hangs' : `kills the process (${code ?? signal ?? ''})`, false);
  state.batch += 1;
}

mkdirSync(FOLDER, { recursive: true });
// As users run it, and twice as fast as translated on the fly.
await build({
  ...{ entryPoints: [path.join(import.meta.dirname, 'loop.ts')], outfile: LOOP, bundle: true, logLevel: 'warning' },
  ...{ format: 'esm', platform: 'node', target: 'node20', external: ['web-tree-sitter'] },
});
console.log(`seed ${state.seed}, ${state.inputs === 0 ? 'from the beginning' : `going on after ${state.inputs} inputs`}`);
let lives = state.memory.at(-1)?.process ?? 0;
while (state.inputs < inputs) await live((lives += 1));
const growth = Math.max(
  0,
  ...state.memory.map(({ process: life, heap }) => heap - (state.memory.find((first) => first.process === life)?.heap ?? heap)),
);
const wrong = Object.values(state.wrong).reduce((sum, times) => sum + times, 0);
console.log(
  `${state.inputs} inputs with seed ${state.seed} (${state.searched} reached the search): ${wrong} went wrong, ` +
    `most steps ${state.mostSteps}, ${state.limits} left out paths, heap at most ${growth.toFixed(0)} MB larger than at first; ` +
    `${(state.inputs / state.seconds).toFixed(0)} a second, ${(state.inputs / state.cpuSeconds).toFixed(0)} per second of processor time; ` +
    `${state.coverage} parts of the analyser reached, ${state.kept.length} inputs kept for what they reached`,
);
process.exitCode = wrong > 0 || growth > MOST_GROWTH_MB ? 1 : 0;
