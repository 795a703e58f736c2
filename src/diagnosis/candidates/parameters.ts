/** Definitions of functions among tokens: which parameter a name is. */

import type { Token } from './tokens.js';
import type { Source } from './source.js';
import { OPENS, CLOSES } from './source.js';

export interface Parameter {
  fn: string;
  index: number;
  name: string;
  /** `({ host, port })`: the key of the record that is given. */
  part?: string;
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
        (before?.text === ')' && before.line === source.tokens[i]?.line && source.tokens[k + 1]?.text !== ';')
      );
  }
  return false;
}

/** The parameter that the name is at this place, if it is one. */
export function parameterOf(source: Source, i: number): Parameter | null {
  let depth = 0;
  let index = 0;
  let part: string | undefined;
  for (let k = i - 1; k >= 0 && k > i - 80; k--) {
    const t = source.tokens[k] as Token;
    if (t.kind !== 'mark') continue;
    if (CLOSES.has(t.text)) depth++;
    else if (t.text === ',' && depth === 0) index++;
    else if (t.text === ';') return null;
    else if (t.text === '{' && depth === 0 && part === undefined && isOfParameter(source, k)) {
      part = source.is(i - 1, ':') ? source.tokens[i - 2]?.text : source.tokens[i]?.text;
      index = 0;
    } else if (OPENS.has(t.text) && depth-- === 0) {
      const fn = source.tokens[k - 1];
      if (t.text !== '(' || fn?.kind !== 'name' || !isDefinition(source, k - 1)) return null;
      const isMethod = source.tokens[k + 1]?.text === 'self' || source.tokens[k + 1]?.text === 'cls';
      const isConstructor = fn.text === '__init__' || fn.text === 'constructor';
      return {
        fn: isConstructor ? classOf(source, k - 1) : fn.text,
        index: isMethod ? index - 1 : index,
        name: source.tokens[i]?.text as string,
        ...(part !== undefined && { part }),
      };
    }
  }
  return null;
}

/** A brace that takes a parameter apart. */
const isOfParameter = (source: Source, brace: number): boolean =>
  /^(?:java|type)script/.test(source.file.language) && (source.is(brace - 1, '(') || source.is(brace - 1, ','));

/** A constructor is called by the name of its class. */
export function classOf(source: Source, i: number): string {
  for (let k = i; k > 0; k--) {
    const named = source.tokens[k];
    if (source.tokens[k - 1]?.text === 'class' && named?.kind === 'name') return named.text;
  }
  return '';
}

/** Words under which a call is given the arguments of the function that it runs. */
const ARGUMENTS = /^(?:args|arg|kwargs)$/;

/**
 * What is given for a parameter where the function is named: in a call of it, or beside it where something else is to run it
 * (`pthread_create(&t, NULL, watch, &targets[i])`, `Thread(target=serve, args=(bridge,))`). Empty where nothing is.
 */
export function givenTo(source: Source, i: number, { index, name }: Pick<Parameter, 'index' | 'name'>): readonly Token[] {
  if (source.is(i + 1, '(')) {
    if (isDefinition(source, i)) return [];
    const args = source.args(i + 1);
    return args.find((a) => a[0]?.text === name && (a[1]?.text === '=' || a[1]?.text === ':'))?.slice(2) ?? args[index] ?? [];
  }
  const open = callAround(source, i);
  if (open < 0) return [];
  const args = source.args(open);
  const own = args.findIndex((a) => a.includes(source.tokens[i] as Token));
  const more = args.slice(own + 1);
  const listed = more.find((a) => a[0] && ARGUMENTS.test(a[0].text) && a[1]?.text === '=');
  if (listed) return inside(listed.slice(2))[index] ?? [];
  const given = more[index] ?? [];
  return given[1]?.text === '=' ? [] : given;
}

/** The bracket of the call that has this token as an argument of its own; -1 where it is none. */
function callAround(source: Source, i: number): number {
  const [before, after] = [source.tokens[i - 1], source.tokens[i + 1]];
  const isWhole = after?.text === ',' && (before?.text === ',' || before?.text === '(' || before?.text === '=' || before?.text === '.');
  if (!isWhole) return -1;
  let depth = 0;
  for (let k = i - 1; k >= 0 && k > i - 60; k--) {
    const t = source.tokens[k] as Token;
    if (t.kind !== 'mark') continue;
    if (t.text === ';') return -1;
    if (CLOSES.has(t.text)) depth++;
    else if (OPENS.has(t.text) && depth-- === 0)
      return t.text === '(' && source.tokens[k - 1]?.kind === 'name' && !isDefinition(source, k - 1) ? k : -1;
  }
  return -1;
}

/** The elements of a tuple or list. */
function inside(tokens: readonly Token[]): Token[][] {
  const out: Token[][] = [[]];
  let depth = 0;
  for (const t of tokens) {
    const isMark = t.kind === 'mark';
    if (isMark && CLOSES.has(t.text)) depth--;
    if (isMark && t.text === ',' && depth === 1) out.push([]);
    else if (depth > 0) out.at(-1)?.push(t);
    if (isMark && OPENS.has(t.text)) depth++;
  }
  return out;
}
