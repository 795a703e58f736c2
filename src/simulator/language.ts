/** The page's language, known before anything else of the page is: main.ts imports this first. */

import { speak } from '../words/say.js';
import { dataOf } from './data.js';

/** The sentences that the extension handed over; empty for English. */
export const WORDS = (dataOf('words') ?? {}) as Readonly<Record<string, string>>;

speak(WORDS);
