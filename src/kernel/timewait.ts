/** Segments for a TIME_WAIT or an orphan's FIN_WAIT_2 (tcp_timewait_state_process()). */

import { rateLimited } from './ack.js';
import { ACK, FIN, FIN_WAIT2, RST, SYN, TIMEWAIT_LEN, TIME_WAIT } from './constants.js';
import { timeWaitGone } from './done.js';
import { sendBareAck, sendReset } from './reply.js';
import type { Segment } from './segment.js';
import type { TimeWaitSock } from './sock.js';

/** tcp_in_window(). */
function inWindow(seq: number, endSeq: number, start: number, end: number): boolean {
  if (seq === start) return true;
  if (endSeq > start && seq < end) return true;
  return seq === end && seq === endSeq;
}

/** tcp_timewait_check_oow_rate_limit(). */
function answer(tw: TimeWaitSock, s: Segment): void {
  if ((s.seq === s.endSeq || s.flags & SYN) && rateLimited(tw)) return;
  acknowledge(tw);
}

/** tcp_v4_timewait_ack(). */
export function acknowledge(tw: TimeWaitSock): void {
  sendBareAck({
    host: tw.host,
    localPort: tw.localPort,
    remotePort: tw.remotePort,
    loopback: tw.loopback,
    seq: tw.sndNxt,
    ack: tw.rcvNxt,
    window: Math.floor(tw.rcvWnd / 2 ** tw.rcvWscale),
    tstampOk: tw.tsRecentStamp >= 0,
    tsOffset: tw.tsOffset,
    tsRecent: tw.tsRecent,
  });
}

/** A number above 0: the SYN opens a new connection that starts there. */
export function receiveInTimeWait(tw: TimeWaitSock, s: Segment): number {
  const stamped = s.tsval > 0 && tw.tsRecentStamp >= 0;
  const paws = stamped && s.tsval < tw.tsRecent && !(s.flags & RST);
  if (tw.substate === FIN_WAIT2) {
    inFinWait2(tw, s, paws, stamped);
    return 0;
  }
  if (!paws && s.seq === tw.rcvNxt && (s.seq === s.endSeq || s.flags & RST)) {
    if (s.flags & RST) {
      if (!tw.host.sysctls.tcpRfc1337) timeWaitGone(tw);
      return 0;
    }
    tw.timer.modIn(TIMEWAIT_LEN);
    remember(tw, s, stamped);
    return 0;
  }
  if (s.flags & SYN && !(s.flags & (RST | ACK)) && !paws && (s.seq > tw.rcvNxt || (stamped && tw.tsRecent < s.tsval)))
    return tw.sndNxt + 65537;
  if (!(s.flags & RST)) {
    if (paws || s.flags & ACK) tw.timer.modIn(TIMEWAIT_LEN);
    answer(tw, s);
  }
  return 0;
}

function remember(tw: TimeWaitSock, s: Segment, stamped: boolean): void {
  if (!stamped) return;
  tw.tsRecent = s.tsval;
  tw.tsRecentStamp = tw.host.clock.now;
}

function inFinWait2(tw: TimeWaitSock, s: Segment, paws: boolean, stamped: boolean): void {
  if (paws || !inWindow(s.seq, s.endSeq, tw.rcvNxt, tw.rcvNxt + tw.rcvWnd)) {
    answer(tw, s);
    return;
  }
  if (s.flags & RST) {
    timeWaitGone(tw);
    return;
  }
  if (s.flags & SYN && s.seq >= tw.rcvNxt) {
    resetAndGo(tw, s);
    return;
  }
  if (!(s.flags & ACK) || s.endSeq <= tw.rcvNxt || s.endSeq === s.seq) return;
  if (!(s.flags & FIN) || s.endSeq !== tw.rcvNxt + 1) {
    resetAndGo(tw, s);
    return;
  }
  tw.substate = TIME_WAIT;
  tw.rcvNxt = s.endSeq;
  remember(tw, s, stamped);
  tw.host.recorder.state(tw.host.name, tw, 'TIME_WAIT');
  tw.timer.label = 'TIME_WAIT';
  tw.timer.modIn(TIMEWAIT_LEN);
  acknowledge(tw);
}

function resetAndGo(tw: TimeWaitSock, s: Segment): void {
  sendReset(tw.host, s);
  timeWaitGone(tw);
}
