/** Source text of any of our languages as tokens: names, numbers, strings, marks. Enough to follow a value by its name. */

export interface Token {
  kind: 'name' | 'number' | 'string' | 'mark';
  text: string;
  line: number;
  /** From 0, in the line. */
  column: number;
}

/** A larger file is generated, and no place for somebody's port. */
const LARGEST = 2_000_000;
const MOST_TOKENS = 400_000;
const HASH_COMMENTS: ReadonlySet<string> = new Set(['python', 'ruby', 'shellscript']);

const TOKEN =
  /\s+|(?<block>\/\*[\s\S]*?(?:\*\/|$))|(?<slashes>\/\/[^\n]*)|(?<hash>#[^\n]*)|(?<string>"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?|`(?:[^`\\]|\\[\s\S])*`?)|(?<number>\d[\w.]*)|(?<name>[A-Za-z_$][\w$]*)|(?<mark>:=|=>|->|::|==|!=|<=|>=|&&|\|\||[\s\S])/gy;

export function tokensOf(text: string, language: string): Token[] {
  if (text.length > LARGEST) return [];
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match?.groups && tokens.length < MOST_TOKENS; match = TOKEN.exec(text)) {
    const { string, number, name, mark, hash, slashes } = match.groups;
    const start = TOKEN.lastIndex;
    const at = { line, column: match.index - lineStart };
    if (string !== undefined) pushString(string, at, tokens, language);
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, ...at });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name, ...at });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark, ...at });
    else if (hash !== undefined && !HASH_COMMENTS.has(language)) TOKEN.lastIndex = directive(hash, start, match.index, tokens, at);
    else if (slashes !== undefined && HASH_COMMENTS.has(language)) {
      // Python's whole-number division is no comment.
      tokens.push({ kind: 'mark', text: '/', ...at });
      TOKEN.lastIndex = match.index + 2;
    }
    for (let i = match.index; i < TOKEN.lastIndex; i++) {
      if (text.charCodeAt(i) === 10) {
        line++;
        lineStart = i + 1;
      }
    }
  }
  return tokens;
}

/** `#define PORT 8080` gives its name a value; the mark `#` starts it. @returns where to go on */
function directive(text: string, end: number, start: number, tokens: Token[], at: Pick<Token, 'line' | 'column'>): number {
  if (!/^#\s*define\b/.test(text))
    return text.startsWith('#!') || /^#\s*(?:include|if|ifdef|ifndef|else|elif|endif|pragma|undef|error|line)\b/.test(text)
      ? end
      : start + 1;
  tokens.push({ kind: 'mark', text: '#', ...at });
  return start + 1;
}

/** What stands in a template is written into the string: `http://${HOST}:${PORT}/`, f"{host}:{port}". */
function pushString(string: string, at: Pick<Token, 'line' | 'column'>, tokens: Token[], language: string): void {
  const before = tokens.at(-1);
  const isAdjacent = before?.line === at.line && before.column + before.text.length === at.column;
  const isFormat = language === 'python' && before?.kind === 'name' && isAdjacent && /^(?:f|rf|fr)$/i.test(before.text);
  const text = string.replace(/^("""|'''|["'`])/, '').replace(/("""|'''|["'`])$/, '');
  tokens.push({ kind: 'string', text, ...at });
  const inner = isFormat ? IN_FORMAT : string.startsWith('`') ? IN_TEMPLATE : null;
  if (!inner || text.length > LONGEST_TEMPLATE) return;
  const after = TOKEN.lastIndex;
  const mark = (m: string): Token => ({ kind: 'mark', text: m, ...at });
  for (const { 1: code = '', index } of text.matchAll(inner)) {
    // What stands behind the host of an address is its port.
    const isPort = /[\w.\]}]:$/.test(text.slice(0, index));
    const label: Token[] = isPort ? [{ kind: 'name', text: 'port', ...at }, mark(':')] : [];
    tokens.push(mark('+'), mark('('), ...label, ...tokensOf(code, language).map((t) => ({ ...t, ...at })), mark(')'));
  }
  TOKEN.lastIndex = after;
}

const LONGEST_TEMPLATE = 2000;
const IN_FORMAT = /\{([^{}:!]{1,120})(?:[:!][^{}]{0,40})?\}/g;
const IN_TEMPLATE = /\$\{([^{}]{1,200})\}/g;
