/** setsockopt() and getsockopt(): ranges and errors of do_tcp_setsockopt(), sk_setsockopt(), do_ip_setsockopt(). */

import { inPingpong, enterPingpong } from './ack-out.js';
import { nagleChanged, quickAckNow, takeError } from './calls.js';
import { CLOSE, FIN_TIMEOUT_MAX, LISTEN, NAGLE_CORK, NAGLE_OFF, SECOND } from './constants.js';
import type { Sock } from './sock.js';
import {
  keepaliveElapsed,
  keepaliveInterval,
  keepaliveProbes,
  keepaliveTime,
  resetKeepaliveTimer,
  setKeepalive,
} from './timers/keepalive.js';

const MAX_KEEPIDLE = 32767;
const MAX_KEEPCNT = 127;
const MAX_SYNCNT = 127;
const MIN_RCVBUF = 2304;
const MIN_SNDBUF = 4608;
const RTO_MAX_MIN_MS = 1_000;
const RTO_MAX_MAX_MS = 120_000;
/** Longest SYN-ACK interval in the arithmetic of TCP_DEFER_ACCEPT, seconds. */
const DEFER_RTO_MAX = 120;

type Setter = (sk: Sock, value: number, second: number) => string;

function within(value: number, low: number, high: number, set: () => void): string {
  if (value < low || value > high) return 'EINVAL';
  set();
  return '';
}

function done(): string {
  return '';
}

/** secs_to_retrans(): how many SYN-ACK timeouts cover these seconds. */
function secondsToRetrans(seconds: number): number {
  if (seconds <= 0) return 0;
  let count = 1;
  let timeout = 1;
  for (let period = 1; seconds > period && count < 255; period += timeout) {
    count++;
    timeout = Math.min(timeout * 2, DEFER_RTO_MAX);
  }
  return count;
}

/** retrans_to_secs(). */
function retransToSeconds(count: number): number {
  let period = 0;
  let timeout = 1;
  for (let i = 0; i < count; i++) {
    period += timeout;
    timeout = Math.min(timeout * 2, DEFER_RTO_MAX);
  }
  return period;
}

/** tcp_sock_set_keepidle_locked(): a running timer is set anew. */
function setKeepIdle(sk: Sock, value: number): string {
  return within(value, 1, MAX_KEEPIDLE, () => {
    sk.opt.keepIdle = value * SECOND;
    if (sk.opt.keepOpen && sk.state !== CLOSE && sk.state !== LISTEN)
      resetKeepaliveTimer(sk, Math.max(0, keepaliveTime(sk) - keepaliveElapsed(sk)));
  });
}

/** tcp_set_rcvlowat(): at most half of what the receive buffer may become; below zero is the most there is. */
function lowWater(sk: Sock, value: number): number {
  const most = (sk.opt.rcvbufLocked ? sk.opt.rcvbuf : sk.host.sysctls.tcpRmemMax) >> 1;
  return value < 0 ? most : Math.min(value, most) || 1;
}

function setNagle(sk: Sock, bit: number, on: boolean): string {
  sk.opt.nonagle = on ? sk.opt.nonagle | bit : sk.opt.nonagle & ~bit;
  if (bit === NAGLE_OFF ? on : !on) nagleChanged(sk);
  return '';
}

const SETTERS: Readonly<Record<string, Setter>> = {
  O_NONBLOCK: (sk, v) => ((sk.nonblock = v !== 0), done()),
  SO_REUSEADDR: (sk, v) => ((sk.opt.reuseAddr = v !== 0), done()),
  SO_REUSEPORT: (sk, v) => ((sk.opt.reusePort = v !== 0), done()),
  SO_KEEPALIVE: (sk, v) => (setKeepalive(sk, v !== 0), done()),
  SO_LINGER: (sk, on, seconds) => ((sk.opt.lingerOn = on !== 0), (sk.opt.lingerTime = Math.max(0, seconds) * SECOND), done()),
  SO_RCVBUF: (sk, v) => (
    (sk.opt.rcvbuf = Math.max(2 * Math.min(v, sk.host.sysctls.rmemMax), MIN_RCVBUF)),
    (sk.opt.rcvbufLocked = true),
    done()
  ),
  SO_SNDBUF: (sk, v) => (
    (sk.opt.sndbuf = Math.max(2 * Math.min(v, sk.host.sysctls.wmemMax), MIN_SNDBUF)),
    (sk.opt.sndbufLocked = true),
    done()
  ),
  SO_RCVLOWAT: (sk, v) => ((sk.opt.rcvLowat = lowWater(sk, v)), sk.wakeAll('IN'), done()),
  SO_RCVTIMEO: (sk, v) => ((sk.opt.rcvTimeout = Math.round(v * SECOND)), done()),
  SO_SNDTIMEO: (sk, v) => ((sk.opt.sndTimeout = Math.round(v * SECOND)), done()),
  TCP_NODELAY: (sk, v) => setNagle(sk, NAGLE_OFF, v !== 0),
  TCP_CORK: (sk, v) => setNagle(sk, NAGLE_CORK, v !== 0),
  TCP_KEEPIDLE: setKeepIdle,
  TCP_KEEPINTVL: (sk, v) =>
    within(v, 1, MAX_KEEPIDLE, () => {
      sk.opt.keepInterval = v * SECOND;
    }),
  TCP_KEEPCNT: (sk, v) =>
    within(v, 1, MAX_KEEPCNT, () => {
      sk.opt.keepCount = v;
    }),
  TCP_SYNCNT: (sk, v) =>
    within(v, 1, MAX_SYNCNT, () => {
      sk.opt.synRetries = v;
    }),
  TCP_USER_TIMEOUT: (sk, v) =>
    within(v, 0, 0x7fffffff, () => {
      sk.opt.userTimeout = v * 1000;
    }),
  TCP_LINGER2: (sk, v) => ((sk.opt.linger2 = v < 0 ? -1 : Math.min(v, FIN_TIMEOUT_MAX)), done()),
  TCP_DEFER_ACCEPT: (sk, v) => ((sk.opt.deferAccept = secondsToRetrans(v)), done()),
  TCP_QUICKACK: (sk, v) => setQuickAck(sk, v),
  TCP_RTO_MAX_MS: (sk, v) =>
    sk.host.behaviour.rtoMaxOption
      ? within(v, RTO_MAX_MIN_MS, RTO_MAX_MAX_MS, () => {
          sk.opt.rtoMax = v * 1000;
        })
      : 'ENOPROTOOPT',
  IP_RECVERR: (sk, v) => ((sk.opt.recvErr = v !== 0), done()),
  IP_BIND_ADDRESS_NO_PORT: (sk, v) => ((sk.opt.bindNoPort = v !== 0), done()),
};

/** __tcp_sock_set_quickack(). */
function setQuickAck(sk: Sock, value: number): string {
  sk.pingpong = 0;
  const sent = value !== 0 && quickAckNow(sk);
  if (value === 0 || (sent && !(value & 1))) enterPingpong(sk);
  return '';
}

/** Sets an option that experiment-format.ts lists; '' or an errno. */
export function setOption(sk: Sock, name: string, value: number | readonly number[]): string {
  const setter = SETTERS[name] as Setter;
  return typeof value === 'number' ? setter(sk, value, 0) : setter(sk, value[0] as number, value[1] as number);
}

const seconds = (us: number): number => us / SECOND;

const GETTERS: Readonly<Record<string, (sk: Sock) => number>> = {
  SO_REUSEADDR: (sk) => Number(sk.opt.reuseAddr),
  SO_REUSEPORT: (sk) => Number(sk.opt.reusePort),
  SO_KEEPALIVE: (sk) => Number(sk.opt.keepOpen),
  SO_LINGER: (sk) => Number(sk.opt.lingerOn),
  SO_RCVBUF: (sk) => sk.opt.rcvbuf,
  SO_SNDBUF: (sk) => sk.opt.sndbuf,
  SO_RCVLOWAT: (sk) => sk.opt.rcvLowat,
  SO_RCVTIMEO: (sk) => Math.floor(seconds(sk.opt.rcvTimeout)),
  SO_SNDTIMEO: (sk) => Math.floor(seconds(sk.opt.sndTimeout)),
  TCP_NODELAY: (sk) => Number((sk.opt.nonagle & NAGLE_OFF) !== 0),
  TCP_CORK: (sk) => Number((sk.opt.nonagle & NAGLE_CORK) !== 0),
  TCP_KEEPIDLE: (sk) => seconds(keepaliveTime(sk)),
  TCP_KEEPINTVL: (sk) => seconds(keepaliveInterval(sk)),
  TCP_KEEPCNT: keepaliveProbes,
  TCP_SYNCNT: (sk) => sk.opt.synRetries || sk.host.sysctls.tcpSynRetries,
  TCP_USER_TIMEOUT: (sk) => sk.opt.userTimeout / 1000,
  TCP_LINGER2: (sk) => (sk.opt.linger2 !== 0 ? sk.opt.linger2 : sk.host.sysctls.tcpFinTimeout),
  TCP_DEFER_ACCEPT: (sk) => retransToSeconds(sk.opt.deferAccept),
  TCP_QUICKACK: (sk) => Number(!inPingpong(sk)),
  TCP_RTO_MAX_MS: (sk) => (sk.opt.rtoMax > 0 ? sk.opt.rtoMax / 1000 : sk.host.sysctls.tcpRtoMaxMs),
  IP_RECVERR: (sk) => Number(sk.opt.recvErr),
  IP_BIND_ADDRESS_NO_PORT: (sk) => Number(sk.opt.bindNoPort),
};

/** The value of an option that experiment-format.ts lists, for SO_ERROR the errno's name or 0. */
export function getOption(sk: Sock, name: string): number | string {
  if (name === 'SO_ERROR') return takeError(sk) || 0;
  return (GETTERS[name] as (sk: Sock) => number)(sk);
}
