/** A child process inherited the descriptor: our close() sends nothing while the child lives. */

import type { Step } from '../kernel/experiment.js';
import type { Trace } from '../kernel/trace.js';
import { answerOf, yours, timesAfterEvent } from './answer.js';
import { describeTime } from './describe-time.js';
import { eventOf } from './outcome.js';
import { CHILD, closeOf, OURS, ourProgram, PEER } from './our-program.js';
import type { OurProgram } from './our-program.js';
import { PEER_CONN } from './peer.js';
import type { Answer, Scenario } from './scenario.js';
import { numberOf } from './scenario.js';
import { finish, meetBefore, REST, sceneOf } from './stage.js';
import { say } from '../words/say.js';

const peerEnd = (trace: Trace): number | null =>
  trace.calls.filter((c) => c.program === PEER && c.call === 'recvUntilEof').at(-1)?.end ?? null;

/**
 * The path with a child that is started right after the opening; a fork of the code's own is taken as it is, when the child does anything.
 */
function withChild(ours: OurProgram, child: Step[]): void {
  const own = ours.body.find((s) => s.profile.do === 'fork');
  if (own) {
    own.steps = own.steps.map((s) => (s.do === 'fork' && s.steps.length === 0 ? { ...s, steps: child } : s));
    return;
  }
  const opened = ours.body.findIndex((s) => s.profile.do === 'connect' || s.profile.do === 'accept');
  const line = ours.body[opened]?.profile.line ?? 0;
  ours.body.splice(opened + 1, 0, { profile: { do: 'fork', line }, steps: [{ do: 'fork', as: CHILD, steps: child }] });
}

export const scenario: Scenario = {
  id: 'child-keeps-descriptor',
  title: 'A child process keeps the descriptor',
  question: 'I closed the connection, but a child process inherited it. What does the peer see?',
  parameters: [
    { name: 'childLives', title: 'The child lives on after our close for (0: to the end)', default: 120, unit: 's', min: 0, max: 86_400 },
  ],
  roles: ['client', 'accepted'],
  experiment(profile, parameters, machine) {
    const ours = ourProgram(profile);
    closeOf(ours);
    const child: Step[] = [];
    withChild(ours, child);
    const scene = sceneOf(
      'child-keeps-descriptor',
      'close() sends FIN only when the last copy of the descriptor is closed.',
      machine,
      ours,
    );
    child.push({ do: 'hold' });
    scene.event = meetBefore(profile, scene, closeOf(ours)).event + REST;
    const lives = numberOf(parameters, 'childLives');
    if (lives > 0) child.splice(0, 1, { at: scene.event + lives, do: 'exit' });
    scene.peer.push({ do: 'recvUntilEof', on: PEER_CONN }, { do: 'close', on: PEER_CONN });
    return finish(scene, scene.event + lives + REST);
  },
  answer(runs, profile): Answer {
    const shown = runs[0];
    const base = answerOf(runs, profile, { after: say`after our close` });
    if (!shown) return base;
    const close = shown.calls.find((c) => c.program === OURS && c.call === 'close' && c.start >= eventOf(shown));
    const times = timesAfterEvent(runs, peerEnd);
    const end = peerEnd(shown);
    if (end !== null && end < eventOf(shown)) {
      return {
        ...base,
        ...times,
        errno: null,
        call: 'close',
        line: close?.line ?? null,
        what: 'FIN',
        brief: say`The peer has seen the end of the stream before the close: shutdown() sent it.`,
        sees: say`${yours('close', close?.line ?? null)} returns 0; the peer has seen the end of the stream before.`,
        decides: say`shutdown() sends FIN at once, however many copies of the descriptor there are.`,
        change: say`Without shutdown() the child would keep the connection open.`,
      };
    }
    return {
      ...base,
      ...times,
      errno: null,
      call: 'close',
      line: close?.line ?? null,
      what: say`no FIN`,
      brief:
        times.earliest === null
          ? say`The peer never sees the close while the child lives.`
          : say`The peer sees the close only when the child ends, in this run ${describeTime(times.earliest, times.latest)} after it.`,
      sees: say`${yours('close', close?.line ?? null)} returns 0, but the peer ${times.earliest === null ? say`never sees the end of the stream` : say`sees the end of the stream only ${describeTime(times.earliest, times.latest)} after it`}.`,
      decides: say`The child inherited the descriptor: the kernel sends FIN when the last copy is closed, and the child still holds one.`,
      change: say`shutdown() before close() sends FIN at once; or let the child not inherit it: close it in the child, or open it with SOCK_CLOEXEC when the child is another program.`,
    };
  },
};
