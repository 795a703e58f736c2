/** Runs the rules over the tracked connections and words what they report. */

import type { Finding, Fix, PathStep, Problem, Severity } from './findings.js';
import { isIn } from './flow/causes.js';
import { textOf } from './flow/notes-text.js';
import type { Span } from './flow/ir.js';
import type { Note } from './flow/notes.js';
import type { Tracked } from './flow/tracked.js';
import type { Language } from './languages/language.js';
import { RULES } from './rules/generated.js';
import type { Report, Rule, RuleOptions } from './rules/rule.js';
import type { SyntaxTree } from './syntax/tree.js';
import { say, translated } from '../words/say.js';

export interface ReportOptions extends RuleOptions {
  severities: Record<string, Severity | 'off'>;
}

/** Findings of all rules that are on; a rule that fails is reported once as a problem and does not stop the others. */
export function applyRules(
  tracked: readonly Tracked[],
  language: Language,
  tree: () => SyntaxTree,
  options: ReportOptions,
  problems: Problem[],
): Finding[] {
  const findings: Finding[] = [];
  const broken = new Set<string>();
  const told = new Set<string>();
  const managed = new Set(tracked.filter(({ type }) => type.managed).map(({ range }) => placeKey(range)));
  tracked.forEach((connection, index) => {
    let advised = false;
    for (const rule of inOrder(RULES)) {
      const severity = options.severities[rule.id] ?? (rule.off ? 'off' : rule.severity);
      if (severity === 'off' || broken.has(rule.id) || (rule.advice !== undefined && connection.function.isTest)) continue;
      try {
        const found = rule.check(connection, options);
        const reports: Report[] = rule.advice !== undefined && advised ? found.filter(({ besides }) => besides === true) : found;
        if (rule.advice !== undefined) advised ||= reports.length > 0;
        if (reports.length > 0 && isToldOfTwin(told, rule, connection)) continue;
        for (const report of reports)
          if (rule.advice === undefined || (isNew(told, rule, report, connection) && !isToldThere(managed, report, connection)))
            findings.push(findingOf(rule, report, connection, index, severity, language, tree, options.severities[rule.id] !== undefined));
      } catch (error) {
        broken.add(rule.id);
        problems.push({
          kind: 'internal',
          message: `rule ${rule.id}: ${error instanceof Error ? error.message : String(error)}`,
          line: connection.range.startLine,
        });
      }
    }
  });
  return findings;
}

const advice: ReadonlySet<string> = new Set(RULES.filter((rule) => rule.advice !== undefined).map(({ id }) => id));

/** Does the rule advise, where a leak rule tells of a bug? */
export function isAdvice(rule: string): boolean {
  return advice.has(rule);
}

/** Advice about an opening that several functions share is given once, and so is that about one in a function that all of them call. */
function isNew(told: Set<string>, rule: Rule, report: Report, connection: Tracked): boolean {
  const keys = [placeKey(report.range ?? connection.range), ...sharedCause(report, connection)].map((key) => `${rule.id} ${key}`);
  const isFirst = !keys.some((key) => told.has(key));
  for (const key of keys) told.add(key);
  return isFirst;
}

/** Where both the opening and the wait stand in functions that are called, what is missing is missing there. */
function sharedCause({ path }: Report, { insides, function: fn }: Tracked): string[] {
  const [opened, waits] = [insides.at(-1), path.at(-1)];
  const isShared = opened !== undefined && waits !== undefined && !isIn(waits, fn);
  return isShared ? [`${opened.file ?? ''}:${placeKey(opened.range)} ${waits.file ?? ''}:${placeKey(waits.range)}`] : [];
}

/** Was the same said of the function that stands in the other branch of an `#if`? */
function isToldOfTwin(told: Set<string>, rule: Rule, { function: fn, library }: Tracked): boolean {
  const key = `${rule.id} ${library} ${fn.file ?? ''} ${fn.className ?? ''}.${fn.name}`;
  if (fn.isAlternative) return told.has(key);
  told.add(key);
  return false;
}

/** A wait of a pool for what it gives: the response has its own word. */
function isToldThere(managed: ReadonlySet<string>, { wait }: Report, connection: Tracked): boolean {
  return wait !== undefined && placeKey(wait) !== placeKey(connection.range) && managed.has(placeKey(wait));
}

function placeKey({ startLine, startColumn }: Span): string {
  return `${startLine}:${startColumn}`;
}

/** What, why, what to do. */
function messageOf(rule: Rule, report: Report): string {
  const [what, why, remedy] = [
    report.what ?? translated(rule.what),
    report.why ?? translated(rule.why),
    report.remedy ?? translated(rule.remedy),
  ];
  return say`${what} ${why} ${remedy}`;
}

/** Leak rules first, then advice in its order. */
function inOrder(rules: readonly Rule[]): Rule[] {
  return [...rules].sort((a, b) => (a.advice ?? -1) - (b.advice ?? -1));
}

const weaker: Record<Severity, Severity> = { error: 'warning', warning: 'information', information: 'hint', hint: 'hint' };

function findingOf(
  rule: Rule,
  report: Report,
  connection: Tracked,
  index: number,
  severity: Severity,
  language: Language,
  tree: () => SyntaxTree,
  chosen: boolean,
): Finding {
  const own = chosen ? severity : (report.severity ?? severity);
  return {
    rule: rule.id,
    certainty: report.certainty,
    severity: report.certainty === 'possible' ? weaker[own] : own,
    range: report.range ?? connection.range,
    function: connection.function.name,
    headline: report.headline ?? translated(rule.title),
    message: messageOf(rule, report),
    path: report.path.map((note) => stepOf(note, connection.function.file)),
    connection: index,
    fixes: (connection.pointer ? [] : fixesOf(report, language, tree)).map((fix) => (report.guessed ? { ...fix, safe: false } : fix)),
    ...(report.unconnected && { unconnected: true }),
    ...(report.raised && { raised: linesOfFailure(report, connection), ...(report.raised === 'value' && { byValue: true as const }) }),
    ...(report.scenario !== undefined && { scenario: report.scenario }),
    ...(rule.advice === undefined && { ownership: ownershipOf(connection, language, tree) }),
  };
}

/** Lines of this file's calls that fail on the path; where none does, the one on which it tells of an error. */
function linesOfFailure({ path }: Report, { function: { file: home } }: Tracked): number[] {
  const fails = path.filter(({ kind }) => kind === 'fails' || kind === 'cancelled');
  const told = fails.length > 0 ? fails : path.filter(({ kind }) => kind === 'returnsError').slice(-1);
  return told.filter(({ file }) => (file ?? home) === home).map(({ range }) => range.startLine);
}

/** Comments that would make a call of the path the owner (flow/taught.ts). */
function ownershipOf({ lentTo, function: fn }: Tracked, language: Language, tree: () => SyntaxTree): Fix[] {
  const calls = new Map(lentTo.filter(({ file }) => file === fn.file).map((call) => [call.range.startLine, call]));
  const lines = calls.size === 0 ? [] : tree().text.split('\n');
  return [...calls].map(([line, { name }]) => {
    const above = { startLine: line, startColumn: 1, endLine: line, endColumn: 1 };
    const indent = /^\s*/.exec(lines[line - 1] ?? '')?.[0] ?? '';
    return {
      title: say`\`${name}\` takes ownership: say so in a comment`,
      safe: false,
      edits: [{ range: above, newText: `${indent}${language.lineComment} closewait: takes ownership\n` }],
    };
  });
}

/** The step of a path for a note; its file only where it is not the finding's own. */
function stepOf(note: Note, home: string | undefined): PathStep {
  const { range, file } = note;
  return { range, ...(file !== undefined && file !== home && { file }), message: textOf(note) };
}

function fixesOf(report: Report, language: Language, tree: () => SyntaxTree): Fix[] {
  const fixes: Fix[] = [];
  const seen = new Set<string>();
  for (const intent of report.fixes) {
    for (const fix of language.edits(intent, tree())) {
      const key = JSON.stringify(fix.edits);
      if (!seen.has(key)) fixes.push(fix);
      seen.add(key);
    }
  }
  return fixes;
}
