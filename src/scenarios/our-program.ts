/** The user's own steps as a program on host A: sockets named, options placed, time limits as the runtime really keeps them. */

import type { SocketOptions, Step } from '../kernel/experiment.js';
import { isLeft, isUnfollowed, type ConnectionProfile, type ProfileStep } from './profile.js';

/** Name of the user's program in experiments and traces. */
export const OURS = 'your code';
export const OURS_RESTARTED = 'your code, restarted';
/** Name of the other side's program. */
export const PEER = 'peer';
/** The port that the connection goes to; others are named by scenarios that need more. */
export const PORT = 5000;
/** Sockets of the user's program. */
export const CONN = 'conn';
const LISTENER = 'listener';

/** A child program of ours; further ones are numbered. */
export const CHILD = 'child';

/** When the user's program starts, seconds: a moment after the peer listens, a moment before it connects. */
export const START = { listen: 0.1, connect: 0.2 } as const;

/** How long "no limit" lasts in a poll step, which must name a number of seconds: longer than any run. */
const NO_LIMIT = 1_000_000;
/** Rounds of a loop that are written out; the failure meets the last of them. */
const ROUNDS = 2;
/** Further rounds of a loop that the run shows, so that a loop which spins is seen to spin but does not fill the trace. */
const MORE_ROUNDS = 8;
/** How often there may be room again before both buffers are full. */
const FILLS = 20;
/** A send or an answer whose size the code does not tell, in bytes. */
export const SOME_BYTES = 100;

/** One of the user's steps, loops written out, with the experiment's steps that carry it out. */
export interface OurStep {
  profile: ProfileStep;
  steps: Step[];
}

export interface OurProgram {
  /** In order; scenarios may change their `steps` (set a time, insert one) before the program is put together. */
  body: OurStep[];
  /** What is left of an endless loop after the written-out rounds. */
  rest: Step[];
  /** What happens after the path has ended: the runtime's close of a dropped connection, then the process lives on. */
  end: Step[];
  /** The call that opens it connects, too: when that fails, the code is given nothing that it could close. */
  opensConnected?: boolean;
  /** Who fails on this line leaves the connection open: what comes after its path then. */
  failing?: { line: number; end: Step[] };
}

export interface OurOptions {
  /** Seconds until the garbage collector closes a dropped connection. */
  collectedAfter?: number;
  /** Sends fill the buffers first, as a send of very many bytes does. */
  fills?: boolean;
}

/** Is the connection opened by connect()? */
export function connects(profile: ConnectionProfile): boolean {
  return profile.role === 'client';
}

/** The path of the user's program with loops written out, in order, and the rest of a loop that goes on. */
function writtenOut(steps: readonly ProfileStep[]): { body: ProfileStep[]; rest: ProfileStep[] } {
  const body: ProfileStep[] = [];
  let rest: ProfileStep[] = [];
  for (const step of steps) {
    if (step.do !== 'repeat') {
      body.push(step);
      rest = [];
      continue;
    }
    const inner = writtenOut(step.steps ?? []).body;
    const times = step.times ?? ROUNDS + MORE_ROUNDS;
    for (let round = 0; round < Math.min(times, ROUNDS); round++) body.push(...inner);
    const more = Math.min(times - ROUNDS, MORE_ROUNDS);
    rest = Array.from({ length: Math.max(more, 0) }, () => inner).flat();
  }
  return { body, rest };
}

/** The path without the opening of the connection in front: a profile may leave out what its role says anyway. */
function pathOf(profile: ConnectionProfile): ProfileStep[] {
  const opens = new Set(profile.role === 'client' ? ['connect'] : ['listen', 'accept']);
  const first = profile.steps.find((s) => opens.has(s.do) || s.do === 'repeat');
  const line = profile.steps[0]?.line ?? 0;
  const missing: ProfileStep[] = [];
  if (!profile.steps.some((s) => s.do === 'listen') && profile.role !== 'client') missing.push({ do: 'listen', line: 0 });
  if (!first) missing.push({ do: profile.role === 'client' ? 'connect' : 'accept', line });
  return [...missing, ...profile.steps];
}

/** All option names that the path itself sets, at whatever step. */
export function namedOnPath(steps: readonly ProfileStep[]): Set<string> {
  return new Set(steps.flatMap((s) => [...Object.keys(s.options ?? {}), ...namedOnPath(s.steps ?? [])]));
}

/** What the profile says about the connection as socket options, without those that a step of the path sets itself. */
export function optionsOf(profile: ConnectionProfile): SocketOptions {
  const options: Record<string, number | readonly number[]> = {};
  const k = profile.keepalive;
  if (k.on) {
    options['SO_KEEPALIVE'] = 1;
    if (k.idle !== null) options['TCP_KEEPIDLE'] = k.idle;
    if (k.interval !== null) options['TCP_KEEPINTVL'] = k.interval;
    if (k.count !== null) options['TCP_KEEPCNT'] = k.count;
  }
  if (profile.userTimeoutMs !== null) options['TCP_USER_TIMEOUT'] = profile.userTimeoutMs;
  if (profile.linger !== null) options['SO_LINGER'] = [1, profile.linger];
  const named = namedOnPath(profile.steps);
  return Object.fromEntries(Object.entries(options).filter(([name]) => !named.has(name)));
}

function listenOptions(profile: ConnectionProfile): SocketOptions {
  const inherited = profile.keepalive.from === 'listener' || profile.role === 'listener' ? optionsOf(profile) : {};
  return { ...(profile.reuseAddr ? { SO_REUSEADDR: 1 } : {}), ...inherited };
}

const withOptions = (options: SocketOptions): { options?: SocketOptions } => (Object.keys(options).length > 0 ? { options } : {});

/** Turns the profile's steps into the experiment's. */
class Writer {
  private polled = false;
  private children = 0;

  constructor(
    private readonly profile: ConnectionProfile,
    private readonly how: OurOptions,
  ) {}

  /** The experiment's steps for one step of the user's path. */
  write(step: ProfileStep): Step[] {
    const line = step.line > 0 ? { line: step.line } : {};
    const out = this.plain(step).map((s): Step => ({ ...s, ...line }));
    this.polled = step.do === 'poll';
    return out;
  }

  private plain(step: ProfileStep): Step[] {
    switch (step.do) {
      case 'listen':
        return [
          {
            do: 'listen',
            as: LISTENER,
            port: PORT,
            ...(this.profile.backlog === null ? {} : { backlog: this.profile.backlog }),
            ...withOptions({ ...listenOptions(this.profile), ...step.options }),
          },
        ];
      case 'accept':
        return [{ do: 'accept', on: LISTENER, as: CONN, ...withOptions({ ...this.opening(), ...step.options }) }];
      case 'connect':
        return this.connect(step);
      case 'send':
        return this.send(step);
      case 'recv':
        return this.wait(step, 'IN', { do: 'recv', on: CONN, ...(step.bytes === undefined ? {} : { bytes: step.bytes }) });
      case 'recvUntilEof':
        return this.limitOf(step) === null ? [{ do: 'recvUntilEof', on: CONN }] : this.wait(step, 'IN', { do: 'recvUntilEof', on: CONN });
      case 'poll':
        return [{ do: 'poll', on: CONN, for: step.for ?? step.limit ?? NO_LIMIT, events: 'IN|RDHUP' }];
      default:
        return this.others(step);
    }
  }

  private others(step: ProfileStep): Step[] {
    switch (step.do) {
      case 'setsockopt':
        return step.options && Object.keys(step.options).length > 0 ? [{ do: 'setsockopt', on: CONN, options: step.options }] : [];
      case 'shutdown':
        return [{ do: 'shutdown', on: CONN, how: step.how ?? 'WR' }];
      case 'close':
        return [{ do: 'close', on: CONN }];
      case 'sleep':
        return [{ do: 'sleep', for: step.for ?? 0 }];
      case 'hold':
        return [{ do: 'hold' }];
      case 'exit':
        return [{ do: 'exit' }];
      case 'fork':
        return [
          {
            do: 'fork',
            as: `${CHILD}${this.children++ === 0 ? '' : ` ${this.children}`}`,
            steps: (step.steps ?? []).flatMap((s) => this.write(s)),
          },
        ];
      default:
        return [];
    }
  }

  /** Options that our end has from the start. */
  private opening(): SocketOptions {
    const inherited = this.profile.keepalive.from === 'listener' && !connects(this.profile);
    return { ...(inherited ? {} : optionsOf(this.profile)), ...(this.profile.nonBlocking ? { O_NONBLOCK: 1 } : {}) };
  }

  /** Application's own limit on a step (seconds), null for none; a kernel limit that the code sets itself needs no help. */
  private limitOf(step: ProfileStep): number | null {
    const p = this.profile;
    const kernels = step.do === 'connect' || step.do === 'send' ? 'SO_SNDTIMEO' : 'SO_RCVTIMEO';
    if (namedOnPath(p.steps).has(kernels)) return null;
    return step.limit ?? (step.do === 'connect' ? p.connectTimeout : step.do === 'send' ? p.writeTimeout : p.readTimeout);
  }

  /** connect() with a limit is a non-blocking connect(), a poll for writing and a look at SO_ERROR. */
  private connect(step: ProfileStep): Step[] {
    const limit = this.limitOf(step);
    const options: SocketOptions = { ...this.opening(), ...step.options };
    const to = `B:${PORT}`;
    if (limit === null && !this.profile.nonBlocking) return [{ do: 'connect', as: CONN, to, ...withOptions(options) }];
    return [
      { do: 'connect', as: CONN, to, options: { ...options, O_NONBLOCK: 1 } },
      { do: 'poll', on: CONN, for: limit ?? NO_LIMIT, events: 'OUT' },
      { do: 'getsockopt', on: CONN, option: 'SO_ERROR' },
      ...(this.profile.nonBlocking ? [] : [{ do: 'setsockopt', on: CONN, options: { O_NONBLOCK: 0 } } as const]),
    ];
  }

  private send(step: ProfileStep): Step[] {
    const bytes = step.bytes ?? SOME_BYTES;
    const limit = this.limitOf(step);
    const plain = this.wait(step, 'OUT', { do: 'send', on: CONN, bytes });
    if (!this.how.fills || (limit === null && !this.profile.nonBlocking)) return plain;
    // A send of very many bytes goes on whenever there is room again, until there is none for too long.
    const round: Step[] = [
      { do: 'poll', on: CONN, for: limit ?? NO_LIMIT, events: 'OUT' },
      { do: 'fill', on: CONN },
    ];
    return Array.from({ length: FILLS }, () => round).flat();
  }

  /** A call with a limit waits in poll() and then does not block. */
  private wait(step: ProfileStep, events: string, call: Step): Step[] {
    const limit = this.limitOf(step);
    if (limit === null && !this.profile.nonBlocking) return [call];
    if (limit === null && this.polled) return [call];
    const flags = call.do === 'send' || call.do === 'recv' ? { flags: ['MSG_DONTWAIT'] } : {};
    return [
      { do: 'poll', on: CONN, for: limit ?? NO_LIMIT, events },
      { ...call, ...flags },
    ];
  }
}

/** What the runtime does with a connection that the path leaves open. */
function afterwards(profile: ConnectionProfile, body: readonly ProfileStep[], how: OurOptions): Step[] {
  const closed = body.some((s) => s.do === 'close');
  // What others have got is not dropped here.
  const close: Step = { do: 'close', on: CONN };
  if (!closed && profile.endedBy !== undefined && isLeft(profile)) return [{ do: 'sleep', for: profile.endedBy }, close, { do: 'hold' }];
  if (closed || profile.onDrop === 'never' || isUnfollowed(profile)) return [{ do: 'hold' }];
  if (profile.onDrop !== 'collector') return [close, { do: 'hold' }];
  return [{ do: 'sleep', for: how.collectedAfter ?? 0 }, close, { do: 'hold' }];
}

const lastName = (call: string): string => call.slice(call.lastIndexOf('.') + 1);

/** The user's path as a program, loops written out, every step with its source line. */
export function ourProgram(profile: ConnectionProfile, how: OurOptions = {}): OurProgram {
  const { body: path, rest } = writtenOut(pathOf(profile));
  // What the collector closes is held by nobody: the path just ends.
  const isEnded = profile.onDrop === 'collector' || (profile.endedBy !== undefined && isLeft(profile));
  const body = isEnded && path.at(-1)?.do === 'hold' ? path.slice(0, -1) : path;
  const writer = new Writer(profile, how);
  const write = (step: ProfileStep): OurStep => ({ profile: step, steps: writer.write(step) });
  const { failsOn } = profile;
  return {
    ...(failsOn !== undefined && { failing: { line: failsOn, end: afterwards(profile, [], how) } }),
    body: body.map(write),
    rest: rest.flatMap((s) => writer.write(s)),
    end: afterwards(profile, [...body, ...rest], how),
    opensConnected: body.some((s) => s.do === 'connect' && s.call !== undefined && lastName(s.call) === lastName(profile.library)),
  };
}

/** All steps in order; the first waits until the program's start. */
export function stepsOf(program: OurProgram): Step[] {
  const steps = [...program.body.flatMap((s) => s.steps), ...program.rest, ...program.end];
  const first = steps[0];
  return first && first.at === undefined
    ? [{ ...first, at: first.do === 'listen' ? START.listen : START.connect }, ...steps.slice(1)]
    : steps;
}

/** The path without the steps that only keep the program alive or end it. */
export function withoutEnd(body: readonly OurStep[]): OurStep[] {
  return body.filter((s) => s.profile.do !== 'hold' && s.profile.do !== 'exit');
}

/** Index of the path's close; one is added at the end of a path that has none. */
export function closeOf(ours: OurProgram): number {
  const at = ours.body.findIndex((s) => s.profile.do === 'close');
  if (at >= 0) return at;
  ours.body = withoutEnd(ours.body);
  const line = ours.body.at(-1)?.profile.line ?? 0;
  ours.body.push({ profile: { do: 'close', line }, steps: [{ do: 'close', on: CONN, ...(line > 0 ? { line } : {}) }] });
  ours.rest = [];
  ours.end = [{ do: 'hold' }];
  return ours.body.length - 1;
}
