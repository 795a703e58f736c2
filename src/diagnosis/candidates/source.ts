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
  /** Words of its strings: files are named so. */
  private files: Set<string> | null = null;

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

  /** The files that may give a name its value where it is imported here, or where the language shares names within a folder. */
  imported(name: string, sources: readonly Source[]): Source[] {
    const { language, path } = this.file;
    const isHere = this.occurrences(name).some((i) => this.isImport(i));
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    if (!isHere && language !== 'go') return [];
    return sources.filter(
      (s) =>
        s !== this &&
        familyOf(s.file.language) === familyOf(language) &&
        s.occurrences(name).length > 0 &&
        (isHere || s.file.path.slice(0, s.file.path.lastIndexOf('/') + 1) === folder),
    );
  }

  /** Does one of the two files name the other, or has the language no names for files? */
  knows(other: Source): boolean {
    if (!NAMES_FILES.test(this.file.language)) return true;
    return this.names(other) || other.names(this);
  }

  private names({ file: { path } }: Source): boolean {
    const parts = path.split('/');
    const stem = (parts.at(-1) as string).replace(/\.\w+$/, '');
    const name = stem === 'index' || stem === '__init__' || stem === '__main__' ? (parts.at(-2) ?? stem) : stem;
    this.files ??= new Set(this.tokens.flatMap((t) => (t.kind === 'string' && t.text.length < 200 ? (t.text.match(/[\w-]+/g) ?? []) : [])));
    return this.at.has(name) || this.files.has(name);
  }

  private isImport(i: number): boolean {
    for (let k = i - 1; k >= 0 && k > i - MOST_IMPORTED; k--) {
      const t = this.tokens[k] as Token;
      if (t.text === 'import') return true;
      if (t.kind !== 'name' && ![',', '{', '(', '*', '.'].includes(t.text)) break;
    }
    // const { config } = require('./config')
    for (let k = i + 1; k < i + MOST_IMPORTED && this.tokens[k]?.line === this.tokens[i]?.line; k++)
      if (this.tokens[k]?.text === 'require') return true;
    return false;
  }

  /** The name of the innermost function around a line; empty outside of functions. */
  functionAt(line: number): string {
    const scope = scopesAt(this.scopes, line).at(-1);
    if (!scope) return '';
    const from = this.tokens.findIndex((t) => t.line >= scope.from);
    const found = this.tokens.slice(from, from + 60).find((t, i) => t.kind === 'name' && this.is(from + i + 1, '('));
    return found?.text ?? '';
  }

  /** The tokens of the body of the function that is defined at `index`, its heading included; null where it has none. */
  bodyOf(index: number): { from: number; to: number } | null {
    const line = this.tokens[index]?.line ?? 0;
    const scope = this.scopes.find((s) => s.from <= line && line <= s.to && line - s.from < 4);
    if (!scope) return null;
    const end = this.tokens.findIndex((t, i) => i > index && t.line > scope.to);
    return { from: index, to: end < 0 ? this.tokens.length : end };
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

/** Tokens of one statement that imports names. */
const MOST_IMPORTED = 60;

/** Languages that share their names. */
export function familyOf(language: string): string {
  return /^(?:java|type)script/.test(language) ? 'javascript' : language === 'cpp' ? 'c' : language;
}

/** Languages in which a file names those whose names it uses. */
const NAMES_FILES = /^(?:python|(?:java|type)script)/;
