/** What is known of a value, as short texts (see `ValueClass` in facts.ts): comparing, testing, refining. */

import type { ValueClass } from './facts.js';

export type CompareOp = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** Inclusive bounds of a number class, or null if it is no number. */
function bounds(value: ValueClass): [number, number] | null {
  switch (value) {
    case 'neg':
      return [-Infinity, -1];
    case 'zero':
    case 'false':
      return [0, 0];
    case 'pos':
      return [Number.MIN_VALUE, Infinity];
    case 'nonneg':
      return [0, Infinity];
    case 'nonpos':
      return [-Infinity, 0];
    case 'true':
      return [1, 1];
    default: {
      if (!value.startsWith('=')) return null;
      const number = Number(value.slice(1));
      return [number, number];
    }
  }
}

/** Is it taken for true in a test? */
export function truthOf(value: ValueClass): boolean | null {
  switch (value) {
    case 'null':
    case 'falsy':
    case 'false':
    case 'empty':
    case 'zero':
      return false;
    case 'truthy':
    case 'true':
    case 'full':
    case 'pos':
    case 'neg':
      return true;
    default: {
      if (value.startsWith('=')) return Number(value.slice(1)) !== 0;
      if (value.startsWith('"')) return value.length > 1;
      if (value.startsWith('@') || value.startsWith('fn:') || value.startsWith('obj:')) return true;
      return null;
    }
  }
}

function isNull(value: ValueClass): boolean | null {
  if (value === 'null') return true;
  if (value === '?' || value === 'falsy' || value === 'looked' || value === 'given' || value.startsWith('#')) return null;
  return false;
}

/** Are two values equal? Null when that is not known. */
function equal(a: ValueClass, b: ValueClass): boolean | null {
  if ([a, b].some((value) => value === '?' || value === 'looked' || value === 'given')) return null;
  if (a === 'null' || b === 'null') {
    const other = a === 'null' ? b : a;
    return isNull(other);
  }
  const x = bounds(a);
  const y = bounds(b);
  if (x && y) {
    if (x[0] === x[1] && y[0] === y[1] && x[0] === y[0]) return true;
    return x[1] < y[0] || y[1] < x[0] ? false : null;
  }
  const s = a === 'empty' ? '"' : a;
  const t = b === 'empty' ? '"' : b;
  if (s.startsWith('"') && t.startsWith('"')) return s === t;
  if (s === 'full' && t === '"') return false;
  if (t === 'full' && s === '"') return false;
  if (isName(a) && isName(b)) return isSameName(a.slice(1), b.slice(1));
  return null;
}

/** `State.Closed` inside the class is `Conn.State.Closed` outside. */
function isSameName(a: string, b: string): boolean {
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}

function isName(value: ValueClass): boolean {
  return value.startsWith('@') || value.startsWith('#');
}

/** `a op b`, null when not known. */
export function compare(op: CompareOp, a: ValueClass, b: ValueClass): boolean | null {
  if (op === '==') return equal(a, b);
  if (op === '!=') {
    const same = equal(a, b);
    return same === null ? null : !same;
  }
  // What has an order and is taken for false is nothing, in number or in length.
  const x = bounds(a === 'empty' || a === 'falsy' ? 'zero' : a);
  const y = bounds(b);
  if (!x || !y) return null;
  switch (op) {
    case '<':
      return x[1] < y[0] ? true : x[0] >= y[1] ? false : null;
    case '<=':
      return x[1] <= y[0] ? true : x[0] > y[1] ? false : null;
    case '>':
      return x[0] > y[1] ? true : x[1] <= y[0] ? false : null;
    case '>=':
      return x[0] >= y[1] ? true : x[1] < y[0] ? false : null;
  }
}

/** What a value is once `truth(value)` turned out to be `outcome`. */
export function refineTruth(value: ValueClass, outcome: boolean): ValueClass {
  if (value === 'nonneg') return outcome ? 'pos' : 'zero';
  if (value === 'nonpos') return outcome ? 'neg' : 'zero';
  if (value === '?' || value === 'nonnull') return outcome ? 'truthy' : 'falsy';
  return value;
}

/** What the left value is once `value op other` turned out to be `outcome`; `?` when nothing is learnt. */
export function refineCompare(value: ValueClass, op: CompareOp, other: ValueClass, outcome: boolean): ValueClass {
  const effective = outcome ? op : negate(op);
  if (effective === '==') {
    if (other === 'falsy' || other === 'truthy' || other === 'nonnull' || other === 'full') return value;
    return other === '?' ? value : other;
  }
  if (effective === '!=') {
    if (other === 'null' && (value === '?' || value === 'truthy')) return value === '?' ? 'nonnull' : value;
    if ((other === 'zero' || other === '=0') && value === 'nonneg') return 'pos';
    if ((other === 'zero' || other === '=0') && value === 'nonpos') return 'neg';
    if (other === 'null' && value === 'falsy') return 'falsy';
    return value;
  }
  return refineOrder(value, effective, other);
}

function refineOrder(value: ValueClass, op: CompareOp, other: ValueClass): ValueClass {
  const limit = bounds(other);
  if (!limit || limit[0] !== limit[1] || (value !== '?' && value !== 'nonneg' && value !== 'nonpos')) return value;
  const n = limit[0];
  if ((op === '<' && n <= 0) || (op === '<=' && n < 0)) return 'neg';
  if ((op === '<' && n <= 1 && value === 'nonneg') || (op === '<=' && n <= 0 && value === 'nonneg')) return 'zero';
  if (op === '<=' && n === 0) return 'nonpos';
  if ((op === '>' && n >= 0) || (op === '>=' && n > 0)) return 'pos';
  if ((op === '>=' && n === 0) || (op === '>' && n === -1)) return value === 'nonpos' ? 'zero' : 'nonneg';
  return value;
}

function negate(op: CompareOp): CompareOp {
  const opposite: Record<CompareOp, CompareOp> = { '==': '!=', '!=': '==', '<': '>=', '>=': '<', '>': '<=', '<=': '>' };
  return opposite[op];
}

/** `a op b` is `b flip(op) a`. */
export function flip(op: CompareOp): CompareOp {
  const flipped: Record<CompareOp, CompareOp> = { '==': '==', '!=': '!=', '<': '>', '>': '<', '<=': '>=', '>=': '<=' };
  return flipped[op];
}

/** The class of a literal. */
export function classOf(value: string | number | boolean | null): ValueClass {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return value === 0 ? 'zero' : `=${value}`;
  return value === '' ? 'empty' : `"${value.slice(0, 40)}`;
}

/** The number a class stands for, if it is one. */
export function numberOf(value: ValueClass): number | null {
  const range = bounds(value);
  return range && range[0] === range[1] ? range[0] : null;
}

/** What holds of a value that is one or the other. */
export function joined(a: ValueClass, b: ValueClass): ValueClass {
  if (a === b) return a;
  if ([a, b].some((value) => value === 'looked' || value === 'given' || value.startsWith('obj:') || value.startsWith('fn:'))) return '?';
  const x = bounds(a);
  const y = bounds(b);
  if (x && y && Math.min(x[0], y[0]) >= 0) return Math.min(x[0], y[0]) > 0 ? 'pos' : 'nonneg';
  if (x && y && Math.max(x[1], y[1]) <= 0) return Math.max(x[1], y[1]) < 0 ? 'neg' : 'nonpos';
  const truth = truthOf(a);
  if (truth !== null && truth === truthOf(b)) return truth ? 'truthy' : 'falsy';
  return isNull(a) === false && isNull(b) === false ? 'nonnull' : '?';
}

/** Only what was assigned goes from function to function; what a test has shown would multiply the states. */
export function crosses(value: string): boolean {
  return value !== 'truthy' && value !== 'falsy' && value !== 'nonnull' && value !== '?';
}
