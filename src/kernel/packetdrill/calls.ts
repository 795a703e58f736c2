/** The system calls of packetdrill scripts on the model's sockets. */

import * as calls from '../calls.js';
import type { Attempt, Result } from '../attempt.js';
import { fail, immediate, ok } from '../attempt.js';
import { EdgeWatch } from '../edge.js';
import { SETTABLE_OPTIONS } from '../experiment-format.js';
import type { Host } from '../host.js';
import { bind } from '../ports.js';
import { newSocket } from '../sock-create.js';
import type { Sock } from '../sock.js';
import { startCall } from '../syscalls.js';
import type { Caller } from '../syscalls.js';
import { LISTEN_PORT } from './remote.js';
import { ScriptError } from './script.js';
import type { Action } from './script.js';

type Call = Extract<Action, { what: 'call' }>;

const HOW: Readonly<Record<string, 'RD' | 'WR' | 'RDWR'>> = { SHUT_RD: 'RD', SHUT_WR: 'WR', SHUT_RDWR: 'RDWR' };
const LOWEST = 3;

/** The script's process: descriptors are numbers, kept as names. */
export class ScriptProcess implements Caller {
  readonly names = new Map<string, Sock>();
  readonly descriptors = new Set<Sock>();
  readonly limit = Infinity;
  /** Numbers of epoll instances, and what each watches: descriptor to events. */
  private readonly epolls = new Map<string, Map<string, string[]>>();
  private readonly edges = new Map<Sock, EdgeWatch>();

  constructor(readonly host: Host) {}

  open(sk: Sock, name: string): void {
    sk.references++;
    this.descriptors.add(sk);
    this.names.set(name, sk);
  }

  drop(sk: Sock): boolean {
    this.descriptors.delete(sk);
    sk.references--;
    return sk.references === 0;
  }

  edgeOf(sk: Sock): EdgeWatch {
    let edge = this.edges.get(sk);
    if (edge === undefined) {
      edge = new EdgeWatch(sk, () => undefined);
      this.edges.set(sk, edge);
    }
    return edge;
  }

  /** The number that the script gives a new descriptor: which ones it counts from is its own affair. */
  private free(call: Call): string {
    let n = /^\d+$/.test(call.result) ? Number(call.result) : LOWEST;
    while (this.names.has(String(n)) || this.epolls.has(String(n))) n++;
    return String(n);
  }

  /** @throws ScriptError where the model has no such call */
  start(line: number, call: Call): Attempt {
    const [on = '', ...rest] = call.args;
    const [first = ''] = rest;
    const sk = this.names.get(on);
    switch (call.name) {
      case 'socket':
        return this.socket(call);
      case 'bind':
        return immediate(() => result(sk === undefined ? 'EBADF' : bind(sk, portIn(first) ?? LISTEN_PORT)));
      case 'listen':
        return immediate(() => result(sk === undefined ? 'EBADF' : calls.listen(sk, Number(first))));
      case 'accept':
      case 'accept4':
        return this.accept(on, call);
      case 'connect':
        return startCall(this, { do: 'connect', on, to: `B:${portIn(first) ?? LISTEN_PORT}` });
      case 'close':
        if (this.epolls.delete(on)) return immediate(() => ok(0));
        return startCall(this, { do: 'close', on });
      case 'shutdown':
        return startCall(this, { do: 'shutdown', on, how: HOW[first] ?? 'RDWR' });
      default:
        return this.transfer(line, call, on, rest) ?? this.setting(line, call, on, rest) ?? unknown(line, call);
    }
  }

  private socket(call: Call): Attempt {
    return immediate(() => {
      const made = newSocket(this.host);
      made.nonblock = call.args.join().includes('SOCK_NONBLOCK');
      const name = this.free(call);
      this.open(made, name);
      return ok(Number(name));
    });
  }

  private accept(on: string, call: Call): Attempt {
    const name = this.free(call);
    const attempt = startCall(this, { do: 'accept', on, as: name });
    return {
      ...attempt,
      attempt: (first) => {
        const done = attempt.attempt(first);
        return done !== null && done.errno === '' ? ok(Number(name)) : done;
      },
    };
  }

  private transfer(line: number, call: Call, on: string, rest: string[]): Attempt | null {
    const [, bytesText, flagsText = ''] = rest;
    const bytes = Number(bytesText);
    const flags = /^(?:0|\.\.\.)?$/.test(flagsText) ? [] : flagsText.split('|').map((f) => f.trim());
    const odd = flags.find((f) => !['MSG_DONTWAIT', 'MSG_PEEK', 'MSG_NOSIGNAL', 'MSG_WAITALL'].includes(f));
    switch (call.name) {
      case 'read':
      case 'recv':
      case 'recvfrom':
        if (odd !== undefined) throw new ScriptError(line, 'flags of calls', odd);
        return startCall(this, { do: 'recv', on, bytes, flags });
      case 'write':
      case 'send':
      case 'sendto':
        if (odd !== undefined) throw new ScriptError(line, odd === 'MSG_FASTOPEN' ? 'Fast Open' : 'flags of calls', odd);
        return startCall(this, { do: 'send', on, bytes, flags });
      default:
        return null;
    }
  }

  private setting(line: number, call: Call, on: string, rest: string[]): Attempt | null {
    const sk = this.names.get(on);
    const [command = '', flags = '', value = ''] = rest;
    switch (call.name) {
      case 'setsockopt':
        return startCall(this, { do: 'setsockopt', on, options: { [optionName(line, flags)]: valueOf(line, value) } });
      case 'getsockopt':
        return this.getsockopt(line, sk, flags, value);
      case 'fcntl':
        if (sk !== undefined && command === 'F_SETFL') sk.nonblock = /O_NONBLOCK/.test(flags);
        else if (command !== 'F_GETFL') throw new ScriptError(line, 'system calls', `fcntl ${command}`);
        return immediate(() => ok(command === 'F_GETFL' ? 2 + (sk?.nonblock ? 0x800 : 0) : 0));
      case 'poll':
        return this.poll(line, on);
      case 'epoll_create':
      case 'epoll_ctl':
      case 'epoll_wait':
        return this.epoll(line, call, on, rest);
      default:
        return null;
    }
  }

  private getsockopt(line: number, sk: Sock | undefined, name: string, expected: string): Attempt {
    if (name !== 'SO_ERROR') throw new ScriptError(line, 'socket options', name);
    return immediate(() => {
      const want = /\[\s*([A-Z0-9]+)/.exec(expected)?.[1] ?? '0';
      const got = sk === undefined ? '' : calls.takeError(sk) || '0';
      return got === want ? ok(0) : ok(`SO_ERROR ${got} instead of ${want}`);
    });
  }

  private poll(line: number, list: string): Attempt {
    const entry = /^\[\s*\{fd=(\d+),\s*events=([A-Z|]+)(?:,\s*revents=([A-Z|]+))?\}\s*\]$/.exec(list);
    if (entry === null) throw new ScriptError(line, 'several descriptors in poll', list);
    const attempt = startCall(this, { do: 'poll', on: entry[1] as string, events: plainEvents(entry[2] as string).join('|'), for: 0 });
    const want = plainEvents(entry[3] ?? '')
      .sort()
      .join('|');
    return { ...attempt, attempt: (first) => told(attempt.attempt(first), want) };
  }

  private epoll(line: number, call: Call, on: string, rest: string[]): Attempt {
    if (call.name === 'epoll_create') {
      const name = this.free(call);
      this.epolls.set(name, new Map());
      return immediate(() => ok(Number(name)));
    }
    const watched = this.epolls.get(on) ?? new Map<string, string[]>();
    const [command = '', fd = '', third = ''] = rest;
    if (call.name === 'epoll_ctl') {
      const events = plainEvents(/events=([A-Z|]+)/.exec(third)?.[1] ?? '');
      if (command === 'EPOLL_CTL_DEL') watched.delete(fd);
      else watched.set(fd, events);
      const sk = this.names.get(fd);
      if (sk !== undefined && events.includes('ET')) this.edgeOf(sk).watch(events.filter((e) => e !== 'ET'));
      return immediate(() => ok(0));
    }
    if (watched.size > 1) throw new ScriptError(line, 'several descriptors in epoll', on);
    const [[only, events] = ['', []]] = [...watched];
    const attempt = startCall(this, { do: 'poll', on: only, events: events.join('|'), for: Number(third) > 0 ? Number(third) / 1000 : 0 });
    const want = plainEvents(/events=([A-Z|]+)/.exec(command)?.[1] ?? '')
      .sort()
      .join('|');
    return { ...attempt, attempt: (first) => told(attempt.attempt(first), want) };
  }
}

function unknown(line: number, call: Call): never {
  throw new ScriptError(line, 'system calls', call.name);
}

function result(outcome: calls.Outcome): Result {
  return typeof outcome === 'string' && outcome !== '' ? fail(outcome) : ok(typeof outcome === 'number' ? outcome : 0);
}

function portIn(address: string): number | null {
  const found = /sin_port\s*=\s*htons\((\d+)\)/.exec(address);
  return found === null ? null : Number(found[1]);
}

function optionName(line: number, name: string): string {
  if (!SETTABLE_OPTIONS.includes(name) || name.endsWith('TIMEO')) throw new ScriptError(line, 'socket options', name);
  return name;
}

function valueOf(line: number, text: string): number | number[] {
  const linger = /^\{\s*onoff=(\d+),\s*linger=(\d+)\s*\}$/.exec(text);
  if (linger !== null) return [Number(linger[1]), Number(linger[2])];
  const value = /^\[(-?\w+)\]$/.exec(text);
  if (value === null || !Number.isFinite(Number(value[1]))) throw new ScriptError(line, 'socket options', text);
  return Number(value[1]);
}

/** POLLIN|EPOLLET as the model names them; bands of data that nobody distinguishes are left out. */
function plainEvents(text: string): string[] {
  const names = text.split('|').map((e) => e.replace(/^E?POLL/, ''));
  return [...new Set(names.filter((e) => ['IN', 'OUT', 'ERR', 'HUP', 'RDHUP', 'ET'].includes(e)))];
}

/** The events that came, held against those of the script: as many descriptors as have any. */
function told(done: Result | null, want: string): Result | null {
  if (done === null || done.errno !== '') return done;
  const got = String(done.result)
    .split('|')
    .filter((e) => e !== '')
    .sort()
    .join('|');
  return got === want ? ok(got === '' ? 0 : 1) : ok(`events ${got || 'none'} instead of ${want || 'none'}`);
}
