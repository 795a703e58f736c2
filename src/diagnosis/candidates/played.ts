/** Runs of failures on a connection's path, each made once: paths that differ in nothing but their lines are one. */

import { simulate } from '../../kernel/simulate.js';
import type { Trace } from '../../kernel/trace.js';
import { parametersOf } from '../../scenarios/scenario.js';
import type { Answer, Machine, Scenario } from '../../scenarios/scenario.js';
import { socketsAtEach } from '../../output/ss.js';
import type { SocketRow } from '../../output/ss.js';
import { SCENARIOS } from '../../scenarios/generated.js';
import { eventOf } from '../../scenarios/outcome.js';
import type { ConnectionProfile, ProfileStep } from '../../scenarios/profile.js';
import { tellable } from '../../app/story.js';

/** What our side's sockets look like for a while. */
interface Span {
  /** Seconds; Infinity: to the end of the run. */
  lasts: number;
  rows: readonly SocketRow[];
}

export interface Played {
  id: string;
  title: string;
  answer: Pick<Answer, 'errno' | 'call' | 'what'>;
  /** After the failure, in order. */
  spans: readonly Span[];
}

/** Of stories with many moments so many are looked at after their failure, and so many before their end. */
const MOST_MOMENTS = 60;
/** Scenarios with hundreds of connections tell of machines, not of one line. */
const LARGE = new Set(['leak-fleet']);
const MOST_EVENTS = 20_000;
/** What is the other side's listener's doing is thought of last where a client asks. */
const OF_LISTENERS = new Set(['accept-queue-full']);

/** Runs that are kept: several groups ask about the same lines. They are short: a few rows each. */
const KEPT = 4000;
const played = new Map<string, Played | null>();

/** The failures that can happen to this connection. */
export function playsOf(profile: ConnectionProfile, machine: Machine): Played[] {
  const plain = withoutPlaces(profile);
  const key = JSON.stringify([machine, plain]);
  const others =
    profile.role === 'client' ? [...SCENARIOS].sort((a, b) => Number(OF_LISTENERS.has(a.id)) - Number(OF_LISTENERS.has(b.id))) : SCENARIOS;
  return others.flatMap((scenario) =>
    LARGE.has(scenario.id) || !tellable(scenario.id, plain) ? [] : (playOnce(scenario, plain, machine, `${scenario.id} ${key}`) ?? []),
  );
}

/** One run of a scenario: what it shows does not depend on the timer wheel's phase. Null where its failure does not meet this path. */
function playOnce(scenario: Scenario, profile: ConnectionProfile, machine: Machine, key: string): Played | null {
  const known = played.get(key);
  if (known !== undefined) return known;
  const oldest = played.keys().next();
  if (played.size >= KEPT && !oldest.done) played.delete(oldest.value);
  let result: Played | null = null;
  try {
    const parameters = parametersOf(scenario);
    const trace = simulate(scenario.experiment(profile, parameters, machine), { maxEvents: MOST_EVENTS });
    const { errno, call, what } = scenario.answer([trace], profile, parameters);
    result = { id: scenario.id, title: scenario.title, answer: { errno, call, what }, spans: spansOf(trace) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  played.set(key, result);
  return result;
}

/** The fields that a run depends on; lines are numbered as they come, so that only which steps share one is left of them. */
function withoutPlaces(profile: ConnectionProfile): ConnectionProfile {
  const lines = new Map<string, number>();
  const numbered = (file: string | undefined, line: number): number => {
    const place = `${file ?? ''}:${line}`;
    const known = lines.get(place) ?? lines.size + 1;
    lines.set(place, known);
    return line === 0 ? 0 : known;
  };
  const plain = (steps: readonly ProfileStep[]): ProfileStep[] =>
    steps.map(({ call: _call, file, line, steps: inner, ...rest }) => ({
      ...rest,
      line: numbered(file, line),
      ...(inner && { steps: plain(inner) }),
    }));
  const { role, keepalive, userTimeoutMs, connectTimeout, readTimeout, writeTimeout, backlog } = profile;
  const { linger, nonBlocking, reuseAddr, onDrop, reads, tcp, keptIdle } = profile;
  return {
    ...{ role, library: '', keepalive: { ...keepalive, line: null }, userTimeoutMs, connectTimeout, readTimeout, writeTimeout, backlog },
    ...{ linger, nonBlocking, reuseAddr, onDrop },
    ...(reads && { reads }),
    ...(tcp === false && { tcp }),
    ...(keptIdle !== undefined && { keptIdle }),
    steps: plain(profile.steps),
  };
}

function spansOf(trace: Trace): Span[] {
  const event = eventOf(trace);
  const end = trace.experiment.durationS;
  const moments = [
    ...new Set([
      event,
      ...trace.states.filter((s) => s.side === 'A').map((s) => s.t),
      ...(trace.timers ?? []).filter((t) => t.side === 'A').flatMap((t) => [t.start, t.end ?? end]),
      ...(trace.queues ?? []).filter((q) => q.side === 'A').map((q) => q.t),
    ]),
  ]
    .filter((t) => t >= event && t < end)
    .sort((a, b) => a - b)
    .filter((_, i, all) => i < MOST_MOMENTS || i >= all.length - MOST_MOMENTS);
  const spans = moments.flatMap((from, i) => {
    const to = moments[i + 1] ?? end;
    return to - from < 1e-6 ? [] : [{ at: (from + to) / 2, lasts: i === moments.length - 1 ? Infinity : to - from }];
  });
  const tables = socketsAtEach(
    trace,
    'A',
    spans.map(({ at }) => at),
  );
  return spans.map(({ lasts }, i) => ({ lasts, rows: tables[i] ?? [] }));
}
