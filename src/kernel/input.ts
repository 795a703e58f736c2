/** What a host does with a segment that arrives (tcp_v4_rcv(), tcp_rcv_state_process(), tcp_rcv_established(), tcp_validate_incoming()). */

import { ACK_GOOD, ACK_OLD, processAck, rateLimited, sendChallengeAck } from './ack.js';
import { ackSendCheck, enterQuickAck, initRcvMss, measureRttByTimestamp } from './ack-out.js';
import {
  ACK,
  CLOSE,
  CLOSE_WAIT,
  CLOSING,
  ESTABLISHED,
  FIN,
  FIN_WAIT1,
  FIN_WAIT2,
  LAST_ACK,
  LISTEN,
  RCV_SHUTDOWN,
  RST,
  SEND_SHUTDOWN,
  SYN,
  SYN_RECV,
  SYN_SENT,
  TIMEWAIT_LEN,
  TIME_WAIT,
  TS_OPTION,
} from './constants.js';
import { updatePacingRate } from './congestion.js';
import { initTransfer, receiveInSynSent } from './connect.js';
import { queueData, setDsack } from './data-queue.js';
import { done, removeTimeWait, reset, timeWait } from './done.js';
import type { Host } from './host.js';
import { pushPendingFrames, sendFin } from './output.js';
import { sendReset } from './reply.js';
import { updateRtt } from './rtt.js';
import { checkCookie, checkRequest, connRequest } from './request.js';
import type { Segment } from './segment.js';
import type { Sock } from './sock.js';
import { checkSpace } from './space.js';
import { finTime, resetKeepaliveTimer } from './timers/keepalive.js';
import { dropRequest } from './timers/syn-ack.js';
import { acknowledge, receiveInTimeWait } from './timewait.js';
import { sendAck } from './transmit.js';
import { receiveWindow } from './window.js';

/** tcp_v4_rcv(). */
export function receive(host: Host, s: Segment): void {
  const found = host.lookup(s.destinationPort, s.sourcePort, s.loopback);
  if (found === undefined) {
    receiveWithoutConnection(host, s, 0);
  } else if (found.kind === 'sock') {
    receiveInState(found, s);
    host.recorder.queues(found);
  } else if (found.kind === 'timewait') {
    const isn = receiveInTimeWait(found, s);
    if (isn > 0) {
      if (listenerFor(host, s) === undefined) {
        acknowledge(found);
        return;
      }
      removeTimeWait(found);
      receiveWithoutConnection(host, s, isn);
    }
  } else if (found.listener.state !== LISTEN) {
    dropRequest(found);
    receiveWithoutConnection(host, s, 0);
  } else {
    const child = checkRequest(found, s);
    if (child !== null) receiveAsChild(child, s);
  }
}

/** inet_lookup_listener(): with SO_REUSEPORT the ports decide which of several. */
function listenerFor(host: Host, s: Segment): Sock | undefined {
  const all = host.listeners.get(s.destinationPort);
  if (all === undefined) return undefined;
  return all.length === 1 ? all[0] : all[(s.sourcePort * 2654435761) % all.length];
}

function receiveWithoutConnection(host: Host, s: Segment, twIsn: number): void {
  const listener = listenerFor(host, s);
  if (listener === undefined) {
    sendReset(host, s);
    return;
  }
  if (s.flags & ACK && !(s.flags & SYN)) {
    if (s.flags & RST) return;
    const child = checkCookie(listener, s);
    if (child === 'invalid') sendReset(host, s);
    else if (child !== null) receiveAsChild(child, s);
    return;
  }
  if (s.flags & ACK) {
    sendReset(host, s);
    return;
  }
  if (s.flags & RST || !(s.flags & SYN) || s.flags & FIN) return;
  connRequest(listener, s, twIsn);
}

/** tcp_child_process(): the ACK that made the socket is its first segment; whoever accepts is woken. */
function receiveAsChild(child: Sock, s: Segment): void {
  receiveInState(child, s);
  child.host.recorder.queues(child);
  const listener = child.parent as Sock;
  child.host.recorder.queues(listener);
  listener.wakeAll('IN');
}

/** tcp_parse_options() of a segment without SYN. */
function takeTimestamp(sk: Sock, s: Segment): void {
  sk.sawTstamp = sk.tstampOk && s.tsval > 0;
  if (sk.sawTstamp) {
    sk.rcvTsval = s.tsval;
    sk.rcvTsecr = s.tsecr > 0 ? s.tsecr - sk.tsOffset : 0;
  }
}

/** tcp_disordered_ack(). */
function disorderedAck(sk: Sock, s: Segment): boolean {
  const replay = (sk.rto * 1200) / sk.host.clock.hz;
  const window = s.window * 2 ** sk.sndWscale;
  const updates = s.ack > sk.sndUna || s.seq > sk.sndWl1 || (s.seq === sk.sndWl1 && (window > sk.sndWnd || window === 0));
  return (
    (s.flags & ACK) !== 0 &&
    s.seq === s.endSeq &&
    s.seq === sk.rcvNxt &&
    s.ack === sk.sndUna &&
    !updates &&
    sk.tsRecent - sk.rcvTsval <= replay
  );
}

/** tcp_send_dupack(). */
function sendDupAck(sk: Sock, s: Segment): void {
  if (s.endSeq !== s.seq && s.seq < sk.rcvNxt) {
    enterQuickAck(sk);
    setDsack(sk, s.seq, Math.min(s.endSeq, sk.rcvNxt));
  }
  sendAck(sk);
}

/** tcp_oow_rate_limited(): data is always answered. */
function answerOutOfWindow(sk: Sock, s: Segment): void {
  if ((s.seq !== s.endSeq && !(s.flags & SYN)) || !rateLimited(sk)) sendDupAck(sk, s);
}

/** tcp_reset_check(): a RST one below rcv_nxt is good after a FIN. */
function resetAfterFin(sk: Sock, s: Segment): boolean {
  return s.seq === sk.rcvNxt - 1 && (sk.state === CLOSE_WAIT || sk.state === LAST_ACK || sk.state === CLOSING);
}

/** tcp_validate_incoming(): false if the segment has been dealt with. */
function validate(sk: Sock, s: Segment): boolean {
  if (sk.sawTstamp && sk.tsRecentStamp >= 0 && sk.rcvTsval < sk.tsRecent && !disorderedAck(sk, s) && !(s.flags & RST)) {
    if (s.flags & SYN) sendChallengeAck(sk);
    else answerOutOfWindow(sk, s);
    return false;
  }
  if (s.endSeq < sk.rcvWup || s.seq > sk.rcvNxt + receiveWindow(sk)) {
    if (s.flags & RST) {
      if (resetAfterFin(sk, s)) reset(sk);
    } else if (s.flags & SYN) {
      sendChallengeAck(sk);
    } else {
      answerOutOfWindow(sk, s);
    }
    return false;
  }
  if (s.flags & RST) {
    const highest = sk.sacks.length > 0 ? Math.max(...sk.sacks) : -1;
    if (s.seq === sk.rcvNxt || resetAfterFin(sk, s) || (sk.sackOk && s.seq === highest)) reset(sk);
    else sendChallengeAck(sk);
    return false;
  }
  if (s.flags & SYN) {
    const crossed =
      sk.state === SYN_RECV && !sk.dead && (s.flags & ACK) !== 0 && s.seq + 1 === s.endSeq && s.endSeq === sk.rcvNxt && s.ack === sk.sndNxt;
    if (!crossed) sendChallengeAck(sk);
    return crossed;
  }
  return true;
}

/** tcp_rcv_state_process(). */
function receiveInState(sk: Sock, s: Segment): void {
  if (sk.state === SYN_SENT) {
    receiveInSynSent(sk, s);
    if ((sk.state as number) === ESTABLISHED) dataSendCheck(sk);
    return;
  }
  takeTimestamp(sk, s);
  if (!(s.flags & (ACK | RST | SYN))) return;
  if (!validate(sk, s)) return;
  if (sk.state === ESTABLISHED) {
    if (processAck(sk, s, true, true) < 0) return;
    measureRttByTimestamp(sk, s);
    queueData(sk, s);
    sendChecks(sk);
    return;
  }
  const verdict = processAck(sk, s, true, false);
  if (verdict < ACK_GOOD) {
    if (sk.state === SYN_RECV) {
      sendReset(sk.host, s);
      return;
    }
    if (verdict < ACK_OLD) {
      sendChallengeAck(sk);
      return;
    }
  }
  if (acknowledged(sk, s)) receiveText(sk, s);
}

/** Step 5: what the ACK means for the state. False: nothing is left to do. */
function acknowledged(sk: Sock, s: Segment): boolean {
  switch (sk.state) {
    case SYN_RECV:
      establishPassive(sk, s);
      return true;
    case FIN_WAIT1:
      return sk.sndUna !== sk.writeSeq || finAcknowledged(sk, s);
    case CLOSING:
      if (sk.sndUna === sk.writeSeq) {
        timeWait(sk, TIME_WAIT, 0);
        return false;
      }
      return true;
    case LAST_ACK:
      if (sk.sndUna === sk.writeSeq) {
        done(sk);
        return false;
      }
      return true;
    default:
      return true;
  }
}

function establishPassive(sk: Sock, s: Segment): void {
  sk.delivered++;
  // tcp_synack_rtt_meas(): after a repeated SYN-ACK only the echoed timestamp tells, and that may be the first one's
  if (sk.srttUs === 0) updateRtt(sk, { seq: -1, sack: -1, ca: -1, acked: true, maybeDelayed: false });
  if (sk.tstampOk) sk.advmss -= TS_OPTION;
  if (sk.undoMarker > 0 && sk.retransStamp > 0 && sk.sawTstamp && sk.retransStamp === sk.rcvTsecr) sk.undoMarker = 0;
  sk.retransStamp = 0;
  initTransfer(sk);
  sk.copiedSeq = sk.rcvNxt;
  sk.setState(ESTABLISHED);
  sk.wakeAll();
  sk.sndUna = s.ack;
  sk.sndWnd = s.window * 2 ** sk.sndWscale;
  sk.sndWl1 = s.seq;
  updatePacingRate(sk);
  sk.lsndtime = sk.host.clock.jiffies;
  initRcvMss(sk);
  if (sk.shutdown & SEND_SHUTDOWN) {
    sk.setState(FIN_WAIT1);
    sendFin(sk);
  }
}

/** Our FIN is acknowledged in FIN_WAIT_1. */
function finAcknowledged(sk: Sock, s: Segment): boolean {
  sk.setState(FIN_WAIT2);
  sk.shutdown |= SEND_SHUTDOWN;
  if (!sk.dead) {
    sk.wakeAll();
    return true;
  }
  const fin = s.flags & FIN ? 1 : 0;
  if (sk.opt.linger2 < 0 || (s.endSeq !== s.seq && s.endSeq - fin > sk.rcvNxt)) {
    done(sk);
    sendReset(sk.host, s);
    return false;
  }
  const tmo = finTime(sk);
  if (tmo > TIMEWAIT_LEN) {
    resetKeepaliveTimer(sk, tmo - TIMEWAIT_LEN);
    return true;
  }
  if (fin) {
    resetKeepaliveTimer(sk, tmo);
    return true;
  }
  timeWait(sk, FIN_WAIT2, tmo);
  return false;
}

/** Step 7: the text. */
function receiveText(sk: Sock, s: Segment): void {
  const closing = sk.state === CLOSE_WAIT || sk.state === CLOSING || sk.state === LAST_ACK;
  const finWait = sk.state === FIN_WAIT1 || sk.state === FIN_WAIT2;
  if (!closing || s.seq < sk.rcvNxt) {
    if ((closing || finWait) && sk.shutdown & RCV_SHUTDOWN) {
      const fin = s.flags & FIN ? 1 : 0;
      if (s.endSeq !== s.seq && s.endSeq - fin > sk.rcvNxt) {
        reset(sk);
        sendReset(sk.host, s);
        return;
      }
    }
    queueData(sk, s);
  }
  sendChecks(sk);
}

/** tcp_data_snd_check(). */
function dataSendCheck(sk: Sock): void {
  pushPendingFrames(sk);
  checkSpace(sk);
}

function sendChecks(sk: Sock): void {
  if (sk.state === CLOSE) return;
  dataSendCheck(sk);
  ackSendCheck(sk);
}
