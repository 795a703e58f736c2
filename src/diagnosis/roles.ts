/** Which end of a connection a socket is, as far as tables tell: by its state, by the listeners beside it, by its ports. */

import type { Role } from '../scenarios/profile.js';
import { isLoopback } from './address.js';
import type { Socket } from './symptom.js';

/** Ports that kernels choose from (`ip_local_port_range`). */
export interface PortRange {
  low: number;
  high: number;
}

/** @param listening ports that are listened on in the same table */
export function roleOf(socket: Socket, listening: ReadonlySet<number>, range: PortRange): Role | null {
  if (socket.state === 'LISTEN') return 'listener';
  if (socket.state === 'SYN_SENT') return 'client';
  if (socket.state === 'SYN_RECV') return 'accepted';
  const { local, remote } = socket;
  if (local.port === null || remote.port === null) return null;
  if (listening.has(local.port)) return 'accepted';
  if (isLoopback(remote.host) && listening.has(remote.port)) return 'client';
  const [near, far] = [chosen(local.port, range), chosen(remote.port, range)];
  if (near !== far) return near ? 'client' : 'accepted';
  return null;
}

function chosen(port: number, { low, high }: PortRange): boolean {
  return port >= low && port <= high;
}

/** The port by which people know the connection: the one that is listened on. */
export function servicePort(socket: Socket, role: Role | null): number | null {
  if (role === 'client') return socket.remote.port;
  if (role !== null) return socket.local.port;
  return null;
}
