/** The only door of the analyser: source text in, plain data out. Never throws on any text. */

import type { Analysis, Severity } from './findings.js';
import type { Clock, Load } from './syntax/syntax.js';

export interface AnalyseOptions {
  /** Milliseconds for one file, parse and analysis together; default 2000. */
  maxMs?: number;
  /** Bytes (UTF-16 units) above which a file is not analysed; default 1,048,576. */
  maxSize?: number;
  /** Rule id → severity or off; default is the rule's own. */
  severities?: Record<string, Severity | 'off'>;
  /** `slow-keepalive`: idle seconds that middle boxes usually allow; default 350. */
  idleLimit?: number;
}

export declare class Analyser {
  /** `load` gives packaged files by name; `clock` is a monotonic clock in ms (`() => performance.now()`). */
  static open(load: Load, clock: Clock): Promise<Analyser>;
  /** Ids of the languages there are, with extensions. */
  static languages(): { id: string; title: string; extensions: string[]; lineComment: string }[];
  /** Must be awaited once per language before `analyse`. */
  prepare(languageId: string): Promise<void>;
  analyse(text: string, languageId: string, options?: AnalyseOptions): Analysis;
  /** Incremental: keeps the parser's tree per `key` until `closeDocument`. */
  update(key: string, text: string, languageId: string, options?: AnalyseOptions): Analysis;
  closeDocument(key: string): void;
  close(): void;
}
