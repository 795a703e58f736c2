/** Incoming acknowledgements (tcp_ack(), tcp_clean_rtx_queue()). */

import { CA_CWR, CA_OPEN, EVER_RETRANS, LOST, SACKED_ACKED, SACKED_RETRANS, SYN, TIME_PROBE0 } from './constants.js';
import {
  congAvoid,
  cwndReduction,
  endCwndReduction,
  inCwndReduction,
  initCwndReduction,
  restartAfterIdle,
  setCaState,
  updatePacingRate,
} from './congestion.js';
import { nothingUnsent, windowEnd } from './output.js';
import { rackAdvance, updateReorderingWindow } from './rack.js';
import { REXMIT_NONE, fastRetransAlert, removeRenoSacks, tryKeepOpen, xmitRecovery } from './recovery.js';
import type { AckFacts } from './recovery.js';
import { updateRtt } from './rtt.js';
import { tagSacked } from './sack.js';
import type { SackResult } from './sack.js';
import type { Segment } from './segment.js';
import type { Sock } from './sock.js';
import { currentMss, sendAck, syncMss } from './transmit.js';
import { clampProbe0, clearXmitTimer, probe0When, resetXmitTimer, setXmitTimer } from './xmit-timer.js';

/** What tcp_ack() says of the segment. */
export const ACK_OLD = 0;
export const ACK_GOOD = 1;
const ACK_TOO_OLD = -1;
const ACK_UNSENT = -2;

function facts(): AckFacts {
  return {
    data: false,
    windowUpdate: false,
    dataAcked: false,
    retransDataAcked: false,
    synAcked: false,
    dataSacked: false,
    slowpath: true,
    origSackAcked: false,
    sndUnaAdvanced: false,
    dsackingAck: false,
    sackReneging: false,
    setXmitTimer: false,
    lostRetrans: false,
    dsackTlp: false,
    updateTsRecent: false,
  };
}

const NO_SACK: SackResult = { firstSentAt: -1, lastSentAt: -1, newlySacked: 0, priorDelivered: 0 };

/** __tcp_oow_rate_limited(): one answer to useless segments per tcp_invalid_ratelimit. True: not now. */
export function rateLimited(sk: { host: Sock['host']; lastOowAck: number }): boolean {
  const clock = sk.host.clock;
  const limit = clock.toJiffies(sk.host.sysctls.tcpInvalidRatelimitMs * 1000);
  if (clock.jiffies - sk.lastOowAck < limit) return true;
  sk.lastOowAck = clock.jiffies;
  return false;
}

/** tcp_send_challenge_ack(). */
export function sendChallengeAck(sk: Sock): void {
  if (!rateLimited(sk)) sendAck(sk);
}

/** tcp_store_ts_recent() if the segment is not ahead of what was acknowledged (tcp_replace_ts_recent()). */
export function replaceTsRecent(sk: Sock, seq: number): void {
  if (sk.sawTstamp && seq <= sk.rcvWup && (sk.rcvTsval >= sk.tsRecent || sk.tsRecentStamp < 0)) {
    sk.tsRecent = sk.rcvTsval;
    sk.tsRecentStamp = sk.host.clock.now;
  }
}

/** tcp_ack_update_window(). */
function updateWindow(sk: Sock, s: Segment, f: AckFacts): void {
  const window = s.flags & SYN ? s.window : s.window * 2 ** sk.sndWscale;
  if (s.ack > sk.sndUna || s.seq > sk.sndWl1 || (s.seq === sk.sndWl1 && (window > sk.sndWnd || window === 0))) {
    f.windowUpdate = true;
    sk.sndWl1 = s.seq;
    if (sk.sndWnd !== window) {
      sk.sndWnd = window;
      if (!nothingUnsent(sk)) restartAfterIdle(sk);
      if (window > sk.maxWindow) {
        sk.maxWindow = window;
        syncMss(sk);
      }
    }
  }
  sk.bytesAcked += s.ack - sk.sndUna;
  sk.sndUna = s.ack;
}

/** tcp_ack(): `challenge` = an ACK that is far too old, or of what was never sent, is answered. */
export function processAck(sk: Sock, s: Segment, updateTs: boolean, challenge: boolean): number {
  const priorUna = sk.sndUna;
  const f = facts();
  if (s.ack < priorUna) {
    if (s.ack < priorUna - Math.min(sk.maxWindow, sk.bytesAcked)) {
      if (challenge) sendChallengeAck(sk);
      return ACK_TOO_OLD;
    }
    return oldAck(sk, s, f, updateTs);
  }
  if (s.ack > sk.sndNxt) {
    if (challenge && sk.host.behaviour.challengesUnsent) sendChallengeAck(sk);
    return ACK_UNSENT;
  }
  if (s.ack > priorUna) {
    f.sndUnaAdvanced = true;
    sk.retransmits = 0;
  }
  if (updateTs) replaceTsRecent(sk, s.seq);
  f.data = s.seq !== s.endSeq;
  const priorPackets = sk.packetsOut;
  const delivered = sk.delivered;
  const lost = sk.lost;
  updateWindow(sk, s, f);
  let sack = NO_SACK;
  if (s.sack !== null && sk.sackOk) {
    sack = tagSacked(sk, s.ack, s.sack, priorUna, f);
    sk.delivered += sack.newlySacked;
  }
  sk.errSoft = '';
  sk.probesOut = 0;
  sk.rcvTstamp = sk.host.clock.jiffies;
  if (priorPackets === 0) {
    noQueue(sk, f, s.ack);
    return ACK_GOOD;
  }
  const priorDelivered = cleanRtxQueue(sk, f, sack, priorUna);
  updateReorderingWindow(sk, priorDelivered);
  if (sk.tlpHighSeq > 0) processTlpAck(sk, s.ack, f);
  let rexmit = REXMIT_NONE;
  const notDup = f.data || f.windowUpdate || f.dataAcked || f.synAcked;
  if (!notDup || f.dataSacked || sk.caState !== CA_OPEN) {
    const dupack = !f.sndUnaAdvanced && !notDup && !f.dsackingAck;
    rexmit = fastRetransAlert(sk, f, dupack);
  }
  if (f.setXmitTimer) setXmitTimer(sk);
  if (!notDup || f.dataAcked || f.synAcked || f.dataSacked) sk.confirmsNeighbour = true; // sk_dst_confirm()
  const newly = sk.delivered - delivered;
  if (inCwndReduction(sk)) cwndReduction(sk, newly, sk.lost - lost, f.sndUnaAdvanced);
  else if (sk.reordering > sk.host.sysctls.tcpReordering ? f.dataAcked || f.synAcked || f.dataSacked : f.dataAcked) congAvoid(sk, newly);
  updatePacingRate(sk);
  xmitRecovery(sk, rexmit);
  return ACK_GOOD;
}

/** Nothing was in flight: the ACK may open a closed window (tcp_ack_probe()). */
function noQueue(sk: Sock, f: AckFacts, ack: number): void {
  if (f.dsackingAck) fastRetransAlert(sk, f, false);
  if (!nothingUnsent(sk)) {
    const first = Math.min(currentMss(sk), sk.writeSeq - sk.sndNxt);
    if (sk.sndNxt + first <= windowEnd(sk)) {
      sk.backoff = 0;
      sk.probesTstamp = 0;
      clearXmitTimer(sk);
    } else {
      resetXmitTimer(sk, TIME_PROBE0, clampProbe0(sk, probe0When(sk)));
    }
  }
  if (sk.tlpHighSeq > 0) processTlpAck(sk, ack, f);
}

function oldAck(sk: Sock, s: Segment, f: AckFacts, updateTs: boolean): number {
  if (updateTs) replaceTsRecent(sk, s.seq);
  if (s.sack !== null && sk.sackOk) {
    const sack = tagSacked(sk, s.ack, s.sack, sk.sndUna, f);
    sk.delivered += sack.newlySacked;
    xmitRecovery(sk, fastRetransAlert(sk, f, false));
  }
  return ACK_OLD;
}

/** tcp_process_tlp_ack(). */
function processTlpAck(sk: Sock, ack: number, f: AckFacts): void {
  if (ack < sk.tlpHighSeq) return;
  if (!sk.tlpRetrans || f.dsackTlp) {
    sk.tlpHighSeq = 0;
  } else if (ack > sk.tlpHighSeq) {
    initCwndReduction(sk);
    setCaState(sk, CA_CWR);
    endCwndReduction(sk);
    tryKeepOpen(sk);
  } else if (!f.sndUnaAdvanced && !(f.data || f.windowUpdate || f.dataAcked) && !f.dataSacked) {
    sk.tlpHighSeq = 0;
  }
}

/** tcp_clean_rtx_queue(): forgets what is acknowledged and measures. Gives the delivered count when the newest of it was sent. */
function cleanRtxQueue(sk: Sock, f: AckFacts, sack: SackResult, priorUna: number): number {
  const now = sk.host.clock.now;
  const priorSacked = sk.sackedOut;
  let first = -1;
  let last = -1;
  let packets = 0;
  let priorDelivered = sack.priorDelivered;
  for (let s = sk.rtx.head(); s !== undefined && s.endSeq <= sk.sndUna; s = sk.rtx.head()) {
    if (s.sacked & (SACKED_RETRANS | EVER_RETRANS)) {
      if (s.sacked & SACKED_RETRANS) sk.retransOut--;
      f.retransDataAcked = true;
    } else if (!(s.sacked & SACKED_ACKED)) {
      last = s.sentAt;
      if (first < 0) first = last;
      if (s.endSeq <= sk.highSeq) f.origSackAcked = true;
    }
    if (s.sacked & SACKED_ACKED) {
      sk.sackedOut--;
    } else if (sk.sackOk) {
      sk.delivered++;
      const spurious = s.sacked & EVER_RETRANS && sk.sawTstamp && sk.rcvTsecr > 0 && sk.rcvTsecr < Math.floor(s.sentAt / 1000) + 1000;
      if (!spurious) rackAdvance(sk, s.sacked, s.endSeq, s.sentAt);
    }
    if (s.sacked & LOST) sk.lostOut--;
    if (s.flags & SYN) {
      f.synAcked = true;
      sk.retransStamp = 0;
    } else {
      f.dataAcked = true;
    }
    priorDelivered = Math.max(priorDelivered, s.delivered);
    sk.packetsOut--;
    packets++;
    if (sk.retransmitHint === s.seq) sk.retransmitHint = -1;
    sk.rtx.shift();
  }
  const head = sk.rtx.head();
  if (head !== undefined && head.sacked & SACKED_ACKED) f.sackReneging = true;
  measure(sk, f, sack, { first, last, packets, priorSacked, priorUna, priorDelivered, now });
  return priorDelivered;
}

interface Cleaned {
  first: number;
  last: number;
  packets: number;
  priorSacked: number;
  priorUna: number;
  priorDelivered: number;
  now: number;
}

function measure(sk: Sock, f: AckFacts, sack: SackResult, c: Cleaned): void {
  const head = sk.rtx.head();
  let seq = -1;
  let ca = -1;
  let maybeDelayed = false;
  if (c.first >= 0 && !f.retransDataAcked) {
    seq = c.now - c.first;
    ca = c.now - c.last;
    maybeDelayed =
      c.packets === 1 &&
      c.priorSacked === 0 &&
      sk.sndUna - c.priorUna < sk.mss &&
      c.priorDelivered + 1 === sk.delivered &&
      !f.dataSacked &&
      !f.synAcked;
  }
  const sackRtt = sack.firstSentAt >= 0 ? c.now - sack.firstSentAt : -1;
  if (sackRtt >= 0) ca = c.now - sack.lastSentAt;
  const acked = f.dataAcked || f.synAcked;
  const updated = updateRtt(sk, { seq, sack: sackRtt, ca, acked, maybeDelayed });
  if (acked) {
    f.setXmitTimer = true;
    if (!sk.sackOk) {
      removeRenoSacks(sk, c.packets);
      if (f.retransDataAcked) f.origSackAcked = false;
    }
  } else if (head !== undefined && updated && sackRtt >= 0 && sackRtt > c.now - head.sentAt) {
    f.setXmitTimer = true;
  }
}
