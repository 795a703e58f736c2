/** What follows from the state of the page: the cures to choose from, the heading of what is saved. */

import { curesFor } from '../scenarios/cures.js';
import { SCENARIOS } from '../scenarios/generated.js';
import { say, translated } from '../words/say.js';
import type { CureChoice } from './answer-view.js';
import type { SavedState } from './protocol.js';
import { openedAs } from '../scenarios/user-words.js';
import { profileOf } from './state.js';

/** Cures of the failure that is shown, for this connection. */
export function curesOf(state: SavedState): CureChoice[] {
  const profile = profileOf(state);
  if (profile === null) return [];
  return curesFor(state.scenario ?? '', profile).map(({ id, title }) => ({ id, title, chosen: id === state.cure }));
}

/** Connection and failure, as a heading for what is exported. */
export function titlesOf({ connection, scenario }: SavedState): string {
  const failure = translated(SCENARIOS.find((one) => one.id === scenario)?.title ?? '');
  return connection === null
    ? failure
    : say`${openedAs(connection.profile, connection.place.line)} in ${connection.file}, line ${connection.place.line}: ${failure}`;
}
