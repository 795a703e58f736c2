/** How a socket ends: tcp_done(), tcp_reset(), errors, and the step into TIME_WAIT (tcp_input.c, tcp_minisocks.c). */

import type { FIN_WAIT2 } from './constants.js';
import { CLOSE, CLOSE_WAIT, SHUTDOWN_MASK, SYN_SENT, TIMEWAIT_LEN, TIME_WAIT } from './constants.js';
import { releasePort } from './ports.js';
import { TimeWaitSock } from './sock.js';
import type { Sock } from './sock.js';
import { receiveWindow } from './window.js';

/** tcp_clear_xmit_timers(). */
export function clearTimers(sk: Sock): void {
  sk.pending = 0;
  sk.ackPending = 0;
  sk.writeTimer.stop();
  sk.delackTimer.stop();
  sk.keepaliveTimer.stop();
  sk.stopCompressedAck();
}

/** tcp_write_queue_purge(). */
export function purgeWriteQueue(sk: Sock): void {
  sk.rtx.clear();
  sk.packetsOut = 0;
  sk.sackedOut = 0;
  sk.lostOut = 0;
  sk.retransOut = 0;
  sk.retransmitHint = -1;
  sk.writeSeq = sk.sndNxt;
  sk.finQueued = false;
  sk.backoff = 0;
}

/** Takes the socket out of the tables; its port is free unless a descriptor still holds it bound. */
export function unhash(sk: Sock): void {
  if (sk.hashed) {
    sk.hashed = false;
    sk.host.unhash(sk);
  }
}

/** inet_csk_destroy_sock(): nothing refers to it any more. */
export function destroy(sk: Sock): void {
  clearTimers(sk);
  sk.received.clear();
  sk.rtx.clear();
  releasePort(sk);
}

/** tcp_done(): the connection is over. The descriptor, if any, stays. */
export function done(sk: Sock): void {
  clearTimers(sk);
  if (sk.state !== CLOSE) sk.setState(CLOSE);
  unhash(sk);
  if (!sk.portLocked) releasePort(sk);
  sk.shutdown = SHUTDOWN_MASK;
  if (sk.dead) {
    sk.host.orphans--;
    destroy(sk);
  } else {
    sk.wakeAll();
  }
}

/** tcp_done_with_error(). */
export function doneWithError(sk: Sock, err: string): void {
  sk.err = err;
  purgeWriteQueue(sk);
  done(sk);
}

/** tcp_write_err(): what an ICMP said before, else ETIMEDOUT. */
export function writeError(sk: Sock): void {
  doneWithError(sk, sk.errSoft !== '' ? sk.errSoft : 'ETIMEDOUT');
}

/** tcp_reset(): a valid RST came. */
export function reset(sk: Sock): void {
  doneWithError(sk, sk.state === SYN_SENT ? 'ECONNREFUSED' : sk.state === CLOSE_WAIT ? 'EPIPE' : 'ECONNRESET');
}

/** A new connection takes the place of a mini-socket (inet_twsk_deschedule_put()). */
export function removeTimeWait(tw: TimeWaitSock): void {
  tw.timer.stop();
  tw.host.unhash(tw);
  tw.host.timeWaits--;
  releasePort(tw);
}

/** The timer of a mini-socket ran out (tw_timer_handler()), or a RST ended it. */
export function timeWaitGone(tw: TimeWaitSock): void {
  removeTimeWait(tw);
  tw.host.recorder.state(tw.host.name, tw, 'GONE');
}

/** tcp_time_wait(): a mini-socket takes the place of the socket for `timeo` microseconds. */
export function timeWait(sk: Sock, state: typeof TIME_WAIT | typeof FIN_WAIT2, timeo: number): void {
  const host = sk.host;
  const full = host.timeWaits >= host.sysctls.tcpMaxTwBuckets;
  if (full) {
    done(sk);
    return;
  }
  const tw = new TimeWaitSock(
    host,
    sk.localPort,
    sk.remotePort,
    sk.remote,
    sk.loopback,
    state,
    { reuseAddr: sk.opt.reuseAddr, reusePort: sk.opt.reusePort },
    sk.portLocked,
    timeWaitGone,
  );
  tw.rcvNxt = sk.rcvNxt;
  tw.sndNxt = sk.sndNxt;
  tw.rcvWnd = receiveWindow(sk);
  tw.rcvWscale = sk.rcvWscale;
  tw.tsRecent = sk.tsRecent;
  tw.tsRecentStamp = sk.tsRecentStamp;
  tw.tsOffset = sk.tsOffset;
  const rto = Math.ceil(3.5 * sk.rto) * host.clock.tick;
  host.timeWaits++;
  if (state !== sk.shown) host.recorder.state(host.name, sk, 'TIME_WAIT');
  // the mini-socket shows this state from now on; the socket below ends without a row
  sk.shown = CLOSE;
  unhash(sk);
  handOverPort(sk, tw);
  host.hash(tw);
  tw.timer.label = state === TIME_WAIT ? 'TIME_WAIT' : 'FIN_WAIT_2';
  tw.timer.modIn(state === TIME_WAIT ? TIMEWAIT_LEN : Math.max(timeo, rto));
  done(sk);
}

function handOverPort(sk: Sock, tw: TimeWaitSock): void {
  const bucket = sk.host.bound.get(sk.localPort);
  if (bucket === undefined || !sk.inBind) {
    tw.inBind = false;
    return;
  }
  bucket.owners.add(tw);
}
