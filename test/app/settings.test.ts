import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentWith, machineWith, profileWith } from '../../src/app/apply-settings.js';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { plainProfile } from '../../src/app/plain-profile.js';
import { parseSettings, type Settings } from '../../src/app/settings.js';
import type { Experiment } from '../../src/kernel/experiment.js';
import type { ConnectionProfile } from '../../src/scenarios/profile.js';

function settings(...sets: string[]): Settings {
  const parsed = parseSettings(sets, [{ name: 'limit', title: '', default: 350, unit: 's' }]);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

/** [option, what changes in a plain client's profile] */
const FIELDS: [set: string, changed: Partial<ConnectionProfile>][] = [
  ['SO_KEEPALIVE=1', { keepalive: { on: true, idle: null, interval: null, count: null, from: 'option', line: null } }],
  ['TCP_KEEPIDLE=10', { keepalive: { on: false, idle: 10, interval: null, count: null, from: 'option', line: null } }],
  ['TCP_KEEPINTVL=11', { keepalive: { on: false, idle: null, interval: 11, count: null, from: 'option', line: null } }],
  ['TCP_KEEPCNT=12', { keepalive: { on: false, idle: null, interval: null, count: 12, from: 'option', line: null } }],
  ['TCP_USER_TIMEOUT=5000', { userTimeoutMs: 5000 }],
  ['TCP_USER_TIMEOUT=0', { userTimeoutMs: null }],
  ['SO_LINGER=1,3', { linger: 3 }],
  ['SO_LINGER=0,3', { linger: null }],
  ['SO_REUSEADDR=1', { reuseAddr: true }],
  ['O_NONBLOCK=1', { nonBlocking: true }],
];

test('an option changes the field of the profile that stands for it', () => {
  for (const [set, changed] of FIELDS)
    assert.deepEqual(profileWith(plainProfile('client'), settings(set)), { ...plainProfile('client'), ...changed }, set);
});

test('an option without a field of its own goes to the opening step of the role', () => {
  for (const [role, opening] of [
    ['client', 'connect'],
    ['accepted', 'accept'],
    ['listener', 'listen'],
  ] as const) {
    const { steps } = profileWith(plainProfile(role), settings('TCP_NODELAY=1'));
    assert.deepEqual(
      steps.filter((s) => s.options !== undefined).map((s) => [s.do, s.options]),
      [[opening, { TCP_NODELAY: 1 }]],
    );
  }
});

test('where the code itself sets the option, its value is replaced there, in loops too', () => {
  const profile = plainProfile('client');
  profile.steps = [
    { do: 'connect', line: 1 },
    { do: 'repeat', line: 2, steps: [{ do: 'setsockopt', line: 3, options: { TCP_KEEPIDLE: 60, SO_KEEPALIVE: 1 } }] },
  ];
  const changed = profileWith(profile, settings('TCP_KEEPIDLE=5'));
  assert.deepEqual(changed.steps[1]?.steps?.[0]?.options, { TCP_KEEPIDLE: 5, SO_KEEPALIVE: 1 });
  assert.equal(changed.keepalive.idle, 5);
  assert.deepEqual(profile.steps[1]?.steps?.[0]?.options, { TCP_KEEPIDLE: 60, SO_KEEPALIVE: 1 }, 'what was handed in is not changed');
});

test('the later of two settings counts, and each goes where it belongs', () => {
  const s = settings('net.ipv4.tcp_retries2=3', 'A.net.ipv4.tcp_retries2=5', 'limit=7', 'kernel=6.1', 'rttMs=3');
  assert.deepEqual(s.sysctls, { A: { 'net.ipv4.tcp_retries2': 5 }, B: { 'net.ipv4.tcp_retries2': 3 } });
  assert.deepEqual(s.parameters, { limit: '7' });
  const machine = machineWith({ ...DEFAULT_MACHINE, sysctls: { A: { 'net.ipv4.tcp_fin_timeout': 9 }, B: {} } }, s);
  assert.deepEqual(machine, {
    kernel: '6.1',
    hz: 250,
    rttMs: 3,
    sysctls: { A: { 'net.ipv4.tcp_fin_timeout': 9, 'net.ipv4.tcp_retries2': 5 }, B: { 'net.ipv4.tcp_retries2': 3 } },
  });
});

test('in an experiment options reach only sockets of host A, also those of its children', () => {
  const experiment: Experiment = {
    name: 'x',
    durationS: 1,
    programs: [
      {
        name: 'a',
        host: 'A',
        steps: [
          {
            do: 'fork',
            as: 'child',
            steps: [
              { do: 'connect', as: 's', to: 'B:1' },
              { do: 'connect', on: 's', to: 'B:2' },
            ],
          },
        ],
      },
      { name: 'b', host: 'B', steps: [{ do: 'listen', as: 'l', port: 1 }] },
    ],
  };
  const changed = experimentWith(experiment, settings('TCP_NODELAY=1'));
  assert.deepEqual(changed.programs, [
    {
      name: 'a',
      host: 'A',
      steps: [
        {
          do: 'fork',
          as: 'child',
          steps: [
            { do: 'connect', as: 's', to: 'B:1', options: { TCP_NODELAY: 1 } },
            { do: 'connect', on: 's', to: 'B:2' },
          ],
        },
      ],
    },
    experiment.programs[1],
  ]);
  assert.equal(changed.rttMs, undefined);
  assert.equal(changed.model, undefined);
});

test('--set tcp_tw_timeout says what is true, with and without the prefix, for one host and for both', () => {
  for (const set of ['net.ipv4.tcp_tw_timeout=30', 'tcp_tw_timeout=30', 'A.net.ipv4.tcp_tw_timeout=30', 'A.tcp_tw_timeout=30']) {
    const said = parseSettings([set], []);
    assert.ok(typeof said === 'string', set);
    assert.match(said, /^--set .*TIME_WAIT always lasts 60 s/);
    assert.doesNotMatch(said, /nearest/);
  }
});
