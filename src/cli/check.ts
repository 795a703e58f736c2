/** `closewait check`: findings of files and folders on standard output. */

import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { CERTAINTY_RANK, check, type Analyser, type Certainty, type CheckedFile, type CheckOptions } from '../app/check.js';
import { findingsText } from '../output/findings-text.js';
import { sarifLog } from '../output/sarif.js';
import type { Io } from './io.js';
import { RULE_TEXTS } from '../app/rules.js';
import { openAnalyser } from './setup.js';
import { isSupported, languageOfFile } from '../app/languages.js';
import { walk } from './walk.js';

export const CHECK_USAGE = `usage: closewait check [PATH…] [--format text|json|sarif] [--min-certainty certain|likely|possible]
       closewait check - --language ID        reads standard input
       --no-fixes leaves the fixes out: each costs one more analysis`;

const FORMATS = ['text', 'json', 'sarif'] as const;
type Format = (typeof FORMATS)[number];

interface Arguments {
  paths: string[];
  format: Format;
  minCertainty: Certainty;
  language: string | null;
  fixes: boolean;
}

interface Source {
  path: string;
  /** Null when the language is not supported. */
  language: string | null;
  /** The user named this very file: then what cannot be checked makes the run fail. */
  named: boolean;
  read(): Buffer;
}

/**
 * @param argv what follows `check`
 * @returns the exit code: 0 nothing printed, 1 at least one finding printed, 2 wrong usage, an unreadable path, an unsupported named file or an internal error
 */
export async function runCheck(argv: string[], io: Io): Promise<number> {
  const args = parseCheckArguments(argv);
  if (typeof args === 'string') {
    io.err(`closewait check: ${args}\n${CHECK_USAGE}\n`);
    return 2;
  }
  const job = new Job(await openAnalyser(), args, io);
  for (const path of args.paths) job.addPath(path);
  return job.run();
}

/** @returns the arguments, or what is wrong with them */
function parseCheckArguments(argv: string[]): Arguments | string {
  let parsed;
  try {
    parsed = parseArgs({ args: argv, allowPositionals: true, options: { format: { type: 'string', default: 'text' }, 'min-certainty': { type: 'string', default: 'likely' }, language: { type: 'string' }, 'no-fixes': { type: 'boolean', default: false } } });
  } catch (error) {
    return (error as Error).message;
  }
  const { values, positionals } = parsed;
  if (!FORMATS.includes(values.format as Format)) return `unknown format "${values.format}": text, json or sarif`;
  if (!((values['min-certainty'] ?? '') in CERTAINTY_RANK)) return `unknown certainty "${values['min-certainty']}": certain, likely or possible`;
  if (positionals.includes('-') && values.language === undefined) return 'standard input needs --language ID';
  return {
    paths: positionals.length > 0 ? positionals : ['.'],
    format: values.format as Format,
    minCertainty: values['min-certainty'] as Certainty,
    language: values.language ?? null,
    fixes: !values['no-fixes'],
  };
}

class Job {
  private readonly sources = new Map<string, Source>();
  private failed = false;

  constructor(private readonly analyser: Analyser, private readonly args: Arguments, private readonly io: Io) {}

  addPath(path: string): void {
    if (path === '-') {
      const known = this.args.language !== null && isSupported(this.args.language);
      this.add({ path: '-', language: known ? this.args.language : null, named: true, read: () => fs.readFileSync(0) });
      return;
    }
    let stat: fs.Stats;
    try {
      stat = fs.statSync(path);
    } catch (error) {
      this.complain(path, error as Error);
      return;
    }
    if (!stat.isDirectory()) {
      this.addFile(path, true);
      return;
    }
    const wanted = (name: string): boolean => languageOfFile(name) !== null;
    for (const file of walk(path, wanted, (dir, error) => this.complain(dir, error))) this.addFile(file, false);
  }

  async run(): Promise<number> {
    const languages = new Set([...this.sources.values()].map((s) => s.language));
    for (const language of languages) if (language !== null) await this.analyser.prepare(language);
    const results: { path: string; file: CheckedFile }[] = [];
    const timings = { files: 0, bytes: 0, parseMs: 0, analyseMs: 0 };
    for (const source of [...this.sources.values()].sort((a, b) => (a.path < b.path ? -1 : 1))) {
      const file = this.checkSource(source, timings);
      results.push({ path: source.path, file });
      if (this.args.format === 'text') this.io.out(findingsText(source.path, file));
      this.report(source, file);
    }
    if (this.args.format === 'json') this.io.out(`${JSON.stringify(jsonReport(results, timings), null, 2)}\n`);
    if (this.args.format === 'sarif') this.io.out(`${JSON.stringify(sarifLog(results, RULE_TEXTS, this.io.version), null, 2)}\n`);
    if (this.failed) return 2;
    return results.some((r) => r.file.findings.length > 0) ? 1 : 0;
  }

  private add(source: Source): void {
    if (!this.sources.has(source.path)) this.sources.set(source.path, source);
  }

  private addFile(path: string, named: boolean): void {
    this.add({ path, language: languageOfFile(path), named, read: () => fs.readFileSync(path) });
  }

  private complain(path: string, error: Error): void {
    this.failed = true;
    this.io.err(`closewait: ${path}: ${error.message}\n`);
  }

  private checkSource(source: Source, timings: { files: number; bytes: number; parseMs: number; analyseMs: number }): CheckedFile {
    if (source.language === null) {
      const named = source.path === '-' && this.args.language ? `language "${this.args.language}"` : 'this file type';
      return withProblem('', { kind: 'unsupported', message: `${named} is not supported`, line: 1 });
    }
    let bytes: Buffer;
    try {
      bytes = source.read();
    } catch (error) {
      this.failed = true;
      return withProblem(source.language, { kind: 'unreadable', message: (error as Error).message, line: 1 });
    }
    if (bytes.subarray(0, 8192).includes(0)) return withProblem(source.language, { kind: 'unreadable', message: 'a binary file', line: 1 });
    const file = check(this.analyser, bytes.toString('utf8'), source.language, this.options());
    timings.files += 1;
    timings.bytes += bytes.length;
    timings.parseMs += file.parseMs;
    timings.analyseMs += file.analyseMs;
    return file;
  }

  private options(): CheckOptions {
    const { minCertainty, format, fixes } = this.args;
    return { machine: this.io.machine, severities: {}, minCertainty, fixes: fixes && format !== 'text' };
  }

  /** Problems go to standard error; those that make the run incomplete also into the exit code. */
  private report(source: Source, file: CheckedFile): void {
    for (const { kind, line, message } of file.problems) {
      if (kind === 'syntax') continue;
      this.io.err(`closewait: ${source.path}:${line}: ${kind}: ${message}\n`);
      if (kind === 'internal' || (source.named && (kind === 'unreadable' || kind === 'unsupported'))) this.failed = true;
    }
  }
}

function withProblem(language: string, problem: CheckedFile['problems'][number]): CheckedFile {
  return { language, findings: [], connections: [], problems: [problem], suppressions: [], suppressed: 0, parseMs: 0, analyseMs: 0 };
}

/** The contract's form (README, "closewait check"): `connection` and `mentions` are for the editor and stay inside. */
function jsonReport(results: { path: string; file: CheckedFile }[], timings: object): unknown {
  return {
    version: 1,
    files: results.map(({ path, file }) => ({
      path,
      language: file.language,
      suppressed: file.suppressed,
      findings: file.findings.map(({ connection: _connection, ...finding }) => finding),
      connections: file.connections.map(({ mentions: _mentions, ...connection }) => connection),
      problems: file.problems,
    })),
    timings,
  };
}
