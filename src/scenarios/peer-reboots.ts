/** The peer's host loses power and comes back without any memory of the connection. */

import { answerOf } from './answer.js';
import { MOMENT } from './common-parameters.js';
import { ourProgram } from './our-program.js';
import type { Scenario } from './scenario.js';
import { numberOf, textOf } from './scenario.js';
import { delay, finish, meet, REST, sceneOf } from './stage.js';
import { say } from '../words/say.js';

export const scenario: Scenario = {
  id: 'peer-reboots',
  title: "The peer's host reboots",
  question: 'The other host went down and is up again. Does my connection notice?',
  parameters: [{ name: 'down', title: 'The host is down for', default: 30, unit: 's', min: 0.1, max: 86_400 }, MOMENT],
  roles: ['client', 'accepted'],
  experiment(profile, parameters, machine) {
    const scene = sceneOf(
      'peer-reboots',
      'B comes back without the connection and answers our next segment with RST.',
      machine,
      ourProgram(profile),
    );
    const moment = textOf(parameters, 'moment') === 'sending' ? 'sending' : 'waiting';
    const { event, index } = meet(profile, scene, moment);
    const up = event + numberOf(parameters, 'down');
    scene.faults = [
      { at: event, fault: 'powerLoss', host: 'B' },
      { at: up, fault: 'boot', host: 'B' },
    ];
    if (scene.ours.body[index]?.profile.do === 'send') delay(scene.ours, index, up + REST);
    return finish(scene, up + REST);
  },
  answer(runs, profile) {
    return answerOf(runs, profile, { after: say`after the peer's host went down` });
  },
};
