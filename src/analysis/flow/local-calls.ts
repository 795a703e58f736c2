/** Calls of functions of the file: explored with the connection as the caller hands it over, and the ends mapped back. */

import { FactMap } from './fact-map.js';
import type { Node } from './cfg.js';
import type { Graph } from './cfg.js';
import type { CallStmt, FunctionIr, Operand, Place } from './ir.js';
import { eofAfter, eofWithin } from './eof-at.js';
import { endsOf } from './guards.js';
import { listenerOptions } from './listeners.js';
import { isContainer, isPlain, isTemporary, isWithin, rebase, rootOf } from './places.js';
import type { Program } from './program.js';
import { route } from './route.js';
import type { Entry, Exploration, Outcome, Run, Site } from './run.js';
import { nodeKey, worse } from './run.js';
import type { Request } from './solve.js';
import { callerAlias, forgetFields, isHeld, keyOf, optionsKey, release, setResults, start, told, withFact } from './state.js';
import type { State } from './state.js';
import { escapesThrough, isOwnRoot } from './transfer.js';
import type { Note } from './notes.js';
import type { Doubt } from './tracked.js';
import { raisesByItself } from './unrelated.js';
import { valueOf } from './values-of.js';
import { crosses } from './values.js';
import { mayWrite } from './writes.js';

/** A place of the caller and what the called function calls it. */
interface Pair {
  actual: Place;
  formal: Place;
  /** The same storage on both sides (a pointer's target, a captured variable); otherwise only fields are shared. */
  shared: boolean;
  /** The formal is a pointer to the actual: fields are the same, what it points to is the actual itself. */
  addressed?: boolean;
}

/** Calls that are followed for their results alone, one inside the other. */
const maxLevel = 2;

type CallNode = Node & { op: { op: 'call'; stmt: CallStmt } };

/** All ways on from a call of `fn`. */
export function callFunction(run: Run, call: CallNode, state: State, fn: FunctionIr, receiver: Place | null, isNew: boolean): Outcome[] {
  const node = withReferences(call, fn);
  const stmt = node.op.stmt;
  const graph = run.program.graph(fn);
  const { pairs, lostArgs } = bind(run, state, stmt, fn, receiver);
  if (run.site?.inner && run.site.node === node.id && !isHeld(state))
    return fresh(run, node, state, run.site.inner, pairs, isNew, seedOf(run, state, stmt, fn, pairs, false));
  let given = lostArgs ? release(state, 'gone') : state;
  if (fn.isGenerator && isHeld(given) && reached(given, pairs)) given = release(given, 'gone');
  const follows = isHeld(given) && (reached(given, pairs) || given.phase === 'eof');
  const seed = seedOf(run, given, stmt, fn, pairs, follows);
  const inner = exploreFunction(run, graph, follows ? { ...seed, eofAt: eofWithin(nodeKey(run, node), seed) } : seed, follows);
  if (!inner) {
    if (follows && reached(given, pairs)) given = release(given, 'gone');
    return [{ to: node.next, state: setResults(given, stmt, []), doubt: 0 }];
  }
  const outcomes: Outcome[] = [];
  if (follows) passEvents(run, inner, stmt.limit !== undefined);
  if (follows && stmt.mode === 'spawn') {
    const given = [...(inner.entries[0]?.state.aliases.keys() ?? [])].find((alias) => fn.params.some((param) => param.name === alias));
    if (given) run.emit({ event: 'spawn', range: stmt.range, fn, place: given, state });
  }
  const ends = endsOf(run.program, inner);
  // It says whether it was kept, and nobody looks: the path is that of a success, as with a library's call.
  const unasked =
    follows &&
    stmt.mode === 'plain' &&
    stmt.results.every((place) => place === null) &&
    ends.some(({ entry }) => entry.state.facts.has('%ret0')) &&
    ends.some(({ entry }) => entry.state.phase === 'gone');
  for (const end of ends) {
    const mapped = mapEnd(run, node, given, fn, pairs, end, follows ? inner : null, isNew);
    outcomes.push(...(unasked && isHeld(end.entry.state) ? mapped.map((one) => ({ ...one, doubt: 2 as const })) : mapped));
  }
  for (const lost of follows ? inner.lost : []) {
    outcomes.push({
      to: node.next,
      state: lost.entry.state,
      doubt: worse(lost.doubt, 0),
      notes: [...trail(lost.entry), ...lost.notes],
      steps: [],
      lost: { how: lost.how, range: lost.range, file: lost.file, place: lost.place, function: lost.function },
    });
  }
  if (inner.truncated)
    outcomes.push({
      to: node.next,
      state: setResults(follows && reached(given, pairs) ? release(given, 'gone') : given, stmt, []),
      doubt: 0,
    });
  if (
    !run.inner &&
    run.program.traits.callsMayThrow &&
    stmt.mode !== 'spawn' &&
    isHeld(given) &&
    outcomes.every((one) => one.to !== node.throwTo && isHeld(one.state))
  ) {
    outcomes.push({
      to: node.throwTo,
      state: withFact(given, '%exception', '?'),
      doubt: 2,
      notes: [{ kind: 'exception', range: stmt.range }],
    });
  }
  if (stmt.mode === 'spawn' && outcomes.length === 0)
    outcomes.push({ to: node.next, state: release(setResults(given, stmt, []), 'gone'), doubt: 0 });
  return unique(outcomes);
}

/** Variables that go in by reference, by their addresses. */
function withReferences(node: CallNode, fn: FunctionIr): CallNode {
  if (!fn.params.some((param) => param.byReference)) return node;
  const { stmt } = node.op;
  const args = stmt.args.map((arg, index) =>
    fn.params[index]?.byReference && arg.value.kind === 'place'
      ? { ...arg, value: { kind: 'derived' as const, how: 'address' as const, of: arg.value } }
      : arg,
  );
  return { ...node, op: { op: 'call', stmt: { ...stmt, args } } };
}

/** What a function of the file does from a seed on; null when it is not looked into. */
function exploreFunction(run: Run, graph: Graph | null, seed: State, follows: boolean): Exploration | null {
  const level = follows ? 0 : run.inner && run.level === 0 ? maxLevel : run.level + 1;
  return graph && level <= maxLevel ? run.follow({ graph, seed, site: null, inner: true, level }) : null;
}

/** What happens to the connection in there; a limit around the call ends the waits in it. */
function passEvents(run: Run, inner: Exploration, limited: boolean): void {
  for (const one of inner.events)
    run.emit(
      limited && one.event.event === 'wait' ? { ...one.event, limited: true } : one.event,
      [...trail(one.entry), ...one.notes],
      worse(one.entry.doubt, one.doubt),
    );
}

/** Which places of the caller are which of the called function. `lostArgs`: the connection goes in where we cannot follow. */
function bind(run: Run, state: State, stmt: CallStmt, fn: FunctionIr, receiver: Place | null): { pairs: Pair[]; lostArgs: boolean } {
  const pairs: Pair[] = [];
  let lostArgs = false;
  if (receiver && fn.receiver) pairs.push({ actual: receiver, formal: fn.receiver, shared: false });
  const params = fn.params.filter((param) => !param.variadic);
  let position = 0;
  for (const arg of stmt.args) {
    const param = arg.spread ? undefined : arg.name !== undefined ? fn.params.find((one) => one.name === arg.name) : params[position++];
    if (param && !param.variadic) pairs.push(...pairsOf(arg.value, param.name));
    else if (escapesThrough(run, state, arg.value)) lostArgs = true;
    if (param && arg.value.kind === 'function' && escapesThrough(run, state, arg.value)) lostArgs = true;
  }
  const captures = capturesOf(run, state, fn);
  for (const key of captures) if (state.facts.get(key)?.startsWith('fn:')) pairs.push({ actual: key, formal: key, shared: true });
  for (const root of new Set([...state.aliases.keys()].map(rootOf))) {
    const own = fn.locals.includes(root) || fn.receiver === root || fn.params.some((param) => param.name === root) || isTemporary(root);
    if (!own && (captures.has(root) || run.fn.kind === 'module' || !isOwnRoot(run, root))) {
      if (!pairs.some((pair) => rootOf(pair.actual) === root)) pairs.push({ actual: root, formal: root, shared: true });
    }
  }
  return { pairs, lostArgs };
}

/** Variables around it that a function reads, and those that functions read which it has under a name. */
function capturesOf(run: Run, state: State, fn: FunctionIr): Set<Place> {
  const found = new Set(fn.captures);
  for (const place of found) {
    const known = state.facts.get(place);
    for (const inner of known?.startsWith('fn:') ? (run.program.function(known.slice(3))?.captures ?? []) : []) found.add(inner);
  }
  return found;
}

function pairsOf(operand: Operand, formal: Place): Pair[] {
  switch (operand.kind) {
    case 'place':
      return [{ actual: operand.place, formal, shared: false }];
    case 'tuple':
      return operand.items.flatMap((item, index) => pairsOf(item, `${formal}[${index}]`));
    case 'record':
      return Object.entries(operand.fields).flatMap(([name, field]) => pairsOf(field, `${formal}.${name}`));
    case 'derived': {
      const pairs = operand.how === 'length' ? [] : pairsOf(operand.of, formal);
      if (operand.how !== 'address') return pairs;
      return pairs.flatMap((pair) => [
        { ...pair, addressed: true },
        { actual: pair.actual, formal: `*${formal}`, shared: true },
      ]);
    }
    default:
      return [];
  }
}

function reached(state: State, pairs: readonly Pair[]): boolean {
  return [...state.aliases.keys()].some((alias) => pairs.some((pair) => isWithin(alias, pair.actual) || isWithin(pair.actual, alias)));
}

/** The called function's state at its start. */
function seedOf(run: Run, state: State, stmt: CallStmt, fn: FunctionIr, pairs: readonly Pair[], follows: boolean): State {
  const facts = new Map<string, string>();
  const params = fn.params.filter((param) => !param.variadic);
  for (const param of params) if (param.default) facts.set(param.name, valueOf(start, run.program.facts, param.default));
  let position = 0;
  for (const arg of stmt.args) {
    const param = arg.name !== undefined ? params.find((one) => one.name === arg.name) : params[position++];
    if (param) facts.set(param.name, valueOf(state, run.program.facts, arg.value));
  }
  for (const pair of pairs) {
    for (const [key, value] of state.facts) {
      if (!follows && (key === pair.actual || !mayWrite(run.program, fn, rootOf(pair.formal), rebase(key, pair.actual, pair.formal))))
        continue;
      if (!key.startsWith('?') && !key.startsWith('%') && isWithin(key, pair.actual) && goesIn(run, fn, pair, key, value))
        facts.set(rebase(key, pair.actual, pair.formal), value);
    }
  }
  for (const [key, value] of facts) if (value === '?') facts.delete(key);
  if (!follows) return { ...start, facts: FactMap.of(facts) };
  const aliases = new Map<Place, string>();
  for (const [alias, type] of state.aliases) {
    let shared = false;
    for (const pair of pairs) {
      if (!isWithin(alias, pair.actual)) continue;
      aliases.set(pair.shared && pair.formal.startsWith('*') ? pair.formal : rebase(alias, pair.actual, pair.formal), type);
      shared ||= pair.shared || alias !== pair.actual;
    }
    if (!shared) aliases.set(callerAlias, type);
  }
  for (const pair of pairs) {
    const part = run.program.partType(state, pair.actual);
    if (part) aliases.set(pair.formal, part);
  }
  for (const place of aliases.keys()) facts.delete(place);
  return { ...state, aliases: FactMap.of(aliases), facts: FactMap.of(facts) };
}

/** Only what was assigned goes into a function, and what it may change: what a test has shown would multiply the states. */
function goesIn(run: Run, fn: FunctionIr, pair: Pair, key: Place, value: string): boolean {
  if (key === pair.actual) return crosses(value);
  return (
    run.program.isTested(fn, key) &&
    (crosses(value) || mayWrite(run.program, fn, rootOf(pair.formal), rebase(key, pair.actual, pair.formal)))
  );
}

/** Back in the caller after one end of the called function. */
function mapEnd(
  run: Run,
  node: CallNode,
  state: State,
  fn: FunctionIr,
  pairs: readonly Pair[],
  end: Exploration['ends'][number],
  inner: Exploration | null,
  isNew: boolean,
): Outcome[] {
  const stmt = node.op.stmt;
  const after = end.entry.state;
  const spawned = stmt.mode === 'spawn';
  const notes = trail(end.entry).filter((note) => end.how === 'throw' || spawned || note.kind !== 'returns');
  const steps = inner && !spawned ? route(inner, end.entry) : inner ? route(inner, end.entry) : [];
  if (end.how === 'process') return spawned ? [] : [{ to: 2, state, doubt: end.entry.doubt, notes, steps }];
  let next = state;
  for (const pair of pairs)
    if (!isTemporary(pair.actual))
      next = forgetFields(next, rootOf(pair.actual), (field) => mayWrite(run.program, fn, rootOf(pair.formal), field));
  next = factsBack(run, next, after, fn, pairs);
  if (inner) next = { ...carryOver(next, after, pairs), eofAt: eofAfter(nodeKey(run, node), state, after) };
  if (inner && after.facts.has(told)) next = withFact(next, told, 'true');
  const aside = end.how === 'throw' && inner === null && isHeld(state) && raisesByItself(run, state, stmt, notes);
  const doubt: Doubt = end.how === 'throw' ? worse(end.entry.doubt, aside ? 2 : 1) : end.entry.doubt;
  if (end.how === 'throw' && !spawned) {
    if (isNew && isHeld(next)) next = run.program.losesOnThrow(fn.className) ? withoutObject(next, pairs, fn) : release(next, 'gone');
    const thrown = withFact(next, '%exception', after.facts.get('%exception') ?? '?');
    const lost = isHeld(thrown) && thrown.aliases.size === 0 ? { how: 'throw' as const, range: stmt.range, place: null } : undefined;
    return [
      {
        to: node.throwTo,
        state: thrown,
        doubt,
        notes: [...notes, { kind: 'raises' as const, range: stmt.range, name: fn.name }],
        steps,
        lost,
      },
    ];
  }
  // What runs elsewhere with an object that holds the connection keeps both.
  if (
    spawned &&
    inner &&
    isHeld(after) &&
    !pairs.some((pair) => state.aliases.has(pair.actual) || state.aliases.has(`*${pair.actual}`) || pair.shared)
  )
    next = release(next, 'gone');
  // The end of the stream came inside: what the function makes of it is in its result.
  const unknown = inner && after.phase === 'eof' && state.phase !== 'eof' ? 'looked' : '?';
  const classes = stmt.results.map((_, index) => (isNew ? `obj:${fn.className ?? ''}` : (after.facts.get(`%ret${index}`) ?? unknown)));
  next = setResults(next, stmt, spawned ? [] : classes);
  if (!inner || !isHeld(after) || spawned) return [{ to: node.next, state: next, doubt, notes, steps }];
  next = { ...next, aliases: backNames(after, stmt, pairs).reduce((names, [place, type]) => names.with(place, type), next.aliases) };
  return [{ to: node.next, state: next, doubt, notes: [...passage(run, inner, after, isNew), ...notes], steps }];
}

/** A function of another file that gives it back under a new name, or keeps it in an object, is a step of its path. */
function passage(run: Run, inner: Exploration, after: State, isNew: boolean): Note[] {
  const fn = inner.graph?.function;
  const before = inner.entries[0]?.state.aliases;
  if (!fn || !before || fn.file === run.fn.file) return [];
  const given = [...after.aliases.keys()].some((place) => !before.has(place) && (place.startsWith('%ret') || !isPlain(place)));
  const name = isNew && fn.className !== null ? fn.className.slice(fn.className.lastIndexOf(':') + 1) : fn.name;
  return given ? [{ kind: 'through', range: fn.nameRange, file: fn.file, name }] : [];
}

/** What the called function left in fields that both know. */
function factsBack(run: Run, state: State, after: State, fn: FunctionIr, pairs: readonly Pair[]): State {
  let next = state;
  for (const [key, value] of after.facts) {
    if (key.startsWith('?') || key.startsWith('%') || isPlain(key) || !run.program.isTested(run.fn, key)) continue;
    for (const pair of pairs)
      if (
        !isTemporary(pair.actual) &&
        isWithin(key, pair.formal) &&
        key !== pair.formal &&
        goesIn(run, fn, { ...pair, actual: pair.formal }, key, value)
      )
        next = withFact(next, rebase(key, pair.formal, pair.actual), value);
  }
  return next;
}

/** Phase, options and names as the called function leaves them. */
function carryOver(state: State, after: State, pairs: readonly Pair[]): State {
  if (!isHeld(after)) return { ...release(state, after.phase === 'closed' ? 'closed' : 'gone'), options: after.options, lent: after.lent };
  const aliases = new Map<Place, string>();
  for (const [alias, type] of state.aliases) {
    const shared = pairs.some((pair) => isWithin(alias, pair.actual) && (pair.shared || alias !== pair.actual));
    if (!shared) aliases.set(alias, type);
  }
  for (const [place, type] of sharedNames(after, pairs)) aliases.set(place, type);
  return {
    ...state,
    phase: after.phase,
    role: after.role,
    options: after.options,
    sent: after.sent,
    ready: after.ready,
    looked: after.looked,
    tended: after.tended,
    lent: after.lent,
    aliases: FactMap.of(aliases),
  };
}

/** Names of the called function that the caller can see, in the caller's words. */
function sharedNames(after: State, pairs: readonly Pair[]): [Place, string][] {
  const names: [Place, string][] = [];
  for (const [alias, type] of after.aliases) {
    for (const pair of pairs) {
      if (!isWithin(alias, pair.formal) || (alias === pair.formal && !pair.shared)) continue;
      // What the address points to is the other pair's.
      if (pair.addressed && alias.startsWith('*')) continue;
      if (!pair.formal.startsWith('*') && alias.startsWith('*') && alias.slice(1) === pair.formal && isPlain(pair.formal))
        names.push([`*${pair.actual}`, type]);
      else names.push([rebase(alias, pair.formal, pair.actual), type]);
    }
  }
  return names;
}

/** What it returned, under the names of the results. */
function backNames(after: State, stmt: CallStmt, pairs: readonly Pair[]): [Place, string][] {
  const names: [Place, string][] = [...sharedNames(after, pairs)];
  for (const [alias, type] of after.aliases) {
    stmt.results.forEach((place, index) => {
      if (place && isWithin(alias, `%ret${index}`)) names.push([rebase(alias, `%ret${index}`, place), type]);
    });
  }
  return names;
}

/** A constructor that throws: its object was never seen by anybody. */
function withoutObject(state: State, pairs: readonly Pair[], fn: FunctionIr): State {
  const object = pairs.find((pair) => pair.formal === fn.receiver)?.actual;
  if (!object) return state;
  return { ...state, aliases: state.aliases.filter((alias) => !isWithin(alias, object)) };
}

/** A call that gives a connection which a function of the file has opened. */
function fresh(run: Run, node: CallNode, state: State, site: Site, pairs: readonly Pair[], isNew: boolean, seed: State): Outcome[] {
  const stmt = node.op.stmt;
  const inner = run.follow(siteRequest(run.program, site, seed));
  const outcomes: Outcome[] = [];
  if (!inner) return [{ to: node.next, state: setResults(state, stmt, []), doubt: 0 }];
  for (const end of inner.ends) {
    const after = end.entry.state;
    const notes = trail(end.entry)
      .filter((note) => note.kind !== 'returns')
      .map((note): Note => (note.kind === 'opened' ? { ...note, kind: 'openedInside' } : note));
    if (end.how === 'process') continue;
    if (end.how === 'throw') {
      const thrown = withFact(state, '%exception', after.facts.get('%exception') ?? '?');
      outcomes.push({
        to: node.throwTo,
        state: thrown,
        doubt: worse(end.entry.doubt, 1),
        notes: [{ kind: 'raises', range: stmt.range, name: site.fn.name }],
      });
      continue;
    }
    const classes = stmt.results.map((_, index) => (isNew ? `obj:${site.fn.className ?? ''}` : (after.facts.get(`%ret${index}`) ?? '?')));
    const base = setResults(state, stmt, classes);
    const names = isHeld(after) ? backNames(after, stmt, pairs) : [];
    if (names.length === 0) outcomes.push({ to: node.next, state: base, doubt: end.entry.doubt });
    else {
      const opened: State = {
        ...base,
        phase: after.phase,
        role: after.role,
        options: helperOptions(after),
        sent: after.sent,
        ready: after.ready,
        looked: after.looked,
        eofAt: eofAfter(nodeKey(run, node), state, after),
        lent: after.lent,
        aliases: FactMap.of(names),
      };
      const isOwn = names.every(([place]) => isOwnRoot(run, place) && !isContainer(place));
      outcomes.push({
        to: node.next,
        state: isOwn ? opened : release(opened, 'gone'),
        doubt: end.entry.doubt,
        notes: [{ kind: 'opened', range: stmt.range }, ...notes],
        steps: route(inner, end.entry),
      });
    }
  }
  return unique(outcomes);
}

function helperOptions(state: State): State['options'] {
  return Object.fromEntries(
    Object.entries(state.options).map(([name, option]) => [
      name,
      option.from === 'option' ? { ...option, from: 'helper' as const } : option,
    ]),
  );
}

/** What to explore to follow an opening in its own function. */
export function siteRequest(program: Program, site: Site, seed: State): Request {
  const bottom = rootOfSite(site);
  const slot = bottom.fact?.opens?.inheritsFrom;
  const listener = slot === undefined ? undefined : listenerOptions(program, bottom.fn, bottom.node, bottom.stmt, slot);
  return { graph: site.graph, seed, site, inner: false, level: 0, about: listener ? optionsKey(listener) : '' };
}

function rootOfSite(site: Site): Site {
  return site.inner ? rootOfSite(site.inner) : site;
}

/** The notes on the way to an entry. */
export function trail(entry: Entry): Note[] {
  const notes: Note[] = [];
  for (let at: Entry | null = entry; at; at = at.prev) notes.unshift(...at.notes);
  return notes;
}

/** One outcome per target and state, the most certain. */
function unique(outcomes: Outcome[]): Outcome[] {
  const best = new Map<string, Outcome>();
  for (const outcome of outcomes) {
    const key = `${outcome.to} ${keyOf(outcome.state)} ${outcome.lost ? outcome.lost.how : ''}`;
    const known = best.get(key);
    if (!known || known.doubt > outcome.doubt) best.set(key, outcome);
  }
  return [...best.values()];
}
