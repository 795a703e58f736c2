/** Runs a packetdrill script: the model is the host under test, the script its peer and its programs. */

import type { Attempt, Result } from '../attempt.js';
import { Clock, ExactTimer, KernelTimer } from '../clock.js';
import { Host } from '../host.js';
import { receiveIcmp } from '../icmp.js';
import { receive } from '../input.js';
import { hostSettings } from '../lab.js';
import { behaviourOf } from '../profiles.js';
import { Random } from '../random.js';
import { NoRecorder } from '../recorder.js';
import type { Segment } from '../segment.js';
import type { Sock, Waiter } from '../sock.js';
import { DEFAULT_HZ, NEWEST_KERNEL } from '../sysctl-table.js';
import { failedAssertion } from './assertions.js';
import { ScriptProcess } from './calls.js';
import { runCommand } from './machine.js';
import { Remote, ScriptLink } from './remote.js';
import { parseScript, ScriptError } from './script.js';
import type { Action, Script, ScriptEvent, ScriptSegment } from './script.js';

export interface PlayedScript {
  verdict: 'passes' | 'differs' | 'unsupported';
  /** Where it ends, 0 after the last event. */
  line: number;
  /** What differs, or what is not supported. */
  detail: string;
  /** Kind of what is not supported, or of what differs. */
  category: string;
  /** What happened, a line each. */
  log: string[];
}

/** Phases of the timer wheel that are tried, seconds: a real run begins at any. */
const PHASES = [0, 0.0013, 0.7, 1.237, 0.0029, 1.9, 0.31, 1.55] as const;
/** Share of a waiting time by which an event may miss it (packetdrill's --tolerance_percent). */
const SHARE = 0.125;
/** How long a segment that may come at any time is waited for, microseconds. */
const ANY_TIME = 120_000_000;
const MOST_EVENTS = 500_000;
const SEED = 20;

class Differs extends Error {
  constructor(
    readonly line: number,
    readonly category: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** Plays a script at several phases of the timer wheel: it passes if it does at one of them. */
export function playScript(text: string): PlayedScript {
  let furthest: PlayedScript | null = null;
  try {
    const script = parseScript(text);
    for (const phase of PHASES) {
      const played = new Player(script, phase).play();
      if (played.verdict !== 'differs') return played;
      if (furthest === null || played.line > furthest.line) furthest = played;
    }
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    return { verdict: 'unsupported', line: error.line, detail: error.message, category: error.category, log: [] };
  }
  return furthest as PlayedScript;
}

/** A call that has not returned yet. */
interface Pending {
  event: ScriptEvent;
  attempt: Attempt;
  due: { from: number; slack: number };
}

class Player {
  private readonly clock: Clock;
  private readonly link: ScriptLink;
  private readonly host: Host;
  private readonly process: ScriptProcess;
  private readonly remote = new Remote();
  private readonly log: string[] = [];
  private pending: Pending | null = null;
  private events = 0;

  constructor(
    private readonly script: Script,
    phase: number,
  ) {
    this.clock = new Clock(DEFAULT_HZ, Math.round(phase * 1e6), true);
    const recorder = new NoRecorder(null);
    this.link = new ScriptLink(this.clock, recorder);
    const { sysctls } = hostSettings(undefined, NEWEST_KERNEL, DEFAULT_HZ);
    this.host = new Host('A', this.clock, sysctls, behaviourOf(NEWEST_KERNEL), this.link, recorder, new Random(SEED), 40_000, new Set());
    this.process = new ScriptProcess(this.host);
  }

  play(): PlayedScript {
    try {
      for (const event of this.script.events) this.step(event);
      if (this.pending !== null) this.finishPending(this.clock.now + 1);
      return { verdict: 'passes', line: 0, detail: '', category: '', log: this.log };
    } catch (error) {
      if (!(error instanceof Differs)) throw error;
      return { verdict: 'differs', line: error.line, detail: error.message, category: error.category, log: this.log };
    }
  }

  private say(sign: string, text: string): void {
    this.log.push(`${(this.clock.now / 1e6).toFixed(6).padStart(11)} ${sign} ${text}`);
  }

  /** Runs what is due up to a moment, or until `enough`. */
  private advance(until: number, enough: () => boolean = () => false): void {
    const { queue } = this.clock;
    for (let next = queue.peek(); !enough() && next !== undefined && next.at <= until; next = queue.peek()) {
      if (++this.events > MOST_EVENTS) throw new Differs(0, 'never ends', 'too many events');
      queue.remove(next);
      this.clock.now = next.at;
      next.run();
    }
    if (!enough()) this.clock.now = Math.max(this.clock.now, until);
  }

  private step(event: ScriptEvent): void {
    const { time, action } = event;
    const base = time.base === 'start' ? 0 : this.clock.now;
    const from = base + Math.round(time.from * 1e6);
    const to = time.to === null ? from : base + Math.round(time.to * 1e6);
    const slack = Math.max(this.script.tolerance * 1e6, (from - this.clock.now) * SHARE);
    if (action.what === 'out') return this.expect(event, action.segment, time.base === 'any' ? null : { from, to, slack });
    this.advance(from);
    if (action.what === 'in') {
      this.say('<', event.text.slice(1).trim());
      receive(this.host, this.remote.segment(action.segment));
    } else if (action.what === 'icmp') receiveIcmp(this.host, this.remote.quoted(action.seq), action.code);
    else if (action.what === 'command') runCommand(event.line, action.text, this.host.sysctls, NEWEST_KERNEL, DEFAULT_HZ);
    else if (action.what === 'code') this.assert(event.line, action.text);
    else this.call(event, action, time.until === null ? null : base + Math.round(time.until * 1e6), slack);
    this.advance(this.clock.now);
  }

  private assert(line: number, code: string): void {
    const sk = [...this.process.descriptors].filter((s) => s.remotePort > 0).pop();
    if (sk === undefined) throw new ScriptError(line, 'Python', 'TCP_INFO of no connection');
    const failed = failedAssertion(line, code, sk);
    if (failed !== null) throw new Differs(line, 'TCP_INFO', failed);
  }

  // ---- calls

  private call(event: ScriptEvent, call: Extract<Action, { what: 'call' }>, until: number | null, slack: number): void {
    if (this.pending !== null) this.finishPending(this.clock.now);
    const attempt = this.process.start(event.line, call);
    const done = attempt.attempt(true);
    if (done !== null) return this.returned(event, done);
    if (until === null) throw new Differs(event.line, 'result of a call', `${call.name}() blocks`);
    this.pending = { event, attempt, due: { from: until, slack: Math.max(slack, (until - this.clock.now) * SHARE) } };
    this.wait(attempt);
  }

  private wait(attempt: Attempt): void {
    const sk = attempt.sock as Sock;
    const end = (result: Result | null): void => {
      const { pending } = this;
      if (result === null || pending?.attempt !== attempt) return;
      sk.waiters.splice(sk.waiters.indexOf(waiter), 1);
      this.pending = null;
      const { from, slack } = pending.due;
      if (Math.abs(this.clock.now - from) > slack)
        throw new Differs(pending.event.line, 'time of a call', `returns at ${this.clock.now / 1e6} s instead of ${from / 1e6} s`);
      this.returned(pending.event, result);
    };
    const again = new ExactTimer(this.clock, () => end(attempt.attempt(false)));
    const waiter: Waiter = { wake: () => again.fireIn(0) };
    sk.waiters.push(waiter);
    if (attempt.timeout === null) return;
    const expired = (): void => end(attempt.expired());
    if (attempt.exact) new ExactTimer(this.clock, expired).fireIn(attempt.timeout);
    else new KernelTimer(this.clock, sk, '', expired).modIn(attempt.timeout);
  }

  private finishPending(at: number): void {
    const { event, due } = this.pending as Pending;
    this.advance(Math.max(at, due.from + due.slack), () => this.pending === null);
    if (this.pending !== null) throw new Differs(event.line, 'time of a call', 'does not return');
  }

  private returned(event: ScriptEvent, { result, errno }: Result): void {
    const { name, result: want, errno: wantErrno } = event.action as Extract<Action, { what: 'call' }>;
    this.say('.', `${name}() = ${result}${errno === '' ? '' : ` ${errno}`}`);
    const differs = errno !== (wantErrno ?? '') || (want !== '...' && Number(want) !== (errno === '' ? result : -1));
    if (differs) throw new Differs(event.line, 'result of a call', `${name}() gives ${errno || result} instead of ${wantErrno ?? want}`);
  }

  // ---- what the host sends

  private expect(event: ScriptEvent, want: ScriptSegment, time: { from: number; to: number; slack: number } | null): void {
    const { sent } = this.link;
    const deadline = time === null ? this.clock.now + ANY_TIME : time.to + time.slack;
    this.advance(deadline, () => sent.length > 0);
    const first = sent.shift();
    if (first === undefined)
      throw new Differs(event.line, 'a segment is missing', `nothing is sent until ${(deadline / 1e6).toFixed(6)} s`);
    const parts: [Segment, ...Segment[]] = [first.segment];
    // a large packet of the script is several of the model
    let length = first.segment.len;
    while (length < want.len && sent[0]?.at === first.at && sent[0].segment.len > 0) {
      const { segment } = sent.shift() as { segment: Segment };
      parts.push(segment);
      length += segment.len;
    }
    this.remote.learn(first.segment, want);
    this.say('>', parts.map((p) => this.remote.text(p)).join(', '));
    const wrong = this.remote.difference(parts, want);
    if (wrong !== null) throw new Differs(event.line, categoryOf(wrong), wrong);
    if (time !== null && (first.at < time.from - time.slack || first.at > deadline))
      throw new Differs(
        event.line,
        'time of a segment',
        `sent at ${(first.at / 1e6).toFixed(6)} s instead of ${(time.from / 1e6).toFixed(6)} s`,
      );
  }
}

function categoryOf(difference: string): string {
  if (difference.startsWith('window')) return 'receive window';
  if (/^(?:sack|timestamp|a timestamp|no timestamp|mss|wscale)/.test(difference)) return 'options of a segment';
  return 'another segment';
}
