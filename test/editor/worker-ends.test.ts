/** The extension's own worker, killed, hung and out of memory: another answers, and it is told once. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { workerThread } from '../../src/editor/node/worker-thread.js';
import { Supervisor, WorkerDied, type SupervisorOptions } from '../../src/editor/supervisor.js';

const DIST = path.resolve(import.meta.dirname, '../../dist');
const LEAK = 'import socket\n\ndef fetch(host):\n    conn = socket.create_connection((host, 80), timeout=5)\n    conn.recv(1)\n';
/** Each of these is followed: much to remember. */
const HUNGRY = `import socket\n${Array.from({ length: 9000 }, (_, i) => `def open_connection_${i}(h):\n    return socket.create_connection((h, ${i}))\n`).join('')}`;

interface Started {
  supervisor: Supervisor;
  options: SupervisorOptions;
  /** The states that were told, in order. */
  told: string[];
}

/** The first worker has `mb` of memory, those after it enough, or `later`. */
function started(t: TestContext, mb: number, later = 512): Started {
  const told: string[] = [];
  let limit = mb;
  const options: SupervisorOptions = {
    start: async () => {
      const thread = workerThread(path.join(DIST, 'worker.js'), limit);
      limit = later;
      return thread;
    },
    load: (name) => readFile(path.join(DIST, 'grammars', name)),
    onHealth: () => told.push(supervisor.health.state),
    backOffMs: 1,
  };
  const supervisor = new Supervisor(options);
  t.after(() => supervisor.dispose());
  return { supervisor, options, told };
}

async function rulesOf(supervisor: Supervisor, text: string, uri = 'untitled:one'): Promise<string[]> {
  const options = { machine: DEFAULT_MACHINE, severities: {}, minCertainty: 'likely' as const, fixes: false };
  const request = { uri, version: 1, language: 'python', text, lines: null, options };
  return (await supervisor.ask('check', request)).findings.map(({ rule }) => rule);
}

/** What was asked for fails with the worker; the next request is answered as ever. */
async function survives({ supervisor, options, told }: Started, end: () => Promise<unknown>, reason: RegExp): Promise<void> {
  await assert.rejects(end(), (error) => error instanceof WorkerDied && error.culprit && reason.test(error.message));
  delete options.hangMs;
  assert.deepEqual(await rulesOf(supervisor, LEAK), ['missing-close']);
  assert.deepEqual(told, ['running', 'restarting', 'running']);
  assert.equal(supervisor.health.deaths, 1);
  assert.match(supervisor.health.reason, reason);
}

describe('a worker of the editor', () => {
  it('that is out of memory', async (t) => {
    const one = started(t, 24);
    await survives(one, () => rulesOf(one.supervisor, HUNGRY), /memory/);
  });

  it('that hangs', async (t) => {
    const one = started(t, 512);
    one.options.hangMs = 1;
    await survives(one, () => rulesOf(one.supervisor, HUNGRY), /^no answer$/);
  });

  it('that is killed', async (t) => {
    const one = started(t, 512);
    await survives(
      one,
      async () => {
        const asked = rulesOf(one.supervisor, HUNGRY);
        await Promise.all([asked, one.supervisor.ask('languages', null).catch(() => null), one.supervisor.crash()]);
      },
      /^ended by a test$/,
    );
  });

  it('that is out of memory time and again for the files around the documents: those are given up', { timeout: 60_000 }, async (t) => {
    const { supervisor, told } = started(t, 24, 24);
    const files = { files: [{ uri: 'file:///w/hungry.py', text: HUNGRY }], more: false };
    for (const death of [1, 2]) {
      assert.deepEqual(await rulesOf(supervisor, LEAK, 'file:///w/one.py'), ['missing-close']);
      assert.equal(supervisor.health.isAlone, false);
      await supervisor.ask('files', files).catch(() => null);
      // It reads them when nothing is asked.
      while (supervisor.health.deaths < death) await pause(10);
      assert.match(supervisor.health.reason, /memory/);
    }
    assert.equal(supervisor.health.isAlone, true);
    await assert.rejects(supervisor.ask('files', files), WorkerDied);
    assert.deepEqual(await rulesOf(supervisor, LEAK, 'file:///w/one.py'), ['missing-close']);
    assert.deepEqual(told, ['running', 'restarting', 'running', 'restarting', 'running']);
    supervisor.restart();
    assert.equal(supervisor.health.isAlone, false);
  });
});
