/** A NAT or firewall on the way forgets a connection that was quiet for too long. */

import { simulate } from '../kernel/simulate.js';
import type { Trace } from '../kernel/trace.js';
import { answerOf } from './answer.js';
import { MOMENT } from './common-parameters.js';
import { describeExactly } from './describe-time.js';
import { ourProgram } from './our-program.js';
import { PEER_CONN } from './peer.js';
import type { Scenario } from './scenario.js';
import { numberOf, textOf } from './scenario.js';
import { delay, experimentOf, finish, horizonOf, meet, REST, sceneOf } from './stage.js';
import { say } from '../words/say.js';

/** Source port that a NAT gives to a flow it has forgotten. */
const NEW_PORT = 61_000;

/** When the way has been quiet for `limit` seconds for the first time after `from`; null when it never is. */
function quietAt(trace: Trace, from: number, limit: number): number | null {
  const times = trace.packets.map((p) => p.t).sort((a, b) => a - b);
  for (let i = 0; i < times.length; i++) {
    const next = times[i + 1] ?? trace.experiment.durationS;
    const due = (times[i] ?? 0) + limit;
    if (due > from && due < next) return due;
  }
  return null;
}

export const scenario: Scenario = {
  id: 'idle-flow-forgotten',
  title: 'A NAT or firewall forgets the idle connection',
  question: 'A NAT, firewall or load balancer forgets my quiet connection. What does my code see, and does keepalive prevent it?',
  parameters: [
    {
      name: 'limit',
      title: 'It forgets what was quiet for',
      default: '350',
      unit: 's',
      choices: [60, 240, 350, 600].map((s) => ({ value: String(s), title: describeExactly(s) })),
    },
    {
      name: 'answers',
      title: 'What it does with later packets',
      default: 'drop',
      unit: '',
      choices: [
        { value: 'drop', title: 'drops them' },
        { value: 'reset', title: 'they meet a reset' },
      ],
    },
    MOMENT,
  ],
  roles: ['client', 'accepted'],
  experiment(profile, parameters, machine) {
    const scene = sceneOf(
      'idle-flow-forgotten',
      'The NAT in front of A forgets the flow after its idle limit.',
      machine,
      ourProgram(profile),
    );
    const limit = numberOf(parameters, 'limit');
    const { event, index } = meet(profile, scene, textOf(parameters, 'moment') === 'sending' ? 'sending' : 'waiting');
    const sends = scene.ours.body[index]?.profile.do === 'send';
    if (sends) delay(scene.ours, index, event + limit + REST);
    const quiet = quietAt(simulate(experimentOf(scene, sends ? event + limit + REST : horizonOf(scene))), event - REST, limit);
    scene.event = quiet ?? event;
    if (quiet !== null)
      scene.faults = [{ at: quiet, fault: 'natForget', ...(textOf(parameters, 'answers') === 'reset' ? { newPort: NEW_PORT } : {}) }];
    // The other end speaks after the limit: what it says is lost when the flow is forgotten.
    if (!sends) scene.peer.push({ at: event + limit + 2 * REST, do: 'send', on: PEER_CONN, bytes: 100 });
    return finish(scene, scene.event + REST);
  },
  answer(runs, profile, parameters) {
    const shown = runs[0];
    const forgotten = (shown?.experiment.faults ?? []).length > 0;
    if (forgotten || !shown) return answerOf(runs, profile, { after: say`after the flow was forgotten` });
    return answerOf(runs, profile, {
      after: say`after the connection came to rest`,
      decides: say`Nothing was forgotten: keepalive probes are never ${describeExactly(numberOf(parameters, 'limit'))} apart, so the flow stays known.`,
      change: say`A keepalive idle time above the limit of the NAT would lose the connection.`,
    });
  },
};
