/**
 * What a language file gives: lowering to the neutral IR, and the edits that carry out a fix intent in its idiom.
 * It knows no library: names are resolved through the file's imports to the canonical names that `libraries/` uses
 * (`from socket import socket as S; S()` → api `socket.socket`; Go `net.Dial` → `net.Dial`, `import n "net"` alike).
 */

import type { Fix } from '../findings.js';
import type { FileIr } from '../flow/ir.js';
import type { FixIntent } from '../flow/intents.js';
import type { Resolver } from './resolver.js';
import type { Descends } from '../syntax/copy.js';
import type { SyntaxTree } from '../syntax/tree.js';

/** What its libraries name it by, and whose files are one program with it. */
export function familyOf({ id, family }: Pick<Language, 'id' | 'family'>): string {
  return family ?? id;
}

/** The language of a file: by its extension, and by its text where several share that. */
export function languageOfFile<T extends Pick<Language, 'extensions' | 'recognises'>>(
  languages: readonly T[],
  path: string,
  read: () => string | null,
): T | null {
  const candidates = languages.filter((language) => language.extensions.some((extension) => path.endsWith(extension)));
  if (candidates.length < 2) return candidates[0] ?? null;
  const text = read() ?? '';
  return candidates.find((language) => language.recognises?.(text)) ?? candidates[0] ?? null;
}

export interface Language {
  /** As in VS Code: `python`, `go`, `c`. */
  id: string;
  title: string;
  /** Dialects whose files are one program, and whose libraries are the same; default: the language by itself. */
  family?: string;
  /** Files of another language in which its programs' functions may stand, as far as its own grammar reads them (C's in C++). */
  alsoReads?: readonly string[];
  /** With the dot, lower case. */
  extensions: string[];
  /** Is it in this language, where another one has the same extension? The first of those that do not say is meant otherwise. */
  recognises?(text: string): boolean;
  /** Grammar file name: `tree-sitter-python.wasm`. */
  grammar: string;
  /** Matches a line that begins a top-level definition: the parts of a file between errors are found by it. */
  definitionStarts?: RegExp;
  /** For generated suppression comments: what starts a line comment. */
  lineComment: string;
  /**
   * Exception type → its parents; unknown types count as children of every `catches: null` only. Empty for languages without exceptions.
   */
  exceptions: Record<string, string[]>;
  /** Types that catch (almost) everything: an unknown exception surely ends there. */
  catchAll: string[];
  /** A call of something unknown may raise: true for languages with exceptions. */
  callsMayThrow: boolean;
  /** Exceptions by which a function says that it was called wrongly: hardly any program is. */
  mistakes?: readonly string[];
  /** What a method that is called on nothing raises; absent where nobody can say. */
  callOnNull?: string;
  /**
   * The text to parse in place of the source: every character keeps its place, what the grammar cannot take is blanked
   * (conditional compilation across braces), and further text may follow the end (bodies of macros, for `lower` alone).
   * `included`: texts of the files that count as part of this one.
   */
  prepare?(text: string, included?: readonly string[]): string;
  /** A method is never called without its object's name before it (`self.close()`). */
  namesReceivers?: true;
  /** Parts of its libraries that a file can use without naming them. */
  implicit?: readonly string[];
  /** What an `await` raises when its task is cancelled; null without. */
  cancellation: string | null;
  /** Who is given an object calls its methods: its fields are the affair of its class, and of what is seen to name them. */
  ownFields?: boolean;
  /** Objects without a name are destroyed with the statement that made them. */
  destroysTemporaries?: boolean;
  /** What the outline of a file looks into: bodies of functions are left to their lowering. */
  descends?: Descends;
  /** Pure: no throw on any tree; ERROR nodes are skipped, the rest of the function is lowered. */
  outline(tree: SyntaxTree): FileIr;
  /** Names of folders beside a program whose files are no part of it: tests, examples. Findings there are `possible` at most. */
  aside?: RegExp;
  /** Where names of other files are declared; without it each file stands for itself. */
  resolver?: Resolver;
  /** Candidates for a fix, best first; they are verified by applying and analysing again. Empty when it cannot. */
  edits(intent: FixIntent, tree: SyntaxTree): Fix[];
}
