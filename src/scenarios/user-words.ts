/** The user's own names for the calls of a path, in place of the system calls that carry them out. */

import type { CallRow, Trace } from '../kernel/trace.js';
import { OURS } from './our-program.js';
import { hasUnknownLimit, type ConnectionProfile, type ProfileStep } from './profile.js';
import type { Answer } from './scenario.js';
import { phrases, say, translated } from '../words/say.js';

/** Where a call stands, by its function's name; `as` marks the name. */
export function insideOf(name: string, as: (name: string) => string = (one) => one): string {
  if (name === 'lambda') return say`in a function without a name`;
  return name === 'module' ? say`outside of functions` : say`in ${as(name)}`;
}

const OPENING: ReadonlySet<string> = new Set(['connect', 'accept', 'listen']);

/** How the code writes the call that opens it, where one call of that line does: `requests.post`, for a library's `requests.get`. */
export function openedAs({ steps, library }: Pick<ConnectionProfile, 'steps' | 'library'>, line: number): string {
  return steps.find((step) => step.line === line && OPENING.has(step.do))?.call ?? library;
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
  bind: ['bind', 'listen'],
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

/** The event by which the runtime tells what this system call brings; null where the code waits for it in a call. */
export function heardAs({ steps }: Pick<ConnectionProfile, 'steps'>, call: string, line: number | null | undefined): string | null {
  const wanted = CARRIES[call] ?? [];
  return all(steps).find((step) => step.line === line && step.event !== undefined && wanted.includes(step.do))?.event ?? null;
}

/** The line of the call that a row stands for: the run binds as it listens, the code on a line of its own. */
export function lineOf(
  { steps }: Pick<ConnectionProfile, 'steps'>,
  { line, failed }: Pick<CallRow, 'line' | 'failed'>,
): number | undefined {
  return (failed === 'bind' ? all(steps).find((step) => step.do === 'bind' && step.file === undefined)?.line : undefined) ?? line;
}

/** The run with our program's calls named as the code writes them. */
export function withUsersNames(trace: Trace, profile: ConnectionProfile): Trace {
  const calls = trace.calls.map((given): CallRow => {
    const isLimited = given.program === OURS && given.end === null && hasUnknownLimit(profile, given.call);
    const row: CallRow = isLimited ? { ...given, limited: true } : given;
    const line = lineOf(profile, row);
    if (row.failed === 'bind' && line !== undefined) return { ...row, line, name: calledAs(profile, row.failed, line) };
    if (row.program !== OURS || row.failed !== undefined) return row;
    if (row.line === undefined) return row.call === 'close' ? { ...row, name: say`runtime: ${row.call}` } : row;
    const name = calledAs(profile, row.call, row.line);
    if (name !== row.call && name !== 'recv') return { ...row, name };
    const event = heardAs(profile, row.call, row.line);
    return event === null ? row : { ...row, name: say`'${event}' handler`, isEvent: true };
  });
  return { ...trace, calls };
}

/** Does the library close the connection with what the end of the stream is for this call? */
export function closesWithEnd(profile: ConnectionProfile, call: string | null, line: number | null): boolean {
  const name =
    calledAs(profile, call ?? '', line)
      .split(/\.|::/)
      .at(-1) ?? '';
  return profile.words?.endCloses === true || profile.words?.end[name]?.closes === true;
}

/** What a call does, where the code writes none of its own there: an `async for`, a handler of an event. */
const DOES: Readonly<Record<string, string>> = phrases({
  recv: 'read',
  recvUntilEof: 'read',
  poll: 'wait',
  getsockopt: 'attempt to connect',
  connect: 'attempt to connect',
  fill: 'write',
  send: 'write',
  close: 'close',
  shutdown: 'shutdown',
});

/** "the read on line 12", where that line has no call for it; null where the code writes one. */
export function unwritten(profile: Pick<ConnectionProfile, 'steps'>, call: string, line: number | null): string | null {
  const here = all(profile.steps).filter((step) => step.line === line && (CARRIES[call] ?? []).includes(step.do));
  const does = DOES[call];
  if (here.length === 0 || does === undefined || here.some((step) => step.call !== undefined)) return null;
  return say`the ${translated(does)} on line ${line}`;
}

/** The forms in which sentences name a call with its line, in the reader's language: at their beginning, then within. */
const FORMS: readonly {
  form: (call: string, line: string) => string;
  kind: (does: string, line: string) => string;
  added: (call: string, line: string) => string;
}[] = [
  {
    form: (call, line) => say`Your ${say`${call}() on line ${line}`}`,
    kind: (does, line) => say`Your ${say`${does} on line ${line}`}`,
    added: (call, line) => say`A ${call}() after line ${line}`,
  },
  {
    form: (call, line) => say`${call}() on line ${line}`,
    kind: (does, line) => say`the ${does} on line ${line}`,
    added: (call, line) => say`a ${call}() after line ${line}`,
  },
];

function pattern(form: (call: string, line: string) => string): RegExp {
  const [call, line] = ['\u0001', '\u0002'];
  const escaped = form(call, line).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(escaped.replace(call, '(?<![\\w.])(?<call>\\w+)').replace(line, '(?<line>\\d+)'), 'g');
}

/**
 * A text with its calls as the code writes them: a read or a write where the line has no call for it, one that is added where the path
 * takes no such step at all (a failure of writing shown on a path that only reads).
 */
function named(text: string, profile: ConnectionProfile): string {
  const steps = all(profile.steps);
  return FORMS.reduce(
    (told, { form, kind, added }) =>
      told.replace(pattern(form), (whole, ...groups) => {
        const { call = '', line = '' } = groups.at(-1) as Record<string, string>;
        const here = steps.filter((step) => step.line === Number(line));
        if (here.length === 0) return whole;
        const does = DOES[call];
        const own = calledAs(profile, call, Number(line));
        const isWritten = here.some((step) => step.call === own);
        if (isWritten || does === undefined) return form(own, line);
        return here.some((step) => CARRIES[call]?.includes(step.do)) ? kind(translated(does), line) : added(call, line);
      }),
    text,
  );
}

/** The answer with the calls that it names as the code writes them. */
export function inUsersWords(answer: Answer, profile: ConnectionProfile): Answer {
  const own = answer.call === null ? null : calledAs(profile, answer.call, answer.line);
  const word = (text: string): string =>
    own === null ? text : text.replace(new RegExp(`(?<![\\w.])${answer.call ?? ''}\\(\\)`, 'g'), `${own}()`);
  return {
    ...answer,
    sees: named(answer.sees, profile),
    decides: named(answer.decides, profile),
    change: named(answer.change, profile),
    brief: word(answer.brief),
    what: word(answer.what),
  };
}
