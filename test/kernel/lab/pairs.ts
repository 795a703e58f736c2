/**
 * npm run lab:pairs [-- NAME…]: runs the programs of test/fixtures/pairs on this machine's kernel, each in the experiment that the model
 * makes of its line, and records what they were told. Needs root, python3 and what the programs are written in.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OURS } from '../../../src/scenarios/our-program.js';
import { eventOf } from '../../../src/scenarios/outcome.js';
import { PAIRS, pairs, simulated, type Pair, type Recording, type Simulated } from './program-pair.js';

const RECORDED = path.join(PAIRS, 'recorded');

/** How the program is started in its folder, built where it must be. */
function commandOf(program: string, folder: string): string[] {
  const run = (command: string, ...argv: string[]): void => {
    execFileSync(command, argv, { cwd: folder, stdio: 'inherit' });
  };
  switch (path.extname(program)) {
    case '.py':
      return ['python3', program];
    case '.mjs':
      return ['node', program];
    case '.java':
      run('javac', program);
      return ['java', '-XX:TieredStopAtLevel=1', '-cp', '.', path.basename(program, '.java')];
    case '.go':
      run('go', 'build', '-o', 'program', program);
      return [path.join(folder, 'program')];
    case '.c':
      run('gcc', '-pthread', '-o', 'program', program);
      return [path.join(folder, 'program')];
    default:
      throw new Error(`nobody knows how ${program} is run`);
  }
}

/** When each pause of the program ends: with the next step that the experiment gives a moment, or at once. */
function pausesOf({ lines, story }: Simulated): number[] {
  const steps = story.experiment.programs.find(({ name }) => name === OURS)?.steps ?? [];
  const timed = steps.flatMap((step) => ('line' in step && typeof step.line === 'number' ? [{ line: step.line, at: step.at ?? 0 }] : []));
  return lines.flatMap((text, index) => {
    if (!/\bpause\b/.test(text)) return [];
    const after = timed.filter(({ line }) => line > index + 1).map(({ line }) => line);
    const next = Math.min(...after);
    return [Math.max(0, ...timed.filter(({ line }) => line === next).map(({ at }) => at))];
  });
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;

function main(): void {
  if (process.getuid?.() !== 0) throw new Error('lab:pairs needs root: it makes network namespaces and TUN devices');
  const wanted = process.argv.slice(2);
  const chosen = pairs().filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
  const folder = mkdtempSync(path.join(tmpdir(), 'closewait-pairs-'));
  const commands = new Map<string, string[]>();
  const jobs = chosen.map((pair: Pair) => {
    const own = path.join(folder, pair.program.replace('.', '-'));
    if (!commands.has(pair.program)) {
      mkdirSync(own, { recursive: true });
      copyFileSync(path.join(PAIRS, 'programs', pair.program), path.join(own, pair.program));
      commands.set(pair.program, commandOf(pair.program, own));
    }
    const model = simulated(pair);
    return {
      name: pair.name,
      experiment: model.story.experiment,
      role: model.connection.role,
      payloads: pair.payloads,
      pauses: pausesOf(model),
      command: commands.get(pair.program),
      folder: own,
      target: path.join(folder, `${pair.name}.json`),
      event: eventOf(model.story.trace),
    };
  });
  writeFileSync(path.join(folder, 'jobs.json'), JSON.stringify(jobs));
  const script = path.join(import.meta.dirname, 'pairs.py');
  const { status } = spawnSync('python3', [script, path.join(folder, 'jobs.json')], {
    stdio: 'inherit',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  mkdirSync(RECORDED, { recursive: true });
  for (const { name, target, event, experiment } of jobs) {
    if (!existsSync(target)) continue;
    const { told, states } = JSON.parse(readFileSync(target, 'utf8')) as Pick<Recording, 'told' | 'states'>;
    const recording: Recording = {
      event: rounded(event),
      duration: experiment.durationS,
      told: told.map((row) => ({ ...row, t: rounded(row.t) })),
      states: states.map((row) => ({ ...row, t: rounded(row.t) })),
    };
    writeFileSync(path.join(RECORDED, `${name}.json`), `${JSON.stringify(recording, null, 1)}\n`);
  }
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = status ?? 1;
}

main();
