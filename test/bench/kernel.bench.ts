/** How fast the kernel model is: one line for each claim, the best of a few warm runs. */

import { spawnSync } from 'node:child_process';
import type { Experiment, Program, Step } from '../../src/kernel/experiment.js';
import { simulate } from '../../src/kernel/simulate.js';

const server = (steps: Step[]): Program => ({ name: 'server', host: 'B', steps: [{ do: 'listen', as: 'l', port: 5000 }, ...steps] });
const client = (steps: Step[]): Program => ({ name: 'client', host: 'A', steps });

const deadPeer: Experiment = {
  name: 'one-write-to-a-dead-peer',
  rttMs: 1,
  durationS: 960,
  faults: [{ at: 1, fault: 'powerLoss', host: 'B' }],
  programs: [
    server([{ do: 'accept', on: 'l', as: 'c' }, { do: 'hold' }]),
    client([
      { do: 'connect', as: 's', to: 'B:5000' },
      { at: 1.5, do: 'send', on: 's', bytes: 100 },
      { do: 'recv', on: 's' },
    ]),
  ],
};

const bulk = (bytes: number): Experiment => ({
  name: 'bulk',
  rttMs: 2,
  durationS: 100_000,
  programs: [
    server([
      { do: 'accept', on: 'l', as: 'c' },
      { do: 'recvUntilEof', on: 'c' },
    ]),
    client([
      { do: 'connect', as: 's', to: 'B:5000' },
      { do: 'send', on: 's', bytes },
      { do: 'close', on: 's' },
    ]),
  ],
});

const shortConnections = (times: number): Experiment => ({
  name: 'short-connections',
  rttMs: 1,
  durationS: 3600,
  programs: [
    server([
      {
        do: 'repeat',
        times,
        steps: [
          { do: 'accept', on: 'l', as: 'c' },
          { do: 'recv', on: 'c' },
          { do: 'send', on: 'c', bytes: 100 },
          { do: 'close', on: 'c' },
        ],
      },
    ]),
    client([
      {
        do: 'repeat',
        times,
        steps: [
          { do: 'connect', as: 's', to: 'B:5000' },
          { do: 'send', on: 's', bytes: 100 },
          { do: 'recv', on: 's' },
          { do: 'close', on: 's' },
        ],
      },
    ]),
  ],
});

const DAY = 86_400;
const leak = (times: number): Experiment => ({
  name: 'leak',
  rttMs: 1,
  durationS: DAY,
  programs: [
    server([
      {
        do: 'repeat',
        times,
        steps: [
          { do: 'accept', on: 'l', as: 'c' },
          { do: 'recv', on: 'c' },
          { do: 'recv', on: 'c' },
        ],
      },
      { do: 'hold' },
    ]),
    client([
      {
        do: 'repeat',
        times,
        steps: [
          { do: 'connect', as: 's', to: 'B:5000' },
          { do: 'send', on: 's', bytes: 100 },
          { do: 'close', on: 's' },
          { do: 'sleep', for: (0.99 * DAY) / times },
        ],
      },
    ]),
  ],
});

/** Best of `runs` warm runs, milliseconds. */
function best(experiment: Experiment, runs: number): number {
  let least = Infinity;
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    const { summary } = simulate(experiment, { trace: 'none' });
    least = Math.min(least, performance.now() - start);
    if (summary.capped) throw new Error(`${experiment.name} ran into the cap`);
  }
  return least;
}

/** Packets on the wire, counted once with the trace on. */
function segments(experiment: Experiment): number {
  return simulate(experiment).packets.length;
}

function line(what: string, value: string, goal: string): void {
  console.log(`${what.padEnd(46)} ${value.padStart(22)}   goal ${goal}`);
}

const BYTES = 100_000_000;

/** Each in a process of its own: what one leaves in the heap and in the compiler must not count for the next. */
const CASES: Record<string, () => void> = {
  deadPeer: () => line('one write to a dead peer, 939 s', `${best(deadPeer, 500).toFixed(3)} ms`, '< 1 ms'),
  bulk: () => {
    const count = segments(bulk(BYTES));
    line('bulk transfer, trace off', `${Math.round((count / best(bulk(BYTES), 5)) * 1000).toLocaleString('en')} segments/s`, '>= 600,000');
  },
  shortConnections: () => {
    const ten = best(shortConnections(10_000), 10);
    line('10,000 short connections', `${ten.toFixed(0)} ms`, '< 250 ms');
    line(
      '  per connection: 20,000 against 10,000',
      `${(best(shortConnections(20_000), 5) / ten / 2).toFixed(2)} times`,
      'about 1 (linear)',
    );
  },
  leak: () => line('10,000 connections leak over a day', `${best(leak(10_000), 3).toFixed(0)} ms`, '< 2,000 ms'),
  heap: () => {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    const long = simulate({ ...bulk(400_000_000) }, { trace: 'none' }).summary.events;
    globalThis.gc?.();
    line(
      'heap after 400 MB of virtual data, trace off',
      `${((process.memoryUsage().heapUsed - before) / 1e6).toFixed(1)} MB for ${long.toLocaleString('en')} events`,
      'flat',
    );
  },
};

const wanted = process.argv[2];
if (wanted !== undefined) CASES[wanted]?.();
else
  for (const name of Object.keys(CASES))
    spawnSync(process.execPath, ['--expose-gc', ...process.execArgv, process.argv[1] ?? '', name], { stdio: 'inherit' });
