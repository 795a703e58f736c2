/** What the page asks of the model, and the answer: plain data that passes between page and worker. Pure. */

import { play, type Story } from '../scenarios/play.js';
import type { ConnectionProfile } from '../scenarios/profile.js';
import type { Machine, ParameterValues } from '../scenarios/scenario.js';
import { SCENARIOS } from '../scenarios/generated.js';
import { asFixed, type CureNumbers, CURES } from '../scenarios/cures.js';

export interface Question {
  /** Answers to older questions are thrown away. */
  id: number;
  profile: ConnectionProfile;
  scenario: string;
  parameters: ParameterValues;
  machine: Machine;
  /** Cure to compare with, or null. */
  cure: string | null;
  /** What the fix of the code sets, where it is not what the cure says. */
  numbers?: CureNumbers | undefined;
}

export interface Telling {
  id: number;
  /** Why there is nothing to show, in words; null when there is. */
  error: string | null;
  before: Story | null;
  after: Story | null;
  /** Milliseconds that the model took. */
  ms: number;
}

/** Runs the model for one question. Never throws: what went wrong stands in `error`. */
export function tell(question: Question, now: () => number): Telling {
  const begin = now();
  try {
    const before = run(question, question.profile);
    const cure = CURES.find((one) => one.id === question.cure);
    const after = cure === undefined ? null : run(question, asFixed(cure, question.numbers).apply(question.profile));
    return { id: question.id, error: null, before, after, ms: now() - begin };
  } catch (error) {
    return { id: question.id, error: error instanceof Error ? error.message : String(error), before: null, after: null, ms: now() - begin };
  }
}

function run(question: Question, profile: ConnectionProfile): Story {
  const scenario = SCENARIOS.find((one) => one.id === question.scenario);
  if (scenario === undefined) throw new RangeError(`there is no scenario ${question.scenario}`);
  return play(scenario, profile, question.parameters, question.machine);
}
