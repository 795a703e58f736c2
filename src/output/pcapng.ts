/** A trace as a pcapng file (draft-ietf-opsawg-pcapng): every segment as its sender put it on the wire, lost ones with a comment. */

import type { PacketRow, Trace } from '../kernel/trace.js';
import { arpFrame, tcpFrame } from './frames.js';
import { Wire } from './segments.js';

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER = 0x1a2b3c4d;
const LINKTYPE_ETHERNET = 1;
const COMMENT = 1;
const IF_NAME = 2;
const USER_APPLICATION = 4;
/** Longest frame: an IPv4 packet and its Ethernet header. */
const SNAP_LENGTH = 65_549;
/** With more bytes of frames than this only the headers are kept. */
const MOST_BYTES = 64 * 1024 * 1024;
const HEADERS_ONLY = 128;

const padded = (length: number): number => (length + 3) & ~3;

/** Little-endian blocks. */
class Blocks {
  private readonly parts: Uint8Array[] = [];
  private size = 0;

  /** A block: type, length, body padded to 32 bits, length again. */
  add(type: number, fixed: readonly number[], data: Uint8Array, options: readonly (readonly [code: number, text: string])[]): void {
    const texts = options.map(([code, text]) => ({ code, bytes: utf8(text) }));
    const optionBytes = texts.reduce((n, o) => n + 4 + padded(o.bytes.length), texts.length > 0 ? 4 : 0);
    const length = 12 + fixed.length * 4 + padded(data.length) + optionBytes;
    const block = new Uint8Array(length);
    const view = new DataView(block.buffer);
    view.setUint32(0, type, true);
    view.setUint32(4, length, true);
    fixed.forEach((n, i) => view.setUint32(8 + 4 * i, n >>> 0, true));
    let at = 8 + fixed.length * 4;
    block.set(data, at);
    at += padded(data.length);
    for (const { code, bytes } of texts) {
      view.setUint16(at, code, true);
      view.setUint16(at + 2, bytes.length, true);
      block.set(bytes, at + 4);
      at += 4 + padded(bytes.length);
    }
    view.setUint32(length - 4, length, true);
    this.parts.push(block);
    this.size += length;
  }

  bytes(): Uint8Array {
    const out = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}

/** UTF-8 by hand: pure folders have no TextEncoder. */
function utf8(text: string): Uint8Array {
  return Uint8Array.from(unescape(encodeURIComponent(text.replace(/[\ud800-\udfff]/g, '?'))), (c) => c.charCodeAt(0));
}

/** @returns the bytes of the file; time 0 of the trace is 1970-01-01 00:00:00 */
export function pcapng(trace: Trace): Uint8Array {
  const blocks = new Blocks();
  blocks.add(SECTION_HEADER, [BYTE_ORDER, 1, 0xffffffff, 0xffffffff], new Uint8Array(0), [
    [COMMENT, trace.experiment.name],
    [USER_APPLICATION, 'closewait'],
  ]);
  blocks.add(INTERFACE, [LINKTYPE_ETHERNET, SNAP_LENGTH], new Uint8Array(0), [[IF_NAME, 'wire']]);
  const total = trace.packets.reduce((n, p) => n + p.len + 70, 0);
  const kept = total > MOST_BYTES ? HEADERS_ONLY : SNAP_LENGTH;
  const wire = new Wire(trace);
  for (const p of trace.packets) packet(blocks, wire, p, kept);
  return blocks.bytes();
}

function packet(blocks: Blocks, wire: Wire, p: PacketRow, kept: number): void {
  const frame = p.flags.startsWith('ARP') ? arpFrame(p.from, p.flags === 'ARP reply') : tcpFrame(wire.segment(p));
  const micros = Math.max(0, Math.round(p.t * 1e6));
  const remarks = [...(p.kind === '' ? [] : [p.kind as string]), ...(p.dropped === null ? [] : [`lost: ${p.dropped}`])].join(', ');
  const data = frame.subarray(0, kept);
  blocks.add(
    ENHANCED_PACKET,
    [0, Math.floor(micros / 2 ** 32), micros % 2 ** 32, data.length, frame.length],
    data,
    remarks === '' ? [] : [[COMMENT, remarks]],
  );
}
