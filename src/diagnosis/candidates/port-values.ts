/** The value that a name gets at a place, and what is done to it there. */

import { ADDRESSING, PORTISH } from './port-words.js';
import type { Source } from './source.js';
import type { Token } from './tokens.js';

/** The value that the name gets at this place; empty where it gets none. */
export function valueAt(source: Source, i: number): Token[] {
  const next = source.tokens[i + 1];
  const isAssigned = next?.kind === 'mark' && (next.text === '=' || next.text === ':=');
  if (isAssigned) return assigned(source, i);
  if (source.is(i - 2, '#') && source.tokens[i - 1]?.text === 'define') return source.expression(i + 1);
  // `x: int = 5`, `PORT int = 5`, `l, err := net.Listen(…)`, `self.port: int = 5`
  for (let k = i + 1; k <= i + 6 && !source.is(i + 1, '.') && !isArgument(source, i); k++) {
    const t = source.tokens[k];
    if (
      !t ||
      t.line !== source.tokens[i]?.line ||
      (t.kind === 'mark' && !['.', ':', ',', '*', '[', ']', '_', '=', ':=', '|'].includes(t.text))
    )
      break;
    if (t.kind === 'mark' && (t.text === '=' || t.text === ':=')) return source.expression(k + 1);
  }
  // `port: 80`, `"port": 80` of a record or the default of a parameter is read with its brackets.
  if (source.is(i + 1, ':') && (source.is(i - 1, '{') || source.is(i - 1, ','))) return source.expression(i + 2);
  // `a.sin_port = htons(80)`, `server.listen(80)`, `s.bind(('', 80))`: what is done to the name tells its address.
  if (source.is(i + 1, '.')) return doneTo(source, i);
  return argumentOf(source, i);
}

/** `self.host, self.port = host, port`: what belongs to one of several names is any of the values. */
function assigned(source: Source, i: number): Token[] {
  const first = source.expression(i + 2);
  const isOneOfMany = source.is(i - 1, ',') || (source.is(i - 1, '.') && source.is(i - 3, ','));
  if (!isOneOfMany || first.length === 0) return first;
  const after = i + 2 + first.length;
  const second = source.is(after, ',') ? source.expression(after + 1) : [];
  // `enum { A = 1, B = 2 }`: the next has a value of its own.
  return second.some((t) => t.kind === 'mark' && t.text === '=') ? first : [...first, ...second];
}

/** Inside brackets that open on its line: `f(x, timeout=5)` gives `x` no value. */
function isArgument(source: Source, i: number): boolean {
  let depth = 0;
  for (let k = i - 1; k >= 0 && source.tokens[k]?.line === source.tokens[i]?.line; k--) {
    if (source.is(k, ')')) depth++;
    else if (source.is(k, '(') && depth-- === 0) return true;
  }
  return false;
}

/** The first argument of the call that gives the name its address: `server.listen(80, …)`. A number there is the port. */
export function addressGiven(source: Source, i: number): readonly Token[] {
  if (!source.is(i + 1, '.') || !source.is(i + 3, '(') || !givesAddress(source, i + 2)) return [];
  return source.args(i + 3)[0] ?? [];
}

function doneTo(source: Source, i: number): Token[] {
  for (let k = i + 2; k <= i + 6 && source.tokens[k]?.kind === 'name'; k += 2) {
    if (source.is(k + 1, '=')) return PORTISH.test(source.tokens[k]?.text as string) ? source.expression(k + 2) : [];
    if (source.is(k + 1, '(') && givesAddress(source, k)) return source.args(k + 1).flat();
    if (!source.is(k + 1, '.')) break;
  }
  return [];
}

/** `bind(fd, (struct sockaddr *)&addr, …)`: the other arguments tell the address of `fd`. */
function argumentOf(source: Source, i: number): Token[] {
  if (!DESCRIPTOR_FIRST.has(source.file.language) || !source.is(i + 1, ',') || !source.is(i - 1, '(')) return [];
  const fn = source.tokens[i - 2];
  return fn?.kind === 'name' && givesAddress(source, i - 2)
    ? source
        .args(i - 1)
        .slice(1)
        .flat()
    : [];
}

/** `listen(fd, 5)` and `s.listen(5)` tell a backlog where bind() tells the address. */
function givesAddress(source: Source, i: number): boolean {
  const name = source.tokens[i]?.text as string;
  return ADDRESSING.test(name) && !(name === 'listen' && BACKLOG_ONLY.has(source.file.language));
}
/** Languages whose calls take the descriptor and then its address. */
const DESCRIPTOR_FIRST = new Set(['c', 'cpp']);
const BACKLOG_ONLY = new Set(['python', 'c', 'cpp']);
