import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { closewait, folderWith } from './run.js';

const LEAK = `import socket

def fetch(host):
    s = socket.create_connection((host, 80))
    s.sendall(b"hello")
    pool[host] = 1
    data = s.recv(10)
    if not data:
        raise ValueError("empty")
    s.close()
    return data
`;
const CLEAN = `import socket

def fetch(host):
    with socket.create_connection((host, 80), timeout=5) as s:
        s.sendall(b"hello")
        return s.recv(10)
`;

interface Report {
  version: number;
  files: {
    path: string;
    language: string;
    suppressed: number;
    findings: { rule: string; range: { startLine: number }; fixes: unknown[]; consequence: { scenario: string } | null }[];
    connections: { role: string; steps: { do: string; line: number }[] }[];
    problems: { kind: string }[];
  }[];
  timings: { files: number; bytes: number; parseMs: number; analyseMs: number };
}

describe('closewait check', () => {
  const dir = folderWith({
    'leak.py': LEAK,
    'clean.py': CLEAN,
    'sub/.gitignore': 'skipped/\n*.gen.py\n!kept.gen.py\n',
    'sub/skipped/leak.py': LEAK,
    'sub/x.gen.py': LEAK,
    'sub/kept.gen.py': CLEAN,
    'sub/inner.py': CLEAN,
    'notes.txt': 'nothing',
    'binary.py': Buffer.from([0x61, 0, 0x62]),
    'node_modules/leak.py': LEAK,
    'allowed.py': LEAK.replace(
      '    s = socket',
      '    # closewait: allow close-skipped-on-error -- the caller retries in a new process\n    s = socket',
    ).replace('(host, 80))', '(host, 80), timeout=5)'),
  });
  after(() => rmSync(dir, { recursive: true, force: true }));
  const json = (...args: string[]): { code: number | null; report: Report; err: string } => {
    const { code, out, err } = closewait(['check', ...args, '--format', 'json'], { cwd: dir });
    return { code, report: JSON.parse(out) as Report, err };
  };

  it('prints nothing and exits 0 for good code', () => {
    assert.deepEqual(closewait(['check', 'clean.py'], { cwd: dir }), { code: 0, out: '', err: '' });
  });

  it('prints a finding as text with its path and exits 1', () => {
    const { code, out } = closewait(['check', 'leak.py'], { cwd: dir });
    assert.equal(code, 1);
    assert.match(out, /^leak\.py:4:9: (warning|information) close-skipped-on-error \[(certain|likely)\] /m);
    assert.match(out, /^ {4}leak\.py:\d+:\d+: /m);
  });

  it('walks a folder: nested .gitignore files count, node_modules and other files do not, every file is listed', () => {
    const { report } = json('.');
    assert.deepEqual(
      report.files.map((f) => f.path),
      ['./allowed.py', './binary.py', './clean.py', './leak.py', './sub/inner.py', './sub/kept.gen.py'],
    );
    assert.equal(report.version, 1);
    assert.ok(report.timings.files >= 5 && report.timings.bytes > 0);
  });

  it('keeps the path as given', () => {
    assert.deepEqual(
      json('sub').report.files.map((f) => f.path),
      ['sub/inner.py', 'sub/kept.gen.py'],
    );
    assert.deepEqual(
      json('sub/').report.files.map((f) => f.path),
      ['sub/inner.py', 'sub/kept.gen.py'],
    );
  });

  it('counts a suppressed finding and does not print it', () => {
    const { report, code } = json('allowed.py');
    assert.equal(report.files[0]?.suppressed, 1);
    assert.deepEqual(report.files[0]?.findings, []);
    assert.equal(code, 0);
  });

  it('gives the whole contract for a finding and its connection', () => {
    const file = json('leak.py').report.files[0];
    const finding = file?.findings.find((f) => f.rule === 'close-skipped-on-error');
    assert.equal(finding?.range.startLine, 4);
    assert.equal(finding.consequence?.scenario, 'peer-closes-we-do-not');
    assert.ok(finding.fixes.length > 0);
    assert.equal(file?.connections[0]?.role, 'client');
    assert.deepEqual(
      file?.connections[0]?.steps.slice(0, 3).map((s) => [s.do, s.line]),
      [
        ['connect', 4],
        ['send', 5],
        ['recv', 7],
      ],
    );
  });

  it('reads standard input with --language', () => {
    const { code, out } = closewait(['check', '-', '--language', 'python'], { input: LEAK });
    assert.equal(code, 1);
    assert.match(out, /^-:4:9: /);
  });

  for (const [what, args, message] of [
    ['a missing path', ['check', 'no-such-file.py'], /no-such-file\.py/],
    ['a named file of another language', ['check', 'notes.txt'], /not supported/],
    ['a named binary file', ['check', 'binary.py'], /binary/],
    ['an unknown option', ['check', '--frobnicate'], /frobnicate/],
    ['an unknown format', ['check', '--format', 'xml'], /xml/],
    ['standard input without a language', ['check', '-'], /--language/],
    ['a language without standard input', ['check', 'leak.py', '--language', 'python'], /--language ID goes with -/],
    ['an unknown language', ['check', '-', '--language', 'cobol'], /cobol/],
    ['an unknown command', ['chek'], /chek/],
    ['no command', [], /usage/],
    ['an unknown rule to explain', ['explain', 'nonsense'], /nonsense/],
  ] as const) {
    it(`exits 2 for ${what}`, () => {
      const { code, out, err } = closewait([...args], { cwd: dir, input: '' });
      assert.equal(code, 2);
      assert.match(err, message);
      assert.equal(out, '');
    });
  }

  it('still checks the others when one path cannot be read', () => {
    const { code, out } = closewait(['check', 'no-such-file.py', 'leak.py'], { cwd: dir });
    assert.equal(code, 2);
    assert.match(out, /close-skipped-on-error/);
  });

  it('writes SARIF with rules, results, code flows and fixes', () => {
    const log = JSON.parse(closewait(['check', 'leak.py', '--format', 'sarif'], { cwd: dir }).out) as {
      version: string;
      runs: {
        tool: { driver: { rules: { id: string }[] } };
        results: { ruleId: string; ruleIndex: number; codeFlows: unknown[]; fixes: unknown[] }[];
      }[];
    };
    assert.equal(log.version, '2.1.0');
    const run = log.runs[0];
    const result = run?.results.find((r) => r.ruleId === 'close-skipped-on-error');
    assert.equal(run?.tool.driver.rules[result?.ruleIndex ?? -1]?.id, 'close-skipped-on-error');
    assert.equal(result?.codeFlows.length, 1);
    assert.ok((result?.fixes.length ?? 0) > 0);
  });

  it('explains a rule', () => {
    const { code, out } = closewait(['explain', 'missing-close']);
    assert.equal(code, 0);
    assert.match(out, /What to do:/);
  });
});
