import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import mermaid from 'mermaid';
import type { PacketRow, TcpState, Trace } from '../../src/kernel/trace.js';
import { mermaidSequence, mermaidStates } from '../../src/output/mermaid.js';

const TRACES = path.join(import.meta.dirname, '../kernel/kernel-traces/traces');
/** Every third recorded experiment, of all families. */
const names = readdirSync(TRACES)
  .filter((f) => f.endsWith('.0.json'))
  .filter((_, i) => i % 3 === 0);

/** A recorded trace; the kernel's have no summary. */
function recorded(name: string): Trace {
  const trace = JSON.parse(readFileSync(path.join(TRACES, name), 'utf8')) as Trace;
  return { ...trace, summary: { virtualSeconds: 0, events: 0, capped: false, failed: [] } };
}

function empty(): Trace {
  return {
    experiment: { name: 'x', durationS: 1, programs: [] },
    kernel: '6.18',
    packets: [],
    states: [],
    calls: [],
    summary: { virtualSeconds: 1, events: 0, capped: false, failed: [] },
  };
}

const segment = (t: number, more: Partial<PacketRow> = {}): PacketRow => ({
  t,
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

async function assertParses(text: string, what: string): Promise<void> {
  const found = await mermaid.parse(text).catch((e: unknown) => {
    throw new Error(`${what}: ${String(e)}\n${text.slice(0, 2000)}`);
  });
  assert.ok(found);
  assert.ok(text.length < 50_000, `${what}: ${text.length} characters`);
  assert.ok(text.split('\n').length < 500, `${what}: ${text.split('\n').length} lines`);
}

test('recorded traces become diagrams that Mermaid reads and that are not too long', async () => {
  for (const name of names) await assertParses(mermaidSequence(recorded(name)), name);
});

test('errnos, results and losses stand in the diagram as in the trace', () => {
  const trace = recorded('data-power-loss-retries-3.0.json');
  const text = mermaidSequence(trace);
  for (const call of trace.calls)
    if (call.errno !== null) assert.match(text, new RegExp(`${call.call} ${call.on} = ${String(call.result)} ${call.errno}\n`));
  const arrows = (arrow: string) => text.split('\n').filter((l) => l.includes(arrow)).length;
  assert.equal(arrows('AK--xBK'), trace.packets.filter((p) => p.dropped !== null).length);
  assert.equal(arrows('AK->>BK') + arrows('BK->>AK'), trace.packets.filter((p) => p.dropped === null).length);
  assert.match(text, /recvUntilEof c, never returns/);
  assert.match(text, /Note over AK,BK: 1 s: powerLoss host=B/);
  assert.match(text, /s of silence/);
});

test('hostile names stay text', async () => {
  const names = [
    'end',
    'a;participant X',
    '%%{init: {"theme":"x"}}%%',
    'x\nNote over AK: forged',
    'a->>b: c',
    '#lt;script#gt;',
    '<img src=x onerror=alert(1)>',
    'click AK href "javascript:1"',
    '\u202etxt',
    'wrap: x',
    '[*]',
    '',
    '\u{1f600}'.repeat(500),
  ];
  for (const name of names) {
    const trace = empty();
    trace.experiment = { ...trace.experiment, faults: [{ at: 0, fault: 'kill', program: name }] };
    trace.calls = [
      { start: 0, end: 0.5, side: 'A', program: name, call: 'recv', on: name, result: -1, errno: 'ETIMEDOUT' },
      { start: 0.6, end: 0.6, side: 'B', program: `${name} `, call: 'close', on: name, result: 0, errno: null },
    ];
    const text = mermaidSequence(trace);
    await assertParses(text, JSON.stringify(name));
    assert.equal(text.split('\n').length, 1 + 4 + 4 + 1, JSON.stringify(name));
    assert.doesNotMatch(text, /[<"%\u202e]/);
  }
});

test('bursts are one arrow; the middle of a long trace is left out, and it says so', async () => {
  const burst = { ...empty(), packets: Array.from({ length: 9 }, (_, i) => segment(0.001 * i, { seq: 1 + 1448 * i, len: 1448 })) };
  assert.match(mermaidSequence(burst), /AK->>BK: 0 s A seq 1 ack 1, 9 segments, 13032 bytes\n/);
  const long = { ...empty(), packets: Array.from({ length: 20_000 }, (_, i) => segment(0.01 * i, { from: i % 2 === 0 ? 'A' : 'B' })) };
  const text = mermaidSequence(long);
  await assertParses(text, 'long');
  const left = /(\d+) events from [\d.]+ s to [\d.]+ s are left out/.exec(text);
  const shown = text.split('\n').filter((l) => l.includes('K->>')).length;
  assert.equal(Number(left?.[1]) + shown, 20_000);
});

test('more than three programs of a host share one lane', async () => {
  const trace = recorded('backlog-2-at-once-talk.0.json');
  const text = mermaidSequence(trace);
  assert.match(text, /participant AP as A: 6 programs/);
  await assertParses(text, 'lanes');
});

test('the state diagram lights both ends, and names only states that it draws', () => {
  const lit = (text: string) =>
    text
      .split('\n')
      .filter((l) => l.startsWith('  class '))
      .map((l) => l.trim());
  assert.deepEqual(lit(mermaidStates('CLOSE_WAIT', 'FIN_WAIT_2')), ['class CLOSE_WAIT hostA', 'class FIN_WAIT_2 hostB']);
  assert.deepEqual(lit(mermaidStates('ESTABLISHED', 'ESTABLISHED')), ['class ESTABLISHED both']);
  assert.deepEqual(lit(mermaidStates(null, 'GONE')), []);
  const states: TcpState[] = [
    'LISTEN',
    'SYN_SENT',
    'SYN_RECV',
    'ESTABLISHED',
    'FIN_WAIT_1',
    'FIN_WAIT_2',
    'CLOSE_WAIT',
    'CLOSING',
    'LAST_ACK',
    'TIME_WAIT',
  ];
  for (const state of states) assert.match(mermaidStates(state, null), new RegExp(`--> ${state}: `));
  for (const line of mermaidStates('LISTEN', 'SYN_SENT').trim().split('\n'))
    assert.match(line, /^(stateDiagram-v2| {2}classDef \w+ \S+| {2}class \w+ \w+| {2}(\[\*\]|\w+) --> (\[\*\]|\w+): [\w ,-]+)$/);
});

test('sentences without spaces keep their letters: Mermaid breaks long words, and a code would break with them', async () => {
  const trace = { ...empty(), packets: [segment(0.1, { len: 120, dropped: 'off' })] };
  const told = { segment: () => '数据 120 B（重传）', loss: () => '丢失，对端的主机断电', fault: String, call: String, outcome: String };
  const text = mermaidSequence(trace, { origin: 0, words: { ...told, time: (t) => `${t} s`, program: (name) => name } });
  assert.match(text, /AK--xBK: 0\.1 s 数据 120 B（重传）: 丢失，对端的主机断电\n/);
  assert.doesNotMatch(text, /#\d+;/);
  await assertParses(text, 'sentences');
});
