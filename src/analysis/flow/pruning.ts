/** What the search forgets on its way: facts and names that nothing later asks for. */

import type { Graph } from './cfg.js';
import { predecessors } from './live.js';
import { isPlain, isTemporary, rootOf } from './places.js';
import type { Program } from './program.js';
import type { Outcome, Site } from './run.js';
import { isHeld } from './state.js';
import type { State } from './state.js';
import { writes } from './writes.js';

export class Pruning {
  /** Which facts are needed at each node. */
  private readonly needed: Map<string, boolean | 'in record'>[] = [];
  /** Those of which the value was shown by a test alone. */
  private readonly neededIfShown: typeof this.needed = [];
  private towards: ReadonlySet<number> | null = null;

  constructor(
    private readonly program: Program,
    private readonly graph: Graph,
    private readonly site: Site | null,
    private readonly inner: boolean,
  ) {}

  /** Forgets what nothing later reads; a temporary that nothing reads holds nothing. */
  prune(outcome: Outcome): State {
    const state = outcome.state;
    const live = this.program.live(this.graph);
    const over = this.isOver(outcome.to, state);
    const facts = state.facts.filter((key, value) => {
      if (over && isAside(key)) return false;
      const shown = value === 'truthy' || value === 'falsy';
      const needed = ((shown ? this.neededIfShown : this.needed)[outcome.to] ??= new Map());
      let known = needed.get(key);
      if (known === undefined) needed.set(key, (known = this.isNeeded(outcome.to, key, shown, live)));
      return known === true || (known === 'in record' && this.isOfRecord(key, state));
    });
    const aliases = state.aliases.filter((alias) => {
      const root = rootOf(alias);
      return !isTemporary(root) || /^%[a-z]/.test(root) || live.isLive(outcome.to, root);
    });
    return facts === state.facts && aliases === state.aliases ? state : { ...state, facts, aliases };
  }

  /** Nothing is held, and nothing can be opened any more on this way: only what it returns counts. */
  private isOver(node: number, state: State): boolean {
    if (isHeld(state)) return false;
    return this.site ? !this.leadsToSite().has(node) : state.phase !== 'absent';
  }

  /** Nodes from which the opening can be reached. */
  private leadsToSite(): ReadonlySet<number> {
    if (this.towards) return this.towards;
    const before = predecessors(this.graph);
    const found = new Set<number>();
    const queue = [this.site?.node ?? -1];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      if (found.has(at)) continue;
      found.add(at);
      queue.push(...(before[at] ?? []));
    }
    this.towards = found;
    return found;
  }

  /** Is a fact needed at a node? Some are where what they are fields of is remembered. */
  private isNeeded(node: number, key: string, shown: boolean, live: ReturnType<Program['live']>): boolean | 'in record' {
    if (key.startsWith('?')) return live.isAsked(node, key.slice(key.indexOf('|') + 1));
    if (/^%[a-z]/.test(key)) return true;
    const root = rootOf(key);
    const fn = this.graph.function;
    // What a function leaves in a field of what it was given its caller may test; what tests have shown of others stays in it.
    const leaves = this.inner && !isPlain(key) && fn.params.some((param) => param.name === root) && this.program.isTested(fn, key);
    if (leaves && (!shown || writes(this.program, fn, root, key))) return true;
    // What it gives to a variable of the function around it is tested there.
    if (this.inner && fn.captures.includes(key) && this.program.isTested(fn, key)) return true;
    if (root === fn.receiver) return key === root || this.program.isTested(fn, key) || (this.isRecordTested(key) && 'in record');
    return live.isNeeded(node, root, shown && isPlain(key));
  }

  /** A field of a record that is remembered: without it the record would seem to lack it. */
  private isOfRecord(key: string, state: State): boolean {
    return state.facts.get(key.slice(0, key.lastIndexOf('.')))?.startsWith('obj:') === true;
  }

  private isRecordTested(key: string): boolean {
    const record = key.slice(0, key.lastIndexOf('.'));
    return !isPlain(record) && this.program.isTested(this.graph.function, record);
  }
}

/** Outcomes of tests that were not understood, and values of fields. */
function isAside(key: string): boolean {
  return key.startsWith('?') || (!key.startsWith('%') && !isPlain(key));
}
