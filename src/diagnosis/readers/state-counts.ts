/** Sockets that were counted by state: `netstat -an | awk '{print $6}' | sort | uniq -c` (`4321 CLOSE_WAIT`), or `CLOSE_WAIT 4321`. */

import type { Address, Socket, SocketState } from '../symptom.js';
import { socketOf } from './reader.js';
import type { Reader } from './reader.js';
import { say } from '../../words/say.js';

const STATES: Readonly<Record<string, SocketState>> = {
  LISTEN: 'LISTEN',
  LISTENING: 'LISTEN',
  SYN_SENT: 'SYN_SENT',
  SYN_RECV: 'SYN_RECV',
  SYN_RCVD: 'SYN_RECV',
  ESTAB: 'ESTABLISHED',
  ESTABLISHED: 'ESTABLISHED',
  FIN_WAIT1: 'FIN_WAIT_1',
  FIN_WAIT_1: 'FIN_WAIT_1',
  FIN_WAIT2: 'FIN_WAIT_2',
  FIN_WAIT_2: 'FIN_WAIT_2',
  CLOSE_WAIT: 'CLOSE_WAIT',
  CLOSING: 'CLOSING',
  LAST_ACK: 'LAST_ACK',
  TIME_WAIT: 'TIME_WAIT',
};
const COUNT = /^\s*(?:(?<before>\d{1,7})\s+(?<state>[A-Z_0-9-]{5,12})|(?<name>[A-Z_0-9-]{5,12})(?:\s*[:=])?\s+(?<after>\d{1,7}))\s*$/;
/** `netstat -tn | grep CLOSE_WAIT | wc -l`, `ss -tan | grep -c CLOSE-WAIT`: the number stands on the next line. */
const ASKS = /\b(?:netstat|ss|lsof)\b.*(?:\bwc +-l\b|\bgrep +-c\b)/;
/** Sockets that one text's counts stand for. */
const MOST = 100_000;
/** Lines between counts of one look. */
const GAP = 2;
const NOWHERE: Address = { host: '*', port: null };

/** The state of which this line is the number, where a command above it counts one. */
function countedBefore(lines: readonly string[], i: number): Record<string, string | undefined> | undefined {
  const number = /^\s*(\d{1,7})\s*$/.exec(lines[i] as string)?.[1];
  const command = lines[i - 1]?.trim() === '' ? lines[i - 2] : lines[i - 1];
  if (number === undefined || command === undefined || !ASKS.test(command)) return undefined;
  const words = command.slice(0, 300).match(/[A-Za-z][\w-]{3,11}/g) ?? [];
  const state = words.map((w) => w.toUpperCase()).find((w) => Object.hasOwn(STATES, w.replace(/-/g, '_')));
  return state === undefined ? undefined : { before: number, state };
}

export const reader: Reader = {
  id: 'state-counts',
  title: 'counts by state (sort | uniq -c)',
  isLast: true,
  read(lines) {
    const sockets: Socket[] = [];
    const notes: string[] = [];
    let look = -1;
    let last = -Infinity;
    let seen = new Set<SocketState>();
    lines.forEach((text, i) => {
      const groups: Record<string, string | undefined> | undefined = COUNT.exec(text)?.groups ?? countedBefore(lines, i);
      const name = (groups?.state ?? groups?.name ?? '').replace(/-/g, '_');
      const state = Object.hasOwn(STATES, name) ? STATES[name] : undefined;
      if (!state) return;
      if (i - last > GAP || seen.has(state)) {
        look++;
        seen = new Set();
      }
      last = i;
      seen.add(state);
      const count = Math.min(Number(groups?.before ?? groups?.after), MOST - sockets.length);
      const one = socketOf('state-counts', i + 1, look, { state, local: NOWHERE, remote: NOWHERE });
      for (let n = 0; n < count; n++) sockets.push(one);
    });
    if (sockets.length > 0) notes.push(say`counts by state tell neither ports nor programs: the table itself (ss -tanp) tells more`);
    if (sockets.length === MOST) notes.push(say`the counts stand for more than ${MOST} sockets: the rest was left out`);
    return { sockets, notes };
  },
};
