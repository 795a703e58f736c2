/** What went over the connection, as far as the table tells, held against what the path sends and reads. */

import type { ProfileStep } from '../../scenarios/profile.js';
import type { Group } from '../groups.js';
import type { SocketState } from '../symptom.js';
import type { Evidence } from './evidence.js';
import { WEIGHTS } from './evidence.js';
import type { Opening } from './program.js';
import { say } from '../../words/say.js';

/** States that only a close (or shutdown) of this side makes. */
export const CLOSED_HERE: ReadonlySet<SocketState> = new Set<SocketState>(['FIN_WAIT_1', 'FIN_WAIT_2', 'TIME_WAIT', 'CLOSING', 'LAST_ACK']);
/** A send of which the size is not known, bytes. */
const SOME = 4096;
/** More waits than a program that pauses between small sends gathers soon, bytes. */
const MUCH = 65_536;

const flat = (steps: readonly ProfileStep[]): ProfileStep[] => steps.flatMap((s) => [s, ...flat(s.steps ?? [])]);

export function trafficEvidence(opening: Opening, group: Group): Evidence[] {
  const steps = flat(opening.connection.steps);
  return [...unanswered(steps, group), ...paced(steps, group), ...small(steps, group), ...lastWords(steps, group)];
}

/** Nothing was ever received, but this path reads before it can have come so far. */
function unanswered(steps: readonly ProfileStep[], group: Group): Evidence[] {
  const nothing = group.sockets.every(({ info, recvQ }) => info?.bytesSent !== undefined && (info.bytesReceived ?? 0) === 0 && recvQ === 0);
  // What an event loop reads keeps nobody from sending.
  const read = steps.findIndex((s) => (s.do === 'recv' || s.do === 'recvUntilEof') && s.event === undefined);
  if (!nothing || read < 0) return [];
  const against = (text: string): Evidence[] => [{ kind: 'traffic', weight: WEIGHTS.otherTraffic, text }];
  const close = steps.findIndex((s) => s.do === 'close' || s.do === 'shutdown');
  if (CLOSED_HERE.has(group.state) && close > read) return against(say`it reads before it closes, and nothing was ever received`);
  const before = steps
    .slice(0, read)
    .filter((s) => s.do === 'send')
    .reduce((total, s) => total + (s.bytes ?? SOME), 0);
  const waits = Math.max(0, ...group.sockets.map((s) => s.sendQ ?? 0));
  return group.state === 'ESTABLISHED' && waits > before
    ? against(say`it reads an answer before it sends so much, and nothing was ever received`)
    : [];
}

/** It pauses between its sends, and very much waits. */
function paced(steps: readonly ProfileStep[], group: Group): Evidence[] {
  if (group.state !== 'ESTABLISHED' || !group.sockets.some((s) => (s.sendQ ?? 0) > MUCH)) return [];
  const sends = steps.filter((s) => s.do === 'send');
  const pauses = steps.some((s) => s.do === 'sleep') && sends.every((s) => (s.bytes ?? 0) < SOME);
  return pauses ? [{ kind: 'traffic', weight: WEIGHTS.paced, text: say`it pauses between its sends, and very much waits to be sent` }] : [];
}

/** It sends a few times, not again and again, and very much waits. */
function small(steps: readonly ProfileStep[], group: Group): Evidence[] {
  if (group.state !== 'ESTABLISHED' || !group.sockets.every((s) => (s.sendQ ?? 0) > MUCH)) return [];
  const sends = steps.filter((s) => s.do === 'send');
  const total = sends.reduce((sum, s) => sum + (s.bytes ?? SOME), 0);
  const isSmall = sends.length > 0 && total < MUCH && !steps.some((s) => s.do === 'repeat');
  return isSmall ? [{ kind: 'traffic', weight: WEIGHTS.paced, text: say`it sends little, and very much waits to be sent` }] : [];
}

/** What waits is what it sends last, and the FIN, which counts as one byte. */
function lastWords(steps: readonly ProfileStep[], group: Group): Evidence[] {
  if (group.state !== 'FIN_WAIT_1' && group.state !== 'LAST_ACK') return [];
  const close = steps.findIndex((s) => s.do === 'close' || s.do === 'shutdown');
  const sends = steps.slice(0, Math.max(0, close)).filter((s) => s.do === 'send');
  let sum = 0;
  for (const { bytes } of sends.reverse()) {
    if (bytes === undefined) break;
    sum += bytes;
    const waits = sum + 1;
    if (group.sockets.every((s) => s.sendQ === waits))
      return [{ kind: 'traffic', weight: WEIGHTS.lastWords, text: say`the ${waits} bytes that wait are what it sends last, and its FIN` }];
  }
  return [];
}
