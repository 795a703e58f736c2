/** Settings put over an experiment, or over what a scenario makes one of. Nothing that is handed in is changed. */

import type { Experiment, Program, SocketOptions, Step } from '../kernel/experiment.js';
import type { ConnectionProfile, ProfileStep } from '../scenarios/profile.js';
import type { Machine } from '../scenarios/scenario.js';
import type { OptionValue, Settings } from './settings.js';

/** The experiment with these settings over its own. Options go to host A's sockets: there runs the user's program. */
export function experimentWith(experiment: Experiment, settings: Settings): Experiment {
  const sysctls = { A: { ...experiment.sysctls?.A, ...settings.sysctls.A }, B: { ...experiment.sysctls?.B, ...settings.sysctls.B } };
  const model = {
    ...experiment.model,
    ...(settings.kernel !== null && { kernel: settings.kernel }),
    ...(settings.hz !== null && { hz: settings.hz }),
    ...(settings.phase !== null && { phase: settings.phase }),
  };
  return {
    ...experiment,
    sysctls,
    programs: Object.entries(settings.options).reduce(
      (programs, [name, value]) => programsWith(programs, name, value),
      experiment.programs,
    ),
    ...(settings.rttMs !== null && { rttMs: settings.rttMs }),
    ...(Object.keys(model).length > 0 && { model }),
  };
}

function programsWith(programs: readonly Program[], name: string, value: OptionValue): Program[] {
  const ours = programs.filter((p) => p.host === 'A');
  const isSet = ours.some((p) => sets(p.steps, name));
  return programs.map((p) => (p.host === 'A' ? { ...p, steps: stepsWith(p.steps, name, value, isSet) } : p));
}

interface WithOptions {
  do: string;
  as?: string;
  options?: SocketOptions;
  steps?: readonly WithOptions[];
}

/** Does any of these steps set this option? */
function sets(steps: readonly WithOptions[], name: string): boolean {
  return steps.some((s) => (s.options !== undefined && name in s.options) || (s.steps !== undefined && sets(s.steps, name)));
}

/** Where the program sets the option, its value is replaced; where it never does, every new socket gets it. */
function stepsWith(steps: readonly Step[], name: string, value: OptionValue, isSet: boolean): Step[] {
  return steps.map((step): Step => {
    if ('steps' in step) return { ...step, steps: stepsWith(step.steps, name, value, isSet) };
    const own = 'options' in step ? step.options : undefined;
    const gets = isSet
      ? own !== undefined && name in own
      : ['listen', 'accept', 'connect'].includes(step.do) && 'as' in step && step.as !== undefined;
    return gets ? ({ ...step, options: { ...own, [name]: value } } as Step) : step;
  });
}

/** The machine that a scenario runs on, with these settings over it. */
export function machineWith(machine: Machine, settings: Settings): Machine {
  return {
    ...machine,
    kernel: settings.kernel ?? machine.kernel,
    hz: settings.hz ?? machine.hz,
    sysctls: { A: { ...machine.sysctls.A, ...settings.sysctls.A }, B: { ...machine.sysctls.B, ...settings.sysctls.B } },
    ...(settings.rttMs !== null && { rttMs: settings.rttMs }),
  };
}

/** The connection with these options set: in the profile's own fields, and where the path sets them. */
export function profileWith(profile: ConnectionProfile, settings: Settings): ConnectionProfile {
  return Object.entries(settings.options).reduce((p, [name, value]) => profileWithOption(p, name, value), profile);
}

function profileWithOption(profile: ConnectionProfile, name: string, value: OptionValue): ConnectionProfile {
  const number = typeof value === 'number' ? value : (value[0] ?? 0);
  const keepalive = { ...profile.keepalive, from: 'option' as const };
  const known: Record<string, Partial<ConnectionProfile>> = {
    SO_KEEPALIVE: { keepalive: { ...keepalive, on: number !== 0 } },
    TCP_KEEPIDLE: { keepalive: { ...keepalive, idle: number } },
    TCP_KEEPINTVL: { keepalive: { ...keepalive, interval: number } },
    TCP_KEEPCNT: { keepalive: { ...keepalive, count: number } },
    TCP_USER_TIMEOUT: { userTimeoutMs: number === 0 ? null : number },
    SO_LINGER: { linger: number === 0 ? null : ((value as readonly number[])[1] ?? 0) },
    SO_REUSEADDR: { reuseAddr: number !== 0 },
    O_NONBLOCK: { nonBlocking: number !== 0 },
  };
  const isSet = sets(profile.steps, name);
  const field = known[name];
  const steps = isSet || field === undefined ? profileSteps(profile, profile.steps, name, value, isSet) : profile.steps;
  return { ...profile, ...field, steps };
}

function profileSteps(
  profile: ConnectionProfile,
  steps: readonly ProfileStep[],
  name: string,
  value: OptionValue,
  isSet: boolean,
): ProfileStep[] {
  const opening = profile.role === 'client' ? 'connect' : profile.role === 'accepted' ? 'accept' : 'listen';
  return steps.map((step): ProfileStep => {
    const inner = step.steps === undefined ? {} : { steps: profileSteps(profile, step.steps, name, value, isSet) };
    const gets = isSet ? step.options !== undefined && name in step.options : step.do === opening;
    return { ...step, ...inner, ...(gets && { options: { ...step.options, [name]: value } }) };
  });
}
