/** A system call under way: what it waits for, and how it ends. */

import type { TimerLabel } from './clock.js';
import type { Sock } from './sock.js';

export interface Result {
  result: number | string;
  errno: string;
  failed?: string;
}

/** A call under way. */
export interface Attempt {
  /** The socket it waits for. */
  readonly sock: Sock | null;
  /** Time limit in microseconds, null = none; `exact`: high-resolution, else on the timer wheel. */
  readonly timeout: number | null;
  readonly exact: boolean;
  /** When the time limit runs out the call is tried once more; send() is not. */
  readonly lastTry: boolean;
  /** What the trace calls the time limit; empty: it is not shown. */
  readonly label: TimerLabel;
  /** EPIPE comes with SIGPIPE. */
  readonly signals: boolean;
  /** Null: it still waits. */
  attempt(first: boolean): Result | null;
  /** The time limit has run out. */
  expired(): Result;
  /** A signal came and went (SIGSTOP, SIGCONT): null = it goes on. */
  interrupted(): Result | null;
  /** The socket that the row names. */
  about(): Sock | null;
}

/** A send or recv of one step is at most this. */
export const BLOCKED: Result = { result: -1, errno: 'EAGAIN' };

export function ok(result: number | string): Result {
  return { result, errno: '' };
}

export function fail(errno: string, failed?: string): Result {
  return failed === undefined ? { result: -1, errno } : { result: -1, errno, failed };
}

/** A call that returns at once. */
export function immediate(run: () => Result, about: () => Sock | null = () => null): Attempt {
  return {
    sock: null,
    timeout: null,
    exact: false,
    lastTry: true,
    label: '',
    signals: false,
    attempt: () => run(),
    expired: () => BLOCKED,
    interrupted: () => null,
    about,
  };
}

interface Blocking {
  sock: Sock;
  timeout: number;
  nonblock: boolean;
  signals?: boolean;
  lastTry?: boolean;
  attempt(first: boolean): Result | null;
  /** What it returns when it may not wait any longer. */
  giveUp(): Result;
  /** What it has done so far, if a signal ends it. */
  part?(): Result | null;
  about?(): Sock | null;
}

/** A call that may wait, within SO_RCVTIMEO or SO_SNDTIMEO (0 = for ever). */
export function blocking(b: Blocking): Attempt {
  const timed = b.timeout > 0;
  return {
    sock: b.sock,
    timeout: timed ? b.timeout : null,
    exact: false,
    lastTry: b.lastTry ?? true,
    label: '',
    signals: b.signals ?? false,
    attempt: (first) => b.attempt(first) ?? (first && b.nonblock ? b.giveUp() : null),
    expired: () => b.giveUp(),
    interrupted: () => b.part?.() ?? (timed ? fail('EINTR') : null),
    about: b.about ?? (() => b.sock),
  };
}
