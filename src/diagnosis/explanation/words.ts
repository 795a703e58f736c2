/** What a state means for this code, and what ends it, in words. Holds no duration: those come from the model. */

import { sysctlsOf } from '../../kernel/sysctl.js';
import type { Machine } from '../../scenarios/scenario.js';
import { isFull } from '../groups.js';
import type { Group } from '../groups.js';
import type { Ending } from './ending.js';
import { inWords } from './ending.js';
import { say } from '../../words/say.js';

type Words = (g: Group) => string;

function far({ role }: Group): string {
  if (role === null) return say`the other side`;
  return role === 'client' ? say`the server` : say`the client`;
}
/** At the start of a sentence. */
const Far = (g: Group): string => far(g).replace(/^t/, 'T');

const MEANS: Readonly<Record<Group['state'], Words>> = {
  CLOSE_WAIT: (g) => joined(say`${Far(g)} has closed; this program has not.`, unreadWords(g)),
  CLOSE: () => say`A descriptor without a connection: it was never connected, or a reset has ended it, and the program has not closed it.`,
  ESTABLISHED: established,
  SYN_SENT: (g) =>
    failing(g)
      ? say`connect() is under way: ${far(g)} has not answered any of the SYNs so far.`
      : say`connect() is under way: ${far(g)} has not answered yet.`,
  SYN_RECV: (g) =>
    failing(g)
      ? say`A handshake is half done: ${far(g)} has not acknowledged the SYN-ACK, which was sent again.`
      : say`A handshake is half done: ${far(g)} has not acknowledged the SYN-ACK yet.`,
  FIN_WAIT_1: (g) =>
    g.unacked === true
      ? say`This side has closed; its FIN (and the data before it) is not acknowledged.`
      : say`This side has closed; its FIN is not acknowledged.`,
  FIN_WAIT_2: (g) =>
    g.holder
      ? say`This side has shut down its sending half and still holds the descriptor; ${far(g)} has not closed.`
      : say`This side has closed and been acknowledged; ${far(g)} has not closed its end (there it is in CLOSE_WAIT).`,
  CLOSING: () => say`Both sides closed at the same time; our FIN is not acknowledged.`,
  LAST_ACK: (g) => say`Both sides have closed; ${far(g)} has not acknowledged our FIN.`,
  TIME_WAIT: () => say`Closed on both sides, this side first: the kernel keeps the pair of ports so that late segments hurt nobody.`,
  LISTEN: (g) => (g.sockets.some(isFull) ? queueFull() : say`It listens.`),
};

const queueFull = (): string =>
  say`The accept queue is full: connections that arrive are not accepted, because the program does not call accept() as fast as they come.`;

/** Sentences one after the other; empty ones are left out. */
const joined = (...sentences: string[]): string => sentences.filter((s) => s !== '').join(' ');

/** The end of the stream counts one byte of Recv-Q until it is read. */
function unreadWords(g: Group): string {
  if (g.unread === null) return '';
  if (!g.unread) return say`Everything was read, the end of the stream too: the program knows and does not close.`;
  return g.sockets.every((s) => s.recvQ === 1)
    ? say`The end of the stream waits to be read: nobody has looked at the connection since.`
    : say`Bytes wait that nobody has read: the program does not look at the connection any more.`;
}

function failing(g: Group): boolean {
  return g.sockets.some((s) => (s.timer?.count ?? 0) > 0);
}

function established(g: Group): string {
  if (g.timer === 'persist')
    return joined(
      say`${Far(g)} does not read: its window is closed, and data wait here to be sent.`,
      failing(g) ? say`The last window probes were not answered.` : '',
    );
  if (g.timer === 'on' && failing(g)) return say`Data are sent again and again: ${far(g)} acknowledges nothing.`;
  if (g.timer === 'on') return say`Data are on their way.`;
  if (g.timer === 'keepalive')
    return failing(g)
      ? say`Keepalive probes are not answered: ${far(g)} (or the way to it) is gone.`
      : say`The connection is idle, and keepalive watches over it.`;
  const unread = g.unread === true ? say`Bytes wait that the program has not read.` : '';
  if (g.timer === null)
    return joined(say`The connection is idle and nothing watches over it: should ${far(g)} vanish, nobody here would learn of it.`, unread);
  return joined(say`The connection is open.`, unread);
}

const held = (): string => say`Nothing ends it but close() in this program, or the end of the process.`;

/** What ends it, with the time. `clock` words a moment so many seconds after the look; null where the look's time is not known. */
export function endText(g: Group, ending: Ending, clock: ((from: number, to: number) => string) | null): string {
  const { earliest, latest, errno } = ending;
  if (ending.doubt !== null) return ending.doubt;
  if (ending.kind === 'unknown') return say`This table does not show timers, so nobody can tell what ends it: ss -tanpoi shows them.`;
  if (ending.kind === 'nothing' || earliest === null || latest === null) return nothingEnds(g);
  if (ending.kind === 'within') return within(ending, latest);
  const when = clock === null ? inWords(ending) : say`${inWords(ending)} (${clock(earliest, latest)})`;
  const what = whatEnds(g, errno);
  if (ending.kind === 'silent') return say`If ${far(g)} stays silent, ${what} in ${when}; as long as it answers, nothing ends it.`;
  const isUnlessAnswered = failing(g) && g.state !== 'TIME_WAIT';
  const ends = isUnlessAnswered ? say`${what} in ${when}, unless an answer comes before.` : say`${what} in ${when}.`;
  return /^\w+\(\)/.test(ends) ? ends : ends.charAt(0).toUpperCase() + ends.slice(1);
}

function within(ending: Ending, latest: number): string {
  return latest === 0
    ? say`The kernel forgets it at once; the table does not show its timer.`
    : say`The kernel forgets it within ${inWords({ ...ending, earliest: latest })}; the table does not show its timer.`;
}

function whatEnds(g: Group, errno: string | null): string {
  switch (g.state) {
    case 'SYN_SENT':
      return errno === 'TIMEOUT'
        ? say`connect() is given up by the time limit of its line`
        : say`connect() fails with ${errno ?? 'ETIMEDOUT'}`;
    case 'SYN_RECV':
      return say`the kernel forgets it`;
    case 'TIME_WAIT':
    case 'FIN_WAIT_2':
      return say`the kernel frees it`;
    case 'CLOSE_WAIT':
      return g.timer === 'keepalive'
        ? say`keepalive ends the connection (the descriptor stays open until the program closes it)`
        : say`the kernel gives up the data (the descriptor stays open until the program closes it)`;
    default:
      return errno === null ? say`the kernel gives it up, and no program is told` : say`the call that waits on it fails with ${errno}`;
  }
}

function nothingEnds(g: Group): string {
  switch (g.state) {
    case 'CLOSE_WAIT':
      return joined(say`CLOSE_WAIT has no timer.`, held());
    case 'LISTEN':
      return say`It lasts as long as the program listens.`;
    case 'FIN_WAIT_2':
      return joined(say`The program holds the descriptor, so no timer runs.`, held());
    case 'ESTABLISHED':
      return g.timer === 'persist'
        ? say`The other side answers every window probe, so nothing ends it as long as that lasts.`
        : say`No timer runs. Nothing ends it but a segment of ${far(g)}, close() in this program, or the end of the process.`;
    default:
      return held();
  }
}

export function meaning(g: Group): string {
  return MEANS[g.state](g);
}

/** What else the numbers tell: ports that TIME_WAIT holds, a queue that is full. */
export function remarks(g: Group, machine: Machine): string[] {
  const out: string[] = [];
  if (g.state === 'LISTEN') {
    for (const s of g.sockets.filter(isFull).slice(0, 3))
      out.push(
        say`${s.recvQ} connections wait for accept(); the queue of port ${s.local.port ?? '*'} holds ${s.sendQ} (the backlog of listen(), at most net.core.somaxconn).`,
      );
  }
  if (g.state === 'TIME_WAIT' && g.role !== 'accepted') {
    const { sysctls } = sysctlsOf(machine.sysctls.A);
    const ports = sysctls.localPortHigh - sysctls.localPortLow + 1;
    const perPeer = new Map<string, number>();
    for (const s of g.sockets)
      perPeer.set(`${s.remote.host} ${s.remote.port}`, (perPeer.get(`${s.remote.host} ${s.remote.port}`) ?? 0) + 1);
    const most = Math.max(0, ...perPeer.values());
    if (most > 0)
      out.push(
        say`${most} of the ${ports} ports of net.ipv4.ip_local_port_range are held towards one address; when all are, connect() fails with EADDRNOTAVAIL.`,
      );
  }
  return out;
}
