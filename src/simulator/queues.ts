/** Queues of the shown connection: what waits in a buffer or for accept(), when, and in words. Pure. */

import type { HostName } from '../kernel/experiment.js';
import type { QueueRow, Trace } from '../kernel/trace.js';
import { say } from '../words/say.js';

/** `accept`: connections that wait for accept(); the others are bytes in a socket's buffers. */
type QueueKind = 'Recv-Q' | 'Send-Q' | 'accept';

/** A queue that keeps its length for a while. */
export interface QueuePeriod {
  side: HostName;
  kind: QueueKind;
  length: number;
  from: number;
  to: number;
  /** Of the longest that this queue of this side gets, above 0 up to 1. */
  share: number;
  /** True where it differs much from what the last label said. */
  labelled: boolean;
  text: string;
  /** The length alone. */
  short: string;
  title: string;
}

/** What is gone again sooner than this (seconds) is only on its way. */
const STANDS = 0.5;
/** A queue is labelled anew when its length has changed by this share. */
const MUCH = 0.25;

/** Bytes in the units that the picture has room for. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 999_500 ? [bytes / 1000, 'kB'] : [bytes / 1e6, 'MB'];
  return `${value < 9.95 ? Number(value.toFixed(1)) : Math.round(value)} ${unit}`;
}

const reversed = (conn: string): string => conn.split('-').reverse().join('-');

interface Series {
  side: HostName;
  kind: QueueKind;
  rows: readonly { t: number; length: number; room: number }[];
}

/** A SYN or FIN alone under way is the segments' and states' matter, not the buffer's. */
const bytesOf = (length: number): number => (length > 1 ? length : 0);

function seriesOf(trace: Trace, conn: string): Series[] {
  return (['A', 'B'] as const).flatMap((side): Series[] => {
    const own = side === 'A' ? conn : reversed(conn);
    const listener = `${own.split('-')[0] ?? ''}-0`;
    const rows = (sock: string, length: (row: QueueRow) => number): Series['rows'] =>
      (trace.queues ?? [])
        .filter((row) => row.side === side && row.sock === sock)
        .map((row) => ({ t: row.t, length: length(row), room: row.sendQ + 1 }));
    return [
      { side, kind: 'Recv-Q', rows: rows(own, (row) => bytesOf(row.recvQ)) },
      { side, kind: 'Send-Q', rows: rows(own, (row) => bytesOf(row.sendQ)) },
      { side, kind: 'accept', rows: rows(listener, (row) => row.recvQ) },
    ];
  });
}

const TITLES: Record<QueueKind, string> = {
  'Recv-Q': say`received, and not read by the program`,
  'Send-Q': say`written by the program, and not acknowledged by the other side`,
  accept: say`connections that wait for accept(); the listener’s backlog and one more is all that fits`,
};

/**
 * The queues that stand for a while, in the order of time, up to `end` (seconds). A host that loses power has none any more.
 * @param conn as in `PacketRow.conn`; null for none
 */
export function queuePeriods(trace: Trace, conn: string | null, end: number): QueuePeriod[] {
  if (conn === null) return [];
  const periods = seriesOf(trace, conn).flatMap(({ side, kind, rows }): QueuePeriod[] => {
    const most = Math.max(1, ...rows.map((row) => row.length));
    const off = (trace.experiment.faults ?? []).find((fault) => fault.fault === 'powerLoss' && fault.host === side)?.at ?? Infinity;
    let told = 0;
    return rows.flatMap(({ t, length, room }, index): QueuePeriod[] => {
      const to = Math.min(rows[index + 1]?.t ?? end, end, off);
      if (length === 0) told = 0;
      if (length === 0 || to - t < STANDS) return [];
      const labelled = Math.abs(length - told) > MUCH * told;
      if (labelled) told = length;
      const text = kind === 'accept' ? say`queue ${length} of ${room}` : `${kind} ${size(length)}`;
      return [
        {
          side,
          kind,
          length,
          from: t,
          to,
          share: length / most,
          labelled,
          text,
          short: kind === 'accept' ? say`${length} of ${room}` : size(length),
          title: `${text}: ${TITLES[kind]}`,
        },
      ];
    });
  });
  return periods.sort((a, b) => a.from - b.from);
}

/** What a side's queues and window are after an event, in words. */
export interface QueueWords {
  ours: string;
  theirs: string;
}

/** Tells the queues at times that are asked for in order: a long run is walked through once. */
export function queueWords(trace: Trace, conn: string | null): (t: number) => QueueWords {
  if (conn === null || trace.queues === undefined) return () => ({ ours: '', theirs: '' });
  const all = seriesOf(trace, conn).map((series) => ({ ...series, next: 0, length: 0, room: 0 }));
  const windows = trace.packets.filter((packet) => packet.conn === conn && packet.window !== undefined && !packet.flags.includes('R'));
  let seen = 0;
  const closed: Record<HostName, boolean> = { A: false, B: false };
  const words = (side: HostName): string =>
    [
      ...all
        .filter((series) => series.side === side && series.length > 0)
        .map(({ kind, length, room }) => (kind === 'accept' ? say`accept queue ${length} of ${room}` : `${kind} ${size(length)}`)),
      ...(closed[side] ? [say`window 0`] : []),
    ].join(', ');
  return (t) => {
    for (const series of all) {
      for (let row = series.rows[series.next]; row !== undefined && row.t <= t + NEAR; row = series.rows[++series.next])
        [series.length, series.room] = [row.length, row.room];
    }
    for (let packet = windows[seen]; packet !== undefined && packet.t <= t + NEAR; packet = windows[++seen])
      closed[packet.from] = packet.window === 0;
    return { ours: words('A'), theirs: words('B') };
  };
}

/** Things this near (seconds) belong to one moment. */
const NEAR = 0.00001;
