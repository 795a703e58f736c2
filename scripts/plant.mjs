#!/usr/bin/env node
// Recall from outside: plants realistic leaks in copies of real code and counts how many the check reports on the opening line.
//   node scripts/plant.mjs [--cli FILE] [--per-kind N] [--kind KIND] [--project] [--keep DIR] [--json FILE] FOLDER…
// A plant is one change in one function in which a connection is opened into a local name and closed, and about which the check says
// nothing beforehand. Kinds:
//   only-close   the function's single close is deleted         error-close  the close in front of a return, raise, goto… is deleted
//   other-close  one of several closes is deleted               defer        a Go `defer x.Close()` is deleted
//   with         a Python `with … as x` becomes `x = …`          return, raise, continue  an early way out is added before the first close
//   field        the file's single close of a field is deleted (`self.sock`, `c.conn`, `s->fd`), which is opened into that field
// A plant that adds a syntax problem is dropped. Misses are printed with the copy's path: read them, some are no leaks (a callee closes
// or keeps the connection). --keep keeps the copies (default: a temporary folder that is removed).
// --project checks each plant in a copy of its whole folder, as a user would, and not its file alone; one plant a file at a time.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const LEAKS = new Set(['missing-close', 'close-skipped-on-error', 'eof-without-close', 'unconsumed-response']);
/** Only files that can open a connection are checked at all. */
const OPENERS = {
  '.py': /\b(socket\.socket|create_connection|open_connection|urlopen|HTTPS?Connection|accept\(|stream=True)/,
  '.go': /\b(net\.(Dial|Listen)|\.Accept\(\)|http\.(Get|Post|Head)\(|\.Do\(|tls\.Dial|\.Query(Context)?\()/,
  '.c': /\b(socket|accept4?|socketpair|curl_easy_init)\s*\(/,
};
const EXIT = /^\s*(return|raise|continue|break|goto|throw)\b/;

const options = readArguments(process.argv.slice(2));
const work = options.keep ?? fs.mkdtempSync(path.join(os.tmpdir(), 'plants-'));
fs.mkdirSync(work, { recursive: true });
try {
  main();
} finally {
  if (options.keep === undefined) fs.rmSync(work, { recursive: true, force: true });
}

function readArguments(argv) {
  const read = { cli: 'dist/cli.js', perKind: 40, folders: /** @type {string[]} */ ([]) };
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === '--cli') read.cli = argv[++i];
    else if (argv[i] === '--per-kind') read.perKind = Number(argv[++i]);
    else if (argv[i] === '--keep') read.keep = argv[++i];
    else if (argv[i] === '--json') read.json = argv[++i];
    else if (argv[i] === '--kind') read.kind = argv[++i];
    else if (argv[i] === '--project') read.project = true;
    else read.folders.push(argv[i]);
  }
  if (read.folders.length === 0)
    throw new Error('usage: plant.mjs [--cli FILE] [--per-kind N] [--kind KIND] [--project] [--keep DIR] [--json FILE] FOLDER…');
  return read;
}

function main() {
  const sources = options.folders.flatMap(filesOf);
  const wanted = new Set(sources);
  const base = options.project ? check(options.folders).filter((report) => wanted.has(report.path)) : check(sources);
  const plants = choose(base.flatMap((report) => plantsOf(report)));
  for (const [i, plant] of plants.entries()) {
    plant.copy = path.join(work, `${String(i).padStart(4, '0')}-${plant.kind}${path.extname(plant.file)}`);
    fs.writeFileSync(plant.copy, plant.text);
  }
  if (options.project) {
    for (const folder of options.folders) inProject(folder, plants);
  } else {
    const after = new Map(check(plants.map((p) => p.copy)).map((r) => [r.path, r]));
    for (const plant of plants) judge(plant, after.get(plant.copy));
  }
  print(
    plants.filter((p) => p.verdict !== 'invalid'),
    sources.length,
  );
  if (options.json)
    fs.writeFileSync(
      options.json,
      JSON.stringify(
        plants.map((p) => ({ ...p, text: undefined })),
        null,
        1,
      ),
    );
}

/** Judges the folder's plants in a copy of it, in rounds of at most one plant a file. */
function inProject(folder, plants) {
  const rounds = [];
  for (const plant of plants.filter(({ file }) => file.startsWith(folder + path.sep))) {
    const round = rounds.find((others) => !others.some(({ file }) => file === plant.file));
    if (round) round.push(plant);
    else rounds.push([plant]);
  }
  if (rounds.length === 0) return;
  const copy = path.join(work, 'project', path.basename(folder));
  fs.cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
  const there = (file) => path.join(copy, path.relative(folder, file));
  for (const round of rounds) {
    for (const { file, text } of round) fs.writeFileSync(there(file), text);
    const after = new Map(check([copy]).map((report) => [report.path, report]));
    for (const plant of round) {
      judge(plant, after.get(there(plant.file)));
      fs.copyFileSync(plant.file, there(plant.file));
    }
  }
  fs.rmSync(copy, { recursive: true, force: true });
}

function filesOf(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && path.extname(e.name) in OPENERS && !/test/i.test(e.name))
    .map((e) => path.join(e.parentPath ?? e.path, e.name))
    .filter((file) => !/(^|\/)(tests?|testing|idlelib|\.[^/]+)\//.test(path.relative(folder, file)))
    .filter((file) => fs.statSync(file).size < 400_000 && OPENERS[path.extname(file)].test(fs.readFileSync(file, 'utf8')))
    .sort();
}

/** Runs the check over the files, some hundred at a time; the reports of all of them. */
function check(files) {
  const reports = [];
  for (let i = 0; i < files.length; i += 200) {
    const run = spawnSync(
      process.execPath,
      [options.cli, 'check', '--format', 'json', '--min-certainty', 'likely', '--no-fixes', ...files.slice(i, i + 200)],
      { encoding: 'utf8', maxBuffer: 1 << 30 },
    );
    if (!run.stdout) throw new Error(`no answer from ${options.cli}: ${run.stderr}`);
    reports.push(...JSON.parse(run.stdout).files);
  }
  return reports;
}

function plantsOf(report) {
  const lines = fs.readFileSync(report.path, 'utf8').split('\n');
  const noisy = new Set(report.findings.filter((f) => LEAKS.has(f.rule)).map((f) => f.range.startLine));
  const language = path.extname(report.path).slice(1);
  const found = [];
  const openings = report.connections.map((c) => ({ line: c.range.startLine, name: nameAt(lines, c.range.startLine - 1, language) }));
  for (const connection of report.connections) {
    const open = connection.range.startLine - 1;
    if (noisy.has(open + 1) || (connection.role === 'listener' && language === 'py')) continue;
    const name = nameAt(lines, open, language);
    const field = fieldPlant(lines, open, language);
    if (field !== null)
      found.push({
        ...field,
        file: report.path,
        language,
        line: open + 1,
        lines: [open + 1],
        name: field.name,
        syntax: syntaxProblems(report),
      });
    const body = functionAround(lines, open, language);
    if (field !== null || name === null || body === null) continue;
    // A name that is opened into twice: the plant may lose either.
    const others = openings
      .filter((o) => o.name === name && o.line > body.from && o.line <= body.to && !noisy.has(o.line))
      .map((o) => o.line);
    const at = { lines, open, name, body, language, steps: connection.steps };
    for (const plant of [...closePlants(at), ...exitPlants(at)]) {
      found.push({
        ...plant,
        file: report.path,
        language,
        line: open + 1,
        lines: others.map((l) => l + movedBy(plant, l)),
        name,
        syntax: syntaxProblems(report),
      });
    }
  }
  return found;
}

function syntaxProblems(report) {
  return report.problems.filter((p) => p.kind === 'syntax').length;
}

/** How far the plant pushed a line down. */
function movedBy(plant, line) {
  return line >= plant.changed ? (plant.added ?? 0) : 0;
}

/** The plain local name into which the line opens, or null. */
function nameAt(lines, open, language) {
  const text = `${language === 'c' ? (lines[open - 1] ?? '') : ''} ${lines[open]}`;
  const asName = language === 'py' && /\bas (\w+):/.exec(lines[open]);
  if (asName) return asName[1];
  const assigned = /(?:^|[\s(])([A-Za-z_]\w*)(?:\s*,\s*\w+)?\s*:?=\s*(?![=])[^=]*$/.exec(
    text.replace(/==|!=|<=|>=/g, '  ').replace(/\(.*/s, (t) => t),
  );
  return assigned?.[1] ?? /(?:^|[\s(])([A-Za-z_]\w*)(?:\s*,\s*\w+)?\s*:?=(?!=)/.exec(text)?.[1] ?? null;
}

/** First and last line of the function around a line; null at module level. */
function functionAround(lines, open, language) {
  if (language !== 'py') {
    const head = language === 'go' ? /^func\b/ : /^\{|^[A-Za-z_].*\)\s*\{\s*$/;
    let from = open;
    while (from > 0 && !head.test(lines[from])) from--;
    let to = open;
    while (to < lines.length && !/^\}/.test(lines[to])) to++;
    const named = `${lines[from - 1] ?? ''} ${lines[from]}`;
    return from === 0 || to === lines.length || /\bmain\s*\(/.test(named) ? null : { from, to };
  }
  let from = open;
  let indent = indentOf(lines[open]);
  for (; from >= 0; from--) {
    if (lines[from].trim() === '' || indentOf(lines[from]) >= indent) continue;
    indent = indentOf(lines[from]);
    if (/^\s*(async\s+)?def\b/.test(lines[from])) break;
  }
  if (from < 0) return null;
  let to = open + 1;
  while (to < lines.length && (lines[to].trim() === '' || indentOf(lines[to]) > indent || /^\s*[)\]]/.test(lines[to]))) to++;
  return { from, to };
}

function indentOf(line) {
  return (/^[ \t]*/.exec(line)?.[0] ?? '').replace(/\t/g, '        ').length;
}

function closePlants(at) {
  const { lines, open, name, body, language } = at;
  const text = lines.slice(open, body.to).join('\n');
  if (language === 'py' && new RegExp(`^\\s*with\\b.*\\bas ${name}:\\s*$`).test(lines[open]))
    return keepsElsewhere(text, name) ? [] : [withPlant(at)];
  const call = closeCall(name, language);
  const closes = [];
  for (let i = open + 1; i < body.to; i++) if (call.test(lines[i])) closes.push(i);
  // A whole statement only: what stands in a larger expression is left alone. Names bound again are another connection.
  const mentions = lines
    .slice(open + 1, body.to)
    .filter((l) => new RegExp(`\\b${name}\\b.*[cC]lose|[cC]lose.*\\b${name}\\b`).test(l)).length;
  return closes.flatMap((i) => {
    const kind =
      language === 'go' && /\bdefer\b/.test(lines[i])
        ? 'defer'
        : EXIT.test(lines.slice(i + 1, body.to).find((l) => l.trim() !== '' && !/^\s*(\/\/|\/\*|#)/.test(l)) ?? '') &&
            indentOf(lines[i]) > indentOf(lines[open])
          ? 'error-close'
          : closes.length === 1 && mentions === 1
            ? 'only-close'
            : 'other-close';
    if (kind === 'other-close' && mentions !== closes.length) return [];
    if (kind !== 'error-close' && keepsElsewhere(text, name)) return [];
    // A Go response that is read to its end gives its connection back without a close.
    if (new RegExp(`(ReadAll|Copy|Decode)\\w*\\([^\\n]*\\b${name}\\.Body`).test(text)) return [];
    const changed = lines[i].replace(call, language === 'py' ? '$1pass' : language === 'c' ? '$1;' : '$1');
    return [{ kind, changed: i + 1, text: [...lines.slice(0, i), changed, ...lines.slice(i + 1)].join('\n') }];
  });
}

/** The only close of the field into which the line opens, taken out; null when there is none or there are several. */
function fieldPlant(lines, open, language) {
  const into = {
    py: /^\s*self\.(\w+)(?:,\s*self\.\w+)?\s*=(?!=)/,
    go: /^\s*(?:if\s+)?\w+\.(\w+)(?:\s*,\s*\w+)?\s*=(?!=)/,
    c: /^\s*(?:if\s*\(+)?\w+(?:->|\.)(\w+)\s*=(?!=)/,
  };
  const name = into[language]?.exec(lines[open])?.[1];
  if (name === undefined) return null;
  const call = {
    py: new RegExp(`^(\\s*)(?:await )?self\\.${name}\\.(?:close|shutdown)\\((?:socket\\.SHUT_\\w+)?\\)\\s*(#.*)?$`),
    go: new RegExp(`^(\\s*)(?:defer |_ = |return )?\\w+\\.${name}\\.Close\\(\\)\\s*(//.*)?$`),
    c: new RegExp(`^(\\s*(?:if \\([^;]*\\)\\s*)?)(?:\\(void\\)\\s*)?\\w*close\\w*\\s*\\(\\s*\\w+(?:->|\\.)${name}\\s*\\);`),
  }[language];
  const mentions = lines.flatMap((l, i) => (new RegExp(`\\b${name}\\b.*[cC]lose|[cC]lose.*\\b${name}\\b`).test(l) ? [i] : []));
  const [at] = mentions;
  if (at === undefined || mentions.length !== 1 || !call.test(lines[at])) return null;
  const nothing = { py: '$1pass', go: /return /.test(lines[at]) ? '$1return nil' : '$1', c: '$1;' }[language];
  const text = [...lines.slice(0, at), lines[at].replace(call, nothing), ...lines.slice(at + 1)].join('\n');
  return { kind: 'field', name, changed: at + 1, text };
}

/** The statement that closes NAME, its indentation as $1. */
function closeCall(name, language) {
  if (language === 'py') return new RegExp(`^(\\s*)(?:await )?${name}\\.close\\(\\)\\s*(#.*)?$`);
  if (language === 'go') return new RegExp(`^(\\s*)(?:defer |_ = )?${name}(?:\\.Body)?\\.Close\\(\\)\\s*(//.*)?$`);
  return new RegExp(`^(\\s*(?:if \\([^;]*\\)\\s*)?)(?:\\(void\\)\\s*)?\\w*close\\w*\\s*\\(\\s*${name}\\s*\\);`);
}

/** Returned, stored or collected somewhere: then a deleted close may be no leak. */
function keepsElsewhere(text, name) {
  return new RegExp(
    `\\breturn\\b[^\\n]*\\b${name}\\b(?!\\s*\\.)|[\\w\\])]\\s*=\\s*${name}\\s*(;|,|$)|(append|add|put|push|set|register)\\w*\\([^\\n]*\\b${name}\\b(?!\\.)|\\b${name}\\b\\s*[,}]\\s*$`,
    'm',
  ).test(text);
}

function withPlant({ lines, open, name }) {
  const [, indent, value] = /^(\s*)with\s+(.*)\s+as \w+:\s*$/.exec(lines[open]) ?? [];
  const plain = value.replace(/^(?:contextlib\.)?closing\((.*)\)$/, '$1');
  return {
    kind: 'with',
    changed: open + 2,
    added: 1,
    text: [...lines.slice(0, open), `${indent}${name} = ${plain}`, `${indent}if True:`, ...lines.slice(open + 1)].join('\n'),
  };
}

/** An early way out in front of the first step that stands on the level of the opening and before every close. */
function exitPlants(at) {
  const { lines, open, name, body, language, steps } = at;
  if (language === 'py' && /^\s*(async )?with\b/.test(lines[open])) return [];
  const first = lines.findIndex((l, i) => i > open && i < body.to && /close/i.test(l) && new RegExp(`\\b${name}\\b`).test(l));
  if (first < 0) return [];
  const step = steps
    .map((s) => s.line - 1)
    .find(
      (l) =>
        l > open + 1 &&
        l < body.to &&
        lines.slice(open, l).every((line) => line.trim() === '' || /^#/.test(line) || indentOf(line) >= indentOf(lines[open])) &&
        (l < first || (language !== 'go' && indentOf(lines[first]) > indentOf(lines[open]))) &&
        indentOf(lines[l]) === indentOf(lines[open]) &&
        startsStatement(lines, body.from, l, language),
    );
  if (step === undefined) return [];
  const between = lines.slice(open + 1, step).join('\n');
  const protectedBy = language === 'go' ? /\bdefer\b/.test(between) : language === 'py' && insideTry(lines, body, step);
  if (protectedBy || keepsElsewhere(between, name)) return [];
  const indent = /^\s*/.exec(lines[step])?.[0] ?? '';
  const kinds = ['return', ...(language === 'py' ? ['raise'] : []), ...(inLoop(at) ? ['continue'] : [])];
  return kinds.map((kind) => {
    const added = wayOut(kind, indent, at);
    return { kind, changed: step + 1, added: added.length, text: [...lines.slice(0, step), ...added, ...lines.slice(step)].join('\n') };
  });
}

function insideTry(lines, body, at) {
  let indent = indentOf(lines[at]);
  for (let i = at; i > body.from; i--) {
    if (lines[i].trim() === '' || indentOf(lines[i]) >= indent) continue;
    indent = indentOf(lines[i]);
    if (/^\s*(try|(async )?with\b.*):?/.test(lines[i])) return true;
  }
  return false;
}

function startsStatement(lines, from, at, language) {
  const before = lines
    .slice(from, at)
    .join('\n')
    .replace(/"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])*'/g, '')
    .replace(/(\/\/|#).*/g, '');
  const depth = (before.match(/[([]/g) ?? []).length - (before.match(/[)\]]/g) ?? []).length;
  const last = before.trimEnd();
  return (
    depth === 0 &&
    !/^\s*(else|except|finally|case|default|\})/.test(lines[at]) &&
    (language !== 'c' || /[;{}]$|\*\/$/.test(last)) &&
    !/[\\,]$/.test(last)
  );
}

function inLoop({ lines, open, body }) {
  let indent = indentOf(lines[open]);
  for (let i = open; i > body.from; i--) {
    if (lines[i].trim() === '' || indentOf(lines[i]) >= indent) continue;
    indent = indentOf(lines[i]);
    if (/^\s*(for|while)\b/.test(lines[i])) return true;
    if (/^\s*switch\b|\bfunc\s*\(/.test(lines[i])) return false;
  }
  return false;
}

function wayOut(kind, indent, { lines, body, language, name }) {
  const exit =
    kind === 'raise'
      ? 'raise ValueError("planted")'
      : kind === 'continue'
        ? 'continue'
        : returnLike(lines.slice(body.from, body.to), name, language);
  if (language === 'py') return [`${indent}if not os.environ.get("HOME"):`, `${indent}    ${exit}`];
  if (language === 'go') return [`${indent}if os.Getenv("HOME") == "" {`, `${indent}\t${exit}`, `${indent}}`];
  return [`${indent}if (getenv("HOME") == NULL)`, `${indent}    ${exit};`];
}

/** A return in the manner of the function's others that does not hand out the connection. */
function returnLike(lines, name, language) {
  if (language === 'py') return 'return None';
  const shape = language === 'go' ? /^\s*(return\b[^{(]*)$/ : /^\s*(return\b[^;{]*);/;
  const found = lines.map((l) => shape.exec(l)?.[1]).find((r) => r !== undefined && !new RegExp(`\\b${name}\\b`).test(r));
  return (found ?? 'return').trim();
}

/** At most --per-kind of each language and kind, spread over the files, always the same ones. */
function choose(plants) {
  const counts = new Map();
  const seen = new Set();
  return plants
    .map((plant) => ({ plant, order: hash(`${plant.file}:${plant.line}:${plant.changed}:${plant.kind}`) }))
    .sort((a, b) => a.order - b.order)
    .map(({ plant }) => plant)
    .filter((plant) => options.kind === undefined || plant.kind === options.kind)
    .filter((plant) => {
      // The same file in two releases of a package counts once.
      const same = `${path.basename(plant.file)}:${plant.name}:${plant.kind}:${plant.text.split('\n')[plant.line - 1]}`;
      if (seen.has(same)) return false;
      seen.add(same);
      const key = `${plant.language} ${plant.kind}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return counts.get(key) <= options.perKind;
    });
}

function hash(text) {
  let h = 2166136261;
  for (const c of text) h = Math.imul(h ^ c.codePointAt(0), 16777619) >>> 0;
  return h;
}

function judge(plant, report) {
  if (report === undefined || syntaxProblems(report) > plant.syntax) plant.verdict = 'invalid';
  else if (report.findings.some((f) => LEAKS.has(f.rule) && plant.lines.includes(f.range.startLine))) plant.verdict = 'found';
  else plant.verdict = report.problems.some((p) => p.kind === 'timeout') ? 'timeout' : 'missed';
}

function print(plants, files) {
  for (const p of plants.filter((each) => each.verdict !== 'found')) {
    console.log(`${p.verdict} ${p.language} ${p.kind} ${p.file}:${p.line} (${p.name}, changed ${p.changed}) ${p.copy}`);
  }
  console.log(`${files} files, ${plants.length} plants`);
  for (const key of [...new Set(plants.map((p) => `${p.language} ${p.kind}`)), ...new Set(plants.map((p) => p.language))].sort()) {
    const of = plants.filter((p) => `${p.language} ${p.kind}` === key || p.language === key);
    const found = of.filter((p) => p.verdict === 'found').length;
    console.log(`${key}: ${found} of ${of.length}, ${Math.round((100 * found) / of.length)} %`);
  }
}
