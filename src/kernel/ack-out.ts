/**
 * When to acknowledge: quick ACKs, delayed ACKs, interactive mode (__tcp_ack_snd_check(), tcp_send_delayed_ack(), tcp_event_data_recv()).
 */

import {
  ACK_NOW,
  ACK_PUSHED,
  ACK_PUSHED2,
  ACK_SCHED,
  ACK_TIMER,
  ATO_MIN,
  DELACK_MAX,
  FASTRETRANS_THRESH,
  MAX_QUICKACKS,
  MIN_MSS,
  MSS_DEFAULT,
  PSH,
  FIN,
} from './constants.js';
import type { Segment } from './segment.js';
import type { Sock } from './sock.js';
import { ackScheduled, scheduleAck, sendAck } from './transmit.js';
import { growWindow, truesize, wantedWindow, winFromSpace } from './window.js';

/** tcp_comp_sack_nr, tcp_comp_sack_delay_ns. */
const COMPRESSED_ACKS = 44;
const COMPRESSED_DELAY = 1_000;

export function inPingpong(sk: Sock): boolean {
  return sk.pingpong >= sk.host.sysctls.tcpPingpongThresh;
}

export function enterPingpong(sk: Sock): void {
  sk.pingpong = sk.host.sysctls.tcpPingpongThresh;
}

/** tcp_incr_quickack(). */
function moreQuickAcks(sk: Sock): void {
  const count = Math.min(Math.floor(sk.rcvWnd / (2 * sk.rcvMss)) || 2, MAX_QUICKACKS);
  if (count > sk.quick) sk.quick = count;
}

/** tcp_enter_quickack_mode(). */
export function enterQuickAck(sk: Sock): void {
  moreQuickAcks(sk);
  sk.pingpong = 0;
  sk.ato = sk.host.clock.toJiffies(ATO_MIN);
}

/** tcp_initialize_rcv_mss(). */
export function initRcvMss(sk: Sock): void {
  sk.rcvMss = Math.max(Math.min(sk.advmss, sk.mss, Math.floor(sk.rcvWnd / 2), MSS_DEFAULT), MIN_MSS);
}

/** tcp_set_window_clamp(): with more room the limit of the window comes up to what has been offered. */
function setWindowClamp(sk: Sock, clamp: number): void {
  const old = sk.windowClamp;
  sk.windowClamp = clamp;
  if (clamp < old) sk.rcvSsthresh = Math.min(sk.rcvSsthresh, clamp);
  else if (clamp > old) sk.rcvSsthresh = Math.max(sk.rcvSsthresh, Math.min(sk.rcvWnd, clamp));
}

/** tcp_measure_rcv_mss(): the peer's segment size, and whether a small or pushed one came. */
export function measureRcvMss(sk: Sock, s: Segment): void {
  const lastSize = sk.lastSegSize;
  sk.lastSegSize = 0;
  const len = s.len;
  if (len >= sk.rcvMss) {
    if (len !== sk.rcvMss && sk.host.behaviour.measuredWindowShare) {
      const old = sk.scalingRatio;
      sk.scalingRatio = Math.max(1, Math.floor((len * 256) / truesize(len)));
      if (old !== sk.scalingRatio) {
        setWindowClamp(sk, winFromSpace(sk, sk.opt.rcvbuf));
        if (sk.windowClamp < sk.rcvqSpace) sk.rcvqSpace = sk.windowClamp;
      }
    }
    sk.rcvMss = Math.min(len, sk.advmss);
    if (s.flags & PSH) sk.ackPending |= ACK_PUSHED;
    return;
  }
  const full = len + 20 + (sk.tstampOk ? 12 : 0);
  if (full >= MSS_DEFAULT + 20 || (full >= MIN_MSS + 20 && !(s.flags & (PSH | FIN)))) {
    sk.lastSegSize = len;
    if (len === lastSize) {
      sk.rcvMss = len;
      return;
    }
  }
  if (sk.ackPending & ACK_PUSHED) sk.ackPending |= ACK_PUSHED2;
  sk.ackPending |= ACK_PUSHED;
}

/** tcp_event_data_recv(): the delayed-ACK engine learns the distance of arrivals. */
export function dataReceived(sk: Sock, s: Segment): void {
  const clock = sk.host.clock;
  const now = clock.jiffies;
  const atoMin = clock.toJiffies(ATO_MIN);
  scheduleAck(sk);
  measureRcvMss(sk, s);
  measureRttByWindow(sk);
  if (sk.ato === 0) {
    moreQuickAcks(sk);
    sk.ato = atoMin;
  } else {
    const gap = now - sk.lrcvtime;
    if (gap <= atoMin >> 1) sk.ato = (sk.ato >> 1) + (atoMin >> 1);
    else if (gap < sk.ato) sk.ato = Math.min((sk.ato >> 1) + gap, sk.rto, clock.toJiffies(DELACK_MAX));
    else if (gap > sk.rto) moreQuickAcks(sk);
  }
  sk.lrcvtime = now;
  if (s.len >= 128) growWindow(sk, s.len, truesize(s.len));
}

/** tcp_rcv_rtt_update(). */
function receiverRtt(sk: Sock, sample: number, windowDependent: boolean): void {
  const m = sample * 8;
  if (sk.rcvRttUs === 0 || m < sk.rcvRttUs) sk.rcvRttUs = m;
  else if (!windowDependent) sk.rcvRttUs += sample - (sk.rcvRttUs >> 3);
}

/** tcp_rcv_rtt_measure(): the time in which a whole window came. */
function measureRttByWindow(sk: Sock): void {
  const now = sk.host.clock.now;
  if (sk.rcvRttTime !== 0) {
    if (sk.rcvNxt < sk.rcvRttSeq) return;
    receiverRtt(sk, Math.max(1, now - sk.rcvRttTime), true);
  }
  sk.rcvRttSeq = sk.rcvNxt + sk.rcvWnd;
  sk.rcvRttTime = now;
}

/** tcp_rcv_rtt_measure_ts(). */
export function measureRttByTimestamp(sk: Sock, s: Segment): void {
  if (sk.rcvTsecr === sk.rcvRttLastTsecr) return;
  sk.rcvRttLastTsecr = sk.rcvTsecr;
  if (s.endSeq - s.seq >= sk.rcvMss && sk.rcvTsecr > 0) {
    const ms = sk.host.ms - sk.rcvTsecr;
    if (ms > 0) receiverRtt(sk, ms * 1000, false);
  }
}

/** __tcp_ack_snd_check(). */
export function ackSendCheck(sk: Sock): void {
  if (!ackScheduled(sk)) return;
  const unread = sk.rcvNxt - sk.copiedSeq;
  if (
    (sk.rcvNxt - sk.rcvWup > sk.rcvMss && (unread < sk.opt.rcvLowat || wantedWindow(sk) >= sk.rcvWnd)) ||
    (sk.quick > 0 && !inPingpong(sk)) ||
    sk.ackPending & ACK_NOW
  ) {
    sendAck(sk);
    return;
  }
  if (sk.received.ofo.length === 0) {
    sendDelayedAck(sk);
    return;
  }
  if (!sk.sackOk || sk.compressedAck >= COMPRESSED_ACKS) {
    sendAck(sk);
    return;
  }
  if (sk.compressedAckRcvNxt !== sk.rcvNxt) {
    sk.compressedAckRcvNxt = sk.rcvNxt;
    sk.dupAckCounter = 0;
  }
  if (sk.dupAckCounter < FASTRETRANS_THRESH) {
    sk.dupAckCounter++;
    sendAck(sk);
    return;
  }
  sk.compressedAck++;
  if (sk.compressedAckTimer.pending) return;
  const rtt = sk.srttUs > 0 && sk.srttUs < sk.rcvRttUs ? sk.srttUs : sk.rcvRttUs;
  sk.compressedAckTimer.fireIn(Math.round(Math.min(COMPRESSED_DELAY, rtt / 8 / 20)));
}

/** tcp_send_delayed_ack(). */
function sendDelayedAck(sk: Sock): void {
  const clock = sk.host.clock;
  const least = clock.toJiffies(ATO_MIN);
  let ato = sk.ato;
  if (ato > least) {
    let most = inPingpong(sk) || sk.ackPending & ACK_PUSHED ? clock.toJiffies(DELACK_MAX) : clock.hz >> 1;
    if (sk.srttUs > 0) most = Math.min(most, Math.max(clock.toJiffies(sk.srttUs >> 3), least));
    ato = Math.min(ato, most);
  }
  ato = Math.min(ato, delackMax(sk));
  let timeout = clock.jiffies + ato;
  if (sk.ackPending & ACK_TIMER) {
    if (sk.ackTimeout <= clock.jiffies + (ato >> 2)) {
      sendAck(sk);
      return;
    }
    timeout = Math.min(timeout, sk.ackTimeout);
  }
  sk.ackPending |= ACK_SCHED | ACK_TIMER;
  sk.ackTimeout = timeout;
  sk.delackTimer.mod(timeout);
}

/** tcp_delack_max(): a jiffy less than the least RTO. */
function delackMax(sk: Sock): number {
  const clock = sk.host.clock;
  const most = clock.toJiffies(DELACK_MAX);
  if (!sk.host.behaviour.delackBelowRtoMin) return most;
  return Math.min(most, Math.max(1, clock.toJiffies(sk.host.sysctls.tcpRtoMinUs) - 1));
}
