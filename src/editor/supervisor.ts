/** Keeps one worker running: starts it on the first request, restarts it when it dies or hangs, gives up after repeated deaths. */

import type { AnswerOf, FromWorker, RequestKind, RequestOf, ToWorker } from './messages.js';
import type { Thread } from './thread.js';

export interface SupervisorOptions {
  /** What each new thread is to speak; left out: English. */
  catalogue?: Readonly<Record<string, string>> | undefined;
  start(): Promise<Thread>;
  /** Bytes of a packaged grammar. */
  load(name: string): Promise<Uint8Array>;
  /** The findings of these files may be others now: files around them were read meanwhile. */
  onRenewed?(uris: readonly string[]): void;
  /** Called whenever `health` changed. */
  onHealth(): void;
  /** A worker with requests that says nothing for this long (ms) hangs. */
  hangMs?: number;
  /** Wait before the first restart (ms); doubled for each further death in a row. */
  backOffMs?: number;
}

export interface Health {
  state: 'idle' | 'running' | 'restarting' | 'stopped';
  kind: Thread['kind'] | null;
  deaths: number;
  /** Why it died the last time. */
  reason: string;
  /** The files around the documents cost workers their lives: they are taken no more, until `restart`. */
  isAlone: boolean;
}

/** The request could not be answered because the worker died, or does not run any more. */
export class WorkerDied extends Error {
  /** @param culprit true when the worker died while it worked on this very request */
  constructor(
    reason: string,
    readonly culprit = false,
  ) {
    super(reason);
  }
}

/** Deaths without an answer in between after which only `restart` helps. */
const DEATHS_BEFORE_STOP = 4;
/** Deaths over the files around the documents after which these are given up; answers in between do not count: those come first. */
const DEATHS_BEFORE_ALONE = 2;
/** The analysis has bounds in steps; this is the last resort. */
const HANG_MS = 20_000;
const BACK_OFF_MS = 500;

interface Pending {
  kind: RequestKind;
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

export class Supervisor {
  private thread: Promise<Thread> | null = null;
  private current: Thread | null = null;
  private readonly pending = new Map<number, Pending>();
  private hang: ReturnType<typeof setTimeout> | undefined;
  private nextId = 1;
  private inARow = 0;
  /** Has this thread got files around the documents? It reads them when nothing is asked. */
  private hasFiles = false;
  private deathsOfFiles = 0;
  private notBefore = 0;
  private disposed = false;
  private now: Health = { state: 'idle', kind: null, deaths: 0, reason: '', isAlone: false };

  constructor(private readonly options: SupervisorOptions) {}

  get health(): Readonly<Health> {
    return this.now;
  }

  /** @throws WorkerDied when the worker dies before it answers; Error with the worker's own reason when the request failed in it */
  async ask<K extends RequestKind>(kind: K, request: RequestOf<K>): Promise<AnswerOf<K>> {
    if (this.disposed || this.now.state === 'stopped') throw new WorkerDied(this.now.reason);
    if (kind === 'files' && this.now.isAlone) throw new WorkerDied(this.now.reason);
    const thread = await this.running();
    if (kind === 'files') this.hasFiles = true;
    const id = this.nextId++;
    return new Promise<AnswerOf<K>>((resolve, reject) => {
      this.pending.set(id, { kind, resolve: (answer) => resolve(answer as AnswerOf<K>), reject });
      if (this.pending.size === 1) this.watch(thread);
      thread.post({ id, kind, request });
    });
  }

  /** Starts again after the supervisor gave up, be it the files around the documents alone. */
  restart(): void {
    this.inARow = 0;
    this.deathsOfFiles = 0;
    this.notBefore = 0;
    const { state, isAlone } = this.now;
    if (state === 'stopped' || isAlone) this.become({ state: state === 'stopped' ? 'idle' : state, isAlone: false });
  }

  /** Ends the thread as a crash would: for the tests of the restart. */
  async crash(): Promise<void> {
    await this.thread;
    if (this.current) this.died(this.current, 'ended by a test');
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.hang);
    void this.thread?.then(
      (thread) => thread.terminate(),
      () => undefined,
    );
    this.rejectAll('the extension was switched off');
  }

  private running(): Promise<Thread> {
    this.thread ??= this.startLater();
    return this.thread;
  }

  private async startLater(): Promise<Thread> {
    const wait = this.notBefore - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (this.disposed) throw new WorkerDied('the extension was switched off');
    try {
      const thread = await this.options.start();
      this.current = thread;
      thread.onMessage((message) => void this.receive(thread, message as FromWorker));
      thread.onDeath((reason) => this.died(thread, reason));
      const { catalogue } = this.options;
      if (catalogue) thread.post({ id: 0, kind: 'speak', request: catalogue } satisfies ToWorker);
      this.become({ state: 'running', kind: thread.kind });
      return thread;
    } catch (error) {
      this.countDeath(error instanceof Error ? error.message : String(error));
      throw new WorkerDied(this.now.reason);
    }
  }

  /** The worker answers in order: as long as it says anything, it works on the oldest request. */
  private watch(thread: Thread): void {
    clearTimeout(this.hang);
    if (this.pending.size > 0) this.hang = setTimeout(() => this.died(thread, 'no answer'), this.options.hangMs ?? HANG_MS);
  }

  private async receive(thread: Thread, message: FromWorker): Promise<void> {
    if (message.kind === 'renewed') return this.options.onRenewed?.(message.uris);
    if (message.kind === 'load') {
      this.watch(thread);
      const bytes = await this.options.load(message.name).catch(() => null);
      thread.post({ id: message.id, kind: 'loaded', bytes } satisfies ToWorker);
      return;
    }
    const waiting = this.pending.get(message.id);
    if (!waiting) return;
    this.pending.delete(message.id);
    this.watch(thread);
    this.inARow = 0;
    if (message.kind === 'answer') waiting.resolve(message.answer);
    else waiting.reject(new Error(message.reason));
  }

  private died(thread: Thread, reason: string): void {
    if (this.disposed || thread !== this.current) return;
    thread.terminate();
    if (this.hasFiles && [...this.pending.values()].every(({ kind }) => kind === 'files')) this.deathsOfFiles += 1;
    this.countDeath(reason);
    this.rejectAll(reason);
  }

  private countDeath(reason: string): void {
    this.thread = null;
    this.current = null;
    this.hasFiles = false;
    this.inARow += 1;
    this.notBefore = Date.now() + (this.options.backOffMs ?? BACK_OFF_MS) * 2 ** (this.inARow - 1);
    const state = this.inARow >= DEATHS_BEFORE_STOP ? 'stopped' : 'restarting';
    this.become({ state, kind: null, deaths: this.now.deaths + 1, reason, isAlone: this.deathsOfFiles >= DEATHS_BEFORE_ALONE });
  }

  private rejectAll(reason: string): void {
    clearTimeout(this.hang);
    let culprit = true;
    for (const { reject } of this.pending.values()) {
      reject(new WorkerDied(reason, culprit));
      culprit = false;
    }
    this.pending.clear();
  }

  private become(change: Partial<Health>): void {
    this.now = { ...this.now, ...change };
    this.options.onHealth();
  }
}
