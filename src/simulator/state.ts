/** What the page remembers, and how the extension's messages change it. Pure. */

import { notInLinux, sysctlSpec, sysctlsOf } from '../kernel/sysctl.js';
import { DEFAULT_HZ, KERNEL_VERSIONS, NEWEST_KERNEL, type KernelVersion } from '../kernel/sysctl-table.js';
import type { ConnectionProfile } from '../scenarios/profile.js';
import type { Machine, ParameterValue } from '../scenarios/scenario.js';
import { SCENARIOS } from '../scenarios/generated.js';
import { changedProfile } from './profile-fields.js';
import type { KernelSettings, SavedState, ToPage } from './protocol.js';
import { say } from '../words/say.js';

export type View = 'ladder' | 'compare' | 'sequence' | 'states';

export const VIEWS: readonly (readonly [id: View, title: string])[] = [
  ['ladder', say`Time line`],
  ['compare', say`Before and after`],
  ['sequence', say`Sequence diagram`],
  ['states', say`TCP states`],
];

const NO_SETTINGS: KernelSettings = { kernel: null, hz: null, sysctls: { A: {}, B: {} }, from: null, missing: [] };

export const EMPTY: SavedState = {
  version: 1,
  connection: null,
  others: [],
  settings: NO_SETTINGS,
  scenario: null,
  parameters: {},
  changes: {},
  cure: null,
  view: 'ladder',
  event: -1,
  zoom: 1,
};

/** The saved state if it is one of this version, else an empty one. */
export function restored(saved: unknown): SavedState {
  const state = saved as Partial<SavedState> | null | undefined;
  return state?.version === 1 ? { ...EMPTY, ...state } : EMPTY;
}

/** The connection as the page simulates it: the code's values with the page's changes over them. */
export function profileOf(state: SavedState): ConnectionProfile | null {
  return state.connection === null ? null : changedProfile(state.connection.profile, state.changes);
}

export function machineOf(state: SavedState): Machine {
  const { kernel, hz, sysctls, rttMs } = state.settings;
  return { kernel: kernel ?? NEWEST_KERNEL, hz: hz ?? DEFAULT_HZ, sysctls, ...(rttMs !== undefined && { rttMs }) };
}

/** Scenarios that can happen to this connection. */
export function scenariosFor(profile: ConnectionProfile): typeof SCENARIOS {
  return SCENARIOS.filter((scenario) => scenario.roles.includes(profile.role));
}

/** The scenario to open on: the one asked for, else the finding's, else the first that fits. */
function firstScenario(profile: ConnectionProfile, wishes: readonly (string | null | undefined)[]): string | null {
  const fitting = scenariosFor(profile).map((scenario) => scenario.id);
  const usual = profile.role === 'listener' ? [] : ['peer-host-loses-power-idle'];
  return [...wishes, ...usual].find((wish): wish is string => typeof wish === 'string' && fitting.includes(wish)) ?? fitting[0] ?? null;
}

/** Is it the connection that the page has, as its code stands now? Two calls of one function may open alike ones. */
export function isSame({ connection: known }: SavedState, { connection, asked }: Extract<ToPage, { type: 'show' }>): boolean {
  return (
    known !== null &&
    known.uri === connection.uri &&
    known.function === connection.function &&
    known.profile.library === connection.profile.library &&
    (asked !== true || (known.place.line === connection.place.line && known.place.column === connection.place.column))
  );
}

/**
 * The state after a message. A connection of another place starts afresh; the same one, edited, keeps the page's choices;
 * after a cure was applied the page's own changes go, because the code has them now.
 */
export function received(state: SavedState, message: ToPage): SavedState {
  switch (message.type) {
    case 'show': {
      const { connection, others, settings } = message;
      const same = isSame(state, message);
      const kept = same ? state : { ...EMPTY, view: state.view === 'compare' ? 'ladder' : state.view, zoom: state.zoom };
      const own = state.settings.from === PAGE_SETTINGS;
      const scenario = firstScenario(connection.profile, [message.scenario, kept.scenario, connection.scenario]);
      return {
        ...kept,
        connection,
        others,
        settings: own ? state.settings : settings,
        scenario,
        ...(scenario !== kept.scenario && { parameters: {} }),
        ...((scenario !== kept.scenario || JSON.stringify(state.connection?.profile) !== JSON.stringify(connection.profile)) && {
          event: -1,
        }),
      };
    }
    case 'applicable': {
      const { connection } = state;
      const isThis = connection?.uri === message.uri && connection.version === message.version;
      const isHere = connection?.place.line === message.place.line && connection.place.column === message.place.column;
      if (!isThis || !isHere) return state;
      return { ...state, connection: { ...connection, applicable: message.cures, numbers: message.numbers ?? {} } };
    }
    case 'settings':
      return {
        ...state,
        settings: { ...message.settings, ...(state.settings.rttMs !== undefined && { rttMs: state.settings.rttMs }) },
        event: -1,
      };
    case 'applied':
      return message.ok ? { ...state, changes: {}, cure: null, view: 'ladder', event: -1 } : state;
    default:
      return state;
  }
}

/** Where settings come from once the page changed one. */
export const PAGE_SETTINGS = say`changed on this page`;

/**
 * A sysctl of one host set on the page; an empty value takes it back to the kernel's default.
 * Gives a sentence instead when this kernel would refuse the value.
 */
export function withSysctl(state: SavedState, host: 'A' | 'B', name: string, text: string): SavedState | string {
  const values = { ...state.settings.sysctls[host] };
  const value = text.trim();
  if (value === '') {
    delete values[name];
  } else {
    const { kernel, hz } = machineOf(state);
    const error = sysctlsOf({ [name]: value }, kernelLike(kernel), hz).errors[0];
    if (error) return error.message;
    values[name] = /^-?\d+$/.test(value) ? Number(value) : value;
  }
  return withSettings(state, { sysctls: { ...state.settings.sysctls, [host]: values } });
}

/** `NAME=VALUE` for both hosts; a name that the kernel or the model does not have is refused with what is true. */
export function withNamedSysctl(state: SavedState, text: string): SavedState | string {
  const at = text.indexOf('=');
  const [name, value] = at < 0 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at < 0 || value === '') return `${notInLinux(name) ?? say`NAME=VALUE, for example net.ipv4.tcp_retries2=5`}`;
  const known = sysctlSpec(name)?.name ?? sysctlSpec(`net.ipv4.${name}`)?.name ?? name;
  const first = withSysctl(state, 'A', known, value);
  return typeof first === 'string' ? first : withSysctl(first, 'B', known, value);
}

/** The profile of kernel behaviour of that name, else the newest. */
export function kernelLike(name: string): KernelVersion {
  return KERNEL_VERSIONS.find((version) => version === name) ?? NEWEST_KERNEL;
}

export function withSettings(state: SavedState, settings: Partial<KernelSettings>): SavedState {
  return { ...state, settings: { ...state.settings, ...settings, from: PAGE_SETTINGS, missing: [] }, event: -1 };
}

export function withParameter(state: SavedState, name: string, value: ParameterValue): SavedState {
  return { ...state, parameters: { ...state.parameters, [name]: value }, event: -1 };
}
