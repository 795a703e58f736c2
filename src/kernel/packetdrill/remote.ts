/** The side of a packetdrill script: what it sends as segments of the model, and what the model sends held against it. */

import { Link } from '../link.js';
import type { Clock } from '../clock.js';
import { ACK, FIN, PSH, RST, SYN } from '../constants.js';
import type { Host } from '../host.js';
import type { Recorder } from '../recorder.js';
import type { Segment } from '../segment.js';
import type { ScriptSegment } from './script.js';

/** Ports that packetdrill gives a listener and a peer when a script names none. */
export const LISTEN_PORT = 8080;
const PEER_PORT = 33333;

/** The wire: everything that the host sends waits here to be looked at. */
export class ScriptLink extends Link {
  readonly sent: { at: number; segment: Segment }[] = [];

  constructor(
    private readonly time: Clock,
    recorder: Recorder,
  ) {
    super(time, recorder, 0, false, false, { receive: () => undefined, icmp: () => undefined });
  }

  override send(_host: Host, segment: Segment): void {
    this.sent.push({ at: this.time.now, segment: { ...segment } });
  }
}

/** Numbers of the script against those of the model: a script begins at its own first numbers. */
export class Remote {
  private readonly ports = { local: LISTEN_PORT, remote: PEER_PORT };
  /** What is added to a script's number of our side. */
  private offset = 0;
  private tsOffset: number | null = null;

  /** A segment of the script as the host receives it. */
  segment(s: ScriptSegment): Segment {
    const { options } = s;
    const isSyn = (s.flags & SYN) !== 0;
    return {
      sourcePort: this.ports.remote,
      destinationPort: this.ports.local,
      flags: s.flags,
      seq: s.seq,
      endSeq: s.endSeq + (isSyn ? 1 : 0) + (s.flags & FIN ? 1 : 0),
      ack: s.ack === null ? 0 : s.ack + this.offset,
      len: s.len,
      window: s.win ?? 0,
      tsval: options?.ts?.val ?? 0,
      tsecr: options?.ts ? options.ts.ecr + (options.ts.ecr > 0 ? (this.tsOffset ?? 0) : 0) : 0,
      sack: options !== null && options.sack.length > 0 ? options.sack.map((n) => n + this.offset) : null,
      syn: isSyn ? { mss: options?.mss ?? 536, wscale: options?.wscale ?? -1, sackOk: options?.sackOk ?? false } : null,
      kind: '',
      windowBytes: 0,
      loopback: false,
      arrivesAt: 0,
      order: 0,
    };
  }

  /** What an ICMP error quotes of our own segments. */
  quoted(seq: number): Segment {
    const s = this.segment({ flags: ACK, seq: 0, endSeq: 0, len: 0, ack: null, win: null, options: null });
    return { ...s, sourcePort: this.ports.local, destinationPort: this.ports.remote, seq: seq + this.offset, endSeq: seq + this.offset };
  }

  /** Our first number of a connection, and its ports, are seen on its SYN. */
  learn(sent: Segment, expected: ScriptSegment): void {
    if (sent.flags & SYN) {
      this.offset = sent.seq - expected.seq;
      this.ports.local = sent.sourcePort;
      this.ports.remote = sent.destinationPort;
    }
    const ts = expected.options?.ts;
    if (ts && sent.tsval > 0 && this.tsOffset === null) this.tsOffset = sent.tsval - ts.val;
  }

  /** What is different, in a few words; null: as expected. `parts` are the segments of one large packet. */
  difference(parts: readonly [Segment, ...Segment[]], expected: ScriptSegment): string | null {
    const [first] = parts;
    const last = parts[parts.length - 1] as Segment;
    const flags = parts.reduce((bits, p) => bits | p.flags, 0);
    const reset = (flags & RST) !== 0;
    const len = parts.reduce((n, p) => n + p.len, 0);
    const seq = first.seq - (reset && this.offset > first.seq ? 0 : this.offset);
    if (flags !== expected.flags) return `flags ${flagText(flags)} instead of ${flagText(expected.flags)}`;
    if (seq !== expected.seq) return `sequence number ${seq} instead of ${expected.seq}`;
    if (len !== expected.len) return `${len} bytes instead of ${expected.len}`;
    if (expected.ack !== null && first.ack !== expected.ack) return `ack ${first.ack} instead of ${expected.ack}`;
    if (expected.win !== null && last.window !== expected.win) return `window ${last.window} instead of ${expected.win}`;
    return reset ? null : optionDifference(first, expected);
  }

  /** The segment as a script would write it. */
  text(s: Segment): string {
    const seq = s.seq - this.offset;
    const ack = s.flags & ACK ? ` ack ${s.ack}` : '';
    const ts = s.tsval > 0 ? `,TS val ${s.tsval - (this.tsOffset ?? 0)} ecr ${s.tsecr}` : '';
    const sack = s.sack !== null && s.sack.length > 0 ? `,sack ${pairs(s.sack)}` : '';
    const syn =
      s.syn === null ? '' : `,mss ${s.syn.mss}${s.syn.sackOk ? ',sackOK' : ''}${s.syn.wscale < 0 ? '' : `,wscale ${s.syn.wscale}`}`;
    const options = `${syn}${ts}${sack}`.slice(1);
    return `${flagText(s.flags)} ${seq}:${seq + s.len}(${s.len})${ack} win ${s.window}${options === '' ? '' : ` <${options}>`}`;
  }
}

function optionDifference(sent: Segment, { options }: ScriptSegment): string | null {
  if (options === null) return null;
  if (sent.syn !== null) {
    const { mss, wscale, sackOk } = sent.syn;
    if (options.mss !== null && options.mss !== mss) return `mss ${mss} instead of ${options.mss}`;
    if ((options.wscale ?? -1) !== wscale) return `wscale ${wscale} instead of ${options.wscale ?? 'none'}`;
    if (options.sackOk !== sackOk) return sackOk ? 'sackOK is offered' : 'sackOK is not offered';
  }
  if ((options.ts !== null) !== sent.tsval > 0) return sent.tsval > 0 ? 'a timestamp' : 'no timestamp';
  if (options.ts !== null && options.ts.ecr !== sent.tsecr) return `timestamp echo ${sent.tsecr} instead of ${options.ts.ecr}`;
  const sack = pairs(sent.sack ?? []);
  return sack === pairs(options.sack) ? null : `sack ${sack || 'none'} instead of ${pairs(options.sack) || 'none'}`;
}

function pairs(numbers: readonly number[]): string {
  return numbers.map((n, i) => (i % 2 === 0 ? `${i > 0 ? ' ' : ''}${n}:` : String(n))).join('');
}

function flagText(bits: number): string {
  const letters = [
    [SYN, 'S'],
    [FIN, 'F'],
    [RST, 'R'],
    [PSH, 'P'],
    [ACK, '.'],
  ] as const;
  return letters
    .filter(([bit]) => bits & bit)
    .map(([, c]) => c)
    .join('');
}
