/**
 * Writes media/experiment.schema.json, from which editors complete and check
 * `*.experiment.json` files. Run: npx tsx scripts/experiment-schema.ts
 */

import { writeFileSync } from 'node:fs';
import {
  CLOCK_RATES,
  COMMON_STEP_FIELDS,
  FAULT_AT,
  FAULT_FIELDS,
  FAULTS_ABOUT,
  INTEGER_OPTIONS,
  LINK_MODES,
  MODEL_FIELDS,
  PHASE_END,
  PROGRAM_FIELDS,
  SECONDS_OPTIONS,
  STEP_FIELDS,
  STEPS_ABOUT,
  TOP_FIELDS,
  type FieldSpec,
} from '../src/kernel/experiment-format.js';
import { defaultsOf, rangeOf } from '../src/kernel/sysctl.js';
import { NEWEST_KERNEL, SYSCTLS, type SysctlSpec } from '../src/kernel/sysctl-table.js';

export type Schema = Record<string, unknown>;
type Fields = Readonly<Record<string, FieldSpec>>;

/** JSON schema (draft 7, what VS Code knows) of an experiment, made from the format's table. */
export function experimentSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'CloseWait experiment',
    description: 'Two Linux hosts, a link, programs made of socket calls, faults.',
    ...object(TOP_FIELDS),
    definitions: {
      steps: { type: 'array', items: { $ref: '#/definitions/step' } },
      step: variants('do', STEP_FIELDS, STEPS_ABOUT, COMMON_STEP_FIELDS),
      fault: variants('fault', FAULT_FIELDS, FAULTS_ABOUT, { at: FAULT_AT }),
      options: { type: 'object', properties: optionProperties(), additionalProperties: false },
      sysctls: {
        type: 'object',
        properties: Object.fromEntries((SYSCTLS as readonly SysctlSpec[]).map((s) => [s.name, sysctl(s)])),
        additionalProperties: false,
      },
    },
  };
}

/** An object with exactly these fields; `extra` stand in front of them. */
function object(fields: Fields, extra: Schema = {}, needed: readonly string[] = []): Schema {
  const required = [
    ...needed,
    ...Object.entries(fields)
      .filter(([, f]) => !f.optional)
      .map(([name]) => name),
  ];
  return {
    type: 'object',
    properties: { ...extra, ...Object.fromEntries(Object.entries(fields).map(([name, f]) => [name, field(f)])) },
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

/**
 * Objects that are told apart by one field. `if`/`then` for each kind keeps the editor's messages about the kind that is meant;
 * the enumeration in front gives completion of the kind itself.
 */
function variants(key: string, table: Readonly<Record<string, Fields>>, about: Readonly<Record<string, string>>, common: Fields): Schema {
  const kinds = Object.keys(table);
  return {
    type: 'object',
    required: [key],
    properties: { [key]: { enum: kinds, enumDescriptions: kinds.map((k) => about[k] ?? '') } },
    allOf: kinds.map((kind) => ({
      if: { properties: { [key]: { const: kind } }, required: [key] },
      then: {
        ...object({ ...table[kind], ...common }, { [key]: true }),
        ...(kind === 'connect' && { oneOf: [{ required: ['as'] }, { required: ['on'] }] }),
      },
    })),
    defaultSnippets: kinds.map((kind) => snippet(kind, { ...table[kind], ...(key === 'fault' ? common : {}) }, key, about[kind] ?? '')),
  };
}

function snippet(kind: string, fields: Fields, key: string, description: string): Schema {
  const body: Schema = { [key]: kind };
  const needed = Object.entries(fields).filter(([name, f]) => !f.optional || (kind === 'connect' && name === 'as'));
  needed.forEach(([name, f], i) => {
    const isNumber = f.kind === 'integer' || f.kind === 'number';
    body[name] =
      f.kind === 'steps'
        ? []
        : f.kind === 'options'
          ? {}
          : isNumber
            ? `^$${i + 1}`
            : f.values
              ? `\${${i + 1}|${f.values.join(',')}|}`
              : `$${i + 1}`;
  });
  return { label: kind, description, body };
}

function field(f: FieldSpec): Schema {
  return { ...shape(f), description: f.about, ...(f.default !== undefined && { default: f.default }) };
}

function shape(f: FieldSpec): Schema {
  const range = { ...(f.min !== undefined && { minimum: f.min }), ...(f.max !== undefined && { maximum: f.max }) };
  switch (f.kind) {
    case 'text':
      return { type: 'string' };
    case 'socket':
    case 'newSocket':
    case 'program':
    case 'newProgram':
      return { type: 'string', minLength: 1 };
    case 'integer':
      return { type: 'integer', ...range };
    case 'number':
      return { type: 'number', ...range };
    case 'choice':
      return { type: 'string', enum: f.values };
    case 'words':
      return { type: 'string', pattern: `^(${f.values?.join('|')})(\\|(${f.values?.join('|')}))*$` };
    case 'list':
      return { type: 'array', items: { type: 'string', enum: f.values } };
    case 'options':
      return { $ref: '#/definitions/options' };
    case 'target':
      return { type: 'string', pattern: '^(A|B|(\\d{1,3}\\.){3}\\d{1,3}):\\d{1,5}$' };
    case 'steps':
      return { $ref: '#/definitions/steps' };
    case 'link':
      return object({ mode: { kind: 'choice', values: LINK_MODES, about: f.about } });
    case 'sysctls':
      return {
        type: 'object',
        properties: { A: { $ref: '#/definitions/sysctls' }, B: { $ref: '#/definitions/sysctls' } },
        additionalProperties: false,
      };
    case 'programs':
      return { type: 'array', items: object(PROGRAM_FIELDS) };
    case 'faults':
      return { type: 'array', items: { $ref: '#/definitions/fault' } };
    case 'model':
      return model();
  }
}

function model(): Schema {
  const schema = object(MODEL_FIELDS) as { properties: Record<string, Schema> };
  schema.properties.hz = { enum: CLOCK_RATES, default: 250, description: MODEL_FIELDS.hz.about };
  schema.properties.phase = { ...schema.properties.phase, exclusiveMaximum: PHASE_END };
  return { ...schema };
}

function optionProperties(): Record<string, Schema> {
  return {
    ...Object.fromEntries(INTEGER_OPTIONS.map((name) => [name, { type: 'integer' }])),
    ...Object.fromEntries(SECONDS_OPTIONS.map((name) => [name, { type: 'number', minimum: 0, description: 'seconds' }])),
    SO_LINGER: { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2, description: '[onoff, seconds]', default: [1, 0] },
  };
}

/** Sysctls may be numbers or texts; the text's own syntax is checked when the experiment is run. */
function sysctl(spec: SysctlSpec): Schema {
  const { min, max } = rangeOf(spec);
  const defaults = defaultsOf(spec, NEWEST_KERNEL);
  const since = spec.since ? ` (since Linux ${spec.since.release})` : '';
  return {
    type: ['integer', 'string'],
    minimum: min,
    maximum: max,
    default: defaults.length === 1 ? defaults[0] : defaults.join(' '),
    description: `${spec.about}${since}; ${['switch', 'mode', 'count', 'shift', 'port'].includes(spec.unit) ? '' : `${spec.unit}, `}${min}..${max}`,
  };
}

/** The schema file's text. */
export function schemaText(): string {
  return `${JSON.stringify(experimentSchema(), null, 1)}\n`;
}

if (process.argv[1]?.endsWith('experiment-schema.ts'))
  writeFileSync(new URL('../media/experiment.schema.json', import.meta.url), schemaText());
