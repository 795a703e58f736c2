/** What happens where too many states meet: those that differ only in what is known of other values become one. */

import type { FactMap } from './fact-map.js';
import { rootOf } from './places.js';
import { kindOf } from './state.js';
import type { State } from './state.js';
import { joined } from './values.js';

/** The states at one node that agree in all that concerns the connection. */
interface Group {
  /** What holds in all of them. */
  facts: FactMap;
  /** Facts that differ between them. */
  varying: Set<string>;
  /** What is known in each of them. */
  members: FactMap[];
}

/** States of a group that are compared with each other. */
const maxMembers = 64;

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
      const first = { facts: state.facts, varying: new Set<string>(), members: [state.facts] };
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
    if (group.members.length < maxMembers) group.members.push(state.facts);
    return group;
  }

  /**
   * The state with what it has in common with the others of its kind. Where facts are given up that depended on each other, ways
   * open that may not exist (`doubtful`).
   */
  merge(state: State): { state: State; doubtful: boolean } {
    const group = this.add(state);
    return { state: { ...state, facts: group.facts }, doubtful: dependOnEachOther(group) };
  }
}

/** Were there two variables of which not every value of the one came with every value of the other? Of three at once nothing is asked. */
function dependOnEachOther({ varying, members }: Group): boolean {
  // A test of a variable and what is known of its value are one.
  const byRoot = new Map<string, string[]>();
  for (const name of varying) {
    const root = name.startsWith('?') ? name.slice(1, name.indexOf('|')) : rootOf(name);
    byRoot.set(root, [...(byRoot.get(root) ?? []), name]);
  }
  const columns = [...byRoot.values()].map((names) => members.map((facts) => valuesOf(facts, names)));
  return columns.some((left, at) => columns.slice(at + 1).some((right) => !isProduct(left, right)));
}

/** Of a variable of which nothing is known: it may have any value. */
const any = '*';

function valuesOf(facts: FactMap, names: readonly string[]): string {
  const values = names.map((name) => facts.get(name));
  return values.every((value) => value === undefined) ? any : values.join(' ');
}

/** Did every value of the one come with every value of the other? */
function isProduct(left: readonly string[], right: readonly string[]): boolean {
  const values = new Set(left);
  const others = new Set(right);
  const seen = new Set(left.map((value, at) => `${value}/${right[at]}`));
  const isSeen = (value: string, other: string): boolean =>
    [`${value}/${other}`, `${any}/${other}`, `${value}/${any}`, `${any}/${any}`].some((pair) => seen.has(pair));
  return [...values].every((value) => [...others].every((other) => isSeen(value, other)));
}

/** The engine's own facts are never given up: an exception of which nothing is known any more would pass by every handler. */
function groupOf(state: State): string {
  let own = '';
  for (const key of state.facts.keys())
    if (key === '%failure' || key === '%left' || key === '%exception' || key.startsWith('%deferred'))
      own += `${key}${state.facts.get(key)} `;
  return `${own}${kindOf(state)}`;
}
