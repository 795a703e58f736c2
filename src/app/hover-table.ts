/** The hover's table: three ways in which a peer goes away, and what the code gets. */

import type { Trace } from '../kernel/trace.js';
import { describeTime } from '../scenarios/describe-time.js';
import { outcomeOf } from '../scenarios/outcome.js';
import { hasUnknownLimit, takes, type ConnectionProfile } from '../scenarios/profile.js';
import { OURS } from '../scenarios/our-program.js';
import type { Answer, Machine } from '../scenarios/scenario.js';
import { calledAs, closesWithEnd, heardAs, unwritten } from '../scenarios/user-words.js';
import { sendsBeforeWaiting, WRITING } from './consequence.js';
import { endAsError, errorInWords, limitInWords } from './errors.js';
import { code, plain } from './markdown.js';
import { tell, tellable, type Story } from './story.js';
import { phrases, say, translated } from '../words/say.js';

const CLOSES = 'peer-closes-we-do-not';
const FAILURES: readonly (readonly [scenario: string, when: string])[] = [
  ['peer-process-killed', phrases('its process dies')],
  ['peer-host-loses-power-idle', phrases('its host loses power')],
  [CLOSES, phrases('it closes first')],
];

const NONE = '–';

interface Cells {
  sees: string;
  when: string;
  error: string;
}

/**
 * @param own the scenario of the connection's finding: its run is the one to draw
 * @returns the lines of a Markdown table (none where no failure can happen to the connection) and the run to draw
 */
export function failureTable(
  path: ConnectionProfile,
  language: string,
  machine: Machine,
  own: string | null,
): { rows: string[]; worst: { scenario: string; story: Story } | null } {
  const told = FAILURES.filter(([scenario]) => tellable(scenario, path)).map(([scenario, when]) => {
    const story = tell(path, scenario, {}, machine);
    // Where only an exception leaves it open, the orderly end does not.
    const orderly = scenario === CLOSES ? orderlyOf(path) : null;
    return { scenario, when, story, row: orderly ? tell(orderly, scenario, {}, machine) : story };
  });
  const writing =
    tellable(WRITING, path) && sendsBeforeWaiting(path.steps) ? { scenario: WRITING, story: tell(path, WRITING, {}, machine) } : null;
  const rows = told.map(({ scenario, when, row }) => {
    const cells = cellsOf(row, path, language);
    const isIdle = scenario === 'peer-host-loses-power-idle' && path.unknown?.includes('readTimeout') !== true;
    const both = isIdle && writing ? withWriting(cells, cellsOf(writing.story, path, language)) : cells;
    return `| ${translated(when)} | ${both.sees} | ${both.when} | ${both.error} |`;
  });
  const worst =
    [...told, ...(writing ? [writing] : [])].find(({ scenario }) => scenario === own) ??
    told.find(({ scenario }) => scenario === 'peer-host-loses-power-idle') ??
    null;
  return { rows: rows.length === 0 ? [] : [say`| The peer: | what my code sees | when | error |`, '|---|---|---|---|', ...rows], worst };
}

/** The path to its orderly end, where the finding's own goes another way: by an exception, or by leaving what it has read of an answer. */
function orderlyOf(path: ConnectionProfile): ConnectionProfile | null {
  if (path.failsOn !== undefined) return { ...path, failsOn: undefined };
  const opening = path.steps.find(({ do: does }) => does === 'connect');
  const readsOn = path.steps.some((step) => (step.do === 'recv' || step.do === 'recvUntilEof') && step.line !== opening?.line);
  if (path.words?.endCloses !== true || !readsOn) return null;
  if (path.steps.at(-1)?.do === 'hold') return { ...path, steps: path.steps.slice(0, -1) };
  // What the runtime closes as soon as the path leaves it.
  return takes(path.steps, 'close') ? null : { ...path, steps: [...path.steps, { do: 'close', line: 0 }] };
}

function cellsOf({ trace, answer }: Story, path: ConnectionProfile, language: string): Cells {
  const outcome = outcomeOf(trace, path);
  const told = outcome.kind === 'limit' && path.words?.events === true;
  const event = outcome.call === 'recv' && (told || heardAs(path, 'recv', outcome.line) !== null);
  const call =
    outcome.call === null
      ? ''
      : event
        ? say`the event loop`
        : (unwritten(path, outcome.call, outcome.line) ??
          `\`${code(calledAs(path, outcome.call, outcome.line))}\`${outcome.line === null ? '' : say` on line ${outcome.line}`}`);
  if (path.reads === 'nobody' && answer.what === 'ESTABLISHED' && answer.earliest === null)
    return { sees: say`nothing: it stays ESTABLISHED, as nobody reads the answer`, when: say`never`, error: NONE };
  const left = answer.what === 'CLOSE_WAIT' ? say`, then CLOSE\\_WAIT ${closeWaitEnds(trace, answer, path)}` : '';
  const when = answer.what === 'CLOSE_WAIT' ? describeTime(outcome.after, outcome.after) : describeTime(answer.earliest, answer.latest);
  const connecting = outcome.call === 'connect';
  if (hasUnknownLimit(path, outcome.call) && (outcome.kind === 'blocked' || outcome.errno === 'ETIMEDOUT'))
    return { ...limitCells(event, call, left, limitInWords(language, path.library, connecting)), when: say`not known here` };
  switch (outcome.kind) {
    case 'error':
      return {
        sees: event ? say`the \`'error'\` event${left}` : say`${call} fails${left}`,
        when,
        error: code(errorInWords(outcome.errno ?? '', language, path.library, connecting)),
      };
    case 'limit':
      return { ...limitCells(event, call, left, outcome.call === 'poll' ? NONE : limitInWords(language, path.library, connecting)), when };
    case 'end': {
      const short = endAsError(path, calledAs(path, outcome.call ?? '', outcome.line), outcome.line);
      // Who waits for an answer in one call closes the connection itself when none comes.
      const own =
        closesWithEnd(path, outcome.call, outcome.line) || path.steps.some((step) => step.do === 'connect' && step.line === outcome.line);
      if (short !== null)
        return {
          sees: event ? say`the \`'error'\` event${own ? '' : left}` : say`${call} fails${own ? '' : left}`,
          when: describeTime(outcome.after, outcome.after),
          error: short,
        };
      const closed = path.reads === 'runtime';
      if (event) return { sees: closed ? say`the \`'end'\` event; then it is closed` : say`the \`'end'\` event${left}`, when, error: NONE };
      if (closed) return { sees: say`${call} says end of stream, and closes it`, when, error: NONE };
      return { sees: say`${call} says end of stream${left}`, when, error: NONE };
    }
    case 'blocked':
      if (event) return { sees: say`no event${left}`, when: say`never`, error: NONE };
      return { sees: say`${call} waits${left}`, when: say`never`, error: NONE };
    case 'resumed':
      return { sees: `${call}: ${plain(answer.what)}${left}`, when, error: NONE };
    case 'nothing':
      return { sees: left === '' ? say`nothing` : say`nothing${left}`, when: NONE, error: NONE };
  }
}

/** A limit of an event loop's socket only tells who listens. */
function limitCells(event: boolean, call: string, left: string, error: string): Pick<Cells, 'sees' | 'error'> {
  if (event) return { sees: say`the \`'timeout'\` event, which closes nothing by itself${left}`, error: NONE };
  return { sees: say`${call} gives up: its own limit${left}`, error };
}

function closeWaitEnds(trace: Trace, answer: Answer, { onDrop, countedFrom, steps }: ConnectionProfile): string {
  if (answer.earliest === null) return answer.lasts ?? say`until the process ends`;
  const closing = trace.calls.find((row) => row.program === OURS && row.call === 'close');
  if (closing?.line !== undefined) return say`until the close on line ${closing.line}`;
  if (onDrop === 'never' || takes(steps, 'close')) return say`until the library closes it`;
  if (onDrop === 'drop') return say`until its owner goes out of scope`;
  if (countedFrom !== undefined) return say`at worst until the garbage collector runs`;
  return onDrop === 'collector' ? say`until the garbage collector runs` : say`until its last reference goes`;
}

const both = (idle: Cells, writing: Cells): string => say`${idle.error}; with data on the way ${writing.error}`;

/** Two clocks: that of data on the way, and none once they are acknowledged. */
function withWriting(idle: Cells, writing: Cells): Cells {
  if (writing.when === idle.when) return idle;
  return {
    sees: idle.sees,
    when: say`${idle.when}; with data on the way ${writing.when}`,
    error: writing.error === NONE ? idle.error : idle.error === NONE || idle.error === writing.error ? writing.error : both(idle, writing),
  };
}
