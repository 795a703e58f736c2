/** What a rule wants changed, without saying how a language writes it. The edits are the language's job. */

import type { Place, Span } from './ir.js';

/** Where a type is closed in a way of its own: the source after the value and a dot (`TypeFact.closedBy`). */
interface HasCloser {
  closer?: string;
}

export type FixIntent =
  /** The connection does not leave the function: close it on every way out (`with`, `defer` after the check, close in `finally`). */
  | ({
      fix: 'closeAlways';
      open: Span;
      place: Place;
      functionRange: Span;
      errorPlace?: Place;
      type: string;
      /** `place` is a parameter of the function around `open` (its name), which owns it: close it when that function ends. */
      isParameter?: boolean;
    } & HasCloser)
  /** Ownership leaves on success: close it on the failing path and go on failing (`except BaseException: s.close(); raise`).
   *  `leaks`: the calls that fail and the places where it leaves. */
  | ({ fix: 'closeOnFailure'; open: Span; place: Place; functionRange: Span; leaks: Span[]; type: string } & HasCloser)
  /** Close it right before this statement (an early return, a `continue`, the end of the function). */
  | ({ fix: 'closeBefore'; open: Span; place: Place; at: Span; functionRange: Span; type: string } & HasCloser)
  /** After this read said end of stream: leave the loop, or close. `result` is the place it lands in, if any. */
  | { fix: 'leaveOnEof'; open: Span; place: Place | null; read: Span; result: Place | null; functionRange: Span; type: string }
  /** Options to set after the opening: names and numbers of the experiment (`SO_KEEPALIVE`: 1, `TCP_KEEPIDLE`: 60). */
  | { fix: 'setOptions'; open: Span; place: Place; options: readonly { name: string; value: number }[]; functionRange: Span; type: string }
  /** A limit for connect, read or the whole call (seconds). */
  | {
      fix: 'setLimit';
      open: Span;
      place: Place | null;
      limit: 'connect' | 'read' | 'call';
      seconds: number;
      functionRange: Span;
      type: string;
    }
  /** Close it earlier: right after `after`, and no longer at `close`. */
  | { fix: 'moveClose'; after: Span; close: Span; place: Place; functionRange: Span; type: string }
  /** Take this statement out. */
  | { fix: 'removeCall'; call: Span };

/** The intents of one kind. */
export type Of<K extends FixIntent['fix']> = Extract<FixIntent, { fix: K }>;
