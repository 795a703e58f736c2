/** The place of a field in a structure: elements of tables are often written without the names of their fields. */

import { CLOSES, OPENS } from './source.js';
import type { Source } from './source.js';
import type { Token } from './tokens.js';

const LONGEST = 400;

/** Which element of a literal is this field, by the structures of that name that have it. @returns -1 where none has */
export function fieldIndex(sources: readonly Source[], field: string, beside: Source, literal: readonly Token[]): number {
  const made = literal.findIndex((t) => t.kind === 'mark' && OPENS.has(t.text));
  const head = literal.slice(0, Math.max(0, made)).filter((t) => t.kind === 'name');
  const name = head.at(-1)?.text ?? null;
  const ordered = [beside, ...sources.filter((s) => s !== beside && s.file.language === beside.file.language)];
  for (const source of ordered) {
    for (const i of source.occurrences(field)) {
      const struct = fieldsAround(source, i);
      const at = struct?.fields.indexOf(field) ?? -1;
      if (at >= 0 && (name === null || name === struct?.name)) return at;
    }
  }
  return -1;
}

interface Struct {
  name: string;
  fields: string[];
}

/** The structure in whose body the token stands; null where it stands in none. */
function fieldsAround(source: Source, i: number): Struct | null {
  if (source.file.language === 'python') return annotated(source, i);
  const { tokens } = source;
  let depth = 0;
  for (let k = i - 1; k >= 0 && k > i - LONGEST; k--) {
    const t = tokens[k] as Token;
    if (t.kind !== 'mark') continue;
    if (CLOSES.has(t.text)) depth++;
    else if (OPENS.has(t.text) && depth-- === 0) {
      const [before, first] = [tokens[k - 1], tokens[k - 2]];
      if (t.text === '(') return isRecord(source, k) ? { name: before?.text ?? '', fields: declared(source, k, ',') } : null;
      const named = before?.text === 'struct' ? first : first?.text === 'struct' ? before : undefined;
      if (t.text !== '{' || (!named && before?.text !== 'struct')) return null;
      return { name: named?.text ?? '', fields: declared(source, k, source.file.language === 'go' ? '\n' : ';') };
    }
  }
  return null;
}

/** `record Target(String host, int port)` of Java. */
const isRecord = (source: Source, open: number): boolean => source.tokens[open - 2]?.text === 'record';

/** The names that the declarations in a body give: the last of each, or the first of each line of Go. */
function declared(source: Source, open: number, end: ';' | ',' | '\n'): string[] {
  const names: string[] = [];
  let last: Token | null = null;
  for (let k = open + 1; k < source.tokens.length && k < open + LONGEST; k++) {
    const t = source.tokens[k] as Token;
    const isClose = t.kind === 'mark' && (t.text === '}' || t.text === ')');
    if (end === '\n') {
      if (isClose) return names;
      if (t.kind === 'name' && (source.tokens[k - 1]?.line !== t.line || source.is(k - 1, ',') || k === open + 1)) names.push(t.text);
    } else if (isClose || t.text === end || (end === ';' && t.text === ',')) {
      if (last) names.push(last.text);
      last = null;
      if (isClose) return names;
    } else if (t.kind === 'name' && !source.is(k - 1, '[')) last = t;
  }
  return names;
}

/** `host: str` and `port: int` in the body of a class. */
function annotated(source: Source, i: number): Struct | null {
  const { tokens } = source;
  const column = tokens[i]?.column ?? 0;
  if (!source.is(i + 1, ':') || column === 0 || tokens[i - 1]?.line === tokens[i]?.line) return null;
  const names: string[] = [];
  let begin = i;
  while (begin > 0 && i - begin < LONGEST && !(tokens[begin]?.text === 'class' && (tokens[begin]?.column ?? 0) < column)) begin--;
  if (tokens[begin]?.text !== 'class') return null;
  for (let k = begin; k < tokens.length && k < begin + LONGEST; k++) {
    const t = tokens[k] as Token;
    if (t.kind === 'name' && t.column === column && tokens[k - 1]?.line !== t.line && source.is(k + 1, ':')) names.push(t.text);
    if (k > i && t.column < column && tokens[k - 1]?.line !== t.line) break;
  }
  return { name: tokens[begin + 1]?.text ?? '', fields: names };
}
