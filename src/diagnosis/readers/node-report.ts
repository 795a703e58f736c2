/** A diagnostic report of Node (`process.report`, --report-on-signal): JSON with the JavaScript stack and libuv's handles. */

import { frameIn } from '../frames.js';
import type { Address, Frame, Reading, Socket } from '../symptom.js';
import { holderOf, socketOf } from './reader.js';
import type { Reader } from './reader.js';
import { say } from '../../words/say.js';

interface Report {
  header?: { processId?: unknown; commandLine?: unknown; cwd?: unknown };
  javascriptStack?: { message?: unknown; stack?: unknown };
  libuv?: unknown;
}

interface End {
  ip4?: unknown;
  ip6?: unknown;
  host?: unknown;
  port?: unknown;
}

/** Handles that one report may give. */
const MOST_HANDLES = 20_000;
const NOWHERE: Address = { host: '*', port: null };

function endOf(end: unknown): Address | null {
  if (typeof end !== 'object' || end === null) return null;
  const { ip4, ip6, host, port } = end as End;
  const name = [ip4, ip6, host].find((v) => typeof v === 'string');
  return typeof port === 'number' ? { host: typeof name === 'string' ? name : '*', port } : null;
}

/** The report in a text that may have prose around it: the outermost braces. */
function reportIn(lines: readonly string[]): { report: Report; line: number } | null {
  const text = lines.join('\n');
  const mark = text.indexOf('"javascriptStack"');
  if (mark < 0) return null;
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}');
  try {
    const report = JSON.parse(text.slice(start, end + 1)) as Report; // begins with a brace, so it is an object
    return { report, line: text.slice(0, start).split('\n').length };
  } catch {
    return null;
  }
}

function socketsIn(report: Report, line: number): Socket[] {
  const handles = Array.isArray(report.libuv) ? (report.libuv as unknown[]).slice(0, MOST_HANDLES) : [];
  const command = Array.isArray(report.header?.commandLine)
    ? report.header.commandLine.filter((w) => typeof w === 'string').join(' ')
    : null;
  const pid = typeof report.header?.processId === 'number' ? report.header.processId : null;
  const cwd = typeof report.header?.cwd === 'string' ? report.header.cwd : null;
  return handles.flatMap((handle) => {
    if (typeof handle !== 'object' || handle === null) return [];
    const { type, localEndpoint, remoteEndpoint, fd, writeQueueSize } = handle as Record<string, unknown>;
    const local = endOf(localEndpoint);
    if (type !== 'tcp' || !local) return [];
    const remote = endOf(remoteEndpoint);
    const holders = [holderOf({ name: 'node', pid, fd: typeof fd === 'number' ? fd : null, command, cwd })];
    const sendQ = typeof writeQueueSize === 'number' ? writeQueueSize : null;
    return [
      socketOf('node-report', line, 0, {
        state: remote ? 'ESTABLISHED' : 'LISTEN',
        local,
        remote: remote ?? NOWHERE,
        holders,
        sendQ: remote ? sendQ : null,
      }),
    ];
  });
}

function read(lines: readonly string[]): Partial<Reading> {
  const found = reportIn(lines);
  if (!found)
    return lines.some((l) => l.includes('"javascriptStack"')) ? { notes: [say`a report of Node is cut or edited: it is no JSON`] } : {};
  const { report, line } = found;
  const stack = Array.isArray(report.javascriptStack?.stack) ? report.javascriptStack.stack : [];
  const frames = stack.flatMap((text): Frame[] => (typeof text === 'string' ? [frameIn(text)].filter((f) => f !== null) : []));
  const sockets = socketsIn(report, line);
  const notes = sockets.some((s) => s.state === 'ESTABLISHED')
    ? [say`a report of Node does not tell the states of its sockets: they are taken for established unless another table says otherwise`]
    : [];
  return {
    sockets,
    notes,
    stacks: frames.length === 0 ? [] : [{ title: 'JavaScript stack', waits: null, since: null, frames, line, count: 1 }],
  };
}

export const reader: Reader = { id: 'node-report', title: 'diagnostic report of Node', read };
