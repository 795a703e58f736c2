/** What a file has from the headers that it includes, as text that the parser reads behind the file's own. */

import { codeOnly } from './source-lines.js';

const word = /[A-Za-z_]\w*/g;

export function wordsIn(text: string): Set<string> {
  return new Set(text.match(word) ?? []);
}

/** What a header declares beside macros, each with the names that it is of use for. */
interface Declares {
  text: string;
  names: readonly string[];
}

const headers = new Map<string, readonly Declares[]>();

/** Enumerations of a header, and its functions that never return, where the file names something of them. */
export function declarationsOf(header: string, used: ReadonlySet<string>): string[] {
  let found = headers.get(header);
  if (!found) {
    const code = codeOnly(header);
    found = [...enumsOf(code), ...noReturnsOf(code)];
    if (headers.size > 500) headers.clear();
    headers.set(header, found);
  }
  return found.filter(({ names }) => names.some((name) => used.has(name))).map(({ text }) => text);
}

function enumsOf(code: string): Declares[] {
  const found: Declares[] = [];
  for (const [, list = ''] of code.matchAll(/\benum\b[^{};()]*\{([^{}]*)\}/g)) {
    if (!list.includes('#')) found.push({ text: `enum { ${list.replace(/\s+/g, ' ')} };`, names: list.match(word) ?? [] });
  }
  return found;
}

function noReturnsOf(code: string): Declares[] {
  if (!/noreturn|NO_?RETURN|__dead\b/.test(code)) return [];
  const patterns = [
    /\b(?:_Noreturn|NO_?RETURN|__dead|noreturn)\b[^;{}()]*?\b(\w+)\s*\(/g,
    /\b(\w+)\s*\([^;{}]*\)\s*(?:__attribute__\s*\(\([^;]*noreturn|NO_?RETURN\b|__dead\b)/g,
    /__attribute__\s*\(\(\s*_*noreturn_*\s*\)\)[^;{}()]*?\b(\w+)\s*\(/g,
  ];
  const names = new Set(patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] ?? '')));
  return [...names].map((name) => ({ text: `void ${name}() __attribute__((noreturn));`, names: [name] }));
}
