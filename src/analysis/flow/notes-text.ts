/** The words for notes: the only place that turns them into text. */

import type { Place } from './ir.js';
import { isTemporary, rootOf } from './places.js';
import type { Note, Where } from './notes.js';
import { say } from '../../words/say.js';

/** A place as the source calls it; null for what has no name there. */
export function sourceName(place: Place | null | undefined): string | null {
  if (place === null || place === undefined || isTemporary(rootOf(place))) return null;
  return place.replace(/#\d+/g, '').replace(/\[\]/g, '[…]');
}

function named(note: Note, otherwise: string): string {
  const name = sourceName(note.name);
  return name === null ? otherwise : `\`${name}\``;
}

/** Where it is, for a sentence that begins in `home`. */
export function lineText({ range, file }: Where, home: string | undefined): string {
  return file === undefined || file === home ? say`line ${range.startLine}` : say`line ${range.startLine} of ${file}`;
}

/** One line for a step of a path. */
export function textOf(note: Note): string {
  switch (note.kind) {
    case 'opened':
      return say`opened here`;
    case 'openedInside':
      return say`by this call`;
    case 'through':
      return say`goes through ${named(note, say`this function`)}`;
    case 'also':
      return say`so is this one`;
    case 'openedPerRound':
      return say`opened here, once per round`;
    case 'fails':
      return say`${named(note, say`this call`)} fails`;
    case 'raises':
      return say`${named(note, say`this call`)} raises`;
    case 'exception':
      return say`an exception here`;
    case 'cancelled':
      return say`the task is cancelled here`;
    case 'endOfStream':
      return say`the peer has closed: end of stream`;
    case 'shutDown':
      return say`only shut down, not closed`;
    case 'returns':
      return say`leaves by return`;
    case 'returnsError':
      return say`leaves by an error return`;
    case 'throws':
      return say`leaves by an exception`;
    case 'rethrows':
      return say`raises it again`;
    case 'leaves':
      return say`leaves here without closing it`;
    case 'reassigned':
      return say`${named(note, say`what holds it`)} is assigned anew: nothing can close it any more`;
    case 'piles':
      return say`the next round opens another: a deferred close runs when the function ends, not before`;
    case 'unreferenced':
      return say`nothing refers to it any more`;
    case 'waits':
      return say`waits here for the peer`;
    case 'blocks':
      return say`blocks here`;
    case 'made':
      return say`made here, without a limit`;
    case 'readsAgain':
      return say`reads again instead of closing`;
    case 'entered':
      return say`later ${named(note, say`another function`)} runs`;
    case 'kept':
      return say`kept in ${named(note, say`a field`)}`;
    case 'noticed':
      return `told of ${named(note, 'it')} here: nothing closes it then`;
    case 'set':
      return say`set here`;
    case 'sends':
      return say`sends without MSG_NOSIGNAL`;
    case 'childGetsCopy':
      return say`the child gets a copy`;
  }
}
