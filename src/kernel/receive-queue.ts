/** What a socket has received and the application has not read: in order, and ahead of a hole. */

export interface ReceivedPacket {
  seq: number;
  endSeq: number;
  fin: boolean;
  /** Memory that it holds (skb->truesize). */
  truesize: number;
  /** Bytes that fit behind its data (skb_tailroom()). */
  room: number;
}

/** Stands for every empty list; it is replaced before something goes in. */
const NONE: never[] = [];

export class ReceiveQueue {
  private items: ReceivedPacket[] = NONE;
  private first = 0;
  /** Out-of-order packets by number (out_of_order_queue). */
  ofo: ReceivedPacket[] = NONE;
  /** sk_rmem_alloc. */
  memory = 0;

  get length(): number {
    return this.items.length - this.first;
  }

  head(): ReceivedPacket | undefined {
    return this.items[this.first];
  }

  at(i: number): ReceivedPacket | undefined {
    return this.items[this.first + i];
  }

  /** tcp_queue_rcv(): what fits behind the last packet is copied there (tcp_try_coalesce()) and costs nothing. */
  push(p: ReceivedPacket): void {
    const last = this.items[this.items.length - 1];
    const len = p.endSeq - p.seq - (p.fin ? 1 : 0);
    if (last !== undefined && last.endSeq === p.seq && len <= last.room) {
      last.endSeq = p.endSeq;
      last.fin = p.fin;
      last.room -= len;
      return;
    }
    if (this.items === NONE) this.items = [];
    this.items.push(p);
    this.memory += p.truesize;
  }

  /** tcp_eat_recv_skb(). */
  shift(): void {
    this.memory -= (this.items[this.first] as ReceivedPacket).truesize;
    this.items[this.first] = undefined as unknown as ReceivedPacket;
    this.first++;
    if (this.first === this.items.length) {
      this.items.length = 0;
      this.first = 0;
    } else if (this.first > 1024 && this.first * 2 > this.items.length) {
      this.items = this.items.slice(this.first);
      this.first = 0;
    }
  }

  /** Puts packets into the out-of-order queue in place of `covered` others. */
  insertOfo(at: number, covered: number, p: ReceivedPacket): void {
    if (this.ofo === NONE) this.ofo = [];
    this.ofo.splice(at, covered, p);
    this.memory += p.truesize;
  }

  clearOfo(): void {
    for (const p of this.ofo) this.memory -= p.truesize;
    this.ofo = NONE;
  }

  clear(): void {
    this.clearOfo();
    this.items = NONE;
    this.first = 0;
    this.memory = 0;
  }
}
