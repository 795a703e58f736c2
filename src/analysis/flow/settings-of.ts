/** What a program says of a connection's options, in all that it does with it. */

import { nodesOf } from './nodes-of.js';
import type { OptionName, SetFact } from './facts.js';
import { lacksField } from './given.js';
import type { FunctionIr, Operand, Place } from './ir.js';
import { isPlain, rootOf } from './places.js';
import type { Program } from './program.js';
import type { Use } from './reached.js';
import { operandIn } from './values-of.js';

/** `none`: said to be without; `default`: without, unless somebody outside gives one; `set`: to a value, or to one we cannot read. */
export type Setting = 'none' | 'default' | 'set';

/**
 * The strongest thing that is said of each option; where one function gives a limit and takes it off again further down, and
 * nobody else gives one, it has none from there on.
 */
export function optionsOf(program: Program, uses: readonly Setter[]): Map<OptionName, Setting> {
  return new Map([...saidIn(program, uses)].map(([name, all]) => [name, strongest(all)]));
}

/** Has a read the limit that its function gives before it and takes off after it? */
export function isBetween(program: Program, uses: readonly Setter[], { fn, stmt }: Setter): boolean {
  const said = saidIn(program, uses);
  const line = stmt.range.startLine;
  return (['readTimeout', 'SO_RCVTIMEO'] as const).some((name) => {
    const here = (said.get(name) ?? []).filter((one) => one.fn === fn);
    return here.some((one) => one.setting !== 'none' && one.line < line) && here.some((one) => one.setting === 'none' && one.line > line);
  });
}

type Setter = Pick<Use, 'fn' | 'stmt' | 'fact'>;

interface Said {
  setting: Setting;
  fn: FunctionIr;
  line: number;
}

function saidIn(program: Program, uses: readonly Setter[]): Map<OptionName, Said[]> {
  const said = new Map<OptionName, Said[]>();
  for (const { fn, stmt, fact } of uses) {
    const note = (name: OptionName, setting: Setting): void => {
      said.set(name, [...(said.get(name) ?? []), { setting, fn, line: stmt.range.startLine }]);
    };
    const noteValue = ({ option, signs }: SetFact, operand: Operand, setting: Setting): void => {
      const zero = operand.kind === 'const' && operand.value === 0 ? signs?.zero : undefined;
      if (zero !== 'leave') note(option, zero === null ? 'none' : setting);
    };
    for (const set of fact.sets ?? []) {
      const operand = set.from === undefined ? null : operandIn(stmt, set.from);
      if (set.when) {
        const flags = operandIn(stmt, set.when.arg);
        if (!flags || !names(flags).some((name) => set.when?.names.includes(name))) continue;
      }
      if (set.from === undefined) note(set.option, set.value === null ? 'none' : 'set');
      else if (operand && set.field === undefined) noteValue(set, operand, inverted(set, settingOf(program, fn, operand)));
      else if (operand && set.field !== undefined) {
        const field = fieldOf(program, fn, operand, set.field);
        if (field === null) note(set.option, 'set');
        else if (field !== undefined) noteValue(set, field, settingOf(program, fn, field));
      }
    }
    const named = fact.setsByName ? operandIn(stmt, fact.setsByName.name) : null;
    const option = named?.kind === 'name' ? fact.setsByName?.names[named.name] : undefined;
    const value = fact.setsByName ? operandIn(stmt, fact.setsByName.value) : null;
    if (option !== undefined) note(option, value ? settingOf(program, fn, value) : 'set');
    // An option whose name we cannot read may be any.
    if (fact.setsByName && named?.kind !== 'name') note('SO_KEEPALIVE', 'set');
  }
  return said;
}

/** Weakest first. */
const order: readonly Setting[] = ['none', 'default', 'set'];

function strongest(all: readonly Said[]): Setting {
  const isTakenOff = ({ fn, line }: Said): boolean => all.some((other) => other.setting === 'none' && other.fn === fn && other.line > line);
  const lasting = all.filter((one) => one.setting === 'none' || !isTakenOff(one));
  return lasting.map(({ setting }) => setting).sort((a, b) => order.indexOf(b) - order.indexOf(a))[0] ?? 'none';
}

/** A field of a record that an operand is; undefined: it surely has none; null: nobody knows. */
function fieldOf(program: Program, fn: FunctionIr, operand: Operand, field: string): Operand | null | undefined {
  if (operand.kind === 'record') return operand.fields[field];
  if (operand.kind === 'const' || operand.kind === 'function') return undefined;
  if (operand.kind !== 'place') return null;
  return addresses.test(operand.place) || lacksField(program, fn, operand.place, field) ? undefined : null;
}

/** Names of what is text or a number, whatever else a record in its place may be. */
const addresses = /(?:^|[._]|[a-z])(?:url|uri|URL|Url|Uri|href|port|Port|PORT|path|Path)$/;

/** `setblocking(False)` is what switches it on. */
function inverted({ option, signs }: SetFact, setting: Setting): Setting {
  return option === 'O_NONBLOCK' && signs?.zero === 1 ? (setting === 'none' ? 'set' : 'none') : setting;
}

function names(operand: Operand): string[] {
  return operand.kind === 'name' ? [operand.name] : operand.kind === 'opaque' ? operand.uses : [];
}

/** Is a limit, or an option, given by this operand? */
export function settingOf(program: Program, fn: FunctionIr, operand: Operand | null): Setting {
  if (operand === null) return 'set';
  switch (operand.kind) {
    case 'const':
      return operand.value === null || operand.value === false || (typeof operand.value === 'number' && operand.value < 0) ? 'none' : 'set';
    case 'derived':
      return operand.how === 'like' ? settingOf(program, fn, operand.of) : 'set';
    case 'place':
      return isPlain(operand.place) ? ofVariable(fn, operand.place) : ofField(program, fn, operand.place);
    default:
      return 'set';
  }
}

function ofVariable(fn: FunctionIr, name: Place): Setting {
  const given = fn.params.find((param) => param.name === name)?.default;
  return given?.kind === 'const' && given.value === null ? 'default' : 'set';
}

/** A field that the class sets to nothing but null, or to what a parameter is that is null by default. */
function ofField(program: Program, fn: FunctionIr, place: Place): Setting {
  if (fn.receiver === null || rootOf(place) !== fn.receiver || fn.className === null) return 'set';
  const name = place.slice(fn.receiver.length);
  let setting: Setting | null = null;
  for (const id of Object.values(program.class(fn.className)?.methods ?? {})) {
    const method = program.function(id);
    for (const { op } of method ? nodesOf(program, method) : []) {
      if (!method || op.op !== 'assign' || op.to !== `${method.receiver ?? ''}${name}`) continue;
      const one =
        op.from.kind === 'place' && isPlain(op.from.place)
          ? ofVariable(method, op.from.place)
          : op.from.kind === 'const' && op.from.value === null
            ? 'none'
            : 'set';
      if (one === 'set') return 'set';
      setting = setting === 'default' || one === 'default' ? 'default' : 'none';
    }
  }
  return setting ?? 'set';
}
