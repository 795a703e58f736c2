/** Names that stand for parts of something: variables of loops and of functions that are run for each, what is taken out of a record. */

import { givenAtOnce } from './returned.js';
import { EACH, KEYS, MEMBERS } from './record-parts.js';
import type { Key } from './record-parts.js';
import { CLOSES, OPENS } from './source.js';
import type { Source } from './source.js';
import type { Token } from './tokens.js';

/** A value of which these keys are asked. */
export interface Asked {
  tokens: readonly Token[];
  keys: readonly Key[];
}

const IN = new Set(['in', 'of', 'range', ':']);
/** Words and marks that stand in the heading of a loop between its names. */
const BETWEEN = new Set(['const', 'let', 'var', 'auto', 'final', ',', '(', ')', '[', ']', '&', '*', ':=', '=', '_', '.', '<', '>']);
const FOR_EACH = /^(?:map|forEach|flatMap|filter|each|some|every|find|for_each)$/;
const PAIRS = /^(?:items|entries|enumerate|iteritems)$/;
const REACH = 14;

const each: Key = { text: EACH, isName: false, length: 0 };
const keys: Key = { text: KEYS, isName: false, length: 0 };
const members: Key = { text: MEMBERS, isName: false, length: 0 };
const part = (n: number): Key => ({ text: String(n), isName: false, length: 0 });

/** What the name at `i` stands for where a loop, an arrow function or a taking apart gives it its value; null elsewhere. */
export function partOf(source: Source, i: number): Asked | null {
  return loopOf(source, i) ?? runForEach(source, i) ?? takenApart(source, i) ?? givenAtOnce(source, i);
}

/** `for x in LIST`, `for name, port in TABLE.items()`, `for _, x := range list`, `for (const x of list)`, `for (T x : list)`. */
function loopOf(source: Source, i: number): Asked | null {
  const { tokens } = source;
  let begin = i - 1;
  let before = 0;
  for (; begin > i - REACH && tokens[begin]; begin--) {
    const t = tokens[begin] as Token;
    if (t.text === 'for' || t.text === 'foreach') break;
    if (t.text === ',') before++;
    if (t.kind === 'string' || t.kind === 'number' || (t.kind === 'mark' && !BETWEEN.has(t.text))) return null;
    if (t.kind === 'name' && IN.has(t.text)) return null;
  }
  if (tokens[begin]?.text !== 'for' && tokens[begin]?.text !== 'foreach') return null;
  let after = 0;
  for (let k = i + 1; k < i + REACH; k++) {
    const t = tokens[k];
    if (!t) return null;
    if (IN.has(t.text) && (t.text !== ':' || before === 0)) {
      const list = upToBody(source.expression(k + 1));
      if (list.length === 0) return null;
      const isOne = before + after === 0;
      if (t.text === 'range') return { tokens: list, keys: before > 0 ? [each] : isOne ? [] : [keys] };
      const asked = elementOf(list, isOne ? null : before);
      // A dictionary of Python gives its keys.
      return asked && t.text === 'in' && isOne && !isCalled(list) ? { ...asked, keys: [members] } : asked;
    }
    if (t.text === ',') after++;
    if (t.kind === 'string' || t.kind === 'number' || (t.kind === 'mark' && !BETWEEN.has(t.text))) return null;
  }
  return null;
}

/** Without the body of the loop, or the condition of a comprehension. */
function upToBody(list: Token[]): Token[] {
  let depth = 0;
  // `range []string{"a", "b"} {`
  let literal = list[0]?.text === '[';
  for (const [i, t] of list.entries()) {
    if (t.kind === 'mark' && depth === 0 && (t.text === ':' || (t.text === '{' && i > 0 && !literal))) return list.slice(0, i);
    if (t.text === '{') literal = false;
    if (t.kind === 'name' && depth === 0 && i > 0 && t.text === 'if') return list.slice(0, i);
    if (t.kind === 'mark' && OPENS.has(t.text)) depth++;
    else if (t.kind === 'mark' && CLOSES.has(t.text)) depth--;
  }
  return list;
}

const isCalled = (list: readonly Token[]): boolean => list.at(-1)?.text === ')' && list[0]?.text !== '(';

/** @param at which of several names it is; null: the only one */
function elementOf(list: readonly Token[], at: number | null): Asked | null {
  const pairs = list.findIndex((t) => t.kind === 'name' && PAIRS.test(t.text));
  if (pairs >= 0 && at !== null) {
    const inside = list[pairs + 2]?.text === ')' ? list.slice(0, Math.max(0, pairs - 1)) : list.slice(pairs + 2, -1);
    if (at === 0) return list[pairs]?.text === 'enumerate' ? null : { tokens: inside, keys: [keys] };
    return { tokens: inside, keys: at === 1 ? [each] : [each, part(at - 1)] };
  }
  return { tokens: list, keys: at === null ? [each] : [each, part(at)] };
}

/** `peers.map((p) => …)`: `p` is each of the peers. */
function runForEach(source: Source, i: number): Asked | null {
  const { tokens } = source;
  const apart = partTaken(source, i);
  let at = apart ? apart.open - 1 : i - 1;
  if (source.is(at, '(')) at--;
  if (tokens[at]?.text === 'function' || tokens[at]?.text === 'async') at--;
  if (source.is(at, '(')) at--;
  const method = tokens[at];
  if (method?.kind !== 'name' || !FOR_EACH.test(method.text) || !source.is(at - 1, '.') || !source.is(at + 1, '(')) return null;
  const list = receiverOf(source, at - 2);
  return list.length === 0 ? null : { tokens: list, keys: apart ? [each, apart.key] : [each] };
}

/** `({ host, port: p }) =>`: the key by which `p` is taken out of what a function is given, and the brace that opens there. */
function partTaken(source: Source, i: number): { open: number; key: Key } | null {
  const { tokens } = source;
  let open = i - 1;
  for (; open > i - REACH * 2 && !source.is(open, '{'); open--) {
    const t = tokens[open];
    if (!t || (t.kind === 'mark' && ![',', ':'].includes(t.text))) return null;
  }
  let close = i + 1;
  while (close < i + REACH * 2 && (tokens[close]?.kind === 'name' || source.is(close, ',') || source.is(close, ':'))) close++;
  if (!source.is(open, '{') || !source.is(open - 1, '(') || !source.is(close, '}')) return null;
  const key = source.is(i - 1, ':') ? tokens[i - 2] : tokens[i];
  return key ? { open, key: { text: key.text, isName: false, length: 0 } } : null;
}

/** The value that a method is called on, back from its last token. */
function receiverOf(source: Source, last: number): Token[] {
  const { tokens } = source;
  let depth = 0;
  for (let k = last; k >= 0 && k > last - 400; k--) {
    const t = tokens[k] as Token;
    if (t.kind === 'mark' && CLOSES.has(t.text)) depth++;
    else if (t.kind === 'mark' && OPENS.has(t.text) && --depth <= 0) return depth < 0 ? [] : tokens.slice(k, last + 1);
    else if (depth === 0 && (t.kind === 'string' || !(t.kind === 'name' || t.text === '.'))) return tokens.slice(k + 1, last + 1);
  }
  return [];
}

/** `const { host, port: p } = config.queue`: the entry of that name. */
function takenApart(source: Source, i: number): Asked | null {
  const { tokens } = source;
  let open = i - 1;
  for (; open > i - 30 && tokens[open]?.text !== '{'; open--) {
    const t = tokens[open];
    if (!t || (t.kind === 'mark' && ![',', ':', '='].includes(t.text))) return null;
  }
  const declares = tokens[open - 1];
  if (!source.is(open, '{') || declares?.kind !== 'name' || !['const', 'let', 'var'].includes(declares.text)) return null;
  let close = i + 1;
  while (close < i + 30 && tokens[close] && tokens[close]?.text !== '}') close++;
  if (!source.is(close, '}') || !source.is(close + 1, '=')) return null;
  const key = source.is(i - 1, ':') ? tokens[i - 2] : tokens[i];
  return key ? { tokens: source.expression(close + 2), keys: [{ text: key.text, isName: false, length: 0 }] } : null;
}
