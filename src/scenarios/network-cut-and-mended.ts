/** The network between the hosts is cut for a while. */

import { answerOf } from './answer.js';
import { MOMENT } from './common-parameters.js';
import { describeExactly } from './describe-time.js';
import { ourProgram } from './our-program.js';
import { peerSteps } from './peer.js';
import type { Scenario } from './scenario.js';
import { numberOf, textOf } from './scenario.js';
import { finish, meet, REST, sceneOf } from './stage.js';
import { say } from '../words/say.js';

export const scenario: Scenario = {
  id: 'network-cut-and-mended',
  title: 'The network is cut and mended',
  question: 'The network is down for a while. Does my connection survive, and when do the data come through?',
  parameters: [
    { name: 'outage', title: 'The network is down for', default: 40, unit: 's', min: 0.1, max: 86_400 },
    { ...MOMENT, default: 'sending' },
  ],
  roles: ['client', 'accepted'],
  experiment(profile, parameters, machine) {
    const scene = sceneOf('network-cut-and-mended', 'What is sent during the outage is lost and resent.', machine, ourProgram(profile));
    const { event, index } = meet(profile, scene, textOf(parameters, 'moment') === 'sending' ? 'sending' : 'waiting');
    const served = scene.peer.length;
    const [next, ...later] = peerSteps(profile, scene.ours).slice(served);
    // The peer goes on with our path; if it is its turn, it speaks while the network is down.
    if (next) scene.peer.push({ ...next, at: event + REST }, ...later);
    scene.faults = [
      { at: event, fault: 'cut' },
      { at: event + numberOf(parameters, 'outage'), fault: 'restore' },
    ];
    return finish(scene, index >= 0 ? event + numberOf(parameters, 'outage') + REST : 0);
  },
  answer(runs, profile, parameters) {
    return answerOf(runs, profile, { after: say`after the network was cut for ${describeExactly(numberOf(parameters, 'outage'))}` });
  },
};
