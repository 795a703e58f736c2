/** What happens to the connection on the explored paths: waits, reads after the end, places that name it. */

import { story } from './life.js';
import type { Life } from './life.js';
import type { Note } from './notes.js';
import type { Program } from './program.js';
import type { EventAt } from './run.js';
import { worse } from './run.js';
import { isHeld } from './state.js';
import type { Doubt, EofIgnored, Tracked, Wait } from './tracked.js';

/** The part of the path that readers need: from the last opening on. */
export function fromOpening(notes: readonly Note[]): Note[] {
  const start = notes.map((note) => note.kind).lastIndexOf('opened');
  const path = start === -1 ? [...notes] : notes.slice(start);
  return path.filter((note, index) => index === 0 || note.kind !== path[index - 1]?.kind || note.range !== path[index - 1]?.range);
}

function pathTo(life: Life, one: EventAt): Note[] {
  return fromOpening(story(life, one.entry, one.notes));
}

function doubtOf(life: Life, one: EventAt): Doubt {
  return worse(life.doubt, worse(one.entry.doubt, one.doubt));
}

/** Every blocking call while it is held, the surest path to each. */
export function waitsOf(program: Program, lives: readonly Life[]): Wait[] {
  const best = new Map<string, Wait>();
  const limited = new Set<string>();
  for (const [life, one] of eventsOf(lives)) {
    const event = one.event;
    if (event.event !== 'wait' || !isHeld(event.state)) continue;
    const phase = event.state.phase === 'half' ? 'half-closed' : event.state.phase;
    const wait: Wait = {
      range: event.range,
      file: event.file,
      fact: event.fact,
      doubt: doubtOf(life, one),
      limited: event.limited,
      sometimes: false,
      limit: event.limit,
      own: event.own,
      phase: phase as Wait['phase'],
      options: event.state.options,
      sentBefore: event.state.sent,
      path: [...pathTo(life, one), { kind: event.fact.wait === 'read' ? 'waits' : 'blocks', range: event.range, file: event.file }],
    };
    const key = `${event.file ?? ''}:${event.range.startLine}:${event.range.startColumn}:${event.fact.wait}`;
    if (wait.limited) limited.add(key);
    const known = best.get(key);
    if (!known || wait.doubt < known.doubt || (wait.doubt === known.doubt && known.limited && !wait.limited)) best.set(key, wait);
  }
  return [...best]
    .map(([key, wait]) => ({ ...wait, sometimes: limited.has(key) }))
    .sort((a, b) => a.doubt - b.doubt || a.range.startLine - b.range.startLine);
}

/** Reads after one that told of the end. */
export function eofIgnoredOf(lives: readonly Life[]): EofIgnored[] {
  const best = new Map<string, EofIgnored>();
  for (const [life, one] of eventsOf(lives)) {
    const event = one.event;
    if (event.event !== 'eofIgnored') continue;
    const path: Note[] = [...pathTo(life, one), { kind: 'readsAgain', range: event.range, file: event.file }];
    const key = `${event.file ?? ''}:${event.range.startLine}:${event.range.startColumn}`;
    const doubt = doubtOf(life, one);
    const known = best.get(key);
    if (!known || known.doubt > doubt) best.set(key, { doubt, range: event.range, file: event.file, result: event.result, path });
  }
  return [...best.values()].sort((a, b) => a.doubt - b.doubt);
}

/** Blocking calls between the end of the stream and what follows. */
export function workOf(program: Program, life: Life): Tracked['workBeforeClose'] {
  const close = life.exploration.events.find(({ event }) => event.event === 'close' && event.state.phase === 'eof')?.event.range ?? null;
  return waitsOf(program, [life])
    .filter((wait) => wait.phase === 'eof' && wait.fact.wait !== 'read' && wait.fact.wait !== 'write')
    .map((wait) => ({ wait, close }));
}

/** Where calls name it, in the file of the first life. */
export function mentionsOf(lives: readonly Life[]): Tracked['mentions'] {
  const home = lives[0]?.fn.file;
  const seen = new Map<string, Tracked['mentions'][number]>();
  for (const [, { event }] of eventsOf(lives)) {
    if (event.event === 'mention' && event.file === home) seen.set(`${event.range.startLine}:${event.range.startColumn}`, event.range);
  }
  return [...seen.values()].sort((a, b) => a.startLine - b.startLine || a.startColumn - b.startColumn);
}

function eventsOf(lives: readonly Life[]): [Life, EventAt][] {
  return lives.flatMap((life) => life.exploration.events.map((one): [Life, EventAt] => [life, one]));
}
