/** Which ports a line may go to: literals in its call, and what the names in it stand for, wherever the program says so. */

import type { Opening, ProgramFiles } from './program.js';
import { plainName } from './program.js';
import { isDefinition, parameterOf } from './parameters.js';
import type { Parameter } from './parameters.js';
import { isBesideHost, isCallOrKey, labelOf, portsOf } from './port-literals.js';
import { valueAt } from './port-values.js';
import { ADDRESSING, API_CONSTANT, KEYWORDS, NO_PORT, PORTISH } from './port-words.js';
import { acceptedBy, givenWith, servingCalls, servingOpenings } from './serving.js';
import type { ServingCall } from './serving.js';
import { Source } from './source.js';
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
interface Search {
  found: PortFound[];
  seen: Set<string>;
  looks: number;
}

export class Ports {
  private readonly sources: Source[];

  private readonly serving: ServingCall[];
  /** Connections that a listener accepts by itself have its port. */
  private readonly listeners = new Map<Opening, Opening>();

  constructor(program: ProgramFiles) {
    this.sources = program.files.map((file) => new Source(file));
    this.serving = servingCalls(this.sources);
  }

  /** The openings that the analysis found, and what servers open and accept by themselves. */
  withServers(openings: readonly Opening[]): Opening[] {
    const all = [...openings, ...servingOpenings(this.serving, openings)];
    const accepted = all.filter(({ connection }) => connection.role === 'accepted');
    this.adopt(all.filter(isListener), accepted);
    const silent = all.filter((o) => o.connection.role === 'listener' && !accepted.some((a) => this.acceptsFor(a, o)));
    return [
      ...all,
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
      const [only] = free;
      if (only && free.length === 1) this.listeners.set(one, only);
    }
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
    const lines = new Set([
      opening.connection.range.startLine,
      ...opening.connection.steps.filter((s) => s.file === undefined && (s.do === 'connect' || s.do === 'listen')).map((s) => s.line),
    ]);
    const { startLine, endLine } = opening.connection.range;
    for (let line = startLine; line <= Math.min(endLine, startLine + 40); line++) lines.add(line);
    const own = source.tokens.filter((t) => lines.has(t.line));
    const isCall = own.some((t) => ADDRESSING.test(t.text)) || /(?:dial|connect|listen|socket)/i.test(opening.connection.library);
    const within = plainName(opening.connection.function);
    this.read(own, source, [], search, isCall, within);
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
    const names = expression.filter(
      (t, i) =>
        t.kind === 'name' &&
        !KEYWORDS.has(t.text) &&
        !API_CONSTANT.test(t.text) &&
        !(NO_PORT.test(t.text) && !PORTISH.test(t.text)) &&
        !isCallOrKey(expression, i),
    );
    for (const { text, line } of names) this.follow(text, line, source, through, search, within);
  }

  private follow(name: string, line: number, source: Source, through: readonly string[], search: Search, within: string): void {
    const key = `${source.file.path} ${name} ${line}`;
    if (search.seen.has(key) || search.looks++ > MOST_LOOKS) return;
    search.seen.add(key);
    const here = source.visible(name, line).find((places) => this.valuesIn(source, places, name, through, search, within) > 0);
    if (here !== undefined || !(/^[A-Z]/.test(name) || PORTISH.test(name))) return;
    let places = 0;
    for (const other of this.sources) {
      if (other === source || places >= MOST_PLACES || !sharesNames(other, source) || other.occurrences(name).length === 0) continue;
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
        this.passed(parameter, source, way, search, within);
      }
    }
    return count;
  }

  /** What callers give for a parameter. */
  private passed({ fn, index, name }: Parameter, from: Source, through: readonly string[], search: Search, within: string): void {
    let calls = 0;
    for (const source of this.sources) {
      if (!sharesNames(source, from)) continue;
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

const isListener = ({ connection }: Opening): boolean => connection.role === 'listener';

/** Names of one language mean nothing in another; JavaScript and TypeScript, C and C++ share theirs. */
function sharesNames(a: Source, b: Source): boolean {
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
