/** A connection in an object, as the object's methods find and leave it. */

import { FactMap } from './fact-map.js';
import type { FunctionIr, Place } from './ir.js';
import type { Life } from './life.js';
import { reaches, staysInside } from './members.js';
import type { Member } from './members.js';
import type { Note } from './notes.js';
import { isPlain, isWithin, rebase, rootOf } from './places.js';
import type { Program } from './program.js';
import type { Exploration } from './run.js';
import { worse } from './run.js';
import { solve } from './solve.js';
import { callerAlias, isHeld, keyOf, start, told } from './state.js';
import type { State } from './state.js';
import type { Doubt } from './tracked.js';
import { crosses } from './values.js';
import { weighs } from './weighs.js';
import { mayWrite } from './writes.js';

/** The object as a method finds it: names and values relative to `object`. */
export interface Seed {
  state: State;
  before: readonly Note[];
  doubt: Doubt;
}

/** Stands for the object in seeds. */
const object = '%object';
/** Ways in which an object can be, and states visited (in what its methods call, too), beyond which it is not followed any further. */
const maxSeeds = 8;
const maxEntries = 4000;

/** What the methods of an object do with a connection that it keeps, from each way in which the object can be. */
export class Walk {
  readonly lives: Life[] = [];
  closed = false;
  gone = false;
  cut = false;
  private visited = 0;
  private readonly seen = new Set<string>();
  private readonly entered = new Set<string>();
  private readonly used = new Set<string>();
  private readonly seeds: Seed[] = [];
  private members: readonly Member[] = [];

  constructor(
    private readonly program: Program,
    private readonly fields: readonly string[],
  ) {}

  run(members: readonly Member[], seeds: readonly Seed[]): void {
    this.members = members;
    for (const seed of seeds) this.add(seed);
    this.work();
  }

  /** Others who have got the object run, too. */
  extend(members: readonly Member[]): void {
    this.members = [...this.members, ...members];
    this.work();
  }

  private work(): void {
    for (let at = 0; at < this.seeds.length; at += 1) {
      for (const member of this.members) if (this.isWorth(member)) this.enter(member, this.seeds[at] as Seed, at);
    }
  }

  private isWorth(member: Member): boolean {
    const { fn, self } = member;
    const begins = fn.kind === 'constructor' && self === fn.receiver;
    return !begins && fn.isAbstract !== true && this.fields.some((field) => reaches(member, field));
  }

  private add(seed: Seed): void {
    const key = keyOf(seed.state);
    if (this.seen.has(key)) return;
    if (this.seen.size >= maxSeeds) {
      this.cut = true;
      return;
    }
    this.seen.add(key);
    this.seeds.push(seed);
  }

  private enter(member: Member, seed: Seed, at: number): void {
    const key = `${member.fn.id} ${at}`;
    if (this.entered.has(key)) return;
    this.entered.add(key);
    if (this.visited > maxEntries) {
      this.cut = true;
      return;
    }
    const { fn, self } = member;
    const { asked, rest } = askedBy(this.program, member, seed.state);
    const exploration = exploreMember(this.program, member, asked);
    if (!exploration) return;
    this.visited += exploration.entries.length;
    // What several methods call is explored once.
    for (const [used, cost] of exploration.uses) {
      if (!this.used.has(used)) this.visited += cost;
      this.used.add(used);
    }
    this.cut ||= exploration.truncated;
    const life: Life = {
      fn,
      exploration,
      before: [...seed.before, { kind: 'entered', range: fn.nameRange, file: fn.file, name: fn.name }],
      doubt: seed.doubt,
    };
    this.lives.push(life);
    this.closed ||= exploration.entries.some(({ state }) => state.phase === 'closed');
    this.gone ||= exploration.entries.some(({ state }) => state.phase === 'gone');
    const inside = staysInside(this.program, fn);
    for (const { how, entry } of exploration.ends) {
      if (how === 'process' || !isHeld(entry.state)) continue;
      const names = namesUnder(entry.state, self);
      const others = leaving(fn, entry.state).filter((place) => !inside || !place.startsWith('%ret'));
      if (names.length < others.length || isLent(entry.state) || entry.state.facts.has(told)) this.gone = true;
      if (isLent(entry.state)) continue;
      if (names.length === 0) continue;
      const state = relative(this.program, fn, withRest(this.program, member, entry.state, rest), self);
      this.add({ state, before: life.before, doubt: worse(seed.doubt, entry.doubt) });
    }
  }
}

/** What is known of the object as far as it makes a difference in a method, and the rest. */
function askedBy(program: Program, { fn }: Member, state: State): { asked: State; rest: FactMap } {
  const facts = state.facts.filter((key) => weighs(program, fn, key));
  return { asked: { ...state, facts }, rest: state.facts.filter((key) => !facts.has(key)) };
}

/** What the method was not asked about is as before, unless it may have changed it. */
function withRest(program: Program, { fn, self }: Member, state: State, rest: FactMap): State {
  let facts = state.facts;
  for (const [key, value] of rest) {
    const place = rebase(key, object, self);
    if (!facts.has(place) && !mayWrite(program, fn, self, place)) facts = facts.with(place, value);
  }
  return facts === state.facts ? state : { ...state, facts };
}

export function exploreMember(program: Program, { fn, self }: Member, seed: State): Exploration | null {
  const graph = program.graph(fn);
  if (!graph) return null;
  return solve(program, { graph, seed: rename(seed, object, self), site: null, inner: false, level: 0 });
}

/** Its names, but for those that a caller has. */
export function namesOf(state: State): Place[] {
  return [...state.aliases.keys()].filter((place) => place !== callerAlias);
}

/** Given to something unknown that may have taken it. */
export function isLent(state: State): boolean {
  return state.lent !== '';
}

/** Names by which it outlives the function. */
export function leaving(fn: FunctionIr, state: State): Place[] {
  return namesOf(state).filter((place) => {
    const root = rootOf(place);
    if (root.startsWith('%')) return root.startsWith('%ret');
    return !fn.locals.includes(root) && !(isPlain(place) && fn.params.some((param) => param.name === place));
  });
}

/** Its names within an object. */
export function namesUnder(state: State, root: Place): Place[] {
  return namesOf(state).filter((place) => place !== root && !place.startsWith('*') && isWithin(place, root));
}

/** What the next method finds: names and values under the object, the rest forgotten. */
export function relative(program: Program, fn: FunctionIr, state: State, root: Place): State {
  const own = [...state.aliases].filter(([place]) => place !== callerAlias && !place.startsWith('*') && isWithin(place, root));
  const kept = [...state.facts].filter(
    ([key, value]) => key !== root && isWithin(key, root) && crosses(value) && value !== 'looked' && program.isTested(fn, key),
  );
  const { phase, role, options, sent, tended } = state;
  // Who called may have looked at the end of the stream.
  return {
    ...start,
    phase,
    role,
    options,
    sent,
    tended,
    aliases: renamed(own, root, object),
    facts: renamed(kept, root, object),
    looked: phase === 'eof',
  };
}

function rename(state: State, from: Place, to: Place): State {
  return { ...state, aliases: renamed(state.aliases, from, to), facts: renamed(state.facts, from, to) };
}

function renamed(pairs: Iterable<readonly [Place, string]>, from: Place, to: Place): FactMap {
  return FactMap.of([...pairs].map(([place, value]) => [rebase(place, from, to), value]));
}
