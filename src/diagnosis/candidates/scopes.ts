/** Which lines belong to which function: a local name means nothing elsewhere. By indentation or by braces, whatever the language. */

import type { Token } from './tokens.js';

/** Lines of a function, its heading included. */
export interface Scope {
  from: number;
  to: number;
}

const INDENTED: ReadonlySet<string> = new Set(['python']);
/** Blocks that are no functions. */
const NO_FUNCTION = new Set([
  'if',
  'for',
  'while',
  'switch',
  'catch',
  'else',
  'do',
  'try',
  'class',
  'struct',
  'select',
  'case',
  'namespace',
  'interface',
  'synchronized',
  'enum',
  'finally',
  'with',
  'type',
]);
/** Tokens that a heading may have. */
const LONGEST_HEADING = 80;

/** The functions of a file. */
export function scopesOf(tokens: readonly Token[], language: string): Scope[] {
  return INDENTED.has(language) ? byIndentation(tokens) : byBraces(tokens);
}

function byIndentation(tokens: readonly Token[]): Scope[] {
  const scopes: Scope[] = [];
  let open: { column: number; scope: Scope }[] = [];
  let depth = 0;
  tokens.forEach((t, i) => {
    if (t.kind === 'mark' && '([{'.includes(t.text)) depth++;
    else if (t.kind === 'mark' && ')]}'.includes(t.text)) depth = Math.max(0, depth - 1);
    else if (depth === 0 && tokens[i - 1]?.line !== t.line) {
      open = open.filter(({ column, scope }) => {
        if (t.column > column) return true;
        scope.to = tokens[i - 1]?.line as number;
        return false;
      });
    }
    if (t.kind !== 'name' || t.text !== 'def') return;
    const column = tokens[i - 1]?.line === t.line ? (tokens[i - 1]?.column as number) : t.column;
    const scope = { from: t.line, to: Infinity };
    scopes.push(scope);
    open.push({ column, scope });
  });
  return scopes;
}

function byBraces(tokens: readonly Token[]): Scope[] {
  const scopes: Scope[] = [];
  const open: (Scope | null)[] = [];
  tokens.forEach((t, i) => {
    if (t.kind !== 'mark') return;
    if (t.text === '{') {
      // What a function without a name is given to stands on its heading's line, and outside of it.
      const from = isNameless(tokens, i) ? t.line + 1 : headingOf(tokens, i);
      const scope = from === null ? null : { from, to: Infinity };
      if (scope) scopes.push(scope);
      open.push(scope);
    } else if (t.text === '}') {
      const scope = open.pop();
      if (scope) scope.to = Math.max(t.line, scope.from);
    }
  });
  return scopes;
}

/** `(req) => {`, `function (req) {`, `func(w io.Writer) {`. */
function isNameless(tokens: readonly Token[], brace: number): boolean {
  const before = tokens[brace - 1];
  if (before?.text === '=>' || before?.text === '->') return true;
  let depth = 0;
  for (let i = brace - 1; i >= 0 && i > brace - LONGEST_HEADING; i--) {
    const { text, kind } = tokens[i] as Token;
    if (kind !== 'mark') {
      if (depth === 0 && i !== brace - 1) return false;
    } else if (text === ')') depth++;
    else if (text === '(' && --depth === 0) return tokens[i - 1]?.text === 'function' || tokens[i - 1]?.text === 'func';
    else if (depth <= 0) return false;
  }
  return false;
}

/** A record begins behind these, no body. */
const NO_BODY = new Set(['(', ',', '[', '=', ':', '?', '&&', '||', ':=', 'return']);

/** The line on which the heading of the function begins whose body opens at `brace`; null where it is another block. */
function headingOf(tokens: readonly Token[], brace: number): number | null {
  if (NO_BODY.has(tokens[brace - 1]?.text ?? '')) return null;
  let depth = 0;
  let calls = false;
  let first = brace;
  let line = -1;
  for (let i = brace - 1; i >= 0 && i > brace - LONGEST_HEADING; i--) {
    const t = tokens[i] as Token;
    // Where no semicolons stand, the line of the opening bracket is the heading's first.
    if (depth === 0 && calls && t.line < line) break;
    if (t.kind === 'mark' && t.text === ')') depth++;
    else if (t.kind === 'mark' && t.text === '(') {
      depth--;
      calls = true;
      line = t.line;
    } else if (t.kind === 'mark' && depth <= 0 && (t.text === ';' || t.text === '{' || t.text === '}')) break;
    if (t.kind === 'name' && depth <= 0 && NO_FUNCTION.has(t.text)) return null;
    // `var dialer = net.Dialer{`: a value.
    if (t.kind === 'mark' && depth === 0 && !calls && (t.text === '=' || t.text === ':=') && tokens[brace - 1]?.text !== '=>') return null;
    first = i;
  }
  return calls || tokens[brace - 1]?.text === '=>' ? (tokens[first]?.line as number) : null;
}

/** The functions around a line, outermost first: names of an inner one are looked up in all that is around it. */
export function scopesAt(scopes: readonly Scope[], line: number): Scope[] {
  return scopes.filter((s) => s.from <= line && line <= s.to).sort((a, b) => a.from - b.from);
}
