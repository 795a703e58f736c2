/** Active open: tcp_v4_connect(), tcp_connect(), and what arrives in SYN_SENT (tcp_rcv_synsent_state_process()). */

import { ACK_GOOD, processAck, replaceTsRecent } from './ack.js';
import { enterQuickAck, inPingpong, initRcvMss } from './ack-out.js';
import {
  ACK,
  CA_OPEN,
  DELACK_MAX,
  ESTABLISHED,
  INFINITE_SSTHRESH,
  INIT_CWND,
  MSS_ETHERNET,
  MSS_LOOPBACK,
  RST,
  SYN,
  SYN_RECV,
  SYN_SENT,
  TIMEOUT_FALLBACK,
  TIMEOUT_INIT,
  TIMEOUT_MIN_US,
  TIME_RETRANS,
  TS_OPTION,
  ACK_SCHED,
  ACK_TIMER,
} from './constants.js';
import { updatePacingRate } from './congestion.js';
import { destroyFailed } from './disconnect.js';
import { removeTimeWait, reset } from './done.js';
import { hashConnect } from './ports.js';
import { sendReset } from './reply.js';
import { rtoMax } from './rtt.js';
import type { Segment, SentSegment } from './segment.js';
import type { Sock } from './sock.js';
import { expandSendBuffer } from './space.js';
import { keepaliveTime, resetKeepaliveTimer } from './timers/keepalive.js';
import { scheduleAck, sendAck, syncMss, transmitSent } from './transmit.js';
import { fullSpace, initReceiveSpace, initialWindow } from './window.js';
import { resetXmitTimer } from './xmit-timer.js';

/** Where an address leads from this host. */
export type Route = 'wire' | 'loopback' | 'none';

/** tcp_v4_connect(): '' if the SYN is out, else an errno. */
export function startConnect(sk: Sock, remote: string, port: number, route: Route): string {
  if (route === 'none') return 'ENETUNREACH';
  sk.remote = remote;
  sk.remotePort = port;
  sk.loopback = route === 'loopback';
  const taken = hashConnect(sk);
  if (taken.errno !== '') {
    destroyFailed(sk);
    return taken.errno;
  }
  const host = sk.host;
  sk.tsOffset = host.tsOffset;
  sk.writeSeq = host.newIsn();
  if (taken.recycled !== null) {
    const tw = taken.recycled;
    // tcp_twsk_unique(): above everything the old connection has sent
    sk.writeSeq = tw.sndNxt + 65537;
    sk.tsRecent = tw.tsRecent;
    sk.tsRecentStamp = tw.tsRecentStamp;
    removeTimeWait(tw);
  } else {
    sk.tsRecent = 0;
    sk.tsRecentStamp = -1;
  }
  sk.hashed = true;
  host.hash(sk);
  sk.setState(SYN_SENT);
  sendSyn(sk);
  return '';
}

/** tcp_connect_init() and tcp_connect(). */
function sendSyn(sk: Sock): void {
  const host = sk.host;
  const clock = host.clock;
  sk.advmss = sk.loopback ? MSS_LOOPBACK : MSS_ETHERNET;
  sk.mssClamp = sk.advmss;
  sk.maxWindow = 0;
  sk.routeEpoch = host.routeEpoch;
  syncMss(sk);
  initRcvMss(sk);
  if (sk.opt.rcvbufLocked && (sk.windowClamp > fullSpace(sk) || sk.windowClamp === 0)) sk.windowClamp = fullSpace(sk);
  const mss = sk.advmss - (sk.tsRecentStamp >= 0 && host.sysctls.tcpTimestamps > 0 ? TS_OPTION : 0);
  const w = initialWindow(
    fullSpace(sk),
    mss,
    sk.windowClamp,
    host.sysctls.tcpWindowScaling > 0,
    Math.max(host.sysctls.tcpRmemMax, host.sysctls.rmemMax),
  );
  sk.rcvWnd = w.window;
  sk.windowClamp = w.clamp;
  sk.rcvWscale = w.wscale;
  sk.rcvSsthresh = w.window;
  sk.err = '';
  sk.done = false;
  sk.sndWnd = 0;
  sk.sndWl1 = 0;
  sk.rtx.clear();
  sk.sndUna = sk.writeSeq;
  sk.sndSml = sk.writeSeq;
  sk.rcvNxt = 0;
  sk.rcvWup = 0;
  sk.copiedSeq = 0;
  sk.rto = Math.min(clock.toJiffies(TIMEOUT_INIT), rtoMax(sk));
  sk.retransmits = 0;
  sk.totalRto = 0;
  sk.totalRetrans = 0;
  sk.undoMarker = 0;
  sk.undoRetrans = -1;
  sk.retransOut = sk.lostOut = sk.sackedOut = 0;
  sk.caState = CA_OPEN;
  sk.retransStamp = host.ms;
  const syn = firstSegment(sk);
  sk.writeSeq++;
  sk.rtx.push(syn);
  sk.packetsOut = 1;
  transmitSent(sk, syn, '');
  sk.sndNxt = sk.writeSeq;
  resetXmitTimer(sk, TIME_RETRANS, sk.rto);
}

function firstSegment(sk: Sock): SentSegment {
  return {
    seq: sk.writeSeq,
    endSeq: sk.writeSeq + 1,
    len: 0,
    flags: SYN,
    sacked: 0,
    sentAt: sk.host.clock.now,
    delivered: 0,
    older: null,
    newer: null,
    head: true,
    sorted: false,
  };
}

/** What the two SYNs agree on (tcp_parse_options()). */
function takeSynOptions(sk: Sock, s: Segment): void {
  const host = sk.host;
  sk.sawTstamp = s.tsval > 0 && host.sysctls.tcpTimestamps > 0;
  sk.rcvTsval = s.tsval;
  sk.rcvTsecr = s.tsecr > 0 ? s.tsecr - sk.tsOffset : 0;
  if (s.syn === null) return;
  sk.mssClamp = Math.min(s.syn.mss, sk.loopback ? MSS_LOOPBACK : MSS_ETHERNET);
  sk.wscaleOk = s.syn.wscale >= 0 && host.sysctls.tcpWindowScaling > 0;
  sk.sndWscale = sk.wscaleOk ? s.syn.wscale : 0;
  sk.sackOk = s.syn.sackOk && host.sysctls.tcpSack > 0;
}

/** tcp_rcv_synsent_state_process(). */
export function receiveInSynSent(sk: Sock, s: Segment): void {
  const saved = { clamp: sk.mssClamp, sackOk: sk.sackOk };
  takeSynOptions(sk, s);
  if (s.flags & ACK) {
    if (!acceptable(sk, s)) {
      sk.mssClamp = saved.clamp;
      sendReset(sk.host, s);
      return;
    }
    if (s.flags & RST) {
      reset(sk);
      return;
    }
    if (s.flags & SYN) establish(sk, s);
    return;
  }
  if (s.flags & RST || !(s.flags & SYN)) return;
  crossedSyns(sk, s);
}

/** Is the ACK one of our SYN? */
function acceptable(sk: Sock, s: Segment): boolean {
  if (s.ack <= sk.sndUna || s.ack > sk.sndNxt) {
    if (sk.retransmits === 0) resetXmitTimer(sk, TIME_RETRANS, sk.host.clock.toJiffies(TIMEOUT_MIN_US));
    return false;
  }
  if (sk.sawTstamp && sk.rcvTsecr > 0) return sk.rcvTsecr >= sk.retransStamp && sk.rcvTsecr <= sk.host.ms;
  return true;
}

function establish(sk: Sock, s: Segment): void {
  sk.sndWl1 = s.seq;
  // tcp_try_undo_spurious_syn(): the echo is of the first SYN
  if (sk.undoMarker > 0 && sk.retransStamp > 0 && sk.sawTstamp && sk.retransStamp === sk.rcvTsecr) sk.undoMarker = 0;
  if (processAck(sk, s, false, true) !== ACK_GOOD) return;
  sk.rcvNxt = s.seq + 1;
  sk.rcvWup = sk.rcvNxt;
  sk.sndWnd = s.window;
  sk.maxWindow = Math.max(sk.maxWindow, s.window);
  if (!sk.wscaleOk) {
    sk.sndWscale = 0;
    sk.rcvWscale = 0;
    sk.windowClamp = Math.min(sk.windowClamp, 65535);
  }
  if (sk.sawTstamp) {
    sk.tstampOk = true;
    sk.advmss -= TS_OPTION;
    sk.tsRecentStamp = -1;
    replaceTsRecent(sk, s.seq);
  }
  syncMss(sk);
  initRcvMss(sk);
  sk.copiedSeq = sk.rcvNxt;
  // tcp_finish_connect()
  sk.setState(ESTABLISHED);
  sk.lrcvtime = sk.host.clock.jiffies;
  initTransfer(sk);
  sk.lsndtime = sk.host.clock.jiffies;
  if (sk.opt.keepOpen) resetKeepaliveTimer(sk, keepaliveTime(sk));
  if (!sk.dead) sk.wakeAll();
  if (sk.writePending > 0 || sk.opt.deferAccept > 0 || inPingpong(sk)) {
    // data will carry the ACK
    const clock = sk.host.clock;
    scheduleAck(sk);
    enterQuickAck(sk);
    sk.ackPending |= ACK_SCHED | ACK_TIMER;
    sk.ackTimeout = clock.jiffies + clock.toJiffies(DELACK_MAX);
    sk.delackTimer.mod(sk.ackTimeout);
    return;
  }
  sendAck(sk);
}

/** tcp_init_transfer(): window, buffers, and the RTO where the handshake gave no sample (tcp_init_metrics()). */
export function initTransfer(sk: Sock): void {
  const clock = sk.host.clock;
  sk.confirmsNeighbour = true;
  sk.sndSsthresh = INFINITE_SSTHRESH;
  if (sk.srttUs === 0) {
    sk.rttvarUs = TIMEOUT_FALLBACK;
    sk.mdevUs = sk.mdevMaxUs = TIMEOUT_FALLBACK;
    sk.rto = Math.min(clock.toJiffies(TIMEOUT_FALLBACK), rtoMax(sk));
  }
  sk.sndCwnd = sk.totalRetrans > 1 && sk.undoMarker > 0 ? 1 : INIT_CWND;
  sk.sndCwndStamp = clock.jiffies;
  sk.caState = CA_OPEN;
  expandSendBuffer(sk);
  initReceiveSpace(sk);
  updatePacingRate(sk);
}

/** Both sides sent a SYN: SYN_RECV without a listener. */
function crossedSyns(sk: Sock, s: Segment): void {
  sk.setState(SYN_RECV);
  if (sk.sawTstamp) {
    sk.tstampOk = true;
    sk.tsRecent = s.tsval;
    sk.tsRecentStamp = sk.host.clock.now;
  }
  sk.rcvNxt = s.seq + 1;
  sk.copiedSeq = sk.rcvNxt;
  sk.rcvWup = sk.rcvNxt;
  sk.sndWnd = s.window;
  sk.sndWl1 = s.seq;
  sk.maxWindow = s.window;
  syncMss(sk);
  initRcvMss(sk);
  const syn = sk.rtx.head();
  if (syn !== undefined) {
    syn.flags |= ACK;
    transmitSent(sk, syn, '');
  }
}
