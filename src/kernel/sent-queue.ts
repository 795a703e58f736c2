/** The retransmission queue of a socket: sent, not yet cumulatively acknowledged segments in the order of their numbers (tcp_rtx_queue). */

import type { SentSegment } from './segment.js';

export class SentQueue {
  private items: SentSegment[] = [];
  private first = 0;
  /** Buffers in it. */
  buffers = 0;
  /** Oldest and newest transmission (tsorted_sent_queue). */
  oldest: SentSegment | null = null;
  newest: SentSegment | null = null;

  get length(): number {
    return this.items.length - this.first;
  }

  head(): SentSegment | undefined {
    return this.items[this.first];
  }

  tail(): SentSegment | undefined {
    return this.first < this.items.length ? this.items[this.items.length - 1] : undefined;
  }

  /** The i-th unacknowledged segment. */
  at(i: number): SentSegment | undefined {
    return this.items[this.first + i];
  }

  push(s: SentSegment): void {
    this.items.push(s);
    if (s.head) this.buffers++;
  }

  shift(): void {
    const s = this.items[this.first] as SentSegment;
    this.unsort(s);
    if (s.head) this.buffers--;
    this.items[this.first] = undefined as unknown as SentSegment;
    this.first++;
    if (this.first === this.items.length) {
      this.items.length = 0;
      this.first = 0;
    } else if (this.first > 1024 && this.first * 2 > this.items.length) {
      this.items = this.items.slice(this.first);
      this.first = 0;
    }
  }

  removeAt(i: number): void {
    const s = this.at(i) as SentSegment;
    this.unsort(s);
    if (s.head) this.buffers--;
    this.items.splice(this.first + i, 1);
  }

  insertAt(i: number, s: SentSegment): void {
    this.items.splice(this.first + i, 0, s);
  }

  clear(): void {
    this.items = [];
    this.first = 0;
    this.buffers = 0;
    this.oldest = null;
    this.newest = null;
  }

  /** Index of the first segment that ends after seq (tcp_sacktag_bsearch()). */
  indexOf(seq: number): number {
    let low = this.first;
    let high = this.items.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if ((this.items[mid] as SentSegment).endSeq > seq) high = mid;
      else low = mid + 1;
    }
    return low - this.first;
  }

  /** Moves to the young end of the order of transmission. */
  sortLast(s: SentSegment): void {
    this.unsort(s);
    s.sorted = true;
    s.older = this.newest;
    s.newer = null;
    if (this.newest !== null) this.newest.newer = s;
    else this.oldest = s;
    this.newest = s;
  }

  /** Puts s directly after t in the order of transmission, as a fragment of it. */
  sortAfter(s: SentSegment, t: SentSegment): void {
    if (!t.sorted) return;
    s.sorted = true;
    s.older = t;
    s.newer = t.newer;
    if (t.newer !== null) t.newer.older = s;
    else this.newest = s;
    t.newer = s;
  }

  unsort(s: SentSegment): void {
    if (!s.sorted) return;
    s.sorted = false;
    if (s.older !== null) s.older.newer = s.newer;
    else this.oldest = s.newer;
    if (s.newer !== null) s.newer.older = s.older;
    else this.newest = s.older;
    s.older = null;
    s.newer = null;
  }
}
