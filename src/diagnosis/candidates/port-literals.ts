/** Ports that stand in an expression: what a literal says, and what it is given to. */

import { ADDRESSING, PORTISH } from './port-words.js';
import type { Token } from './tokens.js';

/** Ports in a literal: a number, `":80"`, `"host:80"`, `"8080"`, `"tcp://host:80/"`. */
export function portsOf(t: Token): number[] {
  const valid = (n: number): number[] => (Number.isInteger(n) && n > 0 && n <= 65535 ? [n] : []);
  if (t.kind === 'number') return valid(Number(t.text.replace(/_/g, '').replace(/[uUlL]{1,3}$/, '')));
  if (t.kind !== 'string') return [];
  if (/^\d{1,5}$/.test(t.text)) return valid(Number(t.text));
  return [...t.text.slice(0, 500).matchAll(/(?:^|[\w.\]*}-]):(\d{1,5})(?![\d:.])/g)].flatMap((m) => valid(Number(m[1])));
}

/** Calls whose two arguments are a host and a port. */
const HOST_AND_PORT = /^(?:Socket|InetSocketAddress|connectTCP|open_connection|Connect|HTTPConnection|TcpClient)$/;

/** Calls of Node whose first argument, a number, is the port. */
const PORT_FIRST = /^(?:connect|createConnection)$/;

/** `("10.0.0.2", 80)`, `(HOST, 80)`, `connect(80, "10.0.0.2")`: a pair of host and port. */
export function isBesideHost(expression: readonly Token[], i: number, last = i): boolean {
  const [a, b, c] = [expression[i - 2], expression[i - 1], expression[last + 1]];
  const isHost = (t: Token | undefined): boolean =>
    t !== undefined &&
    (t.kind === 'string'
      ? /^$|^localhost$|^[\w-]+(?:\.[\w-]+)+$|::/.test(t.text)
      : t.kind === 'name' && /host|addr|ip|server|peer/i.test(t.text));
  if (b?.text === ',' && isHost(a) && (c === undefined || c.text === ')' || c.text === ',')) return true;
  const [paren, callee] = [expression[i - 3], expression[i - 4]];
  if (b?.text === ',' && a?.kind === 'name' && paren?.text === '(' && callee?.kind === 'name' && HOST_AND_PORT.test(callee.text))
    return true;
  if (b?.text === '(' && expression[i]?.kind === 'number' && a?.kind === 'name' && PORT_FIRST.test(a.text)) return true;
  return b?.text === '(' && c?.text === ',' && isHost(expression[i + 2]) && a?.kind === 'name' && ADDRESSING.test(a.text);
}

/** Does it stand in the brackets of a call? */
export const isGivenTo = (expression: readonly Token[], i: number): boolean =>
  expression.slice(0, i).reduce((depth, t) => depth + Number(t.text === '(') - Number(t.text === ')'), 0) > 0;

/** What is added to the name that ends at `i`: `BASE_PORT + 1`; 0 where nothing is. */
export function addedTo(expression: readonly Token[], i: number): number {
  const [sign, n, after] = [expression[i + 1], expression[i + 2], expression[i + 3]];
  const isSum = (sign?.text === '+' || sign?.text === '-') && n?.kind === 'number' && after?.text !== '*';
  const value = isSum && /^\d{1,4}$/.test(n.text) ? Number(n.text) : 0;
  return sign?.text === '-' ? -value : value;
}

/** `parseInt(text, 10)` */
export const isRadix = (expression: readonly Token[], i: number): boolean =>
  expression[i - 1]?.text === ',' && expression[i + 1]?.text === ')' && expression.slice(0, i).some((t) => t.text === 'parseInt');

/** The keyword, key or option that a literal is given to: `timeout=5`, `port: 80`, `"port", 80`. */
export function labelOf(expression: readonly Token[], i: number): string | null {
  const [before, mark] = [expression[i - 2], expression[i - 1]];
  if (mark?.kind !== 'mark' || !before) return null;
  const labels = mark.text === '=' || mark.text === ':' || mark.text === ',';
  return labels && (mark.text !== ',' || before.kind === 'string') && before.kind !== 'number' && before.kind !== 'mark'
    ? before.text
    : null;
}

/** The function that is called, or the key of a record, stands for no value here. */
export function isCallOrKey(expression: readonly Token[], i: number): boolean {
  const next = expression[i + 1];
  return (
    next?.kind === 'mark' &&
    (next.text === '(' ||
      (next.text === ':' && expression[i - 1]?.text !== '?') ||
      (next.text === '=' && ['(', ','].includes(expression[i - 1]?.text ?? '')))
  );
}

/** `port: town.wick` (to its last token), `connect(town.oil, …)`, `(HOST, PORT_OF_OIL)`: whatever the name stands for there is a port. */
export function isGivenAsPort(expression: readonly Token[], i: number, last = i): boolean {
  const label = labelOf(expression, i);
  if (label !== null && expression[i - 1]?.text !== ',' && PORTISH.test(label)) return true;
  const [callee, paren] = [expression[i - 2], expression[i - 1]];
  return isBesideHost(expression, i, last) || (paren?.text === '(' && callee?.kind === 'name' && NUMBER_FIRST.test(callee.text));
}

/** A number that is given first to one of these is the port; a name may stand for a record, whose other entries are none. */
const NUMBER_FIRST = /^createConnection$/;
