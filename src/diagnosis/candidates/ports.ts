/** Which ports a line may go to: literals in its call, and what the names in it stand for, wherever the program says so. */

import type { Opening, ProgramFiles, SourceFile } from './program.js';
import { plainName } from './program.js';
import { classOf, givenTo, parameterOf } from './parameters.js';
import type { Parameter } from './parameters.js';
import { withRequests } from './pools.js';
import { putInto, TAKES } from './returned.js';
import { testsOf } from './beside.js';
import { defaultPort } from './default-ports.js';
import { best, vague, withoutBodies } from './port-found.js';
import type { PortFound } from './port-found.js';
import { addedTo, isCallOrKey, isGivenAsPort, isGivenTo, portsOf } from './port-literals.js';
import { addressGiven, valueAt } from './port-values.js';
import { partOf } from './loops.js';
import { Records } from './port-records.js';
import { keysAfter } from './record-parts.js';
import type { Key } from './record-parts.js';
import { FROM_OUTSIDE, literals, note, PROTOCOL } from './port-search.js';
import type { Search } from './port-search.js';
import { ADDRESSING, API_CONSTANT, isNoPort, KEYWORDS, PORTISH } from './port-words.js';
import { acceptedBy, acceptOf, givenWith, listenPlace, servingCalls, servingOpenings } from './serving.js';
import type { ServingCall } from './serving.js';
import { asks, isFor, portSettings } from './settings-values.js';
import type { PortSetting } from './settings-values.js';
import { isListener, OWN, ownPlaces, placesOf, sharesNames } from './opening-places.js';
import { Source } from './source.js';
import { writtenOpenings } from './written-calls.js';
import type { Token } from './tokens.js';

const [MOST_STEPS, MOST_PLACES, MOST_LOOKS] = [5, 12, 400];

export class Ports {
  private readonly sources: Source[];
  private readonly own: Source[];
  readonly tests: ReadonlySet<SourceFile>;
  private readonly open = new Set<Opening>();
  readonly settings: readonly PortSetting[];
  private readonly records: Records;
  private readonly serving: ServingCall[];
  /** Connections that a listener accepts by itself have its port. */
  private readonly listeners = new Map<Opening, Opening>();

  constructor(program: ProgramFiles) {
    this.tests = testsOf(program.files);
    this.sources = program.files.map((file) => new Source(file));
    this.own = this.sources.filter((s) => !this.tests.has(s.file));
    this.records = new Records(this.own);
    this.settings = program.settings.flatMap(portSettings);
    this.serving = servingCalls(this.sources);
  }

  /** The files that may say more of what stands in this one: what tests give is not what the program is given. */
  private besides({ file }: Source): readonly Source[] {
    return this.tests.has(file) ? this.sources : this.own;
  }

  /** The openings that the analysis found, and what servers open and accept by themselves. */
  withServers(given: readonly Opening[]): Opening[] {
    const openings = withRequests(given, this.sources);
    const all = [...openings, ...servingOpenings(this.serving, openings)];
    const written = writtenOpenings(this.sources, all);
    const accepted = [...all, ...written].filter(({ connection }) => connection.role === 'accepted');
    this.adopt(all.filter(isListener), accepted);
    return [...all, ...written, ...this.acceptedBySilent(all.filter(isListener), accepted)];
  }

  /** What listeners accept of which no line is known, on the line that accepts it, or else on theirs. */
  private acceptedBySilent(listeners: readonly Opening[], accepted: readonly Opening[]): Opening[] {
    const spoken = listeners.filter((l) => accepted.some((a) => this.acceptsFor(a, l)));
    const silent = listeners.filter((l) => !spoken.includes(l));
    // A helper's listener is that of whoever asks for it.
    const done = new Set([...spoken, ...silent.filter((l) => acceptOf(l))].map(listenPlace));
    const derived = new Map<string, Opening>();
    for (const listener of silent) {
      const accept = acceptOf(listener);
      if (!accept && done.has(listenPlace(listener))) continue;
      const one = acceptedBy(listener, accept?.line, this.sources.find((s) => s.file.path === accept?.file)?.file);
      const key = `${one.file.path}:${one.connection.range.startLine}`;
      if (derived.has(key)) continue;
      derived.set(key, one);
      this.listeners.set(one, listener);
    }
    return [...derived.values()];
  }

  /** A connection of which no port is known comes from the listener of its file, where there is one that nobody else accepts from. */
  private adopt(listeners: readonly Opening[], accepted: readonly Opening[]): void {
    const ports = new Map(accepted.map((a) => [a, this.of(a).flatMap((p) => (p.sure ? [p.port] : []))]));
    for (const one of accepted) {
      if (this.of(one).some((p) => p.sure)) continue;
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
    const ports = new Set(this.of(listener).map((p) => p.port));
    return accepted.file === listener.file && (ports.size === 0 || this.of(accepted).some((p) => ports.has(p.port)));
  }

  /** The ports that this opening may be about, nearest first. */
  of(opening: Opening): PortFound[] {
    const listener = this.listeners.get(opening);
    if (listener) return this.of(listener);
    const source = this.sources.find((s) => s.file === opening.file);
    this.records.begin();
    if (!source) return [];
    const search: Search = { found: [], open: false, words: new Set(), seen: new Set(), looks: 0 };
    const within = plainName(opening.connection.function);
    for (const isOwn of placesOf(opening)) {
      // What the call says is enough: the lines of a helper that it calls say what all its callers ask for.
      if (search.found.some((p) => p.sure)) break;
      const own = source.tokens.filter(isOwn);
      const isCall = own.some((t) => ADDRESSING.test(t.text)) || /(?:dial|connect|listen|socket)/i.test(opening.connection.library);
      this.read(own, source, [], search, isCall, within);
    }
    if (opening.connection.role === 'accepted')
      for (const { args, source: from, name } of givenWith(opening, this.serving, this.sources))
        for (const arg of args) this.read(arg, from, [name.text], search, true, within);
    if (search.open) this.open.add(opening);
    this.readSettings(opening.file.path, search);
    return best(search.found.some((p) => p.sure) ? search.found : [...search.found, ...defaultPort(opening)]);
  }

  /** May it be about other ports than those that are found? */
  isOpen(opening: Opening): boolean {
    this.of(opening);
    return this.open.has(this.listeners.get(opening) ?? opening);
  }

  /** What files of settings say under the names that were come across. */
  private readSettings(path: string, { words, found }: Search): void {
    for (const setting of this.settings) {
      const asked = asks(words, setting);
      if (asked === null || !isFor(setting, path)) continue;
      const { port, file, line, name } = setting;
      found.push({ port, file, line, through: [], setting: name, sure: asked === 'sure' });
    }
  }

  /** Numbers and strings of an expression, then what its names stand for. */
  private read(
    whole: readonly Token[],
    source: Source,
    through: readonly string[],
    search: Search,
    portish: boolean,
    within: string,
  ): void {
    const expression = withoutBodies(whole);
    literals(expression, source, through, search, portish);
    note(expression, search);
    if (through.length >= MOST_STEPS) return;
    let taken = -1;
    const later: (() => void)[] = [];
    const before = search.found.length;
    expression.forEach((t, i) => {
      if (t.kind === 'string') return this.readRows(t, source, through, search, within);
      const isMember = expression[i - 1]?.text === '.' && OWN.test(expression[i - 2]?.text ?? '');
      if (t.kind !== 'name' || i <= taken || API_CONSTANT.test(t.text)) return;
      // A module of Python, a variable of others.
      if (KEYWORDS.has(t.text) && !(t.text === 'socket' && (isMember || source.file.language !== 'python'))) return;
      if (FROM_OUTSIDE.test(t.text)) search.open = true;
      const keys = keysAfter(expression, i);
      const last = i + keys.reduce((sum, key) => sum + key.length, 0);
      // new java.net.Socket(host, port)
      if (keys.length > 0 && expression[i - 1]?.text === 'new') return void (taken = last);
      const isPort = isGivenAsPort(expression, i, last);
      if (keys.length > 0 && this.readEntry(t, keys, source, through, search, within, isPort)) {
        taken = last;
        return;
      }
      if (isNoPort(t.text)) return;
      // What it is given says more than what it gives back to all that call it.
      if (isCallOrKey(expression, i))
        return void (
          (through.length > 0 || isGivenTo(expression, i)) &&
          expression[i + 1]?.text === '(' &&
          later.push(() => this.readReturned(t.text, expression[i - 2], source, through, search, isPort, within))
        );
      const isCalledOn = expression[last + 1]?.text === '.' && expression[last + 3]?.text === '(';
      const follow = (): void => {
        const known = search.found.length;
        this.follow(t.text, t.line, source, through, search, within, isPort, isMember);
        // What is known of the whole need not be looked for by the names of its parts.
        if (search.found.length > known) taken = last;
        // `BASE_PORT + 1`
        const more = addedTo(expression, last);
        if (more !== 0) search.found = search.found.map((p, n) => (n < known ? p : { ...p, port: p.port + more }));
        if (isCalledOn) search.found = vague(search.found, known);
      };
      // `dialer.Dial("tcp", addr)`: the address is what is given.
      if (isCalledOn && ADDRESSING.test(expression[last + 2]?.text ?? '')) later.push(follow);
      else follow();
    });
    if (!search.found.slice(before).some((p) => p.sure)) later.forEach((follow) => follow());
  }

  /** What a function of the program gives back that is called there. */
  private readReturned(
    fn: string,
    on: Token | undefined,
    source: Source,
    through: readonly string[],
    search: Search,
    isPort: boolean,
    within: string,
  ): void {
    if (ADDRESSING.test(fn) || search.looks++ > MOST_LOOKS || search.seen.has(`${fn}()`)) return;
    search.seen.add(`${fn}()`);
    for (const { tokens, source: from } of this.records.returned(fn, source))
      this.read(tokens, from, [...through, `${fn}()`], search, isPort || PORTISH.test(fn), within);
    if (on?.kind === 'name' && TAKES.test(fn))
      for (const tokens of putInto(source, on.text)) this.read(tokens, source, [...through, on.text], search, isPort, within);
  }

  /** `defaults.Tug`: what stands under that key, where a record is known that has it, or what its field of that name gets. */
  private readEntry(
    name: Token,
    keys: readonly Key[],
    source: Source,
    through: readonly string[],
    search: Search,
    within: string,
    isPort: boolean,
  ): boolean {
    if (search.looks++ > MOST_LOOKS) return false;
    const last = keys.at(-1) as Key;
    const entries = this.records.entries(name, keys, source);
    for (const { tokens, source: from } of entries)
      this.read(tokens, from, [...through, name.text, ...keys.map((k) => k.text)], search, isPort || PORTISH.test(last.text), within);
    if (entries.length > 0) return true;
    // Of what is not known only the field counts, not what stands beside it.
    const way = [...through, ...keys.slice(0, -1).map((k) => k.text)];
    this.noteValues(name, source, search);
    if (isNoPort(last.text)) return true;
    const options = this.records.isParsed(name, source) ? this.records.option(last.text, source) : [];
    for (const said of options) this.read(said, source, [...way, last.text], search, PORTISH.test(last.text), within);
    if (options.length > 0) return true;
    return !last.isName && this.followField(last.text, name.line, source, way, search, within, isPort);
  }

  /** The words of what a name stands for: `cfg["sources"]`. */
  private noteValues(name: Token, source: Source, search: Search): void {
    for (const i of source.visible(name.text, name.line).flat().slice(0, MOST_PLACES)) {
      const part = partOf(source, i);
      note(part ? part.tokens : valueAt(source, i), search);
      const parameter = parameterOf(source, i);
      if (!parameter) continue;
      for (const other of this.besides(source))
        for (const call of other.occurrences(parameter.fn).slice(0, MOST_PLACES)) note(givenTo(other, call, parameter), search);
    }
  }

  private followField(
    field: string,
    line: number,
    source: Source,
    through: readonly string[],
    search: Search,
    within: string,
    isPort: boolean,
  ): boolean {
    const key = `${source.file.path} .${field}`;
    if (search.seen.has(key)) return true;
    const places = source.visible(field, line)[1] ?? [];
    // What the object's own methods put there comes before what records of other things have under that key.
    const own = ownPlaces(source, places, line);
    const values = (some: readonly number[]): number => this.valuesIn(source, some, field, through, search, within, isPort);
    const found = values(own) > 0 || values(places.filter((i) => !own.includes(i))) > 0;
    if (found) search.seen.add(key);
    return found;
  }

  /** `place_of("anvil")`: the row of a table that begins with the word. */
  private readRows(t: Token, source: Source, through: readonly string[], search: Search, within: string): void {
    if (through.length > 1 || portsOf(t).length > 0 || PROTOCOL.test(t.text)) return;
    for (const row of this.records.rows(t.text, source)) this.read(row, source, [...through, t.text], search, row.length === 1, within);
  }

  private follow(
    name: string,
    line: number,
    source: Source,
    through: readonly string[],
    search: Search,
    within: string,
    isPort: boolean,
    isMember: boolean,
  ): void {
    const key = `${source.file.path} ${name} ${line}`;
    if (search.seen.has(key) || search.looks++ > MOST_LOOKS) return;
    search.seen.add(key);
    const known = search.found.length;
    if (isMember) this.followField(name, line, source, through, search, within, isPort);
    if (search.found.length > known) return;
    const here = source.visible(name, line).find((places) => {
      const count = this.valuesIn(source, places, name, through, search, within, isPort);
      // What a method says of `self.x` is not all that its class says of it.
      return count > 0 && !(isMember && search.found.length === known);
    });
    if (here !== undefined || !(/^[A-Z]/.test(name) || PORTISH.test(name))) return;
    const options = this.records.option(name, source);
    for (const said of options) this.read(said, source, [...through, name], search, PORTISH.test(name), within);
    if (options.length > 0) return;
    let places = 0;
    for (const other of this.besides(source)) {
      if (other === source || places >= MOST_PLACES || !sharesNames(other, source) || !source.knows(other)) continue;
      if (other.occurrences(name).length === 0) continue;
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
      if (this.readPart(source, i, way, search, within, portish)) {
        count++;
        // `const { PORT = '8080' } = process.env`
        if (source.is(i + 1, '=')) this.read(valueAt(source, i), source, way, search, portish, within);
        continue;
      }
      const value = valueAt(source, i);
      if (value.length > 0) {
        count++;
        this.read(addressGiven(source, i), source, way, search, true, within);
        this.read(value, source, way, search, portish, within);
      }
      const parameter = parameterOf(source, i);
      if (parameter) count += this.passed(parameter, source, way, search, within, isPort);
    }
    return count;
  }

  /** The variable of a loop, or a part of a record. @returns whether it is one */
  private readPart(source: Source, i: number, way: readonly string[], search: Search, within: string, portish: boolean): boolean {
    const part = partOf(source, i);
    if (!part) return false;
    const values = this.records.narrowed([{ tokens: part.tokens, source }], part.keys, source.tokens[i]?.line ?? 0, source);
    for (const { tokens, source: from } of values) this.read(tokens, from, way, search, portish, within);
    if (values.length === 0) this.read(part.tokens, source, way, search, false, within);
    return true;
  }

  /** What callers give for a parameter. @returns how many there are */
  private passed(parameter: Parameter, from: Source, through: readonly string[], search: Search, within: string, isPort: boolean): number {
    const { fn, name, part } = parameter;
    const sharing = this.besides(from).filter((s) => sharesNames(s, from) && s.occurrences(fn).length > 0);
    const [near, far] = [sharing.filter((s) => s === from || s.knows(from)), sharing.filter((s) => s !== from && !s.knows(from))];
    for (const sources of [near, far]) {
      const before = search.found.length;
      let calls = 0;
      let silent = 0;
      for (const source of sources) {
        for (const i of source.occurrences(fn)) {
          if (calls >= MOST_PLACES) break;
          const given = givenTo(source, i, parameter);
          if (given.length === 0) continue;
          calls++;
          const known = search.found.length;
          const portish = isPort || PORTISH.test(name);
          const parts = part === undefined ? [{ tokens: given, source }] : this.records.partGiven({ tokens: given, source }, part, i);
          for (const one of parts) this.read(one.tokens, one.source, through, search, portish, within);
          if (parts.length === 0)
            note([...given, ...(part === undefined ? [] : [{ ...(given[0] as Token), kind: 'name', text: part } as Token])], search);
          if (search.found.length === known) silent++;
        }
      }
      if (silent > 0 && search.found.length > before) search.open = true;
      if (calls > 0) return calls;
    }
    return 0;
  }
}
