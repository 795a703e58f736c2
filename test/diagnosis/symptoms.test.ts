/**
 * The judge is the kernel: what real programs looked like when they failed (npm run lab:symptoms), and what is true of it.
 * The line that opened the connection must come first in at least nine of ten, and the predicted end must contain the real one.
 */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import type { TestContext } from 'node:test';
import { check } from '../../src/app/check.js';
import { languageOfFile } from '../../src/app/languages.js';
import { machineOfText } from '../../src/app/machine.js';
import type { ProgramFiles, SourceFile } from '../../src/diagnosis/candidates/program.js';
import { Ranker } from '../../src/diagnosis/candidates/rank.js';
import { diagnoseWith } from '../../src/diagnosis/diagnose.js';
import { momentIn } from '../../src/diagnosis/moments.js';
import { readBytes, readText } from '../../src/diagnosis/read.js';
import { resultOf } from '../../src/diagnosis/result.js';
import type { CandidateResult, DiagnosisResult, GroupResult } from '../../src/diagnosis/result.js';
import type { Reading } from '../../src/diagnosis/symptom.js';
import { analyser as openAnalyser } from '../analysis/support/analyser.js';

const ROOT = path.join(import.meta.dirname, '../fixtures/symptoms');
/** CLOSEWAIT_SYMPTOMS: a pattern of names, for those alone. */
const RECORDED = path.join(ROOT, 'recorded');

interface Truth {
  program: string;
  line: number;
  state: string;
  at: number;
  /** How long ss took to answer, seconds. */
  lag: number;
  /** The line that a log tells of. */
  toldLine: number;
  /** Seconds from the last look until the kernel had forgotten it; null: it outlasted the recording, or was not waited for. */
  endsAfter: number | null;
  /** The same as Unix time. */
  endedAt: number | null;
  errno: string | null;
  command: string;
  sysctls: Record<string, number | string>;
}

interface Case {
  name: string;
  truth: Truth;
}

const text = (name: string, file: string): string | null => {
  const full = path.join(RECORDED, name, file);
  return existsSync(full) ? readFileSync(full, 'utf8') : null;
};

let cases: Case[] = [];
/** All programs together: the right line has to be found among those of the others too. */
let program: ProgramFiles = { files: [], settings: [] };

before(async () => {
  const analyser = await openAnalyser();
  const files = new Map<string, SourceFile>();
  for (const file of readdirSync(path.join(ROOT, 'programs'))) {
    const source = readFileSync(path.join(ROOT, 'programs', file), 'utf8');
    const language = languageOfFile(file) ?? '';
    await analyser.prepare(language);
    const checked = check(analyser, source, language, {
      machine: machineOfText(''),
      severities: {},
      minCertainty: 'possible',
      fixes: false,
    });
    files.set(file, { path: file, language, text: source, connections: checked.connections, findings: checked.findings });
  }
  program = { files: [...files.values()], settings: [] };
  cases = readdirSync(RECORDED)
    .filter((name) => new RegExp(process.env.CLOSEWAIT_SYMPTOMS ?? '').test(name))
    .sort()
    .map((name) => {
      const truth = JSON.parse(readFileSync(path.join(RECORDED, name, 'truth.json'), 'utf8')) as Truth;
      return { name, truth };
    });
});

/** Several tests ask the same of the same table. */
const asked = new Map<string, DiagnosisResult>();
const rankers = new Map<string, Ranker>();

function diagnosed({ name, truth }: Case, readings: Reading[]): DiagnosisResult {
  const key = `${name} ${JSON.stringify(readings)}`;
  const known = asked.get(key);
  if (known) return known;
  const sysctls = Object.entries(truth.sysctls)
    .map(([sysctl, value]) => `${sysctl} = ${value}`)
    .join('\n');
  const machine = machineOfText(sysctls);
  const ranker = rankers.get(sysctls) ?? new Ranker(program, machine);
  rankers.set(sysctls, ranker);
  const result = resultOf(diagnoseWith(ranker, readings, { machine, at: truth.at, clock: () => '' }));
  asked.set(key, result);
  return result;
}

/** The group that the case is about: its state, and the largest of these. */
function groupOf(result: DiagnosisResult, { state }: Truth): GroupResult | undefined {
  return result.groups.filter((g) => g.state === state).sort((a, b) => b.count - a.count)[0];
}

/** Names of the cases in which the right line is not first, with what is. */
function wrongLines(
  readings: (c: Case) => Reading[] | null,
  choose: (r: DiagnosisResult, t: Truth) => CandidateResult[] = (r, t) => groupOf(r, t)?.candidates ?? [],
  lineOf: (t: Truth) => number = (t) => t.line,
): { wrong: string[]; total: number } {
  let total = 0;
  const wrong: string[] = [];
  for (const one of cases) {
    const given = readings(one);
    if (given === null) continue;
    total++;
    const candidates = choose(diagnosed(one, given), one.truth);
    const line = lineOf(one.truth);
    if (candidates[0]?.file !== one.truth.program || candidates[0].line !== line)
      wrong.push(
        `${one.name}: ${one.truth.program}:${line} is not first of ${candidates.map((c) => `${c.file}:${c.line} (${c.score})`).join(', ') || 'none'}`,
      );
  }
  return { wrong, total };
}

function nineOfTen({ wrong, total }: { wrong: string[]; total: number }, t: TestContext): void {
  t.diagnostic(`${total - wrong.length} of ${total}`);
  assert.ok(total > 0, 'no case');
  assert.ok(wrong.length * 10 <= total, `${wrong.length} of ${total} wrong:\n${wrong.join('\n')}`);
}

const read =
  (file: string) =>
  ({ name }: Case): Reading[] | null => {
    const found = text(name, file);
    return found === null ? null : [readText(found)];
  };

/** A refused connection leaves nothing in a table. */
const table =
  (file: string) =>
  (one: Case): Reading[] | null =>
    one.truth.state === '' ? null : read(file)(one);

test('ss -tanpoie: the right line is first in at least nine of ten', (t) => nineOfTen(wrongLines(table('ss.txt')), t));

test('netstat -tanpo: the right line is first in at least nine of ten', (t) => nineOfTen(wrongLines(table('netstat.txt')), t));

test('a log or traceback: the right line is first in at least nine of ten', (context) => {
  nineOfTen(
    wrongLines(
      (c) => {
        const told = c.truth.errno === null ? null : read('log.txt')(c);
        return told?.[0] &&
          told[0].errors.some(({ errno, frames, remote }) => errno === c.truth.errno && (frames.length > 0 || remote !== null))
          ? told
          : null;
      },
      (r, t) => r.errors.find((e) => e.errno === t.errno)?.candidates ?? [],
      (t) => t.toldLine,
    ),
    context,
  );
});

test('a log that names neither a place nor an address is held against no line', () => {
  for (const one of cases) {
    for (const reading of read('log.txt')(one) ?? []) {
      // Whoever has run out of descriptors or ports is asked which lines use them up.
      if (reading.errors.some(({ errno }) => errno === 'EMFILE' || errno === 'EADDRNOTAVAIL')) continue;
      const bare = reading.errors.filter(({ frames, remote }) => frames.length === 0 && remote === null);
      if (bare.length === reading.errors.length)
        assert.deepEqual(
          diagnosed(one, [reading]).errors.flatMap((e) => e.candidates),
          [],
          one.name,
        );
    }
  }
});

test('the predicted end contains the real one', (t) => {
  const outside: string[] = [];
  let total = 0;
  for (const one of cases) {
    if (one.truth.endsAfter === null) continue;
    for (const file of ['ss.txt', 'proc.txt', 'netstat.txt']) {
      const found = text(one.name, file);
      const group = found === null ? undefined : groupOf(diagnosed(one, [readText(found)]), one.truth);
      if (!group) continue;
      total++;
      const { earliest, latest } = group.ends;
      const real = (one.truth.endedAt ?? 0) - (momentIn(readFileSync(path.join(RECORDED, one.name, file))) ?? 0);
      if (earliest === null || latest === null || real < earliest - NOTICED || real > latest + NOTICED + one.truth.lag)
        outside.push(`${one.name} ${file}: ended after ${real} s, predicted ${earliest}..${latest}`);
    }
  }
  assert.ok(total > 0, 'no case');
  t.diagnostic(`${total - outside.length} of ${total}`);
  assert.deepEqual(outside, []);
});

/** The recorder looks at the table every 20 ms and starts ss after noting the time; a busy machine adds to it. */
const NOTICED = 0.25;

test('nothing that outlasts the recording is predicted to end within it', () => {
  for (const one of cases) {
    const found = text(one.name, 'ss.txt');
    const group = found === null ? undefined : groupOf(diagnosed(one, [readText(found)]), one.truth);
    // Keepalive asks a peer that has forgotten the connection, which ends it.
    if (group?.state === 'CLOSE_WAIT' && group.sockets.every((socket) => socket.timer === null))
      assert.equal(group.ends.kind, 'nothing', one.name);
  }
});

test('looks one after the other show what grows', () => {
  for (const one of cases.filter(({ name }) => (text(name, 'ss.txt')?.match(/ss -tanpoie/g) ?? []).length > 1)) {
    assert.equal(groupOf(diagnosed(one, [readText(text(one.name, 'ss.txt') ?? '')]), one.truth)?.counts.length, 2, one.name);
  }
});

test('captures tell which end has not closed', () => {
  for (const one of cases.filter(({ truth }) => truth.state === 'CLOSE_WAIT')) {
    const { flows, notes } = readBytes(readFileSync(path.join(RECORDED, one.name, 'capture.pcap')));
    assert.ok(
      flows.some((f) => f.story.some((s) => s.includes('did not close'))),
      `${one.name}: ${JSON.stringify(flows.slice(0, 2))} ${notes.join()}`,
    );
  }
});

test('a stack dump names the line itself', (t) => {
  nineOfTen(
    wrongLines(
      ({ name, truth }) => {
        const found = text(name, 'stack.txt');
        return found === null || !['go-waiting', 'go-slow-reader', 'python-slow-reader'].includes(name) || truth.line === 0
          ? null
          : [readText(found)];
      },
      (r) => r.stacks.find((s) => s.candidates.length > 0)?.candidates ?? [],
    ),
    t,
  );
});
