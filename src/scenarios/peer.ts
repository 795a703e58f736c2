/** The other side, made to fit the user's steps: it listens or connects, reads what we send, sends what our recv waits for. */

import type { Step } from '../kernel/experiment.js';
import { connects, PORT, SOME_BYTES } from './our-program.js';
import type { OurProgram } from './our-program.js';
import type { ConnectionProfile } from './profile.js';

/** When the peer starts, seconds: it listens before we connect, and connects after we listen. */
const START = { listen: 0.05, connect: 0.3 } as const;
/** How long the peer thinks before it answers, seconds: longer than a delayed ACK, so that its answer stands alone. */
const THINKS = 0.1;

/** Sockets of the peer. */
export const PEER_CONN = 'c';
const PEER_LISTENER = 'l';

interface Peer {
  opened: number;
  steps: Step[];
}

/** The peer's side of one step of ours. */
function reply(peer: Peer, step: OurProgram['body'][number]['profile'], weConnect: boolean): Step[] {
  switch (step.do) {
    case 'connect':
      return [{ do: 'accept', on: PEER_LISTENER, as: PEER_CONN }];
    case 'accept':
      return weConnect ? [] : [{ ...(peer.opened++ === 0 ? { at: START.connect } : {}), do: 'connect', as: PEER_CONN, to: `A:${PORT}` }];
    case 'send':
      return [{ do: 'recv', on: PEER_CONN, bytes: step.bytes ?? SOME_BYTES, flags: ['MSG_WAITALL'] }];
    case 'recv':
      return [
        { do: 'sleep', for: THINKS },
        { do: 'send', on: PEER_CONN, bytes: Math.min(step.bytes ?? SOME_BYTES, SOME_BYTES) },
      ];
    case 'recvUntilEof':
      return [
        { do: 'sleep', for: THINKS },
        { do: 'send', on: PEER_CONN, bytes: SOME_BYTES },
        { do: 'shutdown', on: PEER_CONN, how: 'WR' },
      ];
    case 'shutdown':
      return step.how === 'RD' ? [] : [{ do: 'recvUntilEof', on: PEER_CONN }];
    case 'close':
      return [
        { do: 'recvUntilEof', on: PEER_CONN },
        { do: 'close', on: PEER_CONN },
      ];
    default:
      return [];
  }
}

/**
 * The peer's steps for the first `upTo` steps of our path (all of them by default), without an end: the caller says what it does then.
 * The peer's listener has SO_REUSEADDR and room for many.
 */
export function peerSteps(profile: ConnectionProfile, program: OurProgram, upTo = program.body.length): Step[] {
  const weConnect = connects(profile);
  const peer: Peer = { opened: 0, steps: weConnect ? [listenStep()] : [] };
  const served = program.body.slice(0, upTo);
  for (const ours of served) peer.steps.push(...reply(peer, ours.profile, weConnect));
  return peer.steps;
}

/** The peer's listening socket. */
export function listenStep(backlog?: number): Step {
  return {
    at: START.listen,
    do: 'listen',
    as: PEER_LISTENER,
    port: PORT,
    ...(backlog === undefined ? {} : { backlog }),
    options: { SO_REUSEADDR: 1 },
  };
}
