/** A TCP segment on the wire. Sequence numbers never wrap: they are plain numbers above 2^32 if need be. */

import type { PacketKind } from './trace.js';

/** [start, end) of a block that arrived out of order; a flat list start, end, start, end ... */
export type SackBlocks = readonly number[];

interface SynOptions {
  mss: number;
  /** Window scale, -1 when not offered. */
  wscale: number;
  sackOk: boolean;
}

export interface Segment {
  sourcePort: number;
  destinationPort: number;
  flags: number;
  seq: number;
  /** Sequence number after the last byte, SYN and FIN counted. */
  endSeq: number;
  ack: number;
  len: number;
  /** Window field as it stands in the header. */
  window: number;
  /** Sender's timestamp in its own milliseconds; 0: no timestamp option. */
  tsval: number;
  tsecr: number;
  sack: SackBlocks | null;
  syn: SynOptions | null;
  /** For the trace: what the sender meant by it. */
  kind: PacketKind;
  /** For the trace: scaled window in bytes. */
  windowBytes: number;
  /** IP destination of loopback traffic differs from the wire's. */
  loopback: boolean;
  arrivesAt: number;
  order: number;
}

/** One segment in the retransmission queue (an skb with one segment). */
export interface SentSegment {
  seq: number;
  endSeq: number;
  len: number;
  /** SYN, FIN, PSH. */
  flags: number;
  /** SACKED_ACKED, SACKED_RETRANS, LOST, EVER_RETRANS. */
  sacked: number;
  /** Time of the last transmission, microseconds (skb_mstamp). */
  sentAt: number;
  /** tp->delivered at that time (tcp_rate_skb_sent()). */
  delivered: number;
  /** Neighbours in the order of transmission (tsorted_sent_queue). */
  older: SentSegment | null;
  newer: SentSegment | null;
  /** First segment of its buffer: the buffer's own memory is charged with it. */
  head: boolean;
  /** True while it stands in that order. */
  sorted: boolean;
}
