/** The receive window and its memory (tcp_select_window(), __tcp_select_window(), tcp_grow_window()). */

import { ACK_NOMEM, MAX_WSCALE } from './constants.js';
import type { Sock } from './sock.js';

const WINDOW_SCALE_BITS = 8; // TCP_RMEM_TO_WIN_SCALE

/** Headers of a segment with timestamps, and the room that a driver leaves in front of them (NET_SKB_PAD). */
const IN_FRONT = 52 + 64;
/** SMP_CACHE_BYTES: what sizes are rounded up to. */
const CACHE_LINE = 64;
/** sizeof(struct skb_shared_info), which ends the buffer, and sizeof(struct sk_buff), both rounded up. */
const SHARED_INFO = 320;
const SK_BUFF = 256;
/** SKB_SMALL_HEAD_SIZE = SKB_HEAD_ALIGN(MAX_TCP_HEADER): such buffers have their own cache, larger ones are powers of two (kmalloc). */
const SMALL_HEAD = 576;
/** Largest buffer of a packet of the wire; what loopback hands over stands in pages, which are charged as they are. */
const LARGEST_HEAD = 2048;

/** Bytes of the buffer that a driver takes for `len` bytes of data (kmalloc_reserve()). */
function bufferFor(len: number): number {
  const size = Math.ceil((len + IN_FRONT) / CACHE_LINE) * CACHE_LINE + SHARED_INFO;
  if (size > LARGEST_HEAD) return size + CACHE_LINE * 2;
  return size <= SMALL_HEAD ? SMALL_HEAD : 2 ** Math.ceil(Math.log2(size));
}

/** Memory of one received packet (skb->truesize): SKB_TRUESIZE() of its buffer. */
export function truesize(len: number): number {
  return bufferFor(len) + SK_BUFF;
}

/** skb_tailroom(): bytes that may still be copied behind its data. */
export function tailroom(len: number): number {
  return Math.max(0, Math.min(bufferFor(len), LARGEST_HEAD) - SHARED_INFO - IN_FRONT - len);
}

/** tcp_win_from_space(). */
export function winFromSpace(sk: Sock, space: number): number {
  return Math.trunc((space * sk.scalingRatio) / 2 ** WINDOW_SCALE_BITS);
}

/** tcp_space_from_win(). */
function spaceFromWin(sk: Sock, win: number): number {
  return Math.trunc((win * 2 ** WINDOW_SCALE_BITS) / sk.scalingRatio);
}

/** tcp_space(). */
function freeSpace(sk: Sock): number {
  return winFromSpace(sk, sk.opt.rcvbuf - sk.received.memory);
}

/** tcp_full_space(). */
export function fullSpace(sk: Sock): number {
  return winFromSpace(sk, sk.opt.rcvbuf);
}

/** tcp_receive_window(): what is left of the window that was offered. */
export function receiveWindow(sk: Sock): number {
  return Math.max(0, sk.rcvWup + sk.rcvWnd - sk.rcvNxt);
}

function roundUp(n: number, step: number): number {
  return Math.ceil(n / step) * step;
}

function roundDown(n: number, step: number): number {
  return Math.floor(n / step) * step;
}

/** __tcp_select_window(): the window that the free memory would allow. */
export function wantedWindow(sk: Sock): number {
  let mss = sk.rcvMss;
  let free = freeSpace(sk);
  const allowed = fullSpace(sk);
  const full = Math.min(sk.windowClamp, allowed);
  if (mss > full) {
    mss = full;
    if (mss <= 0) return 0;
  }
  const unit = 2 ** sk.rcvWscale;
  if (free < full / 2) {
    sk.quick = 0;
    free = roundDown(Math.max(free, 0), unit);
    if (free < allowed >> 4 || free < mss) return 0;
  }
  if (free > sk.rcvSsthresh) free = sk.rcvSsthresh;
  if (sk.rcvWscale > 0) return roundUp(free, unit);
  const window = sk.rcvWnd;
  if (window <= free - mss || window > free) return roundDown(free, mss);
  if (mss === full && free > window + (full >> 1)) return free;
  return window;
}

/** tcp_select_window(): the window that the next segment offers, in bytes; the right edge never goes back. */
export function selectWindow(sk: Sock): number {
  if (sk.ackPending & ACK_NOMEM) {
    sk.rcvWnd = 0;
    sk.rcvWup = sk.rcvNxt;
    return 0;
  }
  const current = receiveWindow(sk);
  const unit = 2 ** sk.rcvWscale;
  let window = wantedWindow(sk);
  if (window < current) window = roundUp(current, unit);
  sk.rcvWnd = window;
  sk.rcvWup = sk.rcvNxt;
  return Math.min(window, 65535 * unit);
}

export interface InitialWindow {
  window: number;
  wscale: number;
  clamp: number;
}

/** tcp_select_initial_window(): half of the buffer in whole segments; the scale fits the largest buffer that may come. */
export function initialWindow(space: number, mss: number, clampWish: number, wscaleOk: boolean, rmemMax: number): InitialWindow {
  const clamp = clampWish === 0 ? 65535 * 2 ** MAX_WSCALE : clampWish;
  let window = Math.min(clamp, Math.max(0, space));
  if (window > mss) window = roundDown(window, mss);
  let wscale = 0;
  if (wscaleOk) {
    const most = Math.min(Math.max(window, rmemMax), clamp);
    wscale = Math.min(MAX_WSCALE, Math.max(0, Math.floor(Math.log2(most)) - 15));
  }
  return { window, wscale, clamp: Math.min(65535 * 2 ** wscale, clamp) };
}

/** tcp_grow_window(): the more good segments come, the more window is offered. */
export function growWindow(sk: Sock, len: number, memory: number): void {
  const room = Math.min(sk.windowClamp, freeSpace(sk)) - sk.rcvSsthresh;
  if (room <= 0) return;
  let step = 0;
  if (winFromSpace(sk, memory) <= len) step = 2 * sk.advmss;
  else step = growSlowly(sk, len, memory);
  if (step > 0) {
    sk.rcvSsthresh += Math.min(room, Math.max(step, 2 * len));
    sk.quick |= 1;
  }
}

/** __tcp_grow_window(). */
function growSlowly(sk: Sock, len: number, memory: number): number {
  let truesize = winFromSpace(sk, memory) >> 1;
  let window = winFromSpace(sk, sk.host.sysctls.tcpRmemMax) >> 1;
  while (sk.rcvSsthresh <= window) {
    if (truesize <= len) return 2 * sk.rcvMss;
    truesize >>= 1;
    window >>= 1;
  }
  return 0;
}

/** tcp_init_buffer_space(), the receiver's part. */
export function initReceiveSpace(sk: Sock): void {
  sk.rcvqTime = sk.host.clock.now;
  sk.rcvqSeq = sk.copiedSeq;
  const full = fullSpace(sk);
  if (sk.windowClamp >= full) sk.windowClamp = full; // tcp_app_win = 31 leaves all of it to the network
  if (sk.windowClamp > 2 * sk.advmss && sk.windowClamp + sk.advmss > full) sk.windowClamp = Math.max(2 * sk.advmss, full - sk.advmss);
  sk.rcvSsthresh = Math.min(sk.rcvSsthresh, sk.windowClamp);
  sk.rcvqSpace = Math.min(sk.rcvSsthresh, sk.rcvWnd, 10 * sk.advmss);
}

/** tcp_rcv_space_adjust(): autotuning of the buffer to what the application reads in a round trip. */
export function adjustReceiveSpace(sk: Sock): void {
  const now = sk.host.clock.now;
  if (sk.rcvRttUs === 0 || now - sk.rcvqTime < sk.rcvRttUs >> 3) return;
  const copied = sk.copiedSeq - sk.rcvqSeq - (sk.rcvNxt - sk.copiedSeq);
  if (copied > sk.rcvqSpace) {
    if (sk.host.sysctls.tcpModerateRcvbuf && !sk.opt.rcvbufLocked) {
      let window = 2 * copied + 16 * sk.advmss;
      window += 2 * Math.floor((window * (copied - sk.rcvqSpace)) / sk.rcvqSpace);
      const rcvbuf = Math.min(spaceFromWin(sk, window), sk.host.sysctls.tcpRmemMax);
      if (rcvbuf > sk.opt.rcvbuf) {
        sk.opt.rcvbuf = rcvbuf;
        sk.windowClamp = winFromSpace(sk, rcvbuf);
      }
    }
    sk.rcvqSpace = copied;
  }
  sk.rcvqSeq = sk.copiedSeq;
  sk.rcvqTime = now;
}
