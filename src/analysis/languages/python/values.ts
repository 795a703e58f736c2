import type { Operand, Place } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';

/** Values of operands: numbers in the source, places that are read. */

export function numberOf(text: string): number {
  const clean = text.replace(/_/g, '').replace(/[lL]$/, '');
  const value = Number(clean);
  return Number.isNaN(value) ? 0 : value;
}

export function fold(operator: string, a: number, b: number): number | null {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? null : a / b;
    case '//':
      return b === 0 ? null : Math.floor(a / b);
    case '**':
      return a ** b;
    case '|':
      return a | b;
    default:
      return null;
  }
}

/** Places that an operand reads. */
export function usesOf(operand: Operand): Place[] {
  switch (operand.kind) {
    case 'place':
      return [operand.place];
    case 'tuple':
      return operand.items.flatMap(usesOf);
    case 'derived':
      return usesOf(operand.of);
    case 'opaque':
      return operand.uses;
    default:
      return [];
  }
}

const takers = new Set(['for_statement', 'for_in_clause', 'argument_list', 'call', 'list_splat', 'await']);

/** Is what this expression gives gone through where it stands: by a loop, or by the call that gets it? */
export function isTakenAtOnce({ parent }: SyntaxNode): boolean {
  return parent !== null && takers.has(parent.type);
}
