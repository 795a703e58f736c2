/** Files as an agent asks for them: each analysed with the files around it, read again when they changed. */

import fs from 'node:fs';
import path from 'node:path';
import type { Analyser } from '../app/check.js';
import { analysisOptions, checked, type CheckedFile, type CheckOptions } from '../app/check.js';
import { languageOfFile } from '../app/languages.js';
import { isAbsolutePath, notAbsolute } from '../app/model-tools.js';
import { sourceText } from '../app/source-text.js';
import { Workspace } from '../app/workspace.js';
import { trialOf } from '../app/trial.js';
import { realOf } from './changed.js';
import { Configurations } from './configurations.js';
import { causeOf } from './errors.js';
import { inputsOf, type Input } from './inputs.js';
import { openAnalyser, settingSchemas } from './setup.js';
import { bytesOf } from './source-file.js';

/** Files around one that are read at most, and the largest of them. */
const MOST_FILES = 5000;
const MOST_BYTES = 1 << 20;
/** Files that are analysed between two looks at whether the answer is still wanted: one can take seconds. */
const AT_A_TIME = 1;

export interface Answered {
  file: CheckedFile;
  options: CheckOptions;
}

export class McpProject {
  private analyser: Promise<Analyser> | null = null;
  private readonly workspaces = new Map<string, { workspace: Workspace; seen: Map<string, string> }>();

  /** @param roots real paths of the folders that may be read */
  constructor(
    private readonly roots: readonly string[],
    private readonly base: CheckOptions,
  ) {}

  /** The file, checked. Throws with a sentence for the model. */
  async check(file: string, signal: AbortSignal): Promise<Answered> {
    const { place, root } = this.placeOf(file);
    const language = languageOfFile(place);
    if (language === null)
      throw new Error(isFolder(place) ? `${file} is a folder: call again with a file in it.` : `${file}: this file type is not supported.`);
    const problems: string[] = [];
    const configurations = new Configurations({
      options: this.base,
      minCertainty: null,
      schemas: await settingSchemas(),
      complain: (shown, cause) => void problems.push(`${shown}: ${cause}`),
    });
    const options = configurations.of({ shown: place, path: place, disk: place, language, named: true, bytes: 0 });
    if (!options) throw new Error(`${file} is left out by closewait.json.`);
    const text = readText(place);
    const analyser = await (this.analyser ??= openAnalyser());
    await analyser.prepare(language);
    const workspace = this.refreshed(analyser, root, language);
    workspace.check(place, text, options);
    while (!workspace.isSettled) {
      workspace.work(AT_A_TIME);
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    }
    const analysis = workspace.check(place, text, options);
    return { options, file: checked(language, analysis, options, () => trialOf(analyser, text, language, analysisOptions(options))) };
  }

  private placeOf(file: string): { place: string; root: string } {
    if (!isAbsolutePath(file)) throw new Error(notAbsolute(file));
    const place = realOf(file);
    const root = this.roots.find((one) => `${place}${path.sep}`.startsWith(one.endsWith(path.sep) ? one : one + path.sep));
    if (root === undefined) throw new Error(`${file} lies outside the folders that this server may read: ${this.roots.join(', ')}.`);
    return { place, root };
  }

  /** The files of the root in this language as they are now. */
  private refreshed(analyser: Analyser, root: string, language: string): Workspace {
    const known = this.workspaces.get(root) ?? { workspace: new Workspace(analyser), seen: new Map<string, string>() };
    this.workspaces.set(root, known);
    const files = inputsOf([root], [], null, () => undefined)
      .files.filter((input) => input.language === language && input.bytes <= MOST_BYTES)
      .slice(0, MOST_FILES);
    const now = new Map(files.flatMap(({ disk }) => (disk === null ? [] : [[disk, stampOf(disk)] as const])));
    const gone = [...known.seen.keys()].filter((disk) => languageOfFile(disk) === language && !now.has(disk));
    const fresh = [...now].filter(([disk, stamp]) => known.seen.get(disk) !== stamp).map(([disk]) => disk);
    for (const disk of gone) known.seen.delete(disk);
    for (const disk of fresh) known.seen.set(disk, now.get(disk) ?? '');
    known.workspace.setFiles([...gone.map((disk) => ({ path: disk, text: null })), ...fresh.flatMap((disk) => textIfAny(disk))]);
    return known.workspace;
  }
}

const isFolder = (place: string): boolean => fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;

function stampOf(disk: Input['disk']): string {
  try {
    const { size, mtimeMs } = fs.statSync(disk ?? '');
    return `${size} ${mtimeMs}`;
  } catch {
    return '';
  }
}

function textIfAny(disk: string): { path: string; text: string }[] {
  try {
    return [{ path: disk, text: readText(disk) }];
  } catch {
    return [];
  }
}

function readText(place: string): string {
  try {
    const text = sourceText(bytesOf(place));
    if (text === null) throw new Error('a binary file');
    return text;
  } catch (error) {
    throw new Error(`${place} cannot be read: ${causeOf(error)}.`);
  }
}
