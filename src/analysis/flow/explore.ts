/**
 * The path-sensitive search: follows one connection through one function, most certain paths first and shorter ones
 * before longer ones, so that the first arrival in a state has the path worth showing. Bounded in states and time.
 */

import { isBounded } from './bounded.js';
import { call } from './calls.js';
import type { Graph, Node } from './cfg.js';
import { Meeting } from './merge.js';
import type { FunctionIr } from './ir.js';
import { isPlain, isTemporary, rootOf } from './places.js';
import type { Program } from './program.js';
import { afterReads } from './properties.js';
import { Pruning } from './pruning.js';
import type { Request } from './solve.js';
import type { Edge, Entry, EventAt, Event, Exploration, Lost, Outcome, Run, Site } from './run.js';
import { worse } from './run.js';
import { callerAlias, isHeld, keyOf, release, told } from './state.js';
import type { State } from './state.js';
import { inFile } from './notes.js';
import type { Note } from './notes.js';
import type { Doubt } from './tracked.js';
import { transfer } from './transfer.js';

/** States per node: beyond the first bound what is known of other values is forgotten, beyond the second the path ends. */
const mergeAbove = 16;
const stopAbove = 64;
const maxEntries = 4000;
/** In a function of which only the results count. */
const maxAside = 400;
/** States that one connection may cost, with all functions that it goes through; beyond that it is not followed into further ones. */
const maxSpent = 12000;
/** In a function that is called these bounds are so many times smaller: it is searched again for every state of its caller. */
const innerShare = 3;

/** Where and how to search. */
export interface Setting {
  program: Program;
  graph: Graph;
  site: Site | null;
  inner: boolean;
  level: number;
  /** The exploration of another function, by its key. */
  ask(request: Request): [string, Exploration];
}

/** Follows the connection of the setting's site (or one that `seed` holds already) from the function's entry. */
export function explore(setting: Setting, seed: State): Exploration {
  return new Search(setting).run(seed);
}

class Search {
  private readonly entries: Entry[] = [];
  private readonly edges: Edge[] = [];
  private readonly ends: Exploration['ends'] = [];
  private readonly lost: Lost[] = [];
  private readonly events: EventAt[] = [];
  private readonly known: Map<string, Entry>[] = [];
  private readonly meetings: Meeting[] = [];
  private readonly queues: Entry[][] = [[], [], [], []];
  private readonly expanded = new Set<Entry>();
  private current: Entry | null = null;
  private readonly context: Run;
  private readonly pruning: Pruning;
  private readonly program: Program;
  private readonly graph: Graph;
  private readonly uses = new Map<string, number>();
  private readonly limitsInside = new Set<FunctionIr>();
  private spent = 0;
  private height = 0;
  private truncated = false;
  private limited = false;

  constructor(private readonly setting: Setting) {
    const { program, graph, site, inner, level } = setting;
    this.program = program;
    this.graph = graph;
    this.pruning = new Pruning(program, graph, site, inner);
    this.context = {
      program,
      graph,
      fn: graph.function,
      site,
      inner,
      level,
      emit: (event, notes = [], doubt = 0) => this.emit(event, notes, doubt),
      follow: (request) => this.follow(request),
    };
  }

  run(seed: State): Exploration {
    this.arrive(null, { to: this.graph.entry, state: seed, doubt: 0 });
    for (let entry = this.take(); entry; entry = this.take()) this.expand(entry);
    return {
      graph: this.graph,
      entries: this.entries,
      edges: this.edges,
      ends: this.ends,
      lost: this.lost,
      events: distinct(this.events).filter(({ event, entry }) => event.event !== 'eofIgnored' || !isBounded(this.graph, this.edges, entry)),
      truncated: this.truncated,
      limits: [...(this.limited ? [this.graph.function] : []), ...this.limitsInside],
      uses: this.uses,
      height: this.height + 1,
    };
  }

  private get share(): number {
    return this.setting.inner ? innerShare : 1;
  }

  private follow(request: Request): Exploration | null {
    if (this.spent + this.entries.length > maxSpent / this.share) {
      this.limited = true;
      return null;
    }
    const [key, found] = this.setting.ask(request);
    this.spend(key, found.entries.length);
    for (const [other, cost] of found.uses) this.spend(other, cost);
    for (const fn of found.limits) this.limitsInside.add(fn);
    this.height = Math.max(this.height, found.height);
    return found;
  }

  private spend(key: string, cost: number): void {
    if (this.uses.has(key)) return;
    this.uses.set(key, cost);
    this.spent += cost;
  }

  private take(): Entry | null {
    for (const queue of this.queues) {
      for (let entry = queue.shift(); entry; entry = queue.shift()) {
        if (this.expanded.has(entry)) continue;
        this.expanded.add(entry);
        return entry;
      }
    }
    return null;
  }

  private emit(event: Event, notes: readonly Note[], doubt: Doubt): void {
    if (this.current) this.events.push({ event: inFile(event, this.graph.function.file), entry: this.current, notes, doubt });
  }

  private expand(entry: Entry): void {
    const node = this.graph.nodes[entry.node] as Node;
    if (node.op.op === 'end') {
      this.ends.push({ how: node.op.how, entry });
      if (entry.vague && isHeld(entry.state) && [...entry.state.aliases.keys()].every((alias) => !/^%(ret|caller)/.test(alias)))
        this.limited ||= !this.setting.inner;
      return;
    }
    this.current = entry;
    const state = afterReads(this.context, node, entry.state);
    const outcomes = node.op.op === 'call' ? call(this.context, node, state) : transfer(this.context, node, state);
    this.current = null;
    for (const outcome of outcomes.map((one) => this.placed(one))) {
      if (outcome.lost) this.lose(entry, outcome, outcome.lost);
      else if (isHeld(outcome.state) && this.leavesObject(entry.state, node))
        this.arrive(entry, { ...outcome, state: release(outcome.state, 'gone') });
      else if (isHeld(outcome.state) && (outcome.state.aliases.size === 0 || this.leavesViews(entry.state, outcome.state)))
        this.loseByAssignment(entry, node, outcome);
      else this.arrive(entry, outcome);
    }
  }

  /** What the outcome tells lies in this function's file, unless a called function told it. */
  private placed(outcome: Outcome): Outcome {
    const { file } = this.graph.function;
    if (file === undefined) return outcome;
    const { notes, steps, lost } = outcome;
    if (!lost && !notes?.length && !steps?.length) return outcome;
    return {
      ...outcome,
      notes: notes?.map((note) => inFile(note, file)),
      steps: steps?.map((step) => inFile(step, file)),
      lost: lost && inFile(lost, file),
    };
  }

  /** Only readers and writers around it are left, which cannot close it. */
  private leavesViews(before: State, after: State): boolean {
    const isView = (type: string): boolean => this.program.facts.type(type)?.view === true;
    if (
      before.aliases === after.aliases ||
      before.aliases.size <= after.aliases.size ||
      ![...after.aliases].every(([place, type]) => isView(type) && !/^%(ret|caller)/.test(place))
    )
      return false;
    const types = [...before.aliases.values()];
    return !types.every(isView) && types.every((type) => this.program.facts.type(type)?.response !== true);
  }

  /** A variable that came with an object is another one now (`c = &Client{}` in a method of c): whoever gave it has the object. */
  private leavesObject({ aliases }: State, { op }: Node): boolean {
    if (op.op !== 'assign' || !isPlain(op.to) || aliases.size === 0) return false;
    const { receiver, params } = this.graph.function;
    const { to } = op;
    return (
      (to === receiver || params.some(({ name }) => name === to)) &&
      [...aliases.keys()].every((place) => !isPlain(place) && rootOf(place) === to) &&
      this.graph.nodes.filter((other) => other.op.op === 'assign' && other.op.to === to).length === 1
    );
  }

  /** It was in an object without a name, whose destructor runs now. */
  private isDestroyed({ aliases }: State): boolean {
    return (
      this.program.traits.destroysTemporaries === true &&
      aliases.size > 0 &&
      [...aliases.keys()].every((place) => !isPlain(place) && isTemporary(place))
    );
  }

  private loseByAssignment(entry: Entry, node: Node, outcome: Outcome): void {
    const op = node.op;
    const range = op.op === 'call' ? op.stmt.range : 'range' in op ? op.range : { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
    const names = [...entry.state.aliases.keys()].filter((place) => place !== callerAlias && !outcome.state.aliases.has(place));
    const before = names[0] ?? null;
    const repeated = this.repeatedDefer(entry.state, names);
    const how = before === null ? 'dropped' : repeated ? 'piles' : 'overwritten';
    const doubt =
      !repeated || repeated.rounds === 'endless'
        ? outcome.doubt
        : worse(outcome.doubt, repeated.rounds === 'few' || this.isMeantToStay() ? 2 : 1);
    this.lose(entry, { ...outcome, doubt }, { how, range: repeated?.range ?? range, file: this.graph.function.file, place: before });
  }

  /** The program's own function, or one that starts something with each of them: they may be meant to be open together. */
  private isMeantToStay(): boolean {
    return this.graph.function.name === 'main' || this.events.some(({ event }) => event.event === 'spawn');
  }

  /** What a loop has registered once a round to close it at the function's end. */
  private repeatedDefer(state: State, places: readonly string[]): Graph['defers'][number] | undefined {
    return this.graph.defers.find(
      ({ names, rounds }, index) =>
        rounds !== undefined && state.facts.get(`%deferred${index}`) === 'true' && places.some((place) => names.has(rootOf(place))),
    );
  }

  private lose(entry: Entry, outcome: Outcome, lost: NonNullable<Outcome['lost']>): void {
    if (outcome.state.facts.has(told)) return;
    if (entry.vague) this.limited ||= !this.setting.inner;
    this.lost.push({
      function: this.graph.function,
      ...lost,
      entry,
      notes: outcome.notes ?? [],
      doubt: worse(entry.doubt, outcome.doubt),
      rarely: worse(entry.rarely, outcome.rarely ?? outcome.doubt),
      eofSeen: outcome.state.phase === 'eof',
      connected: outcome.state.phase !== 'open' || outcome.state.lent !== '',
      lent: outcome.state.lent,
      steps: outcome.steps ?? [],
    });
  }

  /** A way on: into the queue unless this state was here before. */
  private arrive(from: Entry | null, outcome: Outcome): void {
    if (outcome.to < 0) return;
    let doubt = worse(from?.doubt ?? 0, outcome.doubt);
    let rarely = worse(from?.rarely ?? 0, outcome.rarely ?? outcome.doubt);
    const pruned = this.pruning.prune(outcome);
    if (isHeld(pruned) && pruned.aliases.size === 0) {
      // With the process goes whatever it had.
      if (from && !this.endsProcess(outcome.to) && !this.isDestroyed(outcome.state))
        this.lose(from, outcome, { how: 'dropped', range: this.rangeOf(from), file: this.graph.function.file, place: null });
      return;
    }
    const states = (this.known[outcome.to] ??= new Map());
    let state = pruned;
    const { share } = this;
    let key = keyOf(state);
    let vague = from?.vague ?? false;
    if (states.size >= mergeAbove / share && !states.has(key)) {
      const meeting = (this.meetings[outcome.to] ??= new Meeting([...states.values()].map((one) => one.state)));
      const merged = meeting.merge(state);
      state = merged.state;
      const own = key;
      key = keyOf(state);
      // What is forgotten opens ways that may not exist: nothing certain is said of them.
      if (merged.doubtful && key !== own) {
        vague ||= doubt < 2;
        doubt = 2;
        rarely = 2;
      }
    }
    let entry = states.get(key);
    if (!entry) {
      const aside = this.setting.level > 0;
      if (states.size >= stopAbove / share || this.entries.length >= (aside ? maxAside : maxEntries / share)) {
        this.truncated = true;
        this.limited ||= !aside;
        return;
      }
      entry = {
        id: this.entries.length,
        node: outcome.to,
        state,
        doubt,
        rarely,
        prev: from,
        vague,
        notes: outcome.notes ?? [],
        steps: outcome.steps ?? [],
      };
      states.set(key, entry);
      this.entries.push(entry);
      this.queues[doubt + (rarely >> 1)]?.push(entry);
    } else if (doubt + rarely < entry.doubt + entry.rarely && doubt <= entry.doubt && !this.expanded.has(entry)) {
      // A surer way to the same state, found before anything followed from the other.
      Object.assign(entry, { doubt, rarely, prev: from, vague, notes: outcome.notes ?? [], steps: outcome.steps ?? [] });
      this.queues[doubt + (rarely >> 1)]?.push(entry);
    }
    if (from) this.edges.push({ from, to: entry, steps: outcome.steps ?? [], doubt: outcome.doubt });
  }

  private endsProcess(id: number): boolean {
    const op = this.graph.nodes[id]?.op;
    return op?.op === 'end' && op.how === 'process';
  }

  private rangeOf(entry: Entry): Lost['range'] {
    const op = (this.graph.nodes[entry.node] as Node).op;
    if (op.op === 'call') return op.stmt.range;
    return 'range' in op ? op.range : { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
  }
}

/** Of events that say the same the first, which is the surest: they pass through every caller. */
function distinct(events: readonly EventAt[]): EventAt[] {
  const best = new Map<string, EventAt>();
  for (const one of events) {
    const { event } = one;
    const { startLine, startColumn } = event.range;
    const limit = event.event === 'wait' ? `${event.limited} ${event.fact.wait}` : '';
    const key = `${event.event} ${event.file ?? ''}:${startLine}:${startColumn} ${event.state.phase} ${event.state.sent} ${limit}`;
    const known = best.get(key);
    if (!known || worse(one.entry.doubt, one.doubt) < worse(known.entry.doubt, known.doubt)) best.set(key, one);
  }
  return [...best.values()];
}
