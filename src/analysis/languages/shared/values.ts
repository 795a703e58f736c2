/** Questions about values of the neutral tree that lowerings ask. */

import type { Operand, Place } from '../../flow/ir.js';

/** The places that a value reads. */
export function usesOf(value: Operand): Place[] {
  switch (value.kind) {
    case 'place':
      return [value.place];
    case 'opaque':
      return value.uses;
    case 'derived':
      return usesOf(value.of);
    case 'tuple':
      return value.items.flatMap(usesOf);
    case 'record':
      return Object.values(value.fields).flatMap(usesOf);
    case 'function':
      return value.receiver === undefined ? [] : [value.receiver];
    default:
      return [];
  }
}

/** What an operator makes of two numbers; null when it is not one that is worth folding. */
export function folded(operator: string, a: number, b: number): number | null {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? null : Math.trunc(a / b);
    case '%':
      return b === 0 ? null : a % b;
    case '<<':
      return a << b;
    case '|':
      return a | b;
    default:
      return null;
  }
}
