/** Experiments from text or unknown data: checked field by field against experiment-format.ts; every error names its place. */

import type { Experiment } from './experiment.js';
import {
  CLOCK_RATES,
  COMMON_STEP_FIELDS,
  FAULT_AT,
  FAULT_FIELDS,
  INTEGER_OPTIONS,
  LINK_MODES,
  MODEL_FIELDS,
  PHASE_END,
  PROGRAM_FIELDS,
  SECONDS_OPTIONS,
  SETTABLE_OPTIONS,
  STEP_FIELDS,
  TOP_FIELDS,
} from './experiment-format.js';
import type { FieldSpec } from './experiment-format.js';
import { nearest } from './nearest.js';
import { setSysctl, defaultSysctls } from './sysctl.js';
import { DEFAULT_HZ, KERNEL_VERSIONS, NEWEST_KERNEL } from './sysctl-table.js';

export interface Problem {
  /** Where, as in `programs[1].steps[3].on`; empty for the whole. */
  place: string;
  message: string;
}

/** `place: message`, as a line of text. */
export function problemText(problem: Problem): string {
  return problem.place === '' ? problem.message : `${problem.place}: ${problem.message}`;
}

type Fields = Readonly<Record<string, FieldSpec>>;
type Row = Record<string, unknown>;

/** Nested repeats and forks beyond this depth are refused. */
const DEEPEST = 30;
/** Problems beyond this number are not listed. */
const MOST_PROBLEMS = 50;
const INT_MAX = 2147483647;

/** Names that are in reach of a step: sockets made anywhere in this program or in the programs that forked it. */
interface Scope {
  sockets: ReadonlySet<string>;
  depth: number;
}

/**
 * Reads an experiment. `experiment` is null when there are problems. Never throws.
 * `source` is JSON text or what JSON.parse gave.
 */
export function parseExperiment(source: unknown): { experiment: Experiment | null; problems: Problem[] } {
  let data = source;
  if (typeof source === 'string') {
    try {
      data = JSON.parse(source.replace(/^\ufeff/, ''));
    } catch (e) {
      return { experiment: null, problems: [syntaxProblem(source, (e as SyntaxError).message)] };
    }
  }
  const checker = new Checker();
  checker.experiment(data);
  const problems = checker.problems.slice(0, MOST_PROBLEMS);
  return { experiment: problems.length === 0 ? (data as Experiment) : null, problems };
}

/** The place of a syntax error, where the engine's message tells the position. */
function syntaxProblem(source: string, message: string): Problem {
  const position = /at position (\d+)/.exec(message)?.[1];
  const why = message
    .replace(/ in JSON at position .*$/s, '')
    .replace(/\s+/g, ' ')
    .slice(0, 120);
  if (position === undefined) return { place: '', message: `not JSON: ${why}` };
  const before = source.slice(0, Number(position)).split('\n');
  return { place: `line ${before.length}, column ${(before.at(-1) as string).length + 1}`, message: `not JSON: ${why}` };
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in an error message, short. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The fields that a step or fault of this kind has; undefined for an unknown kind (also for names such as "constructor"). */
function fieldsOf(table: Readonly<Record<string, Fields>>, kind: unknown): Fields | undefined {
  return typeof kind === 'string' && Object.hasOwn(table, kind) ? table[kind] : undefined;
}

/** Every socket name that these steps make, not counting children made by fork. */
function madeBy(steps: unknown, depth: number, out: Set<string> = new Set()): Set<string> {
  if (!Array.isArray(steps) || depth > DEEPEST) return out;
  for (const step of steps) {
    if (!isRow(step)) continue;
    if (step.do === 'repeat') madeBy(step.steps, depth + 1, out);
    else if (step.do !== 'fork' && typeof step.as === 'string') out.add(step.as);
  }
  return out;
}

class Checker {
  readonly problems: Problem[] = [];
  private readonly programs = new Map<string, { host: unknown; place: string }>();
  private kernel = NEWEST_KERNEL;
  private hz = DEFAULT_HZ;
  private lan = false;

  private say(place: string, message: string): void {
    this.problems.push({ place, message });
  }

  experiment(data: unknown): void {
    if (!isRow(data)) {
      this.say('', 'an experiment is a JSON object');
      return;
    }
    if (isRow(data.model)) {
      this.kernel = KERNEL_VERSIONS.find((v) => v === (data.model as Row).kernel) ?? NEWEST_KERNEL;
      this.hz = CLOCK_RATES.find((v) => v === (data.model as Row).hz) ?? DEFAULT_HZ;
    }
    this.lan = isRow(data.link) && data.link.mode === 'lan';
    this.row('', data, TOP_FIELDS, { sockets: new Set(), depth: 0 });
    if (data.durationS === 0) this.say('durationS', 'must be above 0');
  }

  /** Checks one object: missing, unknown and wrong fields. */
  private row(place: string, row: Row, fields: Fields, scope: Scope, done: readonly string[] = []): void {
    const at = (key: string) => (place === '' ? key : `${place}.${key}`);
    for (const [key, spec] of Object.entries(fields)) {
      if (row[key] !== undefined) this.value(at(key), row[key], spec, scope);
      else if (!spec.optional) this.say(at(key), 'is missing');
    }
    for (const key of Object.keys(row)) {
      if (Object.hasOwn(fields, key) || done.includes(key)) continue;
      this.say(at(key), `unknown field; the nearest name is ${nearest(key, [...Object.keys(fields), ...done]) as string}`);
    }
  }

  private value(place: string, value: unknown, spec: FieldSpec, scope: Scope): void {
    switch (spec.kind) {
      case 'text':
      case 'newSocket':
        return this.name(place, value, spec.kind === 'newSocket');
      case 'newProgram':
        return this.name(place, value, true);
      case 'socket':
        return this.socket(place, value, scope);
      case 'program':
        return this.program(place, value);
      case 'integer':
      case 'number':
        return this.number(place, value, spec);
      case 'choice':
        return this.choice(place, value, spec.values as readonly string[]);
      case 'words':
        return this.words(place, value, spec.values as readonly string[]);
      case 'list':
        return this.each(place, value, (p, v) => this.choice(p, v, spec.values as readonly string[]));
      case 'options':
        return this.options(place, value);
      case 'target':
        return this.target(place, value);
      case 'steps':
        return this.steps(place, value, scope);
      case 'link':
        return this.link(place, value);
      case 'sysctls':
        return this.sysctls(place, value);
      case 'programs':
        return this.allPrograms(place, value);
      case 'faults':
        return this.each(place, value, (p, v) => this.fault(p, v));
      case 'model':
        return this.model(place, value);
    }
  }

  private name(place: string, value: unknown, needed: boolean): void {
    if (typeof value !== 'string') this.say(place, `must be a text, not ${shown(value)}`);
    else if (needed && value === '') this.say(place, 'must not be empty');
  }

  private socket(place: string, value: unknown, scope: Scope): void {
    if (typeof value !== 'string') this.say(place, `must be a socket's name, not ${shown(value)}`);
    else if (!scope.sockets.has(value)) {
      const near = nearest(value, scope.sockets);
      this.say(place, `no socket named ${shown(value)}${near === null ? '' : `; the nearest name is "${near}"`}`);
    }
  }

  private program(place: string, value: unknown): void {
    if (typeof value !== 'string') this.say(place, `must be a program's name, not ${shown(value)}`);
    else if (!this.programs.has(value)) {
      const near = nearest(value, this.programs.keys());
      this.say(place, `no program named ${shown(value)}${near === null ? '' : `; the nearest name is "${near}"`}`);
    }
  }

  private number(place: string, value: unknown, spec: FieldSpec): void {
    const { min = -Infinity, max = Infinity } = spec;
    const whole = spec.kind === 'integer';
    if (typeof value !== 'number' || !Number.isFinite(value) || (whole && !Number.isInteger(value))) {
      this.say(place, `must be a ${whole ? 'whole number' : 'number'}, not ${shown(value)}`);
    } else if (value < min || value > max) {
      this.say(place, `must be ${max === Infinity ? `at least ${min}` : `${min}..${max}`}, not ${value}`);
    }
  }

  private choice(place: string, value: unknown, values: readonly string[]): void {
    if (typeof value === 'string' && values.includes(value)) return;
    const near =
      typeof value === 'string' && values.length > 4
        ? `; the nearest is ${nearest(value, values) as string}`
        : `; it can be ${values.join(', ')}`;
    this.say(place, `unknown value ${shown(value)}${near}`);
  }

  private words(place: string, value: unknown, values: readonly string[]): void {
    if (typeof value !== 'string') this.say(place, `must be a text, not ${shown(value)}`);
    else for (const word of value.split('|')) this.choice(place, word, values);
  }

  private each(place: string, value: unknown, check: (place: string, value: unknown) => void): void {
    if (!Array.isArray(value)) this.say(place, `must be a list, not ${shown(value)}`);
    else value.forEach((v, i) => check(`${place}[${i}]`, v));
  }

  private options(place: string, value: unknown): void {
    if (!isRow(value)) return this.say(place, `must be an object of options, not ${shown(value)}`);
    for (const [name, v] of Object.entries(value)) this.option(`${place}.${name}`, name, v);
  }

  private option(place: string, name: string, value: unknown): void {
    if (name === 'SO_LINGER') {
      if (!Array.isArray(value) || value.length !== 2) return this.say(place, 'must be [onoff, seconds]');
      value.forEach((v, i) => this.number(`${place}[${i}]`, v, INTEGER));
    } else if (SECONDS_OPTIONS.some((o) => o === name)) this.number(place, value, SECONDS);
    else if (INTEGER_OPTIONS.some((o) => o === name)) this.number(place, value, INTEGER);
    else this.say(place, `unknown option; the nearest name is ${nearest(name, SETTABLE_OPTIONS) as string}`);
  }

  private target(place: string, value: unknown): void {
    const match = typeof value === 'string' ? /^(A|B|(?:\d{1,3}\.){3}\d{1,3}):(\d{1,5})$/.exec(value) : null;
    const address = match?.[1] ?? '';
    const port = Number(match?.[2]);
    if (!match || port < 1 || port > 65535 || (address.length > 1 && address.split('.').some((n) => Number(n) > 255))) {
      this.say(place, `must be "A:port", "B:port" or "10.99.0.1:port", not ${shown(value)}`);
    }
  }

  private steps(place: string, value: unknown, scope: Scope): void {
    if (scope.depth > DEEPEST) return this.say(place, `nested deeper than ${DEEPEST}`);
    this.each(place, value, (p, v) => this.step(p, v, scope));
  }

  private step(place: string, step: unknown, scope: Scope): void {
    if (!isRow(step)) return this.say(place, `must be a step, not ${shown(step)}`);
    const fields = fieldsOf(STEP_FIELDS, step.do);
    if (!fields) return this.choice(`${place}.do`, step.do, Object.keys(STEP_FIELDS));
    const inner: Scope = {
      sockets: step.do === 'fork' ? new Set([...scope.sockets, ...madeBy(step.steps, scope.depth)]) : scope.sockets,
      depth: scope.depth + 1,
    };
    this.row(place, step, { ...fields, ...COMMON_STEP_FIELDS }, inner, ['do']);
    if (step.do === 'connect' && (step.on === undefined) === (step.as === undefined)) {
      this.say(place, 'needs "as" (a new socket) or "on" (an existing one)');
    }
  }

  private link(place: string, value: unknown): void {
    if (!isRow(value)) return this.say(place, `must be {"mode": "routed"} or {"mode": "lan"}, not ${shown(value)}`);
    this.row(place, value, { mode: { kind: 'choice', values: LINK_MODES, about: '' } }, { sockets: new Set(), depth: 0 });
  }

  private sysctls(place: string, value: unknown): void {
    if (!isRow(value)) return this.say(place, `must be {"A": {...}, "B": {...}}, not ${shown(value)}`);
    for (const [side, settings] of Object.entries(value)) {
      if (side !== 'A' && side !== 'B') this.say(`${place}.${side}`, 'unknown host; it can be A, B');
      else if (!isRow(settings)) this.say(`${place}.${side}`, `must be an object, not ${shown(settings)}`);
      else this.settings(`${place}.${side}`, settings);
    }
  }

  private settings(place: string, settings: Row): void {
    const values = defaultSysctls(this.kernel);
    for (const [name, value] of Object.entries(settings)) {
      const here = `${place}[${shown(name)}]`;
      if (typeof value !== 'number' && typeof value !== 'string') this.say(here, `must be a number or a text, not ${shown(value)}`);
      else {
        const error = setSysctl(values, name, value, this.kernel, this.hz);
        if (error) this.say(here, error.message);
      }
    }
  }

  private allPrograms(place: string, value: unknown): void {
    if (Array.isArray(value)) value.forEach((p, i) => isRow(p) && this.announce(`${place}[${i}]`, p.name, p.host, p.steps, 0));
    this.each(place, value, (p, v) => {
      if (!isRow(v)) return this.say(p, `must be a program, not ${shown(v)}`);
      this.row(p, v, PROGRAM_FIELDS, { sockets: madeBy(v.steps, 0), depth: 1 });
    });
  }

  /** Notes a program and those it forks, for `program` fields; names are unique over all of them. */
  private announce(place: string, name: unknown, host: unknown, steps: unknown, depth: number): void {
    if (typeof name === 'string') {
      const other = this.programs.get(name);
      if (other) this.say(place, `two programs are called ${shown(name)} (the other is ${other.place})`);
      else this.programs.set(name, { host, place });
    }
    this.announceForks(place, host, steps, depth);
  }

  private announceForks(place: string, host: unknown, steps: unknown, depth: number): void {
    if (!Array.isArray(steps) || depth > DEEPEST) return;
    steps.forEach((s, i) => {
      const here = `${place}.steps[${i}]`;
      if (isRow(s) && s.do === 'fork') this.announce(here, s.as, host, s.steps, depth + 1);
      else if (isRow(s) && s.do === 'repeat') this.announceForks(here, host, s.steps, depth + 1);
    });
  }

  private fault(place: string, fault: unknown): void {
    if (!isRow(fault)) return this.say(place, `must be a fault, not ${shown(fault)}`);
    const fields = fieldsOf(FAULT_FIELDS, fault.fault);
    if (!fields) return this.choice(`${place}.fault`, fault.fault, Object.keys(FAULT_FIELDS));
    this.row(place, fault, { ...fields, at: FAULT_AT }, { sockets: new Set(), depth: 0 }, ['fault']);
    if (fault.fault === 'icmp' && this.lan) this.say(place, 'icmp needs a routed link');
    const booted = fault.fault === 'boot' && typeof fault.program === 'string' ? this.programs.get(fault.program) : undefined;
    if (booted && booted.host !== fault.host)
      this.say(`${place}.program`, `${shown(fault.program)} does not run on host ${shown(fault.host)}`);
  }

  private model(place: string, value: unknown): void {
    if (!isRow(value)) return this.say(place, `must be an object, not ${shown(value)}`);
    this.row(place, value, MODEL_FIELDS, { sockets: new Set(), depth: 0 });
    if (typeof value.hz === 'number' && !CLOCK_RATES.includes(value.hz)) this.say(`${place}.hz`, `can be ${CLOCK_RATES.join(', ')}`);
    if (typeof value.phase === 'number' && value.phase >= PHASE_END) this.say(`${place}.phase`, `must be below ${PHASE_END}`);
  }
}

const INTEGER: FieldSpec = { kind: 'integer', min: -INT_MAX - 1, max: INT_MAX, about: '' };
const SECONDS: FieldSpec = { kind: 'number', min: 0, about: '' };
