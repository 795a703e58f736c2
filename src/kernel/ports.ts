/** Ports: bind(), listen() conflicts and the choice of a port by connect() (inet_connection_sock.c, inet_hashtables.c). */

import { CLOSE, FIN_WAIT2, LISTEN } from './constants.js';
import type { BindBucket, Host } from './host.js';
import type { Sock, TimeWaitSock } from './sock.js';

function join(host: Host, sk: Sock, port: number, connectOnly: boolean): void {
  let bucket = host.bound.get(port);
  if (bucket === undefined) {
    bucket = { connectOnly, owners: new Set() };
    host.bound.set(port, bucket);
  }
  bucket.owners.add(sk);
  sk.inBind = true;
  sk.localPort = port;
}

/** Leaves the port's bucket; the last one frees the port. */
export function releasePort(sk: Sock | TimeWaitSock): void {
  if (!sk.inBind) return;
  sk.inBind = false;
  const bucket = sk.host.bound.get(sk.localPort);
  if (bucket === undefined) return;
  bucket.owners.delete(sk);
  sk.host.portsFreed++;
  if (bucket.owners.size === 0) sk.host.bound.delete(sk.localPort);
}

/** A child of a listener shares its port (__inet_inherit_port()). */
export function inheritPort(sk: Sock): void {
  join(sk.host, sk, sk.localPort, false);
}

function isListening(other: Sock | TimeWaitSock): boolean {
  return other.kind === 'sock' && other.state === LISTEN;
}

/** inet_bind_conflict(): both with SO_REUSEADDR and no listener, or both with SO_REUSEPORT. */
function conflicts(sk: Sock, other: Sock | TimeWaitSock): boolean {
  if (other === sk) return false;
  if (sk.opt.reuseAddr && other.opt.reuseAddr && !isListening(other) && sk.state !== LISTEN) return false;
  if (sk.opt.reusePort && other.opt.reusePort) return false;
  return true;
}

function anyConflict(sk: Sock, bucket: BindBucket): boolean {
  for (const other of bucket.owners) if (conflicts(sk, other)) return true;
  return false;
}

/** bind() to 0.0.0.0:port. Gives an errno or ''. */
export function bind(sk: Sock, port: number): string {
  if (sk.localPort !== 0 || sk.state !== CLOSE) return 'EINVAL';
  if (port === 0) {
    sk.portLocked = false;
    if (sk.opt.bindNoPort) return '';
    const free = freePort(sk.host, (p) => !sk.host.bound.has(p));
    if (free === 0) return 'EADDRINUSE';
    join(sk.host, sk, free, false);
    sk.portLocked = false;
    return '';
  }
  const bucket = sk.host.bound.get(port);
  if (bucket !== undefined && anyConflict(sk, bucket)) return 'EADDRINUSE';
  if (bucket !== undefined) bucket.connectOnly = false;
  join(sk.host, sk, port, false);
  sk.portLocked = true;
  return '';
}

/** The check of listen(): inet_csk_get_port() again, now as a listener. */
export function listenConflict(sk: Sock): boolean {
  const bucket = sk.host.bound.get(sk.localPort);
  if (bucket === undefined) return false;
  for (const other of bucket.owners) {
    if (other === sk) continue;
    if (sk.opt.reusePort && other.opt.reusePort) continue;
    if (sk.opt.reuseAddr && other.opt.reuseAddr && !isListening(other)) continue;
    return true;
  }
  return false;
}

/** Goes through the range once, from where the last search ended. 0: none. */
function freePort(host: Host, usable: (port: number) => boolean): number {
  const low = host.sysctls.localPortLow;
  const high = host.sysctls.localPortHigh;
  const count = high - low + 1;
  let port = host.nextPort < low || host.nextPort > high ? low : host.nextPort;
  for (let i = 0; i < count; i++) {
    if (!host.namedPorts.has(port) && usable(port)) {
      host.nextPort = port + 1;
      return port;
    }
    port = port === high ? low : port + 1;
  }
  return 0;
}

/** tcp_twsk_unique(): may a new connection take the place of this TIME_WAIT? */
function mayReuse(host: Host, tw: TimeWaitSock, portChosen: boolean): boolean {
  if (tw.tsRecentStamp < 0) return false;
  if (portChosen) return true;
  let mode = tw.substate === FIN_WAIT2 ? 0 : host.sysctls.tcpTwReuse;
  if (mode === 2 && !(tw.loopback && tw.remote === '127.0.0.1')) mode = 0;
  if (mode === 0) return false;
  const age = host.clock.now - tw.tsRecentStamp;
  if (host.behaviour.twReuseDelay) return age > host.sysctls.tcpTwReuseDelayMs * 1000;
  // whole seconds before 6.14
  return Math.floor(host.clock.now / 1e6) > Math.floor(tw.tsRecentStamp / 1e6);
}

export interface Taken {
  errno: string;
  /** The TIME_WAIT whose place it takes. */
  recycled: TimeWaitSock | null;
}

/** __inet_check_established(): null if the pair of ports is taken. */
function established(sk: Sock, port: number, portChosen: boolean): Taken | null {
  const other = sk.host.lookup(port, sk.remotePort, sk.loopback);
  if (other === undefined) return { errno: '', recycled: null };
  if (other.kind !== 'timewait' || !mayReuse(sk.host, other, portChosen)) return null;
  return { errno: '', recycled: other };
}

/** inet_hash_connect(): the local port of a connection; with `recycled` the socket continues that one's numbers. */
export function hashConnect(sk: Sock): Taken {
  const host = sk.host;
  if (sk.localPort !== 0) {
    return established(sk, sk.localPort, true) ?? { errno: 'EADDRNOTAVAIL', recycled: null };
  }
  // a search that found none need not be made again before a port is freed; only an ageing TIME_WAIT frees one by itself
  const key = `${sk.remote}:${sk.remotePort}`;
  if (host.sysctls.tcpTwReuse !== 1 && host.exhausted.get(key) === host.portsFreed) return { errno: 'EADDRNOTAVAIL', recycled: null };
  let taken: Taken | null = null;
  const port = freePort(host, (p) => {
    const bucket = host.bound.get(p);
    if (bucket !== undefined && !bucket.connectOnly) return false;
    taken = established(sk, p, false);
    return taken !== null;
  });
  if (port === 0 || taken === null) {
    host.exhausted.set(key, host.portsFreed);
    return { errno: 'EADDRNOTAVAIL', recycled: null };
  }
  join(host, sk, port, true);
  return taken;
}
