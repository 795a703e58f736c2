/** Ports that were found on the way from a call, and what of its expression is about its address. */

import type { Token } from './tokens.js';

export interface PortFound {
  port: number;
  /** Where the number stands. */
  file: string;
  line: number;
  /** The names on the way to it, from the call on: `addr`, `PORT`. */
  through: string[];
  /** The key in a file of settings under which it stands. */
  setting?: string;
  /** It is the one that the library takes where none is given. */
  standard?: true;
  /** It stands where only a port can: `"host:80"`, `htons(80)`, the value of a name that says port. */
  sure: boolean;
}

/** An object whose method is called has several ports, and which of them the method means is not known. */
export function vague(found: readonly PortFound[], known: number): PortFound[] {
  const several = new Set(found.slice(known).flatMap((p) => (p.sure ? [p.port] : []))).size > 1;
  return found.map((p, i) => (several && i >= known ? { ...p, sure: false } : p));
}

/** Without what functions that are given there do: that is not about the address. */
export function withoutBodies(tokens: readonly Token[]): Token[] {
  const out: Token[] = [];
  let depth = 0;
  tokens.forEach((t, i) => {
    const before = tokens[i - 1]?.text ?? '';
    const begins = t.kind === 'mark' && t.text === '{' && (depth > 0 || before === '=>' || before === '->' || before === ')');
    if (begins) depth++;
    if (depth === 0) out.push(t);
    else if (t.kind === 'mark' && t.text === '}') depth--;
    else if (t.kind === 'mark' && t.text === '{' && !begins) depth++;
  });
  return out;
}

/** Each port once, by its shortest way; sure ones first. */
export function best(found: readonly PortFound[]): PortFound[] {
  const ports = new Map<number, PortFound>();
  const rank = (p: PortFound): number => p.through.length + (p.sure ? 0 : 10);
  for (const p of found) {
    const known = ports.get(p.port);
    if (!known || rank(p) < rank(known)) ports.set(p.port, p);
  }
  return [...ports.values()].sort((a, b) => rank(a) - rank(b));
}
