/** Plain words for what a trace holds: durations, segments, calls, faults, states. Pure. */

import type { Fault } from '../kernel/experiment.js';
import type { CallRow, PacketRow, TcpState } from '../kernel/trace.js';
import { startsConnecting } from '../scenarios/outcome.js';
import { OURS, PEER } from '../scenarios/our-program.js';
import { say } from '../words/say.js';

const trim = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

/** Up to this many seconds: count in large and small units. */
const UNITS: readonly (readonly [limit: number, large: number, largeName: string, small: number, smallName: string])[] = [
  [3600, 60, 'min', 1, 's'],
  [86400, 3600, 'h', 60, 'min'],
  [Infinity, 86400, 'd', 3600, 'h'],
];

/** A duration in at most two units, as short as it can be: `10 ms`, `1.6 s`, `15 min 40 s`, `2 h 11 min`. */
export function duration(seconds: number): string {
  if (seconds < 0.9995) return `${trim(seconds * 1000, seconds < 0.01 ? 1 : 0)} ms`;
  if (seconds < 59.95) return `${trim(seconds, seconds < 9.995 ? 2 : 1)} s`;
  for (const [limit, large, largeName, small, smallName] of UNITS) {
    const whole = Math.round(seconds / small) * small;
    if (whole >= limit) continue;
    const rest = (whole % large) / small;
    return `${Math.floor(whole / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
  }
  return say`for ever`;
}

/**
 * A point on the time axis: seconds with as many digits as tell neighbours apart, longer units from a minute on.
 * @param digits of a second, for times below ten seconds; with fewer than three, minutes have whole seconds
 */
export function clock(t: number, digits = 3): string {
  const least = 0.5 * 10 ** -digits;
  if (t < 0) return t > -least ? clock(0, digits) : `−${clock(-t, digits)}`;
  if (t < 59.995) return `${t.toFixed(t < 10 - least ? digits : 2)} s`;
  const tenths = Math.round(t * 10);
  if (digits < 3 && t < 3599.5) return `${Math.floor(Math.round(t) / 60)}m ${Math.round(t) % 60}s`;
  if (tenths < 36000) return `${Math.floor(tenths / 600)}m ${((tenths % 600) / 10).toFixed(1)}s`;
  const seconds = Math.round(t);
  return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m ${seconds % 60}s`;
}

const FLAGS: readonly (readonly [string, string])[] = [
  ['S', 'SYN'],
  ['F', 'FIN'],
  ['R', 'RST'],
];

/** What a segment is, in the words of the picture: `SYN`, `data 100 B`, `FIN`, `keepalive probe`. */
export function segment(packet: PacketRow): string {
  if (packet.kind === 'keepalive') return say`keepalive probe`;
  if (packet.kind === 'window-probe') return say`window probe`;
  if (packet.flags.startsWith('ARP')) return packet.flags;
  const names = FLAGS.filter(([flag]) => packet.flags.includes(flag)).map(([, name]) => name);
  if (packet.flags.includes('S') && packet.flags.includes('A')) names.splice(0, 1, 'SYN-ACK');
  if (packet.len > 0) names.unshift(say`data ${packet.len} B`);
  const base = names.length > 0 ? names.join(' + ') : packet.window === 0 ? say`ACK, window closed` : 'ACK';
  if (packet.kind === 'tlp') return say`${base}, loss probe`;
  return packet.kind === 'retrans' ? say`${base} again` : base;
}

/** The same where there is hardly any room: a size, a flag, a word. */
export function segmentShort(packet: PacketRow): string {
  if (packet.kind === 'keepalive' || packet.kind === 'window-probe') return say`probe`;
  if (packet.flags.startsWith('ARP')) return 'ARP';
  return packet.len > 0 ? `${packet.len} B` : segment({ ...packet, kind: '', window: undefined });
}

/** A window that no longer holds a full segment (1460 bytes on Ethernet without options) is worth telling. */
const FULL_SEGMENT = 1460;

/** Flags, numbers and lengths of a segment, for those who read captures. */
export function numbers(packet: PacketRow): string {
  const parts = [`[${packet.flags}]`];
  if (packet.seq !== null) parts.push(`seq ${packet.seq}`);
  if (packet.ack !== null) parts.push(`ack ${packet.ack}`);
  if (packet.len > 0) parts.push(`len ${packet.len}`);
  if (packet.window !== undefined && packet.window < FULL_SEGMENT && !packet.flags.includes('R')) parts.push(`win ${packet.window}`);
  return parts.join(' ');
}

const DROPPED: Record<NonNullable<PacketRow['dropped']>, string> = {
  cut: say`lost, the network is cut`,
  drop: say`lost on the way`,
  icmp: say`refused by a router (ICMP)`,
  nat: say`thrown away by the NAT`,
  off: say`lost, the host has no power`,
  down: say`lost, the interface is down`,
};

/** Why a segment never arrived, or null. */
export function lossReason(packet: PacketRow): string | null {
  return packet.dropped === null ? null : DROPPED[packet.dropped];
}

/** Name of the system call as a programmer writes it: the one that failed, where a step makes several. */
export function callName(call: Pick<CallRow, 'call' | 'failed' | 'name' | 'isEvent'>): string {
  if (call.name !== undefined) return call.isEvent ? call.name : `${call.name}()`;
  return call.call === 'recvUntilEof' ? say`recv() … until the end` : `${call.failed ?? call.call}()`;
}

/** A program as people call it; the experiments' names stay in what is exported for machines. */
export function programName(name: string): string {
  return name === OURS ? say`your code` : name === PEER ? say`peer` : name;
}

/** What a call returned, for the picture: an errno, a number of bytes, `0 = end of stream`; null while it runs. */
export function outcome(call: CallRow): string | null {
  if (call.end === null) return null;
  if (startsConnecting(call)) return say`under way (EINPROGRESS)`;
  if (call.errno !== null) return call.errno;
  if (call.call === 'recv' && call.result === 0) return say`0, end of stream`;
  if (
    (call.call === 'recv' || call.call === 'send' || call.call === 'fill' || call.call === 'recvUntilEof') &&
    typeof call.result === 'number'
  )
    return `${call.result} B`;
  if (call.call === 'poll') return call.result === '' ? say`nothing, time over` : readiness(String(call.result), call.name);
  if (call.call === 'getsockopt') return call.result === 0 ? 'ok' : String(call.result);
  return 'ok';
}

/** What a wait for readiness tells: its own flags where the code asks for them, words where a library waits beneath a call. */
function readiness(flags: string, name: string | undefined): string {
  if (name === undefined || /poll|select/i.test(name) || /ERR/.test(flags)) return flags;
  return /IN/.test(flags) ? say`something to read` : say`ready`;
}

/** What the editor writes beside the line of an event: what the call says, or that it waits; nothing waits in a call that has returned. */
export function besideLine(event: { kind: string; errno: string | null; text: string; waiting: CallRow | null }): string {
  if (event.errno !== null) return event.errno;
  if (event.kind === 'left') return event.text;
  const { waiting } = event;
  if (event.kind === 'return') return waiting === null ? '' : `→ ${outcome(waiting) ?? ''}`;
  if (waiting === null) return '';
  if (waiting.end !== null) return say`waits here`;
  if (waiting.limited) return say`waits until its limit is over`;
  return waiting.isEvent ? say`waits, no event comes` : say`waits, never returns`;
}

/** What stands in our code's column where it leaves a connection open. */
export const LEFT = [say`the function left here`, say`close() was never called`] as const;

/** What happens to hosts, programs or the network, as a sentence. `A` is the user's host. */
export function faultText(fault: Fault): string {
  const host = (name: 'A' | 'B'): string => (name === 'A' ? say`our host` : say`the peer's host`);
  switch (fault.fault) {
    case 'powerLoss':
      return say`${host(fault.host)} loses power`;
    case 'boot':
      return say`${host(fault.host)} boots again`;
    case 'cut':
      return fault.from === undefined ? say`the network is cut` : say`the network loses what ${host(fault.from)} sends`;
    case 'restore':
      return say`the network works again`;
    case 'kill':
      return `kill -9 ${fault.program}`;
    case 'drop':
      return say`the network loses ${fault.count ?? 1} of what ${host(fault.from)} sends`;
    case 'duplicate':
      return say`the network delivers ${fault.count ?? 1} of what ${host(fault.from)} sends twice`;
    case 'freeze':
      return say`${fault.program} is stopped`;
    case 'thaw':
      return say`${fault.program} goes on`;
    case 'icmp':
      return say`a router answers: unreachable`;
    case 'natForget':
      return say`the NAT forgets the connection`;
    case 'linkDown':
      return say`${host(fault.host)}: interface down`;
    case 'linkUp':
      return say`${host(fault.host)}: interface up`;
  }
}

const SHORT: Record<Fault['fault'], string> = {
  powerLoss: say`power off`,
  boot: say`boots`,
  cut: say`cut`,
  restore: say`mended`,
  kill: 'kill -9',
  drop: say`loss`,
  duplicate: say`twice`,
  freeze: say`stopped`,
  thaw: say`goes on`,
  icmp: say`unreachable`,
  natForget: say`NAT forgets`,
  linkDown: say`link down`,
  linkUp: say`link up`,
};

/** The same in a word or two, for a narrow picture. */
export function faultWord(fault: Fault): string {
  return SHORT[fault.fault];
}

/** What a state means for the program that holds the socket. */
export const STATE_MEANS: Record<TcpState, string> = {
  LISTEN: say`waits for connections`,
  SYN_SENT: say`asked to connect, no answer yet`,
  SYN_RECV: say`was asked, answered, waits for the last word`,
  ESTABLISHED: say`connected: both may send`,
  FIN_WAIT_1: say`said it is done sending, not confirmed yet`,
  FIN_WAIT_2: say`said it is done sending; waits for the other side to close`,
  CLOSE_WAIT: say`the other side is done; the kernel waits for this program to call close()`,
  CLOSING: say`both closed at the same time`,
  LAST_ACK: say`closed after the other side; waits for the last confirmation`,
  TIME_WAIT: say`closed; kept for a while to catch stragglers`,
  GONE: say`no longer in the kernel's tables`,
};

/** A state as shown: a dash where there is no socket, words where there is no power. */
export function stateName(state: TcpState | 'OFF' | null): string {
  if (state === null) return '–';
  return state === 'OFF' ? say`no power` : state === 'GONE' ? say`gone` : state;
}
