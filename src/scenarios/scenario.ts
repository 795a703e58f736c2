/**
 * What a scenario is: an event with parameters that meets the user's own steps, and the answer read off the runs. Pure data and functions.
 */

import type { Experiment, SysctlValues } from '../kernel/experiment.js';
import type { TcpState, Trace } from '../kernel/trace.js';
import type { Leak } from './leak.js';
import type { ConnectionProfile, Role } from './profile.js';

export type ParameterValue = number | string | boolean;
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

interface Choice {
  value: string;
  title: string;
}

export interface Parameter {
  name: string;
  title: string;
  default: ParameterValue;
  /** Unit of a number ("s", "ms", "bytes", ""), empty where there is none. */
  unit: string;
  min?: number;
  max?: number;
  choices?: readonly Choice[];
  /** False where it changes nothing for this connection and these values: it is then not offered. Left out: it always may. */
  applies?: (profile: ConnectionProfile, values: ParameterValues) => boolean;
}

/** The two hosts and the wire: all that is not the user's code. Values that are not named are the kernel's defaults. */
export interface Machine {
  /** Profile of kernel behaviour, for example `6.18`. */
  kernel: string;
  /** Clock rate in Hz. */
  hz: number;
  sysctls: { A: SysctlValues; B: SysctlValues };
  /** Round-trip time of the wire in milliseconds. */
  rttMs?: number;
}

/** Times are seconds after the event; null means never. */
export interface Times {
  typical: number | null;
  earliest: number | null;
  latest: number | null;
}

export interface Answer extends Times {
  /** What your code sees, and when. */
  sees: string;
  /** What decides it. */
  decides: string;
  /** What would change it. */
  change: string;
  errno: string | null;
  /** The error that the runtime makes of an end of the stream, where it is one for this call. */
  raises?: string;
  /** The system call that learns of it (or stays blocked), and its source line. */
  call: string | null;
  line: number | null;
  /** What our code gets, in a word or two: a state, an errno, the call that stays blocked. */
  what: string;
  /** The whole in one sentence, for a diagnostic. */
  brief: string;
  /** In place of the time, where the story is not about when a call returns: "until the process ends". */
  lasts?: string;
  /** The connection that our code leaves open in this run; null when it leaves none. */
  leak: Leak | null;
  /** State of our socket at the end of the run; null when the kernel has forgotten it or it never was. */
  state: TcpState | null;
}

export interface Scenario {
  id: string;
  title: string;
  /** The question that it answers, in the user's words. */
  question: string;
  parameters: readonly Parameter[];
  /** Which connections it can happen to. */
  roles: readonly Role[];
  /** The user's steps on host A, a fitting peer on host B, the failure where it meets them. `model.event` marks the failure. */
  experiment(profile: ConnectionProfile, parameters: ParameterValues, machine: Machine): Experiment;
  /** Reads the answer off the runs of that experiment, one for each phase of the timer wheel; the first is the one that is shown. */
  answer(runs: readonly Trace[], profile: ConnectionProfile, parameters: ParameterValues): Answer;
}

/** The scenario's defaults with the given values over them. Throws RangeError for an unknown name or a value that does not fit. */
export function parametersOf(scenario: Scenario, given: ParameterValues = {}): ParameterValues {
  const values: Record<string, ParameterValue> = {};
  for (const p of scenario.parameters) values[p.name] = p.default;
  for (const [name, value] of Object.entries(given)) {
    const parameter = scenario.parameters.find((p) => p.name === name);
    if (!parameter)
      throw new RangeError(
        `${scenario.id} has no parameter ${name}; it has ${scenario.parameters.map((p) => p.name).join(', ') || 'none'}`,
      );
    values[name] = fitting(parameter, value);
  }
  return values;
}

/** The value in the parameter's own type ("40" for a number is 40). */
function fitting(parameter: Parameter, value: ParameterValue): ParameterValue {
  const wrong = (why: string): RangeError => new RangeError(`${parameter.name} = ${String(value)}: ${why}`);
  if (parameter.choices) {
    const choice = parameter.choices.find((c) => c.value === String(value));
    if (!choice) throw wrong(`one of ${parameter.choices.map((c) => c.value).join(', ')}`);
    return choice.value;
  }
  if (typeof parameter.default === 'boolean') {
    if (!['true', 'false', '1', '0'].includes(String(value))) throw wrong('true or false');
    return String(value) === 'true' || String(value) === '1';
  }
  const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value);
  if (!Number.isFinite(number)) throw wrong('not a number');
  if (number < (parameter.min ?? -Infinity) || number > (parameter.max ?? Infinity))
    throw wrong(`from ${parameter.min ?? ''} to ${parameter.max ?? ''}`);
  return number;
}

/** The parameters that may change something for this connection with these values. */
export function parametersFor(scenario: Scenario, profile: ConnectionProfile, given: ParameterValues): Parameter[] {
  const values = Object.fromEntries(scenario.parameters.map((p) => [p.name, given[p.name] ?? p.default]));
  return scenario.parameters.filter((p) => p.applies?.(profile, values) ?? true);
}

/** A number among the parameters; 0 when it is none. */
export function numberOf(values: ParameterValues, name: string): number {
  return Number(values[name] ?? 0);
}

export function textOf(values: ParameterValues, name: string): string {
  return String(values[name] ?? '');
}
