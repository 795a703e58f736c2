/** The page's language, known before anything else of the page is: main.ts imports this first. */

import { speak } from '../words/say.js';

const written = (document.currentScript as HTMLScriptElement | null)?.dataset['words'] ?? '';

/** The sentences that the extension handed over; empty for English. */
export const WORDS: Readonly<Record<string, string>> = written === '' ? {} : (JSON.parse(written) as Record<string, string>);

speak(WORDS);
