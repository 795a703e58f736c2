/**
 * Macros in declarations that say nothing to us and that the grammar does not take: export marks, attributes, calling conventions
 * (`class Export Foo {`, `extern "C" EXPORT Foo *make() {`, `void* WEAK f(`, `int f(int x) DEPRECATED("why") {`). They become blanks.
 */

import { blank, codeOnly, directivesOf } from '../shared/cfamily/source-lines.js';

/** Words of macros that may leave, or close. */
const leaves =
  /(?<![A-Z])(?:RETURN|GOTO|THROW|RAISE|BAIL|ABORT|EXIT|FAIL|DIE|CLOSE|BREAK|CONTINUE|CHECK|TRY|CATCH|ASSERT|IF|UNLESS)(?![A-Z])/;

/** Words of marks: of two names in capitals this one is the mark. */
const marking =
  /API|EXPORT|CALL|WEAK|ATTR|RETURN|UNUSED|DEPRECATED|INLINE|ALIGN|LOCAL|VISIB|PUBLIC|HIDDEN|PURE|HOT|COLD|DISCARD|DLL|FAR|PASCAL|CDECL/;

/** A mark in mixed letters before the name of a struct, where a type could stand, too. */
const mixed = /(?:Export|Api|Public|Visible|Dll|Import)$/;

const primitive = String.raw`(?:void|bool|char|short|int|long|float|double|unsigned|signed|auto|s?size_t|u?int\d+_t)\b`;
const before = String.raw`(?:(?:const|static|inline|constexpr|virtual|extern|explicit|friend)\s+)*`;

/** Words that are no type and no name. */
const keyword =
  /^(?:return|else|case|goto|new|delete|throw|const|static|inline|constexpr|virtual|extern|explicit|friend|volatile|register|mutable|thread_local|typedef|typename|struct|class|enum|union|operator|and|or|not|xor|using|namespace|public|private|protected|template|sizeof|if|while|for|switch|do|default|co_return|co_await|co_yield|override|final|noexcept|unsigned|signed)$/;

/** What no mark is called: operators that a program writes as words. */
const operators = /^(?:AND|OR|NOT|XOR|EQ|NEQ|EQUALS)$/;

const classMark =
  /\b(class|struct|union)(\s+)(?!final\b|alignas\b)([A-Za-z_]\w*)(?=\s+(?!final\b)(?:[A-Za-z_]\w*::)*[A-Za-z_]\w*(?:\s+final)?\s*(?::(?!:)|\{))/g;
const firstMark = new RegExp(
  String.raw`(?<![\w.>:])([A-Z][A-Z0-9_]{3,})(?=\s+${before}(?:${primitive}|([A-Za-z_]\w*)(?:::\w+)*(?:<[^<>;{}()]*>)?(?:\s*[*&]+\s*|\s+)([A-Za-z_]\w*)\s*[({;=[]))`,
  'g',
);
const innerMark = /(?:\b([A-Za-z_]\w*)(\s+)|([*&>])(\s*))\b([A-Z][A-Z0-9_]{3,})(?=\s+([A-Za-z_]\w*)\s*[({;=,)[])/g;
const lastMark =
  /\)(?:\s*\b(?:const|override|noexcept|final)\b)*\s*\b([A-Z][A-Z0-9_]{3,}(?:\s*\([^()]*\))?)(?=\s*(?:[{;]|:(?!:)|=\s*0|override\b|final\b))/g;
const restrict = /\b(?:__restrict(?:__)?|\w+_restrict)\b/g;
/** A macro that declares something, with a type among what it is given. */
const declaring = new RegExp(
  String.raw`^[ \t]*([A-Z][A-Z0-9_]{3,})\((?:${primitive}|[A-Za-z_][\w:]*\s*\*)[^;{}()]*(?:\([^;{}()]*\)[^;{}()]*)*\);`,
  'gm',
);

/** Characters of a parameter list that is looked back through. */
const longest = 2000;

/** The text with blanks in place of such macros. */
export function withoutMarks(text: string): string {
  const source = text.replace(/\b__has_include(?:_next)?\s*\([^()\n]*\)/g, (found) => '1'.padEnd(found.length));
  let code = codeOnly(source);
  code = blanked(
    code,
    directivesOf(source, code).map(({ start, end }) => [start, end]),
  );
  const marks: [number, number][] = [];
  const take = (at: number, mark: string): void => void marks.push([at, at + mark.length]);
  const step = (): void => void (code = blanked(code, marks));
  for (const match of code.matchAll(classMark)) {
    const [, word, space, mark] = match as unknown as [string, string, string, string];
    if (word === 'class' || isCapital(mark) || mixed.test(mark)) take(match.index + word.length + space.length, mark);
  }
  step();
  for (const match of code.matchAll(firstMark)) {
    const [, mark, type, name] = match as unknown as [string, string, string | undefined, string | undefined];
    if (type !== undefined && (keyword.test(type) || keyword.test(name ?? ''))) continue;
    if (type !== undefined && isCapital(type) && marking.test(type) && !marking.test(mark)) continue;
    if (isMark(source, mark)) take(match.index, mark);
  }
  step();
  for (const match of code.matchAll(innerMark)) {
    const [whole, type, , , , mark, name] = match as unknown as [string, string | undefined, string, string, string, string, string];
    if ((type !== undefined && keyword.test(type)) || keyword.test(name)) continue;
    if (isMark(source, mark)) take(match.index + whole.length - mark.length, mark);
  }
  step();
  for (const match of code.matchAll(lastMark)) {
    const [whole, mark] = match as unknown as [string, string];
    const name = nameBefore(code, match.index);
    if (name !== null && !isCapital(name) && !keyword.test(name) && isMark(source, /^\w+/.exec(mark)?.[0] ?? ''))
      take(match.index + whole.length - mark.length, mark);
  }
  if (code.includes('restrict')) for (const match of code.matchAll(restrict)) take(match.index, match[0]);
  for (const match of code.matchAll(declaring)) if (isMark(source, match[1] as string)) take(match.index, match[0]);
  return marks.length === 0 ? source : blanked(source, marks);
}

function isCapital(name: string): boolean {
  return /^[A-Z][A-Z0-9_]{2,}$/.test(name);
}

/** A name for nothing that happens: it does not leave, and the file gives it no code. */
function isMark(text: string, name: string): boolean {
  // That a function never returns is worth to know.
  if (operators.test(name) || leaves.test(name) || /NO_?RETURN/.test(name)) return false;
  const at = text.search(new RegExp(String.raw`^[ \t]*#[ \t]*define[ \t]+${name}\b`, 'm'));
  return at < 0 || !/[;{]/.test(/^(?:[^\n\\]|\\[^])*/.exec(text.slice(at, at + longest))?.[0] ?? '');
}

/** What a parameter list that ends here belongs to. */
function nameBefore(code: string, end: number): string | null {
  let depth = 0;
  for (let at = end; at >= Math.max(0, end - longest); at -= 1) {
    if (code[at] === ')') depth += 1;
    if (code[at] === '(' && (depth -= 1) === 0) return /(?<!\w)\w+$/.exec(code.slice(Math.max(0, at - 200), at).trimEnd())?.[0] ?? null;
    if (code[at] === ';' || code[at] === '{' || code[at] === '}') return null;
  }
  return null;
}

/** The text with blanks at these places. */
function blanked(text: string, places: readonly (readonly [number, number])[]): string {
  let result = '';
  let at = 0;
  for (const [from, to] of [...places].sort((a, b) => a[0] - b[0])) {
    if (to <= at) continue;
    result += text.slice(at, Math.max(at, from)) + blank(text.slice(Math.max(at, from), to));
    at = to;
  }
  return result + text.slice(at);
}
