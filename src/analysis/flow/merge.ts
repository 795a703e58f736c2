/** What happens where too many states meet: those that differ only in what is known of other values become one. */

import type { FactMap } from './fact-map.js';
import { kindOf } from './state.js';
import type { State } from './state.js';
import { joined } from './values.js';

/** The states at one node that agree in all that concerns the connection. */
interface Group {
  /** What holds in all of them. */
  facts: FactMap;
  /** Facts that differ between them. */
  varying: Set<string>;
}

/** The states that have come to one node. */
export class Meeting {
  private readonly groups = new Map<string, Group>();

  constructor(states: Iterable<State>) {
    for (const state of states) this.add(state);
  }

  private add(state: State): Group {
    const key = groupOf(state);
    const group = this.groups.get(key);
    if (!group) {
      const first = { facts: state.facts, varying: new Set<string>() };
      this.groups.set(key, first);
      return first;
    }
    let facts = group.facts;
    for (const [name, value] of group.facts) {
      const other = state.facts.get(name);
      const both = other === undefined ? '?' : joined(value, other);
      if (both === value) continue;
      facts = both === '?' ? facts.without(name) : facts.with(name, both);
      group.varying.add(name);
    }
    for (const [name, value] of state.facts) if (group.facts.get(name) !== value) group.varying.add(name);
    group.facts = facts;
    return group;
  }

  /**
   * The state with what it has in common with the others of its kind. Where more than one fact is given up, ways open that
   * may not exist (`doubtful`): two facts may have depended on each other.
   */
  merge(state: State): { state: State; doubtful: boolean } {
    const { facts, varying } = this.add(state);
    return { state: { ...state, facts }, doubtful: varying.size > 1 };
  }
}

/** The engine's own facts are never given up: an exception of which nothing is known any more would pass by every handler. */
function groupOf(state: State): string {
  let own = '';
  for (const key of state.facts.keys())
    if (key === '%failure' || key === '%left' || key === '%exception' || key.startsWith('%deferred'))
      own += `${key}${state.facts.get(key)} `;
  return `${own}${kindOf(state)}`;
}
