import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Experiment } from '../../src/kernel/experiment.js';
import { parseExperiment } from '../../src/kernel/experiment-validate.js';
import type { Trace } from '../../src/kernel/trace.js';
import { experimentJson, traceJson } from '../../src/output/trace-json.js';
import { traceText } from '../../src/output/trace-text.js';

const FOLDER = path.join(import.meta.dirname, '../kernel/kernel-traces');

function recorded(name: string): Trace {
  const trace = JSON.parse(readFileSync(path.join(FOLDER, 'traces', `${name}.0.json`), 'utf8')) as Trace;
  return { ...trace, summary: { virtualSeconds: 11, events: 0, capped: false, failed: [] } };
}

test('calls, segments, states and faults stand in the order of time', () => {
  const trace = recorded('data-power-loss-retries-3');
  const text = traceText(trace);
  const times = text
    .split('\n')
    .map((l) => /^ +(\d+\.\d{4}) {2}/.exec(l)?.[1])
    .filter((t) => t !== undefined)
    .map(Number);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
  assert.equal(
    times.length,
    trace.packets.length +
      trace.states.length +
      (trace.experiment.faults?.length ?? 0) +
      trace.calls.length +
      trace.calls.filter((c) => c.end !== null && c.end - c.start >= 0.001).length,
  );
  for (const line of [
    '     0.1003  A.40000 > B.5000: Flags [S], seq 0, length 0\n',
    '     1.0000  *** powerLoss host=B\n',
    '     1.5004  A.40000 > B.5000: Flags [P.], seq 1:101, ack 1, length 100  (lost: off)\n',
    '     1.7251  A.40000 > B.5000: Flags [P.], seq 1:101, ack 1, length 100  (retrans)  (lost: off)\n',
    '     5.1652  A  client: recv s = -1 ETIMEDOUT after 3.6649 s\n',
    '     5.1694  A  40000-5000 GONE\n',
    'never returns: recvUntilEof c of server, called at 0.1308 s\n',
  ])
    assert.ok(text.includes(line), line);
});

test('the end tells what failed, with its range over the phases, and a run that was ended early', () => {
  const trace = recorded('data-power-loss-retries-3');
  const failed = { call: 'recv', program: 'client', on: 's', errno: 'ETIMEDOUT', ideal: 5.1, earliest: 5.12, latest: 5.4 };
  const text = traceText({
    ...trace,
    summary: { virtualSeconds: 5.5, events: 77, capped: true, failed: [failed, { ...failed, earliest: null, latest: null }] },
  });
  assert.match(
    text,
    /fails: recv s of client, ETIMEDOUT, at 5\.12\.\.5\.4 s over the phases of the timer wheel \(5\.1 s with exact timers\)\n/,
  );
  assert.match(text, /fails: recv s of client, ETIMEDOUT\n/);
  assert.match(text, /ended early after 77 events, at 5\.5 s\n/);
});

test('no name reaches the terminal as a control sequence', () => {
  const trace = recorded('data-power-loss-retries-3');
  const evil = 'x\u001b[2J\r\nforged\u202e';
  const text = traceText({
    ...trace,
    experiment: { ...trace.experiment, name: evil, why: evil },
    calls: trace.calls.map((c) => ({ ...c, program: evil, on: evil })),
  });
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]|^forged/m);
  assert.match(text, /x\\u001b\[2J\\u000d\\u000aforged/);
});

test('JSON gives back what went in', () => {
  const trace = recorded('keepalive-5-2-3');
  assert.deepEqual(JSON.parse(traceJson(trace)), trace);
  for (const file of readdirSync(path.join(FOLDER, 'experiments'))) {
    const experiment = JSON.parse(readFileSync(path.join(FOLDER, 'experiments', file), 'utf8')) as Experiment;
    assert.deepEqual(JSON.parse(experimentJson(experiment)), { faults: [], ...experiment }, file);
    assert.deepEqual(parseExperiment(experimentJson(experiment)).problems, []);
  }
  const small: Experiment = { name: 'x', durationS: 1, programs: [] };
  assert.deepEqual(JSON.parse(experimentJson(small)), { ...small, faults: [] });
});
