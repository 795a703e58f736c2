/** What the two leak rules share: which leaks count, and how they are told. */

import type { Certainty } from '../findings.js';
import { byEvents } from '../flow/event-leaks.js';
import type { FixIntent } from '../flow/intents.js';
import { isFailure } from '../flow/notes.js';
import type { Note } from '../flow/notes.js';
import { lineText, sourceName } from '../flow/notes-text.js';
import type { FunctionIr } from '../flow/ir.js';
import type { Leak, Tracked } from '../flow/tracked.js';
import type { Report } from './rule.js';
import { say } from '../../words/say.js';

export function certaintyOf(doubt: 0 | 1 | 2): Certainty {
  return doubt === 0 ? 'certain' : doubt === 1 ? 'likely' : 'possible';
}

/** Leaks worth telling, most certain first. */
export function leaksOf(connection: Tracked): Leak[] {
  if (!connection.owned) return [];
  if (connection.type.response || connection.type.closesItself) return connection.leaks.filter(({ how }) => byEvents.has(how));
  if (connection.type.longLived)
    return connection.leaks.filter(({ how, function: where }) => (how === 'return' || how === 'end') && where === connection.function);
  return connection.leaks.filter(
    (leak) =>
      !(connection.quiet && (leak.how === 'end' || leak.how === 'kept' || (leak.how === 'overwritten' && connection.onDrop !== 'never'))),
  );
}

/** Open on an ordinary way out; or nothing anywhere closes it or takes it over. */
function isNormalLeak(connection: Tracked, leak: Leak): boolean {
  if (byEvents.has(leak.how)) return false;
  const ordinary =
    leak.how === 'kept' ||
    leak.how === 'return' ||
    leak.how === 'end' ||
    leak.how === 'overwritten' ||
    leak.how === 'dropped' ||
    leak.how === 'piles';
  if (ordinary && !leak.afterError) return true;
  return !connection.closedSomewhere && !connection.escapes && connection.leaks.some((one) => one.doubt < 2) && leak.doubt < 2;
}

/**
 * The way to lose it that is told, with all that matter: exactly one of the two leak rules tells it, the one whose leak is
 * surer. That an object keeps it and nobody closes it is another cause, mended at another place.
 */
export function toldLeak(connection: Tracked): { leaks: Leak[]; best: Leak; normal: boolean } | null {
  const leaks = leaksOf(connection).filter((leak) => leak.how !== 'kept');
  const [first] = leaks;
  if (!first) return null;
  const normal = leaks.find((leak) => isNormalLeak(connection, leak));
  return normal && normal.doubt <= first.doubt ? { leaks, best: normal, normal: true } : { leaks, best: first, normal: false };
}

/** Does the runtime close it as soon as this way out is taken? With the function's frame goes the last name of it. */
export function closesItself(connection: Tracked, leak: Leak): boolean {
  const dropped = connection.onDrop === 'at-once' || connection.onDrop === 'drop';
  return dropped && leak.how !== 'end';
}

/**
 * The call whose failure is caught, upon which the next round opens another: that it fails is what matters, not that its name is given
 * away then, or that the next opening fails.
 */
function failedBefore({ how, afterError, path }: Leak): (Note & { name: string }) | null {
  const [cause, last] = path.slice(-2);
  const again = last?.kind === 'fails' && path[0]?.kind === 'opened' && last.range.startLine === path[0].range.startLine;
  const isNext = how === 'overwritten' ? afterError : how === 'throw' && again;
  return isNext && cause?.kind === 'fails' && cause !== path[0] && cause.name !== undefined ? { ...cause, name: cause.name } : null;
}

/** First sentence of a leak's message. */
export function leftOpen(connection: Tracked, leak: Leak): string {
  const own = leak.function === connection.function && leak.how !== 'kept' && leak.how !== 'overwritten';
  const known = (own ? null : sourceName(leak.place)) ?? sourceName(connection.place);
  const name = known === null ? say`This connection` : `\`${known}\``;
  const inside = insideOf(leak.function, connection);
  const at = lineText(leak, connection.function.file);
  const failed = failedBefore(leak);
  if (failed) return say`${name} stays open when \`${failed.name}\` fails on ${lineText(failed, connection.function.file)}.`;
  switch (leak.how) {
    case 'overwritten':
      return say`${name} is assigned anew on ${at} while it is still open.`;
    case 'piles':
      return say`${name} stays open until ${inside} ends, and each round of the loop adds another: the deferred close on ${at} runs only then.`;
    case 'dropped':
      return say`Nothing can close this connection: nothing refers to it after ${at}.`;
    case 'throw':
      return say`${name} stays open when an exception leaves ${inside} on ${at}.`;
    case 'failure':
      return say`${name} stays open when ${inside} returns an error on ${at}.`;
    case 'kept':
      return say`${name} is kept in an object of which no method closes it.`;
    case 'notice':
      return say`${name} stays open after this event: the handler on ${at} only hears of it, and neither it nor the runtime closes anything.`;
    case 'unheard':
      return say`${name} stays open when the limit on ${at} is over: the runtime only tells of it, and nothing listens.`;
    case 'answered':
      return say`${name} stays open on the way on which the handler gives its answer on ${at}; on another way it closes it.`;
    case 'abandoned':
      return say`${name} stays open when the timer gives up on ${at}: who waits is told, but nothing ends what was begun.`;
    case 'relayed':
      return say`${name} stays open when the connection that it is joined to on ${at} fails: only an orderly end is handed on.`;
    case 'end':
      return say`${name} is still open at the end of ${inside}.`;
    case 'return':
      return say`${name} is still open when ${inside} returns${leak.range.startLine === leak.function.nameRange.startLine ? '' : say` on ${at}`}.`;
  }
}

/** How people call a function: one that has no name is the one that stands there. */
function insideOf({ kind, name, range, file }: FunctionIr, connection: Tracked): string {
  if (kind === 'module') return say`the module`;
  if (kind !== 'lambda' || name !== 'lambda') return `\`${name}\``;
  const isThis = range.startLine === connection.function.range.startLine && file === connection.function.file;
  return isThis ? say`this function` : say`the function on ${lineText({ range, file }, connection.function.file)}`;
}

/** The same in a few words. What the runtime closes by itself is no leak. */
export function leaksWhen(connection: Tracked, leak: Leak): string {
  const at = lineText(leak, connection.function.file);
  const subject = connection.type.response ? say`Response ` : '';
  const verb = closesItself(connection, leak) ? say`not closed` : say`leaks`;
  const does = subject === '' ? verb.charAt(0).toUpperCase() + verb.slice(1) : subject + verb;
  const failed = failedBefore(leak);
  if (failed) return say`${does} when \`${failed.name}\` fails on ${lineText(failed, connection.function.file)}`;
  switch (leak.how) {
    case 'overwritten':
      return say`${does} when it is assigned anew on ${at}`;
    case 'piles':
      return say`${does} once per round: the deferred close on ${at} runs when the function ends`;
    case 'dropped':
      return say`${does}: nothing refers to it after ${at}`;
    case 'throw':
      return say`${does} when an exception leaves on ${at}`;
    case 'failure':
      return say`${does} when an error is returned on ${at}`;
    case 'kept':
      return say`Kept in an object of which no method closes it`;
    case 'notice':
      return say`Stays open: the handler on ${at} is only told, and closes nothing`;
    case 'unheard':
      return say`Stays open: the limit on ${at} only emits an event, and nothing listens`;
    case 'answered':
      return say`Stays open when the handler answers on ${at}`;
    case 'abandoned':
      return say`Stays open when the timer gives up on ${at}: nothing ends what was begun`;
    case 'relayed':
      return say`Stays open when the connection that it is joined to on ${at} fails`;
    case 'end':
      return say`${does}: still open at the end of ${insideOf(connection.function, connection)}`;
    case 'return':
      return leak.range.startLine === leak.function.nameRange.startLine
        ? say`${does} when the function returns`
        : say`${does} when it returns on ${at}`;
  }
}

/** Why it matters, true to what the runtime does with a connection nobody refers to; undefined keeps the rule's own sentence. */
export function whyLeft(connection: Tracked, leak: Leak): string | undefined {
  if (byEvents.has(leak.how) || (connection.type.readsOn && connection.tcp))
    return say`Only the peer's own end closes it: while that says nothing, the socket stays ESTABLISHED, no timer runs, and it costs a file descriptor.`;
  if (connection.type.stalls)
    return say`Its socket stays ESTABLISHED and can serve no other request, so the next one opens another: a short answer frees it when the server closes, a longer one not even then.`;
  if (leak.how === 'kept' && connection.onDrop === 'at-once')
    return say`It stays open as long as anything refers to the object: once the peer has closed, the socket is in CLOSE_WAIT until then.`;
  if ((!connection.tcp || !leak.connected) && connection.onDrop === 'collector')
    return say`Only the garbage collector may close it, some time: until then it costs a file descriptor, and a loop around it may run out of them.`;
  if ((!connection.tcp || !leak.connected) && connection.onDrop !== 'at-once')
    return say`Nobody else can close it: each one costs a file descriptor, and a loop around it runs out of them.`;
  const state = connection.tcp && leak.connected && connection.role !== 'listener' ? say`, in CLOSE_WAIT once the peer has closed` : '';
  switch (connection.onDrop) {
    // Measured with CPython 3.11: failing connects in a loop leave no descriptor behind; with the exceptions kept in a list, or a
    // reference cycle around the socket, each leaves one.
    case 'at-once':
      return say`CPython closes it when the last reference goes, no sooner: a kept exception, a reference cycle or another runtime holds the socket open${state}.`;
    case 'collector':
      if (connection.type.countedFrom && connection.role !== 'listener')
        return say`Before ${connection.type.countedFrom[connection.role]} only the garbage collector may close it, some time: until then, once the peer has closed, the socket stays in CLOSE_WAIT and costs a file descriptor. From that version on it is closed when its last reference goes, which a kept exception or a cycle may hold.`;
      return say`Only the garbage collector may close it, some time: until then, once the peer has closed, the socket stays in CLOSE_WAIT and costs a file descriptor.`;
    default:
      return undefined;
  }
}

/** What never connected has no peer: nothing of TCP happens to it. */
export function neverConnected(leak: Leak): { unconnected?: true } {
  return leak.connected ? {} : { unconnected: true };
}

/** Is it a guess that a call on the way only borrowed it? */
export function onlyBorrowed(leak: Leak): { guessed?: true } {
  return leak.borrowed === true ? { guessed: true } : {};
}

/** Is it the failure of the call on which its path ends that leaves, or that leads out with nothing done in between? */
export function raisedAtEnd(leak: Leak): { raised?: Report['raised'] } {
  if ((leak.also ?? []).length > 0 || leak.eofSeen) return {};
  const path = leakPath(leak);
  const last = path.at(-1)?.kind;
  if (leak.how === 'throw' ? last === 'fails' || last === 'cancelled' : failedBefore(leak) !== null) return { raised: 'exception' };
  const before = path.filter(({ kind }) => !LEAVING.has(kind)).at(-1);
  if (leak.afterError && (before?.kind === 'fails' || before?.kind === 'cancelled'))
    return { raised: before.thrown ? 'exception' : 'value' };
  // What came of it was not what the code wants.
  return leak.how === 'failure' && before?.kind === 'opened' ? { raised: 'value' } : {};
}

/** Notes that only say how it is left. */
const LEAVING: ReadonlySet<Note['kind']> = new Set([
  'returns',
  'returnsError',
  'throws',
  'rethrows',
  'leaves',
  'reassigned',
  'unreferenced',
]);

export function leakPath(leak: Leak): Note[] {
  const also = (leak.also ?? []).map((where): Note => ({ kind: 'also', ...where }));
  if (leak.path.at(-1)?.range === leak.range) return [...leak.path, ...also];
  return [...leak.path, { kind: 'leaves', range: leak.range, file: leak.file }, ...also];
}

/** Close it everywhere when nothing takes it over, else only where it fails. */
export function leakFixes(connection: Tracked, leaks: readonly Leak[]): FixIntent[] {
  const { holder } = connection;
  const place = holder?.place ?? connection.place;
  if (!place || place.startsWith('%') || leaks.some((leak) => leak.how === 'piles')) return [];
  // An object is closed by its own method, not by reaching into it; another function is mended there.
  if (connection.insides.length > 0 && /[.[]/.test(place)) return [];
  const type = holder ? '' : connection.type.name;
  const known = holder?.closer ?? connection.type.closedBy;
  const closer = known === undefined ? {} : { closer: known };
  const owner = connection.handedTo;
  if (owner) {
    const given = { open: owner.nameRange, place: owner.place, functionRange: owner.range, type, ...closer };
    // Somebody closes it later: what leaves it open on its way is to close it there.
    const answered = leaks.filter(({ how }) => how === 'answered').map(({ range }) => range);
    if (answered.length > 0) return [{ fix: 'closeOnFailure', ...given, leaks: answered }];
    const leaving = connection.type.response ? leaks.filter(({ how }) => how === 'return' || how === 'failure') : [];
    return [
      { fix: 'closeAlways', ...given, isParameter: true },
      ...leaving.map(({ range }): FixIntent => ({ fix: 'closeBefore', ...given, at: range })),
    ];
  }
  const here = leaks.filter((leak) => leak.function === connection.function && leak.how !== 'kept');
  if (here.length === 0) return [];
  const common = { open: connection.range, place, functionRange: connection.function.range, type, ...closer };
  const fixes: FixIntent[] = [];
  if (!connection.escapes) fixes.push({ fix: 'closeAlways', ...common });
  const failing = here
    .filter((leak) => leak.afterError || leak.how === 'failure' || leak.how === 'throw')
    .flatMap((leak) => [leak.range, ...failuresOf(leak)]);
  if (failing.length > 0) fixes.push({ fix: 'closeOnFailure', ...common, leaks: failing });
  for (const leak of here)
    if (leak.how === 'return' || leak.how === 'failure') fixes.push({ fix: 'closeBefore', ...common, at: leak.range });
  return fixes;
}

/** The calls on a leak's path that failed. */
function failuresOf(leak: Leak): Leak['range'][] {
  return leak.path.filter(isFailure).map((note) => note.range);
}
