/** close() and shutdown(): FIN or RST, orphans, lingering (__tcp_close(), tcp_shutdown(), inet_csk_listen_stop()). */

import {
  CLOSE,
  CLOSE_WAIT,
  CLOSING,
  ESTABLISHED,
  FIN_WAIT1,
  FIN_WAIT2,
  LAST_ACK,
  LISTEN,
  SEND_SHUTDOWN,
  SHUTDOWN_MASK,
  SYN_RECV,
  SYN_SENT,
  TIMEWAIT_LEN,
} from './constants.js';
import { disconnect } from './disconnect.js';
import { destroy, done, timeWait, unhash } from './done.js';
import { sendActiveReset, sendFin } from './output.js';
import type { Sock } from './sock.js';
import { finTime, resetKeepaliveTimer } from './timers/keepalive.js';

/** tcp_close_state(): the next state after our FIN; true if a FIN is to be sent. */
function closeState(sk: Sock): boolean {
  switch (sk.state) {
    case ESTABLISHED:
    case SYN_RECV:
      sk.setState(FIN_WAIT1);
      return true;
    case CLOSE_WAIT:
      sk.setState(LAST_ACK);
      return true;
    case SYN_SENT:
      sk.setState(CLOSE);
      return false;
    default:
      return false;
  }
}

/** shutdown(): an errno, or ''. */
export function shutdown(sk: Sock, how: number): string {
  if (sk.state === CLOSE) {
    sk.shutdown |= how; // inet_shutdown() falls through: recv() gives 0 from now on
    sk.wakeAll();
    return 'ENOTCONN';
  }
  if (sk.state === LISTEN) {
    if (how & 1) {
      listenStop(sk);
      disconnect(sk);
    }
    return '';
  }
  if (sk.state === SYN_SENT) {
    disconnect(sk);
    sk.socketState = 'unconnected';
    sk.wakeAll();
    return '';
  }
  sk.shutdown |= how;
  if (how & SEND_SHUTDOWN) {
    const open = sk.state === ESTABLISHED || sk.state === CLOSE_WAIT; // in SYN_RECV the FIN waits until it is open
    if (open && closeState(sk)) sendFin(sk);
  }
  sk.wakeAll();
  return '';
}

/** inet_csk_listen_stop(): whoever waits in the queues is reset. */
function listenStop(listener: Sock): void {
  const host = listener.host;
  const all = host.listeners.get(listener.localPort)?.filter((l) => l !== listener) ?? [];
  if (all.length > 0) host.listeners.set(listener.localPort, all);
  else host.listeners.delete(listener.localPort);
  const children = listener.acceptQueue;
  listener.acceptQueue = [];
  for (const child of children) {
    child.parent = null;
    disconnect(child);
    child.dead = true;
    destroy(child);
  }
}

/** Unread data count; an unread FIN does not. */
function hasUnread(sk: Sock): boolean {
  for (let i = 0, p = sk.received.at(0); p !== undefined; p = sk.received.at(++i)) {
    if (p.endSeq - (p.fin ? 1 : 0) > sk.copiedSeq) return true;
  }
  return false;
}

/** True while our FIN is not acknowledged: close() with SO_LINGER waits for it (sk_stream_closing()). */
export function isClosing(sk: Sock): boolean {
  return sk.state === FIN_WAIT1 || sk.state === CLOSING || sk.state === LAST_ACK;
}

/** The first half of __tcp_close(): what the wire sees. */
export function closeStart(sk: Sock): void {
  sk.shutdown = SHUTDOWN_MASK;
  if (sk.state === LISTEN) {
    sk.setState(CLOSE);
    listenStop(sk);
    return;
  }
  const unread = hasUnread(sk);
  sk.received.clear();
  if (sk.state === CLOSE) return;
  if (unread) {
    sk.setState(CLOSE);
    sendActiveReset(sk);
  } else if (sk.opt.lingerOn && sk.opt.lingerTime === 0) {
    disconnect(sk);
  } else if (closeState(sk)) {
    sendFin(sk);
  }
}

/** The second half: the socket is an orphan from now on. */
export function closeFinish(sk: Sock): void {
  const host = sk.host;
  if (sk.dead) return;
  sk.dead = true;
  sk.socketState = 'unconnected';
  if (sk.state === CLOSE) {
    unhash(sk);
    destroy(sk);
    return;
  }
  host.orphans++;
  if (sk.state === FIN_WAIT2) {
    if (sk.opt.linger2 < 0) {
      sk.setState(CLOSE);
      sendActiveReset(sk);
      done(sk);
      return;
    }
    const tmo = finTime(sk);
    if (tmo > TIMEWAIT_LEN) {
      resetKeepaliveTimer(sk, tmo - TIMEWAIT_LEN);
    } else {
      timeWait(sk, FIN_WAIT2, tmo);
      return;
    }
  }
  if (host.orphans > host.sysctls.tcpMaxOrphans) {
    sk.setState(CLOSE);
    sendActiveReset(sk);
    done(sk);
  }
}
