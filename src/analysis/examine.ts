/** One file of a program, from its syntax tree to findings. */

import type { Analysis, Connection, Finding, Severity } from './findings.js';
import { hazardsIn } from './flow/after-close.js';
import type { FactIndex } from './flow/fact-index.js';
import { Program } from './flow/program.js';
import type { Limit } from './flow/program.js';
import type { Linked } from './flow/linked.js';
import { changedFunctions, rootsOf, stableId } from './flow/roots.js';
import type { Changed } from './flow/roots.js';
import { trackAll } from './flow/track.js';
import type { Tracked } from './flow/tracked.js';
import type { Unit } from './flow/unit.js';
import type { Language } from './languages/language.js';
import { applyRules, isAdvice } from './report.js';
import { suppress, suppressionsOf } from './suppressions.js';
import type { SyntaxTree } from './syntax/tree.js';
import { say } from '../words/say.js';

export interface ExamineOptions {
  /** Rule id → severity or off; default is the rule's own. */
  severities?: Record<string, Severity | 'off'>;
  /** `slow-keepalive`: idle seconds that middle boxes usually allow; default 350. */
  idleLimit?: number;
  /** Tell also what is done with connections after their close, and name functions by their ids: what fixes are judged by. */
  hazards?: boolean;
  /** Tell also what became of each opening. */
  coverage?: boolean;
}

const defaultIdleLimit = 350;

/** What is examined. */
export interface Examined {
  unit: Unit;
  /** Its text's tree: asked for when there is something to mend. */
  tree: () => SyntaxTree;
  /** Were parts of the text nested too deeply to be looked at? */
  isTruncated: () => boolean;
  language: Language;
  facts: FactIndex;
  /** The files around it; null for a text by itself. */
  linked: Linked | null;
  /** Names of functions of other files that give a connection. */
  given: readonly string[];
  /** Only what stands in these lines of the file, and who calls it; null: the whole file. */
  changed?: readonly Changed[] | null;
}

/** An analysis that says nothing yet. */
export function emptyAnalysis(): Analysis {
  return { findings: [], connections: [], problems: [], suppressions: [], suppressed: 0, parseMs: 0, analyseMs: 0 };
}

/** Fills `result`; gives the names by which other functions get a connection from this file. */
export function examine(
  { unit, tree, isTruncated, language, facts, linked, given, changed = null }: Examined,
  options: ExamineOptions,
  result: Analysis,
): string[] {
  const { file } = unit;
  for (const error of file.errors) result.problems.push({ kind: 'syntax', ...error });
  const program = new Program(unit, facts, language, linked);
  if (options.hazards) program.explored = new Map();
  const complain = (message: string, line: number): void => void result.problems.push({ kind: 'internal', message, line });
  const { functions, gives } = changed ? { functions: changedFunctions(program, changed), gives: [] } : rootsOf(program, given, complain);
  const tracked = trackAll(program, functions, complain);
  if (program.explored) result.hazards = hazardsIn(program, [...program.explored.values()]);
  result.connections = tracked.map(connectionOf);
  if (options.coverage) result.openings = tracked.flatMap(({ opening }) => opening?.() ?? []);
  const findings = applyRules(
    tracked,
    language,
    tree,
    { severities: options.severities ?? {}, idleLimit: options.idleLimit ?? defaultIdleLimit },
    result.problems,
  );
  result.suppressions = suppressionsOf(file.comments);
  result.findings = suppress(findings, result.suppressions, result).sort(inOrder);
  if (options.hazards) nameById(result, tracked);
  if (isTruncated()) result.problems.push({ kind: 'syntax', message: say`nested too deeply: the innermost parts were left out`, line: 1 });
  for (const { function: name, line, file: other } of [...program.limits.values()].sort(byPlace)) {
    result.problems.push({
      kind: 'limit',
      message: say`\`${name}\` has too many paths: some were left out`,
      line,
      function: name,
      ...(other === undefined ? {} : { file: other }),
    });
  }
  return gives;
}

function connectionOf(tracked: Tracked): Connection {
  const untold = tracked.untold();
  const joined = untold && { joined: { to: untold.other, copy: untold.copy.range.startLine, back: untold.back.range.startLine } };
  return { ...tracked.profile, ...joined, range: tracked.range, function: nameOf(tracked.function), mentions: tracked.mentions };
}

/** A function without a name is called after the one that it stands in. */
function nameOf({ kind, name, id, file }: Tracked['function']): string {
  if (kind !== 'lambda') return name;
  // The file goes before what it declares.
  const own = file !== undefined && id.startsWith(file) ? id.slice(file.length).replace(/^::/, '') : id;
  const parts = own.split('/').filter((part) => !part.includes('@'));
  const outer = parts.at(-1)?.split('.').at(-1);
  return outer !== undefined && /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(outer) ? outer : name;
}

/** Where copies of a text are compared, functions of equal names are told apart. */
function nameById(result: Analysis, tracked: readonly Tracked[]): void {
  const idOf = (connection: number): string => stableId(tracked[connection]?.function.id ?? '');
  result.findings = result.findings.map((finding) => ({ ...finding, function: idOf(finding.connection) }));
  result.connections = result.connections.map((connection, index) => ({ ...connection, function: idOf(index) }));
}

function byPlace(a: Limit, b: Limit): number {
  const [one, two] = [a.file ?? '', b.file ?? ''];
  return (one < two ? -1 : one > two ? 1 : 0) || a.line - b.line;
}

/** By place; what weighs most comes first there: hover, light bulb and simulator begin with it. */
function inOrder(a: Finding, b: Finding): number {
  return (
    a.range.startLine - b.range.startLine ||
    a.range.startColumn - b.range.startColumn ||
    weights.indexOf(a.severity) - weights.indexOf(b.severity) ||
    Number(isAdvice(a.rule)) - Number(isAdvice(b.rule)) ||
    (a.rule < b.rule ? -1 : 1)
  );
}

const weights: readonly Severity[] = ['error', 'warning', 'information', 'hint'];
