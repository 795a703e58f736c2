/** netstat of Linux (net-tools: `netstat -tanpo`), of macOS and the BSDs, and of Windows (`netstat -ano`, with -b). */

import { addressOf, dottedAddressOf } from '../address.js';
import type { Holder, ShownTimer, Socket, SocketState } from '../symptom.js';
import { holderOf, Looks, MOST_ROWS, numberIn, socketOf } from './reader.js';
import type { Reader } from './reader.js';

/** Names of the three systems; Windows translates some. */
const STATES: Readonly<Record<string, SocketState>> = {
  ESTABLISHED: 'ESTABLISHED',
  SYN_SENT: 'SYN_SENT',
  SYN_RECV: 'SYN_RECV',
  SYN_RCVD: 'SYN_RECV',
  SYN_RECEIVED: 'SYN_RECV',
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
  LISTENING: 'LISTEN',
  CLOSING: 'CLOSING',
  ABHÖREN: 'LISTEN',
  HERGESTELLT: 'ESTABLISHED',
  WARTEND: 'TIME_WAIT',
  SCHLIESSEN_WARTEN: 'CLOSE_WAIT',
  SYN_GESENDET: 'SYN_SENT',
  LETZTE_BEST: 'LAST_ACK',
};
const HEADING =
  /^\s*(?:Proto\s+(?:Recv-Q\s+Send-Q\s+)?Local Address\s+Foreign Address|(?:Proto|Proto\.)\s+Lokale Adresse\s+Remoteadresse|Active (?:Internet )?[Cc]onnections)/;
const UNIX = /^\s*(tcp[46]{0,2})\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+([A-Z]\w+)((?:\W.*)?)$/;
const WINDOWS = /^\s*TCP\s+(\S+)\s+(\S+)\s+([A-ZÖÄÜ]\w[A-ZÖÄÜ\w]*)(?:\s+(\d+))?(?:\s+[A-Za-z]\w*)?\s*$/;
const WINDOWS_PROGRAM = /^\s*\[([^\]]{1,255})\]\s*$/;
/** `-o`: kind (seconds left / retransmissions / probes). net-tools prints hundredths of a second. */
const TIMER = /\b(on|keepalive|timewait|probe|off|on2|unkn-\d+)\s+\((\d+\.\d+)\/(\d+)\/(\d+)\)/;
const KINDS: Readonly<Record<string, ShownTimer['kind']>> = {
  on: 'on',
  keepalive: 'keepalive',
  timewait: 'timewait',
  probe: 'persist',
  'unkn-4': 'persist',
};
/** A hundredth of a second, and what a moment in between moves. */
const STEP = 0.01;

function timerIn(text: string): ShownTimer | null | undefined {
  const match = TIMER.exec(text);
  if (!match) return undefined;
  const kind = KINDS[match[1] as string];
  if (!kind) return null;
  const least = Number(match[2]);
  const count = kind === 'on' ? Number(match[3]) : Number(match[4]);
  return { kind, least, most: least + STEP, count };
}

function holdersIn(text: string): Holder[] {
  const match = /(?:^|\s)(\d{1,10})\/(\S.*)/.exec(text);
  const rest = match?.[2]?.trimEnd() ?? '';
  // The name ends where a wide gap or the timer begins.
  const end = rest.search(/\s{2}|\s(?:on|keepalive|timewait|probe|off)\s+\(/);
  const name = end < 0 ? rest : rest.slice(0, end);
  return match && !name.includes('(') ? [holderOf({ pid: numberIn(match[1]), name: name.replace(/:$/, '') })] : [];
}

/** macOS writes `127.0.0.1.8080`; a dot stands where the others have a colon. */
function unixAddresses(local: string, remote: string): Pick<Socket, 'local' | 'remote'> | null {
  const read =
    local.includes(':') && /:(\d+|\*|[a-z][\w-]*)$/i.test(local) && !/^[0-9a-f:]+\.\d+$/i.test(local) ? addressOf : dottedAddressOf;
  const [a, b] = [read(local), read(remote)];
  return a && b ? { local: a, remote: b } : null;
}

/** Columns of macOS behind the state, as its heading names them (`netstat -v`): who holds the socket. */
function bsdHolders(more: string, columns: readonly string[]): Holder[] {
  // The name may have blanks: it stands behind numbers only.
  const named = columns.includes('process:pid') ? /^(?:\s+\d+)*\s+(\D[^:]{0,80}):(\d{1,10})(?=\s|$)/.exec(more) : null;
  if (named) return [holderOf({ name: named[1], pid: numberIn(named[2]) })];
  const pid = numberIn(more.trim().split(/\s+/)[columns.indexOf('pid')]);
  return pid === null ? [] : [holderOf({ pid })];
}

function unixRow(text: string, line: number, columns: readonly string[]): Socket | null {
  const match = UNIX.exec(text);
  const state = STATES[match?.[6] ?? ''];
  const addresses = match && unixAddresses(match[4] as string, match[5] as string);
  if (!match || !state || !addresses) return null;
  const more = match[7] as string;
  const holders = columns.length > 0 ? bsdHolders(more, columns) : holdersIn(more);
  return socketOf('netstat', line, 0, {
    state,
    ...addresses,
    recvQ: Number(match[2]),
    sendQ: Number(match[3]),
    timer: timerIn(more),
    holders,
  });
}

function windowsRow(text: string, line: number): Socket | null {
  const match = WINDOWS.exec(text);
  const state = STATES[match?.[3] ?? ''];
  const local = addressOf(match?.[1] ?? '');
  const remote = addressOf(match?.[2] ?? '');
  if (!match || !state || !local || !remote) return null;
  const pid = numberIn(match[4]);
  // Windows writes :0 where nobody is at the other end yet.
  const far = state === 'LISTEN' ? { host: '*', port: null } : remote;
  return socketOf('netstat', line, 0, { state, local, remote: far, holders: pid === null ? [] : [holderOf({ pid })] });
}

/** `-b` names the program below its socket. */
function withProgram(socket: Socket, name: string): Socket {
  return { ...socket, holders: socket.holders.length > 0 ? socket.holders.map((h) => ({ ...h, name })) : [holderOf({ name })] };
}

export const reader: Reader = {
  id: 'netstat',
  title: 'netstat of Linux, macOS and Windows',
  read(lines) {
    const sockets: Socket[] = [];
    const looks = new Looks();
    let columns: string[] = [];
    lines.forEach((text, i) => {
      if (HEADING.test(text)) {
        columns = /\(state\)\s(.*)$/.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
        if (!/^\s*Active/.test(text)) looks.heading();
        return;
      }
      const program = WINDOWS_PROGRAM.exec(text)?.[1];
      const last = sockets.at(-1);
      if (program !== undefined && last && i + 1 - last.line <= 2) {
        sockets.splice(-1, 1, withProgram(last, program));
        return;
      }
      const row = unixRow(text, i + 1, columns) ?? windowsRow(text, i + 1);
      if (row && sockets.length < MOST_ROWS) sockets.push(looks.place(row));
    });
    return { sockets };
  },
};
