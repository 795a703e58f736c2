/** The values of a connection's profile as the page shows and changes them, each with where it comes from. Pure. */

import type { ConnectionProfile, Origin, ProfileStep } from '../scenarios/profile.js';
import { say } from '../words/say.js';

export type FieldValue = number | boolean | string | null;

export interface Field {
  id: string;
  /** The part of the profile that it belongs to. */
  part: keyof ConnectionProfile;
  label: string;
  kind: 'switch' | 'number' | 'choice';
  unit: string;
  /** What an empty number means, null where there must be one. */
  empty: string | null;
  min: number;
  max: number;
  choices: readonly (readonly [value: string, title: string])[];
  /** Socket options by which code sets it. */
  options: readonly string[];
  /** Calls that carry it as a limit of their own (`ProfileStep.limit`). */
  limits: readonly ProfileStep['do'][];
  /** Listeners and accepted connections only. */
  server: boolean;
  get: (profile: ConnectionProfile) => FieldValue;
  set: (profile: ConnectionProfile, value: FieldValue) => ConnectionProfile;
}

const base = { unit: '', empty: null, min: 0, max: 2147483, choices: [], options: [], limits: [], server: false } as const;

type Simple =
  'userTimeoutMs' | 'connectTimeout' | 'readTimeout' | 'writeTimeout' | 'backlog' | 'linger' | 'reuseAddr' | 'nonBlocking' | 'onDrop';
type Rest = Partial<Omit<Field, 'id' | 'part' | 'get' | 'set'>> & Pick<Field, 'label' | 'kind'>;

function simple(part: Simple, rest: Rest): Field {
  return { ...base, ...rest, id: part, part, get: (profile) => profile[part], set: (profile, value) => ({ ...profile, [part]: value }) };
}

function keepalive(key: 'on' | 'idle' | 'interval' | 'count', rest: Rest): Field {
  return {
    ...base,
    ...rest,
    id: `keepalive.${key}`,
    part: 'keepalive',
    get: (profile) => profile.keepalive[key],
    set: (profile, value) => ({ ...profile, keepalive: { ...profile.keepalive, [key]: value } }),
  };
}

export const FIELDS: readonly Field[] = [
  keepalive('on', { label: say`Keepalive (SO_KEEPALIVE)`, kind: 'switch', options: ['SO_KEEPALIVE'] }),
  keepalive('idle', {
    label: say`first probe after (TCP_KEEPIDLE)`,
    kind: 'number',
    unit: 's',
    empty: say`not set`,
    min: 1,
    max: 32767,
    options: ['TCP_KEEPIDLE'],
  }),
  keepalive('interval', {
    label: say`between probes (TCP_KEEPINTVL)`,
    kind: 'number',
    unit: 's',
    empty: say`not set`,
    min: 1,
    max: 32767,
    options: ['TCP_KEEPINTVL'],
  }),
  keepalive('count', { label: say`probes (TCP_KEEPCNT)`, kind: 'number', empty: say`not set`, min: 1, max: 127, options: ['TCP_KEEPCNT'] }),
  simple('userTimeoutMs', {
    label: 'TCP_USER_TIMEOUT',
    kind: 'number',
    unit: 'ms',
    empty: say`not set`,
    max: 2147483647,
    options: ['TCP_USER_TIMEOUT'],
  }),
  simple('connectTimeout', { label: say`connect limit`, kind: 'number', unit: 's', empty: say`none`, limits: ['connect'] }),
  simple('readTimeout', {
    label: say`read limit`,
    kind: 'number',
    unit: 's',
    empty: say`none`,
    options: ['SO_RCVTIMEO'],
    limits: ['recv', 'recvUntilEof', 'poll'],
  }),
  simple('writeTimeout', {
    label: say`write limit`,
    kind: 'number',
    unit: 's',
    empty: say`none`,
    options: ['SO_SNDTIMEO'],
    limits: ['send'],
  }),
  simple('linger', { label: 'SO_LINGER', kind: 'number', unit: 's', empty: say`off`, max: 32767, options: ['SO_LINGER'] }),
  simple('backlog', { label: 'backlog', kind: 'number', empty: 'default', max: 65535, server: true }),
  simple('reuseAddr', { label: 'SO_REUSEADDR', kind: 'switch', options: ['SO_REUSEADDR'], server: true }),
  simple('nonBlocking', { label: say`non-blocking`, kind: 'switch' }),
  simple('onDrop', {
    label: say`when the last reference goes`,
    kind: 'choice',
    choices: [
      ['never', say`nothing closes it`],
      ['at-once', say`closed at once`],
      ['collector', say`the collector closes it, some time`],
      ['drop', say`closed at end of scope`],
    ],
  }),
];

/** The fields that a connection of this role has. */
export function fieldsFor(profile: ConnectionProfile): readonly Field[] {
  return FIELDS.filter((field) => !field.server || profile.role !== 'client');
}

function walk(steps: readonly ProfileStep[]): ProfileStep[] {
  return steps.flatMap((step) => [step, ...walk(step.steps ?? [])]);
}

const ORIGINS: Record<Origin, string> = {
  option: say`set in the code`,
  listener: say`inherited from the listener`,
  helper: say`set in a helper`,
  runtime: say`default of the runtime`,
  kernel: say`default of the kernel`,
};

export interface Source {
  text: string;
  /** Line that sets it, or null. */
  line: number | null;
}

/** Where the code's value of a field comes from. */
export function sourceOf(profile: ConnectionProfile, field: Field): Source {
  const setter = walk(profile.steps).find(
    (step) =>
      field.options.some((name) => step.options?.[name] !== undefined) || (step.limit !== undefined && field.limits.includes(step.do)),
  );
  if (setter !== undefined) return { text: ORIGINS.option, line: setter.line };
  if (field.part === 'keepalive') return { text: ORIGINS[profile.keepalive.from], line: profile.keepalive.line };
  if (field.part === 'onDrop') return { text: say`the language`, line: null };
  const value = field.get(profile);
  if (value === null || value === false)
    return { text: field.limits.length > 0 ? say`nothing in the code sets one` : ORIGINS.kernel, line: null };
  return { text: ORIGINS.option, line: null };
}

/** Steps without what a changed field replaces: an option or limit on the path would otherwise win over the changed value. */
function without(steps: readonly ProfileStep[], fields: readonly Field[]): ProfileStep[] {
  const names = new Set(fields.flatMap((field) => field.options));
  const limited = new Set(fields.flatMap((field) => field.limits));
  return steps.map((step) => {
    const { limit, options, steps: inner, ...rest } = step;
    const kept = options && Object.fromEntries(Object.entries(options).filter(([name]) => !names.has(name)));
    return {
      ...rest,
      ...(limit !== undefined && !limited.has(step.do) && { limit }),
      ...(kept && Object.keys(kept).length > 0 && { options: kept }),
      ...(inner && { steps: without(inner, fields) }),
    };
  });
}

/** The profile with the page's changes over it; nothing on the path contradicts them. */
export function changedProfile(profile: ConnectionProfile, changes: Partial<ConnectionProfile>): ConnectionProfile {
  const touched = FIELDS.filter(
    (field) => changes[field.part] !== undefined && field.get({ ...profile, ...changes }) !== field.get(profile),
  );
  if (touched.length === 0) return profile;
  const all = touched.some((field) => field.part === 'keepalive')
    ? [...touched, ...FIELDS.filter((field) => field.part === 'keepalive')]
    : touched;
  return { ...profile, ...changes, steps: without(profile.steps, all) };
}

/** What the page must remember after a field was set: null when the input is no value of this field. */
export function withField(
  profile: ConnectionProfile,
  changes: Partial<ConnectionProfile>,
  field: Field,
  value: FieldValue,
): Partial<ConnectionProfile> | null {
  if (field.kind === 'number') {
    const fits = value === null ? field.empty !== null : typeof value === 'number' && value >= field.min && value <= field.max;
    if (!fits) return null;
  }
  const next = field.set({ ...profile, ...changes }, value);
  return { ...changes, [field.part]: next[field.part] };
}
