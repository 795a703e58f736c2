/** From explorations to what rules see: one `Tracked` per connection of the file. */

import type { ProfileStep, Role } from '../../scenarios/profile.js';
import { arrivalsOf } from './arrivals.js';
import type { Arrival } from './arrivals.js';
import type { FactIndex } from './fact-index.js';
import type { CallFact, OpenFact, TypeFact, OptionName } from './facts.js';
import type { FunctionIr, Place, Span } from './ir.js';
import { isAmong, operandIn } from './values-of.js';
import { areBorrowers, borrowers } from './lending.js';
import { openingOf } from './fate.js';
import { lastingOf } from './lasting.js';
import type { Beginning } from './lasting.js';
import { keepListenerOptions } from './listeners.js';
import { trail } from './local-calls.js';
import { exploreSite } from './openings.js';
import { isPlain, isTemporary, placesOf, rootOf } from './places.js';
import { profileOf } from './profile.js';
import type { Program } from './program.js';
import type { Entry, EventAt, Exploration, Site } from './run.js';
import { worse } from './run.js';
import { rootFact, sitesOf } from './sites.js';
import { solve } from './solve.js';
import { callerAlias, isHeld, start as emptyState } from './state.js';
import type { State } from './state.js';
import { isReturn } from './notes.js';
import type { Note, Where } from './notes.js';
import type { Doubt, EofIgnored, Leak, Tracked, Wait } from './tracked.js';

/** Every connection that these functions open, or that arrives in them, listeners first. `complain` hears of what failed. */
export function trackAll(program: Program, functions: readonly FunctionIr[], complain: (message: string, line: number) => void): Tracked[] {
  const found: Tracked[] = [];
  const sites = functions.flatMap((fn) => guarded(() => sitesOf(program, fn), fn.range.startLine, complain) ?? []);
  const accepts = (site: Site): number => (rootFact(site)?.opens?.inheritsFrom || site.library === 'accept' ? 1 : 0);
  const seen = new Set<string>();
  const add = (tracked: Tracked | null): void => {
    if (!tracked) return;
    const key = `${tracked.function.id} ${JSON.stringify(tracked.range)}`;
    if (!seen.has(key)) found.push(tracked);
    seen.add(key);
  };
  for (const site of [...sites].sort((a, b) => accepts(a) - accepts(b))) {
    add(guarded(() => fromSite(program, site), site.range.startLine, complain));
  }
  for (const arrival of arrivalsOf(program, functions)) {
    add(guarded(() => track(program, fromArrival(program, arrival)), arrival.fn.range.startLine, complain));
  }
  return found;
}

/** A connection to be described: where it comes from and what was explored. */
interface Origin {
  fn: FunctionIr;
  range: Span;
  library: string;
  exploration: Exploration;
  opened: Entry;
  opens: OpenFact | null;
  onDropBy: string | null;
  inLoop: boolean;
  owned: boolean;
  tcp: boolean;
  handedTo: Tracked['handedTo'];
  beginning: Beginning;
  /** Steps before the first one of the exploration. */
  before: ProfileStep[];
}

/** Null when nothing is opened there on any path. */
function fromSite(program: Program, site: Site): Tracked | null {
  const exploration = exploreSite(program, site);
  keepListenerOptions(program, exploration);
  const opened = openedEntries(exploration)[0] ?? doneAtOnce(site, exploration);
  if (!opened) return null;
  const fact = directFact(program, site, opened);
  const type = [...opened.state.aliases.values()][0] ?? fact?.opens?.type ?? '';
  keepFieldOptions(program, site, exploration);
  const tracked = track(program, {
    fn: site.fn, range: site.range, library: site.library === 'accept' ? `${type}.accept` : site.library, exploration, opened, opens: fact?.opens ?? null,
    onDropBy: site.inner?.fn.className ?? null, inLoop: (site.graph.nodes[site.node]?.loops.length ?? 0) > 0, owned: true, tcp: !isLocal(site, fact?.opens ?? null, program.facts),
    before: [], handedTo: null, beginning: beginningOf(site, type),
  });
  return { ...tracked, opening: () => openingOf(program, site, exploration, tracked.leaks.length > 0) };
}

function fromArrival(program: Program, arrival: Arrival): Origin {
  const exploration = solve(program, { graph: arrival.graph, seed: arrival.seed, site: null, inner: false, level: 0 });
  const place = [...arrival.seed.aliases.keys()][0] ?? '';
  const { nameRange, range } = arrival.fn;
  return {
    handedTo: arrival.owned && isPlain(place) ? { nameRange, range, place } : null,
    beginning: { origins: [...arrival.seed.aliases].filter(([alias]) => alias !== callerAlias).map(([alias, type]) => ({ fn: arrival.fn, place: alias, type })), range: nameRange, call: null, connected: true, chain: [{ fn: arrival.fn, by: null }] },
    fn: arrival.fn, range: arrival.fn.nameRange, library: arrival.library, exploration, opened: exploration.entries[0] as Entry, opens: null, onDropBy: null, inLoop: false,
    owned: arrival.owned, tcp: true, before: [{ do: 'accept', line: arrival.fn.nameRange.startLine }],
  };
}

/** A failure in one function does not cost the others. */
function guarded<T>(run: () => T, line: number, complain: (message: string, line: number) => void): T | null {
  try {
    return run();
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error), line);
    return null;
  }
}

function track(program: Program, origin: Origin): Tracked {
  const { fn, exploration, opened } = origin;
  const [place, typeName] = [...opened.state.aliases].find(([alias]) => alias !== callerAlias) ?? [null, origin.opens?.type ?? ''];
  const type: TypeFact = program.facts.type(typeName) ?? { name: typeName, source: '', onDrop: 'never' };
  const unconnected = origin.opens?.heldFrom === 'connect';
  const borrowing = borrowers(fn, exploration, (state, how) => leavesFunction(program, fn, state, how));
  const leaks = origin.owned ? [...leaksAtEnds(program, fn, exploration, unconnected, borrowing), ...(fn.isTest ? [] : lostOnes(exploration, unconnected, borrowing))].sort((a, b) => a.doubt - b.doubt) : [];
  const waits = waitsOf(program, exploration);
  const role = roleOf(exploration, opened.state.role);
  const destroys = origin.onDropBy !== null && program.class(origin.onDropBy)?.hasDestructor === true;
  const { profile, options } = profileOf(origin.library, exploration, type, role, leaks, fn.file);
  return {
    range: origin.range, function: fn, library: origin.library, type, role, owned: origin.owned, tcp: origin.tcp, lasting: () => lastingOf(program, origin.beginning),
    quiet: (origin.opens?.quiet ?? false) || role === 'listener', onDrop: destroys ? 'collector' : type.onDrop, place: nameOf(exploration, place, typeName), leaks, waits,
    closedSomewhere: exploration.entries.some((entry) => entry.state.phase === 'closed'),
    escapes: exploration.entries.some((entry) => entry.state.phase === 'gone') || exploration.ends.some((end) => isHeld(end.entry.state) && leavesFunction(program, fn, end.entry.state, end.how)),
    eofIgnored: fn.isTest ? [] : eofIgnoredOf(exploration), workBeforeClose: workOf(program, exploration), options,
    everSet: new Set([...exploration.entries.map((entry) => entry.state), ...exploration.events.map(({ event }) => event.state)].filter((state) => state.lent === '').flatMap((state) => Object.keys(state.options) as OptionName[])),
    opensInLoop: origin.inLoop, closesFirst: exploration.events.some(({ event, entry }) => event.event === 'close' && event.state.phase !== 'eof' && (!origin.inLoop || comesRound(exploration, entry))),
    handedTo: origin.handedTo ?? handedTo(exploration),
    mayBeKilledAt: program.handlesSignal ? null : (exploration.events.find(({ event }) => event.event === 'signal')?.event.range ?? null),
    forked: exploration.events.find(({ event }) => event.event === 'fork')?.event.range ?? null,
    profile: { ...profile, ...(origin.tcp ? {} : { tcp: false as const }), steps: [...origin.before, ...profile.steps] }, mentions: mentionsOf(exploration),
  };
}

/** The library's call at the bottom, and the functions through which the connection comes up from there. */
function beginningOf(site: Site, type: string): Beginning {
  const chain: Beginning['chain'][number][] = [];
  let bottom = site;
  for (let at: Site | null = site; at; at = at.inner) {
    chain.unshift({ fn: at.fn, by: at.inner ? at.stmt : null });
    bottom = at;
  }
  const opens = bottom.fact?.opens;
  const holder = placesOf(operandIn(bottom.stmt, opens?.at ?? { result: 0 }) ?? { kind: 'opaque', uses: [] })[0];
  const element = bottom.fact === null && bottom.library === 'accept' ? [{ index: 0, type }] : opens?.elements;
  const origins = holder === undefined ? [] : element ? element.map((one) => ({ fn: bottom.fn, place: `${holder}[${one.index}]`, type: one.type })) : [{ fn: bottom.fn, place: holder, type: opens?.type ?? type }];
  return { origins, range: bottom.range, call: bottom.fact ? { fn: bottom.fn, stmt: bottom.stmt, fact: bottom.fact } : null, connected: opens?.connected === true || bottom.library === 'accept', chain };
}

/** Entries where the connection has just been opened. */
function openedEntries(exploration: Exploration): Entry[] {
  return exploration.entries.filter((entry) => isHeld(entry.state) && entry.prev !== null && !isHeld(entry.prev.state));
}

/** A call that opens, uses and gives back the connection before it returns. */
function doneAtOnce(site: Site, exploration: Exploration): Entry | undefined {
  return exploration.entries.find((entry) => entry.state.phase === 'closed' && entry.prev?.node === site.node && entry.prev.state.phase === 'absent');
}

function directFact(program: Program, site: Site, opened: Entry): CallFact | null {
  const known = rootFact(site);
  if (known) return known;
  const resolved = program.resolve(site.fn, site.stmt, opened.prev?.state ?? null);
  return resolved.how === 'fact' ? resolved.fact : null;
}

/** The variable that holds it, once it has one: that of the type which was opened rather than that of a view. */
function nameOf(exploration: Exploration, place: Place | null, type: string): Place | null {
  if (place && !isTemporary(place)) return place;
  let view: Place | null = null;
  for (const entry of exploration.entries) {
    if (!isHeld(entry.state)) continue;
    for (const [alias, aliasType] of entry.state.aliases) {
      if (isTemporary(alias)) continue;
      if (aliasType === type) return alias;
      view ??= alias;
    }
  }
  return view ?? place;
}

/** Datagram, AF_UNIX and the like: a descriptor, no TCP connection. */
function isLocal(site: Site, opens: OpenFact | null, facts: FactIndex): boolean {
  const bottom = (one: Site): Site => (one.inner ? bottom(one.inner) : one);
  return opens?.datagram === true || (opens?.unless ?? []).some(({ arg, names, leaksAnyway }) => {
    const operand = operandIn(bottom(site).stmt, arg);
    return leaksAnyway === true && operand !== null && isAmong(emptyState, facts, operand, names);
  });
}

function roleOf(exploration: Exploration, opened: State['role']): Role {
  if (opened !== 'any') return opened;
  const roles = new Set(exploration.entries.map((entry) => entry.state.role));
  return roles.has('listener') ? 'listener' : 'client';
}

function handedTo(exploration: Exploration): Tracked['handedTo'] {
  for (const { event } of exploration.events) {
    if (event.event === 'spawn') return { nameRange: event.fn.nameRange, range: event.fn.range, place: event.place };
  }
  return null;
}

/** Does someone outside still know the connection when the function ends like this? */
function leavesFunction(program: Program, fn: FunctionIr, state: State, how: Exploration['ends'][number]['how']): boolean {
  for (const alias of state.aliases.keys()) {
    const root = rootOf(alias);
    if (root === callerAlias || root.startsWith('%ret')) return true;
    const lostObject = how === 'throw' && fn.kind === 'constructor' && root === fn.receiver && program.losesOnThrow(fn.className);
    const viaParameter = !isPlain(alias) && (root === fn.receiver || fn.params.some((param) => param.name === root));
    if (viaParameter && !lostObject) return true;
    if (fn.kind === 'module' ? program.usedElsewhere(fn, root) : fn.captures.includes(root)) return true;
  }
  return false;
}

function leaksAtEnds(program: Program, fn: FunctionIr, exploration: Exploration, unconnected: boolean, borrowing: ReadonlySet<string>): Leak[] {
  const leaks: Leak[] = [];
  if (fn.isTest) return leaks;
  const main = fn.kind === 'module' || fn.name === 'main';
  const closes = fn.kind !== 'module' && exploration.entries.some((entry) => entry.state.phase === 'closed');
  for (const { how, entry } of exploration.ends) {
    const state = entry.state;
    if (how === 'process' || !isHeld(state) || (unconnected && state.phase === 'open') || leavesFunction(program, fn, state, how) || !areBorrowers(borrowing, state.lent)) continue;
    // A listener that was accepted from lives as long as the program.
    if (state.role === 'listener' && acceptedFrom(exploration, entry)) continue;
    if (main && (how === 'throw' || state.role === 'listener' || ((state.role !== 'accepted' || closes) && !waitsElsewhere(exploration, entry)))) continue;
    const failure = state.facts.get('%failure') === 'true';
    const notes = trail(entry);
    leaks.push({
      how: how === 'throw' ? 'throw' : fn.kind === 'module' ? 'end' : failure ? 'failure' : 'return',
      doubt: how === 'throw' ? worse(entry.doubt, setUpOnly(program, state, exploration) ? 2 : 1) : worse(entry.doubt, state.lent === '' ? 0 : 1), afterError: entry.doubt > 0, eofSeen: state.phase === 'eof',
      ...leavingPlace(fn, notes, how), path: fromOpening(notes), place: [...state.aliases.keys()][0] ?? null,
    });
  }
  return bestPerPlace(leaks);
}

/** On this path, did the code accept from the connection itself? */
function acceptedFrom(exploration: Exploration, end: Entry): boolean {
  const path = entriesTo(end);
  return exploration.events.some(({ event, entry }) => event.event === 'wait' && path.has(entry) && event.fact.wait === 'accept' && event.own);
}

function entriesTo(end: Entry): Set<Entry> {
  const path = new Set<Entry>();
  for (let at: Entry | null = end; at; at = at.prev) path.add(at);
  return path;
}

/** On this path, did the code block on something else after it last used the connection? */
function waitsElsewhere(exploration: Exploration, end: Entry): boolean {
  const path = entriesTo(end);
  return exploration.events.some(({ event, entry }) => event.event === 'wait' && path.has(entry) && (event.fact.wait === 'sleep' || event.fact.wait === 'accept'));
}

function lostOnes(exploration: Exploration, unconnected: boolean, borrowing: ReadonlySet<string>): Leak[] {
  return bestPerPlace(exploration.lost.filter((lost) => areBorrowers(borrowing, lost.lent) && !(unconnected && lost.entry.state.phase === 'open')).map((lost) => {
    const path = fromOpening([...trail(lost.entry), ...lost.notes]);
    const where: Where = { range: lost.range, file: lost.file };
    if (lost.how === 'overwritten') path.push({ kind: 'reassigned', ...where, name: lost.place ?? undefined });
    if (lost.how === 'piles') path.push({ kind: 'piles', ...where });
    if (lost.how === 'dropped') path.push({ kind: 'unreferenced', ...where });
    return { how: lost.how, doubt: lost.how === 'throw' ? worse(lost.doubt, 1) : lost.doubt, afterError: (lost.how === 'piles' ? lost.entry.doubt : lost.doubt) > 0, eofSeen: lost.eofSeen, ...where, path, place: lost.place };
  }));
}

function bestPerPlace(leaks: Leak[]): Leak[] {
  const best = new Map<string, Leak>();
  for (const leak of leaks) {
    const key = `${leak.how} ${leak.range.startLine}:${leak.range.startColumn}`;
    const known = best.get(key);
    if (!known || known.doubt > leak.doubt) best.set(key, leak);
  }
  return [...best.values()];
}

/** A server that cannot be set up ends the program more often than not; where the runtime closes it then, it is hardly worth a word. */
function setUpOnly(program: Program, state: State, exploration: Exploration): boolean {
  const type = [...state.aliases.values()][0];
  const onDrop = type === undefined ? 'never' : (program.facts.type(type)?.onDrop ?? 'never');
  const serves = exploration.events.some(({ event }) => event.event === 'wait' && event.fact.wait === 'accept' && event.own);
  return onDrop !== 'never' && serves && roleOf(exploration, state.role) === 'listener';
}

/** Where the function is left: the return, the call that raises, else its end. */
function leavingPlace(fn: FunctionIr, notes: readonly Note[], how: Exploration['ends'][number]['how']): Where {
  const last = notes.at(-1);
  if (last && (how === 'throw' || isReturn(last))) return { range: last.range, file: last.file };
  const { endLine, endColumn } = fn.range;
  return { range: { startLine: endLine, startColumn: Math.max(1, endColumn - 1), endLine, endColumn }, file: fn.file };
}

/** The part of the path that readers need: from the last opening on. */
function fromOpening(notes: readonly Note[]): Note[] {
  const start = notes.map((note) => note.kind).lastIndexOf('opened');
  const path = start === -1 ? [...notes] : notes.slice(start);
  return path.filter((note, index) => index === 0 || note.kind !== path[index - 1]?.kind || note.range !== path[index - 1]?.range);
}

function pathTo(one: EventAt): Note[] {
  return fromOpening([...trail(one.entry), ...one.notes]);
}

function doubtOf(one: EventAt): Doubt {
  return worse(one.entry.doubt, one.doubt);
}

function waitsOf(program: Program, exploration: Exploration): Wait[] {
  const best = new Map<string, Wait>();
  for (const one of exploration.events) {
    const event = one.event;
    if (event.event !== 'wait' || !isHeld(event.state)) continue;
    const phase = event.state.phase === 'half' ? 'half-closed' : event.state.phase;
    const wait: Wait = {
      range: event.range, file: event.file, fact: event.fact, doubt: doubtOf(one), limited: event.limited || program.limitsAll(), limit: event.limit, own: event.own, phase: phase as Wait['phase'], options: event.state.options,
      sentBefore: event.state.sent, path: [...pathTo(one), { kind: event.fact.wait === 'read' ? 'waits' : 'blocks', range: event.range, file: event.file }],
    };
    const key = `${event.range.startLine}:${event.range.startColumn}:${event.fact.wait}`;
    const known = best.get(key);
    if (!known || wait.doubt < known.doubt || (wait.doubt === known.doubt && known.limited && !wait.limited)) best.set(key, wait);
  }
  return [...best.values()].sort((a, b) => a.doubt - b.doubt || a.range.startLine - b.range.startLine);
}

function eofIgnoredOf(exploration: Exploration): EofIgnored[] {
  const best = new Map<string, EofIgnored>();
  for (const one of exploration.events) {
    const event = one.event;
    if (event.event !== 'eofIgnored') continue;
    const path: Note[] = [...pathTo(one), { kind: 'readsAgain', range: event.range, file: event.file }];
    const known = best.get(`${event.range.startLine}:${event.range.startColumn}`);
    if (!known || known.doubt > doubtOf(one)) best.set(`${event.range.startLine}:${event.range.startColumn}`, { doubt: doubtOf(one), range: event.range, file: event.file, result: event.result, path });
  }
  return [...best.values()].sort((a, b) => a.doubt - b.doubt);
}

/** Does it stand in a loop, so that there is a round after it? */
function comesRound({ graph }: Exploration, { node }: Entry): boolean {
  return (graph?.nodes[node]?.loops.length ?? 0) > 0;
}

/** Blocking calls between the end of the stream and what follows. */
function workOf(program: Program, exploration: Exploration): Tracked['workBeforeClose'] {
  const close = exploration.events.find(({ event }) => event.event === 'close' && event.state.phase === 'eof')?.event.range ?? null;
  return waitsOf(program, exploration).filter((wait) => wait.phase === 'eof' && wait.fact.wait !== 'read' && wait.fact.wait !== 'write').map((wait) => ({ wait, close }));
}

function mentionsOf(exploration: Exploration): Tracked['mentions'] {
  const seen = new Map<string, Tracked['mentions'][number]>();
  for (const { event } of exploration.events) if (event.event === 'mention') seen.set(`${event.range.startLine}:${event.range.startColumn}`, event.range);
  return [...seen.values()].sort((a, b) => a.startLine - b.startLine || a.startColumn - b.startColumn);
}

/** A listener kept in a field: other methods accept from it. */
function keepFieldOptions(program: Program, site: Site, exploration: Exploration): void {
  if (!site.fn.className || !site.fn.receiver) return;
  for (const { entry } of exploration.ends) {
    for (const alias of entry.state.aliases.keys()) {
      if (!alias.startsWith(`${site.fn.receiver}.`)) continue;
      program.fieldOptions.set(`${site.fn.className}.${alias.slice(site.fn.receiver.length + 1)}`, entry.state.options);
    }
  }
}
