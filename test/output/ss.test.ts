import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Experiment } from '../../src/kernel/experiment.js';
import { simulate } from '../../src/kernel/simulate.js';
import type { TimerRow, Trace } from '../../src/kernel/trace.js';
import { socketsAt, ssTable } from '../../src/output/ss.js';

const recorded = (name: string): Trace =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, '../kernel/kernel-traces/traces', `${name}.0.json`), 'utf8')) as Trace;

/** [trace, seconds, sockets as "side socket STATE Recv-Q Send-Q"] */
const MOMENTS: [name: string, at: number, sockets: string[]][] = [
  ['data-power-loss-retries-3', 0.9, ['A 40000-5000 ESTABLISHED 0 0', 'B 5000-0 LISTEN 0 16', 'B 5000-40000 ESTABLISHED 0 0']],
  // Sent and not acknowledged; the other host has no power.
  ['data-power-loss-retries-3', 1.6, ['A 40000-5000 ESTABLISHED 0 100']],
  ['data-power-loss-retries-3', 11, []],
  // backlog 2 holds three; the others' SYNs are dropped. Each of the three has 50 bytes that nobody reads.
  [
    'backlog-2-at-once-talk',
    3,
    [
      'A 41000-5000 ESTABLISHED 0 0',
      'A 41001-5000 ESTABLISHED 0 0',
      'A 41002-5000 ESTABLISHED 0 0',
      'A 41003-5000 SYN_SENT 0 1',
      'A 41004-5000 SYN_SENT 0 1',
      'A 41005-5000 SYN_SENT 0 1',
      'B 5000-0 LISTEN 3 2',
      'B 5000-41000 ESTABLISHED 50 0',
      'B 5000-41001 ESTABLISHED 50 0',
      'B 5000-41002 ESTABLISHED 50 0',
    ],
  ],
  ['killed-unread-data', 0.8, ['A 40000-5000 ESTABLISHED 0 0', 'B 5000-0 LISTEN 0 16', 'B 5000-40000 ESTABLISHED 100 0']],
];

test('sockets, queues and states at a moment', () => {
  for (const [name, at, sockets] of MOMENTS) {
    const rows = socketsAt(recorded(name), at).map((r) => `${r.side} ${r.sock} ${r.state} ${r.recvQ} ${r.sendQ}`);
    assert.deepEqual(rows, sockets, `${name} at ${at}`);
  }
});

test('in CLOSE_WAIT an end of stream that nobody has read counts one', () => {
  const trace: Trace = {
    experiment: { name: 'x', durationS: 9, rttMs: 20, programs: [] },
    kernel: '6.18',
    packets: [{ t: 1, from: 'B', flags: 'FPA', seq: 1, ack: 1, len: 30, conn: '40000-5000', kind: '', dropped: null, arrives: 1.01 }],
    states: [
      { t: 0.9, side: 'A', sock: '40000-5000', state: 'ESTABLISHED' },
      { t: 1.01, side: 'A', sock: '40000-5000', state: 'CLOSE_WAIT' },
    ],
    calls: [20, 10, 0].map((result, i) => ({
      start: 2 + i,
      end: 2 + i,
      side: 'A',
      program: 'p',
      call: 'recv',
      on: 's',
      sock: '40000-5000',
      result,
      errno: null,
    })),
    summary: { virtualSeconds: 9, events: 0, capped: false, failed: [] },
  };
  assert.deepEqual(
    [0.95, 1.5, 2.5, 3.5, 4.5].map((at) => socketsAt(trace, at)[0]?.recvQ),
    [0, 31, 11, 1, 0],
  );
});

test("how much a blocked send() has buffered, a kernel's trace does not tell", () => {
  const trace = recorded('freeze-blocked-send');
  const send = trace.calls.find((c) => c.call === 'send' && c.end !== null && c.end - c.start > 0.5);
  assert.ok(send?.end && send.sock);
  const sendQ = (at: number) => socketsAt(trace, at).find((r) => r.side === send.side && r.sock === send.sock)?.sendQ;
  assert.equal(sendQ((send.start + send.end) / 2), null);
  assert.equal(typeof sendQ(send.start - 0.01), 'number');
});

/**
 * B reads 1000 bytes twice at 2 s, the first time only to look (MSG_PEEK),
 * and again at 3 s; A wants to send far more than B's buffer holds.
 */
const QUEUES: Experiment = {
  name: 'queues',
  durationS: 60,
  rttMs: 20,
  programs: [
    {
      name: 'server',
      host: 'B',
      steps: [
        { do: 'listen', as: 'l', port: 5000, backlog: 7 },
        { at: 1, do: 'accept', on: 'l', as: 'c' },
        { at: 2, do: 'recv', on: 'c', bytes: 1000, flags: ['MSG_PEEK'] },
        { at: 3, do: 'recv', on: 'c', bytes: 1000 },
        { do: 'hold' },
      ],
    },
    {
      name: 'client',
      host: 'A',
      steps: [
        { at: 0.5, do: 'connect', as: 's', to: 'B:5000' },
        { at: 1.5, do: 'send', on: 's', bytes: 1400 },
        { at: 4, do: 'send', on: 's', bytes: 100_000_000 },
        { do: 'hold' },
      ],
    },
  ],
};

test('the model tells the queues exactly: for a listener, after MSG_PEEK, while a send() is blocked', () => {
  const trace = simulate(QUEUES);
  const at = (t: number) => socketsAt(trace, t).map((r) => `${r.side} ${r.sock} ${r.state} ${r.recvQ} ${r.sendQ}`);
  assert.deepEqual(at(0.505), ['A 40000-5000 SYN_SENT 0 1', 'B 5000-0 LISTEN 0 7']);
  assert.deepEqual(at(0.9), ['A 40000-5000 ESTABLISHED 0 0', 'B 5000-0 LISTEN 1 7', 'B 5000-40000 ESTABLISHED 0 0']);
  assert.deepEqual(at(1.1)[1], 'B 5000-0 LISTEN 0 7');
  assert.deepEqual(at(1.505)[0], 'A 40000-5000 ESTABLISHED 0 1400');
  assert.deepEqual(
    [1.9, 2.5, 3.5].map((t) => at(t)[2]),
    ['B 5000-40000 ESTABLISHED 1400 0', 'B 5000-40000 ESTABLISHED 1400 0', 'B 5000-40000 ESTABLISHED 400 0'],
  );
  const [client, , server] = socketsAt(trace, 50);
  const send = trace.calls.find((c) => c.call === 'send' && c.end === null);
  assert.ok(send && client?.sendQ && server?.recvQ);
  // The window is closed: what the peer has not read and what waits here is what was written; the wire tells the first half of it.
  const acked = Math.max(...trace.packets.filter((p) => p.from === 'B').map((p) => p.ack ?? 0)) - 1;
  assert.equal(server.recvQ, acked - 1000);
  assert.ok(client.sendQ > 16384 && client.sendQ < 4194304);
});

test('where the model tells the queues they are what its segments and calls say', () => {
  let compared = 0;
  for (const name of [
    'data-power-loss-retries-3',
    'backlog-2-at-once-talk',
    'killed-unread-data',
    'killed-then-close',
    'killed-never-close-default',
  ]) {
    const { experiment } = recorded(name);
    const trace = simulate({ ...experiment, durationS: Math.min(experiment.durationS, 30) });
    const blind: Trace = { ...trace, queues: undefined };
    for (let t = 0.0501; t < 12; t += 0.25) {
      const queues = (of: Trace) => socketsAt(of, t).map((r) => `${r.side} ${r.sock} ${r.recvQ} ${r.sendQ}`);
      assert.deepEqual(queues(trace), queues(blind), `${name} at ${t}`);
      compared += queues(trace).length;
    }
  }
  assert.ok(compared > 200);
});

test('the table is laid out as ss does', () => {
  assert.equal(
    ssTable(recorded('data-power-loss-retries-3'), 1.6),
    [
      'host A at 1.6 s',
      'State  Recv-Q  Send-Q  Local Address:Port  Peer Address:Port  Timer',
      'ESTAB  0       100     10.77.0.1:40000     10.77.0.2:5000',
      '',
      'host B at 1.6 s: no power',
      '',
    ].join('\n'),
  );
});

test('timers are named and counted down as ss does', () => {
  const trace = recorded('data-power-loss-retries-3');
  const timer = (name: TimerRow['timer'], end: number | null, fired = true): TimerRow => ({
    side: 'A',
    sock: '40000-5000',
    timer: name,
    start: 0.5,
    end,
    fired,
  });
  const cases: [TimerRow, string][] = [
    [timer('RTO', 0.94), 'on,340ms'],
    [timer('TLP', 0.94), 'on,340ms'],
    [timer('persist', 6.8), 'persist,6.2sec'],
    [timer('keepalive', 59), 'keepalive,58sec'],
    [timer('keepalive', 119), 'keepalive,1min58sec'],
    [timer('keepalive', 7200), 'keepalive,119min'],
    [timer('RTO', 0.94, false), 'on'],
    [timer('RTO', null, false), 'on'],
    [timer('delayed ACK', 0.94), ''],
    [timer('RTO', 0.55), ''],
  ];
  for (const [row, text] of cases) assert.equal(socketsAt({ ...trace, timers: [row] }, 0.6).find((r) => r.side === 'A')?.timer, text);
});

test('sockets of before a reboot are gone', () => {
  const trace = recorded('reboot-idle');
  const boot = trace.experiment.faults?.find((f) => f.fault === 'boot');
  const loss = trace.experiment.faults?.find((f) => f.fault === 'powerLoss');
  assert.ok(boot && loss && 'host' in loss);
  const { host } = loss;
  const count = (at: number) => socketsAt(trace, at).filter((r) => r.side === host && r.state === 'ESTABLISHED').length;
  assert.deepEqual([count(loss.at - 0.05), count(loss.at + 0.05), count(boot.at + 0.05)], [1, 0, 0]);
});

test('queues that a trace does not tell are shown as -', () => {
  const trace = recorded('data-power-loss-retries-3');
  const blind = { ...trace, calls: trace.calls.map((c) => ({ ...c, sock: null })) };
  assert.match(ssTable(blind, 0.9), /^ESTAB {2}- {7}- /m);
});
