/** A close while received data are unread (or with SO_LINGER at zero) is a reset, not an end of stream. */

import type { Experiment } from '../kernel/experiment.js';
import type { Trace } from '../kernel/trace.js';
import { answerOf, yours, timesAfterEvent } from './answer.js';
import { describeTime } from './describe-time.js';
import { closeOf, OURS, ourProgram, PEER } from './our-program.js';
import { PEER_CONN, peerSteps } from './peer.js';
import type { ConnectionProfile } from './profile.js';
import type { Answer, Scenario } from './scenario.js';
import { textOf } from './scenario.js';
import { finish, meet, meetBefore, REST, sceneOf } from './stage.js';
import type { Scene } from './stage.js';
import { say } from '../words/say.js';

/** What the peer still had to tell us, in bytes. */
const UNREAD = 100;

const peerEnd = (trace: Trace): Trace['calls'][number] | undefined =>
  trace.calls.filter((c) => c.program === PEER && c.call === 'recvUntilEof').at(-1);

export const scenario: Scenario = {
  id: 'close-with-unread-data',
  title: 'Closing with unread data',
  question: 'One side closes before it has read everything. What does the other side see?',
  parameters: [
    {
      name: 'who',
      title: 'Who closes',
      default: 'peer',
      unit: '',
      choices: [
        { value: 'peer', title: 'the peer, without reading what we sent' },
        { value: 'us', title: 'we' },
      ],
    },
    { name: 'unread', title: 'Data are unread when we close', default: true, unit: '', applies: (_, values) => values['who'] === 'us' },
  ],
  roles: ['client', 'accepted'],
  experiment(profile, parameters, machine) {
    const ours = ourProgram(profile);
    const scene = sceneOf('close-with-unread-data', 'A close with data in the receive buffer sends RST instead of FIN.', machine, ours);
    if (textOf(parameters, 'who') === 'us') return ourClose(scene, profile, parameters['unread'] === true);
    const { event } = meet(profile, scene, 'waiting');
    const last = scene.peer.map((s) => s.do).lastIndexOf('recv');
    if (last >= 0) scene.peer.splice(last, 1);
    scene.peer.push({ at: event, do: 'close', on: PEER_CONN });
    return finish(scene);
  },
  answer(runs, profile, parameters): Answer {
    const shown = runs[0];
    if (!shown || textOf(parameters, 'who') !== 'us') return peerClosed(runs, profile);
    const close = shown.calls.find((c) => c.program === OURS && c.call === 'close');
    const end = peerEnd(shown);
    const times = timesAfterEvent(runs, (r) => peerEnd(r)?.end ?? null);
    const reset = shown.packets.some((p) => p.from === 'A' && p.flags.includes('R'));
    const base = answerOf(runs, profile, { after: say`after our close` });
    return {
      ...base,
      ...times,
      errno: end?.errno ?? null,
      call: 'close',
      line: close?.line ?? null,
      what: reset ? 'RST' : 'FIN',
      brief: reset
        ? say`The peer's read fails with ${end?.errno ?? say`an error`}; what was not yet delivered is lost.`
        : say`The peer sees the end of the stream.`,
      sees: say`${yours('close', close?.line ?? null)} returns 0; the peer's read ${end?.errno ? say`fails with ${end.errno}` : say`sees the end of the stream`} ${describeTime(times.earliest, times.latest)} after it.`,
      decides: reset
        ? profile.linger === 0
          ? say`SO_LINGER with zero seconds makes close() send RST and throw away what was not yet sent.`
          : say`Unread data in our receive buffer make close() send RST instead of FIN.`
        : say`Everything was read, so close() sends FIN.`,
      change: reset
        ? profile.linger === 0
          ? say`Without SO_LINGER close() sends the rest and FIN.`
          : say`Read until the end of the stream before close(), or shutdown() for writing first and read the rest.`
        : say`Unread data at the moment of close() would make it a reset.`,
    };
  },
};

/** The peer closes while something of ours lies unread in its receive buffer. */
function peerClosed(runs: readonly Trace[], profile: ConnectionProfile): Answer {
  const after = say`after the peer closed`;
  const plain = answerOf(runs, profile, { after });
  if (plain.errno !== 'ECONNRESET') return plain;
  return {
    ...plain,
    decides: say`The peer closed before it had read all that we sent: its kernel then sends RST in place of the end of the stream.`,
    change: say`The peer must read until the end of the stream before it closes; what reached us before the reset can still be read.`,
  };
}

/** We close: with something unread that the peer sent a moment before, or without. */
function ourClose(scene: Scene, profile: ConnectionProfile, unread: boolean): Experiment {
  const { ours } = scene;
  const close = closeOf(ours);
  scene.event = meetBefore(profile, scene, close).event + REST;
  scene.peer = peerSteps(profile, ours, close);
  if (unread) scene.peer.push({ at: scene.event - REST, do: 'send', on: PEER_CONN, bytes: UNREAD });
  scene.peer.push({ do: 'recvUntilEof', on: PEER_CONN });
  return finish(scene);
}
