/** What a state means for this code, and what ends it, in words. Holds no duration: those come from the model. */

import type { Role } from '../../scenarios/profile.js';
import { sysctlsOf } from '../../kernel/sysctl.js';
import type { Machine } from '../../scenarios/scenario.js';
import { isFull } from '../groups.js';
import type { Group } from '../groups.js';
import type { Ending } from './ending.js';
import { inWords } from './ending.js';

type Words = (g: Group) => string;

const other: Readonly<Record<Role, string>> = { client: 'the server', accepted: 'the client', listener: 'the client' };
const far = (g: Group): string => (g.role === null ? 'the other side' : other[g.role]);
const Far = (g: Group): string => far(g).replace(/^t/, 'T');

const MEANS: Readonly<Record<Group['state'], Words>> = {
  CLOSE_WAIT: (g) => `${Far(g)} has closed; this program has not.${unreadWords(g)}`,
  CLOSE: () => 'A descriptor without a connection: it was never connected, or a reset has ended it, and the program has not closed it.',
  ESTABLISHED: established,
  SYN_SENT: (g) => `connect() is under way: ${far(g)} has not answered${failing(g) ? ' any of the SYNs so far' : ' yet'}.`,
  SYN_RECV: (g) => `A handshake is half done: ${far(g)} has not acknowledged the SYN-ACK${failing(g) ? ', which was sent again' : ' yet'}.`,
  FIN_WAIT_1: (g) => `This side has closed; its FIN${g.unacked === true ? ' (and the data before it)' : ''} is not acknowledged.`,
  FIN_WAIT_2: (g) =>
    g.holder
      ? `This side has shut down its sending half and still holds the descriptor; ${far(g)} has not closed.`
      : `This side has closed and been acknowledged; ${far(g)} has not closed its end (there it is in CLOSE_WAIT).`,
  CLOSING: () => 'Both sides closed at the same time; our FIN is not acknowledged.',
  LAST_ACK: (g) => `Both sides have closed; ${far(g)} has not acknowledged our FIN.`,
  TIME_WAIT: () => 'Closed on both sides, this side first: the kernel keeps the pair of ports so that late segments hurt nobody.',
  LISTEN: (g) =>
    g.sockets.some(isFull)
      ? 'The accept queue is full: connections that arrive are not accepted, because the program does not call accept() as ' +
        'fast as they come.'
      : 'It listens.',
};

/** The end of the stream counts one byte of Recv-Q until it is read. */
function unreadWords(g: Group): string {
  if (g.unread === null) return '';
  if (!g.unread) return ' Everything was read, the end of the stream too: the program knows and does not close.';
  return g.sockets.every((s) => s.recvQ === 1)
    ? ' The end of the stream waits to be read: nobody has looked at the connection since.'
    : ' Bytes wait that nobody has read: the program does not look at the connection any more.';
}

function failing(g: Group): boolean {
  return g.sockets.some((s) => (s.timer?.count ?? 0) > 0);
}

function established(g: Group): string {
  if (g.timer === 'persist')
    return `${Far(g)} does not read: its window is closed, and data wait here to be sent.${failing(g) ? ' The last window probes were not answered.' : ''}`;
  if (g.timer === 'on' && failing(g)) return `Data are sent again and again: ${far(g)} acknowledges nothing.`;
  if (g.timer === 'on') return 'Data are on their way.';
  if (g.timer === 'keepalive')
    return failing(g)
      ? `Keepalive probes are not answered: ${far(g)} (or the way to it) is gone.`
      : 'The connection is idle, and keepalive watches over it.';
  const unread = g.unread === true ? ' Bytes wait that the program has not read.' : '';
  if (g.timer === null)
    return `The connection is idle and nothing watches over it: should ${far(g)} vanish, nobody here would learn of it.${unread}`;
  return `The connection is open.${unread}`;
}

const HELD = 'Nothing ends it but close() in this program, or the end of the process.';

/** What ends it, with the time. `clock` words a moment so many seconds after the look; null where the look's time is not known. */
export function endText(g: Group, ending: Ending, clock: ((from: number, to: number) => string) | null): string {
  const { earliest, latest, errno } = ending;
  if (ending.doubt !== null) return ending.doubt;
  if (ending.kind === 'unknown') return 'This table does not show timers, so nobody can tell what ends it: ss -tanpoi shows them.';
  if (ending.kind === 'nothing' || earliest === null || latest === null) return nothingEnds(g);
  const when = `${inWords(ending)}${clock === null ? '' : ` (${clock(earliest, latest)})`}`;
  if (ending.kind === 'within')
    return `The kernel forgets it ${latest === 0 ? 'at once' : `within ${inWords({ ...ending, earliest: latest })}`}; the table does not show its timer.`;
  const ends = `${ending.kind === 'silent' ? `If ${far(g)} stays silent, ` : ''}${whatEnds(g, errno)} in ${when}${ending.kind === 'silent' ? '; as long as it answers, nothing ends it' : unlessAnswered(g)}.`;
  return /^\w+\(\)/.test(ends) ? ends : ends.charAt(0).toUpperCase() + ends.slice(1);
}

function unlessAnswered(g: Group): string {
  return failing(g) && g.state !== 'TIME_WAIT' ? ', unless an answer comes before' : '';
}

function whatEnds(g: Group, errno: string | null): string {
  switch (g.state) {
    case 'SYN_SENT':
      return `connect() fails with ${errno ?? 'ETIMEDOUT'}`;
    case 'SYN_RECV':
      return 'the kernel forgets it';
    case 'TIME_WAIT':
    case 'FIN_WAIT_2':
      return 'the kernel frees it';
    case 'CLOSE_WAIT':
      return g.timer === 'keepalive'
        ? 'keepalive ends the connection (the descriptor stays open until the program closes it)'
        : 'the kernel gives up the data (the descriptor stays open until the program closes it)';
    default:
      return errno === null ? 'the kernel gives it up, and no program is told' : `the call that waits on it fails with ${errno}`;
  }
}

function nothingEnds(g: Group): string {
  switch (g.state) {
    case 'CLOSE_WAIT':
      return `CLOSE_WAIT has no timer. ${HELD}`;
    case 'CLOSE':
      return HELD;
    case 'LISTEN':
      return 'It lasts as long as the program listens.';
    case 'FIN_WAIT_2':
      return `The program holds the descriptor, so no timer runs. ${HELD}`;
    case 'ESTABLISHED':
      return g.timer === 'persist'
        ? `The other side answers every window probe, so nothing ends it as long as that lasts.`
        : `No timer runs. Nothing ends it but a segment of ${far(g)}, close() in this program, or the end of the process.`;
    default:
      return HELD;
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
        `${s.recvQ} connections wait for accept(); the queue of port ${s.local.port ?? '*'} holds ${s.sendQ} (the backlog of listen(), at most net.core.somaxconn).`,
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
        `${most} of the ${ports} ports of net.ipv4.ip_local_port_range are held towards one address; when all are, connect() fails with EADDRNOTAVAIL.`,
      );
  }
  return out;
}
