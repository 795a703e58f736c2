/** The worker's side of a diagnosis: the workspace's files as one program, analysed some at a time, and symptoms held against it. */

import { checked, type Analyser, type CheckOptions } from '../app/check.js';
import { languageOfFile } from '../app/languages.js';
import { Workspace } from '../app/workspace.js';
import { trialOf } from '../app/trial.js';
import { Ranker } from '../diagnosis/candidates/rank.js';
import { isSettingsFile, LARGEST_SETTINGS, MOST_SETTINGS } from '../diagnosis/candidates/program.js';
import type { ProgramFiles, SettingsFile, SourceFile } from '../diagnosis/candidates/program.js';
import { diagnoseWith } from '../diagnosis/diagnose.js';
import { spanText } from '../diagnosis/moments.js';
import { readBytes, readText } from '../diagnosis/read.js';
import { resultOf } from '../diagnosis/result.js';
import type { DiagnosisResult } from '../diagnosis/result.js';
import type { RequestOf } from './messages.js';

/** Files that are analysed for one request: each must be short, because a worker that is silent for long counts as hanging. */
const FILES_AT_A_TIME = 5;

export class DiagnosedProgram {
  private workspace: Workspace | null = null;
  private readonly texts = new Map<string, string>();
  private readonly done = new Map<string, SourceFile>();
  private readonly settings: SettingsFile[] = [];
  /** Files may have options of their own. */
  private readonly options = new Map<string, CheckOptions>();
  private ranker: { key: string; ranker: Ranker } | null = null;

  constructor(private readonly analyser: () => Promise<Analyser>) {}

  /** Files of the program; those that are not named any more are left out when the last part has come. */
  async take({ files, options, first }: RequestOf<'program'>): Promise<null> {
    const known = await this.analyser();
    if (first) {
      this.texts.clear();
      this.options.clear();
      this.settings.length = 0;
      this.done.clear();
      this.ranker = null;
      this.workspace = new Workspace(known);
    }
    for (const { path, text } of files) {
      const language = languageOfFile(path);
      if (language === null) {
        if (isSettingsFile(path) && text.length <= LARGEST_SETTINGS && this.settings.length < MOST_SETTINGS)
          this.settings.push({ path, text });
        continue;
      }
      await known.prepare(language);
      this.texts.set(path, text);
      this.options.set(path, options);
    }
    this.workspace?.setFiles(files.filter(({ path }) => this.texts.has(path)).map(({ path, text }) => ({ path, text })));
    return null;
  }

  /** Analyses some files. @returns how many wait */
  async work(): Promise<number> {
    const known = await this.analyser();
    const { workspace } = this;
    if (!workspace) return 0;
    const waiting = [...this.texts].filter(([path]) => !this.done.has(path));
    for (const [path, text] of waiting.slice(0, FILES_AT_A_TIME)) {
      const language = languageOfFile(path) ?? '';
      const options = this.options.get(path);
      if (!options) continue;
      const file = checked(language, workspace.check(path, text, options), { ...options, fixes: false, minCertainty: 'possible' }, () =>
        trialOf(known, text, language, {}),
      );
      this.done.set(path, { path, language, text, connections: file.connections, findings: file.findings });
    }
    return Math.max(0, waiting.length - FILES_AT_A_TIME);
  }

  diagnose({ readings, texts, captures, at, machine }: RequestOf<'diagnose'>): DiagnosisResult {
    const key = JSON.stringify(machine);
    const program: ProgramFiles = { files: [...this.done.values()].sort(byPath), settings: [...this.settings].sort(byPath) };
    if (this.ranker?.key !== key) this.ranker = { key, ranker: new Ranker(program, machine) };
    const all = [...readings, ...texts.map(readText), ...captures.map(readBytes)];
    return resultOf(diagnoseWith(this.ranker.ranker, all, { machine, at, clock: spanText }));
  }
}

/** In one order, however the files came: lines that explain a symptom equally well keep it. */
const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);
