/** Sending new data, FIN, probes and resets; retransmitting one segment (tcp_output.c). */

import {
  ACK,
  CA_RECOVERY,
  CLOSE,
  EVER_RETRANS,
  FIN,
  LOST,
  NAGLE_CORK,
  NAGLE_OFF,
  NAGLE_PUSH,
  PSH,
  RETRANS,
  RST,
  SACKED_ACKED,
  SACKED_RETRANS,
  SYN,
  TIME_LOSS_PROBE,
  TIME_PROBE0,
} from './constants.js';
import { inCwndReduction, inFlight, restartAfterIdle, validateCwnd } from './congestion.js';
import type { SentSegment } from './segment.js';
import type { Sock } from './sock.js';
import { checkSpace, queuedMemory, sizeGoal } from './space.js';
import type { PacketKind } from './trace.js';
import { acceptableSeq, currentMss, transmit, transmitSent } from './transmit.js';
import { checkProbeTimer, clampProbe0, probe0When, rearmRto, resetXmitTimer, scheduleLossProbe } from './xmit-timer.js';

/** tcp_write_xmit() was told to send one segment as a loss probe. */
const PUSH_LOSS_PROBE = 2;
/** Longest wait for a larger group, microseconds; tcp_tso_win_divisor. */
const DEFER_WITHIN = 1_000;
const TSO_WIN_DIVISOR = 3;

export function windowEnd(sk: Sock): number {
  return sk.sndUna + sk.sndWnd;
}

/** tcp_write_queue_empty(): nothing unsent. */
export function nothingUnsent(sk: Sock): boolean {
  return sk.sndNxt >= sk.writeSeq;
}

/** Unsent bytes, a FIN not counted. */
function unsentBytes(sk: Sock): number {
  return sk.writeSeq - sk.sndNxt - (sk.finQueued ? 1 : 0);
}

/** tcp_tso_segs(): segments in a group; only PSH shows it. */
function tsoSegs(sk: Sock, mss: number): number {
  let bytes = sk.pacingRate / 1024;
  const shift =
    sk.host.sysctls.tcpTsoRttLog > 0
      ? Math.floor((Number.isFinite(sk.minRtt) ? sk.minRtt : 2 ** 31) / 2 ** sk.host.sysctls.tcpTsoRttLog)
      : 32;
  if (shift < 32) bytes += 65536 / 2 ** shift;
  return Math.max(2, Math.floor(Math.min(bytes, 65536) / mss));
}

/** tcp_nagle_check(): a piece smaller than a segment waits while a smaller one is unacknowledged (Minshall). */
function nagleHolds(sk: Sock, partial: boolean, nonagle: number): boolean {
  if (!partial) return false;
  if (nonagle & NAGLE_CORK) return true;
  return nonagle === 0 && sk.packetsOut > 0 && sk.sndSml > sk.sndUna && sk.sndSml <= sk.sndNxt;
}

/** tcp_nagle_test() for a last piece of at most one segment: true if it may go. */
function naglePasses(sk: Sock, len: number, mss: number, hasFin: boolean, nonagle: number): boolean {
  if (nonagle & NAGLE_PUSH || hasFin) return true;
  return !nagleHolds(sk, len < mss, nonagle);
}

/** tcp_tso_should_defer(): an ACK that is due within a millisecond will allow a larger group. */
function defers(sk: Sock, mss: number, most: number): boolean {
  const now = sk.host.clock.now;
  const head = sk.rtx.head();
  if (sk.caState >= CA_RECOVERY || head === undefined || now - sk.lastSentAt > DEFER_WITHIN || sk.finQueued) return false;
  const sendWindow = windowEnd(sk) - sk.sndNxt;
  const congestion = (sk.sndCwnd - inFlight(sk)) * mss;
  const limit = Math.min(sendWindow, congestion);
  if (limit >= most * mss || limit >= Math.min(sk.sndWnd, sk.sndCwnd * mss) / TSO_WIN_DIVISOR) return false;
  const srtt = sk.srttUs >> 3;
  return head.sentAt + srtt - now <= Math.min(srtt >> 1, DEFER_WITHIN);
}

/** How many bytes the next group takes (tcp_mss_split_point()); 0: Nagle or the window holds it back. */
function groupLength(sk: Sock, len: number, mss: number, quota: number, nonagle: number): number {
  if (len <= mss) {
    if (sk.sndNxt + len + (sk.finQueued ? 1 : 0) > windowEnd(sk)) return -1;
    return naglePasses(sk, len, mss, sk.finQueued, nonagle) ? len : -1;
  }
  if (sk.sndNxt + mss > windowEnd(sk)) return -1;
  const most = mss * quota;
  const needed = Math.min(len, windowEnd(sk) - sk.sndNxt);
  if (most <= needed) return most;
  const partial = needed % mss;
  return nagleHolds(sk, partial !== 0, nonagle) ? needed - partial : needed;
}

/** Takes the next segment off the unsent bytes and sends it. Null: no route. */
function sendNext(sk: Sock, len: number, fin: boolean, push: boolean, head: boolean, kind: PacketKind): SentSegment | null {
  const s: SentSegment = {
    seq: sk.sndNxt,
    endSeq: sk.sndNxt + len + (fin ? 1 : 0),
    len,
    flags: ACK | (fin ? FIN : 0) | (push && len > 0 ? PSH : 0),
    sacked: 0,
    sentAt: 0,
    delivered: sk.delivered,
    older: null,
    newer: null,
    head,
    sorted: false,
  };
  if (!transmitSent(sk, s, kind)) return null;
  // tcp_event_new_data_sent()
  const first = sk.packetsOut === 0;
  sk.sndNxt = s.endSeq;
  sk.rtx.push(s);
  sk.packetsOut++;
  if (first || sk.pending === TIME_LOSS_PROBE) rearmRto(sk);
  return s;
}

/** tcp_write_xmit(): true if data waits although nothing flies. */
function writeXmit(sk: Sock, mss: number, nonagle: number, pushOne: number): boolean {
  let sent = 0;
  const kind: PacketKind = pushOne === PUSH_LOSS_PROBE ? 'tlp' : '';
  const most = tsoSegs(sk, mss);
  sending: while (!nothingUnsent(sk)) {
    const room = sk.sndCwnd - inFlight(sk);
    if (room <= 0 && pushOne !== PUSH_LOSS_PROBE) break;
    const quota = room <= 0 ? 1 : Math.min(Math.max(sk.sndCwnd >> 1, 1), room, most);
    const unsent = unsentBytes(sk);
    let group = groupLength(sk, unsent, mss, quota, nonagle);
    if (group < 0 || (unsent > mss && pushOne === 0 && defers(sk, mss, most))) break;
    const many = group > mss;
    const ends = group === unsent;
    let head = true;
    do {
      const len = Math.min(group, mss);
      group -= len;
      const last = group === 0;
      const s = sendNext(sk, len, last && ends && sk.finQueued, last && (many || ends || len < mss), head, kind);
      if (s === null) break sending;
      // __tcp_transmit_skb() pushes a group's end on the copy that leaves: sent again, it carries none
      if (last && many && !ends && len === mss) s.flags &= ~PSH;
      head = false;
      if (len < mss) sk.sndSml = s.endSeq;
      sent++;
    } while (group > 0);
    if (pushOne > 0) break;
  }
  checkSpace(sk);
  const limited = inFlight(sk) >= sk.sndCwnd;
  if (sent > 0 || limited) validateCwnd(sk, limited);
  if (sent > 0) {
    if (inCwndReduction(sk)) sk.prrOut += sent;
    if (pushOne !== PUSH_LOSS_PROBE) scheduleLossProbe(sk, false);
    return false;
  }
  return sk.packetsOut === 0 && !nothingUnsent(sk);
}

/** __tcp_push_pending_frames(). */
export function pushPendingFrames(sk: Sock, nonagle = sk.opt.nonagle): void {
  if (sk.state === CLOSE || nothingUnsent(sk)) return;
  if (writeXmit(sk, currentMss(sk), nonagle, 0)) checkProbeTimer(sk);
}

/** tcp_send_fin(): on the last unsent segment, else alone. */
export function sendFin(sk: Sock): void {
  sk.finQueued = true;
  sk.writeSeq++;
  pushPendingFrames(sk, NAGLE_OFF);
}

/** tcp_send_active_reset(). */
export function sendActiveReset(sk: Sock): void {
  const seq = acceptableSeq(sk);
  transmit(sk, { flags: RST | ACK, seq, endSeq: seq, len: 0, kind: '' });
}

/** tcp_send_loss_probe(): a new segment if the window allows, else the last one again; one for each flight. */
export function sendLossProbe(sk: Sock): void {
  if (sk.tlpHighSeq === 0) {
    sk.tlpRetrans = false;
    if (probeSent(sk)) {
      sk.tlpHighSeq = sk.sndNxt;
      sk.pending = 0; // a full RTO from now
    }
  }
  rearmRto(sk);
}

function probeSent(sk: Sock): boolean {
  const mss = currentMss(sk);
  if (!nothingUnsent(sk) && sk.sndNxt + Math.min(mss, sk.writeSeq - sk.sndNxt) <= windowEnd(sk)) {
    const before = sk.packetsOut;
    writeXmit(sk, mss, NAGLE_OFF, PUSH_LOSS_PROBE);
    return sk.packetsOut > before;
  }
  const tail = sk.rtx.tail();
  if (tail === undefined || !retransmitOne(sk, tail, 'tlp')) return false;
  sk.tlpRetrans = true;
  return true;
}

/** tcp_fragment() in the retransmission queue: cuts s after len bytes. */
function fragment(sk: Sock, s: SentSegment, len: number): void {
  const rest: SentSegment = { ...s, seq: s.seq + len, len: s.len - len, older: null, newer: null, head: false, sorted: false };
  s.endSeq = rest.seq;
  s.len = len;
  s.flags &= ~(FIN | PSH);
  sk.rtx.insertAt(sk.rtx.indexOf(s.seq) + 1, rest);
  sk.rtx.sortAfter(rest, s);
  sk.packetsOut++;
  if (s.sacked & LOST) sk.lostOut++;
  if (s.sacked & SACKED_RETRANS) sk.retransOut++;
  if (s.sacked & SACKED_ACKED) sk.sackedOut++;
}

/** tcp_retrans_try_collapse(): small neighbours ride along while the sum fits. */
function collapse(sk: Sock, s: SentSegment, most: number): void {
  if (!sk.host.sysctls.tcpRetransCollapse || s.flags & SYN) return;
  let room = most - s.len;
  const index = sk.rtx.indexOf(s.seq);
  for (let next = sk.rtx.at(index + 1); next !== undefined; next = sk.rtx.at(index + 1)) {
    room -= next.len;
    if (room < 0 || next.endSeq > windowEnd(sk) || s.flags & FIN || next.sacked & SACKED_ACKED) return;
    if (next.len === 0 && !(next.flags & FIN)) return;
    s.endSeq = next.endSeq;
    s.len += next.len;
    s.flags |= next.flags;
    s.sacked |= next.sacked & EVER_RETRANS;
    if (next.sacked & LOST) sk.lostOut--;
    if (next.sacked & SACKED_RETRANS) sk.retransOut--;
    if (sk.retransmitHint === next.seq) sk.retransmitHint = s.seq;
    sk.rtx.removeAt(index + 1);
    sk.packetsOut--;
  }
}

/** inet_sk_rebuild_header(): false while the host has no route. */
function rebuildRoute(sk: Sock): boolean {
  if (!sk.loopback && !sk.host.linkUp) return false;
  sk.routeEpoch = sk.host.routeEpoch;
  return true;
}

/** __tcp_retransmit_skb(). False: nothing could be sent now. */
function retransmitOne(sk: Sock, s: SentSegment, kind: PacketKind): boolean {
  if (!rebuildRoute(sk)) return false;
  const mss = currentMss(sk);
  if (s.seq < sk.sndUna) {
    // tcp_trim_head(): a part is acknowledged already
    s.len -= sk.sndUna - s.seq;
    s.seq = sk.sndUna;
  }
  let window = windowEnd(sk) - s.seq;
  if (window <= 0) {
    if (s.seq !== sk.sndUna) return false;
    window = mss;
  }
  let len = mss;
  if (len > window) len = window;
  if (s.len > len) fragment(sk, s, len);
  else if (s.len < Math.min(window, mss)) collapse(sk, s, Math.min(window, mss));
  sk.totalRetrans++;
  const ok = transmitSent(sk, s, kind);
  s.sacked |= EVER_RETRANS;
  return ok;
}

/** tcp_retransmit_skb(): also starts the clock of retransmits_timed_out(). */
export function retransmit(sk: Sock, s: SentSegment): boolean {
  const ok = retransmitOne(sk, s, 'retrans');
  if (ok) {
    s.sacked |= RETRANS;
    sk.retransOut++;
  }
  if (sk.retransStamp === 0) sk.retransStamp = Math.floor(s.sentAt / 1000) + (sk.host.ms - Math.floor(sk.host.clock.now / 1000));
  if (sk.undoRetrans < 0) sk.undoRetrans = 0;
  sk.undoRetrans++;
  return ok;
}

/** tcp_write_wakeup(): a piece that fits the window, else an empty segment below snd_una. */
export function writeWakeup(sk: Sock, kind: 'keepalive' | 'window-probe'): void {
  if (sk.state === CLOSE) return;
  if (!nothingUnsent(sk) && sk.sndNxt < windowEnd(sk)) {
    const mss = currentMss(sk);
    const bytes = unsentBytes(sk);
    const len = Math.min(bytes, windowEnd(sk) - sk.sndNxt, mss);
    sendNext(sk, len, len === bytes && sk.finQueued && sk.sndNxt + len < windowEnd(sk), true, true, '');
    return;
  }
  transmit(sk, { flags: ACK, seq: sk.sndUna - 1, endSeq: sk.sndUna - 1, len: 0, kind });
}

/** tcp_send_probe0(). */
export function sendProbe0(sk: Sock): void {
  writeWakeup(sk, 'window-probe');
  if (sk.packetsOut > 0 || nothingUnsent(sk)) {
    sk.probesOut = 0;
    sk.backoff = 0;
    sk.probesTstamp = 0;
    return;
  }
  sk.probesOut++;
  if (sk.backoff < sk.host.sysctls.tcpRetries2) sk.backoff++;
  resetXmitTimer(sk, TIME_PROBE0, clampProbe0(sk, probe0When(sk)));
}

/** tcp_sendmsg_locked(): queues what the buffer takes of `bytes` and sends what may go. Gives how many were queued. */
export function queueAndPush(sk: Sock, bytes: number): number {
  restartAfterIdle(sk);
  const mss = currentMss(sk);
  const goal = sizeGoal(sk, mss);
  let queued = 0;
  while (queued < bytes) {
    const unsent = unsentBytes(sk);
    let tail = Math.min(sk.tailLength, unsent);
    if (unsent === 0 || tail >= goal) {
      if (queuedMemory(sk, unsent) >= sk.opt.sndbuf) break;
      tail = 0;
    }
    const copy = Math.min(bytes - queued, goal - tail);
    sk.bufferSize = goal;
    sk.writeSeq += copy;
    sk.tailLength = tail + copy;
    queued += copy;
    if (queued < bytes && sk.tailLength >= goal && unsent + copy <= goal) writeXmit(sk, mss, NAGLE_PUSH, 1);
  }
  pushPendingFrames(sk, queued < bytes ? NAGLE_PUSH : sk.opt.nonagle);
  return queued;
}

/** What waited for Nagle's rule may go. */
export function pushHeldBack(sk: Sock, nonagle: number): void {
  pushPendingFrames(sk, nonagle);
}
