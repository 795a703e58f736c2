/** The peer closes the connection; what becomes of our end depends on whether our code ever closes it. */

import { answerOf, named, timesAfterEvent } from './answer.js';
import { COLLECTED_AFTER } from './common-parameters.js';
import { describeTime } from './describe-time.js';
import { outcomeOf, timeIn } from './outcome.js';
import { ourProgram } from './our-program.js';
import { PEER_CONN } from './peer.js';
import type { Answer, Scenario } from './scenario.js';
import { numberOf } from './scenario.js';
import { finish, meet, sceneOf } from './stage.js';

export const scenario: Scenario = {
  id: 'peer-closes-we-do-not',
  title: 'The peer closes, we do not',
  question: 'The other side has closed. What becomes of my end if my code does not close it?',
  parameters: [COLLECTED_AFTER],
  roles: ['client', 'accepted'],
  experiment(profile, parameters, machine) {
    const ours = ourProgram(profile, { collectedAfter: numberOf(parameters, 'collectedAfter') });
    const scene = sceneOf('peer-closes-we-do-not', 'B closes; our end is in CLOSE_WAIT until our code closes it.', machine, ours);
    const { event } = meet(profile, scene, 'waiting');
    scene.peer.push({ at: event, do: 'close', on: PEER_CONN });
    return finish(scene);
  },
  answer(runs, profile): Answer {
    const shown = runs[0];
    const first = answerOf(runs, profile, { after: 'after the peer closed' });
    const wait = shown ? timeIn(shown, 'CLOSE_WAIT') : null;
    if (!shown || !wait) return first;
    const ends = timesAfterEvent(runs, (r) => timeIn(r, 'CLOSE_WAIT')?.until ?? null);
    const outcome = outcomeOf(shown, profile);
    const told = outcome.kind === 'end' ? `${first.sees} ` : '';
    const until = ends.earliest === null ? 'until the process ends' : `until it is closed, ${describeTime(ends.earliest, ends.latest)} after the peer closed`;
    return {
      ...first, ...ends, errno: null,
      sees: `${told}The socket is in CLOSE_WAIT ${until}.`.replace(/^./, (c) => c.toUpperCase()),
      decides: 'CLOSE_WAIT has no timer and no sysctl: the kernel waits for close() of the last holder of the descriptor.',
      change: ends.earliest === null
        ? `close() on this path${outcome.kind === 'end' ? `, as soon as ${named(outcome.call, outcome.line)} says that the stream has ended` : ''}.`
        : 'close() earlier on this path.',
    };
  },
};
