/**
 * The peer closes a connection that was quiet for too long: a server's keep-alive
 * timeout, a load balancer's idle limit. The next request may meet that.
 */

import type { Trace } from '../kernel/trace.js';
import { plural } from '../words/plural.js';
import { answerOf, NO_TIMES } from './answer.js';
import { describeExactly } from './describe-time.js';
import { connects, CONN, ourProgram } from './our-program.js';
import type { OurProgram } from './our-program.js';
import { eventOf, timeIn } from './outcome.js';
import { PEER_CONN } from './peer.js';
import { takes } from './profile.js';
import type { ConnectionProfile, RuntimeWords } from './profile.js';
import type { Answer, Scenario } from './scenario.js';
import { numberOf, textOf } from './scenario.js';
import { DEFAULT_RTT_MS, delay, finish, meet, meetBefore, REST, sceneOf } from './stage.js';
import type { Scene } from './stage.js';
import { phrases, say, translated } from '../words/say.js';

/** How long what we sent lies unread before the peer closes, seconds: its program is busy with its timer. */
const UNREAD_FOR = 0.05;

const AFTER = phrases('after the peer closed');
const REPEATABLE = phrases(
  'GET, HEAD, OPTIONS, PUT and DELETE may be repeated on a new connection (RFC 9110, 9.2.2), a POST only when the peer ' +
    'can recognise the second one',
);

const sendOf = (ours: OurProgram): number => ours.body.map((s) => s.profile.do).lastIndexOf('send');

/** A client's only exchange once more: a pool keeps the connection, and the next request takes it. */
function again(profile: ConnectionProfile, ours: OurProgram): void {
  const kinds = ours.body.map((s) => s.profile.do);
  const [from, last] = [kinds.indexOf('send'), kinds.lastIndexOf('recv')];
  const ends = kinds.some((kind) => kind === 'recvUntilEof' || kind === 'shutdown');
  if (!connects(profile) || profile.words?.kept === 'once' || from < 0 || last < from || kinds.lastIndexOf('send') !== from || ends) return;
  ours.body.splice(from, 0, ...ours.body.slice(from, last + 1).map((step) => ({ ...step })));
}

/** When our request goes out, seconds from the peer's close; null: it never does. */
function sentAt(moment: string, rttMs: number): number | null {
  const trip = rttMs / 2000;
  if (moment === 'unread') return -trip - UNREAD_FOR;
  if (moment === 'crossing') return trip / 2;
  return moment === 'later' ? REST : null;
}

/** Does a pool find the close before it would use the connection again? */
function isNoticed(profile: ConnectionProfile, moment: string): boolean {
  const kept = profile.words?.kept;
  return moment === 'later' && connects(profile) && typeof kept === 'object' && kept.repeats !== 'all';
}

/** After its first exchange the connection lies in its pool, which closes it when it is to be used again. */
function keep(ours: OurProgram): void {
  const first = ours.body.findIndex((s) => s.profile.do === 'recv' || s.profile.do === 'recvUntilEof');
  if (first < 0) return;
  ours.body.splice(first + 1, Infinity, { profile: { do: 'close', line: 0 }, steps: [{ do: 'close', on: CONN }] });
  ours.rest = [];
  ours.end = [];
}

/** Puts the peer's close where its limit ends, and our request in front of it, across it or behind it. */
function place(profile: ConnectionProfile, scene: Scene, limit: number, moment: string): void {
  const { ours } = scene;
  if (profile.words?.kept === 'once' && connects(profile)) {
    scene.event = meetBefore(profile, scene, ours.body.length).event - REST + limit;
    return;
  }
  if (isNoticed(profile, moment)) {
    const last = ours.body.length - 1;
    scene.event = meetBefore(profile, scene, last).event - REST + limit;
    delay(ours, last, scene.event + REST);
    return;
  }
  const send = sendOf(scene.ours);
  const offset = send < 0 ? null : sentAt(moment, scene.machine.rttMs ?? DEFAULT_RTT_MS);
  if (offset === null) {
    const { event, index } = meet(profile, scene, 'waiting');
    scene.event = event - REST + limit;
    const waits = scene.ours.body[index];
    if (waits?.steps[0]?.at !== undefined) delay(scene.ours, index, scene.event);
    return;
  }
  scene.event = meetBefore(profile, scene, send).event - REST + limit;
  delay(scene.ours, send, scene.event + offset);
}

export const scenario: Scenario = {
  id: 'peer-idle-limit',
  title: 'The peer closes an idle connection',
  question: 'The server or load balancer closes what was quiet for too long. What does my next request see, and does keepalive prevent it?',
  parameters: [
    { name: 'limit', title: 'It closes what was quiet for', default: 60, unit: 's', min: 1, max: 86_400 },
    {
      name: 'moment',
      title: 'Our next request',
      default: 'crossing',
      unit: '',
      choices: [
        { value: 'crossing', title: 'crosses the close on the way' },
        { value: 'unread', title: 'arrives just before the close and is not read' },
        { value: 'later', title: 'comes after the close' },
        { value: 'none', title: 'does not come' },
      ],
      applies: ({ steps }) => takes(steps, 'send'),
    },
    {
      name: 'ends',
      title: 'How the peer ends it',
      default: 'fin',
      unit: '',
      choices: [
        { value: 'fin', title: 'it closes (FIN)' },
        { value: 'reset', title: 'it resets (RST), as some load balancers do' },
      ],
    },
  ],
  roles: ['client', 'accepted'],
  experiment(profile, parameters, machine) {
    const ours = ourProgram(profile);
    if (isNoticed(profile, textOf(parameters, 'moment'))) keep(ours);
    else again(profile, ours);
    const scene = sceneOf(
      'peer-idle-limit',
      "B's program closes a connection that brought it nothing for too long; keepalive brings it nothing.",
      machine,
      ours,
    );
    place(profile, scene, numberOf(parameters, 'limit'), textOf(parameters, 'moment'));
    if (textOf(parameters, 'ends') === 'reset')
      scene.peer.push({ at: scene.event, do: 'setsockopt', on: PEER_CONN, options: { SO_LINGER: [1, 0] } });
    scene.peer.push({ at: scene.event, do: 'close', on: PEER_CONN });
    return finish(scene, scene.event + REST);
  },
  answer(runs, profile, parameters): Answer {
    const shown = runs[0];
    const first = answerOf(runs, profile, { after: translated(AFTER) });
    if (!shown) return first;
    const moment = textOf(parameters, 'moment');
    const sent = moment !== 'none' && sendOf(ourProgram(profile)) >= 0;
    const isOnce = profile.words?.kept === 'once' && connects(profile);
    return {
      ...first,
      ...(isOnce ? notKept(first, shown) : isNoticed(profile, moment) ? noticed(first) : sent && unanswered(shown, first, profile)),
      decides: isOnce ? who(shown) : `${decides(shown, numberOf(parameters, 'limit'))} ${who(shown)}`,
      change: isOnce
        ? say`Nothing. Who asks often opens a connection each time: a client that keeps it (a session) has the limit of the peer to mind.`
        : sent
          ? say`Give up idle connections before the peer does: a pool's own idle limit below ${describeExactly(numberOf(parameters, 'limit'))}. What still fails without an answer: ${translated(REPEATABLE)}.`
          : say`close() as soon as a read says so; a heartbeat in your protocol would keep the connection in use.`,
    };
  },
};

/** What became of the request: the peer's program never saw it, whatever our code is told. */
function unanswered(trace: Trace, first: Answer, profile: ConnectionProfile): Partial<Answer> {
  const what = connects(profile) ? say`request` : say`answer`;
  const arrives = trace.packets.some((p) => p.from === 'A' && p.len > 0 && p.t >= eventOf(trace) - REST);
  if (!arrives) return {};
  const refused = resetEnds(trace) ? say` A further send() would fail with EPIPE.` : '';
  return {
    sees:
      say`${first.sees} The ${what} itself was taken by send() without an error; the peer's program never reads it.${refused}` +
      repeated(profile.words?.kept),
  };
}

/** What the library makes of that by itself. */
function repeated(kept: RuntimeWords['kept']): string {
  if (typeof kept !== 'object') return '';
  if (kept.repeats === null) return say` The library repeats nothing by itself.`;
  if (kept.repeats === 'all')
    return say` But on a connection that was used before, the library repeats the request once by itself, a POST too: then your code sees no error.`;
  return say` But on a connection that was used before, the library repeats ${kept.repeats} by itself: of these your code sees no error.`;
}

/** The pool looks first: no request meets the close. */
function noticed(first: Answer): Partial<Answer> {
  const sees = say`Nothing: the library finds that the peer has closed before it asks again, and opens another connection for that.`;
  return { ...first, ...NO_TIMES, sees, brief: sees, errno: null, what: say`nothing` };
}

/** The connection ends with its only request. */
function notKept(first: Answer, shown: Trace): Partial<Answer> {
  const sees = say`Nothing: this call closes its connection once it has the answer, so that none is left that could go idle.`;
  return timeIn(shown, 'TIME_WAIT') || first.errno === null
    ? { ...first, ...NO_TIMES, sees, brief: sees, errno: null, what: say`nothing` }
    : {};
}

function decides(trace: Trace, limit: number): string {
  const probes = trace.packets.filter((p) => p.from === 'A' && p.kind === 'keepalive' && p.t < eventOf(trace)).length;
  const alive = probes === 0 ? say`Keepalive cannot keep it open` : say`Keepalive did not keep it open (${plural(probes, 'probe')} here)`;
  return say`The peer's program closes after ${describeExactly(limit)} without data. ${alive}: the peer's kernel answers probes by itself, the program never sees them.`;
}

const resetEnds = (trace: Trace): boolean =>
  trace.packets.some((p) => p.flags.includes('R') && p.dropped === null && p.t >= eventOf(trace));

/** Who keeps TIME_WAIT: read off the run. */
function who(trace: Trace): string {
  const peer = trace.states.some((s) => s.side === 'B' && s.state === 'TIME_WAIT');
  if (timeIn(trace, 'TIME_WAIT')) return say`TIME_WAIT is on our side.`;
  if (peer) return say`TIME_WAIT is on the peer's side, which closed first.`;
  return resetEnds(trace)
    ? say`A reset ended the connection: nobody keeps TIME_WAIT.`
    : say`Nobody has TIME_WAIT as long as our end is open.`;
}
