import assert from 'node:assert/strict';
import test from 'node:test';
import { hoverPicture } from '../../src/app/hover-picture.js';
import { parseExperiment } from '../../src/kernel/experiment-validate.js';
import { SCENARIOS } from '../../src/scenarios/generated.js';
import { play } from '../../src/scenarios/play.js';
import type { ConnectionProfile, ProfileStep } from '../../src/scenarios/profile.js';
import type { Parameter, ParameterValues } from '../../src/scenarios/scenario.js';
import { client, LEAK, LISTENS, LOOP, MACHINE, REQUEST, SERVE, server } from './profiles.js';

const s = (what: ProfileStep['do'], line: number, more: Partial<ProfileStep> = {}): ProfileStep => ({ do: what, line, ...more });

/** Paths of many shapes: with and without lines, limits, ends, loops, forks, polls. */
const PROFILES: readonly (readonly [string, ConnectionProfile])[] = [
  ['request', client(REQUEST)],
  ['leak', client(LEAK)],
  ['waits to be spoken to', client(LISTENS)],
  ['nothing but connect', client([s('connect', 1)])],
  ['no steps at all', client([])],
  ['no lines', client([s('connect', 0), s('send', 0), s('recv', 0), s('close', 0)])],
  ['send and close', client([s('connect', 1), s('send', 2), s('close', 3)])],
  ['limits everywhere', client(REQUEST, { connectTimeout: 3, readTimeout: 3, writeTimeout: 3 })],
  ['limit of zero', client([s('connect', 1), s('recv', 2, { limit: 0 })])],
  ['non-blocking', client(LEAK, { nonBlocking: true })],
  [
    'keepalive and user timeout',
    client(LEAK, { keepalive: { on: true, idle: 5, interval: 2, count: 3, from: 'option', line: 1 }, userTimeoutMs: 3000 }),
  ],
  ['sends in a loop', client([s('connect', 1), s('repeat', 2, { times: 1000, steps: [s('send', 3), s('sleep', 4, { for: 1 })] })])],
  ['poll, half-close', client([s('connect', 1), s('send', 2), s('shutdown', 3), s('poll', 4), s('recvUntilEof', 5), s('close', 6)])],
  ['fork', client([s('connect', 1), s('fork', 2, { steps: [s('sleep', 3, { for: 5 }), s('exit', 3)] }), s('send', 4), s('close', 5)])],
  ['exit', client([s('connect', 1), s('send', 2), s('exit', 3)])],
  ['empty loop', client([s('connect', 1), s('repeat', 2, { times: 0, steps: [] }), s('recv', 3)])],
  ['dropped', client(LEAK, { onDrop: 'drop' })],
  ['collected', client([...LEAK, s('hold', 9)], { onDrop: 'collector' })],
  ['linger', client(REQUEST, { linger: 5 })],
  ['serve', server(SERVE, { backlog: 2 })],
  [
    'serve in a loop',
    server([s('listen', 1), s('repeat', 2, { times: 100, steps: [s('accept', 3), s('recv', 4), s('send', 5), s('close', 6)] })], {
      backlog: 1,
      reuseAddr: true,
    }),
  ],
  ['endless loop', server(LOOP, { backlog: 1 })],
  ['accept only', server([s('accept', 2), s('hold', 2)], { backlog: 0 })],
  ['listener', { ...server([s('listen', 1), s('accept', 2)], { backlog: 2 }), role: 'listener' }],
  ['listener without accept', { ...server([s('listen', 1)], { backlog: 2 }), role: 'listener' }],
];

/** The values of a parameter to try: each choice, both ends of a switch. */
function values(p: Parameter): ParameterValues[] {
  if (p.choices) return p.choices.map((c) => ({ [p.name]: c.value }));
  return typeof p.default === 'boolean' ? [{ [p.name]: true }, { [p.name]: false }] : [];
}

for (const scenario of SCENARIOS) {
  test(`${scenario.id}: every shape of path, every choice`, () => {
    const small: ParameterValues = scenario.id === 'leak-fleet' ? { descriptors: 12 } : {};
    for (const [name, profile] of PROFILES.filter(([, p]) => scenario.roles.includes(p.role))) {
      for (const choice of [{}, ...scenario.parameters.flatMap(values)]) {
        const what = `${name}, ${JSON.stringify(choice)}`;
        const { experiment, trace, answer } = play(scenario, profile, { ...small, ...choice }, MACHINE);
        assert.deepEqual(parseExperiment(JSON.parse(JSON.stringify(experiment))).problems, [], what);
        assert.ok(!trace.summary.capped, what);
        const said = [answer.sees, answer.decides, answer.change, answer.brief, answer.what].join(' ');
        assert.doesNotMatch(said, /undefined|NaN|null|Infinity|\[object/, `${what}: ${said}`);
        for (const sentence of [answer.sees, answer.decides, answer.change, answer.brief]) assert.match(sentence, /^\S.*\.$/, what);
        assert.ok((answer.earliest === null) === (answer.typical === null), what);
        if (answer.earliest !== null)
          assert.ok(answer.earliest >= 0 && (answer.latest === null || answer.latest >= answer.earliest), `${what}: ${answer.earliest}`);
        assert.ok(hoverPicture(trace, answer).svg.length < 20_000, what);
      }
    }
  });
}
