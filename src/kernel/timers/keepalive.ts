/** The keepalive timer, which also ends an orphan's FIN_WAIT_2 (tcp_keepalive_timer()). */

import { CLOSE, FIN_TIMEOUT_MAX, FIN_WAIT2, LISTEN, SECOND, SYN_SENT, TIMEWAIT_LEN } from '../constants.js';
import { done, timeWait, writeError } from '../done.js';
import { nothingUnsent, sendActiveReset, writeWakeup } from '../output.js';
import type { Sock } from '../sock.js';

/** keepalive_time_when(), microseconds. */
export function keepaliveTime(sk: Sock): number {
  return sk.opt.keepIdle > 0 ? sk.opt.keepIdle : sk.host.sysctls.tcpKeepaliveTime * SECOND;
}

/** keepalive_intvl_when(), microseconds. */
export function keepaliveInterval(sk: Sock): number {
  return sk.opt.keepInterval > 0 ? sk.opt.keepInterval : sk.host.sysctls.tcpKeepaliveIntvl * SECOND;
}

/** keepalive_probes(). */
export function keepaliveProbes(sk: Sock): number {
  return sk.opt.keepCount > 0 ? sk.opt.keepCount : sk.host.sysctls.tcpKeepaliveProbes;
}

/** keepalive_time_elapsed(): since the last segment or ACK that was of use, microseconds in whole jiffies. */
export function keepaliveElapsed(sk: Sock): number {
  const clock = sk.host.clock;
  return (clock.jiffies - Math.max(sk.rcvTstamp, sk.lrcvtime)) * clock.tick;
}

/** inet_csk_reset_keepalive_timer(). */
export function resetKeepaliveTimer(sk: Sock, us: number): void {
  sk.keepaliveTimer.label = sk.state === FIN_WAIT2 && sk.dead ? 'FIN_WAIT_2' : 'keepalive';
  sk.keepaliveTimer.modIn(us);
}

/** tcp_set_keepalive(): switching it on starts the time from now. */
export function setKeepalive(sk: Sock, on: boolean): void {
  if (sk.state !== CLOSE && sk.state !== LISTEN) {
    if (on && !sk.opt.keepOpen) resetKeepaliveTimer(sk, keepaliveTime(sk));
    else if (!on) sk.keepaliveTimer.stop();
  }
  sk.opt.keepOpen = on;
}

/** tcp_fin_time(): at least three and a half RTOs, microseconds. */
export function finTime(sk: Sock): number {
  const seconds = sk.opt.linger2 > 0 ? Math.min(sk.opt.linger2, FIN_TIMEOUT_MAX) : sk.host.sysctls.tcpFinTimeout;
  const rto = Math.floor(3.5 * sk.rto) * sk.host.clock.tick;
  return Math.max(seconds * SECOND, rto);
}

/** tcp_keepalive_timer(). */
export function keepaliveTimer(sk: Sock): void {
  if (sk.state === FIN_WAIT2 && sk.dead) {
    const left = finTime(sk) - TIMEWAIT_LEN;
    if (sk.opt.linger2 >= 0 && left > 0) {
      timeWait(sk, FIN_WAIT2, left);
    } else {
      sendActiveReset(sk);
      done(sk);
    }
    return;
  }
  if (!sk.opt.keepOpen || sk.state === CLOSE || sk.state === SYN_SENT) return;
  const idle = keepaliveTime(sk);
  if (sk.packetsOut > 0 || !nothingUnsent(sk)) {
    resetKeepaliveTimer(sk, idle); // the retransmission timer watches over data
    return;
  }
  const elapsed = keepaliveElapsed(sk);
  if (elapsed < idle) {
    resetKeepaliveTimer(sk, idle - elapsed);
    return;
  }
  const user = sk.opt.userTimeout;
  if ((user > 0 && elapsed >= user && sk.probesOut > 0) || (user === 0 && sk.probesOut >= keepaliveProbes(sk))) {
    sendActiveReset(sk);
    writeError(sk);
    return;
  }
  writeWakeup(sk, 'keepalive');
  sk.probesOut++;
  resetKeepaliveTimer(sk, keepaliveInterval(sk));
}
