/** The persist timer: probes of a closed window (tcp_probe_timer()). */

import { writeError } from '../done.js';
import { nothingUnsent, sendProbe0 } from '../output.js';
import { rtoMax } from '../rtt.js';
import type { Sock } from '../sock.js';
import { backedOffRto } from '../xmit-timer.js';
import { orphanRetries, tooManyOrphans } from './orphan.js';

/** tcp_probe_timer(): here the limit is a count of unanswered probes. TCP_USER_TIMEOUT counts from the first one, answered or not. */
export function probeTimer(sk: Sock): void {
  const clock = sk.host.clock;
  if (sk.packetsOut > 0 || nothingUnsent(sk)) {
    sk.probesOut = 0;
    sk.probesTstamp = 0;
    return;
  }
  if (sk.probesTstamp === 0) {
    sk.probesTstamp = clock.jiffies;
  } else if (sk.opt.userTimeout > 0 && clock.jiffies - sk.probesTstamp >= clock.toJiffies(sk.opt.userTimeout)) {
    writeError(sk);
    return;
  }
  let most = sk.host.sysctls.tcpRetries2;
  if (sk.dead) {
    const alive = backedOffRto(sk) < rtoMax(sk);
    most = orphanRetries(sk, alive);
    if (!alive && sk.backoff >= most) {
      writeError(sk);
      return;
    }
    if (tooManyOrphans(sk, true)) return;
  }
  if (sk.probesOut >= most) writeError(sk);
  else sendProbe0(sk);
}
