/** The peer's program stands still (stopped, deadlocked, swapped out) while its kernel goes on. */

import { answerOf } from './answer.js';
import { MOMENT } from './common-parameters.js';
import { outcomeOf } from './outcome.js';
import { ourProgram, PEER } from './our-program.js';
import { peerSteps } from './peer.js';
import type { Scenario } from './scenario.js';
import { numberOf, textOf } from './scenario.js';
import { finish, meet, REST, sceneOf } from './stage.js';
import { say } from '../words/say.js';

export const scenario: Scenario = {
  id: 'peer-frozen',
  title: "The peer's program hangs",
  question: 'The other program hangs, but its host is alive. Does keepalive help?',
  parameters: [{ name: 'thawsAfter', title: 'It goes on after (0: never)', default: 0, unit: 's', min: 0, max: 86_400 }, MOMENT],
  roles: ['client', 'accepted'],
  experiment(profile, parameters, machine) {
    const scene = sceneOf('peer-frozen', "B's program stands still; B's kernel answers for it.", machine, ourProgram(profile));
    const { event } = meet(profile, scene, textOf(parameters, 'moment') === 'sending' ? 'sending' : 'waiting');
    const thaws = numberOf(parameters, 'thawsAfter');
    const later = peerSteps(profile, scene.ours).slice(scene.peer.length);
    scene.faults = [
      { at: event, fault: 'freeze', program: PEER },
      ...(thaws > 0 ? [{ at: event + thaws, fault: 'thaw', program: PEER } as const] : []),
    ];
    // It stood still just before its next step.
    const [next, ...rest] = later;
    if (next) scene.peer.push({ ...next, at: event + REST / 2 }, ...rest);
    return finish(scene, event + thaws + REST);
  },
  answer(runs, profile) {
    const told = answerOf(runs, profile, { after: say`after the peer's program stopped` });
    if (told.errno !== null || runs[0] === undefined) return told;
    switch (outcomeOf(runs[0], profile).kind) {
      case 'blocked':
        return {
          ...told,
          decides: say`The peer's kernel is alive: it acknowledges what arrives and answers keepalive probes, although the program behind it does nothing.`,
          change: say`Only a time limit on the call in your own code or a heartbeat in your protocol: keepalive asks the kernel, not the program.`,
        };
      case 'resumed':
        return {
          ...told,
          decides: say`The peer's kernel kept the connection, and what came for the program, while the program stood still.`,
        };
      default:
        return told;
    }
  },
};
