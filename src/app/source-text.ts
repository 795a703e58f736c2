/** A source file's bytes as text. The folder has no types of a host: the decoder is all that it takes of one. */

export { LARGEST_TEXT, tooLarge } from '../analysis/text-size.js';

declare const TextDecoder: new (encoding: string) => { decode(bytes: Uint8Array): string };

/** Bytes that are looked at to tell a binary file. */
const LOOKED = 8192;
/** Larger files are not read: they are data, or no end of it comes. */
export const LARGEST_FILE = 1 << 26;

/** A carriage return alone ends a line for an editor and for most languages, but not for the grammars. */
const LONE_RETURN = /\r(?!\n)/g;

/**
 * By the mark at the beginning UTF-16 or UTF-8, else UTF-8; bytes that are no character become U+FFFD. Line ends are LF or CRLF, as in an
 * editor's document: all positions stay as they are. Null: a binary file.
 */
export function sourceText(bytes: Uint8Array): string | null {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  // A character of NUL in any encoding: no source has one. Of UTF-16 every other byte may be 0, and two of UTF-32 are.
  const beginning = bytes.subarray(0, LOOKED);
  if (encoding === 'utf-8' ? beginning.includes(0) : hasNull(beginning)) return null;
  return new TextDecoder(encoding).decode(bytes).replace(LONE_RETURN, '\n');
}

function hasNull(pairs: Uint8Array): boolean {
  for (let at = 0; at + 1 < pairs.length; at += 2) if (pairs[at] === 0 && pairs[at + 1] === 0) return true;
  return false;
}
