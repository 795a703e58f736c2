/** The send buffer: what a send() may queue, and when a blocked one goes on (net/core/stream.c, tcp_check_space()). */

import { INIT_CWND } from './constants.js';
import { inFlight } from './congestion.js';
import type { Sock } from './sock.js';

/** Memory of a byte in the send queue: buffers of 1448 bytes cost about 2728 (tried on 6.18: 46336 bytes fill 87040). */
const COST = 2728 / 1448;
/** One segment in tcp_sndbuf_expand(): 1460 + headers, rounded up to a power of two, and the sk_buff. */
const PER_MSS = 4352;

/** sk_wmem_queued. */
export function queuedMemory(sk: Sock): number {
  return (sk.writeSeq - sk.sndUna) * COST;
}

/** Bytes that one more send() may queue now; 0: it has to wait (sk_stream_memory_free()). */
export function sendSpace(sk: Sock): number {
  return Math.max(0, Math.ceil((sk.opt.sndbuf - queuedMemory(sk)) / 2728)) * sk.mss;
}

/** __sk_stream_is_writeable(): a third of the buffer is free. */
export function isWriteable(sk: Sock): boolean {
  const queued = queuedMemory(sk);
  return sk.opt.sndbuf - queued >= queued / 2;
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
    sk.wakeAll();
  }
}
