/**
 * What a rule file gives. A rule looks at one tracked connection at a time and never at source text; its texts hold no
 * duration (those come from the model) and its fix is an intent that the language carries out.
 */

import type { Certainty, Severity } from '../findings.js';
import type { FixIntent } from '../flow/intents.js';
import type { Span } from '../flow/ir.js';
import type { Note } from '../flow/notes.js';
import type { Tracked } from '../flow/tracked.js';

export interface RuleOptions {
  /** Idle seconds that middle boxes usually allow; `slow-keepalive`. */
  idleLimit: number;
}

export interface Report {
  certainty: Certainty;
  /** Default: the opening call. */
  range?: Span;
  /** What happens and where, in a few words; default `rule.title`. For rules about a wait: why it takes so long. */
  headline?: string;
  /** First sentence; default `rule.what`. May name function, variable, line. */
  what?: string;
  /** Second sentence; default `rule.why`. */
  why?: string;
  /** Third sentence; default `rule.remedy`. */
  remedy?: string;
  /** On this path it was never connected: there is no consequence to simulate. */
  unconnected?: true;
  /** It rests on a guess: its fixes are nothing for "fix all". */
  guessed?: true;
  /** The failure of the last call of its path leaves, as an exception or by a value: what else that call returns goes another way. */
  raised?: 'exception' | 'value';
  path: Note[];
  fixes: FixIntent[];
  /** The call that it is about: where it opens a connection of its own, that one tells of it. */
  wait?: Span;
  /** The scenario that shows it, where the rule's own does not; null: the steps that are known do not. */
  scenario?: string | null;
  /** Told beside other advice, too: it is about another call. */
  besides?: boolean;
  /** Where the rule's own severity does not fit (a dropped connection that the runtime closes at once). */
  severity?: Severity;
}

export interface Rule {
  /** Kebab case, reads after "allow". */
  id: string;
  title: string;
  severity: Severity;
  /** Not reported unless switched on. */
  off?: boolean;
  /** At most one advice per connection; the order decides (smaller first). Absent: a leak rule, always reported. */
  advice?: number;
  /** One sentence each; no durations. `remedy` is what to do. */
  what: string;
  why: string;
  remedy: string;
  /** Scenario whose answer the finding shows as its consequence; null where it has none. */
  scenario: string | null;
  examples: { language: string; bad: string; good: string }[];
  check(connection: Tracked, options: RuleOptions): Report[];
}
