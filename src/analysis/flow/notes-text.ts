/** The words for notes: the only place that turns them into text. */

import type { Place } from './ir.js';
import { isTemporary, rootOf } from './places.js';
import type { Note, NoteKind, Where } from './notes.js';
import { phrases, say, translated } from '../../words/say.js';

/** A field of a class itself is a variable that bears the class's name (`Server$socket`); the code may leave that out. */
const ofClass = /^(?:[A-Z]\w*\$)+(?=\w)/;

/** A place as the source calls it; null for what has no name there. */
export function sourceName(place: Place | null | undefined): string | null {
  if (place === null || place === undefined || isTemporary(rootOf(place))) return null;
  return place.replace(/#\d+/g, '').replace(/\[\]/g, '[…]').replace(ofClass, '');
}

function named(note: Note, otherwise: string): string {
  const name = sourceName(note.name);
  return name === null ? otherwise : `\`${name}\``;
}

/** Where it is, for a sentence that begins in `home`. */
export function lineText({ range, file }: Where, home: string | undefined): string {
  return file === undefined || file === home ? say`line ${range.startLine}` : say`line ${range.startLine} of ${file}`;
}

/** What says the same wherever it stands. */
const fixed: Partial<Record<NoteKind, string>> = phrases({
  opened: 'opened here',
  openedInside: 'by this call',
  also: 'so is this one',
  openedPerRound: 'opened here, once per round',
  exception: 'an exception here',
  cancelled: 'the task is cancelled here',
  endOfStream: 'the peer has closed: end of stream',
  shutDown: 'only shut down, not closed',
  returns: 'leaves by return',
  returnsError: 'leaves by an error return',
  throws: 'leaves by an exception',
  rethrows: 'raises it again',
  leaves: 'leaves here without closing it',
  piles: 'the next round opens another: a deferred close runs when the function ends, not before',
  unreferenced: 'nothing refers to it any more',
  waits: 'waits here for the peer',
  blocks: 'blocks here',
  made: 'made here, without a limit',
  readsAgain: 'reads again instead of closing',
  set: 'set here',
  sends: 'sends without MSG_NOSIGNAL',
  childGetsCopy: 'the child gets a copy',
  answered: 'gives its answer here, and closes nothing',
});

/** One line for a step of a path. */
export function textOf(note: Note): string {
  switch (note.kind) {
    case 'through':
      return say`goes through ${named(note, say`this function`)}`;
    case 'fails':
      return say`${named(note, say`this call`)} fails`;
    case 'raises':
      return say`${named(note, say`this call`)} raises`;
    case 'reassigned':
      return say`${named(note, say`what holds it`)} is assigned anew: nothing can close it any more`;
    case 'entered':
      return say`later ${named(note, say`another function`)} runs`;
    case 'kept':
      return say`kept in ${named(note, say`a field`)}`;
    case 'noticed':
      return say`told of ${named(note, say`it`)} here: nothing closes it then`;
    case 'unheard':
      return say`this limit only tells of ${named(note, say`it`)}: nothing listens`;
    case 'relayed':
      return say`joined to ${named(note, say`another one`)}: nothing ends it when that one fails`;
    default:
      return translated(fixed[note.kind] ?? note.kind);
  }
}
