/** Events in the order of virtual time: an intrusive binary heap. */

/**
 * Something that happens at a time. `at` is in integer microseconds;
 * equal times run in the order of `order`, that of their last scheduling.
 */
export abstract class Event {
  at = 0;
  order = 0;
  /** Key under which it stands in the heap; (key, keyOrder) may be before (at, order): it is then put back when it comes up. */
  key = 0;
  keyOrder = 0;
  /** Index in the heap, -1 when it is not there. */
  position = -1;
  abstract run(): void;
}

export class EventQueue {
  private readonly heap: Event[] = [];
  private serial = 0;

  get size(): number {
    return this.heap.length;
  }

  nextOrder(): number {
    return ++this.serial;
  }

  /** Schedules or moves an event: among equal times it is then the last. Moving it later costs nothing until its old time comes up. */
  schedule(event: Event, at: number, order = ++this.serial): void {
    event.at = at;
    event.order = order;
    if (event.position >= 0 && (at > event.key || (at === event.key && order >= event.keyOrder))) return;
    event.key = at;
    event.keyOrder = order;
    if (event.position < 0) {
      event.position = this.heap.length;
      this.heap.push(event);
    }
    this.up(event.position);
  }

  remove(event: Event): void {
    const at = event.position;
    if (at < 0) return;
    event.position = -1;
    const last = this.heap.pop() as Event;
    if (last === event) return;
    last.position = at;
    this.heap[at] = last;
    this.up(at);
    this.down(last.position);
  }

  /** The next event without taking it, or undefined. */
  peek(): Event | undefined {
    for (;;) {
      const top = this.heap[0];
      if (top === undefined || (top.at === top.key && top.order === top.keyOrder)) return top;
      top.key = top.at;
      top.keyOrder = top.order;
      this.down(0);
    }
  }

  private static before(a: Event, b: Event): boolean {
    return a.key < b.key || (a.key === b.key && a.keyOrder < b.keyOrder);
  }

  private up(from: number): void {
    const heap = this.heap;
    const event = heap[from] as Event;
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Event;
      if (!EventQueue.before(event, parent)) break;
      heap[at] = parent;
      parent.position = at;
      at = above;
    }
    heap[at] = event;
    event.position = at;
  }

  private down(from: number): void {
    const heap = this.heap;
    const size = heap.length;
    const event = heap[from] as Event;
    let at = from;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= size) break;
      if (below + 1 < size && EventQueue.before(heap[below + 1] as Event, heap[below] as Event)) below++;
      const child = heap[below] as Event;
      if (!EventQueue.before(child, event)) break;
      heap[at] = child;
      child.position = at;
      at = below;
    }
    heap[at] = event;
    event.position = at;
  }
}
