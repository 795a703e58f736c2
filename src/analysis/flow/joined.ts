/**
 * Two connections that are joined by copying, each direction by a task of its own: what is read from one goes to the other. A task
 * that ends with its stream and tells nobody leaves the other peer without a word of it, while the other direction is waited for.
 */

import { optionsOf } from './settings-of.js';
import { nodesOf } from './nodes-of.js';
import { FactMap } from './fact-map.js';
import type { Role } from '../../scenarios/profile.js';
import type { CallFact, Slot, TypeFact } from './facts.js';
import type { CallStmt, FunctionIr, Operand, Place, Span } from './ir.js';
import type { Where } from './notes.js';
import { isPlain, rootOf } from './places.js';
import type { Program, Resolved } from './program.js';
import type { Reach } from './reached.js';
import { start } from './state.js';
import type { State } from './state.js';
import { argumentsFor, operandIn, placeOf } from './values-of.js';

/** The copy that ends with this connection's stream, the connection that is not told of it, and where its end is waited for. */
export interface Untold {
  /** The function that runs both. */
  fn: FunctionIr;
  copy: Where;
  other: Place;
  back: Where;
}

/** One direction, as the function sees it that runs both. */
interface Copy {
  from: Place;
  to: Place;
  /** The call here, and the copy itself, which may stand in a function that it runs. */
  range: Span;
  copy: Where;
  /** Runs beside the function. */
  apart: boolean;
  /** Its end is told to nobody. */
  quiet: boolean;
  /** What the call that starts it gives: a task. */
  task: Place | null;
}

/** Names of what only writes something down. */
const logs = /^(?:log|print|debug|info|warn|warning|error|trace|notice|verbose)(?:f|ln|w)?$/i;

/** Functions that copy by calling others that copy. */
const maxDepth = 3;

/** What is known of the connection. */
interface Known {
  fn: FunctionIr;
  role: Role;
  type: TypeFact;
  stream: boolean;
  leaks: readonly { function: FunctionIr; afterError: boolean }[];
}

/** Null: no such pair, somebody may be told, or it is never closed there, which is told as that. */
export function untoldBy(program: Program, { fn, role, type, stream, leaks }: Known, reachOf: () => Reach): Untold | null {
  if (!stream || type.managed || role === 'listener' || fn.isTest) return null;
  const found = untoldIn(program, reachOf());
  return found && leaks.some((leak) => leak.function === found.fn && !leak.afterError) ? null : found;
}

function untoldIn(program: Program, reach: Reach): Untold | null {
  if (reach.cut || !reach.uses.some(({ fact, loops }) => fact.copies || (fact.blocks?.wait === 'read' && loops.length > 0))) return null;
  if (limits(program, reach.uses)) return null;
  const pairs = new Pairs(program, reach);
  for (const fn of reach.functions.values()) {
    const found = pairs.in(fn);
    if (found) return found;
  }
  return null;
}

function limits(program: Program, uses: Parameters<typeof optionsOf>[1]): boolean {
  const options = optionsOf(program, uses);
  return (['readTimeout', 'SO_RCVTIMEO'] as const).some((name) => options.get(name) === 'set');
}

class Pairs {
  constructor(
    private readonly program: Program,
    private readonly reach: Reach,
  ) {}

  in(fn: FunctionIr): Untold | null {
    const names = this.reach.namesIn(fn);
    const copies = this.copiesIn(fn, 0);
    const mine = copies.find(({ from, to, apart, quiet }) => apart && quiet && names.has(from) && !names.has(to));
    const back =
      mine &&
      copies.find(({ from, to, range }) => range !== mine.range && names.has(to) && !names.has(from) && this.isSame(fn, mine.to, from));
    if (!mine || !back) return null;
    // One function that does both takes them for the same kind of thing.
    if (mine.copy.range !== back.copy.range && !this.isConnection(fn, mine.to, back.from)) return null;
    // Of two that end so, one is told of.
    if (back.apart && (!back.quiet || isBefore(back.range, mine.range))) return null;
    if (this.endsBefore(fn, copies, [mine.to, back.from, ...names.keys()])) return null;
    const same = mine.copy.range === back.copy.range;
    return {
      fn,
      copy: same ? { range: mine.range, file: fn.file } : mine.copy,
      other: mine.to,
      back: { range: back.range, file: fn.file },
    };
  }

  /** One of both directions' names: the same, or parts of what one call gave. */
  private isSame(fn: FunctionIr, to: Place, from: Place): boolean {
    if (to === from) return true;
    return nodesOf(this.program, fn).some(({ op }) => op.op === 'unpack' && op.to.includes(to) && op.to.includes(from));
  }

  /** Is it a connection by its type, or by what opened it? */
  private isConnection(fn: FunctionIr, ...places: readonly Place[]): boolean {
    if (places.some((place) => place.split('.').length > 2)) return false;
    const types = places.map((place) => this.program.classOf(fn, place, null)).filter((type) => type !== null);
    if (types.length > 0)
      return types.every((type) => {
        const known = this.program.facts.type(type);
        return known !== null && known.managed !== true && known.response !== true;
      });
    return nodesOf(this.program, fn).some(({ op }) => {
      if (op.op !== 'call') return false;
      const fact = this.factOf(fn, op.stmt);
      const given = op.stmt.results.flatMap((place) => (place === null ? [] : this.copiesOf(fn, place)));
      return fact?.opens !== undefined && places.some((place) => given.includes(place));
    });
  }

  /** A place, and those that get it or parts of it from there. */
  private copiesOf(fn: FunctionIr, place: Place): Place[] {
    const found = [place];
    for (const { op } of nodesOf(this.program, fn)) {
      if (op.op === 'assign' && op.from.kind === 'place' && found.includes(op.from.place)) found.push(op.to);
      if (op.op === 'unpack' && found.includes(op.from)) found.push(...op.to.filter((to) => to !== null));
    }
    return found;
  }

  /**
   * May somebody else end one of them first: another task of the function that has them, a wait for the first that ends, or one that
   * has a limit?
   */
  private endsBefore(fn: FunctionIr, copies: readonly Copy[], names: readonly Place[]): boolean {
    const tasks = copies.map(({ task }) => task).filter((task) => task !== null);
    const roots = new Set(names.map(rootOf));
    const own = this.program.unitOf(fn).functionsBeside(fn.id);
    const isCopier = (other: FunctionIr): boolean => this.copiesIn(other, 0).length > 0;
    if (own.some((other) => other !== fn && other.captures.some((name) => roots.has(name)) && isWithinText(other, fn) && !isCopier(other)))
      return true;
    return nodesOf(this.program, fn).some(({ op }) => {
      if (op.op !== 'call' || this.fnRun(fn, op.stmt) !== null) return false;
      const given = op.stmt.args.flatMap(({ value }) => (value.kind === 'tuple' ? value.items.map(placeOf) : [placeOf(value)]));
      const fact = this.factOf(fn, op.stmt);
      if (given.some((place) => place !== null && tasks.includes(place)) && fact?.waitsForAll !== true) return true;
      return op.stmt.limit !== undefined || (fact !== null && limits(this.program, [{ fn, stmt: op.stmt, fact }]));
    });
  }

  /** The copies that a function makes, or has made. */
  private copiesIn(fn: FunctionIr, depth: number): Copy[] {
    return nodesOf(this.program, fn).flatMap(({ op, loops }): Copy[] => {
      if (op.op !== 'call') return [];
      const { stmt } = op;
      const fact = this.factOf(fn, stmt);
      if (fact?.copies) return this.single(fn, stmt, fact, fact.copies);
      const run = depth < maxDepth ? this.fnRun(fn, stmt) : null;
      if (run) return this.mapped(stmt, run, depth);
      return loops.length > 0 && fact?.blocks?.wait === 'read' ? this.looped(fn, stmt, loops) : [];
    });
  }

  private single({ file }: FunctionIr, stmt: CallStmt, fact: CallFact, copies: Slot): Copy[] {
    const from = placeOf(operandIn(stmt, fact.on ?? { arg: 0 }));
    const to = placeOf(operandIn(stmt, copies));
    const apart = stmt.mode === 'spawn';
    const task = stmt.results[0] ?? null;
    return from === null || to === null
      ? []
      : [{ from, to, range: stmt.range, copy: { range: stmt.range, file }, apart, quiet: apart, task }];
  }

  /** What a loop reads from one, it writes to another. */
  private looped(fn: FunctionIr, read: CallStmt, loops: readonly number[]): Copy[] {
    const from = read.callee.kind === 'method' ? read.callee.receiver : placeOf(read.args[0]?.value ?? null);
    const isRound = (others: readonly number[]): boolean => others[others.length - 1] === loops[loops.length - 1];
    const targets = nodesOf(this.program, fn).flatMap(({ op, loops: around }): Place[] => {
      if (op.op !== 'call' || !isRound(around)) return [];
      const fact = this.sent(fn, op.stmt);
      const to = fact ? placeOf(operandIn(op.stmt, fact.on ?? (op.stmt.callee.kind === 'method' ? 'receiver' : { arg: 0 }))) : null;
      return to === null || to === from ? [] : [to];
    });
    const [to] = new Set(targets);
    if (from === null || to === undefined || new Set(targets).size > 1) return [];
    return [{ from, to, range: read.range, copy: { range: read.range, file: fn.file }, apart: false, quiet: false, task: null }];
  }

  /** A write: to this connection, or by a method of its types to one whose type nobody knows. */
  private sent(fn: FunctionIr, stmt: CallStmt): CallFact | null {
    const known = this.factOf(fn, stmt);
    const { callee } = stmt;
    const types = known || callee.kind !== 'method' ? [] : this.types();
    const fact = known ?? types.map((type) => this.program.facts.method(type, callee.kind === 'method' ? callee.name : '')).find(Boolean);
    return fact && (fact.step?.do === 'send' || fact.blocks?.wait === 'write') ? fact : null;
  }

  private types(): string[] {
    return [...new Set([...this.reach.functions.values()].flatMap((fn) => [...this.reach.namesIn(fn).values()]))];
  }

  /** The copies of a function that is called or run here, by the names that they have here. */
  private mapped(stmt: CallStmt, { fn: run, args, apart }: Ran, depth: number): Copy[] {
    const copies = this.copiesIn(run, depth + 1);
    const quiet = copies.length === 1 && this.isQuiet(run, depth + 1);
    return copies.flatMap((copy): Copy[] => {
      const from = this.outside(run, args, copy.from);
      const to = this.outside(run, args, copy.to);
      if (from === null || to === null) return [];
      const beside = apart || copy.apart;
      const untold = copy.apart ? copy.quiet : quiet;
      return [{ from, to, range: stmt.range, copy: copy.copy, apart: beside, quiet: untold, task: stmt.results[0] ?? null }];
    });
  }

  private outside(run: FunctionIr, args: readonly Operand[], place: Place): Place | null {
    const root = rootOf(place);
    if (run.captures.includes(root)) return place;
    const index = run.params.findIndex(({ name }) => name === root);
    const given = index < 0 ? null : placeOf(args[index] ?? null);
    return given === null ? null : `${given}${place.slice(root.length)}`;
  }

  /** Does it nothing but copy: no word to anybody when it ends, nothing that it closes? */
  private isQuiet(fn: FunctionIr, depth: number): boolean {
    return nodesOf(this.program, fn).every(({ op }) => {
      if (op.op === 'escape' || op.op === 'yield') return false;
      if (op.op === 'assign') return isPlain(op.to) && !fn.captures.includes(rootOf(op.to));
      if (op.op !== 'call') return true;
      const { stmt } = op;
      const run = this.fnRun(fn, stmt);
      if (run) return depth < maxDepth && !run.apart && this.isQuiet(run.fn, depth + 1);
      const fact = this.factOf(fn, stmt) ?? this.sent(fn, stmt);
      if (!fact) return stmt.harmless === true || stmt.pure === true || this.isLogged(fn, stmt);
      return fact.closes !== true && fact.halfCloses !== true && !fact.takes && !fact.calls && !fact.sets && fact.completes === undefined;
    });
  }

  /** Only written down somewhere, by its name. */
  private isLogged(fn: FunctionIr, stmt: CallStmt): boolean {
    const name = this.program.calledName(stmt);
    const given = stmt.args.map(({ value }) => placeOf(value));
    return logs.test(name.slice(name.lastIndexOf('.') + 1)) && !given.some((place) => place !== null && this.reach.namesIn(fn).has(place));
  }

  /** The function of ours that a call runs, with what it gets. */
  private fnRun(fn: FunctionIr, stmt: CallStmt): Ran | null {
    const resolved = this.resolve(fn, stmt);
    if (resolved.how === 'local') {
      const args = stmt.args.some(({ spread, name }) => spread === true || name !== undefined) ? [] : stmt.args.map(({ value }) => value);
      return this.reach.functions.has(resolved.fn.id) ? { fn: resolved.fn, args, apart: stmt.mode === 'spawn' } : null;
    }
    const calls = resolved.how === 'fact' ? resolved.fact.calls : undefined;
    const callee = calls ? operandIn(stmt, calls.callee) : null;
    const run = callee?.kind === 'function' ? this.program.function(callee.id) : null;
    return run && calls && this.reach.functions.has(run.id) ? { fn: run, args: argumentsFor(stmt, calls), apart: true } : null;
  }

  private factOf(fn: FunctionIr, stmt: CallStmt): CallFact | null {
    const resolved = this.resolve(fn, stmt);
    return resolved.how === 'fact' ? resolved.fact : null;
  }

  private resolve(fn: FunctionIr, stmt: CallStmt): Resolved {
    const state: State = { ...start, phase: 'connected', aliases: FactMap.of(this.reach.namesIn(fn)) };
    return this.program.resolve(fn, stmt, state);
  }
}

interface Ran {
  fn: FunctionIr;
  args: readonly Operand[];
  apart: boolean;
}

function isBefore(a: Span, b: Span): boolean {
  return a.startLine < b.startLine || (a.startLine === b.startLine && a.startColumn < b.startColumn);
}

function isWithinText(inner: FunctionIr, { file, range }: FunctionIr): boolean {
  return inner.file === file && inner.range.startLine >= range.startLine && inner.range.endLine <= range.endLine;
}
