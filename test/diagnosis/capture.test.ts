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

test('a handshake half done, both closing at once, a window that was closed for a while, ports that are used again', () => {
  assert.deepEqual(flowOf(...OPEN.slice(0, 2)).ends, { a: 'ESTABLISHED', b: 'SYN_RECV' });
  const both = flowOf(
    ...OPEN,
    { flags: 'FA', seq: 101, ack: 501, at: 1 },
    { flags: 'FA', seq: 501, ack: 101, back: true, at: 1 },
    { flags: 'A', seq: 102, ack: 501, at: 1.1 },
  );
  assert.deepEqual(both.ends, { a: 'CLOSING', b: 'CLOSING' });
  const closed = flowOf(
    ...OPEN,
    { flags: 'A', seq: 501, ack: 101, back: true, window: 0, at: 1 },
    { flags: 'A', seq: 501, ack: 101, back: true, window: 900, at: 5 },
    { flags: 'PA', seq: 101, ack: 501, length: 10, at: 5.1 },
    { flags: 'A', seq: 501, ack: 111, back: true, at: 5.2 },
  );
  assert.match(closed.story.join(' '), /10\.0\.0\.2:8080 had its window closed for a while\./);
  const again = readBytes(
    captureOf(
      [
        ...OPEN,
        { flags: 'RA', seq: 501, ack: 101, back: true, at: 1 } as FrameSpec,
        { flags: 'S', seq: 9000, at: 2 } as FrameSpec,
        { flags: 'SA', seq: 700, ack: 9001, back: true, at: 2.1 } as FrameSpec,
      ].map(frame),
    ).pcap,
  ).flows;
  assert.equal(again.length, 2);
});

test('times in nanoseconds; a file that is nothing but a part of its heading; packets that are cut, of other protocols, fragments', () => {
  const { pcap } = captureOf(OPEN.map(frame));
  const nano = Uint8Array.from(pcap);
  nano.set([0x4d, 0x3c, 0xb2, 0xa1]);
  assert.equal(readBytes(nano).flows[0]?.segments, 3);
  assert.match(readBytes(pcap.subarray(0, 20)).notes.join(), /neither text nor a capture/);
  const one = (change: (bytes: Uint8Array) => void, link: (typeof LINK_NAMES)[number] = 'raw'): number => {
    const bytes = captureOf([frame({ flags: 'S', seq: 1 })], link).pcap;
    change(bytes);
    return readBytes(bytes).flows.length;
  };
  const NEXT = 40 + 6;
  const EXTENSION = 40 + 40;
  assert.equal(
    one(() => undefined),
    1,
  );
  assert.equal(
    one((b) => (b.set([44], NEXT), b.set([0, 0], EXTENSION + 2))),
    1,
  ); // a first fragment
  assert.equal(
    one((b) => (b.set([44], NEXT), b.set([0, 8], EXTENSION + 2))),
    0,
  ); // a later one
  assert.equal(
    one((b) => b.set([17], EXTENSION)),
    0,
  ); // UDP behind the extension
  assert.equal(
    one((b) => b.set([0x43], 40 + 14), 'ethernet'),
    0,
  ); // a header of IPv4 that is too short
  assert.equal(
    one((b) => b.set([9, 9], 40), 'cooked2'),
    0,
  ); // another protocol on a cooked link
  assert.equal(
    one((b) => b.set([12], 20), 'raw'),
    1,
  ); // the raw link of BSD
});

test('more flows than are followed are counted', () => {
  const specs = Array.from({ length: 3 }, () => frame({ flags: 'S', seq: 1 }));
  const { pcap } = captureOf(specs);
  const size = (pcap.length - 24) / 3;
  const heading = pcap.subarray(0, 24);
  const packet = pcap.subarray(24, 24 + size);
  const MANY = 60_000;
  const bytes = new Uint8Array(24 + MANY * size);
  bytes.set(heading);
  for (let i = 0; i < MANY; i++) {
    const at = 24 + i * size;
    bytes.set(packet, at);
    bytes.set([i >> 8, i & 255], at + 16 + 14 + 20); // another source port
  }
  const { notes } = readBytes(bytes);
  assert.match(notes.join(), /more flows than are followed: \d+ segments of others were left out/);
});
