/** From what is given (bytes or text, with prose around it or not) to what it shows of connections. Never throws; memory is bounded. */

import { Flows } from './capture/flows.js';
import { isCapture, packetsIn } from './capture/packets.js';
import { segmentOf } from './capture/segment.js';
import { decoded } from './decode.js';
import { READERS } from './readers/generated.js';
import { LONGEST_LINE, socketOf } from './readers/reader.js';
import type { Reading, Socket } from './symptom.js';
import { emptyReading } from './symptom.js';
import { say } from '../words/say.js';

/** What stands behind this many bytes of a text is not read. */
export const MOST_TEXT = 64 * 1024 * 1024;
const MOST_LINES = 1_000_000;
/** Share of NUL bytes and the like that a text may have. */
const MOST_BINARY = 0.02;

/** The lines of a text without marks of quoting (`> `), colours, what collectors of logs put in front, and what is too long. */
function linesOf(text: string): string[] {
  const lines = text.slice(0, MOST_TEXT).split(/\r\n|\n|\r/, MOST_LINES);
  return lines.map((line) => {
    const bare = line
      .slice(0, LONGEST_LINE)
      .replace(COLOURS, '')
      .replace(/^(?:\s{0,3}>\s?)+/, '');
    const cells = ofJson(bare).replace(TABLE_ROW, (_, row: string) =>
      row
        .split('|')
        .map((cell) => cell.trim())
        .join('  '),
    );
    return PREFIXES.reduce((rest, prefix) => rest.replace(prefix, ''), cells).trimEnd();
  });
}

/** A line of Docker's log, or of a table that Ansible and the like print as a list of strings; any other line is as it is. */
function ofJson(line: string): string {
  const inside = /^\{"log":"(.{0,4000}?)(?:\\n)?","(?:stream|time)"/.exec(line)?.[1] ?? TABLE_STRING.exec(line)?.[1];
  return inside === undefined ? line : inside.replace(/\\t/g, '\t').replace(/\\(["\\])/g, '$1');
}
const TABLE_STRING =
  /^\s{0,40}"((?:tcp[46]{0,2} |mptcp |ESTAB|SYN-|FIN-|TIME-|CLOSE-|LAST-|LISTEN|CLOSING|UNCONN|State |Proto |Netid |\\t).{0,4000})",?$/;

/** What docker compose, Kubernetes, syslog, grep -n and exceptions in groups write in front of a line. */
const PREFIXES: readonly RegExp[] = [
  // Jenkins, in both of its ways; GitLab's runner
  /^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\] (?=.)/,
  /^\d\d:\d\d:\d\d {2}(?=\S)/,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z \d\d[OE][+ ]?/,
  /^[\w.@-]{1,80}\s+\| (?=.)/,
  /^\[(?:pod|deployment)\/[\w./-]{1,200}\] /,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6,9}(?:Z|[+-]\d\d:\d\d) (?:std(?:out|err) [FP] )?/,
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,80} [\w./@-]{1,80}(?:\[\d{1,10}\])?: /,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d) [\w.-]{1,80} [\w./@-]{1,80}\[\d{1,10}\]: /,
  /^\/proc\/[\w/]{1,40}:(?=\s)/,
  /^\d{1,7}[:-](?=[A-Za-z])/,
  /^\s{0,8}(?:\+-\+-+ \d+ -+|[|+])\s(?=\s*\S)/,
];
/** A row of a Markdown table. */
const TABLE_ROW = /^\s*\|(.*)\|\s*$/;

const COLOURS = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** What all readers find in a text. */
export function readText(text: string): Reading {
  const lines = linesOf(text);
  const reading = emptyReading();
  for (const reader of [...READERS].sort((a, b) => Number(a.isLast ?? false) - Number(b.isLast ?? false))) {
    if (reader.isLast && reading.sockets.length > 0) continue;
    const found = reader.read(lines);
    for (const socket of found.sockets ?? []) reading.sockets.push(socket);
    reading.errors.push(...(found.errors ?? []));
    reading.stacks.push(...(found.stacks ?? []));
    reading.notes.push(...(found.notes ?? []));
  }
  if (text.length > MOST_TEXT || lines.length === MOST_LINES) reading.notes.push(say`the text is very long: only its beginning was read`);
  return withoutFramesOfStacks(reading);
}

/** A stack's own words ("read", "timed out") are no further error. */
function withoutFramesOfStacks(reading: Reading): Reading {
  const spans = reading.stacks.map((s) => [s.line, s.line + 2 * s.frames.length] as const);
  return { ...reading, errors: reading.errors.filter((e) => !spans.some(([from, to]) => e.line >= from && e.line <= to)) };
}

/** Bytes of a file: a capture, or a text in UTF-8 or UTF-16. */
export function readBytes(bytes: Uint8Array): Reading {
  if (isCapture(bytes)) return readCapture(bytes);
  const text = textOf(bytes);
  return text === null ? { ...emptyReading(), notes: [say`this is neither text nor a capture (pcap, pcapng)`] } : readText(text);
}

function textOf(bytes: Uint8Array): string | null {
  const head = bytes.subarray(0, 65_536);
  if (head[0] === 0xff && head[1] === 0xfe) return decoded(bytes.subarray(0, 2 * MOST_TEXT), 'utf-16le');
  if (isFields(head)) return decoded(fieldsOnLines(bytes.subarray(0, MOST_TEXT)));
  let odd = 0;
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 27)) odd++;
  return odd > head.length * MOST_BINARY ? null : decoded(bytes.subarray(0, MOST_TEXT));
}

/** `lsof -F0` ends each field with a NUL: a process begins, and its next field's letter follows. */
function isFields(head: Uint8Array): boolean {
  return /(?:^|\n)p\d{1,10}\0[a-zA-Z]/.test(decoded(head.subarray(0, 16_384)));
}

/** Each field on a line of its own, as without the 0. */
function fieldsOnLines(bytes: Uint8Array): Uint8Array {
  const [nul, newline, blank] = [0, 10, 32];
  return bytes.map((byte, i) => (byte !== nul ? byte : bytes[i + 1] === newline ? blank : newline));
}

function readCapture(bytes: Uint8Array): Reading {
  const flows = new Flows();
  let packets = 0;
  let segments = 0;
  const wrong = packetsIn(bytes, (packet) => {
    packets++;
    const segment = segmentOf(packet);
    if (!segment) return;
    segments++;
    flows.add(segment);
  });
  const reading = emptyReading();
  reading.flows = flows.signs();
  reading.sockets = reading.flows.flatMap(socketsOf);
  if (wrong !== null) reading.notes.push(wrong);
  if (packets > 0 && segments === 0)
    reading.notes.push(say`none of the ${packets} packets of the capture is a TCP segment on a link that is known`);
  if (flows.left > 0) reading.notes.push(say`the capture has more flows than are followed: ${flows.left} segments of others were left out`);
  return reading;
}

/** The ends of a flow as sockets; those that are gone are none. */
function socketsOf(flow: Reading['flows'][number]): Socket[] {
  const end = (me: 'a' | 'b', other: 'a' | 'b'): Socket[] => {
    const state = flow.ends[me];
    return state === null ? [] : [socketOf('capture', 1, 0, { state, local: flow[me], remote: flow[other], sendQ: flow.unacked[me] })];
  };
  return [...end('a', 'b'), ...end('b', 'a')];
}
