/**
 * A connection that an object has, of which the search loses sight because the object is handed on (to a list, a thread, a library):
 * who gets the object can do no more than its class can. Is there anything in the whole program that ends the connection?
 */

import type { CallFact } from './facts.js';
import { fromOpening } from './events-of.js';
import type { Beginning } from './lasting.js';
import { story } from './life.js';
import type { Life } from './life.js';
import { membersOf, othersOf } from './members.js';
import type { Note, Where } from './notes.js';
import { isTemporary, rootOf } from './places.js';
import type { Program } from './program.js';
import { reachOf } from './reach.js';
import type { Keeper, Reach } from './reached.js';
import { isHeld, told } from './state.js';
import type { Entry } from './run.js';
import type { Leak } from './tracked.js';

/** That nothing does, told where it is opened. */
export function neverEnded(program: Program, life: Life, beginning: Beginning, site: Where): Leak[] {
  const { fn } = life;
  const isFollowed = program.traits.ownFields === true && !fn.isTest && fn.name !== 'main' && fn.kind !== 'module';
  const handed = isFollowed ? handedOver(program, life) : undefined;
  if (!handed) return [];
  const reach = reachOf(program, beginning.origins, beginning.chain);
  const [keeper] = reach.keepers;
  if (!keeper || !isWithin(reach, beginning) || reach.uses.some(({ fact }) => mayEnd(fact))) return [];
  if (!reach.keepers.every((one) => isClosed(program, one))) return [];
  const partial = reach.keepers.some(({ owner, field }) => owner !== null && membersOf(program, owner, field).partial);
  const place = reach.nameIn(keeper.fn) ?? keeper.field;
  const kept: Note = { kind: 'kept', ...site, name: place };
  return [
    {
      how: 'kept',
      doubt: partial ? 2 : 1,
      afterError: false,
      eofSeen: false,
      connected: true,
      function: fn,
      ...site,
      path: [...fromOpening(story(life, handed)), kept],
      place,
    },
  ];
}

/** An object with the connection is handed on: to an owner out of sight, or to what runs with it. */
function handedOver(program: Program, { exploration }: Life): Entry | undefined {
  const isInObject = (entry: Entry | null): boolean => entry !== null && isHeld(entry.state) && hasField(entry);
  const gone = exploration.entries.find(({ state, prev }) => state.phase === 'gone' && isInObject(prev));
  if (gone?.prev) return gone.prev;
  return exploration.ends.find(({ how, entry }) => how !== 'throw' && entry.state.facts.has(told) && isInObject(entry))?.entry;
}

function hasField({ state }: Entry): boolean {
  return [...state.aliases.keys()].some((place) => /^[^.[*]+\./.test(place) && !isTemporary(rootOf(place)));
}

/** Is all that has it followed? */
function isWithin(reach: Reach, { chain, watched }: Beginning): boolean {
  const own = new Set(chain.map(({ fn }) => fn.id));
  return (
    !reach.cut && !reach.stray && watched === undefined && reach.strangers.length === 0 && [...reach.returned].every((id) => own.has(id))
  );
}

/** Closes it, gives it to somebody, or may. */
function mayEnd(fact: CallFact): boolean {
  return (
    fact.closes === true ||
    fact.closesLast === true ||
    fact.consumes === true ||
    fact.takes === true ||
    fact.tends === true ||
    fact.frees !== undefined ||
    fact.keeps !== undefined ||
    fact.completes !== undefined ||
    fact.registers !== undefined ||
    fact.handles !== undefined ||
    fact.element !== undefined
  );
}

/** A field of a class that is here whole, and that nobody else names. */
function isClosed(program: Program, { owner, field }: Keeper): boolean {
  if (owner === null || !program.class(owner)) return false;
  const { open, foreign, destroyed } = membersOf(program, owner, field);
  return !open && !foreign && !destroyed && !othersOf(program, owner, field).open;
}
