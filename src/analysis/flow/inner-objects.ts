/** Objects within objects. */

import type { Life } from './life.js';
import { membersOf, plainType } from './members.js';
import type { Program } from './program.js';
import { isHeld } from './state.js';
import { namesOf, relative, Walk } from './walk.js';

/** An object within the object has it, and a method of that one gives it to whoever asks. */
export function isHandedOut(program: Program, { fn, exploration }: Life): boolean {
  return exploration.ends.some(({ how, entry: { state } }) => {
    const inner = how === 'return' && isHeld(state) ? namesOf(state).filter((place) => /^[^.[*]+\.[^.[]+\.[^.[]+$/.test(place)) : [];
    return inner.some((place) => {
      const [holder, field] = [place.slice(0, place.lastIndexOf('.')), place.slice(place.lastIndexOf('.') + 1)];
      const owner = plainType(program.classOf(fn, holder, state));
      if (owner === null || !program.class(owner)) return false;
      const walk = new Walk(program, [field]);
      walk.run(membersOf(program, owner, field).members, [{ state: relative(program, fn, state, holder), before: [], doubt: 0 }]);
      return walk.gone;
    });
  });
}
