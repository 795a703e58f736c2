/** `lsof -i`, `lsof -p PID`: TCP sockets of processes, also those whose connection is gone while the descriptor is left. */

import { addressOf } from '../address.js';
import type { Address, Socket, SocketState } from '../symptom.js';
import { holderOf, Looks, MOST_ROWS, numberIn, socketOf } from './reader.js';
import type { Reader } from './reader.js';

export const STATES: Readonly<Record<string, SocketState>> = {
  ESTABLISHED: 'ESTABLISHED',
  SYN_SENT: 'SYN_SENT',
  SYN_RECV: 'SYN_RECV',
  SYN_RCVD: 'SYN_RECV',
  FIN_WAIT1: 'FIN_WAIT_1',
  FIN_WAIT_1: 'FIN_WAIT_1',
  FIN_WAIT2: 'FIN_WAIT_2',
  FIN_WAIT_2: 'FIN_WAIT_2',
  TIME_WAIT: 'TIME_WAIT',
  CLOSE: 'CLOSE',
  CLOSED: 'CLOSE',
  CLOSE_WAIT: 'CLOSE_WAIT',
  LAST_ACK: 'LAST_ACK',
  LISTEN: 'LISTEN',
  CLOSING: 'CLOSING',
};
const HEADING = /^\s*COMMAND\s+PID\s+(?:TID\s+(?:TASKCMD\s+)?)?USER\s+FD\s+TYPE/;
/** COMMAND PID … FD TYPE DEVICE SIZE/OFF NODE NAME; the name holds the addresses and, in brackets, the state (-T adds queues). */
const ROW =
  /^\s*(\S+)\s+(\d+)\s+(?:\d+\s+)?(?:\S+\s+){1,2}?(\d+)[rwuRWU]?[-rwuRWUN]?\s+(IPv4|IPv6|inet)\s+(\S+)\s+(\S+)\s+TCP\s+(\S+)(?:\s+\((?:ST=)?([^)]*)\))?/;
const LOST =
  /^\s*(\S+)\s+(\d+)\s+(?:\d+\s+)?(?:\S+\s+){1,2}?(\d+)[rwuRWU]?[-rwuRWUN]?\s+sock\s+\S+\s+\S+\s+(\d+)\s+(?:protocol: TCP|can't identify protocol)/;

/** lsof writes a blank in a name as `\\x20`. */
const nameOf = (text = ''): string => text.replace(/\\x20/g, ' ').trim();

export function addressesIn(name: string): { local: Address; remote: Address } | null {
  const [near = '', far] = name.split('->');
  const local = addressOf(near);
  const remote = far === undefined ? { host: '*', port: null } : addressOf(far);
  return local && remote ? { local, remote } : null;
}

function rowOf(text: string, line: number): Socket | null {
  const match = ROW.exec(text);
  const addresses = match && addressesIn(match[7] as string);
  if (!match || !addresses) return null;
  const words = (match[8] ?? '').trim().split(/\s+/);
  const state =
    STATES[words.find((w) => w in STATES) ?? ''] ?? (match[8] === undefined && addresses.remote.port === null ? 'CLOSE' : undefined);
  if (!state) return null;
  const queue = (name: string): number | null => numberIn(words.find((w) => w.startsWith(`${name}=`))?.slice(name.length + 1));
  const holders = [holderOf({ name: nameOf(match[1]), pid: numberIn(match[2]), fd: numberIn(match[3]) })];
  return socketOf('lsof', line, 0, { state, ...addresses, holders, recvQ: queue('QR'), sendQ: queue('QS'), inode: numberIn(match[5]) });
}

function lostRow(text: string, line: number): Socket | null {
  const match = LOST.exec(text);
  if (!match) return null;
  const nowhere: Address = { host: '*', port: null };
  const holders = [holderOf({ name: nameOf(match[1]), pid: numberIn(match[2]), fd: numberIn(match[3]) })];
  return socketOf('lsof', line, 0, { state: 'CLOSE', local: nowhere, remote: nowhere, holders, inode: numberIn(match[4]) });
}

export const reader: Reader = {
  id: 'lsof',
  title: 'lsof -i',
  read(lines) {
    const sockets: Socket[] = [];
    const looks = new Looks();
    lines.forEach((text, i) => {
      if (HEADING.test(text)) {
        looks.heading();
        return;
      }
      const row = rowOf(text, i + 1) ?? lostRow(text, i + 1);
      if (row && sockets.length < MOST_ROWS) sockets.push(looks.place(row));
    });
    return { sockets };
  },
};
