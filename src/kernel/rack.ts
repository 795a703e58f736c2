/** Time-based loss detection (RACK, tcp_recovery.c): a segment is lost once one that was sent later has arrived long enough ago. */

import {
  CA_RECOVERY,
  EVER_RETRANS,
  LOST,
  SACKED_ACKED,
  SACKED_RETRANS,
  TIMEOUT_MIN_US,
  TIME_REO,
  RACK_RECOVERY_THRESH,
} from './constants.js';
import type { SentSegment } from './segment.js';
import type { Sock } from './sock.js';
import { resetXmitTimer } from './xmit-timer.js';

export function isRack(sk: Sock): boolean {
  return (sk.host.sysctls.tcpRecovery & 1) !== 0;
}

/** tcp_mark_skb_lost(). */
export function markLost(sk: Sock, s: SentSegment): void {
  if (s.sacked & SACKED_ACKED) return;
  if (sk.retransmitHint >= 0 && s.seq < sk.retransmitHint) sk.retransmitHint = s.seq;
  else if (sk.retransmitHint < 0 && sk.retransOut >= sk.lostOut) sk.retransmitHint = s.seq;
  if (s.sacked & LOST) {
    if (s.sacked & SACKED_RETRANS) {
      s.sacked &= ~SACKED_RETRANS;
      sk.retransOut--;
      sk.lost++;
    }
  } else {
    sk.lostOut++;
    s.sacked |= LOST;
    sk.lost++;
  }
}

/** tcp_skb_sent_after(). */
function sentAfter(time1: number, time2: number, seq1: number, seq2: number): boolean {
  return time1 > time2 || (time1 === time2 && seq1 > seq2);
}

/** tcp_rack_advance(): the youngest transmission known to have arrived. */
export function rackAdvance(sk: Sock, sacked: number, endSeq: number, sentAt: number): void {
  const rtt = sk.host.clock.now - sentAt;
  if (rtt < sk.minRtt && sacked & (SACKED_RETRANS | EVER_RETRANS)) return;
  sk.rackAdvanced = true;
  sk.rackRtt = rtt;
  if (sentAfter(sentAt, sk.rackMstamp, endSeq, sk.rackEndSeq)) {
    sk.rackMstamp = sentAt;
    sk.rackEndSeq = endSeq;
  }
}

/** tcp_rack_reo_wnd(). */
function reorderingWindow(sk: Sock): number {
  if (sk.reordSeen === 0) {
    if (sk.caState >= CA_RECOVERY) return 0;
    if (sk.sackedOut >= sk.reordering && !(sk.host.sysctls.tcpRecovery & 4)) return 0;
  }
  const minRtt = Number.isFinite(sk.minRtt) ? sk.minRtt : 0;
  return Math.min((minRtt >> 2) * sk.reoWndSteps, sk.srttUs >> 3);
}

/** tcp_rack_skb_timeout(). */
export function rackTimeout(sk: Sock, s: SentSegment, window: number): number {
  return sk.rackRtt + window - (sk.host.clock.now - s.sentAt);
}

/** tcp_rack_detect_loss(): marks what must be lost; gives the longest wait for the rest, microseconds. */
export function detectLoss(sk: Sock): number {
  const window = reorderingWindow(sk);
  let wait = 0;
  let next: SentSegment | null;
  for (let s = sk.rtx.oldest; s !== null; s = next) {
    next = s.newer;
    if (s.sacked & LOST && !(s.sacked & SACKED_RETRANS)) continue;
    if (!sentAfter(sk.rackMstamp, s.sentAt, sk.rackEndSeq, s.endSeq)) break;
    const remaining = rackTimeout(sk, s, window);
    if (remaining <= 0) {
      markLost(sk, s);
      sk.rtx.unsort(s);
    } else {
      wait = Math.max(wait, remaining);
    }
  }
  return wait;
}

/** tcp_rack_mark_lost(): true if the reordering timer now runs. */
export function rackMarkLost(sk: Sock): boolean {
  if (!sk.rackAdvanced) return false;
  sk.rackAdvanced = false;
  const wait = detectLoss(sk);
  if (wait > 0) resetXmitTimer(sk, TIME_REO, Math.min(sk.host.clock.toJiffies(wait + TIMEOUT_MIN_US), sk.rto));
  return wait > 0;
}

/** tcp_rack_update_reo_wnd(). */
export function updateReorderingWindow(sk: Sock, priorDelivered: number): void {
  if (sk.host.sysctls.tcpRecovery & 2 || priorDelivered === 0) return;
  if (priorDelivered < sk.rackLastDelivered) sk.dsackSeen = false;
  if (sk.dsackSeen) {
    sk.reoWndSteps = Math.min(255, sk.reoWndSteps + 1);
    sk.dsackSeen = false;
    sk.rackLastDelivered = sk.delivered;
    sk.reoWndPersist = RACK_RECOVERY_THRESH;
  } else if (sk.reoWndPersist === 0) {
    sk.reoWndSteps = 1;
  }
}
