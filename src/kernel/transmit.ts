/** Building a segment and handing it to IP (tcp_transmit_skb()), with what each one changes in the socket. */

import { ACK, ACK_SCHED, ATO_MIN, CLOSE, MSS_DEFAULT, MSS_LOOPBACK, MSS_ETHERNET, SYN, TS_OPTION } from './constants.js';
import type { Host } from './host.js';
import type { Segment, SentSegment, SackBlocks } from './segment.js';
import type { Sock } from './sock.js';
import type { PacketKind } from './trace.js';
import { selectWindow } from './window.js';

/** tcp_min_snd_mss. */
const MIN_SND_MSS = 48;
/** Length of a SACK option: TCPOLEN_SACK_BASE_ALIGNED and each block. */
const SACK_BASE = 4;
const SACK_BLOCK = 8;

export interface Reply {
  sourcePort: number;
  destinationPort: number;
  loopback: boolean;
  flags: number;
  seq: number;
  ack: number;
  window: number;
  tsval: number;
  tsecr: number;
}

/** A segment without data, SACK or SYN options: answers that belong to no full socket. */
export function bareSegment(r: Reply): Segment {
  return {
    sourcePort: r.sourcePort,
    destinationPort: r.destinationPort,
    flags: r.flags,
    seq: r.seq,
    endSeq: r.seq,
    ack: r.ack,
    len: 0,
    window: r.window,
    tsval: r.tsval,
    tsecr: r.tsecr,
    sack: null,
    syn: null,
    kind: '',
    windowBytes: r.window,
    loopback: r.loopback,
    arrivesAt: 0,
    order: 0,
  };
}

/** The socket's clock for timestamps, milliseconds (tcp_time_stamp_ts()). */
function timestamp(sk: Sock): number {
  return sk.host.ms;
}

/** SACK option: D-SACK first, then the newest blocks; three fit beside timestamps, else four. */
function sackOption(sk: Sock): SackBlocks | null {
  if (!sk.sackOk || (sk.sacks.length === 0 && sk.dsackStart < 0)) return null;
  const blocks = sk.dsackStart >= 0 ? [sk.dsackStart, sk.dsackEnd, ...sk.sacks] : [...sk.sacks];
  sk.dsackStart = -1;
  const most = sk.tstampOk ? 6 : 8;
  if (blocks.length > most) blocks.length = most;
  return blocks;
}

/** tcp_current_mss(): payload of a full segment now. A route whose device went down has the blackhole device's MTU of 68. */
export function currentMss(sk: Sock): number {
  if (sk.routeEpoch !== sk.host.routeEpoch) return MIN_SND_MSS - (sk.tstampOk ? TS_OPTION : 0);
  const blocks = Math.min(sk.sacks.length / 2 + (sk.dsackStart >= 0 ? 1 : 0), sk.tstampOk ? 3 : 4);
  return blocks > 0 && sk.sackOk ? Math.max(1, sk.mss - SACK_BASE - SACK_BLOCK * blocks) : sk.mss;
}

/** tcp_sync_mss(): at most half of the largest window the peer has ever offered (tcp_bound_to_half_wnd()). */
export function syncMss(sk: Sock): void {
  let mss = Math.min(sk.mssClamp, sk.loopback ? MSS_LOOPBACK : MSS_ETHERNET);
  if (sk.tstampOk) mss -= TS_OPTION;
  const half = sk.maxWindow > MSS_DEFAULT ? sk.maxWindow >> 1 : sk.maxWindow;
  sk.mss = half > 0 && mss > half ? Math.max(half, 68 - 40) : mss;
}

/** tcp_event_ack_sent(): whatever carries an ACK ends the delayed one. */
function ackSent(sk: Sock): void {
  if (sk.compressedAck > 0) {
    sk.compressedAck = 0;
    sk.stopCompressedAck();
  }
  if (sk.quick > 0 && sk.ackPending & ACK_SCHED) {
    sk.quick--;
    if (sk.quick === 0) sk.ato = sk.host.clock.toJiffies(ATO_MIN); // leaving quick-ACK mode deflates ATO
  }
  sk.ackPending = 0;
  sk.delackTimer.disarm();
}

export interface Outgoing {
  flags: number;
  seq: number;
  endSeq: number;
  len: number;
  kind: PacketKind;
}

/** Sends one segment of a full socket. False: no route, nothing left the host. */
export function transmit(sk: Sock, out: Outgoing): boolean {
  const host = sk.host;
  const isSyn = (out.flags & SYN) !== 0;
  const unit = 2 ** sk.rcvWscale;
  const bytes = isSyn ? Math.min(sk.rcvWnd, 65535) : selectWindow(sk);
  const stamps = isSyn ? host.sysctls.tcpTimestamps > 0 && ((out.flags & ACK) === 0 || sk.tstampOk) : sk.tstampOk;
  const segment: Segment = {
    sourcePort: sk.localPort,
    destinationPort: sk.remotePort,
    flags: out.flags,
    seq: out.seq,
    endSeq: out.endSeq,
    ack: out.flags & ACK ? sk.rcvNxt : 0,
    len: out.len,
    window: isSyn ? bytes : Math.floor(bytes / unit),
    tsval: stamps ? timestamp(sk) + sk.tsOffset : 0,
    tsecr: stamps ? sk.tsRecent : 0,
    sack: sk.sackOk && !isSyn ? sackOption(sk) : null,
    syn: isSyn ? { mss: sk.loopback ? MSS_LOOPBACK : MSS_ETHERNET, wscale: synScale(sk, out.flags), sackOk: synSack(sk, out.flags) } : null,
    kind: out.kind,
    windowBytes: bytes,
    loopback: sk.loopback,
    arrivesAt: 0,
    order: 0,
  };
  if (out.flags & ACK) ackSent(sk);
  if (out.len > 0) dataSent(sk);
  sk.lastSentAt = host.clock.now;
  if (sk.confirmsNeighbour) {
    sk.confirmsNeighbour = false;
    host.link.arp?.confirm(host);
  }
  const sent = host.transmit(segment);
  if (sent) sk.routeEpoch = host.routeEpoch;
  return sent;
}

function synScale(sk: Sock, flags: number): number {
  return (flags & ACK ? sk.wscaleOk : sk.host.sysctls.tcpWindowScaling > 0) ? sk.rcvWscale : -1;
}

function synSack(sk: Sock, flags: number): boolean {
  return flags & ACK ? sk.sackOk : sk.host.sysctls.tcpSack > 0;
}

/** tcp_event_data_sent(): an answer within ato of the last data counts towards interactive mode. */
function dataSent(sk: Sock): void {
  const now = sk.host.clock.jiffies;
  sk.lsndtime = now;
  if (now - sk.lrcvtime < sk.ato) sk.pingpong = Math.min(255, sk.pingpong + 1);
}

/** Sends a segment of the retransmission queue (again). */
export function transmitSent(sk: Sock, s: SentSegment, kind: PacketKind): boolean {
  const ok = transmit(sk, { flags: s.flags, seq: s.seq, endSeq: s.endSeq, len: s.len, kind });
  if (ok) {
    // tcp_update_skb_after_send(), tcp_rate_skb_sent()
    s.sentAt = sk.host.clock.now;
    s.delivered = sk.delivered;
    sk.rtx.sortLast(s);
  }
  return ok;
}

/** tcp_send_ack(). */
export function sendAck(sk: Sock): void {
  if (sk.state === CLOSE) return;
  transmit(sk, { flags: ACK, seq: acceptableSeq(sk), endSeq: acceptableSeq(sk), len: 0, kind: '' });
}

/** tcp_acceptable_seq(): snd_nxt unless the peer shrank its window below it. */
export function acceptableSeq(sk: Sock): number {
  const end = sk.sndUna + sk.sndWnd;
  if (end >= sk.sndNxt || (sk.wscaleOk && sk.sndNxt - end < 2 ** sk.rcvWscale)) return sk.sndNxt;
  return end;
}

export function scheduleAck(sk: Sock): void {
  sk.ackPending |= ACK_SCHED;
}

export function ackScheduled(sk: Sock): boolean {
  return (sk.ackPending & ACK_SCHED) !== 0;
}

/** Sends a segment that belongs to no full socket. */
export function transmitBare(host: Host, segment: Segment): void {
  host.transmit(segment);
}
