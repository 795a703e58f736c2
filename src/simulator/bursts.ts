/** Many like segments one right after the other are one burst: drawn as a band instead of a thicket of arrows. Pure. */

import type { PacketRow } from '../kernel/trace.js';
import { segment, segmentShort } from './words.js';
import { say } from '../words/say.js';

export interface Burst {
  first: PacketRow;
  last: PacketRow;
  count: number;
  /** Of data, in all. */
  bytes: number;
}

/** Segments further apart than this (seconds) are no burst. */
const TOGETHER = 0.005;
/** Fewer stay single. */
const LEAST = 3;

/** Data, or bare acknowledgements; null for what always stands alone. */
function kindOf(packet: PacketRow): 'data' | 'ack' | null {
  if (packet.kind !== '' || /[SFR]/.test(packet.flags) || packet.flags.startsWith('ARP')) return null;
  if (packet.len > 0) return 'data';
  return packet.window === 0 ? null : 'ack';
}

function continues(burst: Burst, packet: PacketRow): boolean {
  const { last } = burst;
  return (
    kindOf(packet) !== null &&
    kindOf(packet) === kindOf(last) &&
    packet.conn === last.conn &&
    packet.dropped === last.dropped &&
    packet.t - last.t <= TOGETHER
  );
}

/** Segments and bursts of both directions in the order of time. */
export function bursts(packets: readonly PacketRow[]): Burst[] {
  const runs: PacketRow[][] = [];
  const open: Partial<Record<PacketRow['from'], PacketRow[]>> = {};
  for (const packet of packets) {
    const run = open[packet.from];
    if (run !== undefined && continues(burstOf(run), packet)) {
      run.push(packet);
    } else {
      runs.push((open[packet.from] = [packet]));
    }
  }
  return runs
    .flatMap((run) => (run.length >= LEAST ? [burstOf(run)] : run.map((packet) => burstOf([packet]))))
    .sort((a, b) => a.first.t - b.first.t);
}

function burstOf(run: readonly PacketRow[]): Burst {
  const [first, last] = [run[0] as PacketRow, run[run.length - 1] as PacketRow];
  return { first, last, count: run.length, bytes: run.reduce((sum, packet) => sum + packet.len, 0) };
}

/** What a burst is, longest wording first. */
export function burstWords({ first, count, bytes }: Burst): string[] {
  if (count === 1) return [segment(first), segmentShort(first)];
  return bytes > 0 ? [say`${count} × data, ${bytes} B`, say`${count} × data`] : [say`${count} × ACK`];
}
