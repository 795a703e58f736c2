/** Parts of a value among tokens: entries of records, elements of lists, and the keys by which names ask for them. */

import { CLOSES, OPENS } from './source.js';
import { tokensOf } from './tokens.js';
import type { Token } from './tokens.js';

/** `.key`, `->key`, `['key']`, `[0]`, `.get('key'`: by its text, or by a name that holds it. */
export interface Key {
  text: string;
  isName: boolean;
  /** How many tokens it takes. */
  length: number;
}

/** Stands for each element of a list, or each value of a record. */
export const EACH = '*';
/** Stands for each key of a record; of a list there are none. */
export const KEYS = '#';
/** What a loop over the value itself takes: each key of a record, each element of a list. */
export const MEMBERS = '@';

const MOST_KEYS = 5;
const MOST_ELEMENTS = 60;

/** What of the name at `i` is asked for; null where it is the name itself, or a call on it. */
function keyAfter(tokens: readonly Token[], i: number): Key | null {
  const doubt = tokens[i + 1]?.text === '?' || tokens[i + 1]?.text === '!' ? 1 : 0;
  const [mark, key, end] = [tokens[i + 1 + doubt], tokens[i + 2 + doubt], tokens[i + 3 + doubt]];
  if (mark?.kind !== 'mark' || !key) return null;
  if (mark.text === '[' && end?.text === ']' && key.kind !== 'mark')
    return { text: key.text, isName: key.kind === 'name', length: 3 + doubt };
  if ((mark.text === '.' || mark.text === '->') && key.kind === 'name') {
    if (end?.text !== '(') return { text: key.text, isName: false, length: 2 + doubt };
    const asked = tokens[i + 4 + doubt];
    // `table.get('key'`, `table.get(name)`
    const isName = asked?.kind === 'name' && tokens[i + 5 + doubt]?.text === ')';
    if (key.text === 'get' && (asked?.kind === 'string' || isName)) return { text: asked.text, isName, length: (isName ? 5 : 4) + doubt };
  }
  return null;
}

/** All that is asked for, one after the other: `cfg.audit.port`. */
export function keysAfter(tokens: readonly Token[], i: number): Key[] {
  const keys: Key[] = [];
  for (let at = i; keys.length < MOST_KEYS;) {
    const key = keyAfter(tokens, at);
    if (!key) break;
    keys.push(key);
    at += key.length;
  }
  return keys;
}

/** `new Map([['a', 1], ['b', 2]])` as the record `{ 'a': 1, 'b': 2 }`. */
export function asRecord(tokens: readonly Token[]): readonly Token[] {
  const [first, second] = tokens;
  if (first?.text !== 'new' || second?.text !== 'Map') return tokens;
  const mark = (text: string): Token => ({ kind: 'mark', text, line: first.line, column: first.column });
  const pairs = elementsOf(elementsOf(tokens)[0] ?? []).map((pair) => elementsOf(pair));
  return [mark('{'), ...pairs.flatMap(([key = [], value = []]) => [...key, mark(':'), ...value, mark(',')]), mark('}')];
}

/** The value that stands under this key in a record, at its outermost level. */
export function entryOf(tokens: readonly Token[], key: string): Token[] | null {
  let depth = 0;
  for (let i = 0; i < tokens.length; i++) {
    const t = tokens[i] as Token;
    if (t.kind === 'mark' && OPENS.has(t.text)) depth++;
    else if (t.kind === 'mark' && CLOSES.has(t.text)) depth--;
    const next = tokens[i + 1];
    if (depth !== 1 || t.text !== key || t.kind === 'mark' || next?.kind !== 'mark') continue;
    if (next.text === ':' || next.text === '=' || next.text === '=>') return upToComma(tokens, i + 2);
    if ((next.text === ',' || next.text === '}') && ['{', ','].includes(tokens[i - 1]?.text ?? '') && t.kind === 'name') return [t];
  }
  return null;
}

function upToComma(tokens: readonly Token[], from: number): Token[] {
  let depth = 0;
  let to = from;
  for (; to < tokens.length; to++) {
    const t = tokens[to] as Token;
    if (t.kind !== 'mark') continue;
    if (depth === 0 && (t.text === ',' || t.text === ';')) break;
    if (OPENS.has(t.text)) depth++;
    else if (CLOSES.has(t.text) && --depth < 0) break;
  }
  return tokens.slice(from, to);
}

/** What stands between commas in the outermost brackets; empty where the value does not begin with a list, record or tuple. */
export function elementsOf(tokens: readonly Token[]): Token[][] {
  const open = outermost(tokens);
  if (open < 0) return [];
  const out: Token[][] = [];
  for (let i = open + 1; i < tokens.length && out.length < MOST_ELEMENTS;) {
    const one = upToComma(tokens, i);
    if (one.length > 0) out.push(one);
    i += one.length;
    if (tokens[i]?.text !== ',') break;
    i++;
  }
  return out;
}

/** The bracket that holds the elements: `[]target{`, `Arrays.asList(`, `new String[] {` have words and brackets before it. */
function outermost(tokens: readonly Token[]): number {
  for (let i = 0; i < tokens.length && i < 14; i++) {
    const t = tokens[i] as Token;
    if (t.kind === 'name' || t.kind === 'number') continue;
    if (t.kind !== 'mark') return -1;
    if (t.text === '[' && tokens[i + 1]?.text === ']' && tokens.length > i + 2) i++;
    else if (OPENS.has(t.text)) {
      const isLength = t.text === '[' && tokens[i + 2]?.text === ']' && ['{', '='].includes(tokens[i + 3]?.text ?? '');
      if (!isLength) return i;
      i += 2;
    } else if (!['.', '&', '*', ':', '<', '>', '=>', '='].includes(t.text)) return -1;
  }
  return -1;
}

/** Each element of a list, each value of a record. */
export function eachOf(tokens: readonly Token[]): Token[][] {
  return elementsOf(tokens).map((one) => {
    const at = one.findIndex((t, i) => i < 3 && t.kind === 'mark' && (t.text === ':' || t.text === '=>'));
    return at > 0 ? one.slice(at + 1) : one;
  });
}

/** Each key of a record; empty for a list. */
export function keysOf(tokens: readonly Token[]): Token[][] {
  return elementsOf(tokens).flatMap((one) => {
    const at = one.findIndex((t, i) => i < 8 && t.kind === 'mark' && (t.text === ':' || t.text === '=>'));
    return at > 0 ? [one.slice(0, at)] : [];
  });
}

/** JSON that stands in a string, as tokens. */
export function unquoted(tokens: readonly Token[]): readonly Token[] {
  const isRecord = tokens.some((t) => t.kind === 'mark' && t.text === '{');
  const text = isRecord ? undefined : tokens.find((t) => t.kind === 'string' && /^\s*(?:\{\s*"|\[\s*[{"[])/.test(t.text));
  return text ? tokensOf(text.text, 'json').map((t) => ({ ...t, line: t.line + text.line - 1 })) : tokens;
}
