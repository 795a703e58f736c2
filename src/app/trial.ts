/** Where edited copies of a text are analysed: only the functions that an edit touches, and those that call them. */

import type { Analyser, AnalyseOptions } from '../analysis/analyse.js';
import type { Analysis, TextEdit } from '../analysis/findings.js';
import type { Changed, Reach } from '../analysis/flow/roots.js';
import type { Project } from '../analysis/project/project.js';
import { sourcesOf } from '../analysis/project/sources.js';
import { languageOfFile, LANGUAGES } from './languages.js';

export type { Reach };

export interface Trial {
  readonly text: string;
  readonly language: string;
  /** How far a change of these lines of the text can be felt. */
  reach(changed: readonly Changed[]): Reach;
  /** What a copy says in the functions of these lines (of the copy), hazards with it. */
  analyse(copy: string, changed: readonly Changed[]): Analysis;
  /** The whole of a copy. */
  analyseAll(copy: string): Analysis;
  /** Another text takes the place of the present one. */
  on(text: string): Trial;
}

/** The text that was tried last, per analyser: fixes of one text come in a row, and its tree serves them all. */
const last = new WeakMap<Analyser, { path: string; text: string; project: Project }>();

function projectOf(analyser: Analyser, path: string, text: string): Project {
  const known = last.get(analyser);
  if (known?.path === path && known.text === text) return known.project;
  known?.project.dispose();
  const project = analyser.openProject(sourcesOf({ [path]: text }));
  last.set(analyser, { path, text, project });
  return project;
}

/** Trials of a text by itself. */
export function trialOf(analyser: Analyser, text: string, language: string, options: AnalyseOptions): Trial {
  const path = `text${LANGUAGES.find(({ id }) => id === language)?.extensions[0] ?? ''}`;
  return {
    text,
    language,
    reach: (changed) => projectOf(analyser, path, text).reach(path, text, changed),
    analyse: (copy, changed) => projectOf(analyser, path, text).tried(path, copy, changed, { ...options, hazards: true }),
    analyseAll: (copy) => analyser.analyse(copy, language, options),
    on: (other) => trialOf(analyser, other, language, options),
  };
}

/** Trials of a file of a project, with all that it uses of other files. */
export function trialIn(project: Project, path: string, options: AnalyseOptions, given: readonly string[] = []): Trial {
  return trialOn(project.sources.read(path) ?? '', project, path, options, given);
}

function trialOn(text: string, project: Project, path: string, options: AnalyseOptions, given: readonly string[]): Trial {
  const whole = (copy: string): readonly Changed[] => [{ startLine: 1, endLine: copy.split('\n').length }];
  return {
    text,
    language: languageOfFile(path) ?? '',
    reach: (changed) => project.reach(path, text, changed),
    analyse: (copy, changed) => project.tried(path, copy, changed, { ...options, hazards: true }),
    analyseAll: (copy) =>
      copy === project.sources.read(path)
        ? project.analyse(path, options, given).analysis
        : project.tried(path, copy, whole(copy), options),
    on: (other) => trialOn(other, project, path, options, given),
  };
}

/** The lines that edits touch, in the text before and in the one after them. */
export function changedBy(edits: readonly TextEdit[]): { before: Changed[]; after: Changed[] } {
  let shift = 0;
  const before: Changed[] = [];
  const after: Changed[] = [];
  for (const { range, newText } of [...edits].sort(
    (a, b) => a.range.startLine - b.range.startLine || a.range.startColumn - b.range.startColumn,
  )) {
    const added = newText.split('\n').length - 1;
    before.push({ startLine: range.startLine, endLine: range.endLine });
    after.push({ startLine: range.startLine + shift, endLine: range.startLine + shift + added });
    shift += added - (range.endLine - range.startLine);
  }
  return { before, after };
}
