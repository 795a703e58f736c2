/** What a library's calls do with a connection: the types of `libraries/`, plain data, each fact with its source (file and function). */

import type { OnDrop, Role } from '../../scenarios/profile.js';
import type { Condition } from './condition.js';
import type { ByHandFact, DeclaredFact, EndsFact, GivenFact, NamedFact, RunnersFact } from './declared-facts.js';

/** An operand of a call: the receiver, a positional argument (and the keyword it may be given by), the last one, a result, any argument. */
export type Slot = 'receiver' | 'any' | 'last' | { arg: number; name?: string } | { result: number } | { name: string };

/**
 * What is known of a value, as text:
 * `null`, `nonnull`, `truthy`, `falsy`, `true`, `false`, `neg`, `zero`, `pos`, `nonneg`, `nonpos`, `empty` (b"", "", a
 * zero-length read), `full` (not null, not empty, true in a test: objects, handles, C pointers), `=5` (that number),
 * `"x` (that text), `@io.EOF` (that name of a library; never null), `#OK` (that name of a number, which may be zero), `?` (nothing),
 * `given` (a field that was set to something we cannot read).
 */
export type ValueClass = string;

/** What the values of the results are, result by result. A single one for languages with one result. */
export type ResultClasses = ValueClass[];

export interface OpenFact {
  /** The type the connection has from now on: methods are looked up as `type.method`. */
  type: string;
  role: Role | 'any';
  /** Which operand holds it: default result 0; `{arg: 2}` where it is handed out through a pointer argument (the place `*arg`). */
  at?: Slot;
  /** The object in `at` is the connection itself from now on (a request that becomes its own answer); otherwise what it points to. */
  itself?: boolean;
  /** Other operands that are names of it from now on, each with its type (the request whose release gives the connection back). */
  also?: readonly { at: Slot; type: string }[];
  /** Where the result is a tuple: which elements hold it, each with its type (accept → element 0; open_connection → reader and writer). */
  elements?: { index: number; type: string }[];
  /** Only when the result is taken apart right away (a method that other classes have, too). */
  ifUnpacked?: boolean;
  /** Only where the result is cast to its type (what a key is registered for may be anything). */
  ifCast?: boolean;
  /** The program keeps it elsewhere: who asks for it here sees to its end, unless the same object is asked for one of these, too. */
  lent?: { unless: readonly string[] };
  /** Only where it is awaited at once: else the call gives something that others run. */
  ifAwaited?: boolean;
  /** Nothing is held until it connects (Java's `new Socket()`); default: held from here. */
  heldFrom?: 'open' | 'connect';
  /** Not a TCP connection when this argument is (or contains) one of these: datagram, AF_UNIX. `leaksAnyway`: a descriptor all the same. */
  unless?: { arg: Slot; names: string[]; leaksAnyway?: boolean }[];
  /** Where this argument is one of these it is a stream, of whatever family. */
  streams?: { arg: Slot; names: string[] };
  /** Never a TCP connection: a descriptor all the same, without TCP text. */
  datagram?: boolean;
  /** A response that is read to the end before the call returns, unless this argument is true (`stream=True`). */
  consumedUnless?: Slot;
  /** The same for an argument that is true where it is absent (`preload_content=False`). */
  consumedIf?: Slot;
  /** For an accepted connection: the listener it inherits options from. */
  inheritsFrom?: Slot;
  /** It is connected when the call returns (a plain `socket()` is not). */
  connected?: boolean;
  /** Not worth a leak report of its own (a listener that lives as long as the process); still profiled. */
  quiet?: boolean;
}

/** Options in the experiment's names (`SO_KEEPALIVE`, `TCP_KEEPIDLE`, …) plus the runtime's own limits (seconds, null = none). */
export type OptionName =
  | 'SO_KEEPALIVE'
  | 'TCP_KEEPIDLE'
  | 'TCP_KEEPINTVL'
  | 'TCP_KEEPCNT'
  | 'TCP_USER_TIMEOUT'
  | 'TCP_NODELAY'
  | 'TCP_SYNCNT'
  | 'TCP_LINGER2'
  | 'SO_LINGER'
  | 'SO_REUSEADDR'
  | 'SO_REUSEPORT'
  | 'SO_RCVTIMEO'
  | 'SO_SNDTIMEO'
  | 'SO_RCVBUF'
  | 'SO_SNDBUF'
  | 'SO_RCVLOWAT'
  | 'TCP_DEFER_ACCEPT'
  | 'TCP_QUICKACK'
  | 'O_NONBLOCK'
  | 'BACKLOG'
  | 'connectTimeout'
  | 'readTimeout'
  | 'writeTimeout'
  | 'CLOEXEC';

/** A number, a pair for SO_LINGER, null = explicitly no limit, `unknown` = set to something we cannot read. */
export type OptionValue = number | null | 'unknown' | readonly number[];

export interface SetFact {
  option: OptionName;
  /** The value is a constant, or comes from an argument times `scale` (0.001 for ms). */
  value?: OptionValue;
  from?: Slot;
  /** A field of a record argument (`net.KeepAliveConfig{Idle: …}`). */
  field?: string;
  scale?: number;
  plainNanoseconds?: true; // A number without a unit is of nanoseconds: one that is far too large for seconds.
  atMost?: number; // Another limit of the library's own ends it then.
  /** What the argument means when absent: leaves as is (default), or this value. */
  absent?: OptionValue;
  /** What a field means whose record was not made in sight; default: as if absent. */
  elsewhere?: OptionValue;
  /** What a number of this sign means instead of itself; `leave`: it sets nothing. */
  signs?: Partial<Record<'negative' | 'zero' | 'positive', OptionValue | 'leave'>>;
  /** Only when this argument is, or contains, one of these names (flags). `unlessSet`: a value that is known stays. */
  when?: { arg: Slot; names: readonly string[] };
  unlessSet?: true;
}

/** setsockopt-like calls: the option is named by arguments. */
export interface SetByNameFact {
  level: Slot;
  name: Slot;
  value: Slot;
  /** Resolved name → option (`socket.TCP_KEEPIDLE` → `TCP_KEEPIDLE`). Names not listed set nothing we follow. */
  names: Record<string, OptionName>;
  scale?: Partial<Record<OptionName, number>>;
  /** The same for single names (`CURLOPT_TIMEOUT_MS`); goes before `scale`. */
  scaleOf?: Record<string, number>;
  /** Values that are records (`struct timeval`): these fields, added up after scaling, or as a list. */
  records?: Partial<Record<OptionName, { as: 'sum' | 'list'; fields: readonly { name: string; scale: number }[] }>>;
}

type WaitKind = 'connect' | 'accept' | 'read' | 'write' | 'handshake' | 'resolve' | 'poll' | 'sleep' | 'other';

export interface BlockFact {
  wait: WaitKind;
  early?: boolean; // It waits before any option can be set: limits that are set later come too late for it.
  limitedBy?: OptionName[]; // Which of the connection's limits end this wait.
  /** An argument that limits this call alone (seconds × scale). */
  limit?: Slot;
  limitScale?: number;
  limitField?: string;
  ownDefault?: boolean; // The library's own default holds (no limit): not what the process gives all sockets.
  cancellable?: boolean; // Where it can be cancelled, somebody looks to its time.
  streams?: boolean; // It hands on what comes for as long as anything does, which is no wait for an answer.
  unless?: { arg: Slot; values: readonly string[] }; // An address on the same machine: it hardly waits.
}

/** How a call can fail. */
export interface FailFact {
  /** Exceptions it is documented to raise. */
  throws?: string[];
  /** Or: what the results are then. */
  results?: ResultClasses;
  /** `documented` (default): likely. `rare`: only an exception that most code ignores: possible. */
  how?: 'documented' | 'rare';
  /** The connection it acts on, or that it opens, is closed or was never open when it fails. */
  closesOnFailure?: boolean;
  /** Who gives a function here is told of the failure by that, and by no exception. */
  told?: Slot;
  /** What else `consumes` a response has not reached its end then: it is still to be closed. */
  leavesUnread?: boolean;
}

export interface StepFact {
  do:
    'bind' | 'listen' | 'accept' | 'connect' | 'send' | 'recv' | 'recvUntilEof' | 'poll' | 'shutdown' | 'close' | 'sleep' | 'hold' | 'fork';
  /** Bytes: a number argument (recv), or the length of a literal (send). */
  bytes?: Slot;
  /** Seconds: sleep, poll. */
  for?: Slot;
  forScale?: number;
  how?: 'WR' | 'RD' | 'RDWR' | Slot;
  /** For `how` by argument: resolved name → how. */
  hows?: Record<string, 'WR' | 'RD' | 'RDWR'>;
}

/**
 * Where an operand is one of `values`, the result is the name `as`: for `unless` of later calls (a HEAD request has no
 * body), for further marks, and `no limit` for what limits nothing where a limit is read from it (a context without one).
 * What ends in `yet` is so until somebody gets it, or a call gives the same without this mark (a builder).
 */
export interface Mark {
  from: Slot;
  values: readonly string[];
  as: string;
}

/**
 * One call. `name` is a resolved function (`socket.create_connection`), `type.method` for a method of a type of this
 * library, or `*.method` for a method on any receiver that takes a connection as argument.
 * A fact that states nothing further says: only borrows, cannot fail.
 */
export interface CallFact {
  name: string | string[];
  /** Where this stands in the library's source or documentation. */
  source: string;
  opens?: OpenFact;
  /** The connection this call acts on; default `receiver` for methods, argument 0 for functions. */
  on?: Slot;
  closes?: boolean; // For good.
  closesLast?: boolean; // Gives up this name of it; with the last one the runtime closes it.
  /** Returns when it is closed: of use after the close alone. */
  waitsForClose?: boolean;
  /** `shutdown`, `CloseWrite`. */
  halfCloses?: boolean;
  /** A result is a wrapper: it counts as another name of the connection, with its own type (so `type.close` says whether
   *  closing it closes the connection). `detaches`: the original variable is no name of it any more. */
  wraps?: { at?: Slot; type: string; detaches?: boolean };
  /** The type of what it gives, where that holds no connection by itself (a client, a call that was not made yet). */
  gives?: string;
  /** The result is the same thing as this operand (`__enter__`, `wait_for`, a cast). */
  passes?: Slot;
  /** The first that fits says what the first result is. */
  marks?: readonly Mark[];
  /** Puts it (`of`) into a set, takes it out, asks whether it is in there, empties the set. The set keeps it. */
  element?: { how: 'add' | 'remove' | 'find' | 'clear'; set: Slot; of?: Slot };
  /**
   * What else is true where an argument is, or contains, one of these names, where
   * it is not given, or where it works on one of these types; the first that fits.
   */
  variants?: { when: Condition; then: Partial<CallFact> }[];
  /** From here on someone else owns it: pools, registrations, detach. Default for calls that no fact knows. */
  takes?: boolean;
  /** Another one keeps this operand, or what lies in it, too (a key the selector, who reads the pipe a number that is written). */
  keeps?: Slot;
  /** An event loop waits for it from here on (what `forwards`: for its receiver); `waits`: the calls in which it does, if limited. */
  registers?: { waits?: readonly string[] };
  /** Runs this callable when a time is over. */
  timer?: { callee: Slot; /** Not again and again. */ once?: boolean };
  sets?: SetFact[];
  setsByName?: SetByNameFact;
  blocks?: BlockFact;
  ok?: ResultClasses; // What a success looks like, beside `eof` and `fails`.
  /** It can report the end of the stream: results, or an exception. */
  eof?: { results?: ResultClasses; throws?: string[] };
  asksEnd?: boolean; // Its answer tells whether the stream has ended.
  /** This method reads a response to the end, or lets its connection go back: counts as closed (`resp.json()`). */
  consumes?: boolean;
  fails?: FailFact[];
  step?: StepFact;
  /** What the same call does next, in order: a request is sent, its answer is waited for. */
  then?: readonly StepFact[];
  /** The callable in this slot is run with these connections as its arguments (`start_server(handler)`, `Thread(target=…, args=…)`). */
  calls?: {
    callee: Slot;
    /** Where an object is given: which of its methods is run. */
    methods?: readonly string[];
    /** Connections that it gets and that nobody else opens: type and role per parameter; it owns them iff `owns`. */
    gives?: GivenFact[];
    /** Which slot carries its arguments: a tuple (`args=`), or the call's own arguments from this index on. */
    args?: Slot | { from: number };
    /** Which slot carries its named arguments: a mapping from their names (`kwargs=`). */
    named?: Slot;
    spawns?: boolean; // Runs elsewhere and this call returns at once.
  };
  /** Runs this callable when something happens to the connection later: what that means stands in its type's `events`. */
  handles?: { event: { arg: number } | { is: string }; callee: Slot; /** A failure, which may never come. */ ifItFails?: true };
  forwards?: Slot; // All that it reads goes to this operand, and so does its orderly end.
  copies?: Slot; // All that it reads goes to this operand, but not its end.
  /** From here on it is read to its end, upon which the runtime closes it. */
  tends?: boolean;
  /** It only ever leaves as `fails` says (`sys.exit` raises). */
  neverReturns?: boolean;
  exits?: boolean; // The process ends.
  needs?: number; // With fewer arguments it is something else of this name (a method of a base that is not here).
  /** One of those who try it gets true; the others leave to that one what objects keep. */
  oneWins?: boolean;
  /** On a connection that the peer has reset it kills the process with a signal, unless this argument says no. */
  signals?: { unless?: { arg: Slot; names: readonly string[] } };
  /** Says what happens on that signal: with it anywhere in the file, no call kills. */
  handlesSignal?: { arg: Slot; names: readonly string[] };
  /** Gives every connection of the program a time limit: with it anywhere in the file, nothing waits without limit. */
  limitsAll?: boolean;
  /** Gives a time limit to what the function around it, and those that this one calls in the file, wait for. */
  limitsCalls?: boolean;
  /** Ends what was begun elsewhere, of which this operand is the token: whoever is given the token is who the connection comes to. */
  completes?: Slot;
  waitsForAll?: boolean; // It goes on once all that it is given are done.
  forks?: boolean; // The child keeps all descriptors.
  /** The memory of this operand goes: what it holds is reached through it no more. */
  frees?: Slot;
}

/**
 * What an event means to a connection. `over`: it is closed by then; `notice`: the runtime does nothing about it; `reads`: who listens
 * to it reads to the end, upon which the runtime closes it; `drains`: the same, but nobody closes it then; `later`: it goes on.
 */
export type EventMeaning = 'over' | 'notice' | 'reads' | 'drains' | 'later';

/**
 * A type whose values are connections (or own one). A type named `T.Body` makes the field `Body` of a `T` another name of
 * the connection (`resp.Body.Close()` is the method `net/http.Response.Body.Close`); other fields are plain data.
 */
export interface TypeFact {
  name: string;
  source: string;
  /** Methods not found here are looked up there. */
  extends?: string;
  /** What closes it when the last reference goes. */
  onDrop: OnDrop;
  /** `onDrop` is the worst case: from this version of the runtime on the last reference closes it. */
  countedFrom?: { client: string; accepted: string };
  /** The runtime's own defaults: keepalive etc. by option; `from` is then `runtime`. */
  defaults?: Partial<Record<OptionName, OptionValue>>;
  /** Fields of plain data, as they are while the connection is open (`closed` is false). */
  fields?: Record<string, ValueClass>;
  /** An HTTP response: leaving it unread keeps its connection (`unconsumed-response` instead of `missing-close`). */
  response?: boolean;
  /** Left unread it stays established, even when the peer has closed: the runtime takes no more than fits into its buffers. */
  stalls?: boolean;
  /** With one of these numbers in this field it has nothing to read. */
  emptyAt?: { field: string; numbers: readonly number[] };
  /** Properties that read a response to its end when they are looked at (`response.content`). */
  readBy?: string[];
  /** Options that its runtime has no way to set: no word about them. */
  cannotSet?: readonly OptionName[];
  /** A pool that closes what it keeps when nothing refers to it any more: nobody need close it. */
  closesItself?: boolean;
  /** Seconds after which the library closes a connection that nothing uses; null: it never does by itself. Left out where none is kept. */
  keptIdle?: number | null;
  limitEnds?: boolean; // The limit on a whole exchange (`readTimeout`) closes what the code has left.
  longLived?: boolean; // Meant to be kept by an object or a class: only who makes one for a single call need close it.
  /** No word about keepalive and time limits: the library manages the connection (pools). */
  managed?: boolean;
  /** How source closes it, after the value and a dot (`Release()`), where that is not what its language does with every connection. */
  closedBy?: string;
  /** Events that come when it fails. */
  failure?: readonly string[];
  /** The event that a limit of time only tells of: nothing else happens then. */
  unheard?: string;
  /** Events that functions can be registered for; others are `later`. */
  events?: Partial<Record<string, EventMeaning>>;
  /** Its library reads all the time: the peer's end ends it. */
  readsOn?: boolean;
  /** Its runtime waits for the answer as long as the connection lives, unless the program gives it a limit, anywhere. */
  unlimited?: boolean;
  /** A server whose runtime limits its clients, unless it is told not to: the options that say so, each with what has no end then. */
  guards?: readonly { option: OptionName; without: 'request' | 'idle' }[];
  /** It can end what it belongs to, and keeps nothing: that somebody around has one says nothing of who owns the connection. */
  lever?: boolean;
  /** A stream of a connection: when no more than this is left, its own name has been given up before. */
  secondary?: boolean;
  /** A view of a connection that somebody else has, made to set its options. */
  configures?: boolean;
  bare?: boolean; // Nothing but the program gives it keepalive or limits, and what it is handed to has no name for that.
  byHand?: boolean; // Known by the function's own closes alone.
  connectsAtWill?: boolean; // It connects for as long as the kernel tries, unless told otherwise.
  /** Two connections that are copied into each other until both have ended: the end of one is told to the other (`told`), or not. */
  relay?: 'told' | 'untold';
  /** It only reads or writes what it is made of: who gets no more than this can neither close nor keep that. */
  view?: boolean;
  /** Makes sense only as a plain descriptor number: copying an int copies ownership only by convention (C). */
  descriptor?: boolean;
}

/**
 * A class that a framework instantiates per connection (`socketserver.BaseRequestHandler`): in methods of a class of the
 * file with this base, `field` of the receiver holds an accepted connection.
 */
export interface HandlerClassFact {
  base: string;
  source: string;
  methods: string[];
  /** The field that holds it; without, this parameter of the method does. */
  field?: string;
  param?: number;
  type: string;
  role: Role;
  /** Only where the file of the class, or of who makes one, has one of these words (each shows a role) and none of `without`. */
  near?: { words: Record<string, Role>; without: readonly string[] };
  /** An event loop waits for it from the method on. */
  watched?: boolean;
  /** A constant of the class that limits its reads (seconds). */
  limitField?: string;
  /** The handler must close it; false: the framework does. */
  owns: boolean;
}

export interface Library {
  id: string;
  /** Language ids this library belongs to. */
  languages: string[];
  title: string;
  types: TypeFact[];
  calls: CallFact[];
  handlers?: HandlerClassFact[];
  declared?: DeclaredFact[];
  byHand?: ByHandFact;
  runners?: RunnersFact;
  shown?: { method: string; arg: Slot; names: readonly string[]; type: string; source: string }[];
  ends?: EndsFact;
  named?: NamedFact[];
  /** Classes to derive from that know nothing of the fields of what is derived from them: nothing there closes one. */
  plainBases?: { names: string[]; source: string }[];
  exceptions?: Record<string, string[]>; // Exception type → its parents (`socket.timeout` → `OSError`).
  /** Numbers of the options' names, for code that folds them, and values of other names (`socket.SHUT_WR`, `time.Second` = 1). */
  constants?: Record<string, number>;
  /** Objects of the library's own of which no field is set (`http.DefaultClient`). */
  unset?: { names: string[]; source: string }[];
}
