/** Reads the settings. The manifest's own schema says what is valid: a value that does not fit gives one message and the default. */

import type { CheckOptions } from '../app/check.js';
import { checkSettings, mismatch, type SettingSchema } from '../app/configuration.js';

export interface Settings {
  enable: boolean;
  /** Files that are left out, as lines of `.gitignore` from the workspace folder. */
  exclude: readonly string[];
  /** Off because this file is left out. */
  isExcluded: boolean;
  run: 'onType' | 'onSave' | 'manual';
  codeLens: boolean;
  inlayHints: boolean;
  check: CheckOptions;
}

export interface SettingsReading {
  settings: Settings;
  /** One sentence per value that was not usable. */
  problems: string[];
}

const PREFIX = 'closewait.';

/**
 * @param get the value of a setting by its name without `closewait.`
 * @param schemas `contributes.configuration.properties` of package.json
 */
export function readSettings(get: (name: string) => unknown, schemas: Readonly<Record<string, SettingSchema>>): SettingsReading {
  const problems: string[] = [];
  const valid = (name: string): unknown => {
    const schema = schemas[PREFIX + name];
    if (!schema) throw new Error(`${PREFIX}${name} is not in package.json`);
    const value = get(name);
    const wrong = value === undefined ? null : mismatch(value, schema);
    if (wrong !== null) problems.push(`${PREFIX}${name}: ${wrong}; using ${JSON.stringify(schema.default)}`);
    return value === undefined || wrong !== null ? schema.default : value;
  };
  const { enable, check, problems: refused } = checkSettings(valid);
  problems.push(...refused.map((problem) => PREFIX + problem));
  const settings: Settings = {
    enable,
    exclude: valid('exclude') as string[],
    isExcluded: false,
    run: valid('run') as Settings['run'],
    codeLens: valid('codeLens') as boolean,
    inlayHints: valid('inlayHints') as boolean,
    check,
  };
  return { settings, problems };
}
