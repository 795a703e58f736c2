/** What functions of the program give back, and what a function gets that is called where it is written. */

import { isDefinition } from './parameters.js';
import { ADDRESSING } from './port-words.js';
import type { Asked } from './loops.js';
import { CLOSES, OPENS } from './source.js';
import type { Source } from './source.js';
import type { Token } from './tokens.js';

const MOST_RETURNS = 4;
const LONGEST_BODY = 2000;

/** The expressions that a function of this name gives back; empty where the file has no such function, or one that opens connections. */
export function returnedBy(source: Source, fn: string): Token[][] {
  return source.occurrences(fn).flatMap((i): Token[][] => {
    const arrow = source.is(i + 1, '=') ? arrowAt(source, i + 2) : null;
    if (arrow) return [arrow];
    if (!source.is(i + 1, '(') || !isDefinition(source, i)) return [];
    const body = source.bodyOf(i);
    if (!body) return [];
    const out: Token[][] = [];
    for (let k = body.from; k < Math.min(body.to, body.from + LONGEST_BODY); k++)
      if (source.tokens[k]?.text === 'return') out.push(source.expression(k + 1));
    // What its callers give is read where they give it.
    const given = new Set(source.args(i + 1).flatMap((arg) => arg.flatMap((t) => (t.kind === 'name' ? [t.text] : []))));
    const opens = out.some((one) => one.some((t, k) => one[k + 1]?.text === '(' && ADDRESSING.test(t.text)));
    return opens || out.length > MOST_RETURNS
      ? []
      : out.map((one) => one.filter((t) => t.kind !== 'name' || !given.has(t.text))).filter((one) => one.length > 0);
  });
}

/** `const load = () => ({ … })`: what stands behind the arrow, where that is no block. */
function arrowAt(source: Source, from: number): Token[] | null {
  const value = source.expression(from);
  const arrow = value.findIndex((t) => t.text === '=>');
  const body = arrow < 0 ? [] : value.slice(arrow + 1);
  return body.length === 0 || body[0]?.text === '{' ? null : body;
}

/** `func(t string) { … }(target)`: what the parameter at `i` is given there; null where it is none of such a function. */
export function givenAtOnce(source: Source, i: number): Asked | null {
  const { tokens } = source;
  let index = 0;
  let open = i - 1;
  for (; open > i - 40 && tokens[open] && !source.is(open, '('); open--) {
    if (source.is(open, ',')) index++;
    else if (source.is(open, ')') || source.is(open, '{') || source.is(open, ';')) return null;
  }
  const fn = tokens[open - 1]?.text;
  if (fn !== 'func' && fn !== 'function') return null;
  const close = closing(source, open);
  let brace = close + 1;
  while (brace < close + 8 && !source.is(brace, '{')) brace++;
  if (close < 0 || !source.is(brace, '{')) return null;
  const end = closing(source, brace);
  const call = source.is(end + 1, ')') ? end + 2 : end + 1;
  const given = end > 0 && source.is(call, '(') ? source.args(call)[index] : undefined;
  return given && given.length > 0 ? { tokens: given, keys: [] } : null;
}

/** Where the bracket closes; -1 where it does not. */
function closing(source: Source, open: number): number {
  let depth = 0;
  for (let k = open; k < source.tokens.length && k < open + LONGEST_BODY; k++) {
    const t = source.tokens[k] as Token;
    if (t.kind !== 'mark') continue;
    if (OPENS.has(t.text)) depth++;
    else if (CLOSES.has(t.text) && --depth === 0) return k;
  }
  return -1;
}

/** What takes something out of a queue or a list, and what puts it there. */
export const TAKES = /^(?:get|get_nowait|pop|popleft|shift|take|poll|remove)$/;
const PUTS = /^(?:put|put_nowait|append|appendleft|push|unshift|add|offer|put_first)$/;
const MOST_PUTS = 6;

/** What the file puts into a queue of this name. */
export function putInto(source: Source, queue: string): Token[][] {
  return source
    .occurrences(queue)
    .filter((i) => source.is(i + 1, '.') && source.is(i + 3, '(') && PUTS.test(source.tokens[i + 2]?.text ?? ''))
    .slice(0, MOST_PUTS)
    .map((i) => source.args(i + 3).flat());
}
