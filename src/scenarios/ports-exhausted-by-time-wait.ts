/** Many short connections to one address, each closed by us: every one keeps a port in TIME_WAIT. */

import type { Step } from '../kernel/experiment.js';
import type { Trace } from '../kernel/trace.js';
import { plural } from '../words/plural.js';
import { answerOf, timesAfterEvent, timesOf } from './answer.js';
import { describeTime } from './describe-time.js';
import { eventOf, ourSysctls } from './outcome.js';
import { closeOf, ourProgram, withoutEnd } from './our-program.js';
import { peerSteps } from './peer.js';
import type { Answer, Scenario } from './scenario.js';
import { numberOf, textOf } from './scenario.js';
import { finish, meetBefore, REST, sceneOf } from './stage.js';
import { say } from '../words/say.js';

/** First port of the small range that stands for the host's. */
const FIRST_PORT = 40_000;

/** How long a connection of ours was in TIME_WAIT, and when the first left it, seconds of the run. */
function firstTimeWait(trace: Trace): { length: number; until: number } | null {
  for (const row of trace.states) {
    if (row.side !== 'A' || row.state !== 'TIME_WAIT') continue;
    const gone = trace.states.find((s) => s.side === 'A' && s.sock === row.sock && s.t > row.t && s.state !== 'TIME_WAIT');
    if (gone) return { length: gone.t - row.t, until: gone.t };
  }
  return null;
}

/** A step of a further round: a child program needs a name of its own. */
function again(step: Step, round: number): Step {
  return step.do === 'fork' && round > 0 ? { ...step, as: `${step.as}, round ${round + 1}` } : step;
}

export const scenario: Scenario = {
  id: 'ports-exhausted-by-time-wait',
  title: 'Out of ports: everything is in TIME_WAIT',
  question: 'I open and close a connection for each request. How many a second can I have?',
  parameters: [
    { name: 'ports', title: 'Ports of the host in this run', default: 6, unit: '', min: 2, max: 200 },
    {
      name: 'twReuse',
      title: 'net.ipv4.tcp_tw_reuse',
      default: 'machine',
      unit: '',
      choices: [
        { value: 'machine', title: 'as on the host' },
        { value: '0', title: 'never' },
        { value: '1', title: 'always' },
        { value: '2', title: 'on loopback only' },
      ],
    },
    { name: 'pause', title: 'Pause before the last attempt', default: 2, unit: 's', min: 0, max: 3600 },
  ],
  roles: ['client'],
  experiment(profile, parameters, machine) {
    const ours = ourProgram(profile);
    closeOf(ours);
    const ports = numberOf(parameters, 'ports');
    const path = withoutEnd(ours.body);
    ours.body = Array.from({ length: ports + 1 }, (_, round) =>
      path.map((s) => ({ ...s, steps: s.steps.map((one) => again(one, round)) })),
    ).flat();
    const scene = sceneOf(
      'ports-exhausted-by-time-wait',
      'Each connection that we close first keeps its port in TIME_WAIT.',
      machine,
      ours,
    );
    const reuse = textOf(parameters, 'twReuse');
    scene.sysctls = {
      A: {
        'net.ipv4.ip_local_port_range': `${FIRST_PORT} ${FIRST_PORT + ports - 1}`,
        ...(reuse === 'machine' ? {} : { 'net.ipv4.tcp_tw_reuse': Number(reuse) }),
      },
      B: {},
    };
    const last = path.length * ports + path.findIndex((s) => s.profile.do === 'connect');
    const at = meetBefore(profile, scene, last).event + numberOf(parameters, 'pause');
    scene.event = at;
    const first = ours.body[last];
    if (first) first.steps = first.steps.map((s, i) => (i === 0 ? { ...s, at } : s));
    scene.peer = peerSteps(profile, ours);
    return finish(scene, at + REST);
  },
  answer(runs, profile, parameters): Answer {
    const shown = runs[0];
    const base = answerOf(runs, profile, { after: say`after the last attempt began` });
    if (!shown) return base;
    const ports = numberOf(parameters, 'ports');
    const waits = timesOf(runs.map((r) => firstTimeWait(r)?.length ?? null));
    const free = timesAfterEvent(runs, (r) => firstTimeWait(r)?.until ?? null);
    const held = new Set(shown.states.filter((s) => s.side === 'A' && s.state === 'TIME_WAIT' && s.t <= eventOf(shown)).map((s) => s.sock))
      .size;
    if (base.errno === null && held === 0)
      return {
        ...base,
        sees: say`Every connect() works: none of these connections is left in TIME_WAIT on our side.`,
        decides: say`Who closes first keeps TIME_WAIT, and on this path that is the peer.`,
        change: say`Closing first would move TIME_WAIT to our side.`,
      };
    if (base.errno === null)
      return {
        ...base,
        sees: say`The next connect() works although ${plural(held, 'connection')} of ours ${held === 1 ? say`is` : say`are`} in TIME_WAIT.`,
        decides: say`net.ipv4.tcp_tw_reuse = ${ourSysctls(shown).tcpTwReuse} lets connect() take over a port in TIME_WAIT.`,
        change: say`Keeping one connection open for many requests.`,
      };
    return {
      ...base,
      brief: say`Each of these connections keeps its port in TIME_WAIT for ${describeTime(waits.earliest, waits.latest)}; when all ports are taken connect() fails with ${base.errno}.`,
      sees: say`${base.sees} All ${ports} ports are taken, ${held} of them in TIME_WAIT; the first is free again ${describeTime(free.earliest, free.latest)} after that.`,
      decides: say`A port to one address and port stays taken for the whole of TIME_WAIT, ${describeTime(waits.earliest, waits.latest)}: the host's port range (net.ipv4.ip_local_port_range), divided by that time, is what it can do in connections a second.`,
      change: say`Keep one connection open for many requests (a pool), let the server close first, or set net.ipv4.tcp_tw_reuse to 1.`,
    };
  },
};
