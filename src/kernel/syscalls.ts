/** The steps of a program as system calls: names to sockets, options first, partial results, time limits. */

import * as calls from './calls.js';
import { closeFinish, closeStart, isClosing, shutdown } from './close.js';
import { CLOSE } from './constants.js';
import type { Route } from './connect.js';
import type { SocketOptions, Step } from './experiment.js';
import { hostAt } from './lab.js';
import { bind } from './ports.js';
import type { EdgeWatch } from './edge.js';
import type { Host } from './host.js';
import type { Sock } from './sock.js';
import { newSocket } from './sock-create.js';
import { getOption, setOption } from './sockopt.js';
import type { Attempt, Result } from './attempt.js';
import { immediate, fail, BLOCKED, ok, blocking } from './attempt.js';

export type CallStep = Exclude<Step, { do: 'sleep' | 'hold' | 'exit' | 'repeat' | 'fork' }>;
type StepOf<K extends CallStep['do']> = Extract<CallStep, { do: K }>;

/** Who makes a call: the descriptors and names of a process. */
export interface Caller {
  readonly host: Host;
  readonly names: Map<string, Sock>;
  readonly descriptors: ReadonlySet<Sock>;
  /** Descriptors that it may have. */
  readonly limit: number;
  open(sk: Sock, name: string): void;
  /** Drops one descriptor; true if it was the last one of the socket. */
  drop(sk: Sock): boolean;
  edgeOf(sk: Sock): EdgeWatch;
}

const CHUNK = 65536;

/** Finds the socket of a step; a call on none fails with EBADF. */
function onSocket(p: Caller, step: { do: string; on: string }, run: (sk: Sock) => Attempt): Attempt {
  const sk = p.names.get(step.on);
  return sk === undefined ? immediate(() => fail('EBADF')) : run(sk);
}

function setOptions(sk: Sock, options: SocketOptions | undefined): Result | null {
  for (const [name, value] of Object.entries(options ?? {})) {
    const errno = setOption(sk, name, value);
    if (errno !== '') return fail(errno, 'setsockopt');
  }
  return null;
}

/** socket() with its options; the socket exists also where an option is refused. */
function make(p: Caller, name: string, options: SocketOptions | undefined): Sock | Result {
  if (p.descriptors.size >= p.limit) return fail('EMFILE', 'socket');
  const sk = newSocket(p.host);
  p.open(sk, name);
  return setOptions(sk, options) ?? sk;
}

function listen(p: Caller, step: StepOf<'listen'>): Attempt {
  return immediate(() => {
    const sk = make(p, step.as, step.options);
    if ('errno' in sk) return sk;
    const errno = bind(sk, step.port);
    if (errno !== '') return fail(errno, 'bind');
    calls.listen(sk, step.backlog ?? 128);
    return ok(0);
  });
}

function accept(p: Caller, step: StepOf<'accept'>): Attempt {
  return onSocket(p, step, (listener) => {
    p.names.delete(step.as);
    let child: Sock | null = null;
    return blocking({
      sock: listener,
      timeout: listener.opt.rcvTimeout,
      nonblock: listener.nonblock,
      attempt: () => {
        if (p.descriptors.size >= p.limit) return fail('EMFILE');
        const got = calls.accept(listener);
        if (got === null) return null;
        if (typeof got === 'string') return fail(got);
        child = got;
        p.open(got, step.as);
        return setOptions(got, step.options) ?? ok(0);
      },
      giveUp: () => BLOCKED,
      about: () => child,
    });
  });
}

/** Where "B:5000", "A:5000" or "10.99.0.1:5000" leads. */
function destination(p: Caller, to: string): { remote: string; port: number; route: Route } {
  const at = to.lastIndexOf(':');
  const name = to.slice(0, at);
  const remote = hostAt(name);
  const port = Number(to.slice(at + 1));
  if (remote === p.host.name || remote.startsWith('127.'))
    return { remote: remote === p.host.name ? remote : '127.0.0.1', port, route: 'loopback' };
  const known = remote === 'A' || remote === 'B';
  return { remote, port, route: known && p.host.linkUp ? 'wire' : 'none' };
}

function connect(p: Caller, step: StepOf<'connect'>): Attempt {
  if (step.on !== undefined) {
    return onSocket(p, { do: 'connect', on: step.on }, (sk) => connecting(p, step, sk));
  }
  const sk = make(p, step.as as string, step.options);
  if ('errno' in sk) return immediate(() => sk);
  if (step.bindPort !== undefined) {
    const errno = bind(sk, step.bindPort);
    if (errno !== '') return immediate(() => fail(errno, 'bind'));
  }
  return connecting(p, step, sk);
}

function connecting(p: Caller, step: StepOf<'connect'>, sk: Sock): Attempt {
  const to = destination(p, step.to);
  return blocking({
    sock: sk,
    timeout: sk.opt.sndTimeout,
    nonblock: sk.nonblock,
    attempt: (first) => {
      const done = calls.connect(sk, to.remote, to.port, to.route, first, sk.nonblock);
      return done === null ? null : typeof done === 'string' ? fail(done) : ok(0);
    },
    giveUp: () => fail('EINPROGRESS'),
  });
}

function send(p: Caller, step: StepOf<'send'>): Attempt {
  return onSocket(p, step, (sk) => {
    const flags = step.flags ?? [];
    const nonblock = sk.nonblock || flags.includes('MSG_DONTWAIT');
    let sent = 0;
    let pending = false;
    const part = (): Result | null => (sent > 0 ? ok(sent) : null);
    return blocking({
      sock: sk,
      timeout: sk.opt.sndTimeout,
      nonblock,
      signals: !flags.includes('MSG_NOSIGNAL'),
      lastTry: false,
      part,
      attempt: (first) => {
        if (!first && sent > 0 && calls.sendIsOver(sk)) return ok(sent);
        if (pending) sk.writePending--;
        const done = calls.send(sk, step.bytes - sent);
        pending = done === null && !nonblock;
        if (pending) sk.writePending++;
        if (typeof done === 'string') return fail(done);
        sent += done ?? 0;
        return done !== null && sent >= step.bytes ? ok(sent) : null;
      },
      giveUp: () => part() ?? BLOCKED,
    });
  });
}

function fill(p: Caller, step: StepOf<'fill'>): Attempt {
  return onSocket(p, step, (sk) => ({
    ...immediate(
      () => {
        let total = 0;
        for (;;) {
          const done = calls.send(sk, CHUNK);
          if (typeof done === 'string') return fail(done);
          total += done ?? 0;
          if (done === null || done < CHUNK) return ok(total);
        }
      },
      () => sk,
    ),
    signals: true,
  }));
}

function recv(p: Caller, step: StepOf<'recv'>): Attempt {
  return onSocket(p, step, (sk) => {
    const flags = step.flags ?? [];
    const bytes = step.bytes ?? CHUNK;
    const target = flags.includes('MSG_WAITALL') ? bytes : Math.min(sk.opt.rcvLowat, bytes) || 1;
    const peek = flags.includes('MSG_PEEK');
    let got = 0;
    const part = (): Result | null => (got > 0 ? ok(got) : null);
    return blocking({
      sock: sk,
      timeout: sk.opt.rcvTimeout,
      nonblock: sk.nonblock || flags.includes('MSG_DONTWAIT'),
      part,
      attempt: () => {
        if (got > 0 && calls.recvIsOver(sk)) return ok(got);
        const done = calls.recv(sk, bytes - got, peek);
        if (done === null) return null;
        if (typeof done === 'string') return fail(done);
        if (peek) return done >= target || calls.recvIsOver(sk) ? ok(done) : null;
        got += done;
        return got >= target || done === 0 || calls.recvIsOver(sk) ? ok(got) : null;
      },
      giveUp: () => part() ?? BLOCKED,
    });
  });
}

function recvUntilEof(p: Caller, step: StepOf<'recvUntilEof'>): Attempt {
  return onSocket(p, step, (sk) => {
    let total = 0;
    return blocking({
      sock: sk,
      timeout: sk.opt.rcvTimeout,
      nonblock: sk.nonblock,
      attempt: () => {
        for (;;) {
          const done = calls.recv(sk, CHUNK, false);
          if (done === null) return null;
          if (typeof done === 'string') return { result: total, errno: done };
          if (done === 0) return ok(total);
          total += done;
        }
      },
      giveUp: () => ({ result: total, errno: 'EAGAIN' }),
    });
  });
}

function poll(p: Caller, step: StepOf<'poll'>): Attempt {
  return onSocket(p, step, (sk) => {
    const events = (step.events ?? 'IN|OUT|RDHUP').split('|');
    const wait = Math.round((step.for ?? 0) * 1e6);
    const edge = events.includes('ET') ? p.edgeOf(sk) : null;
    edge?.watch(events.filter((e) => e !== 'ET'));
    const now = (): Result | null => {
      const found = edge === null ? calls.poll(sk, events) : edge.take();
      return found.length > 0 ? ok(found.join('|')) : null;
    };
    return {
      sock: sk,
      timeout: wait,
      exact: true,
      lastTry: true,
      label: '',
      signals: false,
      attempt: () => now() ?? (wait === 0 ? ok('') : null),
      expired: () => now() ?? ok(''),
      interrupted: () => null,
      about: () => sk,
    };
  });
}

function getsockopt(p: Caller, step: StepOf<'getsockopt'>): Attempt {
  return onSocket(p, step, (sk) =>
    immediate(
      () => ok(getOption(sk, step.option)),
      () => sk,
    ),
  );
}

const HOW = { RD: 1, WR: 2, RDWR: 3 } as const;

function shut(p: Caller, step: StepOf<'shutdown'>): Attempt {
  return onSocket(p, step, (sk) =>
    immediate(
      () => {
        const errno = shutdown(sk, HOW[step.how ?? 'WR']);
        return errno === '' ? ok(0) : fail(errno);
      },
      () => sk,
    ),
  );
}

/** close(): with SO_LINGER it waits until our FIN is acknowledged, and returns 0 whatever became of it. */
function close(p: Caller, step: StepOf<'close'>): Attempt {
  return onSocket(p, step, (sk) => {
    p.names.delete(step.on);
    if (!p.drop(sk)) return immediate(() => ok(0));
    const end = (): Result => {
      closeFinish(sk);
      return ok(0);
    };
    return {
      sock: sk,
      timeout: sk.opt.lingerOn ? sk.opt.lingerTime : 0,
      exact: false,
      lastTry: true,
      label: 'linger',
      signals: false,
      attempt: (first) => {
        if (first) closeStart(sk);
        const lingers = sk.opt.lingerOn && sk.opt.lingerTime > 0 && sk.state !== CLOSE && isClosing(sk);
        return lingers ? null : end();
      },
      expired: end,
      interrupted: end,
      about: () => null,
    };
  });
}

/** Begins the call of a step. */
export function startCall(p: Caller, step: CallStep): Attempt {
  switch (step.do) {
    case 'listen':
      return listen(p, step);
    case 'accept':
      return accept(p, step);
    case 'connect':
      return connect(p, step);
    case 'setsockopt':
      return onSocket(p, step, (sk) =>
        immediate(
          () => setOptions(sk, step.options) ?? ok(0),
          () => sk,
        ),
      );
    case 'getsockopt':
      return getsockopt(p, step);
    case 'send':
      return send(p, step);
    case 'recv':
      return recv(p, step);
    case 'recvUntilEof':
      return recvUntilEof(p, step);
    case 'fill':
      return fill(p, step);
    case 'poll':
      return poll(p, step);
    case 'shutdown':
      return shut(p, step);
    case 'close':
      return close(p, step);
  }
}
