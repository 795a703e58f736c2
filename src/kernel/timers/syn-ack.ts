/** The timer of a half-open connection (reqsk_timer_handler()) and its SYN-ACK (tcp_make_synack()). */

import { ACK, LISTEN, MSS_ETHERNET, MSS_LOOPBACK, SECOND, SYN } from '../constants.js';
import type { RequestSock } from '../sock.js';
import type { PacketKind } from '../trace.js';

/** TCP_RTO_MAX: the SYN-ACK's interval knows no other bound before 7.x. */
const RTO_MAX = 120 * SECOND;

/** reqsk_timeout(), microseconds. */
export function requestTimeout(req: RequestSock): number {
  return Math.min(SECOND * 2 ** req.numTimeout, RTO_MAX);
}

/** tcp_v4_send_synack(). */
export function sendSynAck(req: RequestSock, kind: PacketKind): void {
  const host = req.host;
  if (req.sentSynAckAt === 0) req.sentSynAckAt = host.clock.now;
  const window = Math.min(req.rcvWnd, 65535);
  host.transmit({
    sourcePort: req.localPort,
    destinationPort: req.remotePort,
    flags: SYN | ACK,
    seq: req.isn,
    endSeq: req.isn + 1,
    ack: req.rcvNxt,
    len: 0,
    window,
    tsval: req.tstampOk ? host.ms + host.tsOffset : 0,
    tsecr: req.tstampOk ? req.tsRecent : 0,
    sack: null,
    syn: { mss: req.loopback ? MSS_LOOPBACK : MSS_ETHERNET, wscale: req.wscaleOk ? req.rcvWscale : -1, sackOk: req.sackOk },
    kind,
    windowBytes: window,
    loopback: req.loopback,
    arrivesAt: 0,
    order: 0,
  });
}

/** inet_csk_reqsk_queue_drop(). */
export function dropRequest(req: RequestSock): void {
  const host = req.host;
  req.timer.stop();
  host.unhash(req);
  req.listener.synQueue--;
  if (req.numTimeout === 0) req.listener.synQueueYoung--;
  host.recorder.state(host.name, req, 'GONE');
}

/** How often the SYN-ACK may go again: fewer times while the queue is more than half old. */
function mostRetries(req: RequestSock): number {
  const listener = req.listener;
  let retries = listener.opt.synRetries > 0 ? listener.opt.synRetries : req.host.sysctls.tcpSynackRetries;
  const length = listener.synQueue;
  if (length * 2 > Math.max(8, listener.maxAckBacklog)) {
    for (let young = listener.synQueueYoung * 2; retries > 2 && length >= young; young *= 2) retries--;
  }
  return retries;
}

/** reqsk_timer_handler(). */
export function synAckTimer(req: RequestSock): void {
  if (req.listener.state !== LISTEN) {
    dropRequest(req);
    return;
  }
  const most = mostRetries(req);
  const defer = req.listener.opt.deferAccept;
  const overdue = req.numTimeout >= most;
  const expire = defer === 0 ? overdue : overdue && (!req.acked || req.numTimeout >= defer);
  const resend = defer === 0 || !req.acked || req.numTimeout >= defer - 1;
  if (expire) {
    dropRequest(req);
    return;
  }
  if (resend) {
    sendSynAck(req, 'retrans');
    req.numRetrans++;
  }
  if (req.numTimeout++ === 0) req.listener.synQueueYoung--;
  req.timer.modIn(requestTimeout(req));
}
