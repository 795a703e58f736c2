/** What follows from the state of the page: the cures to choose from, the heading of what is saved. */

import { asFixed, curesFor } from '../scenarios/cures.js';
import { SCENARIOS } from '../scenarios/generated.js';
import { takes } from '../scenarios/profile.js';
import { say, translated } from '../words/say.js';
import type { CureChoice } from './answer-view.js';
import type { SavedState } from './protocol.js';
import { openedAs } from '../scenarios/user-words.js';
import { machineOf, profileOf } from './state.js';
import type { Question } from './tell.js';

/** Cures of the failure that is shown, for this connection. */
export function curesOf(state: SavedState): CureChoice[] {
  const profile = profileOf(state);
  if (profile === null) return [];
  const numbers = state.connection?.numbers ?? {};
  return curesFor(state.scenario ?? '', profile).map((cure) => ({
    id: cure.id,
    title: asFixed(cure, numbers[cure.id]).title,
    chosen: cure.id === state.cure,
  }));
}

/** Does this failure show what a finding says: that no close() is called, whatever the runtime does with a dropped connection? */
export function isLeft(state: SavedState): boolean {
  const profile = profileOf(state);
  const { scenario, connection } = state;
  return (
    profile !== null &&
    scenario === 'peer-closes-we-do-not' &&
    connection?.scenario === scenario &&
    profile.role !== 'listener' &&
    profile.reads === undefined &&
    !takes(profile.steps, 'close')
  );
}

/** What the model is asked in this state; null while there is nothing to ask. */
export function questionOf(state: SavedState): Omit<Question, 'id'> | null {
  const profile = profileOf(state);
  const { scenario, parameters, cure, connection } = state;
  if (profile === null || scenario === null) return null;
  return { profile, scenario, parameters, machine: machineOf(state), cure, numbers: connection?.numbers?.[cure ?? ''] };
}

/** Has the model another answer now? */
export function isOtherQuestion(before: SavedState, next: SavedState): boolean {
  const parts = ['settings', 'scenario', 'parameters', 'changes', 'cure'] as const;
  const numbers = ({ connection, cure }: SavedState): string | undefined => JSON.stringify(connection?.numbers?.[cure ?? '']);
  return (
    before.connection?.profile !== next.connection?.profile ||
    parts.some((part) => before[part] !== next[part]) ||
    numbers(before) !== numbers(next)
  );
}

/** Connection and failure, as a heading for what is exported. */
export function titlesOf({ connection, scenario }: SavedState): string {
  const failure = translated(SCENARIOS.find((one) => one.id === scenario)?.title ?? '');
  return connection === null
    ? failure
    : say`${openedAs(connection.profile, connection.place.line)} in ${connection.file}, line ${connection.place.line}: ${failure}`;
}
