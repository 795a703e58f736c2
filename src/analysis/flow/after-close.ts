/**
 * What a program must not do with a connection around its close, read off explorations that were made already: use it
 * afterwards, close it under somebody who still has it, wait for an end that only the close brings. The search itself
 * forgets the names of a closed connection; here they are followed on. Fixes are judged by it: none may add one.
 */

import { FactMap } from './fact-map.js';
import type { Graph, Node } from './cfg.js';
import type { CallFact } from './facts.js';
import type { CallStmt, FunctionIr, Operand, Place, Span } from './ir.js';
import type { Where } from './notes.js';
import { isContainer, isPlain, isTemporary, isWithin, rebase, rootOf } from './places.js';
import type { Program } from './program.js';
import { isRunner } from './runners.js';
import type { Entry, Exploration } from './run.js';
import { stableId } from './roots.js';
import { isHeld, start } from './state.js';
import type { State } from './state.js';

type HazardKind =
  /** A call uses it after its close. */
  | 'usedAfterClose'
  /** A descriptor's number may be another file's by then. */
  | 'closedTwice'
  /** A thread, task or callback that was given it runs on. */
  | 'closedUnderOthers'
  /** It was handed over before: whoever took it does not know. */
  | 'closedAfterHandOver'
  /** The caller gets it closed, or something that outlives the function keeps it. */
  | 'leavesClosed'
  /** Waits until it is closed, before the close. */
  | 'waitsForClose';

export interface Hazard extends Where {
  kind: HazardKind;
  function: string;
}

/** An exploration with the graph it was made on. */
export interface Explored {
  graph: Graph;
  exploration: Exploration;
}

/** All hazards in these explorations, each once, in the order of the text. */
export function hazardsIn(program: Program, explored: readonly Explored[]): Hazard[] {
  const found = new Map<string, Hazard>();
  for (const { graph, exploration } of explored) {
    for (const hazard of new Walk(program, graph, exploration).run()) {
      const { startLine, startColumn } = hazard.range;
      found.set(`${hazard.kind} ${hazard.file ?? ''} ${startLine}:${startColumn} ${hazard.function}`, hazard);
    }
  }
  return [...found.values()].sort(
    (a, b) => a.range.startLine - b.range.startLine || a.range.startColumn - b.range.startColumn || (a.kind < b.kind ? -1 : 1),
  );
}

/** What is known beside an entry's own state, over all ways that lead to it. */
interface Beside {
  /** Names that a connection had when it was closed or handed over, with their types. */
  names: ReadonlyMap<Place, string>;
  /** Something that runs on has it. */
  shared: boolean;
}

const nothing: Beside = { names: new Map(), shared: false };

class Walk {
  private readonly beside = new Map<Entry, Beside>();
  private readonly out = new Map<Entry, Entry[]>();
  private readonly hazards: Hazard[] = [];
  private readonly fn: FunctionIr;

  constructor(
    private readonly program: Program,
    private readonly graph: Graph,
    private readonly exploration: Exploration,
  ) {
    this.fn = graph.function;
    for (const { from, to } of exploration.edges) {
      const list = this.out.get(from);
      if (list) list.push(to);
      else this.out.set(from, [to]);
    }
  }

  run(): Hazard[] {
    const first = this.exploration.entries[0];
    if (!first || !this.exploration.entries.some((entry) => isHeld(entry.state))) return [];
    const queue: Entry[] = [];
    const reach = (entry: Entry, come: Beside): void => {
      const known = this.beside.get(entry);
      const joined = known ? join(known, come) : come;
      if (joined === known) return;
      this.beside.set(entry, joined);
      queue.push(entry);
    };
    reach(first, nothing);
    for (let entry = queue.pop(); entry; entry = queue.pop()) {
      const beside = this.beside.get(entry) ?? nothing;
      for (const to of this.out.get(entry) ?? []) reach(to, this.after(entry, to, beside));
    }
    for (const entry of this.exploration.entries) this.judge(entry, this.beside.get(entry) ?? nothing);
    return this.hazards;
  }

  /** What is known after an edge. */
  private after(from: Entry, to: Entry, beside: Beside): Beside {
    const node = this.nodeOf(from);
    const shared = beside.shared || (isHeld(from.state) && this.sharesAt(node, from.state));
    if (isHeld(to.state))
      return isHeld(from.state)
        ? shared === beside.shared && beside.names.size === 0
          ? beside
          : { names: nothing.names, shared }
        : nothing;
    if (isHeld(from.state)) return { names: kept(from.state.aliases, node), shared };
    return { names: moved(beside.names, node), shared };
  }

  private nodeOf(entry: Entry): Node {
    return this.graph.nodes[entry.node] as Node;
  }

  /** Does somebody who runs on get the connection here? */
  private sharesAt(node: Node, state: State): boolean {
    if (node.op.op !== 'call') return false;
    const stmt = node.op.stmt;
    const resolved = this.program.resolve(this.fn, stmt, state);
    const spawns = stmt.mode === 'spawn' || (resolved.how === 'fact' ? resolved.fact.calls?.spawns === true : isRunner(this.program, stmt));
    if (!spawns) return false;
    const holds = ({ value }: CallStmt['args'][number]): boolean =>
      value.kind === 'place' && [...state.aliases.keys()].some((alias) => isWithin(alias, value.place));
    const given = stmt.args.some(
      (arg) => holds(arg) || this.names(arg.value, state.aliases).length > 0 || this.capturedBy(arg.value, state, state.aliases),
    );
    const ran = resolved.how === 'local' && [...state.aliases.keys()].some((alias) => resolved.fn.captures.includes(rootOf(alias)));
    return (
      given ||
      ran ||
      (stmt.callee.kind === 'method' &&
        [...state.aliases.keys()].some((alias) => isWithin(alias, (stmt.callee as { receiver: Place }).receiver)))
    );
  }

  private judge(entry: Entry, beside: Beside): void {
    const node = this.nodeOf(entry);
    const { state } = entry;
    if (isHeld(state)) {
      this.judgeOpen(entry, node, beside);
      return;
    }
    if (beside.names.size === 0) return;
    if (node.op.op === 'call') this.judgeCall(node.op.stmt, state, beside.names);
    else if (state.phase === 'closed') this.judgeOther(node, beside.names);
  }

  /** The close itself, and what waits for it too early. */
  private judgeOpen(entry: Entry, node: Node, beside: Beside): void {
    const { state } = entry;
    if (node.op.op !== 'call') return;
    const stmt = node.op.stmt;
    const closes = (this.out.get(entry) ?? []).some((to) => to.state.phase === 'closed');
    if (closes && beside.shared) this.add('closedUnderOthers', stmt.range);
    if (closes && [...state.aliases.keys()].some((alias) => rootOf(alias).startsWith('%ret'))) this.add('leavesClosed', stmt.range);
    const resolved = this.program.resolve(this.fn, stmt, state);
    if (resolved.how === 'fact' && resolved.fact.waitsForClose && this.actsOn(stmt, state.aliases)) this.add('waitsForClose', stmt.range);
  }

  private judgeCall(stmt: CallStmt, state: State, names: ReadonlyMap<Place, string>): void {
    const asHeld: State = { ...state, phase: 'connected', aliases: FactMap.of(names) };
    const types = this.actsOn(stmt, names) ?? (this.usesHolder(stmt, asHeld) ? [] : null);
    const resolved = this.program.resolve(this.fn, stmt, asHeld);
    const captured = resolved.how === 'local' && this.usesCaptured(resolved.fn, names, 0);
    if (!types && !captured) return;
    if (resolved.how === 'fact' && resolved.fact.closes) {
      if (state.phase === 'gone') this.add('closedAfterHandOver', stmt.range);
      else if (types?.some((type) => this.program.facts.type(type)?.descriptor)) this.add('closedTwice', stmt.range);
      return;
    }
    if (state.phase !== 'closed' || stmt.harmless || (resolved.how === 'fact' && isQuestion(resolved.fact))) return;
    this.add('usedAfterClose', stmt.range);
  }

  /** What keeps or gives out a closed connection. */
  private judgeOther(node: Node, names: ReadonlyMap<Place, string>): void {
    const { op } = node;
    if (op.op === 'return' || op.op === 'yield') {
      if (op.values.some((value) => this.names(value, names).length > 0)) this.add('leavesClosed', op.range);
    } else if (
      op.op === 'assign' &&
      this.names(op.from, names).length > 0 &&
      (isContainer(op.to) || !isPlain(op.to)) &&
      !isTemporary(rootOf(op.to))
    ) {
      this.add('leavesClosed', op.range);
    } else if (op.op === 'escape' && op.places.some((place) => names.has(place))) this.add('leavesClosed', op.range);
  }

  private add(kind: HazardKind, range: Span): void {
    this.hazards.push({ kind, range, file: this.fn.file, function: stableId(this.fn.id) });
  }

  /** Does it call a method of a local object of the program's that keeps one, or give the object, or such a method, away? */
  private usesHolder(stmt: CallStmt, state: State): boolean {
    const isHolder = (place: Place): boolean =>
      rootOf(place) !== this.fn.receiver &&
      [...state.aliases.keys()].some((name) => name !== place && isWithin(name, place)) &&
      this.program.class(this.program.classOf(this.fn, place, state) ?? '') !== null;
    const given = stmt.args.flatMap(({ value }) => (value.kind === 'place' ? [value.place, ownerOf(value.place)] : []));
    const bound = stmt.args.flatMap(({ value }) => (value.kind === 'function' && value.receiver !== undefined ? [value.receiver] : []));
    const receiver = stmt.callee.kind === 'method' ? [stmt.callee.receiver] : [];
    return [...given, ...bound, ...receiver].some((place) => place !== '' && isHolder(place));
  }

  /** Types of the names that a call acts on or is given; null when it has to do with none. */
  private actsOn(stmt: CallStmt, names: ReadonlyMap<Place, string>): string[] | null {
    const types = stmt.args.flatMap(({ value }) => this.names(value, names));
    if (stmt.callee.kind === 'method') types.push(...this.names({ kind: 'place', place: stmt.callee.receiver }, names));
    return types.length === 0 ? null : types;
  }

  /** Types of the names that an operand hands over as they are: what was read off them does not count. */
  private names(operand: Operand, names: ReadonlyMap<Place, string>): string[] {
    switch (operand.kind) {
      case 'place': {
        const type = names.get(operand.place) ?? this.program.partType({ aliases: names } as State, operand.place);
        return type ? [type] : [];
      }
      case 'tuple':
        return operand.items.flatMap((item) => this.names(item, names));
      case 'record':
        return Object.values(operand.fields).flatMap((field) => this.names(field, names));
      case 'derived':
        return operand.how === 'length' || operand.how === 'joined' || operand.how === 'part' ? [] : this.names(operand.of, names);
      case 'function':
        return this.usesCaptured(this.program.function(operand.id), names, 0) ? ['captured'] : [];
      default:
        return [];
    }
  }

  private capturedBy(operand: Operand, state: State, names: ReadonlyMap<Place, string>): boolean {
    const known = operand.kind === 'place' ? (state.facts.get(operand.place) ?? '') : '';
    const fn =
      operand.kind === 'function'
        ? this.program.function(operand.id)
        : known.startsWith('fn:')
          ? this.program.function(known.slice(3))
          : null;
    return fn !== null && [...names.keys()].some((name) => fn.captures.includes(rootOf(name)));
  }

  /** Does a function of the file use a name that it captures, otherwise than to close it? */
  private usesCaptured(fn: FunctionIr | null, names: ReadonlyMap<Place, string>, depth: number): boolean {
    const shared = new Map(fn ? [...names].filter(([name]) => fn.captures.includes(rootOf(name))) : []);
    if (!fn || shared.size === 0) return false;
    const graph = this.program.graph(fn);
    if (!graph || depth > 3) return true;
    return graph.nodes.some(({ op }) => {
      if (op.op !== 'call') return false;
      const resolved = this.program.resolve(fn, op.stmt, { ...start, phase: 'connected', aliases: FactMap.of(shared) });
      if (resolved.how === 'local' && this.usesCaptured(resolved.fn, shared, depth + 1)) return true;
      if (!this.actsOn(op.stmt, shared) || op.stmt.harmless) return false;
      return resolved.how !== 'fact' || (!resolved.fact.closes && !isQuestion(resolved.fact));
    });
  }
}

/** Asks something, sets nothing going: right on a closed connection, too. */
function isQuestion(fact: CallFact): boolean {
  const { blocks, step, eof, takes, wraps, calls, consumes, sets, setsByName, halfCloses, opens, signals } = fact;
  return (
    fact.waitsForClose === true ||
    ![blocks, step, eof, takes, wraps, calls, consumes, sets, setsByName, halfCloses, opens, signals].some(
      (one) => one !== undefined && one !== false,
    )
  );
}

/** The names that were released, less those that the call itself gives a new value. */
function kept(aliases: ReadonlyMap<Place, string>, node: Node): ReadonlyMap<Place, string> {
  const own = new Map([...aliases].filter(([place]) => !isTemporary(rootOf(place))));
  return node.op.op === 'assign' || node.op.op === 'unpack' ? moved(aliases, node) : own;
}

/** Names after an assignment: what is overwritten goes, what is copied comes. */
function moved(names: ReadonlyMap<Place, string>, node: Node): ReadonlyMap<Place, string> {
  const { op } = node;
  const targets = op.op === 'call' ? op.stmt.results : op.op === 'assign' ? [op.to] : op.op === 'unpack' ? op.to : [];
  const copied = op.op === 'assign' && op.from.kind === 'place' ? copies(names, op.from.place, op.to) : [];
  const lost = [...names.keys()].filter((name) => targets.some((target) => target !== null && isWithin(name, target)));
  if (lost.length === 0 && copied.every(([place]) => names.has(place))) return names;
  return new Map([...[...names].filter(([name]) => !lost.includes(name)), ...copied]);
}

function copies(names: ReadonlyMap<Place, string>, from: Place, to: Place): [Place, string][] {
  return [...names].filter(([name]) => isWithin(name, from)).map(([name, type]) => [rebase(name, from, to), type]);
}

/** Both together; the first one itself when the second adds nothing. */
function join(a: Beside, b: Beside): Beside {
  const fresh = [...b.names].filter(([name]) => !a.names.has(name));
  if (fresh.length === 0 && (a.shared || !b.shared)) return a;
  return { names: new Map([...a.names, ...fresh]), shared: a.shared || b.shared };
}

/** The object of which a place may name a method. */
function ownerOf(place: Place): Place {
  return place.slice(0, Math.max(0, place.lastIndexOf('.')));
}
