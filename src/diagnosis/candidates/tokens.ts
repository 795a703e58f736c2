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
    if (string !== undefined)
      tokens.push({ kind: 'string', text: string.replace(/^("""|'''|["'`])/, '').replace(/("""|'''|["'`])$/, ''), ...at });
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
