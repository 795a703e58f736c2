/**
 * What is known of one connection of the user's code: plain data, made by the analyser, read by hover and scenarios.
 * Times are seconds unless the name says otherwise; null means "no limit" or "not set".
 */

export type Role = 'client' | 'listener' | 'accepted';

/** Where a value comes from: set on this socket, inherited from the listener, set in a helper, default of the runtime or the kernel. */
export type Origin = 'option' | 'listener' | 'helper' | 'runtime' | 'kernel';

export interface Keepalive {
  on: boolean;
  /** Seconds; null: nobody sets it, so the machine's tcp_keepalive_time holds. */
  idle: number | null;
  /** Seconds; null: tcp_keepalive_intvl. */
  interval: number | null;
  /** Null: tcp_keepalive_probes. */
  count: number | null;
  from: Origin;
  /** Line that set it, or null for a default. */
  line: number | null;
}

/** Nobody says anything about keepalive. */
export const NO_KEEPALIVE: Keepalive = { on: false, idle: null, interval: null, count: null, from: 'kernel', line: null };

/** What closes the connection when the program drops its last reference to it. */
export type OnDrop = 'never' | 'at-once' | 'collector' | 'drop';

/** One step of the user's own path, in the steps of an experiment, with its source line. */
export interface ProfileStep {
  do:
    | 'bind'
    | 'listen'
    | 'accept'
    | 'connect'
    | 'setsockopt'
    | 'send'
    | 'recv'
    | 'recvUntilEof'
    | 'poll'
    | 'shutdown'
    | 'close'
    | 'sleep'
    | 'hold'
    | 'exit'
    | 'repeat'
    | 'fork';
  line: number;
  /** How the code writes the call: `c.Read`, `readline`. */
  call?: string;
  /** The event by which its runtime's loop tells the code, which makes no call of its own there: `data`. */
  event?: string;
  /** The file that the line is in, where it is another than the connection's. */
  file?: string;
  /** Of a recv: when it says the end of the stream the code leaves the connection open on this line; 0: it closes it. Not known else. */
  atEnd?: number;
  /** Bytes of a send or recv, where the code says. */
  bytes?: number;
  /** Seconds of a sleep or of a poll's own limit. */
  for?: number;
  how?: 'WR' | 'RD' | 'RDWR';
  /** Options that take effect at this step, in the experiment's form. */
  options?: Record<string, number | readonly number[]>;
  /** Times and steps of a `repeat`. */
  times?: number;
  steps?: ProfileStep[];
  /** Application's own time limit on this call (seconds), kept by the runtime (a Go deadline, a Python settimeout). */
  limit?: number;
}

/** Does the path take one of these steps anywhere? */
export function takes(steps: readonly ProfileStep[], ...kinds: readonly ProfileStep['do'][]): boolean {
  return steps.some((step) => kinds.includes(step.do) || takes(step.steps ?? [], ...kinds));
}

/** Does the path end by leaving it open? */
export function isLeft({ role, steps }: Pick<ConnectionProfile, 'role' | 'steps'>): boolean {
  const last = steps.at(-1);
  return role !== 'listener' && last?.do === 'hold' && last.line > 0 && !takes(steps, 'close');
}

/** Does the path end with the opening, without a leak: has somebody got it whom the analysis does not follow? */
export function isUnfollowed({ role, steps }: Pick<ConnectionProfile, 'role' | 'steps'>): boolean {
  const isLeak = steps.at(-1)?.do === 'hold' && (steps.at(-1)?.line ?? 0) > 0;
  return role !== 'listener' && !isLeak && !takes(steps, 'send', 'recv', 'recvUntilEof', 'poll', 'shutdown', 'close', 'fork');
}

/** Steps up to this one; null where it is none of them. What it reads by then is not yet the end. */
function upTo(steps: readonly ProfileStep[], last: ProfileStep): ProfileStep[] | null {
  for (const [index, step] of steps.entries()) {
    const here = step === last ? [step.do === 'recvUntilEof' ? { ...step, do: 'recv' as const } : step] : upTo(step.steps ?? [], last);
    if (here) return [...steps.slice(0, index), ...here];
  }
  return null;
}

/** The last step before a line that is none itself: it waits for what was written, or only looks at what has come. */
export function stepBefore(steps: readonly ProfileStep[], line: number): ProfileStep | undefined {
  const after = steps.findIndex((step) => step.file === undefined && step.line > line);
  const last = steps.slice(0, after < 0 ? undefined : after).at(-1);
  return last && last.line > 0 && last.line < line && last.do !== 'hold' && last.do !== 'repeat' ? last : undefined;
}

const flat = (steps: readonly ProfileStep[]): ProfileStep[] => steps.flatMap((step) => [step, ...flat(step.steps ?? [])]);

/** The step after which the path of `failsOn` leaves. */
export function failingStep({ steps, failsOn }: ConnectionProfile): ProfileStep | undefined {
  if (failsOn === undefined) return undefined;
  const own = flat(steps).find(({ line, file, do: does }) => line === failsOn && file === undefined && does !== 'repeat');
  return own ?? stepBefore(steps, failsOn);
}

/** The connection on the path on which its call fails (`failsOn`), whatever the reason: left open there. */
export function onFailure(profile: ConnectionProfile): ConnectionProfile {
  const { failsOn, ...rest } = profile;
  const failing = failingStep(profile);
  const steps = failing === undefined ? null : upTo(profile.steps, failing);
  if (failsOn === undefined || steps === null) return profile;
  const isDropped = profile.onDrop === 'at-once' || profile.onDrop === 'drop';
  return { ...rest, steps: isDropped ? steps : [...steps, { do: 'hold', line: failsOn }] };
}

/** The connection on the path on which its last read says the end of the stream, where the code leaves it open then. */
export function onEnd(profile: ConnectionProfile): ConnectionProfile {
  const read = profile.steps.filter((step) => step.do === 'recv' || step.do === 'recvUntilEof' || step.do === 'poll').at(-1);
  if (read?.atEnd === undefined || read.atEnd === 0) return profile;
  const steps = profile.steps.slice(0, profile.steps.indexOf(read) + 1);
  const isDropped = profile.onDrop === 'at-once' || profile.onDrop === 'drop';
  return { ...profile, failsOn: undefined, steps: isDropped ? steps : [...steps, { do: 'hold', line: read.atEnd }] };
}

/** The connection whose stream ends in a copy that tells nobody: it stays as it is while the other direction is waited for. */
export function onJoined(profile: ConnectionProfile): ConnectionProfile {
  const { joined, ...rest } = profile;
  if (!joined) return profile;
  const copy = flat(profile.steps).find(({ line, do: does }) => line === joined.copy && (does === 'recv' || does === 'recvUntilEof'));
  const steps = copy ? upTo(profile.steps, copy) : profile.steps.filter((step) => step.do !== 'close' && step.do !== 'hold');
  return { ...rest, joined, onDrop: 'never', steps: [...(steps ?? []), { do: 'hold', line: joined.back }] };
}

/** Fields that are limits of time. */
export type LimitField = 'connectTimeout' | 'readTimeout' | 'writeTimeout' | 'userTimeoutMs';

/** What the runtime makes of what the kernel says: the exceptions and values that its code gets. */
export interface RuntimeWords {
  /** No call waits: an event tells (`'error'`, `'end'`). */
  events?: true;
  /** By errno; `connecting` goes before, for a call that connects. */
  errors: Readonly<Record<string, string>>;
  connecting: Readonly<Record<string, string>>;
  /** A time limit of the code: on connecting, on anything else. */
  limits: { connect: string; other: string };
  /**
   * The end of the stream, by the name of the call as the code writes it; '' for all others. An exception is `thrown`, else a value.
   * `closes`: the library closes the connection with it.
   */
  end: Readonly<Record<string, { text: string; thrown: boolean; closes?: true }>>;
  /** Where that is an error the library itself closes the connection, whatever the code does then. */
  endCloses?: true;
  /**
   * The library keeps its connection for its next request, and looks whether it was closed before it uses it again. Where it breaks off
   * under a request, these methods are repeated on a new one; `all`: every one, and it does not look. `once`: it keeps none.
   */
  kept?: { repeats: string | null } | 'once';
}

export interface ConnectionProfile {
  role: Role;
  /** The library's call, as in `socket.create_connection`. */
  library: string;
  keepalive: Keepalive;
  userTimeoutMs: number | null;
  connectTimeout: number | null;
  readTimeout: number | null;
  writeTimeout: number | null;
  backlog: number | null;
  /** SO_LINGER seconds: null is off, 0 sends RST. */
  linger: number | null;
  reuseAddr: boolean;
  nonBlocking: boolean;
  onDrop: OnDrop;
  /** `onDrop` is the worst case: from this version of the runtime on the last reference closes it. */
  countedFrom?: string;
  /** The library's limit on the whole exchange: so many seconds after its beginning it closes what the code has left. */
  endedBy?: number;
  /** Limits that the code sets to a value that is not known here: they are null above. */
  unknown?: LimitField[];
  /** Line of a call that got the connection and is not followed: whether it sets anything is not known. */
  maybeSet?: number;
  /** Options that its runtime has no way to set. */
  cannotSet?: readonly string[];
  /** Seconds after which the library that keeps it closes it when nothing uses it; null: never by itself. */
  keptIdle?: number | null;
  /**
   * What becomes of what arrives, where the runtime's event loop has the socket: it reads on and closes at the peer's end
   * (`runtime`), or nobody takes it, and the socket stays as it is (`nobody`).
   */
  reads?: 'runtime' | 'nobody';
  /** A socket that is no TCP connection (datagram, raw, AF_UNIX): no story of TCP happens to it. */
  tcp?: false;
  /** Line of the call that fails on the path that is told: what the steps close afterwards stays open then. */
  failsOn?: number;
  /** It is copied to another connection on one line, which tells that one nothing at the end, while line `back` waits for that one. */
  joined?: { to: string; copy: number; back: number };
  /** Left out where the numbers of the kernel are what the code gets. */
  words?: RuntimeWords;
  /** The user's own path, in order; the simulator runs exactly these on host A. */
  steps: ProfileStep[];
}

/** Does the code limit what this system call waits for, by a value that nobody can read here? */
export function hasUnknownLimit({ unknown = [] }: Pick<ConnectionProfile, 'unknown'>, call: string | null): boolean {
  if (call === 'connect' || call === 'getsockopt') return unknown.includes('connectTimeout');
  return unknown.includes(call === 'send' || call === 'fill' ? 'writeTimeout' : 'readTimeout');
}
