/** What happens to a connection in a scenario: experiment, trace, answer. Told once for each question, then remembered. */

import type { ConnectionProfile } from '../scenarios/profile.js';
import { play } from '../scenarios/play.js';
import type { Story } from '../scenarios/play.js';
import { SCENARIOS } from '../scenarios/generated.js';
import type { Machine, ParameterValues, Scenario } from '../scenarios/scenario.js';

export type { Story };

/** Stories kept: several findings and hovers of the open files. */
const KEPT = 200;
const told = new Map<string, Story>();

export function scenarioById(id: string): Scenario | undefined {
  return SCENARIOS.find((s) => s.id === id);
}

/** Can this scenario happen to this connection? */
export function tellable(id: string, profile: ConnectionProfile): boolean {
  return profile.tcp !== false && (scenarioById(id)?.roles.includes(profile.role) ?? false);
}

/** The profile's own fields, in one order: a finding's connection carries more, which makes no difference to the story. */
function profileOnly(p: ConnectionProfile): ConnectionProfile {
  return {
    role: p.role,
    library: p.library,
    keepalive: p.keepalive,
    userTimeoutMs: p.userTimeoutMs,
    connectTimeout: p.connectTimeout,
    readTimeout: p.readTimeout,
    writeTimeout: p.writeTimeout,
    backlog: p.backlog,
    linger: p.linger,
    reuseAddr: p.reuseAddr,
    nonBlocking: p.nonBlocking,
    onDrop: p.onDrop,
    ...(p.countedFrom !== undefined && { countedFrom: p.countedFrom }),
    ...(p.endedBy !== undefined && { endedBy: p.endedBy }),
    ...(p.reads && { reads: p.reads }),
    ...(p.cannotSet && { cannotSet: p.cannotSet }),
    ...(p.keptIdle !== undefined && { keptIdle: p.keptIdle }),
    ...(p.failsOn !== undefined && { failsOn: p.failsOn }),
    ...(p.joined && { joined: p.joined }),
    ...(p.words && { words: p.words }),
    ...(p.unknown && { unknown: p.unknown }),
    steps: p.steps,
  };
}

/**
 * Runs a scenario for a connection. `parameters` are the scenario's own, those left out have their defaults.
 * Throws RangeError for an unknown scenario, one that cannot happen to this connection, or a parameter that does not fit.
 */
export function tell(profile: ConnectionProfile, id: string, parameters: ParameterValues, machine: Machine): Story {
  const scenario = scenarioById(id);
  if (!scenario) throw new RangeError(`there is no scenario ${id}`);
  const only = profileOnly(profile);
  const key = JSON.stringify([id, parameters, machine, only]);
  const known = told.get(key);
  if (known) return known;
  const story = play(scenario, only, parameters, machine);
  const oldest = told.keys().next();
  if (told.size >= KEPT && !oldest.done) told.delete(oldest.value);
  told.set(key, story);
  return story;
}

/** What a page shows first of a connection; null where the scenario cannot happen to it. */
export function played(profile: ConnectionProfile, id: string, machine: Machine): Story | null {
  return tellable(id, profile) ? tell(profile, id, {}, machine) : null;
}
