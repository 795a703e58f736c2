/** The retransmission timer: tcp_write_timer_handler(), tcp_retransmit_timer(), tcp_write_timeout() (tcp_timer.c). */

import {
  CLOSE,
  ESTABLISHED,
  LISTEN,
  RTO_MIN,
  SYN_RECV,
  SYN_SENT,
  THIN_LINEAR_RETRIES,
  TIMEOUT_INIT,
  TIME_LOSS_PROBE,
  TIME_PROBE0,
  TIME_REO,
  TIME_RETRANS,
} from '../constants.js';
import { writeError } from '../done.js';
import { retransmit, sendLossProbe } from '../output.js';
import { enterLoss, reorderingTimeout } from '../recovery.js';
import { computedRto, rtoMax } from '../rtt.js';
import type { SentSegment } from '../segment.js';
import type { Sock } from '../sock.js';
import { clearXmitTimer, resetXmitTimer } from '../xmit-timer.js';
import { orphanRetries, tooManyOrphans } from './orphan.js';
import { probeTimer } from './persist.js';

/** tcp_write_timer_handler(): the one timer of the sender, whatever it stands for. */
export function writeTimer(sk: Sock): void {
  if (sk.state === CLOSE || sk.state === LISTEN || sk.pending === 0) return;
  if (sk.timeout > sk.host.clock.jiffies) {
    sk.writeTimer.mod(sk.timeout);
    return;
  }
  const what = sk.pending;
  if (what === TIME_REO) {
    reorderingTimeout(sk);
  } else if (what === TIME_LOSS_PROBE) {
    sendLossProbe(sk);
  } else {
    clearXmitTimer(sk);
    if (what === TIME_RETRANS) retransmitTimer(sk);
    else if (what === TIME_PROBE0) probeTimer(sk);
  }
}

/** tcp_model_timeout(): how long `boundary` doublings from `base` take, milliseconds. */
function modelTimeout(boundary: number, baseUs: number, rtoMaxUs: number): number {
  const threshold = Math.floor(Math.log2(rtoMaxUs / baseUs));
  const us =
    boundary <= threshold ? (2 ** (boundary + 1) - 1) * baseUs : (2 ** (threshold + 1) - 1) * baseUs + (boundary - threshold) * rtoMaxUs;
  return us / 1000;
}

/** retransmits_timed_out(): counted from the first retransmission, with the constant RTO_MIN; `timeoutMs` replaces the computed limit. */
function retransmitsTimedOut(sk: Sock, boundary: number, timeoutMs: number): boolean {
  if (sk.retransmits === 0) return false;
  let limit = timeoutMs;
  if (limit === 0) {
    const connecting = sk.state === SYN_SENT || sk.state === SYN_RECV;
    limit = modelTimeout(boundary, connecting ? TIMEOUT_INIT : RTO_MIN, rtoMax(sk) * sk.host.clock.tick);
  }
  return sk.host.ms - sk.retransStamp >= limit;
}

/** tcp_write_timeout(): true if the socket has been given up. */
function writeTimeout(sk: Sock): boolean {
  const sysctls = sk.host.sysctls;
  let until: number;
  let expired = false;
  if (sk.state === SYN_SENT || sk.state === SYN_RECV) {
    until = sk.opt.synRetries > 0 ? sk.opt.synRetries : sysctls.tcpSynRetries;
    expired = sk.retransmits >= until + (sk.state === SYN_SENT ? sysctls.tcpSynLinearTimeouts : 0);
  } else {
    until = sysctls.tcpRetries2;
    if (sk.dead) {
      const alive = sk.rto < rtoMax(sk);
      until = orphanRetries(sk, alive);
      if (tooManyOrphans(sk, alive || !retransmitsTimedOut(sk, until, 0))) return true;
    }
  }
  if (!expired) expired = retransmitsTimedOut(sk, until, sk.opt.userTimeout / 1000);
  if (expired) writeError(sk);
  return expired;
}

/** tcp_rtx_probe0_timed_out(): the peer shrank its window to zero over data in flight. */
function probe0TimedOut(sk: Sock, head: SentSegment): boolean {
  const clock = sk.host.clock;
  const started = sk.retransStamp > 0 ? sk.retransStamp : Math.floor(head.sentAt / 1000) + (sk.host.ms - Math.floor(clock.now / 1000));
  const elapsedMs = sk.host.ms - started;
  let limit = 2 * rtoMax(sk);
  if (sk.opt.userTimeout > 0) {
    if (elapsedMs > sk.opt.userTimeout / 1000) return true;
    limit = Math.min(limit, clock.toJiffies(sk.opt.userTimeout));
  }
  if (sk.timeout - sk.rcvTstamp <= limit) return false;
  return clock.toJiffies(elapsedMs * 1000) > limit;
}

/** tcp_clamp_rto_to_user_timeout(), jiffies. */
function clampedRto(sk: Sock): number {
  if (sk.opt.userTimeout === 0) return sk.rto;
  const remaining = sk.opt.userTimeout / 1000 - (sk.host.ms - sk.retransStamp);
  if (remaining <= 0) return 1;
  return Math.min(sk.rto, sk.host.clock.toJiffies(remaining * 1000));
}

/** tcp_stream_is_thin(). */
function isThin(sk: Sock): boolean {
  return sk.packetsOut < 4 && sk.sndSsthresh < 0x7fffffff;
}

/** tcp_retransmit_timer(). */
export function retransmitTimer(sk: Sock): void {
  const head = sk.rtx.head();
  if (sk.packetsOut === 0 || head === undefined) return;
  const connecting = sk.state === SYN_SENT || sk.state === SYN_RECV;
  if (sk.sndWnd === 0 && !sk.dead && !connecting) {
    if (probe0TimedOut(sk, head)) {
      writeError(sk);
      return;
    }
    enterLoss(sk);
    retransmit(sk, head);
  } else {
    if (writeTimeout(sk)) return;
    enterLoss(sk);
    sk.retransmits++;
    sk.totalRto++;
    retransmit(sk, head);
  }
  const thin = sk.opt.thinLinear || sk.host.sysctls.tcpThinLinearTimeouts > 0;
  if (sk.state === ESTABLISHED && thin && isThin(sk) && sk.retransmits <= THIN_LINEAR_RETRIES) {
    sk.backoff = 0;
    sk.rto = Math.min(Math.max(computedRto(sk), sk.host.clock.toJiffies(sk.host.sysctls.tcpRtoMinUs)), rtoMax(sk));
  } else if (sk.state !== SYN_SENT || sk.totalRto > sk.host.sysctls.tcpSynLinearTimeouts) {
    sk.backoff++;
    sk.rto = Math.min(sk.rto * 2, rtoMax(sk));
  }
  resetXmitTimer(sk, TIME_RETRANS, clampedRto(sk));
}
