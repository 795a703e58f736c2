/** The preprocessor's view of C text: directives with their places, and code with comments and literals blanked. */

/** Offsets are UTF-16 units; `end` is one past the last, without the line break. */
export interface Directive {
  name: string;
  /** What follows the name, continued lines joined, comments taken out. */
  rest: string;
  start: number;
  end: number;
}

/** A branch of a conditional group: its directive, and where its content lies. */
export interface Branch {
  directive: Directive;
  from: number;
  to: number;
  inner: Group[];
}

/** `#if … #endif`. */
export interface Group {
  branches: Branch[];
  close: Directive;
}

/** The text with comments, and what stands inside string and character literals, replaced by blanks; same length. */
export function codeOnly(text: string): string {
  if (text !== last.text) last = { text, code: readCode(text) };
  return last.code;
}

/** A text is asked about several times in a row. */
let last = { text: '', code: '' };

function readCode(text: string): string {
  const skip =
    /\bu?8?[LU]?R"([^()\\\s]{0,16})\([^]*?\)\1"|(?<=\d)'(?=\d)|\/\/(?:\\\r?\n|[^\n])*|\/\*[^]*?(?:\*\/|$)|"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?/g;
  return text.replace(skip, (found: string) => {
    if (found === "'") return found;
    const literal = /^(?:\w*R)?["']/.test(found);
    if (!literal) return blank(found);
    return found[0] + blank(found.slice(1, -1)) + (found.length > 1 ? found[0] : '');
  });
}

/** Blanks of the same length; line breaks stay. */
export function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}

/** All directives, in order. `code` is the text as `codeOnly` gives it. */
export function directivesOf(text: string, code: string): Directive[] {
  const found: Directive[] = [];
  const line = /^[ \t]*#[ \t]*([a-z_]+)((?:\\\r?\n|[^\n])*)/gm;
  for (let match = line.exec(code); match; match = line.exec(code)) {
    const from = match.index + match[0].length - (match[2] as string).length;
    const rest = keepLiterals(text.slice(from, match.index + match[0].length), match[2] as string);
    found.push({
      name: match[1] as string,
      rest: rest.replace(/\\\r?\n/g, ' ').trim(),
      start: match.index,
      end: match.index + match[0].replace(/\r$/, '').length,
    });
  }
  return found;
}

/** `code` has comments and literals blanked: gives the literals back. */
function keepLiterals(text: string, code: string): string {
  return code.replace(/"[^"]*"|'[^']*'/g, (found, at: number) => text.slice(at, at + found.length));
}

/** The conditional groups, nested. Unclosed ones are left out. */
export function groupsOf(directives: readonly Directive[]): Group[] {
  const top: Group[] = [];
  const open: { branches: Branch[] }[] = [];
  for (const directive of directives) {
    const current = open.at(-1);
    const last = current?.branches.at(-1);
    if (directive.name === 'if' || directive.name === 'ifdef' || directive.name === 'ifndef') {
      open.push({ branches: [branchAt(directive)] });
    } else if ((directive.name.startsWith('elif') || directive.name === 'else') && current && last) {
      last.to = directive.start;
      current.branches.push(branchAt(directive));
    } else if (directive.name === 'endif' && current && last) {
      last.to = directive.start;
      open.pop();
      (open.at(-1)?.branches.at(-1)?.inner ?? top).push({ branches: current.branches, close: directive });
    }
  }
  return top;
}

function branchAt(directive: Directive): Branch {
  return { directive, from: directive.end, to: directive.end, inner: [] };
}
