import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import mermaid from 'mermaid';
import type { Experiment } from '../../src/kernel/experiment.js';
import { simulate } from '../../src/kernel/simulate.js';
import type { Trace } from '../../src/kernel/trace.js';
import { mermaidSequence } from '../../src/output/mermaid.js';
import { pcapng } from '../../src/output/pcapng.js';
import { socketsAt } from '../../src/output/ss.js';
import { traceJson } from '../../src/output/trace-json.js';
import { timeLines, traceText } from '../../src/output/trace-text.js';

const GENERATE = path.join(import.meta.dirname, '../kernel/lab/generate.py');
const hasPython = spawnSync('python3', ['--version']).status === 0;

function randomExperiments(seed: number, count: number): Experiment[] {
  const out = mkdtempSync(path.join(tmpdir(), 'closewait-'));
  try {
    const { status, stderr } = spawnSync('python3', [GENERATE, '--seed', String(seed), '--count', String(count), '--out', out], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    assert.equal(status, 0, stderr);
    return readdirSync(out)
      .sort()
      .map((f) => JSON.parse(readFileSync(path.join(out, f), 'utf8')) as Experiment);
  } finally {
    rmSync(out, { recursive: true });
  }
}

const inOrder = (times: readonly number[]): boolean => times.every((t, i) => i === 0 || t >= (times[i - 1] ?? 0));

/** Number of packet blocks. */
function packetBlocks(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer);
  let count = 0;
  for (let at = 0; at < bytes.length; at += view.getUint32(at + 4, true)) if (view.getUint32(at, true) === 6) count += 1;
  return count;
}

async function checkWriters(trace: Trace, name: string): Promise<void> {
  for (const rows of [trace.packets.map((p) => p.t), trace.states.map((s) => s.t), trace.calls.map((c) => c.start)])
    assert.ok(inOrder(rows), `${name}: rows in the order of time`);
  assert.deepEqual(JSON.parse(traceJson(trace)), JSON.parse(JSON.stringify(trace)), name);
  assert.equal(packetBlocks(pcapng(trace)), trace.packets.length, name);
  assert.ok(inOrder(timeLines(trace).map((l) => l.t)), name);
  assert.doesNotMatch(traceText(trace), /undefined|NaN|\[object/, name);
  const diagram = mermaidSequence(trace);
  assert.ok(diagram.length < 50_000 && diagram.split('\n').length < 500, name);
  assert.doesNotMatch(diagram, /undefined|NaN/, name);
  assert.ok(await mermaid.parse(diagram), name);
  for (const part of [0.1, 0.3, 0.5, 0.9, 1]) {
    for (const s of socketsAt(trace, part * trace.experiment.durationS)) {
      assert.ok((s.recvQ ?? 0) >= 0 && (s.sendQ ?? 0) >= 0 && s.state !== 'GONE', name);
      if (s.state === 'ESTABLISHED') assert.ok((s.recvQ ?? 0) < 1e6 && (s.sendQ ?? 0) < 1e6, name);
    }
  }
}

test('every writer copes with the traces of random experiments', { skip: !hasPython && 'python3 is not installed here' }, async () => {
  for (const experiment of randomExperiments(23, 40)) await checkWriters(simulate(experiment), experiment.name);
});
