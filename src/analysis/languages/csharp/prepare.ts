/** Conditional compilation: one branch of each `#if` is parsed, the other lines are blank. Offsets stay. */

/** Symbols that today's .NET defines: https://learn.microsoft.com/dotnet/csharp/language-reference/preprocessor-directives. */
const defined = /^(?:NET|NETCOREAPP|NET(?:[5-8]_0)(?:_OR_GREATER)?|NET8_0|NETCOREAPP[1-3]_[0-2]_OR_GREATER)$/;
/** Symbols of other runtimes, of builds for looking into, and of what is left out. */
const undefinedOnes =
  /^(?:NET(?:\d|STANDARD|FRAMEWORK|FX|CF|_FRAMEWORK|_STANDARD).*|DEBUG|TRACE|SILVERLIGHT.*|WINDOWS_(?:UWP|PHONE).*|WINRT|UNITY.*|MONO.*|PORTABLE.*|PCL|CF|XAMARIN.*|.*(?:TESTS?|BASELINE|LEGACY|EXCLUDE|DISABLE|BENCHMARK).*)$/i;
const directive = /^[ \t]*#[ \t]*(if|elif|else|endif|define|undef)\b(.*)\r?$/;

interface Open {
  /** Is what stands around it parsed? */
  around: boolean;
  /** One of its branches was parsed. */
  taken: boolean;
  /** The branch at hand is parsed. */
  now: boolean;
}

export function prepare(text: string): string {
  if (!/^[ \t]*#[ \t]*if\b/m.test(text)) return text;
  const symbols = new Map<string, boolean>(onlyWithout(text).map((symbol) => [symbol, false]));
  const open: Open[] = [];
  const lines = text.split('\n').map((line) => {
    const match = directive.exec(line);
    if (!match) return open.at(-1)?.now === false ? blank(line) : line;
    const [, word = '', rest = ''] = match;
    step(word, rest.replace(/\/\/.*/, '').trim(), open, symbols);
    return blank(line);
  });
  return lines.join('\n');
}

/** Symbols that are only ever asked whether they are missing (`#if !NO_TLS`): who builds it as it is has none of them. */
function onlyWithout(text: string): string[] {
  const missing = new Set<string>();
  const wanted = new Set<string>();
  for (const [, condition = ''] of text.matchAll(/^[ \t]*#[ \t]*(?:el)?if\b([^\n]*)/gm))
    for (const [, not, symbol = ''] of condition.replace(/\/\/.*/, '').matchAll(/(![ \t]*)?\b(\w+)/g))
      (not === undefined ? wanted : missing).add(symbol);
  return [...missing].filter((symbol) => !wanted.has(symbol) && !defined.test(symbol) && symbol !== 'true' && symbol !== 'false');
}

function step(word: string, rest: string, open: Open[], symbols: Map<string, boolean>): void {
  const top = open.at(-1);
  if (word === 'if') {
    const around = top?.now ?? true;
    const now = around && holds(rest, symbols);
    open.push({ around, taken: now, now });
  } else if (word === 'endif') open.pop();
  else if (word === 'define' || word === 'undef') {
    if (top?.now ?? true) symbols.set(rest, word === 'define');
  } else if (top) {
    top.now = top.around && !top.taken && (word === 'else' || holds(rest, symbols));
    top.taken ||= top.now;
  }
}

function blank(line: string): string {
  return line.replace(/[^\s]/g, ' ');
}

/** `A && !(B || C == false)`; what cannot be read holds. */
function holds(text: string, symbols: ReadonlyMap<string, boolean>): boolean {
  const tokens = text.match(/&&|\|\||==|!=|!|\(|\)|\w+/g) ?? [];
  let at = 0;
  const primary = (): boolean => {
    const token = tokens[at] ?? '';
    at += 1;
    if (token === '!') return !primary();
    if (token === '(') {
      const inside = either();
      at += 1;
      return inside;
    }
    return isDefined(token, symbols);
  };
  const equal = (): boolean => {
    let value = primary();
    while (tokens[at] === '==' || tokens[at] === '!=') {
      const same = tokens[at] === '==';
      at += 1;
      value = (value === primary()) === same;
    }
    return value;
  };
  const both = (): boolean => {
    let value = equal();
    while (tokens[at] === '&&') {
      at += 1;
      const right = equal();
      value &&= right;
    }
    return value;
  };
  const either = (): boolean => {
    let value = both();
    while (tokens[at] === '||') {
      at += 1;
      const right = both();
      value ||= right;
    }
    return value;
  };
  return either();
}

function isDefined(symbol: string, symbols: ReadonlyMap<string, boolean>): boolean {
  if (symbol === 'true' || symbol === 'false') return symbol === 'true';
  return symbols.get(symbol) ?? (defined.test(symbol) || !undefinedOnes.test(symbol));
}
