/** Ethernet frames of a trace's segments: IPv4 and TCP headers with right checksums, ARP. RFC 791, 9293, 7323, 826. */

import type { HostName } from '../kernel/experiment.js';

const ADDRESS: Record<HostName, readonly number[]> = { A: [10, 77, 0, 1], B: [10, 77, 0, 2] };
const MAC: Record<HostName, readonly number[]> = { A: [2, 0, 0, 0, 0, 0x41], B: [2, 0, 0, 0, 0, 0x42] };
const OTHER: Record<HostName, HostName> = { A: 'B', B: 'A' };
const BROADCAST = [255, 255, 255, 255, 255, 255];
const ETHERNET = 14;
const IP = 20;
/** What fits an IPv4 packet beside headers with all options. */
const MOST_PAYLOAD = 65_535 - IP - 60;
/** What payload consists of, the letter x: zeros look like some protocol to tshark's guesses. */
const FILLING = 0x78;

export interface Segment {
  from: HostName;
  sourcePort: number;
  destinationPort: number;
  /** Absolute sequence and acknowledgement numbers, 32 bits. */
  seq: number;
  ack: number | null;
  /** In the order S F R P A. */
  flags: string;
  /** The 16 bits of the window field, before scaling. */
  window: number;
  options: readonly number[];
  /** Bytes of payload. */
  length: number;
  /** IPv4 identification. */
  id: number;
}

const BITS: Record<string, number> = { F: 1, S: 2, R: 4, P: 8, A: 16 };

/** One's complement sum of 16-bit words over part of the bytes (RFC 1071), not yet inverted. */
function sum(bytes: Uint8Array, from: number, to: number, start = 0): number {
  let total = start;
  for (let i = from; i < to; i += 2) total += ((bytes[i] ?? 0) << 8) | (i + 1 < to ? (bytes[i + 1] ?? 0) : 0);
  while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x10000);
  return total;
}

function ethernet(frame: Uint8Array, from: HostName, type: number, to: readonly number[]): void {
  frame.set(to, 0);
  frame.set(MAC[from], 6);
  frame.set([type >> 8, type & 0xff], 12);
}

/** A TCP segment as an Ethernet frame. Payload longer than an IPv4 packet can carry is cut. */
export function tcpFrame(s: Segment): Uint8Array {
  const header = 20 + s.options.length;
  const length = Math.min(s.length, MOST_PAYLOAD);
  const frame = new Uint8Array(ETHERNET + IP + header + length);
  const view = new DataView(frame.buffer);
  ethernet(frame, s.from, 0x0800, MAC[OTHER[s.from]]);
  view.setUint8(ETHERNET, 0x45);
  view.setUint16(ETHERNET + 2, IP + header + length);
  view.setUint16(ETHERNET + 4, s.id & 0xffff);
  view.setUint16(ETHERNET + 6, 0x4000); // do not fragment
  view.setUint8(ETHERNET + 8, 64);
  view.setUint8(ETHERNET + 9, 6);
  frame.set(ADDRESS[s.from], ETHERNET + 12);
  frame.set(ADDRESS[OTHER[s.from]], ETHERNET + 16);
  view.setUint16(ETHERNET + 10, ~sum(frame, ETHERNET, ETHERNET + IP) & 0xffff);
  const tcp = ETHERNET + IP;
  view.setUint16(tcp, s.sourcePort);
  view.setUint16(tcp + 2, s.destinationPort);
  view.setUint32(tcp + 4, s.seq >>> 0);
  view.setUint32(tcp + 8, (s.ack ?? 0) >>> 0);
  view.setUint8(tcp + 12, (header / 4) << 4);
  view.setUint8(
    tcp + 13,
    [...s.flags].reduce((bits, f) => bits | (BITS[f] ?? 0), 0),
  );
  view.setUint16(tcp + 14, s.window);
  frame.set(s.options, tcp + 20);
  frame.fill(FILLING, tcp + header);
  const pseudo = sum(frame, ETHERNET + 12, ETHERNET + 20, 6 + header + length);
  view.setUint16(tcp + 16, ~sum(frame, tcp, frame.length, pseudo) & 0xffff);
  return frame;
}

/** An ARP question (to all) or answer (to the other host). */
export function arpFrame(from: HostName, isReply: boolean): Uint8Array {
  const to = OTHER[from];
  const frame = new Uint8Array(ETHERNET + 28);
  ethernet(frame, from, 0x0806, isReply ? MAC[to] : BROADCAST);
  frame.set(
    [0, 1, 8, 0, 6, 4, 0, isReply ? 2 : 1, ...MAC[from], ...ADDRESS[from], ...(isReply ? MAC[to] : [0, 0, 0, 0, 0, 0]), ...ADDRESS[to]],
    ETHERNET,
  );
  return frame;
}
