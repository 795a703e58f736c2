/** What ends a socket, and when: the model's runs of its stages, counted from the timer that the table shows. */

import type { SocketOptions } from '../../kernel/experiment.js';
import type { Experiment } from '../../kernel/experiment.js';
import { describeTime } from '../../scenarios/describe-time.js';
import type { Machine } from '../../scenarios/scenario.js';
import { isLoopback } from '../address.js';
import type { Socket } from '../symptom.js';
import { measure, wholeLife } from './measure.js';
import type { Measured } from './measure.js';
import { stagesOf } from './stages.js';
import type { Stage } from './stages.js';
import { say } from '../../words/say.js';

/**
 * timer: the kernel ends it by itself; silent: the kernel ends it if the other side stays silent, and nothing does if it answers;
 * within: it ends within that time, the table does not show its timer; nothing: no timer runs; unknown: the table does not tell enough.
 */
type EndingKind = 'timer' | 'silent' | 'within' | 'nothing' | 'unknown';

export interface Ending {
  kind: EndingKind;
  /** What a call of the program that still holds the socket gets. */
  errno: string | null;
  /** How long the connection had been asked for at the look, seconds; null where that is not known. */
  asked?: { least: number; most: number };
  /** Seconds from the look at the table; null: never. */
  earliest: number | null;
  latest: number | null;
  /** The run that it was read off; null where none was needed. */
  experiment: Experiment | null;
  /** What does not fit: one sentence. */
  doubt: string | null;
}

/** Round-trip times that are tried where a table does not tell, milliseconds. */
const ON_LOOPBACK = [0.05];
const IN_HOUSE = [0.2, 1, 4, 8, 12, 16, 20, 24, 28, 32, 40, 50, 60];
const ANYWHERE = [1, 10, 20, 30, 45, 60, 80, 100, 140, 190, 250];
/** Longer ones, for timers that none of these can show: a path over the world, a busy machine. */
const LONG_WAYS = [70, 85, 100, 120, 140, 165, 190, 220, 250, 300, 360, 430, 520, 640, 800];
/** RTO without a measured round trip is at least this above it (RTO_MIN). */
const RTO_MIN_MS = 200;
const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|fd|fe80)/;

/** Round-trip times that fit the socket; `ss -i` tells the RTO, which says which. */
function rttsOf(socket: Socket): readonly number[] {
  const { info } = socket;
  if (isLoopback(socket.remote.host)) return ON_LOOPBACK;
  if (info?.rtoMs !== undefined) {
    // The timer of window probes backs off by itself: there the RTO is shown as it is.
    const base = info.rtoMs / (socket.timer?.kind === 'persist' ? 1 : 2 ** (info.backoff ?? 0));
    // A first sample gives RTT + max(200 ms, 2 RTT), many give RTT + 200 ms: both may have been.
    const many = base - RTO_MIN_MS;
    // Segments that wait behind others make the measured round trip longer than the wire's.
    const offsets = socket.timer?.kind === 'persist' ? [-16, -14, -12, -8] : [];
    return [
      ...new Set(
        [...offsets.map((o) => many + o), many - 4, many - 2, many, many + 2, Math.min(many, base / 3)].map((ms) =>
          Math.max(0.05, Math.round(ms * 100) / 100),
        ),
      ),
    ];
  }
  if (info?.rttMs !== undefined) return [info.rttMs];
  return PRIVATE.test(socket.remote.host) ? IN_HOUSE : ANYWHERE;
}

const NOTHING: Ending = { kind: 'nothing', errno: null, earliest: null, latest: null, experiment: null, doubt: null };
const UNKNOWN: Ending = { ...NOTHING, kind: 'unknown' };

/** Unanswered probes and data in flight that have not been sent again yet tell nothing of the other side. */
function mayBeAnswered(socket: Socket): boolean {
  const timer = socket.timer;
  if (
    !timer ||
    socket.state === 'TIME_WAIT' ||
    socket.state === 'FIN_WAIT_2' ||
    (socket.state === 'CLOSE_WAIT' && timer.kind === 'keepalive')
  )
    return false;
  return timer.kind === 'persist' ? timer.count <= 1 && socket.holders.length > 0 : timer.count === 0 && socket.state !== 'SYN_SENT';
}

/** @param options those that the socket's line sets, where it is known */
export function endingOf(socket: Socket, machine: Machine, options: SocketOptions = {}): Ending {
  const stagesFor = (rttsMs: readonly number[]): Stage[] => stagesOf(socket, { machine, rttsMs, options });
  const stages = stagesFor(rttsOf(socket));
  if (stages.length === 0) return withoutStage(socket);
  if (!socket.timer) return withoutTimer(socket, stages.map(wholeLife));
  const seen = { least: socket.timer.least, count: socket.timer.count, length: pauseOf(socket) };
  const measured = (all: readonly Stage[]): Measured[] => all.map((stage) => measure(stage, seen)).filter((m) => m !== null);
  const usual = measured(stages);
  const longer = usual.length > 0 || isLoopback(socket.remote.host) ? usual : measured(stagesFor(LONG_WAYS));
  const found = longer.length > 0 ? longer : measured(stagesOf(socket, { machine: older(machine), rttsMs: rttsOf(socket), options }));
  if (found.length === 0)
    return {
      ...UNKNOWN,
      doubt: say`With the settings that are assumed here the kernel shows no such timer: give this machine's sysctls (--sysctls).`,
    };
  const ends = found.filter((m) => Number.isFinite(m.latest));
  const never = found.some((m) => m.never);
  if (ends.length === 0) return { ...NOTHING, experiment: (found[0] as Measured).experiment };
  const { least, most } = socket.timer;
  return {
    kind: mayBeAnswered(socket) || never ? 'silent' : 'timer',
    errno: errnoOf(ends, socket),
    earliest: least + Math.min(...ends.map((m) => m.earliest)),
    latest: most + Math.max(...ends.map((m) => m.latest)),
    ...(socket.state === 'SYN_SENT' && {
      asked: { least: Math.min(...ends.map((m) => m.age.least)) - most, most: Math.max(...ends.map((m) => m.age.most)) - least },
    }),
    experiment: (ends[0] as Measured).experiment,
    doubt: null,
  };
}

/** A program that waits for connect() no longer than that, seconds, gives it up before the kernel does. */
export function limitedBy(ending: Ending, seconds: number): Ending {
  const { asked, latest } = ending;
  if (!asked || latest === null) return ending;
  const [from, to] = [seconds - asked.most, seconds - asked.least + NOTICED];
  // Later than that it would have been gone: it is another limit.
  if (to < 0 || from >= latest) return ending;
  return { ...ending, errno: 'TIMEOUT', earliest: Math.max(0, from), latest: Math.max(0, to) };
}

/** What a runtime needs to notice that its time is over, seconds. */
const NOTICED = 0.05;

/** Where nobody has told the setting: kernels before 6.5 double the time between SYNs from the first on. */
function older(machine: Machine): Machine {
  return { ...machine, sysctls: { ...machine.sysctls, A: { 'net.ipv4.tcp_syn_linear_timeouts': 0, ...machine.sysctls.A } } };
}

/** How long the timer was set for, seconds, where `ss -i` tells. */
function pauseOf({ timer, info }: Socket): number | null {
  if (info?.rtoMs === undefined || (timer?.kind !== 'on' && timer?.kind !== 'persist')) return null;
  return (info.rtoMs / 1000) * (timer.kind === 'persist' ? 2 ** (info.backoff ?? 0) : 1);
}

/** Nobody is told who has let go. */
function errnoOf(ends: readonly Measured[], socket: Socket): string | null {
  return socket.orphan ? null : (ends.find((m) => m.errno !== null)?.errno ?? null);
}

function withoutStage(socket: Socket): Ending {
  if (socket.state === 'ESTABLISHED' && socket.timer === undefined) return UNKNOWN;
  return NOTHING;
}

function withoutTimer(socket: Socket, lives: readonly (number | null)[]): Ending {
  // Whoever holds a half-closed socket holds it as long as it likes; without a timer shown it may be either.
  if (socket.timer === null && socket.state !== 'TIME_WAIT') return NOTHING;
  const known = lives.filter((life) => life !== null);
  return known.length === 0 ? UNKNOWN : { ...NOTHING, kind: 'within', earliest: 0, latest: Math.max(...known) };
}

/** The endings of many as one: from the first to the last. */
export function joinedEnding(endings: readonly Ending[]): Ending {
  const timed = endings.filter((e) => e.latest !== null);
  if (timed.length === 0) return endings.find((e) => e.doubt !== null) ?? (endings[0] as Ending);
  const base: Ending = timed.find((e) => e.kind === 'timer') ?? (timed[0] as Ending);
  return {
    ...base,
    earliest: Math.min(...timed.map((e) => e.earliest as number)),
    latest: Math.max(...timed.map((e) => e.latest as number)),
  };
}

/** "in about 9 min 40 s". */
export function inWords(ending: Ending): string {
  return describeTime(ending.earliest, ending.latest);
}
