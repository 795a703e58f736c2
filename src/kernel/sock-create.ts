/** New sockets: socket(), and the child of a listener (inet_csk_clone_lock()). */

import type { Host } from './host.js';
import { Sock } from './sock.js';
import type { SockOptions, TimerHandlers } from './sock.js';
import { compressedAckTimer, delayedAckTimer } from './timers/delayed-ack.js';
import { keepaliveTimer } from './timers/keepalive.js';
import { writeTimer } from './timers/retransmit.js';

const HANDLERS: TimerHandlers = {
  write: writeTimer,
  delayedAck: delayedAckTimer,
  keepalive: keepaliveTimer,
  compressedAck: compressedAckTimer,
};

function defaultOptions(host: Host): SockOptions {
  return {
    reuseAddr: false,
    reusePort: false,
    keepOpen: false,
    keepIdle: 0,
    keepInterval: 0,
    keepCount: 0,
    userTimeout: 0,
    synRetries: 0,
    linger2: 0,
    deferAccept: 0,
    rtoMax: 0,
    recvErr: false,
    lingerOn: false,
    lingerTime: 0,
    rcvTimeout: 0,
    sndTimeout: 0,
    rcvLowat: 1,
    bindNoPort: false,
    nonagle: 0,
    rcvbuf: host.sysctls.tcpRmemDefault,
    sndbuf: host.sysctls.tcpWmemDefault,
    rcvbufLocked: false,
    sndbufLocked: false,
    thinLinear: false,
  };
}

/** socket(AF_INET, SOCK_STREAM). */
export function newSocket(host: Host): Sock {
  return new Sock(host, defaultOptions(host), HANDLERS);
}

/** A connection that a listener has accepted: the options are the listener's. */
export function childSocket(listener: Sock): Sock {
  return new Sock(listener.host, { ...listener.opt, deferAccept: 0 }, HANDLERS);
}
