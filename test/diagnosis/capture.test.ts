/** Captures on every kind of link, each flow as a story. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBytes } from '../../src/diagnosis/read.js';
import type { FlowSign } from '../../src/diagnosis/symptom.js';
import { captureOf, frame, LINK_NAMES } from './support/captures.js';
import type { FrameSpec } from './support/captures.js';

/** SYN, SYN-ACK, ACK: 100 and 500 are the first sequence numbers. */
const OPEN: FrameSpec[] = [
  { flags: 'S', seq: 100, at: 0 },
  { flags: 'SA', seq: 500, ack: 101, back: true, at: 0.01 },
  { flags: 'A', seq: 101, ack: 501, at: 0.02 },
];

function flowOf(...specs: FrameSpec[]): FlowSign {
  const [flow] = readBytes(captureOf(specs.map(frame)).pcap).flows;
  assert.ok(flow);
  return flow;
}

test('both file forms on every link give the same flow', () => {
  for (const link of LINK_NAMES) {
    const { pcap, pcapng } = captureOf(OPEN.map(frame), link);
    for (const bytes of [pcap, pcapng]) {
      const { flows, notes } = readBytes(bytes);
      assert.deepEqual(notes, []);
      assert.deepEqual(
        flows.map((f) => [f.a.port, f.b.port, f.segments, f.ends.a, f.ends.b]),
        [[40_000, 8080, 3, 'ESTABLISHED', 'ESTABLISHED']],
        link,
      );
    }
  }
});

test('the one that did not close is named: it is in CLOSE_WAIT', () => {
  const flow = flowOf(
    ...OPEN,
    { flags: 'FA', seq: 501, ack: 101, back: true, at: 3.2 },
    { flags: 'A', seq: 101, ack: 502, at: 3.21 },
    { flags: 'PA', seq: 101, ack: 502, length: 0, at: 44 },
  );
  assert.deepEqual(flow.ends, { a: 'CLOSE_WAIT', b: 'FIN_WAIT_2' });
  assert.match(
    flow.story.join(' '),
    /10\.0\.0\.2:8080 closed, after 3\.2 s; 10\.0\.0\.1:40000 acknowledged that and did not close in the 41 s/,
  );
});

test('an orderly close leaves TIME_WAIT with the first', () => {
  const flow = flowOf(
    ...OPEN,
    { flags: 'FA', seq: 101, ack: 501, at: 1 },
    { flags: 'FA', seq: 501, ack: 102, back: true, at: 1.1 },
    { flags: 'A', seq: 102, ack: 502, at: 1.2 },
  );
  assert.deepEqual(flow.ends, { a: 'TIME_WAIT', b: null });
});

test('data that are never acknowledged, SYNs without answer, a closed window, probes without answer, a reset after silence', () => {
  const lost = flowOf(
    ...OPEN,
    { flags: 'PA', seq: 101, ack: 501, length: 50, at: 1 },
    { flags: 'PA', seq: 101, ack: 501, length: 50, at: 1.3 },
    { flags: 'PA', seq: 101, ack: 501, length: 50, at: 2 },
  );
  assert.match(lost.story.join(' '), /50 bytes of 10\.0\.0\.1:40000 were never acknowledged, sent again 2 times/);
  assert.equal(lost.unacked.a, 50);
  const dead = flowOf({ flags: 'S', seq: 1 }, { flags: 'S', seq: 1 }, { flags: 'S', seq: 1 });
  assert.deepEqual([dead.ends, /sent its SYN 3 times; .* never answered/.test(dead.story.join(' '))], [{ a: 'SYN_SENT', b: null }, true]);
  const full = flowOf(...OPEN, { flags: 'A', seq: 501, ack: 101, back: true, window: 0, at: 1 });
  assert.match(full.story.join(' '), /8080 keeps its window closed/);
  const quiet = flowOf(...OPEN, { flags: 'A', seq: 100, ack: 501, at: 60 }, { flags: 'A', seq: 100, ack: 501, at: 70 });
  assert.match(quiet.story.join(' '), /40000 probed 2 times and heard nothing/);
  const reset = flowOf(...OPEN, { flags: 'R', seq: 501, back: true, at: 350 });
  assert.match(reset.story.join(' '), /8080 reset the connection after 350 s, 350 s after the last segment/);
});
