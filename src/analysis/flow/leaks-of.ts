/** Where an exploration loses the connection. */

import type { Role } from '../../scenarios/profile.js';
import { bestPerPlace } from './best-leaks.js';
import { isIn } from './causes.js';
import { fromOpening } from './events-of.js';
import { hasWord } from './fact-index.js';
import { leaksByEvents } from './event-leaks.js';
import { endsOthers, hasCloser } from './freed.js';
import { hadNoRound, isDecidedElsewhere } from './guards.js';
import { mayEndLater } from './handlers.js';
import { leavingPlace, whereLeft } from './leaving.js';
import { areBorrowers, borrowers, tellsFailure } from './lending.js';
import type { FunctionIr, Span } from './ir.js';
import { story } from './life.js';
import type { Life } from './life.js';
import { isFailure } from './notes.js';
import type { Note, Where } from './notes.js';
import type { Kept } from './objects.js';
import { isPlain, rootOf } from './places.js';
import type { Program } from './program.js';
import { isShared } from './shared-objects.js';
import { passesCloser } from './passed-by.js';
import { runsAgain } from './runs-again.js';
import type { Entry, Exploration, Lost } from './run.js';
import { worse } from './run.js';
import { callerAlias, isHeld, told } from './state.js';
import type { State } from './state.js';
import type { Doubt, Leak } from './tracked.js';

/** All ways to lose it, the surest first. */
export function leaksOf(program: Program, life: Life, unconnected: boolean): Leak[] {
  if (life.fn.isTest) return [];
  const leaks = [
    ...leaksAtEnds(program, life, unconnected),
    ...lostOnes(program, life, unconnected),
    ...leaksByEvents(program, life, ({ how, entry }) => leavesFunction(program, life.fn, entry.state, how)),
  ];
  return bestPerPlace(leaks.map((leak) => whereLeft(program, leak))).sort((a, b) => a.doubt - b.doubt);
}

/** Does someone outside still know the connection when the function ends like this? */
export function leavesFunction(
  program: Program,
  fn: FunctionIr,
  state: State,
  how: Exploration['ends'][number]['how'],
  token: string | null = null,
): boolean {
  for (const alias of state.aliases.keys()) {
    const root = rootOf(alias);
    if (program.facts.type(state.aliases.get(alias) ?? '')?.lever) continue;
    if (root === callerAlias || root.startsWith('%ret')) return true;
    const lostObject = how === 'throw' && fn.kind === 'constructor' && root === fn.receiver && program.losesOnThrow(fn.className);
    const viaParameter = !isPlain(alias) && root !== token && (root === fn.receiver || fn.params.some((param) => param.name === root));
    if (viaParameter && !lostObject) return true;
    if (fn.kind === 'module' ? program.usedElsewhere(fn, root) : fn.captures.includes(root)) return true;
  }
  return false;
}

/** Whatever still has it closes it when it goes out of scope. */
function isDropped(program: Program, { aliases }: State): boolean {
  const types = [...aliases.values()];
  return types.length > 0 && types.every((type) => program.facts.type(type)?.onDrop === 'drop');
}

function leaksAtEnds(program: Program, life: Life, unconnected: boolean): Leak[] {
  const { fn, exploration } = life;
  const leaks: Leak[] = [];
  const main = fn.kind === 'module' || fn.name === 'main';
  const borrowing = borrowersIn(program, life);
  const closes = fn.kind !== 'module' && exploration.entries.some((entry) => entry.state.phase === 'closed');
  for (const { how, entry } of exploration.ends) {
    const state = entry.state;
    if (
      how === 'process' ||
      !isHeld(state) ||
      state.tended ||
      (unconnected && state.phase === 'open') ||
      state.facts.has(told) ||
      isDropped(program, state) ||
      leavesFunction(program, fn, state, how, life.token ?? null) ||
      !areBorrowers(borrowing, state.lent)
    )
      continue;
    // A listener that was accepted from lives as long as the program.
    if (state.role === 'listener' && acceptedFrom(exploration, entry)) continue;
    if (
      main &&
      (how === 'throw' || state.role === 'listener' || ((state.role !== 'accepted' || closes) && !waitsElsewhere(exploration, entry)))
    )
      continue;
    const failure = state.facts.get('%failure') === 'true';
    const notes = story(life, entry);
    if (isInShared(program, fn, state, notes) || mayEndLater(program, fn, entry)) continue;
    // Who has only lent it out is as sure as the guess that it was lent.
    const unsure = isDecidedElsewhere(program, exploration, entry) || hadNoRound(exploration, entry) ? 2 : state.lent === '' ? 0 : 1;
    const doubt = worse(worse(life.doubt, doubtOf(program, exploration, how, entry)), unsure);
    leaks.push({
      how: how === 'throw' ? 'throw' : fn.kind === 'module' ? 'end' : failure ? 'failure' : 'return',
      doubt: how === 'throw' ? worse(doubt, setUpOnly(program, state, life) ? 2 : 1) : doubt,
      afterError: worse(life.token === undefined ? life.doubt : 0, entry.doubt) > 0,
      eofSeen: state.phase === 'eof',
      connected: state.phase !== 'open' || state.lent !== '',
      borrowed: state.lent !== '',
      function: fn,
      ...leavingPlace(fn, notes, how),
      path: fromOpening(notes),
      place: [...state.aliases.keys()][0] ?? null,
    });
  }
  return bestPerPlace(leaks);
}

/**
 * A failure that hardly ever comes is like others where the function closes on another failing way, or on one of those on which it
 * does not hand the connection on; an exception, where it passes by a handler that closes.
 */
function doubtOf(program: Program, exploration: Exploration, how: Leak['how'] | 'process', at: Entry | Lost): Doubt {
  const { ends } = exploration;
  const { doubt, rarely } = at;
  if (doubt < 2 || rarely === 2) return doubt;
  if (how === 'throw') return passesCloser(program, exploration, 'entry' in at ? at.entry : at) ? 1 : doubt;
  const returns = ends.filter(({ how, entry }) => how === 'return' && entry.doubt < 2);
  const handsOn = returns.some(({ entry }) => entry.state.phase === 'gone' && entry.doubt === 0);
  const closes = returns.some(({ entry: { state } }) => state.phase === 'closed' && (handsOn || state.facts.get('%failure') === 'true'));
  return closes ? 1 : doubt;
}

/** Is it in a local object that others knew before it was opened? */
function isInShared(program: Program, fn: FunctionIr, state: State, notes: readonly Note[]): boolean {
  const opened = notes.find(({ kind }) => kind === 'opened');
  const roots = [...state.aliases.keys()].filter((place) => !isPlain(place) && place !== callerAlias).map(rootOf);
  return (
    opened !== undefined &&
    roots.some((root) => fn.locals.includes(root) && !state.aliases.has(root) && isShared(program, fn, root, opened.range.startLine))
  );
}

/** On this path, did the code accept from the connection itself? */
function acceptedFrom(exploration: Exploration, end: Entry): boolean {
  const path = entriesTo(end);
  return exploration.events.some(
    ({ event, entry }) => event.event === 'wait' && path.has(entry) && event.fact.wait === 'accept' && event.own,
  );
}

function entriesTo(end: Entry): Set<Entry> {
  const path = new Set<Entry>();
  for (let at: Entry | null = end; at; at = at.prev) path.add(at);
  return path;
}

/** On this path, did the code block on something else after it last used the connection? */
function waitsElsewhere(exploration: Exploration, end: Entry): boolean {
  const waits = new Set<Entry>();
  const uses = new Set<Entry>();
  for (const { event, entry } of exploration.events) {
    if (event.event === 'mention') uses.add(entry);
    else if (event.event === 'wait' && (event.fact.wait === 'sleep' || event.fact.wait === 'accept')) waits.add(entry);
  }
  for (let at: Entry | null = end; at && !uses.has(at); at = at.prev) if (waits.has(at)) return true;
  return false;
}

/** Calls that nobody knows and that only borrow, in this stretch. */
function borrowersIn(program: Program, { fn, exploration }: Life): ReadonlySet<string> {
  return borrowers(fn, exploration, (state, how) => leavesFunction(program, fn, state, how));
}

/** A local name of an object that others have is put to another: they still have it. */
function isOthers(program: Program, fn: FunctionIr, place: string | null): boolean {
  if (place === null || isPlain(place)) return false;
  return fn.locals.includes(rootOf(place)) && isShared(program, fn, rootOf(place), 0);
}

function lostOnes(program: Program, life: Life, unconnected: boolean, kept: Kept | null = null): Leak[] {
  const later = kept !== null;
  const isSecondary = (state: State): boolean => [...state.aliases.values()].every((type) => program.facts.type(type)?.secondary === true);
  const borrowing = borrowersIn(program, life);
  return bestPerPlace(
    life.exploration.lost
      .filter(
        (lost) =>
          !(later && lost.how === 'overwritten' && isSecondary(lost.entry.state)) &&
          !(kept && lost.freed && (hasCloser(kept.lives) || !endsOthers(program, lost.function, lost.place))) &&
          !lost.entry.state.tended &&
          !isDropped(program, lost.entry.state) &&
          !(lost.how === 'overwritten' && isOthers(program, lost.function, lost.place)) &&
          areBorrowers(borrowing, lost.lent) &&
          !(unconnected && lost.entry.state.phase === 'open'),
      )
      .map((lost) => {
        const path = fromOpening(story(life, lost.entry, lost.notes));
        const doubt = worse(worse(life.doubt, doubtOf(program, life.exploration, lost.how, lost)), later && lost.freed ? 1 : 0);
        const where: Where = { range: lost.range, file: lost.file };
        if (lost.how === 'overwritten') path.push({ kind: 'reassigned', ...where, name: lost.place ?? undefined });
        if (lost.how === 'piles') path.push({ kind: 'piles', ...where });
        if (lost.how === 'dropped') path.push({ kind: 'unreferenced', ...where });
        const afterError = (lost.how === 'piles' || lost.freed ? worse(life.doubt, lost.entry.doubt) : doubt) > 0;
        return {
          how: lost.how,
          doubt: lost.how === 'throw' ? worse(doubt, 1) : doubt,
          afterError,
          eofSeen: lost.eofSeen,
          connected: lost.connected,
          borrowed: lost.lent !== '',
          function: lost.function,
          ...where,
          path,
          place: lost.place,
        };
      }),
  );
}

/** A server that cannot be set up ends the program more often than not; where the runtime closes it then, it is hardly worth a word. */
function setUpOnly(program: Program, state: State, life: Life): boolean {
  const { exploration } = life;
  const type = [...state.aliases.values()][0];
  const onDrop = type === undefined ? 'never' : (program.facts.type(type)?.onDrop ?? 'never');
  const serves = exploration.events.some(({ event }) => event.event === 'wait' && event.fact.wait === 'accept' && event.own);
  return onDrop !== 'never' && serves && roleOf([life], state.role) === 'listener';
}

/** The role that it is opened in, or that what is done with it shows. */
export function roleOf(lives: readonly Life[], opened: State['role']): Role {
  if (opened !== 'any') return opened;
  return lives.some(({ exploration }) => exploration.entries.some((entry) => entry.state.role === 'listener')) ? 'listener' : 'client';
}

/** Names of the field that keeps it, where nobody at all closes it. */
export function neverClosed(kept: Kept, fn: FunctionIr, range: Span): Leak[] {
  const site: Where = { range, file: fn.file };
  if (kept.closed || kept.gone || kept.open) return [];
  return [
    {
      how: 'kept',
      doubt: kept.partial ? 2 : worse(kept.doubt, 1),
      afterError: false,
      eofSeen: false,
      connected: true,
      function: fn,
      ...site,
      path: [...fromOpening(kept.path), { kind: 'kept', ...site, name: kept.place }],
      place: kept.place,
    },
  ];
}

/**
 * What methods lose of what their object keeps: a name that a called method assigns anew, a local that took it out, and a
 * close that an error skips where there is no other.
 */
export function leaksLater(program: Program, opener: FunctionIr, kept: Kept, unconnected: boolean): Leak[] {
  const others = (): boolean => kept.open || kept.reachedElsewhere();
  const closing = kept.lives.flatMap(({ exploration }) =>
    exploration.events.filter(({ event }) => event.event === 'close').map(({ event }) => event),
  );
  const leaks = kept.lives.flatMap((life) => {
    if (life.fn.isTest) return [];
    const inside = (where: Where): boolean => isIn(where, life.fn);
    // Whether a method runs while it holds one already is for its callers to show, unless it closes it when all goes well, or has
    // just failed at using it.
    const closes = closesOrdinarily(life);
    const isShown = (leak: Leak): boolean =>
      !kept.returned && leak.afterError && (closes || failedAtIt(life, leak) || (!inside(leak) && runsAgain(program, life, kept, opener)));
    const lost = lostOnes(program, life, false, kept).filter((leak) => leak.how !== 'overwritten' || isShown(leak));
    // Who opens into the field once more may have the old one under a name of its own; what its caller got is the caller's to end.
    const left = leaksAtEnds(program, life, false).filter(
      (leak) => !kept.returned && (life.fn !== opener || leak.place === null || !isPlain(leak.place) || isShown(leak)),
    );
    const skipped = closing.every(inside) ? skippedClose(life, kept.partial ? 2 : 1) : [];
    return [...left, ...lost, ...(skipped.length > 0 && others() ? [] : skipped)];
  });
  // What was never connected holds nothing.
  return bestPerPlace(leaks.filter(({ connected }) => connected || !unconnected)).sort((a, b) => a.doubt - b.doubt);
}

/** Since the method began, has another call on the connection itself failed on the way to this leak? */
function failedAtIt({ exploration }: Life, { path, range, file }: Leak): boolean {
  const isAt = (one: Where, other: Where): boolean =>
    one.file === other.file && one.range.startLine === other.range.startLine && one.range.startColumn === other.range.startColumn;
  const begun = path.map(({ kind }) => kind).lastIndexOf('entered');
  return path
    .slice(begun + 1)
    .some(
      (note) =>
        note.kind === 'fails' &&
        !isAt(note, { range, file }) &&
        exploration.events.some(({ event }) => event.event === 'mention' && isAt(note, event)),
    );
}

/**
 * A function that shows by what it does that it was given a connection: what counts is that it goes on after a close that was skipped.
 * Where a close before it is what failed, that may have been one of a stream of the same connection.
 */
export function isSkipped(leak: Leak): boolean {
  const failed = leak.path.filter(isFailure);
  const isClose = ({ name }: Note): boolean => name !== undefined && hasWord(name.slice(name.lastIndexOf('.') + 1), closing);
  return leak.afterError && leak.how !== 'throw' && (failed.length === 0 || !failed.every(isClose));
}

/** How a close is called in every language. */
const closing = ['close', 'dispose'];

/** The field that a function closes when all goes well, and nobody else does, is left open by it when something fails. */
export function skippedHere(life: Life, kept: Kept | null): Leak[] {
  const others = kept?.lives.some(
    ({ fn, exploration }) => fn !== life.fn && exploration.events.some(({ event }) => event.event === 'close' && !isIn(event, life.fn)),
  );
  return kept === null || others === true ? [] : skippedClose(life, 1);
}

/** Does every ordinary way through it close? */
function closesOrdinarily({ exploration: { ends } }: Life): boolean {
  const ordinary = ends.filter(({ how, entry }) => how === 'return' && entry.doubt === 0);
  return ordinary.length > 0 && ordinary.every(({ entry }) => entry.state.phase === 'closed');
}

/** Every ordinary way through it closes; some failing one does not. */
function skippedClose(life: Life, doubt: Doubt): Leak[] {
  if (!closesOrdinarily(life)) return [];
  return life.exploration.ends
    .filter(
      ({ how, entry }) =>
        how !== 'process' && entry.doubt === 1 && isHeld(entry.state) && entry.state.lent === '' && !entry.state.facts.has(told),
    )
    .map(({ how, entry }) => {
      const notes = story(life, entry);
      return {
        how: how === 'throw' ? ('throw' as const) : tellsFailure(life.fn, entry.state) ? ('failure' as const) : ('return' as const),
        doubt: worse(life.doubt, doubt),
        afterError: true,
        eofSeen: entry.state.phase === 'eof',
        connected: entry.state.phase !== 'open',
        function: life.fn,
        ...leavingPlace(life.fn, notes, how),
        path: fromOpening(notes),
        place: [...entry.state.aliases.keys()][0] ?? null,
      };
    });
}
