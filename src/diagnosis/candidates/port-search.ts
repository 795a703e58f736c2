/** What is found and remembered on the way from a call to its port. */

import type { PortFound } from './port-found.js';
import { isBesideHost, isRadix, labelOf, portsOf } from './port-literals.js';
import { isNoPort, PORTISH } from './port-words.js';
import { plainKey } from './settings-values.js';
import type { Source } from './source.js';
import type { Token } from './tokens.js';

const LONGEST_WORD = 60;

export interface Search {
  found: PortFound[];
  /** Some caller gives what is not known, or whoever starts the program may: other ports are possible. */
  open: boolean;
  /** Names and short strings on the way, as settings may have them for keys. */
  words: Set<string>;
  seen: Set<string>;
  looks: number;
}

/** Keeps the names and short strings of an expression. */
export function note(expression: readonly Token[], { words }: Search): void {
  expression.forEach((t, i) => {
    if (t.kind === 'mark' || t.kind === 'number' || t.text.length > LONGEST_WORD) return;
    const isCalled = t.kind === 'name' && expression[i + 1]?.text === '(';
    // `cfg.getAudit().getPort()`
    const asked = isCalled ? /^get[A-Z]/.exec(t.text) : null;
    if (!isCalled || asked) words.add(plainKey(asked ? t.text.slice(3) : t.text));
  });
}

/** The numbers and strings of an expression that may be ports. */
export function literals(expression: readonly Token[], source: Source, through: readonly string[], search: Search, portish: boolean): void {
  expression.forEach((t, i) => {
    // argv[1]: a place, no value.
    if (expression[i - 1]?.text === '[' && expression[i + 1]?.text === ']' && expression[i - 2]?.kind === 'name') return;
    // `return -1`, `parseInt(text, 10)`
    if (t.kind === 'number' && (isRadix(expression, i) || /^[-+]$/.test(expression[i - 1]?.text ?? ''))) return;
    for (const port of portsOf(t)) {
      const label = labelOf(expression, i);
      if (label !== null && isNoPort(label)) continue;
      const sure =
        t.kind === 'string' ||
        (label !== null && PORTISH.test(label)) ||
        (portish && through.length > 0) ||
        expression[i - 2]?.text === 'htons' ||
        isBesideHost(expression, i);
      search.found.push({ port, file: source.file.path, line: t.line, through: [...through], sure });
    }
  });
}

/** By these a program takes what whoever starts it gives: what stands beside them is but a default. */
export const FROM_OUTSIDE =
  /^(?:environ|getenv|Getenv|LookupEnv|env|argv|Args|args|optarg|add_argument|flag|getProperty|parse_args|processEnv)$/;

/** Words that stand in calls of all programs, and are no table's. */
export const PROTOCOL = /^(?:tcp|udp|unix|ip)[46]?$|^https?$|^utf-?8$/i;
