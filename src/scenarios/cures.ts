/** Cures: changes to a connection, as a fix in the code would make them, and what each changes about a failure, in one sentence. */

import { keepaliveNumbers } from '../kernel/defaults.js';
import { BACKLOG, KEEPALIVE, LIMIT, USER_TIMEOUT_MS } from './advice.js';
import { describeTime } from './describe-time.js';
import { connects } from './our-program.js';
import { onEnd, onFailure, takes } from './profile.js';
import type { ConnectionProfile, ProfileStep } from './profile.js';
import type { Answer } from './scenario.js';
import { calledAs } from './user-words.js';
import { say, translated } from '../words/say.js';

export interface Cure {
  id: string;
  title: string;
  /** Scenarios whose outcome it may change. */
  helps: readonly string[];
  /** False where the connection has it already. */
  applies(profile: ConnectionProfile): boolean;
  /** The connection with the cure; the given one is not changed. */
  apply(profile: ConnectionProfile): ConnectionProfile;
}

/** Without these options at any step: the profile's own value holds. */
function without(steps: readonly ProfileStep[], names: readonly string[]): ProfileStep[] {
  return steps.map((s) => ({
    ...s,
    ...(s.steps ? { steps: without(s.steps, names) } : {}),
    ...(s.options ? { options: Object.fromEntries(Object.entries(s.options).filter(([name]) => !names.includes(name))) } : {}),
  }));
}

/**
 * The path with close() as its last step, after the last thing that it does with the connection; a loop that reads ends with the stream.
 */
function closing(steps: readonly ProfileStep[]): ProfileStep[] {
  const flat = steps.flatMap((s) => (s.do === 'repeat' ? (s.steps ?? []) : [s]));
  const used = flat.map((s) => !['sleep', 'hold', 'exit'].includes(s.do)).lastIndexOf(true);
  const done = flat.slice(0, used + 1).map(({ atEnd: _, ...step }) => step);
  return [...done, { do: 'close', line: flat[used]?.line ?? 0 }, ...flat.slice(used + 1)];
}

/** The path that leaves it open, where the ordinary one closes it. */
const leftOpen = (profile: ConnectionProfile): ConnectionProfile => (profile.failsOn === undefined ? onEnd(profile) : onFailure(profile));

export const CURES: readonly Cure[] = [
  {
    id: 'close-on-this-path',
    title: 'close() on this path',
    helps: ['peer-closes-we-do-not', 'peer-process-killed', 'leak-fleet'],
    applies: (p) => p.role !== 'listener' && !takes(leftOpen(p).steps, 'close'),
    apply: (p) => ({ ...leftOpen(p), steps: closing(leftOpen(p).steps) }),
  },
  {
    id: 'keepalive',
    title: `keepalive ${KEEPALIVE.idle}/${KEEPALIVE.interval}/${KEEPALIVE.count}`,
    helps: ['peer-host-loses-power-idle', 'peer-reboots', 'idle-flow-forgotten', 'network-cut-and-mended', 'accept-queue-full'],
    applies: (p) => !p.keepalive.on || keepaliveNumbers(p.keepalive).idle > KEEPALIVE.idle,
    apply: (p) => ({
      ...p,
      keepalive: { on: true, ...KEEPALIVE, from: 'option', line: null },
      steps: without(p.steps, ['SO_KEEPALIVE', 'TCP_KEEPIDLE', 'TCP_KEEPINTVL', 'TCP_KEEPCNT']),
    }),
  },
  {
    id: 'user-timeout',
    title: `TCP_USER_TIMEOUT ${USER_TIMEOUT_MS / 1000} s`,
    helps: [
      'peer-host-loses-power-while-we-write',
      'network-cut-and-mended',
      'idle-flow-forgotten',
      'slow-reader',
      'connect-to-dead-host',
      'accept-queue-full',
    ],
    applies: (p) => p.userTimeoutMs !== USER_TIMEOUT_MS && p.cannotSet?.includes('TCP_USER_TIMEOUT') !== true,
    apply: (p) => ({ ...p, userTimeoutMs: USER_TIMEOUT_MS, steps: without(p.steps, ['TCP_USER_TIMEOUT']) }),
  },
  {
    id: 'deadline',
    title: `a deadline of ${LIMIT} s on each read and write`,
    helps: [
      'peer-host-loses-power-idle',
      'peer-host-loses-power-while-we-write',
      'peer-frozen',
      'slow-reader',
      'network-cut-and-mended',
      'peer-reboots',
      'idle-flow-forgotten',
      'accept-queue-full',
    ],
    applies: (p) => p.role !== 'listener' && p.readTimeout === null,
    apply: (p) => ({ ...p, readTimeout: LIMIT, writeTimeout: p.writeTimeout ?? LIMIT }),
  },
  {
    id: 'connect-deadline',
    title: `a deadline of ${LIMIT} s on connect()`,
    helps: ['connect-to-dead-host', 'accept-queue-full'],
    applies: (p) => connects(p) && p.connectTimeout === null,
    apply: (p) => ({ ...p, connectTimeout: LIMIT }),
  },
  {
    id: 'no-linger',
    title: 'SO_LINGER off',
    helps: ['close-with-unread-data'],
    applies: (p) => p.linger !== null,
    apply: (p) => ({ ...p, linger: null, steps: without(p.steps, ['SO_LINGER']) }),
  },
  {
    id: 'reuse-address',
    title: 'SO_REUSEADDR',
    helps: ['restart-in-time-wait'],
    applies: (p) => !connects(p) && !p.reuseAddr,
    apply: (p) => ({ ...p, reuseAddr: true }),
  },
  {
    id: 'backlog',
    title: `listen(${BACKLOG})`,
    helps: ['accept-queue-full'],
    applies: (p) => !connects(p) && p.backlog !== null && p.backlog < BACKLOG,
    apply: (p) => ({ ...p, backlog: BACKLOG }),
  },
];

/** What a fix of the code sets in the end, where its runtime has other numbers or limits one direction alone. */
export type CureNumbers = Partial<
  Pick<ConnectionProfile, 'keepalive' | 'userTimeoutMs' | 'readTimeout' | 'writeTimeout' | 'connectTimeout'>
>;

const FIELDS: Readonly<Record<string, readonly (keyof CureNumbers)[]>> = {
  keepalive: ['keepalive'],
  'user-timeout': ['userTimeoutMs'],
  deadline: ['readTimeout', 'writeTimeout'],
  'connect-deadline': ['connectTimeout'],
};

/** The numbers that `fixed` has otherwise than this cure would set them; undefined where they are the same. */
export function otherNumbers(cure: Cure, before: ConnectionProfile, fixed: ConnectionProfile): CureNumbers | undefined {
  const cured = cure.apply(before);
  const fields = FIELDS[cure.id] ?? [];
  const counted = (p: ConnectionProfile, field: keyof CureNumbers): string =>
    JSON.stringify(field === 'keepalive' ? [p.keepalive.on, keepaliveNumbers(p.keepalive)] : p[field]);
  if (fields.every((field) => counted(cured, field) === counted(fixed, field))) return undefined;
  return Object.fromEntries(fields.map((field) => [field, fixed[field]]));
}

/** The cure as a fix of the code carries it out: with its numbers, in its title, too. */
export function asFixed(cure: Cure, numbers: CureNumbers | undefined): Cure {
  if (numbers === undefined) return cure;
  return { ...cure, title: titleWith(numbers) ?? cure.title, apply: (p) => ({ ...cure.apply(p), ...numbers }) };
}

function titleWith({ keepalive, userTimeoutMs, readTimeout, writeTimeout, connectTimeout }: CureNumbers): string | null {
  if (keepalive) {
    const { idle, interval, count } = keepaliveNumbers(keepalive);
    return say`keepalive ${idle}/${interval}/${count}`;
  }
  if (userTimeoutMs != null) return say`TCP_USER_TIMEOUT ${userTimeoutMs / 1000} s`;
  if (connectTimeout != null) return say`a deadline of ${connectTimeout} s on connect()`;
  if (readTimeout == null) return null;
  return writeTimeout === readTimeout
    ? say`a deadline of ${readTimeout} s on each read and write`
    : say`a deadline of ${readTimeout} s on each read`;
}

/** The cures to try on this connection in this scenario. */
export function curesFor(scenario: string, profile: ConnectionProfile): Cure[] {
  // A full accept queue is the listener's own matter: only its client has waits that a limit could end.
  const listens = scenario === 'accept-queue-full' && !connects(profile);
  return CURES.filter((cure) => cure.helps.includes(scenario) && cure.applies(profile) && (!listens || cure.id === 'backlog'));
}

/** What became of it, in a few words; calls are named as the code writes them. */
function outcome(a: Answer, profile: ConnectionProfile): string {
  const time = describeTime(a.earliest, a.latest);
  const after = time === say`at once` ? time : say`after ${time}`;
  if (a.what === 'CLOSE_WAIT') {
    if (a.earliest === null || a.lasts !== undefined) return say`CLOSE_WAIT ${a.lasts ?? say`until the process ends`}`;
    return time === say`at once` ? say`CLOSE_WAIT ends at once` : say`CLOSE_WAIT for ${time}`;
  }
  if (a.earliest === null && a.what === 'ESTABLISHED') return say`it stays ESTABLISHED`;
  if (profile.words?.events && a.call !== 'connect') {
    if (a.earliest === null) return say`no event ever comes`;
    if (a.errno !== null) return say`the event tells ${a.errno} ${after}`;
  }
  const call = a.call === null ? say`the call` : `${calledAs(profile, a.call, a.line)}()`;
  if (a.earliest === null) return say`${call} is never told`;
  if (a.errno !== null) return say`${call} gets ${a.errno} ${after}`;
  return a.what === say`time limit` ? say`${call} gives up ${after}` : say`${call} is through ${after}`;
}

const same = (a: Answer, b: Answer): boolean =>
  a.errno === b.errno && a.call === b.call && describeTime(a.earliest, a.latest) === describeTime(b.earliest, b.latest);

/** What a cure changes about a failure, in one sentence. */
export function difference(cure: Cure, before: Answer, after: Answer, profile: ConnectionProfile): string {
  if (same(before, after)) return say`With ${translated(cure.title)} nothing changes here: ${outcome(after, profile)}.`;
  return say`With ${translated(cure.title)}: ${outcome(after, profile)}, instead of: ${outcome(before, profile)}.`;
}
