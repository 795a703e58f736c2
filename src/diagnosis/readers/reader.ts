/** A reader knows one tool's output. To add one, add a file that exports `reader` and run `npm run generate`. */

import type { Holder, Reading, Socket } from '../symptom.js';

export interface Reader {
  id: string;
  /** What it reads, for lists and messages: `ss -tanp`. */
  title: string;
  /** Tells less than all others: heard only where they have found no socket. */
  isLast?: boolean;
  /** Lines are without quoting marks and at most LONGEST_LINE long. Anything may stand in them: what is not this tool's is skipped. */
  read(lines: readonly string[]): Partial<Reading>;
}

/** What stands behind this in a line is not read. */
export const LONGEST_LINE = 4096;
/** Rows of a kind that one text may give; the rest is counted, not kept. */
export const MOST_ROWS = 200_000;

/** A socket of which only the table row is known. */
export function socketOf(
  reader: string,
  line: number,
  look: number,
  known: Pick<Socket, 'state' | 'local' | 'remote'> & Partial<Socket>,
): Socket {
  return {
    recvQ: null,
    sendQ: null,
    timer: undefined,
    holders: [],
    orphan: false,
    info: null,
    inode: null,
    uid: null,
    reader,
    line,
    look,
    ...known,
  };
}

export function holderOf(known: Partial<Holder>): Holder {
  return { name: null, pid: null, fd: null, command: null, cwd: null, ...known };
}

/** A whole number of a text; null when it is none. */
export function numberIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Sockets that may appear more than once in one look: listeners that share a port. */
function isShared(socket: Socket): boolean {
  return socket.state === 'LISTEN' || socket.state === 'CLOSE';
}

/** Counts looks at one table: a new one begins at a heading, or with a connection that was there already. */
export class Looks {
  private look = 0;
  private seen = new Set<string>();

  heading(): void {
    if (this.seen.size > 0) this.next();
  }

  place(socket: Socket): Socket {
    const key = `${socket.local.host} ${socket.local.port} ${socket.remote.host} ${socket.remote.port} ${socket.holders[0]?.pid ?? ''} ${socket.holders[0]?.fd ?? ''}`;
    if (!isShared(socket) && this.seen.has(key)) this.next();
    this.seen.add(key);
    return { ...socket, look: this.look };
  }

  private next(): void {
    this.look++;
    this.seen = new Set();
  }
}
