/** SACK blocks of an ACK mark what has arrived (tcp_sacktag_write_queue()). */

import { EVER_RETRANS, LOST, RETRANS, SACKED_ACKED, SACKED_RETRANS } from './constants.js';
import { rackAdvance } from './rack.js';
import type { AckFacts } from './recovery.js';
import type { SackBlocks, SentSegment } from './segment.js';
import type { Sock } from './sock.js';

export interface SackResult {
  /** Times of the earliest and latest first transmissions that these blocks newly cover; -1: none. */
  firstSentAt: number;
  lastSentAt: number;
  newlySacked: number;
  priorDelivered: number;
}

/** tcp_check_dsack() and tcp_dsack_seen(): the first block tells of a duplicate. */
function checkDsack(sk: Sock, ack: number, blocks: SackBlocks, priorUna: number, f: AckFacts): boolean {
  const start = blocks[0] as number;
  const end = blocks[1] as number;
  if (start >= ack) {
    if (blocks.length < 4 || end > (blocks[3] as number) || start < (blocks[2] as number)) return false;
  }
  const segments = end - start > sk.mss ? Math.ceil((end - start) / sk.mss) : 1;
  sk.dsackSeen = true;
  f.dsackingAck = true;
  if (sk.tlpHighSeq > 0 && sk.tlpRetrans && end === sk.tlpHighSeq) f.dsackTlp = true;
  if (sk.undoMarker > 0 && sk.undoRetrans > 0 && end <= priorUna && end > sk.undoMarker)
    sk.undoRetrans = Math.max(0, sk.undoRetrans - segments);
  return true;
}

/** tcp_sacktag_one(). */
function tagOne(sk: Sock, s: SentSegment, duplicate: boolean, f: AckFacts, result: SackResult): void {
  if (duplicate && s.sacked & RETRANS && sk.undoMarker > 0 && sk.undoRetrans > 0 && s.endSeq > sk.undoMarker) sk.undoRetrans--;
  if (s.endSeq <= sk.sndUna) return;
  if (!(s.sacked & SACKED_ACKED)) {
    rackAdvance(sk, s.sacked, s.endSeq, s.sentAt);
    result.priorDelivered = Math.max(result.priorDelivered, s.delivered);
    if (s.sacked & SACKED_RETRANS) {
      if (s.sacked & LOST) {
        s.sacked &= ~(LOST | SACKED_RETRANS);
        sk.lostOut--;
        sk.retransOut--;
      }
    } else {
      if (!(s.sacked & EVER_RETRANS)) {
        if (s.endSeq <= sk.highSeq) f.origSackAcked = true;
        if (result.firstSentAt < 0) result.firstSentAt = s.sentAt;
        result.lastSentAt = s.sentAt;
      }
      if (s.sacked & LOST) {
        s.sacked &= ~LOST;
        sk.lostOut--;
      }
    }
    s.sacked |= SACKED_ACKED;
    f.dataSacked = true;
    sk.sackedOut++;
    result.newlySacked++;
    sk.rtx.unsort(s);
  }
  if (duplicate && s.sacked & SACKED_RETRANS) {
    s.sacked &= ~SACKED_RETRANS;
    sk.retransOut--;
  }
}

/** Goes through the blocks of an ACK in the order of sequence numbers. */
export function tagSacked(sk: Sock, ack: number, blocks: SackBlocks, priorUna: number, f: AckFacts): SackResult {
  const result: SackResult = { firstSentAt: -1, lastSentAt: -1, newlySacked: 0, priorDelivered: 0 };
  const dsack = checkDsack(sk, ack, blocks, priorUna, f);
  if (sk.packetsOut === 0) return result;
  const order: number[] = [];
  for (let i = 0; i < blocks.length; i += 2) order.push(i);
  order.sort((a, b) => (blocks[a] as number) - (blocks[b] as number));
  for (const i of order) {
    const start = blocks[i] as number;
    const end = blocks[i + 1] as number;
    if (end <= sk.sndUna || end > sk.sndNxt) continue;
    for (let at = sk.rtx.indexOf(start); ; at++) {
      const s = sk.rtx.at(at);
      if (s === undefined || s.endSeq > end) break;
      if (s.seq >= start) tagOne(sk, s, dsack && i === 0, f, result);
    }
  }
  return result;
}
