import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PacketRow } from '../../src/kernel/trace.js';
import { bursts, burstWords } from '../../src/simulator/bursts.js';
import { recordedTraces } from './traces.js';

const packet = (t: number, more: Partial<PacketRow> = {}): PacketRow => ({
  t,
  from: 'A',
  flags: 'A',
  seq: 1,
  ack: 1,
  len: 1448,
  conn: '40000-5000',
  kind: '',
  dropped: null,
  ...more,
});

test('like segments right after each other are one burst, though the answers come in between', () => {
  const found = bursts([
    packet(0),
    packet(0.0001),
    packet(0.0002, { from: 'B', len: 0 }),
    packet(0.0003),
    packet(0.0004, { from: 'B', len: 0 }),
    packet(0.0005, { from: 'B', len: 0 }),
  ]);
  assert.deepEqual(
    found.map((burst) => burstWords(burst)[0]),
    ['3 × data, 4344 B', '3 × ACK'],
  );
});

test('two are no burst; neither are handshakes, resets, repeats, losses among arrivals, or a pause', () => {
  assert.equal(bursts([packet(0), packet(0.001)]).length, 2);
  assert.equal(bursts([packet(0), packet(0.001), packet(0.1)]).length, 3);
  assert.equal(bursts([packet(0), packet(0.001, { dropped: 'cut' }), packet(0.002)]).length, 3);
  for (const more of [{ flags: 'S' }, { flags: 'FA' }, { flags: 'R' }, { kind: 'retrans' as const }])
    assert.equal(bursts([0, 0.001, 0.002].map((t) => packet(t, more))).length, 3);
});

test('no segment of a recorded run is lost in a burst', () => {
  for (const [name, trace] of recordedTraces()) {
    const found = bursts(trace.packets);
    assert.equal(
      found.reduce((sum, burst) => sum + burst.count, 0),
      trace.packets.length,
      name,
    );
    assert.equal(
      found.reduce((sum, burst) => sum + burst.bytes, 0),
      trace.packets.reduce((sum, row) => sum + row.len, 0),
      name,
    );
  }
});
