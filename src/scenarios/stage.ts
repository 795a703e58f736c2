/**
 * Puts a scenario on the stage: rehearses the user's steps without the failure,
 * places the failure where it meets them, ends the run when all is told.
 */

import type { Experiment, Fault, Program, Step } from '../kernel/experiment.js';
import { simulate } from '../kernel/simulate.js';
import { sysctlsOf } from '../kernel/sysctl.js';
import type { CallRow, Trace } from '../kernel/trace.js';
import { CONN, namedOnPath, OURS, PEER, stepsOf } from './our-program.js';
import type { OurProgram } from './our-program.js';
import { startsConnecting } from './outcome.js';
import { peerSteps } from './peer.js';
import type { ConnectionProfile } from './profile.js';
import type { Machine } from './scenario.js';

/** How long the connection is at rest before the failure, seconds: all acknowledgements are through by then. */
export const REST = 1;
/** A run that shows nothing new for this long never will (seconds): every kernel timer but keepalive's is far shorter. */
const LONG = 14_400;
/** Round trip of a machine that names none, milliseconds. */
export const DEFAULT_RTT_MS = 20;

const SILENT_STEPS = new Set(['sleep', 'hold', 'exit', 'repeat', 'fork']);

/** Everything of an experiment but its clock: what scenarios put together. */
export interface Scene {
  name: string;
  why: string;
  machine: Machine;
  ours: OurProgram;
  peer: Step[];
  faults: Fault[];
  /** When the failure begins, seconds. */
  event: number;
  link?: 'routed' | 'lan';
  /** Sysctls that the scenario sets itself, over the machine's. */
  sysctls?: Machine['sysctls'];
  /** Programs beside ours and the peer. */
  others?: Program[];
  /** RLIMIT_NOFILE of our program. */
  descriptors?: number;
}

export const round = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/** The experiment of a scene, ending at `durationS`. */
export function experimentOf(scene: Scene, durationS: number): Experiment {
  const { machine } = scene;
  const limit = scene.descriptors === undefined ? {} : { rlimitNofile: scene.descriptors };
  const programs: Program[] = [{ name: OURS, host: 'A', steps: stepsOf(scene.ours), ...limit }];
  if (scene.peer.length > 0) programs.push({ name: PEER, host: 'B', steps: [...scene.peer, { do: 'hold' }] });
  return {
    name: scene.name,
    why: scene.why,
    rttMs: machine.rttMs ?? DEFAULT_RTT_MS,
    durationS: round(durationS),
    link: { mode: scene.link ?? 'routed' },
    sysctls: { A: { ...machine.sysctls.A, ...scene.sysctls?.A }, B: { ...machine.sysctls.B, ...scene.sysctls?.B } },
    programs: [...programs, ...(scene.others ?? [])],
    faults: scene.faults,
    model: { kernel: machine.kernel, hz: machine.hz, phase: 0, event: round(scene.event) },
  };
}

/** Our program's calls of a run, each with the index of the step of our path that made it. */
function ourCalls(trace: Trace, ours: OurProgram): { row: CallRow; index: number; inStep: number }[] {
  const made = ours.body.flatMap((step, index) =>
    step.steps.map((s, inStep) => ({ s, index, inStep })).filter(({ s }) => !SILENT_STEPS.has(s.do)),
  );
  const rows = trace.calls.filter((c) => c.program === OURS);
  return rows.slice(0, made.length).map((row, i) => ({ row, index: made[i]?.index ?? 0, inStep: made[i]?.inStep ?? 0 }));
}

/** Seconds after which nothing new can come: two keepalive idle times of ours, all its probes, and a long while. */
export function horizonOf(scene: Scene): number {
  const steps = [...scene.ours.body.flatMap((s) => s.steps), ...scene.ours.rest];
  const { sysctls } = sysctlsOf({ ...scene.machine.sysctls.A, ...scene.sysctls?.A });
  const set = (name: string, otherwise: number): number => {
    const values = steps.map((s) => ('options' in s ? s.options?.[name] : undefined)).filter((value) => typeof value === 'number');
    return Number(values.at(-1) ?? otherwise);
  };
  return (
    LONG +
    2 * set('TCP_KEEPIDLE', sysctls.tcpKeepaliveTime) +
    set('TCP_KEEPINTVL', sysctls.tcpKeepaliveIntvl) * (set('TCP_KEEPCNT', sysctls.tcpKeepaliveProbes) + 1)
  );
}

/** How long our path sleeps and polls by its own will, seconds. */
function ownTime(ours: OurProgram): number {
  const length = (s: Step): number => (s.do === 'sleep' ? s.for : s.do === 'poll' ? ((s.for ?? 0) < LONG ? (s.for ?? 0) : 0) : 0);
  return ours.body.flatMap((b) => b.steps).reduce((sum, s) => sum + length(s), 0);
}

/** When step `index` of our path starts in a run without the failure (seconds); the run's last return if it is never reached. */
function startOf(scene: Scene, index: number): number {
  const trace = simulate(experimentOf({ ...scene, faults: [] }, ownTime(scene.ours) + scene.ours.body.length + LONG / 300), {
    trace: 'calls',
  });
  const calls = ourCalls(trace, scene.ours);
  const ends = calls.filter((c) => c.index < index && c.row.end !== null).map((c) => c.row.end ?? 0);
  return calls.find((c) => c.index === index)?.row.start ?? Math.max(0, ...ends);
}

/** Between the failure and a send that meets it, seconds: too short for anything else to happen. */
const JUST_BEFORE = 0.05;

const lastOf = (ours: OurProgram, wanted: readonly string[]): number => {
  for (let i = ours.body.length - 1; i >= 0; i--) if (wanted.includes(ours.body[i]?.profile.do ?? '')) return i;
  return -1;
};

export type Moment = 'waiting' | 'sending';

/** Where the failure meets our path. */
export interface Meeting {
  /** Step of our path that meets it; the number of steps when it comes after the path. */
  index: number;
  event: number;
}

/** Makes step `index` wait until `at`: the time between two steps of the user's code is not known. */
export function delay(ours: OurProgram, index: number, at: number): void {
  const step = ours.body[index];
  const first = step?.steps[0];
  if (step && first) step.steps = [{ ...first, at: round(at) }, ...step.steps.slice(1)];
}

/** Our own limit on the wait of a step, seconds; Infinity when it has none. */
function limitOf(step: OurProgram['body'][number] | undefined): number {
  const limits = (step?.steps ?? []).map((s) => (s.do === 'poll' && (s.for ?? 0) < LONG ? (s.for ?? 0) : Infinity));
  return Math.min(...limits, Infinity);
}

/**
 * Finds the moment for the failure and makes the peer fit: it serves our path up to there and then is silent.
 * `waiting`: while our last receive is blocked; on a path without one, after the path's end, or before its close.
 * `sending`: just before our last send; on a path without one, as `waiting`.
 */
export function meet(profile: ConnectionProfile, scene: Scene, moment: Moment): Meeting {
  const { ours } = scene;
  const send = moment === 'sending' ? lastOf(ours, ['send']) : -1;
  const last = lastOf(ours, ['recv', 'recvUntilEof', 'poll']);
  // Who polls first waits there.
  const wait = ours.body[last - 1]?.profile.do === 'poll' ? last - 1 : last;
  if (send < 0 && wait >= 0) {
    scene.peer = peerSteps(profile, ours, wait);
    const since = startOf(scene, wait);
    scene.event = round(since + REST);
    // A wait with a limit begins with the failure, so that the limit counts from it.
    if (limitOf(ours.body[wait]) < Infinity || namedOnPath(profile.steps).has('SO_RCVTIMEO')) delay(ours, wait, scene.event);
    return { index: wait, event: scene.event };
  }
  if (send >= 0) {
    const meeting = meetBefore(profile, scene, send);
    scene.event = round(meeting.event + REST - JUST_BEFORE - (scene.machine.rttMs ?? DEFAULT_RTT_MS) / 1000);
    return { index: send, event: scene.event };
  }
  const close = lastOf(ours, ['close', 'shutdown']);
  return meetBefore(profile, scene, close >= 0 ? close : ours.body.length);
}

/**
 * The failure comes while the connection is at rest before step `index`
 * (after the path, when that is the number of steps); the step waits for it.
 */
export function meetBefore(profile: ConnectionProfile, scene: Scene, index: number): Meeting {
  scene.peer = peerSteps(profile, scene.ours, index);
  const since = startOf(scene, index);
  scene.event = round(since + REST);
  delay(scene.ours, index, since + 2 * REST);
  return { index, event: scene.event };
}

/** Did this call end our path: an error, or the application's own limit? */
function fails(row: CallRow): boolean {
  if (row.call === 'fill' || startsConnecting(row)) return false;
  if (row.call === 'getsockopt') return typeof row.result === 'string';
  return row.errno !== null || (row.call === 'poll' && row.result === '');
}

/** After a failed call the code leaves: of the rest of the path only the close is left. */
function cutAfterFailure(scene: Scene, trace: Trace): boolean {
  const failed = ourCalls(trace, scene.ours).find((c) => fails(c.row));
  if (!failed) return false;
  const { ours } = scene;
  const last = ours.body[failed.index];
  if (!last) return false;
  const { failing } = ours;
  const left = failing?.line === last.profile.line && last.profile.file === undefined ? failing : undefined;
  const close = (left ? [] : ours.body.slice(failed.index + 1))
    .filter((s) => s.profile.do === 'close')
    .slice(-1)
    // The library closes its own socket then: on no line of the code.
    .map((s) => (ours.opensConnected && last.profile.do === 'connect' ? { ...s, steps: [{ do: 'close' as const, on: CONN }] } : s));
  const body = [...ours.body.slice(0, failed.index), { ...last, steps: last.steps.slice(0, failed.inStep + 1) }, ...close];
  scene.ours = { ...ours, body, rest: [], ...(left && { end: left.end }) };
  return true;
}

/** The time of the last thing that a run tells (seconds): probes that are answered for ever tell nothing new. */
function lastNews(trace: Trace): number {
  const told = trace.packets.filter((p) => p.kind !== 'keepalive' && p.kind !== 'window-probe' && (p.len > 0 || p.flags !== 'A'));
  const calls = trace.calls.flatMap((c) => [c.start, c.end ?? c.start]);
  return [...told.map((p) => p.t), ...trace.states.map((s) => s.t), ...calls].reduce((a, b) => Math.max(a, b), 0);
}

/** Probes after the last news that the run still shows. */
const SHOWN_PROBES = 3;

/** Where to end the run: all news are in, whatever the phase of the timer wheel, and a few probes that follow. */
function endOf(trace: Trace, event: number): number {
  const news = Math.max(lastNews(trace), event);
  const probes = trace.packets
    .filter((p) => p.t > news && p.kind !== '')
    .slice(0, SHOWN_PROBES)
    .map((p) => p.t);
  // A timer is late by at most 8/63 of its delay (calc_wheel_index(), kernel/time/timer.c).
  const slack = (news - event) * (8 / 63) + 5;
  return Math.max(news + slack, ...probes.map((t) => t + REST));
}

/** The finished experiment: our path ends where the failure ends it, the run ends when nothing more happens. */
export function finish(scene: Scene, atLeast = 0): Experiment {
  const horizon = horizonOf(scene) + atLeast;
  let trace = simulate(experimentOf(scene, horizon));
  if (cutAfterFailure(scene, trace)) trace = simulate(experimentOf(scene, horizon));
  return experimentOf(scene, Math.max(endOf(trace, scene.event), atLeast));
}

/** A scene with our program and nothing else yet. */
export function sceneOf(name: string, why: string, machine: Machine, ours: OurProgram): Scene {
  return { name, why, machine, ours, peer: [], faults: [], event: 0 };
}
