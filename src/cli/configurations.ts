/** `closewait.json` on the disk: for each file the nearest one above it. */

import fs from 'node:fs';
import path from 'node:path';
import type { Certainty, CheckOptions } from '../app/check.js';
import { checkSettings, CONFIGURATION_FILE, readConfiguration, type SettingSchemas } from '../app/configuration.js';
import { causeOf } from './errors.js';
import type { Input } from './inputs.js';

interface Found {
  folder: string;
  enable: boolean;
  options: CheckOptions;
  excludes(path: string): boolean;
}

export interface ConfigurationTask {
  /** What holds where no file says otherwise. */
  options: CheckOptions;
  /** Given on the command line: goes over every file. */
  minCertainty: Certainty | null;
  schemas: SettingSchemas;
  complain(shown: string, cause: string): void;
}

/** Larger ones are no settings. */
const MOST_BYTES = 1 << 20;

export class Configurations {
  private readonly byFolder = new Map<string, Found | null>();

  constructor(private readonly task: ConfigurationTask) {}

  /** The options that hold for a file; null when it is not to be checked. */
  of(file: Input): CheckOptions | null {
    const place = path.resolve(file.disk ?? file.path);
    const found = this.above(path.dirname(place));
    if (found && (!found.enable || found.excludes(path.relative(found.folder, place).split(path.sep).join('/')))) return null;
    return found?.options ?? this.task.options;
  }

  /** The nearest configuration: in the folder or above it, up to the root of a git repository. */
  private above(folder: string): Found | null {
    const known = this.byFolder.get(folder);
    if (known !== undefined) return known;
    const up = path.dirname(folder);
    const found = this.read(folder) ?? (up === folder || fs.existsSync(path.join(folder, '.git')) ? null : this.above(up));
    this.byFolder.set(folder, found);
    return found;
  }

  private read(folder: string): Found | null {
    const { schemas, options, complain } = this.task;
    const file = path.join(folder, CONFIGURATION_FILE);
    const shown = path.relative('', file);
    const text = textOf(file, (cause) => complain(shown, cause));
    if (text === null) return null;
    const { values, problems, excludes } = readConfiguration(text, schemas);
    const { enable, check, problems: refused } = checkSettings((name) => values[name] ?? schemas[name]?.default);
    for (const problem of [...problems, ...refused]) complain(shown, problem);
    const { machine, severities, minCertainty, slowKeepaliveSeconds } = check;
    return {
      folder,
      enable,
      excludes,
      options: {
        ...options,
        machine: { ...options.machine, ...machine },
        severities,
        minCertainty: this.task.minCertainty ?? minCertainty,
        slowKeepaliveSeconds,
      },
    };
  }
}

/** Null when there is no such file. A named pipe of that name would keep us waiting. */
function textOf(file: string, complain: (cause: string) => void): string | null {
  try {
    const stat = fs.lstatSync(file);
    // As everywhere in a folder that is walked, links are not followed: they could lead out of it.
    if (stat.isSymbolicLink()) complain('is a symbolic link, which is not followed');
    if (!stat.isFile()) return null;
    if (stat.size <= MOST_BYTES) return fs.readFileSync(file, 'utf8');
    complain(`larger than ${MOST_BYTES} bytes`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') complain(causeOf(error));
  }
  return null;
}
