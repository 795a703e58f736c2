/** Tools for language models: the same names, schemas and answers in the editor and in `closewait mcp`. Errors are worded for the model. */

import { say } from '../words/say.js';
import type { CheckedFile, Connection } from './check.js';
import { mismatch, type SettingSchema } from './configuration.js';

interface ToolSchema {
  type: 'object';
  properties: Record<string, SettingSchema & { type: 'string' | 'number'; description: string }>;
  required: string[];
}

export interface ModelTool {
  name: 'find_socket_leaks' | 'simulate_connection_failure' | 'explain_rule' | 'diagnose_connections';
  /** As a person names it in a prompt. */
  reference: string;
  title: string;
  /** For people. */
  summary: string;
  /** For the model. */
  description: string;
  inputSchema: ToolSchema;
}

const FILE = { type: 'string', description: 'Absolute path of the source file.' } as const;
export const MODEL_TOOLS: readonly ModelTool[] = [
  {
    name: 'find_socket_leaks',
    reference: 'socketLeaks',
    title: 'Find Socket Leaks',
    summary: 'Connections that leak or hang in a file',
    description:
      'Analyses one source file and lists socket connections that leak (CLOSE_WAIT) or hang for ever: rule, line, the path ' +
      'on which the connection is lost, and what the Linux kernel will do about it. Use it when code opens TCP connections ' +
      'or when somebody reports CLOSE_WAIT, descriptor exhaustion or hanging reads.',
    inputSchema: { type: 'object', properties: { file: FILE }, required: ['file'] },
  },
  {
    name: 'simulate_connection_failure',
    reference: 'simulateConnection',
    title: 'Simulate Connection Failure',
    summary: 'What happens to a connection when its peer fails',
    description:
      "Simulates how a connection of the code fails, with a model of the Linux kernel's TCP that runs the code's own " +
      'calls: which call learns of the failure, after how many seconds, with which errno, and every segment on the way. ' +
      'Name the line that opens the connection.',
    inputSchema: {
      type: 'object',
      properties: {
        file: FILE,
        line: { type: 'number', minimum: 1, description: 'Line (from 1) of the call that opens the connection.' },
        scenario: {
          type: 'string',
          description:
            'Scenario id, for example peer-host-loses-power-idle, peer-process-killed or peer-closes-we-do-not. Left out: the ' +
            "one of the line's finding.",
        },
      },
      required: ['file', 'line'],
    },
  },
  {
    name: 'explain_rule',
    reference: 'explainSocketRule',
    title: 'Explain Socket Rule',
    summary: 'What a rule finds, why it matters, what to do',
    description:
      'Explains a rule of CloseWait: what it finds, why it matters, what to do, with examples of reported and of good ' +
      'code. Use it before you change code because of a finding.',
    inputSchema: {
      type: 'object',
      properties: { rule: { type: 'string', description: 'Rule id, for example missing-close or missing-keepalive.' } },
      required: ['rule'],
    },
  },
  {
    name: 'diagnose_connections',
    reference: 'diagnoseConnections',
    title: 'Diagnose Connections',
    summary: 'From sockets, logs or stacks back to the line of code',
    description:
      'Reads what a machine shows of its connections (ss, netstat, lsof, /proc/net/tcp, logs with socket errors, stack ' +
      'dumps; prose around it does not matter) and says which line of the program opened them, why they are in that state, ' +
      'and what ends it when. Use it when somebody pastes such a text.',
    inputSchema: {
      type: 'object',
      properties: { text: { type: 'string', description: 'The text, as it was pasted.' } },
      required: ['text'],
    },
  },
];

/** What is wrong with a call's arguments, or null. */
export function wrongInput({ inputSchema: { properties, required } }: ModelTool, input: unknown): string | null {
  if (typeof input !== 'object' || input === null) return 'the arguments must be an object';
  const given = input as Record<string, unknown>;
  const absent = required.find((name) => given[name] === undefined);
  if (absent !== undefined) return `"${absent}" is missing: ${properties[absent]?.description ?? ''}`;
  const strange = Object.keys(given).find((name) => !Object.hasOwn(properties, name));
  if (strange !== undefined) return `there is no argument "${strange}"; there are ${Object.keys(properties).join(', ')}`;
  for (const [name, schema] of Object.entries(properties)) {
    const wrong = given[name] === undefined ? null : mismatch(given[name], schema);
    if (wrong !== null) return `"${name}": ${wrong}`;
  }
  return null;
}

/** Is a path absolute, here or on Windows? */
export function isAbsolutePath(file: string): boolean {
  return file.startsWith('/') || /^[A-Za-z]:[\\/]/.test(file);
}

export function notAbsolute(file: string): string {
  return `"${file}" is not an absolute path: call again with the absolute path of the file.`;
}

/** "fetch: socket.create_connection, line 4" */
export function labelOf({ function: inFunction, library, range }: Connection): string {
  return say`${inFunction ? `${inFunction}: ` : ''}${library}, line ${range.startLine}`;
}

/** What keeps a file from being analysed at all: no answer about it would be true. */
const UNREAD: ReadonlySet<string> = new Set(['too-large', 'timeout', 'unreadable', 'unsupported']);

function refuseUnread({ problems }: CheckedFile): void {
  const unread = problems.find(({ kind }) => UNREAD.has(kind));
  if (unread) throw new Error(`The file was not analysed: ${unread.message}.`);
}

/** What the answer leaves out, in a sentence to append; empty when it is whole. */
function leftOut({ problems }: CheckedFile): string {
  const told = problems.map(({ kind, line, message }) => `line ${line}: ${kind}: ${message}`);
  return told.length === 0 ? '' : `\nIncomplete: ${told.slice(0, 5).join('; ')}${told.length > 5 ? `; and ${told.length - 5} more` : ''}.`;
}

/** Answer of `find_socket_leaks`. Throws for a file that was not analysed. */
export function leaksAnswer(file: CheckedFile): string {
  refuseUnread(file);
  return `${findingsAnswer(file)}${leftOut(file)}`;
}

function findingsAnswer(file: CheckedFile): string {
  if (file.findings.length === 0) return `No findings. Connections opened: ${file.connections.map(labelOf).join('; ') || 'none'}.`;
  return JSON.stringify(
    file.findings.map(({ rule, certainty, severity, range, message, path, consequence }) => ({
      rule,
      certainty,
      severity,
      line: range.startLine,
      message,
      path: path.map((step) => `${step.file === undefined ? '' : `${step.file} `}line ${step.range.startLine}: ${step.message}`),
      consequence: consequence?.text ?? null,
    })),
    null,
    1,
  );
}

/** The connection that is opened, mentioned or used nearest to a place: on that line, else the last one opened above it in the file. */
export function connectionAt(connections: readonly Connection[], { line, column }: { line: number; column?: number }): Connection | null {
  const opened = connections.filter(({ range }) => range.startLine <= line && line <= range.endLine);
  const exact = opened.find(({ range }) => range.startLine === line && range.startColumn === column);
  if (exact ?? opened[0]) return exact ?? opened[0] ?? null;
  const mentioned = connections.find(
    ({ mentions, steps }) => mentions.some((m) => m.startLine === line) || steps.some((step) => step.line === line),
  );
  return mentioned ?? null;
}

/** The connection of a line, or an error that names the lines there are. */
export function connectionOnLine(file: CheckedFile, line: number): Connection {
  refuseUnread(file);
  const connection = connectionAt(file.connections, { line });
  if (!connection)
    throw new Error(
      `No connection is opened or used on line ${line}. Connections: ${file.connections.map(labelOf).join('; ') || 'none in this file'}.`,
    );
  return connection;
}

/** Played when neither the caller nor a finding names a scenario. */
export const USUAL_SCENARIO = 'peer-host-loses-power-idle';
/** The same for a listener, to which nothing else happens by itself. */
export const USUAL_OF_LISTENERS = 'accept-queue-full';

export interface ToldStory {
  scenario: string;
  sees: string;
  decides: string;
  change: string;
  /** Every segment, state, timer and call. */
  events: string;
}

/** Answer of `simulate_connection_failure`. */
export function storyAnswer(story: ToldStory | null, wanted: string | null): string {
  if (!story)
    throw new Error(`The scenario "${wanted ?? ''}" does not exist or cannot happen to this connection: leave it out for the usual one.`);
  return `Scenario: ${story.scenario}\n${story.sees}\n${story.decides}\n${story.change}\n\n${story.events}`;
}

/** The tools, described with the languages that there are. */
export function describedTools(languageTitles: readonly string[]): ModelTool[] {
  const all = `${languageTitles.slice(0, -1).join(', ')} or ${languageTitles.at(-1) ?? ''}`;
  return MODEL_TOOLS.map((tool) => ({ ...tool, description: tool.description.replace('one source file', `one source file (${all})`) }));
}
