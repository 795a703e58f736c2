/** One run of an experiment at one phase of the timer wheel. */

import { Clock } from './clock.js';
import type { Experiment } from './experiment.js';
import { hostSettings } from './lab.js';
import { Random } from './random.js';
import type { Recorder } from './recorder.js';
import { NoRecorder, TraceRecorder } from './recorder.js';
import { DEFAULT_HZ, KERNEL_VERSIONS, NEWEST_KERNEL } from './sysctl-table.js';
import type { KernelVersion } from './sysctl-table.js';
import type { CallRow, Trace } from './trace.js';
import { World } from './world.js';

export interface SimulateOptions {
  /** `full` (default): packets, states, calls, timers; `calls`: calls only; `none`: only the summary. */
  trace?: 'full' | 'calls' | 'none';
  /** The run is ended after this many events (`summary.capped`). Default 2 million with a full trace, else 20 million. */
  maxEvents?: number;
  /** Where in the timer wheel t = 0 lies, seconds; instead of the experiment's own. */
  phase?: number;
  /** False: timers fire exactly when they are due, as textbooks have it. */
  wheel?: boolean;
  /** From an event to the process that waits for it running again, microseconds; default 90. */
  wakeLatency?: number;
}

/** Events of a run that keeps no rows, and of one that keeps them all. */
const MOST_EVENTS = 20_000_000;
const MOST_TRACED_EVENTS = 2_000_000;
const DEFAULT_PHASE = 0;
/** Longer than the distance of two segments of one burst: measured on the kernel with sleeping programs (docs/kernel.md). */
const WAKE_LATENCY = 90;
/** Of the generator behind initial sequence numbers, timestamps and the like. */
const SEED = 20;

/** The profile an experiment asks for; the newest one where it names none that is known. */
function kernelOf(experiment: Experiment): KernelVersion {
  return KERNEL_VERSIONS.find((v) => v === experiment.model?.kernel) ?? NEWEST_KERNEL;
}

export interface Run {
  trace: Trace;
  /** Rows of the calls that failed, in the order of their ends. */
  failures: readonly CallRow[];
}

export function runOnce(experiment: Experiment, options: SimulateOptions): Run {
  const kernel = kernelOf(experiment);
  const hz = experiment.model?.hz ?? DEFAULT_HZ;
  const phase = Math.round((options.phase ?? experiment.model?.phase ?? DEFAULT_PHASE) * 1e6);
  const hosts = { A: hostSettings(experiment.sysctls?.A, kernel, hz), B: hostSettings(experiment.sysctls?.B, kernel, hz) };
  const clock = new Clock(hz, phase, options.wheel ?? true);
  const mode = options.trace ?? 'full';
  const calls: CallRow[] = [];
  const full = mode === 'full' ? new TraceRecorder(() => clock.now) : null;
  const recorder: Recorder = full ?? new NoRecorder(mode === 'calls' ? calls : null);
  clock.timerLog = full;
  const world = new World(
    experiment,
    clock,
    recorder,
    {
      kernel,
      hosts,
      maxEvents: options.maxEvents ?? (mode === 'full' ? MOST_TRACED_EVENTS : MOST_EVENTS),
      wakeLatency: options.wakeLatency ?? WAKE_LATENCY,
    },
    new Random(SEED),
  );
  world.run(Math.round(experiment.durationS * 1e6));
  const failures = world.failures;
  return {
    trace: {
      experiment,
      kernel,
      packets: full?.packets ?? [],
      states: full?.states ?? [],
      calls: full?.calls ?? calls,
      timers: full?.timers ?? [],
      queues: full?.queueRows ?? [],
      summary: {
        virtualSeconds: clock.now / 1e6,
        events: world.events,
        capped: world.capped,
        failed: failures.map((c) => ({
          call: c.call,
          program: c.program,
          on: c.on,
          errno: c.errno ?? '',
          ideal: null,
          earliest: null,
          latest: null,
        })),
      },
    },
    failures,
  };
}
