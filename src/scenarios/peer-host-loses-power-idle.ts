/** The peer's host vanishes without a word while nothing is under way. */

import { answerOf } from './answer.js';
import { ourProgram } from './our-program.js';
import type { Scenario } from './scenario.js';
import { textOf } from './scenario.js';
import { LINK } from './common-parameters.js';
import { finish, meet, sceneOf } from './stage.js';
import { say } from '../words/say.js';

export const scenario: Scenario = {
  id: 'peer-host-loses-power-idle',
  title: "The peer's host loses power while idle",
  question: 'The other host is gone without a word while my code waits. When does my code learn of it?',
  parameters: [LINK],
  roles: ['client', 'accepted'],
  experiment(profile, parameters, machine) {
    const scene = sceneOf(
      'peer-host-loses-power-idle',
      'B loses power while our code waits: no segment tells us.',
      machine,
      ourProgram(profile),
    );
    const { event } = meet(profile, scene, 'waiting');
    scene.faults = [{ at: event, fault: 'powerLoss', host: 'B' }];
    scene.link = textOf(parameters, 'link') === 'lan' ? 'lan' : 'routed';
    return finish(scene);
  },
  answer(runs, profile) {
    return answerOf(runs, profile, { after: say`after the peer's host lost power` });
  },
};
