/** We connect to a host that does not answer at all. */

import { answerOf } from './answer.js';
import { LINK } from './common-parameters.js';
import { ourProgram, START } from './our-program.js';
import type { Scenario } from './scenario.js';
import { textOf } from './scenario.js';
import { finish, sceneOf } from './stage.js';
import { say } from '../words/say.js';

export const scenario: Scenario = {
  id: 'connect-to-dead-host',
  title: 'Connect to a host that does not answer',
  question: 'The host is off, or a firewall drops my packets. How long does connect() take to fail?',
  parameters: [LINK],
  roles: ['client'],
  experiment(profile, parameters, machine) {
    const scene = sceneOf('connect-to-dead-host', 'Nobody answers our SYN.', machine, ourProgram(profile));
    scene.faults = [{ at: 0, fault: 'powerLoss', host: 'B' }];
    scene.event = START.connect;
    scene.link = textOf(parameters, 'link') === 'lan' ? 'lan' : 'routed';
    return finish(scene);
  },
  answer(runs, profile) {
    return answerOf(runs, profile, { after: say`after the first SYN` });
  },
};
