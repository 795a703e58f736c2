/** Which ports a line may go to: literals in its call, and what the names in it stand for, wherever the program says so. */

import type { Opening, ProgramFiles } from './program.js';
import { plainName } from './program.js';
import { classOf, isDefinition, parameterOf } from './parameters.js';
import type { Parameter } from './parameters.js';
import { isBesideHost, isCallOrKey, isGivenAsPort, labelOf, portsOf } from './port-literals.js';
import { valueAt } from './port-values.js';
import { keyAfter, Records } from './port-records.js';
import { ADDRESSING, API_CONSTANT, KEYWORDS, NO_PORT, PORTISH } from './port-words.js';
import { acceptedBy, givenWith, servingCalls, servingOpenings } from './serving.js';
import type { ServingCall } from './serving.js';
import { Source } from './source.js';
import { writtenOpenings } from './written-calls.js';
import type { Token } from './tokens.js';

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
/** Lines of a call that are read: what a handler in it does is not about the address. */
const MOST_LINES = 40;
interface Search {
  found: PortFound[];
  seen: Set<string>;
  looks: number;
}

export class Ports {
  private readonly sources: Source[];

  private readonly records: Records;
  private readonly serving: ServingCall[];
  /** Connections that a listener accepts by itself have its port. */
  private readonly listeners = new Map<Opening, Opening>();

  constructor(program: ProgramFiles) {
    this.sources = program.files.map((file) => new Source(file));
    this.records = new Records(this.sources);
    this.serving = servingCalls(this.sources);
  }

  /** The openings that the analysis found, and what servers open and accept by themselves. */
  withServers(openings: readonly Opening[]): Opening[] {
    const all = [...openings, ...servingOpenings(this.serving, openings)];
    const written = writtenOpenings(this.sources, all);
    const accepted = [...all, ...written].filter(({ connection }) => connection.role === 'accepted');
    this.adopt(all.filter(isListener), accepted);
    const silent = all.filter((o) => o.connection.role === 'listener' && !accepted.some((a) => this.acceptsFor(a, o)));
    return [
      ...all,
      ...written,
      ...silent.map((listener) => {
        const derived = acceptedBy(listener);
        this.listeners.set(derived, listener);
        return derived;
      }),
    ];
  }

  /** A connection of which no port is known comes from the listener of its file, where there is one that nobody else accepts from. */
  private adopt(listeners: readonly Opening[], accepted: readonly Opening[]): void {
    const ports = new Map(accepted.map((a) => [a, this.of(a).map((p) => p.port)]));
    for (const one of accepted) {
      if (ports.get(one)?.length !== 0) continue;
      const free = listeners.filter(
        (l) => l.file === one.file && !this.of(l).some((p) => p.sure && [...ports.values()].some((known) => known.includes(p.port))),
      );
      const beside = free.filter((l) => this.classOf(l) !== '' && this.classOf(l) === this.classOf(one));
      const [only] = beside.length > 0 ? beside : free;
      if (only && (beside.length === 1 || free.length === 1)) this.listeners.set(one, only);
    }
  }

  /** The class whose method opens it; empty outside of classes. */
  private classOf({ file, connection }: Opening): string {
    const source = this.sources.find((s) => s.file === file);
    const at = source?.tokens.findIndex((t) => t.line >= connection.range.startLine) ?? -1;
    return source && at > 0 ? classOf(source, at) : '';
  }

  /** Does the program itself accept (or handle) this listener's connections? */
  private acceptsFor(accepted: Opening, listener: Opening): boolean {
    if (listener.connection.steps.some((s) => s.do === 'accept')) return true;
    const ports = this.of(listener).map((p) => p.port);
    return accepted.file === listener.file && (ports.length === 0 || this.of(accepted).some((p) => ports.includes(p.port)));
  }

  /** The ports that this opening may be about, nearest first. */
  of(opening: Opening): PortFound[] {
    const listener = this.listeners.get(opening);
    if (listener) return this.of(listener);
    const source = this.sources.find((s) => s.file === opening.file);
    if (!source) return [];
    const search: Search = { found: [], seen: new Set(), looks: 0 };
    const within = plainName(opening.connection.function);
    for (const isOwn of placesOf(opening)) {
      // What the call says is enough: the lines of a helper that it calls say what all its callers ask for.
      if (search.found.some((p) => p.sure)) break;
      const own = source.tokens.filter(isOwn);
      const isCall = own.some((t) => ADDRESSING.test(t.text)) || /(?:dial|connect|listen|socket)/i.test(opening.connection.library);
      this.read(own, source, [], search, isCall, within);
    }
    if (opening.connection.role === 'accepted')
      for (const call of givenWith(opening, this.serving, this.sources)) this.readServing(call, search, within);
    return best(search.found);
  }

  private readServing(call: ServingCall, search: Search, within: string): void {
    for (const arg of call.args) this.read(arg, call.source, [call.name.text], search, true, within);
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
    const taken = new Set<number>();
    expression.forEach((t, i) => {
      if (t.kind === 'string') return this.readRows(t, source, through, search, within);
      if (t.kind !== 'name' || taken.has(i) || KEYWORDS.has(t.text) || API_CONSTANT.test(t.text)) return;
      const isPort = isGivenAsPort(expression, i, i + (keyAfter(expression, i)?.length ?? 0));
      if (this.readEntry(expression, i, source, through, search, within, isPort)) {
        taken.add(i + 2);
        return;
      }
      if ((NO_PORT.test(t.text) && !PORTISH.test(t.text)) || isCallOrKey(expression, i)) return;
      this.follow(t.text, t.line, source, through, search, within, isPort);
    });
  }

  /** `defaults.Tug`: what stands under that key, where a record is known that has it. */
  private readEntry(
    expression: readonly Token[],
    i: number,
    source: Source,
    through: readonly string[],
    search: Search,
    within: string,
    isPort: boolean,
  ): boolean {
    const key = keyAfter(expression, i);
    const name = expression[i];
    if (!key || !name || search.looks++ > MOST_LOOKS) return false;
    const entries = this.records.entries(name, key, source);
    for (const { tokens, source: from } of entries)
      this.read(tokens, from, [...through, name.text, key.text], search, isPort || PORTISH.test(key.text), within);
    return entries.length > 0;
  }

  /** `place_of("anvil")`: the row of a table that begins with the word. */
  private readRows(t: Token, source: Source, through: readonly string[], search: Search, within: string): void {
    if (through.length > 1 || portsOf(t).length > 0) return;
    for (const row of this.records.rows(t.text, source)) this.read(row, source, [...through, t.text], search, false, within);
  }

  private follow(
    name: string,
    line: number,
    source: Source,
    through: readonly string[],
    search: Search,
    within: string,
    isPort: boolean,
  ): void {
    const key = `${source.file.path} ${name} ${line}`;
    if (search.seen.has(key) || search.looks++ > MOST_LOOKS) return;
    search.seen.add(key);
    const here = source.visible(name, line).find((places) => this.valuesIn(source, places, name, through, search, within, isPort) > 0);
    if (here !== undefined || !(/^[A-Z]/.test(name) || PORTISH.test(name))) return;
    const options = this.records.option(name, source);
    for (const said of options) this.read(said, source, [...through, name], search, PORTISH.test(name), within);
    if (options.length > 0) return;
    let places = 0;
    for (const other of this.sources) {
      if (other === source || places >= MOST_PLACES || !sharesNames(other, source) || other.occurrences(name).length === 0) continue;
      places += this.valuesIn(other, other.visible(name, 0)[1] ?? [], name, through, search, within, isPort);
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
    isPort: boolean,
  ): number {
    const way = [...through, name];
    const portish = isPort || PORTISH.test(name);
    let count = 0;
    for (const i of places) {
      if (count >= MOST_PLACES) break;
      const value = valueAt(source, i);
      if (value.length > 0) {
        count++;
        this.read(value, source, way, search, portish, within);
      }
      const parameter = parameterOf(source, i);
      if (parameter) count += this.passed(parameter, source, way, search, within, isPort);
    }
    return count;
  }

  /** What callers give for a parameter. @returns how many there are */
  private passed(
    { fn, index, name }: Parameter,
    from: Source,
    through: readonly string[],
    search: Search,
    within: string,
    isPort: boolean,
  ): number {
    let calls = 0;
    for (const source of this.sources) {
      if (!sharesNames(source, from)) continue;
      for (const i of source.occurrences(fn)) {
        if (calls >= MOST_PLACES || !source.is(i + 1, '(') || isDefinition(source, i)) continue;
        calls++;
        const args = source.args(i + 1);
        const keyed = args.find((a) => a[0]?.text === name && (a[1]?.text === '=' || a[1]?.text === ':'));
        const given = keyed ?? args[index];
        if (given) this.read(given, source, through, search, isPort || PORTISH.test(name), within);
      }
    }
    return calls;
  }
}

/** The call that opens it, then its lines, then also those that connect or listen. */
function placesOf({ connection: { range, steps } }: Opening): ((t: Token) => boolean)[] {
  const last = Math.min(range.endLine, range.startLine + MOST_LINES);
  const own = ({ line }: Token): boolean => line >= range.startLine && line <= last;
  const call = (t: Token): boolean =>
    own(t) && (t.line > range.startLine || t.column >= range.startColumn - 1) && (t.line < range.endLine || t.column < range.endColumn - 1);
  const later = new Set(steps.filter((s) => s.file === undefined && (s.do === 'connect' || s.do === 'listen')).map((s) => s.line));
  return [call, own, (t) => own(t) || later.has(t.line)];
}

const isListener = ({ connection }: Opening): boolean => connection.role === 'listener';

/** Names of one language, or of one program, mean nothing in another; JavaScript and TypeScript, C and C++ share theirs. */
function sharesNames(a: Source, b: Source): boolean {
  if (a !== b && a.begins && b.begins) return false;
  const family = (s: Source): string =>
    /^(?:java|type)script/.test(s.file.language) ? 'javascript' : s.file.language === 'cpp' ? 'c' : s.file.language;
  return family(a) === family(b);
}

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
