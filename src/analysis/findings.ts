/**
 * What the analyser gives out: plain data. Lines and columns count from 1, columns in UTF-16 units, the end column is one past the last.
 */

import type { ConnectionProfile } from '../scenarios/profile.js';

export interface Range {
  startLine: number;
  startColumn: number;
  endLine: number;
  endColumn: number;
}

/**
 * certain: a feasible ordinary path; likely: an error return or documented exception; possible: only an exception that most code ignores.
 */
export type Certainty = 'certain' | 'likely' | 'possible';
export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface PathStep {
  range: Range;
  /** The file it lies in, where that is another than the finding's. */
  file?: string;
  message: string;
}

export interface TextEdit {
  range: Range;
  newText: string;
}

export interface Fix {
  title: string;
  /** Safe fixes may be applied in bulk ("fix all"): only those of an idiom that was proven (app/safe-idioms.ts). */
  safe: boolean;
  /** The way of closing that it is one of. */
  idiom?: string;
  edits: TextEdit[];
}

export interface Finding {
  rule: string;
  certainty: Certainty;
  severity: Severity;
  /** The opening call's expression; for rules about a value that was set, the call that sets it. */
  range: Range;
  function: string;
  /** What happens and where, for a list of problems: no sentence, no duration; app/ adds what the kernel makes of it. */
  headline: string;
  /** What, why, what to do: three sentences. Holds no duration: those come from the model. */
  message: string;
  /** On its path the socket was never connected. */
  unconnected?: true;
  /** Lines of this file's calls that fail on its path, where the last one's failure leaves: what they return else goes another way. */
  raised?: number[];
  /** That failure is a value that the code tests, and no exception. */
  byValue?: true;
  /** The scenario that shows it, where that of its rule does not; null: the connection's steps do not. */
  scenario?: string | null;
  path: PathStep[];
  /** Index into `connections` of the connection this finding speaks of. */
  connection: number;
  /** Candidates, not yet verified: app/ applies each to a copy and offers only those that hold. */
  fixes: Fix[];
  /** Comments that say of a call what cannot be seen: it takes ownership. Candidates, too; no tool makes them by itself. */
  ownership?: Fix[];
}

export interface Connection extends ConnectionProfile {
  /** The opening call's expression. */
  range: Range;
  function: string;
  /** Other places that belong to this connection (variable uses, option calls), for hover. */
  mentions: Range[];
}

type ProblemKind = 'syntax' | 'too-large' | 'timeout' | 'limit' | 'unreadable' | 'unsupported' | 'internal';

export interface Problem {
  kind: ProblemKind;
  message: string;
  line: number;
  /** `limit`: the function whose findings may be incomplete. */
  function?: string;
  /** The file it stands in, where that is another one. */
  file?: string;
}

/** A comment `closewait: allow RULE -- reason`. */
export interface Suppression {
  rule: string;
  reason: string;
  range: Range;
  used: boolean;
}

/** Something that a program must not do with a connection around its close (flow/after-close.ts). */
interface Hazard {
  kind: string;
  range: Range;
  function: string;
}

/** Decided: closed on every way, or not; or somebody is known to own it. The others are ways out of sight. */
export type FateKind =
  'closed' | 'leaks' | 'caller' | 'object' | 'library' | 'call' | 'container' | 'closure' | 'variable' | 'generator' | 'limit';

export interface Fate {
  kind: FateKind;
  /** Who got it, as the source names it. */
  to?: string;
}

/** An opening of a connection, and what became of it. */
export interface Opening {
  range: Range;
  /** Where that is another file. */
  file?: string;
  library: string;
  fate: Fate;
}

export interface Analysis {
  findings: Finding[];
  connections: Connection[];
  problems: Problem[];
  suppressions: Suppression[];
  /** Number of findings that a suppression hides. */
  suppressed: number;
  /** Only when asked for. */
  hazards?: Hazard[];
  /** Only when asked for: openings of the file, or of another one that it gets connections from. */
  openings?: Opening[];
  parseMs: number;
  analyseMs: number;
}
