/** From an experiment file or a scenario to a run, and from a run to text or bytes. Pure. */

import type { Experiment } from '../kernel/experiment.js';
import { parseExperiment, problemText } from '../kernel/experiment-validate.js';
import { plain } from '../output/plain-text.js';
import { playScript } from '../kernel/packetdrill/play.js';
import type { PlayedScript } from '../kernel/packetdrill/play.js';
import { simulate, simulatePhases } from '../kernel/simulate.js';
import type { Trace } from '../kernel/trace.js';
import { mermaidSequence } from '../output/mermaid.js';
import { pcapng } from '../output/pcapng.js';
import { ssTable } from '../output/ss.js';
import { experimentJson, traceJson } from '../output/trace-json.js';
import { traceText } from '../output/trace-text.js';
import { SCENARIOS } from '../scenarios/generated.js';
import { play } from '../scenarios/play.js';
import type { ConnectionProfile } from '../scenarios/profile.js';
import type { Answer, Machine, Scenario } from '../scenarios/scenario.js';
import { meant } from '../kernel/nearest.js';
import { parseSysctlText } from '../kernel/sysctl-machine.js';
import { SYSCTL_NAMES } from '../kernel/sysctl.js';
import { experimentWith, machineWith, profileWith } from './apply-settings.js';
import { plainProfile } from './plain-profile.js';
import { parseSettings } from './settings.js';

export type { ConnectionProfile };
export { experimentJson };

export { playScript };

/** A played packetdrill script as text: what happened, then the verdict. */
export function playedText(file: string, { log, verdict, line, category, detail }: PlayedScript): string {
  const end =
    verdict === 'passes'
      ? `${file}: passes`
      : `${file}:${line}: ${verdict === 'differs' ? 'differs' : 'not supported'} (${category}): ${detail}`;
  return `${[...log, end].map((row) => plain(row)).join('\n')}\n`;
}

export const TRACE_FORMATS = ['text', 'json', 'mermaid', 'pcapng', 'ss'] as const;
export type TraceFormat = (typeof TRACE_FORMATS)[number];

export interface Run {
  experiment: Experiment;
  trace: Trace;
  /** What a scenario says about it; null for an experiment of the user's own. */
  answer: Answer | null;
}

/**
 * Runs an experiment file with settings (`NAME=VALUE`) over it.
 * @param phases also tell how the timer wheel's phase moves each failure: many more runs
 * @returns the run, or what is wrong, one sentence each
 */
export function runExperimentText(text: string, sets: readonly string[], phases: boolean): Run | string[] {
  const { experiment, problems } = parseExperiment(text);
  if (experiment === null) return problems.map(problemText);
  const settings = parseSettings(sets, []);
  if (typeof settings === 'string') return [settings];
  const checked = parseExperiment(experimentWith(experiment, settings));
  if (checked.experiment === null) return checked.problems.map(problemText);
  return { experiment: checked.experiment, trace: (phases ? simulatePhases : simulate)(checked.experiment), answer: null };
}

/** What `sysctl -a` prints, as settings (`NAME=VALUE`), and one sentence about what was found. */
export function settingsFromText(text: string): { sets: string[]; summary: string } {
  const { values, notModelled, wrong } = parseSysctlText(text);
  const unread =
    wrong.length === 0
      ? ''
      : `; lines that are no setting: ${wrong
          .slice(0, 5)
          .map((w) => w.line)
          .join(', ')}`;
  return {
    sets: [...values].map(([name, value]) => `${name}=${value}`),
    summary: `${values.size} of the ${SYSCTL_NAMES.length} sysctls that the model reads; ${notModelled.length === 1 ? '1 other is' : `${notModelled.length} others are`} not modelled${unread}`,
  };
}

/** The scenario of this id, or a sentence with the nearest id. */
export function scenarioOf(id: string): Scenario | string {
  const ids = SCENARIOS.map((s) => s.id);
  const near = meant(id, ids);
  const instead = near === null ? `there are ${ids.join(', ')}` : `the nearest is ${near}`;
  return SCENARIOS.find((s) => s.id === id) ?? `there is no scenario "${id}"; ${instead}`;
}

/**
 * Runs a scenario for a connection, or (null) for a plain one of the first kind that the scenario is about.
 * @returns the run, or what is wrong, one sentence each
 */
export function runScenario(
  scenario: Scenario,
  profile: ConnectionProfile | null,
  machine: Machine,
  sets: readonly string[],
): Run | string[] {
  const settings = parseSettings(sets, scenario.parameters);
  if (typeof settings === 'string') return [settings];
  const ours = profileWith(profile ?? plainProfile(scenario.roles[0] ?? 'client'), settings);
  try {
    return play(scenario, ours, settings.parameters, machineWith(machine, settings));
  } catch (error) {
    // A parameter that does not fit, or a connection of another kind: play() says which.
    if (error instanceof RangeError) return [error.message];
    throw error;
  }
}

/** Everything that can be listed of the scenarios, as plain data. */
export function scenarioList(): Pick<Scenario, 'id' | 'title' | 'question' | 'parameters'>[] {
  return SCENARIOS.map(({ id, title, question, parameters }) => ({ id, title, question, parameters }));
}

/** @param at for `ss` the moment, seconds; null is the end of the run */
export function renderTrace(run: Run, format: TraceFormat, at: number | null): string | Uint8Array {
  switch (format) {
    case 'text':
      return `${answerText(run.answer)}${traceText(run.trace)}`;
    case 'json':
      return traceJson(run.trace);
    case 'mermaid':
      return mermaidSequence(run.trace);
    case 'pcapng':
      return pcapng(run.trace);
    case 'ss':
      return ssTable(run.trace, at ?? run.experiment.durationS);
  }
}

function answerText(answer: Answer | null): string {
  return answer === null ? '' : `${answer.sees}\n${answer.decides}\n${answer.change}\n\n`;
}
