#!/usr/bin/env node
// Runs `closewait check` over real bugs and their fixes: FOLDER/<id>/before and FOLDER/<id>/after are whole projects. dist/ must be built.
//   npm run realbugs -- --index FILE --dir FOLDER [--only LANGUAGE] [--id PART] [--alone] [--json]
// The index is an array of entries, or a file .jsonl with one a line: id, language, path, kind, subkind, visibleWithin, acquireLines,
// leakLines, buggyLines, afterAcquireLines, afterClean. test/corpora/fixes.jsonl has fixes of public repositories by their commits:
// `half` says from which nobody has learned, `foundAlone` what was found when they were listed.
// Found: a certain or likely finding whose rule suits the kind, at the bug's lines (its range, its path) or in the function
// that holds them.
// After: the same asked of the fixed file. `residual` is expected there: the fix leaves another path open (afterClean is false).
// What was a bug of an old runtime only (subkind obsolete-…) is shown and not counted: nothing should be found there.
// --alone leaves the runs over whole projects out: only the file itself is checked, before and after.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = path.join(import.meta.dirname, '..');
const CLI = path.join(ROOT, 'dist/cli.js');
const { values } = parseArgs({
  options: {
    index: { type: 'string' },
    dir: { type: 'string' },
    only: { type: 'string' },
    id: { type: 'string' },
    alone: { type: 'boolean' },
    json: { type: 'boolean' },
  },
});
const { index = '', dir = '' } = values;
if (index === '' || dir === '') {
  console.error('usage: npm run realbugs -- --index FILE --dir FOLDER [--only LANGUAGE] [--id PART] [--alone] [--json]');
  process.exit(2);
}

const LEAKS = ['missing-close', 'close-skipped-on-error', 'unconsumed-response', 'inherited-descriptor'];
const RULES = {
  'leak-on-error': LEAKS,
  'never-closed': LEAKS,
  'body-not-closed': LEAKS,
  'eof-not-closed': ['eof-without-close', 'work-before-close', ...LEAKS],
  'no-timeout': ['missing-timeout', 'missing-user-timeout'],
  'no-keepalive': ['missing-keepalive'],
};
const SUFFIXES = {
  python: ['.py'],
  go: ['.go'],
  c: ['.c', '.h'],
  cpp: ['.cc', '.cpp', '.cxx', '.h', '.hpp'],
  java: ['.java'],
  csharp: ['.cs'],
  rust: ['.rs'],
  javascript: ['.js', '.mjs', '.cjs', '.jsx'],
  typescript: ['.ts', '.tsx', '.mts', '.cts'],
};
/** In a bigger tree only the top folder that holds the file is checked. */
const MOST_FILES = 3000;
/** A finding may stand this many lines from the line that the index names. */
const NEAR = 2;

const listed = fs.readFileSync(index, 'utf8');
const entries = (
  index.endsWith('.jsonl')
    ? listed
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : JSON.parse(listed)
)
  .filter((e) => (!values.only || e.language === values.only) && (!values.id || e.id.includes(values.id)))
  .filter((e) => fs.existsSync(path.join(dir, e.id, 'before', e.path)));
const WIDTHS = [40, 11, 16, 6, 8, 9];
if (values.json) console.log(JSON.stringify(entries.map(judge), null, 2));
else print();

function judge(entry) {
  const before = path.join(dir, entry.id, 'before');
  const after = path.join(dir, entry.id, 'after');
  const lines = numbers([...entry.acquireLines, ...entry.leakLines, ...entry.buggyLines]);
  const alone = suiting(before, entry.path, entry, lines);
  const project = values.alone ? alone : suiting(before, rootOf(before, entry), entry, lines);
  const { id, language, visibleWithin, kind } = entry;
  const obsolete = entry.subkind?.startsWith('obsolete') ?? false;
  const found = { alone: alone.length > 0, project: project.length > 0, findings: [...new Set(project)] };
  const row = { id, language, visibleWithin, kind, obsolete, ...found, after: 'none', still: /** @type {string[]} */ ([]) };
  if (!fs.existsSync(path.join(after, entry.path))) return row;
  const fixed = numbers(entry.afterAcquireLines ?? []);
  row.still = [...new Set(suiting(after, values.alone ? entry.path : rootOf(after, entry), entry, fixed.length > 0 ? fixed : lines))];
  row.after = row.still.length === 0 ? 'silent' : entry.afterClean === false ? 'residual' : 'STILL';
  return row;
}

function numbers(list) {
  return list.filter((n) => typeof n === 'number');
}

/** What `check` says of `target` (a path in `root`) that is about the bug at `lines` of the entry's file. */
function suiting(root, target, entry, lines) {
  const args = [CLI, 'check', target, '--format', 'json', '--no-fixes'];
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 30 });
  if (run.stdout === '') throw new Error(`closewait check failed on ${entry.id}: ${run.stderr.slice(-500)}`);
  const wanted = RULES[entry.kind] ?? Object.values(RULES).flat();
  const text = fs.readFileSync(path.join(root, entry.path), 'utf8');
  const functions = new Set(lines.map((line) => enclosing(text.split('\n'), line, entry.language)));
  return JSON.parse(run.stdout).files.flatMap((file) =>
    file.findings
      .filter((f) => wanted.includes(f.rule) && f.certainty !== 'possible' && concerns(f, path.normalize(file.path)))
      .map((f) => `${path.normalize(file.path)}:${f.range.startLine} ${f.rule} (${f.certainty})`),
  );

  function concerns(finding, file) {
    const here = (range, where) =>
      path.normalize(where) === path.normalize(entry.path) &&
      lines.some((line) => range.startLine - NEAR <= line && line <= Math.max(range.startLine, range.endLine) + NEAR);
    if (here(finding.range, file) || finding.path.some((step) => here(step.range, step.file ?? file))) return true;
    return file === path.normalize(entry.path) && functions.has(enclosing(text.split('\n'), finding.range.startLine, entry.language));
  }
}

/** First line of the outermost function around a line; the line itself, negative, outside of functions. */
function enclosing(lines, line, language) {
  if (language === 'python') return enclosingDef(lines, line);
  if (language === 'java' || language === 'csharp') return enclosingMethod(lines, line);
  for (let at = Math.min(line, lines.length); at > 0; at--) {
    const text = lines[at - 1];
    if (at < line && /^\}/.test(text)) break;
    if (language === 'go' ? /^func\b/.test(text) : /^\{|^[\w].*\{\s*$/.test(text)) return at;
  }
  return -line;
}

/** The nearest method above: a head with parameters that is indented less than the line and is no statement. */
function enclosingMethod(lines, line) {
  let indent = Infinity;
  for (let at = Math.min(line, lines.length); at > 0; at--) {
    const text = lines[at - 1].replaceAll('\t', '    ');
    if (!/^\s*[\w{@]/.test(text)) continue;
    const width = text.length - text.trimStart().length;
    if (width >= indent) continue;
    indent = width;
    const head = text.trim() === '{' ? lines[at - 2] : text;
    const method = /^\s*[\w<>[\], .?@]+\(.*(\{|\)|,|throws [\w., ]+)\s*$/.test(head);
    if (at < line && method && !/^\s*(if|for|while|switch|try|catch|synchronized|else|do|using|lock|return|new)\b/.test(head)) return at;
  }
  return -line;
}

/** The nearest `def` above that is indented less than what stands between; what is said of a parameter stands at the `def` itself. */
function enclosingDef(lines, line) {
  let indent = Infinity;
  for (let at = Math.min(line, lines.length); at > 0; at--) {
    const text = lines[at - 1];
    if (text.trim() === '' || /^\s*[#)]/.test(text)) continue;
    const width = text.length - text.trimStart().length;
    if (width < indent && /^\s*(async\s+)?def\b/.test(text)) return at;
    indent = Math.min(indent, width);
    if (indent === 0) break;
  }
  return -line;
}

function rootOf(root, entry) {
  return count(root, SUFFIXES[entry.language]) > MOST_FILES ? entry.path.split('/')[0] : '.';
}

function count(folder, suffixes) {
  const all = fs.readdirSync(folder, { withFileTypes: true, recursive: true });
  return all.filter((e) => e.isFile() && suffixes.some((s) => e.name.endsWith(s))).length;
}

function print() {
  line(['id', 'visible', 'kind', 'alone', 'project', 'after', 'findings']);
  const list = [];
  for (const entry of entries) {
    const row = judge(entry);
    list.push(row);
    const told = [...row.findings, ...row.still.map((s) => `after: ${s}`)].join('; ');
    const visible = row.obsolete ? 'obsolete' : row.visibleWithin;
    line([row.id, visible, row.kind, row.alone ? 'yes' : '-', row.project ? 'yes' : '-', row.after, told]);
  }
  const asked = list.filter((row) => !row.obsolete);
  const languages = [...new Set(asked.map((row) => row.language))];
  for (const language of languages)
    sums(
      language,
      asked.filter((row) => row.language === language),
    );
  if (languages.length > 1) sums('all', asked);
}

function line(cells) {
  console.log(
    cells
      .map((cell, i) => String(cell).padEnd(WIDTHS[i] ?? 0))
      .join(' ')
      .trimEnd(),
  );
}

function sums(name, rows) {
  const share = (some) => `${some.filter((r) => r.project).length}/${some.length}`;
  const within = ['function', 'file', 'cross-file'].map((where) => `${where} ${share(rows.filter((r) => r.visibleWithin === where))}`);
  const fixed = rows.filter((r) => r.after === 'silent' || r.after === 'STILL');
  const still = `still flagged after the fix ${fixed.filter((r) => r.after === 'STILL').length}/${fixed.length}`;
  console.log(`${name}: found ${share(rows)} (alone ${rows.filter((r) => r.alone).length}); ${within.join(', ')}; ${still}`);
}
