/** Connections that stay open because of what handlers of events do, or forget. */

import { abandonedBy } from './abandoned.js';
import { bestPerPlace } from './best-leaks.js';
import { fromOpening } from './events-of.js';
import { story } from './life.js';
import type { Life } from './life.js';
import type { Note, Where } from './notes.js';
import type { Program } from './program.js';
import { once } from './handlers.js';
import { isPlain, rootOf } from './places.js';
import { forsakenBy } from './relays.js';
import { worse } from './run.js';
import type { Event, EventAt } from './run.js';
import { callerAlias, isHeld } from './state.js';
import type { Leak } from './tracked.js';

/** Handlers' doing, not the ways out of functions. */
export const byEvents: ReadonlySet<Leak['how']> = new Set(['notice', 'unheard', 'answered', 'relayed', 'abandoned']);

type Kind = 'noticed' | 'answered';
const hows = { noticed: 'notice', answered: 'answered' } as const;

type End = Life['exploration']['ends'][number];

/** All of these, at most one of each kind and place. @param leaves does somebody outside know it at this end? */
export function leaksByEvents(program: Program, life: Life, leaves: (end: End) => boolean): Leak[] {
  const open = life.exploration.ends.filter(({ entry }) => isHeld(entry.state));
  // What follows the handlers closes it on every way.
  if (open.length === 0) return [];
  const noticed = of(life, 'noticed');
  const mended = new Set(noticed.filter(({ event }) => event.ends).map(({ event }) => event.name));
  const abandoning = abandoned(program, life, open, leaves);
  const silent = noticed.filter(({ event }) => !mended.has(event.name)).map((one) => leak(life, one, 'noticed', one.event.name));
  // Whatever its handlers forget, a limit that closes it ends it; so may those who know it.
  if ([...mended].some((name) => name !== once) || !isKeptOn(life) || open.some(leaves)) return bestPerPlace([...silent, ...abandoning]);
  const answered = of(life, 'answered').map((one) => leak(life, one, 'answered'));
  // What one answer's function closes the next one's does not.
  if (mended.size > 0) return bestPerPlace([...silent, ...abandoning, ...answered]);
  return bestPerPlace([
    ...silent,
    ...abandoning,
    ...answered,
    ...open.flatMap((end) => relayed(program, life, end)),
    ...(noticed.length === 0 ? unheard(program, life) : []),
  ]);
}

function of<K extends Kind>(life: Life, kind: K): (EventAt & { event: Extract<Event, { event: K }> })[] {
  return life.exploration.events.filter((one): one is EventAt & { event: Extract<Event, { event: K }> } => one.event.event === kind);
}

function leak(life: Life, { event, entry, doubt, notes }: EventAt, kind: Kind, name?: string): Leak {
  const before = notes.filter((one) => one.kind === 'opened');
  const where: Where = { range: event.range, file: event.file };
  const note: Note = { kind, ...where, ...(name === undefined ? {} : { name }) };
  return {
    how: hows[kind],
    doubt: worse(worse(life.doubt, worse(entry.doubt, doubt)), 1),
    afterError: true,
    eofSeen: false,
    connected: true,
    function: life.fn,
    ...where,
    path: [...fromOpening(story(life, entry, before)), note],
    place: [...event.state.aliases.keys()][0] ?? null,
  };
}

/** What a timer lets go on; nothing that comes before it ends it, and it is not limited otherwise. */
function abandoned(program: Program, life: Life, open: readonly End[], leaves: (end: End) => boolean): Leak[] {
  if (!isKeptOn(life) || open.some(leaves)) return [];
  const ending = of(life, 'noticed').filter(({ event }) => event.ends && !event.answers);
  return open.flatMap((end) => {
    const { state } = end.entry;
    const [alias] = [...state.aliases].filter(([place]) => place !== callerAlias);
    if (end.how !== 'return' || !alias || state.options.readTimeout?.value === 'unknown' || state.options.connectTimeout) return [];
    if (ending.some(({ event }) => program.facts.event(alias[1], event.name) !== 'reads')) return [];
    const roots = new Set([...state.aliases.keys()].map(rootOf));
    const by = abandonedBy({ program, fn: life.fn, roots, type: alias[1] });
    const { file } = life.fn;
    return by ? [byEvent(life, end, 'abandoned', { range: by.timer, file }, { kind: 'answered', range: by.answer, file })] : [];
  });
}

/** A leak that an event leads to, at this end. */
function byEvent(life: Life, { entry }: End, how: Leak['how'], where: Where, note: Note): Leak {
  return {
    how,
    doubt: worse(worse(life.doubt, entry.doubt), 1),
    afterError: true,
    eofSeen: false,
    connected: true,
    function: life.fn,
    ...where,
    path: [...fromOpening(story(life, entry)), note],
    place: [...entry.state.aliases.keys()].find((place) => place !== callerAlias) ?? null,
  };
}

/** It stays with this function's own variables and handlers: nobody else can end it. */
function isKeptOn({ exploration }: Life): boolean {
  return exploration.entries.every(({ state }) => state.phase !== 'gone' && [...state.aliases.keys()].every(isPlain));
}

/** A limit of time of which the runtime only tells, and nobody who listens. */
function unheard(program: Program, life: Life): Leak[] {
  return life.exploration.ends.flatMap((end) => {
    const { how, entry } = end;
    const { state } = entry;
    const limit = state.options.readTimeout;
    const type = [...state.aliases.values()].find((one) => program.facts.type(one)?.unheard !== undefined);
    const event = type === undefined ? undefined : program.facts.type(type)?.unheard;
    if (how !== 'return' || !isHeld(state) || !limit || event === undefined || typeof limit.value !== 'number' || limit.value <= 0)
      return [];
    const where: Where = { range: limit.range, file: limit.file };
    return [byEvent(life, end, 'unheard', where, { kind: 'unheard', ...where, name: event })];
  });
}

/** One half of a relay that the other one's failure leaves open. */
function relayed(program: Program, life: Life, end: End): Leak[] {
  const { fn } = life;
  const { entry } = end;
  const names = [...entry.state.aliases].filter(([place]) => place !== callerAlias);
  const alias = names.find(([, type]) => program.facts.type(type)?.failure !== undefined) ?? names[0];
  if (!alias) return [];
  const roots = new Set([...entry.state.aliases.keys()].map(rootOf));
  const other = forsakenBy({ program, fn, roots, type: alias[1] });
  if (!other) return [];
  const where: Where = { range: other.range, file: fn.file };
  return [byEvent(life, end, 'relayed', where, { kind: 'relayed', ...where, name: other.name })];
}
