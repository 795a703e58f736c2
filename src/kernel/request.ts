/** Passive open: SYN queue, cookies, the final ACK, the accept queue (tcp_conn_request(), tcp_check_req(), tcp_v4_syn_recv_sock()). */

import { rateLimited } from './ack.js';
import { initRcvMss } from './ack-out.js';
import { ACK, CLOSE, MSS_ETHERNET, MSS_LOOPBACK, RST, SECOND, SYN, SYN_RECV, TIMEOUT_INIT, TS_OPTION } from './constants.js';
import { inheritPort } from './ports.js';
import { sendBareAck, sendReset } from './reply.js';
import { rttSample, computedRto, rtoMax } from './rtt.js';
import type { Segment } from './segment.js';
import { childSocket } from './sock-create.js';
import { RequestSock } from './sock.js';
import type { Sock } from './sock.js';
import { keepaliveTime, resetKeepaliveTimer } from './timers/keepalive.js';
import { dropRequest, requestTimeout, sendSynAck, synAckTimer } from './timers/syn-ack.js';
import { syncMss } from './transmit.js';
import { fullSpace, initialWindow } from './window.js';

/** MAX_SYNCOOKIE_AGE: a cookie is good for this many turns of a 60-second counter. */
const COOKIE_PERIOD = 60 * SECOND;
const COOKIE_TURNS = 2;

/** sk_acceptq_is_full(): one more than the backlog fits. */
function acceptQueueFull(listener: Sock): boolean {
  return listener.acceptQueue.length > listener.maxAckBacklog;
}

/** tcp_conn_request(): a SYN for a listener. `twIsn` > 0: it took over a TIME_WAIT. */
export function connRequest(listener: Sock, s: Segment, twIsn: number): void {
  const host = listener.host;
  const sysctls = host.sysctls;
  let cookie = false;
  if (twIsn === 0 && (sysctls.tcpSyncookies === 2 || listener.synQueue > listener.maxAckBacklog)) {
    if (sysctls.tcpSyncookies === 0) return;
    cookie = true;
  }
  if (acceptQueueFull(listener)) return;
  const req = newRequest(listener, s);
  if (twIsn === 0 && !cookie && sysctls.tcpSyncookies === 0) {
    const most = sysctls.tcpMaxSynBacklog;
    if (most - listener.synQueue < most >> 2) return;
  }
  req.isn = twIsn > 0 ? twIsn : cookie ? cookieIsn(listener, s) : host.newIsn();
  req.cookie = cookie;
  if (cookie) {
    listener.cookieSentAt = host.clock.now;
    if (!req.tstampOk) {
      req.sackOk = false;
      req.wscaleOk = false;
      req.rcvWscale = 0;
    }
    sendSynAck(req, '');
    return;
  }
  host.hash(req);
  listener.synQueue++;
  listener.synQueueYoung++;
  host.recorder.state(host.name, req, 'SYN_RECV');
  req.timer.modIn(requestTimeout(req));
  sendSynAck(req, '');
}

function newRequest(listener: Sock, s: Segment): RequestSock {
  const host = listener.host;
  const req = new RequestSock(
    host,
    listener,
    s.destinationPort,
    s.sourcePort,
    s.loopback ? host.name : host.name === 'A' ? 'B' : 'A',
    s.loopback,
    synAckTimer,
  );
  req.rcvIsn = s.seq;
  req.rcvNxt = s.seq + 1;
  req.tstampOk = s.tsval > 0 && host.sysctls.tcpTimestamps > 0;
  req.tsRecent = s.tsval;
  const syn = s.syn ?? { mss: 536, wscale: -1, sackOk: false };
  req.mss = Math.min(syn.mss, s.loopback ? MSS_LOOPBACK : MSS_ETHERNET);
  req.sackOk = syn.sackOk && host.sysctls.tcpSack > 0;
  req.wscaleOk = syn.wscale >= 0 && host.sysctls.tcpWindowScaling > 0;
  req.sndWscale = req.wscaleOk ? syn.wscale : 0;
  // tcp_openreq_init_rwin()
  const full = fullSpace(listener);
  let clamp = listener.windowClamp;
  if (listener.opt.rcvbufLocked && (clamp > full || clamp === 0)) clamp = full;
  const mss = (s.loopback ? MSS_LOOPBACK : MSS_ETHERNET) - (req.tstampOk ? TS_OPTION : 0);
  const w = initialWindow(full, mss, clamp, req.wscaleOk, Math.max(host.sysctls.tcpRmemMax, host.sysctls.rmemMax));
  req.rcvWnd = w.window;
  req.windowClamp = w.clamp;
  req.rcvWscale = w.wscale;
  return req;
}

/** secure_tcp_syn_cookie(): here the initial number itself remembers the minute in which it was made. */
function cookieIsn(listener: Sock, s: Segment): number {
  const turn = cookieTurn(listener);
  return listener.host.isnOffset + 2 ** 40 + turn * 2 ** 12 + ((s.sourcePort * 31 + s.seq) % 2 ** 12);
}

function cookieTurn(listener: Sock): number {
  return Math.floor((listener.host.clock.now + listener.host.cookiePhase) / COOKIE_PERIOD);
}

/** cookie_v4_check(): an ACK for a connection of which the host knows nothing but this number. Null: dropped, the accept queue is full. */
export function checkCookie(listener: Sock, s: Segment): Sock | null | 'invalid' {
  if (listener.host.sysctls.tcpSyncookies === 0 || listener.host.clock.now - listener.cookieSentAt > COOKIE_TURNS * COOKIE_PERIOD)
    return 'invalid';
  const base = listener.host.isnOffset + 2 ** 40;
  const cookie = s.ack - 1 - base;
  const age = cookieTurn(listener) - Math.floor(cookie / 2 ** 12);
  const expected = (s.sourcePort * 31 + s.seq - 1) % 2 ** 12;
  if (cookie < 0 || age < 0 || age >= COOKIE_TURNS || cookie % 2 ** 12 !== expected) return 'invalid';
  const syn: Segment = {
    ...s,
    seq: s.seq - 1,
    flags: SYN,
    tsval: s.tsval,
    syn: { mss: MSS_ETHERNET, wscale: s.tsval > 0 ? cookieScale(listener) : -1, sackOk: s.tsval > 0 },
  };
  const req = newRequest(listener, syn);
  req.isn = s.ack - 1;
  req.cookie = true;
  return completeRequest(req, s);
}

/** Options of a cookie travel in the timestamp: both sides of the model use the same scale. */
function cookieScale(listener: Sock): number {
  return initialWindow(
    fullSpace(listener),
    MSS_ETHERNET,
    0,
    true,
    Math.max(listener.host.sysctls.tcpRmemMax, listener.host.sysctls.rmemMax),
  ).wscale;
}

/** tcp_check_req(): a segment for a half-open connection. Gives the new socket if this was the ACK that completes it. */
export function checkRequest(req: RequestSock, s: Segment): Sock | null {
  const host = req.host;
  const paws = s.tsval > 0 && req.tstampOk && s.tsval < req.tsRecent && !(s.flags & RST);
  const flags = s.flags & (RST | SYN | ACK);
  if (s.seq === req.rcvIsn && flags === SYN && !paws) {
    if (!rateLimited(req)) {
      sendSynAck(req, 'retrans');
      req.numRetrans++;
      if (req.timer.pending) req.timer.modIn(requestTimeout(req));
    }
    return null;
  }
  if (flags & ACK && !(flags & RST) && s.ack !== req.isn + 1) {
    sendReset(host, s);
    return null;
  }
  const windowEnd = req.rcvNxt + Math.max(req.rcvWnd, 1);
  const inWindow = s.seq === s.endSeq && s.seq === req.rcvNxt ? true : s.endSeq > req.rcvNxt && s.seq < windowEnd;
  if (paws || !inWindow) {
    if (!(flags & RST) && !rateLimited(req)) answerRequest(req);
    return null;
  }
  if (flags & RST && s.seq !== req.rcvNxt) {
    if (!rateLimited(req)) answerRequest(req);
    return null;
  }
  if (flags & (RST | (s.seq === req.rcvIsn ? 0 : SYN))) {
    if (!(flags & RST)) sendReset(host, s);
    dropRequest(req);
    return null;
  }
  if (!(flags & ACK)) return null;
  if (req.numTimeout < req.listener.opt.deferAccept && s.endSeq === req.rcvIsn + 1) {
    req.acked = true;
    return null;
  }
  return completeRequest(req, s);
}

/** tcp_v4_reqsk_send_ack(). */
function answerRequest(req: RequestSock): void {
  sendBareAck({
    host: req.host,
    localPort: req.localPort,
    remotePort: req.remotePort,
    loopback: req.loopback,
    seq: req.isn + 1,
    ack: req.rcvNxt,
    window: Math.floor(req.rcvWnd / 2 ** req.rcvWscale),
    tstampOk: req.tstampOk,
    tsOffset: req.host.tsOffset,
    tsRecent: req.tsRecent,
  });
}

/** tcp_v4_syn_recv_sock(): the child, or null where the accept queue is full. */
function completeRequest(req: RequestSock, s: Segment): Sock | null {
  const listener = req.listener;
  if (acceptQueueFull(listener)) {
    if (req.cookie) return null;
    if (listener.host.sysctls.tcpAbortOnOverflow) {
      sendReset(listener.host, s);
      dropRequest(req);
    } else {
      req.acked = true;
    }
    return null;
  }
  const child = createChild(req, s);
  if (!req.cookie) {
    req.timer.stop();
    listener.synQueue--;
    if (req.numTimeout === 0) listener.synQueueYoung--;
    listener.host.unhash(req);
  }
  child.hashed = true;
  listener.host.hash(child);
  inheritPort(child);
  listener.acceptQueue.push(child);
  child.parent = listener;
  return child;
}

/** tcp_create_openreq_child(). */
function createChild(req: RequestSock, s: Segment): Sock {
  const listener = req.listener;
  const host = listener.host;
  const sk = childSocket(listener);
  sk.localPort = req.localPort;
  sk.remotePort = req.remotePort;
  sk.remote = req.remote;
  sk.loopback = req.loopback;
  sk.portLocked = listener.portLocked;
  sk.routeEpoch = host.routeEpoch;
  sk.state = SYN_RECV;
  sk.shown = req.cookie ? CLOSE : SYN_RECV;
  sk.rcvNxt = sk.rcvWup = sk.copiedSeq = req.rcvIsn + 1;
  sk.sndUna = sk.sndNxt = sk.sndSml = sk.writeSeq = req.isn + 1;
  sk.sndWl1 = req.rcvIsn;
  sk.lrcvtime = sk.lsndtime = host.clock.jiffies;
  sk.totalRetrans = req.numRetrans;
  sk.tstampOk = req.tstampOk;
  sk.sackOk = req.sackOk;
  sk.wscaleOk = req.wscaleOk;
  sk.sndWscale = req.sndWscale;
  sk.rcvWscale = req.rcvWscale;
  sk.windowClamp = req.wscaleOk ? req.windowClamp : Math.min(req.windowClamp, 65535);
  sk.rcvWnd = sk.rcvSsthresh = req.rcvWnd;
  sk.sndWnd = s.window * 2 ** sk.sndWscale;
  sk.maxWindow = sk.sndWnd;
  sk.mssClamp = req.mss;
  sk.advmss = req.loopback ? MSS_LOOPBACK : MSS_ETHERNET;
  sk.tsOffset = host.tsOffset;
  sk.tsRecent = s.tsval > 0 && s.seq <= req.rcvNxt ? s.tsval : req.tsRecent;
  sk.tsRecentStamp = req.tstampOk ? host.clock.now : -1;
  if (req.numTimeout > 0) {
    sk.undoMarker = req.isn;
    sk.totalRto = req.numTimeout;
    sk.retransStamp = Math.floor(req.sentSynAckAt / 1000) + 1000;
  }
  syncMss(sk);
  initRcvMss(sk);
  if (sk.opt.keepOpen) resetKeepaliveTimer(sk, keepaliveTime(sk));
  // tcp_synack_rtt_meas()
  if (req.numRetrans === 0 && !req.cookie) {
    const rtt = host.clock.now - req.sentSynAckAt;
    sk.minRtt = rtt;
    sk.minRttStamp = host.clock.now;
    rttSample(sk, rtt);
    sk.rto = Math.min(computedRto(sk), rtoMax(sk));
  } else {
    sk.rto = Math.min(host.clock.toJiffies(TIMEOUT_INIT), rtoMax(sk));
  }
  return sk;
}
