/** `lsof -F`: a field a line, its letter in front; those of a process, then those of each of its descriptors. */

import type { Socket } from '../symptom.js';
import { addressesIn, STATES } from './lsof.js';
import { holderOf, Looks, MOST_ROWS, numberIn, socketOf } from './reader.js';
import type { Reader } from './reader.js';

/** A process begins with its number alone on the line, a descriptor with its own. */
const PROCESS = /^p(\d{1,10})$/;
const DESCRIPTOR = /^f(\d{1,10}|[a-z]{3}|DEL|NOFD)$/;
/** Only names have blanks in them. */
const FIELD = /^(?:([aCdDGgikNoPrRsStTuzZ])(\S*)|([cLn])(.*)|(l) ?)$/;

interface Open {
  line: number;
  fd: number | null;
  fields: Map<string, string>;
}

/** What one descriptor's fields tell; null where it is no TCP socket. */
function socketOfFields({ line, fd, fields }: Open, process: Map<string, string>): Socket | null {
  const protocol = fields.get('P');
  const addresses = addressesIn(fields.get('n') ?? '');
  const state = STATES[fields.get('ST') ?? ''];
  if ((protocol !== undefined && protocol !== 'TCP') || !addresses || !state) return null;
  const holders = [holderOf({ name: process.get('c') ?? null, pid: numberIn(process.get('p')), fd })];
  const queues = { recvQ: numberIn(fields.get('QR')), sendQ: numberIn(fields.get('QS')) };
  return socketOf('lsof-fields', line, 0, { state, ...addresses, ...queues, holders, inode: numberIn(fields.get('d')) });
}

export const reader: Reader = {
  id: 'lsof-fields',
  title: 'lsof -F',
  read(lines) {
    const sockets: Socket[] = [];
    const looks = new Looks();
    let process: Map<string, string> | null = null;
    let open: Open | null = null;
    const finish = (): void => {
      const socket = open && process ? socketOfFields(open, process) : null;
      if (socket && sockets.length < MOST_ROWS) sockets.push(looks.place(socket));
      open = null;
    };
    lines.forEach((text, i) => {
      const pid = PROCESS.exec(text)?.[1];
      const fd = DESCRIPTOR.exec(text)?.[1];
      const field = FIELD.exec(text);
      if (pid !== undefined) {
        finish();
        process = new Map([['p', pid]]);
      } else if (process && fd !== undefined) {
        finish();
        open = { line: i + 1, fd: numberIn(fd), fields: new Map() };
      } else if (process && field) {
        const [letter = '', value = ''] = [field[1] ?? field[3] ?? field[5], field[2] ?? field[4]];
        const told = letter === 'T' ? /^(\w+)=(.*)$/.exec(value) : null;
        (open?.fields ?? process).set(told?.[1] ?? letter, told?.[2] ?? value);
      } else {
        // Prose, or another tool's table.
        finish();
        process = null;
      }
    });
    finish();
    return { sockets };
  },
};
