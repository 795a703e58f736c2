/** Numbers of things: "1 finding", "3 findings". Each noun has two texts in a catalogue. */

import { translated } from './say.js';

/** What is counted. */
export const NOUNS = ['time', 'probe', 'window probe', 'request', 'connection', 'finding', 'file', 'line'] as const;
export type Noun = (typeof NOUNS)[number];

export const plural = (n: number, noun: Noun): string => translated(`{0} ${noun}${n === 1 ? '' : 's'}`).replace('{0}', String(n));
