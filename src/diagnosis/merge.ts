/**
 * Several tables of one moment as one: what ss, lsof and /proc say of the
 * same connection is put together. Looks one after the other stay apart.
 */

import type { Reading, Socket } from './symptom.js';
import { emptyReading } from './symptom.js';

/** Which connection it is; without both ends it is only itself. */
function keyOf(s: Socket): string | null {
  if (s.state === 'LISTEN') return s.holders[0]?.pid == null ? null : `${s.look} listen ${s.local.host} ${s.local.port}`;
  if (s.local.port === null || s.remote.port === null) return null;
  return `${s.look} ${s.local.host} ${s.local.port} ${s.remote.host} ${s.remote.port}`;
}

/** Tables that show the kernel's own state are believed before those that guess it. */
const GUESSING = new Set(['node-report', 'capture']);

function joined(a: Socket, b: Socket): Socket {
  const [sure, other] = GUESSING.has(a.reader) ? [b, a] : [a, b];
  const known = new Set(sure.holders.map((h) => `${h.pid} ${h.fd}`));
  const holders = [
    ...sure.holders.map((h) => ({ ...other.holders.find((o) => o.pid === h.pid), ...withoutNull(h) })),
    ...other.holders.filter((h) => !known.has(`${h.pid} ${h.fd}`) && !(h.pid !== null && sure.holders.some((s) => s.pid === h.pid))),
  ];
  return {
    ...sure,
    recvQ: sure.recvQ ?? other.recvQ,
    sendQ: sure.sendQ ?? other.sendQ,
    timer: sure.timer === undefined ? other.timer : sure.timer,
    info: sure.info ?? other.info,
    inode: sure.inode ?? other.inode,
    uid: sure.uid ?? other.uid,
    holders: holders,
    orphan: holders.length === 0 && (sure.orphan || other.orphan),
  };
}

function withoutNull<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null)) as T;
}

/** One list of sockets in which each connection of a look stands once. */
function mergeSockets(sockets: readonly Socket[]): Socket[] {
  const byKey = new Map<string, { at: number; reader: string }>();
  const out: Socket[] = [];
  for (const s of sockets) {
    const key = keyOf(s);
    const known = key === null ? undefined : byKey.get(key);
    if (key === null || !known || known.reader === s.reader) {
      if (key !== null) byKey.set(key, { at: out.length, reader: s.reader });
      out.push(s);
    } else {
      out[known.at] = joined(out[known.at] as Socket, s);
    }
  }
  return out;
}

/** Readings one after the other: each begins with looks of its own. Readers of the same text looked at the same moments. */
export function mergeReadings(readings: readonly Reading[]): Reading {
  const all = emptyReading();
  let look = 0;
  for (const reading of readings) {
    const last = lastLooks(reading.sockets);
    const most = Math.max(0, ...last.values());
    // A reader with fewer looks than another saw the last of them.
    const own = reading.sockets.map((s): Socket => ({ ...s, look: look + s.look + most - (last.get(s.reader) as number) }));
    for (const s of own) all.sockets.push(s);
    all.errors.push(...reading.errors);
    all.stacks.push(...reading.stacks);
    all.flows.push(...reading.flows);
    all.notes.push(...reading.notes);
    if (own.length > 0) look += most + 1;
  }
  all.sockets = mergeSockets(all.sockets);
  return all;
}

/** The last look of each reader. */
function lastLooks(sockets: readonly Socket[]): Map<string, number> {
  const last = new Map<string, number>();
  for (const s of sockets) last.set(s.reader, Math.max(last.get(s.reader) ?? 0, s.look));
  return last;
}
