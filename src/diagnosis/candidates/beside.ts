/** Files that are no part of a running program, whoever runs it: tests where no tests run, and what builds leave out. */

import type { Holder } from '../symptom.js';
import type { Evidence } from './evidence.js';
import { WEIGHTS } from './evidence.js';
import type { SourceFile } from './program.js';
import { say } from '../../words/say.js';

const TEST =
  /(?:^|\/)(?:tests?|__tests__|spec)\/|_test\.(?:go|py|cc|cpp|c)$|(?:^|\/)(?:test_[^/]*|conftest)\.py$|\.(?:test|spec)\.[cm]?[jt]sx?$|Tests?\.(?:java|kt|cs)$/;
/** Programs that run tests, as a process or on its command line. */
const RUNS_TESTS = /\btests?\b|\.test\b|pytest|nosetests|\btox\b|jest|mocha|vitest|surefire|_test\b|\btest_/i;
const LEFT_OUT = /^\/\/ ?\+build ignore\s*$|^\/\/go:build ignore\s*$/m;
const HEAD = 4000;

/** The files that are the program's tests, by their names below the folder that all have in common; none where all are. */
export function testsOf(files: readonly SourceFile[]): ReadonlySet<SourceFile> {
  const folders = files.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1));
  let common = folders[0] ?? '';
  for (const folder of folders) while (!folder.startsWith(common)) common = common.slice(0, common.slice(0, -1).lastIndexOf('/') + 1);
  const tests = files.filter(({ path }) => TEST.test(path.slice(common.length)));
  return new Set(tests.length === files.length ? [] : tests);
}

/** What speaks against a file that a program of that name has no part of. */
export function besideEvidence(holder: Holder | null, file: SourceFile, tests: ReadonlySet<SourceFile>): Evidence | null {
  if (file.language === 'go' && LEFT_OUT.test(file.text.slice(0, HEAD)))
    return { kind: 'command', weight: WEIGHTS.leftOut, text: say`this file is left out of builds` };
  const name = holder?.name ?? null;
  if (name === null || !tests.has(file) || RUNS_TESTS.test(`${name} ${holder?.command ?? ''}`)) return null;
  return { kind: 'command', weight: WEIGHTS.leftOut, text: say`it stands in a test, and ${name} is no run of tests` };
}
