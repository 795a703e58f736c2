/** What a hover says about a connection: plain Markdown, every number from the model or the code. Links are the editor's. */

import type { Connection, Range, Suppression } from '../analysis/findings.js';
import { describeExactly } from '../scenarios/describe-time.js';
import { keepaliveNumbers } from '../kernel/defaults.js';
import { isUnfollowed, type Origin, type ProfileStep } from '../scenarios/profile.js';
import type { Machine } from '../scenarios/scenario.js';
import { insideOf, openedAs } from '../scenarios/user-words.js';
import { isSameOpening } from './openings.js';
import type { CheckedFile, CheckedFinding } from './check.js';
import { LEAKS, onPathOf } from './failing-path.js';
import { hoverPicture } from './hover-picture.js';
import { RULE_TEXTS } from './rules.js';
import { failureTable } from './hover-table.js';
import { tellable } from './story.js';
import { code, plain, plainProse } from './markdown.js';
import { phrases, say, translated } from '../words/say.js';

export interface Explanation {
  /** What is hovered. */
  range: Range;
  markdown: string;
  /** A small time line of the worst case, as SVG, with its text for screen readers; null where nothing was simulated. */
  picture: { svg: string; alt: string } | null;
  /** For the link "Simulate this connection": line of the opening call and the scenario to start with. */
  simulate: { line: number; scenario: string } | null;
}

/** What a listener is asked first. */
const RESTART = 'restart-in-time-wait';

const FROM: Record<Origin, string> = phrases({
  option: 'set here',
  listener: 'inherited from the listener',
  helper: 'set in a helper',
  runtime: "the runtime's default",
  kernel: "the kernel's default",
});

const ROLE = phrases({ client: 'Client connection', listener: 'Listening socket', accepted: 'Accepted connection' });

/** @returns what to say about this place of the file, or null; lines and columns count from 1 */
export function explainAt(file: CheckedFile, line: number, column: number, machine: Machine): Explanation | null {
  const suppression = file.suppressions.find((s) => holds(s.range, line, column));
  if (suppression) return explainSuppression(suppression);
  const finding = innermost(
    file.findings.filter((f) => holds(f.range, line, column)),
    ({ range }) => range,
  );
  const connection = finding ? file.connections[finding.connection] : connectionAt(file.connections, line, column);
  if (!connection) return null;
  const range = finding?.range ?? [connection.range, ...connection.mentions].find((r) => holds(r, line, column)) ?? connection.range;
  return explainConnection(
    file,
    connection,
    range,
    file.findings.filter((f) => isOf(file, f, connection)),
    machine,
  );
}

/** Is the finding about it, or about what else the same call opens? */
function isOf(file: CheckedFile, finding: CheckedFinding, connection: Connection): boolean {
  const own = file.connections[finding.connection];
  return own === connection || (own !== undefined && isSameOpening(own, connection));
}

/** The innermost mention wins: an `accept` stands inside the statement that names its listener. */
function connectionAt(connections: readonly Connection[], line: number, column: number): Connection | undefined {
  const here = connections.flatMap((connection) =>
    [connection.range, ...connection.mentions].filter((range) => holds(range, line, column)).map((range) => ({ connection, range })),
  );
  return innermost(here, ({ range }) => range)?.connection;
}

/** The first of those with the smallest place. */
function innermost<T>(list: readonly T[], rangeOf: (one: T) => Range): T | undefined {
  const size = (one: T): number => {
    const { startLine, endLine, startColumn, endColumn } = rangeOf(one);
    return (endLine - startLine) * 10_000 + endColumn - startColumn;
  };
  return list.reduce<T | undefined>((best, one) => (best !== undefined && size(best) <= size(one) ? best : one), undefined);
}

function holds(range: Range, line: number, column: number): boolean {
  const afterStart = line > range.startLine || (line === range.startLine && column >= range.startColumn);
  const beforeEnd = line < range.endLine || (line === range.endLine && column <= range.endColumn);
  return afterStart && beforeEnd;
}

function explainConnection(
  file: CheckedFile,
  connection: Connection,
  range: Range,
  findings: CheckedFinding[],
  machine: Machine,
): Explanation {
  // A path that ends before it connects fails in no way of TCP: then the connection's other paths are shown.
  const shown = findings.find(({ unconnected }) => !unconnected);
  const path = shown ? onPathOf(shown, connection) : connection;
  const isUnseen = isUnfollowed(connection) && !findings.some(({ rule, unconnected }) => LEAKS.has(rule) && !unconnected);
  const own = shown?.consequence?.scenario ?? null;
  const { rows, worst } = isUnseen ? { rows: [], worst: null } : failureTable(path, file.language, machine, own);
  const markdown = [
    `**${translated(ROLE[connection.role])}** · \`${code(openedAs(connection, connection.range.startLine))}\` ${insideOf(connection.function, (name) => `\`${code(name)}\``)}`,
    factLines(connection).join(' · '),
    ...(findings[0] ? [plainProse(findings[0].message)] : []),
    rows.join('\n'),
    isUnseen && findings.length === 0
      ? say`What the code does with it afterwards was not followed from here, so nothing is said of how it fails.`
      : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
  const scenario = own ?? worst?.scenario ?? (connection.role === 'listener' && tellable(RESTART, connection) ? RESTART : null);
  return {
    range,
    markdown,
    picture: worst ? hoverPicture(worst.story.trace, worst.story.answer) : null,
    simulate: scenario ? { line: connection.range.startLine, scenario } : null,
  };
}

/** Every value with where it comes from. */
function factLines(c: Connection): string[] {
  const lines = c.tcp === false ? [] : [keepaliveLine(c)];
  if (c.role === 'listener') {
    lines.push(
      say`backlog: ${c.backlog === null ? say`not set` : c.backlog}`,
      say`SO_REUSEADDR: ${c.reuseAddr ? say`on` : say`off: a restart fails while old connections are in TIME_WAIT`}`,
    );
  } else {
    const limits = [
      ['connect', 'connectTimeout'],
      ['read', 'readTimeout'],
      ['write', 'writeTimeout'],
    ] as const;
    const wanted = limits.filter(([name]) => name !== 'connect' || c.role === 'client');
    lines.push(
      say`time limits: ${wanted.map(([name, field]) => `${LIMITED[name]()} ${limitText(c, field)}`).join(', ')}${c.nonBlocking ? say`; non-blocking` : ''}`,
    );
  }
  if (c.userTimeoutMs !== null) lines.push(say`TCP_USER_TIMEOUT: ${describeExactly(c.userTimeoutMs / 1000)}`);
  else if (c.unknown?.includes('userTimeoutMs')) lines.push(say`TCP_USER_TIMEOUT: not known here`);
  if (c.maybeSet !== undefined) lines.push(say`unless the call on line ${c.maybeSet} sets any of it`);
  if (c.keptIdle != null) lines.push(say`unused: the library closes it after ${describeExactly(c.keptIdle)}`);
  if (c.linger !== null)
    lines.push(say`SO_LINGER: ${c.linger === 0 ? say`0 — close() sends RST and throws unsent data away` : describeExactly(c.linger)}`);
  return lines;
}

const LIMITED = { connect: () => say`connect`, read: () => say`read`, write: () => say`write` } as const;

/** The steps that each limit is about. */
const WAITS: Readonly<Record<'connectTimeout' | 'readTimeout' | 'writeTimeout', readonly ProfileStep['do'][]>> = {
  connectTimeout: ['connect'],
  readTimeout: ['recv', 'recvUntilEof', 'poll'],
  writeTimeout: ['send'],
};

function stepsUnder(steps: readonly ProfileStep[], kinds: readonly ProfileStep['do'][]): ProfileStep[] {
  return steps.flatMap((step) => [...(kinds.includes(step.do) ? [step] : []), ...stepsUnder(step.steps ?? [], kinds)]);
}

function limitText(c: Connection, field: 'connectTimeout' | 'readTimeout' | 'writeTimeout'): string {
  const seconds = c[field];
  if (seconds !== null) return describeExactly(seconds);
  const [limited] = stepsUnder(c.steps, WAITS[field]).filter(({ limit }) => limit !== undefined);
  if (limited?.limit !== undefined) return say`${describeExactly(limited.limit)} on line ${limited.line}`;
  return c.unknown?.includes(field) ? say`not known here` : say`none`;
}

function keepaliveLine(c: Connection): string {
  const { on, from, line } = c.keepalive;
  const { idle, interval, count } = keepaliveNumbers(c.keepalive);
  const origin = `${translated(FROM[from])}${line === null ? '' : say`, line ${line}`}`;
  return on
    ? say`keepalive: on, ${idle}/${interval}/${count} — idle ${describeExactly(idle)}, then ${count} probes ${describeExactly(interval)} apart (${origin})`
    : say`keepalive: off (${origin})`;
}

function explainSuppression({ rule, reason, range, used }: Suppression): Explanation {
  const text = RULE_TEXTS.find((r) => r.id === rule);
  const about = text
    ? `${translated(text.title)}\n\n${translated(text.why)}`
    : say`There is no rule of this name: ${RULE_TEXTS.map((r) => `\`${r.id}\``).join(', ')}.`;
  const state = used ? say`It hides a finding.` : say`It hides nothing: there is no such finding here.`;
  return {
    range,
    markdown: say`Suppression of **${code(rule)}**${reason ? `: ${plain(reason)}` : say` without a reason`}\n\n${about}\n\n${state}`,
    picture: null,
    simulate: null,
  };
}
