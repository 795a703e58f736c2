/** Definitions of functions among tokens: which parameter a name is. */

import type { Token } from './tokens.js';
import type { Source } from './source.js';
import { OPENS, CLOSES } from './source.js';

export interface Parameter {
  fn: string;
  index: number;
  name: string;
}

const BEFORE_DEFINITION = new Set([
  'def',
  'func',
  'function',
  'fn',
  'void',
  'int',
  'static',
  'public',
  'private',
  'protected',
  'bool',
  'char',
  'async',
  'Socket',
  'String',
]);

/** A block that follows these is no body of theirs. */
const CONTROL = new Set(['if', 'for', 'while', 'switch', 'catch', 'elif', 'return', 'synchronized', 'with', 'sizeof']);

/** Is the name before the bracket defined here, not called? Its body follows the closing bracket. */
export function isDefinition(source: Source, i: number): boolean {
  if (CONTROL.has(source.tokens[i]?.text as string)) return false;
  const before = source.tokens[i - 1];
  if (before?.text === 'new') return false;
  if (before?.kind === 'name' && BEFORE_DEFINITION.has(before.text)) return true;
  let depth = 0;
  for (let k = i + 1; k < source.tokens.length && k < i + 200; k++) {
    const t = source.tokens[k] as Token;
    if (t.kind !== 'mark') continue;
    if (OPENS.has(t.text)) depth++;
    // A method of Go or Java: its results or `throws` may stand before the body.
    if (CLOSES.has(t.text) && --depth === 0)
      return (
        source.is(k + 1, '{') ||
        source.is(k + 1, '=>') ||
        (source.tokens[k + 1]?.kind === 'name' && source.is(k + 2, '{')) ||
        (before?.text === ')' && source.tokens[k + 1]?.text !== ';')
      );
  }
  return false;
}

/** The parameter that the name is at this place, if it is one. */
export function parameterOf(source: Source, i: number): Parameter | null {
  let depth = 0;
  let index = 0;
  for (let k = i - 1; k >= 0 && k > i - 80; k--) {
    const t = source.tokens[k] as Token;
    if (t.kind !== 'mark') continue;
    if (CLOSES.has(t.text)) depth++;
    else if (t.text === ',' && depth === 0) index++;
    else if (t.text === ';') return null;
    else if (OPENS.has(t.text) && depth-- === 0) {
      const fn = source.tokens[k - 1];
      if (t.text !== '(' || fn?.kind !== 'name' || !isDefinition(source, k - 1)) return null;
      const isMethod = source.tokens[k + 1]?.text === 'self' || source.tokens[k + 1]?.text === 'cls';
      const isConstructor = fn.text === '__init__' || fn.text === 'constructor';
      return {
        fn: isConstructor ? classOf(source, k - 1) : fn.text,
        index: isMethod ? index - 1 : index,
        name: source.tokens[i]?.text as string,
      };
    }
  }
  return null;
}

/** A constructor is called by the name of its class. */
export function classOf(source: Source, i: number): string {
  for (let k = i; k > 0; k--) {
    const named = source.tokens[k];
    if (source.tokens[k - 1]?.text === 'class' && named?.kind === 'name') return named.text;
  }
  return '';
}
