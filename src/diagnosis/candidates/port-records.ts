/**
 * One entry of a record: of `defaults.Tug`, `OFFICES['scale']['port']` or `flag --port` only that entry's value counts, not all that
 * stands beside it. Records are literals of any language, JSON in a string, and rows of a table that begin with a word.
 */

import { parameterOf, isDefinition } from './parameters.js';
import { valueAt } from './port-values.js';
import { CLOSES, OPENS } from './source.js';
import type { Source } from './source.js';
import { tokensOf } from './tokens.js';
import type { Token } from './tokens.js';

/** Tokens of a value, and the file that they stand in. */
interface Value {
  tokens: readonly Token[];
  source: Source;
}

/** `.key`, `->key`, `['key']`, `.get('key'`: by its text, or by a name that holds it. */
interface Key {
  text: string;
  isName: boolean;
  /** How many tokens it takes. */
  length: number;
}

const MOST_DEPTH = 5;
const MOST_VALUES = 8;
/** A row is rare: a word that stands in many is none's name. */
const MOST_ROWS = 3;
const LONGEST_JSON = 20_000;

/** What of the name at `i` is asked for; null where it is the name itself, or a call on it. */
export function keyAfter(tokens: readonly Token[], i: number): Key | null {
  const [mark, key, end] = [tokens[i + 1], tokens[i + 2], tokens[i + 3]];
  if (mark?.kind !== 'mark' || !key) return null;
  if (mark.text === '[' && end?.text === ']' && (key.kind === 'string' || key.kind === 'name'))
    return { text: key.text, isName: key.kind === 'name', length: 3 };
  if ((mark.text === '.' || mark.text === '->') && key.kind === 'name') {
    if (end?.text !== '(') return { text: key.text, isName: false, length: 2 };
    const asked = tokens[i + 4];
    if (key.text === 'get' && asked?.kind === 'string') return { text: asked.text, isName: false, length: 4 };
  }
  return null;
}

/** The value that stands under this key in a record, at its outermost level. */
function entry(tokens: readonly Token[], key: string): Token[] | null {
  let depth = 0;
  for (let i = 0; i < tokens.length; i++) {
    const t = tokens[i] as Token;
    if (t.kind === 'mark' && OPENS.has(t.text)) depth++;
    else if (t.kind === 'mark' && CLOSES.has(t.text)) depth--;
    const next = tokens[i + 1];
    if (depth !== 1 || t.text !== key || t.kind === 'mark' || next?.kind !== 'mark') continue;
    if (next.text === ':' || next.text === '=' || next.text === '=>') return upToComma(tokens, i + 2);
    if ((next.text === ',' || next.text === '}') && ['{', ','].includes(tokens[i - 1]?.text ?? '') && t.kind === 'name') return [t];
  }
  return null;
}

function upToComma(tokens: readonly Token[], from: number): Token[] {
  let depth = 0;
  let to = from;
  for (; to < tokens.length; to++) {
    const t = tokens[to] as Token;
    if (t.kind !== 'mark') continue;
    if (depth === 0 && (t.text === ',' || t.text === ';')) break;
    if (OPENS.has(t.text)) depth++;
    else if (CLOSES.has(t.text) && --depth < 0) break;
  }
  return tokens.slice(from, to);
}

/** JSON that stands in a string, as tokens. */
function unquoted(tokens: readonly Token[]): readonly Token[] {
  const text = tokens.find((t) => t.kind === 'string' && /^\s*[[{]/.test(t.text));
  return text ? tokensOf(text.text, 'json').map((t) => ({ ...t, line: t.line + text.line - 1 })) : tokens;
}

export class Records {
  private readonly quoted = new Map<Source, readonly (readonly Token[])[]>();
  private readonly words = new Map<Source, Map<string, number[]>>();

  constructor(private readonly sources: readonly Source[]) {}

  /** The values of this entry of what `name` stands for; empty where no record has it. */
  entries(name: Token, key: Key, source: Source, depth = 0): Value[] {
    if (depth > MOST_DEPTH) return [];
    const keys = key.isName ? this.wordsFor(key.text, name.line, source, depth + 1) : [key.text];
    return this.valuesOf(name.text, name.line, source, depth + 1)
      .flatMap(({ tokens, source: from }) =>
        keys.flatMap((k): Value[] => {
          const found = entry(unquoted(tokens), k) ?? this.fieldOf(tokens, k);
          return found && found.length > 0 ? this.expanded({ tokens: found, source: from }, depth + 1) : [];
        }),
      )
      .slice(0, MOST_VALUES);
  }

  /** What else stands in the rows that begin with this word, or under it: `{"anvil", "10.0.0.2", "5301"}`, `"anvil": {"port": 5301}`. */
  rows(word: string, source: Source): Token[][] {
    const rows = (this.wordsIn(source).get(word) ?? []).flatMap((i): Token[][] => {
      const begins = source.is(i - 1, '{') || source.is(i - 1, '[');
      if (source.is(i + 1, ':') && (begins || source.is(i - 1, ','))) return [source.expression(i + 2)];
      return begins && source.is(i + 1, ',')
        ? [
            source
              .args(i - 1)
              .slice(1)
              .flat(),
          ]
        : [];
    });
    const quoted = this.quotedIn(source).flatMap((tokens) => entry(tokens, word) ?? []);
    const all = quoted.length > 0 ? [...rows, quoted] : rows;
    return all.length > MOST_ROWS ? [] : all;
  }

  /** JSON texts that stand in the file's strings. */
  private quotedIn(source: Source): readonly (readonly Token[])[] {
    const known = this.quoted.get(source);
    if (known) return known;
    const texts = source.tokens.filter((t) => t.kind === 'string' && t.text.length < LONGEST_JSON && /^\s*\{\s*"/.test(t.text));
    const found = texts.map((t) => unquoted([t]));
    this.quoted.set(source, found);
    return found;
  }

  /** What is said of a command-line option that is kept under this name: `add_argument('--lunch-port', default=5106)`. */
  option(name: string, source: Source): Token[][] {
    const flag = `--${name
      .replace(/([a-z])([A-Z])/g, '$1-$2')
      .replace(/_/g, '-')
      .toLowerCase()}`;
    return [...this.wordsIn(source)]
      .filter(([text]) => text === flag || text.startsWith(`${flag} `) || text.startsWith(`${flag}=`) || text.endsWith(`, ${flag}`))
      .flatMap(([, places]) => places)
      .map((i) => enclosing(source, i))
      .filter((tokens) => tokens.length > 0)
      .slice(0, MOST_ROWS);
  }

  /** `Market().cider`: what the class says of its field. */
  private fieldOf(made: readonly Token[], field: string): Token[] | null {
    const at = made[0]?.text === 'new' || made[0]?.text === '&' ? 1 : 0;
    const name = made[at];
    if (name?.kind !== 'name' || made[at + 1]?.text !== '(') return null;
    for (const source of this.sources) {
      const begin = source.occurrences(name.text).find((i) => source.tokens[i - 1]?.text === 'class');
      if (begin === undefined) continue;
      const end = source.occurrences('class').find((i) => i > begin) ?? Infinity;
      for (const i of source.occurrences(field)) {
        const value = i > begin && i < end ? valueAt(source, i) : [];
        if (value.length > 0) return value;
      }
    }
    return null;
  }

  private wordsIn(source: Source): Map<string, number[]> {
    const known = this.words.get(source);
    if (known) return known;
    const words = new Map<string, number[]>();
    source.tokens.forEach((t, i) => {
      if (t.kind !== 'string' || t.text.length < 2 || t.text.length > 60) return;
      words.set(t.text, [...(words.get(t.text) ?? []), i]);
    });
    this.words.set(source, words);
    return words;
  }

  /** A value that is itself an entry of another record, or a name for one, is looked up. */
  private expanded(value: Value, depth: number): Value[] {
    const [first] = value.tokens;
    if (first?.kind !== 'name') return [value];
    const at = value.tokens[1]?.text === '.' && (first.text === 'self' || first.text === 'this') ? 2 : 0;
    const name = value.tokens[at];
    if (name?.kind !== 'name') return [value];
    const key = keyAfter(value.tokens, at);
    if (key) {
      const found = this.entries(name, key, value.source, depth);
      return found.length > 0 ? found : [value];
    }
    if (value.tokens.length > at + 1) return [value];
    const named = this.valuesOf(name.text, name.line, value.source, depth + 1);
    return named.length > 0 ? named : [value];
  }

  private valuesOf(name: string, line: number, source: Source, depth: number): Value[] {
    if (depth > MOST_DEPTH) return [];
    for (const places of source.visible(name, line)) {
      const found = places.slice(0, MOST_VALUES).flatMap((i): Value[] => {
        const tokens = valueAt(source, i);
        if (tokens.length > 0) return this.expanded({ tokens, source }, depth + 1);
        const parameter = parameterOf(source, i);
        return parameter ? this.given(parameter.fn, parameter.index, parameter.name, depth + 1) : [];
      });
      if (found.length > 0) return found.slice(0, MOST_VALUES);
    }
    return [];
  }

  private given(fn: string, index: number, name: string, depth: number): Value[] {
    return this.sources
      .flatMap((source) =>
        source.occurrences(fn).flatMap((i): Value[] => {
          if (!source.is(i + 1, '(') || isDefinition(source, i)) return [];
          const args = source.args(i + 1);
          const tokens = args.find((a) => a[0]?.text === name && (a[1]?.text === '=' || a[1]?.text === ':'))?.slice(2) ?? args[index];
          return tokens && tokens.length > 0 ? this.expanded({ tokens, source }, depth) : [];
        }),
      )
      .slice(0, MOST_VALUES);
  }

  private wordsFor(name: string, line: number, source: Source, depth: number): string[] {
    return this.valuesOf(name, line, source, depth).flatMap(({ tokens: [only, ...more] }) =>
      only?.kind === 'string' && more.length === 0 ? [only.text] : [],
    );
  }
}

/** The arguments of the call around a token. */
function enclosing(source: Source, i: number): Token[] {
  let depth = 0;
  for (let k = i - 1; k >= 0 && k > i - 60; k--) {
    const t = source.tokens[k] as Token;
    if (t.kind !== 'mark') continue;
    if (CLOSES.has(t.text)) depth++;
    else if (OPENS.has(t.text) && depth-- === 0) return t.text === '(' ? source.args(k).flatMap((a) => [...a, { ...t, text: ',' }]) : [];
  }
  return [];
}
