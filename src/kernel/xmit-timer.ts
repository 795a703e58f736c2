/** Arming the retransmission timer, which stands for RTO, loss probe, reordering or window probe (inet_csk_reset_xmit_timer()). */

import type { TimerLabel } from './clock.js';
import {
  CA_CWR,
  CA_OPEN,
  RTO_MIN,
  TIMEOUT_INIT,
  TIMEOUT_MIN_US,
  TIME_LOSS_PROBE,
  TIME_PROBE0,
  TIME_REO,
  TIME_RETRANS,
} from './constants.js';
import { rtoMax, rtoMinUs } from './rtt.js';
import type { Sock } from './sock.js';

const LABELS: Readonly<Record<number, TimerLabel>> = {
  [TIME_RETRANS]: 'RTO',
  [TIME_PROBE0]: 'persist',
  [TIME_LOSS_PROBE]: 'TLP',
  [TIME_REO]: 'reordering',
};

/** Arms the timer for `what` in `when` jiffies, at most RTO_MAX. */
export function resetXmitTimer(sk: Sock, what: number, when: number): void {
  sk.pending = what;
  sk.timeout = sk.host.clock.jiffies + Math.min(when, rtoMax(sk));
  sk.writeTimer.label = LABELS[what] as TimerLabel;
  sk.writeTimer.mod(sk.timeout);
}

/** inet_csk_clear_xmit_timer(). */
export function clearXmitTimer(sk: Sock): void {
  sk.pending = 0;
  sk.writeTimer.disarm();
}

/** tcp_rto_delta_us(): microseconds until the RTO of the oldest segment. */
function rtoDeltaUs(sk: Sock): number {
  const clock = sk.host.clock;
  const head = sk.rtx.head();
  return (head === undefined ? clock.now : head.sentAt) + sk.rto * clock.tick - clock.now;
}

/** tcp_rearm_rto(). */
export function rearmRto(sk: Sock): void {
  if (sk.packetsOut === 0) {
    clearXmitTimer(sk);
    return;
  }
  let rto = sk.rto;
  if (sk.pending === TIME_REO || sk.pending === TIME_LOSS_PROBE) rto = sk.host.clock.toJiffies(Math.max(rtoDeltaUs(sk), 1));
  resetXmitTimer(sk, TIME_RETRANS, rto);
}

/** tcp_schedule_loss_probe(). False: no probe now, the RTO has to do. */
export function scheduleLossProbe(sk: Sock, advancing: boolean): boolean {
  const mode = sk.host.sysctls.tcpEarlyRetrans;
  if ((mode !== 3 && mode !== 4) || sk.packetsOut === 0 || !sk.sackOk || (sk.caState !== CA_OPEN && sk.caState !== CA_CWR)) return false;
  const clock = sk.host.clock;
  let timeout = clock.toJiffies(TIMEOUT_INIT);
  if (sk.srttUs > 0) timeout = clock.toJiffies((sk.srttUs >> 2) + (sk.packetsOut === 1 ? rtoMinUs(sk) : TIMEOUT_MIN_US));
  const left = advancing ? sk.rto * clock.tick : rtoDeltaUs(sk);
  if (left > 0) timeout = Math.min(timeout, clock.toJiffies(left));
  resetXmitTimer(sk, TIME_LOSS_PROBE, timeout);
  return true;
}

/** tcp_set_xmit_timer(). */
export function setXmitTimer(sk: Sock): void {
  if (!scheduleLossProbe(sk, true)) rearmRto(sk);
}

/** inet_csk_rto_backoff(), in jiffies. */
export function backedOffRto(sk: Sock): number {
  return Math.min(sk.rto * 2 ** sk.backoff, rtoMax(sk));
}

/** tcp_probe0_base(). */
function probe0Base(sk: Sock): number {
  return Math.max(sk.rto, sk.host.clock.toJiffies(RTO_MIN));
}

/** tcp_probe0_when(): the backoff of probes is bounded so that it ends at RTO_MAX whatever the RTO. */
export function probe0When(sk: Sock): number {
  const most = Math.max(0, Math.floor(Math.log2(rtoMax(sk) / sk.host.clock.toJiffies(RTO_MIN))) + 1);
  return Math.min(probe0Base(sk) * 2 ** Math.min(sk.backoff, most), rtoMax(sk));
}

/** tcp_clamp_probe0_to_user_timeout(), jiffies. */
export function clampProbe0(sk: Sock, when: number): number {
  const clock = sk.host.clock;
  if (sk.opt.userTimeout === 0 || sk.probesTstamp === 0) return when;
  const elapsed = Math.max(0, clock.jiffies - sk.probesTstamp);
  return Math.min(Math.max(clock.toJiffies(sk.opt.userTimeout) - elapsed, clock.toJiffies(TIMEOUT_MIN_US)), when);
}

/** tcp_check_probe_timer(): data waits, nothing flies, no timer runs. */
export function checkProbeTimer(sk: Sock): void {
  if (sk.packetsOut === 0 && sk.pending === 0) resetXmitTimer(sk, TIME_PROBE0, probe0Base(sk));
}
