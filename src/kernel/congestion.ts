/** Congestion window: slow start, cubic (tcp_cubic.c), restart after idle, proportional rate reduction. */

import { CA_CWR, CA_LOSS, CA_OPEN, CA_RECOVERY, INFINITE_SSTHRESH, INIT_CWND } from './constants.js';
import type { Sock } from './sock.js';

const BETA = 717;
const BETA_SCALE = 1024;
/** bic_scale 41 as the constant C of the cubic function: cwnd = C * t^3, t in seconds, C = 0.4. */
const CUBIC_C = 0.4;

/** tcp_packets_in_flight(). */
export function inFlight(sk: Sock): number {
  return sk.packetsOut - sk.sackedOut - sk.lostOut + sk.retransOut;
}

export function inCwndReduction(sk: Sock): boolean {
  return sk.caState === CA_CWR || sk.caState === CA_RECOVERY;
}

/** tcp_current_ssthresh(). */
export function currentSsthresh(sk: Sock): number {
  if (inCwndReduction(sk)) return sk.sndSsthresh;
  return Math.max(sk.sndSsthresh, (sk.sndCwnd >> 1) + (sk.sndCwnd >> 2));
}

/** cubictcp_recalc_ssthresh(). */
export function cubicSsthresh(sk: Sock): number {
  sk.cubicEpoch = 0;
  if (sk.sndCwnd < sk.cubicLastMax) sk.cubicLastMax = Math.floor((sk.sndCwnd * (BETA_SCALE + BETA)) / (2 * BETA_SCALE));
  else sk.cubicLastMax = sk.sndCwnd;
  return Math.max(Math.floor((sk.sndCwnd * BETA) / BETA_SCALE), 2);
}

/** bictcp_reset() on entering Loss. */
function cubicReset(sk: Sock): void {
  sk.cubicLastMax = 0;
  sk.cubicEpoch = 0;
  sk.cubicCnt = 0;
  sk.cubicAckCnt = 0;
  sk.cubicTcpCwnd = 0;
}

/** bictcp_update(): ACKs per increment. */
function cubicUpdate(sk: Sock, acked: number): number {
  const now = sk.host.clock.now / 1e6;
  sk.cubicAckCnt += acked;
  if (sk.cubicEpoch === 0) {
    sk.cubicEpoch = now;
    sk.cubicAckCnt = acked;
    sk.cubicTcpCwnd = sk.sndCwnd;
    if (sk.cubicLastMax <= sk.sndCwnd) {
      sk.cubicK = 0;
      sk.cubicOrigin = sk.sndCwnd;
    } else {
      sk.cubicK = Math.cbrt((sk.cubicLastMax - sk.sndCwnd) / CUBIC_C);
      sk.cubicOrigin = sk.cubicLastMax;
    }
  }
  const t = now - sk.cubicEpoch + (Number.isFinite(sk.minRtt) ? sk.minRtt / 1e6 : 0) - sk.cubicK;
  const target = sk.cubicOrigin + CUBIC_C * t * t * t;
  let count = target > sk.sndCwnd ? sk.sndCwnd / (target - sk.sndCwnd) : 100 * sk.sndCwnd;
  if (sk.cubicLastMax === 0 && count > 20) count = 20;
  // friendliness to Reno: (8 * (1024 + 717) / 3) / (1024 - 717) = 15.1 eighths
  const delta = Math.floor((sk.sndCwnd * 15) / 8);
  while (sk.cubicAckCnt > delta) {
    sk.cubicAckCnt -= delta;
    sk.cubicTcpCwnd++;
  }
  if (sk.cubicTcpCwnd > sk.sndCwnd) count = Math.min(count, sk.sndCwnd / (sk.cubicTcpCwnd - sk.sndCwnd));
  return Math.max(count, 2);
}

/** tcp_is_cwnd_limited(). */
function isCwndLimited(sk: Sock): boolean {
  if (sk.isCwndLimited) return true;
  return sk.sndCwnd < sk.sndSsthresh ? sk.sndCwnd < 2 * sk.maxPacketsOut : false;
}

/** cubictcp_cong_avoid(). */
export function congAvoid(sk: Sock, acked: number): void {
  sk.sndCwndStamp = sk.host.clock.jiffies;
  if (!isCwndLimited(sk)) return;
  let left = acked;
  if (sk.sndCwnd < sk.sndSsthresh) {
    const cwnd = Math.min(sk.sndCwnd + left, sk.sndSsthresh);
    left -= cwnd - sk.sndCwnd;
    sk.sndCwnd = cwnd;
    if (left === 0) return;
  }
  const count = cubicUpdate(sk, left);
  if (sk.sndCwndCnt >= count) {
    sk.sndCwndCnt = 0;
    sk.sndCwnd++;
  }
  sk.sndCwndCnt += left;
  if (sk.sndCwndCnt >= count) {
    const more = Math.floor(sk.sndCwndCnt / count);
    sk.sndCwndCnt -= more * count;
    sk.sndCwnd += more;
  }
}

/** tcp_init_cwnd_reduction(). */
export function initCwndReduction(sk: Sock): void {
  sk.highSeq = sk.sndNxt;
  sk.tlpHighSeq = 0;
  sk.sndCwndCnt = 0;
  sk.priorCwnd = sk.sndCwnd;
  sk.prrDelivered = 0;
  sk.prrOut = 0;
  sk.sndSsthresh = cubicSsthresh(sk);
}

/** tcp_cwnd_reduction(): proportional rate reduction (RFC 6937). */
export function cwndReduction(sk: Sock, newlyDelivered: number, newlyLost: number, advanced: boolean): void {
  if (newlyDelivered <= 0 || sk.priorCwnd === 0) return;
  const delta = sk.sndSsthresh - inFlight(sk);
  sk.prrDelivered += newlyDelivered;
  let count: number;
  if (delta < 0) {
    count = Math.floor((sk.sndSsthresh * sk.prrDelivered + sk.priorCwnd - 1) / sk.priorCwnd) - sk.prrOut;
  } else {
    count = Math.max(sk.prrDelivered - sk.prrOut, newlyDelivered);
    if (advanced && newlyLost === 0) count++;
    count = Math.min(delta, count);
  }
  count = Math.max(count, sk.prrOut > 0 ? 0 : 1);
  sk.sndCwnd = Math.max(1, inFlight(sk) + count);
}

/** tcp_end_cwnd_reduction(). */
export function endCwndReduction(sk: Sock): void {
  if (sk.sndSsthresh < INFINITE_SSTHRESH && (sk.caState === CA_CWR || sk.undoMarker > 0)) {
    sk.sndCwnd = sk.sndSsthresh;
    sk.sndCwndStamp = sk.host.clock.jiffies;
  }
}

/** tcp_slow_start_after_idle_check() and tcp_cwnd_restart(): half for each RTO of silence, not below the initial window. */
export function restartAfterIdle(sk: Sock): void {
  if (!sk.host.sysctls.tcpSlowStartAfterIdle || sk.packetsOut > 0) return;
  const idle = sk.host.clock.jiffies - sk.lsndtime;
  if (idle <= sk.rto) return;
  sk.sndSsthresh = currentSsthresh(sk);
  const restart = Math.min(INIT_CWND, sk.sndCwnd);
  let cwnd = sk.sndCwnd;
  for (let left = idle - sk.rto; left > 0 && cwnd > restart; left -= sk.rto) cwnd >>= 1;
  sk.sndCwnd = Math.max(cwnd, restart);
  sk.sndCwndStamp = sk.host.clock.jiffies;
  sk.sndCwndUsed = 0;
}

/** tcp_cwnd_validate(). */
export function validateCwnd(sk: Sock, limited: boolean): void {
  if (sk.sndUna >= sk.cwndUsageSeq || limited || (!sk.isCwndLimited && sk.packetsOut > sk.maxPacketsOut)) {
    sk.isCwndLimited = limited;
    sk.maxPacketsOut = sk.packetsOut;
    sk.cwndUsageSeq = sk.sndNxt;
  }
  const now = sk.host.clock.jiffies;
  if (isCwndLimited(sk)) {
    sk.sndCwndUsed = 0;
    sk.sndCwndStamp = now;
    return;
  }
  if (sk.packetsOut > sk.sndCwndUsed) sk.sndCwndUsed = sk.packetsOut;
  if (sk.host.sysctls.tcpSlowStartAfterIdle && now - sk.sndCwndStamp >= sk.rto) applicationLimited(sk);
}

/** tcp_cwnd_application_limited(). */
function applicationLimited(sk: Sock): void {
  if (sk.caState === CA_OPEN && !sk.noSpace) {
    const used = Math.max(sk.sndCwndUsed, INIT_CWND);
    if (used < sk.sndCwnd) {
      sk.sndSsthresh = currentSsthresh(sk);
      sk.sndCwnd = (sk.sndCwnd + used) >> 1;
    }
    sk.sndCwndUsed = 0;
  }
  sk.sndCwndStamp = sk.host.clock.jiffies;
}

/** tcp_update_pacing_rate(): only the size of groups follows from it. Bytes per second. */
export function updatePacingRate(sk: Sock): void {
  const ratio = sk.sndCwnd < sk.sndSsthresh / 2 ? 2 : 1.2;
  const rate = sk.mss * 8e6 * ratio * Math.max(sk.sndCwnd, sk.packetsOut);
  sk.pacingRate = sk.srttUs > 0 ? rate / sk.srttUs : rate;
}

/** tcp_set_ca_state(); entering Loss resets cubic (cubictcp_state()). */
export function setCaState(sk: Sock, state: number): void {
  if (state === CA_LOSS) cubicReset(sk);
  sk.caState = state;
}
