/** ICMP errors about our segments (tcp_v4_err(), tcp_ld_RTO_revert(), icmp_err_convert). */

import { CLOSE, SYN_RECV, SYN_SENT, TIMEOUT_INIT, TIME_RETRANS } from './constants.js';
import { doneWithError } from './done.js';
import type { Host } from './host.js';
import { computedRto } from './rtt.js';
import type { Segment } from './segment.js';
import type { Sock } from './sock.js';
import { dropRequest } from './timers/syn-ack.js';
import { retransmitTimer } from './timers/retransmit.js';
import { backedOffRto, resetXmitTimer } from './xmit-timer.js';

/** icmp_err_convert: errno by code of destination unreachable. */
const ERRNO = [
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENOPROTOOPT',
  'ECONNREFUSED',
  'EMSGSIZE',
  'EOPNOTSUPP',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENONET',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EHOSTUNREACH',
  'EHOSTUNREACH',
  'EHOSTUNREACH',
];
const NET_UNREACH = 0;
const HOST_UNREACH = 1;

/** tcp_ld_RTO_revert() (RFC 6069): the network, not congestion, is at fault; one backoff step is taken back. */
function revertBackoff(sk: Sock, seq: number): void {
  const clock = sk.host.clock;
  const head = sk.rtx.head();
  if (seq !== sk.sndUna || sk.retransmits === 0 || sk.backoff === 0 || head === undefined) return;
  sk.backoff--;
  sk.rto = sk.srttUs > 0 ? computedRto(sk) : clock.toJiffies(TIMEOUT_INIT);
  sk.rto = backedOffRto(sk);
  const remaining = sk.rto - clock.toJiffies(clock.now - head.sentAt);
  if (remaining > 0) resetXmitTimer(sk, TIME_RETRANS, remaining);
  else retransmitTimer(sk);
}

/** tcp_v4_err(): destination unreachable with `code`, quoting the segment `s` that this host sent. */
export function receiveIcmp(host: Host, s: Segment, code: number): void {
  const sk = host.lookup(s.sourcePort, s.destinationPort, s.loopback);
  if (sk === undefined || sk.kind === 'timewait') return;
  if (sk.kind === 'request') {
    // tcp_req_err(): a half-open connection is dropped where the host is told so at once
    if (s.seq === sk.isn && (code === NET_UNREACH || code === HOST_UNREACH)) dropRequest(sk);
    return;
  }
  if (s.seq < sk.sndUna || s.seq > sk.sndNxt) return;
  const err = ERRNO[code] as string;
  if (code === NET_UNREACH || code === HOST_UNREACH) revertBackoff(sk, s.seq);
  if (sk.state === SYN_SENT || sk.state === SYN_RECV) {
    doneWithError(sk, err);
  } else if (sk.state !== CLOSE) {
    if (sk.opt.recvErr) {
      sk.err = err;
      sk.wakeAll('ERR');
    } else {
      sk.errSoft = err;
    }
  }
}
