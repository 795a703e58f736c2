/**
 * Services as people write them, several files, settings and connections each, that failed in the lab (npm run lab:symptoms): for every
 * group of sockets of the table the line that opened it must come first in at least nine of ten, and the predicted end contain the
 * real one.
 */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import type { TestContext } from 'node:test';
import { check } from '../../src/app/check.js';
import { languageOfFile } from '../../src/app/languages.js';
import { machineOfText } from '../../src/app/machine.js';
import { isSettingsFile } from '../../src/diagnosis/candidates/program.js';
import type { SettingsFile, SourceFile } from '../../src/diagnosis/candidates/program.js';
import { diagnose } from '../../src/diagnosis/diagnose.js';
import { readText } from '../../src/diagnosis/read.js';
import { resultOf } from '../../src/diagnosis/result.js';
import type { GroupResult } from '../../src/diagnosis/result.js';
import { analyser as openAnalyser } from '../analysis/support/analyser.js';

const ROOT = path.join(import.meta.dirname, '../fixtures/symptoms');
const RECORDED = path.join(ROOT, 'services-recorded');
/** Spaces in place of a mark: what is told of a line must not come of it. */
const MARK = /(?:\/\/|#|\/\*) (?:opens|also) [acl]:[^\n]*/g;

interface Truth {
  program: string;
  at: number;
  lag: number;
  /** By local port, remote port and state of the look: seconds, and what it became. */
  ends: Record<string, [number, 'gone' | 'changed']>;
  /** When the program itself ended, seconds from the look. */
  exit: number | null;
  until: number;
  sysctls: Record<string, number>;
}

interface Service {
  files: SourceFile[];
  settings: SettingsFile[];
  /** By role and port. */
  opens: Map<string, string[]>;
}

const services = new Map<string, Service>();

before(async () => {
  const analyser = await openAnalyser();
  for (const name of readdirSync(path.join(ROOT, 'services'))) {
    const service: Service = { files: [], settings: [], opens: new Map() };
    const root = path.join(ROOT, 'services', name);
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true }).filter((e) => e.isFile())) {
      const full = path.join(entry.parentPath, entry.name);
      const shown = path.join(name, path.relative(root, full));
      const marked = readFileSync(full, 'utf8');
      const text = marked.replace(MARK, (mark) => ' '.repeat(mark.length));
      const language = languageOfFile(full);
      marked.split('\n').forEach((line, i) => {
        for (const [key] of (/ (?:opens|also) [acl]:.*/.exec(line)?.[0] ?? '').matchAll(/[acl]:\d+/g))
          service.opens.set(key, [...(service.opens.get(key) ?? []), `${shown}:${i + 1}`]);
      });
      if (language === null) {
        if (isSettingsFile(full)) service.settings.push({ path: shown, text });
        continue;
      }
      await analyser.prepare(language);
      const options = { machine: machineOfText(''), severities: {}, minCertainty: 'possible', fixes: false } as const;
      const { connections, findings } = check(analyser, text, language, options);
      service.files.push({ path: shown, language, text, connections, findings });
    }
    services.set(name, service);
  }
});

const portOf = (address: string): string => address.slice(address.lastIndexOf(':') + 1);

/** What the marks call these sockets; null where no line of the program opens them. */
function keyOf({ state, sockets }: GroupResult, opens: Service['opens']): string | null {
  const [first] = sockets;
  if (!first) return null;
  const [local, remote] = [portOf(first.local), portOf(first.remote)];
  const keys = state === 'LISTEN' ? [`l:${local}`] : [`a:${local}`, `c:${remote}`];
  return keys.find((key) => opens.has(key)) ?? null;
}

interface Judged {
  name: string;
  truth: Truth;
  service: Service;
  groups: { key: string; group: GroupResult }[];
}

function judged(file: string): Judged[] {
  return readdirSync(RECORDED).flatMap((name): Judged[] => {
    const full = path.join(RECORDED, name, file);
    if (!existsSync(full)) return [];
    const truth = JSON.parse(readFileSync(path.join(RECORDED, name, 'truth.json'), 'utf8')) as Truth;
    const service = services.get(truth.program);
    assert.ok(service, `${name}: no program ${truth.program}`);
    const sysctls = Object.entries(truth.sysctls).map(([sysctl, value]) => `${sysctl} = ${value}`);
    const machine = machineOfText(sysctls.join('\n'));
    const reading = readText(readFileSync(full, 'utf8'));
    const { groups } = resultOf(diagnose([reading], service, { machine, at: truth.at, clock: () => '' }));
    const known = groups.flatMap((group) => {
      const key = keyOf(group, service.opens);
      return key === null ? [] : [{ key, group }];
    });
    return [{ name, truth, service, groups: known }];
  });
}

function nineOfTen(wrong: string[], total: number, t: TestContext): void {
  t.diagnostic(`${total - wrong.length} of ${total}`);
  assert.ok(total > 0, 'nothing was judged');
  assert.ok(wrong.length * 10 <= total, wrong.join('\n'));
}

for (const file of ['ss.txt', 'netstat.txt']) {
  test(`${file}: the right line is first for at least nine of ten groups of sockets`, (t) => {
    const wrong: string[] = [];
    let total = 0;
    for (const { name, service, groups } of judged(file)) {
      for (const { key, group } of groups) {
        total++;
        const found = group.candidates.map((c) => `${c.file}:${c.line}`);
        if (!service.opens.get(key)?.includes(found[0] ?? ''))
          wrong.push(
            `${name} ${group.state} ${key}: ${service.opens.get(key)?.join(' or ') ?? ''} is not first of ${found.join(', ') || 'none'}`,
          );
      }
    }
    nineOfTen(wrong, total, t);
  });
}

/** The recorder looks every 20 ms, and ss takes its time. */
const NOTICED = 0.3;

test('the predicted end of each socket contains the real one, where the program does not end it first', (t) => {
  const wrong: string[] = [];
  let total = 0;
  for (const { name, truth, groups } of judged('ss.txt')) {
    for (const { group } of groups) {
      for (const { local, remote, ends } of group.sockets) {
        const end = truth.ends[`${portOf(local)}-${portOf(remote)}-${group.state}`];
        const { earliest, latest } = ends;
        // Nothing but the program, or its end, ends it: that is what it says.
        if (!end || end[0] < 0.05 || earliest === null || latest === null) continue;
        if (truth.exit !== null && Math.abs(truth.exit - end[0]) < NOTICED && end[0] < earliest) continue;
        total++;
        if (end[0] < earliest - NOTICED || end[0] > latest + NOTICED + truth.lag)
          wrong.push(`${name} ${group.state} ${local} ${remote}: ended after ${end[0]} s, predicted ${earliest}..${latest}`);
      }
    }
  }
  nineOfTen(wrong, total, t);
});
