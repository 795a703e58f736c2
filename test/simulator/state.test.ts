import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SavedState } from '../../src/simulator/protocol.js';
import {
  EMPTY,
  machineOf,
  PAGE_SETTINGS,
  profileOf,
  received,
  restored,
  scenariosFor,
  withNamedSysctl,
  withParameter,
  withSettings,
  withSysctl,
} from '../../src/simulator/state.js';
import { CLIENT, SERVER, SETTINGS, show, shown } from './connections.js';

const opened = (): SavedState => received(EMPTY, show(CLIENT, 'peer-process-killed'));

test("opens on the scenario asked for, else the finding's, else one that fits", () => {
  assert.equal(opened().scenario, 'peer-process-killed');
  const without = received(EMPTY, { type: 'show', connection: shown(CLIENT, { scenario: 'peer-frozen' }), others: [], settings: SETTINGS });
  assert.equal(without.scenario, 'peer-frozen');
  const plain = received(EMPTY, { type: 'show', connection: shown(CLIENT), others: [], settings: SETTINGS });
  assert.ok(scenariosFor(CLIENT).some((scenario) => scenario.id === plain.scenario));
  const unfit = received(EMPTY, show(SERVER, 'connect-to-dead-host'));
  assert.ok(scenariosFor(SERVER).some((scenario) => scenario.id === unfit.scenario));
});

test("an edit of the same connection keeps the page's choices; another connection starts afresh", () => {
  const state = { ...withParameter(opened(), 'x', 1), changes: { readTimeout: 5 }, zoom: 2 };
  const edited = received(state, { type: 'show', connection: shown(CLIENT, { version: 4 }), others: [], settings: SETTINGS });
  assert.deepEqual(
    [edited.changes, edited.scenario, edited.connection?.version, edited.parameters],
    [{ readTimeout: 5 }, 'peer-process-killed', 4, { x: 1 }],
  );
  const seen = { ...state, event: 9 };
  assert.equal(
    received(seen, { type: 'show', connection: shown(CLIENT, { version: 5 }), others: [], settings: SETTINGS }).event,
    9,
    'an edit elsewhere leaves the playhead',
  );
  assert.equal(
    received(seen, { type: 'show', connection: shown({ ...CLIENT, readTimeout: 3 }), others: [], settings: SETTINGS }).event,
    -1,
    'another run has another decisive event',
  );
  const other = received(state, show(SERVER, 'peer-frozen'));
  assert.deepEqual([other.changes, other.parameters, other.zoom], [{}, {}, 2]);
});

test('another call of the same function that opens alike starts afresh, when it was asked for', () => {
  const state = { ...opened(), changes: { readTimeout: 5 } };
  const place = { line: 40, column: 3 };
  const elsewhere = { type: 'show' as const, connection: shown(CLIENT, { place }), others: [], settings: SETTINGS };
  assert.deepEqual(received(state, { ...elsewhere, asked: true }).changes, {});
  assert.deepEqual(received(state, elsewhere).changes, { readTimeout: 5 }, 'an edit above moved it');
});

test("after a cure was applied the code has it: the page's own changes go", () => {
  const state = { ...opened(), changes: { readTimeout: 5 }, cure: 'keepalive', view: 'compare' };
  const applied = received(state, { type: 'applied', cure: 'keepalive', ok: true });
  assert.deepEqual([applied.changes, applied.cure, applied.view], [{}, null, 'ladder']);
  assert.equal(received(state, { type: 'applied', cure: 'keepalive', ok: false }), state);
});

test('sysctls are set per host, as numbers where they are numbers, and taken back', () => {
  const taken = (state: SavedState | string): SavedState => {
    assert.notEqual(typeof state, 'string');
    return state as SavedState;
  };
  const state = taken(
    withSysctl(taken(withSysctl(opened(), 'A', 'net.ipv4.tcp_retries2', '5')), 'B', 'net.ipv4.tcp_rmem', '4096 131072 6291456'),
  );
  assert.deepEqual(machineOf(state).sysctls, { A: { 'net.ipv4.tcp_retries2': 5 }, B: { 'net.ipv4.tcp_rmem': '4096 131072 6291456' } });
  assert.equal(state.settings.from, PAGE_SETTINGS);
  assert.deepEqual(machineOf(taken(withSysctl(state, 'A', 'net.ipv4.tcp_retries2', ' '))).sysctls.A, {});
  for (const wrong of ['-1', '256', 'x', '5s'])
    assert.equal(typeof withSysctl(state, 'A', 'net.ipv4.tcp_retries2', wrong), 'string', wrong);
});

test('a sysctl by name, for both hosts; one that Linux does not have is refused with what is true', () => {
  const state = withNamedSysctl(opened(), 'tcp_retries2 = 5');
  assert.deepEqual(typeof state === 'string' ? state : machineOf(state).sysctls, {
    A: { 'net.ipv4.tcp_retries2': 5 },
    B: { 'net.ipv4.tcp_retries2': 5 },
  });
  const refusal = (text: string): string => {
    const told = withNamedSysctl(opened(), text);
    assert.ok(typeof told === 'string', text);
    return told;
  };
  for (const text of ['net.ipv4.tcp_tw_timeout=30', 'tcp_tw_timeout=30', 'tcp_tw_timeout'])
    assert.match(refusal(text), /TIME_WAIT always lasts 60 s/);
  assert.match(refusal('tcp_retries2=999'), /0\.\.255/);
});

test("values changed on the page survive a message of the extension; the machine's replace them", () => {
  const state = withSettings(opened(), { kernel: '5.15', rttMs: 80 });
  const again = received(state, show(CLIENT, 'peer-process-killed'));
  assert.equal(machineOf(again).kernel, '5.15');
  const machine = received(again, { type: 'settings', settings: { ...SETTINGS, kernel: '6.1', from: 'this machine' } });
  assert.deepEqual([machineOf(machine).kernel, machineOf(machine).rttMs], ['6.1', 80]);
});

test('a reload restores all of it; an unknown saved state is not trusted', () => {
  const state = { ...opened(), changes: { readTimeout: 5 }, event: 7, view: 'states' };
  assert.deepEqual(restored(JSON.parse(JSON.stringify(state))), state);
  assert.equal(profileOf(restored(state))?.readTimeout, 5);
  for (const wrong of [undefined, null, 5, {}, { version: 0 }]) assert.equal(restored(wrong), EMPTY);
});
