/** Received data: in order, ahead of a hole, old; and the FIN (tcp_data_queue(), tcp_data_queue_ofo(), tcp_fin()). */

import { dataReceived, enterPingpong, enterQuickAck, measureRcvMss } from './ack-out.js';
import {
  ACK_NOMEM,
  ACK_NOW,
  CLOSE_WAIT,
  CLOSING,
  ESTABLISHED,
  FIN,
  FIN_WAIT1,
  FIN_WAIT2,
  RCV_SHUTDOWN,
  SYN_RECV,
  TIME_WAIT,
} from './constants.js';
import { timeWait } from './done.js';
import type { ReceivedPacket } from './receive-queue.js';
import type { Segment } from './segment.js';
import type { Sock } from './sock.js';
import { scheduleAck, sendAck } from './transmit.js';
import { growWindow, receiveWindow, tailroom, truesize } from './window.js';

/** TCP_NUM_SACKS blocks are remembered, as start and end. */
const SACK_NUMBERS = 8;

/** tcp_dsack_set(). */
export function setDsack(sk: Sock, start: number, end: number): void {
  if (!sk.sackOk || !sk.host.sysctls.tcpDsack) return;
  sk.dsackStart = start;
  sk.dsackEnd = end;
}

/** tcp_dsack_extend(). */
function extendDsack(sk: Sock, start: number, end: number): void {
  if (sk.dsackStart < 0) {
    setDsack(sk, start, end);
  } else if (start <= sk.dsackEnd && end >= sk.dsackStart) {
    sk.dsackStart = Math.min(sk.dsackStart, start);
    sk.dsackEnd = Math.max(sk.dsackEnd, end);
  }
}

/** tcp_data_queue(). */
export function queueData(sk: Sock, s: Segment): void {
  if (s.seq === s.endSeq) return;
  sk.dsackStart = -1;
  const window = receiveWindow(sk);
  if (s.seq === sk.rcvNxt) {
    if (window === 0 && !(s.len === 0 && s.flags & FIN)) outOfWindow(sk);
    else inOrder(sk, s);
  } else if (s.endSeq <= sk.rcvNxt) {
    setDsack(sk, s.seq, s.endSeq);
    outOfWindow(sk);
  } else if (s.seq >= sk.rcvNxt + window) {
    outOfWindow(sk);
  } else if (s.seq < sk.rcvNxt) {
    setDsack(sk, s.seq, sk.rcvNxt);
    if (window === 0) outOfWindow(sk);
    else inOrder(sk, s);
  } else {
    queueOutOfOrder(sk, s);
  }
}

function outOfWindow(sk: Sock): void {
  enterQuickAck(sk);
  scheduleAck(sk);
}

/** tcp_try_rmem_schedule(), tcp_clamp_window(): false if the buffer is overfull. */
function hasMemory(sk: Sock): boolean {
  if (sk.received.memory <= sk.opt.rcvbuf) return true;
  sk.quick = 0;
  if (!sk.opt.rcvbufLocked && sk.opt.rcvbuf < sk.host.sysctls.tcpRmemMax)
    sk.opt.rcvbuf = Math.min(sk.received.memory, sk.host.sysctls.tcpRmemMax);
  if (sk.received.memory <= sk.opt.rcvbuf) return true;
  sk.rcvSsthresh = Math.min(sk.windowClamp, 2 * sk.advmss);
  return false;
}

function inOrder(sk: Sock, s: Segment): void {
  if (!hasMemory(sk)) {
    sk.ackPending |= ACK_NOMEM | ACK_NOW;
    scheduleAck(sk);
    sk.wakeAll('IN');
    if (sk.received.length > 0 && s.len > 0) return;
  }
  const fin = (s.flags & FIN) !== 0;
  sk.received.push({ seq: s.seq, endSeq: s.endSeq, fin, truesize: truesize(s.len), room: tailroom(s.len) });
  sk.rcvNxt = s.endSeq;
  if (s.len > 0) dataReceived(sk, s);
  if (fin) finReceived(sk);
  if (sk.received.ofo.length > 0) {
    fillHole(sk);
    if (sk.received.ofo.length === 0) sk.ackPending |= ACK_NOW;
  }
  if (sk.sacks.length > 0) removeSacks(sk);
  if (!sk.dead && (sk.done || sk.rcvNxt - sk.copiedSeq >= sk.opt.rcvLowat)) sk.wakeAll('IN');
}

/** tcp_ofo_queue(). */
function fillHole(sk: Sock): void {
  const dsackHigh = sk.rcvNxt;
  const ofo = sk.received.ofo;
  let taken = 0;
  for (const p of ofo) {
    if (p.seq > sk.rcvNxt) break;
    taken++;
    if (p.seq < dsackHigh) extendDsack(sk, p.seq, Math.min(p.endSeq, dsackHigh));
    sk.received.memory -= p.truesize;
    if (p.endSeq <= sk.rcvNxt) continue;
    sk.received.push(p);
    sk.rcvNxt = p.endSeq;
    if (p.fin) {
      ofo.splice(0, taken);
      finReceived(sk);
      return;
    }
  }
  ofo.splice(0, taken);
}

/** tcp_sack_remove(): blocks below rcv_nxt have served. */
function removeSacks(sk: Sock): void {
  if (sk.received.ofo.length === 0) {
    sk.sacks = [];
    return;
  }
  const kept: number[] = [];
  for (let i = 0; i < sk.sacks.length; i += 2) {
    if (sk.rcvNxt < (sk.sacks[i] as number)) kept.push(sk.sacks[i] as number, sk.sacks[i + 1] as number);
  }
  sk.sacks = kept;
}

/** tcp_sack_new_ofo_skb(): the newest block goes first. */
function addSack(sk: Sock, start: number, end: number): void {
  let low = start;
  let high = end;
  const others: number[] = [];
  for (let i = 0; i < sk.sacks.length; i += 2) {
    const a = sk.sacks[i] as number;
    const b = sk.sacks[i + 1] as number;
    if (low <= b && a <= high) {
      low = Math.min(low, a);
      high = Math.max(high, b);
    } else {
      others.push(a, b);
    }
  }
  sk.sacks = [low, high, ...others].slice(0, SACK_NUMBERS);
}

/** tcp_data_queue_ofo(). */
function queueOutOfOrder(sk: Sock, s: Segment): void {
  if (!hasMemory(sk)) {
    sk.wakeAll('IN');
    return;
  }
  measureRcvMss(sk, s);
  scheduleAck(sk);
  const packet: ReceivedPacket = {
    seq: s.seq,
    endSeq: s.endSeq,
    fin: (s.flags & FIN) !== 0,
    truesize: truesize(s.len),
    room: tailroom(s.len),
  };
  const isNew = insertOutOfOrder(sk, packet);
  if (sk.sackOk) {
    if (sk.received.ofo.length === 1 && isNew) sk.sacks = [s.seq, s.endSeq];
    else addSack(sk, s.seq, s.endSeq);
    if (isNew) growWindow(sk, s.len, packet.truesize);
  }
}

/** Keeps the out-of-order queue sorted and without overlaps; false if nothing of the packet was new. */
function insertOutOfOrder(sk: Sock, p: ReceivedPacket): boolean {
  const ofo = sk.received.ofo;
  let at = ofo.length;
  while (at > 0 && (ofo[at - 1] as ReceivedPacket).seq > p.seq) at--;
  const before = ofo[at - 1];
  if (before !== undefined && p.seq < before.endSeq) {
    if (p.endSeq <= before.endSeq) {
      setDsack(sk, p.seq, p.endSeq);
      return false;
    }
    setDsack(sk, p.seq, before.endSeq);
  }
  let covered = 0;
  for (let next = ofo[at]; next !== undefined && p.endSeq > next.seq; next = ofo[at + ++covered]) {
    extendDsack(sk, next.seq, Math.min(p.endSeq, next.endSeq));
    if (p.endSeq < next.endSeq) break;
    sk.received.memory -= next.truesize;
  }
  sk.received.insertOfo(at, covered, p);
  return true;
}

/** tcp_fin(). */
function finReceived(sk: Sock): void {
  scheduleAck(sk);
  sk.shutdown |= RCV_SHUTDOWN;
  sk.done = true;
  switch (sk.state) {
    case SYN_RECV:
    case ESTABLISHED:
      sk.setState(CLOSE_WAIT);
      enterPingpong(sk);
      break;
    case FIN_WAIT1:
      sendAck(sk);
      sk.setState(CLOSING);
      break;
    case FIN_WAIT2:
      sendAck(sk);
      timeWait(sk, TIME_WAIT, 0);
      break;
    default:
      break;
  }
  sk.received.clearOfo();
  sk.sacks = [];
  if (!sk.dead) sk.wakeAll();
}
