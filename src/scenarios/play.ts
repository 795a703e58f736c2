/** Runs a scenario for a connection: experiment, trace to show, answer over all phases of the timer wheel. */

import type { Experiment } from '../kernel/experiment.js';
import { simulate } from '../kernel/simulate.js';
import { DEFAULT_HZ } from '../kernel/sysctl-table.js';
import type { Trace } from '../kernel/trace.js';
import type { ConnectionProfile } from './profile.js';
import { parametersOf } from './scenario.js';
import type { Answer, Machine, ParameterValues, Scenario } from './scenario.js';
import { inUsersWords, withUsersNames } from './user-words.js';

export interface Story {
  experiment: Experiment;
  trace: Trace;
  answer: Answer;
}

/**
 * Jiffies between the ticks of the wheel's slowest level that a keepalive timer
 * of the longest default reaches (calc_wheel_index(), kernel/time/timer.c).
 */
const SLOWEST_TICK = 8 ** 6;
/** Phases that are tried: the shown run's and this many more, spread by the golden ratio so that fine and coarse levels both vary. */
const PHASES = 23;
const GOLDEN = 0.6180339887498949;
/** A run with more events than this is told from fewer phases: a redraw must stay quick. */
const MANY_EVENTS = 4000;

/** The experiment's runs: the shown one first, then one for each further phase of the timer wheel. */
export function runsOf(experiment: Experiment): Trace[] {
  const shown = simulate(experiment);
  const phases = Math.max(3, Math.min(PHASES, Math.floor((PHASES * MANY_EVENTS) / Math.max(1, shown.summary.events))));
  const others = Array.from({ length: phases }, (_, i) => {
    const phase = (((i + 1) * GOLDEN) % 1) * (SLOWEST_TICK / (experiment.model?.hz ?? DEFAULT_HZ));
    return simulate(experiment, { phase });
  });
  return [shown, ...others];
}

/** Throws RangeError when the scenario is about another kind of connection, or a parameter does not fit. */
export function play(scenario: Scenario, profile: ConnectionProfile, given: ParameterValues, machine: Machine): Story {
  if (!scenario.roles.includes(profile.role))
    throw new RangeError(`${scenario.id} is about ${scenario.roles.join(' or ')} connections; this one is ${profile.role}`);
  const parameters = parametersOf(scenario, given);
  const experiment = scenario.experiment(profile, parameters, machine);
  const runs = runsOf(experiment);
  const trace = runs[0] as Trace;
  return { experiment, trace: withUsersNames(trace, profile), answer: inUsersWords(scenario.answer(runs, profile, parameters), profile) };
}
