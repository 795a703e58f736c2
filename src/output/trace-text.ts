/** A trace as a time line for people: calls, segments in the manner of tcpdump, states, faults. */

import type { Fault, HostName } from '../kernel/experiment.js';
import type { CallRow, FailedCall, PacketRow, Trace } from '../kernel/trace.js';
import { plain, seconds } from './plain-text.js';

export interface TimeLine {
  t: number;
  /** Order within one instant: fault, call made, segment, state, call returns. */
  rank: number;
  text: string;
}

/** A call that takes longer than this gets a line of its own for its start (seconds). */
const BLOCKS = 0.001;
const OTHER: Record<HostName, HostName> = { A: 'B', B: 'A' };

/** @returns lines of text, the last one ended by a newline */
export function traceText(trace: Trace): string {
  const { experiment } = trace;
  const head = [`${plain(experiment.name)}${experiment.why ? `: ${plain(experiment.why)}` : ''}`, settingLine(trace), ''];
  return `${[...head, ...timeLines(trace).map((l) => `${l.t.toFixed(4).padStart(11)}  ${l.text}`), '', ...endLines(trace)].join('\n')}\n`;
}

/** Everything that happens, in the order of time. */
export function timeLines(trace: Trace): TimeLine[] {
  return [...faultLines(trace), ...callLines(trace), ...packetLines(trace), ...stateLines(trace)].sort(
    (a, b) => a.t - b.t || a.rank - b.rank,
  );
}

function settingLine(trace: Trace): string {
  const { rttMs = 0, link, model } = trace.experiment;
  const lan = link?.mode === 'lan' ? ', same LAN' : '';
  return `Linux ${plain(trace.kernel)}${model?.hz === undefined ? '' : `, HZ ${model.hz}`}, RTT ${rttMs} ms${lan}; A is 10.77.0.1, B is 10.77.0.2; times in seconds`;
}

/** A fault in words: its name and fields (`powerLoss host=B`). */
export function faultText(fault: Fault): string {
  const fields = Object.entries(fault)
    .filter(([k]) => k !== 'at' && k !== 'fault')
    .map(([k, v]) => `${k}=${plain(String(v))}`);
  return [fault.fault, ...fields].join(' ');
}

function faultLines(trace: Trace): TimeLine[] {
  return (trace.experiment.faults ?? [])
    .filter((f) => f.at <= trace.experiment.durationS)
    .map((f) => ({ t: f.at, rank: 0, text: `*** ${faultText(f)}` }));
}

/** What a call gave: `= 100`, `= -1 ETIMEDOUT`, `= -1 EADDRINUSE (bind)`. */
export function outcomeText(call: CallRow): string {
  const result = call.result === '' ? '""' : plain(String(call.result));
  if (call.errno === null) return `= ${result}`;
  return `= ${result} ${plain(call.errno)}${call.failed === undefined ? '' : ` (${plain(call.failed)})`}`;
}

function callLines(trace: Trace): TimeLine[] {
  return trace.calls.flatMap((call): TimeLine[] => {
    const what = `${call.side}  ${plain(call.program)}: ${plain(call.call)}${call.on === null ? '' : ` ${plain(call.on)}`}`;
    const line = call.line === undefined ? '' : `  [line ${call.line}]`;
    if (call.end === null) return [{ t: call.start, rank: 1, text: `${what} ... never returns${line}` }];
    const took = call.end - call.start;
    if (took < BLOCKS) return [{ t: call.start, rank: 1, text: `${what} ${outcomeText(call)}${line}` }];
    return [
      { t: call.start, rank: 1, text: `${what} ...${line}` },
      { t: call.end, rank: 4, text: `${what} ${outcomeText(call)} after ${seconds(took)} s${line}` },
    ];
  });
}

/** A segment's fate and kind in words, empty for an ordinary one. */
function remarks(packet: PacketRow): string {
  const lost = packet.dropped === null ? [] : [`lost: ${packet.dropped}`];
  return [...(packet.kind === '' ? [] : [packet.kind]), ...lost].map((r) => `  (${r})`).join('');
}

function packetLines(trace: Trace): TimeLine[] {
  return trace.packets.map((p) => {
    if (p.flags.startsWith('ARP')) return { t: p.t, rank: 2, text: `${p.from} > ${OTHER[p.from]}  ${p.flags}${remarks(p)}` };
    const [portA = '', portB = ''] = p.conn.split('-');
    const [from, to] = p.from === 'A' ? [portA, portB] : [portB, portA];
    const flags = p.flags.replace('A', '.');
    const seq = p.seq === null ? '' : `, seq ${p.len > 0 ? `${p.seq}:${p.seq + p.len}` : p.seq}`;
    const ack = p.ack === null ? '' : `, ack ${p.ack}`;
    const win = p.window === undefined ? '' : `, win ${p.window}`;
    return {
      t: p.t,
      rank: 2,
      text: `${p.from}.${from} > ${OTHER[p.from]}.${to}: Flags [${flags}]${seq}${ack}${win}, length ${p.len}${remarks(p)}`,
    };
  });
}

function stateLines(trace: Trace): TimeLine[] {
  return trace.states.map((s) => ({ t: s.t, rank: 3, text: `${s.side}  ${s.sock} ${s.state}` }));
}

function endLines(trace: Trace): string[] {
  const { summary, experiment } = trace;
  const open = trace.calls
    .filter((c) => c.end === null)
    .map(
      (c) =>
        `never returns: ${plain(c.call)}${c.on === null ? '' : ` ${plain(c.on)}`} of ${plain(c.program)}, called at ${seconds(c.start)} s`,
    );
  const capped = summary.capped ? [`ended early after ${summary.events} events, at ${seconds(summary.virtualSeconds)} s`] : [];
  return [...summary.failed.map(failedLine), ...open, ...capped, `${seconds(experiment.durationS)} s, ${trace.packets.length} segments`];
}

function failedLine(failed: FailedCall): string {
  const what = `fails: ${plain(failed.call)}${failed.on === null ? '' : ` ${plain(failed.on)}`} of ${plain(failed.program)}, ${plain(failed.errno)}`;
  const { ideal, earliest, latest } = failed;
  if (earliest === null || latest === null) return what;
  const when =
    latest - earliest < 0.0005
      ? `at ${seconds(earliest)} s`
      : `at ${seconds(earliest)}..${seconds(latest)} s over the phases of the timer wheel`;
  return `${what}, ${when}${ideal === null ? '' : ` (${seconds(ideal)} s with exact timers)`}`;
}
