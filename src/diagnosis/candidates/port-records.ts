/**
 * One entry of a record: of `defaults.Tug`, `OFFICES['scale']['port']`, `targets[i].port` or `flag --port` only that entry's value counts,
 * not all that stands beside it. Records are literals of any language, JSON in a string, and rows of a table that begin with a word.
 */

import { partOf } from './loops.js';
import { givenTo, parameterOf } from './parameters.js';
import type { Parameter } from './parameters.js';
import { valueAt } from './port-values.js';
import { ADDRESSING } from './port-words.js';
import { asRecord, EACH, eachOf, elementsOf, entryOf, KEYS, keysAfter, keysOf, MEMBERS, unquoted } from './record-parts.js';
import type { Key } from './record-parts.js';
import { CLOSES, OPENS } from './source.js';
import type { Source } from './source.js';
import { fieldIndex } from './structs.js';
import type { Token } from './tokens.js';
import { sharesNames } from './opening-places.js';
import { returnedBy } from './returned.js';

/** Tokens of a value, and the file that they stand in. */
export interface Value {
  tokens: readonly Token[];
  source: Source;
}

const MOST_DEPTH = 6;
const MOST_VALUES = 8;
/** Names that are looked up for one opening; to ask what all callers give is to look through all files. */
const [MOST_LOOKS, GIVEN] = [4000, 20];
/** A row is rare: a word that stands in many is none's name. */
const MOST_ROWS = 3;
const LONGEST_JSON = 20_000;

export class Records {
  private readonly quoted = new Map<Source, readonly (readonly Token[])[]>();
  private readonly words = new Map<Source, Map<string, number[]>>();

  private looks = 0;

  constructor(private readonly sources: readonly Source[]) {}

  /** A new question: names that lead to one another in many ways are followed only so often for each. */
  begin(): void {
    this.looks = 0;
  }

  /** The values of these entries, one within the other, of what `name` stands for; empty where no record has them. */
  entries(name: Token, keys: readonly Key[], source: Source, depth = 0): Value[] {
    if (depth > MOST_DEPTH) return [];
    const values = this.valuesOf(name.text, name.line, source, depth + 1);
    const found = this.narrowed(values, keys, name.line, source, depth + 1);
    const more = depth === 0 ? this.assigned(name, keys, source) : [];
    if (found.length > 0 || more.length > 0) return [...found, ...more];
    return this.ofModule(name, keys, source, depth + 1);
  }

  /** What a function gives back, where the program has one of that name: in its own file, else in the only other that has it. */
  returned(fn: string, source: Source): Value[] {
    const at = (s: Source): Value[] => returnedBy(s, fn).map((tokens) => ({ tokens, source: s }));
    const own = at(source);
    if (own.length > 0) return own;
    const others = this.sources.filter((s) => s !== source && sharesNames(s, source) && s.occurrences(fn).length > 0 && source.knows(s));
    const found = others.map(at).filter((values) => values.length > 0);
    return found.length === 1 ? (found[0] as Value[]) : [];
  }

  /** Is it what a command line was parsed into? */
  isParsed(name: Token, source: Source): boolean {
    return this.valuesOf(name.text, name.line, source, 0).some(({ tokens }) => tokens.some((t) => PARSES.test(t.text)));
  }

  /** `cfg.port = …`, wherever it is written: values of a member that are no part of the record's literal. */
  private assigned(name: Token, keys: readonly Key[], source: Source): Value[] {
    if (keys.some((k) => k.isName)) return [];
    return source
      .occurrences(name.text)
      .filter((i) => {
        const here = keysAfter(source.tokens, i);
        const end = i + here.reduce((sum, k) => sum + k.length, 0);
        return here.length === keys.length && here.every((k, n) => k.text === keys[n]?.text) && source.is(end + 1, '=');
      })
      .slice(0, MOST_VALUES)
      .map((i) => {
        const length = keysAfter(source.tokens, i).reduce((sum, k) => sum + k.length, 0);
        return { tokens: source.expression(i + length + 2), source };
      })
      .filter(({ tokens }) => tokens.length > 0);
  }

  /** What these keys ask of values. */
  narrowed(values: readonly Value[], keys: readonly Key[], line: number, source: Source, depth = 0): Value[] {
    let found = values.flatMap((value) => this.expanded(value, depth + 1));
    for (const key of keys) {
      const words = key.isName ? this.wordsFor(key.text, line, source, depth + 1) : [key.text];
      // `targets[i]`: which one, nobody knows.
      const asked = words.length > 0 ? words : [EACH];
      found = found
        .flatMap((value) => asked.flatMap((k) => this.pick(value, k)))
        .slice(0, MOST_VALUES)
        .flatMap((value) => this.expanded(value, depth + 1));
    }
    return found.slice(0, MOST_VALUES);
  }

  private pick({ tokens, source }: Value, key: string): Value[] {
    const at = (found: readonly (readonly Token[])[]): Value[] =>
      found.filter((one) => one.length > 0).map((one) => ({ tokens: one, source }));
    const text = asRecord(unquoted(tokens));
    if (key === KEYS) return at(keysOf(text));
    if (key === EACH || key === MEMBERS) return at(key === MEMBERS && text[0]?.text === '{' ? keysOf(text) : eachOf(text));
    if (/^\d{1,3}$/.test(key)) return at([elementsOf(text)[Number(key)] ?? []]);
    const entry = entryOf(text, key);
    if (entry) return at([entry]);
    // Object.assign({ … }, more), freeze({ … }), new Config({ … })
    const inner =
      text[0]?.kind === 'name' ? elementsOf(text).flatMap((one) => (one[0]?.text === '{' ? (entryOf(one, key) ?? []) : [])) : [];
    if (inner.length > 0) return at([inner]);
    const field = this.fieldOf(tokens, key);
    if (field) return at([field]);
    const index = text.length > 1 && text.length < LONGEST_ROW ? fieldIndex(this.sources, key, source, text) : -1;
    return index < 0 ? [] : at([elementsOf(text)[index] ?? []]);
  }

  /** `settings.PORT` of a module: what the file of that name gives the name; nothing where there is no such file. */
  private ofModule(name: Token, [key, ...more]: readonly Key[], source: Source, depth: number): Value[] {
    if (!key || depth > MOST_DEPTH) return [];
    return this.sources
      .filter((s) => s !== source && s.file.language === source.file.language && isModule(s.file.path, name.text))
      .flatMap((s) => {
        const values = this.valuesAt(s, s.visible(key.text, 0)[1] ?? [], key.text, depth + 1);
        return this.narrowed(values, more, 0, s, depth + 1);
      })
      .slice(0, MOST_VALUES);
  }

  /** What else stands in the rows that begin with this word, or under it: `{"anvil", "10.0.0.2", "5301"}`, `"anvil": {"port": 5301}`. */
  rows(word: string, source: Source): Token[][] {
    const rows = (this.wordsIn(source).get(word) ?? []).flatMap((i): Token[][] => {
      // Of a record that is made: new Endpoint("mirror", "10.0.0.2", 8730).
      const isMade =
        source.is(i - 1, '(') && /^[A-Z]/.test(source.tokens[i - 2]?.text ?? '') && !ADDRESSING.test(source.tokens[i - 2]?.text ?? '');
      const begins = source.is(i - 1, '{') || source.is(i - 1, '[') || isMade;
      if (source.is(i + 1, ':') && (begins || source.is(i - 1, ','))) return [source.expression(i + 2)];
      return begins && source.is(i + 1, ',')
        ? [
            source
              .args(i - 1)
              .slice(1)
              .flatMap((a): Token[] => [...a, { kind: 'mark', text: ',', line: source.tokens[i]?.line ?? 0, column: 0 }]),
          ]
        : [];
    });
    const quoted = this.quotedIn(source).flatMap((tokens) => entryOf(tokens, word) ?? []);
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
      .concat((this.wordsIn(source).get(name) ?? []).filter((i) => source.tokens[i - 2]?.text === 'add_argument'))
      .map((i) => enclosing(source, i))
      .filter((tokens) => tokens.length > 1)
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
    if (depth > MOST_DEPTH) return [value];
    const cast = castLength(value.tokens);
    const first = value.tokens[cast];
    if (first?.kind !== 'name') return [value];
    const at = cast + (value.tokens[cast + 1]?.text === '.' && (first.text === 'self' || first.text === 'this') ? 2 : 0);
    const name = value.tokens[at];
    if (name?.kind !== 'name') return [value];
    // `env("PORT", "8080")`: what it is given says it.
    const isTold = value.tokens.slice(at + 1).some((t) => t.kind === 'string' || t.kind === 'number');
    const given = !isTold && returnsOf(value, at) ? this.returned(name.text, value.source) : [];
    if (given.length > 0) return given.flatMap((one) => this.expanded(one, depth + 1)).slice(0, MOST_VALUES);
    const keys = keysAfter(value.tokens, at);
    const end = at + keys.reduce((sum, key) => sum + key.length, 0);
    if (value.tokens.length > end + 1) return [value];
    const found =
      keys.length > 0 ? this.entries(name, keys, value.source, depth + 1) : this.valuesOf(name.text, name.line, value.source, depth + 1);
    return found.length > 0 ? found : [value];
  }

  private valuesOf(name: string, line: number, source: Source, depth: number): Value[] {
    if (depth > MOST_DEPTH || this.looks++ > MOST_LOOKS) return [];
    for (const places of source.visible(name, line)) {
      const found = this.valuesAt(source, places, name, depth);
      if (found.length > 0) return found;
    }
    return source.imported(name, this.sources).flatMap((s) => this.valuesAt(s, s.visible(name, 0)[1] ?? [], name, depth + 1));
  }

  private valuesAt(source: Source, places: readonly number[], name: string, depth: number): Value[] {
    return places
      .slice(0, MOST_VALUES)
      .flatMap((i): Value[] => {
        const part = partOf(source, i);
        const line = source.tokens[i]?.line ?? 0;
        if (part) return this.narrowed([{ tokens: part.tokens, source }], part.keys, line, source, depth + 1);
        // What is done to a member is not the value of the whole.
        const tokens = isMemberSet(source, i) ? [] : valueAt(source, i);
        const isItself = tokens.length === 1 && tokens[0]?.text === name;
        if (isItself && source.is(i - 1, '.')) return this.ofParameter(name, line, source, depth + 1);
        if (tokens.length > 0) return isItself ? [] : this.expanded({ tokens, source }, depth + 1);
        const parameter = parameterOf(source, i);
        return parameter ? this.given(parameter, depth + 1) : [];
      })
      .slice(0, MOST_VALUES);
  }

  /** `self.opts = opts`: what is given for the parameter of that name. */
  private ofParameter(name: string, line: number, source: Source, depth: number): Value[] {
    const places = source.visible(name, line)[0] ?? [];
    const parameter = places.map((i) => parameterOf(source, i)).find((found) => found !== null);
    return parameter ? this.given(parameter, depth) : [];
  }

  private given(parameter: Parameter, depth: number): Value[] {
    this.looks += GIVEN;
    if (depth > MOST_DEPTH || this.looks > MOST_LOOKS) return [];
    return this.sources
      .flatMap((source) =>
        source.occurrences(parameter.fn).flatMap((i): Value[] => {
          const tokens = givenTo(source, i, parameter);
          if (tokens.length === 0) return [];
          const value = { tokens, source };
          return parameter.part === undefined ? this.expanded(value, depth) : this.partGiven(value, parameter.part, i, depth);
        }),
      )
      .slice(0, MOST_VALUES);
  }

  /** What stands under that key of a record that is given. */
  partGiven(value: Value, part: string, i: number, depth = 0): Value[] {
    const line = value.source.tokens[i]?.line ?? 0;
    return this.narrowed([value], [{ text: part, isName: false, length: 0 }], line, value.source, depth + 1);
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

const LONGEST_ROW = 120;

/** `(const struct target *)arg`, `(void *)&targets[i]`, `&x`: what stands before the value. */
function castLength(tokens: readonly Token[]): number {
  let at = 0;
  if (tokens[0]?.text === '(' && tokens.length > 2) {
    const close = tokens.findIndex((t) => t.text === ')');
    const isCast = close > 0 && close < 6 && tokens[close - 1]?.text === '*' && tokens[close + 1] !== undefined;
    if (isCast) at = close + 1;
  }
  return tokens[at]?.text === '&' || tokens[at]?.text === '*' ? at + 1 : at;
}

/** Is it the file, or the folder of the package, that a program knows by this name? */
function isModule(path: string, name: string): boolean {
  const parts = path.split('/');
  return parts.at(-1)?.replace(/\.\w+$/, '') === name || (path.endsWith('.go') && parts.at(-2) === name);
}

/** `cfg.port = 80`, `to->sin_port = htons(80)` */
const isMemberSet = (source: Source, i: number): boolean => {
  const keys = keysAfter(source.tokens, i);
  const end = i + keys.reduce((sum, k) => sum + k.length, 0);
  return keys.length > 0 && source.is(end + 1, '=');
};

/** Is the whole value a call of this name? */
function returnsOf({ tokens }: Value, at: number): boolean {
  if (tokens[at + 1]?.text !== '(') return false;
  let depth = 0;
  for (let k = at + 1; k < tokens.length; k++) {
    const t = tokens[k] as Token;
    if (t.kind !== 'mark') continue;
    if (OPENS.has(t.text)) depth++;
    else if (CLOSES.has(t.text) && --depth === 0) return k === tokens.length - 1;
  }
  return false;
}

/** Calls that make a record of the command line. */
const PARSES = /^(?:parse_args|parse_known_args|parseArgs|parse|opts|minimist|yargs|argv)$/;
