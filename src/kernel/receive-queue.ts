/** What a socket has received and the application has not read: in order, and ahead of a hole. */

export interface ReceivedPacket {
  seq: number;
  endSeq: number;
  fin: boolean;
  /** Memory that it holds (skb->truesize). */
  truesize: number;
}

export class ReceiveQueue {
  private items: ReceivedPacket[] = [];
  private first = 0;
  /** Out-of-order packets by number (out_of_order_queue). */
  ofo: ReceivedPacket[] = [];
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

  push(p: ReceivedPacket): void {
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

  clearOfo(): void {
    for (const p of this.ofo) this.memory -= p.truesize;
    this.ofo = [];
  }

  clear(): void {
    this.clearOfo();
    this.items = [];
    this.first = 0;
    this.memory = 0;
  }
}
