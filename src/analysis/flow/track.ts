/** From explorations to what rules see: one `Tracked` per connection of the file. */

import type { ProfileStep } from '../../scenarios/profile.js';
import { isBracketed } from './bracketed.js';
import { forgottenByHand } from './by-hand.js';
import { arrivalsOf } from './arrivals.js';
import type { Arrival } from './arrivals.js';
import type { FactIndex } from './fact-index.js';
import type { CallFact, OpenFact, OptionName, Slot, TypeFact } from './facts.js';
import type { FunctionIr, Operand, Span } from './ir.js';
import { isAmong, operandIn } from './values-of.js';
import { neverEnded } from './never-ended.js';
import { openingOf } from './fate.js';
import { untoldBy } from './joined.js';
import { lastingOf } from './lasting.js';
import { reachOf } from './reach.js';
import { isLimitedOpening, namesLimit } from './limited-opening.js';
import type { Beginning } from './lasting.js';
import { eofIgnoredOf, mentionsOf, waitsOf, workOf } from './events-of.js';
import { leftAtEnd } from './left-at-end.js';
import { leftBehind } from './left-behind.js';
import { isSkipped, leaksLater, leaksOf, leavesFunction, neverClosed, roleOf, skippedHere } from './leaks-of.js';
import type { Life } from './life.js';
import { isIn, toldOnce } from './causes.js';
import { makersOf } from './given.js';
import { keepListenerOptions } from './listeners.js';
import { exploreSite } from './openings.js';
import { nameOf } from './name-of.js';
import type { Where } from './notes.js';
import { once } from './once.js';
import { holderOf, keptBy } from './objects.js';
import type { Kept } from './objects.js';
import { isPlain, isTemporary, placesOf, rootOf } from './places.js';
import { readBy } from './event-profile.js';
import { readersLeft } from './readers.js';
import { stepsHeard } from './event-steps.js';
import { servedByLoop } from './loop-profile.js';
import { profileOf } from './profile.js';
import type { Program } from './program.js';
import type { Entry, Exploration, Site } from './run.js';
import { rootFact, sitesOf } from './sites.js';
import { solve } from './solve.js';
import { callerAlias, isHeld, start as emptyState } from './state.js';
import type { Leak, Tracked } from './tracked.js';

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
    // What was followed from its opening to here is told there.
    if (arrival.shown && found.some(({ leaks }) => leaks.some((leak) => leak.function === arrival.fn))) continue;
    const tracked = guarded(() => track(program, fromArrival(program, arrival)), arrival.fn.range.startLine, complain);
    // Of what a function is only there to end nothing else is known than whether it does.
    if (arrival.shown !== 'skipped') add(tracked);
    else if (tracked && tracked.leaks.length > 0) add({ ...tracked, waits: [], lasting: () => null, eofIgnored: [] });
  }
  return toldOnce(found);
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
  stream: boolean;
  insides: readonly Where[];
  handedTo: Tracked['handedTo'];
  beginning: Beginning;
  made?: () => readonly Where[];
  shown?: Arrival['shown'];
  named?: string;
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
    fn: site.fn,
    range: site.range,
    library: site.library === 'accept' ? `${type}.accept` : site.library,
    exploration,
    opened,
    opens: fact?.opens ?? null,
    onDropBy: site.inner?.fn.className ?? null,
    inLoop: (site.graph.nodes[site.node]?.loops.length ?? 0) > 0,
    owned: !fact?.opens?.lent,
    tcp: !isLocal(site, fact?.opens ?? null, program.facts),
    stream: !isLocal(site, fact?.opens ?? null, program.facts) || isStream(site, fact?.opens ?? null, program.facts),
    before: [],
    handedTo: null,
    insides: insidesOf(site),
    beginning: beginningOf(site, type),
    made: once(() => madeElsewhere(program, site)),
  });
  if (fact?.opens?.lent) return { ...tracked, waits: [], lasting: () => null, eofIgnored: leftAtEnd(program, site.fn, exploration) };
  return { ...tracked, opening: () => openingOf(program, site, exploration, tracked.leaks.length > 0) };
}

function fromArrival(program: Program, arrival: Arrival): Origin {
  const exploration = solve(program, { graph: arrival.graph, seed: arrival.seed, site: null, inner: false, level: 0 });
  const place = [...arrival.seed.aliases.keys()][0] ?? '';
  const { name, nameRange, range } = arrival.fn;
  return {
    handedTo: arrival.owned && isPlain(place) ? { name, nameRange, range, place } : null,
    beginning: {
      origins: [...arrival.seed.aliases]
        .filter(([alias]) => alias !== callerAlias)
        .map(([alias, type]) => ({ fn: arrival.fn, place: alias, type })),
      range: arrival.range,
      call: null,
      connected: true,
      chain: [{ fn: arrival.fn, by: null }],
      watched: arrival.watched === true ? (closesAtOnce(exploration) ? 'briefly' : 'on') : undefined,
      limited: (arrival.seed.options.readTimeout?.value ?? 0) !== 0,
    },
    fn: arrival.fn,
    range: arrival.range,
    library: arrival.library,
    exploration,
    opened: exploration.entries[0] as Entry,
    opens: null,
    onDropBy: null,
    inLoop: false,
    owned: arrival.owned,
    shown: arrival.shown,
    named: arrival.name,
    tcp: true,
    stream: true,
    insides: [],
    before: arrival.before.map((step) => ({ do: step, line: arrival.range.startLine })),
  };
}

/** Is it closed on every way back? */
function closesAtOnce({ ends }: Exploration): boolean {
  const back = ends.filter(({ how }) => how === 'return');
  return back.length > 0 && back.every(({ entry }) => entry.state.phase === 'closed');
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

function laterUnlessBracketed(program: Program, fn: FunctionIr, kept: Kept, unconnected: boolean): Leak[] {
  const leaks = leaksLater(program, fn, kept, unconnected);
  return leaks.length > 0 && isBracketed(program, fn) ? [] : leaks;
}

/** All ways in which it is lost, the surest first. */
function allLeaks(program: Program, origin: Origin, life: Life, kept: ReturnType<typeof keptBy>, known: TypeFact): Tracked['leaks'] {
  const { fn } = origin;
  const unconnected = origin.opens?.heldFrom === 'connect';
  const first = origin.owned ? leaksOf(program, life, unconnected) : [];
  const later =
    kept && !fn.isTest && known.onDrop !== 'drop'
      ? [
          ...neverClosed(kept, fn, origin.range),
          ...laterUnlessBracketed(program, fn, kept, unconnected),
          ...leftBehind(program, life, kept, unconnected),
        ]
      : [];
  const ended =
    [...first, ...later].some(({ doubt }) => doubt < 2) || kept?.closed === true || !origin.owned || known.onDrop === 'drop' || !origin.tcp;
  if (!ended) later.push(...neverEnded(program, life, origin.beginning, { range: origin.range, file: fn.file }));
  const counted =
    origin.shown === 'skipped'
      ? [...first, ...skippedHere(life, kept)].filter(isSkipped)
      : origin.shown === 'ended'
        ? first.filter(({ eofSeen, how }) => eofSeen && how !== 'throw')
        : [...first, ...later];
  const sure = known.byHand ? forgottenByHand(program, life, counted) : counted;
  return sure.sort((a, b) => a.doubt - b.doubt);
}

function track(program: Program, origin: Origin): Tracked {
  const { fn, exploration, opened } = origin;
  const [place, typeName] = [...opened.state.aliases].find(([alias]) => alias !== callerAlias) ?? [null, origin.opens?.type ?? ''];
  const known: TypeFact = program.facts.type(typeName) ?? { name: typeName, source: '', onDrop: 'never' };
  // Who else may close what is given to a callback is not seen.
  const came = origin.shown === 'ended';
  const life: Life = { fn, exploration, before: [], doubt: came ? 1 : 0, ...(came && { token: rootOf(place ?? '') }) };
  const kept = origin.owned ? keptBy(program, life) : null;
  const lives = [life, ...(kept?.lives ?? [])];
  const leaks = allLeaks(program, origin, life, kept, known);
  // What is dropped is closed: it leaks only by what it was turned into.
  const type: TypeFact = known.onDrop === 'drop' && leaks.length > 0 ? { ...known, onDrop: 'never' } : known;
  const role = roleOf(lives, opened.state.role);
  const destroys = origin.onDropBy !== null && program.class(origin.onDropBy)?.hasDestructor === true;
  const { profile: shown, options } = profileOf(origin.library, exploration, type, role, leaks, fn.file);
  const read = readBy(shown, leaks, type, origin.range.startLine, heardBy(program, origin, type));
  const reach = once(() => reachOf(program, origin.beginning.origins, origin.beginning.chain));
  const profile = leaks.every(({ doubt }) => doubt === 2) ? servedByLoop(program, read, fn) : read;
  return {
    range: origin.range,
    function: fn,
    insides: origin.insides,
    library: origin.library,
    type,
    role,
    owned: origin.owned,
    tcp: origin.tcp,
    stream: origin.stream,
    lasting: once(() => lastingOf(program, origin.beginning, reach())),
    untold: once(() => untoldBy(program, { fn, role, type, stream: origin.stream, leaks }, reach)),
    quiet: (origin.opens?.quiet ?? false) || role === 'listener',
    onDrop: destroys && !program.traits.destroysTemporaries ? 'collector' : type.onDrop,
    place: origin.named ?? nameOf(program, life, place, typeName),
    pointer: [...opened.state.aliases.keys()].some((alias) => alias.startsWith('*') && opened.state.aliases.has(alias.slice(1))),
    leaks,
    waits: waitsOf(program, [life]),
    made: origin.made ?? (() => []),
    holder: origin.insides.length > 0 && leaks.length > 0 ? holderOf(program, life, nameOf(program, life, place, typeName)) : null,
    closedSomewhere: kept?.closed === true || exploration.entries.some((entry) => entry.state.phase === 'closed'),
    escapes:
      exploration.entries.some((entry) => entry.state.phase === 'gone') ||
      exploration.ends.some((end) => isHeld(end.entry.state) && leavesFunction(program, fn, end.entry.state, end.how)),
    limitedOpening: once(() => isLimitedOpening(program, origin.beginning)),
    namesLimit: once(() => namesLimit(program, origin.beginning)),
    givenTo: handedIn(exploration, 'given'),
    lentTo: handedIn(exploration, 'lent'),
    eofIgnored: fn.isTest ? [] : [...eofIgnoredOf(lives), ...(kept && origin.tcp && leaks.length === 0 ? readersLeft(program, lives) : [])],
    workBeforeClose: lives.flatMap((one) => workOf(program, one)),
    options,
    everSet: everSet(lives),
    opensInLoop: origin.inLoop,
    closesFirst: exploration.events.some(
      ({ event, entry }) => event.event === 'close' && event.state.phase !== 'eof' && (!origin.inLoop || comesRound(exploration, entry)),
    ),
    handedTo: origin.handedTo ?? handedTo(exploration),
    mayBeKilledAt: program.handlesSignal ? null : (exploration.events.find(({ event }) => event.event === 'signal')?.event.range ?? null),
    forked: exploration.events.find(({ event }) => event.event === 'fork')?.event.range ?? null,
    profile: { ...profile, ...(origin.tcp ? {} : { tcp: false as const }), steps: [...origin.before, ...profile.steps] },
    mentions: mentionsOf(lives),
  };
}

/** What the handlers of its events do with it. */
function heardBy(program: Program, { fn, exploration, opened }: Origin, type: TypeFact): ProfileStep[] {
  if (!type.events) return [];
  const names = [opened, ...exploration.entries].flatMap(({ state }) => [...state.aliases.keys()].filter((alias) => alias !== callerAlias));
  return stepsHeard({ program, fn, roots: new Set(names.map(rootOf)), type: type.name });
}

/** Calls that it is handed to while it is held. */
function handedIn(exploration: Exploration, how: 'given' | 'lent'): Tracked['givenTo'] {
  return exploration.events.flatMap(({ event, entry }) =>
    event.event === how && isHeld(event.state) && entry.doubt < 2 ? [{ name: event.name, range: event.range, file: event.file }] : [],
  );
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
  const origins =
    holder === undefined
      ? []
      : element
        ? element.map((one) => ({ fn: bottom.fn, place: `${holder}[${one.index}]`, type: one.type }))
        : [{ fn: bottom.fn, place: holder, type: opens?.type ?? type }];
  return {
    origins,
    range: bottom.range,
    call: bottom.fact ? { fn: bottom.fn, stmt: bottom.stmt, fact: bottom.fact } : null,
    connected: opens?.connected === true || bottom.library === 'accept',
    chain,
  };
}

/** Options that are set on some path. */
function everSet(lives: readonly Life[]): ReadonlySet<OptionName> {
  const states = lives.flatMap(({ exploration }) => [
    ...exploration.entries.map((entry) => entry.state),
    ...exploration.events.map(({ event }) => event.state),
  ]);
  // What a call that nobody knows may have set is no setting of the program.
  return new Set(states.filter((state) => state.lent === '').flatMap((state) => Object.keys(state.options) as OptionName[]));
}

/** Openings inside the functions that a call runs. */
function insidesOf(site: Site): Where[] {
  return site.inner ? [{ range: site.inner.range, file: site.inner.fn.file }, ...insidesOf(site.inner)] : [];
}

/** Entries where the connection has just been opened. */
function openedEntries(exploration: Exploration): Entry[] {
  return exploration.entries.filter((entry) => isHeld(entry.state) && entry.prev !== null && !isHeld(entry.prev.state));
}

/** A call that opens, uses and gives back the connection before it returns. */
function doneAtOnce(site: Site, exploration: Exploration): Entry | undefined {
  return exploration.entries.find(
    (entry) => entry.state.phase === 'closed' && entry.prev?.node === site.node && entry.prev.state.phase === 'absent',
  );
}

function directFact(program: Program, site: Site, opened: Entry): CallFact | null {
  const known = rootFact(site);
  if (known) return known;
  const resolved = program.resolve(site.fn, site.stmt, opened.prev?.state ?? null);
  return resolved.how === 'fact' ? resolved.fact : null;
}

/** Datagram, AF_UNIX and the like: a descriptor, no TCP connection. */
function isLocal(site: Site, opens: OpenFact | null, facts: FactIndex): boolean {
  return (
    opens?.datagram === true ||
    (opens?.unless ?? []).some(
      ({ arg, names, leaksAnyway }) => leaksAnyway === true && isAmong(emptyState, facts, givenFrom(site, arg), names),
    )
  );
}

function isStream(site: Site, opens: OpenFact | null, facts: FactIndex): boolean {
  return opens?.streams !== undefined && isAmong(emptyState, facts, givenFrom(site, opens.streams.arg), opens.streams.names);
}

/** An argument of the library's call at the bottom, as those give it who call the functions around it. */
function givenFrom(site: Site, slot: Slot): Operand | null {
  if (!site.inner) return operandIn(site.stmt, slot);
  const operand = givenFrom(site.inner, slot);
  const index = operand?.kind === 'place' ? site.inner.fn.params.findIndex(({ name }) => name === operand.place) : -1;
  const param = site.inner.fn.params[index];
  return param ? (operandIn(site.stmt, { arg: index, name: param.name }) ?? param.default ?? null) : operand;
}

/** Where what the library's call works on is made, if not in the function itself. */
function madeElsewhere(program: Program, site: Site): readonly Where[] {
  if (site.inner) return madeElsewhere(program, site.inner);
  const { callee } = site.stmt;
  if (callee.kind !== 'method' || isTemporary(callee.receiver)) return [];
  return makersOf(program, site.fn, callee.receiver)
    .filter((where) => !isIn(where, site.fn))
    .slice(0, 1);
}

function handedTo(exploration: Exploration): Tracked['handedTo'] {
  for (const { event } of exploration.events) {
    if (event.event === 'spawn') return { name: event.fn.name, nameRange: event.fn.nameRange, range: event.fn.range, place: event.place };
  }
  return null;
}

/** Does it stand in a loop, so that there is a round after it? */
function comesRound({ graph }: Exploration, { node }: Entry): boolean {
  return (graph?.nodes[node]?.loops.length ?? 0) > 0;
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
