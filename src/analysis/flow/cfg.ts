/**
 * The control-flow graph of one function, built backwards: each statement is compiled for a known continuation, so a
 * `finally` is one memoised function of where to go afterwards. Exceptions have edges (`throwTo`).
 */

import { bodiesOf } from './bodies.js';
import type { CallStmt, FunctionIr, Handler, Operand, Place, Span, Stmt, Test } from './ir.js';
import { placesOf, rootOf } from './places.js';

export type NodeId = number;

export type Leaf = Extract<Test, { test: 'compare' | 'truth' | 'opaque' }>;

export type Op =
  | { op: 'nop' }
  | { op: 'call'; stmt: CallStmt }
  | { op: 'assign'; to: Place; from: Operand; range: Span }
  | { op: 'unpack'; to: (Place | null)[]; from: Place; range: Span }
  | { op: 'test'; leaf: Leaf; no: NodeId }
  /** Was this `defer` reached? */
  | { op: 'deferred'; index: number; no: NodeId }
  | { op: 'setDeferred'; index: number }
  | { op: 'return'; values: Operand[]; failure: boolean | null; range: Span }
  | { op: 'throw'; type: string | null; uses: Place[]; caught: number | null; range: Span }
  | {
      op: 'dispatch';
      handlers: { catches: string[] | null; bind: Place | null; entry: NodeId; range: Span }[];
      depth: number;
      otherwise: NodeId;
    }
  | { op: 'escape'; places: Place[]; why: string; range: Span; unlessNew?: Operand[] }
  | { op: 'yield'; values: Operand[]; range: Span }
  | { op: 'drop'; place: Place; range: Span }
  | { op: 'end'; how: 'return' | 'throw' | 'process' };

export interface Node {
  id: NodeId;
  op: Op;
  next: NodeId;
  throwTo: NodeId;
  /** Ids of the loops around it, outermost first. */
  loops: readonly number[];
}

export type CallNode = Node & { op: { op: 'call'; stmt: CallStmt } };

export interface Graph {
  function: FunctionIr;
  nodes: Node[];
  entry: NodeId;
  loops: { id: number; range: Span; endless: boolean }[];
  /** What the function's end runs, by index: the variables that it reads then, and whether it stands in a loop. */
  defers: { names: ReadonlySet<Place>; rounds: Extract<Stmt, { do: 'defer' }>['rounds']; range: Span }[];
}

const returnEnd: NodeId = 0;
const throwEnd: NodeId = 1;
const processEnd: NodeId = 2;

/** `caught` of a deferred body: what it throws does not start the defers again. */
const inDefer = -1;

/** Above this the function is not analysed. */
const maxNodes = 20000;

type Frame =
  | {
      frame: 'loop' | 'switch' | 'block';
      label: string | undefined;
      breakTo: NodeId;
      continueTo: NodeId | null;
      outer: Frame | null;
      loops: readonly number[];
    }
  | {
      frame: 'finally';
      stmt: Stmt;
      body: Stmt[];
      copies: Map<NodeId, NodeId>;
      outer: Frame | null;
      loops: readonly number[];
      caught: number;
    }
  | { frame: 'catch'; landing: NodeId; outer: Frame | null };

interface Context {
  frame: Frame | null;
  loops: readonly number[];
  /** Number of handlers around: the innermost one's exception is what a bare re-raise throws. */
  caught: number;
}

/** Null when the function is too large. */
export function buildGraph(fn: FunctionIr): Graph | null {
  const builder = new Builder(fn);
  try {
    return builder.build();
  } catch (error) {
    if (error instanceof TooLarge) return null;
    throw error;
  }
}

class TooLarge extends Error {}

class Builder {
  readonly nodes: Node[] = [];
  readonly loops: Graph['loops'] = [];
  private readonly labels = new Map<string, NodeId>();
  private readonly labelHomes = new Map<string, Set<Stmt>>();
  private readonly defers: Extract<Stmt, { do: 'defer' }>[] = [];
  private readonly chains = new Map<NodeId, NodeId>();

  constructor(private readonly fn: FunctionIr) {}

  build(): Graph {
    for (const how of ['return', 'throw', 'process'] as const) this.add({ op: 'end', how }, -1, -1, []);
    this.survey(this.fn.body, []);
    const context: Context = { frame: null, loops: [], caught: 0 };
    const entry = this.block(this.fn.body, this.leave(returnEnd), context);
    return {
      function: this.fn,
      nodes: this.nodes,
      entry,
      loops: this.loops,
      defers: this.defers.map(({ body, rounds, range }) => ({ names: new Set(rootsIn(body)), rounds, range })),
    };
  }

  private add(op: Op, next: NodeId, throwTo: NodeId, loops: readonly number[]): NodeId {
    if (this.nodes.length >= maxNodes) throw new TooLarge();
    this.nodes.push({ id: this.nodes.length, op, next, throwTo, loops });
    return this.nodes.length - 1;
  }

  /** Finds labels (with the `finally`s around them) and defers beforehand. */
  private survey(stmts: readonly Stmt[], tries: readonly Stmt[]): void {
    for (const stmt of stmts) {
      if (stmt.do === 'label') {
        this.labels.set(stmt.label, this.add({ op: 'nop' }, returnEnd, throwEnd, []));
        this.labelHomes.set(stmt.label, new Set(tries));
      }
      if (stmt.do === 'defer') this.defers.push(stmt);
      const inner = stmt.do === 'try' && stmt.finally ? [...tries, stmt] : tries;
      for (const body of bodiesOf(stmt)) this.survey(body, inner);
    }
  }

  /** The way to an exit, through the defers. */
  private leave(end: NodeId): NodeId {
    const known = this.chains.get(end);
    if (known !== undefined) return known;
    // What a deferred body leaves by starts the defers no second time.
    this.chains.set(end, end);
    let next = end;
    this.defers.forEach((defer, index) => {
      const body = this.block(defer.body, next, { frame: null, loops: [], caught: inDefer });
      next = this.add({ op: 'deferred', index, no: next }, body, throwEnd, []);
    });
    this.chains.set(end, next);
    return next;
  }

  private block(stmts: readonly Stmt[], next: NodeId, context: Context): NodeId {
    let entry = next;
    for (let i = stmts.length - 1; i >= 0; i -= 1) entry = this.statement(stmts[i] as Stmt, entry, context);
    return entry;
  }

  private throwTarget(context: Context): NodeId {
    const passed: Extract<Frame, { frame: 'finally' }>[] = [];
    for (let frame = context.frame; frame; frame = frame.outer) {
      if (frame.frame === 'catch') return this.through(passed, frame.landing);
      if (frame.frame === 'finally') passed.push(frame);
    }
    return this.through(passed, context.caught === inDefer ? throwEnd : this.leave(throwEnd));
  }

  /** Runs the `finally`s that are left, innermost first, then goes to `target`. */
  private through(passed: readonly Extract<Frame, { frame: 'finally' }>[], target: NodeId): NodeId {
    let to = target;
    for (let i = passed.length - 1; i >= 0; i -= 1) {
      const frame = passed[i] as Extract<Frame, { frame: 'finally' }>;
      let copy = frame.copies.get(to);
      if (copy === undefined) {
        copy = this.block(frame.body, to, { frame: frame.outer, loops: frame.loops, caught: frame.caught });
        frame.copies.set(to, copy);
      }
      to = copy;
    }
    return to;
  }

  private jump(kind: 'break' | 'continue', label: string | undefined, context: Context): NodeId {
    const passed: Extract<Frame, { frame: 'finally' }>[] = [];
    for (let frame = context.frame; frame; frame = frame.outer) {
      if (frame.frame === 'finally') passed.push(frame);
      if (frame.frame === 'finally' || frame.frame === 'catch') continue;
      const fits = label === undefined ? frame.frame !== 'block' && (kind === 'break' || frame.continueTo !== null) : frame.label === label;
      const target = kind === 'break' ? frame.breakTo : frame.continueTo;
      if (fits && target !== null) return this.through(passed, target);
    }
    return this.through(passed, this.leave(returnEnd));
  }

  private returnTarget(context: Context): NodeId {
    const passed: Extract<Frame, { frame: 'finally' }>[] = [];
    for (let frame = context.frame; frame; frame = frame.outer) if (frame.frame === 'finally') passed.push(frame);
    return this.through(passed, this.leave(returnEnd));
  }

  private gotoTarget(label: string, context: Context): NodeId {
    const home = this.labelHomes.get(label);
    const target = this.labels.get(label);
    if (!home || target === undefined) return this.returnTarget(context);
    const passed: Extract<Frame, { frame: 'finally' }>[] = [];
    for (let frame = context.frame; frame; frame = frame.outer) if (frame.frame === 'finally' && !home.has(frame.stmt)) passed.push(frame);
    return this.through(passed, target);
  }

  private statement(stmt: Stmt, next: NodeId, context: Context): NodeId {
    const add = (op: Op, to = next): NodeId => this.add(op, to, this.throwTarget(context), context.loops);
    switch (stmt.do) {
      case 'call':
        return add({ op: 'call', stmt });
      case 'assign':
        return add({ op: 'assign', to: stmt.to, from: stmt.from, range: stmt.range });
      case 'unpack':
        return add({ op: 'unpack', to: stmt.to, from: stmt.from, range: stmt.range });
      case 'escape':
        return add({ op: 'escape', places: stmt.places, why: stmt.why, range: stmt.range, unlessNew: stmt.unlessNew });
      case 'yield':
        return add({ op: 'yield', values: stmt.values, range: stmt.range });
      case 'drop':
        return add({ op: 'drop', place: stmt.place, range: stmt.range });
      case 'exit':
        return processEnd;
      case 'if':
        return this.test(stmt.test, this.block(stmt.then, next, context), this.block(stmt.else, next, context), context);
      case 'loop':
        return this.loop(stmt, next, context);
      case 'switch':
        return this.switch(stmt, next, context);
      case 'try':
        return this.try(stmt, next, context);
      case 'block': {
        const frame: Frame = {
          frame: 'block',
          label: stmt.label,
          breakTo: next,
          continueTo: null,
          outer: context.frame,
          loops: context.loops,
        };
        return this.block(stmt.body, next, { ...context, frame });
      }
      case 'defer':
        return add({ op: 'setDeferred', index: this.defers.indexOf(stmt) });
      case 'return':
        return this.return(stmt, context);
      case 'throw': {
        const caught = stmt.rethrow ? context.caught : null;
        return add({ op: 'throw', type: stmt.type, uses: stmt.uses, caught, range: stmt.range }, this.throwTarget(context));
      }
      case 'break':
      case 'continue':
        return this.jump(stmt.do, stmt.label, context);
      case 'goto':
        return this.gotoTarget(stmt.label, context);
      case 'label': {
        const id = this.labels.get(stmt.label);
        const node = id === undefined ? undefined : this.nodes[id];
        if (!node) return next;
        node.next = next;
        return node.id;
      }
    }
  }

  private return(stmt: Extract<Stmt, { do: 'return' }>, context: Context): NodeId {
    const to = this.returnTarget(context);
    const throwTo = this.throwTarget(context);
    const leaf = (failure: boolean | null): NodeId =>
      this.add({ op: 'return', values: stmt.values, failure, range: stmt.range }, to, throwTo, context.loops);
    if (stmt.failure === undefined || typeof stmt.failure === 'boolean') return leaf(stmt.failure ?? null);
    return this.test(stmt.failure, leaf(true), leaf(false), context);
  }

  private test(test: Test, yes: NodeId, no: NodeId, context: Context): NodeId {
    switch (test.test) {
      case 'always':
        return yes;
      case 'never':
        return no;
      case 'not':
        return this.test(test.of, no, yes, context);
      case 'and':
        return this.test(test.left, this.test(test.right, yes, no, context), no, context);
      case 'or':
        return this.test(test.left, yes, this.test(test.right, yes, no, context), context);
      default: {
        const node = this.add({ op: 'test', leaf: test, no }, yes, this.throwTarget(context), context.loops);
        return this.block(test.before ?? [], node, context);
      }
    }
  }

  private loop(stmt: Extract<Stmt, { do: 'loop' }>, next: NodeId, context: Context): NodeId {
    const id = this.loops.length;
    this.loops.push({ id, range: stmt.range, endless: stmt.test.test === 'always' });
    const loops = [...context.loops, id];
    const head = this.add({ op: 'nop' }, next, throwEnd, loops);
    const inside: Context = { ...context, loops };
    const again = this.block(stmt.step ?? [], head, inside);
    const frame: Frame = { frame: 'loop', label: stmt.label, breakTo: next, continueTo: again, outer: context.frame, loops };
    const body = this.block(stmt.body, again, { ...inside, frame });
    const done = this.block(stmt.orElse ?? [], next, context);
    const test = this.test(stmt.test, body, done, inside);
    (this.nodes[head] as Node).next = test;
    return stmt.testAtEnd || stmt.atLeastOnce ? body : head;
  }

  private switch(stmt: Extract<Stmt, { do: 'switch' }>, next: NodeId, context: Context): NodeId {
    const frame: Frame = {
      frame: 'switch',
      label: stmt.label,
      breakTo: next,
      continueTo: null,
      outer: context.frame,
      loops: context.loops,
    };
    const inside: Context = stmt.transparent && stmt.label === undefined ? context : { ...context, frame };
    const bodies: NodeId[] = [];
    for (let i = stmt.cases.length - 1; i >= 0; i -= 1) {
      const arm = stmt.cases[i] as (typeof stmt.cases)[number];
      bodies[i] = this.block(arm.body, arm.fallsThrough ? (bodies[i + 1] ?? next) : next, inside);
    }
    const fallback = stmt.cases.findIndex((arm) => arm.tests === null);
    let entry = fallback === -1 ? next : (bodies[fallback] as NodeId);
    for (let i = stmt.cases.length - 1; i >= 0; i -= 1) {
      for (const test of [...(stmt.cases[i]?.tests ?? [])].reverse()) entry = this.test(test, bodies[i] as NodeId, entry, context);
    }
    return entry;
  }

  private try(stmt: Extract<Stmt, { do: 'try' }>, next: NodeId, context: Context): NodeId {
    let outer = context;
    let after = next;
    if (stmt.finally && stmt.finally.length > 0) {
      const frame: Frame = {
        frame: 'finally',
        stmt,
        body: stmt.finally,
        copies: new Map(),
        outer: context.frame,
        loops: context.loops,
        caught: context.caught,
      };
      outer = { ...context, frame };
      after = this.through([frame], next);
    }
    const orElse = this.block(stmt.orElse ?? [], after, outer);
    if (stmt.handlers.length === 0) return this.block(stmt.body, orElse, outer);
    const depth = context.caught + 1;
    const handlers = stmt.handlers.map((handler: Handler) => ({
      catches: handler.catches,
      bind: handler.bind ?? null,
      range: handler.range,
      entry: this.block(handler.body, after, { ...outer, caught: depth }),
    }));
    const landing = this.add({ op: 'dispatch', handlers, depth, otherwise: this.throwTarget(outer) }, after, throwEnd, context.loops);
    return this.block(stmt.body, orElse, { ...outer, frame: { frame: 'catch', landing, outer: outer.frame } });
  }
}

/** Variables whose methods these statements call, or that they hand on. */
function rootsIn(stmts: readonly Stmt[]): Place[] {
  return stmts.flatMap((stmt) => {
    const places =
      stmt.do === 'call'
        ? [...(stmt.callee.kind === 'method' ? [stmt.callee.receiver] : []), ...stmt.args.flatMap((arg) => placesOf(arg.value))]
        : [];
    return [...places.map(rootOf), ...bodiesOf(stmt).flatMap(rootsIn)];
  });
}
