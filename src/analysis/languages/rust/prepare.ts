/**
 * Macros whose arguments are programs, as text that the grammar takes for such, every character in its place:
 * `join!(a, b)` becomes a call, `select! { x = f() => … }` a `match` of 0 with the futures as guards.
 */

/** Macros that read like calls. */
const calls = /\b((?:[\w]+::)*(?:try_join|join|bail|ensure|write|writeln|try_select|ready|pin))!(?=\s*\()/g;
const selects = /(?<![\w:])(?:\w+::)*(?:select|select_biased)!(?=\s*\{)/g;

export function prepareRust(text: string): string {
  if (!text.includes('!')) return text;
  const plain = text.includes('select') ? withSelects(text) : text;
  return plain.replace(calls, (_, name: string) => `${name} `);
}

function withSelects(text: string): string {
  const out = [...text.split('')];
  const blank = (from: number, to: number): void => {
    for (let at = from; at < to; at += 1) if (out[at] !== '\n') out[at] = ' ';
  };
  const put = (at: number, words: string): void => {
    for (let i = 0; i < words.length; i += 1) out[at + i] = words[i] as string;
  };
  for (const match of text.matchAll(selects)) {
    const open = text.indexOf('{', match.index + match[0].length);
    const end = closing(text, open);
    const arms = end === -1 ? null : armsIn(text, open + 1, end);
    if (!arms) continue;
    blank(match.index, match.index + match[0].length);
    put(match.index, 'match 0');
    for (const arm of arms) {
      if (arm.kind === 'biased') blank(arm.start, arm.end);
      else if (arm.kind === 'else') put(arm.start, '_   ');
      else {
        // The pattern goes one place to the left to make room for the `if`.
        const pattern = text.slice(arm.start, arm.equals);
        put(arm.start - 1, pattern);
        put(arm.equals - 1, 'if');
        if (arm.condition !== null) {
          const isPlain = /^,\s*if\s(?!.*\|\|)/s.test(text.slice(arm.condition, arm.arrow));
          blank(arm.condition, isPlain ? text.indexOf('if', arm.condition) + 2 : arm.arrow);
          if (isPlain) put(text.indexOf('if', arm.condition), '&&');
        }
      }
    }
  }
  return out.join('');
}

type Arm =
  | { kind: 'biased'; start: number; end: number }
  | { kind: 'else'; start: number }
  | { kind: 'future'; start: number; equals: number; condition: number | null; arrow: number };

/** The arms of a `select!`; null where one is not as expected. */
function armsIn(text: string, from: number, to: number): Arm[] | null {
  const arms: Arm[] = [];
  let at = from;
  for (;;) {
    at = skipSpace(text, at, to);
    if (at >= to) return arms;
    const head = text.slice(at, at + 12);
    const biased = /^(?:biased|complete)\s*;/.exec(head);
    if (biased) {
      arms.push({ kind: 'biased', start: at, end: at + biased[0].length });
      at += biased[0].length;
      continue;
    }
    const arrow = find(text, at, to, (i) => text.startsWith('=>', i));
    if (arrow === -1) return null;
    const isElse = /^(?:else|complete|default)\b/.test(head);
    if (isElse) arms.push({ kind: 'else', start: at });
    else {
      const equals = find(text, at, arrow, (i) => text[i] === '=' && !/[=!<>.]/.test(text[i - 1] ?? '') && text[i + 1] !== '=');
      if (equals === -1 || !/\s/.test(text[at - 1] ?? '') || text[equals - 1] !== ' ' || text[equals + 1] !== ' ') return null;
      arms.push({ kind: 'future', start: at, equals, condition: conditionIn(text, equals, arrow), arrow });
    }
    at = afterBody(text, skipSpace(text, arrow + 2, to), to);
  }
}

function conditionIn(text: string, from: number, arrow: number): number | null {
  const comma = find(text, from, arrow, (i) => text[i] === ',');
  return comma === -1 ? null : comma;
}

function afterBody(text: string, at: number, to: number): number {
  if (text[at] !== '{') {
    const comma = find(text, at, to, (i) => text[i] === ',');
    return comma === -1 ? to : comma + 1;
  }
  const next = skipSpace(text, closing(text, at) + 1, to);
  return text[next] === ',' ? next + 1 : next;
}

/** The first place outside of brackets, text and comments of which this holds. */
function find(text: string, from: number, to: number, holds: (at: number) => boolean): number {
  for (let at = from; at < to;) {
    const past = pastText(text, at);
    if (past > at) at = past;
    else if ('([{'.includes(text[at] as string)) {
      const end = closing(text, at);
      if (end === -1) return -1;
      at = end + 1;
    } else if (holds(at)) return at;
    else at += 1;
  }
  return -1;
}

/** Past white space and comments. */
function skipSpace(text: string, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const past = text.startsWith('/', at) ? pastText(text, at) : at;
    if (past > at) at = past;
    else if (/\s/.test(text[at] as string)) at += 1;
    else break;
  }
  return at;
}

/** The end of the text, character or comment that begins here; the place itself where none does. */
function pastText(text: string, at: number): number {
  if (text.startsWith('//', at)) return endOr(text.indexOf('\n', at), text.length);
  if (text.startsWith('/*', at)) return endOr(text.indexOf('*/', at + 2), text.length - 2) + 2;
  const raw = /^r(#*)"/.exec(text.slice(at, at + 12));
  if (raw && !/\w/.test(text[at - 1] ?? '')) return endOr(text.indexOf(`"${raw[1] ?? ''}`, at + raw[0].length), text.length - 1) + 1;
  if (text[at] === '"') {
    let end = at + 1;
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    return end + 1;
  }
  const character = /^'(?:\\.[^']*|[^\\'])'/.exec(text.slice(at, at + 14));
  return character ? at + character[0].length : at;
}

function endOr(at: number, otherwise: number): number {
  return at === -1 ? otherwise : at;
}

/** The bracket that closes the one that opens here; -1 where none does. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length;) {
    const past = pastText(text, at);
    if (past > at) {
      at = past;
      continue;
    }
    if ('([{'.includes(text[at] as string)) depth += 1;
    else if (')]}'.includes(text[at] as string) && (depth -= 1) === 0) return at;
    at += 1;
  }
  return -1;
}
