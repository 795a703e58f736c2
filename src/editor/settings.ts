/** Reads the settings. The manifest's own schema says what is valid: a value that does not fit gives one message and the default. */

import type { Certainty, CheckOptions, Severity } from '../app/check.js';
import { refusedSysctls } from '../app/machine.js';

export interface Settings {
  enable: boolean;
  run: 'onType' | 'onSave' | 'manual';
  codeLens: boolean;
  inlayHints: boolean;
  check: CheckOptions;
}

/** The part of a JSON schema that package.json uses for settings. */
export interface SettingSchema {
  type: string | string[];
  default?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  properties?: Record<string, SettingSchema>;
  additionalProperties?: boolean | SettingSchema;
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
  const kernel = valid('kernel.version') as string;
  const hz = valid('kernel.hz') as number;
  const sysctls = { ...(valid('sysctls') as Record<string, number | string>) };
  for (const { name, message, instead } of refusedSysctls(sysctls, kernel, hz)) {
    delete sysctls[name];
    problems.push(`${PREFIX}sysctls: ${message}; ${instead}`);
  }
  const settings: Settings = {
    enable: valid('enable') as boolean,
    run: valid('run') as Settings['run'],
    codeLens: valid('codeLens') as boolean,
    inlayHints: valid('inlayHints') as boolean,
    check: {
      // One machine's settings: what is set here holds for both hosts of the model.
      machine: { kernel, hz, sysctls: { A: sysctls, B: sysctls } },
      severities: valid('severity') as Record<string, Severity | 'off'>,
      minCertainty: valid('minCertainty') as Certainty,
      slowKeepaliveSeconds: valid('slowKeepaliveSeconds') as number,
      fixes: false,
    },
  };
  return { settings, problems };
}

/** Why the value does not fit the schema, or null. */
export function mismatch(value: unknown, schema: SettingSchema): string | null {
  const types = [schema.type].flat();
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (!types.includes(type)) return `${JSON.stringify(value)} is not of type ${types.join(' or ')}`;
  if (schema.enum && !schema.enum.includes(value)) return `${JSON.stringify(value)} is not one of ${schema.enum.join(', ')}`;
  if (typeof value === 'number') {
    const { minimum = -Infinity, maximum = Infinity } = schema;
    return value >= minimum && value <= maximum ? null : `${value} is not between ${minimum} and ${maximum}`;
  }
  if (type !== 'object') return null;
  for (const [key, inner] of Object.entries(value as object)) {
    const expected = schema.properties?.[key] ?? schema.additionalProperties;
    if (expected === false) return `there is no "${key}"`;
    const wrong = typeof expected === 'object' ? mismatch(inner, expected) : null;
    if (wrong !== null) return `"${key}": ${wrong}`;
  }
  return null;
}
