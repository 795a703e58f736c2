/** Virtual time of a run: microseconds, jiffies and the kernel's timer wheel (kernel/time/timer.c). */

import { Event, EventQueue } from './event-queue.js';

/** LVL_CLK_SHIFT is 3: each level of the wheel is eight times coarser than the one below. */
const LEVEL_SHIFT = 3;
/** A level takes delays below 63 of its own steps (`LVL_START()`). */
const LEVEL_SLOTS = 63;
const LEVELS = 9;

/** What a timer's bar in a trace is called; empty: not shown. */
export type TimerLabel =
  'RTO' | 'TLP' | 'keepalive' | 'persist' | 'delayed ACK' | 'SYN-ACK' | 'FIN_WAIT_2' | 'TIME_WAIT' | 'linger' | 'reordering' | '';

export interface TimerLog {
  /** `due`: when it is due, microseconds; the wheel makes it later. */
  armed(timer: { readonly subject: object }, label: TimerLabel, due: number): void;
  ended(timer: object, fired: boolean): void;
}

export class Clock {
  /** Microseconds since t = 0. */
  now = 0;
  readonly queue = new EventQueue();
  /** Microseconds in a jiffy. */
  readonly tick: number;
  /** Phase of the wheel at t = 0, microseconds; one whole turn of the coarsest level that matters is added to keep jiffies positive. */
  private readonly offset: number;
  timerLog: TimerLog | null = null;

  /**
   * @param hz clock rate
   * @param phase where in the wheel t = 0 lies, microseconds
   * @param wheel false: timers fire exactly when they are due, the ideal world of textbooks
   */
  constructor(
    readonly hz: number,
    phase: number,
    readonly wheel: boolean,
  ) {
    this.tick = 1_000_000 / hz;
    this.offset = phase + this.tick * 2 ** 27;
  }

  /** Jiffies since some time before t = 0. */
  get jiffies(): number {
    return Math.floor((this.now + this.offset) / this.tick);
  }

  /** usecs_to_jiffies(): rounded up. */
  toJiffies(us: number): number {
    return Math.ceil(us / this.tick);
  }

  /** The moment of a jiffy, microseconds since t = 0. */
  momentOf(jiffies: number): number {
    return Math.round(jiffies * this.tick - this.offset);
  }

  /** calc_wheel_index(): when a timer armed now for `expires` (jiffies) fires, in microseconds since t = 0. */
  fires(expires: number): number {
    const jiffies = this.jiffies;
    const delta = expires - jiffies;
    if (!this.wheel) return this.now + Math.max(delta, 0) * this.tick;
    let granule = 1;
    for (let level = 0; level < LEVELS - 1 && delta >= LEVEL_SLOTS * granule; level++) granule *= 1 << LEVEL_SHIFT;
    const bucket = (Math.floor(Math.max(expires, jiffies) / granule) + 1) * granule;
    return Math.round(bucket * this.tick - this.offset);
  }
}

/** A struct timer_list: runs on the wheel. */
export class KernelTimer<Owner extends object = object> extends Event {
  /** In jiffies. */
  expires = 0;
  pending = false;
  /** Whose timer the trace says it is. */
  subject: object;
  /** What the bar of the trace that is being drawn is called; empty: none. */
  private shown: TimerLabel = '';

  constructor(
    private readonly clock: Clock,
    readonly owner: Owner,
    public label: TimerLabel,
    private readonly fire: (owner: Owner) => void,
  ) {
    super();
    this.subject = owner;
  }

  /** mod_timer() to a moment in jiffies. A timer that already waits for this very moment stays in its bucket. */
  mod(expires: number): void {
    const same = this.pending && this.expires === expires;
    if (!same) {
      this.pending = true;
      this.expires = expires;
      this.clock.queue.schedule(this, this.clock.fires(expires));
    }
    if (this.clock.timerLog !== null && !(same && this.shown === this.label)) {
      this.endBar(false);
      this.shown = this.label;
      this.clock.timerLog.armed(this, this.label, this.clock.momentOf(expires));
    }
  }

  /** mod_timer() to a delay in microseconds, rounded up to jiffies. */
  modIn(us: number): void {
    this.mod(this.clock.jiffies + this.clock.toJiffies(us));
  }

  /** It has nothing to do any more, but the kernel lets it run out (inet_csk_clear_xmit_timer()). */
  disarm(): void {
    this.endBar(false);
  }

  /** del_timer(). */
  stop(): void {
    this.endBar(false);
    if (!this.pending) return;
    this.pending = false;
    this.clock.queue.remove(this);
  }

  run(): void {
    this.pending = false;
    this.endBar(true);
    this.fire(this.owner);
  }

  private endBar(fired: boolean): void {
    if (this.shown === '') return;
    this.shown = '';
    this.clock.timerLog?.ended(this, fired);
  }
}

/** A high-resolution timer or any other exact moment. */
export class ExactTimer extends Event {
  constructor(
    private readonly clock: Clock,
    private readonly fire: () => void,
  ) {
    super();
  }

  get pending(): boolean {
    return this.position >= 0;
  }

  fireAt(us: number, order?: number): void {
    this.clock.queue.remove(this);
    this.clock.queue.schedule(this, us, order);
  }

  fireIn(us: number): void {
    this.fireAt(this.clock.now + us);
  }

  stop(): void {
    this.clock.queue.remove(this);
  }

  run(): void {
    this.fire();
  }
}
