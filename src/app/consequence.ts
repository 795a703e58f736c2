/** What a finding leads to, as the model computes it: the scenario that its rule names, played with the connection's own steps. */

import type { Finding } from '../analysis/findings.js';
import { failingStep, type ConnectionProfile, type ProfileStep } from '../scenarios/profile.js';
import type { Answer, Machine, ParameterValues } from '../scenarios/scenario.js';
import { onPathOf } from './failing-path.js';
import { RULE_TEXTS } from './rules.js';
import { tell, tellable } from './story.js';
import { say } from '../words/say.js';

export interface Consequence {
  scenario: string;
  /** A state, an errno, or the call that never returns. */
  what: string;
  errno: string | null;
  /** Seconds after the failure; null means never. */
  typical: number | null;
  earliest: number | null;
  latest: number | null;
  /** One sentence. */
  text: string;
  /** Where the failure was told with data on the way: the same when all of them are acknowledged. */
  silent?: Pick<Consequence, 'errno' | 'typical' | 'earliest' | 'latest'>;
}

/** What a finding tells of what it leads to. */
type Cause = Pick<Finding, 'rule' | 'scenario'> & Partial<Pick<Finding, 'path' | 'raised'>>;

/** What a rule's scenario is about in its case: the other parameters keep their defaults. */
const PARAMETERS: Readonly<Record<string, ParameterValues>> = {
  'linger-zero': { who: 'us', unread: false },
  sigpipe: { moment: 'sending' },
};

/** Where the rule's own scenario cannot happen to the connection (a time limit that is missing elsewhere than at connect). */
const INSTEAD = ['peer-host-loses-power-idle'] as const;

/** A connection that has a limit on connect() lacks it in its waiting. */
function happens(scenario: string, profile: ConnectionProfile): boolean {
  if (!tellable(scenario, profile)) return false;
  // Where the runtime reads on, the peer's close ends it: only a peer that falls silent does not.
  if (scenario === 'peer-closes-we-do-not' && profile.reads === 'runtime') return false;
  return scenario !== 'connect-to-dead-host' || profile.connectTimeout === null;
}

/** The scenario that shows what the finding is about for this connection; null when its rule has none. */
export function scenarioOf({ rule, scenario }: Cause, profile: ConnectionProfile): string | null {
  const own = scenario === undefined ? (RULE_TEXTS.find((r) => r.id === rule)?.scenario ?? null) : scenario;
  if (own === null) return null;
  return [own, ...INSTEAD].find((s) => happens(s, profile)) ?? null;
}

/** The failure of a silent wait, and its twin where the path sends before it waits: then data may be on the way when the host dies. */
const SILENT = 'peer-host-loses-power-idle';
export const WRITING = 'peer-host-loses-power-while-we-write';

/** @returns the consequence of a finding for its connection; null where its rule has none or it cannot be simulated */
export function consequenceOf(cause: Cause, connection: ConnectionProfile, machine: Machine): Consequence | null {
  const profile = numbered(connection);
  const scenario = scenarioOf(cause, profile);
  if (scenario === null) return null;
  const { answer } = tell(numbered(onPathOf(cause, connection)), scenario, PARAMETERS[cause.rule] ?? {}, machine);
  if (scenario === SILENT && sendsBeforeWaiting(profile.steps) && tellable(WRITING, profile)) {
    const writing = tell(profile, WRITING, {}, machine).answer;
    const { errno, typical, earliest, latest } = answer;
    return {
      ...consequence(WRITING, writing),
      silent: { errno, typical, earliest, latest },
      text: say`Should the peer's host die with data on the way, ${unnamed(writing.brief)} Once all is acknowledged, ${unnamed(answer.brief)}`,
    };
  }
  return consequence(scenario, answer);
}

/**
 * The connection with its steps numbered in place of their lines. A consequence names no line, so that connections of the same shape,
 * of which a large code base has many, are simulated once.
 */
function numbered(profile: ConnectionProfile): ConnectionProfile {
  let next = 0;
  let fails: number | undefined;
  const { joined } = profile;
  const lines = new Map<number, number>();
  const failing = failingStep(profile);
  const number = (steps: readonly ProfileStep[]): ProfileStep[] =>
    steps.map((s) => {
      // Where nothing follows on a line of the code, none is made up.
      const line = s.line === 0 ? 0 : ++next;
      if (s === failing) fails = line;
      lines.set(s.line, line);
      return { ...withoutName(s), line, ...(s.atEnd && { atEnd: line }), ...(s.steps && { steps: number(s.steps) }) };
    });
  const steps = number(profile.steps);
  return {
    ...profile,
    failsOn: undefined,
    library: '',
    keepalive: { ...profile.keepalive, line: null },
    steps,
    ...(fails !== undefined && { failsOn: fails }),
    ...(joined && { joined: { to: joined.to, copy: lines.get(joined.copy) ?? -1, back: ++next } }),
  };
}

/** Without the system call's name: the code may call it otherwise. */
function unnamed(brief: string): string {
  return brief.replace(/^\w+\(\)/, say`the call`);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function withoutName({ call: _, ...step }: ProfileStep): ProfileStep {
  return step;
}

function consequence(scenario: string, { what, errno, typical, earliest, latest, brief }: Answer): Consequence {
  return { scenario, what, errno, typical, earliest, latest, text: capital(unnamed(brief)) };
}

/** Is there a send before the last read of the path? */
export function sendsBeforeWaiting(steps: readonly ProfileStep[]): boolean {
  const flat = (list: readonly ProfileStep[]): ProfileStep[] => list.flatMap((s) => (s.do === 'repeat' ? flat(s.steps ?? []) : [s]));
  const order = flat(steps).map((s) => s.do);
  const lastRead = Math.max(order.lastIndexOf('recv'), order.lastIndexOf('recvUntilEof'), order.lastIndexOf('poll'));
  const firstSend = order.indexOf('send');
  return firstSend >= 0 && firstSend < lastRead;
}
