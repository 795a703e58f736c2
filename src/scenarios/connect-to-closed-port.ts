/** We connect to a port on which nobody listens. */

import { answerOf } from './answer.js';
import { ourProgram, START } from './our-program.js';
import type { Scenario } from './scenario.js';
import { finish, sceneOf } from './stage.js';
import { say } from '../words/say.js';

export const scenario: Scenario = {
  id: 'connect-to-closed-port',
  title: 'Connect to a closed port',
  question: 'The host is up but nobody listens on that port. What does connect() say?',
  parameters: [],
  roles: ['client'],
  experiment(profile, _parameters, machine) {
    const scene = sceneOf('connect-to-closed-port', 'B has no listener on the port.', machine, ourProgram(profile));
    scene.peer = [{ do: 'hold' }];
    scene.event = START.connect;
    return finish(scene);
  },
  answer(runs, profile) {
    return answerOf(runs, profile, { after: say`after the SYN` });
  },
};
