/** The peer's host vanishes just before we send: the data are resent until the kernel gives up. */

import type { Trace } from '../kernel/trace.js';
import { answerOf } from './answer.js';
import { LINK } from './common-parameters.js';
import { eventOf } from './outcome.js';
import { ourProgram } from './our-program.js';
import type { Scenario } from './scenario.js';
import { textOf } from './scenario.js';
import { finish, meet, sceneOf } from './stage.js';
import { say } from '../words/say.js';

/** Is it a send that meets the failure? */
function sends(trace: Trace | undefined): boolean {
  return trace !== undefined && trace.packets.some((p) => p.from === 'A' && p.len > 0 && p.t >= eventOf(trace));
}

export const scenario: Scenario = {
  id: 'peer-host-loses-power-while-we-write',
  title: "The peer's host loses power while we write",
  question: 'The other host is gone and my code sends something. When does my code learn that nobody got it?',
  parameters: [LINK],
  roles: ['client', 'accepted'],
  experiment(profile, parameters, machine) {
    const scene = sceneOf('peer-host-loses-power-while-we-write', 'B loses power just before our last send.', machine, ourProgram(profile));
    const { event, index } = meet(profile, scene, 'sending');
    scene.faults = [{ at: event, fault: 'powerLoss', host: 'B' }];
    // The clock that counts is the data's: it starts with the send, a moment after the failure.
    scene.event = scene.ours.body[index]?.steps[0]?.at ?? event;
    scene.link = textOf(parameters, 'link') === 'lan' ? 'lan' : 'routed';
    return finish(scene);
  },
  answer(runs, profile) {
    return answerOf(runs, profile, { after: sends(runs[0]) ? say`after the data were sent` : say`after the peer's host lost power` });
  },
};
