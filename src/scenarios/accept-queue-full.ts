/** More clients connect than the listening program accepts: the accept queue overflows. */

import type { Experiment, Program, Step } from '../kernel/experiment.js';
import { simulate } from '../kernel/simulate.js';
import type { Trace } from '../kernel/trace.js';
import { answerOf, named, timesAfterEvent } from './answer.js';
import { describeTime } from './describe-time.js';
import { eventOf } from './outcome.js';
import { connects, ourProgram, PORT } from './our-program.js';
import { listenStep } from './peer.js';
import type { ConnectionProfile } from './profile.js';
import type { Answer, Machine, ParameterValues, Scenario } from './scenario.js';
import { numberOf, textOf } from './scenario.js';
import { delay, DEFAULT_RTT_MS, experimentOf, finish, meet, REST, round, sceneOf } from './stage.js';
import type { Scene } from './stage.js';
import { sysctlsOf } from '../kernel/sysctl.js';
import { say } from '../words/say.js';

const CROWD = 'other clients';
const RIVAL = 'the client before';
const NEXT = 'next client';
/** Backlog of listen() where the code does not tell (the experiment format's default). */
const USUAL_BACKLOG = 128;

/** Clients that connect one after the other and then are silent. */
function crowd(host: 'A' | 'B', many: number, at: number): Program {
  const to = `${host === 'A' ? 'B' : 'A'}:${PORT}`;
  const steps = Array.from({ length: many }, (_, i): Step => ({ ...(i === 0 ? { at } : {}), do: 'connect', as: `c${i}`, to }));
  return { name: CROWD, host, steps: [...steps, { do: 'hold' }] };
}

/** When the crowd's last connect() returned, seconds. */
function crowdIn(experiment: Experiment): number {
  return Math.max(
    0,
    ...simulate(experiment, { trace: 'calls' })
      .calls.filter((c) => c.program === CROWD)
      .map((c) => c.end ?? 0),
  );
}

const single = (name: string, host: 'A' | 'B', at: number): Program => ({
  name,
  host,
  steps: [{ at: round(at), do: 'connect', as: 'c', to: `${host === 'A' ? 'B' : 'A'}:${PORT}` }, { do: 'recv', on: 'c' }, { do: 'hold' }],
});

/**
 * The next client comes when the queue is full (`syn`), or so close behind the
 * one who takes the last place that only its final ACK is too late (`ack`).
 */
interface Push {
  /** Clients that fill the queue before. */
  fill: number;
  /** A client with its SYN a moment before the next one's. */
  rival: boolean;
  /** That moment, seconds: well below a round trip. */
  gap: number;
}

function pushOf(backlog: number, parameters: ParameterValues, machine: Machine): Push {
  const ack = textOf(parameters, 'dropped') === 'ack';
  // The queue holds one more than the backlog: sk_acceptq_is_full() compares with "greater" (include/net/sock.h).
  return { fill: ack ? backlog : backlog + 1, rival: ack, gap: (machine.rttMs ?? DEFAULT_RTT_MS) / 1000 / 4 };
}

/** We are the next client of a busy server. */
function asClient(scene: Scene, push: Push, backlog: number): void {
  scene.peer = [listenStep(backlog)];
  scene.others = [crowd('A', push.fill, 2 * REST)];
  const connect = scene.ours.body.findIndex((s) => s.profile.do === 'connect');
  const at = crowdIn(experimentOf({ ...scene, ours: { body: [], rest: [], end: [{ do: 'hold' }] } }, 2 * REST + push.fill + REST)) + REST;
  if (push.rival) scene.others.push(single(RIVAL, 'A', at - push.gap));
  delay(scene.ours, connect, at);
  scene.event = at;
}

/** Our server is busy with its first client; the next ones wait. */
function asServer(scene: Scene, profile: ConnectionProfile, push: Push): void {
  const busy = profile.steps.some((s) => s.do === 'accept') || profile.role === 'accepted';
  const since = busy ? meet(profile, scene, 'waiting').event : 2 * REST;
  scene.others = [crowd('B', push.fill, since)];
  const at = crowdIn(experimentOf(scene, since + push.fill + REST)) + REST;
  if (push.rival) scene.others.push(single(RIVAL, 'B', at - push.gap));
  scene.others.push(single(NEXT, 'B', at));
  scene.event = at;
}

export const scenario: Scenario = {
  id: 'accept-queue-full',
  title: 'The accept queue is full',
  question: 'More clients connect than the server accepts. What do the next ones see?',
  parameters: [
    {
      name: 'dropped',
      title: 'What is dropped',
      default: 'syn',
      unit: '',
      choices: [
        { value: 'syn', title: 'the SYN: the queue was full before' },
        { value: 'ack', title: 'the final ACK: two at once for the last place' },
      ],
    },
    {
      name: 'peerBacklog',
      title: "Backlog of the peer's listen(), when we are the client",
      default: 2,
      unit: '',
      min: 0,
      max: 1000,
      applies: connects,
    },
    {
      name: 'abortOnOverflow',
      title: 'net.ipv4.tcp_abort_on_overflow on the server',
      default: false,
      unit: '',
      applies: (_, values) => values['dropped'] === 'ack',
    },
  ],
  roles: ['client', 'accepted', 'listener'],
  experiment(profile, parameters, machine) {
    const scene = sceneOf('accept-queue-full', 'The listening program does not accept; its queue is full.', machine, ourProgram(profile));
    const weListen = !connects(profile);
    const abort = { 'net.ipv4.tcp_abort_on_overflow': parameters['abortOnOverflow'] === true ? 1 : 0 };
    scene.sysctls = weListen ? { A: abort, B: {} } : { A: {}, B: abort };
    const somaxconn = sysctlsOf(machine.sysctls[weListen ? 'A' : 'B']).sysctls.somaxconn;
    const backlog = Math.min(weListen ? (profile.backlog ?? USUAL_BACKLOG) : numberOf(parameters, 'peerBacklog'), somaxconn);
    const push = pushOf(backlog, parameters, machine);
    if (weListen) asServer(scene, profile, push);
    else asClient(scene, push, backlog);
    return finish(scene, scene.event + REST);
  },
  answer(runs, profile, parameters): Answer {
    const shown = runs[0];
    const ack = textOf(parameters, 'dropped') === 'ack';
    const decides =
      ack && parameters['abortOnOverflow'] === true
        ? say`The queue filled up between the SYN and the final ACK, and net.ipv4.tcp_abort_on_overflow makes the server answer that ACK with RST: connect() has worked, the next call fails.`
        : ack
          ? say`The queue filled up between the SYN and the final ACK: the server drops the ACK, holds the connection half open for a while, then forgets it, while the client believes it is connected.`
          : say`The accept queue holds one connection more than the backlog (bounded by net.core.somaxconn); when it is full the kernel drops every SYN without a word.`;
    const change = say`A program that accepts faster, or a larger backlog.${ack && parameters['abortOnOverflow'] === true ? '' : ack ? say` With net.ipv4.tcp_abort_on_overflow the client is told at once.` : say` net.ipv4.tcp_abort_on_overflow does not change this: the SYN is dropped all the same.`}`;
    const base = answerOf(runs, profile, { after: say`after the connection attempt began`, decides, change });
    if (!shown || connects(profile)) return base;
    return nextClient(runs, shown, base);
  },
};

/** What the next client of our server sees: our own code is told nothing. */
function nextClient(runs: readonly Trace[], shown: Trace, base: Answer): Answer {
  const failed = (trace: Trace): Trace['calls'][number] | undefined =>
    trace.calls.find((c) => c.program === NEXT && (c.errno !== null || c.end === null));
  const row = failed(shown);
  const times = timesAfterEvent(runs, (r) => failed(r)?.end ?? null);
  const seen =
    row === undefined
      ? say`gets through`
      : row.end === null
        ? say`stays blocked in ${named(row.call, null)} for ever`
        : say`gets ${row.errno} from ${named(row.call, null)}, ${describeTime(times.earliest, times.latest)} after its attempt`;
  const ours = shown.calls.find((c) => c.program !== NEXT && c.side === 'A' && c.end === null && c.start < eventOf(shown));
  return {
    ...base,
    ...times,
    errno: row?.errno ?? null,
    call: row?.call ?? null,
    line: ours?.line ?? null,
    what: row?.errno ?? 'waits',
    brief: say`When the queue is full the next client ${seen}.`,
    sees: say`Your code is told nothing${ours ? say` (it is in ${named(ours.call, ours.line ?? null)})` : ''}; the next client ${seen}.`,
  };
}
