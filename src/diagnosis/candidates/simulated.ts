/** Does some failure, simulated on this line, end in what the table shows: the same state, the same queues, the same timer? */

import { simulate } from '../../kernel/simulate.js';
import type { TcpState, Trace } from '../../kernel/trace.js';
import { parametersOf } from '../../scenarios/scenario.js';
import type { Answer, Machine, Scenario } from '../../scenarios/scenario.js';
import { socketsAt } from '../../output/ss.js';
import type { SocketRow } from '../../output/ss.js';
import { SCENARIOS } from '../../scenarios/generated.js';
import { eventOf } from '../../scenarios/outcome.js';
import { takes } from '../../scenarios/profile.js';
import type { ConnectionProfile } from '../../scenarios/profile.js';
import { onPathOf } from '../../app/failing-path.js';
import { tellable } from '../../app/story.js';
import type { Group } from '../groups.js';
import { isFull } from '../groups.js';
import type { ErrorSign } from '../symptom.js';
import type { Evidence } from './evidence.js';
import { WEIGHTS } from './evidence.js';
import type { Opening } from './program.js';
import { say, translated } from '../../words/say.js';

/** Of stories with many moments so many are looked at after their failure, and so many before their end. */
const MOST_MOMENTS = 60;
/** A state that lasts this long is likely to be seen by somebody who looks, seconds. */
const A_WHILE = 5;
/** Scenarios with hundreds of connections tell of machines, not of one line. */
const LARGE = new Set(['leak-fleet']);

export interface Match {
  scenario: string;
  title: string;
  /** How long the run shows it, seconds; Infinity: to its end. */
  lasts: number;
}

/** The connection on the paths that its findings are about, on its own, and in its loop. */
function profilesOf(opening: Opening): ConnectionProfile[] {
  const onPaths = opening.findings.map((f) => onPathOf(f.rule, opening.connection, f.path));
  const all = [...onPaths, opening.connection];
  const different = all.filter((p, i) => all.findIndex((q) => JSON.stringify(q.steps) === JSON.stringify(p.steps)) === i);
  return [...different.slice(0, 2), ...inLoop(opening.connection)];
}

/** The connection of a program that is still in its loop: whatever comes after it has not happened yet. */
function inLoop(connection: ConnectionProfile): ConnectionProfile[] {
  const loop = connection.steps.map((s) => s.do).lastIndexOf('repeat');
  return loop < 0 || loop === connection.steps.length - 1 ? [] : [{ ...connection, steps: connection.steps.slice(0, loop + 1) }];
}

interface Played {
  id: string;
  title: string;
  trace: Trace;
  answer: Answer;
}

/** Runs that are kept: several groups ask about the same lines. */
const KEPT = 400;
const played = new Map<string, Played | null>();

/** One run of a scenario: what it shows does not depend on the timer wheel's phase. Null where its failure does not meet this path. */
function playOnce(scenario: Scenario, profile: ConnectionProfile, machine: Machine): Played | null {
  const key = JSON.stringify([
    scenario.id,
    machine,
    profile.role,
    profile.steps,
    profile.keepalive,
    profile.onDrop,
    profile.userTimeoutMs,
    profile.connectTimeout,
    profile.readTimeout,
    profile.writeTimeout,
    profile.backlog,
    profile.linger,
    profile.nonBlocking,
    profile.reuseAddr,
  ]);
  const known = played.get(key);
  if (known !== undefined) return known;
  const oldest = played.keys().next();
  if (played.size >= KEPT && !oldest.done) played.delete(oldest.value);
  let result: Played | null = null;
  try {
    const parameters = parametersOf(scenario);
    const trace = simulate(scenario.experiment(profile, parameters, machine), { maxEvents: MOST_EVENTS });
    result = { id: scenario.id, title: scenario.title, trace, answer: scenario.answer([trace], profile, parameters) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  played.set(key, result);
  return result;
}

const MOST_EVENTS = 20_000;

function playsOf(profile: ConnectionProfile, machine: Machine): Played[] {
  return SCENARIOS.flatMap((scenario) =>
    LARGE.has(scenario.id) || !tellable(scenario.id, profile) ? [] : (playOnce(scenario, profile, machine) ?? []),
  );
}

/** How much a path reads: what it does not show (a runtime that reads by itself), so many times, or whatever comes. */
type Reads = 'unknown' | 'some' | 'all';

function readsOf({ steps }: ConnectionProfile): Reads {
  if (!takes(steps, 'recv', 'recvUntilEof', 'poll')) return 'unknown';
  const again = steps.some((s) => s.do === 'repeat' && takes(s.steps ?? [], 'recv', 'poll'));
  return again || takes(steps, 'recvUntilEof', 'poll') ? 'all' : 'some';
}

/** Is what waits unread what the path leaves? The other side of a run may have less to say than the real one. */
function unreadFits(row: SocketRow, group: Group, reads: Reads): boolean {
  if (reads === 'unknown' || group.unread === null || row.recvQ === null) return true;
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
function shownFor(trace: Trace, group: Group, reads: Reads): number {
  const event = eventOf(trace);
  const end = trace.experiment.durationS;
  const moments = [
    ...new Set([
      event,
      ...trace.states.filter((s) => s.side === 'A').map((s) => s.t),
      ...(trace.timers ?? []).filter((t) => t.side === 'A').flatMap((t) => [t.start, t.end ?? end]),
      ...(trace.queues ?? []).filter((q) => q.side === 'A').map((q) => q.t),
    ]),
  ]
    .filter((t) => t >= event && t < end)
    .sort((a, b) => a - b)
    .filter((_, i, all) => i < MOST_MOMENTS || i >= all.length - MOST_MOMENTS);
  let total = 0;
  moments.forEach((from, i) => {
    const to = moments[i + 1] ?? end;
    if (to - from < 1e-6 || !socketsAt(trace, (from + to) / 2).some((row) => row.side === 'A' && fits(row, group, reads))) return;
    total = i === moments.length - 1 ? Infinity : total + (to - from);
  });
  return total;
}

/** The failure that shows it longest; null when none does. */
export function matchOf(opening: Opening, group: Group, machine: Machine): Match | null {
  let best: Match | null = null;
  for (const profile of profilesOf(opening)) {
    for (const { id, title, trace } of playsOf(profile, machine)) {
      const lasts = shownFor(trace, group, readsOf(profile));
      if (lasts > (best?.lasts ?? 0)) best = { scenario: id, title, lasts };
    }
  }
  return best;
}

/** In words what was compared. */
function shape(group: Group): string {
  const queues = [group.unread === true ? say`bytes unread` : '', group.unacked === true ? say`bytes unacknowledged` : ''].filter(
    (t) => t !== '',
  );
  const timer = group.timer === undefined ? [] : [group.timer === null ? say`no timer` : say`timer ${group.timer}`];
  return [group.state, ...queues, ...timer].join(', ');
}

const lower = (title: string): string => title.charAt(0).toLowerCase() + title.slice(1);

export function simulationEvidence(match: Match | null, group: Group): Evidence {
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
    weight: match.lasts === Infinity ? WEIGHTS.simulated : match.lasts >= A_WHILE ? WEIGHTS.simulatedForAWhile : 0,
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
      if (answer.errno !== sign.errno && !(sign.errno === 'TIMEOUT' && answer.what === 'time limit')) continue;
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
