/** Does some failure, simulated on this line, end in what the table shows: the same state, the same queues, the same timer? */

import type { TcpState } from '../../kernel/trace.js';
import type { Machine } from '../../scenarios/scenario.js';
import type { SocketRow } from '../../output/ss.js';
import { takes } from '../../scenarios/profile.js';
import type { ConnectionProfile } from '../../scenarios/profile.js';
import { onPathOf } from '../../app/failing-path.js';
import type { Group } from '../groups.js';
import { isFull } from '../groups.js';
import type { ErrorSign } from '../symptom.js';
import type { Evidence } from './evidence.js';
import { WEIGHTS } from './evidence.js';
import { playsOf } from './played.js';
import type { Played } from './played.js';
import type { Opening } from './program.js';
import { CLOSED_HERE } from './traffic.js';
import { say, translated } from '../../words/say.js';

/** A state that lasts this long is likely to be seen by somebody who looks, seconds. */
const A_WHILE = 5;

export interface Match {
  scenario: string;
  title: string;
  /** How long the run shows it, seconds; Infinity: to its end. */
  lasts: number;
}

/** The connection on the paths that its findings are about, on its own, and in its loop. */
function profilesOf(opening: Opening): ConnectionProfile[] {
  const onPaths = opening.findings.map((f) => onPathOf({ rule: f.rule, path: f.path }, opening.connection));
  const all = [...onPaths, opening.connection];
  const different = all.filter((p, i) => all.findIndex((q) => JSON.stringify(q.steps) === JSON.stringify(p.steps)) === i);
  return [...different.slice(0, 2), ...inLoop(opening.connection)];
}

/** The connection of a program that is still in its loop: whatever comes after it has not happened yet. */
function inLoop(connection: ConnectionProfile): ConnectionProfile[] {
  const loop = connection.steps.map((s) => s.do).lastIndexOf('repeat');
  return loop < 0 || loop === connection.steps.length - 1 ? [] : [{ ...connection, steps: connection.steps.slice(0, loop + 1) }];
}

/** How much a path reads: what it does not show (a runtime that reads by itself), so many times, or whatever comes. */
type Reads = 'unknown' | 'some' | 'all' | 'none';

function readsOf({ steps, reads }: ConnectionProfile): Reads {
  if (reads === 'nobody') return 'none';
  if (!takes(steps, 'recv', 'recvUntilEof', 'poll')) return 'unknown';
  const again = steps.some((s) => s.do === 'repeat' && takes(s.steps ?? [], 'recv', 'poll'));
  return again || takes(steps, 'recvUntilEof', 'poll') ? 'all' : 'some';
}

/** Is what waits unread what the path leaves? The other side of a run may have less to say than the real one. */
function unreadFits(row: SocketRow, group: Group, reads: Reads): boolean {
  if (reads === 'unknown' || group.unread === null || row.recvQ === null) return true;
  // The end of the stream waits to be read as data does: an empty queue has been read.
  if (reads === 'none') return group.state !== 'CLOSE_WAIT' || group.unread;
  const unread = row.recvQ > 0;
  return unread === group.unread || (group.unread && reads === 'some');
}

/** Is the row what the table shows? */
function fits(row: SocketRow, group: Group, reads: Reads): boolean {
  if (row.state !== (group.state as TcpState)) return false;
  if (group.state === 'LISTEN') return !group.sockets.some(isFull) || (row.recvQ ?? 0) > (row.sendQ ?? Infinity);
  if (group.timer !== undefined && row.state !== 'TIME_WAIT' && (row.timer.split(',')[0] || null) !== group.timer) return false;
  if (!unreadFits(row, group, reads)) return false;
  return group.unacked === null || row.sendQ === null || row.sendQ > 0 === group.unacked;
}

/** How long after its failure a run shows such a socket on our side, seconds; 0: never. */
function shownFor({ spans }: Played, group: Group, reads: Reads): number {
  let total = 0;
  for (const { lasts, rows } of spans) if (rows.some((row) => fits(row, group, reads))) total += lasts;
  return total;
}

/** Is it the better of two? Of those that show it equally long, the one that comes first in `liked`. */
function isBetter(match: Match, than: Match | null, liked: readonly string[]): boolean {
  if (!than || match.lasts !== than.lasts) return match.lasts > (than?.lasts ?? 0);
  const rank = ({ scenario }: Match): number => (liked.includes(scenario) ? liked.indexOf(scenario) : liked.length);
  return rank(match) < rank(than);
}

/** What a state is the plain sign of: others pass through it by the way. */
const PLAIN: Readonly<Record<string, string>> = { CLOSE_WAIT: 'peer-closes-we-do-not' };

/** The failure that shows it longest; null when none does. */
export function matchOf(opening: Opening, group: Group, machine: Machine): Match | null {
  let best: Match | null = null;
  const told = opening.findings.flatMap((f) => f.consequence?.scenario ?? []);
  const liked = [...told, ...[PLAIN[group.state] ?? []].flat()];
  for (const profile of profilesOf(opening)) {
    for (const run of playsOf(profile, machine)) {
      const lasts = shownFor(run, group, readsOf(profile));
      const match = { scenario: run.id, title: run.title, lasts };
      if (isBetter(match, best, liked)) best = match;
    }
  }
  return best;
}

const EVENT_DRIVEN = /^(?:java|type)script/;

/** Where handlers do the work, a path may lack the very call that the state comes of. */
function lacksHandlers({ file, connection: { role, steps } }: Opening, group: Group): boolean {
  // A server's library closes what it has accepted when the handler is done.
  if (role === 'accepted' && CLOSED_HERE.has(group.state) && steps.every((s) => s.do === 'accept' || s.do === 'hold')) return true;
  if (!EVENT_DRIVEN.test(file.language)) return false;
  return (group.unacked === true && !takes(steps, 'send')) || (CLOSED_HERE.has(group.state) && !takes(steps, 'close', 'shutdown'));
}

/** In words what was compared. */
function shape(group: Group): string {
  const queues = [group.unread === true ? say`bytes unread` : '', group.unacked === true ? say`bytes unacknowledged` : ''].filter(
    (t) => t !== '',
  );
  const timer = group.timer === undefined ? [] : [group.timer === null ? say`no timer` : say`timer ${group.timer}`];
  return [group.state, ...queues, ...timer].join(', ');
}

/** An open connection of which no queue or timer is told: any line's is so. */
const isEverybodys = (g: Group): boolean => g.state === 'ESTABLISHED' && g.timer === undefined && g.unread !== true && g.unacked !== true;

const lower = (title: string): string => title.charAt(0).toLowerCase() + title.slice(1);

export function simulationEvidence(match: Match | null, group: Group, opening: Opening): Evidence {
  if ((!match || match.lasts < 0.5) && lacksHandlers(opening, group))
    return { kind: 'simulation', weight: 0, text: say`what its handlers do is not known: no failure was simulated` };
  if ((!match || match.lasts < 0.5) && group.state === 'CLOSE_WAIT')
    return { kind: 'simulation', weight: WEIGHTS.closesUsually, text: say`on its usual path it closes when the other side has closed` };
  if (!match || match.lasts < 0.5)
    return { kind: 'simulation', weight: WEIGHTS.neverSimulated, text: say`no failure leaves this line's connection in ${shape(group)}` };
  const title = lower(translated(match.title));
  const text =
    match.lasts === Infinity
      ? say`simulated on this line, "${title}" ends in the same: ${shape(group)}`
      : say`simulated on this line, "${title}" passes through the same: ${shape(group)}`;
  return {
    kind: 'simulation',
    weight: isEverybodys(group)
      ? 0
      : match.lasts === Infinity
        ? WEIGHTS.simulated
        : match.lasts >= A_WHILE
          ? WEIGHTS.simulatedForAWhile
          : 0,
    text,
  };
}

function errnoText(title: string, call: string, errno: string): string {
  return errno === 'TIMEOUT'
    ? say`simulated on this line, "${title}" makes ${call} fail with its own time limit`
    : say`simulated on this line, "${title}" makes ${call} fail with ${errno}`;
}

/** The failure in which a call of this line fails as the log says; null when none does. */
export function errnoEvidence(opening: Opening, sign: ErrorSign, machine: Machine): { evidence: Evidence; scenario: string } | null {
  for (const profile of profilesOf(opening)) {
    for (const { id, title, answer } of playsOf(profile, machine)) {
      if (answer.errno !== sign.errno && !(sign.errno === 'TIMEOUT' && answer.what === say`time limit`)) continue;
      if (sign.call !== null && answer.call !== null && answer.call !== sign.call) continue;
      return {
        scenario: id,
        evidence: {
          kind: 'errno',
          weight: WEIGHTS.errno,
          text: errnoText(lower(translated(title)), answer.call ?? say`a call`, sign.errno),
        },
      };
    }
  }
  return null;
}
