/** Which ports a line may go to: literals in its call, and what the names in it stand for, wherever the program says so. */

import type { Opening, ProgramFiles } from './program.js';
import { plainName } from './program.js';
import type { Token } from './tokens.js';
import { Source } from './source.js';
import { parameterOf, isDefinition } from './parameters.js';
import type { Parameter } from './parameters.js';

export interface PortFound {
  port: number;
  /** Where the number stands. */
  file: string;
  line: number;
  /** The names on the way to it, from the call on: `addr`, `PORT`. */
  through: string[];
  /** It stands where only a port can: `"host:80"`, `htons(80)`, the value of a name that says port. */
  sure: boolean;
}

/** Names that are followed from one call, and places that one name may have its value from. */
const MOST_STEPS = 5;
const MOST_PLACES = 12;
const MOST_LOOKS = 400;
/** Calls that give a socket its address. */
const ADDRESSING =
  /^(?:bind|connect|connect_ex|listen|Listen|ListenTCP|Dial|dial|DialTimeout|DialContext|createConnection|create_connection|serve|start_server|create_server|open_connection|ListenAndServe|ListenAndServeTLS|Serve)$/;
/** Names that hold a port, or an address with one, whole words of camelCase and snake_case. */
const PORTISH = /(?:^|_|[a-z])(?:port|ports|addr|addrs|address|endpoint|url|uri|dsn|bind|hostport|listen)(?:$|_|\d|[A-Z])/i;
/** Names whose numbers are none. */
const NO_PORT =
  /(?:time|out|size|len|count|max|min|num|retry|retries|backlog|buf|bytes|delay|interval|limit|sleep|seconds|secs|millis|ms|version|status|code|mode|keep|family|type)/i;
const KEYWORDS = new Set([
  'if',
  'else',
  'for',
  'while',
  'return',
  'new',
  'await',
  'const',
  'let',
  'var',
  'int',
  'struct',
  'def',
  'func',
  'function',
  'async',
  'self',
  'this',
  'None',
  'nil',
  'null',
  'True',
  'False',
  'true',
  'false',
  'sizeof',
  'str',
  'err',
  'static',
  'final',
  'in',
  'is',
  'not',
  'and',
  'or',
  'lambda',
  'try',
  'except',
  'with',
  'as',
  'from',
  'import',
  'socket',
  'net',
  'os',
  'tcp',
  'fmt',
]);
/** Constants of the socket API itself. */
const API_CONSTANT = /^(?:AF|PF|SOCK|IPPROTO|SOL|SO|TCP|INADDR|MSG)_/;

interface Search {
  found: PortFound[];
  seen: Set<string>;
  looks: number;
}

export class Ports {
  private readonly sources: Source[];

  constructor(program: ProgramFiles) {
    this.sources = program.files.map((file) => new Source(file));
  }

  /** The ports that this opening may be about, nearest first. */
  of(opening: Opening): PortFound[] {
    const source = this.sources.find((s) => s.file === opening.file);
    if (!source) return [];
    const search: Search = { found: [], seen: new Set(), looks: 0 };
    const lines = new Set([
      opening.connection.range.startLine,
      ...opening.connection.steps.filter((s) => s.file === undefined && (s.do === 'connect' || s.do === 'listen')).map((s) => s.line),
    ]);
    const { startLine, endLine } = opening.connection.range;
    for (let line = startLine; line <= Math.min(endLine, startLine + 40); line++) lines.add(line);
    const own = source.tokens.filter((t) => lines.has(t.line));
    const isCall = own.some((t) => ADDRESSING.test(t.text)) || /(?:dial|connect|listen|socket)/i.test(opening.connection.library);
    this.read(own, source, [], search, isCall, plainName(opening.connection.function));
    return best(search.found);
  }

  /** Numbers and strings of an expression, then what its names stand for. */
  private read(
    expression: readonly Token[],
    source: Source,
    through: readonly string[],
    search: Search,
    portish: boolean,
    within: string,
  ): void {
    expression.forEach((t, i) => {
      for (const port of portsOf(t)) {
        const label = labelOf(expression, i);
        if (label !== null && NO_PORT.test(label) && !PORTISH.test(label)) continue;
        const sure =
          t.kind === 'string' ||
          (label !== null && PORTISH.test(label)) ||
          (portish && through.length > 0) ||
          expression[i - 2]?.text === 'htons' ||
          isBesideHost(expression, i);
        search.found.push({ port, file: source.file.path, line: t.line, through: [...through], sure });
      }
    });
    if (through.length >= MOST_STEPS) return;
    const names = new Set(
      expression.flatMap((t, i) =>
        t.kind === 'name' &&
        !KEYWORDS.has(t.text) &&
        !API_CONSTANT.test(t.text) &&
        !(NO_PORT.test(t.text) && !PORTISH.test(t.text)) &&
        !isCallOrKey(expression, i)
          ? [t.text]
          : [],
      ),
    );
    for (const name of names) this.follow(name, expression[0]?.line ?? 0, source, through, search, within);
  }

  private follow(name: string, line: number, source: Source, through: readonly string[], search: Search, within: string): void {
    const key = `${source.file.path} ${name} ${line}`;
    if (search.seen.has(key) || search.looks++ > MOST_LOOKS) return;
    search.seen.add(key);
    const here = source.visible(name, line).find((places) => this.valuesIn(source, places, name, through, search, within) > 0);
    if (here !== undefined || !/^[A-Z]|[A-Z_]{2,}|port|addr|host|url/i.test(name)) return;
    let places = 0;
    for (const other of this.sources) {
      if (other === source || places >= MOST_PLACES || other.occurrences(name).length === 0) continue;
      places += this.valuesIn(other, other.visible(name, 0)[1] ?? [], name, through, search, within);
    }
  }

  /** Follows each value that the name gets in this file. @returns how many there were */
  private valuesIn(
    source: Source,
    places: readonly number[],
    name: string,
    through: readonly string[],
    search: Search,
    within: string,
  ): number {
    const way = [...through, name];
    const portish = PORTISH.test(name);
    let count = 0;
    for (const i of places) {
      if (count >= MOST_PLACES) break;
      const value = valueAt(source, i);
      if (value.length > 0) {
        count++;
        this.read(value, source, way, search, portish, within);
      }
      const parameter = parameterOf(source, i);
      if (parameter) {
        count++;
        this.passed(parameter, way, search, within);
      }
    }
    return count;
  }

  /** What callers give for a parameter. */
  private passed({ fn, index, name }: Parameter, through: readonly string[], search: Search, within: string): void {
    let calls = 0;
    for (const source of this.sources) {
      for (const i of source.occurrences(fn)) {
        if (calls >= MOST_PLACES || !source.is(i + 1, '(') || isDefinition(source, i)) continue;
        calls++;
        const args = source.args(i + 1);
        const keyed = args.find((a) => a[0]?.text === name && (a[1]?.text === '=' || a[1]?.text === ':'));
        const given = keyed ?? args[index];
        if (given) this.read(given, source, through, search, PORTISH.test(name), within);
      }
    }
  }
}

/** Ports in a literal: a number, `":80"`, `"host:80"`, `"8080"`, `"tcp://host:80/"`. */
function portsOf(t: Token): number[] {
  const valid = (n: number): number[] => (Number.isInteger(n) && n > 0 && n <= 65535 ? [n] : []);
  if (t.kind === 'number') return valid(Number(t.text.replace(/_/g, '').replace(/[uUlL]+$/, '')));
  if (t.kind !== 'string') return [];
  if (/^\d{1,5}$/.test(t.text)) return valid(Number(t.text));
  return [...t.text.slice(0, 500).matchAll(/(?:^|[\w.\]*}-]):(\d{1,5})(?![\d:.])/g)].flatMap((m) => valid(Number(m[1])));
}

/** `("10.0.0.2", 80)`, `(HOST, 80)`, `connect(80, "10.0.0.2")`: a pair of host and port. */
function isBesideHost(expression: readonly Token[], i: number): boolean {
  const [a, b, c] = [expression[i - 2], expression[i - 1], expression[i + 1]];
  const isHost = (t: Token | undefined): boolean =>
    t !== undefined &&
    (t.kind === 'string'
      ? /^$|^localhost$|^[\w-]+(?:\.[\w-]+)+$|::/.test(t.text)
      : t.kind === 'name' && /host|addr|ip|server|peer/i.test(t.text));
  if (b?.text === ',' && isHost(a) && (c === undefined || c.text === ')' || c.text === ',')) return true;
  return b?.text === '(' && c?.text === ',' && isHost(expression[i + 2]) && a?.kind === 'name' && ADDRESSING.test(a.text);
}

/** The keyword, key or option that a literal is given to: `timeout=5`, `port: 80`, `"port", 80`. */
function labelOf(expression: readonly Token[], i: number): string | null {
  const [before, mark] = [expression[i - 2], expression[i - 1]];
  if (mark?.kind !== 'mark' || !before) return null;
  const labels = mark.text === '=' || mark.text === ':' || mark.text === ',';
  return labels && (mark.text !== ',' || before.kind === 'string') && before.kind !== 'number' && before.kind !== 'mark'
    ? before.text
    : null;
}

/** The function that is called, or the key of a record, stands for no value here. */
function isCallOrKey(expression: readonly Token[], i: number): boolean {
  const next = expression[i + 1];
  return (
    next?.kind === 'mark' &&
    (next.text === '(' ||
      (next.text === ':' && expression[i - 1]?.text !== '?') ||
      (next.text === '=' && ['(', ','].includes(expression[i - 1]?.text ?? '')))
  );
}

/** The value that the name gets at this place; empty where it gets none. */
function valueAt(source: Source, i: number): Token[] {
  const next = source.tokens[i + 1];
  const isAssigned = next?.kind === 'mark' && (next.text === '=' || next.text === ':=');
  if (isAssigned) return source.expression(i + 2);
  if (source.is(i - 2, '#') && source.tokens[i - 1]?.text === 'define') return source.expression(i + 1);
  // `x: int = 5`, `PORT int = 5`, `l, err := net.Listen(…)`, `self.port: int = 5`
  for (let k = i + 1; k <= i + 6; k++) {
    const t = source.tokens[k];
    if (
      !t ||
      t.line !== source.tokens[i]?.line ||
      (t.kind === 'mark' && !['.', ':', ',', '*', '[', ']', '_', '=', ':=', '|'].includes(t.text))
    )
      break;
    if (t.kind === 'mark' && (t.text === '=' || t.text === ':=')) return source.expression(k + 1);
  }
  // `port: 80`, `"port": 80` of a record or the default of a parameter is read with its brackets.
  if (source.is(i + 1, ':') && (source.is(i - 1, '{') || source.is(i - 1, ','))) return source.expression(i + 2);
  // `a.sin_port = htons(80)`, `server.listen(80)`, `s.bind(('', 80))`: what is done to the name tells its address.
  if (source.is(i + 1, '.')) return doneTo(source, i);
  return argumentOf(source, i);
}

function doneTo(source: Source, i: number): Token[] {
  for (let k = i + 2; k <= i + 6 && source.tokens[k]?.kind === 'name'; k += 2) {
    if (source.is(k + 1, '=')) return PORTISH.test(source.tokens[k]?.text ?? '') ? source.expression(k + 2) : [];
    if (source.is(k + 1, '(') && givesAddress(source, k)) return source.args(k + 1).flat();
    if (!source.is(k + 1, '.')) break;
  }
  return [];
}

/** `bind(fd, (struct sockaddr *)&addr, …)`: the other arguments tell the address of `fd`. */
function argumentOf(source: Source, i: number): Token[] {
  if (!BACKLOG_ONLY.has(source.file.language) || !source.is(i + 1, ',') || !source.is(i - 1, '(')) return [];
  const fn = source.tokens[i - 2];
  return fn?.kind === 'name' && givesAddress(source, i - 2)
    ? source
        .args(i - 1)
        .slice(1)
        .flat()
    : [];
}

/** `listen(fd, 5)` and `s.listen(5)` tell a backlog where bind() tells the address. */
function givesAddress(source: Source, i: number): boolean {
  const name = source.tokens[i]?.text ?? '';
  return ADDRESSING.test(name) && !(name === 'listen' && BACKLOG_ONLY.has(source.file.language));
}
const BACKLOG_ONLY = new Set(['python', 'c', 'cpp']);

/** Each port once, by its shortest way; sure ones first. */
function best(found: readonly PortFound[]): PortFound[] {
  const ports = new Map<number, PortFound>();
  const rank = (p: PortFound): number => p.through.length + (p.sure ? 0 : 10);
  for (const p of found) {
    const known = ports.get(p.port);
    if (!known || rank(p) < rank(known)) ports.set(p.port, p);
  }
  return [...ports.values()].sort((a, b) => rank(a) - rank(b));
}
