/** The words for notes: the only place that turns them into text. */

import type { Place } from './ir.js';
import { isTemporary, rootOf } from './places.js';
import type { Note, Where } from './notes.js';

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
  return file === undefined || file === home ? `line ${range.startLine}` : `line ${range.startLine} of ${file}`;
}

/** One line for a step of a path. */
export function textOf(note: Note): string {
  switch (note.kind) {
    case 'opened': return 'opened here';
    case 'openedInside': return 'by this call';
    case 'through': return `goes through ${named(note, 'this function')}`;
    case 'also': return 'so is this one';
    case 'openedPerRound': return 'opened here, once per round';
    case 'fails': return `${named(note, 'this call')} fails`;
    case 'raises': return `${named(note, 'this call')} raises`;
    case 'exception': return 'an exception here';
    case 'cancelled': return 'the task is cancelled here';
    case 'endOfStream': return 'the peer has closed: end of stream';
    case 'shutDown': return 'only shut down, not closed';
    case 'returns': return 'leaves by return';
    case 'returnsError': return 'leaves by an error return';
    case 'throws': return 'leaves by an exception';
    case 'rethrows': return 'raises it again';
    case 'leaves': return 'leaves here without closing it';
    case 'reassigned': return `${named(note, 'what holds it')} is assigned anew: nothing can close it any more`;
    case 'piles': return 'the next round opens another: a deferred close runs when the function ends, not before';
    case 'unreferenced': return 'nothing refers to it any more';
    case 'waits': return 'waits here for the peer';
    case 'blocks': return 'blocks here';
    case 'readsAgain': return 'reads again instead of closing';
    case 'entered': return `later ${named(note, 'another function')} runs`;
    case 'kept': return `kept in ${named(note, 'a field')}`;
    case 'noticed': return `told of ${named(note, 'it')} here: nothing closes it then`;
    case 'set': return 'set here';
    case 'sends': return 'sends without MSG_NOSIGNAL';
    case 'childGetsCopy': return 'the child gets a copy';
  }
}
