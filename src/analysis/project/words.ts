/** Quick questions to texts and lists of paths. */

import { wordPattern } from '../flow/fact-index.js';
import { namePattern } from '../flow/name-pattern.js';

/** Does one of these words stand in a text? */
export function holdsWord(text: string, words: readonly string[]): boolean {
  return words.some((word) => text.includes(word)) && wordPattern(words).test(text);
}

/** Does a text name this field of something: `.conn`, `->conn`? */
export function namesField(text: string, field: string): boolean {
  return text.includes(field) && new RegExp(`(?:\\.|->)\\s*${namePattern(field)}(?![\\w$])`).test(text);
}

export function grouped(paths: readonly string[], keyOf: (path: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const key = keyOf(path);
    const group = groups.get(key);
    if (group) group.push(path);
    else groups.set(key, [path]);
  }
  return groups;
}
