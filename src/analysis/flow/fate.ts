/** What became of a connection: decided, or where it went out of sight. What `closewait check --coverage` counts. */

import type { Fate, FateKind, Opening } from '../findings.js';
import type { Graph, Node } from './cfg.js';
import { areBorrowers, borrowers } from './lending.js';
import { isContainer, isPlain, isTemporary, rootOf } from './places.js';
import type { Program } from './program.js';
import type { FunctionIr } from './ir.js';
import type { Entry, Exploration, Site } from './run.js';
import { isHeld } from './state.js';
import type { State } from './state.js';
import { isOwnRoot } from './own-root.js';

const DECIDED: ReadonlySet<FateKind> = new Set(['closed', 'leaks', 'caller', 'object', 'library']);

export function isDecided({ kind }: Fate): boolean {
  return DECIDED.has(kind);
}

/** What became of what a site opens, told at the library's call. @param leaks a way that leaves it open was found */
export function openingOf(program: Program, site: Site, exploration: Exploration, leaks: boolean): Opening {
  const bottom = bottomOf(site);
  const { file } = bottom.fn;
  const borrowing = borrowers(site.fn, exploration, (state) => ownerOutside(program, site.fn, state) !== null);
  return {
    range: bottom.range,
    ...(file !== undefined && file !== program.unit.path ? { file } : {}),
    library: site.library,
    fate: fateOf(program, site.fn, exploration, leaks, borrowing),
  };
}

function bottomOf(site: Site): Site {
  return site.inner ? bottomOf(site.inner) : site;
}

/** @param borrowing calls of unknown functions that only borrow it */
function fateOf(program: Program, fn: FunctionIr, exploration: Exploration, leaks: boolean, borrowing: ReadonlySet<string>): Fate {
  const out = lostSight(program, exploration, borrowing)[0];
  if (out) return out;
  if (leaks) return { kind: 'leaks' };
  for (const {
    entry: { state },
    how,
  } of exploration.ends) {
    const owner = how === 'process' || !isHeld(state) ? null : ownerOutside(program, fn, state);
    if (owner) return owner;
  }
  return taker(program, exploration) ?? { kind: 'closed' };
}

/** Of two answers for the same opening, as two of its callers show it, the one that says less. */
export function worseFate(a: Fate, b: Fate): Fate {
  const rank = (fate: Fate): number => (isDecided(fate) ? (fate.kind === 'leaks' ? 1 : fate.kind === 'caller' ? -1 : 0) : 2);
  return rank(b) > rank(a) ? b : a;
}

/** Ways out of sight, in this function or in those that it calls. */
function lostSight(program: Program, exploration: Exploration, borrowing: ReadonlySet<string>): Fate[] {
  const found: Fate[] = [];
  for (const one of [exploration, ...calledBy(program, exploration)]) {
    if (!one.graph) continue;
    for (const entry of one.entries)
      if (entry.state.phase === 'gone' && entry.prev && isHeld(entry.prev.state))
        found.push(...wayOut(program, one.graph, entry.prev, entry.state));
    if (one.truncated) found.push({ kind: 'limit', to: one.graph.function.name });
  }
  for (const {
    entry: { state },
  } of exploration.ends)
    if (isHeld(state) && !areBorrowers(borrowing, state.lent)) found.push({ kind: 'call', to: lentTo(program, state) });
  return found;
}

function calledBy(program: Program, { uses }: Exploration): Exploration[] {
  return [...uses.keys()].flatMap((key) => program.memory.get<Exploration>('exploration', key) ?? []);
}

function wayOut(program: Program, graph: Graph, { node: id, state }: Entry, after: State): Fate[] {
  const { op } = graph.nodes[id] as Node;
  const fn = graph.function;
  switch (op.op) {
    case 'call': {
      const resolved = program.resolve(fn, op.stmt, state);
      // What a function of the program does with it is told where it does it.
      if (resolved.how === 'local') return [];
      if (resolved.how === 'fact' && resolved.fact.takes) return [];
      const foreign = op.stmt.results.find((place) => place !== null && !isTemporary(place) && !isOwnRoot({ fn }, place));
      return foreign ? [{ kind: 'variable', to: foreign }] : [{ kind: 'call', to: program.calledName(op.stmt) }];
    }
    case 'assign': {
      const isPart =
        isContainer(op.to) || !isPlain(op.to) || op.from.kind === 'tuple' || op.from.kind === 'record' || op.from.kind === 'derived';
      return [{ kind: isPart ? 'container' : isOwnRoot({ fn }, op.to) ? 'closure' : 'variable', to: op.to }];
    }
    case 'unpack':
      return [{ kind: 'container', to: op.to.find((place) => place !== null) ?? undefined }];
    case 'yield':
      return [{ kind: 'generator', to: fn.name }];
    case 'return':
      return [{ kind: 'closure', to: fn.name }];
    case 'escape':
      return [{ kind: 'closure', to: op.places[0] }];
    default:
      return after.phase === 'gone' ? [{ kind: 'closure' }] : [];
  }
}

/** Who holds it when the function has ended: its caller, or an object that outlives it. */
function ownerOutside(program: Program, fn: FunctionIr, state: State): Fate | null {
  for (const alias of state.aliases.keys()) {
    const root = rootOf(alias);
    if (root.startsWith('%ret')) return { kind: 'caller', to: fn.name };
    if (!isPlain(alias) && root === fn.receiver) return { kind: 'object', to: fn.className ?? fn.name };
    if (!isPlain(alias) && fn.params.some((param) => param.name === root)) return { kind: 'object', to: root };
    if (fn.captures.includes(root)) return { kind: 'closure', to: root };
    if (fn.kind === 'module' && program.usedElsewhere(fn, root)) return { kind: 'variable', to: root };
  }
  return null;
}

/** The library that took it over. */
function taker(program: Program, exploration: Exploration): Fate | null {
  for (const { graph, entries } of [exploration, ...calledBy(program, exploration)]) {
    const last = entries.find((entry) => entry.state.phase === 'gone' && entry.prev && isHeld(entry.prev.state))?.prev;
    const op = last && graph?.nodes[last.node]?.op;
    if (op?.op === 'call') return { kind: 'library', to: program.calledName(op.stmt) };
  }
  return null;
}

function lentTo(program: Program, { lent }: State): string | undefined {
  const key = lent.split('|')[0] ?? '';
  const colon = key.lastIndexOf(':');
  const fn = program.function(key.slice(0, colon));
  const op = fn && program.graph(fn)?.nodes[Number(key.slice(colon + 1))]?.op;
  return op && op.op === 'call' ? program.calledName(op.stmt) : undefined;
}
