/** The tokens of a source file, with what stands where. */

import { beginsProgram } from './commands.js';
import type { SourceFile } from './program.js';
import { scopesAt, scopesOf } from './scopes.js';
import type { Scope } from './scopes.js';
import { tokensOf } from './tokens.js';
import type { Token } from './tokens.js';

export const OPENS = new Set(['(', '[', '{']);

export const CLOSES = new Set([')', ']', '}']);

/** The tokens of a file, and where names get values in it. */
export class Source {
  readonly tokens: readonly Token[];
  private readonly scopes: readonly Scope[];
  private readonly at = new Map<string, number[]>();

  /** A program begins here: another such file is another program. */
  readonly begins: boolean;

  constructor(readonly file: SourceFile) {
    this.begins = beginsProgram(file);
    this.tokens = tokensOf(file.text, file.language);
    this.scopes = scopesOf(this.tokens, file.language);
    this.tokens.forEach((t, i) => {
      if (t.kind !== 'name') return;
      const all = this.at.get(t.text);
      if (all) all.push(i);
      else this.at.set(t.text, [i]);
    });
  }

  occurrences(name: string): readonly number[] {
    return this.at.get(name) ?? [];
  }

  /**
   * Places of the name, in lists to be tried one after the other: in the
   * function around `line` with all that is in it, then outside all functions.
   */
  visible(name: string, line: number): number[][] {
    const all = this.occurrences(name);
    const lineOf = (i: number): number => this.tokens[i]?.line ?? 0;
    const [around] = scopesAt(this.scopes, line);
    const inside = around ? all.filter((i) => lineOf(i) >= around.from && lineOf(i) <= around.to) : [];
    return [inside, all.filter((i) => scopesAt(this.scopes, lineOf(i)).length === 0 || isField(this.tokens, i))];
  }

  /** The name of the innermost function around a line; empty outside of functions. */
  functionAt(line: number): string {
    const scope = scopesAt(this.scopes, line).at(-1);
    if (!scope) return '';
    const from = this.tokens.findIndex((t) => t.line >= scope.from);
    const found = this.tokens.slice(from, from + 60).find((t, i) => t.kind === 'name' && this.is(from + i + 1, '('));
    return found?.text ?? '';
  }

  is(index: number, text: string): boolean {
    return this.tokens[index]?.text === text && this.tokens[index]?.kind === 'mark';
  }

  /** The tokens from here to the end of the expression: a comma, a semicolon or the end of the line outside brackets. */
  expression(from: number): Token[] {
    const out: Token[] = [];
    let depth = 0;
    const line = this.tokens[from]?.line ?? 0;
    for (let i = from; i < this.tokens.length && out.length < 120; i++) {
      const t = this.tokens[i] as Token;
      if (depth === 0 && (t.text === ';' || t.text === ',' || (t.line > line && out.length > 0 && !continues(out.at(-1))))) break;
      if (t.kind === 'mark' && CLOSES.has(t.text) && --depth < 0) break;
      if (t.kind === 'mark' && OPENS.has(t.text)) depth++;
      out.push(t);
    }
    return out;
  }

  /** What stands in the brackets that open at `index`, one list per argument. */
  args(index: number): Token[][] {
    const out: Token[][] = [[]];
    let depth = 0;
    for (let i = index; i < this.tokens.length && i < index + 400; i++) {
      const t = this.tokens[i] as Token;
      const isMark = t.kind === 'mark';
      if (isMark && CLOSES.has(t.text) && --depth === 0) break;
      if (isMark && t.text === ',' && depth === 1) out.push([]);
      else if (depth > 0) out.at(-1)?.push(t);
      if (isMark && OPENS.has(t.text)) depth++;
    }
    return out;
  }
}

/** `self.port`, `opts.Port`, `port:` of a record: what one function puts there, another finds. */
function isField(tokens: readonly Token[], i: number): boolean {
  return tokens[i - 1]?.text === '.' || tokens[i - 1]?.text === '->' || (tokens[i + 1]?.text === ':' && tokens[i - 1]?.kind === 'mark');
}

const continues = (t: Token | undefined): boolean => t?.kind === 'mark' && !CLOSES.has(t.text);
