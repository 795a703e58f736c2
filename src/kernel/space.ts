/** The send buffer: what a send() may queue, and when a blocked one goes on (net/core/stream.c, tcp_check_space()). */

import { INIT_CWND } from './constants.js';
import { inFlight } from './congestion.js';
import type { Sock } from './sock.js';

/** Memory of a buffer without its bytes: SKB_TRUESIZE(256) (tcp_stream_alloc_skb()); SO_MEMINFO on 6.18 says the same. */
const BUFFER_COST = 832;
/** One segment in tcp_sndbuf_expand(): 1460 and headers, rounded up to a power of two, and the sk_buff. */
const PER_MSS = 2304;
/** sk_gso_max_size less the headers. */
const GSO_MAX = 65536 - 1 - 320;

/** tcp_send_mss(): bytes that one buffer takes, at most half of the largest window the peer has offered. */
export function sizeGoal(sk: Sock, mss: number): number {
  const half = sk.maxWindow > 536 ? sk.maxWindow >> 1 : sk.maxWindow;
  return Math.max(1, Math.floor(Math.min(half > 0 ? half : GSO_MAX, GSO_MAX) / mss)) * mss;
}

/** sk_wmem_queued. */
export function queuedMemory(sk: Sock, unsent: number): number {
  const waiting = unsent > 0 ? 1 + Math.ceil(Math.max(0, unsent - sk.tailLength) / sk.bufferSize) : 0;
  return sk.writeSeq - sk.sndUna + BUFFER_COST * (sk.rtx.buffers + waiting);
}

/** __sk_stream_is_writeable(): a third of the buffer is free. */
export function isWriteable(sk: Sock): boolean {
  const queued = queuedMemory(sk, Math.max(0, sk.writeSeq - sk.sndNxt));
  return sk.opt.sndbuf - queued >= queued >> 1;
}

/** tcp_sndbuf_expand(). */
export function expandSendBuffer(sk: Sock): void {
  if (sk.opt.sndbufLocked) return;
  const wish = 2 * Math.max(INIT_CWND, sk.sndCwnd, sk.reordering + 1) * PER_MSS;
  if (sk.opt.sndbuf < wish) sk.opt.sndbuf = Math.min(wish, sk.host.sysctls.tcpWmemMax);
}

/** tcp_check_space(): wakes a writer that ran out of space once a third is free. */
export function checkSpace(sk: Sock): void {
  if (!sk.noSpace) return;
  if (inFlight(sk) < sk.sndCwnd) expandSendBuffer(sk);
  if (isWriteable(sk)) {
    sk.noSpace = false;
    sk.wakeAll('OUT');
  }
}
