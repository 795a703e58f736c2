/** C++ text that the grammar can take: C's preparation, marks of classes, and the classes of headers whose methods stand here. */

import { prepare } from '../shared/cfamily/prepare.js';
import { blank, codeOnly } from '../shared/cfamily/source-lines.js';
import { withoutMarks } from './marks.js';
import { elsewhereNamespace } from './unit.js';

export function prepareCpp(text: string, headers: readonly string[] = []): string {
  // What asks for C++ asks for what this is.
  const source = masked(text).replace(/\b__cplusplus\b/g, 'is_cplusplus');
  const prepared = prepare(source, headers);
  const classes = headers.length === 0 ? [] : [...aliasesFor(text, headers), ...classesFor(text, headers)];
  if (classes.length === 0) return prepared;
  return `${prepared}${prepared.endsWith('\n') ? '' : '\n'}void closewait_define__(void) { ; }\nnamespace ${elsewhereNamespace} {\n${classes.join('\n')}\n}\n`;
}

/** What the grammar does not take, in words of the same length that mean the same to us. */
function reworded(text: string): string {
  return (
    text
      // <cinttypes>: parts of a format.
      .replace(/\bPRI[diouxX](?:8|16|32|64|PTR|MAX|LEAST\d+|FAST\d+)\b/g, (found) => '"d"'.padEnd(found.length))
      // A type in an expression: `decltype(x)::y`, `decltype(x){}`.
      .replace(/\bdecltype\s*\(((?:[^()\n]|\((?:[^()\n]|\([^()\n]*\))*\))*)\)(?=\s*(?:::|\{|\())/g, (found) =>
        'decltype'.padEnd(found.length, '_'),
      )
      // `unique_ptr<T> p(make(a, b));` reads as a function that takes one; by braces it is given what that gives.
      .replace(/\b((?:unique|shared|scoped|auto)_ptr<[^;(){}\n]{1,100}>[ \t]{1,9}\w{1,60})\((\w[\w:]{0,80}\([^()\n]*\))\)(?=;)/g, '$1{$2}')
      // `<T const*>`, `typename T::type()`, calls through pointers to members.
      .replace(/(<[\w:]+\s+)const(\s*[*&]+>)/g, '$1     $2')
      .replace(/\btypename(?=\s+[A-Za-z_][\w:]*(?:<[^<>\n]*>)?::)/g, blank)
      .replace(/->\*(?=\w)/g, '-> ')
      .replace(/(?<=[\w)]\.)\*(?=\w+\s*\)\s*\()/g, ' ')
      .replace(/(?<=\.|->)template(?=\s+\w)/g, blank)
  );
}

/** Words of macros that may leave, or close. */
const leaves =
  /(?<![A-Z])(?:RETURN|GOTO|THROW|RAISE|BAIL|ABORT|EXIT|FAIL|DIE|CLOSE|BREAK|CONTINUE|CHECK|TRY|CATCH|ASSERT|IF|UNLESS)(?![A-Z])/;

/** `class EXPORT Foo`, `Q_OBJECT` and the like: names in capitals that stand for nothing we read. */
function masked(text: string): string {
  return (
    withoutMarks(reworded(text))
      // `~Foo () MY_DEFAULT;`, `void f () const MY_NOEXCEPT {`.
      .replace(
        /(?<!\b(?:if|while|for|switch|catch)\s{0,9})(\([^()\n]*\)\s*(?:const\s+)?)([A-Z][A-Z0-9_]{3,})(?=\s*[;{])/g,
        (_, before: string, mark: string) => before + blank(mark),
      )
      // `MY_NON_COPYABLE (Foo)` alone on its line, behind the end of a declaration, with nothing of its own below.
      .replace(
        /(?<=[;:{}][ \t]*\n(?:[ \t]*\n){0,2})[ \t]+[A-Z][A-Z0-9_]{3,}[ \t]*\([\w, \t:]*\)[ \t]*(?=\n(?:[ \t]*\n){0,2}[ \t]*(?:\}|[A-Za-z_~]))/g,
        (found) => (leaves.test(found) || text.includes(`#define ${/\w+/.exec(found)?.[0] ?? ''}`) ? found : blank(found)),
      )
      .replace(
        /\b(class|struct)(\s+)([A-Z][A-Z0-9_]{2,}(?:\s*\([^()\n]*\))?)(?=\s+[A-Za-z_]\w*(?:\s*final)?\s*(?::[^:]|\{))/g,
        (_, word: string, space: string, mark: string) => word + space + blank(mark),
      )
      .replace(
        /^[ \t]*(?:Q_OBJECT|Q_GADGET|Q_DISABLE_COPY(?:_MOVE)?\([^()\n]*\)|Q_[A-Z_]+\([^()\n]*\)|(?:DISALLOW|DISABLE|NON)_\w+\([^()\n]*\);?|(?:BEGIN|END|PUSH|POP|DECLARE|INTERFACE|wxDECLARE)_\w+(?:\([^()\n]*\))?)[ \t]*(?:;[ \t]*)?$/gm,
        blank,
      )
      .replace(/\b(?:public|private|protected)?\s*(?:Q_SLOTS|Q_SIGNALS|slots|signals)\s*:(?!:)/g, (found) =>
        /^\s*(?:public|private|protected)/.test(found) ? found.replace(/Q_SLOTS|slots|Q_SIGNALS|signals/, blank) : fit(found),
      )
  );
}

/** `signals:` alone becomes an access specifier. */
function fit(found: string): string {
  const label = 'public:';
  const room = found.replace(/^\s+/, '');
  return room.length < label.length ? blank(found) : found.slice(0, found.length - room.length) + label.padEnd(room.length);
}

/** `typedef struct foo_s foo_t;` of headers, for names of this text. */
function aliasesFor(text: string, headers: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const header of headers) {
    for (const [whole, alias] of header.matchAll(/^[ \t]*typedef[ \t]+(?:struct|class)[ \t]+\w+[ \t]+(\w+)[ \t]*;/gm))
      if (alias !== undefined && !found.has(alias) && found.size < maxClasses && text.includes(alias)) found.set(alias, whole.trim());
  }
  return [...found.values()];
}

const maxClasses = 60;
const maxText = 60_000;

/** Declarations of the classes whose methods this text defines, and of their bases, out of the headers; bodies left out. */
function classesFor(text: string, headers: readonly string[]): string[] {
  const wanted = new Set(
    [...text.matchAll(/\b([A-Za-z_]\w*)(?:<[^<>\n]*>)?\s*::\s*~?[A-Za-z_]\w*\s*\(/g)].map((match) => match[1] as string),
  );
  const found = new Map<string, string>();
  const queue = [...wanted];
  let length = 0;
  for (let name = queue.shift(); name !== undefined && found.size < maxClasses && length < maxText; name = queue.shift()) {
    if (found.has(name)) continue;
    const declared = headers.map((header) => classesIn(header).get(name)).find((one) => one !== undefined);
    if (!declared) continue;
    found.set(name, declared.text);
    length += declared.text.length;
    queue.push(...declared.bases);
  }
  return [...found.values()];
}

interface Declaration {
  text: string;
  bases: readonly string[];
}

const known = new Map<string, ReadonlyMap<string, Declaration>>();

function classesIn(header: string): ReadonlyMap<string, Declaration> {
  let classes = known.get(header);
  if (!classes) {
    if (known.size > 500) known.clear();
    known.set(header, (classes = readClasses(header)));
  }
  return classes;
}

function readClasses(header: string): ReadonlyMap<string, Declaration> {
  const code = codeOnly(prepare(masked(header))).replace(/^[ \t]*#[^\n]*(?:\\\n[^\n]*)*/gm, blank);
  const classes = new Map<string, Declaration>();
  for (const match of code.matchAll(/\b(?:class|struct)\s+([A-Za-z_]\w*)(?:\s+final)?\s*(:[^;{}()]*)?\{/g)) {
    const open = match.index + match[0].length - 1;
    const end = closing(code, open);
    const name = match[1] as string;
    if (end === -1 || classes.has(name)) continue;
    const bases = (match[2] ?? '')
      .replace(/<[^<>]*>/g, '')
      .split(',')
      .flatMap((base) => /(?<!\w)[A-Za-z_]\w*$/.exec(base.trim())?.[0] ?? []);
    classes.set(name, { text: `${code.slice(match.index, open)}${withoutBodies(code.slice(open, end + 1))};`, bases });
  }
  return classes;
}

function closing(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    if (code[at] === '{') depth += 1;
    if (code[at] === '}' && (depth -= 1) === 0) return at;
  }
  return -1;
}

/** A class's text, with `;` in place of the bodies of its methods. */
function withoutBodies(text: string): string {
  let result = '';
  let from = 0;
  let statement = 1;
  for (let at = 1; at < text.length; at += 1) {
    const c = text[at];
    if (c === ';' || c === '}') statement = at + 1;
    if (c !== '{') continue;
    const head = text.slice(statement, at);
    const end = closing(text, at);
    if (end === -1) break;
    if (
      /^\s*(?:(?:public|private|protected)\s*:\s*)*(?:class|struct|union|enum|template\s*<[^<>]*>\s*(?:class|struct))\b[^()]*$/.test(head)
    ) {
      statement = at + 1;
      continue;
    }
    if (head.includes('(')) {
      const init = /\)\s*(?:noexcept\s*)?:(?!:)/.exec(head);
      result += `${text.slice(from, init ? statement + init.index + 1 : at)};`;
      from = end + 1;
    }
    at = end;
    statement = head.includes('(') ? end + 1 : statement;
  }
  return result + text.slice(from);
}
