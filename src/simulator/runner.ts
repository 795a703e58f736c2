/** Asks the model without ever freezing the page: in a blob worker, the last question only. */

import type { FirstStory } from './protocol.js';
import type { Question, Telling } from './tell.js';

/** A run that is no longer wanted is stopped when it is still busy after this many milliseconds. */
const PATIENCE = 200;

/** A page that shows its first story starts its worker after so many milliseconds. */
const LATER = 200;

function isAskedBy({ scenario, parameters, machine, cure }: Question, known: FirstStory): boolean {
  return cure === null && JSON.stringify([known.scenario, known.machine, {}]) === JSON.stringify([scenario, machine, parameters]);
}

export class Runner {
  private script: Promise<string> | null = null;
  private worker: Worker | null = null;
  private busy: { id: number; since: number } | null = null;
  private waiting: Question | null = null;
  private starting = false;

  /**
   * @param source URI of the worker's script
   * @param words what the worker is to speak
   * @param done gets each telling that is still wanted
   * @param failed gets a sentence when the worker cannot run at all
   * @param known what the first question is told
   */
  constructor(
    private readonly source: string,
    private readonly words: Readonly<Record<string, string>>,
    private readonly done: (telling: Telling) => void,
    private readonly failed: (reason: string) => void,
    private known: FirstStory | null = null,
  ) {
    // Before the first question: the worker starts while the page is still drawn, or after it where nobody waits for it.
    if (known === null) void this.next();
    else setTimeout(() => void this.next(), LATER);
  }

  /** What the next question is told, where it is that question. */
  expect(known: FirstStory): void {
    this.known = known;
  }

  /** Asks; a question that waits is replaced, a long run that is no longer wanted is stopped. */
  ask(question: Question): void {
    const { known } = this;
    this.known = null;
    if (known !== null && isAskedBy(question, known)) {
      this.done({ id: question.id, error: null, before: known.story, after: null, ms: 0 });
      return;
    }
    this.waiting = question;
    if (this.busy === null) {
      void this.next();
      return;
    }
    const left = Math.max(0, this.busy.since + PATIENCE - performance.now());
    const { id } = this.busy;
    setTimeout(() => {
      if (this.busy?.id !== id || this.waiting === null) return;
      this.worker?.terminate();
      this.worker = null;
      this.busy = null;
      void this.next();
    }, left);
  }

  private async next(): Promise<void> {
    if ((this.waiting === null && this.worker !== null) || this.busy !== null || this.starting) return;
    try {
      this.starting = true;
      this.worker ??= await this.start();
    } catch (error) {
      this.failed(error instanceof Error ? error.message : String(error));
      return;
    } finally {
      this.starting = false;
    }
    const question = this.waiting;
    if (question === null) return;
    this.waiting = null;
    this.busy = { id: question.id, since: performance.now() };
    this.worker.postMessage(question);
  }

  private async start(): Promise<Worker> {
    this.script ??= fetch(this.source).then((response) => {
      if (!response.ok) throw new Error(`the model's script cannot be read (${response.status})`);
      return response.text();
    });
    const url = URL.createObjectURL(new Blob([await this.script], { type: 'text/javascript' }));
    const worker = new Worker(url);
    worker.postMessage({ words: this.words });
    worker.addEventListener('message', (event: MessageEvent<Telling>) => {
      this.busy = null;
      if (this.waiting === null) this.done(event.data);
      void this.next();
    });
    worker.addEventListener('error', (event) => {
      this.busy = null;
      this.failed(event.message);
    });
    return worker;
  }
}
