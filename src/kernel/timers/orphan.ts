/** Sockets that no descriptor refers to are given up sooner (tcp_orphan_retries(), tcp_out_of_resources()). */

import { SECOND, TIMEWAIT_LEN } from '../constants.js';
import { done } from '../done.js';
import { sendActiveReset } from '../output.js';
import type { Sock } from '../sock.js';

/** tcp_orphan_retries(): `alive` = the backoff has not reached RTO_MAX. */
export function orphanRetries(sk: Sock, alive: boolean): number {
  const retries = sk.errSoft !== '' && !alive ? 0 : sk.host.sysctls.tcpOrphanRetries;
  return retries === 0 && alive ? 8 : retries;
}

/** tcp_out_of_resources(): with too many orphans this one goes; a RST tells the peer. True if it is gone. */
export function tooManyOrphans(sk: Sock, doReset: boolean): boolean {
  const clock = sk.host.clock;
  const quiet = (clock.jiffies - sk.lsndtime) * clock.tick;
  let shift = 0;
  if (quiet > 240 * SECOND || !doReset) shift++;
  if (sk.errSoft !== '') shift++;
  if (sk.host.orphans * 2 ** shift <= sk.host.sysctls.tcpMaxOrphans) return false;
  if (doReset || quiet <= TIMEWAIT_LEN || (sk.sndWnd === 0 && sk.packetsOut === 0)) sendActiveReset(sk);
  done(sk);
  return true;
}
