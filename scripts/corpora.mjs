#!/usr/bin/env node
// Runs `closewait check` over code that nobody here wrote (test/corpora/packages.json) and prints the findings that have no verdict yet.
//   npm run corpora [-- --only go] [--possible] [--fixes] [--dir FOLDER]        --fixes also tries every offered fix on a copy
// Verdicts are lines of test/corpora/verdicts*.jsonl: package, file, line, rule, verdict (true | false | debatable), reason.
// Debian packages are installed or unpacked with apt-get (root) where they are missing. Exit 1: findings without a verdict.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkFixes } from './corpora-fixes.mjs';

const ROOT = path.join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: { only: { type: 'string' }, possible: { type: 'boolean' }, fixes: { type: 'boolean' }, dir: { type: 'string' } },
});
const CACHE = values.dir ?? path.join(os.homedir(), '.cache', 'closewait-corpora');
const PACKAGES = JSON.parse(fs.readFileSync(path.join(ROOT, 'test/corpora/packages.json'), 'utf8'));
const VERDICTS = path.join(ROOT, 'test/corpora');
const verdicts = new Map(
  fs
    .readdirSync(VERDICTS)
    .filter((name) => /^verdicts.*\.jsonl$/.test(name))
    .flatMap((name) => fs.readFileSync(path.join(VERDICTS, name), 'utf8').split('\n'))
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .map((v) => [keyOf(v), v]),
);

const CLI = path.join(ROOT, 'dist/cli.js');
let missing = 0;
let badFixes = 0;
for (const [language, packages] of Object.entries(PACKAGES)) {
  if (values.only && values.only !== language) continue;
  const totals = { files: 0, lines: 0, findings: 0, true: 0, false: 0, debatable: 0, seconds: 0, fixes: 0, fixable: 0 };
  for (const entry of packages) {
    const folder = folderOf(entry);
    if (folder) checkPackage(entry.package, folder, language, totals);
  }
  if (values.fixes) console.error(`${language}: ${totals.fixes} fixes offered for ${totals.fixable} of ${totals.findings} findings`);
  console.error(
    `${language}: ${totals.files} files, ${totals.lines} lines, ${totals.findings} findings: ${totals.true} true, ${totals.debatable} debatable, ${totals.false} false; ${totals.seconds.toFixed(1)} s`,
  );
}
console.error(missing === 0 ? 'every finding has a verdict' : `${missing} findings have no verdict`);
if (values.fixes) console.error(`${badFixes} fixes do not hold`);
process.exitCode = missing + badFixes === 0 ? 0 : 1;

function keyOf(v) {
  return [v.package, v.file, v.line, v.rule].join('\t');
}

function checkPackage(name, folder, language, totals) {
  const started = performance.now();
  const run = spawnSync(
    process.execPath,
    [
      CLI,
      'check',
      '.',
      '--format',
      'json',
      '--min-certainty',
      values.possible ? 'possible' : 'likely',
      ...(values.fixes ? [] : ['--no-fixes']),
    ],
    { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  if (run.status === null || run.stdout === '') throw new Error(`closewait check failed on ${name}: ${run.stderr.slice(-500)}`);
  const report = JSON.parse(run.stdout);
  totals.seconds += (performance.now() - started) / 1000;
  for (const file of report.files) {
    if (file.language !== language) continue; // a C package's own scripts are not its code
    totals.files += 1;
    totals.lines += countLines(path.join(folder, file.path));
    if (values.fixes && file.findings.length > 0) tryFixes(path.join(folder, file.path), file.findings, totals);
    for (const finding of file.findings) {
      totals.findings += 1;
      const found = { package: name, file: file.path.replace(/^\.\//, ''), line: finding.range.startLine, rule: finding.rule };
      const verdict = verdicts.get(keyOf(found));
      if (verdict) totals[verdict.verdict] += 1;
      else {
        missing += 1;
        console.log(JSON.stringify({ ...found, certainty: finding.certainty, message: finding.message }));
      }
    }
  }
}

function tryFixes(file, findings, totals) {
  const { count, wrong } = checkFixes(CLI, file, findings);
  totals.fixes += count;
  totals.fixable += findings.filter((f) => f.fixes.length > 0).length;
  badFixes += wrong.length;
  for (const text of wrong) console.log(text);
}

function countLines(file) {
  return fs.readFileSync(file, 'latin1').split('\n').length;
}

/** Where the package's code lies; installs or unpacks it first. Null (with a line that says why) if it cannot be had. */
function folderOf({ package: name, installed, source }) {
  try {
    if (installed) {
      if (!fs.existsSync(installed)) execFileSync('apt-get', ['install', '-y', '--no-install-recommends', name], { stdio: 'ignore' });
      return installed;
    }
    const folder = path.join(CACHE, source);
    if (!fs.existsSync(folder)) {
      fs.mkdirSync(CACHE, { recursive: true });
      execFileSync('apt-get', ['source', '--download-only', '-q', source], { cwd: CACHE, stdio: 'ignore' });
      const dsc = fs.readdirSync(CACHE).find((f) => f.startsWith(`${source}_`) && f.endsWith('.dsc'));
      execFileSync('dpkg-source', ['--no-check', '-x', dsc, source], { cwd: CACHE, stdio: 'ignore' });
    }
    return folder;
  } catch (error) {
    console.error(`${name}: not here (${String(error).split('\n')[0]}); as root, with deb-src entries in apt's sources, it is fetched`);
    return null;
  }
}
