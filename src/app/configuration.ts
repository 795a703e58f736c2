/** Settings, wherever they stand: what they may be, what they mean, and the file `closewait.json` that a project keeps them in. */

import type { Certainty, CheckOptions, Severity } from './check.js';
import { exclusionsOf, REFUSED_LINE } from './exclusions.js';
import { refusedSysctls } from './machine.js';
import { nearest } from './names.js';

/** The part of a JSON schema that settings need. */
export interface SettingSchema {
  type: string | string[];
  default?: unknown;
  enum?: unknown[];
  items?: SettingSchema;
  minimum?: number;
  maximum?: number;
  description?: string;
  markdownDescription?: string;
  properties?: Record<string, SettingSchema>;
  additionalProperties?: boolean | SettingSchema;
}

/** Schema by the setting's name, without `closewait.`. */
export type SettingSchemas = Readonly<Record<string, SettingSchema>>;

/** Name of the file; the nearest one above a source file holds for it. */
export const CONFIGURATION_FILE = 'closewait.json';

/** Settings of the editor that a project can keep: those that decide what is found, not how it is shown. */
const PROJECT_SETTINGS = ['enable', 'severity', 'minCertainty', 'kernel.version', 'kernel.hz', 'sysctls', 'slowKeepaliveSeconds'];

/** What may stand in the file: some of the editor's settings, with the same names and meaning, and files that are left out. */
export function projectSettings<T extends SettingSchema>(editorSettings: Readonly<Record<string, T>>): Record<string, T | SettingSchema> {
  return {
    ...Object.fromEntries(PROJECT_SETTINGS.map((name) => [name, editorSettings[`closewait.${name}`] ?? { type: 'null' }])),
    exclude: {
      type: 'array',
      items: { type: 'string' },
      default: [],
      markdownDescription: 'Files and folders that are left out: lines as in .gitignore, from the folder of this file.',
    },
  };
}

export interface Configuration {
  values: Readonly<Record<string, unknown>>;
  /** Is a file left out? `path`: from the configuration's folder, with `/`. */
  excludes(path: string): boolean;
  /** What is wrong with the file, one sentence each; what is wrong is not used. */
  problems: string[];
}

/** Reads the text of a `closewait.json`. Its text is in no message: the file may be a link to something else. */
export function readConfiguration(text: string, schemas: SettingSchemas): Configuration {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(objectIn(text, problems))) {
    const schema = Object.hasOwn(schemas, key) ? schemas[key] : undefined;
    if (key === '$schema') continue;
    const wrong =
      schema === undefined
        ? `there is no such setting; the nearest is "${nearest(key, Object.keys(schemas)) ?? ''}"`
        : mismatch(value, schema);
    if (wrong === null) values[key] = value;
    else problems.push(`"${key}": ${wrong}`);
  }
  const exclude = exclusionsOf((values.exclude ?? []) as string[]);
  for (const line of exclude.refused) problems.push(`"exclude": ${JSON.stringify(line)} ${REFUSED_LINE}`);
  return { values, problems, excludes: (path) => exclude.test(path).ignored };
}

/** Is a file left out by these lines? `path`: from the folder that the lines are of, with `/`. */
export function excluder(lines: readonly string[]): (path: string) => boolean {
  const rules = exclusionsOf(lines);
  return (path) => rules.test(path).ignored;
}

function objectIn(text: string, problems: string[]): object {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    problems.push('is not valid JSON');
    return {};
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  problems.push('must be a JSON object');
  return {};
}

export interface CheckSettings {
  enable: boolean;
  check: CheckOptions;
  problems: string[];
}

/** The settings that the analysis goes by. @param valid a setting's value, or its default */
export function checkSettings(valid: (name: string) => unknown): CheckSettings {
  const kernel = valid('kernel.version') as CheckOptions['machine']['kernel'];
  const hz = valid('kernel.hz') as number;
  const sysctls = { ...(valid('sysctls') as Record<string, number | string>) };
  const problems = refusedSysctls(sysctls, kernel, hz).map(({ name, message, instead }) => {
    delete sysctls[name];
    return `sysctls: ${message}; ${instead}`;
  });
  const check: CheckOptions = {
    // One machine's settings: what is set here holds for both hosts of the model.
    machine: { kernel, hz, sysctls: { A: sysctls, B: sysctls } },
    severities: valid('severity') as Record<string, Severity | 'off'>,
    minCertainty: valid('minCertainty') as Certainty,
    slowKeepaliveSeconds: valid('slowKeepaliveSeconds') as number,
    fixes: false,
  };
  return { enable: valid('enable') as boolean, check, problems };
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
  if (Array.isArray(value))
    return schema.items
      ? firstWrong(
          value.map((item): [string, unknown] => ['', item]),
          () => schema.items,
        )
      : null;
  return type === 'object'
    ? firstWrong(Object.entries(value as object), (key) => schema.properties?.[key] ?? schema.additionalProperties)
    : null;
}

function firstWrong(entries: readonly [string, unknown][], schemaOf: (key: string) => boolean | SettingSchema | undefined): string | null {
  for (const [key, inner] of entries) {
    const expected = schemaOf(key);
    if (expected === false) return `there is no "${key}"`;
    const wrong = typeof expected === 'object' ? mismatch(inner, expected) : null;
    if (wrong !== null) return key === '' ? wrong : `"${key}": ${wrong}`;
  }
  return null;
}
