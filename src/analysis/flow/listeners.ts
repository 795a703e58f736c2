/** What an accepted connection takes over from its listener: found while the listener is followed, used for what it accepts. */

import type { Slot } from './facts.js';
import type { CallStmt, FunctionIr, Span } from './ir.js';
import type { Program } from './program.js';
import type { Exploration } from './run.js';
import { isHeld } from './state.js';
import type { Options } from './tracked.js';
import { operandIn, placeOf } from './values-of.js';

/** Options of the listener at an accept, as far as the listeners followed so far tell. */
export function listenerOptions(program: Program, fn: FunctionIr, node: number, stmt: CallStmt, slot: Slot): Options | undefined {
  const known = program.listenerOptions.get(`${fn.id}:${node}`);
  if (known) return known;
  const place = placeOf(operandIn(stmt, slot));
  if (place && fn.className && fn.receiver && place.startsWith(`${fn.receiver}.`)) {
    return program.fieldOptions.get(`${fn.className}.${place.slice(fn.receiver.length + 1)}`);
  }
  return undefined;
}

/** Keeps what a followed listener says of the accepts from it: of several ways the surest. */
export function keepListenerOptions(program: Program, exploration: Exploration): void {
  for (const { event } of exploration.events) {
    if (event.event !== 'wait' || event.fact.wait !== 'accept' || !event.own || !isHeld(event.state)) continue;
    if (program.listenerOptions.has(event.at)) continue;
    const types = [...event.state.aliases].map(([, type]) => type);
    program.listenerOptions.set(event.at, withDefaults(program, types, event.range, event.state.options));
  }
}

/** The options of a listener, with SO_REUSEADDR where its runtime sets that unasked. */
export function withDefaults(program: Program, types: readonly string[], range: Span, options: Options = {}): Options {
  if (options.SO_REUSEADDR) return options;
  const value = types.map((type) => program.facts.type(type)?.defaults?.SO_REUSEADDR).find((one) => one !== undefined);
  return value === undefined ? options : { ...options, SO_REUSEADDR: { value, range, line: range.startLine, from: 'listener' } };
}
