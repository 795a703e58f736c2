/** The connection's profile: its options with where they come from, and the user's own path as steps of an experiment. */

import type { ConnectionProfile, Keepalive, LimitField, Origin, ProfileStep, Role } from '../../scenarios/profile.js';
import { endings } from './at-end.js';
import type { OptionName, OptionValue, TypeFact } from './facts.js';
import { route } from './route.js';
import type { Entry, Exploration, StepAt } from './run.js';
import { isHeld } from './state.js';
import { shapeSteps } from './steps.js';
import type { Leak, Options } from './tracked.js';

/** Limits, and the options that set them. */
const LIMITS: readonly (readonly [field: LimitField, ...names: OptionName[]])[] = [
  ['connectTimeout', 'connectTimeout'],
  ['readTimeout', 'readTimeout', 'SO_RCVTIMEO'],
  ['writeTimeout', 'writeTimeout', 'SO_SNDTIMEO'],
  ['userTimeoutMs', 'TCP_USER_TIMEOUT'],
];

export function profileOf(
  library: string,
  exploration: Exploration,
  type: TypeFact,
  role: Role,
  leaks: readonly Leak[],
  home: string | undefined,
): { profile: ConnectionProfile; options: Options } {
  const main = mainOf(exploration, leaks, role);
  const all = main?.state.options ?? {};
  const options = surelySet(all);
  const defaults = type.defaults ?? {};
  const value = (name: OptionName): OptionValue | undefined => options[name]?.value ?? defaults[name];
  const number = (name: OptionName): number | null => {
    const known = value(name);
    return typeof known === 'number' ? known : null;
  };
  const linger = value('SO_LINGER');
  const walked = main ? openedOnce(route(exploration, main), role) : [];
  const raw = withEndings(exploration, walked, leaks).map((step) => elsewhere(step, home));
  const nonBlocking = value('O_NONBLOCK');
  const profile: ConnectionProfile = {
    role,
    library,
    keepalive: keepaliveOf(options, defaults),
    userTimeoutMs: number('TCP_USER_TIMEOUT'),
    connectTimeout: number('connectTimeout'),
    readTimeout: number('readTimeout') ?? number('SO_RCVTIMEO'),
    writeTimeout: number('writeTimeout') ?? number('SO_SNDTIMEO'),
    backlog: number('BACKLOG'),
    linger: Array.isArray(linger) && linger[0] ? (linger[1] as number) : null,
    reuseAddr: (number('SO_REUSEADDR') ?? 0) !== 0,
    nonBlocking: nonBlocking !== undefined && nonBlocking !== 0 && nonBlocking !== null,
    onDrop: type.onDrop,
    ...(type.countedFrom && role !== 'listener' && { countedFrom: type.countedFrom[role] }),
    steps: shapeSteps(raw, ending(main, type, leaks, raw)),
  };
  const unknown = LIMITS.filter(
    ([, ...names]) => names.some((name) => options[name]?.value === 'unknown') && names.every((name) => number(name) === null),
  ).map(([field]) => field);
  if (unknown.length > 0) profile.unknown = unknown;
  const maybe = Object.values(all).find((option) => option.maybe);
  if (maybe) profile.maybeSet = maybe.line;
  if (type.cannotSet) profile.cannotSet = type.cannotSet;
  if (type.limitEnds && profile.readTimeout !== null && profile.readTimeout > 0) profile.endedBy = profile.readTimeout;
  if (type.keptIdle !== undefined) profile.keptIdle = type.keptIdle;
  return { profile, options: all };
}

/** Without what a call that is not followed may have set. */
function surelySet(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, option]) => option.maybe !== true));
}

/** The next round of a loop opens another connection. */
function openedOnce(steps: readonly StepAt[], role: Role): readonly StepAt[] {
  const first = steps.find(({ step }) => step.do === 'connect' || step.do === 'accept');
  return role === 'listener' ? steps : steps.filter((one) => one === first || one.at !== first?.at || one.step.do !== first.step.do);
}

/** Each read that goes on with what it got says what the code does when it gets the end of the stream there. */
function withEndings(exploration: Exploration, steps: readonly StepAt[], leaks: readonly Leak[]): readonly StepAt[] {
  // A leak that is sure is the path itself.
  const isLeak = leaks.some(({ doubt }) => doubt === 0);
  if (isLeak || !steps.some(({ step, eof }) => step.do === 'recv' && eof !== true)) return steps;
  const known = endings(exploration);
  const left = leaks.find(({ eofSeen }) => eofSeen) ?? leaks.find(({ atEnd }) => atEnd);
  return steps.map((one) => {
    const ending = one.step.do === 'recv' && one.eof !== true ? known.get(one.at) : undefined;
    if (ending === 'closes') return { ...one, step: { ...one.step, atEnd: 0 } };
    return ending === 'leaves' && left ? { ...one, step: { ...one.step, atEnd: left.range.startLine } } : one;
  });
}

/** A step that lies in another file says so. */
function elsewhere(step: StepAt, home: string | undefined): StepAt {
  return step.file === undefined || step.file === home ? step : { ...step, step: { ...step.step, file: step.file } };
}

function keepaliveOf(options: Options, defaults: Partial<Record<OptionName, OptionValue>>): Keepalive {
  const set = options.SO_KEEPALIVE;
  const number = (name: OptionName): number | null => {
    const known = options[name]?.value ?? defaults[name];
    return typeof known === 'number' ? known : null;
  };
  const on = (set ? set.value : (defaults.SO_KEEPALIVE ?? 0)) !== 0;
  const numbers = options.TCP_KEEPIDLE ?? options.TCP_KEEPINTVL ?? options.TCP_KEEPCNT;
  const from: Origin = set ? set.from : numbers ? numbers.from : defaults.SO_KEEPALIVE !== undefined ? 'runtime' : 'kernel';
  return {
    on,
    idle: number('TCP_KEEPIDLE'),
    interval: number('TCP_KEEPINTVL'),
    count: number('TCP_KEEPCNT'),
    from,
    line: set?.line ?? numbers?.line ?? null,
  };
}

/** The path whose values are shown. A server that never ends has ways out only where it could not listen: its loop is what is meant. */
function mainOf(exploration: Exploration, leaks: readonly Leak[], role: Role): Entry | null {
  const main = mainPath(exploration, leaks);
  if (role !== 'listener' || main?.state.options.BACKLOG !== undefined) return main;
  return (
    exploration.entries.filter((entry) => isHeld(entry.state) && entry.doubt === 0 && entry.state.options.BACKLOG !== undefined).at(-1) ??
    main
  );
}

/** The path whose steps are shown: a certain leak's, the one that ignores the end, else the ordinary one. */
function mainPath(exploration: Exploration, leaks: readonly Leak[]): Entry | null {
  const reported = leaks.find((leak) => leak.doubt === 0);
  const leaking = reported ? entryOf(exploration, reported) : null;
  if (leaking) return leaking;
  const ignored = exploration.events.filter(({ event, entry, doubt }) => event.event === 'eofIgnored' && entry.doubt === 0 && doubt === 0);
  if (ignored.length > 0)
    return fullest(
      exploration,
      ignored.map(({ entry }) => entry),
    );
  const ends = exploration.ends
    .filter((end) => end.how !== 'throw' && end.entry.state.phase !== 'absent')
    .sort((a, b) => a.entry.doubt - b.entry.doubt || rank(a.entry) - rank(b.entry));
  const first = ends[0]?.entry;
  if (first)
    return fullest(
      exploration,
      ends.map(({ entry }) => entry).filter((entry) => entry.doubt === first.doubt && rank(entry) === rank(first)),
    );
  // A loop that only an exception ends, which the end of the stream raises.
  const ended = exploration.ends.map(({ entry }) => entry).filter((entry) => entry.state.phase === 'closed' && seesEnd(exploration, entry));
  if (ended.length > 0) return fullest(exploration, ended);
  const held = exploration.entries.filter((entry) => entry.state.phase !== 'absent' && entry.doubt === 0);
  return held.at(-1) ?? exploration.entries.find((entry) => isHeld(entry.state)) ?? null;
}

function seesEnd(exploration: Exploration, entry: Entry): boolean {
  return route(exploration, entry).some(({ eof }) => eof === true);
}

/** The entry whose route passes most calls: states differ by what was done on the way. */
function fullest(exploration: Exploration, entries: readonly Entry[]): Entry | null {
  let best: Entry | null = null;
  let most = -1;
  for (const entry of entries.slice(0, 8)) {
    const count = route(exploration, entry).length;
    if (count > most) [best, most] = [entry, count];
  }
  return best;
}

function rank(entry: Entry): number {
  return entry.state.phase === 'closed' ? 0 : 1;
}

function entryOf(exploration: Exploration, leak: Leak): Entry | null {
  const lost = exploration.lost.find((one) => one.how === leak.how && one.range === leak.range);
  if (lost) return lost.entry;
  const ends = exploration.ends.filter((end) => isHeld(end.entry.state) && end.entry.rarely <= leak.doubt);
  const fitting = ends.filter((end) => end.entry.notes.at(-1)?.range === leak.range || trailEnds(end.entry, leak));
  return fullest(
    exploration,
    fitting.map(({ entry }) => entry),
  );
}

function trailEnds(entry: Entry, leak: Leak): boolean {
  for (let at: Entry | null = entry; at; at = at.prev) {
    const last = at.notes.at(-1);
    if (last) return last.range === leak.range;
  }
  return false;
}

/** What stands after the path: nothing where the runtime closes a dropped one, which is no step of the code. */
function ending(main: Entry | null, type: TypeFact, leaks: readonly Leak[], raw: readonly StepAt[]): ProfileStep | null {
  if (!main || main.state.phase === 'absent') return null;
  // Read to the end: the library closes it or uses it again, which stands on no line.
  if (main.state.phase === 'closed') return type.managed && !raw.some(({ step }) => step.do === 'close') ? { do: 'close', line: 0 } : null;
  const leak = leaks.find((one) => one.doubt === 0);
  const line = leak?.range.endLine ?? 1;
  const dropped =
    (leak !== undefined && leak.how !== 'throw' && (type.onDrop === 'at-once' || type.onDrop === 'drop')) ||
    // Who still has it when the path ends drops it there.
    (leak === undefined && type.onDrop === 'drop' && isHeld(main.state));
  return dropped ? null : { do: 'hold', line: leak ? line : 0 };
}
