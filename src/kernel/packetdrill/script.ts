/** packetdrill scripts as data: what a script says, line by line, or the first line that is not understood. */

import { ACK, FIN, PSH, RST, SYN } from '../constants.js';

/** A script asks for something that the model does not have, or is no script. */
export class ScriptError extends Error {
  constructor(
    readonly line: number,
    /** What kind of thing it is, the same words for the same kind. */
    readonly category: string,
    detail: string,
  ) {
    super(detail);
  }
}

interface TcpOptions {
  mss: number | null;
  wscale: number | null;
  sackOk: boolean;
  ts: { val: number; ecr: number } | null;
  sack: number[];
}

export interface ScriptSegment {
  flags: number;
  seq: number;
  endSeq: number;
  len: number;
  ack: number | null;
  win: number | null;
  /** Null: any (`<...>`). */
  options: TcpOptions | null;
}

/** Seconds; `base` tells from what they count. */
interface EventTime {
  base: 'start' | 'now' | 'any';
  from: number;
  /** End of a range (`~`). */
  to: number | null;
  /** When a blocking call returns (`...`). */
  until: number | null;
}

export type Action =
  | { what: 'in'; segment: ScriptSegment }
  | { what: 'out'; segment: ScriptSegment }
  | { what: 'icmp'; code: number; seq: number }
  | { what: 'call'; name: string; args: string[]; result: string; errno: string | null }
  | { what: 'command'; text: string }
  | { what: 'code'; text: string };

export interface ScriptEvent {
  line: number;
  time: EventTime;
  text: string;
  action: Action;
}

export interface Script {
  /** Seconds by which something may be early or late. */
  tolerance: number;
  events: ScriptEvent[];
}

const START: EventTime = { base: 'start', from: 0, to: null, until: null };
const NUMBER = '\\d+(?:\\.\\d*)?|\\.\\d+';
const TIME = new RegExp(`^(\\*|(\\+?)(${NUMBER})(?:\\s*\\.\\.\\.\\s*(${NUMBER})|\\s*~\\s*\\+?(${NUMBER}))?)(?=[\\s\`%<>])\\s*`);
const SEGMENT = /^(\S+)\s+(\d+):(\d+)\((\d+)\)(?:\s+ack\s+(\d+))?(?:\s+win\s+(\d+))?(?:\s+<(.*)>)?$/s;
const CALL = /^([a-z_]\w*)\s*\((.*)\)\s*=\s*(\S.*)$/s;
const DEFAULT_TOLERANCE = 0.004;
const ICMP_CODES: Readonly<Record<string, number>> = {
  net_unreachable: 0,
  host_unreachable: 1,
  protocol_unreachable: 2,
  port_unreachable: 3,
  source_route_failed: 5,
  net_prohibited: 9,
  host_prohibited: 10,
  packet_filtered: 13,
};

/** Comments become blanks, so that lines stay where they are; what stands in quotes, backticks and `%{ }%` is left alone. */
function withoutComments(text: string): string {
  const kept = /`[^`]*`|%\{[\s\S]*?\}%|"(?:\\.|[^"\\\n])*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*|^#[^\n]*/gm;
  return text.replace(kept, (found) => (/^(?:\/\/|\/\*|#)/.test(found) ? found.replace(/[^\n]/g, ' ') : found));
}

/** Pieces of a text that begin on their own lines: an event with all its lines. */
function pieces(text: string): { line: number; text: string }[] {
  const found: { line: number; text: string }[] = [];
  let open = false;
  text.split('\n').forEach((row, i) => {
    const last = found[found.length - 1];
    const begins = !open && /^\s*(?:\*|\+?\.?\d|`|%\{|--)/.test(row);
    if (begins) found.push({ line: i + 1, text: row });
    else if (last !== undefined) last.text += `\n${row}`;
    else if (row.trim() !== '') throw new ScriptError(i + 1, 'syntax', `"${row.trim()}" begins no event`);
    open = isOpen(found.at(-1)?.text ?? '');
  });
  return found.map((p) => ({ line: p.line, text: p.text.trim() })).filter((p) => p.text !== '');
}

/** A backtick, `%{` or bracket has not been closed yet. */
function isOpen(text: string): boolean {
  if ((text.match(/`/g) ?? []).length % 2 === 1) return true;
  if ((text.match(/%\{/g) ?? []).length > (text.match(/\}%/g) ?? []).length) return true;
  if (/`|%\{/.test(text)) return false;
  return (text.match(/[({[]/g) ?? []).length > (text.match(/[)}\]]/g) ?? []).length;
}

/** @throws ScriptError at the first line that is no part of a script or asks for what the model does not have */
export function parseScript(text: string): Script {
  const script: Script = { tolerance: DEFAULT_TOLERANCE, events: [] };
  for (const piece of pieces(withoutComments(text))) {
    const option = /^--(\w+)(?:=(.*))?$/s.exec(piece.text);
    if (option !== null) setOption(script, piece.line, option[1] as string, option[2] ?? '');
    else script.events.push(eventOf(piece.line, piece.text));
  }
  return script;
}

/** Options that say how a real wire is set up. */
const OF_THE_WIRE =
  /^(?:local_ip|remote_ip|gateway_ip|netmask_ip|connect_port|bind_port|tcp_ts_tick_usecs|send_omit_free|non_fatal|debug)$/;

function setOption(script: Script, line: number, name: string, value: string): void {
  if (name === 'tolerance_usecs') script.tolerance = Number(value) / 1e6;
  else if (!OF_THE_WIRE.test(name)) throw new ScriptError(line, 'option of the script', `--${name}`);
}

function eventOf(line: number, text: string): ScriptEvent {
  if (text.startsWith('`')) return { line, time: START, text, action: { what: 'command', text: text.replaceAll('`', '') } };
  const time = TIME.exec(text);
  if (time === null) throw new ScriptError(line, 'syntax', `no time in front of "${text.slice(0, 40)}"`);
  const rest = text.slice(time[0].length).trim();
  return { line, time: timeOf(time), text: rest, action: actionOf(line, rest) };
}

function timeOf(found: RegExpExecArray): EventTime {
  if (found[1] === '*') return { base: 'any', from: 0, to: null, until: null };
  return {
    base: found[2] === '+' ? 'now' : 'start',
    from: Number(found[3]),
    to: found[5] === undefined ? null : Number(found[5]),
    until: found[4] === undefined ? null : Number(found[4]),
  };
}

function actionOf(line: number, text: string): Action {
  if (text.startsWith('`')) return { what: 'command', text: text.replaceAll('`', '') };
  if (text.startsWith('%{')) return { what: 'code', text: text.slice(2, text.lastIndexOf('}%')) };
  if (/^[<>]/.test(text)) return packetOf(line, text);
  const call = CALL.exec(text);
  if (call === null) throw new ScriptError(line, 'syntax', `"${text.slice(0, 60)}" is no packet, call, command or code`);
  const [, name = '', args = '', outcome = ''] = call;
  const [result = '', errno = ''] = outcome.split(/\s+/);
  return { what: 'call', name, args: split(args), result, errno: /^E[A-Z0-9]+$/.test(errno) ? errno : null };
}

/** Arguments: commas inside brackets do not count. */
function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (c === undefined || (c === ',' && depth === 0)) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    } else if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
  }
  return parts.filter((p, i) => p !== '' || i > 0);
}

function packetOf(line: number, text: string): Action {
  const inbound = text.startsWith('<');
  const body = text.slice(1).trim();
  const icmp = /^icmp\s+unreachable\s+(\w+)\s*(?:mtu\s+\d+\s*)?\[(?:(\d+):\d+\(\d+\).*)\]$/.exec(body);
  const code = ICMP_CODES[icmp?.[1] ?? ''];
  if (icmp !== null && inbound && code !== undefined) return { what: 'icmp', code, seq: Number(icmp[2]) };
  if (/^icmp/i.test(body)) throw new ScriptError(line, 'ICMP', body);
  if (/^(?:\[|ect|ce\b|noecn|tos|ttl|flowlabel|\()/i.test(body))
    throw new ScriptError(line, 'IP header (ECN, TOS, TTL)', body.slice(0, 40));
  if (/^\d+ > \d+/.test(body)) throw new ScriptError(line, 'ports in packets', body.slice(0, 40));
  if (/^(?:udp|gre|mpls|ipv[46]|psp)/i.test(body)) throw new ScriptError(line, 'other protocols', body.slice(0, 40));
  const found = SEGMENT.exec(body);
  if (found === null) throw new ScriptError(line, 'syntax', `"${body.slice(0, 60)}" is no segment`);
  const [, flags = '', seq, endSeq, len, ack, win, options] = found;
  const segment: ScriptSegment = {
    flags: flagsOf(line, flags),
    seq: Number(seq),
    endSeq: Number(endSeq),
    len: Number(len),
    ack: ack === undefined ? null : Number(ack),
    win: win === undefined ? null : Number(win),
    options: options?.trim() === '...' ? null : optionsOf(line, options ?? ''),
  };
  return inbound ? { what: 'in', segment } : { what: 'out', segment };
}

const FLAGS: Readonly<Record<string, number>> = { S: SYN, F: FIN, R: RST, P: PSH, '.': ACK, '-': 0 };

function flagsOf(line: number, text: string): number {
  let bits = 0;
  for (const c of text) {
    const bit = FLAGS[c];
    if (bit === undefined) throw new ScriptError(line, 'ECN and urgent flags', `flag ${c} of ${text}`);
    bits |= bit;
  }
  return bits;
}

function optionsOf(line: number, text: string): TcpOptions {
  const options: TcpOptions = { mss: null, wscale: null, sackOk: false, ts: null, sack: [] };
  for (const part of text.split(',').map((p) => p.trim().replace(/\s+/g, ' '))) {
    const ts = /^TS val (\d+) ecr (\d+)$/.exec(part);
    const value = /^(mss|wscale) (\d+)$/.exec(part);
    if (part === '' || part === 'nop' || part === 'eol') continue;
    else if (part === 'sackOK') options.sackOk = true;
    else if (ts !== null) options.ts = { val: Number(ts[1]), ecr: Number(ts[2]) };
    else if (value !== null) options[value[1] as 'mss' | 'wscale'] = Number(value[2]);
    else if (/^sack( \d+:\d+)+$/.test(part)) options.sack = part.slice(5).split(/[ :]/).map(Number);
    else if (/^(?:FO|FOEXP)\b/.test(part)) throw new ScriptError(line, 'Fast Open', part);
    else throw new ScriptError(line, 'TCP options', part);
  }
  return options;
}
