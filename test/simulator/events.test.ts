import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SCENARIOS } from '../../src/scenarios/generated.js';
import { play } from '../../src/scenarios/play.js';
import type { Scenario } from '../../src/scenarios/scenario.js';
import { connections, decisive, eventsOf, mainConnection } from '../../src/simulator/events.js';
import { besideLine } from '../../src/simulator/words.js';
import { CLIENT } from './connections.js';
import { recorded, recordedTraces } from './traces.js';

const LEAKS = { ...CLIENT, onDrop: 'never', nonBlocking: true } as const;
const MACHINE = { kernel: '6.18', hz: 250, sysctls: { A: {}, B: {} } };

test('every recorded run becomes events in the order of time, numbered through', () => {
  for (const [name, trace] of recordedTraces()) {
    const events = eventsOf(trace, mainConnection(trace));
    events.forEach((event, index) => {
      assert.equal(event.index, index);
      assert.ok(event.t >= (events[index - 1]?.t ?? -1), name);
      assert.ok(event.text !== '' && !event.text.includes('undefined') && !event.text.includes('null'), `${name}: ${event.text}`);
    });
    assert.equal(events.filter((event) => event.kind === 'segment').length, trace.packets.length, name);
    assert.ok(events.length === 0 || decisive(events) < events.length, name);
  }
});

test('states before and after: killed peer, our CLOSE_WAIT', () => {
  const trace = recorded('killed-never-close-default');
  assert.equal(mainConnection(trace), '40000-5000');
  const events = eventsOf(trace, '40000-5000');
  const fin = events.find((event) => event.kind === 'segment' && event.text === 'FIN');
  assert.equal(fin?.ours, 'ESTABLISHED');
  const later = events.find((event) => event.kind === 'state' && event.side === 'A' && event.text === 'ESTABLISHED → CLOSE_WAIT');
  assert.equal(later?.ours, 'CLOSE_WAIT');
  assert.equal(events.at(-1)?.errno, 'EPIPE');
});

test('the dead host has no power from the loss on, and a lost segment says why', () => {
  const events = eventsOf(recorded('data-power-loss-default-full'), '40000-5000');
  const loss = events.findIndex((event) => event.kind === 'fault');
  assert.ok(loss > 0);
  assert.ok(events.slice(loss + 1).every((event) => event.theirs === 'OFF'));
  assert.match(events.find((event) => event.lost)?.text ?? '', /lost, the host has no power/);
});

test('the playhead starts where our code gets its errno, else where it waits for ever', () => {
  const failed = eventsOf(recorded('data-power-loss-default-full'), '40000-5000');
  assert.equal(failed[decisive(failed)]?.errno, 'ETIMEDOUT');
  const endless = eventsOf(recorded('keepalive-none'), '40000-5000');
  const start = endless[decisive(endless)];
  assert.equal(start?.kind, 'call');
  assert.equal(start?.waiting?.end, null);
});

test('the line that waits: of the call under way, only of our code', () => {
  const trace = recorded('killed-then-close');
  const calls = trace.calls.map((call, index) => (call.side === 'A' ? { ...call, line: 10 + index } : call));
  const events = eventsOf({ ...trace, calls }, '40000-5000');
  for (const event of events) if (event.waiting !== null) assert.ok((event.waiting.line ?? 0) >= 10);
  assert.ok(events.some((event) => event.kind === 'segment' && event.waiting?.call === 'recv'));
  assert.ok(events.every((event) => event.side !== 'B' || event.line === null));
});

test('where one call returns and the next begins at the same time, each event has its own call', () => {
  const trace = recorded('killed-then-close');
  const mine = trace.calls.filter((call) => call.side === 'A');
  const calls = trace.calls.map((call) =>
    call.side === 'A' ? { ...call, line: 10 + mine.indexOf(call), end: mine[mine.indexOf(call) + 1]?.start ?? call.end } : call,
  );
  for (const event of eventsOf({ ...trace, calls }, '40000-5000')) if (event.line !== null) assert.equal(event.waiting?.line, event.line);
});

test('several connections are listed in the order of their first segment', () => {
  assert.deepEqual(connections(recorded('killed-then-close')), ['40000-5000']);
  assert.ok(connections(recorded('ports-exhausted-4')).length >= 4);
});

test('a handshake that is under way is no error, and nothing waits in a call that has returned', () => {
  const { trace, answer } = play(SCENARIOS.find((one) => one.id === 'peer-closes-we-do-not') as Scenario, LEAKS, {}, MACHINE);
  const events = eventsOf(trace, mainConnection(trace), answer.leak);
  const connect = events.find((event) => event.text.startsWith('connect()'));
  assert.deepEqual([connect?.text, connect?.errno], ['connect() → under way (EINPROGRESS)', null]);
  assert.ok(events.filter((event) => event.kind === 'return').every((event) => !besideLine(event).includes('waits')));
  const left = events[decisive(events, trace.experiment.model?.event)];
  assert.equal(left?.text, 'the function left here; close() was never called');
  assert.equal(left.line, 8);
  assert.equal(besideLine(left), left.text);
});
