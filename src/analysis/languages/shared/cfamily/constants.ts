/** Literals of C, and arithmetic of constants. */

import type { SyntaxNode } from '../../../syntax/tree.js';

/** A number literal's value; null when it is none we read. */
export function numberOf(text: string): number | null {
  const plain = text.replace(/'/g, '').replace(/[uUlLzZ]{1,3}$/, '');
  if (/^0[xX][0-9a-fA-F]+$/.test(plain) || /^0[bB][01]+$/.test(plain)) return Number(plain);
  if (/^[-+]?0[0-7]+$/.test(plain)) return Number.parseInt(plain, 8);
  const value = Number(plain.replace(/[fF]$/, ''));
  return plain === '' || Number.isNaN(value) ? null : value;
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', 0: '\0', a: '\u0007', b: '\b', f: '\f', v: '\v' };

/** A string or character literal's text. */
export function stringOf(node: SyntaxNode): string {
  if (node.type === 'concatenated_string') return node.parts.map((part) => (part.type === 'string_literal' ? stringOf(part) : '')).join('');
  const from = node.text.search(/["']/) + 1;
  return node.text.slice(from, -1).replace(/\\(x[0-9a-fA-F]+|[0-7]{1,3}|[^])/g, (_, code: string) => {
    if (code[0] === 'x') return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]+$/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    return escapes[code] ?? code;
  });
}

/** `a op b` for whole numbers as C computes it; null when there is no such operator, or no such number. */
export function compute(op: string, a: number, b: number): number | null {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? null : Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b;
    case '%':
      return b === 0 ? null : a % b;
    case '<<':
      return a * 2 ** b;
    case '>>':
      return Math.floor(a / 2 ** b);
    case '|':
      return a | b;
    case '&':
      return a & b;
    case '^':
      return a ^ b;
    default:
      return null;
  }
}

/** The value of a constant expression; `lookup` gives the value of a name. Null when it is not constant. */
export function foldNumber(node: SyntaxNode, lookup: (name: string) => number | null): number | null {
  const inner = (field: string): number | null => {
    const child = node.child(field);
    return child ? foldNumber(child, lookup) : null;
  };
  switch (node.type) {
    case 'number_literal':
      return numberOf(node.text);
    case 'char_literal':
      return stringOf(node).charCodeAt(0);
    case 'identifier':
      return lookup(node.text);
    case 'parenthesized_expression':
      return node.parts[0] ? foldNumber(node.parts[0], lookup) : null;
    case 'cast_expression':
      return inner('value');
    case 'unary_expression': {
      const value = inner('argument');
      const op = node.child('operator')?.type;
      if (value === null) return null;
      return op === '-' ? -value : op === '+' ? value : op === '~' ? ~value : op === '!' ? Number(value === 0) : null;
    }
    case 'binary_expression': {
      const left = inner('left');
      const right = inner('right');
      return left === null || right === null ? null : compute(node.child('operator')?.type ?? '', left, right);
    }
    default:
      return null;
  }
}
