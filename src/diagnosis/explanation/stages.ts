/**
 * How a socket gets into the state that a table shows, as experiments of the kernel model: host A is the machine of the table, B the other
 * side.
 * Only what the state and its timer depend on is staged; what then ends it, and when, is the model's own doing.
 */

import { sysctlsOf } from '../../kernel/sysctl.js';
import type { Experiment, Fault, Program, SocketOptions, Step } from '../../kernel/experiment.js';
import type { TimerRow } from '../../kernel/trace.js';
import type { Machine } from '../../scenarios/scenario.js';
import type { Socket } from '../symptom.js';

export const OURS = 'program';
const PEER = 'peer';
const PORT = 5000;
const CONN = 'conn';
/** When the connection is at rest, and when what is staged happens to it, seconds. */
const REST = 2;
/** Longest that any kernel timer but keepalive's can take, seconds; a run without its end by then has none. */
const LONG = 20_000;
/** More than any send buffer holds. */
const SOME_BYTES = 100;

export interface Stage {
  /** What is staged, for the answer's "because". */
  id: string;
  experiments: Experiment[];
  /** Timers whose firing the table counts; a row of another name is another timer. */
  timers: readonly TimerRow['timer'][];
  /** Rows before this moment belong to the time before. */
  since: number;
}

export interface Circumstances {
  machine: Machine;
  /** Round-trip times to try, milliseconds: a table rarely tells it. */
  rttsMs: readonly number[];
  /** Options of our socket, where the code is known. */
  options: SocketOptions;
}

interface Play {
  id: string;
  timers: Stage['timers'];
  ours: Step[];
  peer?: Step[];
  faults?: Fault[];
  since?: number;
  lasts?: number;
  sysctls?: Machine['sysctls'];
}

const connect = (options: SocketOptions): Step => ({
  at: 0.2,
  do: 'connect',
  as: CONN,
  to: `B:${PORT}`,
  ...(Object.keys(options).length > 0 && { options }),
});
const LISTEN: Step = { at: 0.05, do: 'listen', as: 'l', port: PORT };
const ACCEPT: Step = { do: 'accept', on: 'l', as: 'c' };
const HOLD: Step = { do: 'hold' };
const send = (at: number): Step => ({ at, do: 'send', on: CONN, bytes: SOME_BYTES });
const READ: Step = { do: 'recv', on: CONN };
const close = (at: number, on = CONN): Step => ({ at, do: 'close', on });

/** Data on the way that nobody acknowledges. */
function unacknowledged(socket: Socket, options: SocketOptions): Play {
  const halfClosed = socket.state === 'CLOSE_WAIT';
  const ours = [connect(options), send(REST), ...(halfClosed ? [] : [READ])];
  const peer = [LISTEN, ACCEPT, ...(halfClosed ? [{ at: REST - 1, do: 'shutdown', on: 'c' } as const] : [])];
  // One who has read the end of the stream learns of it at the next send.
  return { id: 'unacknowledged', timers: ['RTO'], ours: [...ours, HOLD], peer, faults: [{ at: REST - 0.5, fault: 'cut' }], since: REST };
}

/** Our FIN, and nobody acknowledges it: from a program that has let go, or that holds the descriptor after shutdown(). */
function unacknowledgedFin(socket: Socket, options: SocketOptions): Play {
  const last = socket.state === 'LAST_ACK';
  const peer: Step[] = [LISTEN, ACCEPT, ...(last ? [close(REST - 1, 'c')] : [])];
  const ends: Step[] = socket.holders.length > 0 && !socket.orphan ? [{ at: REST, do: 'shutdown', on: CONN }, READ] : [close(REST)];
  return {
    id: 'unacknowledged-fin',
    timers: ['RTO'],
    ours: [connect(options), ...ends, HOLD],
    peer,
    faults: [{ at: REST - 0.5, fault: 'cut' }],
    since: REST,
  };
}

/** The window is closed; then the other side falls silent: early, or when probes are already as rare as they get. */
function closedWindow(socket: Socket, options: SocketOptions, after: number): Play {
  const orphan = socket.state !== 'ESTABLISHED' && socket.state !== 'CLOSE_WAIT' && socket.holders.length === 0;
  const silent = REST + 3 + after;
  const fill: Step[] = [
    connect(options),
    { at: REST, do: 'fill', on: CONN },
    { do: 'poll', on: CONN, for: 0.5, events: 'OUT' },
    { do: 'fill', on: CONN },
  ];
  const rest: Step[] = orphan ? [close(silent)] : [{ do: 'recv', on: CONN }];
  return {
    id: 'closed-window',
    timers: ['persist'],
    ours: [...fill, ...rest, HOLD],
    peer: [LISTEN, ACCEPT],
    faults: [{ at: silent, fault: 'cut' }],
    since: silent,
    lasts: after,
  };
}

/** Keepalive towards a host that is gone; in CLOSE_WAIT also towards one that is there and has forgotten the connection. */
function keepalive(socket: Socket, options: SocketOptions, gone: boolean): Play {
  const half = socket.state === 'CLOSE_WAIT';
  const ours = [connect({ SO_KEEPALIVE: 1, ...options }), READ, HOLD];
  const peer: Step[] = [LISTEN, ACCEPT, ...(half ? [close(REST - 1, 'c')] : [])];
  return {
    id: 'keepalive',
    timers: ['keepalive'],
    ours,
    peer,
    faults: gone ? [{ at: REST, fault: 'powerLoss', host: 'B' }] : [],
    // Probes before it were answered.
    since: gone ? REST : 0,
  };
}

function playsOf(socket: Socket, options: SocketOptions): Play[] {
  const kind = socket.timer?.kind ?? null;
  switch (socket.state) {
    case 'SYN_SENT':
      return [
        { id: 'unanswered-syn', timers: ['RTO'], ours: [connect(options), HOLD], faults: [{ at: 0, fault: 'powerLoss', host: 'B' }] },
      ];
    case 'SYN_RECV':
      return [
        {
          id: 'unanswered-syn-ack',
          timers: ['SYN-ACK'],
          ours: [{ at: 0.1, do: 'listen', as: 'l', port: PORT }, HOLD],
          peer: [{ at: 0.2, do: 'connect', as: 'c', to: `A:${PORT}` }],
          faults: [
            { at: 0, fault: 'cut', from: 'A' },
            { at: 0.9, fault: 'cut' },
          ],
        },
      ];
    case 'TIME_WAIT':
      return [
        {
          id: 'closed-first',
          timers: ['TIME_WAIT'],
          ours: [connect({}), close(REST), HOLD],
          peer: [LISTEN, ACCEPT, { do: 'recvUntilEof', on: 'c' }, { do: 'close', on: 'c' }],
        },
      ];
    case 'FIN_WAIT_2':
      return socket.holders.length > 0
        ? []
        : [
            {
              id: 'peer-does-not-close',
              timers: ['FIN_WAIT_2'],
              ours: [connect(options), close(REST), HOLD],
              peer: [LISTEN, ACCEPT, HOLD],
            },
          ];
    case 'FIN_WAIT_1':
    case 'LAST_ACK':
    case 'CLOSING':
      return kind === 'persist'
        ? silences(socket).map((after) => closedWindow(socket, options, after))
        : [unacknowledgedFin(socket, options)];
    case 'ESTABLISHED':
    case 'CLOSE_WAIT':
      if (kind === 'on') return [unacknowledged(socket, options)];
      if (kind === 'persist') return silences(socket).map((after) => closedWindow(socket, options, after));
      if (kind === 'keepalive')
        return socket.state === 'CLOSE_WAIT' && (socket.timer?.count ?? 0) === 0
          ? [keepalive(socket, options, false), keepalive(socket, options, true)]
          : [keepalive(socket, options, true)];
      return [];
    default:
      return [];
  }
}

/**
 * When the other side may have fallen silent, seconds after its window closed:
 * early, later, or when the pauses between probes have stopped growing.
 */
const SILENCES = [0, 3, 30, 1000];

/** `ss -i` tells how often the pause has doubled: what was not in vain was answered, and says how long the other side still lived. */
function silences({ info, timer }: Socket): number[] {
  if (info?.rtoMs === undefined || info.backoff === undefined) return SILENCES;
  const answered = Math.max(0, info.backoff - (timer?.count ?? 0));
  return [0, 0.5]
    .map((part) => ((info.rtoMs ?? 0) / 1000) * (2 ** answered - 1 + part * 2 ** answered))
    .map((after) => Math.min(after, SILENCES.at(-1) ?? 0));
}

function experimentOf(play: Play, c: Circumstances, rttMs: number): Experiment {
  const programs: Program[] = [{ name: OURS, host: 'A', steps: play.ours }];
  if (play.peer) programs.push({ name: PEER, host: 'B', steps: [...play.peer, HOLD] });
  const { machine } = c;
  const { sysctls } = sysctlsOf(machine.sysctls.A);
  const kept = numberIn(c.options.TCP_KEEPIDLE) ?? sysctls.tcpKeepaliveTime;
  const between =
    (numberIn(c.options.TCP_KEEPINTVL) ?? sysctls.tcpKeepaliveIntvl) *
    ((numberIn(c.options.TCP_KEEPCNT) ?? sysctls.tcpKeepaliveProbes) + 2);
  return {
    name: play.id,
    why: 'How a socket of a table came to be as it is.',
    rttMs,
    durationS: LONG + (play.lasts ?? 0) + 2 * kept + between,
    sysctls: { A: { ...machine.sysctls.A }, B: { ...machine.sysctls.B } },
    programs,
    faults: play.faults ?? [],
    model: { kernel: machine.kernel, hz: machine.hz, phase: 0 },
  };
}

function numberIn(value: unknown): number | null {
  const n = Number(value);
  return value === undefined || !Number.isFinite(n) ? null : n;
}

/** The ways in which this socket may have come to be; empty where no timer of the kernel is concerned. */
export function stagesOf(socket: Socket, c: Circumstances): Stage[] {
  return playsOf(socket, c.options).map((play) => ({
    id: play.id,
    timers: play.timers,
    since: play.since ?? 0,
    experiments: c.rttsMs.map((rttMs) => experimentOf(play, c, rttMs)),
  }));
}
