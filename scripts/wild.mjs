#!/usr/bin/env node
// Runs `closewait check` over public repositories laid out as FOLDER/<language>/<owner>+<name>, with FOLDER/list.json
// (language, repo, kept: well | average), and prints the findings that nobody has judged yet, one JSON object a line (built dist/ needed).
//   npm run wild -- --dir FOLDER [--only LANGUAGE] [--repo PART] [--advice] [--all] [--possible]
// Verdicts are lines of test/corpora/wild-verdicts-<language>.jsonl: repository, path, line, rule, verdict
// (true | false | debatable), reason.
// --advice prints and asks for verdicts of advice, too; --all prints judged findings as well. Exit 1: findings without a verdict.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = path.join(import.meta.dirname, '..');
const CLI = path.join(ROOT, 'dist/cli.js');
const LEAKS = new Set(['missing-close', 'close-skipped-on-error', 'eof-without-close', 'unconsumed-response', 'inherited-descriptor']);
const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    only: { type: 'string' },
    repo: { type: 'string' },
    advice: { type: 'boolean' },
    all: { type: 'boolean' },
    possible: { type: 'boolean' },
  },
});
const { dir = '' } = values;
if (dir === '') {
  console.error('usage: npm run wild -- --dir FOLDER [--only LANGUAGE] [--repo PART] [--advice] [--all] [--possible]');
  process.exit(2);
}

const verdicts = readVerdicts();
const list = JSON.parse(fs.readFileSync(path.join(dir, 'list.json'), 'utf8')).filter(
  (entry) => (!values.only || entry.language === values.only) && (!values.repo || entry.repo.includes(values.repo)),
);
const sums = new Map();
let unjudged = 0;
for (const entry of list) checkRepository(entry);
for (const [name, sum] of sums) console.error(summary(name, sum));
console.error(unjudged === 0 ? 'every finding has a verdict' : `${unjudged} findings have no verdict`);
process.exitCode = unjudged === 0 ? 0 : 1;

function readVerdicts() {
  const folder = path.join(ROOT, 'test/corpora');
  const lines = fs
    .readdirSync(folder)
    .filter((name) => /^wild-verdicts-.*\.jsonl$/.test(name))
    .flatMap((name) => fs.readFileSync(path.join(folder, name), 'utf8').split('\n'))
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return new Map(lines.map((v) => [keyOf(v), v]));
}

function keyOf(v) {
  return [v.repository, v.path, v.line, v.rule].join('\t');
}

function checkRepository({ language, repo, kept }) {
  const folder = path.join(dir, language, repo.replace('/', '+'));
  const args = [CLI, 'check', '.', '--format', 'json', '--no-fixes', '--min-certainty', values.possible ? 'possible' : 'likely'];
  const run = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 30 });
  if (run.stdout === '') throw new Error(`closewait check failed on ${repo}: ${run.stderr.slice(-500)}`);
  const sum = sumOf(`${language}, ${kept} kept`);
  for (const file of JSON.parse(run.stdout).files) {
    if (file.language !== language) continue; // scripts beside a C program are not what is counted
    sum.lines += fs.readFileSync(path.join(folder, file.path), 'latin1').split('\n').length - 1;
    for (const finding of file.findings) count(repo, path.normalize(file.path), finding, sum);
  }
}

function sumOf(name) {
  if (!sums.has(name)) sums.set(name, { lines: 0, leaks: 0, advice: 0, true: 0, debatable: 0, false: 0, unjudged: 0 });
  return sums.get(name);
}

function count(repository, file, finding, sum) {
  const leak = LEAKS.has(finding.rule);
  sum[leak ? 'leaks' : 'advice'] += 1;
  const found = { repository, path: file, line: finding.range.startLine, rule: finding.rule };
  const judged = verdicts.get(keyOf(found));
  if (leak) sum[judged?.verdict ?? 'unjudged'] += 1;
  if (!leak && !values.advice) return;
  if (!judged) unjudged += 1;
  if (judged && !values.all) return;
  const steps = finding.path.map((step) => `${step.file ? `${step.file}:` : ''}${step.range.startLine} ${step.message}`);
  const { certainty, message } = finding;
  console.log(JSON.stringify({ ...found, verdict: judged?.verdict, certainty, function: finding.function, message, steps }));
}

function summary(name, s) {
  const per = (n, lines) => (s.lines === 0 ? '0' : ((n * lines) / s.lines).toFixed(2));
  const judged = `${s.true} true, ${s.debatable} debatable, ${s.false} false, ${s.unjudged} unjudged`;
  return (
    `${name}: ${s.lines} lines; ${s.leaks} leak findings (${judged}), ` +
    `${per(s.leaks, 10_000)} per 10,000 lines; ${s.advice} advice, ${per(s.advice, 1000)} per 1,000`
  );
}
