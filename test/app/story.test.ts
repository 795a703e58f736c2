import assert from 'node:assert/strict';
import test from 'node:test';
import { hoverPicture } from '../../src/app/hover-picture.js';
import { scenarioById, tell, tellable } from '../../src/app/story.js';
import { CURES, curesFor, difference } from '../../src/scenarios/cures.js';
import { OURS } from '../../src/scenarios/our-program.js';
import type { ConnectionProfile, ProfileStep } from '../../src/scenarios/profile.js';
import type { Machine } from '../../src/scenarios/scenario.js';
import { client, LEAK, LISTENS, LOOP, MACHINE, REQUEST, SERVE, server } from '../scenarios/profiles.js';

const RETRIES_5: Machine = { ...MACHINE, sysctls: { A: { 'net.ipv4.tcp_retries2': 5 }, B: {} } };

const story = (profile: ConnectionProfile, scenario: string, machine = MACHINE): ReturnType<typeof tell> =>
  tell(profile, scenario, {}, machine);

test('a time limit on the read makes the difference between never and the limit', () => {
  const without = story(client(LEAK), 'peer-host-loses-power-idle').answer;
  const limit = story(client(LEAK, { readTimeout: 30 }), 'peer-host-loses-power-idle').answer;
  assert.equal(without.earliest, null);
  assert.ok(limit.earliest !== null && Math.abs(limit.earliest - 30) < 0.1);
  assert.equal(limit.line, without.line);
});

test('a send before the wait makes the difference between never and the retransmission clock', () => {
  const sends = story(client(LEAK), 'peer-host-loses-power-while-we-write');
  const waits = story(client(LISTENS), 'peer-host-loses-power-while-we-write');
  assert.equal(sends.answer.errno, 'ETIMEDOUT');
  assert.equal(waits.answer.errno, null);
  assert.equal(waits.answer.earliest, null);
  assert.ok(sends.trace.packets.some((p) => p.from === 'A' && p.kind === 'retrans'));
  assert.ok(!waits.trace.packets.some((p) => p.from === 'A' && p.len > 0));
});

test('close() before or after a sleep is the time in CLOSE_WAIT', () => {
  const path = (...end: ProfileStep[]): ConnectionProfile => client([...LEAK, ...end]);
  const sleep: ProfileStep = { do: 'sleep', line: 7, for: 10 };
  const close: ProfileStep = { do: 'close', line: 8 };
  const late = story(path(sleep, close), 'peer-closes-we-do-not').answer;
  const soon = story(path(close, sleep), 'peer-closes-we-do-not').answer;
  assert.ok(late.earliest !== null && late.earliest >= 10 && late.earliest < 10.1, late.sees);
  assert.ok(soon.earliest !== null && soon.earliest < 0.1, soon.sees);
});

test('sysctls and the round trip change the number in the words', () => {
  const words = (machine: Machine): string => story(client(REQUEST), 'peer-host-loses-power-while-we-write', machine).answer.sees;
  const near = { ...MACHINE, rttMs: 1 };
  assert.match(words(MACHINE), /about 16 min after/);
  assert.match(words(near), /about 15 min 40 s after/);
  assert.match(words({ ...near, hz: 1000 }), /about 15 min 50 s after/);
  assert.match(words({ ...near, sysctls: RETRIES_5.sysctls }), /about 13 s after/);
  assert.match(story(client(REQUEST), 'peer-host-loses-power-while-we-write', RETRIES_5).answer.decides, /tcp_retries2 = 5/);
});

test("the user's lines are in the trace, and every call of the path is ours", () => {
  for (const [profile, lines] of [
    [client(REQUEST), [2, 5, 6, 7]],
    [server(SERVE), [1, 3, 4, 5, 6]],
  ] as const) {
    const { trace } = story(profile, 'orderly-close');
    assert.deepEqual(
      trace.calls.filter((c) => c.program === OURS).map((c) => c.line),
      lines,
    );
  }
});

test('the same question is answered from memory', () => {
  const first = story(server(LOOP), 'peer-process-killed');
  assert.equal(story(server(LOOP), 'peer-process-killed'), first);
  assert.notEqual(story(server(LOOP), 'peer-process-killed', RETRIES_5), first);
});

test('what cannot happen to a connection is refused', () => {
  assert.equal(tellable('connect-to-dead-host', server(SERVE)), false);
  assert.equal(tellable('connect-to-dead-host', client(REQUEST)), true);
  assert.equal(tellable('no-such', client(REQUEST)), false);
  assert.throws(() => story(server(SERVE), 'connect-to-dead-host'), RangeError);
  assert.throws(() => story(client(REQUEST), 'no-such'), RangeError);
  assert.throws(() => tell(client(REQUEST), 'network-cut-and-mended', { outage: 'soon' }, MACHINE), RangeError);
  assert.throws(() => tell(client(REQUEST), 'network-cut-and-mended', { outrage: 3 }, MACHINE), /outage/);
});

test('cures: what each changes about the failure that it is for', () => {
  const after = (id: string, profile: ConnectionProfile, scenario: string): string => {
    const cure = CURES.find((c) => c.id === id);
    assert.ok(cure && cure.applies(profile), id);
    return difference(cure, story(profile, scenario).answer, story(cure.apply(profile), scenario).answer, profile);
  };
  assert.match(
    after('keepalive', client(LEAK), 'peer-host-loses-power-idle'),
    /ETIMEDOUT after .*min|ETIMEDOUT after .* s, instead of: recv\(\) is never told/,
  );
  assert.match(after('keepalive', client(LEAK), 'peer-host-loses-power-while-we-write'), /nothing changes/);
  assert.match(
    after('user-timeout', client(LEAK), 'peer-host-loses-power-while-we-write'),
    /ETIMEDOUT after about 3\d s, instead of: .*16 min/,
  );
  assert.match(after('deadline', client(LEAK), 'peer-frozen'), /instead of: recv\(\) is never told/);
  assert.match(
    after('close-on-this-path', client(LEAK), 'peer-closes-we-do-not'),
    /: CLOSE_WAIT for about 10 ms, instead of: CLOSE_WAIT until the process ends/,
  );
  const named = LEAK.map((step) => ({ ...step, ...(step.do === 'recv' && { call: 'c.Read' }) }));
  assert.match(
    after('deadline', client(named), 'peer-frozen'),
    /c\.Read\(\) gives up after about 30 s, instead of: c\.Read\(\) is never told/,
  );
  assert.match(
    after('connect-deadline', client(LEAK), 'connect-to-dead-host'),
    /connect\(\) .* about 30 s, instead of: connect\(\) gets ETIMEDOUT/,
  );
  assert.match(after('reuse-address', server(SERVE), 'restart-in-time-wait'), /instead of: .*EADDRINUSE/);
});

test('cures are offered where they can change something', () => {
  for (const cure of CURES) for (const id of cure.helps) assert.ok(scenarioById(id), `${cure.id}: ${id}`);
  assert.deepEqual(
    curesFor('peer-frozen', client(LEAK)).map((c) => c.id),
    ['deadline'],
  );
  assert.deepEqual(curesFor('peer-frozen', client(LEAK, { readTimeout: 5 })), []);
  assert.deepEqual(
    curesFor('restart-in-time-wait', server(SERVE)).map((c) => c.id),
    ['reuse-address'],
  );
});

test("the picture is small, has its words, and takes nothing from the user's files", () => {
  for (const scenario of [
    'peer-host-loses-power-while-we-write',
    'peer-host-loses-power-idle',
    'peer-closes-we-do-not',
    'peer-process-killed',
  ]) {
    const { trace, answer } = story(client(LEAK, { library: '<script>"x"&' }), scenario);
    const { svg, alt } = hoverPicture(trace, answer);
    assert.ok(svg.length < 20_000, `${scenario}: ${svg.length}`);
    assert.ok(alt.startsWith(answer.sees));
    assert.match(svg, /^<svg [^>]*>.*<\/svg>$/s);
    assert.doesNotMatch(svg, /<script|NaN|undefined|Infinity/);
  }
});
