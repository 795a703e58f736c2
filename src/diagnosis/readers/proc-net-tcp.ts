/** /proc/net/tcp and tcp6 (get_tcp4_sock() in net/ipv4/tcp_ipv4.c): hexadecimal addresses, timers in hundredths of a second. */

import { hostOf, ipv6Host } from '../address.js';
import type { Address, ShownTimer, Socket, SocketState, TimerKind } from '../symptom.js';
import { Looks, MOST_ROWS, socketOf } from './reader.js';
import type { Reader } from './reader.js';

/** include/net/tcp_states.h; 12 is a half-open connection. */
const STATES: Readonly<Record<string, SocketState>> = {
  '01': 'ESTABLISHED',
  '02': 'SYN_SENT',
  '03': 'SYN_RECV',
  '04': 'FIN_WAIT_1',
  '05': 'FIN_WAIT_2',
  '06': 'TIME_WAIT',
  '07': 'CLOSE',
  '08': 'CLOSE_WAIT',
  '09': 'LAST_ACK',
  '0A': 'LISTEN',
  '0B': 'CLOSING',
  '0C': 'SYN_RECV',
};
const HEADING = /^\s*sl\s+local_address\s+(?:rem_address|remote_address)\s+st\s+tx_queue/;
const ROW =
  /^\s*\d+:\s+([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})\s+([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})\s+([0-9A-F]{2})\s+([0-9A-F]{8}):([0-9A-F]{8})\s+([0-9A-F]{2}):([0-9A-F]{8})\s+([0-9A-F]{8})\s+(\d+)\s+(\d+)\s+(\d+)/i;
/** `timer_active`: none, retransmission, keepalive (also SYN-ACK), TIME_WAIT, window probe. */
const TIMERS: readonly (TimerKind | null)[] = [null, 'on', 'keepalive', 'timewait', 'persist'];
/** jiffies_delta_to_clock_t(): USER_HZ is 100. */
const STEP = 0.01;

/** Four bytes at a time, each in the byte order of the machine: those that are read are little-endian. */
export function hexHost(hex: string): string {
  const words = hex.match(/.{8}/g) as string[];
  const bytes = words.flatMap((word) => (word.match(/../g) as string[]).reverse().map((byte) => parseInt(byte, 16)));
  if (bytes.length === 4) return hostOf(bytes.join('.'));
  return ipv6Host(Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] as number) << 8) | (bytes[2 * i + 1] as number)));
}

function address(host: string, port: string): Address {
  const number = parseInt(port, 16);
  return { host: hexHost(host), port: number === 0 ? null : number };
}

function timerOf(active: string, when: string, retransmits: string, probes: string): ShownTimer | null {
  const kind = TIMERS[parseInt(active, 16)] ?? null;
  if (kind === null) return null;
  const least = parseInt(when, 16) * STEP;
  return { kind, least, most: least + STEP, count: kind === 'on' ? parseInt(retransmits, 16) : Number(probes) };
}

function rowOf(text: string, line: number): Socket | null {
  const m = ROW.exec(text);
  const state = STATES[(m?.[5] ?? '').toUpperCase()];
  if (!m || !state) return null;
  const of = (i: number): string => m[i] as string;
  const inode = Number(of(13));
  return socketOf('proc-net-tcp', line, 0, {
    state,
    local: address(of(1), of(2)),
    remote: address(of(3), of(4)),
    sendQ: state === 'LISTEN' ? null : parseInt(of(6), 16),
    recvQ: parseInt(of(7), 16),
    timer: timerOf(of(8), of(9), of(10), of(12)),
    uid: Number(of(11)),
    inode: inode === 0 ? null : inode,
    orphan: inode === 0 && ORPHANS.has(state),
  });
}

const ORPHANS: ReadonlySet<SocketState> = new Set<SocketState>(['FIN_WAIT_1', 'FIN_WAIT_2', 'CLOSING', 'LAST_ACK']);

export const reader: Reader = {
  id: 'proc-net-tcp',
  title: '/proc/net/tcp and /proc/net/tcp6',
  read(lines) {
    const sockets: Socket[] = [];
    const looks = new Looks();
    lines.forEach((text, i) => {
      // tcp and tcp6 one after the other are one look: only a connection that comes again begins a new one.
      if (HEADING.test(text)) return;
      const row = rowOf(text, i + 1);
      if (row && sockets.length < MOST_ROWS) sockets.push(looks.place(row));
    });
    return { sockets };
  },
};
