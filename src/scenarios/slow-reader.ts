/** The peer does not read: our data fill both buffers, then our send blocks. */

import { answerOf, GOES_ON, RESUMED } from './answer.js';
import { CONN, connects, ourProgram } from './our-program.js';
import type { OurProgram } from './our-program.js';
import { peerSteps } from './peer.js';
import type { Scenario } from './scenario.js';
import { numberOf } from './scenario.js';
import { finish, meetBefore, REST, sceneOf } from './stage.js';
import { say, translated } from '../words/say.js';

/** Makes the path's last send that large; a path without one gets a send after the opening. Gives its index. */
function sendMuch(ours: OurProgram, opening: 'connect' | 'accept', bytes: number): number {
  const last = ours.body.map((s) => s.profile.do).lastIndexOf('send');
  const step = ours.body[last];
  if (step) {
    step.profile = { ...step.profile, bytes };
    step.steps = step.steps.map((s) => (s.do === 'send' ? { ...s, bytes } : s));
    return last;
  }
  const opened = ours.body.findIndex((s) => s.profile.do === opening);
  const line = ours.body[opened]?.profile.line ?? 0;
  ours.body.splice(opened + 1, 0, {
    profile: { do: 'send', line, bytes },
    steps: [{ do: 'send', on: CONN, bytes, ...(line > 0 ? { line } : {}) }],
  });
  return opened + 1;
}

export const scenario: Scenario = {
  id: 'slow-reader',
  title: 'The peer does not read',
  question: 'The other program does not read what I send. When does my send() block, and for how long?',
  parameters: [
    { name: 'bytes', title: 'We send', default: 1_000_000, unit: 'bytes', min: 1, max: 1_000_000_000 },
    { name: 'readsAfter', title: 'It reads again after (0: never)', default: 0, unit: 's', min: 0, max: 86_400 },
  ],
  roles: ['client', 'accepted'],
  experiment(profile, parameters, machine) {
    const ours = ourProgram(profile, { fills: true });
    const index = sendMuch(ours, connects(profile) ? 'connect' : 'accept', numberOf(parameters, 'bytes'));
    const scene = sceneOf('slow-reader', 'B does not read; its window closes and our send blocks.', machine, ours);
    scene.event = meetBefore(profile, scene, index).event + REST;
    const after = numberOf(parameters, 'readsAfter');
    const [read, ...later] = peerSteps(profile, ours).slice(scene.peer.length);
    if (after > 0 && read) scene.peer.push({ ...read, at: scene.event + after }, ...later);
    return finish(scene, scene.event + after + REST);
  },
  answer(runs, profile) {
    const told = answerOf(runs, profile, { after: say`after we began to send` });
    if (told.errno !== null || told.call !== 'send' || told.earliest === null || told.what !== translated(GOES_ON)) return told;
    return {
      ...told,
      sees: told.sees.replace(translated(RESUMED), say`is done`),
      decides: say`The peer reads again: its kernel opens the window, and our data go on.`,
      change:
        profile.cannotSet?.includes('TCP_USER_TIMEOUT') === true
          ? say`A limit of your own that is shorter than the pause would end the connection.`
          : say`A limit of your own, or TCP_USER_TIMEOUT, that is shorter than the pause would end the connection.`,
    };
  },
};
