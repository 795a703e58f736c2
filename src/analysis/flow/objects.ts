/**
 * Objects own connections: what was opened in one method and is kept in a field lives on in the others. From the ways in
 * which the object can be when a method returns, every other method is explored, until nothing new turns up.
 */

import { hasCloser } from './freed.js';
import { isHandedOut } from './inner-objects.js';
import type { FunctionIr, Place } from './ir.js';
import { story } from './life.js';
import type { Life } from './life.js';
import { destroyersOf, joined, membersOf, othersOf, plainType } from './members.js';
import type { Member, Members } from './members.js';
import type { Note } from './notes.js';
import { isPlain, rootOf } from './places.js';
import type { Program } from './program.js';
import type { Entry } from './run.js';
import { worse } from './run.js';
import { isHeld, told } from './state.js';
import { returnsItself } from './static-types.js';
import type { State } from './state.js';
import type { Doubt } from './tracked.js';
import { exploreMember, isLent, leaving, namesOf, namesUnder, relative, Walk } from './walk.js';
import type { Seed } from './walk.js';

/** A connection kept in a field, and what becomes of it. */
export interface Kept {
  owner: string;
  /** The field as the opening function names it. */
  place: Place;
  /** What runs later while it is held. */
  lives: readonly Life[];
  /** Some method closes it, or hands it on. */
  closed: boolean;
  gone: boolean;
  /** The function that keeps it gives the connection itself to its caller, too: who asked for it may close it. */
  returned: boolean;
  /** Others may close it. */
  open: boolean;
  /** Is there anybody in other files who may, too? */
  reachedElsewhere(): boolean;
  /** So may methods in files that are not here. */
  partial: boolean;
  /** The opening's path up to where it is kept. */
  path: readonly Note[];
  doubt: Doubt;
}

interface Birth extends Seed {
  owner: string;
  place: Place;
  /** All its names under the object. */
  places: readonly Place[];
  /** Others have got it, too. */
  shared: boolean;
  lent: boolean;
  returned: boolean;
}

/** What becomes of the connection in the object that keeps it after `life`; null when no object does. */
export function keptBy(program: Program, life: Life): Kept | null {
  const births = birthsOf(program, life);
  const [first] = births;
  if (!first) return null;
  const fields = fieldsOf(births.filter(({ owner }) => owner === first.owner));
  const members = joined(fields.map((field) => membersOf(program, first.owner, field)));
  const walk = new Walk(program, fields);
  walk.run(
    members.members,
    births.filter((birth) => birth.owner === first.owner && !birth.lent),
  );
  // A base that is not here leaves alone what a method of the class closes.
  let open = members.open || (members.foreign && !walk.closed) || members.destroyed || walk.cut || births.some(({ state }) => state.tended);
  const gone = (): boolean => walk.gone || births.some((birth) => birth.shared);
  open ||= !walk.closed && isHandedOut(program, life);
  if (!walk.closed && !gone() && !open) {
    const others = othersReaching(program, first.owner, fields);
    walk.extend(others.members);
    open = others.open || walk.cut;
  }
  return {
    owner: first.owner,
    place: first.place,
    lives: [...walk.lives, ...(gone() ? [] : freeingLives(program, first.owner, fields, births, walk.lives))],
    closed: walk.closed,
    gone: gone(),
    returned: births.some((birth) => birth.returned),
    open,
    partial: members.partial,
    reachedElsewhere: () => reachedElsewhere(program, first.owner, fields),
    path: first.before,
    doubt: first.doubt,
  };
}

/** Lives of the object in functions that free it although it holds the connection, unless some function is there to close that first. */
function freeingLives(
  program: Program,
  owner: string,
  fields: readonly string[],
  births: readonly Birth[],
  lives: readonly Life[],
): Life[] {
  if (hasCloser(lives)) return [];
  const all = joined(fields.map((field) => ({ members: destroyersOf(program, owner, field), open: false })));
  const destroyers = all.members.filter(({ fn }) => !lives.some((life) => life.fn === fn));
  if (destroyers.length === 0) return [];
  const walk = new Walk(program, fields);
  walk.run(
    destroyers,
    births.filter((birth) => birth.owner === owner && !birth.lent),
  );
  return walk.lives.filter(({ exploration }) => exploration.lost.some(({ freed }) => freed));
}

function reachedElsewhere(program: Program, owner: string, fields: readonly string[]): boolean {
  const { members, open } = othersReaching(program, owner, fields);
  return open || members.length > 0;
}

function othersReaching(program: Program, owner: string, fields: readonly string[]): Pick<Members, 'members' | 'open'> {
  return joined(fields.map((field) => othersOf(program, owner, field)));
}

/** The fields that have it: an object may keep both halves of a connection, and close it by either. */
function fieldsOf(births: readonly Birth[]): string[] {
  return [...new Set(births.flatMap(({ places }) => places.map((place) => place.slice(rootOf(place).length + 1))))];
}

/** What closes the local object that holds a connection: a method without arguments, in C a function of the object alone. */
export function holderOf(program: Program, { fn, exploration }: Life, place: Place | null): { place: Place; closer: string } | null {
  const root = place === null || isPlain(place) || place.startsWith('*') || /\[/.test(place) ? '' : rootOf(place);
  const entry = exploration.entries.find(({ state }) => isHeld(state) && place !== null && state.aliases.has(place));
  if (!entry || place === null || !fn.locals.includes(root)) return null;
  const owner = plainType(program.classOf(fn, root, entry.state));
  if (owner === null) return null;
  const field = place.slice(root.length + 1);
  const closing = [...membersOf(program, owner, field).members, ...othersOf(program, owner, field).members].filter((member) =>
    isCloser(program, member, relative(program, fn, entry.state, root)),
  );
  const [best] = closing
    .map((member) => (member.fn.receiver === null ? member.fn.name : `${member.fn.name}()`))
    .sort((a, b) => a.length - b.length);
  return best === undefined ? null : { place: root, closer: best };
}

/** Does it need nothing but the object, and leave it closed whenever it returns? */
function isCloser(program: Program, member: Member, state: State): boolean {
  const { fn, self } = member;
  if (fn.kind === 'constructor' || fn.name.startsWith('_') || fn.isAsync === true || fn.isTest) return false;
  if (fn.params.some((param) => param.name !== self && !param.default && !param.variadic)) return false;
  const ends = exploreMember(program, member, state)?.ends.filter(({ how }) => how === 'return') ?? [];
  return ends.length > 0 && ends.every(({ entry }) => entry.state.phase === 'closed');
}

/** Ways in which a function leaves the connection in an object: its own, one that it takes, one that it returns. */
function birthsOf(program: Program, life: Life): Birth[] {
  const births: Birth[] = [];
  const itself = returnsItself(life.fn);
  for (const { how, entry } of life.exploration.ends) {
    if (how !== 'return' || !isHeld(entry.state)) continue;
    const found = holderAt(program, life.fn, entry);
    if (!found) continue;
    const { root, owner } = found;
    const names = namesUnder(entry.state, root);
    const place = names[0] ?? root;
    const others = leaving(life.fn, entry.state).filter((name) => root !== life.fn.receiver || !itself || rootOf(name) !== '%ret0');
    births.push({
      owner,
      place,
      places: names.length > 0 ? names : [root],
      state: relative(program, life.fn, entry.state, root),
      before: story(life, entry).filter((note) => note.kind !== 'returns'),
      doubt: worse(life.doubt, entry.doubt),
      shared: names.length < others.length || isLent(entry.state) || entry.state.facts.has(told),
      lent: isLent(entry.state),
      returned: namesOf(entry.state).some((name) => isPlain(name) && name.startsWith('%ret')),
    });
  }
  return births.sort((a, b) => a.doubt - b.doubt);
}

/** The object whose field holds it, with its class. */
function holderAt(program: Program, fn: FunctionIr, entry: Entry): { root: Place; owner: string } | null {
  // What only ends it (the client of a response) does not keep it.
  const isLever = (place: Place): boolean => program.facts.type(entry.state.aliases.get(place) ?? '')?.lever === true;
  const roots = new Set(
    namesOf(entry.state)
      .filter((place) => !isLever(place) && !isPlain(place) && !place.startsWith('*') && !/^[^.]*\[/.test(place))
      .map(rootOf),
  );
  for (const root of roots) {
    const owner = root.startsWith('%ret') ? returnedClass(program, fn, entry, root) : ownerOf(program, fn, root, entry.state);
    if (owner !== null) return { root, owner };
  }
  return null;
}

function ownerOf(program: Program, fn: FunctionIr, root: Place, state: State): string | null {
  if (root !== fn.receiver && !fn.params.some((param) => param.name === root)) return null;
  return root === fn.receiver ? fn.className : plainType(program.classOf(fn, root, state));
}

/** The class of a returned object: as it was made, or as the variable that held it was declared. */
function returnedClass(program: Program, fn: FunctionIr, entry: Entry, root: Place): string | null {
  const value = entry.state.facts.get(root);
  if (value?.startsWith('obj:')) return plainType(value.slice(4));
  const paths = new Set(namesUnder(entry.state, root).map((name) => name.slice(root.length)));
  for (let at = entry.prev; at && isHeld(at.state); at = at.prev) {
    for (const place of namesOf(at.state)) {
      const holder = rootOf(place);
      // Another variable may hold a part of it: that is not what is returned.
      if (isPlain(place) || holder.startsWith('%ret') || (paths.size > 0 && !paths.has(place.slice(holder.length)))) continue;
      const owner = plainType(program.classOf(fn, holder, at.state));
      if (owner !== null) return owner;
    }
  }
  return null;
}
