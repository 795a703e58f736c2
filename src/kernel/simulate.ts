/** The door of the model: an experiment in, a trace out. Deterministic: the same experiment gives the same trace. */

import type { Experiment } from './experiment.js';
import { runPhases } from './phases.js';
import { runOnce } from './run.js';
import type { SimulateOptions } from './run.js';
import type { Trace } from './trace.js';

export type { SimulateOptions } from './run.js';

/** Runs a valid experiment once, at one phase of the timer wheel. Never throws on a valid experiment and always ends. */
export function simulate(experiment: Experiment, options: SimulateOptions = {}): Trace {
  return runOnce(experiment, options).trace;
}

/** Like `simulate`, and fills `summary.failed[].ideal`, `earliest` and `latest` (seconds since t = 0) over the wheel's phases. */
export function simulatePhases(experiment: Experiment, options: SimulateOptions = {}): Trace {
  return runPhases(experiment, options);
}
