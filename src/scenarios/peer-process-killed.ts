/** The peer's process dies; its kernel closes what it held. */

import { answerOf } from './answer.js';
import { MOMENT } from './common-parameters.js';
import { ourProgram, PEER } from './our-program.js';
import type { Scenario } from './scenario.js';
import { textOf } from './scenario.js';
import { finish, meet, sceneOf } from './stage.js';
import { say } from '../words/say.js';

export const scenario: Scenario = {
  id: 'peer-process-killed',
  title: "The peer's process is killed",
  question: 'The other program crashes or is killed; its host lives on. What does my code see?',
  parameters: [MOMENT],
  roles: ['client', 'accepted'],
  experiment(profile, parameters, machine) {
    const scene = sceneOf('peer-process-killed', "B's kernel closes the socket of the killed process.", machine, ourProgram(profile));
    const { event } = meet(profile, scene, textOf(parameters, 'moment') === 'sending' ? 'sending' : 'waiting');
    scene.faults = [{ at: event, fault: 'kill', program: PEER }];
    return finish(scene);
  },
  answer(runs, profile) {
    return answerOf(runs, profile, { after: say`after the peer's process was killed` });
  },
};
