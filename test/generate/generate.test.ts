/** To add a language, a library, a rule, a scenario or a reader is to add one file: dummies of each kind must turn up everywhere. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';

const ROOT = path.resolve(import.meta.dirname, '../..');

const DUMMIES: Record<string, string> = {
  'src/analysis/rules/dummy-rule.ts': `import type { Rule } from './rule.js';
export const rule: Rule = { id: 'dummy-rule', title: 'A dummy', severity: 'hint', what: 'What.', why: 'Why.', remedy: 'Remedy.', scenario: null, examples: [], check: () => [] };
`,
  'src/analysis/libraries/dummy.ts': `import type { Library } from '../../flow/facts.js';
export const library: Library = { id: 'dummy-library', languages: ['python'], title: 'Dummy', types: [{ name: 'dummy.Conn', source: 'none', onDrop: 'never' }],
  calls: [{ name: 'dummy.open', source: 'none', opens: { type: 'dummy.Conn', role: 'client', connected: true } }, { name: 'dummy.Conn.close', source: 'none', closes: true }] };
`.replace('../../flow', '../flow'),
  'src/analysis/languages/dummy.ts': `import type { Language } from './language.js';
export const language: Language = { id: 'dummy', title: 'Dummy', extensions: ['.dummy'], grammar: 'tree-sitter-python.wasm', lineComment: '#', exceptions: {}, catchAll: [], callsMayThrow: false,
  outline: () => ({ functions: [], classes: [], imports: [], comments: [], errors: [] }), edits: () => [] };
`,
  'src/diagnosis/readers/dummy.ts': `import type { Reader } from './reader.js';
export const reader: Reader = { id: 'dummy', title: 'Dummy', read: (lines) => ({ notes: lines.includes('dummy line') ? ['the dummy was read'] : [] }) };
`,
  'src/scenarios/dummy-scenario.ts': `import type { Scenario } from './scenario.js';
import { scenario as other } from './orderly-close.js';
export const scenario: Scenario = { ...other, id: 'dummy-scenario', title: 'A dummy' };
`,
};

function generate(...args: string[]): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, [path.join(ROOT, 'scripts/generate.mjs'), ...args], { encoding: 'utf8' });
}

describe('generated files', () => {
  it('are up to date', () => {
    const { status, stderr } = generate('--check');
    assert.equal(status, 0, stderr);
  });
});

describe('one new file of each kind', () => {
  let dir: string;
  const read = (file: string): string => readFileSync(path.join(dir, file), 'utf8');
  const cli = (...args: string[]): string =>
    execFileSync(process.execPath, [path.join(dir, 'dist/cli.js'), ...args], { cwd: dir, encoding: 'utf8' });

  before(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'closewait-generate-'));
    for (const part of ['src', 'package.json', 'package.nls.json', 'package.nls.zh-cn.json', 'l10n', 'tsconfig.json', 'docs'])
      cpSync(path.join(ROOT, part), path.join(dir, part), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(dir, 'node_modules'));
    for (const [file, text] of Object.entries(DUMMIES)) writeFileSync(path.join(dir, file), text);
    assert.equal(generate('--check', '--root', dir).status, 1, 'a stale copy must be noticed');
    const { status, stderr } = generate('--root', dir);
    assert.equal(status, 0, stderr);
    await build({
      entryPoints: [path.join(dir, 'src/cli/cli.ts')],
      outfile: path.join(dir, 'dist/cli.js'),
      bundle: true,
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      logLevel: 'error',
      absWorkingDir: dir,
      alias: { 'web-tree-sitter': path.join(ROOT, 'node_modules/web-tree-sitter/web-tree-sitter.cjs') },
      define: { 'import.meta.dirname': '__dirname' },
    });
    writeFileSync(path.join(dir, 'dist/package.json'), '{ "type": "commonjs" }');
    cpSync(path.join(ROOT, 'dist/grammars'), path.join(dir, 'dist/grammars'), { recursive: true });
  });

  after(() => rmSync(dir, { recursive: true, force: true }));

  it('is nothing that --check finds stale afterwards', () => assert.equal(generate('--check', '--root', dir).status, 0));

  it('rule: in the command line, the settings and the pages', () => {
    assert.match(cli('explain', 'dummy-rule'), /Remedy\./);
    const manifest = JSON.parse(read('package.json')) as {
      contributes: { configuration: { properties: Record<string, { properties: Record<string, { default: string }> }> } };
    };
    assert.equal(manifest.contributes.configuration.properties['closewait.severity']?.properties['dummy-rule']?.default, 'hint');
    assert.match(read('docs/rules/dummy-rule.md'), /Why\./);
    assert.match(read('docs/rules/README.md'), /dummy-rule/);
  });

  it('language: files are checked and the editor is activated', () => {
    writeFileSync(path.join(dir, 'x.dummy'), '\n');
    const report = JSON.parse(cli('check', 'x.dummy', '--format', 'json')) as { files: { language: string }[] };
    assert.equal(report.files[0]?.language, 'dummy');
    assert.ok((JSON.parse(read('package.json')) as { activationEvents: string[] }).activationEvents.includes('onLanguage:dummy'));
  });

  it('library: its calls open connections', () => {
    writeFileSync(
      path.join(dir, 'x.py'),
      'import dummy\n\ndef f(flag):\n    c = dummy.open()\n    if flag:\n        return 1\n    c.close()\n    return 2\n',
    );
    const run = spawnSync(process.execPath, [path.join(dir, 'dist/cli.js'), 'check', 'x.py'], { cwd: dir, encoding: 'utf8' });
    assert.match(run.stdout, /^x\.py:4:9: warning missing-close \[certain\]/m);
  });

  it('reader: what it recognises is diagnosed', () => {
    writeFileSync(path.join(dir, 'pasted.txt'), 'dummy line\n');
    const run = spawnSync(process.execPath, [path.join(dir, 'dist/cli.js'), 'diagnose', '--from', 'pasted.txt', 'pasted.txt'], {
      cwd: dir,
      encoding: 'utf8',
    });
    assert.match(run.stdout, /note: the dummy was read/);
  });

  it('scenario: in the list and on its page', () => {
    assert.match(cli('simulate', '--list'), /dummy-scenario/);
    assert.match(read('docs/scenarios.md'), /dummy-scenario/);
  });
});
