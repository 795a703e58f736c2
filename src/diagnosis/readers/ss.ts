/** `ss -tan` with any of p, o, i, e, m, n, H, O: one socket on one line or on several. */

import { addressOf } from '../address.js';
import type { Holder, ShownTimer, Socket, SocketState, TcpInfo, TimerKind } from '../symptom.js';
import { holderOf, Looks, MOST_ROWS, numberIn, socketOf } from './reader.js';
import type { Reader } from './reader.js';
import { say } from '../../words/say.js';

/** Names of ss (misc/ss.c, `sstate_name`) and of its state filter (`sstate_namel`). */
const STATES: Readonly<Record<string, SocketState>> = {
  ESTAB: 'ESTABLISHED',
  'SYN-SENT': 'SYN_SENT',
  'SYN-RECV': 'SYN_RECV',
  'FIN-WAIT-1': 'FIN_WAIT_1',
  'FIN-WAIT-2': 'FIN_WAIT_2',
  'TIME-WAIT': 'TIME_WAIT',
  UNCONN: 'CLOSE',
  'CLOSE-WAIT': 'CLOSE_WAIT',
  'LAST-ACK': 'LAST_ACK',
  LISTEN: 'LISTEN',
  CLOSING: 'CLOSING',
  ESTABLISHED: 'ESTABLISHED',
};
const ROW =
  /^\s*(?:(tcp|mptcp)\s+)?(?:(ESTABLISHED|ESTAB|SYN-SENT|SYN-RECV|FIN-WAIT-1|FIN-WAIT-2|TIME-WAIT|UNCONN|CLOSE-WAIT|LAST-ACK|LISTEN|CLOSING)\s*)?(\d+)\s+(\d+)\s+(\S+)\s+(\S+)((?:\s.*)?)$/;
const HEADING = /^\s*(?:Netid\s+)?(State\s+)?Recv-Q\s+Send-Q\s+Local Address:Port\s+Peer Address:Port/;
/** `ss -tan state close-wait` leaves the state's column out. */
const FILTER = /\bss\b.*\bstate\s+([a-z0-9-]+)/;
/** `ss -tanpo`, `ss --options`. */
const TIMERS = /(?:^|[\s$#])ss\s+(?:-[a-z-]+\s+)*(?:-[a-zA-Z0-9]*o|--options\b)/;
const MORE =
  /(?:\btimer:\(|\busers:\(\(|\bskmem:\(|\bino:\d|\bsk:[0-9a-f]|\brto:\d|\brtt:\d|\bcwnd:\d|\bmss:\d|\bcubic\b|\bbbr\b|\bbytes_\w+:\d)/;

/** `print_ms_timer()` of ss cuts what it prints: 119min is 119 to 120 minutes, 41sec is 41 to 42 seconds, 1.200ms is 1.2 seconds. */
export function timeLeft(text: string): { least: number; most: number } | null {
  const match = /^(?:(\d+)min)?(?:(\d+(?:\.\d+)?)(ms|sec))?$/.exec(text);
  if (!match || text === '') return text === '' ? { least: 0, most: 0 } : null;
  const minutes = Number(match[1] ?? 0) * 60;
  const number = match[2] === undefined ? 0 : Number(match[2]);
  const isMillis = match[3] === 'ms' && !match[2]?.includes('.');
  const least = minutes + (isMillis ? number / 1000 : number);
  const step = match[1] !== undefined && Number(match[1]) > 9 ? 60 : match[3] === 'ms' || match[2]?.includes('.') ? 0.001 : 1;
  return { least, most: least + step };
}

const KINDS: Readonly<Record<string, TimerKind>> = { on: 'on', keepalive: 'keepalive', timewait: 'timewait', persist: 'persist' };

function timerIn(text: string): ShownTimer | null {
  const match = /\btimer:\((\w+),([\w.]*),(\d+)\)/.exec(text);
  const kind = KINDS[match?.[1] ?? ''];
  const left = timeLeft(match?.[2] ?? '-');
  return kind && left ? { kind, ...left, count: Number(match?.[3]) } : null;
}

function holdersIn(text: string): Holder[] {
  const users = /\busers:\(\((.*?)\)\)/.exec(text)?.[1];
  if (users === undefined) return [];
  // Before iproute2 4.0: ("java",1234,56).
  return [...users.matchAll(/"((?:[^"\\]|\\.){0,255})",(?:pid=)?(\d+)(?:,(?:fd=)?(\d+))?/g)].map((m) =>
    holderOf({ name: m[1], pid: numberIn(m[2]), fd: numberIn(m[3]) }),
  );
}

const INFO: Readonly<Record<keyof TcpInfo, RegExp>> = {
  rtoMs: /\brto:(\d+(?:\.\d+)?)/,
  rttMs: /\brtt:(\d+(?:\.\d+)?)/,
  backoff: /\bbackoff:(\d+)/,
  unacked: /\bunacked:(\d+)/,
  lastSentMs: /\blastsnd:(\d+)/,
  lastReceivedMs: /\blastrcv:(\d+)/,
  bytesReceived: /\bbytes_received:(\d+)/,
  bytesSent: /\bbytes_sent:(\d+)/,
};

function infoIn(text: string): TcpInfo | null {
  const found = Object.entries(INFO).flatMap(([name, pattern]) => {
    const value = pattern.exec(text)?.[1];
    return value === undefined ? [] : [[name, Number(value)] as const];
  });
  return found.length === 0 ? null : Object.fromEntries(found);
}

/** What -p, -o, -e and -i print behind the addresses, or on the lines below. */
function withDetails(socket: Socket, text: string): Socket {
  const holders = holdersIn(text);
  const timer = timerIn(text);
  const info = infoIn(text);
  const inode = numberIn(/\bino:(\d+)/.exec(text)?.[1]);
  const uid = numberIn(/\buid:(\d+)/.exec(text)?.[1]);
  return {
    ...socket,
    ...(holders.length > 0 && { holders }),
    ...(timer && { timer }),
    ...(info && { info: { ...socket.info, ...info } }),
    ...(inode !== null && { inode }),
    ...(uid !== null && { uid }),
  };
}

class Table {
  readonly sockets: Socket[] = [];
  private readonly looks = new Looks();
  private isTable = false;
  private filter: SocketState | null = null;
  /** The command line, where it was pasted too, asks for timers. */
  asksTimers = false;
  /** Rows of a table without the column of states, under a command that nobody gave. */
  stateless = 0;

  line(text: string, number: number): void {
    const filter = FILTER.exec(text)?.[1];
    if (filter !== undefined) this.filter = STATES[filter.toUpperCase()] ?? null;
    if (TIMERS.test(text)) this.asksTimers = true;
    const heading = HEADING.exec(text);
    if (heading) {
      this.looks.heading();
      this.isTable = true;
      this.stateless = 0;
      if (heading[1] !== undefined) this.filter = null;
      return;
    }
    const row = this.row(text, number);
    if (row) this.sockets.push(this.looks.place(row));
    else if (MORE.test(text)) this.more(text);
    else if (text.trim() !== '' && !ROW.test(text)) this.isTable = false;
  }

  private row(text: string, number: number): Socket | null {
    const match = ROW.exec(text);
    if (!match || this.sockets.length >= MOST_ROWS) return null;
    const state = match[2] === undefined ? (this.isTable ? this.filter : null) : (STATES[match[2]] ?? null);
    const local = addressOf(match[5] as string);
    const remote = addressOf(match[6] as string);
    if (!state && local && remote && this.isTable) this.stateless++;
    if (!state || !local || !remote) return null;
    const socket = socketOf('ss', number, 0, { state, local, remote, recvQ: Number(match[3]), sendQ: Number(match[4]) });
    return withDetails(socket, match[7] as string);
  }

  private more(text: string): void {
    const last = this.sockets.pop();
    if (last) this.sockets.push(withDetails(last, text));
  }
}

/** Without -o no socket shows a timer, without -p none shows who holds it: then nothing is said about it. */
function completed(sockets: readonly Socket[], asksTimers: boolean): Socket[] {
  const timers = asksTimers || sockets.some((s) => s.timer);
  const holders = sockets.some((s) => s.holders.length > 0);
  return sockets.map((s) => ({
    ...s,
    timer: s.timer ?? (timers ? null : undefined),
    orphan: holders && s.holders.length === 0 && ORPHANS.has(s.state),
  }));
}

/** States in which a socket lives on without a descriptor. */
const ORPHANS: ReadonlySet<SocketState> = new Set<SocketState>(['FIN_WAIT_1', 'FIN_WAIT_2', 'CLOSING', 'LAST_ACK']);

export const reader: Reader = {
  id: 'ss',
  title: 'ss -tan, with p, o, i, e, m',
  read(lines) {
    const table = new Table();
    lines.forEach((line, i) => table.line(line, i + 1));
    const notes =
      table.stateless === 0
        ? []
        : [
            say`${table.stateless} rows of ss have no column of states: paste the command too (ss … state close-wait), or leave the filter out`,
          ];
    return { sockets: completed(table.sockets, table.asksTimers), notes };
  },
};
