/**
 * Answers that belong to no full socket: RST for a segment without a
 * socket, ACKs of mini-sockets (tcp_v4_send_reset(), tcp_v4_send_ack()).
 */

import { ACK, FIN, RST, SYN } from './constants.js';
import type { Host } from './host.js';
import type { Segment } from './segment.js';
import { bareSegment, transmitBare } from './transmit.js';

/** tcp_v4_send_reset(): nothing for a RST; with an ACK its number, else RST+ACK. */
export function sendReset(host: Host, s: Segment): void {
  if (s.flags & RST) return;
  const withAck = (s.flags & ACK) !== 0;
  transmitBare(
    host,
    bareSegment({
      sourcePort: s.destinationPort,
      destinationPort: s.sourcePort,
      loopback: s.loopback,
      flags: withAck ? RST : RST | ACK,
      seq: withAck ? s.ack : 0,
      ack: withAck ? 0 : s.seq + s.len + (s.flags & SYN ? 1 : 0) + (s.flags & FIN ? 1 : 0),
      window: 0,
      tsval: 0,
      tsecr: 0,
    }),
  );
}

export interface AckReply {
  host: Host;
  localPort: number;
  remotePort: number;
  loopback: boolean;
  seq: number;
  ack: number;
  window: number;
  tstampOk: boolean;
  tsOffset: number;
  tsRecent: number;
}

/** tcp_v4_send_ack(). */
export function sendBareAck(a: AckReply): void {
  transmitBare(
    a.host,
    bareSegment({
      sourcePort: a.localPort,
      destinationPort: a.remotePort,
      loopback: a.loopback,
      flags: ACK,
      seq: a.seq,
      ack: a.ack,
      window: a.window,
      tsval: a.tstampOk ? a.host.ms + a.tsOffset : 0,
      tsecr: a.tstampOk ? a.tsRecent : 0,
    }),
  );
}
