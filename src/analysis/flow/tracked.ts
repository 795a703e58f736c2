/** What the engine found out about one connection: all that rules see. */

import type { ConnectionProfile, OnDrop, Role } from '../../scenarios/profile.js';
import type { Opening } from '../findings.js';
import type { Untold } from './joined.js';
import type { Lasting } from './lasting.js';
import type { BlockFact, OptionName, OptionValue, TypeFact } from './facts.js';
import type { FunctionIr, Place, Span } from './ir.js';
import type { Note, Where } from './notes.js';

/** 0 certain, 1 likely, 2 possible: the worst edge of a path. */
export type Doubt = 0 | 1 | 2;

/** A set option with where it came from. */
export interface SetOption extends Where {
  value: OptionValue;
  line: number;
  /** Set in another function of the file, or inherited. */
  from: 'option' | 'listener' | 'helper';
  /** Nobody knows whether it was set at all: a call that is not followed got the connection. */
  maybe?: true;
}

export type Options = Partial<Record<OptionName, SetOption>>;

/** A way to lose it; `range` is where it leaves. */
export interface Leak extends Where {
  /**
   * `return`: a normal way out; `failure`: a return that tells of an error; `throw`: by an exception; `overwritten`: its
   * last name was assigned anew; `dropped`: never had a name, or its holder was thrown away; `end`: the module's end;
   * `notice`: a handler is told that something is wrong, and closes nothing, nor does the runtime; `unheard`: there is no
   * such handler; `answered`: a handler answers who waits and leaves it open, while it closes it on another way;
   * `relayed`: it is joined to another one, whose failure does not end it; `abandoned`: a timer tells who waits that it took too
   * long, and lets it go on;
   * `piles`: each round of a loop opens another, and what closes them waits for the function's end; `kept`: in a field that
   * nobody closes.
   */
  how:
    | 'return'
    | 'failure'
    | 'throw'
    | 'overwritten'
    | 'dropped'
    | 'end'
    | 'piles'
    | 'kept'
    | 'notice'
    | 'unheard'
    | 'answered'
    | 'relayed'
    | 'abandoned';
  doubt: Doubt;
  /** The path took an error outcome of a call, or an exception, somewhere. */
  afterError: boolean;
  /** The peer had ended the stream before. */
  eofSeen: boolean;
  /** So it had on this way to lose it, or on another to the same place. */
  atEnd?: true;
  /** It was connected by then, or had been lent to somebody who may have connected it. */
  connected: boolean;
  /** Something that nobody knows had it on the way: that it only borrowed it is a guess. */
  borrowed?: boolean;
  path: Note[];
  /** The function in which it is lost. */
  function: FunctionIr;
  /** Openings that lose it at the same place. */
  also?: readonly Where[];
  /** The place that held it last. */
  place: Place | null;
}

/** `range`: the read that is told of the end. */
export interface EofIgnored extends Where {
  doubt: Doubt;
  /** Other openings that the same read serves. */
  also?: readonly Where[];
  result: Place | null;
  path: Note[];
  /** Nothing reads again here: it is left as it is; `ends`: by a function that runs elsewhere, which ends. */
  left?: true | 'ends';
}

export interface Wait extends Where {
  fact: BlockFact;
  doubt: Doubt;
  /** A limit covers it: the connection's own, or this call's. */
  limited: boolean;
  /** On some way to it a limit covers it, or may. */
  sometimes: boolean;
  /** It waits for this connection, as far as the call says; false: for something else, or several at once. */
  own: boolean;
  /** Limit in seconds where known. */
  limit: number | null;
  phase: 'open' | 'connected' | 'eof' | 'half-closed';
  options: Options;
  /** It has sent something before this wait on this path. */
  sentBefore: boolean;
  path: Note[];
}

export interface Tracked {
  range: Span;
  function: FunctionIr;
  /** Openings inside the functions that this one calls, outermost first. */
  insides: readonly Where[];
  /** The library's call. */
  library: string;
  type: TypeFact;
  role: Role;
  /** This function (or what it hands it to, in this file) is responsible for closing it. */
  owned: boolean;
  /** AF_UNIX, datagram: leaks, but no word about TCP. */
  tcp: boolean;
  /** Its peer can end it: TCP, or another stream. */
  stream: boolean;
  /** Listeners, and what a library manages itself. */
  quiet: boolean;
  onDrop: OnDrop;
  /** Place that holds it right after opening. */
  place: Place | null;
  /** That place is a pointer to it, not itself (Go's `*net.Listener`): a method called on its name does not compile. */
  pointer?: boolean;
  leaks: Leak[];
  /** The local object that holds it, and what closes that: the source after the object and a dot, or a function's name. */
  holder: { place: Place; closer: string } | null;
  /** There is a path that closes it. */
  closedSomewhere: boolean;
  /** On some path it leaves to where the analysis cannot follow. */
  escapes: boolean;
  /** What opens it ends in time, there or where that is called, or can be given a limit there. Looked for when it is asked. */
  limitedOpening: () => boolean;
  /** Somebody thought of a limit where it is opened, by its name. */
  namesLimit: () => boolean;
  /** Calls of which nothing is known that it is handed to. */
  givenTo: readonly (Where & { name: string })[];
  /** Calls of functions of the program that it is handed to, and that do not keep it as far as can be seen. */
  lentTo: readonly (Where & { name: string })[];
  eofIgnored: EofIgnored[];
  /** A copy to another connection that ends with its stream and tells nobody. Looked for when it is asked. */
  untold: () => Untold | null;
  waits: Wait[];
  /** Where the client or server is made that opens it, elsewhere than in this function. Looked for when it is asked. */
  made: () => readonly Where[];
  /** Blocking calls that stand between end of stream and close. */
  workBeforeClose: { wait: Wait; close: Span | null }[];
  /** Options as they are at the end of the path that the profile shows. */
  options: Options;
  /** Options that are set on some path: the program knows of them, even where they are off. */
  everSet: ReadonlySet<OptionName>;
  /** Times a loop around the opening opens and closes it actively. */
  opensInLoop: boolean;
  /** This side closes first on some ordinary path. */
  closesFirst: boolean;
  /** A function of the file that runs elsewhere and gets it as this parameter. */
  handedTo: { name: string; nameRange: Span; range: Span; place: Place } | null;
  /** A call that kills the process when the peer has reset the connection. */
  mayBeKilledAt: Span | null;
  /** A process was started while it was open. */
  forked: Span | null;
  /** What becomes of it in the whole program; null where it cannot be followed. Looked for when it is asked. */
  lasting: () => Lasting | 'below' | null;
  profile: ConnectionProfile;
  mentions: Span[];
  /** The call that opened it, at the bottom, and what became of it: made when it is asked for. */
  opening?: () => Opening;
}
