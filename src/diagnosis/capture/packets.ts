/**
 * Packets of a capture file: pcap (both byte orders, micro- and nanoseconds) and pcapng. Damaged files give what came before the damage.
 */

import { say } from '../../words/say.js';

export interface Packet {
  /** Unix seconds; of packets without a time, 0. */
  at: number;
  /** LINKTYPE_… (tcpdump.org/linktypes.html). */
  link: number;
  /** What was captured of it: a view, not a copy. */
  data: DataView;
}

/** Longest packet that is looked at; libpcap's own limit (MAXIMUM_SNAPLEN). */
const LONGEST = 262_144;
const SECTION = 0x0a0d0d0a;
const MICRO = 0xa1b2c3d4;
const NANO = 0xa1b23c4d;

export function isCapture(bytes: Uint8Array): boolean {
  if (bytes.length < 24) return false;
  const view = viewOf(bytes);
  return view.getUint32(0) === SECTION || orderOf(view) !== null;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

interface ByteOrder {
  little: boolean;
  perSecond: number;
}

function orderOf(view: DataView): ByteOrder | null {
  for (const little of [true, false]) {
    const magic = view.getUint32(0, little);
    if (magic === MICRO) return { little, perSecond: 1e6 };
    if (magic === NANO) return { little, perSecond: 1e9 };
  }
  return null;
}

/** Calls `each` for every packet of what `isCapture` is true of. @returns what is wrong with the file, null when nothing is */
export function packetsIn(bytes: Uint8Array, each: (packet: Packet) => void): string | null {
  const view = viewOf(bytes);
  return view.getUint32(0) === SECTION ? blocks(view, each) : records(view, each);
}

function records(view: DataView, each: (packet: Packet) => void): string | null {
  const { little, perSecond } = orderOf(view) as ByteOrder;
  const link = view.getUint32(20, little) & 0xffff;
  let at = 24;
  while (at + 16 <= view.byteLength) {
    const kept = view.getUint32(at + 8, little);
    if (kept > LONGEST) return say`the capture is damaged at byte ${at}: a packet of ${kept} bytes`;
    if (at + 16 + kept > view.byteLength) return say`the capture is cut within its last packet`;
    each({
      at: view.getUint32(at, little) + view.getUint32(at + 4, little) / perSecond,
      link,
      data: new DataView(view.buffer, view.byteOffset + at + 16, kept),
    });
    at += 16 + kept;
  }
  return at === view.byteLength ? null : say`the capture is cut within its last packet`;
}

interface Interface {
  link: number;
  perSecond: number;
}

/** Interfaces that one section may describe. */
const MOST_INTERFACES = 4096;

function blocks(view: DataView, each: (packet: Packet) => void): string | null {
  let little = true;
  let interfaces: Interface[] = [];
  let at = 0;
  while (at + 12 <= view.byteLength) {
    const isSection = view.getUint32(at) === SECTION;
    if (isSection) {
      const mark = view.getUint32(at + 8);
      if (mark !== 0x1a2b3c4d && mark !== 0x4d3c2b1a) return say`the capture is damaged at byte ${at}: no byte order`;
      little = mark === 0x4d3c2b1a;
      interfaces = [];
    }
    const length = view.getUint32(at + 4, little);
    if (length < 12 || length % 4 !== 0) return say`the capture is damaged at byte ${at}: a block of ${length} bytes`;
    if (at + length > view.byteLength) return say`the capture is cut within its last block`;
    const body = new DataView(view.buffer, view.byteOffset + at + 8, length - 12);
    if (!isSection) block(view.getUint32(at, little), body, little, interfaces, each);
    at += length;
  }
  return at === view.byteLength ? null : say`the capture is cut within its last block`;
}

/** Interface description (1), simple packet (3), enhanced packet (6); all others tell nothing of connections. */
function block(type: number, body: DataView, little: boolean, interfaces: Interface[], each: (packet: Packet) => void): void {
  if (type === 1 && body.byteLength >= 8) {
    if (interfaces.length < MOST_INTERFACES) interfaces.push({ link: body.getUint16(0, little), perSecond: resolutionIn(body, little) });
  } else if (type === 3 && body.byteLength >= 4) {
    const [only] = interfaces;
    const kept = Math.min(body.getUint32(0, little), body.byteLength - 4);
    if (only) each({ at: 0, link: only.link, data: new DataView(body.buffer, body.byteOffset + 4, kept) });
  } else if (type === 6 && body.byteLength >= 20) {
    const from = interfaces[body.getUint32(0, little)];
    const kept = Math.min(body.getUint32(12, little), body.byteLength - 20);
    if (!from) return;
    const ticks = body.getUint32(4, little) * 2 ** 32 + body.getUint32(8, little);
    each({ at: ticks / from.perSecond, link: from.link, data: new DataView(body.buffer, body.byteOffset + 20, kept) });
  }
}

/** if_tsresol: a power of ten, or of two where the top bit is set; microseconds without it. */
function resolutionIn(body: DataView, little: boolean): number {
  for (let at = 8; at + 4 <= body.byteLength;) {
    const code = body.getUint16(at, little);
    const length = body.getUint16(at + 2, little);
    if (code === 0) break;
    if (code === 9 && length === 1 && at + 4 < body.byteLength) {
      const value = body.getUint8(at + 4);
      return value & 0x80 ? 2 ** (value & 0x7f) : 10 ** value;
    }
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return 1e6;
}
