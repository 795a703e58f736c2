/** Where connections come from in a function: library calls that open, and calls of functions of the file that give one. */

import { openedByHand, passesOn } from './by-hand.js';
import type { Graph, Node } from './cfg.js';
import type { CallStmt, FunctionIr } from './ir.js';
import { isCast, isKnownBy } from './lent.js';
import { exploreSite } from './openings.js';
import { isPlain, rootOf } from './places.js';
import type { Program } from './program.js';
import type { Site } from './run.js';
import { isHeld } from './state.js';

/** Functions that hand an opened connection on to each other. */
const maxDepth = 5;
/** Openings of one function that count where it is called. */
const maxInner = 3;

/** All opening sites of a function, in the order of the source; listeners first, because accepted connections inherit. */
export function sitesOf(program: Program, fn: FunctionIr, depth = maxDepth): Site[] {
  return program.recall('sites', fn, `${depth}`, () => sitesIn(program, fn, depth));
}

function sitesIn(program: Program, fn: FunctionIr, depth: number): Site[] {
  const graph = program.graph(fn);
  if (!graph) return [];
  const sites: Site[] = [];
  const seen = new Set<CallStmt>();
  for (const node of graph.nodes) {
    if (node.op.op !== 'call' || seen.has(node.op.stmt)) continue;
    seen.add(node.op.stmt);
    sites.push(...sitesAt(program, fn, graph, node, node.op.stmt, depth));
  }
  sites.sort((a, b) => order(a) - order(b) || a.range.startLine - b.range.startLine || a.range.startColumn - b.range.startColumn);
  return sites;
}

/** Does the opening come about by way of this function? */
function passes(site: Site, fn: FunctionIr): boolean {
  return site.fn.id === fn.id || (site.inner !== null && passes(site.inner, fn));
}

function order(site: Site): number {
  return rootFact(site)?.opens?.inheritsFrom ? 1 : 0;
}

/** The fact of the library call at the bottom. */
export function rootFact(site: Site): Site['fact'] {
  return site.inner ? rootFact(site.inner) : site.fact;
}

function isByHand(program: Program, site: Site): boolean {
  return program.facts.type(rootFact(site)?.opens?.type ?? '')?.byHand === true;
}

function sitesAt(program: Program, fn: FunctionIr, graph: Graph, node: Node, stmt: CallStmt, depth: number): Site[] {
  const resolved = program.resolve(fn, stmt, null);
  const base = { fn, graph, node: node.id, stmt, range: stmt.range };
  if (resolved.how === 'fact' && resolved.fact.opens && !isCast(stmt, resolved.fact.opens)) return [];
  if (resolved.how === 'fact' && resolved.fact.opens?.lent && isKnownBy(graph, stmt, resolved.fact.opens.lent.unless)) return [];
  if (resolved.how === 'fact' && resolved.fact.opens)
    return [{ ...base, fact: resolved.fact, inner: null, library: [resolved.fact.name].flat()[0] ?? '' }];
  if (resolved.how === 'local') {
    if (depth === 0 || resolved.fn.id === fn.id) return [];
    // What only the closes of that function show is known nowhere else.
    const all = sitesOf(program, resolved.fn, depth - 1).filter((site) => !isByHand(program, site));
    const byHand = all.length === 0 && passesOn(program, resolved.fn) ? openedByHand(program, graph, stmt) : null;
    if (byHand) return [{ ...base, fact: byHand, inner: null, library: program.calledName(stmt) }];
    const inner = all.filter((site) => !rootFact(site)?.opens?.lent && !passes(site, fn) && givesAway(program, site));
    return inner.slice(0, maxInner).map((site) => ({ ...base, fact: null, inner: site, library: site.library }));
  }
  const like = resolved.how === 'unknown' && stmt.like ? program.facts.call(stmt.like.name) : null;
  if (like?.opens) return [{ ...base, fact: like, inner: null, library: stmt.like?.name ?? '' }];
  if (resolved.how === 'unknown' && stmt.callee.kind === 'method' && program.facts.mayOpen(stmt.callee.name)) {
    return [{ ...base, fact: null, inner: null, library: stmt.callee.name }];
  }
  const byHand = resolved.how === 'unknown' ? openedByHand(program, graph, stmt) : null;
  return byHand ? [{ ...base, fact: byHand, inner: null, library: program.calledName(stmt) }] : [];
}

/** Does the function end with this connection open and in its caller's hands? */
export function givesAway(program: Program, site: Site): boolean {
  return exploreSite(program, site).ends.some(
    ({ how, entry }) =>
      how === 'return' &&
      isHeld(entry.state) &&
      [...entry.state.aliases.keys()].some((alias) => {
        const root = rootOf(alias);
        if (root.startsWith('%ret')) return true;
        return !isPlain(alias) && (root === site.fn.receiver || site.fn.params.some((param) => param.name === root));
      }),
  );
}
