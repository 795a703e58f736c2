/** Every rule's consequence can be told for every kind of connection that its scenario is about. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { consequenceOf } from '../../src/app/consequence.js';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { RULE_TEXTS } from '../../src/app/rules.js';
import { scenarioById } from '../../src/app/story.js';
import type { ConnectionProfile, Role } from '../../src/scenarios/profile.js';

const STEPS: Record<Role, ConnectionProfile['steps']> = {
  client: [
    { do: 'connect', line: 1 },
    { do: 'send', line: 2 },
    { do: 'recv', line: 3 },
  ],
  accepted: [
    { do: 'listen', line: 1 },
    { do: 'accept', line: 2 },
    { do: 'recv', line: 3 },
  ],
  listener: [
    { do: 'listen', line: 1 },
    { do: 'accept', line: 2 },
  ],
};

const profileOf = (role: Role): ConnectionProfile => ({
  role,
  library: 'x',
  keepalive: { on: false, idle: null, interval: null, count: null, from: 'kernel', line: null },
  userTimeoutMs: null,
  connectTimeout: null,
  readTimeout: null,
  writeTimeout: null,
  backlog: null,
  linger: null,
  reuseAddr: false,
  nonBlocking: false,
  onDrop: 'never',
  steps: STEPS[role],
});

describe('consequences', () => {
  for (const rule of RULE_TEXTS) {
    if (rule.scenario === null) continue;
    it(rule.id, () => {
      const scenario = scenarioById(rule.scenario ?? '');
      assert.ok(scenario, `no scenario ${rule.scenario}`);
      for (const role of scenario.roles) {
        const consequence = consequenceOf({ rule: rule.id }, profileOf(role), DEFAULT_MACHINE);
        assert.ok(consequence && consequence.text.length > 0, role);
      }
    });
  }
});
