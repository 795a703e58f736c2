import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ToWorker } from '../../src/editor/messages.js';
import { Supervisor, WorkerDied } from '../../src/editor/supervisor.js';
import type { Thread } from '../../src/editor/thread.js';

type Request = Exclude<ToWorker, { kind: 'loaded' }>;

/** A thread that does what the test says with each request. */
class ScriptedThread implements Thread {
  readonly kind = 'dedicated';
  terminated = false;
  private message: (message: unknown) => void = () => undefined;
  private death: (reason: string) => void = () => undefined;

  constructor(private readonly onRequest: (thread: ScriptedThread, request: Request) => void) {}

  post(message: unknown): void {
    this.onRequest(this, message as Request);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.message = listener;
  }

  onDeath(listener: (reason: string) => void): void {
    this.death = listener;
  }

  terminate(): void {
    this.terminated = true;
  }

  answer(id: number, answer: unknown): void {
    this.message({ id, kind: 'answer', answer });
  }

  die(reason: string): void {
    this.death(reason);
  }
}

interface Harness {
  supervisor: Supervisor;
  threads: ScriptedThread[];
  states: string[];
}

function harness(onRequest: (thread: ScriptedThread, request: Request, number: number) => void, hangMs = 5000): Harness {
  const threads: ScriptedThread[] = [];
  const states: string[] = [];
  const supervisor: Supervisor = new Supervisor({
    start: async () => {
      const number = threads.length;
      const thread = new ScriptedThread((self, request) => onRequest(self, request, number));
      threads.push(thread);
      return thread;
    },
    load: async () => new Uint8Array(),
    onHealth: () => states.push(supervisor.health.state),
    hangMs,
    backOffMs: 1,
  });
  return { supervisor, threads, states };
}

const ask = (supervisor: Supervisor): Promise<unknown> => supervisor.ask('languages', null);

describe('the supervisor of the worker', () => {
  it('starts nothing before the first request, and one thread for all of them', async () => {
    const { supervisor, threads } = harness((thread, { id }) => setTimeout(() => thread.answer(id, [`answer ${id}`]), 1));
    assert.equal(supervisor.health.state, 'idle');
    assert.equal(threads.length, 0);
    assert.deepEqual(await Promise.all([ask(supervisor), ask(supervisor)]), [['answer 1'], ['answer 2']]);
    assert.equal(threads.length, 1);
    assert.deepEqual({ ...supervisor.health }, { state: 'running', kind: 'dedicated', deaths: 0, reason: '', isAlone: false });
  });

  it('blames the oldest request for a death, and answers the next one with a new thread', async () => {
    const { supervisor, threads, states } = harness((thread, { id }, number) => {
      if (number === 0) setTimeout(() => thread.die('out of memory'), 5);
      else thread.answer(id, []);
    });
    const settled = await Promise.allSettled([ask(supervisor), ask(supervisor)]);
    assert.deepEqual(
      settled.map((each) => each.status === 'rejected' && each.reason instanceof WorkerDied && each.reason.culprit),
      [true, false],
    );
    assert.deepEqual(await ask(supervisor), []);
    assert.equal(threads.length, 2);
    assert.deepEqual(states, ['running', 'restarting', 'running']);
    assert.equal(supervisor.health.reason, 'out of memory');
  });

  it('ends a thread that does not answer', async () => {
    const { supervisor, threads } = harness(() => undefined, 20);
    await assert.rejects(ask(supervisor), WorkerDied);
    assert.equal(threads[0]?.terminated, true);
    assert.equal(supervisor.health.state, 'restarting');
  });

  it('gives up after four deaths in a row, not after deaths with answers between; restart begins anew', async () => {
    let mood: 'die' | 'answer' = 'die';
    const { supervisor, threads } = harness((thread, { id }) => (mood === 'die' ? thread.die('crash') : thread.answer(id, [])));
    for (let death = 0; death < 3; death += 1) await assert.rejects(ask(supervisor), WorkerDied);
    mood = 'answer';
    await ask(supervisor);
    mood = 'die';
    for (let death = 0; death < 3; death += 1) await assert.rejects(ask(supervisor), WorkerDied);
    assert.equal(supervisor.health.state, 'restarting');
    await assert.rejects(ask(supervisor), WorkerDied);
    assert.equal(supervisor.health.state, 'stopped');
    const { length } = threads;
    await assert.rejects(ask(supervisor), WorkerDied);
    assert.equal(threads.length, length, 'a stopped supervisor starts nothing');
    mood = 'answer';
    supervisor.restart();
    assert.deepEqual(await ask(supervisor), []);
  });

  it('does not blame the files around the documents for a death with another request, nor without files', async () => {
    const { supervisor, threads } = harness((thread, { id, kind }) => kind === 'files' && thread.answer(id, null));
    const die = (): void => threads.at(-1)?.die('crash');
    for (let death = 0; death < 3; death += 1) {
      await supervisor.ask('files', { files: [], more: false });
      const asked = assert.rejects(ask(supervisor), WorkerDied);
      setTimeout(die, 1);
      await asked;
    }
    supervisor.restart();
    const asked = assert.rejects(ask(supervisor), WorkerDied);
    setTimeout(die, 5);
    await asked;
    assert.equal(supervisor.health.isAlone, false);
  });

  it('passes a failed request on without counting it as a death', async () => {
    const { supervisor } = harness((thread, { id }) =>
      (thread as unknown as { message(message: unknown): void }).message({ id, kind: 'failed', reason: 'no such language' }),
    );
    await assert.rejects(ask(supervisor), (error: Error) => !(error instanceof WorkerDied) && error.message === 'no such language');
    assert.equal(supervisor.health.deaths, 0);
  });
});
