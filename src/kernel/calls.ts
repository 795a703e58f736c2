/** The socket system calls: each is tried, and either returns or has to wait (net/ipv4/tcp.c, af_inet.c). */

import { inPingpong } from './ack-out.js';
import {
  ACK_PUSHED,
  ACK_PUSHED2,
  CLOSE,
  CLOSE_WAIT,
  ESTABLISHED,
  LISTEN,
  NAGLE_OFF,
  NAGLE_PUSH,
  RCV_SHUTDOWN,
  SEND_SHUTDOWN,
  SHUTDOWN_MASK,
  SYN_RECV,
  SYN_SENT,
} from './constants.js';
import type { Route } from './connect.js';
import { startConnect } from './connect.js';
import { disconnect } from './disconnect.js';
import { pushHeldBack, queueAndPush } from './output.js';
import { listenConflict } from './ports.js';
import type { Sock } from './sock.js';
import { isWriteable } from './space.js';
import { ackScheduled, sendAck } from './transmit.js';
import { adjustReceiveSpace, receiveWindow, wantedWindow } from './window.js';

/** A call's outcome: a number, an errno, or null: it waits. */
export type Outcome = number | string | null;

/** sock_error(): an error is told once. */
export function takeError(sk: Sock): string {
  const err = sk.err;
  sk.err = '';
  return err;
}

/** listen(). */
export function listen(sk: Sock, backlog: number): Outcome {
  if (sk.socketState !== 'unconnected' || (sk.state !== CLOSE && sk.state !== LISTEN)) return 'EINVAL';
  const somaxconn = sk.host.sysctls.somaxconn;
  const most = backlog < 0 ? somaxconn : Math.min(backlog, somaxconn);
  sk.maxAckBacklog = most;
  if (sk.state === LISTEN) return 0;
  if (listenConflict(sk)) return 'EADDRINUSE';
  const all = sk.host.listeners.get(sk.localPort) ?? [];
  sk.host.listeners.set(sk.localPort, [...all, sk]);
  sk.acceptQueue = [];
  sk.setState(LISTEN);
  return 0;
}

/** accept(): the connection, or an errno, or null. */
export function accept(listener: Sock): Sock | string | null {
  if (listener.state !== LISTEN) return 'EINVAL';
  const child = listener.acceptQueue.shift();
  if (child === undefined) return null;
  child.parent = null;
  child.socketState = 'connected';
  return child;
}

/** connect(), also called again on a socket that is connecting. `first` is false when a blocked call is tried again. */
export function connect(sk: Sock, remote: string, port: number, route: Route, first: boolean, nonblock: boolean): Outcome {
  if (first && sk.socketState === 'connected') return 'EISCONN';
  if (sk.socketState === 'unconnected') {
    if (sk.state !== CLOSE) return 'EISCONN';
    const err = startConnect(sk, remote, port, route);
    if (err !== '') return err;
    sk.socketState = 'connecting';
    if (nonblock && (sk.state as number) === SYN_SENT) return 'EINPROGRESS';
  } else if (first && nonblock && (sk.state === SYN_SENT || sk.state === SYN_RECV)) {
    return 'EALREADY';
  }
  if (sk.state === SYN_SENT || sk.state === SYN_RECV) return null;
  if (sk.state === CLOSE) {
    const err = takeError(sk) || 'ECONNABORTED';
    sk.socketState = 'unconnected';
    disconnect(sk);
    return err;
  }
  sk.socketState = 'connected';
  return 0;
}

/** One round of send(): how many of `bytes` could be queued, or an errno; null: nothing, the caller waits. */
export function send(sk: Sock, bytes: number): Outcome {
  if (sk.state === SYN_SENT || sk.state === SYN_RECV) return null; // sk_stream_wait_connect()
  if (sk.state !== ESTABLISHED && sk.state !== CLOSE_WAIT) return takeError(sk) || 'EPIPE';
  if (sk.err !== '') return takeError(sk);
  const queued = queueAndPush(sk, bytes);
  if (queued < bytes) sk.noSpace = true;
  return queued > 0 || bytes === 0 ? queued : null;
}

/** Bytes that recv() can give now. */
function readable(sk: Sock): number {
  return sk.rcvNxt - sk.copiedSeq - (sk.done && finQueued(sk) ? 1 : 0);
}

/** The FIN still stands behind the data (it takes one number). */
function finQueued(sk: Sock): boolean {
  return sk.copiedSeq < sk.rcvNxt;
}

/** recv(): `target` bytes at least (SO_RCVLOWAT, MSG_WAITALL), `copied` so far. */
export function recv(sk: Sock, bytes: number, peek: boolean): Outcome {
  if (sk.state === LISTEN) return 'ENOTCONN';
  const available = Math.min(readable(sk), bytes);
  if (available > 0) {
    if (!peek) {
      copyOut(sk, available);
      cleanupReceived(sk, available);
    }
    return available;
  }
  if (sk.done) {
    if (!peek) eatFin(sk);
    return 0;
  }
  if (sk.err !== '') return takeError(sk);
  if (sk.shutdown & RCV_SHUTDOWN) return 0;
  if (sk.state === CLOSE) return 'ENOTCONN';
  return null;
}

/** What was read leaves the queue, packet by packet. */
function copyOut(sk: Sock, bytes: number): void {
  sk.copiedSeq += bytes;
  for (let p = sk.received.head(); p !== undefined && p.endSeq - (p.fin ? 1 : 0) <= sk.copiedSeq; p = sk.received.head()) {
    if (p.fin) break;
    sk.received.shift();
  }
  adjustReceiveSpace(sk);
}

/** found_fin_ok in tcp_recvmsg_locked(): the end of the stream has been read. */
function eatFin(sk: Sock): void {
  const p = sk.received.head();
  if (p !== undefined && p.fin && p.endSeq - 1 <= sk.copiedSeq) {
    sk.copiedSeq = p.endSeq;
    sk.received.shift();
  }
}

/** __tcp_cleanup_rbuf(): reading may send an ACK, because data wait for one or the window has opened. */
function cleanupReceived(sk: Sock, copied: number): void {
  let due = false;
  if (ackScheduled(sk)) {
    const pushed = (sk.ackPending & ACK_PUSHED2) !== 0 || ((sk.ackPending & ACK_PUSHED) !== 0 && !inPingpong(sk));
    due = sk.rcvNxt - sk.rcvWup > sk.rcvMss || (copied > 0 && pushed && sk.received.memory === 0);
  }
  if (!due && copied > 0 && !(sk.shutdown & RCV_SHUTDOWN)) {
    const now = receiveWindow(sk);
    if (2 * now <= sk.windowClamp) {
      const window = wantedWindow(sk);
      due = window > 0 && window >= 2 * now;
    }
  }
  if (due) sendAck(sk);
}

/** tcp_poll(): the events that are true now, in the order of their names. */
export function poll(sk: Sock, wanted: readonly string[]): string[] {
  const on = new Set<string>();
  if (sk.state === LISTEN) {
    if (sk.acceptQueue.length > 0) on.add('IN');
  } else {
    if (sk.shutdown === SHUTDOWN_MASK || sk.state === CLOSE) on.add('HUP');
    if (sk.shutdown & RCV_SHUTDOWN) on.add('IN').add('RDHUP');
    if (sk.state !== SYN_SENT && sk.state !== SYN_RECV) {
      if (readable(sk) >= sk.opt.rcvLowat) on.add('IN');
      if (sk.shutdown & SEND_SHUTDOWN || isWriteable(sk)) on.add('OUT');
      else sk.noSpace = true;
    }
    if (sk.err !== '') on.add('ERR');
  }
  return ['IN', 'OUT', 'ERR', 'HUP', 'RDHUP'].filter((e) => on.has(e) && (wanted.includes(e) || e === 'ERR' || e === 'HUP'));
}

/** TCP_CORK was taken off or TCP_NODELAY set: what waited may go; TCP_NODELAY pushes even what a cork holds (__tcp_sock_set_nodelay()). */
export function nagleChanged(sk: Sock): void {
  if (sk.state === CLOSE || sk.state === LISTEN || sk.state === SYN_SENT) return;
  pushHeldBack(sk, sk.opt.nonagle | (sk.opt.nonagle & NAGLE_OFF ? NAGLE_PUSH : 0));
}

/** TCP_QUICKACK sends an ACK that was put off; true if there was one. */
export function quickAckNow(sk: Sock): boolean {
  if ((sk.state !== ESTABLISHED && sk.state !== CLOSE_WAIT) || !ackScheduled(sk)) return false;
  sk.ackPending |= ACK_PUSHED;
  cleanupReceived(sk, 1);
  return true;
}

/** True where a blocked send() that has queued a part returns it: an error or a shutdown came. */
export function sendIsOver(sk: Sock): boolean {
  return sk.err !== '' || (sk.shutdown & SEND_SHUTDOWN) !== 0 || (sk.state !== ESTABLISHED && sk.state !== CLOSE_WAIT);
}

/** True where a recv() that has a part of what it wants returns it. */
export function recvIsOver(sk: Sock): boolean {
  return readable(sk) <= 0 && (sk.done || sk.err !== '' || sk.state === CLOSE || (sk.shutdown & RCV_SHUTDOWN) !== 0);
}
