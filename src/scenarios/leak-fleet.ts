/** Requests at a steady rate, each with the user's path: how a leak of one connection per request ends in an outage. */

import type { Experiment, Program, Step } from '../kernel/experiment.js';
import { simulate } from '../kernel/simulate.js';
import { sysctlsOf } from '../kernel/sysctl.js';
import type { CallRow, Trace } from '../kernel/trace.js';
import { plural } from '../words/plural.js';
import { yours, timesAfterEvent } from './answer.js';
import { describeTime } from './describe-time.js';
import { wordsOf } from './leak.js';
import { eventOf } from './outcome.js';
import { CONN, connects, OURS, ourProgram, PORT, withoutEnd } from './our-program.js';
import type { OurStep } from './our-program.js';
import { listenStep, peerSteps, PEER_CONN } from './peer.js';
import { onFailure, takes } from './profile.js';
import type { ConnectionProfile } from './profile.js';
import type { Answer, Machine, ParameterValues, Scenario } from './scenario.js';
import { numberOf } from './scenario.js';
import { experimentOf, finish, REST, round, sceneOf } from './stage.js';
import type { Scene } from './stage.js';
import { say } from '../words/say.js';

const CLIENTS = 'clients';
const WAITING = 'clients in the queue';
const NEXT = 'next client';
const SERVER = 'server';
/** Backlog of listen() where the code does not tell (the experiment format's default). */
const USUAL_BACKLOG = 128;

/** One moment of the outage's course. */
export interface FleetPoint {
  t: number;
  /** Connections of ours in CLOSE_WAIT. */
  closeWait: number;
  /** Sockets that our program holds. */
  descriptors: number;
  /** Connections that wait to be accepted. */
  queue: number;
}

/** Does the runtime close it as soon as the path has left it, which the path does not do itself? */
function isDropped({ onDrop, steps }: ConnectionProfile): boolean {
  return (onDrop === 'at-once' || onDrop === 'drop') && !takes(steps, 'close');
}

/** Does a pool of the library have it afterwards? A leak of such a one says on which line. */
function isKept({ keptIdle, steps }: ConnectionProfile): boolean {
  return keptIdle === null && (steps.at(-1)?.line ?? 0) === 0;
}

/** The steps of one request: from the opening on, without what would end or stop the program. */
function request(profile: ConnectionProfile): OurStep[] {
  const { body } = ourProgram(profile);
  const opening = connects(profile) ? 'connect' : 'accept';
  const from = body.findIndex((s) => s.profile.do === opening);
  const next = body.findIndex((s, i) => i > from && s.profile.do === opening);
  const path = withoutEnd(body.slice(from, next < 0 ? undefined : next));
  return path.some((s) => s.profile.do === 'close') || !(isDropped(profile) || isKept(profile))
    ? path
    : [...path, { profile: { do: 'close', line: 0 }, steps: [{ do: 'close', on: CONN }] }];
}

/** The other side of one request, which closes when it has what it wants; it does not wait for our close. */
function otherSide(profile: ConnectionProfile, path: OurStep[]): Step[] {
  const served = path.filter((s) => s.profile.do !== 'close');
  const steps = peerSteps(profile, { body: served, rest: [], end: [] }).filter((s) => s.do !== 'listen' && s.do !== 'sleep');
  return [...steps.map(atOnce), { do: 'close', on: PEER_CONN }];
}

/** The step without a time of its own. */
function atOnce(step: Step): Step {
  const copy = { ...step };
  delete copy.at;
  return copy;
}

/** Our program: `requests` times the path, then one more opening, then it lives on. */
function ourSteps(profile: ConnectionProfile, path: OurStep[], requests: number, pause: number): Step[] {
  const steps = path.flatMap((s) => s.steps);
  const listen = ourProgram(profile)
    .body.filter((s) => s.profile.do === 'listen')
    .flatMap((s) => s.steps);
  const between: Step[] = connects(profile) ? [{ do: 'sleep', for: pause }] : [];
  const one = path[0]?.steps.slice(0, 1) ?? [];
  return [...listen, { do: 'repeat', times: requests, steps: [...steps, ...between] }, ...one, { do: 'hold' }];
}

function setUp(scene: Scene, profile: ConnectionProfile, path: OurStep[], requests: number, pause: number): void {
  scene.ours = { body: [], rest: ourSteps(profile, path, requests, pause), end: [] };
  const steps = otherSide(profile, path);
  scene.others = connects(profile)
    ? [{ name: SERVER, host: 'B', steps: [listenStep(), { do: 'repeat', times: requests, steps }, { do: 'hold' }] }]
    : [
        {
          name: CLIENTS,
          host: 'B',
          steps: [{ at: REST, do: 'repeat', times: requests, steps: [...steps, { do: 'sleep', for: pause }] }, { do: 'hold' }],
        },
      ];
}

const opens = (trace: Trace): CallRow[] => trace.calls.filter((c) => c.program === OURS && (c.call === 'accept' || c.call === 'connect'));
const opened = (trace: Trace): CallRow[] => opens(trace).filter((c) => c.errno === null && c.end !== null);
const firstRefusal = (trace: Trace): CallRow | undefined => opens(trace).find((c) => c.errno === 'EMFILE');

/** A run of the scene without the rows of the wire, long enough for `requests`. */
function trial(scene: Scene, requests: number, each: number): Trace {
  return simulate(experimentOf(scene, scene.event + requests * each + 2 * REST), { trace: 'calls' });
}

/** Clients that come after the outage has begun: as many as the queue holds, then one more. */
function addLatecomers(scene: Scene, profile: ConnectionProfile, each: number): void {
  const listen = ourProgram(profile)
    .body.flatMap((s) => s.steps)
    .find((s) => s.do === 'listen');
  const { somaxconn } = sysctlsOf(scene.machine.sysctls.A).sysctls;
  const places = Math.min((listen?.do === 'listen' ? listen.backlog : undefined) ?? USUAL_BACKLOG, somaxconn) + 1;
  const to = `A:${PORT}`;
  const steps: Step[] = [
    { do: 'connect', as: 'c', to },
    { do: 'sleep', for: each },
  ];
  const waiting: Program = {
    name: WAITING,
    host: 'B',
    steps: [{ at: round(scene.event + each), do: 'repeat', times: places, steps }, { do: 'hold' }],
  };
  scene.others?.push(waiting);
  const last = trial(scene, places + 1, 2 * each + REST)
    .calls.filter((c) => c.program === WAITING)
    .at(-1);
  scene.others?.push({
    name: NEXT,
    host: 'B',
    steps: [{ at: round((last?.end ?? 0) + each), do: 'connect', as: 'c', to }, { do: 'hold' }],
  });
}

function outageOf(profile: ConnectionProfile, parameters: ParameterValues, machine: Machine): Experiment {
  const descriptors = numberOf(parameters, 'descriptors');
  const each = 1 / numberOf(parameters, 'rate');
  const path = request(profile);
  const scene: Scene = {
    ...sceneOf('leak-fleet', 'Every request leaks a descriptor until there are none left.', machine, ourProgram(profile)),
    descriptors,
  };
  // A request takes a while itself: the pause after it makes up the rest of its share.
  setUp(scene, profile, path, 2, each);
  const [first, second] = opened(trial(scene, 2, each + REST));
  const own = first && second ? Math.max(0, (second.end ?? 0) - (first.end ?? 0) - each) : 0;
  const pause = round(Math.max(0, each - own));
  setUp(scene, profile, path, descriptors, pause);
  const run = trial(scene, descriptors, each + own);
  const refused = firstRefusal(run);
  setUp(scene, profile, path, refused ? opened(run).length : descriptors, pause);
  scene.event = refused?.start ?? Math.max(0, ...opened(run).map((c) => c.end ?? 0));
  if (refused && !connects(profile)) addLatecomers(scene, profile, each);
  return finish(scene, scene.event + REST);
}

/** How many of each there are over time: one point for each change. */
export function fleetCurve(trace: Trace): FleetPoint[] {
  const changes: { t: number; closeWait: number; descriptors: number; queue: number }[] = [];
  const last = new Map<string, string>();
  const serves = trace.experiment.programs.some((p) => p.name === OURS && p.steps.some((s) => s.do === 'listen'));
  for (const s of trace.states) {
    if (s.side !== 'A' || s.sock.endsWith('-0')) continue;
    const was = last.get(s.sock);
    const closeWait = Number(s.state === 'CLOSE_WAIT') - Number(was === 'CLOSE_WAIT');
    const queue = serves && was !== 'ESTABLISHED' && s.state === 'ESTABLISHED' ? 1 : 0;
    last.set(s.sock, s.state);
    if (closeWait !== 0 || queue !== 0) changes.push({ t: s.t, closeWait, descriptors: 0, queue });
  }
  for (const c of trace.calls) {
    if (c.program !== OURS || c.end === null || c.errno !== null) continue;
    const opened = c.call === 'accept' || c.call === 'connect' ? 1 : c.call === 'close' ? -1 : 0;
    if (opened !== 0) changes.push({ t: c.end, closeWait: 0, descriptors: opened, queue: c.call === 'accept' ? -1 : 0 });
  }
  const now: FleetPoint = { t: 0, closeWait: 0, descriptors: 0, queue: 0 };
  return changes
    .sort((a, b) => a.t - b.t)
    .map((d) => {
      now.closeWait += d.closeWait;
      now.descriptors += d.descriptors;
      now.queue += d.queue;
      return { ...now, t: d.t };
    });
}

/** Where the path leaves its connection, as words to add. */
function leftLine(profile: ConnectionProfile): string {
  const last = profile.steps.at(-1);
  return last !== undefined && last.do === 'hold' && last.line > 0 ? say`, also where it leaves on line ${last.line}` : '';
}

/** The opening that finds no descriptor left, at the start of a sentence. */
function refusedAs({ call, line }: CallRow, { words }: ConnectionProfile): string {
  return words?.events
    ? say`The 'error' event: ${words.connecting['EMFILE'] ?? 'EMFILE'},`
    : say`${yours(call, line ?? null)} fails with EMFILE`;
}

/** What becomes of the client that comes when nothing is accepted any more, as words to add. */
function nextClient(runs: readonly Trace[], shown: Trace): string {
  const next = (trace: Trace): CallRow | undefined => trace.calls.find((c) => c.program === NEXT && c.errno !== null);
  const told = next(shown);
  const wait = timesAfterEvent(runs, (r) => {
    const row = next(r);
    return row?.end == null ? null : row.end - row.start + eventOf(r);
  });
  return told
    ? say` The queue of the listener fills, then the next client gets ${told.errno} after ${describeTime(wait.earliest, wait.latest)}.`
    : '';
}

export const scenario: Scenario = {
  id: 'leak-fleet',
  title: 'A leak under load',
  question: 'Every request leaks one connection. When does my service stop, and what do its clients see then?',
  parameters: [
    { name: 'rate', title: 'Requests each second', default: 10, unit: '', min: 0.01, max: 1000 },
    { name: 'descriptors', title: 'Descriptors that the process may have (RLIMIT_NOFILE)', default: 256, unit: '', min: 8, max: 4096 },
  ],
  roles: ['client', 'accepted'],
  experiment: (profile, parameters, machine) => outageOf(onFailure(profile), parameters, machine),
  answer(runs, given, parameters): Answer {
    const profile = onFailure(given);
    const shown = runs[0];
    if (!shown) throw new RangeError('an answer needs at least one run');
    const refused = firstRefusal(shown);
    const first = opens(shown)[0];
    const begun = first?.end ?? 0;
    const most = fleetCurve(shown).reduce((a, p) => Math.max(a, p.closeWait), 0);
    const leak = refused
      ? {
          line: profile.steps.at(-1)?.line ?? 0,
          at: refused.start,
          until: null,
          ...wordsOf(profile),
          grows: 'Each request takes one more descriptor.',
        }
      : null;
    const base = {
      state: null,
      leak,
      what: refused?.errno ?? say`nothing`,
      brief: refused
        ? say`At ${numberOf(parameters, 'rate')} requests a second the process has no descriptor left after ${describeTime(refused.start - begun, refused.start - begun)}.`
        : say`No connection is left over.`,
      line: refused?.line ?? first?.line ?? null,
      call: refused?.call ?? null,
    };
    if (!refused) {
      return {
        ...base,
        errno: null,
        typical: null,
        earliest: null,
        latest: null,
        sees: say`Nothing: after ${plural(opens(shown).length, 'request')} no connection is left over.`,
        decides: isKept(profile)
          ? say`The library keeps the connection of a request and uses it again for the next one.`
          : isDropped(profile)
            ? say`The path has no close(), but what nobody refers to any more is closed by the runtime at once.`
            : say`Each request closes its connection, so its descriptor is used again.`,
        change: isDropped(profile)
          ? say`A reference that lives on (a global, a kept exception, a cycle) would leak each of them; close() on every way out would not.`
          : say`A path without close() would leak.`,
      };
    }
    const lasts = timesAfterEvent(runs, eventOf);
    const after = round(refused.start - begun);
    return {
      ...base,
      ...lasts,
      lasts: say`after ${plural(opened(shown).length, 'request')}`,
      errno: refused.errno,
      typical: after,
      earliest: after,
      latest: after,
      sees: say`${refusedAs(refused, profile)} ${describeTime(after, after)} after the first request, with ${plural(most, 'connection')} in CLOSE_WAIT.${nextClient(runs, shown)}`,
      decides: say`One leaked descriptor for each of ${numberOf(parameters, 'rate')} requests a second, and a limit of ${numberOf(parameters, 'descriptors')} (RLIMIT_NOFILE).`,
      change: say`close() on every way out of this path${leftLine(profile)}: the descriptor is then used again. A higher RLIMIT_NOFILE only moves the outage, and no sysctl ends CLOSE_WAIT.`,
    };
  },
};
