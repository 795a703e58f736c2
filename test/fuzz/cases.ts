/** What is put into the analyser, in three forms, and whether anything went wrong with it. */

import { Pruning } from '../../src/analysis/flow/pruning.js';
import { analyseProject } from '../../src/analysis/project/rounds.js';
import { sourcesOf } from '../../src/analysis/project/sources.js';
import { Store } from '../../src/analysis/project/store.js';
import type { Analysis } from '../../src/analysis/findings.js';
import { analyser, checkText } from '../app/analyser.js';

export type Case =
  /** A text, analysed; `fixes`: and its fixes tried. */
  | { kind: 'text'; language: string; text: string; fixes?: boolean }
  /** A document as it is edited: each text must give what it gives by itself. */
  | { kind: 'edits'; language: string; texts: readonly string[] }
  /** A program of several files, of which some change: the end must give what a fresh analysis gives. */
  | { kind: 'project'; files: Readonly<Record<string, string>>; edits: readonly (readonly [path: string, text: string])[] };

/** States that a search may reach for one text (or edit). More is an overrun; far more is cut off, since it may never end. */
export const STEP_BUDGET = 200_000;
const CUT_OFF = 10 * STEP_BUDGET;

export const counted = {
  /** States reached since the last reset. */
  steps: 0,
  /** Texts in which the analyser itself said that it left out paths. */
  limits: 0,
  /** The most states of any text. */
  most: 0,
};

/** The search asks for each state that it reaches what may be forgotten: there it is counted. */
const prune = Pruning.prototype.prune;
Pruning.prototype.prune = function (outcome) {
  counted.steps += 1;
  if (counted.steps > CUT_OFF) throw new Error(`more than ${CUT_OFF} steps`);
  return prune.call(this, outcome);
};

/** Texts that a case has the analyser look at. */
export function sizeOf(one: Case): number {
  return one.kind === 'text' ? 1 : one.kind === 'edits' ? one.texts.length : one.edits.length + 1;
}

/** What went wrong, or null. Never throws. */
export function wrongWith(one: Case): string | null {
  try {
    if (one.kind === 'text') return wrongText(one);
    return one.kind === 'edits' ? wrongEdits(one) : wrongProject(one);
  } catch (error) {
    return `throws ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

function wrongText({ language, text, fixes }: Extract<Case, { kind: 'text' }>): string | null {
  counted.steps = 0;
  return judged(fixes ? checkText(text, language, { fixes: true, minCertainty: 'possible' }) : analyser.analyse(text, language));
}

function wrongEdits({ language, texts }: Extract<Case, { kind: 'edits' }>): string | null {
  try {
    for (const text of texts) {
      counted.steps = 0;
      const updated = analyser.update('document', text, language);
      const wrong = judged(updated);
      if (wrong !== null) return wrong;
      counted.steps = 0;
      if (said(updated) !== said(analyser.analyse(text, language))) return 'an edited document gives something else than its text';
    }
    return null;
  } finally {
    analyser.closeDocument('document');
  }
}

function wrongProject({ files, edits }: Extract<Case, { kind: 'project' }>): string | null {
  const now: Record<string, string> = { ...files };
  const project = analyser.openProject(sourcesOf(now));
  try {
    counted.steps = 0;
    const store = new Store(project, () => ({}));
    store.refresh(Object.keys(now));
    for (const [path, text] of edits) {
      now[path] = text;
      counted.steps = 0;
      project.watch(path);
      store.refresh([path]);
      const wrong = judged(store.of(path));
      if (wrong !== null) return wrong;
    }
    const fresh = analyser.openProject(sourcesOf({ ...now }));
    try {
      counted.steps = 0;
      for (const [path, analysis] of analyseProject(fresh)) {
        const wrong = judged(analysis);
        if (wrong !== null) return wrong;
        if (said(store.of(path)) !== said(analysis)) return `after edits ${path} gives something else than afresh`;
      }
      return null;
    } finally {
      fresh.dispose();
    }
  } finally {
    project.dispose();
  }
}

function judged({ problems }: Pick<Analysis, 'problems'>): string | null {
  counted.most = Math.max(counted.most, counted.steps);
  if (problems.some(({ kind }) => kind === 'limit')) counted.limits += 1;
  const inner = problems.find(({ kind }) => kind === 'internal');
  if (inner) return `inner error: ${inner.message}`;
  return counted.steps > STEP_BUDGET ? `${counted.steps} steps` : null;
}

function said({ parseMs: _parse, analyseMs: _analyse, ...rest }: Analysis): string {
  return JSON.stringify(rest);
}
