/** Sockets that are alike, as one: the same process, role, port, state and trouble; how many, and whether they grow. */

import type { Role } from '../scenarios/profile.js';
import { roleOf, servicePort } from './roles.js';
import type { PortRange } from './roles.js';
import type { Holder, Socket, SocketState, TimerKind } from './symptom.js';

export interface Group {
  state: SocketState;
  role: Role | null;
  /** The port by which the connection is known; null where the role is. */
  port: number | null;
  /** The process, when one holds them all; the first holder of each otherwise. */
  holder: Holder | null;
  /** Of sockets that nobody holds any more: who listens on their port. */
  listener?: Holder;
  timer: TimerKind | null | undefined;
  /** Bytes wait that nobody has read. */
  unread: boolean | null;
  /** Bytes wait that nobody has acknowledged. */
  unacked: boolean | null;
  /** Of the last look at the table. */
  sockets: Socket[];
  /** How many there were in each look. */
  counts: number[];
}

/** A timer that has fired in vain tells more than one that only runs. */
const isFailing = (s: Socket): boolean => (s.timer?.count ?? 0) > 0;

function keyOf(s: Socket, role: Role | null, port: number | null): string {
  const holder = s.holders[0];
  const who = holder ? `${holder.name ?? ''} ${holder.pid ?? ''}` : s.orphan ? 'nobody' : '';
  const full = s.state === 'LISTEN' && isFull(s);
  return [
    s.state,
    role ?? '',
    port ?? '',
    who,
    s.timer ? s.timer.kind : String(s.timer),
    isFailing(s),
    (s.recvQ ?? 0) > 0 && s.state !== 'LISTEN',
    (s.sendQ ?? 0) > 0 && s.state !== 'LISTEN',
    full,
  ].join('|');
}

/** More wait for accept() than the listener's queue holds. */
export function isFull(s: Socket): boolean {
  return s.state === 'LISTEN' && s.recvQ !== null && s.sendQ !== null && s.sendQ > 0 && s.recvQ > s.sendQ;
}

function has(n: number | null): boolean | null {
  return n === null ? null : n > 0;
}

function groupOf(s: Socket, role: Role | null, port: number | null, looks: number): Group {
  const isListener = s.state === 'LISTEN';
  return {
    state: s.state,
    role,
    port,
    holder: s.holders[0] ?? null,
    timer: s.timer === undefined ? undefined : (s.timer?.kind ?? null),
    unread: isListener ? null : has(s.recvQ),
    unacked: isListener ? null : has(s.sendQ),
    sockets: [],
    counts: Array.from({ length: looks }, () => 0),
  };
}

/** States that most people paste a table for come first; then the largest groups. */
const ORDER: readonly SocketState[] = [
  'CLOSE_WAIT',
  'CLOSE',
  'SYN_SENT',
  'FIN_WAIT_2',
  'LAST_ACK',
  'FIN_WAIT_1',
  'CLOSING',
  'SYN_RECV',
  'ESTABLISHED',
  'TIME_WAIT',
  'LISTEN',
];

/** How much a group asks to be explained: failing timers and full queues before anything that is merely there. */
function urgency(g: Group): number {
  const failing = g.sockets.some((s) => isFailing(s) || isFull(s)) ? 0 : 20;
  return failing + ORDER.indexOf(g.state);
}

/** Groups of the last look's sockets (and of those that went since), most telling first. */
export function groupsOf(sockets: readonly Socket[], range: PortRange): Group[] {
  const looks = 1 + sockets.reduce((most, s) => Math.max(most, s.look), 0);
  const listeners = new Map(sockets.flatMap((s) => (s.state === 'LISTEN' && s.holders[0] ? [[s.local.port, s.holders[0]]] : [])));
  const listening = new Set(sockets.flatMap((s) => (s.state === 'LISTEN' && s.local.port !== null ? [s.local.port] : [])));
  const groups = new Map<string, Group>();
  for (const s of sockets) {
    const role = roleOf(s, listening, range);
    const port = servicePort(s, role);
    const key = keyOf(s, role, port);
    const group = groups.get(key) ?? groupOf(s, role, port, looks);
    groups.set(key, group);
    const listener = role === 'accepted' && group.holder === null ? listeners.get(s.local.port) : undefined;
    if (listener) group.listener = listener;
    group.counts[s.look] = (group.counts[s.look] as number) + 1;
    if (s.look === looks - 1) group.sockets.push(s);
  }
  const alive = [...groups.values()].filter((g) => g.sockets.length > 0);
  return alive.sort((a, b) => urgency(a) - urgency(b) || b.sockets.length - a.sockets.length);
}
