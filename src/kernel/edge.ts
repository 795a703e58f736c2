/** One socket in an epoll instance with EPOLLET (fs/eventpoll.c): what has happened since the last report. */

import { poll } from './calls.js';
import type { Sock, WakeKey, Waiter } from './sock.js';

/** Events that every watch has (ep_insert()). */
const ALWAYS: readonly string[] = ['ERR', 'HUP'];

export class EdgeWatch implements Waiter {
  /** It stands in the ready list (ep_poll_callback()). */
  private ready = false;
  private events: readonly string[] = [];

  constructor(
    private readonly sk: Sock,
    /** Whoever sleeps in epoll_wait(). */
    private readonly sleeper: () => void,
  ) {
    sk.waiters.push(this);
  }

  /** EPOLL_CTL_ADD, or EPOLL_CTL_MOD where other events are asked for: what is true now counts as new. */
  watch(events: readonly string[]): void {
    if (events.join() === this.events.join()) return;
    this.events = events;
    if (poll(this.sk, events).length > 0) this.ready = true;
  }

  /** ep_poll_callback(): what the socket says it is woken for must be asked for. */
  wake(key?: WakeKey): void {
    if (key !== undefined && !this.events.includes(key) && !ALWAYS.includes(key)) return;
    this.ready = true;
    this.sleeper();
  }

  /** epoll_wait(): the events, once for each time that something happened. */
  take(): string[] {
    if (!this.ready) return [];
    this.ready = false;
    return poll(this.sk, this.events);
  }

  remove(): void {
    const at = this.sk.waiters.indexOf(this);
    if (at >= 0) this.sk.waiters.splice(at, 1);
  }
}
