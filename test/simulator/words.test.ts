import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallRow, PacketRow } from '../../src/kernel/trace.js';
import { callName, clock, duration, faultText, lossReason, numbers, outcome, segment, stateName } from '../../src/simulator/words.js';

const each = <I>(name: string, tell: (input: I) => string | null, rows: readonly (readonly [I, string | null])[]): void => {
  test(name, () => {
    for (const [input, expected] of rows) assert.equal(tell(input), expected, JSON.stringify(input));
  });
};

each('durations have at most two units and never carry over', duration, [
  [0, '0 ms'],
  [0.0004, '0.4 ms'],
  [0.01, '10 ms'],
  [0.204, '204 ms'],
  [0.9996, '1 s'],
  [1.664, '1.66 s'],
  [13.31, '13.3 s'],
  [59.96, '1 min'],
  [60, '1 min'],
  [121.3, '2 min 1 s'],
  [939.4, '15 min 39 s'],
  [3599.6, '1 h'],
  [7200, '2 h'],
  [7875, '2 h 11 min'],
  [86399, '1 d'],
  [432000, '5 d'],
]);

each('points on the axis', clock, [
  [0, '0.000 s'],
  [0.1214, '0.121 s'],
  [9.9996, '10.00 s'],
  [54.7, '54.70 s'],
  [59.996, '1m 0.0s'],
  [939.44, '15m 39.4s'],
  [3599.97, '1h 0m 0s'],
  [7875.2, '2h 11m 15s'],
  [-0.1, '−0.100 s'],
]);

test('fewer digits where there is little room', () => {
  assert.deepEqual([clock(2.1704, 2), clock(-0.004, 2), clock(118.6, 2), clock(7875.2, 2)], ['2.17 s', '0.00 s', '1m 59s', '2h 11m 15s']);
});

const packet = (more: Partial<PacketRow>): PacketRow => ({
  t: 0,
  from: 'A',
  flags: 'A',
  seq: 1,
  ack: 1,
  len: 0,
  conn: '40000-5000',
  kind: '',
  dropped: null,
  ...more,
});
each('segments by their meaning', (more: Partial<PacketRow>) => segment(packet(more)), [
  [{ flags: 'S', ack: null }, 'SYN'],
  [{ flags: 'SA' }, 'SYN-ACK'],
  [{}, 'ACK'],
  [{ flags: 'PA', len: 100 }, 'data 100 B'],
  [{ flags: 'FA' }, 'FIN'],
  [{ flags: 'FPA', len: 7 }, 'data 7 B + FIN'],
  [{ flags: 'R' }, 'RST'],
  [{ flags: 'RA' }, 'RST'],
  [{ flags: 'S', kind: 'retrans' }, 'SYN again'],
  [{ flags: 'PA', len: 5, kind: 'tlp' }, 'data 5 B, loss probe'],
  [{ kind: 'keepalive' }, 'keepalive probe'],
  [{ kind: 'window-probe' }, 'window probe'],
  [{ flags: 'ARP who-has' }, 'ARP who-has'],
  [{ window: 0 }, 'ACK, window closed'],
  [{ window: 5000 }, 'ACK'],
]);

test('numbers and losses of a segment', () => {
  assert.equal(numbers(packet({ flags: 'PA', len: 100, seq: 5, ack: 9, window: 0 })), '[PA] seq 5 ack 9 len 100 win 0');
  assert.equal(numbers(packet({ flags: 'S', seq: 0, ack: null })), '[S] seq 0');
  assert.match(lossReason(packet({ dropped: 'off' })) ?? '', /no power/);
  assert.equal(lossReason(packet({})), null);
});

const call = (more: Partial<CallRow>): CallRow => ({
  start: 1,
  end: 2,
  side: 'A',
  program: 'p',
  call: 'recv',
  on: 's',
  result: 0,
  errno: null,
  ...more,
});
each('what a call returned', (more: Partial<CallRow>) => outcome(call(more)), [
  [{}, '0, end of stream'],
  [{ result: 100 }, '100 B'],
  [{ result: -1, errno: 'ETIMEDOUT' }, 'ETIMEDOUT'],
  [{ end: null, result: null }, null],
  [{ call: 'poll', result: '' }, 'nothing, time over'],
  [{ call: 'poll', result: 'IN|RDHUP' }, 'IN|RDHUP'],
  [{ call: 'connect' }, 'ok'],
  [{ call: 'send', result: 5 }, '5 B'],
  [{ call: 'listen', result: -1, errno: 'EADDRINUSE', failed: 'bind' }, 'EADDRINUSE'],
  [{ call: 'getsockopt', result: 'ECONNREFUSED' }, 'ECONNREFUSED'],
]);

test('calls, faults and states have words', () => {
  assert.equal(callName({ call: 'send' }), 'send()');
  assert.equal(callName({ call: 'listen', failed: 'bind' }), 'bind()');
  assert.equal(callName({ call: 'recvUntilEof', name: "'data' handler", isEvent: true }), "'data' handler");
  assert.match(faultText({ at: 1, fault: 'powerLoss', host: 'B' }), /^the peer's host loses power$/);
  assert.match(faultText({ at: 1, fault: 'powerLoss', host: 'A' }), /^our host/);
  assert.deepEqual(
    [stateName(null), stateName('OFF'), stateName('GONE'), stateName('CLOSE_WAIT')],
    ['–', 'no power', 'gone', 'CLOSE_WAIT'],
  );
});
