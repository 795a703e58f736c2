/** By which of its names a connection is told of. */

import { isTemporary } from './places.js';
import type { Place } from './ir.js';
import type { Life } from './life.js';
import type { Program } from './program.js';
import { isHeld } from './state.js';
import type { State } from './state.js';

/** The variable that holds it, once it has one: that of the type which was opened rather than that of a view. */
export function nameOf(program: Program, { fn, exploration }: Life, place: Place | null, type: string): Place | null {
  if (place && !isTemporary(place)) {
    const [held] = exploration.entries.filter(({ state }) => state.aliases.has(place));
    return (held && embedder(program, fn, held.state, place)) ?? place;
  }
  let view: Place | null = null;
  for (const { state } of exploration.entries) {
    if (!isHeld(state)) continue;
    for (const [alias, aliasType] of state.aliases) {
      if (isTemporary(alias)) continue;
      const owner = embedder(program, fn, state, alias);
      if (aliasType === type) return owner ?? alias;
      view ??= owner ?? alias;
    }
  }
  return view ?? place;
}

/** The object that has the connection's methods as its own, because it embeds it. */
function embedder(program: Program, fn: Life['fn'], state: State, place: Place): Place | null {
  const dot = place.lastIndexOf('.');
  const owner = dot <= 0 ? null : place.slice(0, dot);
  const type = owner === null ? null : program.classOf(fn, owner, state);
  const cls = type === null ? null : program.class(type);
  const field = place.slice(dot + 1);
  return cls?.embeds && owner !== fn.receiver && cls.bases.some((base) => base.slice(base.lastIndexOf('.') + 1) === field) ? owner : null;
}
