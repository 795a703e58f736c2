/** What is known at one point of a path about the one connection that is followed. Immutable. */

import type { Role } from '../../scenarios/profile.js';
import { FactMap } from './fact-map.js';
import type { OptionName, ResultClasses, ValueClass } from './facts.js';
import type { CallStmt, Place } from './ir.js';
import { isPlain, isWithin, rootOf } from './places.js';
import type { Options, SetOption } from './tracked.js';

/** `eof`: the peer ended the stream and the code has seen it. `half`: our side is shut down for writing. `gone`: owned elsewhere. */
type Phase = 'absent' | 'open' | 'connected' | 'half' | 'eof' | 'closed' | 'gone';

export interface State {
  readonly phase: Phase;
  readonly role: Role | 'any';
  /** Names of the connection with the type each of them has. `%caller` stands for names that a caller has. */
  readonly aliases: FactMap;
  readonly options: Options;
  /** Values of places, results of opaque tests (keys `?uses|text`). */
  readonly facts: FactMap;
  /** It has sent something. */
  readonly sent: boolean;
  /** A poll has just said it is ready, or waited with a limit. */
  readonly ready: boolean;
  /** The value that told of the end of the stream was looked at by something we cannot follow. */
  readonly looked: boolean;
  /** The read that first told of the end of the stream (`function:node`). */
  readonly eofAt: string | null;
  /** Whatever happens, somebody sees to it later: a handler, the runtime at the end of the stream. */
  readonly tended: boolean;
  /** Where who waited for what is done with it has been answered (`line:column:line:column`); empty: not yet. */
  readonly answered: string;
  /** Calls that nobody knows and that got it before it was closed here (`function:node`, joined by bars). */
  readonly lent: string;
}

export const start: State = {
  phase: 'absent',
  role: 'any',
  aliases: FactMap.empty,
  options: {},
  facts: FactMap.empty,
  sent: false,
  ready: false,
  looked: false,
  eofAt: null,
  tended: false,
  answered: '',
  lent: '',
};

/** Held by this code: someone must still close it. */
export function isHeld(state: State): boolean {
  return state.phase === 'open' || state.phase === 'connected' || state.phase === 'half' || state.phase === 'eof';
}

/** Two states with equal keys behave alike from here on. */
export function keyOf(state: State): string {
  return `${kindOf(state)} ${state.facts.key}`;
}

/** The key without what is known of other values. */
export function kindOf(state: State): string {
  const flags = `${+state.sent}${+state.ready}${+state.looked}${+state.tended}${state.phase === 'eof' ? (state.eofAt ?? '') : ''}${state.lent}${state.answered}`;
  return `${state.phase}/${state.role}/${state.aliases.key}/${optionsKey(state.options)}/${flags}`;
}

/** States share their options, and options never change: each is put into words once. */
const words = new WeakMap<Options, string>();

export function optionsKey(options: Options): string {
  let key = words.get(options);
  if (key === undefined) {
    key = Object.entries(options)
      .map(([name, option]) => `${name}=${String(option.value)}@${option.line}${option.from}`)
      .sort()
      .join(',');
    words.set(options, key);
  }
  return key;
}

export function withFact(state: State, key: string, value: ValueClass): State {
  const facts = value === '?' ? state.facts.without(key) : state.facts.with(key, value);
  return facts === state.facts ? state : { ...state, facts };
}

export function withOption(state: State, name: OptionName, option: SetOption): State {
  return { ...state, options: { ...state.options, [name]: option } };
}

export function withAlias(state: State, place: Place, type: string): State {
  const aliases = state.aliases.with(place, type);
  return aliases === state.aliases ? state : { ...state, aliases };
}

/** The key under which the outcome of a test that is not understood is remembered. */
export function predicateKey(uses: readonly Place[], text: string): string {
  return `?${[...uses].sort().join(',')}|${text}`;
}

function predicateUses(key: string): string[] {
  const bar = key.indexOf('|');
  return bar > 1 ? key.slice(1, bar).split(',') : [];
}

/** `place` gets a new value: forgets what was known of it, of its fields, and of tests that read it. */
export function forget(state: State, place: Place): State {
  const facts = state.facts.filter(
    (key) => !(key.startsWith('?') ? predicateUses(key).some((use) => isWithin(use, place) || isWithin(place, use)) : isWithin(key, place)),
  );
  const aliases = state.aliases.filter((alias) => !isWithin(alias, place));
  return facts === state.facts && aliases === state.aliases ? state : { ...state, facts, aliases };
}

/** Something outside may have changed the fields of `root`, those of which `changed` says so. */
export function forgetFields(state: State, root: Place, changed: (field: Place) => boolean = () => true): State {
  const facts = state.facts.filter(
    (key) =>
      !(key.startsWith('?')
        ? predicateUses(key).some((use) => rootOf(use) === root && (isPlain(use) || changed(use)))
        : key !== root && isWithin(key, root) && changed(key)),
  );
  return facts === state.facts ? state : { ...state, facts };
}

/** Closed, or owned elsewhere: its names stay non-null values, nothing more is followed. */
export function release(state: State, phase: 'closed' | 'gone'): State {
  if (!isHeld(state)) return state;
  let { facts } = state;
  for (const place of state.aliases.keys()) if (place !== callerAlias) facts = facts.with(place, 'full');
  return { ...state, phase, aliases: FactMap.empty, facts, ready: false, looked: false };
}

/** Stands for names that the caller keeps while a function of the file runs. */
export const callerAlias = '%caller';

/** A fact: others have been given the object that holds it, and may have called what closes it. */
export const told = '%told';

/** Does `place` hold the connection somewhere inside? */
export function holds(state: State, place: Place): boolean {
  for (const alias of state.aliases.keys()) if (isWithin(alias, place)) return true;
  return false;
}

/** Gives the results new values. */
export function setResults(state: State, stmt: CallStmt, classes: ResultClasses): State {
  let next = state;
  stmt.results.forEach((place, index) => {
    if (!place) return;
    next = forget(next, place);
    const value = classes[index] ?? '?';
    if (value !== '?') next = withFact(next, place, value);
    else if (!isPlain(place) && next.facts.has(rootOf(place))) next = withFact(next, place, 'given');
  });
  return next;
}

/** What is known of the elements of a tuple that was returned, of the fields of the object that returned itself. */
export function partsOfResults(state: State, stmt: CallStmt, after: State): State {
  let next = state;
  for (const [key, value] of after.facts) {
    const [, index, part] = /^%ret(\d+)(\[\d+\]|\.\w+)$/.exec(key) ?? [];
    const place = index === undefined ? null : stmt.results[Number(index)];
    if (place && part !== undefined && stmt.mode !== 'spawn') next = withFact(next, `${place}${part}`, value);
  }
  return next;
}
