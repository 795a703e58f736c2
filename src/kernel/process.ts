/** A program as a process: runs its steps one after the other, blocks in calls, is frozen, killed, forks. */

import type { Clock } from './clock.js';
import { ExactTimer, KernelTimer } from './clock.js';
import { closeFinish, closeStart } from './close.js';
import type { Program, Step } from './experiment.js';
import { EdgeWatch } from './edge.js';
import type { Host } from './host.js';
import { seconds } from './recorder.js';
import type { Sock, Waiter } from './sock.js';
import { startCall } from './syscalls.js';
import type { CallStep } from './syscalls.js';
import type { Attempt } from './attempt.js';
import type { CallRow } from './trace.js';

/** From the return of one call to the next one, microseconds. */
const STEP_GAP = 60;
/** Descriptors 0, 1 and 2. */
const STANDARD_DESCRIPTORS = 3;

interface CallUnderWay {
  attempt: Attempt;
  row: CallRow;
  /** The socket on which it was made. */
  known: Sock | undefined;
}

interface Frame {
  steps: readonly Step[];
  index: number;
  left: number;
}

/** What a process needs of the world around it. */
export interface Scheduler {
  readonly clock: Clock;
  /** From an event to the process that waits for it running again, microseconds. */
  readonly wakeLatency: number;
  /** Counts an event; false: the cap is reached. */
  count(): boolean;
  /** Place in the order of programs that act in the same instant. */
  orderOf(index: number): number;
  forked(parent: Process, name: string, steps: readonly Step[]): void;
  ended(process: Process): void;
  failed(row: CallRow): void;
}

export class Process implements Waiter {
  readonly names = new Map<string, Sock>();
  readonly descriptors = new Set<Sock>();
  private readonly edges = new Map<Sock, EdgeWatch>();
  private readonly frames: Frame[] = [];
  private readonly timer: ExactTimer;
  private readonly deadline: KernelTimer<Process>;
  private readonly exactDeadline: ExactTimer;
  private waitingStep: Step | null = null;
  private current: CallUnderWay | null = null;
  private waitsOn: Sock | null = null;
  private frozen = false;
  /** Something came up while it was frozen. */
  private owed = false;
  alive = true;
  readonly limit: number;

  constructor(
    readonly spec: Program,
    readonly name: string,
    readonly index: number,
    readonly host: Host,
    private readonly world: Scheduler,
    steps: readonly Step[],
  ) {
    this.timer = new ExactTimer(world.clock, () => this.proceed());
    this.deadline = new KernelTimer<Process>(world.clock, this, '', (p) => p.expired());
    this.exactDeadline = new ExactTimer(world.clock, () => this.expired());
    this.frames.push({ steps, index: 0, left: 1 });
    this.limit = (spec.rlimitNofile ?? Infinity) - STANDARD_DESCRIPTORS;
  }

  /** The first step comes at this time (microseconds). */
  start(at: number): void {
    this.timer.fireAt(at, this.world.orderOf(this.index));
  }

  private now(): number {
    return this.world.clock.now;
  }

  /** The process may run: either its time has come or what it waits for may have happened. */
  private proceed(): void {
    if (!this.alive) return;
    if (this.frozen) {
      this.owed = true;
      return;
    }
    if (this.current !== null) this.retry(this.current);
    else this.advance();
  }

  private nextStep(): Step | undefined {
    for (;;) {
      const frame = this.frames[this.frames.length - 1];
      if (frame === undefined) return undefined;
      if (frame.index < frame.steps.length) return frame.steps[frame.index++];
      frame.left--;
      frame.index = 0;
      if (frame.left <= 0 || frame.steps.length === 0) this.frames.pop();
      else if (!this.world.count()) return undefined;
    }
  }

  /** Runs steps until one takes time. */
  private advance(): void {
    while (this.alive) {
      let step = this.waitingStep;
      this.waitingStep = null;
      if (step === null) {
        const next = this.nextStep();
        if (next === undefined) {
          this.end();
          return;
        }
        step = next;
        const at = step.at === undefined ? 0 : Math.round(step.at * 1e6);
        if (at > this.now()) {
          this.waitingStep = step;
          this.timer.fireAt(at, this.world.orderOf(this.index));
          return;
        }
      }
      if (!this.perform(step)) return;
    }
  }

  /** False: the step takes time, or the process has ended. */
  private perform(step: Step): boolean {
    switch (step.do) {
      case 'sleep':
        this.timer.fireIn(Math.max(0, Math.round(step.for * 1e6)));
        return false;
      case 'hold':
        return false;
      case 'exit':
        this.end();
        return false;
      case 'repeat':
        if (step.times > 0) this.frames.push({ steps: step.steps, index: 0, left: step.times });
        return this.world.count();
      case 'fork':
        this.world.forked(this, step.as, step.steps);
        return this.world.count();
      default:
        this.call(step);
        return false;
    }
  }

  private call(step: CallStep): void {
    const used = 'on' in step ? step.on : undefined;
    const made = 'as' in step ? step.as : undefined;
    const known = used !== undefined && step.do !== 'accept' ? this.names.get(used) : undefined;
    const row: CallRow = {
      start: seconds(this.now()),
      end: null,
      side: this.host.name,
      program: this.name,
      call: step.do,
      on: (used ?? made) as string,
      sock: known === undefined ? null : peerName(known),
      result: null,
      errno: null,
    };
    if (step.line !== undefined) row.line = step.line;
    this.host.recorder.call(row);
    const attempt = startCall(this, step);
    this.current = { attempt, row, known };
    this.retry(this.current, true);
  }

  /** Tries the call (again). */
  private retry(call: CallUnderWay, first = false): void {
    const result = call.attempt.attempt(first);
    const named = call.known ?? this.names.get(call.row.on as string);
    const about = call.attempt.about();
    if (named !== undefined) this.host.recorder.queues(named);
    if (about !== null && about !== named) this.host.recorder.queues(about);
    if (result !== null) {
      this.finish(result.result, result.errno, result.failed);
      return;
    }
    if (first) this.block(call.attempt);
  }

  private block(a: Attempt): void {
    if (a.sock !== null) {
      this.waitsOn = a.sock;
      a.sock.waiters.push(this);
    }
    if (a.timeout === null) return;
    if (a.exact) {
      this.exactDeadline.fireIn(a.timeout);
    } else {
      this.deadline.label = a.label;
      this.deadline.subject = a.sock ?? this;
      this.deadline.modIn(a.timeout);
    }
  }

  /** The time limit of the call under way has run out. */
  private expired(): void {
    if (this.frozen) {
      this.owed = true;
      return;
    }
    const { attempt } = this.current as CallUnderWay;
    const result = (attempt.lastTry ? attempt.attempt(false) : null) ?? attempt.expired();
    this.finish(result.result, result.errno, result.failed);
  }

  private unblock(): void {
    const sk = this.waitsOn;
    if (sk !== null) {
      const at = sk.waiters.indexOf(this);
      if (at >= 0) sk.waiters.splice(at, 1);
      this.waitsOn = null;
    }
    this.deadline.stop();
    this.exactDeadline.stop();
    this.timer.stop();
  }

  private finish(result: number | string, errno: string, failed: string | undefined): void {
    const call = this.current as CallUnderWay;
    this.current = null;
    this.unblock();
    const row = call.row;
    row.end = seconds(this.now());
    row.result = result;
    row.errno = errno === '' ? null : errno;
    if (failed !== undefined && failed !== row.call) row.failed = failed;
    const sk = call.attempt.about();
    if (sk !== null && row.sock === null) row.sock = peerName(sk);
    if (errno !== '') {
      this.world.failed(row);
      if (errno === 'EPIPE' && call.attempt.signals && this.spec.sigpipe === 'kill') {
        row.end = null;
        row.result = null;
        row.errno = null;
        this.end();
        return;
      }
    }
    this.timer.fireIn(STEP_GAP);
  }

  /** What this process waits for may have happened. */
  wake(): void {
    if (!this.timer.pending && this.current !== null) this.timer.fireIn(this.world.wakeLatency);
  }

  /** SIGSTOP. */
  freeze(): void {
    this.frozen = true;
  }

  /** SIGCONT: an interrupted call goes on, or returns what it has. */
  thaw(): void {
    if (!this.frozen || !this.alive) return;
    this.frozen = false;
    const call = this.current;
    if (call !== null) {
      const result = call.attempt.interrupted();
      if (result !== null) this.finish(result.result, result.errno, result.failed);
      else if (this.owed) this.expiredOrRetry();
      else this.timer.fireIn(0);
    } else if (this.owed) {
      this.timer.fireIn(0);
    }
    this.owed = false;
  }

  private expiredOrRetry(): void {
    const a = this.current?.attempt;
    if (a !== undefined && a.timeout !== null && !this.deadline.pending && !this.exactDeadline.pending) this.expired();
    else this.timer.fireIn(0);
  }

  /** A descriptor for a socket. */
  open(sk: Sock, name: string): void {
    sk.references++;
    this.descriptors.add(sk);
    this.names.set(name, sk);
  }

  /** The socket in this program's epoll instance, edge-triggered. */
  edgeOf(sk: Sock): EdgeWatch {
    let edge = this.edges.get(sk);
    if (edge === undefined) {
      edge = new EdgeWatch(sk, () => {
        if (this.waitsOn === sk) this.wake();
      });
      this.edges.set(sk, edge);
    }
    return edge;
  }

  /** Drops one descriptor; true if it was the last one of the socket. */
  drop(sk: Sock): boolean {
    this.descriptors.delete(sk);
    sk.references--;
    if (sk.references === 0) {
      this.edges.get(sk)?.remove();
      this.edges.delete(sk);
    }
    return sk.references === 0;
  }

  /** exit or kill -9: the kernel closes what it held. A call under way never returns. */
  end(): void {
    if (!this.alive) return;
    const call = this.current;
    this.stop();
    call?.attempt.interrupted(); // a close() that lingers is finished
    for (const sk of this.descriptors) {
      sk.references--;
      if (sk.references > 0) continue;
      closeStart(sk);
      this.host.recorder.queues(sk);
      closeFinish(sk);
    }
    this.descriptors.clear();
    this.world.ended(this);
  }

  /** The host lost its power: nothing is closed. */
  stop(): void {
    this.alive = false;
    for (const edge of this.edges.values()) edge.remove();
    this.edges.clear();
    this.unblock();
  }
}

function peerName(sk: Sock): string | null {
  return sk.remotePort > 0 ? sk.name : null;
}
