/** What the extension and its worker say to each other. Every request carries an id; the answer carries the same. */

import type { CheckedFile, CheckOptions, Fix } from '../app/check.js';
import type { CureFix } from '../app/cures.js';
import type { Explanation } from '../app/hover.js';
import type { ToldStory } from '../app/model-tools.js';
import type { Story } from '../app/story.js';
import type { ToPage } from '../simulator/protocol.js';
import type { DiagnosisResult } from '../diagnosis/result.js';
import type { Reading } from '../diagnosis/symptom.js';
import type { Machine } from '../app/check.js';

type ToShow = Extract<ToPage, { type: 'show' }>;

/** Lines and columns count from 1. */
export interface Spot {
  line: number;
  column: number;
}

/** A request about a document that was checked before; `version` must be the one that was checked, else the answer is null. */
interface AboutDocument {
  uri: string;
  version: number;
}

/** Each request with the answer it gets. */
interface Requests {
  check: {
    request: AboutDocument & {
      language: string;
      text: string;
      /** Only this many lines at the beginning are the document's own (a cell of a notebook); null: all. */
      lines: number | null;
      options: CheckOptions;
    };
    answer: CheckedFile;
  };
  /** Verified fixes of the finding with this index. */
  fixes: { request: AboutDocument & { finding: number }; answer: Fix[] | null };
  /** The simulator's cures that a verified fix of this code carries out, for the connection with this index. */
  cures: { request: AboutDocument & { connection: number }; answer: CureFix[] | null };
  /** The text after all safe fixes (of one rule, or of all), null when there is none. */
  fixAll: { request: AboutDocument & { rule: string | null }; answer: string | null };
  /** A scenario (or the first fitting one) played with the connection with this index; null also where the scenario cannot happen to it. */
  story: { request: AboutDocument & { connection: number; scenario: string | null }; answer: ToldStory | null };
  /** A scenario played for a page that is being made, and what that page says of it; null where it cannot happen to the connection. */
  firstPage: { request: { show: ToShow; scenario: string; machine: Machine }; answer: { story: Story; drawn: string } | null };
  hover: { request: AboutDocument & Spot; answer: Explanation | null };
  /** A rule's text, or what is wrong with its name. */
  rule: { request: { id: string }; answer: { text: string } | { wrong: string } };
  rules: { request: null; answer: { id: string; scenario: string | null; examples: readonly { language: string; bad: string }[] }[] };
  languages: { request: null; answer: { id: string; extensions: string[]; lineComment: string }[] };
  /** The language that the worker speaks from now on: the sentences of a catalogue (l10n/). */
  speak: { request: Readonly<Record<string, string>>; answer: null };
  forget: { request: { uri: string }; answer: null };
  /** Files of the workspace that no document shows, or that changed there; null: gone. */
  files: {
    request: { files: { uri: string; text: string | null }[]; /** More follow: together they are one change. */ more: boolean };
    answer: null;
  };
  /** Files of the program that symptoms are held against; `first` begins a new one. */
  program: { request: { files: { path: string; text: string }[]; first: boolean; options: CheckOptions }; answer: null };
  /** Analyses some of them: how many wait. */
  programWork: { request: null; answer: number };
  /** Symptoms held against the program; `at` is the moment of the last look, Unix seconds. */
  diagnose: {
    request: { readings: Reading[]; texts: string[]; captures: Uint8Array[]; at: number | null; machine: Machine };
    answer: DiagnosisResult;
  };
}

export type RequestKind = keyof Requests;
export type RequestOf<K extends RequestKind> = Requests[K]['request'];
export type AnswerOf<K extends RequestKind> = Requests[K]['answer'];

export type ToWorker =
  | { [K in RequestKind]: { id: number; kind: K; request: RequestOf<K> } }[RequestKind]
  /** Answer to `load`. */
  | { id: number; kind: 'loaded'; bytes: Uint8Array | null };

export type FromWorker =
  | { id: number; kind: 'answer'; answer: unknown }
  | { id: number; kind: 'failed'; reason: string }
  /** The worker needs a packaged grammar: it reads no files itself, so it is the same in both hosts. */
  | { id: number; kind: 'load'; name: string }
  /** Other files have told something new: the findings of these may be others now. */
  | { kind: 'renewed'; uris: string[] };
