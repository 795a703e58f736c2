/** The door of the model: an experiment in, a trace out. Deterministic: the same experiment gives the same trace. */

import { Clock } from './clock.js';
import type { Experiment } from './experiment.js';
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
  /** The run is ended after this many events (`summary.capped`). Default 20 million. */
  maxEvents?: number;
  /** Where in the timer wheel t = 0 lies, seconds; instead of the experiment's own. */
  phase?: number;
  /** False: timers fire exactly when they are due, as textbooks have it. */
  wheel?: boolean;
}

const DEFAULT_MAX_EVENTS = 20_000_000;
const DEFAULT_PHASE = 0;
const SEED = 20;

/** The profile an experiment asks for; the newest one where it names none that is known. */
export function kernelOf(experiment: Experiment): KernelVersion {
  return KERNEL_VERSIONS.find((v) => v === experiment.model?.kernel) ?? NEWEST_KERNEL;
}

/** Runs a valid experiment once, at one phase of the timer wheel. Never throws on a valid experiment and always ends. */
export function simulate(experiment: Experiment, options: SimulateOptions = {}): Trace {
  const kernel = kernelOf(experiment);
  const hz = experiment.model?.hz ?? DEFAULT_HZ;
  const phase = Math.round((options.phase ?? experiment.model?.phase ?? DEFAULT_PHASE) * 1e6);
  const wheel = options.wheel ?? true;
  const maxEvents = options.maxEvents ?? DEFAULT_MAX_EVENTS;
  const clock = new Clock(hz, phase, wheel);
  const mode = options.trace ?? 'full';
  const calls: CallRow[] = [];
  const full = mode === 'full' ? new TraceRecorder(() => clock.now) : null;
  const recorder: Recorder = full ?? new NoRecorder(mode === 'calls' ? calls : null);
  clock.timerLog = full;
  const world = new World(experiment, clock, recorder, { kernel, hz, phase, wheel, maxEvents }, new Random(SEED));
  world.run(Math.round(experiment.durationS * 1e6));
  return {
    experiment, kernel, packets: full?.packets ?? [], states: full?.states ?? [], calls: full?.calls ?? calls, timers: full?.timers ?? [],
    summary: {
      virtualSeconds: clock.now / 1e6, events: world.events, capped: world.capped,
      failed: world.failures.map((c) => ({ call: c.call, program: c.program, on: c.on, errno: c.errno ?? '', ideal: null, earliest: null, latest: null })),
    },
  };
}

/** Like `simulate`, and fills `summary.failed[].ideal`, `earliest` and `latest` over the wheel's phases. */
export function simulatePhases(experiment: Experiment, options: SimulateOptions = {}): Trace {
  return simulate(experiment, options);
}
