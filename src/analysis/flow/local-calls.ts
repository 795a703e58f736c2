/** Calls of functions of the file: explored with the connection as the caller hands it over, and the ends mapped back. */

import { nodesOf } from './nodes-of.js';
import { FactMap } from './fact-map.js';
import type { CallNode, Graph } from './cfg.js';
import type { CallStmt, FunctionIr, Place } from './ir.js';
import { isIn } from './causes.js';
import { eofAfter, eofWithin } from './eof-at.js';
import { endsOf } from './guards.js';
import { leavingPlace } from './leaving.js';
import { closersOf, isReturned } from './lending.js';
import { listenerOptions } from './listeners.js';
import { isContainer, isPlain, isTemporary, rootOf } from './places.js';
import type { Program } from './program.js';
import { route } from './route.js';
import type { Entry, Exploration, Lost, Outcome, Run, Site } from './run.js';
import { isHeldByObject } from './own-object.js';
import { nodeKey, worse } from './run.js';
import type { Request } from './solve.js';
import { isShared, leavesWithOthers } from './shared-objects.js';
import { callerAlias, isHeld, keyOf, optionsKey, partsOfResults, release, setResults, told, withFact } from './state.js';
import type { State } from './state.js';
import { isOwnRoot } from './own-root.js';
import { isLinkedIn } from './list-nodes.js';
import { isReturn } from './notes.js';
import type { Note } from './notes.js';
import type { Doubt } from './tracked.js';
import { raisesByItself } from './unrelated.js';
import { withReferences, bind, seedOf, reached, fieldsBack, carryOver, isInOther, withoutObject, backNames } from './binding.js';
import type { Pair } from './binding.js';

/** Calls that are followed for their results alone, one inside the other. */
const maxLevel = 2;

/** All ways on from a call of `fn`. */
export function callFunction(run: Run, call: CallNode, state: State, fn: FunctionIr, receiver: Place | null, isNew: boolean): Outcome[] {
  const node = withReferences(call, fn);
  const stmt = node.op.stmt;
  const graph = run.program.graph(fn);
  const { pairs, lostArgs } = bind(run, state, stmt, fn, receiver);
  if (run.site?.inner && run.site.node === node.id && !isHeld(state))
    return fresh(run, node, state, run.site.inner, pairs, isNew, seedOf(run, state, stmt, fn, pairs, false));
  let given = lostArgs || isLinkedIn(run, state, stmt, fn) ? release(state, 'gone') : state;
  if (fn.isGenerator && isHeld(given) && reached(given, pairs)) given = release(given, 'gone');
  const follows = isHeld(given) && (reached(given, pairs) || given.phase === 'eof');
  const seed = seedOf(run, given, stmt, fn, pairs, follows);
  const inner = exploreFunction(run, graph, follows ? { ...seed, eofAt: eofWithin(nodeKey(run, node), seed) } : seed, follows);
  if (!inner) {
    if (follows && reached(given, pairs)) given = release(given, 'gone');
    return [{ to: node.next, state: setResults(given, stmt, []), doubt: 0 }];
  }
  const outcomes: Outcome[] = [];
  if (follows) {
    if (stmt.mode === 'plain' && reached(given, pairs))
      run.emit({ event: 'lent', name: run.program.calledName(stmt), range: stmt.range, state: given });
    passEvents(run, inner, stmt.limit !== undefined);
    if (stmt.mode === 'spawn') emitSpawn(run, stmt, fn, inner, state);
  }
  const ends = endsOf(run.program, inner);
  const unasked = follows ? unaskedIn(stmt, fn, inner, ends) : null;
  for (const end of ends) {
    const mapped = mapEnd(run, node, given, fn, pairs, end, follows ? inner : null, isNew);
    const { rarely } = end.entry;
    if (unasked?.(end.entry.state) === true) outcomes.push(...mapped.map((one) => ({ ...one, doubt: 2 as const })));
    else {
      const left = end.how === 'return' ? leavingPlace(fn, trail(end.entry), 'return').range : undefined;
      outcomes.push(...(left ? mapped.map((one) => ({ ...one, rarely, left })) : mapped));
    }
  }
  if (follows) outcomes.push(...inner.lost.map((lost) => lostInside(node, lost)));
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
  return stmt.mode === 'spawn' && outcomes.length === 0
    ? [{ to: node.next, state: release(setResults(given, stmt, []), 'gone'), doubt: 0 }]
    : unique(outcomes);
}

/**
 * Whether it was kept nobody asks: the path is that of a success, as with a library's call. Gives the ends that are none; a function
 * without a result cannot be asked.
 */
function unaskedIn(stmt: CallStmt, fn: FunctionIr, inner: Exploration, ends: Exploration['ends']): ((state: State) => boolean) | null {
  const given = new Set([...(inner.entries[0]?.state.aliases.keys() ?? [])].map(rootOf));
  const params = fn.params.flatMap(({ name }) => (given.has(name) ? [] : [name]));
  const tells = ends.some(({ entry }) => entry.state.facts.has('%ret0'));
  const isKept = ({ phase, aliases }: State): boolean =>
    (tells && phase === 'gone') || [...aliases.keys()].some((place) => !isPlain(place) && params.includes(rootOf(place)));
  if (stmt.mode !== 'plain' || stmt.results.some((place) => place !== null) || !ends.some(({ entry }) => isKept(entry.state))) return null;
  return (state) => isHeld(state) && (tells || !isKept(state));
}

/** The function runs elsewhere from now on, and has it as one of its parameters. */
function emitSpawn(run: Run, stmt: CallStmt, fn: FunctionIr, inner: Exploration, state: State): void {
  const names = new Set(inner.entries[0]?.state.aliases.keys() ?? []);
  const owner = parameterOf(fn, names) ?? handedOn(run, fn, names);
  if (owner) run.emit({ event: 'spawn', range: stmt.range, fn: owner.fn, place: owner.place, state });
}

function parameterOf(fn: FunctionIr, names: ReadonlySet<Place>): { fn: FunctionIr; place: Place } | null {
  const param = fn.params.find(({ name }) => names.has(name));
  return param ? { fn, place: param.name } : null;
}

/** A function without a name that does nothing but call another one with it (`() -> handle(s)`): that one has it. */
function handedOn(run: Run, fn: FunctionIr, names: ReadonlySet<Place>): { fn: FunctionIr; place: Place } | null {
  const calls = nodesOf(run.program, fn).flatMap(({ op }) => (op.op === 'call' ? [op.stmt] : []));
  const [stmt] = calls;
  if (fn.kind !== 'lambda' || !stmt || calls.length !== 1) return null;
  const resolved = run.program.resolve(fn, stmt, null);
  const at = stmt.args.findIndex(({ value }) => value.kind === 'place' && names.has(value.place));
  const param = resolved.how === 'local' && !resolved.isNew && at >= 0 ? resolved.fn.params[at] : undefined;
  return resolved.how === 'local' && param ? { fn: resolved.fn, place: param.name } : null;
}

/** It was lost inside the called function: there it ends. */
function lostInside(node: CallNode, { entry, doubt, rarely, notes, how, range, file, place, function: fn, freed }: Lost): Outcome {
  return {
    to: node.next,
    state: entry.state,
    doubt,
    rarely,
    notes: [...trail(entry), ...notes],
    steps: [],
    lost: { how, range, file, place, function: fn, freed },
  };
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
  const trailed = trail(end.entry).filter((note) => end.how === 'throw' || spawned || note.kind !== 'returns');
  const notes = spawned && inner && isHeld(after) && !mayCloseLater(run, node, state) ? leftOpen(fn, end, trailed) : trailed;
  const steps = inner && !spawned ? route(inner, end.entry) : inner ? route(inner, end.entry) : [];
  if (end.how === 'process') return spawned ? [] : [{ to: 2, state, doubt: end.entry.doubt, notes, steps }];
  let next = fieldsBack(run, state, after, fn, pairs);
  if (inner) next = { ...carried(run, next, after, pairs), eofAt: eofAfter(nodeKey(run, node), state, after) };
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
  if (spawned && inner && isHeld(after)) next = afterSpawn(run, state, next, after, pairs, steps.length > 0);
  // The end of the stream came inside: what the function makes of it is in its result.
  const unknown = inner && after.phase === 'eof' && state.phase !== 'eof' ? 'looked' : '?';
  const classes = stmt.results.map((_, index) => (isNew ? `obj:${fn.className ?? ''}` : (after.facts.get(`%ret${index}`) ?? unknown)));
  next = partsOfResults(setResults(next, stmt, spawned ? [] : classes), stmt, after);
  if (!inner || !isHeld(after) || spawned) return [{ to: node.next, state: next, doubt, notes, steps }];
  if (leavesWithOthers(run.program, fn, after.aliases.keys()))
    return [{ to: node.next, state: release(next, 'gone'), doubt, notes, steps }];
  next = { ...next, aliases: backNames(after, stmt, pairs).reduce((names, [place, type]) => names.with(place, type), next.aliases) };
  return [{ to: node.next, state: next, doubt, notes: [...passage(run, inner, after, isNew), ...notes], steps }];
}

/** What the called function leaves; what it put into something of everybody's has an owner elsewhere from now on. */
function carried(run: Run, state: State, after: State, pairs: readonly Pair[]): State {
  const next = carryOver(state, after, pairs);
  const isKept = (place: Place): boolean => place !== callerAlias && !state.aliases.has(place) && !isOwnRoot(run, place);
  return isHeld(next) && [...next.aliases.keys()].some(isKept) ? release(next, 'gone') : next;
}

/** Does something after the call still close what the caller has under a name of its own? */
function mayCloseLater(run: Run, node: CallNode, { aliases }: State): boolean {
  return [...aliases].some(([place, type]) => place !== callerAlias && closersOf(run.program, run.graph, place, type).has(node.next));
}

/** Says how and where a function that runs elsewhere leaves it. */
function leftOpen(fn: FunctionIr, { how, entry }: Exploration['ends'][number], notes: readonly Note[]): Note[] {
  const last = notes.at(-1);
  const names = [...entry.state.aliases.keys()].filter((alias) => alias !== callerAlias && !isTemporary(rootOf(alias)));
  const left = { by: fn.id, place: names[0] ?? null };
  if (how === 'return' && last && isReturn(last) && isIn(last, fn)) return [...notes.slice(0, -1), { ...last, left }];
  return [...notes, { kind: how === 'throw' ? 'throws' : 'returns', ...leavingPlace(fn, notes, how), left }];
}

/** Is the object in nobody's hands but in those of the function that made it? What runs has ended then, and nobody else can close it. */
function isOnlyHere({ fn }: Run, state: State): boolean {
  const roots = [...state.aliases.keys()].filter((alias) => alias !== callerAlias).map(rootOf);
  return roots.length > 0 && roots.every((root) => isTemporary(root) || (fn.locals.includes(root) && root !== fn.receiver));
}

/**
 * What runs elsewhere with an object that holds the connection keeps both, if others have the object, too, or if it has done nothing
 * with it (`if (closed) return;`).
 */
function afterSpawn(run: Run, before: State, next: State, after: State, pairs: readonly Pair[], used: boolean): State {
  const isGiven = ({ actual, shared }: Pair): boolean => before.aliases.has(actual) || before.aliases.has(`*${actual}`) || shared;
  const inside = pairs.map(({ formal }) => ({ actual: formal, formal, shared: false }));
  if (pairs.some(isGiven) || !reached(after, inside)) return next;
  if (runsOwnObject(run, pairs) && isHeldByObject(run, next)) return withFact(next, told, 'true');
  return used && isOnlyHere(run, next) ? next : release(next, 'gone');
}

/** A method that starts its own object (`self.start()` of a thread): its methods are all that the thread can call. */
function runsOwnObject(run: Run, pairs: readonly Pair[]): boolean {
  return pairs.length > 0 && pairs.every((pair) => pair.actual === run.fn.receiver);
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
    const base = partsOfResults(setResults(fieldsBack(run, state, after, site.fn, pairs), stmt, classes), stmt, after);
    const names = isHeld(after) ? namesOrDropped(run, after, site.fn, stmt, pairs) : [];
    const { doubt, rarely } = end.entry;
    if (names.length === 0) outcomes.push({ to: node.next, state: base, doubt, rarely });
    else {
      // Who gives it to the caller had only lent it.
      const settled = after.lent !== '' && isReturned(after);
      const opened: State = {
        ...base,
        phase: after.phase,
        role: after.role,
        options: helperOptions(after),
        sent: after.sent,
        ready: after.ready,
        looked: after.looked,
        eofAt: eofAfter(nodeKey(run, node), state, after),
        lent: settled ? '' : after.lent,
        aliases: FactMap.of(names),
      };
      const isOwn =
        !isInOther(after, site.fn, pairs) &&
        names.every(([place]) => isOwnRoot(run, place) && !isContainer(place) && !isOfOthers(run, place));
      outcomes.push({
        to: node.next,
        state: isOwn ? opened : release(opened, 'gone'),
        doubt: settled ? worse(doubt, 1) : doubt,
        rarely,
        notes: [{ kind: 'opened', range: stmt.range }, ...notes],
        steps: route(inner, end.entry),
      });
    }
  }
  return unique(outcomes);
}

/** Is it in an object that everybody knows, and that has no name here (`Pool.get().connection()`)? */
function isOfOthers({ program, fn }: Run, place: Place): boolean {
  const root = rootOf(place);
  return !isPlain(place) && isTemporary(root) && isShared(program, fn, root, Infinity);
}

/** Its names at the caller's; one where the caller throws away the result that is the connection, and nothing closes it then. */
function namesOrDropped(run: Run, after: State, called: FunctionIr, stmt: CallStmt, pairs: readonly Pair[]): [Place, string][] {
  const names = backNames(after, stmt, pairs);
  if (names.length > 0) return names;
  const left = [...after.aliases].filter(([place]) => !called.locals.includes(place));
  const isDropped = left.every(([place, type]) => {
    const index = /^%ret(\d+)$/.exec(place)?.[1];
    const onDrop = run.program.facts.type(type)?.onDrop;
    return index !== undefined && !stmt.results[Number(index)] && onDrop !== 'at-once' && onDrop !== 'drop';
  });
  return isDropped && left[0] ? [['%dropped', left[0][1]]] : [];
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

const trails = new WeakMap<Entry, readonly Note[]>();

/** The notes on the way to an entry of an exploration that has ended. */
export function trail(entry: Entry): readonly Note[] {
  const ahead: Entry[] = [];
  let notes: readonly Note[] = [];
  for (let at: Entry | null = entry; at; at = at.prev) {
    const known = trails.get(at);
    if (known) {
      notes = known;
      break;
    }
    ahead.push(at);
  }
  for (const at of ahead.reverse()) {
    if (at.notes.length > 0) notes = [...notes, ...at.notes];
    trails.set(at, notes);
  }
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
