/** A connection that the program keeps elsewhere (a selector's key), read to its end here, and left as it is. */

import type { Graph } from './cfg.js';
import { fromOpening } from './events-of.js';
import type { CallStmt, FunctionIr } from './ir.js';
import { story } from './life.js';
import type { Life } from './life.js';
import { isPlain } from './places.js';
import type { Program } from './program.js';
import { worse } from './run.js';
import type { Entry, Exploration } from './run.js';
import { callerAlias, isHeld, told } from './state.js';
import type { EofIgnored } from './tracked.js';

/**
 * The read that told of the end, on the surest way on which nobody answers.
 * @param anyone whatever is called then may be meant to tell somebody, of a library's objects, too (`done.run()`)
 */
export function leftAtEnd(program: Program, fn: FunctionIr, exploration: Exploration, anyone = false): EofIgnored[] {
  const life: Life = { fn, exploration, before: [], doubt: 0 };
  const { graph } = exploration;
  if (fn.isTest || !graph) return [];
  const answers = returnsValues(graph);
  const ends = exploration.ends.flatMap(({ how, entry }) => (how === 'return' && !answers ? [entry] : []));
  const rounds = exploration.entries.filter(({ state }) => [...state.aliases.keys()].every((alias) => alias === callerAlias));
  const found: EofIgnored[] = [...ends, ...rounds].flatMap((entry) => {
    const read = isAtEnd(entry) && entry.doubt < 2 ? readOf(program, fn, graph, entry, anyone) : null;
    if (!read) return [];
    // Who calls it may still ask the key.
    const doubt = worse(entry.doubt, 1);
    return [{ doubt, range: read, file: fn.file, result: null, left: true, path: fromOpening(story(life, entry, [])) }];
  });
  return found.sort((a, b) => a.doubt - b.doubt).slice(0, 1);
}

function isAtEnd({ state }: Entry): boolean {
  return isHeld(state) && state.phase === 'eof' && !state.looked && !state.tended && !state.facts.has(told);
}

/** The read, if all that follows it is within sight: others may close what they are told of. */
function readOf(program: Program, fn: FunctionIr, graph: Graph, last: Entry, anyone: boolean): EofIgnored['range'] | null {
  for (let at: Entry | null = last; at; at = at.prev) {
    const op = graph.nodes[at.node]?.op;
    if (at.state.phase !== 'eof') return op?.op === 'call' ? op.stmt.range : null;
    if (op?.op === 'assign' && (!isPlain(op.to) || (anyone && fn.captures.includes(op.to)))) return null;
    if (op?.op === 'call' && at !== last && mayTell(program, fn, op.stmt, at, anyone)) return null;
  }
  return null;
}

/** A call of the program's own, or of one that nobody knows; objects of libraries that have nothing to do with it keep to themselves. */
function mayTell(program: Program, fn: FunctionIr, stmt: CallStmt, { state }: Entry, anyone: boolean): boolean {
  if (stmt.harmless || program.resolve(fn, stmt, state).how === 'fact') return false;
  if (anyone) return true;
  const type = stmt.callee.kind === 'method' ? stmt.callee.type : undefined;
  return type === undefined || !type.includes('.') || program.class(type) !== null;
}

/** Whoever called it is told something, and may close. */
function returnsValues(graph: Graph): boolean {
  return graph.nodes.some(({ op }) => op.op === 'return' && op.values.length > 0);
}
