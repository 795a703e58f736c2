/** From a captured packet to its TCP segment: Ethernet, VLAN tags, Linux cooked, loopback, raw IP; IPv4, IPv6. */

import { hostOf, ipv6Host } from '../address.js';
import type { Packet } from './packets.js';

export interface CapturedSegment {
  at: number;
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
  seq: number;
  ack: number;
  flags: { syn: boolean; ack: boolean; fin: boolean; rst: boolean };
  window: number;
  /** Bytes of data, by the packet's own lengths: the capture may have kept fewer. */
  length: number;
}

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const TAGS = new Set([0x8100, 0x88a8, 0x9100]);
const TCP = 6;
/** Hop-by-hop, routing, destination options (and AH, which counts otherwise); a fragment's first part holds the ports. */
const EXTENSIONS = new Set([0, 43, 60]);
const FRAGMENT = 44;

/** Where the network packet starts, by link type: null where it is none of IP. */
function networkAt(link: number, data: DataView): number | null {
  switch (link) {
    case 1:
      return taggedAt(data, 12);
    case 0:
    case 108:
      return 4;
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return 0;
    case 113:
      return taggedAt(data, 14);
    case 276:
      return data.byteLength >= 20 && isIp(data.getUint16(0)) ? 20 : null;
    default:
      return null;
  }
}

const isIp = (type: number): boolean => type === IPV4 || type === IPV6;

function taggedAt(data: DataView, typeAt: number): number | null {
  let at = typeAt;
  while (at + 2 <= data.byteLength && TAGS.has(data.getUint16(at))) at += 4;
  return at + 2 <= data.byteLength && isIp(data.getUint16(at)) ? at + 2 : null;
}

/** @returns null for what is no TCP, cut before its ports, or a later fragment */
export function segmentOf(packet: Packet): CapturedSegment | null {
  const { data } = packet;
  const at = networkAt(packet.link, data);
  if (at === null || at >= data.byteLength) return null;
  const version = data.getUint8(at) >> 4;
  if (version === 4) return overIpv4(packet.at, data, at);
  return version === 6 ? overIpv6(packet.at, data, at) : null;
}

function overIpv4(when: number, data: DataView, at: number): CapturedSegment | null {
  if (at + 20 > data.byteLength || data.getUint8(at + 9) !== TCP || (data.getUint16(at + 6) & 0x1fff) !== 0) return null;
  const header = (data.getUint8(at) & 15) * 4;
  if (header < 20) return null;
  // A length of 0: the network card was to cut it into pieces (TSO), so the packet is as long as what is here.
  const total = data.getUint16(at + 2) || data.byteLength - at;
  const host = (from: number): string => hostOf([0, 1, 2, 3].map((i) => data.getUint8(from + i)).join('.'));
  return tcp(when, data, at + header, total - header, host(at + 12), host(at + 16));
}

function overIpv6(when: number, data: DataView, at: number): CapturedSegment | null {
  if (at + 40 > data.byteLength) return null;
  let next = data.getUint8(at + 6);
  let left = data.getUint16(at + 4) || data.byteLength - at - 40;
  let from = at + 40;
  while (EXTENSIONS.has(next) || next === FRAGMENT) {
    if (from + 8 > data.byteLength || (next === FRAGMENT && (data.getUint16(from + 2) & 0xfff8) !== 0)) return null;
    const length = next === FRAGMENT ? 8 : (data.getUint8(from + 1) + 1) * 8;
    next = data.getUint8(from);
    from += length;
    left -= length;
  }
  const host6 = (where: number): string => ipv6Host(Array.from({ length: 8 }, (_, i) => data.getUint16(where + 2 * i)));
  return next === TCP ? tcp(when, data, from, left, host6(at + 8), host6(at + 24)) : null;
}

function tcp(at: number, data: DataView, from: number, length: number, source: string, destination: string): CapturedSegment | null {
  if (from + 16 > data.byteLength) return null;
  const header = (data.getUint8(from + 12) >> 4) * 4;
  const bits = data.getUint8(from + 13);
  if (header < 20) return null;
  return {
    at,
    source,
    destination,
    sourcePort: data.getUint16(from),
    destinationPort: data.getUint16(from + 2),
    seq: data.getUint32(from + 4),
    ack: data.getUint32(from + 8),
    flags: { fin: (bits & 1) !== 0, syn: (bits & 2) !== 0, rst: (bits & 4) !== 0, ack: (bits & 16) !== 0 },
    window: data.getUint16(from + 14),
    length: Math.max(0, length - header),
  };
}
