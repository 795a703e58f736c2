/** The delayed-ACK timer (tcp_delack_timer_handler()) and the timer of compressed ACKs. */

import { ACK_TIMER, ATO_MIN, DELACK_MAX } from '../constants.js';
import type { Sock } from '../sock.js';
import { ackScheduled, sendAck } from '../transmit.js';

/** tcp_delack_timer_handler(). */
export function delayedAckTimer(sk: Sock): void {
  const clock = sk.host.clock;
  if (sk.compressedAck > 0) {
    compressedAckTimer(sk);
    return;
  }
  if (!(sk.ackPending & ACK_TIMER)) return;
  if (sk.ackTimeout > clock.jiffies) {
    sk.delackTimer.mod(sk.ackTimeout);
    return;
  }
  sk.ackPending &= ~ACK_TIMER;
  if (!ackScheduled(sk)) return;
  if (sk.pingpong < sk.host.sysctls.tcpPingpongThresh) {
    sk.ato = Math.min(sk.ato * 2, sk.rto, sk.host.behaviour.atoBelowDelackMax ? clock.toJiffies(DELACK_MAX) : Infinity);
  } else {
    sk.pingpong = 0;
    sk.ato = clock.toJiffies(ATO_MIN);
  }
  sendAck(sk);
}

/** tcp_compressed_ack_kick(). */
export function compressedAckTimer(sk: Sock): void {
  sk.compressedAck--;
  sendAck(sk);
}
