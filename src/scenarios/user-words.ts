/** The user's own names for the calls of a path, in place of the system calls that carry them out. */

import type { Trace } from '../kernel/trace.js';
import { OURS } from './our-program.js';
import type { ConnectionProfile, ProfileStep } from './profile.js';
import type { Answer } from './scenario.js';
import { say } from '../words/say.js';

/** Where a call stands, by its function's name; `as` marks the name. */
export function insideOf(name: string, as: (name: string) => string = (one) => one): string {
  if (name === 'lambda') return say`in a function without a name`;
  return name === 'module' ? say`outside of functions` : say`in ${as(name)}`;
}

/** Which steps a system call of the run carries out. */
const CARRIES: Readonly<Record<string, readonly ProfileStep['do'][]>> = {
  recv: ['recv', 'recvUntilEof', 'poll'],
  recvUntilEof: ['recvUntilEof', 'recv'],
  poll: ['poll', 'recv', 'recvUntilEof', 'send', 'connect'],
  getsockopt: ['connect'],
  fill: ['send'],
  send: ['send'],
  connect: ['connect'],
  close: ['close'],
  accept: ['accept'],
  listen: ['listen'],
  bind: ['listen'],
  shutdown: ['shutdown'],
};

function all(steps: readonly ProfileStep[]): ProfileStep[] {
  return steps.flatMap((step) => [step, ...all(step.steps ?? [])]);
}

/** How the code writes the call of this line that `call` (a system call) carries out; the system call's name where the code has none. */
export function calledAs(profile: Pick<ConnectionProfile, 'steps'>, call: string, line: number | null | undefined): string {
  const wanted = CARRIES[call] ?? [];
  const fitting = all(profile.steps).filter((step) => step.line === line && step.call !== undefined);
  for (const kind of wanted) {
    const found = fitting.find((step) => step.do === kind);
    if (found?.call !== undefined) return found.call;
  }
  return call === 'recvUntilEof' ? 'recv' : call;
}

/** The run with our program's calls named as the code writes them. */
export function withUsersNames(trace: Trace, profile: ConnectionProfile): Trace {
  const calls = trace.calls.map((row) => {
    if (row.program !== OURS || row.line === undefined || row.failed !== undefined) return row;
    const name = calledAs(profile, row.call, row.line);
    return name === row.call || name === 'recv' ? row : { ...row, name };
  });
  return { ...trace, calls };
}

/** How a call is named with its line, in the reader's language. */
function callOnLine(): RegExp {
  const [call, line] = ['\u0001', '\u0002'];
  const form = say`${call}() on line ${line}`.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(form.replace(call, '(?<call>\\w+)').replace(line, '(?<line>\\d+)'), 'g');
}

/** The answer with the calls that it names as the code writes them. */
export function inUsersWords(answer: Answer, profile: ConnectionProfile): Answer {
  const named = (text: string): string =>
    text.replace(callOnLine(), (whole, ...groups) => {
      const { call = '', line = '' } = groups.at(-1) as Record<string, string>;
      return call === '' ? whole : say`${calledAs(profile, call, Number(line))}() on line ${line}`;
    });
  const own = answer.call === null ? null : calledAs(profile, answer.call, answer.line);
  const word = (text: string): string =>
    own === null ? text : text.replace(new RegExp(`(?<![\\w.])${answer.call ?? ''}\\(\\)`, 'g'), `${own}()`);
  return {
    ...answer,
    sees: named(answer.sees),
    decides: named(answer.decides),
    change: named(answer.change),
    brief: word(answer.brief),
    what: word(answer.what),
  };
}
