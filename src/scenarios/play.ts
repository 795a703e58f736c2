/** Runs a scenario for a connection: experiment, trace to show, answer over all phases of the timer wheel. */

import type { Experiment } from '../kernel/experiment.js';
import { searchPhases } from '../kernel/phases.js';
import type { Range } from '../kernel/phases.js';
import { simulate } from '../kernel/simulate.js';
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

const ANSWER = 'answer';
/** Events that the runs of an answer may have together: a redraw must stay quick. */
const BUDGET = 90_000;

/**
 * The experiment's runs: the shown one first, then others at phases of the timer wheel that spread evenly, then those of the
 * earliest and the latest answer.
 * @param timeOf the time that a run by itself gives; null: never
 */
export function runsOf(experiment: Experiment, timeOf: (run: Trace) => number | null): Trace[] {
  const shown = simulate(experiment);
  const { even, ranges } = searchPhases(experiment, shown, {
    run: (phase) => simulate(experiment, { phase }),
    times: (run) => new Map([[ANSWER, timeOf(run) ?? Infinity]]),
    refined: [[ANSWER]],
    runs: Math.floor(BUDGET / Math.max(1, shown.summary.events)),
  });
  // Of the runs near the extremes only the best: the middle of all runs stays where it is.
  const { earliest, latest } = ranges.get(ANSWER) as Range<Trace>;
  return [...new Set([...even, earliest.run, latest.run])];
}

/** Throws RangeError when the scenario is about another kind of connection, or a parameter does not fit. */
export function play(scenario: Scenario, profile: ConnectionProfile, given: ParameterValues, machine: Machine): Story {
  if (!scenario.roles.includes(profile.role))
    throw new RangeError(`${scenario.id} is about ${scenario.roles.join(' or ')} connections; this one is ${profile.role}`);
  const parameters = parametersOf(scenario, given);
  const experiment = scenario.experiment(profile, parameters, machine);
  const answerTo = (runs: readonly Trace[]): Answer => scenario.answer(runs, profile, parameters);
  const runs = runsOf(experiment, (run) => answerTo([run]).typical);
  const trace = runs[0] as Trace;
  return { experiment, trace: withUsersNames(trace, profile), answer: inUsersWords(answerTo(runs), profile) };
}
