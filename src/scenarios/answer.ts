/** The answer in three sentences, with every number from the runs and the settings that they had. */

import type { Trace } from '../kernel/trace.js';
import { describeExactly, describeTime } from './describe-time.js';
import { causeOf, countResentByPeer, countSent, eventOf, fateOf, lastState, ourSysctls, outcomeOf } from './outcome.js';
import type { Cause, Fate, Outcome } from './outcome.js';
import { leakOf } from './leak.js';
import { hasUnknownLimit, isUnfollowed, type ConnectionProfile, type RuntimeWords } from './profile.js';
import { calledAs } from './user-words.js';
import type { Answer, Times } from './scenario.js';
import { plural } from '../words/plural.js';
import { phrases, say, translated } from '../words/say.js';

/** Earliest, latest and middle of a time that each run tells; null when no run reaches it. */
export function timesOf(values: readonly (number | null)[]): Times {
  const known = values.filter((v): v is number => v !== null).sort((a, b) => a - b);
  if (known.length === 0) return { typical: null, earliest: null, latest: null };
  const last = known[known.length - 1] ?? null;
  return {
    typical: known[Math.floor(known.length / 2)] ?? null,
    earliest: known[0] ?? null,
    latest: known.length === values.length ? last : null,
  };
}

/** "recv() on line 6"; a call without a line is named alone. */
export function named(call: string | null, line: number | null): string {
  const name = call ?? say`the call`;
  return line === null ? `${name}()` : say`${name}() on line ${line}`;
}

/** The same at the start of a sentence: names of calls stay as they are. */
export function yours(call: string | null, line: number | null): string {
  return say`Your ${named(call, line)}`;
}

/** "about 15 min 40 s after the host lost power"; a limit counts from the call's start. */
function when(times: Times, after: string): string {
  const time = describeTime(times.earliest, times.latest);
  return time === say`at once` ? time : say`${time} ${after}`;
}

export const NO_TIMES = { typical: null, earliest: null, latest: null } as const;

/** The word and the words for a call that went on after the failure. */
export const GOES_ON = phrases('goes on');
export const RESUMED = phrases('goes on as if nothing had happened');

function seesSentence(outcome: Outcome, times: Times, after: string, profile: ConnectionProfile): string {
  if (profile.words?.events) return eventSentence(outcome, when(times, after), after, profile, profile.words);
  const who = yours(outcome.call, outcome.line);
  switch (outcome.kind) {
    case 'error':
      return say`${who} fails with ${errorAs(profile, outcome)} ${when(times, after)}.`;
    case 'limit':
      // A poll reports that nothing came; all others fail.
      if (profile.words && outcome.call !== 'poll')
        return say`${who} fails with ${limitAs(profile.words, outcome)} ${when(times, after)}: a time limit of your code or its library.`;
      return say`${who} gives up ${when(times, after)}: a time limit of your code or its library ends the wait.`;
    case 'end':
      if (profile.words) return endAs(profile.words, who, calledAs(profile, outcome.call ?? '', outcome.line), when(times, after));
      return say`${who} returns 0, the end of the stream, ${when(times, after)}.`;
    case 'resumed':
      return say`${who} goes on as if nothing had happened, ${when(times, after)}.`;
    case 'blocked':
      return say`Nothing, ever: ${named(outcome.call, outcome.line)} stays blocked and no error comes.`;
    case 'nothing':
      return say`Nothing: no call of your code is told ${after}.`;
  }
}

/** The same where an event tells, not a call. */
function eventSentence(outcome: Outcome, time: string, after: string, profile: ConnectionProfile, words: RuntimeWords): string {
  switch (outcome.kind) {
    case 'error':
      return say`The 'error' event: ${errorAs(profile, outcome)}, ${time}.`;
    case 'limit':
      return say`The 'timeout' event, ${time}: a time limit of your code, which closes nothing by itself.`;
    case 'end': {
      const told = endOf(words, calledAs(profile, outcome.call ?? '', outcome.line));
      return told?.thrown ? say`The 'error' event: ${told.text}, for the stream has ended, ${time}.` : say`The 'end' event, ${time}.`;
    }
    case 'resumed':
      return say`No error: all goes on as if nothing had happened, ${time}.`;
    case 'blocked':
      return say`Nothing, ever: no event comes.`;
    case 'nothing':
      return say`Nothing: no event comes ${after}.`;
  }
}

const endOf = ({ end }: RuntimeWords, call: string): RuntimeWords['end'][string] | undefined =>
  end[call.split(/\.|::/).at(-1) ?? ''] ?? end[''];

/** Does the call connect? */
const connects = ({ call }: Outcome): boolean => call === 'connect' || call === 'getsockopt';

function errorAs({ words }: ConnectionProfile, outcome: Outcome): string | null {
  const errno = outcome.errno ?? '';
  const name = (connects(outcome) ? words?.connecting[errno] : undefined) ?? words?.errors[errno];
  return name === undefined ? outcome.errno : name.includes(errno) ? name : `${name} (${errno})`;
}

function limitAs({ limits }: RuntimeWords, outcome: Outcome): string {
  return connects(outcome) ? limits.connect : limits.other;
}

function endAs(words: RuntimeWords, who: string, call: string, time: string): string {
  const told = endOf(words, call);
  if (told?.thrown) return say`${who} fails with ${told.text}, for the stream has ended, ${time}.`;
  return say`${who} returns ${told?.text ?? '0'}, the end of the stream, ${time}.`;
}

/** TCP_USER_TIMEOUT replaces other limits wherever it is set. */
function userTimeout(profile: ConnectionProfile): string | null {
  return profile.userTimeoutMs === null || profile.userTimeoutMs === 0
    ? null
    : say`TCP_USER_TIMEOUT = ${describeExactly(profile.userTimeoutMs / 1000)}`;
}

function keepaliveNumbers(trace: Trace, { keepalive }: ConnectionProfile): string {
  const s = ourSysctls(trace);
  const idle = keepalive.idle ?? s.tcpKeepaliveTime;
  const interval = keepalive.interval ?? s.tcpKeepaliveIntvl;
  return say`${describeExactly(idle)} idle, ${describeExactly(interval)} apart`;
}

/** The outcome in a word, and in one sentence for a diagnostic. */
function inBrief(outcome: Outcome, times: Times, isEvent: boolean): { what: string; brief: string } {
  const call = `${outcome.call ?? say`the call`}()`;
  const time = describeTime(times.earliest, times.latest);
  const after = time === say`at once` ? time : say`after ${time}`;
  switch (outcome.kind) {
    case 'error':
      return { what: outcome.errno ?? 'error', brief: say`${call} learns of it ${after}, ${outcome.errno}.` };
    case 'limit':
      return {
        what: say`time limit`,
        brief: isEvent
          ? say`a 'timeout' event tells of it ${after}, and closes nothing.`
          : say`${call} gives up ${after}: the code's own limit.`,
      };
    case 'end':
      return { what: say`end of stream`, brief: say`${call} says end of stream ${after}.` };
    case 'resumed':
      return { what: translated(GOES_ON), brief: say`${call} goes on ${after}.` };
    case 'blocked':
      return { what: say`${call} blocked`, brief: say`${call} never learns of it: it waits for ever and no error comes.` };
    case 'nothing':
      return { what: say`nothing`, brief: say`The code is told nothing.` };
  }
}

const DECIDES: Record<Cause, (trace: Trace, outcome: Outcome, profile: ConnectionProfile) => string> = {
  limit: () => say`A time limit of your code or its library decides, not the kernel.`,
  'end of stream': () =>
    say`The peer's kernel sends FIN when the last holder of its socket closes it or ends; nothing on your side has a say in it.`,
  refused: () => say`Nobody listens on that port: the other host's kernel answers the SYN with RST.`,
  reset: (trace) =>
    say`The other side's kernel has no such connection (any more) and answers with RST, one round trip (${describeExactly((trace.experiment.rttMs ?? 0) / 1000)}) after it hears from you.`,
  address: () =>
    say`The host is on the same network: nobody answers ARP for its address, and the kernel reports that instead of a timeout.`,
  syn: (trace, outcome, profile) => {
    const s = ourSysctls(trace);
    return say`${userTimeout(profile) ?? say`net.ipv4.tcp_syn_retries = ${s.tcpSynRetries}${s.tcpSynLinearTimeouts > 0 ? say` and tcp_syn_linear_timeouts = ${s.tcpSynLinearTimeouts}` : ''}`}: the SYN was sent ${plural(1 + countSent(trace, outcome, ['retrans']), 'time')} and never answered.`;
  },
  keepalive: (trace, outcome, profile) =>
    say`Keepalive (${keepaliveNumbers(trace, profile)}): ${plural(countSent(trace, outcome, ['keepalive']), 'probe')} went unanswered${userTimeout(profile) ? say`, with ${userTimeout(profile)} in place of the count` : ''}.`,
  retransmission: (trace, outcome, profile) => {
    const n = plural(countSent(trace, outcome, ['retrans', 'tlp']), 'time');
    return say`${userTimeout(profile) ?? say`net.ipv4.tcp_retries2 = ${ourSysctls(trace).tcpRetries2}`}: the kernel resends the unacknowledged data (${n} here) until that limit has passed; keepalive does not run meanwhile.${outcome.errno === 'EHOSTUNREACH' ? say` Nobody answers ARP for the address any more, which makes it EHOSTUNREACH.` : ''}`;
  },
  'window probe': (trace, outcome, profile) =>
    say`${userTimeout(profile) ?? say`net.ipv4.tcp_retries2 = ${ourSysctls(trace).tcpRetries2}`}: the peer's window is closed, and ${plural(countSent(trace, outcome, ['window-probe']), 'window probe')} did not open it.`,
  resumed: (trace, outcome) => {
    const ours = countSent(trace, outcome, ['retrans', 'tlp']);
    const n = ours || countResentByPeer(trace);
    if (n === 0) return say`Nothing was under way meanwhile, so TCP never noticed.`;
    return say`${ours > 0 ? 'TCP' : say`The peer's TCP`} resends with doubling pauses (${plural(n, 'time')} here), so the data go through at the next attempt after the trouble is over.`;
  },
  answered: () =>
    say`The peer's kernel is alive: it answers every keepalive probe, so keepalive never fires, although the program behind it does nothing.`,
  through: (trace, outcome) =>
    say`The data went through when the trouble was over (sent again ${plural(countSent(trace, outcome, ['retrans', 'tlp']), 'time')}). Your code now waits for the peer to say something, and nothing limits that wait.`,
  'zero window': () =>
    say`The peer's kernel is alive and answers every window probe with a closed window: TCP waits as long as that lasts.`,
  silence: () =>
    say`Nothing is on the way and keepalive is off, so the kernel runs no timer for this connection: there is nothing that could end the wait.`,
  local: () => say`Your own kernel refuses the call; nothing goes over the wire.`,
  nothing: () => say`Nothing that your path does after this moment touches the connection.`,
};

const noLimitHelps = (): string => say`a time limit on the call in your own code`;

/** Some runtimes have no way to set it. */
const hasUserTimeout = ({ cannotSet }: ConnectionProfile): boolean => cannotSet?.includes('TCP_USER_TIMEOUT') !== true;

const userTimeoutHelps = (profile: ConnectionProfile): string =>
  hasUserTimeout(profile) ? say`TCP_USER_TIMEOUT on the socket, or ${noLimitHelps()}.` : say`A time limit in your code.`;

const CHANGE: Record<Cause, (profile: ConnectionProfile) => string> = {
  limit: () => say`Another limit in your code; without it, what the kernel does by itself would decide.`,
  'end of stream': () => say`Nothing needs to change here as long as your code closes the connection when it reads the end of the stream.`,
  refused: () => say`Nothing on your side: the server must listen there (again).`,
  reset: () => say`Nothing makes it quicker; open a new connection when a call fails with a reset.`,
  address: () => say`A time limit on the call in your code, when even that is too long to wait.`,
  syn: (profile) =>
    hasUserTimeout(profile)
      ? say`A connect time limit in your code, TCP_SYNCNT or TCP_USER_TIMEOUT on the socket, or net.ipv4.tcp_syn_retries on the host.`
      : say`A connect time limit in your code, or net.ipv4.tcp_syn_retries on the host.`,
  keepalive: (profile) =>
    say`Shorter keepalive numbers (TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT)${profile.readTimeout === null ? say`, or ${noLimitHelps()}` : ''}.`,
  retransmission: (profile) =>
    hasUserTimeout(profile)
      ? say`TCP_USER_TIMEOUT on the socket, net.ipv4.tcp_retries2 on the host, or ${noLimitHelps()}.`
      : say`A time limit in your code, or net.ipv4.tcp_retries2 on the host.`,
  'window probe': userTimeoutHelps,
  resumed: (profile) =>
    hasUserTimeout(profile)
      ? say`Only a limit that is shorter than the trouble would end the connection: a time limit in your code, TCP_USER_TIMEOUT, or keepalive.`
      : say`Only a limit that is shorter than the trouble would end the connection: a time limit in your code, or keepalive.`,
  answered: () => say`Only ${noLimitHelps()} or a heartbeat in your protocol: keepalive asks the kernel, not the program.`,
  'zero window': userTimeoutHelps,
  silence: () => say`Keepalive with short numbers on the socket, or ${noLimitHelps()}.`,
  through: () => say`A heartbeat in your protocol, or ${noLimitHelps()}.`,
  local: () => say`The resource that the call asks for must be free again.`,
  nothing: () => say`A read after this moment would tell your code.`,
};

const FATES: Record<Fate, { sees: string; brief: string; decides: string }> = phrases({
  lost: {
    sees: 'The data never arrive, and no call of your code is told',
    brief: 'the data never arrive',
    decides: 'The kernel resends the data by itself, also after close(), and gives up without anybody to tell',
  },
  refused: {
    sees: 'The other side answers the data with a reset, and no call of your code is told',
    brief: 'the data are refused',
    decides: 'The reset comes when your code no longer makes a call on this connection',
  },
  delivered: {
    sees: "The data reach the other side's kernel, and your code notices nothing",
    brief: 'the data arrive',
    decides: 'TCP resends what is lost by itself, also after close()',
  },
});

/** A send() that handed its data to the kernel and was done: what the wire shows is not told to the code. */
function handedOver(fate: Fate, outcome: Outcome): Partial<Answer> {
  const [sees, brief, decides] = [translated(FATES[fate].sees), translated(FATES[fate].brief), translated(FATES[fate].decides)];
  return {
    ...(fate !== 'delivered' && {
      typical: null,
      earliest: null,
      latest: null,
      what: fate === 'lost' ? say`data lost` : say`data refused`,
    }),
    brief: say`send() returns at once; ${brief}, and the code is not told.`,
    sees: say`${yours(outcome.call, outcome.line)} returns at once: it only hands the data to the kernel. ${sees}.`,
    decides: say`send() is done as soon as the data are in the socket's buffer. ${decides}.`,
    change: say`Reading an answer: only the other program can say that it has the data.`,
  };
}

/** Does a limit that nobody can read here end a wait that would be longer? */
function endsByUnknownLimit(outcome: Outcome, profile: ConnectionProfile): boolean {
  const isLong = outcome.kind === 'blocked' || (outcome.kind === 'error' && outcome.errno === 'ETIMEDOUT');
  return isLong && hasUnknownLimit(profile, outcome.call);
}

function unknownLimit(outcome: Outcome, { words }: ConnectionProfile): Partial<Answer> {
  return {
    ...NO_TIMES,
    errno: null,
    lasts: say`when its limit is over`,
    what: say`time limit`,
    ...(words && outcome.call !== 'poll' && !words.events && { raises: limitAs(words, outcome) }),
    brief: say`${`${outcome.call ?? say`the call`}()`} gives up: the code's own limit.`,
    sees: words?.events
      ? say`The 'timeout' event when the code's own limit is over, whose value is not known here.`
      : say`${yours(outcome.call, outcome.line)} gives up when its own limit is over, whose value is not known here.`,
    decides: say`A time limit of your code or its library decides, not the kernel.`,
    change: say`Another limit in your code; without it, what the kernel does by itself would decide.`,
  };
}

/** What nobody followed may read, close or do nothing: no word of what it is told. */
function notFollowed(profile: ConnectionProfile): Pick<Answer, 'what' | 'brief' | 'sees' | 'decides' | 'change'> {
  return {
    what: say`not followed`,
    brief: say`What the code does with it was not followed from here.`,
    sees: say`Not known: ${unfollowed(profile)}`,
    decides: say`Whether your code reads, writes or waits when it happens.`,
    change: say`A time limit on what reads it, or keepalive, in the code that was not followed.`,
  };
}

/** From where on nothing is known of what the code does, as a sentence's end. */
export function unfollowed({ steps }: ConnectionProfile): string {
  const line = steps.filter((step) => step.line > 0).at(-1)?.line;
  return line === undefined
    ? say`what the code does with it afterwards was not followed from here.`
    : say`what the code does with it after line ${line} was not followed from here.`;
}

/** What a scenario may say in place of the general sentences. */
export interface Sentences {
  /** "after the host lost power": what the time counts from. */
  after: string;
  sees?: string;
  decides?: string;
  change?: string;
}

/** The answer that follows from what our code saw first after the failure. */
export function answerOf(runs: readonly Trace[], profile: ConnectionProfile, say: Sentences): Answer {
  const shown = runs[0];
  if (!shown) throw new RangeError('an answer needs at least one run');
  const outcome = outcomeOf(shown, profile);
  const sameCall = runs.map((r) => outcomeOf(r, profile));
  const times = timesOf(sameCall.map((o) => o.after));
  const cause = causeOf(shown, outcome);
  const fate = fateOf(shown, outcome);
  const end =
    outcome.kind === 'end' && profile.words ? endOf(profile.words, calledAs(profile, outcome.call ?? '', outcome.line)) : undefined;
  return {
    ...times,
    ...(end?.thrown && { raises: end.text }),
    errno: outcome.errno,
    call: outcome.call,
    line: outcome.line,
    state: lastState(shown),
    leak: leakOf(shown, profile),
    ...inBrief(outcome, times, profile.words?.events === true),
    sees: seesSentence(outcome, times, say.after, profile),
    decides: DECIDES[cause](shown, outcome, profile),
    change: CHANGE[cause](profile),
    ...(fate === null ? {} : handedOver(fate, outcome)),
    ...(outcome.kind === 'nothing' && isUnfollowed(profile) && notFollowed(profile)),
    ...(say.sees !== undefined && { sees: say.sees }),
    ...(say.decides !== undefined && { decides: say.decides }),
    ...(say.change !== undefined && { change: say.change }),
    ...(endsByUnknownLimit(outcome, profile) && unknownLimit(outcome, profile)),
  };
}

/**
 * Times after the failure at which each run shows something (0 when it
 * was before); `find` gives the moment in seconds of the run, or null.
 */
export function timesAfterEvent(runs: readonly Trace[], find: (trace: Trace) => number | null): Times {
  return timesOf(
    runs.map((r) => {
      const at = find(r);
      return at === null ? null : Math.max(0, at - eventOf(r));
    }),
  );
}
