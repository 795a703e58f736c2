/** PowerShell's `Get-NetTCPConnection`, as a table: `10.0.0.5 49700 10.0.0.9 1433 CloseWait Internet 4444`. */

import { hostOf, portOf } from '../address.js';
import type { Address, Socket, SocketState } from '../symptom.js';
import { holderOf, Looks, MOST_ROWS, numberIn, socketOf } from './reader.js';
import type { Reader } from './reader.js';

/** MSFT_NetTCPConnection.State; `Bound` is a port without a connection. */
const STATES: Readonly<Record<string, SocketState>> = {
  Closed: 'CLOSE',
  Listen: 'LISTEN',
  SynSent: 'SYN_SENT',
  SynReceived: 'SYN_RECV',
  Established: 'ESTABLISHED',
  FinWait1: 'FIN_WAIT_1',
  FinWait2: 'FIN_WAIT_2',
  CloseWait: 'CLOSE_WAIT',
  Closing: 'CLOSING',
  LastAck: 'LAST_ACK',
  TimeWait: 'TIME_WAIT',
};
const HEADING = /^\s*LocalAddress\s+LocalPort\s+RemoteAddress\s+RemotePort\s+State\b/;
const ROW =
  /^\s*([\da-fA-F.:%]{2,60})\s+(\d{1,5})\s+([\da-fA-F.:%]{2,60})\s+(\d{1,5})\s+([A-Z]\w{4,12})(?:\s+[A-Z]\w*)?(?:\s+(\d{1,10}))?\s*$/;

function addressIn(host: string, port: string): Address {
  const number = portOf(port);
  return { host: hostOf(host), port: number === 0 ? null : number };
}

function rowOf(text: string, line: number): Socket | null {
  const match = ROW.exec(text);
  const name = match?.[5] ?? '';
  const state = Object.hasOwn(STATES, name) ? STATES[name] : undefined;
  if (!match || !state) return null;
  const pid = numberIn(match[6]);
  const local = addressIn(match[1] as string, match[2] as string);
  const remote = addressIn(match[3] as string, match[4] as string);
  return socketOf('powershell', line, 0, { state, local, remote, holders: pid === null ? [] : [holderOf({ pid })] });
}

export const reader: Reader = {
  id: 'powershell',
  title: 'Get-NetTCPConnection of PowerShell',
  read(lines) {
    const sockets: Socket[] = [];
    const looks = new Looks();
    lines.forEach((text, i) => {
      if (HEADING.test(text)) looks.heading();
      const row = rowOf(text, i + 1);
      if (row && sockets.length < MOST_ROWS) sockets.push(looks.place(row));
    });
    return { sockets };
  },
};
