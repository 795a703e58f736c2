/** Shapes shared by the search and its transfer functions. */

import type { ProfileStep } from '../../scenarios/profile.js';
import type { Graph, Node, NodeId } from './cfg.js';
import type { BlockFact, CallFact } from './facts.js';
import type { CallStmt, FunctionIr, Place, Span } from './ir.js';
import type { Program } from './program.js';
import type { Request } from './solve.js';
import type { State } from './state.js';
import type { Note, Where } from './notes.js';
import type { Doubt, Leak } from './tracked.js';

/** A step of the user's path, with where in the code it stands. */
export interface StepAt {
  step: ProfileStep;
  /** `function:node`. */
  at: string;
  loops: readonly number[];
  functionId: string;
  /** This read saw the end of the stream. */
  eof?: boolean;
  range: Span;
  file?: string;
}

/** One way on from a node. */
export interface Outcome {
  to: NodeId;
  state: State;
  doubt: Doubt;
  /** The doubt if failures that hardly ever come (an allocation's) were like others; `doubt` where it is not given. */
  rarely?: Doubt;
  notes?: Note[];
  steps?: StepAt[];
  /** Where the function that was called returned. */
  left?: Span;
  /** The connection was lost inside a function that was called. */
  lost?: Where & { how: Leak['how']; place: Place | null; function?: FunctionIr; freed?: boolean };
}

/** Where a connection starts to be followed. */
export interface Site {
  fn: FunctionIr;
  graph: Graph;
  node: NodeId;
  stmt: CallStmt;
  /** The library's call, for a direct opening. */
  fact: CallFact | null;
  /** The opening inside a function of the file that this call runs. */
  inner: Site | null;
  range: Span;
  library: string;
}

export type Event = Where &
  (
    | {
        event: 'wait';
        /** `function:node`. */ at: string;
        fact: BlockFact;
        state: State;
        limit: number | null;
        limited: boolean;
        own: boolean;
      }
    | { event: 'eofIgnored'; result: Place | null; state: State }
    | { event: 'signal'; state: State }
    | { event: 'close'; state: State }
    /** A handler of an event about which the runtime does nothing; `ends`: it closes the connection, or somebody does whom it tells. */
    | { event: 'noticed'; name: string; ends: boolean; /** It was only given to who waits for it. */ answers?: boolean; state: State }
    /** A handler that answers who waits while it leaves the connection open, and closes it on another way. */
    | { event: 'answered'; state: State }
    /** Handed to a function of the file that runs elsewhere and owns it from now on. */
    | { event: 'spawn'; fn: FunctionIr; place: Place; state: State }
    /** Handed to a function of the program, which is followed. */
    | { event: 'lent'; name: string; state: State }
    /** Handed to a call that nobody knows. */
    | { event: 'given'; name: string; state: State }
    | { event: 'fork'; state: State }
    | { event: 'mention'; state: State }
  );

export interface Entry {
  id: number;
  node: NodeId;
  state: State;
  /** Worst edge so far. */
  doubt: Doubt;
  /** Worst edge, failures that hardly ever come being like others. */
  rarely: Doubt;
  prev: Entry | null;
  /** On the way here facts were given up that might rule it out. */
  vague: boolean;
  notes: readonly Note[];
  steps: readonly StepAt[];
}

export interface EventAt {
  event: Event;
  entry: Entry;
  /** Inside a function that was called: the path there, after `entry`. */
  notes: readonly Note[];
  doubt: Doubt;
}

export interface Lost extends Where {
  how: Leak['how'];
  /** The function that loses it. */
  function: FunctionIr;
  place: Place | null;
  entry: Entry;
  notes: readonly Note[];
  doubt: Doubt;
  rarely: Doubt;
  eofSeen: boolean;
  connected: boolean;
  /** Calls that nobody knows and that had it (see `State.lent`). */
  lent: string;
  steps: readonly StepAt[];
  /** The object that holds it was freed. */
  freed?: boolean;
}

export interface Edge {
  from: Entry;
  to: Entry;
  steps: readonly StepAt[];
  doubt: Doubt;
}

export interface Exploration {
  graph: Graph | null;
  entries: Entry[];
  edges: Edge[];
  ends: { how: 'return' | 'throw' | 'process'; entry: Entry }[];
  lost: Lost[];
  events: EventAt[];
  /** Ways were left out. */
  truncated: boolean;
  /** Functions in which something was left out: itself, or those that it rests on. */
  limits: FunctionIr[];
  /** Explorations that it rests on, and the number of states of each. */
  uses: ReadonlyMap<string, number>;
  /** How deeply calls are nested in it. */
  height: number;
}

/** One exploration under way. */
export interface Run {
  program: Program;
  graph: Graph;
  fn: FunctionIr;
  /** Opening that is followed, null inside called functions and for parameters. */
  site: Site | null;
  /** Inside a function that is called. */
  inner: boolean;
  /** Calls since the connection was out of sight. */
  level: number;
  /** The exploration of a function that is called; null when this one has cost too much already. */
  follow(request: Request): Exploration | null;
  emit(event: Event, notes?: readonly Note[], doubt?: Doubt): void;
}

export function worse(a: Doubt, b: Doubt): Doubt {
  return a > b ? a : b;
}

/** Label of a node across functions. */
export function nodeKey(run: Run, node: Node): string {
  return `${run.fn.id}:${node.id}`;
}
