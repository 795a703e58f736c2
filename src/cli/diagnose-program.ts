/** The program that a symptom is held against: its files, those first that the symptom points to, and the settings beside them. */

import fs from 'node:fs';
import type { CheckedFile, CheckOptions, Machine } from '../app/check.js';
import { isSettingsFile, LARGEST_SETTINGS, MOST_SETTINGS } from '../diagnosis/candidates/program.js';
import type { ProgramFiles, SettingsFile, SourceFile } from '../diagnosis/candidates/program.js';
import { likelihood, signsOf } from '../diagnosis/likely-files.js';
import type { Reading } from '../diagnosis/symptom.js';
import { jobsFor } from './check-arguments.js';
import { Configurations } from './configurations.js';
import { inputsOf, type Input, type Inputs } from './inputs.js';
import type { Io } from './io.js';
import { Progress } from './progress.js';
import { settingSchemas } from './setup.js';
import { textOf } from './source-file.js';
import { checkAll } from './threads.js';
import { walk } from './walk.js';

/** Source that opens no connection may still hold the port of one that does; what is larger is generated. */
const LARGEST_SOURCE = 1_000_000;
/** Files that are analysed between two looks at the clock. */
const AT_A_TIME = 6;

interface FoundProgram extends ProgramFiles {
  /** Kernel and sysctls that the settings of the first folder name. */
  machine: Machine;
  /** What was not looked at: one sentence each. */
  notes: string[];
}

interface ProgramTask {
  /** What the symptom shows: it says which files to look at first. */
  readings: readonly Reading[];
  /** Seconds after which no further file is analysed; 0: all are. */
  within: number;
  /** Aborted: nobody wants the answer any more. */
  signal?: AbortSignal;
  /** Hears of paths that cannot be read. */
  complain: (shown: string, error: unknown) => void;
}

interface Source extends Input {
  language: string;
  disk: string;
  text: string;
}

export async function programOf(
  paths: readonly string[],
  io: Io,
  { readings, within, signal, complain }: ProgramTask,
): Promise<FoundProgram> {
  const inputs = inputsOf(paths, [], null, complain);
  const base: CheckOptions = { machine: io.machine, severities: {}, minCertainty: 'possible', fixes: false };
  const configurations = new Configurations({
    options: base,
    minCertainty: 'possible',
    schemas: await settingSchemas(),
    complain: (shown, cause) => complain(shown, new Error(cause)),
  });
  const own = new Map<string, CheckOptions>();
  const sources = inputs.files.flatMap((input): Source[] => {
    const options = input.language === null || input.disk === null ? null : configurations.of(input);
    const text = options && input.bytes <= LARGEST_SOURCE ? textOf(input.disk ?? '') : null;
    if (text === null || options === null) return [];
    own.set(input.path, { ...options, minCertainty: 'possible', fixes: false });
    return [{ ...input, language: input.language ?? '', disk: input.disk ?? '', text }];
  });
  const signs = signsOf(readings);
  const order = sources
    .map((source) => ({ source, likely: likelihood(source.shown, source.language, source.text, signs) }))
    .sort((a, b) => b.likely - a.likely)
    .map(({ source }) => source);
  const { checked, left } = await analysed(order, own, inputs.root, base, io, { within, signal });
  const shown = new Map(inputs.files.map((f) => [f.path, f.shown]));
  return {
    files: sources.map((source) => sourceFile(source, checked.get(source.path), shown)),
    settings: settingsOf(paths, inputs),
    machine: machineOf(paths, configurations, base),
    notes:
      left.length === 0
        ? []
        : [
            `${left.length} of ${sources.length} files were not analysed within ${within} s (the likely ones are first): name paths, or give more time with --within`,
          ],
  };
}

/** The machine that the settings of the first path name. */
function machineOf([first]: readonly string[], configurations: Configurations, base: CheckOptions): Machine {
  const isFolder = first !== undefined && fs.statSync(first, { throwIfNoEntry: false })?.isDirectory() === true;
  const place = isFolder ? `${first}/.` : (first ?? '.');
  return configurations.of({ shown: place, path: place, disk: place, language: null, named: true, bytes: 0 })?.machine ?? base.machine;
}

async function analysed(
  order: readonly Source[],
  own: ReadonlyMap<string, CheckOptions>,
  root: string,
  options: CheckOptions,
  io: Io,
  { within, signal = null }: { within: number; signal?: AbortSignal | null | undefined },
): Promise<{ checked: Map<string, CheckedFile>; left: Source[] }> {
  if (order.length === 0) return { checked: new Map(), left: [] };
  const files = order.map(({ path, disk }) => ({ path, disk }));
  const languages = [...new Set(order.map(({ language }) => language))];
  const jobs = jobsFor(
    null,
    order.reduce((total, file) => total + file.bytes, 0),
    order.length,
  );
  const progress = new Progress(io, order.length);
  const until = within > 0 ? performance.now() + within * 1000 : Infinity;
  const hurry = within > 0 || signal ? { until, portion: AT_A_TIME, signal } : null;
  const task = { root, files, languages, input: null, options, own, keeps: false };
  const { files: checked } = await checkAll(task, order, jobs, io.program, progress.step, hurry);
  progress.end();
  return { checked, left: order.filter(({ path }) => !checked.has(path)) };
}

function sourceFile({ shown, language, text }: Source, checked: CheckedFile | undefined, names: ReadonlyMap<string, string>): SourceFile {
  const connections = (checked?.connections ?? []).map((c) => ({
    ...c,
    steps: c.steps.map((s) => (s.file === undefined ? s : { ...s, file: names.get(s.file) ?? s.file })),
  }));
  return { path: shown, language, text, connections, findings: checked?.findings ?? [] };
}

function settingsOf(paths: readonly string[], { files }: Inputs): SettingsFile[] {
  const known = new Set(files.map((f) => f.shown));
  const found: SettingsFile[] = [];
  for (const given of paths) {
    if (!fs.statSync(given, { throwIfNoEntry: false })?.isDirectory()) continue;
    const names = walk(
      given,
      (name) => isSettingsFile(name),
      () => false,
      () => undefined,
    );
    for (const name of names.filter((n) => !known.has(n))) {
      if (found.length >= MOST_SETTINGS) return found;
      const size = fs.statSync(name, { throwIfNoEntry: false })?.size ?? Infinity;
      const text = size <= LARGEST_SETTINGS ? textOf(name) : null;
      if (text !== null) found.push({ path: name, text });
    }
  }
  return found;
}
