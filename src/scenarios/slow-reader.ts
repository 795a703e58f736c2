/** The peer does not read: our data fill both buffers, then our send blocks. */

import { answerOf } from './answer.js';
import { connects, ourProgram } from './our-program.js';
import { PEER_CONN } from './peer.js';
import type { ConnectionProfile, ProfileStep } from './profile.js';
import type { Scenario } from './scenario.js';
import { numberOf } from './scenario.js';
import { finish, meetBefore, REST, sceneOf } from './stage.js';

/** The path with its last send made that large; a send after the opening where the path has none. */
function sendingMuch(profile: ConnectionProfile, bytes: number): ConnectionProfile {
  const steps = [...profile.steps];
  const last = steps.map((s) => s.do).lastIndexOf('send');
  const opened = steps.findIndex((s) => s.do === (connects(profile) ? 'connect' : 'accept'));
  const line = steps[Math.max(opened, 0)]?.line ?? 0;
  const send: ProfileStep = { ...(last >= 0 ? steps[last] : {}), do: 'send', line: steps[last]?.line ?? line, bytes };
  if (last >= 0) steps[last] = send;
  else steps.splice(opened + 1, 0, send);
  return { ...profile, steps };
}

export const scenario: Scenario = {
  id: 'slow-reader',
  title: 'The peer does not read',
  question: 'The other program does not read what I send. When does my send() block, and for how long?',
  parameters: [
    { name: 'bytes', title: 'We send', default: 4_000_000, unit: 'bytes', min: 1, max: 1_000_000_000 },
    { name: 'readsAfter', title: 'It reads again after (0: never)', default: 0, unit: 's', min: 0, max: 86_400 },
  ],
  roles: ['client', 'accepted'],
  experiment(profile, parameters, machine) {
    const ours = ourProgram(sendingMuch(profile, numberOf(parameters, 'bytes')), { fills: true });
    const scene = sceneOf('slow-reader', 'B does not read; its window closes and our send blocks.', machine, ours);
    const index = ours.body.map((s) => s.profile.do).lastIndexOf('send');
    scene.event = meetBefore(profile, scene, index).event + REST;
    const after = numberOf(parameters, 'readsAfter');
    if (after > 0) scene.peer.push({ at: scene.event + after, do: 'recvUntilEof', on: PEER_CONN });
    return finish(scene, scene.event + after + REST);
  },
  answer(runs, profile) {
    return answerOf(runs, profile, { after: 'after we began to send' });
  },
};
