/** Texts that are too large to be analysed. */

import type { Problem } from './findings.js';
import { say } from '../words/say.js';

/** Characters (UTF-16 units) above which a text is not analysed, where nobody says otherwise. */
export const LARGEST_TEXT = 1024 * 1024;

/** What is said of a text with more than `most` characters. */
export function tooLarge(most: number): Problem {
  return { kind: 'too-large', message: say`larger than ${most} characters: not analysed`, line: 1 };
}
