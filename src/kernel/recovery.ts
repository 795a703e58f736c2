/** Loss: SACK tags, RACK, fast recovery, RTO recovery with F-RTO, undo (tcp_input.c, tcp_recovery.c). */

import {
  CA_CWR,
  CA_DISORDER,
  CA_LOSS,
  CA_OPEN,
  CA_RECOVERY,
  EVER_RETRANS,
  LOST,
  NAGLE_OFF,
  RACK_RECOVERY_THRESH,
  SACKED_ACKED,
  SACKED_RETRANS,
  SYN_SENT,
  TIME_REO,
  TIME_RETRANS,
} from './constants.js';
import {
  cubicSsthresh,
  currentSsthresh,
  cwndReduction,
  endCwndReduction,
  inCwndReduction,
  inFlight,
  initCwndReduction,
  setCaState,
} from './congestion.js';
import { detectLoss, isRack, markLost, rackMarkLost, rackTimeout } from './rack.js';
import { nothingUnsent, pushPendingFrames, retransmit, windowEnd } from './output.js';
import type { Sock } from './sock.js';
import { rearmRto, resetXmitTimer } from './xmit-timer.js';

/** Sequence of facts about one ACK that the later steps read (FLAG_* in tcp_input.c). */
export interface AckFacts {
  /** Carries data. */
  data: boolean;
  windowUpdate: boolean;
  dataAcked: boolean;
  retransDataAcked: boolean;
  synAcked: boolean;
  dataSacked: boolean;
  slowpath: boolean;
  origSackAcked: boolean;
  sndUnaAdvanced: boolean;
  dsackingAck: boolean;
  sackReneging: boolean;
  setXmitTimer: boolean;
  lostRetrans: boolean;
  dsackTlp: boolean;
  updateTsRecent: boolean;
}

export const REXMIT_NONE = 0;
const REXMIT_LOST = 1;
const REXMIT_NEW = 2;

/** tcp_rack_reo_timeout(). */
export function reorderingTimeout(sk: Sock): void {
  const before = inFlight(sk);
  const lost = sk.lost;
  detectLoss(sk);
  if (before !== inFlight(sk)) {
    if (sk.caState !== CA_RECOVERY) {
      enterRecovery(sk);
      cwndReduction(sk, 1, sk.lost - lost, false);
    }
    xmitRetransmitQueue(sk);
  }
  if (sk.pending !== TIME_RETRANS) rearmRto(sk);
}

/** tcp_xmit_retransmit_queue(): lost segments in order, as far as the congestion window allows. */
function xmitRetransmitQueue(sk: Sock): void {
  if (sk.packetsOut === 0) return;
  const head = sk.rtx.head();
  let hole = false;
  let rearm = false;
  for (let i = sk.retransmitHint >= 0 ? sk.rtx.indexOf(sk.retransmitHint) : 0; ; i++) {
    const s = sk.rtx.at(i);
    if (s === undefined) break;
    if (!hole) sk.retransmitHint = s.seq;
    if (sk.sndCwnd - inFlight(sk) <= 0 || sk.retransOut >= sk.lostOut) break;
    if (!(s.sacked & LOST)) {
      if (!(s.sacked & (SACKED_RETRANS | SACKED_ACKED))) hole = true;
      continue;
    }
    if (s.sacked & (SACKED_ACKED | SACKED_RETRANS)) continue;
    if (!retransmit(sk, s)) break;
    if (inCwndReduction(sk)) sk.prrOut++;
    if (s === head && sk.pending !== TIME_REO) rearm = true;
  }
  if (rearm) resetXmitTimer(sk, TIME_RETRANS, sk.rto);
}

/** tcp_init_undo(). */
function initUndo(sk: Sock): void {
  sk.undoMarker = sk.sndUna;
  sk.undoRetrans = sk.retransOut + (sk.tlpHighSeq > 0 && sk.tlpRetrans ? 1 : 0);
  if (sk.undoRetrans === 0) sk.undoRetrans = -1;
}

/** tcp_enter_recovery(). */
function enterRecovery(sk: Sock): void {
  if (!anyRetransDone(sk)) sk.retransStamp = 0;
  sk.priorSsthresh = 0;
  initUndo(sk);
  if (!inCwndReduction(sk)) {
    sk.priorSsthresh = currentSsthresh(sk);
    initCwndReduction(sk);
  }
  setCaState(sk, CA_RECOVERY);
}

/** tcp_timeout_mark_lost(). */
function timeoutMarkLost(sk: Sock): void {
  const head = sk.rtx.head();
  const reneging = head !== undefined && (head.sacked & SACKED_ACKED) !== 0;
  if (reneging) {
    sk.sackedOut = 0;
    sk.isSackReneg = true;
  } else if (!sk.sackOk) {
    sk.sackedOut = 0;
  }
  for (let i = 0, s = head; s !== undefined; s = sk.rtx.at(++i)) {
    if (reneging) s.sacked &= ~SACKED_ACKED;
    else if (isRack(sk) && i > 0 && rackTimeout(sk, s, 0) > 0) continue;
    markLost(sk, s);
  }
  sk.retransmitHint = -1;
}

/** tcp_enter_loss(): after a retransmission timeout. */
export function enterLoss(sk: Sock): void {
  const fresh = sk.caState < CA_RECOVERY;
  timeoutMarkLost(sk);
  if (sk.caState <= CA_DISORDER || sk.highSeq <= sk.sndUna || (sk.caState === CA_LOSS && sk.retransmits === 0)) {
    sk.priorSsthresh = currentSsthresh(sk);
    sk.priorCwnd = sk.sndCwnd;
    sk.cubicLossCwnd = sk.sndCwnd;
    sk.sndSsthresh = cubicSsthresh(sk);
    initUndo(sk);
  }
  sk.sndCwnd = inFlight(sk) + 1;
  sk.sndCwndCnt = 0;
  sk.sndCwndStamp = sk.host.clock.jiffies;
  if (sk.caState <= CA_DISORDER && sk.sackedOut >= sk.host.sysctls.tcpReordering)
    sk.reordering = Math.min(sk.reordering, sk.host.sysctls.tcpReordering);
  setCaState(sk, CA_LOSS);
  sk.highSeq = sk.sndNxt;
  sk.tlpHighSeq = 0;
  sk.frto = sk.host.sysctls.tcpFrto > 0 && (fresh || sk.retransmits > 0);
}

/** tcp_any_retrans_done(). */
function anyRetransDone(sk: Sock): boolean {
  if (sk.retransOut > 0) return true;
  const head = sk.rtx.head();
  return head !== undefined && (head.sacked & EVER_RETRANS) !== 0;
}

/** tcp_packet_delayed(): the echoed timestamp is older than the first retransmission. */
function packetDelayed(sk: Sock): boolean {
  if (sk.retransStamp > 0) return sk.sawTstamp && sk.rcvTsecr > 0 && sk.rcvTsecr < sk.retransStamp;
  if (!sk.sackOk && sk.sndUna >= sk.highSeq) return false;
  return sk.state !== SYN_SENT;
}

function mayUndo(sk: Sock): boolean {
  return sk.undoMarker > 0 && (sk.undoRetrans === 0 || packetDelayed(sk));
}

/** tcp_undo_cwnd_reduction(). */
function undoCwndReduction(sk: Sock, unmark: boolean): void {
  if (unmark) {
    for (let i = 0, s = sk.rtx.head(); s !== undefined; s = sk.rtx.at(++i)) s.sacked &= ~LOST;
    sk.lostOut = 0;
    sk.retransmitHint = -1;
  }
  if (sk.priorSsthresh > 0) {
    sk.sndCwnd = Math.max(sk.sndCwnd, sk.priorCwnd);
    if (sk.priorSsthresh > sk.sndSsthresh) sk.sndSsthresh = sk.priorSsthresh;
  }
  sk.sndCwndStamp = sk.host.clock.jiffies;
  sk.undoMarker = 0;
  sk.rackAdvanced = true;
}

/** tcp_is_non_sack_preventing_reopen(). */
function preventsReopen(sk: Sock): boolean {
  if (sk.sndUna === sk.highSeq && !sk.sackOk) {
    if (!anyRetransDone(sk)) sk.retransStamp = 0;
    return true;
  }
  return false;
}

/** tcp_try_undo_recovery(). */
function tryUndoRecovery(sk: Sock): boolean {
  if (mayUndo(sk)) undoCwndReduction(sk, false);
  else if (sk.reoWndPersist > 0) sk.reoWndPersist--;
  if (preventsReopen(sk)) return true;
  setCaState(sk, CA_OPEN);
  sk.isSackReneg = false;
  return false;
}

function tryUndoDsack(sk: Sock): boolean {
  if (sk.undoMarker === 0 || sk.undoRetrans !== 0) return false;
  sk.reoWndPersist = Math.min(RACK_RECOVERY_THRESH, sk.reoWndPersist + 1);
  undoCwndReduction(sk, false);
  return true;
}

/** tcp_try_undo_loss(). */
function tryUndoLoss(sk: Sock, spurious: boolean): boolean {
  if (!spurious && !mayUndo(sk)) return false;
  undoCwndReduction(sk, true);
  sk.retransmits = 0;
  if (preventsReopen(sk)) return true;
  if (spurious || sk.sackOk) {
    setCaState(sk, CA_OPEN);
    sk.isSackReneg = false;
  }
  return true;
}

/** tcp_try_keep_open(). */
export function tryKeepOpen(sk: Sock): void {
  const state = sk.sackedOut + sk.lostOut > 0 || anyRetransDone(sk) ? CA_DISORDER : CA_OPEN;
  if (sk.caState !== state) {
    setCaState(sk, state);
    sk.highSeq = sk.sndNxt;
  }
}

function tryToOpen(sk: Sock): void {
  if (!anyRetransDone(sk)) sk.retransStamp = 0;
  if (sk.caState !== CA_CWR) tryKeepOpen(sk);
}

/** tcp_process_loss(): an ACK in Loss. Gives what to send now. */
function processLoss(sk: Sock, f: AckFacts, dupack: boolean): number {
  const recovered = sk.sndUna >= sk.highSeq;
  if (f.sndUnaAdvanced && tryUndoLoss(sk, false)) return REXMIT_NONE;
  if (sk.frto) {
    if (f.origSackAcked && tryUndoLoss(sk, true)) return REXMIT_NONE;
    if (sk.sndNxt > sk.highSeq) {
      if (f.dataSacked || dupack) sk.frto = false;
    } else if (f.sndUnaAdvanced && !recovered) {
      sk.highSeq = sk.sndNxt;
      if (!nothingUnsent(sk) && windowEnd(sk) > sk.sndNxt) return REXMIT_NEW;
      sk.frto = false;
    }
  }
  if (recovered) {
    tryUndoRecovery(sk);
    return REXMIT_NONE;
  }
  if (!sk.sackOk) {
    if (sk.sndNxt > sk.highSeq && dupack) addRenoSack(sk);
    else if (f.sndUnaAdvanced) sk.sackedOut = 0;
  }
  return REXMIT_LOST;
}

/** tcp_limit_reno_sacked() and tcp_check_reno_reordering(). */
function checkRenoReordering(sk: Sock, addend: number): void {
  const holes = Math.min(Math.max(sk.lostOut, 1), sk.packetsOut);
  if (sk.sackedOut + holes <= sk.packetsOut) return;
  sk.sackedOut = sk.packetsOut - holes;
  sk.reordering = Math.min(sk.packetsOut + addend, 300);
  sk.reordSeen++;
}

/** tcp_add_reno_sack(). */
function addRenoSack(sk: Sock): void {
  const before = sk.sackedOut;
  sk.sackedOut++;
  checkRenoReordering(sk, 0);
  if (sk.sackedOut > before) sk.delivered += sk.sackedOut - before;
}

/** tcp_remove_reno_sacks(). */
export function removeRenoSacks(sk: Sock, acked: number): void {
  if (acked > 0) {
    sk.delivered += Math.max(acked - sk.sackedOut, 1);
    sk.sackedOut = acked - 1 >= sk.sackedOut ? 0 : sk.sackedOut - (acked - 1);
  }
  checkRenoReordering(sk, acked);
}

/** tcp_mark_head_lost(), without RACK: lost once `reordering` later ones are SACKed; `above` may lie below the last lost one. */
function markHeadLost(sk: Sock, above: number): void {
  let sacked = 0;
  for (let i = 0, s = sk.rtx.head(); s !== undefined && above >= 0; s = sk.rtx.at(++i)) {
    if (s.sacked & SACKED_ACKED) sacked++;
    if (sacked > above) return;
    if (!(s.sacked & LOST)) markLost(sk, s);
  }
}

/** tcp_identify_packet_loss(). */
function identifyLoss(sk: Sock, f: AckFacts): void {
  const head = sk.rtx.head();
  if (head === undefined) return;
  if (!sk.sackOk) {
    const due = (sk.caState < CA_RECOVERY && sk.sackedOut >= sk.reordering) || (sk.caState === CA_RECOVERY && f.sndUnaAdvanced);
    if (due && !(head.sacked & LOST)) markLost(sk, head);
  } else if (isRack(sk)) {
    const before = sk.retransOut;
    if (rackMarkLost(sk)) f.setXmitTimer = false;
    if (before > sk.retransOut) f.lostRetrans = true;
  } else {
    markHeadLost(sk, sk.sackedOut - sk.reordering);
  }
}

/** tcp_try_undo_partial(): true if nothing more is to be done. */
function tryUndoPartial(sk: Sock): boolean {
  if (sk.undoMarker === 0 || !packetDelayed(sk)) return false;
  if (sk.retransOut > 0) return true;
  if (!anyRetransDone(sk)) sk.retransStamp = 0;
  undoCwndReduction(sk, true);
  tryKeepOpen(sk);
  return false;
}

/** tcp_fastretrans_alert(): the state machine of loss recovery. Gives what to send. */
export function fastRetransAlert(sk: Sock, f: AckFacts, dupack: boolean): number {
  if (sk.packetsOut === 0 && sk.sackedOut > 0) sk.sackedOut = 0;
  if (f.sackReneging && f.sndUnaAdvanced) {
    // tcp_check_sack_reneging()
    const clock = sk.host.clock;
    resetXmitTimer(sk, TIME_RETRANS, Math.max(clock.toJiffies(sk.srttUs >> 4), clock.toJiffies(10_000)));
    f.setXmitTimer = false;
    return REXMIT_NONE;
  }
  if (sk.caState === CA_OPEN) {
    sk.retransStamp = 0;
  } else if (sk.sndUna >= sk.highSeq) {
    if (sk.caState === CA_CWR) {
      if (sk.sndUna !== sk.highSeq) {
        endCwndReduction(sk);
        setCaState(sk, CA_OPEN);
      }
    } else if (sk.caState === CA_RECOVERY) {
      if (!sk.sackOk) sk.sackedOut = 0;
      if (tryUndoRecovery(sk)) return REXMIT_NONE;
      endCwndReduction(sk);
    }
  }
  return processState(sk, f, dupack);
}

function processState(sk: Sock, f: AckFacts, dupack: boolean): number {
  if (sk.caState === CA_RECOVERY) {
    if (!f.sndUnaAdvanced) {
      if (!sk.sackOk && dupack) addRenoSack(sk);
    } else if (tryUndoPartial(sk)) {
      return REXMIT_NONE;
    }
    if (tryUndoDsack(sk)) tryToOpen(sk);
    identifyLoss(sk, f);
    if (sk.caState !== CA_RECOVERY) {
      if (sk.lostOut === 0) return REXMIT_NONE;
      enterRecovery(sk);
    }
    return REXMIT_LOST;
  }
  let rexmit = REXMIT_NONE;
  if (sk.caState === CA_LOSS) {
    rexmit = processLoss(sk, f, dupack);
    identifyLoss(sk, f);
    if ((sk.caState as number) !== CA_OPEN && !f.lostRetrans) return rexmit;
  }
  if (!sk.sackOk) {
    if (f.sndUnaAdvanced) sk.sackedOut = 0;
    if (dupack) addRenoSack(sk);
  }
  if (sk.caState <= CA_DISORDER) tryUndoDsack(sk);
  identifyLoss(sk, f);
  if (sk.lostOut === 0) {
    tryToOpen(sk);
    return rexmit;
  }
  enterRecovery(sk);
  return REXMIT_LOST;
}

/** tcp_xmit_recovery(). */
export function xmitRecovery(sk: Sock, rexmit: number): void {
  if (rexmit === REXMIT_NONE || sk.state === SYN_SENT) return;
  if (rexmit === REXMIT_NEW) {
    pushPendingFrames(sk, NAGLE_OFF);
    if (sk.sndNxt > sk.highSeq) return;
    sk.frto = false;
  }
  xmitRetransmitQueue(sk);
}
