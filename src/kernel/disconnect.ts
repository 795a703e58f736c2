/** A socket goes back to the state it was made in (tcp_disconnect(), the error path of tcp_v4_connect()). */

import {
  CLOSE,
  CLOSE_WAIT,
  CLOSING,
  ESTABLISHED,
  FIN_WAIT1,
  FIN_WAIT2,
  LAST_ACK,
  SYN_RECV,
  SYN_SENT,
  TIMEOUT_INIT,
  INFINITE_SSTHRESH,
  INIT_CWND,
} from './constants.js';
import { clearTimers, purgeWriteQueue, unhash } from './done.js';
import { sendActiveReset } from './output.js';
import { releasePort } from './ports.js';
import type { Sock } from './sock.js';

/** A connect() that found no port leaves the socket unconnected. */
export function destroyFailed(sk: Sock): void {
  sk.setState(CLOSE);
  sk.remotePort = 0;
  sk.remote = '';
  if (!sk.portLocked) {
    releasePort(sk);
    sk.localPort = 0;
  }
}

const NEEDS_RESET: ReadonlySet<number> = new Set([ESTABLISHED, CLOSE_WAIT, FIN_WAIT1, FIN_WAIT2, SYN_RECV]);

/** tcp_disconnect(). */
export function disconnect(sk: Sock): void {
  const state = sk.state;
  if (NEEDS_RESET.has(state) || ((state === CLOSING || state === LAST_ACK) && sk.sndNxt !== sk.writeSeq)) {
    sk.setState(CLOSE);
    sendActiveReset(sk);
    sk.err = 'ECONNRESET';
  } else if (state === SYN_SENT) {
    sk.err = 'ECONNRESET';
  }
  if (sk.state !== CLOSE) sk.setState(CLOSE);
  unhash(sk);
  clearTimers(sk);
  purgeWriteQueue(sk);
  sk.received.clear();
  if (!sk.portLocked) {
    releasePort(sk);
    sk.localPort = 0;
  }
  sk.remotePort = 0;
  sk.shutdown = 0;
  sk.done = false;
  sk.srttUs = 0;
  sk.minRtt = Infinity;
  sk.backoff = 0;
  sk.probesOut = 0;
  sk.probesTstamp = 0;
  sk.rto = sk.host.clock.toJiffies(TIMEOUT_INIT);
  sk.sndSsthresh = INFINITE_SSTHRESH;
  sk.sndCwnd = INIT_CWND;
  sk.windowClamp = 0;
  sk.totalRetrans = 0;
  sk.tstampOk = sk.sackOk = sk.wscaleOk = false;
  sk.ato = 0;
  sk.quick = 0;
  sk.pingpong = 0;
  sk.sacks = [];
  sk.tlpHighSeq = 0;
  sk.tsRecentStamp = -1;
  sk.retransStamp = 0;
}
