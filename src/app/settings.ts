/** What `--set NAME=VALUE` can name: sysctls, options of our connection, the wire, the kernel, a scenario's own parameters. */

import { CLOCK_RATES, INTEGER_OPTIONS, SECONDS_OPTIONS, SETTABLE_OPTIONS } from '../kernel/experiment-format.js';
import type { HostName } from '../kernel/experiment.js';
import { meant } from '../kernel/nearest.js';
import { defaultSysctls, notInLinux, setSysctl, SYSCTL_NAMES } from '../kernel/sysctl.js';
import { KERNEL_VERSIONS, type KernelVersion } from '../kernel/sysctl-table.js';
import type { Parameter } from '../scenarios/scenario.js';

export type OptionValue = number | readonly number[];

export interface Settings {
  kernel: KernelVersion | null;
  hz: number | null;
  rttMs: number | null;
  /** Where in the timer wheel the run starts, seconds. */
  phase: number | null;
  sysctls: Record<HostName, Record<string, number | string>>;
  /** Options of our connection, by C name. */
  options: Record<string, OptionValue>;
  /** A scenario's own parameters; the scenario reads the values. */
  parameters: Record<string, string>;
}

/** Names that are neither sysctls nor options nor parameters. */
const PLAIN = ['kernel', 'hz', 'rttMs', 'phase'] as const;

const SIDES: readonly HostName[] = ['A', 'B'];

/**
 * Reads `NAME=VALUE` texts. `parameters` are those of the scenario that is run; a name that it has goes there first.
 * @returns the settings, or what is wrong in one sentence (an unknown name with the nearest known one)
 */
export function parseSettings(texts: readonly string[], parameters: readonly Parameter[]): Settings | string {
  const settings: Settings = { kernel: null, hz: null, rttMs: null, phase: null, sysctls: { A: {}, B: {} }, options: {}, parameters: {} };
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) return `--set ${text}: must be NAME=VALUE`;
    const wrong = put(settings, text.slice(0, at).trim(), text.slice(at + 1).trim(), parameters);
    if (wrong !== null) return `--set ${text}: ${wrong}`;
  }
  return refusedSysctl(settings) ?? settings;
}

function put(settings: Settings, name: string, value: string, parameters: readonly Parameter[]): string | null {
  if (parameters.some((p) => p.name === name)) {
    settings.parameters[name] = value;
    return null;
  }
  const plain = PLAIN.find((p) => p === name);
  if (plain !== undefined) return putPlain(settings, plain, value);
  if (SETTABLE_OPTIONS.includes(name)) return putOption(settings, name, value);
  return putSysctl(settings, name, value, parameters);
}

function putPlain(settings: Settings, name: (typeof PLAIN)[number], value: string): string | null {
  const number = value === '' ? NaN : Number(value);
  if (name === 'kernel') {
    settings.kernel = KERNEL_VERSIONS.find((v) => v === value) ?? null;
    return settings.kernel === null ? `there are profiles for ${KERNEL_VERSIONS.join(', ')}` : null;
  }
  if (name === 'hz') {
    settings.hz = number;
    return CLOCK_RATES.includes(number) ? null : `can be ${CLOCK_RATES.join(', ')}`;
  }
  settings[name] = number;
  return number >= 0 && Number.isFinite(number) ? null : 'must be a number of at least 0';
}

/** `SO_LINGER=1,0`; seconds with a fraction where the kernel takes a timeval; else a whole number. */
function putOption(settings: Settings, name: string, value: string): string | null {
  const numbers = value.split(',').map((n) => (n.trim() === '' ? NaN : Number(n)));
  const [first = NaN] = numbers;
  const whole = numbers.every((n) => Number.isInteger(n));
  if (name === 'SO_LINGER') {
    settings.options[name] = numbers;
    return whole && numbers.length === 2 ? null : 'must be ONOFF,SECONDS';
  }
  settings.options[name] = first;
  if (SECONDS_OPTIONS.some((o) => o === name)) return first >= 0 && Number.isFinite(first) ? null : 'must be a number of seconds';
  return whole && numbers.length === 1 ? null : 'must be a whole number';
}

function putSysctl(settings: Settings, name: string, value: string, parameters: readonly Parameter[]): string | null {
  const prefixed = /^([AB])\.(.+)$/.exec(name);
  const bare = prefixed?.[2] ?? name;
  if (!bare.startsWith('net.')) return unknownName(name, parameters);
  for (const side of SIDES) {
    if (prefixed === null || prefixed[1] === side) settings.sysctls[side][bare] = /^\d+$/.test(value) ? Number(value) : value;
  }
  return null;
}

function unknownName(name: string, parameters: readonly Parameter[]): string {
  const truth = notInLinux(name.replace(/^[AB]\./, ''));
  if (truth !== null) return truth;
  const known = [...parameters.map((p) => p.name), ...PLAIN, ...INTEGER_OPTIONS, ...SETTABLE_OPTIONS, ...SYSCTL_NAMES];
  const near = meant(name, known);
  return near === null ? 'unknown name: closewait simulate --help tells what can be set' : `unknown name; the nearest is ${near}`;
}

/** The first sysctl that the chosen kernel does not have or does not take; known only when all settings are read. */
function refusedSysctl(settings: Settings): string | null {
  for (const side of SIDES) {
    const values = defaultSysctls(settings.kernel ?? undefined);
    for (const [name, value] of Object.entries(settings.sysctls[side])) {
      const error = setSysctl(values, name, value, settings.kernel ?? undefined, settings.hz ?? undefined);
      if (error) return `--set ${error.message}`;
    }
  }
  return null;
}
