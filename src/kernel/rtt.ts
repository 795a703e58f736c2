/** Round-trip time and the retransmission timeout (tcp_rtt_estimator(), tcp_set_rto()). */

import { SECOND } from './constants.js';
import type { Sock } from './sock.js';

/** tcp_min_rtt_wlen. */
const MIN_RTT_WINDOW = 300 * SECOND;

/** tcp_rto_min_us(). */
export function rtoMinUs(sk: Sock): number {
  return sk.host.sysctls.tcpRtoMinUs;
}

/** tcp_rto_max() in jiffies: TCP_RTO_MAX_MS, else net.ipv4.tcp_rto_max_ms. */
export function rtoMax(sk: Sock): number {
  return sk.host.clock.toJiffies(sk.opt.rtoMax > 0 ? sk.opt.rtoMax : sk.host.sysctls.tcpRtoMaxMs * 1000);
}

/** __tcp_set_rto(), in jiffies. */
export function computedRto(sk: Sock): number {
  return sk.host.clock.toJiffies((sk.srttUs >> 3) + sk.rttvarUs);
}

/** tcp_rtt_estimator(): a sample in microseconds. */
export function rttSample(sk: Sock, sampleUs: number): void {
  let m = sampleUs;
  let srtt = sk.srttUs;
  if (srtt !== 0) {
    m -= srtt >> 3;
    srtt += m;
    if (m < 0) {
      m = -m - (sk.mdevUs >> 2);
      if (m > 0) m >>= 3;
    } else {
      m -= sk.mdevUs >> 2;
    }
    sk.mdevUs += m;
    if (sk.mdevUs > sk.mdevMaxUs) {
      sk.mdevMaxUs = sk.mdevUs;
      if (sk.mdevMaxUs > sk.rttvarUs) sk.rttvarUs = sk.mdevMaxUs;
    }
    if (sk.sndUna > sk.rttSeq) {
      if (sk.mdevMaxUs < sk.rttvarUs) sk.rttvarUs -= (sk.rttvarUs - sk.mdevMaxUs) >> 2;
      sk.rttSeq = sk.sndNxt;
      sk.mdevMaxUs = rtoMinUs(sk);
    }
  } else {
    srtt = m * 8;
    sk.mdevUs = m * 2;
    sk.rttvarUs = Math.max(sk.mdevUs, rtoMinUs(sk));
    sk.mdevMaxUs = sk.rttvarUs;
    sk.rttSeq = sk.sndNxt;
  }
  sk.srttUs = Math.max(1, srtt);
}

/** tcp_update_rtt_min(): least sample of the last five minutes. */
function updateMinRtt(sk: Sock, rttUs: number): void {
  const now = sk.host.clock.now;
  const sample = rttUs > 0 ? rttUs : sk.host.clock.tick;
  if (sample <= sk.minRtt || now - sk.minRttStamp > MIN_RTT_WINDOW) {
    sk.minRtt = sample;
    sk.minRttStamp = now;
  }
}

/** What tcp_ack_update_rtt() needs: -1 = no sample. */
export interface RttSamples {
  seq: number;
  sack: number;
  ca: number;
  /** The ACK covers new data. */
  acked: boolean;
  maybeDelayed: boolean;
}

/** tcp_ack_update_rtt(): true if the estimate changed. A valid sample ends the backoff. */
export function updateRtt(sk: Sock, s: RttSamples): boolean {
  let seq = s.seq < 0 ? s.sack : s.seq;
  let ca = s.ca;
  if (seq < 0 && sk.sawTstamp && sk.rcvTsecr !== 0 && s.acked) {
    seq = ca = Math.max(1, sk.host.ms - sk.rcvTsecr) * 1000;
  }
  if (seq < 0) return false;
  if (!(s.maybeDelayed && ca > sk.minRtt)) updateMinRtt(sk, ca);
  rttSample(sk, seq);
  sk.rto = Math.min(computedRto(sk), rtoMax(sk));
  sk.backoff = 0;
  return true;
}
