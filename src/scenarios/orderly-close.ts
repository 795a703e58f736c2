/** Both sides close as they should: three or four segments, and who keeps TIME_WAIT. */

import { answerOf, yours, timesAfterEvent } from './answer.js';
import { describeExactly, describeTime } from './describe-time.js';
import { eventOf, ourSysctls, timeIn } from './outcome.js';
import { closeOf, OURS, ourProgram } from './our-program.js';
import { PEER_CONN } from './peer.js';
import type { Answer, Scenario } from './scenario.js';
import { numberOf, textOf } from './scenario.js';
import { DEFAULT_RTT_MS, delay, finish, meet, meetBefore, REST, sceneOf } from './stage.js';
import type { Trace } from '../kernel/trace.js';
import { say } from '../words/say.js';

/** How long the peer takes to close in the four-segment form, seconds: longer than the delayed acknowledgement of our FIN. */
const SLOW_CLOSE = 0.5;

/** Segments that carry the close: from the first FIN to the last acknowledgement. */
function closingSegments(trace: Trace): number {
  const first = trace.packets.find((p) => p.flags.includes('F'));
  return first ? trace.packets.filter((p) => p.t >= first.t && p.conn === first.conn && p.kind === '').length : 0;
}

export const scenario: Scenario = {
  id: 'orderly-close',
  title: 'An orderly close',
  question: 'Both sides close as they should. What is left, where, and for how long?',
  parameters: [
    {
      name: 'segments',
      title: 'The peer answers our end',
      default: '3',
      unit: '',
      choices: [
        { value: '3', title: 'at once (three segments)' },
        { value: '4', title: 'after a moment (four segments)' },
        { value: 'late', title: 'late' },
      ],
    },
    {
      name: 'lateBy',
      title: 'A busy peer answers the end after',
      default: 90,
      unit: 's',
      min: 0,
      max: 86_400,
      applies: (_, values) => values['segments'] === 'late',
    },
    {
      name: 'first',
      title: 'Who closes first',
      default: 'us',
      unit: '',
      choices: [
        { value: 'us', title: 'we' },
        { value: 'peer', title: 'the peer' },
      ],
    },
  ],
  roles: ['client', 'accepted'],
  experiment(profile, parameters, machine) {
    const ours = ourProgram(profile);
    const scene = sceneOf('orderly-close', 'One side closes, the other answers with its own close.', machine, ours);
    const segments = textOf(parameters, 'segments');
    const pause = segments === '3' ? 0 : segments === '4' ? SLOW_CLOSE : numberOf(parameters, 'lateBy');
    const close = closeOf(ours);
    if (textOf(parameters, 'first') === 'peer') {
      const { event, index } = meet(profile, scene, 'waiting');
      scene.peer.push({ at: event, do: 'close', on: PEER_CONN });
      if (pause > 0 || index === close) delay(ours, close, event + (machine.rttMs ?? DEFAULT_RTT_MS) / 1000 + pause);
      return finish(scene);
    }
    scene.event = meetBefore(profile, scene, close).event + REST;
    scene.peer.push({ do: 'recvUntilEof', on: PEER_CONN }, ...(pause > 0 ? [{ do: 'sleep', for: pause } as const] : []), {
      do: 'close',
      on: PEER_CONN,
    });
    return finish(scene);
  },
  answer(runs, profile): Answer {
    const shown = runs[0];
    const first = answerOf(runs, profile, { after: say`after the close began` });
    if (!shown) return first;
    const call = shown.calls.find((c) => c.program === OURS && c.call === 'close' && c.start >= eventOf(shown));
    const wait = timeIn(shown, 'TIME_WAIT');
    const left = timesAfterEvent(runs, (r) => timeIn(r, 'TIME_WAIT')?.until ?? timeIn(r, 'GONE')?.from ?? null);
    const waited = !wait && timeIn(shown, 'FIN_WAIT_2')?.until !== undefined && !timeIn(shown, 'LAST_ACK');
    const where = wait
      ? say`Our end stays in TIME_WAIT`
      : waited
        ? say`Our end waited in FIN_WAIT_2`
        : say`Nothing is left of our end; the peer keeps TIME_WAIT`;
    return {
      ...first,
      ...left,
      errno: null,
      call: call?.call ?? 'close',
      line: call?.line ?? null,
      what: wait ? 'TIME_WAIT' : 'closed',
      brief:
        left.earliest === null
          ? say`The kernel keeps the connection: nothing ends it.`
          : say`The kernel forgets the connection ${describeTime(left.earliest, left.latest)} after the close.`,
      sees: say`${yours('close', call?.line ?? null)} returns at once and no call fails. ${where}; ${left.earliest === null ? say`our kernel keeps the connection, and nothing ends it` : say`our kernel has forgotten the connection ${describeTime(left.earliest, left.latest)} after the close began`}.`,
      decides: waited
        ? say`net.ipv4.tcp_fin_timeout = ${describeExactly(ourSysctls(shown).tcpFinTimeout)}: for so long a closed end waits in FIN_WAIT_2 for the peer's close, then the kernel forgets it; a later FIN of the peer is answered with RST.`
        : decides(shown),
      change: wait
        ? say`Letting the peer close first moves TIME_WAIT to its side; net.ipv4.tcp_fin_timeout limits FIN_WAIT_2 only, never TIME_WAIT.`
        : waited
          ? say`A peer that closes when it reads the end of the stream; a shorter net.ipv4.tcp_fin_timeout only forgets sooner.`
          : say`Closing first would move TIME_WAIT to our side.`,
    };
  },
};

/** Who keeps TIME_WAIT, and why the close took as many segments as it did. */
function decides(trace: Trace): string {
  const first = trace.packets.find((p) => p.flags.includes('F'));
  const segments = closingSegments(trace);
  const why =
    segments === 3
      ? say`: the second FIN went with the acknowledgement of the first`
      : segments === 4
        ? say`: the second FIN came later than the acknowledgement of the first`
        : '';
  return say`Who sends the first FIN keeps TIME_WAIT, here ${first?.from === 'A' ? say`our side` : say`the peer`}. The close took ${segments} segments${why}.`;
}
