/** The peer closes the connection; what becomes of our end depends on whether our code ever closes it. */

import type { TcpState, Trace } from '../kernel/trace.js';
import { answerOf, named, NO_TIMES, timesAfterEvent, unfollowed } from './answer.js';
import { COLLECTED_AFTER } from './common-parameters.js';
import { describeExactly, describeTime } from './describe-time.js';
import { ourStates, outcomeOf, timeIn } from './outcome.js';
import { OURS, ourProgram } from './our-program.js';
import { PEER_CONN } from './peer.js';
import { isUnfollowed, onEnd, onFailure, onJoined, takes } from './profile.js';
import type { ConnectionProfile } from './profile.js';
import type { Answer, Scenario } from './scenario.js';
import { numberOf } from './scenario.js';
import { finish, meet, meetBefore, sceneOf } from './stage.js';
import { closesWithEnd } from './user-words.js';
import { say } from '../words/say.js';

/** Seconds from the end of the stream to a close that waits for nothing else. */
const PROMPT = 1;

export const scenario: Scenario = {
  id: 'peer-closes-we-do-not',
  title: 'The peer closes, we do not',
  question: 'The other side has closed. What becomes of my end if my code does not close it?',
  parameters: [COLLECTED_AFTER],
  roles: ['client', 'accepted'],
  experiment(given, parameters, machine) {
    const profile = asTold(given);
    const ours = ourProgram(profile, { collectedAfter: numberOf(parameters, 'collectedAfter') });
    const scene = sceneOf('peer-closes-we-do-not', 'B closes; our end is in CLOSE_WAIT until our code closes it.', machine, ours);
    const { event } =
      given.failsOn !== undefined || isAnswered(profile) ? meetBefore(profile, scene, ours.body.length) : meet(profile, scene, 'waiting');
    if (profile.reads === 'nobody') scene.peer.push({ at: event, do: 'send', on: PEER_CONN, bytes: LONG_ANSWER });
    scene.peer.push({ at: event, do: 'close', on: PEER_CONN });
    return finish(scene);
  },
  answer(runs, given): Answer {
    const profile = asTold(given);
    const shown = runs[0];
    const first = answerOf(runs, profile, { after: say`after the peer closed` });
    const wait = shown && timeIn(shown, 'CLOSE_WAIT');
    if (shown && profile.reads === 'nobody') return { ...first, ...unread() };
    if (!shown || !wait) return shown && profile.onDrop !== 'never' && closedByRuntime(shown) ? { ...first, ...closedBefore() } : first;
    const told = outcomeOf(shown, profile);
    const reset = stateAfter(shown) === 'GONE';
    const ends = timesAfterEvent(runs, (r) => (stateAfter(r) === 'LAST_ACK' ? (timeIn(r, 'CLOSE_WAIT')?.until ?? null) : null));
    const time = describeTime(ends.earliest, ends.latest);
    const closing = shown.calls.find((c) => c.program === OURS && c.call === 'close');
    const until = reset
      ? untilReset(shown)
      : ends.earliest === null
        ? say`until the process ends`
        : profile.reads === 'runtime' || closing?.line === undefined
          ? say`until the runtime closes it, ${time} after the peer closed`
          : say`until ${named('close', closing.line)}, ${time} after the peer closed`;
    // A close on the path that stands on no line is the library's.
    const isDropped = (profile.onDrop !== 'never' || profile.endedBy !== undefined) && !takes(profile.steps, 'close');
    const dropped = isDropped && closedByRuntime(shown) && stateAfter(shown) === 'LAST_ACK';
    const isPrompt = told.kind === 'end' && ends.latest !== null && ends.latest - (told.after ?? 0) < PROMPT;
    const lasts = first.leak === null ? {} : { lasts: first.leak.lasts };
    const isKept = profile.keptIdle === null && first.leak === null && ends.earliest === null && !reset;
    const seen = told.kind === 'end' ? `${first.sees} ` : leftBy(given);
    if (told.kind === 'end' && first.raises !== undefined && closesWithEnd(profile, told.call, told.line))
      return { ...first, leak: null, ...closedWithIt(first) };
    if (given.joined) return { ...first, ...ends, ...heldByJoined(given.joined, seen, reset) };
    if (isKept) return { ...first, ...ends, ...keptByPool(seen) };
    const isHanded = isUnfollowed(profile) && (ends.earliest === null || dropped);
    if (isHanded) return { ...first, ...NO_TIMES, leak: null, ...heldByOthers(profile) };
    const isShut =
      closing === undefined && profile.onDrop === 'never' && takes(profile.steps, 'shutdown') && !takes(profile.steps, 'close');
    if (isShut && ends.earliest !== null) return { ...first, ...NO_TIMES, ...lasts, ...onlyShutDown(seen) };
    if (dropped) return { ...first, ...ends, ...runtimeCloses(profile, seen, time), ...lasts };
    return {
      ...first,
      ...ends,
      ...lasts,
      errno: null,
      what: 'CLOSE_WAIT',
      brief: reset
        ? say`Its descriptor stays open until the process ends.`
        : ends.earliest === null
          ? say`It stays in CLOSE_WAIT until the process ends.`
          : say`It is in CLOSE_WAIT until the code closes it, ${time} after the peer closed.`,
      sees: say`${seen}The socket is in CLOSE_WAIT ${until}.`,
      decides: say`CLOSE_WAIT has no timer and no sysctl: the kernel waits for close() of the last holder of the descriptor.`,
      change:
        ends.earliest === null
          ? say`close() on this path${told.kind === 'end' ? say`, as soon as ${named(told.call, told.line)} says that the stream has ended` : ''}.`
          : isPrompt
            ? say`Nothing needs to change here: it is closed as soon as the end of the stream is read.`
            : say`close() as soon as a read says that the stream has ended.`,
    };
  },
};

function asTold(given: ConnectionProfile): ConnectionProfile {
  return given.joined ? onJoined(given) : onEnd(onFailure(given));
}

function leftBy({ failsOn }: ConnectionProfile): string {
  return failsOn === undefined ? '' : say`The failure on line ${failsOn} has left it open by then. `;
}

/** Both ends have sent their FIN, and nothing has closed the descriptor. */
const onlyShutDown = (seen: string): Told => ({
  errno: null,
  what: 'CLOSE_WAIT',
  brief: say`Its descriptor stays open until the process ends.`,
  sees: say`${seen}The socket leaves CLOSE_WAIT with shutdown(); its descriptor stays open until the process ends.`,
  decides: say`shutdown() sends the FIN, and close() alone gives the descriptor back.`,
  change: say`close() on this path.`,
});

type Told = Pick<Answer, 'errno' | 'what' | 'lasts' | 'brief' | 'sees' | 'decides' | 'change'>;

/** The copy to another connection has ended and told nobody. */
const heldByJoined = ({ to, copy, back }: NonNullable<ConnectionProfile['joined']>, seen: string, reset: boolean): Told => ({
  errno: null,
  what: 'CLOSE_WAIT',
  lasts: say`until ${to} ends, too`,
  brief: reset ? say`Its descriptor stays open until ${to} ends, too.` : say`It stays in CLOSE_WAIT until ${to} ends, too.`,
  sees: reset
    ? say`${seen}The copy on line ${copy} ends and tells nobody, and line ${back} waits for ${to}: the descriptor stays open until that one ends, too.`
    : say`${seen}The copy on line ${copy} ends and tells nobody, and line ${back} waits for ${to}: the socket is in CLOSE_WAIT until that one ends, too.`,
  decides: say`CLOSE_WAIT has no timer and no sysctl: the kernel waits for close(), and the function gets there when the other peer closes.`,
  change: say`Shutting down the write side of ${to} when this copy has ended: its peer learns of the end, and both can be closed.`,
});

/** Somebody has got it whom the analysis does not follow. */
const heldByOthers = (profile: ConnectionProfile): Told => ({
  errno: null,
  what: 'CLOSE_WAIT',
  lasts: say`until whoever has got it closes it`,
  brief: say`It stays in CLOSE_WAIT until whoever has got it closes it.`,
  sees: say`The socket is in CLOSE_WAIT until whoever has got it closes it: ${unfollowed(profile)}`,
  decides: say`CLOSE_WAIT has no timer and no sysctl: the kernel waits for close() of the last holder of the descriptor.`,
  change: say`close() as soon as a read says that the stream has ended.`,
});

/** What the reset answers: a probe of our kernel's keepalive, or something of the code's. */
function untilReset({ packets }: Trace): string {
  const at = packets.findIndex(({ from, flags }) => from === 'B' && flags.includes('R'));
  const ours = packets.slice(0, Math.max(at, 0)).filter(({ from }) => from === 'A');
  return ours.at(-1)?.kind === 'keepalive'
    ? say`until a keepalive probe is answered with a reset, for the peer's kernel has forgotten its end; its descriptor stays open until the process ends`
    : say`until what our code still sends is answered with a reset; its descriptor stays open until the process ends`;
}

/** The library does not leave it to the code. */
const closedWithIt = ({ sees }: Answer): Pick<Answer, 'sees' | 'change'> => ({
  sees: say`${sees} The library closes the connection with it.`,
  change: say`Nothing needs to change here: the library has closed it by the time your code gets the error.`,
});

/** A pool has it, which looks at it before it uses it again. */
const keptByPool = (seen: string): Told => ({
  errno: null,
  what: 'CLOSE_WAIT',
  lasts: say`until its pool wants to use it again`,
  brief: say`It stays in CLOSE_WAIT until its pool wants to use it again, or is closed.`,
  sees: say`${seen}The socket is in CLOSE_WAIT until its pool wants to use it again, or is closed.`,
  decides: say`CLOSE_WAIT has no timer and no sysctl: the library looks at a kept connection when it wants to use it again, and not before.`,
  change: say`Closing the pool (the session) when nothing more is asked of it. One connection is kept for each host, however often it is used.`,
});

/**
 * Did the call that opens it bring the answer, too, and the path leave it unread? Then the peer closes after it has answered. So it does
 * where the library would close what ends before.
 */
function isAnswered({ steps, reads, words, onDrop }: ConnectionProfile): boolean {
  const opening = steps.find((step) => step.do === 'connect');
  const last = steps.filter((step) => step.do === 'recv' || step.do === 'recvUntilEof' || step.do === 'poll').at(-1);
  return (
    reads === undefined &&
    opening !== undefined &&
    (last?.line === opening.line || words?.endCloses === true) &&
    // Where the runtime closes a dropped one the path just ends.
    (steps.at(-1)?.do === 'hold' || ((onDrop === 'at-once' || onDrop === 'drop') && !takes(steps, 'close')))
  );
}

/** Bytes of an answer that no buffer of ours takes whole. */
const LONG_ANSWER = 200_000;

/** What the peer sent stands between its close and us. */
const unread = (): Pick<Answer, 'errno' | 'what' | 'brief' | 'sees' | 'decides' | 'change' | 'typical' | 'earliest' | 'latest'> => ({
  errno: null,
  typical: null,
  earliest: null,
  latest: null,
  what: 'ESTABLISHED',
  brief: say`It stays ESTABLISHED until the process ends: the end comes after data that nobody takes.`,
  sees: say`Nothing: the peer's end comes after data that nobody takes, so the socket stays ESTABLISHED. An answer that fits into the buffers is let go when the peer closes.`,
  decides: say`Our receive window is closed, and no timer of ours runs: the kernel waits for the program to read or to close.`,
  change: say`Read the answer to its end, or close it, on every path.`,
});

/** The runtime is quicker than the peer. */
const closedBefore = (): Pick<Answer, 'brief' | 'sees' | 'decides' | 'change'> => ({
  brief: say`The runtime closes it, with its last reference.`,
  sees: say`Nothing: the runtime has closed the connection by then, when the last reference to it went.`,
  decides: say`How long a reference lives on decides: a kept exception, a reference cycle or another runtime keeps the connection open.`,
  change: say`close() on this path, so that its end does not depend on who still refers to it.`,
});

/** Does the runtime close it? That close stands on no line of the code. */
function closedByRuntime(trace: Trace): boolean {
  return trace.calls.some((c) => c.program === OURS && c.call === 'close' && c.line === undefined);
}

/** Nothing in the code closes it, but the runtime does: at the last reference, or when the garbage collector gets there. */
function runtimeCloses({ onDrop, countedFrom, endedBy }: ConnectionProfile, seen: string, time: string): Partial<Answer> {
  const { who, decides, change } = endedBy === undefined ? dropOf(onDrop, countedFrom) : endOf(endedBy);
  return {
    errno: null,
    what: 'CLOSE_WAIT',
    brief: say`It stays in CLOSE_WAIT until ${who}.`,
    sees: say`${seen}The socket is in CLOSE_WAIT until ${who}: in this run ${time} after the peer closed.`,
    decides,
    change,
  };
}

/** No collector and no reference: the library watches the request's limit. */
const endOf = (seconds: number): ReturnType<typeof dropOf> => ({
  who: say`the client's limit of ${describeExactly(seconds)}`,
  decides: say`CLOSE_WAIT has no timer and no sysctl: the kernel waits for close(), which the library calls when the limit on the whole request is over.`,
  change: say`close() on this path: its connection is given back at once.`,
});

function dropOf(onDrop: ConnectionProfile['onDrop'], countedFrom?: string): Record<'who' | 'decides' | 'change', string> {
  switch (onDrop) {
    case 'collector':
      if (countedFrom !== undefined)
        return {
          who: say`the garbage collector runs, at worst`,
          decides: say`CLOSE_WAIT has no timer and no sysctl: the kernel waits for close(). Before ${countedFrom} the collector does it, and nobody knows when it runs; from that version on the last reference does.`,
          change: say`close() on this path.`,
        };
      return {
        who: say`the garbage collector runs`,
        decides: say`CLOSE_WAIT has no timer and no sysctl: the kernel waits for close(), and nobody knows when the collector runs; a program that allocates little may wait for hours.`,
        change: say`close() on this path.`,
      };
    case 'drop':
      return {
        who: say`its owner goes out of scope`,
        decides: say`CLOSE_WAIT has no timer and no sysctl: the kernel waits for close(), which comes with the end of its owner. An owner that lives on (a global, a cycle of shared owners, a thread that does not end) keeps it open.`,
        change: say`Nothing needs to change here as long as its owner ends when the stream has ended.`,
      };
    default:
      return {
        who: say`its last reference goes`,
        decides: say`CLOSE_WAIT has no timer and no sysctl: the kernel waits for close(). A reference that lives on (a global, a traceback, a cycle, a frame that does not return) keeps it open.`,
        change: say`close() on this path.`,
      };
  }
}

/** The state that our end goes to from CLOSE_WAIT: LAST_ACK when we close, GONE after a reset; null when it stays. */
function stateAfter(trace: Trace): TcpState | null {
  const rows = ourStates(trace);
  return rows[rows.findIndex((r) => r.state === 'CLOSE_WAIT') + 1]?.state ?? null;
}
