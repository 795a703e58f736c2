/** From an experiment file or a scenario to a run, and from a run to text or bytes. Pure. */

import type { Experiment } from '../kernel/experiment.js';
import { parseExperiment, problemText } from '../kernel/experiment-validate.js';
import { simulatePhases } from '../kernel/simulate.js';
import type { Trace } from '../kernel/trace.js';
import { mermaidSequence } from '../output/mermaid.js';
import { pcapng } from '../output/pcapng.js';
import { ssTable } from '../output/ss.js';
import { traceJson } from '../output/trace-json.js';
import { traceText } from '../output/trace-text.js';
import type { Answer } from '../scenarios/scenario.js';
import { experimentWith } from './apply-settings.js';
import { parseSettings } from './settings.js';

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
 * @returns the run, or what is wrong, one sentence each
 */
export function runExperimentText(text: string, sets: readonly string[]): Run | string[] {
  const { experiment, problems } = parseExperiment(text);
  if (experiment === null) return problems.map(problemText);
  const settings = parseSettings(sets, []);
  if (typeof settings === 'string') return [settings];
  return runExperiment(experimentWith(experiment, settings));
}

function runExperiment(experiment: Experiment): Run | string[] {
  const checked = parseExperiment(experiment);
  if (checked.experiment === null) return checked.problems.map(problemText);
  return { experiment, trace: simulatePhases(experiment), answer: null };
}

/** @param at for `ss` the moment, seconds; null is the end of the run */
export function renderTrace(run: Run, format: TraceFormat, at: number | null): string | Uint8Array {
  switch (format) {
    case 'text': return traceText(run.trace);
    case 'json': return traceJson(run.trace);
    case 'mermaid': return mermaidSequence(run.trace);
    case 'pcapng': return pcapng(run.trace);
    case 'ss': return ssTable(run.trace, at ?? run.experiment.durationS);
  }
}
