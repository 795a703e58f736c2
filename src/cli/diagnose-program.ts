/** The program that a symptom is held against: every file with its connections, and the settings beside them. */

import fs from 'node:fs';
import path from 'node:path';
import type { CheckedFile, CheckOptions } from '../app/check.js';
import type { ProgramFiles, SettingsFile } from '../diagnosis/candidates/program.js';
import { jobsFor } from './check-arguments.js';
import { inputsOf, type Inputs } from './inputs.js';
import type { Io } from './io.js';
import { textOf } from './source-file.js';
import { checkAll } from './threads.js';
import { walk } from './walk.js';

const SETTINGS = /(?:^|\.)(?:env|ya?ml|json|toml|ini|conf|cfg|properties)$/i;
/** Settings are short; what is longer is data. */
const LARGEST_SETTINGS = 65_536;
const MOST_SETTINGS = 500;
/** Source that opens no connection may still hold the port of one that does; what is larger is generated. */
const LARGEST_SOURCE = 1_000_000;

/** @param complain hears of paths that cannot be read */
export async function programOf(
  paths: readonly string[],
  io: Io,
  complain: (shown: string, error: unknown) => void,
): Promise<ProgramFiles> {
  const inputs = inputsOf(paths, [], null, complain);
  const known = inputs.files.filter(({ language, disk }) => language !== null && disk !== null);
  const options: CheckOptions = { machine: io.machine, severities: {}, minCertainty: 'possible', fixes: false };
  const languages = [...new Set(known.flatMap(({ language }) => language ?? []))];
  const task = {
    root: inputs.root,
    files: known.map((f) => ({ path: f.path, disk: f.disk })),
    languages,
    input: null,
    options,
    own: new Map<string, CheckOptions>(),
    keeps: false,
  };
  const jobs = jobsFor(
    null,
    known.reduce((total, file) => total + file.bytes, 0),
    known.length,
  );
  const checked =
    known.length === 0 ? new Map<string, CheckedFile>() : (await checkAll(task, known, jobs, io.program, () => undefined)).files;
  const shown = new Map(inputs.files.map((f) => [f.path, f.shown]));
  const files = known.flatMap((input) => {
    const file = checked.get(input.path);
    const text = input.bytes <= LARGEST_SOURCE ? textOf(input.disk ?? '') : null;
    if (text === null) return [];
    const connections = (file?.connections ?? []).map((c) => ({
      ...c,
      steps: c.steps.map((s) => (s.file === undefined ? s : { ...s, file: shown.get(s.file) ?? s.file })),
    }));
    return [{ path: input.shown, language: input.language ?? '', text, connections, findings: file?.findings ?? [] }];
  });
  return { files, settings: settingsOf(paths, inputs) };
}

function settingsOf(paths: readonly string[], { files }: Inputs): SettingsFile[] {
  const known = new Set(files.map((f) => f.shown));
  const found: SettingsFile[] = [];
  for (const given of paths) {
    if (!fs.statSync(given, { throwIfNoEntry: false })?.isDirectory()) continue;
    const names = walk(
      given,
      (name) => SETTINGS.test(name),
      () => false,
      () => undefined,
    );
    for (const name of names.filter((n) => !known.has(n) && !path.basename(n).startsWith('package'))) {
      if (found.length >= MOST_SETTINGS) return found;
      const size = fs.statSync(name, { throwIfNoEntry: false })?.size ?? Infinity;
      const text = size <= LARGEST_SETTINGS ? textOf(name) : null;
      if (text !== null) found.push({ path: name, text });
    }
  }
  return found;
}
