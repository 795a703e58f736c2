/** Options that a call sets, and the step of an experiment that a call is. */

import { own } from './own.js';
import type { ProfileStep } from '../../scenarios/profile.js';
import type { CallFact, OptionName, OptionValue, SetByNameFact, SetFact, StepFact } from './facts.js';
import type { CallStmt, Operand } from './ir.js';
import { alwaysInField, lacksField } from './given.js';
import { sourceName } from './notes-text.js';
import { isTemporary, rootOf } from './places.js';
import type { Run } from './run.js';
import type { State } from './state.js';
import { withOption } from './state.js';
import type { Options, SetOption } from './tracked.js';
import { isAmong, numberIn, operandIn, valueOf } from './values-of.js';

/** Options that an accepted socket takes over from its listener (Linux: the socket is cloned in `inet_csk_clone_lock`). */
const inherited: readonly OptionName[] = [
  'SO_KEEPALIVE',
  'TCP_KEEPIDLE',
  'TCP_KEEPINTVL',
  'TCP_KEEPCNT',
  'TCP_USER_TIMEOUT',
  'TCP_NODELAY',
  'SO_LINGER',
  'SO_REUSEADDR',
  'SO_RCVTIMEO',
  'SO_SNDTIMEO',
  'TCP_LINGER2',
  'SO_RCVBUF',
  'SO_SNDBUF',
];

/** The options of an accepted connection to begin with. */
export function inheritedOptions(listener: Options | undefined): Options {
  const options: Options = {};
  for (const name of inherited) {
    const option = listener?.[name];
    if (option) options[name] = { ...option, from: 'listener' };
  }
  return options;
}

/** Names that an experiment knows; the others are the runtime's own limits. */
export function isKernelOption(name: string): boolean {
  return name.startsWith('SO_') || name.startsWith('TCP_') || name === 'O_NONBLOCK';
}

/** The state with what this call sets, and what exactly was set. */
export function applyOptions(
  run: Run,
  state: State,
  stmt: CallStmt,
  fact: CallFact,
): { state: State; set: Partial<Record<OptionName, OptionValue>> } {
  const set: Partial<Record<OptionName, OptionValue>> = {};
  for (const one of fact.sets ?? []) {
    if (one.unlessSet && state.options[one.option] !== undefined) continue;
    const value = settingOf(run, state, stmt, one);
    if (value !== undefined) set[one.option] = value;
  }
  if (fact.setsByName) Object.assign(set, byName(run, state, stmt, fact.setsByName));
  let next = state;
  for (const [name, value] of Object.entries(set) as [OptionName, OptionValue][]) {
    const option: SetOption = {
      value,
      line: stmt.range.startLine,
      range: stmt.range,
      file: run.fn.file,
      from: run.inner ? 'helper' : 'option',
    };
    next = withOption(next, name, option);
  }
  return { state: next, set };
}

function settingOf(run: Run, state: State, stmt: CallStmt, set: SetFact): OptionValue | undefined {
  if (set.when && !isAmong(state, run.program.facts, operandIn(stmt, set.when.arg), set.when.names)) return undefined;
  if (set.from === undefined) return set.value;
  const source = operandIn(stmt, set.from);
  const operand =
    source && set.field !== undefined ? (fieldOf(source, set.field, state) ?? elsewhereIn(run, source, state, set.field)) : source;
  if (!operand)
    return source && set.elsewhere !== undefined && !madeHere(source, state) && !lacksElsewhere(run, source, set)
      ? set.elsewhere
      : set.absent;
  if (operand.kind === 'place' && isPlainObject(valueOf(state, run.program.facts, operand))) return set.absent;
  const given = scaled(run, state, operand, set.scale);
  if (typeof given !== 'number') return given;
  const value = set.plainNanoseconds && given > 1e6 ? given / 1e9 : given;
  if (set.atMost !== undefined && value > set.atMost) return set.atMost;
  const meant = set.signs?.[value < 0 ? 'negative' : value === 0 ? 'zero' : 'positive'] ?? value;
  // Where the seconds alone are given, lingering is on.
  if (set.option === 'SO_LINGER' && typeof meant === 'number') return [1, meant];
  return meant === 'leave' ? undefined : meant;
}

/** The field of a record that was not made in sight, where all who make it write the same. */
function elsewhereIn(run: Run, source: Operand, state: State, field: string): Operand | null {
  if (source.kind !== 'place' || isTemporary(source.place) || madeHere(source, state)) return null;
  return alwaysInField(run.program, run.fn, source.place, field);
}

/** Does everybody who makes what this place holds leave the field out? */
function lacksElsewhere(run: Run, source: Operand, { field }: SetFact): boolean {
  return (
    source.kind === 'place' && field !== undefined && !isTemporary(source.place) && lacksField(run.program, run.fn, source.place, field)
  );
}

/** Was this record made in sight, so that a field without a value is absent? */
function madeHere(operand: Operand, state: State): boolean {
  if (operand.kind === 'record') return true;
  if (operand.kind === 'derived') return madeHere(operand.of, state);
  return operand.kind === 'place' && (state.facts.get(operand.place) ?? '').startsWith('obj:');
}

function fieldOf(operand: Operand, field: string, state: State): Operand | null {
  if (operand.kind === 'record') return own(operand.fields, field) ?? null;
  if (operand.kind === 'derived') return fieldOf(operand.of, field, state);
  if (operand.kind === 'place' && state.facts.has(`${operand.place}.${field}`))
    return { kind: 'place', place: `${operand.place}.${field}` };
  return null;
}

function scaled(run: Run, state: State, operand: Operand, scale = 1): OptionValue {
  if (operand.kind === 'derived' && operand.how === 'address') return scaled(run, state, operand.of, scale);
  if (operand.kind === 'tuple') {
    const items = operand.items.map((item) => numberIn(state, run.program.facts, item));
    return items.every((item): item is number => item !== null) ? items : 'unknown';
  }
  const value = valueOf(state, run.program.facts, operand);
  if (value === 'null') return isGiven(run, operand) ? 'unknown' : null;
  const number = numberIn(state, run.program.facts, operand);
  return number === null ? 'unknown' : number * scale;
}

/** A parameter or field that happens to be null on this path: whoever sets it decides. */
function isGiven(run: Run, operand: Operand): boolean {
  if (operand.kind !== 'place') return false;
  const root = rootOf(operand.place);
  return root === run.fn.receiver || run.fn.params.some((param) => param.name === root);
}

function byName(run: Run, state: State, stmt: CallStmt, fact: SetByNameFact): Partial<Record<OptionName, OptionValue>> {
  const name = operandIn(stmt, fact.name);
  if (name?.kind !== 'name') return {};
  const option = own(fact.names, name.name);
  if (!option) return {};
  const value = operandIn(stmt, fact.value);
  const record = own(fact.records, option);
  if (value && record && value.kind !== 'tuple') return { [option]: ofRecord(run, state, value, record) };
  return { [option]: value ? scaled(run, state, value, fact.scaleOf?.[name.name] ?? fact.scale?.[option]) : 'unknown' };
}

function ofRecord(
  run: Run,
  state: State,
  operand: Operand,
  record: NonNullable<NonNullable<SetByNameFact['records']>[OptionName]>,
): OptionValue {
  const numbers = record.fields.map(({ name, scale }) => {
    const field = fieldOf(operand, name, state);
    const number = field ? numberIn(state, run.program.facts, field) : null;
    return number === null ? null : number * scale;
  });
  if (!numbers.every((number) => number !== null)) return 'unknown';
  return record.as === 'list' ? numbers : numbers.reduce((sum, number) => sum + number, 0);
}

/** The limit of a wait in seconds: from an argument of the call, else the connection's own; null without. */
export function limitOf(
  run: Run,
  state: State,
  stmt: CallStmt,
  fact: CallFact,
  defaults: Partial<Record<OptionName, OptionValue>>,
): { limited: boolean; limit: number | null } {
  const blocks = fact.blocks;
  if (!blocks) return { limited: false, limit: null };
  if (run.program.limitsAll(run.fn, stmt, blocks)) return { limited: true, limit: null };
  const { unless } = blocks;
  if (blocks.cancellable && stmt.cancellable) return { limited: true, limit: null };
  if (unless && hasText(operandIn(stmt, unless.arg), unless.values)) return { limited: true, limit: null };
  if (stmt.limit !== undefined) {
    const value = stmt.limit === null ? 'unknown' : scaled(run, state, stmt.limit);
    if (value !== null) return { limited: true, limit: typeof value === 'number' ? value : null };
  }
  if (blocks.limit !== undefined) {
    const operand = operandIn(stmt, blocks.limit);
    // Who says `timeout=None` means it, whatever the connection's own limits are.
    if (operand?.kind === 'const' && operand.value === null && blocks.wait === 'other') return { limited: false, limit: null };
    if (operand) {
      // A poll's limit may stand behind a pointer (`struct timeval *`).
      const plain = blocks.wait !== 'poll' && operand.kind !== 'tuple' && isPlainObject(valueOf(state, run.program.facts, operand));
      const value = plain ? null : scaled(run, state, lastOf(operand), blocks.limitScale);
      if (value !== null && !(typeof value === 'number' && value < 0))
        return { limited: true, limit: typeof value === 'number' ? value : null };
    }
  }
  for (const name of blocks.limitedBy ?? []) {
    const value = state.options[name] ? state.options[name].value : defaults[name];
    if (value === undefined || value === null || (name.startsWith('SO_') && value === 0)) continue;
    return { limited: true, limit: typeof value === 'number' ? value : null };
  }
  // A poll waits for a socket that does not block as for any other.
  const nonBlocking = blocks.wait === 'poll' ? undefined : state.options.O_NONBLOCK?.value;
  if ((nonBlocking !== undefined && nonBlocking !== 0) || state.ready) return { limited: true, limit: null };
  return { limited: false, limit: null };
}

/** Is it, or does it contain, one of these texts? */
function hasText(operand: Operand | null, values: readonly string[]): boolean {
  if (operand?.kind === 'tuple') return operand.items.some((item) => hasText(item, values));
  return operand?.kind === 'const' && typeof operand.value === 'string' && values.includes(operand.value);
}

/** Of limits for connecting and for reading the one that the peer's silence runs into. */
function lastOf(operand: Operand): Operand {
  return operand.kind === 'tuple' ? (operand.items.at(-1) ?? operand) : operand;
}

/** Of limits for connecting and for reading the one until the request is sent; `both` where there is one for all. */
export function limitBefore(run: Run, state: State, stmt: CallStmt, fact: CallFact, both: number | null): number | null {
  const operand = fact.blocks?.limit === undefined ? null : operandIn(stmt, fact.blocks.limit);
  const first = operand?.kind === 'tuple' && operand.items.length > 1 ? operand.items[0] : undefined;
  if (!first) return both;
  const value = scaled(run, state, first, fact.blocks?.limitScale);
  return typeof value === 'number' ? value : null;
}

/** An object of which no limit is known (a request made without one), as against something we know nothing of. */
function isPlainObject(value: string): boolean {
  return value === 'full' || value === 'nonnull' || value === '@no limit';
}

/** How the source writes a call: receiver and method, or the function's name; null for what has no name there. */
function calledAs({ callee }: CallStmt): string | null {
  if (callee.kind === 'api') return callee.written ?? callee.name;
  if (callee.kind !== 'method') return null;
  if (callee.name.startsWith('__')) return null;
  const receiver = sourceName(callee.written ?? callee.receiver);
  return receiver === null ? callee.name : `${receiver}.${callee.name}`;
}

/** The experiment's step for a call; null when it is none. */
export function stepOf(run: Run, state: State, stmt: CallStmt, fact: StepFact, limit: number | null): ProfileStep {
  const call = calledAs(stmt);
  const step: ProfileStep = { do: fact.do, line: stmt.range.startLine, ...(call !== null && { call }) };
  const bytes = fact.bytes === undefined ? null : bytesOf(run, state, operandIn(stmt, fact.bytes), fact.do);
  if (bytes !== null && bytes > 0) step.bytes = bytes;
  const seconds = fact.for === undefined ? null : numberIn(state, run.program.facts, operandIn(stmt, fact.for));
  if (seconds !== null && seconds >= 0) step.for = seconds * (fact.forScale ?? 1);
  if (fact.how !== undefined) {
    const operand = typeof fact.how === 'object' ? operandIn(stmt, fact.how) : null;
    step.how =
      typeof fact.how === 'string' && fact.how !== 'receiver' && fact.how !== 'any' && fact.how !== 'last'
        ? fact.how
        : ((operand?.kind === 'name' ? fact.hows?.[operand.name] : undefined) ?? 'RDWR');
  }
  if (limit !== null) step.limit = limit;
  return step;
}

function bytesOf(run: Run, state: State, operand: Operand | null, kind: string): number | null {
  if (!operand) return null;
  if (operand.kind === 'const' && typeof operand.value === 'string') return operand.value.length;
  if (operand.kind === 'derived' && operand.how !== 'joined') return bytesOf(run, state, operand.of, kind);
  return kind === 'recv' || operand.kind !== 'place' ? numberIn(state, run.program.facts, operand) : null;
}
