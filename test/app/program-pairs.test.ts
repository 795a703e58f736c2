/**
 * The simulated program is the real one: what the model tells a line of a real program is what the kernel told that program in the lab
 * (npm run lab:pairs): the calls in order, the runtime's own words for errors, the seconds, the states of the socket.
 */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { cutShortInWords, errorInWords, limitInWords } from '../../src/app/errors.js';
import type { CallRow, Trace } from '../../src/kernel/trace.js';
import { OURS } from '../../src/scenarios/our-program.js';
import { eventOf, ourStates, startsConnecting } from '../../src/scenarios/outcome.js';
import { runsOf } from '../../src/scenarios/play.js';
import { PAIRS, pairs, simulated, type Pair, type Recording, type Simulated } from '../kernel/lab/program-pair.js';

/** What a program and a machine with other things to do may be late, seconds, and the part of the time since the failure. */
const LATE = 0.35;
const LATE_PART = 0.03;
/** States that are over before inet_diag is asked again, seconds. */
const BRIEF = 0.03;

/** How long before a failure the connection has been at rest, seconds (stage.ts REST), and how long the peer thinks (peer.ts THINKS). */
const REST = 1;
const PEER_THINKS = 0.1;

/** What a call gave, as the model or the program says it. */
interface Given {
  /** Where the program says it; null elsewhere. */
  line: number | null;
  /** How the code writes the call; null where the program says only that something failed. */
  name: string | null;
  /** `data`, `end`, `limit`, `ok` or an errno of the model; words of the program. */
  result: string;
  earliest: number;
  latest: number;
  /** It failed to connect. */
  connecting?: boolean;
}

function resultOf(row: CallRow): string | null {
  if (row.end === null || startsConnecting(row)) return null;
  if (row.call === 'getsockopt') return typeof row.result === 'string' ? row.result : null;
  if (row.call === 'poll') return row.result === '' ? 'limit' : null;
  if (row.call === 'setsockopt' || row.call === 'listen') return null;
  if (row.errno !== null) return row.errno;
  if (row.call === 'recvUntilEof') return 'end';
  if (row.call === 'recv') return row.result === 0 ? 'end' : 'data';
  return 'ok';
}

/** Calls of a run that belong to our program, in order. */
const oursOf = (trace: Trace): CallRow[] => trace.calls.filter((row) => row.program === OURS && row.call !== 'setsockopt');

/** No call of the code: an event loop hears of it. */
const isEvent = (row: CallRow): boolean => row.isEvent === true || (row.call === 'recvUntilEof' && row.name === undefined);

const isConnecting = (row: CallRow, previous: CallRow | undefined): boolean =>
  row.call === 'connect' || row.call === 'getsockopt' || (previous !== undefined && startsConnecting(previous));

/** Is this row only the beginning of what the code writes as one call: a library connects, sends and waits on one line? */
function goesOn(row: CallRow, next: CallRow | undefined): boolean {
  return next !== undefined && next.line === row.line && !row.call.startsWith('recv') && row.errno === null;
}

/** What the model says that our program is told, with the times over the phases of the timer wheel, counted from the failure. */
function inModel({ story, lines }: Simulated): Given[] {
  const rows = oursOf(story.trace);
  const others = runsOf(story.experiment, () => null)
    .slice(1)
    .map(oursOf);
  return rows.flatMap((row, index) => {
    const result = resultOf(row);
    if (result === null || row.line === undefined || row.end === null || goesOn(row, rows[index + 1])) return [];
    if (result === 'ok' && (row.call === 'connect' || row.call === 'accept')) return [];
    const times = [row.end, ...others.flatMap((run) => run[index]?.end ?? [])].map((t) => t - eventOf(story.trace));
    const name = row.name ?? row.call;
    // The program tells of it, or it ends what the program does.
    const isTold = lines.some((text) => [`'${name}'`, `"${name}`, `${name} `].some((form) => text.includes(form)));
    const fails = !['ok', 'data', 'end'].includes(result) || (result === 'end' && isEvent(row));
    const given = {
      line: row.line,
      name,
      result,
      earliest: Math.min(...times),
      latest: Math.max(...times),
      connecting: isConnecting(row, rows[index - 1]),
    };
    return isTold || fails ? [given] : [];
  });
}

/** Lines of a program that does not say which call failed: an exception that is caught further out, an 'error' event. */
const UNNAMED = new Set(['failed', 'error', 'end']);

function inLab({ told, event }: Recording): Given[] {
  return told.map(({ t, text }) => {
    const [, line, name = '', rest = ''] = /^(?:line (\d+): |(\S+) )(.*)$/.exec(text) ?? [];
    const after = t - event;
    return {
      line: line === undefined ? null : Number(line),
      name: name === '' || UNNAMED.has(name) ? null : name,
      result: rest,
      earliest: after,
      latest: after,
    };
  });
}

/** strerror(3) of what the model's calls fail with: what C programs print. */
const STRERROR: Readonly<Record<string, string>> = {
  EAGAIN: 'Resource temporarily unavailable',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EPIPE: 'Broken pipe',
  ETIMEDOUT: 'Connection timed out',
};

/** The words that stand in the hover's table for this result. */
function wordsFor({ result, line, connecting }: Given, { language, connection }: Simulated): string {
  if (result === 'end') return cutShortInWords(connection, line ?? 0) ?? '';
  if (language === 'c') return STRERROR[result] ?? result;
  return result === 'limit'
    ? limitInWords(language, connection.library, connecting)
    : errorInWords(result, language, connection.library, connecting);
}

/** Is that what the runtime says where the model has this result? */
function says(words: string, given: Given, model: Simulated): boolean {
  const { result } = given;
  if (result === 'data') return /^(?:[1-9]\d*|ok)$/.test(words);
  if (result === 'ok') return /^(?:ok|\d+)$/.test(words);
  const expected = wordsFor(given, model)
    .replace(/ \((?:E[A-Z]+|Client.Timeout)\)$/, '')
    .replace(/^\w+\.(?=[A-Z])/, '');
  return expected === '' ? /^(?:0|-1|EOF)$/.test(words) : words.includes(expected);
}

const tolerance = (after: number): number => LATE + LATE_PART * Math.max(0, after);

function compareCalls(model: Simulated, recording: Recording): void {
  const [expected, actual] = [inModel(model), inLab(recording)];
  const list = (rows: Given[]): string =>
    rows.map((r) => `  ${r.earliest.toFixed(2)} ${r.name ?? `line ${r.line}`} ${r.result}`).join('\n');
  const both = `model:\n${list(expected)}\nlab:\n${list(actual)}`;
  assert.equal(actual.length, expected.length, `not the same calls\n${both}`);
  // The model lets a wait with a limit begin with the failure; inside a library it may have begun when the last data came.
  const limited = expected.findIndex(({ result }) => result === 'limit');
  for (const [index, row] of actual.entries()) {
    const other = expected[index];
    assert.ok(other);
    if (row.line !== null) assert.equal(row.line, other.line, `call ${index}\n${both}`);
    if (row.name !== null) assert.equal(row.name, other.name, `call ${index}\n${both}`);
    assert.ok(says(row.result, other, model), `call ${index}: ${row.result}\n${both}`);
    compareTimes(
      row,
      other,
      limited >= 0 && index >= limited ? REST + PEER_THINKS : 0,
      `call ${index} at ${row.latest.toFixed(2)}\n${both}`,
    );
  }
}

function compareTimes(row: Given, other: Given, begun: number, message: string): void {
  const slack = tolerance(row.latest);
  // Before the failure only the order counts: how long a runtime takes to start is its own affair.
  if (other.latest < -tolerance(0)) return;
  assert.ok(row.latest > other.earliest - slack - begun && row.latest < other.latest + slack, message);
}

function compareStates(model: Simulated, recording: Recording): void {
  const rows = ourStates(model.story.trace).filter(({ state }) => state !== 'SYN_RECV');
  const end = model.story.experiment.durationS;
  const lasting = rows.filter(({ t, state }, index) => state === 'GONE' || (rows[index + 1]?.t ?? end) - t > BRIEF);
  const seen = recording.states.filter(({ state }) => state !== 'SYN_RECV');
  const names = lasting.map(({ state }) => state);
  const observed = seen.filter(({ state }) => names.includes(state as (typeof names)[number]));
  assert.deepEqual(
    observed.map(({ state }) => state),
    names,
    `states: ${rows.map((r) => `${r.state} ${r.t}`).join(', ')}; lab: ${seen.map((r) => `${r.state} ${r.t}`).join(', ')}`,
  );
}

function compare(pair: Pair): void {
  const recording = JSON.parse(readFileSync(path.join(PAIRS, 'recorded', `${pair.name}.json`), 'utf8')) as Recording;
  const model = simulated(pair);
  compareCalls(model, recording);
  compareStates(model, recording);
}

describe('real programs and their simulation', () => {
  it('are at least forty pairs, each with a recording', () => {
    const names = pairs().map(({ name }) => name);
    assert.ok(names.length >= 40, `${names.length}`);
    assert.deepEqual(
      names.filter((name) => !existsSync(path.join(PAIRS, 'recorded', `${name}.json`))),
      [],
    );
    assert.deepEqual(
      readdirSync(path.join(PAIRS, 'recorded')).filter((file) => !names.includes(path.basename(file, '.json'))),
      [],
    );
  });

  for (const pair of pairs()) it(pair.name, () => compare(pair));
});
