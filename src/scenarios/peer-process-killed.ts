/** The peer's process dies; its kernel closes what it held. */

import { answerOf } from './answer.js';
import { MOMENT } from './common-parameters.js';
import { ourProgram, PEER } from './our-program.js';
import { onEnd, type ConnectionProfile } from './profile.js';
import type { ParameterValues, Scenario } from './scenario.js';
import { textOf } from './scenario.js';
import { finish, meet, sceneOf } from './stage.js';
import { say } from '../words/say.js';

const isSending = (parameters: ParameterValues): boolean => textOf(parameters, 'moment') === 'sending';

/** Who waits is told of the end. */
const met = (given: ConnectionProfile, parameters: ParameterValues): ConnectionProfile => (isSending(parameters) ? given : onEnd(given));

export const scenario: Scenario = {
  id: 'peer-process-killed',
  title: "The peer's process is killed",
  question: 'The other program crashes or is killed; its host lives on. What does my code see?',
  parameters: [MOMENT],
  roles: ['client', 'accepted'],
  experiment(given, parameters, machine) {
    const profile = met(given, parameters);
    const scene = sceneOf('peer-process-killed', "B's kernel closes the socket of the killed process.", machine, ourProgram(profile));
    const { event } = meet(profile, scene, isSending(parameters) ? 'sending' : 'waiting');
    scene.faults = [{ at: event, fault: 'kill', program: PEER }];
    return finish(scene);
  },
  answer(runs, given, parameters) {
    return answerOf(runs, met(given, parameters), { after: say`after the peer's process was killed` });
  },
};
