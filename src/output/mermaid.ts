/** A trace as Mermaid text: a sequence diagram of programs and kernels, and the TCP state diagram with the current states lit. */

import type { Fault, HostName } from '../kernel/experiment.js';
import type { CallRow, PacketRow, TcpState, Trace } from '../kernel/trace.js';
import { faultText, outcomeText } from './trace-text.js';
import { plain, seconds } from './plain-text.js';
import { say } from '../words/say.js';

/** Mermaid refuses more than 50,000 characters and 500 edges by default; folding keeps below both. */
const MOST_CHARACTERS = 45_000;
const MOST_LINES = 450;
/** Programs of one host beyond this number share one participant. */
const MOST_PROGRAMS = 3;
/** A call that takes longer is an arrow out and an arrow back (seconds). */
const BLOCKS = 0.001;
/** Segments of one direction that follow each other this closely are one burst (seconds). */
const BURST = 0.1;
/** A pause that is told: at least this long, and longer than everything around it (seconds). */
const SILENCE = 1;

/** How a diagram tells times and segments: in a page as its other views do; by default as a capture would. */
export interface Wording {
  /** Time that the shown times count from, seconds. */
  origin: number;
  /** In words; left out: flags and numbers, as a capture has them. */
  words?: DiagramWords;
}

/** What stands in a diagram that is read, not parsed. */
interface DiagramWords {
  time: (t: number) => string;
  segment: (packet: PacketRow) => string;
  /** Why a segment never arrives. */
  loss: (packet: PacketRow) => string | null;
  fault: (fault: Fault) => string;
  call: (call: CallRow) => string;
  outcome: (call: CallRow) => string | null;
  program: (name: string) => string;
}

const PLAIN: Wording = { origin: 0 };

interface Line {
  t: number;
  rank: number;
  /** Made only for the lines that are kept. */
  text: () => string;
}

/**
 * A text in a diagram: what Mermaid could read as its own syntax becomes an entity code. Beyond ASCII there is no syntax, and where
 * Mermaid breaks a long word, as it does a sentence without spaces, it would break a code, too.
 */
function escaped(text: string): string {
  return plain(text, 60).replace(/[^A-Za-z0-9 _.,:+=()/*\u00a1-\uffff-]/g, (c) => `#${c.charCodeAt(0)};`);
}

/** Participants: programs of A, both kernels, programs of B. */
class Cast {
  private readonly ids = new Map<string, string>();
  readonly lines: string[] = [];

  constructor(
    trace: Trace,
    private readonly words: DiagramWords | undefined,
  ) {
    const names = (side: HostName) => [...new Set(trace.calls.filter((c) => c.side === side).map((c) => c.program))];
    this.programs('A', names('A'));
    this.lines.push(`participant AK as ${say`A kernel`}`, `participant BK as ${say`B kernel`}`);
    this.programs('B', names('B'));
  }

  private programs(side: HostName, names: readonly string[]): void {
    const shared = names.length > MOST_PROGRAMS;
    names.forEach((name, i) => {
      this.ids.set(`${side} ${name}`, shared ? `${side}P` : `${side}P${i}`);
      if (!shared) this.lines.push(`participant ${side}P${i} as ${side}: ${escaped(this.words?.program(name) ?? name)}`);
    });
    if (shared) this.lines.push(`participant ${side}P as ${side}: ${say`${names.length} programs`}`);
  }

  program(call: CallRow): string {
    return this.ids.get(`${call.side} ${call.program}`) ?? `${call.side}K`;
  }
}

/** The whole trace as a sequence diagram; bursts are folded, and the middle is left out where it would be too long for Mermaid. */
export function mermaidSequence(trace: Trace, wording: Wording = PLAIN): string {
  const cast = new Cast(trace, wording.words);
  const lines = [...faults(trace, wording), ...calls(trace, cast, wording), ...packets(trace, wording), ...states(trace)].sort(
    (a, b) => a.t - b.t || a.rank - b.rank,
  );
  const head = ['sequenceDiagram', ...cast.lines.map((l) => `  ${l}`)];
  return `${[...head, ...folded(withSilences(lines), wording).map((text) => `  ${text}`)].join('\n')}\n`;
}

function note(t: number, rank: number, over: string, text: () => string): Line {
  return { t, rank, text: () => `Note over ${over}: ${text()}` };
}

const at = (t: number, { origin, words }: Wording): string => words?.time(t - origin) ?? `${seconds(t - origin)} s`;

function faults(trace: Trace, wording: Wording): Line[] {
  return (trace.experiment.faults ?? [])
    .filter((f) => f.at <= trace.experiment.durationS)
    .map((f) => note(f.at, 0, 'AK,BK', () => `${at(f.at, wording)}: ${escaped(wording.words?.fault(f) ?? faultText(f))}`));
}

/** The object stands beside the call where the experiment names it, not where the code's own words do. */
function callText(call: CallRow, words: DiagramWords | undefined): string {
  return words?.call(call) ?? `${call.name ?? call.call}${call.on === null || call.name !== undefined ? '' : ` ${call.on}`}`;
}

function ended(call: CallRow, words: DiagramWords | undefined): string {
  if (words === undefined) return escaped(outcomeText(call));
  const outcome = words.outcome(call);
  return outcome === null ? '' : `= ${escaped(outcome)}`;
}

function calls(trace: Trace, cast: Cast, wording: Wording): Line[] {
  return trace.calls.flatMap((call): Line[] => {
    const [program, kernel] = [cast.program(call), `${call.side}K`];
    const what = (t: number): string => `${at(t, wording)} ${escaped(callText(call, wording.words))}`;
    const made = (rest: () => string): Line => ({
      t: call.start,
      rank: 1,
      text: () => `${program}->>${kernel}: ${what(call.start)}${rest()}`,
    });
    const { end } = call;
    if (end === null) return [made(() => say`, never returns`)];
    if (end - call.start < BLOCKS) return [made(() => ` ${ended(call, wording.words)}`)];
    return [made(() => ''), { t: end, rank: 4, text: () => `${kernel}-->>${program}: ${what(end)} ${ended(call, wording.words)}` }];
  });
}

/** Segments; several in a row of one direction and one fate, close together, become one arrow. */
function packets(trace: Trace, wording: Wording): Line[] {
  const lines: Line[] = [];
  let burst: PacketRow[] = [];
  const flush = (): void => {
    const [first] = burst;
    const all = burst;
    if (first) lines.push({ t: first.t, rank: 2, text: () => arrow(first, all, wording) });
    burst = [];
  };
  for (const p of trace.packets) {
    const last = burst.at(-1);
    if (last && !(sameKind(last, p) && p.t - last.t < BURST)) flush();
    burst.push(p);
  }
  flush();
  return lines;
}

function sameKind(a: PacketRow, b: PacketRow): boolean {
  const data = a.len > 0 && b.len > 0 && a.flags.replace('P', '') === b.flags.replace('P', '');
  return data && a.from === b.from && a.conn === b.conn && a.kind === b.kind && a.dropped === b.dropped;
}

function arrow(first: PacketRow, burst: readonly PacketRow[], wording: Wording): string {
  const to = first.from === 'A' ? 'B' : 'A';
  const bytes = burst.reduce((sum, p) => sum + p.len, 0);
  const line = first.dropped === null ? '->>' : '--x';
  const when = at(first.t, wording);
  const { words } = wording;
  if (words !== undefined) {
    const what = burst.length > 1 ? say`${burst.length} segments, ${bytes} bytes` : words.segment(first);
    return `${first.from}K${line}${to}K: ${when} ${escaped([what, words.loss(first) ?? []].flat().join(': '))}`;
  }
  const size = burst.length > 1 ? `, ${burst.length} segments, ${bytes} bytes` : bytes > 0 ? `, ${bytes} bytes` : '';
  const numbers = first.seq === null ? '' : ` seq ${first.seq}${first.ack === null ? '' : ` ack ${first.ack}`}`;
  const remarks = [...(first.kind === '' ? [] : [first.kind]), ...(first.dropped === null ? [] : [`lost: ${first.dropped}`])]
    .map((r) => `, ${r}`)
    .join('');
  return `${first.from}K${line}${to}K: ${when} ${escaped(first.flags)}${numbers}${size}${remarks}`;
}

function states(trace: Trace): Line[] {
  return trace.states.map((s) => note(s.t, 3, `${s.side}K`, () => `${escaped(s.sock)} ${s.state}`));
}

/** Puts a note into every long pause. */
function withSilences(lines: readonly Line[]): Line[] {
  return lines.flatMap((line, i) => {
    const pause = line.t - (lines[i - 1]?.t ?? 0);
    return pause >= SILENCE ? [note(line.t, 0, 'AK,BK', () => say`${seconds(pause)} s of silence`), line] : [line];
  });
}

/** The lines' texts; the middle is left out where the diagram would be too long. */
function folded(lines: readonly Line[], wording: Wording): string[] {
  for (let keep = Math.min(lines.length, MOST_LINES); ;) {
    const texts = ends(lines, keep, wording).map((l) => l.text());
    const length = texts.reduce((sum, text) => sum + text.length + 3, 0);
    if (length <= MOST_CHARACTERS) return texts;
    keep = Math.floor(keep * Math.min(0.95, MOST_CHARACTERS / length));
  }
}

/** The first and the last lines, `keep` together, with a note for what lies between. */
function ends(lines: readonly Line[], keep: number, { origin }: Wording): Line[] {
  if (keep >= lines.length) return [...lines];
  const head = lines.slice(0, Math.ceil(keep / 2));
  const tail = lines.slice(lines.length - Math.floor(keep / 2));
  const from = head.at(-1)?.t ?? 0;
  const to = tail[0]?.t ?? from;
  return [
    ...head,
    note(
      from,
      0,
      'AK,BK',
      () => say`${lines.length - keep} events from ${seconds(from - origin)} s to ${seconds(to - origin)} s are left out`,
    ),
    ...tail,
  ];
}

/** Transitions of RFC 9293, figure 5, with Linux's names: from, to, what causes it. */
const transitions = (): readonly (readonly [from: string, to: string, cause: string])[] => [
  ['[*]', 'LISTEN', 'listen'],
  ['[*]', 'SYN_SENT', say`connect, send SYN`],
  ['LISTEN', 'SYN_RECV', say`SYN, send SYN-ACK`],
  ['SYN_SENT', 'ESTABLISHED', say`SYN-ACK, send ACK`],
  ['SYN_RECV', 'ESTABLISHED', 'ACK'],
  ['ESTABLISHED', 'FIN_WAIT_1', say`close, send FIN`],
  ['ESTABLISHED', 'CLOSE_WAIT', say`FIN, send ACK`],
  ['FIN_WAIT_1', 'FIN_WAIT_2', 'ACK'],
  ['FIN_WAIT_1', 'CLOSING', say`FIN, send ACK`],
  ['FIN_WAIT_1', 'TIME_WAIT', say`FIN and ACK, send ACK`],
  ['FIN_WAIT_2', 'TIME_WAIT', say`FIN, send ACK`],
  ['CLOSING', 'TIME_WAIT', 'ACK'],
  ['CLOSE_WAIT', 'LAST_ACK', say`close, send FIN`],
  ['LAST_ACK', '[*]', 'ACK'],
  ['TIME_WAIT', '[*]', say`timer`],
  ['LISTEN', '[*]', 'close'],
];

/** The TCP state diagram with the states of both ends lit; null or GONE lights nothing. */
export function mermaidStates(a: TcpState | null, b: TcpState | null): string {
  const lit = (state: TcpState | null, style: string): string[] =>
    state === null || state === 'GONE' ? [] : [`  class ${state} ${style}`];
  return [
    'stateDiagram-v2',
    '  classDef hostA fill:#1f6feb,color:#ffffff,stroke:#0b3d91',
    '  classDef hostB fill:#d29922,color:#000000,stroke:#7a5500',
    '  classDef both fill:#8250df,color:#ffffff,stroke:#4b2a8a',
    ...transitions().map(([from, to, cause]) => `  ${from} --> ${to}: ${cause}`),
    ...(a === b ? lit(a, 'both') : [...lit(a, 'hostA'), ...lit(b, 'hostB')]),
    '',
  ].join('\n');
}
