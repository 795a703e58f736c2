/**
 * Explorations kept and put together. What a function does with a connection depends on the function and on what it is given,
 * on nothing else: not on who asks, nor on what was explored before. Functions that call each other are solved together,
 * from "none of them ever ends" on, all of them again and again from the round before, until nothing new comes out.
 */

import type { Graph } from './cfg.js';
import { explore } from './explore.js';
import type { Program } from './program.js';
import type { Exploration, Site } from './run.js';
import { worse } from './run.js';
import { keyOf } from './state.js';
import type { State } from './state.js';

/** What to explore. */
export interface Request {
  graph: Graph;
  seed: State;
  /** The opening to follow; null for what the seed holds. */
  site: Site | null;
  /** A function that is called, as against one that is looked at for its own sake. */
  inner: boolean;
  /** Calls since the connection was out of sight: only results count there. */
  level: number;
  /** What the answer depends on beside the code and the seed. */
  about?: string;
}

/** Calls inside calls: a connection that is handed on more often than this is given up. */
const maxDepth = 40;
/** Functions with their states that depend on each other, and rounds until they agree. */
const maxMembers = 12;
const maxRounds = 8;
const maxRestarts = 4;

const nothing: Exploration = {
  graph: null,
  entries: [],
  edges: [],
  ends: [],
  lost: [],
  events: [],
  truncated: false,
  limits: [],
  uses: new Map(),
  height: 0,
};

/** An exploration that is under way, or that waits for others which depend on it. */
interface Task {
  request: Request;
  key: string;
  index: number;
  /** The lowest task on the stack that it depends on. */
  low: number;
  asked: boolean;
  /** What others get to see of it meanwhile. */
  held: Exploration;
}

/** The calls are nested too deeply. */
class TooDeep extends Error {}

const solvers = new WeakMap<Program, Solver>();

/** Explores for its own sake. */
export function solve(program: Program, request: Request): Exploration {
  let solver = solvers.get(program);
  if (!solver) solvers.set(program, (solver = new Solver(program)));
  return solver.root(request);
}

class Solver {
  private readonly open = new Map<string, Task>();
  private readonly stack: Task[] = [];
  private current: Task | null = null;
  private depth = 0;

  constructor(private readonly program: Program) {}

  root(request: Request): Exploration {
    try {
      return this.solve(request);
    } catch (error) {
      this.stack.length = 0;
      this.open.clear();
      this.current = null;
      if (!(error instanceof TooDeep)) throw error;
      const result = { ...nothing, truncated: true, limits: [request.graph.function] };
      for (const fn of result.limits) this.program.limit(fn);
      return result;
    }
  }

  private solve(request: Request): Exploration {
    const key = keyFor(request);
    const known = this.program.memory.get<Exploration>('exploration', key);
    if (known) {
      this.witness(key, known);
      if (this.depth + known.height > maxDepth) throw new TooDeep();
      return known;
    }
    const open = this.open.get(key);
    if (!open) return this.discover(request, key);
    open.asked = true;
    if (this.current) this.current.low = Math.min(this.current.low, open.index);
    return open.held;
  }

  private discover(request: Request, key: string): Exploration {
    const index = this.stack.length;
    const task: Task = { request, key, index, low: index, asked: false, held: nothing };
    const asker = this.current;
    this.stack.push(task);
    this.open.set(key, task);
    const { memory } = this.program;
    const [result, trace] = memory.recorder.watch(() => {
      this.program.unitOf(request.graph.function);
      const found = this.run(task);
      if (task.low === index && (task.asked || this.stack.length > index + 1)) return this.settle(task);
      if (task.low === index) task.held = found;
      return found;
    });
    if (task.low === index) {
      for (const member of this.stack.splice(index)) {
        this.open.delete(member.key);
        memory.keep('exploration', member.key, member.held, trace, member.held.entries.length);
        this.witness(member.key, member.held);
      }
    } else if (asker) asker.low = Math.min(asker.low, task.low);
    return result;
  }

  /** What an exploration left out is told wherever it is used; those who look at all of them see it. */
  private witness(key: string, result: Exploration): void {
    for (const fn of result.limits) this.program.limit(fn);
    const { explored, memory } = this.program;
    if (!explored || explored.has(key) || !result.graph) return;
    explored.set(key, { graph: result.graph, exploration: result });
    for (const other of result.uses.keys()) {
      const used = memory.get<Exploration>('exploration', other);
      if (used) this.witness(other, used);
    }
  }

  private run(task: Task): Exploration {
    if (this.depth >= maxDepth) throw new TooDeep();
    const asker = this.current;
    this.current = task;
    this.depth += 1;
    try {
      const { graph, seed, site, inner, level } = task.request;
      return explore({ program: this.program, graph, site, inner, level, ask: (request) => [keyFor(request), this.solve(request)] }, seed);
    } finally {
      this.depth -= 1;
      this.current = asker;
    }
  }

  /** Functions that depend on each other. Found too late that they depend on a caller, too: it settles them with the others. */
  private settle(head: Task): Exploration {
    for (let restart = 0; restart < maxRestarts; restart += 1) {
      const members = this.stack.slice(head.index);
      if (members.length > maxMembers) break;
      const result = this.rounds(head, members);
      if (result) return result;
    }
    for (const member of this.stack.slice(head.index))
      member.held = { ...nothing, truncated: true, limits: [member.request.graph.function] };
    return head.held;
  }

  /** Null when others turned out to belong to them: then all start again. */
  private rounds(head: Task, members: readonly Task[]): Exploration | null {
    for (const member of members) member.held = nothing;
    for (let round = 0; round < maxRounds; round += 1) {
      const next = members.map((member) => this.run(member));
      head.low = Math.min(...this.stack.slice(head.index).map((member) => member.low));
      if (head.low < head.index) return next[0] ?? nothing;
      if (this.stack.length - head.index > members.length) return null;
      const stable = members.every((member, index) => outcomesOf(member.held) === outcomesOf(next[index] ?? nothing));
      members.forEach((member, index) => {
        member.held = next[index] ?? nothing;
      });
      if (stable) return head.held;
    }
    for (const member of members)
      member.held = { ...member.held, truncated: true, limits: [...member.held.limits, member.request.graph.function] };
    return head.held;
  }
}

function keyFor({ graph, seed, site, inner, level, about }: Request): string {
  return `${graph.function.id} ${site ? siteKey(site) : ''} ${+inner}${level} ${about ?? ''} ${keyOf(seed)}`;
}

function siteKey(site: Site): string {
  return `${site.fn.id}:${site.node}${site.inner ? `>${siteKey(site.inner)}` : ''}`;
}

/** What callers get to know of an exploration, as text. */
function outcomesOf(one: Exploration): string {
  const ends = one.ends.map(({ how, entry }) => `${how} ${entry.doubt} ${keyOf(entry.state)}`);
  const lost = one.lost.map(({ how, range, doubt }) => `lost ${how} ${doubt} ${range.startLine}:${range.startColumn}`);
  const events = one.events.map(
    ({ event, entry, doubt }) =>
      `${event.event} ${worse(entry.doubt, doubt)} ${event.range.startLine}:${event.range.startColumn} ${event.state.phase}`,
  );
  return [...new Set([...ends, ...lost, ...events])].sort().join('\n');
}
