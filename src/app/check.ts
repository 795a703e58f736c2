/** The join of analysis and model: a text in, findings with their consequence out. */

import type {
  Analysis,
  Certainty,
  Connection,
  Finding,
  Fix,
  Problem,
  Range,
  Severity,
  Suppression,
  TextEdit,
} from '../analysis/findings.js';
import { Analyser, type AnalyseOptions } from '../analysis/analyse.js';
import { LEAKS } from './failing-path.js';
import { consequenceOf, type Consequence } from './consequence.js';
import type { Machine } from '../scenarios/scenario.js';
import { verifiedFixes, verifiedOf } from './fixes.js';
import { runtimeWords } from './runtime-words.js';
import { trialOf, type Trial } from './trial.js';

export { Analyser };
export type { Certainty, Connection, Consequence, Fix, Machine, Problem, Range, Severity, Suppression, TextEdit };

export interface CheckOptions {
  /** Kernel, clock rate and sysctls that consequences are computed with. */
  machine: Machine;
  /** Severity per rule id; `off` hides the rule. Rules that are not named keep their own. */
  severities: Record<string, Severity | 'off'>;
  /** Findings of lower certainty are left out. */
  minCertainty: Certainty;
  /** Keepalive that starts later than this (seconds) is reported by `slow-keepalive`. */
  slowKeepaliveSeconds?: number;
  /** Tell what became of each opening. */
  coverage?: boolean;
  /**
   * True: fixes are verified here (those of functions that have nothing to
   * do with each other together); false: `fixes` is empty, ask `fixesOf`.
   */
  fixes: boolean;
}

export interface CheckedFinding extends Finding {
  consequence: Consequence | null;
}

export interface CheckedFile extends Omit<Analysis, 'findings'> {
  language: string;
  findings: CheckedFinding[];
}

/** The line on which a path leaves its connection says that it leaks: only a finding says so. */
function withoutLeak(steps: Connection['steps']): Connection['steps'] {
  const last = steps.at(-1);
  return last?.do === 'hold' && last.line > 0 ? [...steps.slice(0, -1), { ...last, line: 0 }] : steps;
}

/** Lower rank is surer. */
const CERTAINTY_RANK: Readonly<Record<Certainty, number>> = { certain: 0, likely: 1, possible: 2 };

/** Analyses a text and says what each finding leads to. Never throws: an inner error becomes a problem of kind `internal`. */
export function check(analyser: Analyser, text: string, language: string, options: CheckOptions): CheckedFile {
  const analysis = analyser.analyse(text, language, analysisOptions(options));
  return checked(language, analysis, options, () => trialOf(analyser, text, language, analysisOptions(options)));
}

/** The same for an analysis that was already made. `trial` is asked for when fixes are to be verified. */
export function checked(language: string, analysis: Analysis, options: CheckOptions, trial: () => Trial): CheckedFile {
  const wanted = analysis.findings.filter((f) => CERTAINTY_RANK[f.certainty] <= CERTAINTY_RANK[options.minCertainty]);
  const { openings, suppressions, suppressed, parseMs, analyseMs } = analysis;
  const leaks = new Set(wanted.filter(({ rule, unconnected }) => LEAKS.has(rule) && !unconnected).map(({ connection }) => connection));
  const connections = analysis.connections.map((connection, index) => {
    const words = runtimeWords(language, connection.library);
    const steps = leaks.has(index) ? connection.steps : withoutLeak(connection.steps);
    return { ...connection, steps, ...(words && { words }) };
  });
  const problems = [...analysis.problems];
  const fixes =
    options.fixes && wanted.length > 0
      ? guarded(problems, 1, new Map<Finding, Fix[]>(), () => verifiedOf(trial(), wanted))
      : new Map<Finding, Fix[]>();
  const findings = wanted.map((finding): CheckedFinding => {
    const told = { ...finding };
    delete told.ownership;
    const connection = connections[finding.connection];
    const line = finding.range.startLine;
    return {
      ...told,
      fixes: fixes.get(finding) ?? [],
      consequence:
        connection && !finding.unconnected
          ? guarded(problems, line, null, () => consequenceOf(finding, connection, options.machine))
          : null,
    };
  });
  return { language, findings, connections, ...(openings && { openings }), problems, suppressions, suppressed, parseMs, analyseMs };
}

/** An error of ours in one finding is reported once and does not cost the others. */
function guarded<T>(problems: Problem[], line: number, otherwise: T, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    problems.push({ kind: 'internal', message: error instanceof Error ? error.message : String(error), line });
    return otherwise;
  }
}

/** The fixes of one finding that hold when applied to a copy; last the comments that would say who owns the connection. */
export function fixesOf(trial: Trial, finding: Finding): Fix[] {
  return verifiedFixes(trial, { ...finding, fixes: [...finding.fixes, ...(finding.ownership ?? [])] });
}

/** What the analyser needs of the options. */
export function analysisOptions({ severities, slowKeepaliveSeconds, coverage }: CheckOptions): AnalyseOptions {
  return {
    severities,
    ...(coverage === true && { coverage }),
    ...(slowKeepaliveSeconds !== undefined && { idleLimit: slowKeepaliveSeconds }),
  };
}
